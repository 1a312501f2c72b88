//! Which reports tell of one event, whatever their language: the looser level above stories.
//!
//! # When are two reports of one event?
//!
//! When they are of about the same hours ([`WINDOW`]), and what survives translation makes it likely:
//!
//! - names, by their sound, those of the lead above all; who only speaks for others (a spokeswoman, a mayor, a prosecutor)
//!   counts for less, and what the watches found, which all their reports have, for nothing;
//! - the kinds of things they tell of, by families of words in four languages (strike and hospital, court and asylum), those of
//!   the headline above all, and rare ones more than common ones; a headline's kind that the other report does not have speaks
//!   against it;
//! - numbers, and the city of the lead; one that the other report does not know speaks against it;
//! - between reports in one language their plain words;
//! - how far apart they are in time.
//!
//! They must share a name (or a city, with a number or most of what they tell of), and their leads must not be of two cities or
//! two days.
//! How much each counts was not chosen but fitted to reports that we labelled: see `score.rs`.
//!
//! Counts may be spelt out, and places and streets may be spelt as each language does. Precision goes before recall: what is in
//! doubt stays apart.
//!
//! # Why is an event not a chain?
//!
//! A ~ B ~ C would walk from a protest to its aftermath to the next protest. A report joins an event when it agrees with
//! that event's first report, or surely with any other; and never one that began further than [`WINDOW`] away.

mod marks;
mod numbers;
mod places;
mod score;
mod seen;
mod sound;
mod spelled;
#[cfg(test)]
mod tests;
mod topics;
mod voices;

pub use marks::Marks;
use seen::Occurrence;

use jiff::SignedDuration;

use crate::model::EventId;

/// Reports further apart are of two events.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(30);

/// Words beyond these, and marks beyond these, are not looked at: bounds time and space.
const MOST_WORDS: usize = 3000;
const MOST_MARKS: usize = 120;

/// The odds, in hundredths of their logarithm, from which two reports are of one event: nine to two.
const ENOUGH: i32 = 150;
/// From which they are so although neither began it: nineteen to one.
const FIRM: i32 = 294;

/// What is read of an article.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report<'a> {
    /// The headline.
    pub title: &'a str,
    /// The lead.
    pub summary: &'a str,
    /// The text.
    pub text: &'a str,
    /// ISO 639-1; empty when unknown.
    pub language: &'a str,
    /// What the watches found in it, separated by commas: every report of a watch has it, so it tells nothing of an event.
    pub watched: &'a str,
}

/// That two reports are of one event, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// How likely they are, in hundredths of the logarithm of the odds.
    pub weight: i32,
    /// What they agree on, for people: "Toomaj Salehi, 72, Bruxelles/Brussel".
    pub evidence: String,
}

/// A report of an event with which a new one agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreeingReport {
    /// Its event.
    pub event: EventId,
    /// Whether it began the event.
    pub is_first: bool,
    /// On what they agree.
    pub agreement: Agreement,
}

/// The event of a new report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The event it joins.
    pub event: EventId,
    /// Other events that turn out to be the same.
    pub same: Vec<EventId>,
    /// What it agrees on with the nearest report.
    pub evidence: String,
}

/// The event that a new report joins, by the reports with which it agrees; `None`: it begins its own.
pub fn choose(found: Vec<AgreeingReport>) -> Option<Choice> {
    let mut found: Vec<AgreeingReport> =
        found.into_iter().filter(|one| one.is_first || one.agreement.weight >= FIRM).collect();
    found.sort_by_key(|one| (std::cmp::Reverse(one.agreement.weight), one.event));
    let best = found.first()?;
    let (nearest, evidence) = (best.event, best.agreement.evidence.clone());
    let strong = found.iter().filter(|one| one.agreement.weight >= FIRM).map(|one| one.event);
    let mut same: Vec<EventId> = strong.chain([nearest]).collect();
    same.sort_unstable();
    same.dedup();
    let event = same.remove(0);
    Some(Choice { event, same, evidence })
}

/// Whether two reports are of one event that were published so far `apart`. Their order does not matter but for the spelling.
pub fn agreement(a: &Marks, b: &Marks, apart: SignedDuration) -> Option<Agreement> {
    let odds = score::odds(&score::features(a, b, apart)?);
    // As a number that can be compared: no odds are beyond it.
    #[expect(clippy::cast_possible_truncation, reason = "a float that is too large becomes the largest number")]
    let weight = (odds * 100.0) as i32;
    (weight >= ENOUGH).then(|| Agreement { weight, evidence: evidence(a, b) })
}

/// What two reports agree on, for people.
fn evidence(a: &Marks, b: &Marks) -> String {
    let mut told = Vec::new();
    let mut paired = Vec::new();
    for (pair, seen) in &a.pairs {
        if b.pairs.contains_key(pair) {
            paired.extend([&pair.0, &pair.1]);
            join(&mut told, &seen.written);
        }
    }
    // "Sint" sounds like "Saint", and short names like many.
    let is_told = |a: &Occurrence, b: &Occurrence| a.written == b.written || a.written.len().min(b.written.len()) > 5;
    let single = score::shared(a, b)
        .filter(|(name, seen, other)| !paired.iter().any(|known| known == name) && is_told(seen, other));
    told.extend(single.map(|(_, seen, other)| both(seen, other)));
    told.extend(
        a.numbers.iter().filter(|(number, _)| b.numbers.contains_key(number)).map(|(_, seen)| seen.written.clone()),
    );
    let places = a.places.iter().filter_map(|(name, (_, seen))| Some(both(seen, &b.places.get(name)?.1)));
    told.extend(places);
    told.truncate(8);
    told.join(", ")
}

/// Adds two names in a row; "Renée Van" and "Van Humbeeck" are one.
fn join(told: &mut Vec<String>, pair: &str) {
    let Some((first, last)) = pair.split_once(' ') else { return };
    if let Some(name) = told.iter_mut().find(|name| name.rsplit(' ').next() == Some(first)) {
        name.extend([" ", last]);
    } else if let Some(name) = told.iter_mut().find(|name| name.split(' ').next() == Some(last)) {
        *name = format!("{first} {name}");
    } else {
        told.push(pair.to_owned());
    }
}

/// Both spellings of a name.
fn both(a: &Occurrence, b: &Occurrence) -> String {
    if a.written == b.written { a.written.clone() } else { format!("{}/{}", a.written, b.written) }
}
