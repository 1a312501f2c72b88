//! Chooses the lines of the container that belong to the article.

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

/// The text that was found.
#[derive(Debug, Default)]
pub struct Body {
    /// One paragraph per line.
    pub lines: Vec<String>,
    /// The rule that found the container.
    pub rule: String,
    /// Rule and text of the runner-up.
    pub runner_up: Option<(String, String)>,
    /// The standfirst, if the page marks one.
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
    // The source's selector includes the preview: what is shown is then what the reader sees.
    body_around(tree, blocks, &Around { locked: &[], ..*around })
}

fn body_around(tree: &Tree, blocks: &Blocks, around: &Around) -> Body {
    let chrome = Chrome::detect(tree, blocks, around);
    let reader = LineReader {
        tree,
        blocks,
        chrome: &chrome,
        around,
        title: fold::key(around.title),
        is_certain: !around.chosen.is_empty(),
    };
    let mut body = Body::default();
    let mut found = container::find_text_blocks(tree, blocks, &chrome, around);
    let (places, rule) = if around.chosen.is_empty() {
        (found.list, found.rule)
    } else {
        found.others = found.list.first().map(|at| (found.rule, *at)).into_iter().chain(found.others).collect();
        (outermost(tree, around.chosen), "select.text")
    };
    rule.clone_into(&mut body.rule);
    let mut kept = if around.chosen.is_empty() { reader.lead_blocks(places.first().copied()) } else { Vec::new() };
    let leads = kept.len();
    for at in places {
        reader.collect_lines(at, &mut kept);
    }
    if let Some(first) = kept.first().filter(|first| leads > 0 || reader.is_lead(first)) {
        blocks.text_of(first).clone_into(&mut body.lead);
    }
    body.lines = reader.final_lines(&kept);
    body.runner_up = found.others.iter().find_map(|(rule, at)| {
        let beginning = reader.first_lines(*at);
        let first = beginning.lines().next()?;
        (!body.lines.iter().any(|line| line == first)).then(|| ((*rule).to_owned(), beginning))
    });
    body
}

/// All text of a fragment that consists of the article alone.
fn whole_text(tree: &Tree, blocks: &Blocks) -> Vec<String> {
    let chrome = Chrome::none(tree, blocks);
    let around = Around { headline: NONE, ..Around::default() };
    let reader = LineReader { tree, blocks, chrome: &chrome, around: &around, title: String::new(), is_certain: true };
    let mut kept = Vec::new();
    reader.collect_lines(0, &mut kept);
    reader.final_lines(&kept)
}

