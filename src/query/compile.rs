//! Queries as code over numbered words, and which words a query cannot do without.

use jiff::Timestamp;

use super::ast::{Field, Node};
use super::atoms::{Atom, Atoms};
use super::reading::Reading;
use super::scope::Scope;
use super::{Watch, primary};
use crate::text::words::address_words;

/// A node with its words numbered; of the same shape as the [`Node`], but for `In`, which is in the terms.
#[derive(Debug)]
pub(super) enum Code {
    Words { atoms: Box<[Atom]>, scope: Scope },
    Lang(Box<str>),
    Not(Box<Code>),
    And(Box<[Code]>),
    Or(Box<[Code]>),
    Near { ordered: bool, distance: u32, left: Box<Code>, right: Box<Code> },
    AtLeast { times: u32, of: Box<Code> },
}

/// A watch that is ready to be asked.
#[derive(Debug)]
pub(super) struct Compiled {
    pub watch: Watch,
    pub code: Code,
    /// First parts of language tags.
    pub languages: Vec<String>,
    /// Where its terms without a field are looked for.
    pub scope: Scope,
}

impl Compiled {
    /// Compiles a watch; the atoms of its words are noted in `atoms`.
    pub fn new(watch: &Watch, atoms: &mut Atoms) -> Self {
        let scope = Scope::among(&watch.fields);
        let code = Code::new(&watch.query.node, scope, atoms);
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

    pub fn takes_length(&self, reading: &Reading) -> bool {
        reading.length() >= self.watch.min_words
    }
}

impl Code {
    /// `scope`: where a term without a field is looked for.
    pub fn new(node: &Node, scope: Scope, atoms: &mut Atoms) -> Code {
        match node {
            Node::Term(term) if scope.is_language() => Code::Lang(term.words.concat().into_boxed_str()),
            Node::Term(term) => {
                let split: Vec<&str> = term.words.iter().flat_map(|word| in_address(word, scope)).collect();
                let last = split.len().saturating_sub(1);
                let numbered =
                    split.iter().enumerate().map(|(i, word)| atoms.add(word, term.how, term.prefix && i == last));
                Code::Words { atoms: numbered.collect(), scope }
            }
            Node::Not(node) => Code::Not(Box::new(Code::new(node, scope, atoms))),
            Node::And(nodes) => Code::And(nodes.iter().map(|node| Code::new(node, scope, atoms)).collect()),
            Node::Or(nodes) => Code::Or(nodes.iter().map(|node| Code::new(node, scope, atoms)).collect()),
            Node::Near { ordered, distance, left, right } => Code::Near {
                ordered: *ordered,
                distance: *distance,
                left: Box::new(Code::new(left, scope, atoms)),
                right: Box::new(Code::new(right, scope, atoms)),
            },
            Node::AtLeast { times, of } => Code::AtLeast { times: *times, of: Box::new(Code::new(of, scope, atoms)) },
            Node::In { field, node } => Code::new(node, Scope::of(*field), atoms),
        }
    }

    /// Calls `visit` for every term.
    pub fn terms(&self, visit: &mut impl FnMut(&[Atom], Scope)) {
        match self {
            Code::Words { atoms, scope } => visit(atoms, *scope),
            Code::Lang(_) => {}
            Code::Not(code) | Code::AtLeast { of: code, .. } => code.terms(visit),
            Code::And(codes) | Code::Or(codes) => codes.iter().for_each(|code| code.terms(visit)),
            Code::Near { left, right, .. } => {
                left.terms(visit);
                right.terms(visit);
            }
        }
    }

    /// Atoms of which one at least must occur for a match, the rarest choice by `cost`; `None` if there are none such.
    pub fn needed(&self, cost: &impl Fn(Atom) -> u64) -> Option<(Vec<Atom>, u64)> {
        match self {
            Code::Words { atoms, .. } => {
                let atom = atoms.iter().copied().min_by_key(|atom| cost(*atom))?;
                Some((vec![atom], cost(atom)))
            }
            Code::Lang(_) | Code::Not(_) => None,
            Code::And(codes) => codes.iter().filter_map(|code| code.needed(cost)).min_by_key(|(_, cost)| *cost),
            Code::Or(codes) => {
                let mut all = (Vec::new(), 0u64);
                for code in codes {
                    let (atoms, cost) = code.needed(cost)?;
                    all.0.extend(atoms);
                    all.1 = all.1.saturating_add(cost);
                }
                Some(all)
            }
            Code::Near { left, right, .. } => {
                [left, right].into_iter().filter_map(|code| code.needed(cost)).min_by_key(|(_, cost)| *cost)
            }
            Code::AtLeast { of, .. } => of.needed(cost),
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
