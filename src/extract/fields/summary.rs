//! The lead: the one above the text, or else the one in the metadata.

use super::findings::{Findings, Given};
use crate::extract::{FieldCandidate, body::Body};
use crate::text::fold;
use crate::text::markup;

/// The leads in the metadata, best first.
pub fn descriptions(given: &Given, title: &str) -> Vec<FieldCandidate<String>> {
    let Given { tree, json, context, .. } = given;
    let social = tree.meta(&["og:description"]).map(markup::untagged).unwrap_or_default();
    let named = tree.meta(&["description"]).map(markup::untagged).unwrap_or_default();
    let card = tree
        .meta(&["twitter:description", "dc.description", "sailthru.description"])
        .map(markup::untagged)
        .unwrap_or_default();
    let item = context.item.map(|item| item.summary.clone()).unwrap_or_default();
    let title = fold::key(title);
    [
        ("JSON-LD description", json.description.clone()),
        ("og:description", social),
        ("meta description", named),
        ("twitter:description", card),
        ("description of the film or sound in JSON-LD", markup::untagged(&json.media.description)),
        ("summary of the channel", item),
    ]
    .into_iter()
    .filter(|(_, text)| {
        let key = fold::key(text);
        text.chars().count() > 15 && key != title
    })
    .map(|(rule, value)| FieldCandidate { rule: rule.to_owned(), shown: value.clone(), value })
    .collect()
}

/// The page's visible standfirst, or else the lead in the metadata.
pub fn summary(body: &Body, description: &[FieldCandidate<String>], findings: &mut Findings) -> String {
    if !body.lead.is_empty() {
        let other = description.first().map(|found| (found.rule.clone(), found.shown.clone()));
        findings.record("summary", "standfirst", &body.lead, other);
        return body.lead.clone();
    }
    findings.choose("summary", description, 0).unwrap_or_default()
}
