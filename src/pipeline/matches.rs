//! What watches find in an article.

use super::Knowledge;
use crate::article::Article;
use crate::query::{Document, Hit, Match};
use crate::source::Source;

/// An article of a source as a query looks at it.
pub fn document<'a>(source: &'a Source, article: &'a Article) -> Document<'a> {
    Document {
        title: &article.title,
        summary: &article.summary,
        text: &article.text,
        author: &article.author,
        outlet: &source.name,
        url: article.url.as_str(),
        language: &article.language,
        published_at: article.published_at,
    }
}

/// The watches that match an article of a source.
pub fn matches(knowledge: &Knowledge, source: &Source, article: &Article) -> Vec<Match> {
    knowledge.matcher.matches(&document(source, article))
}

/// Where a watch matches, as the store keeps it and `explain` prints it.
pub fn hits_json(hits: &[Hit]) -> serde_json::Value {
    let hit = |hit: &Hit| serde_json::json!({ "field": hit.field.name(), "start": hit.start, "end": hit.end, "term": hit.term });
    hits.iter().map(hit).collect()
}
