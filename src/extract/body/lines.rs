//! The text of the article: which of the lines that stand in its container belong to it.

use crate::text::cut::cut;
use crate::text::fold;
use crate::text::markup;
use std::ops::Range;

use super::{around::Around, chrome::Chrome, container, phrases};
use crate::extract::page::{
    blocks::{Block, Blocks},
    hints::Hints,
    tree::{NONE, Tag, Tree},
};
use crate::html;

/// What was taken for the text.
#[derive(Debug, Default)]
pub struct Body {
    /// One paragraph a line.
    pub lines: Vec<String>,
    /// The rule that found the container.
    pub rule: String,
    /// Rule and text of what came second.
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

/// Finds the text.
pub fn read_body(tree: &Tree, blocks: &Blocks, around: &Around) -> Body {
    let body = body_around(tree, blocks, around);
    if around.locked.is_empty() || body.lines.iter().map(String::len).sum::<usize>() >= 60 {
        return body;
    }
    // The selector covers the preview as well: then what is shown is what the reader sees.
    body_around(tree, blocks, &Around { locked: &[], ..*around })
}

fn body_around(tree: &Tree, blocks: &Blocks, around: &Around) -> Body {
    let chrome = Chrome::of(tree, blocks, around);
    let reader = LineReader {
        tree,
        blocks,
        chrome: &chrome,
        around,
        title: fold::key(around.title),
        told: !around.chosen.is_empty(),
    };
    let mut body = Body::default();
    let mut found = container::find(tree, blocks, &chrome, around);
    let (places, rule) = if around.chosen.is_empty() {
        (found.list, found.rule)
    } else {
        found.others = found.list.first().map(|at| (found.rule, *at)).into_iter().chain(found.others).collect();
        (outermost(tree, around.chosen), "select.text")
    };
    rule.clone_into(&mut body.rule);
    let mut kept = if around.chosen.is_empty() { reader.leads(places.first().copied()) } else { Vec::new() };
    let leads = kept.len();
    for at in places {
        reader.keep(at, &mut kept);
    }
    if let Some(first) = kept.first().filter(|first| leads > 0 || reader.is_lead(first)) {
        blocks.text_of(first).clone_into(&mut body.lead);
    }
    body.lines = reader.finish(&kept);
    body.runner_up = found.others.iter().find_map(|(rule, at)| {
        let beginning = reader.beginning(*at);
        let first = beginning.lines().next()?;
        (!body.lines.iter().any(|line| line == first)).then(|| ((*rule).to_owned(), beginning))
    });
    body
}

/// All text of a fragment: for documents that hold the article alone.
fn whole_text(tree: &Tree, blocks: &Blocks) -> Vec<String> {
    let chrome = Chrome::none(tree, blocks);
    let around = Around { headline: NONE, ..Around::default() };
    let reader = LineReader { tree, blocks, chrome: &chrome, around: &around, title: String::new(), told: true };
    let mut kept = Vec::new();
    reader.keep(0, &mut kept);
    reader.finish(&kept)
}

/// Text that may be HTML, one paragraph a line.
pub fn text_lines(text: &str) -> Vec<String> {
    if text.contains('<') || (text.contains("&lt;") && text.contains("&gt;")) {
        let text = if text.contains('<') { text.to_owned() } else { markup::unescaped(text) };
        let Ok(document) = html::parse(&text) else { return Vec::new() };
        let tree = Tree::of(&document);
        return whole_text(&tree, &Blocks::of(&tree));
    }
    text.split('\n').map(markup::unescaped).filter(|line| !line.is_empty()).collect()
}

fn outermost(tree: &Tree, places: &[u32]) -> Vec<u32> {
    let mut end = 0;
    let mut found = Vec::new();
    for at in places {
        if *at >= end {
            found.push(*at);
            end = tree.node(*at).map_or(end, |node| node.end);
        }
    }
    found
}

struct LineReader<'a> {
    tree: &'a Tree,
    blocks: &'a Blocks,
    chrome: &'a Chrome,
    around: &'a Around<'a>,
    /// The headline, letters and digits only.
    title: String,
    /// Whether somebody has said that the text stands here, and nothing else.
    told: bool,
}

