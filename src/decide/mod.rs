//! The decisions of a run: functions from stored state, new data and the time to a list of changes.
//!
//! Nothing here reads a clock or holds a connection. The store returns the data that a decision needs, and applies the changes in one
//! transaction; `crawl` passes the values between them.
//!
//! | file | the decision |
//! |---|---|
//! | `alert` | which mentions make a message of an alert, whose turn it is, and what follows a failure |
//! | `announced` | which announced items are read, and which are only noted |
//! | `again` | what an announcement changes of an item that is known, and which verdicts are judged again |
//! | `item` | how an item goes on after a failure |
//! | `index` | which sitemaps of an index are polled |
//! | `caps` | how much of a source is taken at once |
//! | `channel` | a stored channel |
//! | `clock` | what is judged again because the clock was far ahead |
//! | `moved` | whether a channel moved for good |
//! | `poll` | what the answer of a channel means; what becomes of the channel |
//! | `one` | whether a stored article and a reading are of one article |
//! | `same` | which stored article a reading is of |
//! | `whole` | whether two addresses have one article: a beginning and its whole text, or a text that moved |
//! | `unreadable` | whether a later reading lost the article, so that what was read before stays |
//! | `copies` | which story an article belongs to, and which texts stand for the story |
//! | `article` | all that a reading changes: article, versions, mentions, item |
//! | `absence` | whether the page of a mentioned article was taken down |
//! | `event` | which event a mentioned article belongs to |
//! | `health` | whether somebody must look after the crawl |
//! | `mark` | what marks of an article become when it is marked again, or merged with another |
//! | `watch` | which stored watch is which watch of the configuration |

mod absence;
mod again;
mod alert;
mod announced;
mod article;
mod caps;
mod change;
mod channel;
mod clock;
mod copies;
mod event;
mod health;
mod index;
mod item;
mod mark;
mod moved;
mod neighbour;
mod one;
mod poll;
mod reading;
mod same;
#[cfg(test)]
mod tests;
mod unreadable;
mod watch;
mod whole;

pub use absence::{Absence, Presence, decide_absence};
pub use again::{AnnouncedItem, ItemChange, ItemChanges, KnownItem, decide_items};
pub use alert::{
    AlertRules, Composed, Delivery, DeliveryChange, MessageFate, NewMessage, ReceiverState, SendTurn, WaitingMention,
    WaitingMessage, after_delivery, compose, next_turn,
};
pub use announced::{Limits, MOST_ITEMS, keep_newest};
pub use article::{Decided, Identified, Placed, decide_again, decide_reading, identify, identify_again};
pub use caps::{Capped, Held, MOST_WAITING};
pub use change::{ArticleRef, ArticleRow, Change, Ending, MentionChange, NewMentions, Saved};
pub use channel::{ChannelRecord, KnownChannel, Listing};
pub use clock::{RejectedItem, far_ahead, judge_again};
pub use event::{EventChange, MarkedReport, RegroupedEvent, StoredReport, decide_events, regrouped_events};
pub use health::{Ailment, Measures, RunTimes, ailments};
pub use index::{ChildChange, KnownChild, NamedSitemaps};
pub use item::{ItemReason, Tried, too_old_when_read};
pub use mark::{ArticleMark, MarkChange, decide_marks, merge_marks};
pub use neighbour::{
    KnownMention, KnownVersion, Members, Neighbour, Neighbours, Original, Related, SameBy, Standing, StoryLookup,
};
pub use poll::{PollChanges, PollResult, decide_poll, poll_result};
pub use reading::{MentionNote, Reading};
pub use same::have_same_number;
pub use watch::{KnownWatch, WatchChange, WatchSpec, decide_watches, pair};
pub use whole::are_nearly_equal;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The time that long after `now`.
fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(now)
}
