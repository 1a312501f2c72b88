//! Finds the elements that contain the article's text.

use std::ops::Range;

use super::{around::Around, chrome::Chrome};
use crate::extract::page::{
    blocks::{Block, Blocks},
    hints::Hints,
    tree::{NONE, PageNode, Tag, Tree, index},
};
use crate::text::cut::cut;
use crate::text::fold;

/// The elements that contain the text.
#[derive(Debug, Default)]
pub struct TextBlocks {
    /// In document order; none is nested in another.
    pub list: Vec<u32>,
    /// The rule that found them.
    pub rule: &'static str,
    /// Alternatives (rule and element), the most likely first.
    pub others: Vec<(&'static str, u32)>,
}

/// Minimum characters of a line that counts as text anywhere, and of a paragraph inside an `article`.
const LINE: u32 = 40;
const WORDS: u32 = 12;

const NAMED: &str = "element named as the body";
const DENSEST: &str = "densest element";

/// Finds the elements that contain the article's text.
pub fn find_text_blocks(tree: &Tree, blocks: &Blocks, chrome: &Chrome, around: &Around) -> TextBlocks {
    let finder = Finder { tree, blocks, chrome, around, cumulative_weights: cumulative_weights(blocks, chrome) };
    let scope = finder.scope();
    let best = finder.densest(&scope);
    let sure = finder.elements_named_as_body(&scope);
    let first = sure.first().copied();
    let worth = |list: &[u32]| list.iter().map(|at| finder.score(*at)).sum::<i64>();
    let (list, rule) = match (best, first) {
        (Some(best), Some(first)) if worth(&sure) * 5 >= finder.score(best) * 2 => {
            // Of two nested candidates with the same prose, prefer the inner one.
            let around_best = tree.node(first).is_some_and(|node| first < best && best < node.end);
            if sure.len() == 1 && around_best && finder.prose(first) * 10 <= finder.prose(best) * 11 {
                (vec![best], "densest element in the one named as the body")
            } else {
                (sure, NAMED)
            }
        }
        (Some(best), _) => (vec![best], DENSEST),
        (None, _) => {
            finder.brief_text().map_or((Vec::new(), "none"), |at| (vec![at], "short text beside the headline"))
        }
    };
    let mut others = Vec::new();
    others.extend(first.map(|at| (NAMED, at)));
    others.extend(best.map(|at| (DENSEST, at)));
    others.retain(|(_, at)| !list.contains(at));
    others.extend(finder.densest_apart_from(&list).map(|at| ("densest element elsewhere", at)));
    TextBlocks { list, rule, others }
}

/// The weight of a block for or against an element being the text, in characters.
fn weight(block: &Block, chrome: bool) -> i64 {
    let prose = i64::from(block.prose());
    match () {
        () if chrome => -1,
        () if prose > 0 => prose,
        () if block.is_linked() => -i64::from(block.chars.min(80)),
        () => -5,
    }
}

fn cumulative_weights(blocks: &Blocks, chrome: &Chrome) -> Vec<i64> {
    let mut cumulative_weights = Vec::with_capacity(blocks.list.len() + 1);
    let mut total = 0;
    for (nth, block) in blocks.list.iter().enumerate() {
        cumulative_weights.push(total);
        total += weight(block, chrome.is_chrome(nth));
    }
    cumulative_weights.push(total);
    cumulative_weights
}

struct Finder<'a> {
    tree: &'a Tree,
    blocks: &'a Blocks,
    chrome: &'a Chrome,
    around: &'a Around<'a>,
    cumulative_weights: Vec<i64>,
}

