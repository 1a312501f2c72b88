//! Where something stands: with the article, or in a box of other things.

use super::{
    blocks::Blocks,
    hints::Hints,
    tree::{NONE, Tag, Tree},
};

/// The page around its headline.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The page as a list.
    pub tree: &'a Tree,
    /// Its lines.
    pub blocks: &'a Blocks,
    /// Where the headline stands, `NONE` when unknown.
    pub headline: u32,
}

/// Boxes of other things, in which dates and names are those of others.
const OTHERS: Hints = Hints::RELATED
    .and(Hints::COMMENT)
    .and(Hints::TEASER)
    .and(Hints::SIDEBAR)
    .and(Hints::NAV)
    .and(Hints::NEWSLETTER)
    .and(Hints::AD)
    .and(Hints::CONSENT);

impl Surroundings<'_> {
    /// The headline's place, the beginning of the page when it is unknown.
    pub fn start(&self) -> u32 {
        if self.headline == NONE { 0 } else { self.headline }
    }

    /// How far it is from the headline: before it, four times as far as after it.
    pub fn way(&self, at: u32) -> u32 {
        let start = self.start();
        if at >= start { at - start } else { (start - at).saturating_mul(4) }
    }

    /// Whether it stands in a box of other things; what also holds the headline is no such box.
    pub fn is_apart(&self, at: u32) -> bool {
        self.is_in(at, |tag, hints| {
            matches!(tag, Tag::Aside | Tag::Nav | Tag::Quote | Tag::Figure | Tag::Caption) || hints.has(OTHERS)
        }) || self.is_in_foot(at)
    }

    /// Whether an element around it, up to those that hold the headline, is of this kind.
    pub fn is_in(&self, at: u32, is_other: impl Fn(Tag, Hints) -> bool) -> bool {
        let mut at = at;
        for _ in 0..200 {
            let Some(node) = self.tree.node(at).filter(|_| !self.holds_headline(at)) else { return false };
            // Much text: the role is that of something inside it.
            let wraps = || self.blocks.prose_in(&self.blocks.range(at, node)) > 800 && node.hints.only(Hints::LOOSE);
            if is_other(node.tag, node.hints) && !wraps() {
                return true;
            }
            at = node.parent;
        }
        false
    }

    /// Whether it is an element that holds the headline.
    pub fn holds_headline(&self, at: u32) -> bool {
        let end = self.tree.node(at).map_or(0, |node| node.end);
        self.headline != NONE && at <= self.headline && self.headline < end
    }

    /// Whether it stands in the foot of the page; an article has a foot as well, where blogs keep date and author.
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
