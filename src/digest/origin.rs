//! Who reported, and where each has its text from.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Mention, Story};
use crate::model::{ArticleId, IdMap, SourceId};

/// The article in which a text stood first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// The source's name.
    pub outlet: Arc<str>,
    /// The agency it is credited to; empty when none is.
    pub credit: Arc<str>,
}

/// One of the articles that carry a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// The article.
    pub article: ArticleId,
    /// Whether it says itself whose text it has.
    pub names_original: bool,
    /// When it was published, else when it was read.
    pub at: Option<Timestamp>,
    /// The source's name.
    pub outlet: Arc<str>,
    /// The agency it is credited to; empty when none is.
    pub credit: Arc<str>,
}

impl First {
    /// The first of all articles that carry a text: one that names its original is a copy, whatever its time says.
    pub fn of<'a>(carriers: impl IntoIterator<Item = &'a Carrier>) -> Option<Self> {
        let first = carriers.into_iter().min_by_key(|one| (one.names_original, one.at, one.article))?;
        Some(Self { outlet: first.outlet.clone(), credit: first.credit.clone() })
    }
}

/// An outlet that reported, and whether in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporter {
    /// The source's name.
    pub outlet: Arc<str>,
    /// Where all that it had comes from.
    pub origin: Origin,
}

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nothing says that it is anybody else's.
    Own,
    /// An agency wrote it.
    Agency(Arc<str>),
    /// Other outlets had it first: each once, in order of publication.
    Copy(Vec<Arc<str>>),
}

impl Story {
    /// Where the text of one of its articles comes from.
    pub fn origin(&self, mention: &Mention) -> Origin {
        let other = |outlet: &&Arc<str>| **outlet != mention.outlet;
        if let Some(named) = mention.original_outlet.as_ref().filter(other) {
            return Origin::Copy(vec![named.clone()]);
        }
        // What was printed before, or is printed for nobody, was first all the same.
        let (outlet, credit) = match &mention.first {
            Some(first) => (&first.outlet, &first.credit),
            None => (&self.first.outlet, &self.first.credit),
        };
        // What an agency wrote, each has from the agency.
        let credits = [&mention.credit, credit];
        if let Some(agency) = credits.into_iter().find(|credit| !credit.is_empty()) {
            return Origin::Agency(agency.clone());
        }
        match Some(outlet).filter(other) {
            Some(first) => Origin::Copy(vec![first.clone()]),
            None => Origin::Own,
        }
    }
}

/// The outlets that carried these stories, in order of publication.
pub(super) fn reporters(stories: &[Story]) -> Vec<Reporter> {
    let mut all: Vec<(&Story, &Mention)> =
        stories.iter().flat_map(|story| story.mentions().map(move |mention| (story, mention))).collect();
    all.sort_by(|a, b| a.1.place().cmp(&b.1.place()));
    let mut reporters: Vec<Reporter> = Vec::new();
    let mut places: IdMap<SourceId, usize> = IdMap::default();
    for (story, mention) in all {
        let origin = story.origin(mention);
        let place = *places.entry(mention.source).or_insert(reporters.len());
        match reporters.get_mut(place) {
            Some(reporter) => reporter.origin.join(origin),
            None => reporters.push(Reporter { outlet: mention.outlet.clone(), origin }),
        }
    }
    reporters
}

impl Origin {
    /// What is to be said of an outlet that has a text from here, and one from there: the best that it did.
    fn join(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Own, _) | (Self::Agency(_), Self::Agency(_) | Self::Copy(_)) => {}
            (Self::Copy(known), Self::Copy(more)) => {
                for outlet in more {
                    if !known.contains(&outlet) {
                        known.push(outlet);
                    }
                }
            }
            (_, better) => *self = better,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn the_first_is_the_earliest_that_names_no_original() {
        let carrier = |article, outlet: &str, at: Option<&str>, names_original| Carrier {
            article: ArticleId(article),
            names_original,
            at: at.map(|at| at.parse().unwrap()),
            outlet: outlet.into(),
            credit: "".into(),
        };
        let first = |carriers: &[Carrier]| First::of(carriers).map(|first| first.outlet.to_string());
        let early = carrier(3, "Vitrine", Some("2026-10-10T08:00:00Z"), true);
        let late = carrier(2, "Kade", Some("2026-10-10T09:00:00Z"), false);
        let same_time = carrier(1, "Phare", Some("2026-10-10T09:00:00Z"), false);
        assert_eq!(first(&[]), None);
        assert_eq!(first(&[early.clone(), late.clone()]).as_deref(), Some("Kade"));
        assert_eq!(first(&[late, early.clone(), same_time]).as_deref(), Some("Phare"));
        assert_eq!(first(&[early]).as_deref(), Some("Vitrine"));
    }
}
