//! The text of the article: which container, which of its blocks.

use std::ops::Range;

use super::{
    blocks::{Block, Blocks},
    hints::Hints,
    phrases, plain,
    tree::{NONE, Node, Tag, Tree, index},
};

/// What was taken for the text.
#[derive(Debug, Default)]
pub struct Body {
    /// One paragraph a line.
    pub lines: Vec<String>,
    /// The rule that found the container.
    pub rule: String,
    /// The container's text had it been the runner-up.
    pub runner_up: Option<(String, String)>,
    /// The standfirst, when the page marks one.
    pub lead: String,
}

impl Body {
    /// Paragraphs joined by line breaks.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// What the reader of the text needs to know of the rest of the page.
#[derive(Debug)]
pub struct Around<'a> {
    /// The headline's place, `NONE` when unknown.
    pub headline: u32,
    /// The headline.
    pub title: &'a str,
    /// What meta data give as the lead.
    pub description: &'a str,
    /// Elements that hold the part for subscribers.
    pub locked: &'a [u32],
    /// Elements that the source's `select.text` names.
    pub chosen: &'a [u32],
}

/// Finds the text.
pub fn read(tree: &Tree, blocks: &Blocks, around: &Around) -> Body {
    let chrome = chrome(tree, blocks, around);
    let mut body = Body::default();
    if !around.chosen.is_empty() {
        let mut end = 0;
        let mut kept = Vec::new();
        for at in around.chosen {
            let Some(node) = tree.node(*at).filter(|_| *at >= end) else { continue };
            end = node.end;
            kept.extend(keep(tree, blocks, &chrome, blocks.range(*at, node), around));
        }
        "select.text".clone_into(&mut body.rule);
        body.lines = kept.iter().map(|block| blocks.text_of(block).to_owned()).collect();
        return body;
    }
    let Some((container, rule)) = container(tree, blocks, &chrome, around) else { return body };
    let Some(node) = tree.node(container) else { return body };
    let range = blocks.range(container, node);
    rule.clone_into(&mut body.rule);
    let mut kept = leads(blocks, &chrome, tree, &range, around);
    if let Some(first) = kept.first() {
        blocks.text_of(first).clone_into(&mut body.lead);
    }
    kept.extend(keep(tree, blocks, &chrome, range, around));
    body.lines = kept.iter().map(|block| blocks.text_of(block).to_owned()).collect();
    body
}

/// All text of a fragment: for documents that hold the article alone.
pub fn whole(tree: &Tree, blocks: &Blocks) -> Vec<String> {
    let around = Around { headline: NONE, title: "", description: "", locked: &[], chosen: &[] };
    let chrome = vec![false; tree.nodes.len()];
    keep(tree, blocks, &chrome, 0..blocks.list.len(), &around)
        .iter()
        .map(|block| blocks.text_of(block).to_owned())
        .collect()
}

/// For each node whether it is, or stands in, what is never text.
fn chrome(tree: &Tree, blocks: &Blocks, around: &Around) -> Vec<bool> {
    let all = blocks.prose_in(&(0..blocks.list.len()));
    let mut chrome = vec![false; tree.nodes.len()];
    for (at, node) in (0..).zip(&tree.nodes) {
        let above = chrome.get(node.parent as usize).copied().unwrap_or(false);
        if above {
            chrome[at as usize] = true;
            continue;
        }
        if !is_suspect(node) || around.chosen.contains(&at) {
            continue;
        }
        let range = blocks.range(at, node);
        let prose = blocks.prose_in(&range);
        // A wrapper that holds half of the page's prose, or the headline, is named after one of its parts.
        let wrapper = prose > 400 && prose * 2 > all;
        let holds_headline =
            around.headline != NONE && at <= around.headline && around.headline < node.end && node.tag != Tag::Header;
        chrome[at as usize] = !wrapper && !holds_headline;
    }
    chrome
}

fn is_suspect(node: &Node) -> bool {
    match node.tag {
        Tag::Nav | Tag::Footer | Tag::Aside | Tag::Form | Tag::Control | Tag::Figure | Tag::Caption => true,
        Tag::Text | Tag::Body | Tag::Main | Tag::Break => false,
        _ => node.hints.has(Hints::CHROME) && !node.hints.has(Hints::BODY_SURE),
    }
}

fn weight(block: &Block, chrome: bool) -> i64 {
    if chrome {
        return 0;
    }
    let prose = i64::from(block.prose());
    if prose > 0 {
        prose
    } else if block.is_linked() {
        -i64::from(block.chars.min(80))
    } else {
        -5
    }
}

/// The element that holds most prose and least else.
fn container(tree: &Tree, blocks: &Blocks, chrome: &[bool], around: &Around) -> Option<(u32, &'static str)> {
    let mut sums: Vec<i64> = Vec::with_capacity(blocks.list.len() + 1);
    let mut total = 0;
    for block in &blocks.list {
        sums.push(total);
        total += weight(block, chrome.get(block.element as usize).copied().unwrap_or(false));
    }
    sums.push(total);
    let sum = |range: &Range<usize>| sums.get(range.end).unwrap_or(&0) - sums.get(range.start).unwrap_or(&0);
    let mut best: Option<(i64, u32)> = None;
    let mut sure: Option<(i64, u32)> = None;
    for (at, node) in (0..).zip(&tree.nodes) {
        if !node.tag.is_block()
            || chrome[at as usize]
            || matches!(node.tag, Tag::Paragraph | Tag::Heading(_) | Tag::ListItem | Tag::Quote)
        {
            continue;
        }
        let range = blocks.range(at, node);
        let score = sum(&range);
        // Of equals the innermost, which comes later.
        if score > 0 && best.is_none_or(|(most, _)| score >= most) {
            best = Some((score, at));
        }
        if score > 0 && node.hints.has(Hints::BODY_SURE) && sure.is_none_or(|(most, _)| score > most) {
            sure = Some((score, at));
        }
    }
    match (best, sure) {
        (Some((most, _)), Some((score, at))) if score * 5 >= most * 2 => Some((at, "element named as the body")),
        (Some((_, at)), _) => Some((at, "densest element")),
        _ => shortest_way(tree, blocks, chrome, around),
    }
}

