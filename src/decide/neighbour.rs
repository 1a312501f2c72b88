//! What the store hands over for a decision about a reading.

use jiff::Timestamp;

use crate::model::{ArticleId, Extent, SourceId, StoryId};
use crate::story;

/// A stored article that a reading may be of, or be told from.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// Its row.
    pub id: ArticleId,
    /// How much of it is known.
    pub extent: Extent,
    /// What names it within its source.
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
    /// Its text; empty when it was forgotten or never read.
    pub text: String,
    /// Equal for equal texts.
    pub fingerprint: Option<String>,
    /// The story it belongs to.
    pub story: StoryId,
    /// Its mentions.
    pub mentions: Vec<KnownMention>,
    /// What its last reading said.
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
    /// When it was read, as it stands in the database.
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
    /// It, or an item of it, has the reading's key.
    pub key: bool,
    /// It, or an item of it, has the key of the URL that answered.
    pub own_key: bool,
    /// It has the same text with the same headline or time, or the item that was read.
    pub content: bool,
    /// An item of it has the same headline as the item that was read, and an aggregator announced one of the two.
    pub relayed: bool,
}

/// A stored article that concerns the original that a page names.
#[derive(Debug, Clone, PartialEq)]
pub struct Original {
    /// The article.
    pub article: Neighbour,
    /// Whether it is an article of the same source that names the same original; else it stands at the original's URL.
    pub is_claim: bool,
}

/// What is stored near a reading.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// The source of the article that was read.
    pub source: SourceId,
    /// The article that the item has already.
    pub own: Option<ArticleId>,
    /// The articles of the source that may be the one that was read, those that were read first.
    pub same: Vec<(SameBy, Neighbour)>,
    /// What stands at the original's URL, and other articles of the source that name it.
    pub originals: Vec<Original>,
    /// Up to two articles with an equal text.
    pub equal: Vec<ArticleId>,
    /// The stories of articles with an equal text.
    pub equal_stories: Vec<StoryId>,
    /// The stories of articles at the original's URL.
    pub original_stories: Vec<StoryId>,
    /// The stories of articles that name the reading's address as their original.
    pub claiming_stories: Vec<StoryId>,
    /// The same for the address by the URL that answered.
    pub own_claiming_stories: Vec<StoryId>,
    /// Texts that may be copies.
    pub near: Vec<story::Candidate>,
}

impl Neighbours {
    /// The article that the item has already.
    pub fn own_article(&self) -> Option<&Neighbour> {
        self.same.iter().map(|(_, article)| article).find(|article| Some(article.id) == self.own)
    }
}

/// A text that new ones are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its article.
    pub article: ArticleId,
    /// Of how many words.
    pub words: usize,
}

/// The articles of some stories.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// The texts that new ones are compared with, by article.
    pub standing: Vec<Standing>,
    /// The first articles of the reading's source that were read in full, by article.
    pub of_source: Vec<Neighbour>,
}
