//! What reading an item gave, as it is handed to the store.

use jiff::{SignedDuration, Timestamp};

use super::Validators;
use crate::article::Article;
use crate::politeness::Wishes;
use crate::story::Fingerprint;

/// How much of an article is known, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Only what the channel said: the page could not be read.
    Headline,
    /// The visible part; the rest is for subscribers.
    Preview,
    /// All that the outlet shows to everyone.
    Full,
}

impl Extent {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Preview => "preview",
            Self::Headline => "headline",
        }
    }

    pub(super) fn named(name: &str) -> Self {
        match name {
            "full" => Self::Full,
            "preview" => Self::Preview,
            _ => Self::Headline,
        }
    }
}

/// A watch that matches an article.
#[derive(Debug, Clone)]
pub struct MentionNote {
    /// The watch's name.
    pub watch: String,
    /// What matched, as it stands in the article.
    pub terms: Vec<String>,
    /// The sentence that shows it.
    pub snippet: String,
    /// Where, as JSON.
    pub hits: String,
}

/// What reading an item gave.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The item that was read.
    pub item: i64,
    /// What names the article within its source.
    pub key: &'a str,
    /// Its canonical address without scheme.
    pub address: &'a str,
    /// Both without what the page says of its address: by the address that answered.
    pub own_key: &'a str,
    /// See `own_key`.
    pub own_address: &'a str,
    /// Whether `key` is by the source's `identity`, so that the page need not be asked.
    pub is_sure: bool,
    /// What was read.
    pub article: &'a Article,
    /// How much of it.
    pub extent: Extent,
    /// What its text is compared by; none for a mere headline.
    pub fingerprint: Option<&'a Fingerprint>,
    /// The original's address without scheme, where the page names one.
    pub original_address: Option<&'a str>,
    /// What the publisher asks of those who read it.
    pub wishes: &'a Wishes,
    /// The watches that match.
    pub mentions: &'a [MentionNote],
    /// What is sent along when it is asked for again.
    pub validators: Option<&'a Validators>,
    /// When it was read.
    pub at: Timestamp,
    /// How long after a text near and cut copies of it are looked for.
    pub story_window: SignedDuration,
}

impl<'a> Reading<'a> {
    /// Equal for equal texts.
    pub(super) fn exact(&self) -> Option<&'a str> {
        self.fingerprint.and_then(|fingerprint| fingerprint.exact.as_deref())
    }
}
