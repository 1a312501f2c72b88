//! Matches in the form in which they are stored.

use crate::decide::MentionNote;
use crate::pipeline::hits_json;
use crate::query::{Match, Watch};

/// The matches of an article, with the names of their watches.
pub(super) fn notes(watches: &[Watch], matches: Vec<Match>) -> Vec<MentionNote> {
    let name = |found: &Match| watches.get(found.watch).map(|watch| watch.name.clone());
    matches.into_iter().filter_map(|found| Some(note(name(&found)?, found))).collect()
}

fn note(watch: String, found: Match) -> MentionNote {
    let hits = hits_json(&found.hits).to_string();
    MentionNote { watch, terms: found.terms.join(", "), snippet: found.snippet, hits }
}
