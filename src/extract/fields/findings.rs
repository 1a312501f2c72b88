//! What the fields are read from, and by which rule each was found.

use scraper::Html;

use crate::article::Page;
use crate::extract::{
    FieldCandidate, Finding, PageContext, excerpt,
    page::{blocks::Blocks, json_ld::JsonLd, tree::Tree},
};

/// What was found, by which rule.
#[derive(Default)]
pub struct Findings(Vec<Finding>);

/// All that the fields are read from.
pub struct Given<'a> {
    /// The parsed page, for a source's own selectors.
    pub document: &'a Html,
    /// The same as a list.
    pub tree: &'a Tree,
    /// Its lines.
    pub blocks: &'a Blocks,
    /// Its JSON-LD.
    pub json: &'a JsonLd,
    /// Names of the outlet itself: no author, and no part of a headline.
    pub outlets: &'a [String],
    /// The page as it came.
    pub page: &'a Page,
    /// What was known before.
    pub context: &'a PageContext<'a>,
}

impl Findings {
    /// Notes one field.
    pub fn note(&mut self, field: &'static str, rule: &str, value: &str, runner_up: Option<(String, String)>) {
        let runner_up = runner_up.map(|(rule, value)| (rule, excerpt(&value)));
        self.0.push(Finding { field, rule: rule.to_owned(), value: excerpt(value), runner_up });
    }

    /// Notes and returns the candidate at `nth`; the first other value is the runner-up.
    pub fn choose<T: Clone>(&mut self, field: &'static str, found: &[FieldCandidate<T>], nth: usize) -> Option<T> {
        let best = found.get(nth)?;
        let other = found.iter().enumerate().find(|(at, other)| *at != nth && other.shown != best.shown);
        self.note(field, &best.rule, &best.shown, other.map(|(_, other)| (other.rule.clone(), other.shown.clone())));
        Some(best.value.clone())
    }

    /// What was noted, in that order.
    pub fn all(self) -> Vec<Finding> {
        self.0
    }
}
