//! Compares the meaning of two reports word by word, in one language or in two.
//!
//! Each word of one report finds the word of the other that is nearest in meaning, and the other way round; rare words count more. The sum
//! of the words of a report would say only what field it is about.

use super::table::{DIMENSIONS, table_word};

/// The most words of a report that are compared, those of the greatest weight.
pub(super) const MOST_TERMS: usize = 32;
/// What is no nearer than this has nothing to do with each other.
const FAR: f32 = 0.2;
/// Words that are more frequent say nothing: "die", "also".
pub(super) const FREQUENT: f32 = 5.0;
/// The rarity of words that are not in the table, as names.
const RAREST: f32 = 13.0;

/// The weight of a rare word of a headline. Reports with few words are never quite alike: as if each had two more, found nowhere.
const RARE: f32 = 30.0;
const DOUBT: f32 = 60.0;
/// The same for headlines: one word.
const DOUBT_OF_TITLE: f32 = 30.0;

/// The weight of a word with this key: nothing for a frequent one.
pub(super) fn term_weight(language: &str, key: u32) -> f32 {
    let rarity = table_word(language, key).map_or(RAREST, |word| word.rarity.min(RAREST));
    (rarity - FREQUENT).max(0.0)
}

/// The words of a report that are compared by their meaning.
#[derive(Default)]
pub(super) struct Meaning {
    terms: Vec<Term>,
    total: f32,
    total_of_title: f32,
}

/// How alike two reports are.
#[derive(Default)]
pub(super) struct Likeness {
    /// The share of the words of each that the other has, 0 to 1.
    pub share: f64,
    /// How much that is: 1 for each rare word.
    pub matched: f64,
    /// The heaviest of these words: about 1 for a rare one.
    pub strongest: f64,
    /// The share of the words of each headline that the other report has, in its headline or lead: the smaller and the larger share.
    pub headlines: (f64, f64),
}

/// What one report has of the words of another, by weight.
#[derive(Default)]
struct Found {
    all: f32,
    of_title: f32,
    strongest: f32,
}

#[derive(Clone)]
struct Term {
    key: u32,
    weight: f32,
    /// One divided by the length of the vector; 0 without one.
    scale: f32,
    vector: [i16; DIMENSIONS],
    is_in_title: bool,
}

impl Meaning {
    /// The meaning of words with their weights; the last value of each says whether the headline has it.
    pub fn new(language: &str, weighed: impl IntoIterator<Item = (u32, f32, bool)>) -> Self {
        let mut weighed: Vec<(u32, f32, bool)> = weighed.into_iter().filter(|(_, weight, _)| *weight > 0.0).collect();
        weighed.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        weighed.truncate(MOST_TERMS);
        let term = |(key, weight, is_in_title)| {
            let vector = table_word(language, key).map_or([0; DIMENSIONS], super::table::TableWord::vector);
            let length = f32::from(dot(&vector, &vector)).sqrt();
            Term { key, weight, scale: if length > 0.0 { 1.0 / length } else { 0.0 }, vector, is_in_title }
        };
        Self::of(weighed.into_iter().map(term).collect())
    }

    fn of(terms: Vec<Term>) -> Self {
        let total = terms.iter().map(|term| term.weight).sum();
        let total_of_title = terms.iter().filter(|term| term.is_in_title).map(|term| term.weight).sum();
        Self { terms, total, total_of_title }
    }

    /// How alike two reports are.
    pub fn likeness(&self, other: &Self) -> Likeness {
        if self.total <= 0.0 || other.total <= 0.0 {
            return Likeness::default();
        }
        let mut nearest = [0.0_f32; MOST_TERMS];
        let mut nearest_back = [0.0_f32; MOST_TERMS];
        for (term, nearest) in self.terms.iter().zip(&mut nearest) {
            for (against, back) in other.terms.iter().zip(&mut nearest_back) {
                let near = term.nearness(against);
                *nearest = nearest.max(near);
                *back = back.max(near);
            }
        }
        let (one, back) = (self.found(&nearest), other.found(&nearest_back));
        let share = |found: f32, of: f32, doubt: f32| f64::from(found / (of + doubt));
        let headline = share(one.of_title, self.total_of_title, DOUBT_OF_TITLE);
        let headline_back = share(back.of_title, other.total_of_title, DOUBT_OF_TITLE);
        Likeness {
            share: f64::midpoint(share(one.all, self.total, DOUBT), share(back.all, other.total, DOUBT)),
            matched: f64::from(one.all.min(back.all) / RARE),
            strongest: f64::from(one.strongest.min(back.strongest) / RARE),
            headlines: (headline.min(headline_back), headline.max(headline_back)),
        }
    }

    /// What another report has of the words, each as near as its nearest word there.
    fn found(&self, nearest: &[f32]) -> Found {
        let mut found = Found::default();
        for (term, near) in self.terms.iter().zip(nearest) {
            let weight = term.weight * near;
            found.all += weight;
            found.of_title += if term.is_in_title { weight } else { 0.0 };
            found.strongest = found.strongest.max(weight);
        }
        found
    }

    /// How alike two reports are without the words that both headlines have.
    pub fn likeness_besides_titles(&self, other: &Self) -> f64 {
        let rest = |one: &Self, other: &Self| {
            let is_shared = |term: &&Term| {
                term.is_in_title && other.terms.iter().any(|known| known.is_in_title && known.key == term.key)
            };
            let terms: Vec<Term> = one.terms.iter().filter(|term| !is_shared(term)).cloned().collect();
            Self::of(terms)
        };
        rest(self, other).likeness(&rest(other, self)).share
    }
}

impl Term {
    fn nearness(&self, other: &Self) -> f32 {
        if self.key == other.key {
            return 1.0;
        }
        if self.scale <= 0.0 || other.scale <= 0.0 {
            return 0.0;
        }
        let cosine = f32::from(dot(&self.vector, &other.vector)) * (self.scale * other.scale);
        ((cosine - FAR) / (1.0 - FAR)).max(0.0)
    }
}

/// At most 64 times 49, which fits. A plain loop, because tests without optimisation compare hundreds of thousands of words.
fn dot(a: &[i16; DIMENSIONS], b: &[i16; DIMENSIONS]) -> i16 {
    let (mut sum, mut at) = (0, 0);
    while at < DIMENSIONS {
        sum += a[at] * b[at];
        at += 1;
    }
    sum
}
