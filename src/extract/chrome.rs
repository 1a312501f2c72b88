//! What on a page is never the text of an article: told by role, by what an element is made of, and by set phrases.

use super::{
    blocks::{Block, Blocks},
    body::Around,
    hints::Hints,
    phrases,
    tree::{NONE, Node, Tag, Tree},
};

/// The judgement over a page.
#[derive(Debug)]
pub struct Chrome {
    /// For each node whether it is, or stands in, what is never text.
    pub nodes: Vec<bool>,
    /// The same for each block, the markup inside its line considered.
    pub blocks: Vec<bool>,
}

impl Chrome {
    /// Nothing is chrome: for documents that hold the article alone.
    pub fn none(tree: &Tree, blocks: &Blocks) -> Self {
        Self { nodes: vec![false; tree.nodes.len()], blocks: vec![false; blocks.list.len()] }
    }

    /// Judges every element once.
    pub fn of(tree: &Tree, blocks: &Blocks, around: &Around) -> Self {
        let mut islands = vec![false; tree.nodes.len()];
        let judge = Judge { tree, blocks, around, all: blocks.prose_in(&(0..blocks.list.len())) };
        judge.captions(&mut islands);
        judge.forms(&mut islands);
        judge.teasers(&mut islands);
        judge.boxes(&mut islands);
        let mut nodes = vec![false; tree.nodes.len()];
        for (at, node) in (0..).zip(&tree.nodes) {
            let above = nodes.get(node.parent as usize).copied().unwrap_or(false);
            let own = || {
                (islands[at as usize] && around.chosen.binary_search(&at).is_err())
                    || judge.by_role(at, node)
                    || judge.links_only(at, node)
            };
            nodes[at as usize] = above || (node.tag != Tag::Text && own());
        }
        let by_block = |block: &Block| nodes[block.element as usize] || judge.is_inline_chrome(block, &nodes);
        let blocks = blocks.list.iter().map(by_block).collect();
        Self { nodes, blocks }
    }

    /// Whether a block is chrome.
    pub fn holds(&self, block: usize) -> bool {
        self.blocks.get(block).copied().unwrap_or(false)
    }
}

struct Judge<'a> {
    tree: &'a Tree,
    blocks: &'a Blocks,
    around: &'a Around<'a>,
    /// Prose of the whole page.
    all: u32,
}

