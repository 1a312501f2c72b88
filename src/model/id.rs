//! Ids of rows, each of a type of its own: an article's id is never taken for a story's.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

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

/// A set of ids. Nobody outside chooses them, so that a cheap hash is safe.
pub type IdSet<T> = HashSet<T, BuildHasherDefault<IdHasher>>;
/// The same, a map by them.
pub type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

/// Hashes ids.
#[derive(Debug, Clone, Copy, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }

    fn write_i64(&mut self, n: i64) {
        self.write_u64(n.cast_unsigned());
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
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