/// A page without prose: a brief of a few short lines.
fn shortest_way(tree: &Tree, blocks: &Blocks, chrome: &[bool], around: &Around) -> Option<(u32, &'static str)> {
    let inside = |at: u32, node: &Node| at <= around.headline && around.headline < node.end;
    let article = (0..)
        .zip(&tree.nodes)
        .find(|(at, node)| node.tag == Tag::Article && (around.headline == NONE || inside(*at, node)));
    let sure = (0..).zip(&tree.nodes).find(|(_, node)| node.hints.has(Hints::BODY_SURE));
    let (at, node) = sure.or(article)?;
    let range = blocks.range(at, node);
    let any = blocks.list.get(range)?.iter().any(|block| !chrome[block.element as usize] && !block.is_linked());
    any.then_some((at, "article element"))
}

/// The standfirst between headline and container.
fn leads<'b>(
    blocks: &'b Blocks,
    chrome: &[bool],
    tree: &Tree,
    range: &Range<usize>,
    around: &Around,
) -> Vec<&'b Block> {
    if around.headline == NONE {
        return Vec::new();
    }
    let description = plain::key(around.description);
    let from = blocks.list.partition_point(|block| block.first < around.headline);
    let title = plain::key(around.title);
    blocks
        .list
        .get(from..range.start)
        .unwrap_or_default()
        .iter()
        .filter(|block| {
            if block.is_linked() || chrome[block.element as usize] || block.chars < 20 {
                return false;
            }
            let key = plain::key(blocks.text_of(block));
            if key == title || matches!(block.tag, Tag::Heading(1)) {
                return false;
            }
            let same = description.len() > 20
                && (key.starts_with(&description) || description.starts_with(&key))
                && key.len() > 20;
            same || hinted(tree, block.element, Hints::LEAD)
        })
        .take(6)
        .collect()
}

/// Whether one of the three innermost elements has a role.
fn hinted(tree: &Tree, element: u32, role: Hints) -> bool {
    let mut at = element;
    for _ in 0..3 {
        let Some(node) = tree.node(at) else { return false };
        if node.hints.has(role) {
            return true;
        }
        at = node.parent;
    }
    false
}

/// The blocks of the container that are text.
fn keep<'b>(tree: &Tree, blocks: &'b Blocks, chrome: &[bool], range: Range<usize>, around: &Around) -> Vec<&'b Block> {
    let title = plain::key(around.title);
    let mut kept: Vec<&Block> = Vec::new();
    for block in blocks.list.get(range).unwrap_or_default() {
        let text = blocks.text_of(block);
        let locked = around
            .locked
            .iter()
            .any(|at| tree.node(*at).is_some_and(|node| *at <= block.first && block.first < node.end));
        if locked || chrome.get(block.element as usize).copied().unwrap_or(false) {
            continue;
        }
        if matches!(block.tag, Tag::Heading(1) | Tag::Address | Tag::Control)
            || (!title.is_empty() && block.chars < 300 && plain::key(text) == title)
        {
            continue;
        }
        if block.link_chars * 5 > block.chars * 3 && block.chars < 400 {
            continue;
        }
        if phrases::is_boilerplate(text) {
            continue;
        }
        kept.push(block);
    }
    // A heading with nothing under it belonged to what was dropped.
    while kept.last().is_some_and(|block| matches!(block.tag, Tag::Heading(_))) {
        kept.pop();
    }
    kept
}

/// The elements that simple selectors of the page (`.class`, `#id`, `tag.class`, lists of them) name.
///
/// Of a chain only the last part with a class or an id counts: the page is a stranger, and its selectors must stay cheap.
pub fn locked(document: &dom_query::Document, tree: &Tree, selectors: &[String]) -> Vec<u32> {
    let mut wanted: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for selector in selectors.iter().flat_map(|list| list.split(',')).take(20) {
        let part = selector.split([' ', '>', '+', '~']).rfind(|part| part.contains(['.', '#']));
        let Some(part) = part else { continue };
        let mut id = None;
        let mut classes = Vec::new();
        let mut rest = part.split(':').next().unwrap_or("");
        while let Some(at) = rest.find(['.', '#']) {
            let tail = &rest[at + 1..];
            let end = tail.find(['.', '#', '[']).unwrap_or(tail.len());
            if rest[at..].starts_with('#') {
                id = Some(tail[..end].to_owned());
            } else {
                classes.push(tail[..end].to_owned());
            }
            rest = &tail[end..];
        }
        wanted.push((id, classes));
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        if node.tag == Tag::Text {
            continue;
        }
        let matches = document.tree.query_node_or(&node.id, false, |node| {
            let Some(element) = node.as_element() else { return false };
            wanted.iter().any(|(id, classes)| {
                id.as_deref().is_none_or(|id| element.id().is_some_and(|own| &*own == id))
                    && classes.iter().all(|class| element.has_class(class))
            })
        });
        if matches {
            found.push(index(at));
        }
    }
    found
}
