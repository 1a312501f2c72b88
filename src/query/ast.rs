//! The syntax tree of a query.

use crate::text::words::each_word;

/// A part of an article that a query can search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The headline.
    Title,
    /// The lead.
    Summary,
    /// The text.
    Text,
    /// The author.
    Author,
    /// The name of the source.
    Outlet,
    /// The URL; its words are the runs of letters and digits.
    Url,
    /// The language: a value rather than words, so it never appears in a hit.
    Lang,
    /// The kind of the outlet: a value, like the language.
    Kind,
    /// The region of the outlet.
    Region,
    /// The rank of the outlet.
    Tier,
    /// A tag of the outlet.
    Tag,
}

impl Field {
    pub(super) const ALL: [Field; 11] = [
        Field::Title,
        Field::Summary,
        Field::Text,
        Field::Author,
        Field::Outlet,
        Field::Url,
        Field::Lang,
        Field::Kind,
        Field::Region,
        Field::Tier,
        Field::Tag,
    ];

    /// The fields searched for terms without a field.
    pub(super) const BODY: [Field; 3] = [Field::Title, Field::Summary, Field::Text];

    /// The name in queries, without the colon.
    pub fn name(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Summary => "summary",
            Field::Text => "text",
            Field::Author => "author",
            Field::Outlet => "outlet",
            Field::Url => "url",
            Field::Lang => "lang",
            Field::Kind => "kind",
            Field::Region => "region",
            Field::Tier => "tier",
            Field::Tag => "tag",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Term(Term),
    Not(Box<Node>),
    /// Two or more, none of them an `And`.
    And(Vec<Node>),
    /// Two or more, none of them an `Or`.
    Or(Vec<Node>),
    /// Both operands are terms, `Or`s of terms, or such within a field.
    Near {
        ordered: bool,
        distance: u32,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// The same restriction applies to the operand.
    AtLeast {
        times: u32,
        of: Box<Node>,
    },
    In {
        field: Field,
        node: Box<Node>,
    },
}

/// One word, or a phrase. Two terms are equal regardless of their spelling in the query.
#[derive(Debug, Clone, Eq)]
pub(super) struct Term {
    /// As typed, in composed form; never empty.
    pub words: Vec<String>,
    pub how: How,
    /// Whether the last word is a prefix.
    pub prefix: bool,
    /// Including the characters between the words: `AT&T`.
    pub written: String,
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        (&self.words, self.how, self.prefix) == (&other.words, other.how, other.prefix)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Folded,
    Exact,
    Stem,
}

impl Term {
    /// The words with acronyms and numbers split into their parts (`O.N.U`, `1 100`); `None` if that changes nothing.
    pub fn words_with_parts_split(&self) -> Option<Vec<&str>> {
        let mut count = 0;
        self.words.iter().for_each(|word| each_word(word, |_| count += 1));
        if count <= self.words.len() {
            return None;
        }
        let mut apart = Vec::with_capacity(count);
        for word in &self.words {
            each_word(word, |range| apart.extend(word.get(range)));
        }
        // A single letter is too short for a prefix.
        let is_whole = !self.prefix || apart.last().is_some_and(|last| last.chars().count() > 1);
        is_whole.then_some(apart)
    }
}

impl Node {
    /// Calls `visit` for every term whose presence counts towards a match, with the field that it is searched in.
    pub fn positive_terms<'a>(&'a self, visit: &mut impl FnMut(&'a Term, Option<Field>)) {
        self.walk(true, None, visit);
    }

    fn walk<'a>(&'a self, positive: bool, field: Option<Field>, visit: &mut impl FnMut(&'a Term, Option<Field>)) {
        match self {
            Node::Term(term) if positive => visit(term, field),
            Node::Term(_) => {}
            Node::Not(node) => node.walk(!positive, field, visit),
            Node::And(nodes) | Node::Or(nodes) => {
                for node in nodes {
                    node.walk(positive, field, visit);
                }
            }
            Node::Near { left, right, .. } => {
                left.walk(positive, field, visit);
                right.walk(positive, field, visit);
            }
            Node::AtLeast { of, .. } => of.walk(positive, field, visit),
            Node::In { field, node } => node.walk(positive, Some(*field), visit),
        }
    }
}
