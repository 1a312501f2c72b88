//! Compiles queries to trees of atoms, and determines the words that a match requires.

use jiff::Timestamp;

use super::ast::{Field, Node, Term};
use super::atoms::{Atom, Atoms};
use super::reading::DocumentReading;
use super::scope::Scope;
use super::{Watch, facts, primary};
use crate::text::words::address_words;

/// A node with its words replaced by atoms. It has the shape of the [`Node`], except that `In` is part of the terms.
#[derive(Debug)]
pub(super) enum CompiledNode {
    Words { atoms: Box<[Atom]>, scope: Scope },
    Lang(Box<str>),
    Fact { field: Field, key: Box<str>, is_prefix: bool },
    Not(Box<CompiledNode>),
    And(Box<[CompiledNode]>),
    Or(Box<[CompiledNode]>),
    Near { ordered: bool, distance: u32, left: Box<CompiledNode>, right: Box<CompiledNode> },
    AtLeast { times: u32, of: Box<CompiledNode> },
}

/// A compiled watch.
#[derive(Debug)]
pub(super) struct Compiled {
    pub watch: Watch,
    pub code: CompiledNode,
    /// First subtags of language tags.
    pub languages: Vec<String>,
    /// The fields searched for terms without a field.
    pub scope: Scope,
}

impl Compiled {
    /// Compiles a watch and adds its words to `atoms`.
    pub fn new(watch: &Watch, atoms: &mut Atoms) -> Self {
        let scope = Scope::among(&watch.fields);
        let code = CompiledNode::new(&watch.query.node, scope, atoms);
        let languages = watch.languages.iter().map(|tag| primary(tag)).collect();
        Self { watch: watch.clone(), code, languages, scope }
    }

    pub fn takes_language(&self, language: &str) -> bool {
        self.languages.is_empty() || language.is_empty() || self.languages.iter().any(|other| other == language)
    }

    pub fn takes_source(&self, outlet: &str) -> bool {
        self.watch.sources.is_empty() || self.watch.sources.iter().any(|source| source == outlet)
    }

    /// An article without a date may be new.
    pub fn takes_age(&self, published: Option<Timestamp>) -> bool {
        self.watch.since.is_none_or(|since| published.is_none_or(|published| published >= since))
    }

    pub fn takes_length(&self, reading: &DocumentReading) -> bool {
        reading.text_length() >= self.watch.min_words
    }
}

impl CompiledNode {
    /// `scope`: the fields searched for terms without a field.
    pub fn new(node: &Node, scope: Scope, atoms: &mut Atoms) -> CompiledNode {
        match node {
            Node::Term(term) if scope.is_language() => CompiledNode::Lang(term.words.concat().into_boxed_str()),
            Node::Term(term) if let Some(field) = scope.fact() => {
                CompiledNode::Fact { field, key: facts::term_key(term).into_boxed_str(), is_prefix: term.prefix }
            }
            Node::Term(term) => {
                let whole = words_in(term, scope);
                let mut in_a_row = |words: &[&str]| {
                    let last = words.len().saturating_sub(1);
                    let numbered =
                        words.iter().enumerate().map(|(i, word)| atoms.add(word, term.how, term.prefix && i == last));
                    CompiledNode::Words { atoms: numbered.collect(), scope }
                };
                let together = in_a_row(&whole);
                // The letters of an acronym and the groups of a number may be separate words in the text.
                match term.words_with_parts_split().filter(|_| scope != Scope::single(Field::Url)) {
                    Some(apart) => CompiledNode::Or(Box::new([together, in_a_row(&apart)])),
                    None => together,
                }
            }
            Node::Not(node) => CompiledNode::Not(Box::new(CompiledNode::new(node, scope, atoms))),
            Node::And(nodes) => {
                CompiledNode::And(nodes.iter().map(|node| CompiledNode::new(node, scope, atoms)).collect())
            }
            Node::Or(nodes) => {
                CompiledNode::Or(nodes.iter().map(|node| CompiledNode::new(node, scope, atoms)).collect())
            }
            Node::Near { ordered, distance, left, right } => CompiledNode::Near {
                ordered: *ordered,
                distance: *distance,
                left: Box::new(CompiledNode::new(left, scope, atoms)),
                right: Box::new(CompiledNode::new(right, scope, atoms)),
            },
            Node::AtLeast { times, of } => {
                CompiledNode::AtLeast { times: *times, of: Box::new(CompiledNode::new(of, scope, atoms)) }
            }
            Node::In { field, node } => CompiledNode::new(node, Scope::single(*field), atoms),
        }
    }

    /// Calls `visit` for every term.
    pub fn terms(&self, visit: &mut impl FnMut(&[Atom], Scope)) {
        match self {
            CompiledNode::Words { atoms, scope } => visit(atoms, *scope),
            CompiledNode::Lang(_) | CompiledNode::Fact { .. } => {}
            CompiledNode::Not(code) | CompiledNode::AtLeast { of: code, .. } => code.terms(visit),
            CompiledNode::And(codes) | CompiledNode::Or(codes) => codes.iter().for_each(|code| code.terms(visit)),
            CompiledNode::Near { left, right, .. } => {
                left.terms(visit);
                right.terms(visit);
            }
        }
    }

    /// Atoms of which a match requires at least one, choosing the cheapest such set by `cost`; `None` if there is none.
    pub fn needed(&self, cost: &impl Fn(Atom) -> u64) -> Option<(Vec<Atom>, u64)> {
        match self {
            CompiledNode::Words { atoms, .. } => {
                let atom = atoms.iter().copied().min_by_key(|atom| cost(*atom))?;
                Some((vec![atom], cost(atom)))
            }
            CompiledNode::Lang(_) | CompiledNode::Fact { .. } | CompiledNode::Not(_) => None,
            CompiledNode::And(codes) => codes.iter().filter_map(|code| code.needed(cost)).min_by_key(|(_, cost)| *cost),
            CompiledNode::Or(codes) => {
                let mut all = (Vec::new(), 0u64);
                for code in codes {
                    let (atoms, cost) = code.needed(cost)?;
                    all.0.extend(atoms);
                    all.1 = all.1.saturating_add(cost);
                }
                Some(all)
            }
            CompiledNode::Near { left, right, .. } => {
                [left, right].into_iter().filter_map(|code| code.needed(cost)).min_by_key(|(_, cost)| *cost)
            }
            CompiledNode::AtLeast { of, .. } => of.needed(cost),
        }
    }
}

/// The words of a term as they stand in a field: URLs are split into smaller words than text, `url:free_iran` is two.
fn words_in(term: &Term, scope: Scope) -> Vec<&str> {
    let words = term.words.iter().map(String::as_str);
    if scope != Scope::single(Field::Url) {
        return words.collect();
    }
    words.flat_map(|word| address_words(word).filter_map(|range| word.get(range))).collect()
}
