//! The section of the site that an article belongs to.

use super::findings::Findings;
use crate::extract::page::{json_ld::JsonLd, tree::Tree};
use crate::text::markup;

/// The section from JSON-LD or else from `meta` elements; empty when there is none.
pub fn section(tree: &Tree, json: &JsonLd, findings: &mut Findings) -> String {
    let Some((rule, section)) = named(tree, json).into_iter().find(|(_, text)| is_section(text)) else {
        return String::new();
    };
    findings.record("section", rule, &section, None);
    section
}

/// The sections that a page names, each with its rule; empty where it names none.
pub fn named(tree: &Tree, json: &JsonLd) -> [(&'static str, String); 2] {
    let named = tree
        .meta(&["article:section", "og:article:section", "parsely-section", "cxenseparse:category", "section"])
        .map(markup::unescaped);
    [("JSON-LD articleSection", json.section.clone()), ("meta section", named.unwrap_or_default())]
}

/// Whether it names a section: not the void of some programming language.
fn is_section(text: &str) -> bool {
    let void = matches!(text.to_ascii_lowercase().as_str(), "nil" | "null" | "none" | "undefined" | "n/a" | "-");
    !text.is_empty() && text.len() < 200 && !void
}
