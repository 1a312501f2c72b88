//! Which stored article a reading belongs to. The URL that a page declares as its own is trusted only if the text confirms it, because
//! some sites declare one URL on all their pages.

use std::cell::LazyCell;

use jiff::SignedDuration;

use super::copies::is_subject_of_both;
use super::one::{MUCH_ALIKE, digits, is_one};
use super::whole::{is_moved_here, is_near_in_time, is_part_and_whole};
use super::{Members, Neighbour, Neighbours, Reading, SameBy};
use crate::canonical_url::article_number;
use crate::model::Extent;
use crate::story::{self, ShingledText};

/// What an aggregator announces, without a text, is the article of the same headline from these hours.
const RELAYED: SignedDuration = SignedDuration::from_hours(12);
/// Below this part two texts have nothing to do with each other.
const UNLIKE: f64 = 0.05;
/// The most articles of an outlet that are compared with a new one, besides those with nearly the same headline.
const MOST_SIBLINGS: usize = 8;

/// A reading with the URL that can be trusted, and the stored article that it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Identity<'a, 'n> {
    pub reading: Reading<'a>,
    pub known: Option<&'n Neighbour>,
    /// Whether another article has the key and must give it up.
    pub takes_key: bool,
}

pub(super) fn identity<'a, 'n>(reading: &Reading<'a>, near: &'n Neighbours) -> Identity<'a, 'n> {
    let mut reading = believable(reading, near);
    let (mut known, mut disputed) = find(&reading, near, |by| by.key || by.content || by.relayed || by.headline);
    if known.is_none() && disputed && reading.key != reading.own_key {
        reading = Reading { key: reading.own_key, address: reading.own_address, ..reading };
        (known, disputed) = find(&reading, near, |by| by.own_key || by.content || by.relayed);
    } else if known.is_none() {
        known = near
            .same
            .iter()
            .find(|(by, known)| by.own_key && !reading.is_sure && is_moved_here(known, &reading))
            .map(|found| &found.1);
    }
    Identity { reading, known, takes_key: known.is_none() && disputed }
}

/// The reading, without an original that cannot be right.
pub(super) fn believable<'a>(reading: &Reading<'a>, near: &Neighbours) -> Reading<'a> {
    let original_address = reading.original_address.filter(|_| is_plausible_original(reading, near));
    Reading { original_address, ..reading.clone() }
}

/// The first article that can be the one that was read, and whether another article has the key of the reading.
fn find<'n>(
    reading: &Reading,
    near: &'n Neighbours,
    is_asked: impl Fn(SameBy) -> bool,
) -> (Option<&'n Neighbour>, bool) {
    let mut disputed = false;
    for (by, neighbour) in near.same.iter().filter(|(by, _)| is_asked(*by)) {
        if is_only_relayed(*by) {
            if is_relayed(neighbour, reading) {
                return (Some(neighbour), false);
            }
            continue;
        }
        if has_only_the_headline(*by) {
            if !reading.is_sure && is_part_and_whole(neighbour, reading) {
                return (Some(neighbour), false);
            }
            continue;
        }
        if reading.is_sure
            || near.own == Some(neighbour.id)
            || is_one(neighbour, reading)
            || is_part_and_whole(neighbour, reading)
        {
            return (Some(neighbour), false);
        }
        disputed |= neighbour.key == reading.key;
    }
    (None, disputed)
}

fn is_only_relayed(by: SameBy) -> bool {
    by.relayed && !by.key && !by.own_key && !by.content && !by.headline
}

fn has_only_the_headline(by: SameBy) -> bool {
    by.headline && !by.key && !by.own_key && !by.content
}

/// Whether one of the two is only what an aggregator said of the other.
fn is_relayed(known: &Neighbour, reading: &Reading) -> bool {
    let times = (known.published_at.unwrap_or(known.read_at), reading.article.published_at.unwrap_or(reading.at));
    (known.extent == Extent::Headline || reading.extent == Extent::Headline)
        && times.0.duration_since(times.1).abs() <= RELAYED
}