impl Finder<'_> {
    fn score(&self, at: u32) -> i64 {
        let Some(node) = self.tree.node(at) else { return 0 };
        let range = self.blocks.range(at, node);
        let of = |at: usize| self.cumulative_weights.get(at).copied().unwrap_or(0);
        of(range.end) - of(range.start)
    }

    fn prose(&self, at: u32) -> u32 {
        self.tree.node(at).map_or(0, |node| self.blocks.prose_in(&self.blocks.range(at, node)))
    }

    /// Where a page shows several articles one below the other: the nodes of this one, up to the next `h1`.
    fn scope(&self) -> Range<u32> {
        let whole = 0..index(self.tree.nodes.len());
        let headline = self.around.headline;
        if headline == NONE {
            return whole;
        }
        let title = fold::key(self.around.title);
        // A page whose every section begins with an `h1` is a single article.
        if self.tree.node(headline).is_none_or(|node| fold::key(cut(self.tree.text_of(node), 2_000)) != title) {
            return whole;
        }
        let others: Vec<u32> = self
            .blocks
            .list
            .iter()
            .enumerate()
            .filter(|(nth, block)| block.tag == Tag::Heading(1) && !block.is_linked() && !self.chrome.is_chrome(*nth))
            .filter(|(_, block)| block.element > headline && fold::key(cut(self.blocks.text_of(block), 2_000)) != title)
            .map(|(_, block)| block.element)
            .collect();
        if others.is_empty() {
            return whole;
        }
        let mut scope = headline..headline;
        let mut at = headline;
        while let Some(node) = self.tree.node(at) {
            let next = others.partition_point(|other| *other <= headline);
            if others.get(next).is_some_and(|other| *other < node.end) {
                break;
            }
            scope = at..node.end;
            at = node.parent;
        }
        let prose = self.prose(scope.start);
        if prose >= 300 || prose * 3 > self.prose(0) { scope } else { whole }
    }

    fn is_container(&self, at: u32, node: &PageNode) -> bool {
        node.tag.is_block()
            && !self.chrome.nodes[at as usize]
            && !matches!(node.tag, Tag::Paragraph | Tag::Heading(_) | Tag::ListItem | Tag::Quote | Tag::Row)
    }

    /// The element with the most prose and the least of anything else; the innermost on a tie.
    fn densest(&self, scope: &Range<u32>) -> Option<u32> {
        self.densest_of(scope.clone().map_while(|at| Some((at, self.tree.node(at)?))))
    }

    /// The densest element that does not overlap these.
    fn densest_apart_from(&self, places: &[u32]) -> Option<u32> {
        let taken: Vec<Range<u32>> = places.iter().filter_map(|at| Some(*at..self.tree.node(*at)?.end)).collect();
        let free =
            |at: u32, node: &PageNode| taken.iter().take(8).all(|range| node.end <= range.start || at >= range.end);
        self.densest_of((0..).zip(&self.tree.nodes).filter(|(at, node)| node.tag.is_block() && free(*at, node)))
    }

    fn densest_of<'a>(&self, nodes: impl Iterator<Item = (u32, &'a PageNode)>) -> Option<u32> {
        let mut best: Option<(i64, u32)> = None;
        for (at, node) in nodes {
            if node.tag == Tag::Text || !self.is_container(at, node) {
                continue;
            }
            let worth = self.score(at);
            if worth > 0 && best.is_none_or(|(most, _)| worth >= most) {
                best = Some((worth, at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// Elements whose class, id or `itemprop` names them as the article body. There are several when advertising splits
    /// the text.
    fn elements_named_as_body(&self, scope: &Range<u32>) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        let mut loose: Vec<u32> = Vec::new();
        let mut open: Vec<u32> = Vec::new();
        for at in scope.clone() {
            let Some(node) = self.tree.node(at) else { break };
            if !node.hints.has(Hints::BODY_SURE) || !self.is_container(at, node) || self.score(at) <= 0 {
                continue;
            }
            while open.last().is_some_and(|last| self.tree.node(*last).is_none_or(|node| node.end <= at)) {
                open.pop();
            }
            // An element whose prose is nearly all in one nested candidate is only a wrapper.
            if let Some(outer) = open.last().filter(|outer| self.score(at) * 5 >= self.score(**outer) * 4) {
                loose.push(*outer);
            }
            open.push(at);
            found.push(at);
        }
        loose.sort_unstable();
        found.retain(|at| loose.binary_search(at).is_err());
        let mut end = 0;
        let tree = self.tree;
        found.retain(|at| {
            let outermost = *at >= end;
            if outermost {
                end = tree.node(*at).map_or(end, |node| node.end);
            }
            outermost
        });
        self.within_one_article(found)
    }

    /// Keeps the candidates in the same `article` as the first one after the headline.
    fn within_one_article(&self, mut found: Vec<u32>) -> Vec<u32> {
        if found.len() < 2 {
            return found;
        }
        let headline = self.around.headline;
        let enough = |at: &&u32| (headline == NONE || **at > headline) && self.score(**at) > 150;
        let Some(first) = found.iter().find(enough).or_else(|| found.iter().max_by_key(|at| self.score(**at))).copied()
        else {
            return found;
        };
        let home = self.article_of(first);
        found.truncate(64);
        found.retain(|at| self.article_of(*at) == home);
        found
    }

    /// The `article` around an element; `NONE` if there is none.
    fn article_of(&self, from: u32) -> u32 {
        let mut at = from;
        while let Some(node) = self.tree.node(at) {
            if node.tag == Tag::Article {
                return at;
            }
            at = node.parent;
        }
        NONE
    }

    /// For a page without prose: the smallest element around the headline that has another line of text.
    fn brief_text(&self) -> Option<u32> {
        self.named_brief(LINE, false).or_else(|| self.around_headline(0, LINE, false)).or_else(|| {
            // A newsflash of a few words.
            let article = self.article_of(self.around.headline);
            let words = (article != NONE).then(|| self.around_headline(article, WORDS, true)).flatten();
            words.or_else(|| self.named_brief(WORDS, true))
        })
    }

    fn named_brief(&self, least: u32, paragraphs: bool) -> Option<u32> {
        let named = (0..).zip(&self.tree.nodes).find(|(at, node)| {
            node.hints.has(Hints::BODY_SURE)
                && !self.chrome.nodes[*at as usize]
                && self.has_line(*at, least, paragraphs)
        });
        named.map(|(at, _)| at)
    }

    /// The smallest element around the headline, searching ancestors up to `end`.
    fn around_headline(&self, end: u32, least: u32, paragraphs: bool) -> Option<u32> {
        let mut at = self.around.headline;
        while let Some(node) = self.tree.node(at) {
            if self.has_line(at, least, paragraphs) {
                return Some(at);
            }
            if at == end {
                break;
            }
            at = node.parent;
        }
        None
    }

    /// Whether an element has a line, or with `paragraphs` a paragraph, of at least this many characters.
    fn has_line(&self, at: u32, least: u32, paragraphs: bool) -> bool {
        let Some(node) = self.tree.node(at) else { return false };
        let range = self.blocks.range(at, node);
        let from = range.start;
        let lines = self.blocks.list.get(range).unwrap_or_default().iter().zip(from..);
        let title = fold::key(self.around.title);
        lines.take(200).any(|(block, nth)| {
            !self.chrome.is_chrome(nth)
                && !block.is_linked()
                && block.chars >= least
                && (!paragraphs || block.tag == Tag::Paragraph)
                && block.element != self.around.headline
                && fold::key(cut(self.blocks.text_of(block), 2_000)) != title
        })
    }
}
