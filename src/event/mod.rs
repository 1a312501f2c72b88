//! Decides which reports are about the same event, in any language: a looser grouping than stories.
//!
//! # When are two reports about the same event?
//!
//! When they are from about the same hours ([`WINDOW`]), and the features that survive translation make it likely:
//!
//! - names, by their sound, above all those in the lead; people who only speak for others (a spokeswoman, a mayor, a
//!   prosecutor) count less, and matched terms, which all reports of a watch contain, do not count;
//! - topics, by families of words in four languages (strike and hospital, court and asylum), above all those of the
//!   headline, and rare ones more than common ones; a topic of one headline that the other report lacks is evidence
//!   against;
//! - numbers, and the city in the lead; a city that the other report does not mention is evidence against;
//! - between reports in the same language, their ordinary words;
//! - the time between them.
//!
//! They must share a name (or a city, together with a number or most of their topics), and their leads must not have
//! different cities or days. The weights were not chosen but fitted to labelled reports: see `score.rs`.
//!
//! Counts may be spelled out, and places and streets may have the spelling of each language. Precision takes precedence
//! over recall: doubtful reports are kept apart.
//!
//! # Why is an event not a chain?
//!
//! A ~ B ~ C would lead from a protest to its aftermath to the next protest. A report joins an event if it agrees with
//! that event's first report, or strongly with any other, but never an event that began more than [`WINDOW`] away.

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

/// Reports further apart are about different events.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(30);

/// Further words and marks are ignored, which bounds time and space.
const MOST_WORDS: usize = 3000;
const MOST_MARKS: usize = 120;

/// The log odds, in hundredths, above which two reports are about the same event: nine to two.
const ENOUGH: i32 = 150;
/// The same if neither is the event's first report: nineteen to one.
const FIRM: i32 = 294;

/// The parts of an article that are compared.
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
    /// The terms that watches matched in it, separated by commas: every report of a watch has them, so they say nothing
    /// about the event.
    pub watched: &'a str,
}

/// That two reports are about the same event, with the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The log odds, in hundredths.
    pub weight: i32,
    /// The shared features, for display: "Toomaj Salehi, 72, Bruxelles/Brussel".
    pub evidence: String,
}

/// A stored report that agrees with a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreeingReport {
    /// Its event.
    pub event: EventId,
    /// Whether it is the event's first report.
    pub is_first: bool,
    /// The features that they share.
    pub agreement: Agreement,
}

/// The event chosen for a new report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The event that it joins.
    pub event: EventId,
    /// Other events that turn out to be the same.
    pub same: Vec<EventId>,
    /// The features that it shares with the report that agrees most.
    pub evidence: String,
}

/// The event that a new report joins, given the reports that agree with it; `None` if it begins a new one.
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

/// Whether two reports, published this far `apart`, are about the same event. Their order affects only the spelling of
/// the evidence.
pub fn agreement(a: &Marks, b: &Marks, apart: SignedDuration) -> Option<Agreement> {
    let odds = score::odds(&score::features(a, b, apart)?);
    // Converted to an integer for comparison; odds are always in range.
    #[expect(clippy::cast_possible_truncation, reason = "a float that is too large becomes the largest number")]
    let weight = (odds * 100.0) as i32;
    (weight >= ENOUGH).then(|| Agreement { weight, evidence: evidence(a, b) })
}

/// The features that two reports share, for display.
fn evidence(a: &Marks, b: &Marks) -> String {
    let mut told = Vec::new();
    let mut paired = Vec::new();
    for (pair, seen) in &a.pairs {
        if b.pairs.contains_key(pair) {
            paired.extend([&pair.0, &pair.1]);
            add_name_pair(&mut told, &seen.written);
        }
    }
    // "Sint" sounds like "Saint", and short names sound like many others.
    let is_told = |a: &Occurrence, b: &Occurrence| a.written == b.written || a.written.len().min(b.written.len()) > 5;
    let single = score::shared(a, b)
        .filter(|(name, seen, other)| !paired.iter().any(|known| known == name) && is_told(seen, other));
    told.extend(single.map(|(_, seen, other)| both_spellings(seen, other)));
    told.extend(
        a.numbers.iter().filter(|(number, _)| b.numbers.contains_key(number)).map(|(_, seen)| seen.written.clone()),
    );
    let places = a.places.iter().filter_map(|(name, (_, seen))| Some(both_spellings(seen, &b.places.get(name)?.1)));
    told.extend(places);
    told.truncate(8);
    told.join(", ")
}

/// Adds a pair of adjacent names, merging "Renée Van" and "Van Humbeeck" into one.
fn add_name_pair(told: &mut Vec<String>, pair: &str) {
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
fn both_spellings(a: &Occurrence, b: &Occurrence) -> String {
    if a.written == b.written { a.written.clone() } else { format!("{}/{}", a.written, b.written) }
}