impl<'a> LineReader<'a> {
    /// The standfirst and the bullet summary between headline and container.
    fn leads(&self, container: Option<u32>) -> Vec<&'a Block> {
        let headline = self.around.headline;
        let Some(container) = container.filter(|at| headline != NONE && *at > headline) else { return Vec::new() };
        let description = fold::key(self.around.description);
        let from = self.blocks.list.partition_point(|block| block.first < headline);
        let to = self.blocks.list.partition_point(|block| block.first < container);
        let mut leads = Vec::new();
        for nth in from..to {
            let Some(block) = self.blocks.list.get(nth) else { break };
            if block.is_linked() || self.chrome.holds(nth) || block.chars < 20 || self.is_locked(block) {
                continue;
            }
            let text = self.blocks.text_of(block);
            if matches!(block.tag, Tag::Heading(1) | Tag::Address)
                || fold::key(text) == self.title
                || phrases::is_boilerplate(text)
                || phrases::is_byline(text)
                || phrases::is_dateline(text)
            {
                continue;
            }
            let key = fold::key(cut(text, 2_000));
            let described = key.len() > 20
                && description.len() > 20
                && (key.starts_with(&description) || description.starts_with(&key));
            let sentence = block.chars >= 60
                && ends_sentence(text)
                && matches!(block.tag, Tag::Paragraph | Tag::Heading(_) | Tag::ListItem);
            let sentence = sentence || (block.tag == Tag::Block && block.chars >= 100 && ends_sentence(text));
            let bullet = block.tag == Tag::ListItem && block.chars >= 30;
            if described || sentence || bullet || self.is_lead(block) || self.is_second_headline(block) {
                leads.push(block);
            }
            if leads.len() == 8 {
                break;
            }
        }
        leads
    }

    /// A heading right under the headline, in the same element: "Repairs begin in March, says the mayor".
    fn is_second_headline(&self, block: &Block) -> bool {
        let parent = |at: u32| self.tree.node(at).map_or(NONE, |node| node.parent);
        let headline = self.around.headline;
        matches!(block.tag, Tag::Heading(2 | 3))
            && block.chars >= 30
            && parent(block.element) == parent(headline)
            && self.tree.node(headline).is_some_and(|node| node.end == block.element)
    }

    /// Whether one of the three innermost elements is named as the standfirst.
    fn is_lead(&self, block: &Block) -> bool {
        let mut at = block.element;
        for _ in 0..3 {
            let Some(node) = self.tree.node(at) else { return false };
            if node.hints.has(Hints::LEAD) {
                return true;
            }
            at = node.parent;
        }
        false
    }

    fn is_locked(&self, block: &Block) -> bool {
        let before = self.around.locked.partition_point(|at| *at <= block.first);
        let last = before.checked_sub(1).and_then(|nth| self.tree.node(*self.around.locked.get(nth)?));
        last.is_some_and(|node| block.first < node.end)
    }

    /// The first lines of an element, as many as `explain` shows.
    fn beginning(&self, at: u32) -> String {
        let mut text = String::new();
        let range = self.tree.node(at).map_or(0..0, |node| self.blocks.range(at, node));
        for nth in range {
            let Some(block) = self.blocks.list.get(nth).filter(|_| text.len() < 200) else { break };
            if !self.chrome.holds(nth) && self.is_text(block) {
                text.push_str(if text.is_empty() { "" } else { "\n" });
                text.push_str(cut(self.blocks.text_of(block), 1_000));
            }
        }
        text
    }

    /// The lines of one element that are text.
    fn keep(&self, at: u32, kept: &mut Vec<&'a Block>) {
        let Some(node) = self.tree.node(at) else { return };
        let range = self.blocks.range(at, node);
        let headline = self.around.headline;
        // What stands over the headline is a label or a crumb, unless the headline was mistaken.
        let above = self.blocks.list.partition_point(|block| block.first < headline);
        let over = headline != NONE
            && at <= headline
            && headline < node.end
            && self.blocks.prose_in(&(range.start..above.max(range.start))) * 4 < self.blocks.prose_in(&range).max(1);
        let mut started = !kept.is_empty() || self.told;
        // After a standfirst the byline may still come.
        let mut signed = self.told;
        for nth in range.clone() {
            let Some(block) = self.blocks.list.get(nth) else { break };
            let text = self.blocks.text_of(block);
            if !self.told && self.ends_at(block, nth, &range) {
                break;
            }
            if self.chrome.holds(nth) || (over && nth < above) || self.is_locked(block) {
                continue;
            }
            if !self.is_text(block) || (!started && !self.may_begin(block)) {
                continue;
            }
            if !signed && (phrases::is_byline(text) || phrases::is_dateline(text) || self.is_signature(block)) {
                continue;
            }
            started |= block.prose() > 0;
            signed |= block.prose() > 0 && !self.is_lead(block);
            kept.push(block);
        }
    }

    /// Whether its class names the author: a short line before the text.
    fn is_signature(&self, block: &Block) -> bool {
        block.chars < 120
            && self.tree.node(block.element).is_some_and(|node| node.hints.has(Hints::SIGNED))
            && !ends_sentence(self.blocks.text_of(block))
    }

    /// Whether the readers' comments begin with this line: the article has been told, and it is no head of a table.
    fn ends_at(&self, block: &Block, nth: usize, range: &Range<usize>) -> bool {
        let mut at = block.element;
        block.chars <= 80
            && !block.is_linked()
            && self.blocks.prose_in(&(range.start..nth)) >= 400
            && phrases::opens_comments(self.blocks.text_of(block))
            && !(0..4).any(|_| {
                let node = self.tree.node(at);
                at = node.map_or(NONE, |node| node.parent);
                node.is_some_and(|node| node.tag == Tag::Cell)
            })
    }

    fn is_text(&self, block: &Block) -> bool {
        let text = self.blocks.text_of(block);
        // An `h1` after the headline is a heading of a section.
        let headline = matches!(block.tag, Tag::Heading(1)) && (self.above(block) || block.is_linked());
        // The headline itself, a kicker in it as well.
        let own = self.around.headline != NONE && block.element == self.around.headline;
        if own || headline || matches!(block.tag, Tag::Address | Tag::Control) {
            return false;
        }
        let as_long = text.len() >= self.title.len() && text.len() <= self.title.len() * 2 + 20;
        if as_long && !self.title.is_empty() && fold::key(text) == self.title {
            return false;
        }
        // What is written on a chart, the number of a picture, a count of readers.
        if block.tag == Tag::Block && block.chars < 12 && !text.chars().any(char::is_alphabetic) {
            return false;
        }
        // Linked headings and points that are no text have been told apart with what stands around them.
        if !self.told && matches!(block.tag, Tag::Heading(_) | Tag::ListItem) {
            return text.chars().any(char::is_alphanumeric) && !phrases::is_boilerplate(text);
        }
        // A line that is a link, and not a sentence with a link in it.
        if block.link_chars * 5 > block.chars * 4
            && block.chars < 400
            && !(ends_sentence(text) && block.link_chars < block.chars && block.chars > 80)
        {
            return false;
        }
        // "Topics: this, that": a label and links.
        if block.is_linked() && block.chars < 200 && block.tag == Tag::Paragraph && !ends_sentence(text) {
            return false;
        }
        text.chars().any(char::is_alphanumeric) && !phrases::is_boilerplate(text)
    }

    fn above(&self, block: &Block) -> bool {
        self.around.headline == NONE || block.first <= self.around.headline
    }

    /// Before the first paragraph stand bylines, dates and labels.
    fn may_begin(&self, block: &Block) -> bool {
        let text = self.blocks.text_of(block);
        if phrases::is_byline(text) || phrases::is_dateline(text) {
            return false;
        }
        match block.tag {
            Tag::Paragraph | Tag::ListItem | Tag::Quote | Tag::Heading(_) | Tag::Cell | Tag::Preformatted => {
                block.chars >= 15 || (block.chars >= 8 && ends_sentence(text))
            }
            _ => block.chars >= 60 || (block.chars >= 30 && ends_sentence(text)) || self.is_lead(block),
        }
    }

    /// The texts: repeated paragraphs once, headings with nothing under them gone.
    fn finish(&self, kept: &[&Block]) -> Vec<String> {
        let mut seen = std::collections::HashSet::new();
        let mut lines: Vec<(&Block, &str)> = Vec::new();
        for block in kept {
            let text = self.blocks.text_of(block);
            // The same standfirst for narrow and wide screens.
            if block.chars >= 50 && !seen.insert(text) {
                continue;
            }
            lines.push((block, text));
        }
        while lines.last().is_some_and(|(block, text)| {
            (matches!(block.tag, Tag::Heading(_)) && !ends_sentence(text)) || (block.chars < 60 && text.ends_with(':'))
        }) {
            lines.pop();
        }
        lines.into_iter().map(|(_, text)| text.to_owned()).collect()
    }
}

/// Whether a line ends as sentences do.
fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', '»', '\'', ')', '“', ' '])
        .ends_with(['.', '!', '?', '…', '。', '؟', '۔', '।', '：', '！', '？'])
}
