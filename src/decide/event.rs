//! Which event a mentioned article belongs to.

use jiff::Timestamp;

use crate::event::{self, AgreeingReport, Choice, Marks, Report};
use crate::model::{ArticleId, EventId, StoryId};

/// A mentioned article as it is stored.
#[derive(Debug, Clone)]
pub struct StoredReport {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// When it was published, else read.
    pub at: Timestamp,
    /// Its headline.
    pub title: String,
    /// Its lead.
    pub summary: String,
    /// The beginning of its text.
    pub text: String,
    /// ISO 639-1; empty when unknown.
    pub language: String,
    /// What watches found in it, separated by commas.
    pub watched: String,
}

/// A mentioned article and what is compared of it.
#[derive(Debug)]
pub struct MarkedReport {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// When it was published, else read.
    pub at: Timestamp,
    /// What it says, as far as it survives translation.
    pub marks: Marks,
}

impl From<&StoredReport> for MarkedReport {
    fn from(stored: &StoredReport) -> Self {
        let marks = Marks::of(&Report {
            title: &stored.title,
            summary: &stored.summary,
            text: &stored.text,
            language: &stored.language,
            watched: &stored.watched,
        });
        Self { article: stored.article, story: stored.story, at: stored.at, marks }
    }
}

/// A report of the same hours that has names in common with a new one.
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
    /// When it was published, else read.
    pub at: Timestamp,
    /// Its event.
    pub event: EventId,
    /// Events that turn out to be this one.
    pub merged: Vec<EventId>,
    /// What it agrees on with the nearest report; empty for the first of an event and for copies.
    pub evidence: String,
    /// The names by which later reports find it; none for a copy.
    pub names: Vec<String>,
    /// Whether it joined the event of another article.
    pub is_joined: bool,
}

/// Copies of one text are of one event (`copy`: that of another copy); else the event of the reports with which it agrees; else
/// an article begins its own.
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
