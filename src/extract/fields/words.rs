//! Languages told by their small words: many more than a detector of trigrams knows, and sure from forty words on.

use crate::text::cut::cut;
use std::{collections::HashMap, sync::LazyLock};

use crate::lexicon::{LANGUAGES, ORDER};

/// The languages with small words, and these.
static SMALL: LazyLock<Vec<(&str, &[&str])>> = LazyLock::new(|| {
    let small = LANGUAGES.iter().map(|language| (language.code, language.text.small.as_slice()));
    small.filter(|(_, words)| !words.is_empty()).collect()
});

/// Which languages have a word, one bit each.
static WORDS: LazyLock<HashMap<&str, u64>> = LazyLock::new(|| {
    let mut words: HashMap<&str, u64> = HashMap::new();
    for (nth, (_, small)) in SMALL.iter().enumerate() {
        for word in *small {
            *words.entry(*word).or_default() |= 1 << nth;
        }
    }
    words
});

/// What a text's small words say.
#[derive(Debug)]
pub struct WordCounts {
    /// Words of the text.
    words: usize,
    /// How many of them each language has.
    hits: Vec<usize>,
}

/// Counts the small words at the beginning of a text.
pub fn small_words(text: &str) -> WordCounts {
    let mut counted = WordCounts { words: 0, hits: vec![0; SMALL.len()] };
    let lower = cut(text, 3_000).to_lowercase();
    for word in lower.split(|c: char| !c.is_alphabetic() && c != '-').filter(|word| !word.is_empty()).take(400) {
        counted.words += 1;
        let mut languages = WORDS.get(word).copied().unwrap_or(0);
        while languages != 0 {
            let nth = languages.trailing_zeros() as usize;
            counted.hits[nth] += 1;
            languages &= languages - 1;
        }
    }
    counted
}

impl WordCounts {
    /// The share of a language's small words, in per cent; `None` for a language that is not known here.
    pub fn share(&self, code: &str) -> Option<usize> {
        let nth = SMALL.iter().position(|(known, _)| *known == code)?;
        Some(self.hits.get(nth)? * 100 / self.words.max(1))
    }

    /// The language that the words tell: every sixth word at least is one of its small ones, and clearly more than of another.
    pub fn language(&self) -> Option<&'static str> {
        let (best, hits) = self.hits.iter().enumerate().max_by_key(|(nth, hits)| (**hits, usize::MAX - nth))?;
        let code = SMALL.get(best)?.0;
        let others = self
            .hits
            .iter()
            .enumerate()
            .filter(|(nth, _)| *nth != best && SMALL.get(*nth).is_some_and(|(other, _)| !are_kin(code, other)));
        let second = others.map(|(_, hits)| *hits).max().unwrap_or(0);
        // Of a short text more must be told.
        let is_enough = match self.words {
            25.. => hits * 6 >= self.words && hits * 10 >= second * 12,
            15.. => *hits >= 5 && hits * 4 >= self.words && *hits >= second * 2,
            _ => false,
        };
        is_enough.then_some(code)
    }

    /// Whether the text may well be in a language that the page declares.
    pub fn may_be(&self, declared: &str, found: &str) -> bool {
        let best = self.share(found).unwrap_or(0);
        match self.share(declared) {
            Some(share) => share * 10 >= best * 7 || are_kin(declared, found) && share * 10 >= best * 6,
            // A language without a row: only a text that is nearly all of another's words speaks against it.
            None => are_kin(declared, found) || best < 33,
        }
    }
}

/// Whether they share most of their small words: between them the page's own word counts.
fn are_kin(a: &str, b: &str) -> bool {
    ORDER.kin.iter().any(|kin| kin.contains(&a) && kin.contains(&b))
}
