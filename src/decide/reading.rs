//! The result of reading an item.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use crate::answer::Validators;
use crate::article::KeptArticle;
use crate::model::{Extent, ItemId};
use crate::politeness::Wishes;
use crate::story::{self, Fingerprint, Subject};

/// A watch that matches an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionNote {
    /// The watch's name.
    pub watch: String,
    /// What matched, as written in the article, separated by ", ".
    pub terms: String,
    /// The sentence that shows it.
    pub snippet: String,
    /// The positions, as JSON.
    pub hits: String,
    /// Whether it matches only together with what channels say of the article.
    pub is_beside: bool,
}

/// The result of reading an item.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    /// The item that was read.
    pub item: ItemId,
    /// The source that the article belongs to, where that is another than the item's.
    pub owner: Option<&'a str>,
    /// What names the article within its source.
    pub key: &'a str,
    /// Its canonical URL without scheme.
    pub address: &'a str,
    /// The key of the URL that responded, whatever the page declares as its own URL.
    pub own_key: &'a str,
    /// The same for `address`.
    pub own_address: &'a str,
    /// Whether `key` comes from the `identity` of the source, so that the text of the page need not confirm it.
    pub is_sure: bool,
    /// What was read.
    pub article: &'a KeptArticle,
    /// How much of it was read.
    pub extent: Extent,
    /// The fingerprint of its text; `None` for a mere headline.
    pub fingerprint: Option<&'a Fingerprint>,
    /// The original's URL without scheme, where the page names one.
    pub original_address: Option<&'a str>,
    /// The restrictions by the publisher.
    pub wishes: &'a Wishes,
    /// The watches that match.
    pub mentions: &'a [MentionNote],
    /// The validators for the next request.
    pub validators: Option<&'a Validators>,
    /// When it was read.
    pub at: Timestamp,
    /// How long near and shortened copies of a text are looked for.
    pub story_window: SignedDuration,
}

impl<'a> Reading<'a> {
    /// Equal for equal texts.
    pub fn exact(&self) -> Option<&'a str> {
        self.fingerprint.and_then(Fingerprint::exact)
    }

    /// The words of its text.
    pub(super) fn words(&self) -> Cow<'a, [u32]> {
        match self.fingerprint {
            Some(fingerprint) => Cow::Borrowed(&fingerprint.words),
            None => Cow::Owned(story::words(&self.article.text)),
        }
    }

    /// What its text speaks of.
    pub(super) fn subject(&self) -> Cow<'a, Subject> {
        match self.fingerprint {
            Some(fingerprint) => Cow::Borrowed(&fingerprint.subject),
            None => Cow::Owned(Subject::of(&self.article.text)),
        }
    }
}
