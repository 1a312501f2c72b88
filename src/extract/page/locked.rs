//! The part for subscribers, as marked by the page's JSON-LD.

use scraper::{CaseSensitivity, Html};

use super::tree::{Tag, Tree, index};

#[derive(Debug, PartialEq, Eq)]
struct SimpleSelector {
    id: Option<String>,
    classes: Vec<String>,
}

/// The elements matched by the page's selectors (`.class`, `#id`, `tag.class`, lists of them).
///
/// Of a compound selector only the last part with a class or an id is used: the page is untrusted, so its selectors
/// must stay cheap.
pub fn elements(document: &Html, tree: &Tree, selectors: &[String]) -> Vec<u32> {
    let wanted: Vec<SimpleSelector> =
        selectors.iter().flat_map(|list| list.split(',')).filter_map(parse).take(20).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut end = 0;
    for (at, node) in (0..).zip(&tree.nodes) {
        if node.tag == Tag::Text || at < end {
            continue;
        }
        let matches = document.tree.get(node.id).and_then(|node| node.value().as_element()).is_some_and(|element| {
            let is = |wanted: &SimpleSelector| {
                wanted.id.as_deref().is_none_or(|id| element.id() == Some(id))
                    && wanted.classes.iter().all(|class| element.has_class(class, CaseSensitivity::CaseSensitive))
            };
            wanted.iter().any(is)
        });
        if matches {
            found.push(at);
            end = node.end;
        }
    }
    found.truncate(index(2_000) as usize);
    found
}

fn parse(selector: &str) -> Option<SimpleSelector> {
    let part = selector.split([' ', '>', '+', '~']).rfind(|part| part.contains(['.', '#']))?;
    let mut wanted = SimpleSelector { id: None, classes: Vec::new() };
    let mut rest = part.split(':').next()?;
    while let Some(at) = rest.find(['.', '#']) {
        let tail = &rest[at + 1..];
        let end = tail.find(['.', '#', '[']).unwrap_or(tail.len());
        let name = tail[..end].to_owned();
        if name.is_empty() {
            return None;
        }
        if rest[at..].starts_with('#') {
            wanted.id = Some(name);
        } else {
            wanted.classes.push(name);
        }
        rest = &tail[end..];
    }
    Some(wanted)
}
