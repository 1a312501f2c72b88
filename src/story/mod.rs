//! Recognises copies: decides which texts are one story.
//!
//! A text is reduced to its words, folded as for queries, so that case, accents, quotes and layout do not matter. Four
//! consecutive words are a shingle. Some shingles, chosen by their hash alone, serve as bands: an index in which the
//! store finds the few texts that may be copies. [`judge`] then compares with these exactly.
//!
//! # When are texts copies?
//!
//! - *Equal*: the same words, at least 25 of them.
//! - *Near*: half of all shingles are shared (nine tenths within one outlet, which uses templates).
//! - *Cut*: two thirds of the shorter text's shingles are in the longer one, at least 40, near its beginning or as a
//!   substantial part of it; or the longer text begins with the whole of the shorter one, a lead. A dispatch somewhere
//!   in a review of the day does not make the review a copy.
//! - *Core*: both have other material (comments, a list of links) around one text: they share 80 shingles and three
//!   tenths of each, without replacements.
//! - In every case the shared words are in the same order. The rest is added or removed but rarely *replaced*: a
//!   weather report or a lottery draw is yesterday's text with other words, and above all other numbers.
//! - A passage shared by four or more stories counts for none of them and is not stored: it is boilerplate, a template,
//!   or the background paragraph of a long affair.
//! - Of a dump of a whole page only the sentences are compared: menus and teasers are the same on all pages of sister titles.
//! - A text that speaks of none of the headlines over it is a notice or a menu, not an article, and makes no copy. One outlet's text
//!   under two headlines must speak of both.
//! - A preview of fewer than 60 words is a copy only of a longer text of another outlet, because outlets have one sentence for all
//!   their subscriber articles.
//!
//! Comparing with any member would chain A ~ B ~ C ~ … from one piece of news to the next. So members resemble the
//! first text, or the fullest text that resembles the first, and two stories become one only through a text that is a
//! copy of both. This also makes the order of arrival irrelevant.

mod about;
mod judge;
mod likeness;
mod notice;
mod prose;
mod shingles;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

pub use about::Subject;
pub use judge::{Candidate, Judgement, Verdict, judge, judge_among};
pub use likeness::{Likeness, Relation, ShingledText, likeness};
pub use shingles::bands;

use shingles::Folded;

/// Shorter texts cannot be distinguished: everyone words a one-sentence alert alike.
pub const LEAST_WORDS: usize = 25;

/// Words beyond this limit are only compared for equality, which bounds time and space for endless live blogs.
pub const MOST_WORDS: usize = 4000;

/// The data by which a text is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Equal for texts with the same words, regardless of case, accents, quotes, punctuation and white space.
    ///
    /// 128 bits of FNV-1a over the folded words: among a billion texts the chance of a collision is below 10⁻²⁰.
    pub hash: String,
    /// Whether texts with this hash are copies: not texts of fewer than 25 words.
    pub has_equals: bool,
    /// A mark for each of the first 4,000 words, in order: a hash whose lowest bit says whether the word has a digit.
    /// Empty for texts of fewer than 25 words.
    pub words: Vec<u32>,
    /// The index entries: copies share at least one band, and hardly any other texts do.
    pub bands: Vec<u32>,
    /// What it speaks of.
    pub subject: Subject,
}

impl Fingerprint {
    /// Equal for copies.
    pub fn exact(&self) -> Option<&str> {
        self.has_equals.then_some(&self.hash)
    }
}

struct Hash(u128);

impl Default for Hash {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Hash {
    fn add(&mut self, word: &str) {
        for byte in word.bytes().chain([b' ']) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    fn hex(&self) -> String {
        let mut text = String::with_capacity(32);
        let _ = write!(text, "{:032x}", self.0);
        text
    }
}

/// Prepares a text for comparison: it is folded once.
pub fn fingerprint(text: &str) -> Fingerprint {
    let folded = Folded::new(text);
    let (hash, words) = hash_and_words(text, &folded);
    let has_equals = words.is_some();
    let words = words.unwrap_or_default();
    let bands = bands(&words);
    Fingerprint { hash, has_equals, words, bands, subject: Subject::of_folded(text, &folded.text) }
}

/// The hash of a text, as [`Fingerprint::hash`].
pub fn hash(text: &str) -> String {
    let mut hash = Hash::default();
    Folded::new(text).each_word(|word, _| hash.add(word));
    hash.hex()
}

/// The words of a text, as [`Fingerprint::words`].
pub fn words(text: &str) -> Vec<u32> {
    hash_and_words(text, &Folded::new(text)).1.unwrap_or_default()
}

/// The hash of a text, and the marks of its words; `None` for texts of fewer than 25 words.
fn hash_and_words(text: &str, folded: &Folded) -> (String, Option<Vec<u32>>) {
    let mut hash = Hash::default();
    let mut weight = 0;
    let mut words = Vec::new();
    let is_dump = prose::is_dump(text);
    folded.each_word(|word, own| {
        // Two characters of a script without spaces carry about as much information as one word.
        weight += own;
        hash.add(word);
        if !is_dump && words.len() < MOST_WORDS {
            words.push(shingles::word_mark(word));
        }
    });
    if is_dump {
        Folded::new(&prose::prose(text)).each_word(|word, _| {
            if words.len() < MOST_WORDS {
                words.push(shingles::word_mark(word));
            }
        });
        if words.len() < LEAST_WORDS {
            words.clear();
        }
    }
    (hash.hex(), (weight >= 2 * LEAST_WORDS).then_some(words))
}
