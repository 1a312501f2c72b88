//! The ids and the closed sets that travel between the stages and stand as words in the database.

mod id;
mod state;

pub use id::{
    AlertId, ArticleId, ChannelId, EventId, IdMap, IdSet, ItemId, MentionId, MessageId, OutboxId, RunId, SourceId,
    StoryId, WatchId,
};
pub use state::{
    ChannelState, ChannelType, Extent, ItemState, MessageState, PollOutcome, Regrouping, RobotsState, Tone,
};
