//! Parses HTML to a tree, as a browser without scripts does.

use std::collections::HashMap;

use ego_tree::NodeId;
use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use memchr::memmem;
use scraper::node::Element;
use scraper::{ElementRef, Html, HtmlTreeSink, Node, Selector};
use url::Url;

use crate::parse_guard;

pub mod seam;

/// How many bytes of a page the parser is given at once.
const PIECE: usize = 65_536;

/// Parses a page; the error is the reason why the parser would stall on it.
pub fn parse(text: &str) -> Result<Html, &'static str> {
    if let Some(reason) = parse_guard::refusal(text) {
        return Err(reason);
    }
    // With scripting enabled, the content of `noscript` would be a single text run.
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), options);
    // In pieces: a single piece would first be copied as a whole.
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        parser.process(piece.into());
        rest = after;
    }
    let mut document = parser.finish();
    if memmem::find(text.as_bytes(), b"shadowroot").is_some() {
        open_shadow_roots(&mut document);
    }
    // The content of other `template` elements is not part of the page, but scraper keeps it among the children.
    let templates: Vec<NodeId> =
        document.tree.nodes().filter(|node| node.value().is_fragment()).map(|node| node.id()).collect();
    for id in templates {
        if let Some(mut node) = document.tree.get_mut(id) {
            node.detach();
        }
    }
    Ok(document)
}

/// Moves the content of declarative shadow roots to where browsers show it: in place of the host's own children, which
/// move to the slots or disappear.
fn open_shadow_roots(document: &mut Html) {
    let is_shadow_root = |element: &Element| {
        element.name() == "template"
            && ["shadowrootmode", "shadowroot"].iter().any(|name| matches!(element.attr(name), Some("open" | "closed")))
    };
    let nodes = document.tree.nodes();
    let roots: Vec<NodeId> =
        nodes.filter(|node| node.value().as_element().is_some_and(is_shadow_root)).map(|node| node.id()).collect();
    for root in roots {
        open_shadow_root(document, root);
    }
}

/// A host's children by the value of `slot`, in order; `None` for those without one.
type SlotNodes = HashMap<Option<String>, Vec<NodeId>>;

fn open_shadow_root(document: &mut Html, root: NodeId) {
    let tree = &mut document.tree;
    let Some(template) = tree.get(root) else { return };
    let Some((host, content)) = template.parent().zip(template.first_child()) else { return };
    // Nothing in the head is shown.
    if host.value().as_element().is_none_or(|host| host.name() == "head") {
        return;
    }
    let (content, host) = (content.id(), host.id());
    let mut slotted = SlotNodes::new();
    for child in tree.get(host).into_iter().flat_map(|host| host.children()).filter(|child| child.id() != root) {
        let slot = child.value().as_element().and_then(|element| element.attr("slot"));
        slotted.entry(slot.filter(|name| !name.is_empty()).map(str::to_owned)).or_default().push(child.id());
    }
    let slots = slots(document, content);
    let tree = &mut document.tree;
    for (slot, name) in slots {
        let Some(nodes) = slotted.remove(&name) else { continue };
        let is_blank = |id: &NodeId| {
            let text = tree.get(*id).and_then(|node| node.value().as_text());
            text.is_some_and(|text| text.trim().is_empty())
        };
        // Blanks alone do not replace a slot's default content.
        if nodes.iter().all(is_blank) {
            continue;
        }
        let own: Vec<NodeId> =
            tree.get(slot).into_iter().flat_map(|slot| slot.children()).map(|node| node.id()).collect();
        for id in own {
            if let Some(mut node) = tree.get_mut(id) {
                node.detach();
            }
        }
        if let Some(mut slot) = tree.get_mut(slot) {
            for id in nodes {
                slot.append_id(id);
            }
        }
    }
    for id in slotted.into_values().flatten() {
        if let Some(mut node) = tree.get_mut(id) {
            node.detach();
        }
    }
    if let Some(mut host) = tree.get_mut(host) {
        host.reparent_from_id_append(content);
    }
    if let Some(mut template) = tree.get_mut(root) {
        template.detach();
    }
}

/// The slots of a shadow root with their names, without those of nested shadow roots.
fn slots(document: &Html, content: NodeId) -> Vec<(NodeId, Option<String>)> {
    let mut found = Vec::new();
    let mut next = document.tree.get(content).and_then(|content| content.first_child());
    while let Some(node) = next {
        if let Node::Element(element) = node.value()
            && element.name() == "slot"
        {
            found.push((node.id(), element.attr("name").filter(|name| !name.is_empty()).map(str::to_owned)));
        }
        let mut at = Some(node);
        next = node.first_child().filter(|child| !child.value().is_fragment());
        while let Some(node) = at.filter(|node| next.is_none() && node.id() != content) {
            next = node.next_sibling();
            at = node.parent();
        }
    }
    found
}

