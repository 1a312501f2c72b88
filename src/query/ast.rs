//! A query as a tree.

use crate::text::words::words;

/// A part of an article that a query can look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The headline.
    Title,
    /// The lead.
    Summary,
    /// The text.
    Text,
    /// Who wrote it.
    Author,
    /// The name of the source.
    Outlet,
    /// The address; its words are the runs of letters and digits.
    Url,
    /// The language: a value, not words; never in a hit.
    Lang,
}

impl Field {
    pub(super) const ALL: [Field; 7] =
        [Field::Title, Field::Summary, Field::Text, Field::Author, Field::Outlet, Field::Url, Field::Lang];

    /// Where terms without a field are looked for.
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
    /// Both sides are terms, `Or`s of terms, or such within a field.
    Near {
        ordered: bool,
        distance: u32,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// The same holds for what is counted.
    AtLeast {
        times: u32,
        of: Box<Node>,
    },
    In {
        field: Field,
        node: Box<Node>,
    },
}

/// One word, or several in a row. How it was written makes no difference between two terms.
#[derive(Debug, Clone, Eq)]
pub(super) struct Term {
    /// As typed, composed; never empty.
    pub words: Vec<String>,
    pub how: How,
    /// Whether the last word is only the beginning of one.
    pub prefix: bool,
    /// With the signs that stood between the words: `AT&T`.
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
    /// The words with acronyms and numbers in their parts (`O.N.U`, `1 100`); `None` where that is no different.
    pub fn apart(&self) -> Option<Vec<&str>> {
        let parts = |word| words(word).into_iter().filter_map(move |range| word.get(range));
        let apart: Vec<&str> = self.words.iter().flat_map(|word| parts(word.as_str())).collect();
        // A single letter is no beginning of a word.
        let is_whole = !self.prefix || apart.last().is_some_and(|last| last.chars().count() > 1);
        (is_whole && apart.len() > self.words.len()).then_some(apart)
    }
}

impl Node {
    /// Calls `visit` for every term that speaks for a match when it occurs, with the field it is looked for in.
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
