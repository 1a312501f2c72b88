//! Queries as code over numbered words, and which words a query cannot do without.

use jiff::Timestamp;

use super::ast::{Field, Node};
use super::atoms::{Atom, Atoms};
use super::reading::DocumentReading;
use super::scope::Scope;
use super::{Watch, primary};
use crate::text::words::address_words;

/// A node with its words numbered; of the same shape as the [`Node`], but for `In`, which is in the terms.
#[derive(Debug)]
pub(super) enum CompiledNode {
    Words { atoms: Box<[Atom]>, scope: Scope },
    Lang(Box<str>),
    Not(Box<CompiledNode>),
    And(Box<[CompiledNode]>),
    Or(Box<[CompiledNode]>),
    Near { ordered: bool, distance: u32, left: Box<CompiledNode>, right: Box<CompiledNode> },
    AtLeast { times: u32, of: Box<CompiledNode> },
}

/// A watch that is ready to be asked.
#[derive(Debug)]
pub(super) struct Compiled {
    pub watch: Watch,
    pub code: CompiledNode,
    /// First parts of language tags.
    pub languages: Vec<String>,
    /// Where its terms without a field are looked for.
    pub scope: Scope,
}

impl Compiled {
    /// Compiles a watch; the atoms of its words are noted in `atoms`.
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

    /// What has no date may be new.
    pub fn takes_age(&self, published: Option<Timestamp>) -> bool {
        self.watch.since.is_none_or(|since| published.is_none_or(|published| published >= since))
    }

    pub fn takes_length(&self, reading: &DocumentReading) -> bool {
        reading.length() >= self.watch.min_words
    }
}

impl CompiledNode {
    /// `scope`: where a term without a field is looked for.
    pub fn new(node: &Node, scope: Scope, atoms: &mut Atoms) -> CompiledNode {
        match node {
            Node::Term(term) if scope.is_language() => CompiledNode::Lang(term.words.concat().into_boxed_str()),
            Node::Term(term) => {
                let whole: Vec<&str> = term.words.iter().flat_map(|word| in_address(word, scope)).collect();
                let mut in_a_row = |words: &[&str]| {
                    let last = words.len().saturating_sub(1);
                    let numbered =
                        words.iter().enumerate().map(|(i, word)| atoms.add(word, term.how, term.prefix && i == last));
                    CompiledNode::Words { atoms: numbered.collect(), scope }
                };
                let together = in_a_row(&whole);
                // An acronym's letters, and a number's groups, may stand by themselves in the text.
                match term.apart().filter(|_| scope != Scope::of(Field::Url)) {
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
            Node::In { field, node } => CompiledNode::new(node, Scope::of(*field), atoms),
        }
    }

    /// Calls `visit` for every term.
    pub fn terms(&self, visit: &mut impl FnMut(&[Atom], Scope)) {
        match self {
            CompiledNode::Words { atoms, scope } => visit(atoms, *scope),
            CompiledNode::Lang(_) => {}
            CompiledNode::Not(code) | CompiledNode::AtLeast { of: code, .. } => code.terms(visit),
            CompiledNode::And(codes) | CompiledNode::Or(codes) => codes.iter().for_each(|code| code.terms(visit)),
            CompiledNode::Near { left, right, .. } => {
                left.terms(visit);
                right.terms(visit);
            }
        }
    }

    /// Atoms of which one at least must occur for a match, the rarest choice by `cost`; `None` if there are none such.
    pub fn needed(&self, cost: &impl Fn(Atom) -> u64) -> Option<(Vec<Atom>, u64)> {
        match self {
            CompiledNode::Words { atoms, .. } => {
                let atom = atoms.iter().copied().min_by_key(|atom| cost(*atom))?;
                Some((vec![atom], cost(atom)))
            }
            CompiledNode::Lang(_) | CompiledNode::Not(_) => None,
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

/// An address has smaller words than a text: `url:free_iran` is two.
fn in_address(word: &str, scope: Scope) -> Vec<&str> {
    if scope == Scope::of(Field::Url) {
        address_words(word).filter_map(|range| word.get(range)).collect()
    } else {
        vec![word]
    }
}
