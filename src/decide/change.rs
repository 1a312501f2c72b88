//! What a decision about a reading changes.

use jiff::Timestamp;

use super::{ItemReason, MentionNote, Reading};
use crate::model::{ArticleId, ItemId, ItemState, SourceId, StoryId};

/// How an item goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Into a final state, with its reason.
    In(ItemState, Option<ItemReason>),
    /// Tried again at this time, because of this.
    Again(Timestamp, ItemReason),
    /// Not requested yet, because of this, nor before this time.
    Later(Timestamp, ItemReason),
    /// As it was.
    Stays,
}

/// What became of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saved {
    /// The article was already stored, under another URL or from an earlier try.
    pub known: bool,
    /// Whether its item is one more of an article that is stored.
    pub is_copy: bool,
    /// Mentions that were not there before.
    pub mentions: usize,
}

/// The article that a change concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleRef {
    /// The one that [`Change::Insert`] adds.
    New,
    /// A stored one.
    Known(ArticleId),
}

/// An article as a reading leaves it.
#[derive(Debug, Clone)]
pub struct ArticleRow<'a> {
    /// What was read.
    pub reading: Reading<'a>,
    /// When it was published; a later reading does not change it.
    pub published_at: Option<Timestamp>,
    /// When it was first read.
    pub read_at: Timestamp,
}

/// What becomes of a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MentionChange<'a> {
    /// It is new.
    Add(&'a MentionNote),
    /// Its terms, snippet and hits are those of a later reading.
    Renew(&'a MentionNote),
    /// The mention of this watch has none of its terms in the article since then, or has them again.
    Gone(String, Option<Timestamp>),
}

/// One change; those of a decision are applied in their order, all or none.
#[derive(Debug, Clone)]
pub enum Change<'a> {
    /// The article that has this key is given another one: of an item of it, else one of its own.
    ReleaseKey(SourceId, &'a str),
    /// A new article.
    Insert(SourceId, Box<ArticleRow<'a>>),
    /// A stored article is read again, or at last.
    Update(ArticleId, Box<ArticleRow<'a>>),
    /// The version of an article that was read then keeps the article's text, which is about to change.
    ArchiveText(ArticleId, String),
    /// What an article says from now on.
    AddVersion {
        /// The article.
        of: ArticleRef,
        /// Its headline.
        title: &'a str,
        /// Equal for texts of equal words.
        text_hash: String,
        /// When it was read.
        at: Timestamp,
    },
    /// Two stories are one.
    MergeStories(StoryId, StoryId),
    /// The story of an article (`None`: its own), and how near it is to the text by which it was found to be a copy.
    SetStory(ArticleRef, Option<StoryId>, Option<f64>),
    /// New texts are no longer compared with the text of an article.
    DropText(ArticleId),
    /// New texts are compared with the text of an article.
    KeepText {
        /// The article.
        of: ArticleRef,
        /// A mark for each of its words, as [`crate::story::Judgement::words`] has them.
        words: Vec<u32>,
        /// Where it is looked for.
        bands: Vec<u32>,
        /// When it was read.
        at: Timestamp,
    },
    /// An article was requested again then.
    NoteRevisit(ArticleId, Timestamp),
    /// An article turned out to be the other one, which takes over its items and mentions.
    Absorb(ArticleId, ArticleRef),
    /// A mention of an article.
    Mention(ArticleRef, MentionChange<'a>, Timestamp),
    /// An item goes on, with its article where it has one.
    EndItem(ItemId, Ending, Option<ArticleRef>, Timestamp),
}
