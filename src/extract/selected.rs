//! What a source's own selectors point at.

use dom_query::Document;

use super::tree::{Tree, index};
use crate::text::clean::one_line;
use crate::text::cut::cut;

/// The text of the first element.
pub fn text(document: &Document, selector: Option<&str>) -> Option<String> {
    let selection = document.try_select(selector?)?;
    let text = one_line(cut(&selection.nodes().first()?.text(), 2_000));
    (!text.is_empty()).then_some(text)
}

/// `datetime` or `content` of the first element, else its text.
pub fn date(document: &Document, selector: Option<&str>) -> Option<String> {
    let selection = document.try_select(selector?)?;
    let node = selection.nodes().first()?;
    let value = node.attr("datetime").or_else(|| node.attr("content")).map(|value| value.to_string());
    value.or_else(|| text(document, selector))
}

/// The places of all elements in the list of nodes, in order.
pub fn nodes(document: &Document, tree: &Tree, selector: Option<&str>) -> Vec<u32> {
    let Some(selection) = selector.and_then(|selector| document.try_select(selector)) else { return Vec::new() };
    let wanted: std::collections::HashSet<_> = selection.nodes().iter().map(|node| node.id).collect();
    tree.nodes.iter().enumerate().filter(|(_, node)| wanted.contains(&node.id)).map(|(at, _)| index(at)).collect()
}
