//! The changes that a decision about a reading can make.

use std::ops::AddAssign;

use jiff::Timestamp;

use super::{Absence, ItemReason, MentionNote, Reading};
use crate::model::{ArticleId, ItemId, ItemState, SourceId, StoryId};

/// The next state of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Into a final state, with its reason.
    In(ItemState, Option<ItemReason>),
    /// It is retried at this time, for this reason.
    Again(Timestamp, ItemReason),
    /// It was not requested, for this reason, and will not be before this time.
    Later(Timestamp, ItemReason),
    /// As it was.
    Stays,
}

impl Ending {
    /// Whether the item was given up at the first answer, which another announcement does not change.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::In(ItemState::GivenUp, Some(ItemReason::Failure(_))))
    }
}

/// The result of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saved {
    /// The article was already stored, under another URL or from an earlier try.
    pub known: bool,
    /// Whether its item is a further one of a stored article.
    pub is_copy: bool,
    /// The number of new mentions.
    pub mentions: usize,
}

/// New mentions: how many, and of how many articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NewMentions {
    /// A row for each watch and article.
    pub mentions: u64,
    /// Articles, each once.
    pub articles: u64,
}

impl NewMentions {
    /// So many mentions of one article.
    pub fn of_article(mentions: usize) -> Self {
        Self { mentions: mentions as u64, articles: u64::from(mentions > 0) }
    }
}

impl AddAssign for NewMentions {
    fn add_assign(&mut self, other: Self) {
        self.mentions += other.mentions;
        self.articles += other.articles;
    }
}

/// The article that a change concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleRef {
    /// The one that [`Change::Insert`] adds.
    New,
    /// A stored one.
    Known(ArticleId),
}

/// An article after a reading.
#[derive(Debug, Clone)]
pub struct ArticleRow<'a> {
    /// What was read.
    pub reading: Reading<'a>,
    /// When it was published; a later reading does not change it.
    pub published_at: Option<Timestamp>,
    /// When it was first read.
    pub read_at: Timestamp,
}

/// A change of a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MentionChange<'a> {
    /// It is new.
    Add(&'a MentionNote),
    /// It gets the terms, snippet and hits of a later reading.
    Renew(&'a MentionNote),
    /// Since then the article contains none of the terms of this watch, or (`None`) it contains some again.
    Gone(String, Option<Timestamp>),
}

/// One change. Those of a decision are applied in order, in one transaction.
#[derive(Debug, Clone)]
pub enum Change<'a> {
    /// The article with this key gets another key: that of one of its items, else a generated one.
    ReleaseKey(SourceId, &'a str),
    /// A new article.
    Insert(SourceId, Box<ArticleRow<'a>>),
    /// A stored article was read again, or for the first time.
    Update(ArticleId, Box<ArticleRow<'a>>),
    /// The current text of an article, which is about to change, is stored in its version of that time.
    ArchiveText(ArticleId, String),
    /// A new version of an article.
    AddVersion {
        /// The article.
        of: ArticleRef,
        /// Its headline.
        title: String,
        /// Equal for texts of equal words.
        text_hash: String,
        /// When it was read.
        at: Timestamp,
    },
    /// Two stories are merged.
    MergeStories(StoryId, StoryId),
    /// The story of an article (`None`: a new one), and its likeness to the text by which it was recognised as a copy.
    SetStory(ArticleRef, Option<StoryId>, Option<f64>),
    /// New texts are no longer compared with the text of an article.
    DropText(ArticleId),
    /// New texts are compared with the text of an article.
    KeepText {
        /// The article.
        of: ArticleRef,
        /// Hashes of its words, from [`crate::story::Judgement::words`].
        words: Vec<u32>,
        /// The bands by which it is found.
        bands: Vec<u32>,
        /// When it was read.
        at: Timestamp,
    },
    /// An article was requested again then.
    NoteRevisit(ArticleId, Timestamp),
    /// The page of an article is gone, or (`None`) there again.
    NoteAbsence(ArticleId, Option<Absence>),
    /// An article turned out to be the other one, which takes over its items and mentions.
    Absorb(ArticleId, ArticleRef),
    /// A mention of an article.
    Mention(ArticleRef, MentionChange<'a>, Timestamp),
    /// The next state of an item, with its article if it has one.
    EndItem(ItemId, Ending, Option<ArticleRef>, Timestamp),
}
