//! Numbers the words of all watches, and finds them in the words of an article.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use snowball_stemmers_rs::Algorithm;

use super::ast::How;
use super::stem;
use crate::text::fold::{exact, fold};
use crate::text::spelling::{normal_spelling, spelled_out};

/// The number of a word, prefix, exact word or stem.
pub(super) type Atom = u32;

#[derive(Debug, Default)]
pub(super) struct Atoms {
    folded: HashMap<Box<str>, Atom, BuildHasherDefault<WordHasher>>,
    exact: HashMap<Box<str>, Atom, BuildHasherDefault<WordHasher>>,
    stems: HashMap<Box<str>, Atom, BuildHasherDefault<WordHasher>>,
    /// Words with a second spelling (Müller, Mueller) under both spellings; several words may share one.
    spelled_twice: HashMap<Box<str>, Vec<Atom>, BuildHasherDefault<WordHasher>>,
    /// The atoms of such words and prefixes, by their two spellings.
    pairs: HashMap<(bool, String, String), Atom>,
    /// The second spellings of stems.
    second_stems: Vec<(String, Atom)>,
    prefixes: Prefixes,
    exact_prefixes: Prefixes,
    /// Stems compared as plain words, for articles of unknown language.
    by_fold: HashMap<String, Vec<Atom>>,
    /// The stems in each language, computed for the first article in that language.
    by_language: Vec<OnceLock<HashMap<String, Vec<Atom>>>>,
    /// For each atom, how common it is likely to be, estimated from its length.
    weights: Vec<u32>,
}

impl Atoms {
    /// The atom for a word of a query.
    pub fn add(&mut self, word: &str, how: How, prefix: bool) -> Atom {
        let word = normal_spelling(word);
        let second = if how == How::Exact { None } else { spelled_out(&word) };
        let key = match how {
            How::Folded => fold(&word),
            How::Exact => exact(&word),
            How::Stem => exact(&word).to_lowercase(),
        };
        let weight = match key.chars().count() {
            0..=3 => 50,
            4 | 5 => 5,
            _ => 1,
        } * if prefix || how == How::Stem { 3 } else { 1 };
        let next = Atom::try_from(self.weights.len()).unwrap_or(Atom::MAX);
        let atom = match (second, how) {
            (Some(second), How::Folded) => self.add_pair(prefix, key, fold(&second), next),
            (second, _) => {
                let map = match (how, prefix) {
                    (How::Folded, false) => &mut self.folded,
                    (How::Folded, true) => &mut self.prefixes.building,
                    (How::Exact, false) => &mut self.exact,
                    (How::Exact, true) => &mut self.exact_prefixes.building,
                    (How::Stem, _) => &mut self.stems,
                };
                let atom = *map.entry(key.into_boxed_str()).or_insert(next);
                if let Some(second) = second.filter(|_| atom == next) {
                    self.second_stems.push((exact(&second).to_lowercase(), atom));
                }
                atom
            }
        };
        if atom == next {
            self.weights.push(weight);
        }
        atom
    }

    /// The atom for a word or prefix with two spellings.
    fn add_pair(&mut self, prefix: bool, first: String, second: String, next: Atom) -> Atom {
        let atom = *self.pairs.entry((prefix, first.clone(), second.clone())).or_insert(next);
        for spelling in [first, second].into_iter().filter(|_| atom == next) {
            if prefix {
                self.prefixes.more.push((spelling.into_boxed_str(), atom));
            } else {
                self.spelled_twice.entry(spelling.into_boxed_str()).or_default().push(atom);
            }
        }
        atom
    }

    /// Must be called after the last `add`.
    pub fn finish(&mut self) {
        self.prefixes.finish();
        self.exact_prefixes.finish();
        for (word, atom) in all_stems(&self.stems, &self.second_stems) {
            self.by_fold.entry(fold(word)).or_default().push(atom);
        }
        self.by_language = (0..stem::COUNT).map(|_| OnceLock::new()).collect();
    }

    pub fn weights(&self) -> &[u32] {
        &self.weights
    }

    pub fn has_stems(&self) -> bool {
        !self.stems.is_empty()
    }

    /// Calls `found` with every atom that `word` matches, possibly more than once. `folded` is the folded word;
    /// `is_exact` says whether `word` may be compared by case and accents.
    pub fn atoms_of_word(
        &self,
        word: &str,
        folded: &str,
        is_exact: bool,
        language: Option<(usize, Algorithm)>,
        mut found: impl FnMut(Atom),
    ) {
        if let Some(atom) = self.folded.get(folded) {
            found(*atom);
        }
        if !self.spelled_twice.is_empty() {
            self.spelled_twice.get(folded).into_iter().flatten().for_each(|atom| found(*atom));
        }
        self.prefixes.prefixes_of(folded, &mut found);
        if is_exact && (!self.exact.is_empty() || !self.exact_prefixes.sorted.is_empty()) {
            let exact = exact(word);
            if let Some(atom) = self.exact.get(exact.as_str()) {
                found(*atom);
            }
            self.exact_prefixes.prefixes_of(&exact, &mut found);
        }
        if !self.stems.is_empty() {
            self.atoms_by_stem(word, folded, language, &mut found);
        }
    }

