//! Whether a node belongs to the article or to a box of other content.

use super::{
    blocks::Blocks,
    hints::Hints,
    tree::{NONE, Tag, Tree},
};

/// The page around its headline.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The page as a flat list.
    pub tree: &'a Tree,
    /// Its blocks.
    pub blocks: &'a Blocks,
    /// The node of the headline; `NONE` when unknown.
    pub headline: u32,
}

/// Boxes of other content, whose dates and names belong to other articles.
const OTHERS: Hints = Hints::RELATED
    .and(Hints::COMMENT)
    .and(Hints::TEASER)
    .and(Hints::SIDEBAR)
    .and(Hints::NAV)
    .and(Hints::NEWSLETTER)
    .and(Hints::AD)
    .and(Hints::CONSENT);

impl Surroundings<'_> {
    /// The node of the headline, or the start of the page when it is unknown.
    pub fn headline_or_start(&self) -> u32 {
        if self.headline == NONE { 0 } else { self.headline }
    }

    /// Distance from the headline; before it, nodes count as four times as far.
    pub fn distance(&self, at: u32) -> u32 {
        let start = self.headline_or_start();
        if at >= start { at - start } else { (start - at).saturating_mul(4) }
    }

    /// Whether a node is in a box of other content. An element that also contains the headline is not such a box.
    pub fn is_in_other_box(&self, at: u32) -> bool {
        self.has_ancestor(at, |tag, hints| {
            matches!(tag, Tag::Aside | Tag::Nav | Tag::Quote | Tag::Figure | Tag::Caption) || hints.has(OTHERS)
        }) || self.is_in_foot(at)
    }

    /// Whether an ancestor, below those that contain the headline, is of this kind.
    pub fn has_ancestor(&self, at: u32, is_other: impl Fn(Tag, Hints) -> bool) -> bool {
        let mut at = at;
        for _ in 0..200 {
            let Some(node) = self.tree.node(at).filter(|_| !self.holds_headline(at)) else { return false };
            // With much text in it, the role refers to something inside.
            let wraps = || self.blocks.prose_in(&self.blocks.range(at, node)) > 800 && node.hints.only(Hints::LOOSE);
            if is_other(node.tag, node.hints) && !wraps() {
                return true;
            }
            at = node.parent;
        }
        false
    }

    /// Whether an element contains the headline.
    pub fn holds_headline(&self, at: u32) -> bool {
        let end = self.tree.node(at).map_or(0, |node| node.end);
        self.headline != NONE && at <= self.headline && self.headline < end
    }

    /// Whether a node is in the page's footer. Articles have footers as well, where blogs put date and author.
    fn is_in_foot(&self, at: u32) -> bool {
        let mut at = at;
        for _ in 0..200 {
            let Some(node) = self.tree.node(at) else { return false };
            if node.tag == Tag::Footer || node.hints.has(Hints::FOOTER) {
                return !self.ends_article(at);
            }
            at = node.parent;
        }
        false
    }

    fn ends_article(&self, at: u32) -> bool {
        let mut at = at;
        for _ in 0..5 {
            let Some(node) = self.tree.node(at).filter(|node| node.tag != Tag::Body) else { return false };
            if node.tag == Tag::Article || node.hints.has(Hints::BODY | Hints::BODY_SURE) || self.holds_headline(at) {
                return true;
            }
            at = node.parent;
        }
        false
    }
}
