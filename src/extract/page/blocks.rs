//! The page split into blocks: text between two block elements, with white space collapsed.

use super::tree::{PageNode, Tag, Tree, index};
use crate::text::clean::one_line_into;

/// A paragraph, heading, list item or cell: text on a line of its own.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// Start of its text in `Blocks::text`.
    pub from: u32,
    /// End of its text.
    pub to: u32,
    /// Number of characters, blanks included.
    pub chars: u32,
    /// Number of characters inside links.
    pub link_chars: u32,
    /// Its first node.
    pub first: u32,
    /// The innermost block element around its start.
    pub element: u32,
    /// The kind of that element.
    pub tag: Tag,
}

impl Block {
    /// Whether more than half of it is link text.
    pub fn is_linked(&self) -> bool {
        self.link_chars * 2 > self.chars
    }

    /// Number of characters outside links, if it reads like prose; otherwise 0.
    pub fn prose(&self) -> u32 {
        let plain = self.chars - self.link_chars.min(self.chars);
        if self.chars >= 60 && !self.is_linked() && !matches!(self.tag, Tag::Heading(_)) { plain } else { 0 }
    }
}

/// All blocks of a page, in document order.
#[derive(Debug, Default)]
pub struct Blocks {
    /// In document order; none is empty.
    pub list: Vec<Block>,
    /// Their texts, concatenated.
    pub text: String,
    /// For each node, the number of blocks that begin before it; one more entry at the end.
    before: Vec<u32>,
    /// For each block, the prose before it; one more entry at the end.
    prose: Vec<u32>,
    /// For each block, the characters before it; one more entry at the end.
    chars: Vec<u32>,
    /// For each block, the characters in links before it; one more entry at the end.
    linked: Vec<u32>,
}

#[derive(Default)]
struct OpenLine {
    first: u32,
    element: u32,
    chars: u32,
    link_chars: u32,
    breaks: u8,
    begun: bool,
}

impl OpenLine {
    fn take(
        &mut self,
        tree: &Tree,
        node: &PageNode,
        at: u32,
        linked: bool,
        open: Option<&(u32, u32)>,
        text: &mut String,
    ) {
        let length = text.len();
        one_line_into(tree.text_of(node), text);
        let added = text.get(length..).unwrap_or("");
        if added.trim().is_empty() {
            return;
        }
        // A Chinese or Japanese character counts as two letters.
        let wide = || added.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
        let count = index(if added.is_ascii() { added.len() } else { wide() });
        self.breaks = 0;
        if !self.begun {
            self.begun = true;
            self.first = at;
            self.element = open.map_or(0, |(element, _)| *element);
        }
        self.chars += count;
        if linked {
            self.link_chars += count;
        }
    }
}

impl Blocks {
    /// Splits the whole page.
    pub fn from_tree(tree: &Tree) -> Self {
        let mut blocks = Self { before: Vec::with_capacity(tree.nodes.len() + 1), ..Self::default() };
        let mut line = OpenLine::default();
        // Ends of the open block elements.
        let mut open: Vec<(u32, u32)> = Vec::new();
        let mut link_end = 0;
        let mut plain_text = String::new();
        for (at, node) in (0..).zip(&tree.nodes) {
            while open.last().is_some_and(|(_, end)| *end <= at) {
                open.pop();
                blocks.close(tree, &mut line, &mut plain_text);
            }
            match node.tag {
                Tag::Text => line.take(tree, node, at, link_end > at, open.last(), &mut plain_text),
                Tag::Break => {
                    line.breaks += 1;
                    if line.breaks >= 2 {
                        blocks.close(tree, &mut line, &mut plain_text);
                    } else if !plain_text.is_empty() && !plain_text.ends_with(' ') {
                        plain_text.push(' ');
                    }
                }
                Tag::Link => link_end = link_end.max(node.end),
                tag if tag.is_block() => {
                    blocks.close(tree, &mut line, &mut plain_text);
                    open.push((at, node.end));
                    // The words on a control are no more text than those of a link.
                    if tag == Tag::Control {
                        link_end = link_end.max(node.end);
                    }
                }
                _ => {}
            }
            blocks.before.push(index(blocks.list.len()) + u32::from(line.begun && line.first < at));
        }
        blocks.close(tree, &mut line, &mut plain_text);
        blocks.before.push(index(blocks.list.len()));
        let (mut prose, mut chars, mut linked) = (0_u32, 0_u32, 0_u32);
        for block in &blocks.list {
            blocks.prose.push(prose);
            blocks.chars.push(chars);
            blocks.linked.push(linked);
            prose = prose.saturating_add(block.prose());
            chars = chars.saturating_add(block.chars);
            linked = linked.saturating_add(block.link_chars);
        }
        blocks.prose.push(prose);
        blocks.chars.push(chars);
        blocks.linked.push(linked);
        blocks
    }

    fn close(&mut self, tree: &Tree, line: &mut OpenLine, text: &mut String) {
        if line.begun {
            let from = index(self.text.len());
            self.text.push_str(text.trim());
            let tag = tree.node(line.element).map_or(Tag::Block, |node| node.tag);
            self.list.push(Block {
                from,
                to: index(self.text.len()),
                chars: line.chars,
                link_chars: line.link_chars,
                first: line.first,
                element: line.element,
                tag,
            });
        }
        text.clear();
        *line = OpenLine::default();
    }

    /// The text of a block.
    pub fn text_of(&self, block: &Block) -> &str {
        self.text.get(block.from as usize..block.to as usize).unwrap_or("")
    }

    /// The indices of the blocks that begin in a node.
    pub fn range(&self, at: u32, node: &PageNode) -> std::ops::Range<usize> {
        let count = |at: u32| self.before.get(at as usize).map_or(self.list.len(), |n| *n as usize);
        let from = count(at);
        from..count(node.end).max(from)
    }

    /// Characters of prose in these blocks.
    pub fn prose_in(&self, range: &std::ops::Range<usize>) -> u32 {
        sum_in(&self.prose, range)
    }

    /// Characters in these blocks.
    pub fn chars_in(&self, range: &std::ops::Range<usize>) -> u32 {
        sum_in(&self.chars, range)
    }

    /// Characters in links in these blocks.
    pub fn linked_in(&self, range: &std::ops::Range<usize>) -> u32 {
        sum_in(&self.linked, range)
    }
}

fn sum_in(before: &[u32], range: &std::ops::Range<usize>) -> u32 {
    let of = |at: usize| before.get(at).copied().unwrap_or(0);
    of(range.end).saturating_sub(of(range.start))
}
