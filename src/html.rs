//! HTML text → a tree, read as a browser without scripts reads it.

use ego_tree::NodeId;
use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use scraper::{ElementRef, Html, HtmlTreeSink, Selector};
use url::Url;

use crate::parse_guard;

/// How many bytes of a page the parser gets at once.
const PIECE: usize = 65_536;

/// Parses a page; an error is the reason why the parser would stall on it.
pub fn parse(text: &str) -> Result<Html, &'static str> {
    if let Some(reason) = parse_guard::refusal(text) {
        return Err(reason);
    }
    // With scripts, the content of `noscript` would be one run of characters.
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), options);
    // Piece by piece: in one piece all of it would be copied first.
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        parser.process(piece.into());
        rest = after;
    }
    let mut document = parser.finish();
    // The content of a `template` is no part of the page, but scraper keeps it among the children.
    let templates: Vec<NodeId> =
        document.tree.nodes().filter(|node| node.value().is_fragment()).map(|node| node.id()).collect();
    for id in templates {
        if let Some(mut node) = document.tree.get_mut(id) {
            node.detach();
        }
    }
    Ok(document)
}

/// The first element that a CSS selector finds.
pub fn first<'a>(document: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    // `Html::select` would also find what was detached, in the order in which elements began.
    document.root_element().select(&Selector::parse(selector).ok()?).next()
}

/// The URL against which the links of a page are resolved.
pub fn base_url(document: &Html, page: &Url) -> Url {
    let base = first(document, "head > base[href]").and_then(|base| base.attr("href"));
    base.and_then(|base| page.join(base.trim()).ok()).unwrap_or_else(|| page.clone())
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
    fn what_only_a_browser_without_scripts_shows_is_read() {
        assert_eq!(texts("<head><noscript><meta name=a></noscript></head><noscript><p>x</p></noscript>", "p"), ["x"]);
    }

    #[test]
    fn a_page_is_the_same_wherever_it_is_split() {
        for start in 0..12 {
            let blanks = " ".repeat(PIECE - 12 + start);
            let html = format!("<p>{blanks}é&eacute;</p><p title='&amp;é'>b</p>\r\n<!-- <p>c</p> --><p>d\r\ne</p>");
            let expected = [format!("{blanks}éé"), "b".to_owned(), "d\ne".to_owned()];
            assert_eq!(texts(&html, "p"), expected, "{start}");
        }
    }

    #[test]
    fn templates_hold_nothing() {
        let html = "<div>a<template><p>b</p><template><p>c</p></template></template><p>d</p></div>";
        assert_eq!(texts(html, "p"), ["d"]);
        assert_eq!(texts(html, "div"), ["ad"]);
    }

    #[test]
    fn the_first_is_the_first_that_a_reader_sees() {
        // A table does not allow the second link, so it stands before the table.
        let document = parse("<table><tr><td><a>1</a></td></tr><a>2</a></table>").unwrap();
        assert_eq!(first(&document, "a").unwrap().text().collect::<String>(), "2");
    }

    #[test]
    fn the_base_is_the_first_that_has_an_address() {
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
