//! Elements that match the source's own selectors.

use crate::text::clean::one_line;
use crate::text::cut::cut;
use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Selector};

use super::tree::{Tree, index};
use crate::html::{self, seam};

/// Removes all elements that match a selector.
pub fn remove(document: &mut Html, selector: Option<&str>) {
    for id in ids(document, selector) {
        if let Some(mut node) = document.tree.get_mut(id) {
            node.detach();
        }
    }
}

/// The text of the first match.
pub fn text(document: &Html, selector: Option<&str>) -> Option<String> {
    text_of(html::first(document, selector?)?)
}

/// `datetime` or `content` of the first match, otherwise its text.
pub fn date(document: &Html, selector: Option<&str>) -> Option<String> {
    let element = html::first(document, selector?)?;
    let value = element.attr("datetime").or_else(|| element.attr("content")).map(str::to_owned);
    value.or_else(|| text_of(element))
}

/// The indices of all matches in the list of nodes, in order.
pub fn nodes(document: &Html, tree: &Tree, selector: Option<&str>) -> Vec<u32> {
    let wanted = ids(document, selector);
    tree.nodes.iter().enumerate().filter(|(_, node)| wanted.contains(&node.id)).map(|(at, _)| index(at)).collect()
}

fn text_of(element: ElementRef) -> Option<String> {
    let text = one_line(cut(&seam::text_of(element, 3_000, 2_000), 2_000));
    (!text.is_empty()).then_some(text)
}

fn ids(document: &Html, selector: Option<&str>) -> HashSet<NodeId> {
    let Some(selector) = selector.and_then(|selector| Selector::parse(selector).ok()) else { return HashSet::new() };
    document.root_element().select(&selector).map(|element| element.id()).collect()
}
