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
        let terms: Vec<Term> = weighed.into_iter().map(term).collect();
        let total = terms.iter().map(|term| term.weight).sum();
        Self { terms, total }
    }

    /// How alike two reports are, 0 to 1, and how much of them is: once more for each rare word.
    pub fn likeness(&self, other: &Self) -> (f64, f64) {
        if self.total <= 0.0 || other.total <= 0.0 {
            return (0.0, 0.0);
        }
        let mut nearest = [0.0_f32; MOST_TERMS];
        let mut sum = 0.0;
        for term in &self.terms {
            let mut best = 0.0_f32;
            for (against, nearest) in other.terms.iter().zip(&mut nearest) {
                let near = term.nearness(against);
                best = best.max(near);
                *nearest = nearest.max(near);
            }
            sum += term.weight * best;
        }
        let back: f32 = other.terms.iter().zip(nearest).map(|(term, near)| term.weight * near).sum();
        let share = |sum: f32, total: f32| f64::from(sum / (total + DOUBT));
        let likeness = f64::midpoint(share(sum, self.total), share(back, other.total));
        (likeness, f64::from(sum.min(back) / RARE))
    }

    /// How alike two reports are without the words that both headlines have.
    pub fn likeness_besides_titles(&self, other: &Self) -> f64 {
        let rest = |one: &Self, other: &Self| {
            let is_shared = |term: &&Term| {
                term.is_in_title && other.terms.iter().any(|known| known.is_in_title && known.key == term.key)
            };
            let terms: Vec<Term> = one.terms.iter().filter(|term| !is_shared(term)).cloned().collect();
            let total = terms.iter().map(|term| term.weight).sum();
            Self { terms, total }
        };
        rest(self, other).likeness(&rest(other, self)).0
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
