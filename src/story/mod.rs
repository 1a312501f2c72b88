//! Telling copies: what makes two texts one story.
//!
//! A text becomes its words, folded as queries fold them, so that case, accents, quotes and layout do not count.
//! Four words in a row are a shingle. Some shingles, chosen by their hash alone, are the bands under which the store
//! finds the few texts that may be copies; [`judge`] then compares with these exactly.
//!
//! # Why are texts copies?
//!
//! - *Equal*: the same words, at least 25 of them.
//! - *Near*: half of all shingles in common (nine tenths within one outlet, where templates live).
//! - *Cut*: two thirds of the shorter text's shingles stand in the longer one, near its beginning or as a good part of
//!   it, and there are at least 40 of them; or the longer text begins with all of the shorter one, a lead. A dispatch somewhere in a review of the day makes no copy of the review.
//! - *Core*: both have much around one text (comments, a list of links): 80 shingles and three tenths of each are in common,
//!   and nothing within is replaced.
//! - In every case the common words come in the same order; what differs is there or not there, but rarely *replaced*:
//!   a weather report or a draw is yesterday's text with other words in it, and other numbers above all.
//! - A passage that four or more stories have in common counts for none of them: boilerplate, a template, the background paragraph
//!   of a long affair. It does not count, and is not kept.
//!
//! - Of a dump of a whole page only the sentences are compared: menus and teasers are the same on all pages of sister titles.
//! - A text that speaks of none of the headlines over it is a notice or a menu, not an article, and makes no copy. One outlet's text
//!   under two headlines must speak of both.
//! - A preview of fewer than 60 words is a copy only of a longer text of another outlet, because outlets have one sentence for all
//!   their subscriber articles.
//!
//! # Why compare with a story's first and its fullest text only?
//!
//! With any member, A ~ B ~ C ~ … would walk from one piece of news to the next. So members are like the first text, or
//! like the fullest that is like the first; and two stories become one only when a text comes of which both are
//! copies. That is also why it does not matter which of them came first.

mod about;
mod judge;
mod likeness;
mod notice;
mod prose;
mod shingles;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

pub use about::{is_about, is_about_both};
pub use judge::{Candidate, Judgement, Verdict, judge, judge_among};
pub use likeness::{Likeness, Relation, is_one_article, likeness};
pub use notice::is_notice;
pub use shingles::bands;

use crate::text::fold::fold;

/// Shorter texts say too little to be told apart: an alert of one sentence is written alike by everyone.
pub const LEAST_WORDS: usize = 25;

/// Words beyond these are compared for equality only: bounds time and space for endless liveblogs.
pub const MOST_WORDS: usize = 4000;

/// What a text is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Equal for texts whose words are equal, whatever their case, accents, quotes, punctuation and white space;
    /// `None` for texts of fewer than 25 words.
    ///
    /// 128 bits of FNV-1a over the folded words: among a billion texts two different ones meet with a chance below
    /// 10⁻²⁰.
    pub exact: Option<String>,
    /// A mark for each of the first 4,000 words, in order: a hash whose lowest bit says that the word has a digit.
    /// Empty for texts of fewer than 25 words.
    pub words: Vec<u32>,
    /// Where to look for texts that may be copies: copies have at least one of these in common, hardly any others do.
    pub bands: Vec<u32>,
}

/// The same for all texts whose words are the same, however short: 128 bits of FNV-1a over the folded words.
pub fn hash(text: &str) -> String {
    let mut hash = Hash::default();
    shingles::each_word(&fold(&shingles::unglued(text)), |word, _| hash.add(word));
    hash.hex()
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

/// Reads a text for comparison.
pub fn fingerprint(text: &str) -> Fingerprint {
    let mut hash = Hash::default();
    let mut weight = 0;
    let mut words = Vec::new();
    let is_dump = prose::is_dump(text);
    shingles::each_word(&fold(&shingles::unglued(text)), |word, own| {
        // Two characters of a script without spaces say about as much as one word.
        weight += own;
        hash.add(word);
        if !is_dump && words.len() < MOST_WORDS {
            words.push(shingles::mark(word));
        }
    });
    if is_dump {
        let prose = prose::prose(text);
        shingles::each_word(&fold(&shingles::unglued(&prose)), |word, _| {
            if words.len() < MOST_WORDS {
                words.push(shingles::mark(word));
            }
        });
        if words.len() < LEAST_WORDS {
            words.clear();
        }
    }
    if weight < 2 * LEAST_WORDS {
        return Fingerprint { exact: None, words: Vec::new(), bands: Vec::new() };
    }
    let bands = bands(&words);
    Fingerprint { exact: Some(hash.hex()), words, bands }
}
