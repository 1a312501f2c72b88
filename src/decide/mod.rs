//! The decisions of a run: functions from stored state, new data and the time to a list of changes.
//!
//! Nothing here reads a clock or holds a connection. The store returns the data that a decision needs, and applies the changes in one
//! transaction; `crawl` passes the values between them.
//!
//! | file | the decision |
//! |---|---|
//! | `announced` | which announced items are read, and which are only stored |
//! | `item` | how an announcement changes an item; the next state of an item after a failure |
//! | `index` | which sitemaps of an index are polled |
//! | `poll` | what the response of a channel means; the next state of the channel |
//! | `same` | which stored article a reading belongs to |
//! | `copies` | which story an article belongs to, and which texts represent the story |
//! | `article` | all changes by a reading: article, versions, mentions, item |
//! | `event` | which event a mentioned article belongs to |
//! | `watch` | which stored watch is which watch of the configuration |

mod announced;
mod article;
mod change;
mod copies;
mod event;
mod index;
mod item;
mod neighbour;
mod poll;
mod reading;
mod same;
#[cfg(test)]
mod tests;
mod watch;

pub use announced::{Limits, MOST_ITEMS, keep_newest};
pub use article::{Decided, Identified, decide_again, decide_reading, identify, identify_again};
pub use change::{ArticleRef, ArticleRow, Change, Ending, MentionChange, Saved};
pub use event::{EventChange, MarkedReport, NearbyReport, StoredReport, decide_event};
pub use index::{ChildChange, KnownChild};
pub use item::{AnnouncedItem, ItemChange, ItemReason, KnownItem, Tried, decide_items, too_old_when_read};
pub use neighbour::{KnownMention, KnownVersion, Members, Neighbour, Neighbours, Original, SameBy, Standing};
pub use poll::{ChannelRecord, KnownChannel, Listing, PollChanges, PollResult, decide_poll, poll_result};
pub use reading::{MentionNote, Reading};
pub use watch::{KnownWatch, WatchChange, WatchSpec, decide_watches, pair};

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The time that long after `now`.
fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(now)
}
