//! What watches find in an article, as the store keeps it.

use super::Knowledge;
use crate::article::Article;
use crate::decide::MentionNote;
use crate::query::{Document, Hit, Match};
use crate::source::Source;

/// The watches that match an article of a source.
pub(super) fn mentions(knowledge: &Knowledge, source: &Source, article: &Article) -> Vec<MentionNote> {
    let document = Document {
        title: &article.title,
        summary: &article.summary,
        text: &article.text,
        author: &article.author,
        outlet: &source.name,
        url: article.url.as_str(),
        language: &article.language,
        published_at: article.published_at,
    };
    knowledge
        .matcher
        .matches(&document)
        .into_iter()
        .map(|found| note(&knowledge.watches[found.watch].name, found))
        .collect()
}

/// Where a watch matches, as the store keeps it and `explain` prints it.
pub fn hits(hits: &[Hit]) -> serde_json::Value {
    let hit = |hit: &Hit| serde_json::json!({ "field": hit.field.name(), "start": hit.start, "end": hit.end, "term": hit.term });
    hits.iter().map(hit).collect()
}

/// A match as the store keeps it.
pub(super) fn note(watch: &str, found: Match) -> MentionNote {
    MentionNote {
        watch: watch.to_owned(),
        terms: found.terms.join(", "),
        snippet: found.snippet,
        hits: hits(&found.hits).to_string(),
    }
}
