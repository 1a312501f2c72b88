//! The lead: what the page shows above its text, else what it tells machines.

use super::findings::{Findings, Given};
use crate::extract::{FieldCandidate, body::Body};
use crate::text::fold;
use crate::text::markup;

/// What meta data give as the lead, best first.
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

/// The standfirst that the page shows, else what meta data give.
pub fn summary(body: &Body, description: &[FieldCandidate<String>], findings: &mut Findings) -> String {
    if !body.lead.is_empty() {
        let other = description.first().map(|found| (found.rule.clone(), found.shown.clone()));
        findings.note("summary", "standfirst", &body.lead, other);
        return body.lead.clone();
    }
    findings.choose("summary", description, 0).unwrap_or_default()
}
