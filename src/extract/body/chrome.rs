//! The parts of a page that are never article text, recognised by their role, their structure and set phrases.

use std::ops::Range;

use super::{
    around::Around,
    phrases::{self, Opens},
};
use crate::extract::page::{
    blocks::{Block, Blocks},
    hints::Hints,
    tree::{NONE, PageNode, Tag, Tree},
};

/// Which parts of a page are chrome.
#[derive(Debug)]
pub struct Chrome {
    /// For each node: whether it is chrome or lies inside chrome.
    pub nodes: Vec<bool>,
    /// For each block: the same, with inline markup taken into account.
    pub blocks: Vec<bool>,
}

impl Chrome {
    /// Treats nothing as chrome: for documents that consist of the article alone.
    pub fn none(tree: &Tree, blocks: &Blocks) -> Self {
        Self { nodes: vec![false; tree.nodes.len()], blocks: vec![false; blocks.list.len()] }
    }

    /// Classifies every element of the page.
    pub fn detect(tree: &Tree, blocks: &Blocks, around: &Around) -> Self {
        let mut islands = vec![false; tree.nodes.len()];
        let judge = Judge { tree, blocks, around, all: blocks.prose_in(&(0..blocks.list.len())) };
        judge.mark_captions(&mut islands);
        judge.mark_forms(&mut islands);
        judge.mark_teasers(&mut islands);
        judge.mark_boxes(&mut islands);
        judge.mark_slides(&mut islands);
        let mut nodes = vec![false; tree.nodes.len()];
        for (at, node) in (0..).zip(&tree.nodes) {
            let above = nodes.get(node.parent as usize).copied().unwrap_or(false);
            let own = || {
                (islands[at as usize] && around.chosen.binary_search(&at).is_err())
                    || judge.is_chrome_by_role(at, node)
                    || judge.is_links_only(at, node)
            };
            nodes[at as usize] = above || (node.tag != Tag::Text && own());
        }
        let by_block = |block: &Block| nodes[block.element as usize] || judge.is_inline_chrome(block, &nodes);
        let blocks = blocks.list.iter().map(by_block).collect();
        Self { nodes, blocks }
    }

    /// Whether a block is chrome.
    pub fn is_chrome(&self, block: usize) -> bool {
        self.blocks.get(block).copied().unwrap_or(false)
    }
}

struct Judge<'a> {
    tree: &'a Tree,
    blocks: &'a Blocks,
    around: &'a Around<'a>,
    /// Prose on the whole page.
    all: u32,
}