/// The article of the same outlet that the new one repeats, found by its headline or by likeness: nearly the same text, published within a
/// day, under a headline with the same numbers; under nearly the same headline, or with the same time, also a text with a paragraph more or less. Both stay if a
/// watch matches only the new one, or if the `identity` of the source distinguishes them.
pub(super) fn twin<'m>(
    reading: &Reading,
    known: Option<&Neighbour>,
    near: &'m Neighbours,
    members: &'m Members,
) -> Option<&'m Neighbour> {
    let new = reading.fingerprint.filter(|_| may_have_twin(reading))?;
    let is_another = |old: &&Neighbour| known.is_none_or(|known| known.id != old.id) && !has_news(reading, old);
    // Hardly any text has a candidate.
    let ours = LazyCell::new(|| ShingledText::new(new.words.clone()));
    let theirs = |old: &Neighbour| ShingledText::new(story::words(&old.text));
    let may_be_one = |old: &Neighbour| {
        digits(&old.title) == digits(&reading.article.title)
            && is_subject_of_both(&old.title, &reading.article.title, &new.subject)
    };
    let is_twin = |old: &&Neighbour| {
        is_near_in_time(old, reading) && may_be_one(old) && {
            let theirs = theirs(old);
            theirs.is_one_article(&ours) || has_same_time(old, reading) && theirs.is_extended(&ours)
        }
    };
    let is_twin_or_extended = |old: &&Neighbour| {
        is_near_in_time(old, reading) && {
            let theirs = theirs(old);
            theirs.is_extended(&ours) || may_be_one(old) && theirs.is_one_article(&ours)
        }
    };
    // Its URL changed with its headline.
    let is_renamed = |old: &&Neighbour| {
        have_same_number(&old.url, reading.own_address) && theirs(old).likeness(&ours).containment >= MUCH_ALIKE
    };
    let by_headline = near.same.iter().filter(|(by, old)| by.headline && old.extent == Extent::Full);
    by_headline.map(|found| &found.1).filter(is_another).find(is_twin_or_extended).or_else(|| {
        let siblings = members.of_source.iter().filter(is_another).take(MOST_SIBLINGS);
        siblings.into_iter().find(|old| is_renamed(old) || is_twin(old))
    })
}

/// Whether both were published in the same second.
fn has_same_time(old: &Neighbour, reading: &Reading) -> bool {
    // Times are stored to the second.
    old.published_at.zip(reading.article.published_at).is_some_and(|(a, b)| a.as_second() == b.as_second())
}

/// Whether two URLs of one outlet have the number of one article.
pub fn have_same_number(one: &str, other: &str) -> bool {
    article_number(one).is_some_and(|number| article_number(other) == Some(number))
}

/// Whether [`twin`] looks for one.
pub(super) fn may_have_twin(reading: &Reading) -> bool {
    reading.extent == Extent::Full && !reading.is_sure && reading.fingerprint.is_some()
}

/// Whether a watch matches the new text, but not the stored one: then it is an update, not a mere copy.
pub(super) fn has_news(reading: &Reading, known: &Neighbour) -> bool {
    reading.mentions.iter().any(|mention| !known.is_mentioned(&mention.watch))
}

impl Neighbour {
    /// Whether the watch of this name mentions it.
    pub fn is_mentioned(&self, watch: &str) -> bool {
        self.mentions.iter().any(|mention| mention.watch == watch)
    }
}

/// Whether the URL on another site that the page declares as its own can be that of the original: not if other texts of the outlet declare
/// it, too, and not if the text there is quite different.
fn is_plausible_original(reading: &Reading, near: &Neighbours) -> bool {
    near.originals.iter().all(|other| {
        if other.is_claim && !is_one(&other.article, reading) {
            return false;
        }
        let (theirs, ours) = (story::words(&other.article.text), reading.words());
        let is_telling = theirs.len().min(ours.len()) >= 2 * story::LEAST_WORDS;
        other.is_claim
            || !is_telling
            || story::likeness(&theirs, &ours).containment >= UNLIKE
            || other.article.language != reading.article.language
    })
}
