//! Words that mark a speaker; a spokesperson occurs in reports about many events of a day.

use std::{collections::HashSet, sync::LazyLock};

use crate::lexicon::{self, List};

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| lexicon::set(|language| &language.reports.says));
static OFFICES: List = List::new(|| lexicon::all(|language| &language.reports.speakers));

/// Whether the folded word is a verb of saying, or an office whose holder speaks for others.
pub(super) fn is_speech(word: &str, language: &str) -> bool {
    // In Dutch "this".
    WORDS.contains(word)
        || (word == "dit" && language.starts_with("fr"))
        || OFFICES.iter().any(|stem| word.starts_with(stem))
}
