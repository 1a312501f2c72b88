//! Which reports tell of one event, whatever their language: the looser level above stories.
//!
//! # When are two reports of one event?
//!
//! When they are of about the same hours ([`WINDOW`]) and agree on what survives translation:
//!
//! - on a name at least, and on names, numbers, places and days that weigh `ENOUGH` together: a full name counts for two,
//!   a single name or a count for one, a round number and a city for a half, a country and a day for a quarter;
//! - on what the shorter lead is about: a third of its weight;
//! - on two names, or on a name, a city and a count: one spokesman speaks of many events of a day;
//! - on a name of what it is about: whoever is only quoted, or named by an office (a spokeswoman, a mayor, a prosecutor), counts
//!   for half, and alone for nothing, and so do bodies that are known by their initials;
//! - and their leads do not contradict each other: each is of a city that the other knows, and of a day that it names. Where
//!   only one names a city they must agree on a count, or on twice as much: a march tells of what happened elsewhere.
//!
//! - where they tell of several kinds of things each, half of these are the same: strike and hospital, court and asylum; else
//!   they must agree on a name more. A spokeswoman, a lawyer and a number may be the same in two events of one day.
//!
//! What the watches found stands in all their reports. It counts for half, and for what a report is about only where both tell
//! of one kind of thing, apart from those that are watched.
//!
//! Counts may be spelt out, and places and streets may be spelt as each language does.
//!
//! One person's two appearances on one day differ in place or company; one kind of event in two cities differs in the city;
//! a number alone is nobody's. Precision goes before recall: what is in doubt stays apart.
//!
//! # Why is an event not a chain?
//!
//! A ~ B ~ C would walk from a protest to its aftermath to the next protest. A report joins an event when it agrees with
//! that event's first report, or with any other half as much again; and never one that began further than [`WINDOW`] away.

mod marks;
mod places;
mod spelled;
#[cfg(test)]
mod tests;
mod topics;
mod voices;

pub use marks::Marks;
use marks::Seen;

use jiff::SignedDuration;

/// Reports further apart are of two events.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(30);

/// Words beyond these, and marks beyond these, are not looked at: bounds time and space.
const MOST_WORDS: usize = 3000;
const MOST_MARKS: usize = 120;

/// What two reports must agree on, in quarters.
const ENOUGH: u32 = 12;
/// What makes two reports of one event although neither began it.
const FIRM: u32 = ENOUGH + ENOUGH / 2;
/// What makes them so although only one names the city.
const STRONG: u32 = 2 * ENOUGH;
/// Of what the lead of the shorter one is about they must agree on this part.
const SHARE: u32 = 3;

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
    /// How much they agree on, in quarters of a name.
    pub weight: u32,
    /// What they agree on, for people: "Toomaj Salehi, 72, Bruxelles/Brussel".
    pub evidence: String,
}

/// A report of an event with which a new one agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its event.
    pub event: i64,
    /// Whether it began the event.
    pub is_first: bool,
    /// On what they agree.
    pub agreement: Agreement,
}

/// The event of a new report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The event it joins.
    pub event: i64,
    /// Other events that turn out to be the same.
    pub same: Vec<i64>,
    /// What it agrees on with the nearest report.
    pub evidence: String,
}

/// The event that a new report joins, by the reports with which it agrees; `None`: it begins its own.
pub fn choose(found: Vec<Candidate>) -> Option<Choice> {
    let mut found: Vec<Candidate> =
        found.into_iter().filter(|one| one.is_first || one.agreement.weight >= FIRM).collect();
    found.sort_by_key(|one| (std::cmp::Reverse(one.agreement.weight), one.event));
    let best = found.first()?;
    let (nearest, evidence) = (best.event, best.agreement.evidence.clone());
    let strong = found.iter().filter(|one| one.agreement.weight >= FIRM).map(|one| one.event);
    let mut same: Vec<i64> = strong.chain([nearest]).collect();
    same.sort_unstable();
    same.dedup();
    let event = same.remove(0);
    Some(Choice { event, same, evidence })
}