/// The first element that matches a CSS selector.
pub fn first<'a>(document: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    // `Html::select` would also find detached elements, in the order in which they were parsed.
    document.root_element().select(&Selector::parse(selector).ok()?).next()
}

/// The URL that a page's links resolve against.
pub fn base_url(document: &Html, page: &Url) -> Url {
    // A selector would look through the whole page.
    let heads = children_named(document.root_element(), "head");
    let base = heads.flat_map(|head| children_named(head, "base")).find_map(|base| base.attr("href"));
    base.and_then(|base| page.join(base.trim()).ok()).unwrap_or_else(|| page.clone())
}

fn children_named<'a>(parent: ElementRef<'a>, name: &'static str) -> impl Iterator<Item = ElementRef<'a>> {
    parent.child_elements().filter(move |element| element.value().name() == name)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    fn texts(html: &str, selector: &str) -> Vec<String> {
        let document = parse(html).unwrap();
        let selector = Selector::parse(selector).unwrap();
        document.root_element().select(&selector).map(|element| element.text().collect()).collect()
    }

    #[test]
    fn noscript_content_is_parsed() {
        assert_eq!(texts("<head><noscript><meta name=a></noscript></head><noscript><p>x</p></noscript>", "p"), ["x"]);
    }

    #[test]
    fn pieces_do_not_change_the_tree() {
        for start in 0..12 {
            let blanks = " ".repeat(PIECE - 12 + start);
            let html = format!("<p>{blanks}é&eacute;</p><p title='&amp;é'>b</p>\r\n<!-- <p>c</p> --><p>d\r\ne</p>");
            let expected = [format!("{blanks}éé"), "b".to_owned(), "d\ne".to_owned()];
            assert_eq!(texts(&html, "p"), expected, "{start}");
        }
    }

    #[test]
    fn templates_are_empty() {
        let html = "<div>a<template><p>b</p><template><p>c</p></template></template><p>d</p></div>";
        assert_eq!(texts(html, "p"), ["d"]);
        assert_eq!(texts(html, "div"), ["ad"]);
    }

    #[test]
    fn shadow_roots_are_flattened_as_browsers_show_them() {
        for (html, expected) in [
            ("<x-a><template shadowrootmode=open><p>a</p></template></x-a><p>b</p>", "a|b"),
            ("<x-a><template shadowrootmode=closed><p>a</p></template></x-a>", "a"),
            ("<x-a><template shadowroot=open><p>a</p></template></x-a>", "a"),
            ("<x-a><template shadowrootmode=other><p>a</p></template></x-a>", ""),
            (
                "<x-a><template shadowrootmode=open><p>a</p><slot></slot><p>c</p></template><p>b</p></x-a><p>d</p>",
                "a|b|c|d",
            ),
            (
                "<x-a><template shadowrootmode=open><slot name=t></slot><p>b</p><slot></slot></template><p>c</p><p slot=t>a</p></x-a>",
                "a|b|c",
            ),
            ("<x-a><template shadowrootmode=open><slot><p>a</p></slot></template> </x-a>", "a"),
            ("<x-a><template shadowrootmode=open><slot><p>a</p></slot></template><p>b</p></x-a>", "b"),
            // Children without a slot are not shown.
            ("<x-a><template shadowrootmode=open><p>a</p></template><p>b</p></x-a>", "a"),
            // A nested shadow root, and an ordinary template.
            (
                "<x-a><template shadowrootmode=open><x-b><template shadowrootmode=open><p>a</p><slot></slot></template><slot></slot></x-b>\
                 <template><p>x</p></template></template><p>b</p></x-a>",
                "a|b",
            ),
            ("<template shadowrootmode=open><p>a</p></template>", ""),
        ] {
            assert_eq!(texts(html, "p").join("|"), expected, "{html}");
        }
    }

    #[test]
    fn first_follows_the_visible_order() {
        // A table does not allow the second link, so the parser moves it before the table.
        let document = parse("<table><tr><td><a>1</a></td></tr><a>2</a></table>").unwrap();
        assert_eq!(first(&document, "a").unwrap().text().collect::<String>(), "2");
    }

    #[test]
    fn the_first_base_with_a_url_counts() {
        let page = Url::parse("https://a.example/b/c").unwrap();
        for (html, expected) in [
            ("", "https://a.example/b/c"),
            ("<base target=_top><base href=' /d/ '><base href=/e/>", "https://a.example/d/"),
            ("<base href=https://[>", "https://a.example/b/c"),
            ("<p><base href=/d/>", "https://a.example/b/c"),
        ] {
            assert_eq!(base_url(&parse(html).unwrap(), &page).as_str(), expected, "{html}");
        }
    }

    #[test]
    fn a_page_that_would_stall_the_parser_is_rejected() {
        assert!(parse(&"<div>".repeat(5_000)).is_err());
    }
}