impl Judge<'_> {
    fn by_role(&self, at: u32, node: &Node) -> bool {
        let suspect = match node.tag {
            // The block editor of WordPress sets tables and quotes as figures.
            Tag::Figure => {
                !self.tree.node(at + 1).is_some_and(|first| matches!(first.tag, Tag::Table | Tag::Quote))
                    || node.hints.has(Hints::CAPTION)
            }
            Tag::Nav | Tag::Footer | Tag::Aside | Tag::Form | Tag::Control | Tag::Caption | Tag::Time => true,
            Tag::Text | Tag::Body | Tag::Main | Tag::Break => false,
            _ => node.hints.has(Hints::CHROME) && !node.hints.has(Hints::BODY_SURE),
        };
        if !suspect || self.around.chosen.binary_search(&at).is_ok() || self.holds_headline(at, node) {
            return false;
        }
        let prose = self.blocks.prose_in(&self.blocks.range(at, node));
        // A wrapper that holds half of the page's prose is named after one of its parts.
        // There may be more comments than text.
        let comments = node.hints.has(Hints::COMMENT) && self.follows_text(at, node);
        let wrapper = !comments
            && prose > 400
            && prose * 2 > self.all
            && !matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Caption);
        let range = self.blocks.range(at, node);
        // Much prose and hardly a link: the role is that of something beside the text, or of the text's wrapper.
        let text = prose > 500
            && node.hints.only(Hints::LOOSE)
            && !matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Aside | Tag::Caption | Tag::Figure)
            && self.blocks.linked_in(&range) * 10 < self.blocks.chars_in(&range);
        !wrapper && !text
    }

    /// Whether prose enough for an article stands between the headline and the element.
    fn follows_text(&self, at: u32, node: &Node) -> bool {
        let headline = self.around.headline;
        let before = self.blocks.list.partition_point(|block| block.first < headline);
        let range = self.blocks.range(at, node);
        headline != NONE && at > headline && self.blocks.prose_in(&(before..range.start.max(before))) >= 300
    }

    fn holds_headline(&self, at: u32, node: &Node) -> bool {
        let headline = self.around.headline;
        headline != NONE && at <= headline && headline < node.end
    }

    /// Lists of links, rows of buttons.
    fn links_only(&self, at: u32, node: &Node) -> bool {
        if !node.tag.is_block() || matches!(node.tag, Tag::Paragraph | Tag::Body) || self.holds_headline(at, node) {
            return false;
        }
        let range = self.blocks.range(at, node);
        let chars = self.blocks.chars_in(&range);
        chars > 0
            && self.blocks.linked_in(&range) * 2 > chars
            && self.blocks.prose_in(&range) < 60
            && self.around.chosen.binary_search(&at).is_err()
    }

    /// The outermost element around `from` that still passes.
    fn climb(&self, from: u32, mut passes: impl FnMut(u32, &Node) -> bool) -> Option<u32> {
        let mut found = None;
        let mut at = from;
        while let Some(node) = self.tree.node(at) {
            if matches!(node.tag, Tag::Body | Tag::Main)
                || node.hints.has(Hints::BODY_SURE)
                || self.holds_headline(at, node)
                || !passes(at, node)
            {
                break;
            }
            found = Some(at);
            at = node.parent;
        }
        found
    }

    /// An element with a picture and a few words holds the picture's caption.
    fn captions(&self, islands: &mut [bool]) {
        let mut seen = vec![false; self.tree.nodes.len()];
        for image in &self.tree.images {
            let top = self.climb(*image, |at, node| {
                // Whoever came by before has marked what is above.
                if std::mem::replace(&mut seen[at as usize], true) {
                    return false;
                }
                let range = self.blocks.range(at, node);
                let chars = self.blocks.chars_in(&range);
                let paragraphs = self
                    .blocks
                    .list
                    .get(range.clone())
                    .unwrap_or_default()
                    .iter()
                    .any(|block| block.tag == Tag::Paragraph && block.chars > 100);
                range.len() <= 3
                    && (chars <= 160 || (chars <= 350 && !paragraphs))
                    && chars * 2 < self.all
                    && node.tag != Tag::Paragraph
            });
            if let Some(top) = top {
                islands[top as usize] = true;
            }
        }
    }

    /// A field for a mail address and the words around it.
    fn forms(&self, islands: &mut [bool]) {
        let mut seen = vec![false; self.tree.nodes.len()];
        for field in &self.tree.fields {
            let top = self.climb(*field, |at, node| {
                if std::mem::replace(&mut seen[at as usize], true) {
                    return false;
                }
                let range = self.blocks.range(at, node);
                self.blocks.prose_in(&range) <= 500.min(self.all / 3) && self.blocks.chars_in(&range) <= 900
            });
            if let Some(top) = top {
                islands[top as usize] = true;
            }
        }
    }

    /// A linked headline with a summary under it, in a small element of their own.
    fn teasers(&self, islands: &mut [bool]) {
        for (nth, block) in self.blocks.list.iter().enumerate() {
            if !block.is_linked() || block.link_chars < 20 {
                continue;
            }
            let top = self.climb(block.element, |at, node| {
                let range = self.blocks.range(at, node);
                let label = self.blocks.chars_in(&(range.start..nth));
                self.blocks.chars_in(&range) <= 600
                    && label < 40
                    && self.blocks.prose_in(&range) * 3 < self.all.max(300)
            });
            if let Some(top) = top
                && self.tree.node(top).is_some_and(|node| self.blocks.range(top, node).len() > 1)
            {
                islands[top as usize] = true;
            }
        }
    }

    /// "Subscribe to our newsletter", "Related articles": the small element that begins so is all of that kind.
    fn boxes(&self, islands: &mut [bool]) {
        for (nth, block) in self.blocks.list.iter().enumerate() {
            if block.chars > 120 || !phrases::opens_box(self.blocks.text_of(block)) {
                continue;
            }
            let top = self.climb(block.element, |at, node| {
                let range = self.blocks.range(at, node);
                let before = self.blocks.chars_in(&(range.start..nth));
                before == 0 && range.len() <= 12 && self.blocks.prose_in(&range) <= 500.min(self.all / 4)
            });
            if let Some(top) = top {
                islands[top as usize] = true;
            }
        }
    }

    /// Whether nearly all of a line stands in markup whose role is chrome: `<div><span class="caption">…`.
    fn is_inline_chrome(&self, block: &Block, nodes: &[bool]) -> bool {
        let length = block.to - block.from;
        let mut at = self.tree.node(block.first).map_or(NONE, |node| node.parent);
        while at != NONE && at != block.element {
            let Some(node) = self.tree.node(at) else { return false };
            if nodes[at as usize] && (node.text_end - node.text) * 5 >= length * 4 {
                return true;
            }
            at = node.parent;
        }
        false
    }
}