/// Whether two reports of about the same hours are of one event. The order of the two does not matter but for the spelling.
pub fn agreement(a: &Marks, b: &Marks) -> Option<Agreement> {
    if contradict(a, b) {
        return None;
    }
    let kind = Kind::of(a, b);
    // What is watched says nothing of what happened; on one kind of thing it may be what both are about.
    let tells = |seen: &Seen| !seen.watched || matches!(kind, Kind::Same | Kind::Alike);
    let mut told = Vec::new();
    let mut names = 0;
    let mut leads = false;
    // Names of what it is about.
    let mut subjects = 0;
    let mut paired = Vec::new();
    for (pair, seen) in &a.pairs {
        if let Some(other) = b.pairs.get(pair).filter(|other| seen.sure || other.sure) {
            let both = seen.with(other);
            names += 2 * both.weight();
            subjects += usize::from(both.is_subject() && tells(&both));
            leads |= both.lead && tells(&both);
            paired.extend([&pair.0, &pair.1]);
            join(&mut told, &seen.written);
        }
    }
    // Of two German reports a single noun is no name.
    let nouns = a.capital_nouns && b.capital_nouns;
    for (name, seen) in a.names.iter().filter(|(name, _)| !nouns && !paired.contains(name)) {
        if let Some(other) = b.names.get(name).filter(|other| seen.sure || other.sure) {
            let both = seen.with(other);
            names += both.weight();
            subjects += usize::from(both.is_subject() && tells(&both));
            leads |= both.lead && tells(&both);
            told.push(seen.written.clone());
        }
    }
    if names == 0 || !leads {
        return None;
    }
    // One spokesman speaks of many events of a day: a second name says which, or a place with a count.
    let several = told.len() > 1;
    let (mut counted, mut placed) = (false, false);
    let mut weight = names;
    for (number, seen) in &a.numbers {
        if let Some(other) = b.numbers.get(number).filter(|other| !(seen.watched && other.watched)) {
            weight += weight_of(*number);
            counted = true;
            told.push(both(seen, other));
        }
    }
    for (name, (is_city, seen)) in &a.places {
        if let Some((_, other)) = b.places.get(name).filter(|(_, other)| !(seen.watched && other.watched)) {
            weight += if *is_city { 2 } else { 1 };
            placed |= *is_city;
            told.push(both(seen, other));
        }
    }
    weight += u32::from(!a.days.is_disjoint(&b.days));
    subjects += usize::from(kind == Kind::Same && counted && placed);
    let about = about(a).min(about(b));
    // What one report says of a city, and the other does not, may be what came of it elsewhere.
    let elsewhere = |one: &Marks, other: &Marks| one.city.is_some_and(|city| !other.places.contains_key(city));
    let enough = match kind {
        _ if !counted && (elsewhere(a, b) || elsewhere(b, a)) => STRONG,
        Kind::Same => ENOUGH - 2,
        Kind::Alike | Kind::Unknown => ENOUGH + 1,
        Kind::Other => ENOUGH + 4,
    };
    (subjects > 0 && weight >= enough && weight * SHARE >= about && (several || counted && placed))
        .then(|| Agreement { weight, evidence: told.into_iter().take(8).collect::<Vec<_>>().join(", ") })
}

/// Whether two reports tell of one kind of thing, but for what is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of two kinds at least, and of half of those that the one with fewer tells of.
    Same,
    /// Of the only kind that one of them tells of.
    Alike,
    /// Too little is known.
    Unknown,
    /// Of one of several, or of none.
    Other,
}

impl Kind {
    fn of(a: &Marks, b: &Marks) -> Self {
        let watched = |topic: &&usize| !(a.watched_topics.contains(topic) && b.watched_topics.contains(topic));
        let count = |marks: &Marks| marks.topics.iter().filter(watched).count();
        let shared = a.topics.intersection(&b.topics).filter(watched).count();
        match (count(a).min(count(b)), shared) {
            (1, 1) => Self::Alike,
            (0, _) => Self::Unknown,
            (fewer, 2..) if shared * 2 >= fewer => Self::Same,
            _ => Self::Other,
        }
    }
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

/// Both spellings of a place.
fn both(a: &Seen, b: &Seen) -> String {
    if a.written == b.written { a.written.clone() } else { format!("{}/{}", a.written, b.written) }
}

fn weight_of(number: u64) -> u32 {
    if number.is_multiple_of(100) || number < 100 && number.is_multiple_of(10) { 2 } else { 4 }
}

/// Whether one is of a city that the other does not know, though it is of a city too; or of another day.
fn contradict(a: &Marks, b: &Marks) -> bool {
    let elsewhere = match (a.city, b.city) {
        (Some(one), Some(other)) => !b.places.contains_key(one) || !a.places.contains_key(other),
        _ => false,
    };
    elsewhere || (!a.days.is_empty() && !b.days.is_empty() && a.days.is_disjoint(&b.days))
}

/// What the lead is about, in quarters of a name.
fn about(marks: &Marks) -> u32 {
    // A noun of German is not what a report is about.
    let counts = |seen: &&Seen| seen.lead && seen.sure;
    let names: u32 = if marks.capital_nouns {
        marks.pairs.values().filter(counts).map(|seen| 2 * seen.weight()).sum()
    } else {
        marks.names.values().filter(counts).map(Seen::weight).sum()
    };
    let numbers: u32 = marks.numbers.iter().filter(|(_, seen)| seen.lead).map(|(number, _)| weight_of(*number)).sum();
    let places: u32 =
        marks.places.values().filter(|(_, seen)| seen.lead).map(|(is_city, _)| if *is_city { 2 } else { 1 }).sum();
    names.saturating_add(numbers).saturating_add(places)
}
