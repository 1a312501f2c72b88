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
    /// Since when the article contains none of the terms.
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
pub struct SameBy {
    /// The article or one of its items has the key of the reading.
    pub key: bool,
    /// The article or one of its items has the key of the URL that responded.
    pub own_key: bool,
    /// It has the same text and the same headline or time, or it belongs to the item that was read.
    pub content: bool,
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
    /// The source of the item that was read.
    pub source: SourceId,
    /// The article that the item already has.
    pub own: Option<ArticleId>,
    /// The articles of the source that may be the one that was read; the ones read first, if there are many.
    pub same: Vec<(SameBy, Neighbour)>,
    /// The articles at the URL of the original, and other articles of the source that name it.
    pub originals: Vec<Original>,
    /// Up to two articles with an equal text.
    pub equal: Vec<ArticleId>,
    /// The stories of articles with an equal text.
    pub equal_stories: Vec<StoryId>,
    /// The stories of articles at the original's URL.
    pub original_stories: Vec<StoryId>,
    /// The stories of articles that name the URL of the reading as their original.
    pub claiming_stories: Vec<StoryId>,
    /// The same for the URL that responded.
    pub own_claiming_stories: Vec<StoryId>,
    /// Texts that may be copies.
    pub near: Vec<story::Candidate>,
}

impl Neighbours {
    /// The article that the item already has.
    pub fn own_article(&self) -> Option<&Neighbour> {
        self.same.iter().map(|(_, article)| article).find(|article| Some(article.id) == self.own)
    }
}

/// A text with which new ones are compared.
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
