//! Stores everything, as units of work: each is a transaction.
//!
//! The store returns the data that a decision needs, and applies the resulting changes ([`crate::decide`]); it decides nothing itself.
//! Each engine has a folder of its own, the only place for its dialect of SQL. `tests/it/conformance.rs` tests every engine.
//!
//! | unit of work | what it does |
//! |---|---|
//! | `sync` | sources, channels and watches of the configuration |
//! | `begin_run`, `finish_run` | a run |
//! | `due`, `known`, `apply_poll` | polling: the channels that may be requested, what is stored of what they announce, what changes |
//! | `queues`, `pending`, `revisits` | the items to be read, source by source, and the articles to be read again |
//! | `neighbours`, `related`, `members` | what a decision about a reading needs: its article, its story, the texts of that |
//! | `apply` | the changes of a decision about an article or an item |
//! | `events_pending`, `report`, `keep_features`, `event_window`, `apply_events`, `note_regrouped` | the same for events |
//! | `hosts`, `keep_host` | robots.txt, reservations and rests |
//! | `expire` | texts and features that are no longer needed |
//! | `mentions`, `export`, `ledger`, `lock_new`, `mark_printed`, `readers`, `last_printed_at` | coverage |
//! | `find`, `found`, `renew_index` | search |
//! | `find_watches`, `stored_articles`, `earlier_versions`, `stored_mentions`, `add_mentions`, `remove_mentions`, `last_mention`, `mentions_since`, `watch_applied` | watches applied to the past |
//! | `article_with_id`, `articles_at`, `mentioned_copies`, `marked`, `marked_article`, `set_marks`, `watch_names` | marks |
//! | `former_watches` | watches that are no longer configured and have coverage |
//! | `damage`, `last_runs` | whether the file is sound, when runs began and ended |
//! | `sources`, `outlet_facts`, `channel_urls`, `watches`, `health`, `count_pending` | facts |
//!
//! `together` makes several units one, and `rehearse` has all of them undone at the end.

mod sqlite;
mod values;

pub use sqlite::{Lock, Mode, SCHEMA_VERSION, Store, utc};
pub use values::{
    ArticleAddress, ChannelHealth, ChannelSpec, EarlierVersion, Expiry, FoundArticle, Health, KnownListing,
    KnownWatchName, MarkedArticle, NamedWatch, Order, PendingItem, Queue, Revisit, RunCounts, SearchRows, Sought,
    StoredArticle, StoredMention, Wanted,
};