    fn atoms_by_stem(
        &self,
        word: &str,
        folded: &str,
        language: Option<(usize, Algorithm)>,
        found: &mut impl FnMut(Atom),
    ) {
        // A word always matches its own stem, even if the language is unknown.
        for atom in self.by_fold.get(folded).into_iter().flatten() {
            found(*atom);
        }
        if let Some((at, algorithm)) = language
            && let Some(table) = self.by_language.get(at)
        {
            let table = table.get_or_init(|| {
                let mut table: HashMap<String, Vec<Atom>> = HashMap::new();
                for (word, atom) in all_stems(&self.stems, &self.second_stems) {
                    let (stem, other) = stem::stems(algorithm, word);
                    table.entry(stem).or_default().push(atom);
                    if let Some(other) = other {
                        table.entry(other).or_default().push(atom);
                    }
                }
                table
            });
            let (stem, other) = stem::stems(algorithm, word);
            for stem in std::iter::once(&stem).chain(&other) {
                for atom in table.get(stem).into_iter().flatten() {
                    found(*atom);
                }
            }
        }
    }
}

/// The words searched by their stem, in both spellings.
fn all_stems<'a, S>(
    stems: &'a HashMap<Box<str>, Atom, S>,
    second: &'a [(String, Atom)],
) -> impl Iterator<Item = (&'a str, Atom)> {
    let first = stems.iter().map(|(word, atom)| (&**word, *atom));
    first.chain(second.iter().map(|(word, atom)| (word.as_str(), *atom)))
}

/// A fast hash for short words. The keys come from the user's own configuration, so nobody can choose them to collide.
#[derive(Debug, Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut eight = [0; 8];
            for (to, from) in eight.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(eight)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

/// A sorted list of prefixes; each links to the longest other one that it starts with.
#[derive(Debug, Default)]
struct Prefixes {
    building: HashMap<Box<str>, Atom, BuildHasherDefault<WordHasher>>,
    /// Prefixes with alternative spellings that may be equal to another's.
    more: Vec<(Box<str>, Atom)>,
    sorted: Vec<Prefix>,
    /// The first bytes of each, close together in memory.
    starts: Vec<u64>,
}

#[derive(Debug)]
struct Prefix {
    text: Box<str>,
    atom: Atom,
    shorter: Option<u32>,
}

impl Prefixes {
    fn finish(&mut self) {
        let mut all: Vec<(Box<str>, Atom)> = std::mem::take(&mut self.building).into_iter().collect();
        all.append(&mut self.more);
        all.sort_unstable();
        let mut open: Vec<u32> = Vec::new();
        for (i, (text, atom)) in (0u32..).zip(all) {
            while let Some(last) = open.last()
                && !self.sorted.get(*last as usize).is_some_and(|prefix| text.starts_with(&*prefix.text))
            {
                open.pop();
            }
            self.starts.push(sort_key(&text));
            self.sorted.push(Prefix { text, atom, shorter: open.last().copied() });
            open.push(i);
        }
    }

    /// Calls `found` for every prefix of `word`: the last that sorts before it, and the prefixes of that one.
    fn prefixes_of(&self, word: &str, found: &mut impl FnMut(Atom)) {
        let key = sort_key(word);
        let behind = self.starts.partition_point(|start| *start <= key);
        let first = self.starts.get(..behind).unwrap_or_default().partition_point(|start| *start < key);
        let alike = self.sorted.get(first..behind).unwrap_or_default();
        let mut at = (first + alike.partition_point(|prefix| &*prefix.text <= word)).checked_sub(1);
        while let Some(prefix) = at.and_then(|at| self.sorted.get(at)) {
            if word.starts_with(&*prefix.text) {
                found(prefix.atom);
            }
            at = prefix.shorter.map(|at| at as usize);
        }
    }
}

/// The first 8 bytes of `text` as a number with the same sort order.
fn sort_key(text: &str) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Prefixes;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_prefix_is_found(prefixes in prop::collection::btree_set("[abé]{1,12}", 0..30), word in "[abé]{0,14}") {
            let mut table = Prefixes::default();
            for (i, prefix) in (0..).zip(&prefixes) {
                table.building.insert(prefix.as_str().into(), i);
            }
            table.finish();
            let mut found = Vec::new();
            table.prefixes_of(&word, &mut |atom| found.push(atom));
            found.sort_unstable();
            let expected: Vec<u32> = (0..).zip(&prefixes).filter(|(_, prefix)| word.starts_with(prefix.as_str())).map(|(i, _)| i).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
