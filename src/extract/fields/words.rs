//! Identifies languages by their small words: many more languages than the trigram detector knows, reliable from forty
//! words on.

use crate::text::cut::cut;
use std::{collections::HashMap, sync::LazyLock};

use crate::lexicon::{LANGUAGES, ORDER};

/// The languages and their small words.
static SMALL: LazyLock<Vec<(&str, &[&str])>> = LazyLock::new(|| {
    let small = LANGUAGES.iter().map(|language| (language.code, language.text.small.as_slice()));
    small.filter(|(_, words)| !words.is_empty()).collect()
});

/// Which languages have a word, one bit per language.
static WORDS: LazyLock<HashMap<&str, u64>> = LazyLock::new(|| {
    let mut words: HashMap<&str, u64> = HashMap::new();
    for (nth, (_, small)) in SMALL.iter().enumerate() {
        for word in *small {
            *words.entry(*word).or_default() |= 1 << nth;
        }
    }
    words
});

/// How many small words of each language a text contains.
#[derive(Debug)]
pub struct WordCounts {
    /// Words of the text.
    words: usize,
    /// How many of them are small words of each language.
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
    /// The percentage of words that are small words of a language; `None` for a language without a list.
    pub fn share(&self, code: &str) -> Option<usize> {
        let nth = SMALL.iter().position(|(known, _)| *known == code)?;
        Some(self.hits.get(nth)? * 100 / self.words.max(1))
    }

    /// The language that the words identify: at least every sixth word is one of its small words, and clearly more than
    /// for any other.
    pub fn language(&self) -> Option<&'static str> {
        let (best, hits) = self.hits.iter().enumerate().max_by_key(|(nth, hits)| (**hits, usize::MAX - nth))?;
        let code = SMALL.get(best)?.0;
        let others = self
            .hits
            .iter()
            .enumerate()
            .filter(|(nth, _)| *nth != best && SMALL.get(*nth).is_some_and(|(other, _)| !are_kin(code, other)));
        let second = others.map(|(_, hits)| *hits).max().unwrap_or(0);
        // A short text needs a higher share.
        let is_enough = match self.words {
            25.. => hits * 6 >= self.words && hits * 10 >= second * 12,
            15.. => *hits >= 5 && hits * 4 >= self.words && *hits >= second * 2,
            _ => false,
        };
        is_enough.then_some(code)
    }

    /// Whether the text may be in the language that the page declares.
    pub fn may_be(&self, declared: &str, found: &str) -> bool {
        let best = self.share(found).unwrap_or(0);
        match self.share(declared) {
            Some(share) => share * 10 >= best * 7 || are_kin(declared, found) && share * 10 >= best * 6,
            // No list for this language: contradict it only if nearly all words are another's.
            None => are_kin(declared, found) || best < 33,
        }
    }
}

/// Whether two languages share most of their small words; between them the declaration decides.
fn are_kin(a: &str, b: &str) -> bool {
    ORDER.kin.iter().any(|kin| kin.contains(&a) && kin.contains(&b))
}
