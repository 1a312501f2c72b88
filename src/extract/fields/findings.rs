//! The inputs of the field rules, and a record of the rule that found each field.

use scraper::Html;

use crate::article::Page;
use crate::extract::{
    FieldCandidate, Finding, PageContext, excerpt,
    page::{blocks::Blocks, json_ld::JsonLd, tree::Tree},
};

/// Which rule found each field.
#[derive(Default)]
pub struct Findings(Vec<Finding>);

/// Everything that fields are extracted from.
pub struct Given<'a> {
    /// The parsed page, for the source's own selectors.
    pub document: &'a Html,
    /// The page as a flat list.
    pub tree: &'a Tree,
    /// Its blocks.
    pub blocks: &'a Blocks,
    /// Its JSON-LD.
    pub json: &'a JsonLd,
    /// The outlet's names: not authors, and not part of a headline.
    pub outlets: &'a [String],
    /// The page as received.
    pub page: &'a Page,
    /// What was known before the page was read.
    pub context: &'a PageContext<'a>,
}

impl Findings {
    /// Records one field.
    pub fn record(&mut self, field: &'static str, rule: &str, value: &str, runner_up: Option<(String, String)>) {
        let runner_up = runner_up.map(|(rule, value)| (rule, excerpt(&value)));
        self.0.push(Finding { field, rule: rule.to_owned(), value: excerpt(value), runner_up });
    }

    /// Records and returns the candidate at `nth`; the first different value is the runner-up.
    pub fn choose<T: Clone>(&mut self, field: &'static str, found: &[FieldCandidate<T>], nth: usize) -> Option<T> {
        let best = found.get(nth)?;
        let other = found.iter().enumerate().find(|(at, other)| *at != nth && other.shown != best.shown);
        self.record(field, &best.rule, &best.shown, other.map(|(_, other)| (other.rule.clone(), other.shown.clone())));
        Some(best.value.clone())
    }

    /// The records in order.
    pub fn into_list(self) -> Vec<Finding> {
        self.0
    }
}
