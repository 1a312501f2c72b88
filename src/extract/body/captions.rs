//! Picture captions: in many galleries the only text.

use std::collections::HashSet;

use super::{lines::Body, phrases};
use crate::extract::page::{
    blocks::{Block, Blocks},
    hints::Hints,
    tree::{Tag, Tree},
};

/// Shorter captions are credits or numbers.
const SHORTEST: u32 = 15;
/// Boxes whose pictures belong to other articles.
const OF_OTHERS: Hints =
    Hints::RELATED.and(Hints::TEASER).and(Hints::AD).and(Hints::NAV).and(Hints::FOOTER).and(Hints::COMMENT);

/// Uses the captions as the text of a page that has no other text. Returns whether there were any.
pub fn use_captions(body: &mut Body, tree: &Tree, blocks: &Blocks) -> bool {
    let mut seen = HashSet::new();
    let lines: Vec<String> = blocks
        .list
        .iter()
        .filter(|block| block.chars >= SHORTEST && !block.is_linked() && is_caption(tree, block))
        .map(|block| blocks.text_of(block))
        .filter(|text| !phrases::is_boilerplate(text) && seen.insert(*text))
        .map(str::to_owned)
        .collect();
    if lines.is_empty() {
        return false;
    }
    "captions".clone_into(&mut body.rule);
    body.lines = lines;
    true
}

fn is_caption(tree: &Tree, block: &Block) -> bool {
    let mut at = block.element;
    let mut is_under_picture = false;
    while let Some(node) = tree.node(at) {
        is_under_picture |= node.tag == Tag::Caption || node.hints.has(Hints::CAPTION);
        if node.hints.has(OF_OTHERS) || matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Aside) {
            return false;
        }
        at = node.parent;
    }
    is_under_picture
}
