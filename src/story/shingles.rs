//! Turns words into marks, marks into shingles, and shingles into the few bands that index a text.

use crate::text::fold::fold_into;

/// Words in a shingle.
pub(super) const SHINGLE: usize = 4;

/// Two texts that share a run of this many shingles share a band, if the run is where texts are cut: …
const WINDOW: usize = 32;

/// … in the first shingles, this many, or in the first third …
const BEGINNING: usize = 128;

/// … and beyond that if the run has this many shingles.
const WIDE_WINDOW: usize = 128;

/// The smallest shingles of a text are bands too: they match texts with many small differences.
const LEAST: usize = 8;

/// A folded text.
pub(super) struct Folded {
    pub(super) text: String,
    /// Where a lower-case letter is followed by a capital, because paragraphs are sometimes joined without a blank ("heuresLa police").
    /// A name written that way is split alike in every text.
    seams: Vec<usize>,
}

impl Folded {
    pub(super) fn new(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), seams: Vec::new() };
        let (mut start, mut before) = (0, ' ');
        for (at, c) in text.char_indices() {
            if c.is_uppercase() && before.is_lowercase() {
                fold_into(&text[start..at], &mut folded.text);
                folded.seams.push(folded.text.len());
                start = at;
            }
            before = c;
        }
        fold_into(&text[start..], &mut folded.text);
        folded
    }

    /// Calls `each` with every word and its weight: 2, or 1 for a character of a script without spaces.
    pub(super) fn each_word(&self, mut each: impl FnMut(&str, usize)) {
        let mut seams = self.seams.iter().peekable();
        let mut start = None;
        let mut word = |from: Option<usize>, to: usize, weight| {
            if let Some(word) = from.and_then(|from| self.text.get(from..to)) {
                each(word, weight);
            }
        };
        for (at, c) in self.text.char_indices() {
            if seams.next_if_eq(&&at).is_some() {
                word(start.take(), at, 2);
            }
            if is_unspaced(c) {
                word(start.take(), at, 2);
                word(Some(at), at + c.len_utf8(), 1);
            } else if c.is_alphanumeric() {
                start.get_or_insert(at);
            } else {
                word(start.take(), at, 2);
            }
        }
        word(start, self.text.len(), 2);
    }
}

/// Whether a letter belongs to a script without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
        && c.is_alphanumeric()
}

/// The mark of a word: its hash, with a bit for digits.
pub(super) fn word_mark(word: &str) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut digit = false;
    for byte in word.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        digit |= byte.is_ascii_digit();
    }
    (low(mix(hash)) & !1) | u32::from(digit)
}

/// Whether the word with this mark has a digit.
pub(super) fn has_digit(mark: u32) -> bool {
    mark & 1 == 1
}

/// The shingles that start at each word but the last three.
pub(super) fn shingles(words: &[u32]) -> Vec<u64> {
    words
        .windows(SHINGLE)
        .map(|four| mix(four.iter().fold(0, |hash, word| mix(hash ^ u64::from(*word)).wrapping_add(1))))
        .collect()
}

/// The bands of a text with these words, sorted: about 16 for 400 words. Each costs an index lookup.
pub fn bands(words: &[u32]) -> Vec<u32> {
    let mut shingles = shingles(words);
    if shingles.is_empty() {
        return Vec::new();
    }
    let (beginning, rest) = shingles.split_at(shingles.len().min(BEGINNING.max(shingles.len() / 3)));
    let mut chosen = least_of_windows(beginning, WINDOW);
    chosen.extend(least_of_windows(rest, WIDE_WINDOW));
    shingles.sort_unstable();
    shingles.dedup();
    chosen.extend(shingles.iter().take(LEAST));
    // The smallest agree in their high bits.
    let mut bands: Vec<u32> = chosen.into_iter().map(low).collect();
    bands.sort_unstable();
    bands.dedup();
    bands
}

/// The least of every run of `window` values, or of all of fewer, once for adjacent runs.
fn least_of_windows(all: &[u64], window: usize) -> Vec<u64> {
    let window = window.min(all.len()).max(1);
    let mut chosen = Vec::new();
    let mut least = None;
    for (start, run) in all.windows(window).enumerate() {
        let newest = start + window - 1;
        let before = least;
        // It stays the least until it leaves the run or a lesser one enters: few runs are searched.
        least = match least {
            Some(at) if at >= start => Some(if all[newest] < all[at] { newest } else { at }),
            _ => (0..run.len()).min_by_key(|at| run[*at]).map(|at| start + at),
        };
        if least != before {
            chosen.extend(least.map(|at| all[at]));
        }
    }
    chosen
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is meant")]
fn low(hash: u64) -> u32 {
    hash as u32
}

/// Mixes every bit into all 64 (the finaliser of `SplitMix64`).
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::least_of_windows;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_least_of_every_run(all in prop::collection::vec(0..40u64, 0..60), window in 1..20usize) {
            let runs = all.windows(window.min(all.len()).max(1));
            let mut expected: Vec<u64> = runs.filter_map(|run| run.iter().min().copied()).collect();
            let mut found = least_of_windows(&all, window);
            expected.dedup();
            found.dedup();
            prop_assert_eq!(found, expected);
        }
    }
}
