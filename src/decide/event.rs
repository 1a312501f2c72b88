//! Which event each mentioned article of a window belongs to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::event::{self, Marks, Report, WindowReport};
use crate::model::{ArticleId, EventId, StoryId};

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
    /// When it was published, or else read.
    pub at: Timestamp,
    /// The features that survive translation.
    pub marks: Marks,
    /// Its event; `None` if it is new.
    pub event: Option<EventId>,
    /// What it has in common with another report of that event.
    pub evidence: String,
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
/// Copies of a text are of one event. An event has the number of one of its reports: that of its oldest, or the one that it had before. Where
/// two become one, the number of the larger stays; where one comes apart, the number stays with the report that it is of.
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
        .map(|report| WindowReport { article: report.article, at: report.at, marks: &report.marks })
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

/// The numbers of the events that keep one, by their first report.
fn numbers(window: &[MarkedReport], first: &dyn Fn(&MarkedReport) -> ArticleId) -> BTreeMap<ArticleId, EventId> {
    let reports: BTreeMap<ArticleId, &MarkedReport> = window.iter().map(|report| (report.article, report)).collect();
    let mut overlaps: BTreeMap<(EventId, ArticleId), usize> = BTreeMap::new();
    for report in window {
        if let Some(event) = report.event {
            *overlaps.entry((event, first(report))).or_default() += 1;
        }
    }
    let known: BTreeSet<EventId> = overlaps.keys().map(|(event, _)| *event).collect();
    let mut numbers: BTreeMap<ArticleId, (usize, EventId)> = BTreeMap::new();
    for event in known {
        let parts = overlaps.range((event, ArticleId(i64::MIN))..=(event, ArticleId(i64::MAX)));
        let owner = match reports.get(&ArticleId(event.0)) {
            Some(report) => Some(first(report)),
            // The report with this number no longer exists.
            None => {
                parts.max_by_key(|((_, part), count)| (**count, std::cmp::Reverse(*part))).map(|((_, part), _)| *part)
            }
        };
        let Some(owner) = owner else { continue };
        let overlap = overlaps.get(&(event, owner)).copied().unwrap_or_default();
        let kept = numbers.entry(owner).or_insert((overlap, event));
        if overlap > kept.0 {
            *kept = (overlap, event);
        }
    }
    numbers.into_iter().map(|(first, (_, event))| (first, event)).collect()
}
