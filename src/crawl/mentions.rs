//! Matches in the form in which they are stored.

use crate::decide::MentionNote;
use crate::pipeline::{ArticleMatch, hits_json};
use crate::query::Watch;

/// The matches of an article, by the names of the watches that they number.
pub(super) fn notes(watches: &[Watch], matches: Vec<ArticleMatch>) -> Vec<MentionNote> {
    let name = |found: &ArticleMatch| watches.get(found.watch).map(|watch| watch.name.clone());
    matches.into_iter().filter_map(|found| Some(note(name(&found)?, found))).collect()
}

fn note(watch: String, found: ArticleMatch) -> MentionNote {
    let (hits, is_beside) = (hits_json(&found.hits).to_string(), found.is_beside());
    MentionNote { watch, terms: found.terms.join(", "), snippet: found.snippet, hits, is_beside }
}
