//! Whether a stored article and a reading are of one article, by URL, headline, time and text.

use jiff::SignedDuration;

use super::copies::is_subject_of_both;
use super::{Neighbour, Reading};
use crate::story;
use crate::text::fold::fold;

/// The least share of shingles of the shorter text that the longer one must contain, with equal headlines and with different ones.
const ALIKE: f64 = 0.3;
pub(super) const MUCH_ALIKE: f64 = 0.85;
/// Nearly equal texts of one outlet are one article only within this time, because regular columns repeat much of their text.
pub(super) const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Whether a stored article and a reading are of one article: read at one URL, or alike as two readings of one are.
pub(super) fn is_one(known: &Neighbour, reading: &Reading) -> bool {
    let article = reading.article;
    if known.url == article.url.as_str()
        || (known.fingerprint.is_some() && known.fingerprint.as_deref() == reading.exact())
    {
        return true;
    }
    let same_title = !known.title.is_empty() && fold(&known.title) == fold(&article.title);
    // Times are stored to the second.
    let times = known.published_at.zip(article.published_at).map(|(a, b)| (a.as_second(), b.as_second()));
    if same_title && times.is_some_and(|(a, b)| a == b) {
        return true;
    }
    // One text was deleted, and one could not be read.
    if known.text.is_empty() || article.text.is_empty() {
        return same_title && times.is_none_or(|(a, b)| a == b);
    }
    let likeness = story::likeness(&story::words(&known.text), &reading.words());
    // Reports made from one template differ in their numbers.
    let renamed = digits(&known.title) == digits(&article.title)
        && likeness.shared > 0
        && is_subject_of_both(&known.title, &article.title, &reading.subject());
    (same_title && likeness.containment >= ALIKE) || (renamed && likeness.containment >= MUCH_ALIKE)
}

pub(super) fn digits(title: &str) -> String {
    title.chars().filter(char::is_ascii_digit).collect()
}
