//! Stores everything, as units of work: each is a transaction.
//!
//! The store returns the data that a decision needs, and applies the resulting changes ([`crate::decide`]); it decides nothing itself.
//! Each engine has a folder of its own, the only place for its dialect of SQL. `tests/it/conformance.rs` tests every engine.
//!
//! | unit of work | what it does |
//! |---|---|
//! | `sync` | copies sources, channels and watches from the configuration |
//! | `begin_run`, `finish_run` | records a run |
//! | `due`, `known`, `apply_poll` | polling: the channels that are due, the stored items among those announced, the changes |
//! | `pending`, `revisits` | the items to read, and the articles to read again |
//! | `neighbours`, `members`, `apply` | the stored articles related to a reading, and the changes by it |
//! | `events_pending`, `report`, `near_report`, `apply_event` | the same for events |
//! | `hosts`, `keep_host` | robots.txt, reservations and back-off |
//! | `expire` | deletes texts and index entries that are no longer needed |
//! | `mentions`, `export`, `ledger`, `mark_told` | coverage |
//! | `find`, `found` | search |
//! | `stored_articles`, `stored_mentions`, `add_mentions`, `watch_applied` | applying watches to stored articles |
//! | `sources`, `watches`, `groups`, `health`, `reserved`, `item_states`, `count_pending`, `count_articles` | facts |

mod sqlite;
mod values;

pub use sqlite::{Lock, Mode, SCHEMA_VERSION, Store, utc};
pub use values::{
    ChannelHealth, ChannelSpec, Expiry, FoundArticle, KnownListing, PendingItem, Revisit, RunCounts, Sought,
    StoredArticle, StoredMention, Wanted,
};