impl Judge<'_> {
    fn is_chrome_by_role(&self, at: u32, node: &PageNode) -> bool {
        let suspect = match node.tag {
            // WordPress's block editor wraps tables and quotes in figures.
            Tag::Figure => {
                !self.tree.node(at + 1).is_some_and(|first| matches!(first.tag, Tag::Table | Tag::Quote))
                    || node.hints.has(Hints::CAPTION)
            }
            Tag::Nav | Tag::Footer | Tag::Aside | Tag::Form | Tag::Control | Tag::Caption | Tag::Time => true,
            Tag::Text | Tag::Body | Tag::Main | Tag::Break => false,
            // A paragraph with a paywall class is the text behind the wall, not the wall itself.
            Tag::Paragraph | Tag::Heading(_) | Tag::ListItem | Tag::Quote if node.hints.only(Hints::PAYWALL) => false,
            _ => node.hints.has(Hints::CHROME) && !node.hints.has(Hints::BODY_SURE),
        };
        if !suspect || self.around.chosen.binary_search(&at).is_ok() || self.holds_headline(at, node) {
            return false;
        }
        let prose = self.blocks.prose_in(&self.blocks.range(at, node));
        // A wrapper around half of the page's prose got its class from one of its parts. Comments are excepted: there
        // may be more of them than text.
        let comments = node.hints.has(Hints::COMMENT) && self.follows_text(at, node);
        let wrapper = !comments
            && prose > 400
            && prose * 2 > self.all
            && !matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Caption);
        let range = self.blocks.range(at, node);
        // With much prose and hardly any links, the class refers to something beside the text or to its wrapper.
        let text = prose > 500
            && node.hints.only(Hints::LOOSE)
            && !matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Aside | Tag::Caption | Tag::Figure)
            && self.blocks.linked_in(&range) * 10 < self.blocks.chars_in(&range);
        // Content systems call every part of a page a card. A card that stands for another article consists of a link.
        let card = prose >= 200
            && node.hints.only(Hints::TEASER)
            && !node.hints.has(Hints::PROMOTED)
            && !matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Aside | Tag::Caption | Tag::Figure | Tag::Form)
            && self.blocks.linked_in(&range) * 4 < self.blocks.chars_in(&range)
            && self.blocks.list.get(range.start).is_some_and(|first| !first.is_linked());
        !wrapper
            && !text
            && !card
            && !self.is_box_of_prose(at, node, &range)
            && !self.is_soft(node, &range)
            && !self.is_quoted(at, node)
    }

    /// Whether an `aside` between two paragraphs belongs to the article: it has sentences, hardly any links, no input
    /// field, and does not repeat the text.
    fn is_box_of_prose(&self, at: u32, node: &PageNode, range: &Range<usize>) -> bool {
        if node.tag != Tag::Aside || node.hints.has(Hints::CHROME) {
            return false;
        }
        let blocks = |range: Range<usize>| self.blocks.list.get(range).unwrap_or_default();
        let has_field = self.tree.fields.iter().any(|field| (at..node.end).contains(field));
        let sentences = blocks(range.clone()).iter().any(|block| {
            let text = self.blocks.text_of(block);
            block.prose() >= 100 && text.ends_with(['.', '!', '?', '…', '。', '”', '»'])
        });
        // It lies between two nearby paragraphs of the same element.
        let beside = |block: &&Block| {
            block.prose() > 0 && self.tree.node(block.element).is_some_and(|own| own.parent == node.parent)
        };
        let before = blocks(range.start.saturating_sub(3)..range.start).iter().any(|block| beside(&block));
        let after = blocks(range.end..(range.end + 3).min(self.blocks.list.len())).iter().any(|block| beside(&block));
        let few_links = self.blocks.linked_in(range) * 5 < self.blocks.chars_in(range);
        sentences && before && after && few_links && !has_field && !self.is_pull_quote(range)
    }

    /// Whether a box holds a single sentence that the text contains as well.
    fn is_pull_quote(&self, range: &Range<usize>) -> bool {
        let quoted = self.blocks.list.get(range.clone()).unwrap_or_default().iter().max_by_key(|block| block.chars);
        let trim = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        quoted.map(|block| trim(self.blocks.text_of(block))).is_some_and(|words| {
            self.blocks.list.iter().enumerate().any(|(nth, block)| {
                !range.contains(&nth) && block.prose() > 0 && self.blocks.text_of(block).contains(words.as_str())
            })
        })
    }

    /// Whether an element with a class such as "tags", "meta" or "teaser" holds paragraphs without links.
    fn is_soft(&self, node: &PageNode, range: &Range<usize>) -> bool {
        let paragraph = |block: &&Block| block.tag == Tag::Paragraph && block.prose() > 0;
        node.hints.only(Hints::SOFT)
            && matches!(node.tag, Tag::Block | Tag::Article)
            && self.blocks.prose_in(range) >= 200
            && self.blocks.linked_in(range) * 10 < self.blocks.chars_in(range)
            && self.blocks.list.get(range.clone()).unwrap_or_default().iter().filter(paragraph).count() >= 2
            // Blogs put a post's tags on the post's own element, which then holds most of the page's text.
            && (!node.hints.has(Hints::TAGS) || self.blocks.prose_in(range) * 2 > self.all)
    }

    /// Whether an element named after a social network is an embedded post.
    fn is_quoted(&self, at: u32, node: &PageNode) -> bool {
        node.hints.only(Hints::SHARE)
            && (at + 1..node.end).take(6).any(|at| self.tree.node(at).is_some_and(|inner| inner.tag == Tag::Quote))
    }

    /// Whether the headline and the element have enough prose between them for an article.
    fn follows_text(&self, at: u32, node: &PageNode) -> bool {
        let headline = self.around.headline;
        let before = self.blocks.list.partition_point(|block| block.first < headline);
        let range = self.blocks.range(at, node);
        headline != NONE && at > headline && self.blocks.prose_in(&(before..range.start.max(before))) >= 300
    }

    fn holds_headline(&self, at: u32, node: &PageNode) -> bool {
        let headline = self.around.headline;
        headline != NONE && at <= headline && headline < node.end
    }

    /// Whether an element is a list of links or a row of buttons.
    fn is_links_only(&self, at: u32, node: &PageNode) -> bool {
        if !node.tag.is_block() || matches!(node.tag, Tag::Paragraph | Tag::Body) || self.holds_headline(at, node) {
            return false;
        }
        let range = self.blocks.range(at, node);
        let chars = self.blocks.chars_in(&range);
        chars > 0
            && self.blocks.linked_in(&range) * 2 > chars
            && self.blocks.prose_in(&range) < 60
            && self.around.chosen.binary_search(&at).is_err()
            && !self.is_point(node)
            && !self.is_entry(node, &range)
    }

    /// Whether an element is a linked point of a prose list: "Lamps come first" among sentences.
    fn is_point(&self, node: &PageNode) -> bool {
        let list = self.tree.node(node.parent).filter(|_| node.tag == Tag::ListItem);
        list.is_some_and(|list| {
            let range = self.blocks.range(node.parent, list);
            let chars = self.blocks.chars_in(&range);
            self.blocks.linked_in(&range) * 2 <= chars && self.blocks.prose_in(&range) * 3 > chars
        })
    }

    /// Whether an element is a linked heading inside the text with a paragraph below it: "3. The film that it names".
    fn is_entry(&self, node: &PageNode, range: &Range<usize>) -> bool {
        let (Tag::Heading(2..=6), Some(around)) = (node.tag, self.tree.node(node.parent)) else { return false };
        let under = self.blocks.list.get(range.end);
        let follows = under.is_some_and(|next| {
            next.prose() >= 80 && self.tree.node(next.element).is_some_and(|own| own.parent == node.parent)
        });
        follows && self.blocks.prose_in(&self.blocks.range(node.parent, around)) * 2 > self.all.max(1_200)
    }

    /// The outermost ancestor of `from` that passes, given that all elements in between pass.
    fn climb(&self, from: u32, mut passes: impl FnMut(u32, &PageNode) -> bool) -> Option<u32> {
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

    /// Marks a picture's caption: a small element with a picture and a few words.
    fn mark_captions(&self, islands: &mut [bool]) {
        let mut seen = vec![false; self.tree.nodes.len()];
        for image in &self.tree.images {
            let top = self.climb(*image, |at, node| {
                // An earlier climb has already marked everything above.
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
                    && !self.has_marked_caption(&range)
                    && (chars <= 160 || (chars <= 350 && !paragraphs))
                    && chars * 2 < self.all
                    && node.tag != Tag::Paragraph
            });
            if let Some(top) = top {
                islands[top as usize] = true;
            }
        }
    }

    /// Whether a caption is marked up as one; then a paragraph beside it is text.
    fn has_marked_caption(&self, range: &Range<usize>) -> bool {
        let has = |tag: Tag| self.blocks.list.get(range.clone()).unwrap_or_default().iter().any(|line| line.tag == tag);
        has(Tag::Caption) && has(Tag::Paragraph)
    }

    /// Marks sign-up forms: a field for a mail address and the words around it.
    fn mark_forms(&self, islands: &mut [bool]) {
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

    /// Marks teasers: a linked headline with a summary below it, in a small element of their own.
    fn mark_teasers(&self, islands: &mut [bool]) {
        for (nth, block) in self.blocks.list.iter().enumerate() {
            // A headline is linked as a whole; a picture's credit only in part.
            if block.link_chars * 4 < block.chars * 3 || block.link_chars < 20 {
                continue;
            }
            let top = self.climb(block.element, |at, node| {
                let range = self.blocks.range(at, node);
                let label = self.blocks.chars_in(&(range.start..nth));
                // A list of sentences with links is not a teaser.
                let sentences =
                    node.tag == Tag::List && self.blocks.linked_in(&range) * 2 <= self.blocks.chars_in(&range);
                self.blocks.chars_in(&range) <= 600
                    && !sentences
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

    /// Marks boxes that open with a set phrase ("Subscribe to our newsletter", "Related articles"): the small element
    /// around it belongs to the box.
    fn mark_boxes(&self, islands: &mut [bool]) {
        for (nth, block) in self.blocks.list.iter().enumerate() {
            let short = block.chars <= 120;
            let Some(opens) = short.then(|| phrases::opens_box(self.blocks.text_of(block))).flatten() else { continue };
            let top = self.climb(block.element, |at, node| {
                let range = self.blocks.range(at, node);
                let before = self.blocks.chars_in(&(range.start..nth));
                before == 0 && range.len() <= 12 && self.blocks.prose_in(&range) <= 500.min(self.all / 4)
            });
            let linked = |top: &u32| {
                self.tree.node(*top).is_some_and(|node| {
                    let range = self.blocks.range(*top, node);
                    self.blocks.linked_in(&range) * 5 >= self.blocks.chars_in(&range)
                })
            };
            if let Some(top) = top.filter(|top| opens == Opens::Surely || linked(top)) {
                islands[top as usize] = true;
            }
        }
    }

    /// Marks the slides of a gallery ("1/24 The bridge by night", "2/24 …") with the words below each.
    fn mark_slides(&self, islands: &mut [bool]) {
        let counters: Vec<(usize, u32, u32)> = (0..)
            .zip(&self.blocks.list)
            .filter_map(|(nth, block)| {
                phrases::picture_counter(self.blocks.text_of(block)).map(|(at, of)| (nth, at, of))
            })
            .collect();
        let steps = |a: &(usize, u32, u32), b: &(usize, u32, u32)| a.2 == b.2 && a.1 + 1 == b.1;
        for (place, counter) in counters.iter().enumerate() {
            let (nth, next) = (counter.0, counters.get(place + 1));
            let previous = place.checked_sub(1).and_then(|at| counters.get(at));
            if !next.is_some_and(|next| steps(counter, next)) && !previous.is_some_and(|before| steps(before, counter))
            {
                continue;
            }
            let Some(block) = self.blocks.list.get(nth) else { break };
            let top = self.climb(block.element, |at, node| {
                let range = self.blocks.range(at, node);
                range.start == nth && range.len() <= 4 && next.is_none_or(|next| range.end <= next.0)
            });
            if let Some(top) = top {
                islands[top as usize] = true;
            }
        }
    }

    /// Whether nearly all of a line is inline markup with a chrome class: `<div><span class="caption">…`.
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