/// Splits text that may be HTML into one line per paragraph.
pub fn text_lines(text: &str) -> Vec<String> {
    if text.contains('<') || (text.contains("&lt;") && text.contains("&gt;")) {
        let text = if text.contains('<') { text.to_owned() } else { markup::unescaped(text) };
        let Ok(document) = html::parse(&text) else { return Vec::new() };
        let tree = Tree::from_document(&document);
        return whole_text(&tree, &Blocks::from_tree(&tree));
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
    /// The headline as a comparison key: letters and digits only.
    title: String,
    /// Whether a selector or the fragment itself says that everything here is article text.
    is_certain: bool,
}

impl<'a> LineReader<'a> {
    /// The standfirst and the bullet summary between headline and container.
    fn lead_blocks(&self, container: Option<u32>) -> Vec<&'a Block> {
        let headline = self.around.headline;
        let Some(container) = container.filter(|at| headline != NONE && *at > headline) else { return Vec::new() };
        let description = fold::key(self.around.description);
        let from = self.blocks.list.partition_point(|block| block.first < headline);
        let to = self.blocks.list.partition_point(|block| block.first < container);
        let mut leads = Vec::new();
        for nth in from..to {
            let Some(block) = self.blocks.list.get(nth) else { break };
            if block.is_linked() || self.chrome.is_chrome(nth) || block.chars < 20 || self.is_locked(block) {
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

    /// Whether a block is a second headline directly below the first, in the same element: "Repairs begin in March,
    /// says the mayor".
    fn is_second_headline(&self, block: &Block) -> bool {
        let parent = |at: u32| self.tree.node(at).map_or(NONE, |node| node.parent);
        let headline = self.around.headline;
        matches!(block.tag, Tag::Heading(2 | 3))
            && block.chars >= 30
            && parent(block.element) == parent(headline)
            && self.tree.node(headline).is_some_and(|node| node.end == block.element)
    }

    /// Whether one of the three innermost elements has a standfirst class.
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
    fn first_lines(&self, at: u32) -> String {
        let mut text = String::new();
        let range = self.tree.node(at).map_or(0..0, |node| self.blocks.range(at, node));
        for nth in range {
            let Some(block) = self.blocks.list.get(nth).filter(|_| text.len() < 200) else { break };
            if !self.chrome.is_chrome(nth) && self.is_text(block) {
                text.push_str(if text.is_empty() { "" } else { "\n" });
                text.push_str(cut(self.blocks.text_of(block), 1_000));
            }
        }
        text
    }

    /// Collects the lines of one element that belong to the article.
    fn collect_lines(&self, at: u32, kept: &mut Vec<&'a Block>) {
        let Some(node) = self.tree.node(at) else { return };
        let range = self.blocks.range(at, node);
        let headline = self.around.headline;
        // What precedes the headline is a label or a breadcrumb, unless the headline was misidentified.
        let above = self.blocks.list.partition_point(|block| block.first < headline);
        let over = headline != NONE
            && at <= headline
            && headline < node.end
            && self.blocks.prose_in(&(range.start..above.max(range.start))) * 4 < self.blocks.prose_in(&range).max(1);
        let mut started = !kept.is_empty() || self.is_certain;
        // The byline may follow the standfirst.
        let mut signed = self.is_certain;
        for nth in range.clone() {
            let Some(block) = self.blocks.list.get(nth) else { break };
            let text = self.blocks.text_of(block);
            if !self.is_certain && self.ends_at(block, nth, &range) {
                break;
            }
            if self.chrome.is_chrome(nth) || (over && nth < above) || self.is_locked(block) {
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

    /// Whether a short line before the text has an author class.
    fn is_signature(&self, block: &Block) -> bool {
        block.chars < 120
            && self.tree.node(block.element).is_some_and(|node| node.hints.has(Hints::SIGNED))
            && !ends_sentence(self.blocks.text_of(block))
    }

    /// Whether the readers' comments begin with this line. Requires enough text before it, and that it is not a table
    /// header.
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
        // An `h1` after the headline is a section heading.
        let headline = matches!(block.tag, Tag::Heading(1)) && (self.is_above_headline(block) || block.is_linked());
        // The headline itself, including a kicker inside it.
        let own = self.around.headline != NONE && block.element == self.around.headline;
        if own || headline || matches!(block.tag, Tag::Address | Tag::Control) {
            return false;
        }
        let as_long = text.len() >= self.title.len() && text.len() <= self.title.len() * 2 + 20;
        if as_long && !self.title.is_empty() && fold::key(text) == self.title {
            return false;
        }
        // Chart labels, picture numbers, reader counts.
        if block.tag == Tag::Block && block.chars < 12 && !text.chars().any(char::is_alphabetic) {
            return false;
        }
        // Linked headings and list items that are not text were already removed as chrome.
        if !self.is_certain && matches!(block.tag, Tag::Heading(_) | Tag::ListItem) {
            return text.chars().any(char::is_alphanumeric) && !phrases::is_boilerplate(text);
        }
        // A line that is one link, rather than a sentence with a link in it.
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

    fn is_above_headline(&self, block: &Block) -> bool {
        self.around.headline == NONE || block.first <= self.around.headline
    }

    /// Whether the text may begin with this line; bylines, dates and labels precede the first paragraph.
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

    /// The final lines: repeated paragraphs once, headings without text below them removed.
    fn final_lines(&self, kept: &[&Block]) -> Vec<String> {
        let mut seen = std::collections::HashSet::new();
        let mut lines: Vec<(&Block, &str)> = Vec::new();
        for block in kept {
            let text = self.blocks.text_of(block);
            // Pages repeat the standfirst for narrow and wide screens.
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

/// Whether a line ends like a sentence.
fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', '»', '\'', ')', '“', ' '])
        .ends_with(['.', '!', '?', '…', '。', '؟', '۔', '।', '：', '！', '？'])
}
