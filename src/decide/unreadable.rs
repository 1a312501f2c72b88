//! Whether a later reading lost the article: a gate, a notice or another page stands at its URL now. What was read before stays.

use std::collections::HashSet;

use super::{Neighbour, Reading};
use crate::model::Extent;
use crate::story;
use crate::text::fold::fold;

/// Below this part of its former length a text is no edited one.
const MUCH_SHORTER: f64 = 1.0 / 3.0;
/// The same for a piece of the former text, with a line about the gate or without: the rest is behind it.
const PIECE: f64 = 0.5;
/// The same for a text that has nothing in common with the former one: a notice.
const NOTICE: f64 = 2.0 / 3.0;
/// A rewritten newsflash grows; another text under another headline that is not longer than this is another page.
const OTHER_PAGE: f64 = 1.5;
/// The part of the shorter text's shingles that make it a piece of the other, and below which they have nothing in common.
const CONTAINED: f64 = 0.65;
const UNLIKE: f64 = 0.05;
/// Shorter words of a headline are articles and prepositions.
const LEAST_BYTES: usize = 4;

/// Whether a reading of a stored article says less than what is stored, because the article cannot be read now.
pub(super) fn is_unreadable_now(known: &Neighbour, reading: &Reading) -> bool {
    let article = reading.article;
    // A deleted text, or one that was never read, cannot be lost.
    if known.extent == Extent::Headline || known.text.trim().is_empty() {
        return false;
    }
    let part = part_of(known.text.trim(), article.text.trim());
    if part < MUCH_SHORTER {
        return true;
    }
    let (old, new) = (story::fingerprint(&known.text), reading.words());
    let likeness = story::likeness(&old.words, &new).containment;
    if likeness >= UNLIKE {
        return part < PIECE && likeness >= CONTAINED;
    }
    // Texts of too few words are not compared; equal ones are the same all the same.
    if old.hash == story::fingerprint(&article.text).hash {
        return false;
    }
    let is_comparable = !old.words.is_empty() && !new.is_empty();
    let is_foreign = !known.language.is_empty() && !article.language.is_empty() && known.language != article.language;
    let is_notice = is_comparable && part < NOTICE;
    let is_other_page = part < OTHER_PAGE && !have_word_in_common(&known.title, &article.title);
    is_notice || (is_comparable && is_foreign) || is_other_page
}

/// The length of a text as a part of that of another. Counts characters, because some scripts have no blanks.
#[expect(clippy::cast_precision_loss, reason = "bounded by the size of a page")]
fn part_of(whole: &str, text: &str) -> f64 {
    text.chars().count() as f64 / whole.chars().count().max(1) as f64
}

fn have_word_in_common(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    let words = |text: &'_ str| -> HashSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| word.len() >= LEAST_BYTES).map(str::to_owned).collect()
    };
    one == other || !words(&one).is_disjoint(&words(&other))
}
