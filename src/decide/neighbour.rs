//! The stored data for a decision about a reading.

use jiff::Timestamp;

use crate::model::{ArticleId, Extent, SourceId, StoryId};
use crate::story;

/// A stored article that may be the one that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// Its row.
    pub id: ArticleId,
    /// How much of it is known.
    pub extent: Extent,
    /// Identifies it within its source.
    pub key: String,
    /// Where it was read.
    pub url: String,
    /// Its headline.
    pub title: String,
    /// When it was published, where known.
    pub published_at: Option<Timestamp>,
    /// When it was first read.
    pub read_at: Timestamp,
    /// ISO 639-1; empty when unknown.
    pub language: String,
    /// Its lead.
    pub summary: String,
    /// Its text; empty if it was deleted or never read.
    pub text: String,
    /// Equal for equal texts.
    pub fingerprint: Option<String>,
    /// The story it belongs to.
    pub story: StoryId,
    /// Its mentions.
    pub mentions: Vec<KnownMention>,
    /// The version of its last reading.
    pub last_version: Option<KnownVersion>,
}

/// A stored mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMention {
    /// The watch's name.
    pub watch: String,
    /// What matched, separated by ", ".
    pub terms: String,
    /// Whether it was found only together with what channels say of the article.
    pub is_beside: bool,
    /// Since when none of the terms stands in the article any more.
    pub gone_at: Option<Timestamp>,
}

/// A stored version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownVersion {
    /// When it was read, as stored.
    pub seen_at: String,
    /// Its headline.
    pub title: String,
    /// Equal for texts of equal words.
    pub text_hash: String,
}

/// Why a stored article may be the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct SameBy {
    /// The article or one of its items has the key of the reading.
    pub key: bool,
    /// The article or one of its items has the key of the URL that responded.
    pub own_key: bool,
    /// It has the same text and the same headline or time, or it belongs to the item that was read.
    pub content: bool,
    /// An item of it has the same headline as the item that was read, and an aggregator announced one of the two.
    pub relayed: bool,
    /// It has nearly the same headline, and was read in full or in part at about the same time.
    pub headline: bool,
}

/// A stored article related to the original that a page names.
#[derive(Debug, Clone, PartialEq)]
pub struct Original {
    /// The article.
    pub article: Neighbour,
    /// Whether it is an article of the same source that names the same original; otherwise it is the one at the URL of the original.
    pub is_claim: bool,
}

/// The stored articles related to a reading.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// The source of the article that was read.
    pub source: SourceId,
    /// The article that the item already has.
    pub own: Option<ArticleId>,
    /// The articles of the source that may be the one that was read; the ones read first, if there are many.
    pub same: Vec<(SameBy, Neighbour)>,
    /// The articles at the URL of the original, and other articles of the source that name it.
    pub originals: Vec<Original>,
}

impl Neighbours {
    /// The article that the item already has.
    pub fn own_article(&self) -> Option<&Neighbour> {
        self.same.iter().map(|(_, article)| article).find(|article| Some(article.id) == self.own)
    }
}

/// By what the stories are found to which a reading may belong.
#[derive(Debug, Clone, Copy)]
pub struct StoryLookup<'a> {
    /// The reading's source.
    pub source: SourceId,
    /// The reading's address.
    pub address: &'a str,
    /// The address of the original that it names.
    pub original_address: Option<&'a str>,
    /// What its text is compared by; none where no copies are looked for.
    pub fingerprint: Option<&'a story::Fingerprint>,
    /// Only texts that were read then or later are compared with it.
    pub since: Timestamp,
}

/// The stories to which a reading may belong.
#[derive(Debug, Clone, Default)]
pub struct Related {
    /// Up to two articles with an equal text.
    pub equal: Vec<ArticleId>,
    /// The stories of articles with an equal text, of those at the original's address, and of those that name the reading's
    /// address as their original.
    pub stories: Vec<StoryId>,
    /// Texts that may be copies.
    pub near: Vec<story::Candidate>,
}

/// A text that new ones are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its article.
    pub article: ArticleId,
    /// The number of its words.
    pub words: usize,
}

/// The articles of some stories.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// The texts with which new ones are compared, by article.
    pub standing: Vec<Standing>,
    /// The first articles of the reading's source that were read in full, by article.
    pub of_source: Vec<Neighbour>,
}
