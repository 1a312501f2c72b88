//! Who reported, and where each has its text from.

use std::sync::Arc;

use super::{Mention, Story};

/// The article in which a text stood first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// The source's name.
    pub outlet: Arc<str>,
    /// The agency it is credited to; empty when none is.
    pub credit: Arc<str>,
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
        // What was told before, or is told to nobody, was first all the same.
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
    for (story, mention) in all {
        let origin = story.origin(mention);
        match reporters.iter_mut().find(|reporter| reporter.outlet == mention.outlet) {
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
