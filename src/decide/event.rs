//! Which event each mentioned article of a window belongs to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::event::{self, Marks, Report, WindowReport};
use crate::model::{ArticleId, EventId, Regrouping, SourceId, StoryId};

/// A stored mentioned article.
#[derive(Debug, Clone)]
pub struct StoredReport {
    /// The article.
    pub article: ArticleId,
    /// Its headline.
    pub title: String,
    /// Its lead.
    pub summary: String,
    /// The beginning of its text.
    pub text: String,
    /// ISO 639-1; empty when unknown.
    pub language: String,
    /// The terms that watches matched, separated by commas.
    pub watched: String,
}

impl StoredReport {
    /// What a sentence model reads of it; without a lead, the beginning of the text.
    pub fn headline_and_lead(&self) -> (&str, &str) {
        (&self.title, if self.summary.is_empty() { &self.text } else { &self.summary })
    }

    /// Its features for comparison.
    pub fn marks(&self) -> Marks {
        Marks::from_report(&Report {
            title: &self.title,
            summary: &self.summary,
            text: &self.text,
            language: &self.language,
            watched: &self.watched,
        })
    }
}

/// A mentioned article of a window, with what was decided of it before.
#[derive(Debug, Clone)]
pub struct MarkedReport {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// Its source.
    pub source: SourceId,
    /// When it was published, or else read.
    pub at: Timestamp,
    /// The features that survive translation.
    pub marks: Marks,
    /// Its event; `None` if it is new.
    pub event: Option<EventId>,
    /// What it has in common with another report of that event.
    pub evidence: String,
    /// Whether a digest of what is new has shown it.
    pub is_told: bool,
}

/// An event of which a digest has shown reports that were grouped otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegroupedEvent {
    /// The event.
    pub event: EventId,
    /// What became of the events that were shown.
    pub change: Regrouping,
    /// When its newest report was published, or else read.
    pub at: Timestamp,
}

/// The event of an article, where it is new or another than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventChange {
    /// The article.
    pub article: ArticleId,
    /// Its event.
    pub event: EventId,
    /// What it has in common with the most similar report; empty for the oldest report of an event and for copies.
    pub evidence: String,
}

/// What changes when the events of a window are decided anew.
///
/// Copies of a text are of one event. An event that grows keeps its number. Where two become one or one comes apart, the number stays with
/// the largest common part. A new event has the number of its oldest report, or, if another one has it, that of the next that is free.
pub fn decide_events(window: &[MarkedReport]) -> Vec<EventChange> {
    let mut stories: BTreeMap<StoryId, &MarkedReport> = BTreeMap::new();
    for report in window {
        let oldest = stories.entry(report.story).or_insert(report);
        if (report.at, report.article) < (oldest.at, oldest.article) {
            *oldest = report;
        }
    }
    let texts: Vec<WindowReport> = stories
        .values()
        .map(|report| WindowReport {
            article: report.article,
            outlet: report.source,
            at: report.at,
            marks: &report.marks,
        })
        .collect();
    let grouped = event::group_by_event(&texts);
    let first_of: BTreeMap<ArticleId, ArticleId> = grouped.iter().map(|one| (one.article, one.first)).collect();
    let first = |report: &MarkedReport| {
        let text = stories.get(&report.story).map_or(report.article, |oldest| oldest.article);
        first_of.get(&text).copied().unwrap_or(text)
    };
    let numbers = numbers(window, &first);
    let evidence: BTreeMap<ArticleId, &str> = grouped.iter().map(|one| (one.article, one.evidence.as_str())).collect();
    let changes = window.iter().filter_map(|report| {
        let first = first(report);
        let event = numbers.get(&first).copied().unwrap_or_else(|| first.event());
        let evidence = evidence.get(&report.article).copied().unwrap_or_default();
        let is_new = report.event != Some(event) || report.evidence != evidence;
        is_new.then(|| EventChange { article: report.article, event, evidence: evidence.to_owned() })
    });
    changes.collect()
}

/// The numbers of the events, by their first report.
fn numbers(window: &[MarkedReport], first: &dyn Fn(&MarkedReport) -> ArticleId) -> BTreeMap<ArticleId, EventId> {
    let mut overlaps: BTreeMap<(EventId, ArticleId), usize> = BTreeMap::new();
    let mut parts: BTreeMap<ArticleId, Vec<ArticleId>> = BTreeMap::new();
    for report in window {
        parts.entry(first(report)).or_default().push(report.article);
        if let Some(event) = report.event {
            *overlaps.entry((event, first(report))).or_default() += 1;
        }
    }
    let has_number = |(event, part): &(EventId, ArticleId)| {
        parts.get(part).is_some_and(|reports| reports.contains(&ArticleId(event.0)))
    };
    let mut largest: Vec<(&(EventId, ArticleId), &usize)> = overlaps.iter().collect();
    largest.sort_by_key(|(overlap, count)| (Reverse(**count), overlap.0, !has_number(overlap), overlap.1));
    let mut numbers: BTreeMap<ArticleId, EventId> = BTreeMap::new();
    let mut taken: BTreeSet<EventId> = BTreeSet::new();
    for ((event, part), _) in largest {
        if !taken.contains(event) && !numbers.contains_key(part) {
            numbers.insert(*part, *event);
            taken.insert(*event);
        }
    }
    let all = || parts.values().flatten();
    for (part, reports) in &parts {
        if numbers.contains_key(part) {
            continue;
        }
        // There are at least as many reports as events, so one is free.
        let candidates = std::iter::once(part).chain(reports).chain(all()).map(|report| report.event());
        let free = candidates.into_iter().find(|event| !taken.contains(event)).unwrap_or_else(|| part.event());
        numbers.insert(*part, free);
        taken.insert(free);
    }
    numbers
}

/// The events whose reports a digest has shown as several, or as part of a larger one.
pub fn regrouped_events(window: &[MarkedReport], changes: &[EventChange]) -> Vec<RegroupedEvent> {
    let new: BTreeMap<ArticleId, EventId> = changes.iter().map(|change| (change.article, change.event)).collect();
    let told = || {
        let told = window.iter().filter(|report| report.is_told);
        told.filter_map(|report| {
            let before = report.event?;
            Some((before, new.get(&report.article).copied().unwrap_or(before)))
        })
    };
    let mut after: BTreeMap<EventId, BTreeSet<EventId>> = BTreeMap::new();
    let mut before: BTreeMap<EventId, BTreeSet<EventId>> = BTreeMap::new();
    for (old, now) in told() {
        after.entry(old).or_default().insert(now);
        before.entry(now).or_default().insert(old);
    }
    let event_now = |report: &MarkedReport| new.get(&report.article).copied().or(report.event);
    let newest =
        |event: EventId| window.iter().filter(|report| event_now(report) == Some(event)).map(|report| report.at).max();
    let regrouped = before.iter().filter_map(|(event, old)| {
        let is_split = old.iter().any(|old| after.get(old).is_some_and(|now| now.len() > 1));
        let change = match (old.len() > 1, is_split) {
            (true, _) => Regrouping::Joined,
            (false, true) => Regrouping::Split,
            (false, false) => return None,
        };
        Some(RegroupedEvent { event: *event, change, at: newest(*event)? })
    });
    regrouped.collect()
}
