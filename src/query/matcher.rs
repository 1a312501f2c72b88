//! Matches many watches against one article.

use std::collections::HashSet;

use super::atoms::{Atom, Atoms};
use super::compile::{Compiled, CompiledNode};
use super::eval::MAX_HITS;
use super::reading::{DocumentReading, Span};
use super::{Document, Hit, Match, Miss, Watch, miss, snippet};
use crate::text::fold::fold;

/// Watches compiled together: an article is split into words once, and only watches with a required word in it are
/// evaluated.
#[derive(Debug, Default)]
pub struct Matcher {
    watches: Vec<Compiled>,
    atoms: Atoms,
    /// For each atom, the start of its range in `waiting`: the watches that require it.
    starts: Vec<u32>,
    waiting: Vec<u32>,
    /// Watches that can match without any word (`lang:fr`, `a OR NOT b`).
    always: Vec<u32>,
    /// Whether any watch searches author, outlet or URL.
    facts: bool,
}

impl Matcher {
    /// Compiles `watches`; matches refer to them by index.
    pub fn new(watches: &[Watch]) -> Matcher {
        let mut matcher = Matcher::default();
        for watch in watches {
            let compiled = Compiled::new(watch, &mut matcher.atoms);
            matcher.watches.push(compiled);
        }
        matcher.atoms.finish();
        matcher.index();
        matcher
    }

    /// Indexes each watch under the rarest set of atoms of which it requires one.
    fn index(&mut self) {
        let mut used = vec![0u64; self.atoms.weights().len()];
        let mut facts = false;
        for compiled in &self.watches {
            compiled.code.terms(&mut |atoms, scope| {
                facts |= scope.has_facts();
                for atom in atoms {
                    if let Some(used) = used.get_mut(*atom as usize) {
                        *used += 1;
                    }
                }
            });
        }
        self.facts = facts;
        let cost = |atom: Atom| {
            let at = atom as usize;
            used.get(at).copied().unwrap_or(0) * u64::from(self.atoms.weights().get(at).copied().unwrap_or(1))
        };
        let mut pairs: Vec<(Atom, u32)> = Vec::new();
        for (i, compiled) in (0u32..).zip(&self.watches) {
            match compiled.code.needed(&cost) {
                Some((atoms, _)) => pairs.extend(atoms.into_iter().map(|atom| (atom, i))),
                None => self.always.push(i),
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let starts = (0..=used.len()).map(|atom| pairs.partition_point(|(other, _)| (*other as usize) < atom));
        self.starts = starts.map(|start| u32::try_from(start).unwrap_or(u32::MAX)).collect();
        self.waiting = pairs.into_iter().map(|(_, watch)| watch).collect();
    }

    /// The watches that match, in order.
    pub fn matches(&self, document: &Document) -> Vec<Match> {
        let reading = DocumentReading::new(document, &self.atoms, self.facts);
        let mut candidates = self.always.clone();
        for atom in reading.atoms() {
            let range = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
            candidates.extend(self.waiting.get(range(atom as usize)..range(atom as usize + 1)).unwrap_or_default());
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut matches = Vec::new();
        for candidate in candidates {
            let Some(compiled) = self.watches.get(candidate as usize) else { continue };
            if compiled.takes_language(&reading.language)
                && compiled.takes_source(document.outlet)
                && compiled.takes_age(document.published_at)
                && compiled.takes_length(&reading)
                && reading.holds(&compiled.code)
            {
                matches.push(reading.describe(candidate as usize, &compiled.code));
            }
        }
        matches
    }

    /// Whether it has any word that a watch looks for, wherever that must stand.
    pub fn has_word_of(&self, document: &Document) -> bool {
        DocumentReading::new(document, &self.atoms, self.facts).atoms().next().is_some()
    }

    /// The watches that do not match, each with the part of its query that failed.
    pub fn misses(&self, document: &Document) -> Vec<Miss> {
        let reading = DocumentReading::new(document, &self.atoms, self.facts);
        let why = |(i, compiled): (usize, &Compiled)| {
            miss::explain_miss(&reading, compiled).map(|why| Miss { watch: i, why })
        };
        self.watches.iter().enumerate().filter_map(why).collect()
    }
}

impl DocumentReading<'_> {
    fn describe(&self, watch: usize, code: &CompiledNode) -> Match {
        let mut spans: Vec<Span> = Vec::new();
        self.collect(code, &mut spans);
        spans.sort_unstable();
        spans.dedup();
        spans.truncate(MAX_HITS);
        let mut seen = HashSet::new();
        let mut terms = Vec::new();
        let mut hits = Vec::with_capacity(spans.len());
        let mut found = Vec::with_capacity(spans.len());
        for span in &spans {
            let field = self.field(span.first);
            let bytes = self.bytes(*span);
            let written = self.document.field(field).get(bytes.clone()).unwrap_or_default();
            let term = written.split_whitespace().collect::<Vec<_>>().join(" ");
            let key = fold(&term);
            found.push(snippet::MatchedPlace { field, bytes, key: key.clone() });
            if seen.insert(key) {
                terms.push(term.clone());
            }
            let characters = self.characters(*span);
            hits.push(Hit { field, start: characters.start, end: characters.end, term });
        }
        Match { watch, terms, snippet: snippet::best_snippet(self, &found), hits }
    }
}
