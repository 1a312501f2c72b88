//! Which event a mentioned article belongs to.

use jiff::Timestamp;

use crate::event::{self, AgreeingReport, Choice, Marks, Report};
use crate::model::{ArticleId, EventId, StoryId};

/// A stored mentioned article.
#[derive(Debug, Clone)]
pub struct StoredReport {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// When it was published, or else read.
    pub at: Timestamp,
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

/// A mentioned article with its features for comparison.
#[derive(Debug)]
pub struct MarkedReport {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// When it was published, or else read.
    pub at: Timestamp,
    /// The features that survive translation.
    pub marks: Marks,
}

impl From<&StoredReport> for MarkedReport {
    fn from(stored: &StoredReport) -> Self {
        let marks = Marks::from_report(&Report {
            title: &stored.title,
            summary: &stored.summary,
            text: &stored.text,
            language: &stored.language,
            watched: &stored.watched,
        });
        Self { article: stored.article, story: stored.story, at: stored.at, marks }
    }
}

/// A report of the same hours that shares names with a new one.
#[derive(Debug, Clone, Copy)]
pub struct NearbyReport<'r> {
    /// The report.
    pub report: &'r MarkedReport,
    /// Its event.
    pub event: EventId,
}

/// The event of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventChange {
    /// The article.
    pub article: ArticleId,
    /// When it was published, or else read.
    pub at: Timestamp,
    /// Its event.
    pub event: EventId,
    /// Events that are merged into this one.
    pub merged: Vec<EventId>,
    /// What it has in common with the most similar report; empty for the first report of an event and for copies.
    pub evidence: String,
    /// The names by which it is found later; none for a copy.
    pub names: Vec<String>,
    /// Whether it joined the event of another article.
    pub is_joined: bool,
}

/// The event of an article: that of another copy of its text (`copy`), else that of the reports with which it agrees, else a new one.
pub fn decide_event(new: &MarkedReport, copy: Option<EventId>, nearby: &[NearbyReport]) -> EventChange {
    let candidates = nearby.iter().filter_map(|old| {
        let agreement = event::agreement(&old.report.marks, &new.marks, new.at.duration_since(old.report.at))?;
        Some(AgreeingReport { event: old.event, is_first: old.event == old.report.article.event(), agreement })
    });
    let choice = match copy {
        Some(event) => Some(Choice { event, same: Vec::new(), evidence: String::new() }),
        None => event::choose(candidates.collect()),
    };
    let is_joined = choice.is_some();
    let own = Choice { event: new.article.event(), same: Vec::new(), evidence: String::new() };
    let Choice { event, same: merged, evidence } = choice.unwrap_or(own);
    let names = if copy.is_some() { Vec::new() } else { new.marks.keys() };
    EventChange { article: new.article, at: new.at, event, merged, evidence, names, is_joined }
}
