//! Ids of rows, each of a type of its own: an article's id is never taken for a story's.

use std::fmt;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
            pub struct $name(pub i64);

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }
        )+
    };
}

ids! {
    /// A row of `source`.
    SourceId,
    /// A row of `channel`.
    ChannelId,
    /// A row of `run`.
    RunId,
    /// A row of `item`.
    ItemId,
    /// A row of `article`.
    ArticleId,
    /// The same for all copies of one text: the id of the first article that had it.
    StoryId,
    /// The same for all reports of one event: the id of the article that began it.
    EventId,
    /// A row of `watch`.
    WatchId,
    /// A row of `mention`.
    MentionId,
    /// A row of `alert`.
    AlertId,
    /// A row of `outbox`.
    OutboxId,
}

/// The id of a message of an alert, the same at every try: receivers that know it have the message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub String);

impl ArticleId {
    /// The story that begins with this article.
    pub fn story(self) -> StoryId {
        StoryId(self.0)
    }

    /// The event that begins with this article.
    pub fn event(self) -> EventId {
        EventId(self.0)
    }
}
