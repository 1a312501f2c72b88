//! Decides which reports are about the same event, in any language: a looser grouping than stories.
//!
//! # When are two reports about the same event?
//!
//! When they are from about the same hours ([`WINDOW`]), and the features that survive translation make it likely:
//!
//! - names, by their sound, above all those in the lead and those that few reports of the window have; people who only speak for others (a
//!   spokeswoman, a mayor, a prosecutor) count less, and matched terms, which all reports of a watch contain, do not count;
//! - the meaning of the words of headline and lead: each finds the word of the other report that is nearest in a table of the words of four
//!   languages, and rare words count more;
//! - numbers, and the city in the lead; a city, a weekday or a count that the other report does not mention is evidence against, and so is
//!   a headline of whose words it has few;
//! - between reports in the same language, their ordinary words, by how rare they are in the window;
//! - between longer reports their topics, by families of words in four languages (strike and hospital, court and asylum);
//! - the time between them;
//! - where the configuration names a sentence model, how alike headlines and leads are as a whole.
//!
//! No feature is required, and none excludes. The weights were not chosen but fitted to labelled reports: see `score.rs`. Live blogs and
//! reviews of the news name many events and are none of them, and what the texts of an outlet's series have in common is only their frame.
//!
//! Counts may be spelled out, and places and streets may have the spelling of each language. Precision takes precedence
//! over recall: doubtful reports are kept apart.
//!
//! # Why is an event not a chain?
//!
//! A ~ B ~ C would lead from a protest to its aftermath to the next protest. All reports of a window are therefore grouped together, so
//! that the pairs *within* events agree as much as possible: see `cluster.rs`. When a report comes, the window is grouped anew.

mod cluster;
mod marks;
mod meaning;
mod numbers;
mod places;
mod score;
mod seen;
mod sentences;
mod sound;
mod spelled;
mod standing;
mod stored;
mod table;
#[cfg(test)]
mod tests;
mod topics;
mod voices;
mod window;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::{ArticleId, SourceId};
use cluster::Scores;
pub use marks::Marks;
use seen::Occurrence;
pub use sentences::{FITTED_MODEL, MODEL_WIDTH};

/// Reports further apart are about different events.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(30);

/// Further words and marks are ignored, which bounds time and space.
const MOST_WORDS: usize = 3000;
const MOST_MARKS: usize = 120;

/// The log odds above which a pair of reports speaks for one event. In a window like a real day this is right; the reports to which the
/// weights were fitted have more in common than those of a day.
const ENOUGH: f64 = 0.75;
/// The same with vectors of a sentence model.
const ENOUGH_WITH_MODEL: f64 = 0.3;
/// The most that one pair speaks for or against one event, and so does any pair of reports that are too far apart.
const MOST_ODDS: f64 = 4.0;

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

/// A report of a window.
#[derive(Debug, Clone, Copy)]
pub struct WindowReport<'m> {
    /// The article.
    pub article: ArticleId,
    /// The outlet; 0: unknown.
    pub outlet: SourceId,
    /// When it was published, or else read.
    pub at: Timestamp,
    /// Its features.
    pub marks: &'m Marks,
}

/// The place of a report in the grouping of its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouped {
    /// The article.
    pub article: ArticleId,
    /// The oldest report of its event.
    pub first: ArticleId,
    /// What it has in common with the report of its event with which it agrees most; empty for the oldest report.
    pub evidence: String,
}

/// Groups the reports of a window by event, in order of publication. Their order, and reports without anything in common with others,
/// change nothing; only with vectors of a sentence model, each report moves the mean of its language a little.
pub fn group_by_event(reports: &[WindowReport]) -> Vec<Grouped> {
    let mut reports = reports.to_vec();
    reports.sort_unstable_by_key(|report| (report.at, report.article));
    reports.dedup_by_key(|report| report.article);
    let prepared = window::prepare(&reports);
    let candidates = window::candidates(&reports, &prepared);
    let mut scores = Scores::with_pairs(&candidates, |a, b| {
        let apart = reports[b].at.duration_since(reports[a].at);
        if apart.abs() > WINDOW {
            return score(-MOST_ODDS);
        }
        let features = score::features(&prepared[a], &prepared[b], apart);
        let enough = if features.sentences.is_some() { ENOUGH_WITH_MODEL } else { ENOUGH };
        score(score::odds(&features) - enough)
    });
    let groups = cluster::partition(reports.len(), &candidates, &mut scores);
    let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, group) in groups.iter().enumerate() {
        members.entry(*group).or_default().push(at);
    }
    let mut grouped = Vec::with_capacity(reports.len());
    for (at, group) in groups.iter().enumerate() {
        let others = members.get(group).into_iter().flatten().filter(|other| **other != at && *group != at);
        let nearest = others.copied().max_by_key(|other| (scores.of(at, *other), std::cmp::Reverse(*other)));
        let evidence = nearest.map(|nearest| evidence(reports[nearest].marks, reports[at].marks)).unwrap_or_default();
        grouped.push(Grouped { article: reports[at].article, first: reports[*group].article, evidence });
    }
    grouped
}

/// Odds as an integer, so that the order in which they are added changes nothing.
#[expect(clippy::cast_possible_truncation, reason = "they are in range")]
fn score(odds: f64) -> i64 {
    (odds.clamp(-MOST_ODDS, MOST_ODDS) * 1000.0) as i64
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
    let single = shared_names(a, b)
        .filter(|(name, seen, other)| !paired.iter().any(|known| known == name) && is_told(seen, other));
    told.extend(single.map(|(_, seen, other)| both_spellings(seen, other)));
    told.extend(
        a.numbers.iter().filter(|(number, _)| b.numbers.contains_key(number)).map(|(_, seen)| seen.written.clone()),
    );
    let places = a.places.iter().filter_map(|(name, (_, seen))| Some(both_spellings(seen, &b.places.get(name)?.1)));
    told.extend(places);
    if told.is_empty() {
        told.push(if a.language == b.language { "same words" } else { "same meaning" }.to_owned());
    }
    told.truncate(8);
    told.join(", ")
}

/// The names that two reports share, by their sound.
fn shared_names<'a>(a: &'a Marks, b: &'a Marks) -> impl Iterator<Item = (&'a str, &'a Occurrence, &'a Occurrence)> {
    a.names.iter().filter(|(_, seen)| seen.sure).filter_map(|(name, seen)| {
        let other = b.names.get(name).filter(|other| other.sure)?;
        Some((name.as_str(), seen, other))
    })
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
