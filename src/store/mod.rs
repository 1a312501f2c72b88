//! Stores everything, as units of work: each is a transaction.
//!
//! The store returns the data that a decision needs, and applies the resulting changes ([`crate::decide`]); it decides nothing itself.
//! [`Engine`] is what an engine can do. Each has a folder of its own, the only place for its dialect of SQL and for its driver; what they
//! share is beside these. `tests/it/conformance.rs` tests every engine.
//!
//! | unit of work | what it does |
//! |---|---|
//! | `sync` | sources, channels and watches of the configuration |
//! | `begin_run`, `finish_run`, `drop_run` | a run |
//! | `due`, `next_due`, `known`, `apply_poll` | polling: the channels that may be requested, what is stored of what they announce, what changes |
//! | `queues`, `pending`, `revisits` | the items to be read, source by source, and the articles to be read again |
//! | `neighbours`, `related`, `members` | what a decision about a reading needs: its article, its story, the texts of that |
//! | `apply` | the changes of a decision about an article or an item |
//! | `events_pending`, `features_without`, `report`, `keep_features`, `event_window`, `apply_events`, `note_regrouped` | the same for events |
//! | `hosts`, `keep_host` | robots.txt, reservations and rests |
//! | `expire` | texts and features that are no longer needed |
//! | `mentions`, `export`, `ledger`, `lock_new`, `mark_printed`, `readers`, `last_printed_at` | coverage |
//! | `find`, `found`, `renew_index` | search |
//! | `find_watches`, `stored_articles`, `earlier_versions`, `stored_mentions`, `add_mentions`, `remove_mentions`, `last_mention`, `mentions_since`, `watch_applied` | watches applied to the past |
//! | `article_with_id`, `articles_at`, `mentioned_copies`, `marked`, `marked_article`, `set_marks`, `watch_names` | marks |
//! | `former_watches` | watches that are no longer configured and have coverage |
//! | `sync_alerts`, `alert_queue`, `add_messages`, `claim_message`, `alert_message`, `end_delivery`, `release_message`, `free_claims`, `alert_health`, `expire_messages` | the outbox of alerts |
//! | `damage`, `last_runs` | whether the file is sound, when runs began and ended |
//! | `is_shared`, `gate`, `confirm_hold`, `take_turn`, `claim`, `claim_named`, `release`, `next_free`, `hosts_at`, `due_at`, `queues_at` | several workers on one database |
//! | `freeze`, `begin_copy`, `unfinished_copy`, `end_copy`, `columns`, `rows`, `last_key`, `add_rows` | copying everything into another database |
//! | `sources`, `outlet_facts`, `channel_urls`, `watches`, `health`, `count_pending` | facts |
//!
//! `together` makes several units one, and `rehearse` has all of them undone at the end.

mod bands;
mod copy;
mod fates;
mod first;
mod fleet;
mod hits;
mod limits;
mod lock;
mod mention_rows;
mod postgres;
mod sqlite;
mod time;
mod units;
mod values;

use std::ops::Deref;

use crate::database::DatabaseAddress;
use crate::digest::Exported;
use crate::error::Error;
use crate::model::MentionId;

pub use copy::{COPIED_TABLES, Cell, CopiedRow, CopiedTable, CopyUnits, TableHash};
pub use fleet::{Claim, FleetUnits, LaneQueue, SharedTurn, WallClock, home_lane};
pub use lock::Lock;
pub use sqlite::SCHEMA_VERSION;
pub use units::{
    ChangeUnits, ClockUnits, CoverageUnits, Engine, EventUnits, HostUnits, ItemUnits, LedgerUnits, LockUnits,
    MarkUnits, NeighbourUnits, OutboxUnits, PollUnits, Reach, SearchUnits, SourceUnits, Transactions, WatchUnits,
};
pub use values::{
    AlertHealth, AlertQueue, AlertSpec, ArticleAddress, ChannelHealth, ChannelSpec, EarlierVersion, Expiry,
    FoundArticle, Health, KnownListing, KnownWatchName, MarkedArticle, NamedWatch, Order, PendingItem, Queue, Revisit,
    RunCounts, SearchRows, Sought, StoredArticle, StoredMention, Wanted,
};

use postgres::{Lease, PostgresStore};
use sqlite::{FileLock, SqliteStore};

impl Lock {
    /// Takes the lock of a database, or says that another run has it.
    pub fn take(database: &DatabaseAddress) -> Result<Self, Error> {
        match database {
            DatabaseAddress::File(path) => FileLock::take(path).map(Self::holding),
            DatabaseAddress::Server(address) => Lease::of_all(address).map(Self::holding),
        }
    }

    /// Takes the lock under which watches are applied to stored articles: on a server that goes beside runs, in a file it does not.
    pub fn take_for_rematch(database: &DatabaseAddress) -> Result<Self, Error> {
        match database {
            DatabaseAddress::File(path) => FileLock::take(path).map(Self::holding),
            DatabaseAddress::Server(address) => Lease::of_rematch(address).map(Self::holding),
        }
    }

    /// Takes the lock under which messages of alerts are sent, or says that another process sends them.
    pub fn take_for_alerts(database: &DatabaseAddress) -> Result<Self, Error> {
        match database {
            DatabaseAddress::File(path) => FileLock::take_for_alerts(path).map(Self::holding),
            DatabaseAddress::Server(address) => Lease::of_alerts(address).map(Self::holding),
        }
    }
}

/// How often a transaction is run again that failed through no fault of its own.
const MOST_REPEATS: usize = 5;

/// The purpose for which a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is created if missing, and migrated if old.
    Write,
    /// It must exist; it is migrated if old and writable.
    Read,
}

/// The database of one configuration. Its units of work are those of [`Engine`].
pub struct Store {
    engine: OpenEngine,
}

/// The engine of a database.
enum OpenEngine {
    Sqlite(SqliteStore),
    Postgres(Box<PostgresStore>),
}

impl Store {
    /// Opens a database.
    ///
    /// # Errors
    /// Where it cannot be used, or holds only the beginning of a copy.
    pub fn open(database: &DatabaseAddress, mode: Mode) -> Result<Self, Error> {
        let store = Self::of(database, mode)?;
        match store.unfinished_copy()? {
            Some(origin) => Err(Error::failed(format!(
                "could not open the database {database}: a copy of {origin} has not come to its end"
            ))
            .hint("run the same `presswatch migrate` again: it goes on where it was interrupted")),
            None => Ok(store),
        }
    }

    /// Opens a database for a run, and takes what the run must hold: the whole database, or on a server a place among the workers.
    pub fn open_for_run(database: &DatabaseAddress, clock: WallClock) -> Result<(Self, Lock), Error> {
        let lock = match database {
            DatabaseAddress::File(_) => Some(Lock::take(database)?),
            DatabaseAddress::Server(_) => None,
        };
        let mut store = Self::open(database, Mode::Write)?;
        let lock = match (&mut store.engine, lock) {
            (OpenEngine::Postgres(engine), _) => Lock::holding(engine.join(clock)?),
            (OpenEngine::Sqlite(_), Some(lock)) => lock,
            (OpenEngine::Sqlite(_), None) => Lock::take(database)?,
        };
        Ok((store, lock))
    }

    /// Opens a database into which another one is copied.
    pub fn open_for_copy(database: &DatabaseAddress) -> Result<Self, Error> {
        Self::of(database, Mode::Write)
    }

    fn of(database: &DatabaseAddress, mode: Mode) -> Result<Self, Error> {
        let engine = match database {
            DatabaseAddress::File(path) => OpenEngine::Sqlite(SqliteStore::open(path, mode)?),
            DatabaseAddress::Server(address) => OpenEngine::Postgres(Box::new(PostgresStore::open(address, mode)?)),
        };
        Ok(Self { engine })
    }

    /// Whether a database is there.
    pub fn exists(database: &DatabaseAddress) -> Result<bool, Error> {
        match database {
            DatabaseAddress::File(path) => Ok(path.exists()),
            DatabaseAddress::Server(address) => PostgresStore::exists(address),
        }
    }

    /// A database in memory: for a dry run without a database.
    pub fn in_memory() -> Result<Self, Error> {
        SqliteStore::in_memory().map(|store| Self { engine: OpenEngine::Sqlite(store) })
    }

    /// Runs several units of work as one transaction. Where the connection to a server is lost before its end, they are run again.
    pub fn together<T>(&self, mut work: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
        let mut run = || {
            let reach = self.begin()?;
            let result = work().and_then(|value| self.keep(reach).map(|()| value));
            if result.is_err() {
                self.undo(reach);
            }
            result
        };
        let mut result = run();
        for _ in 0..MOST_REPEATS {
            if result.is_ok() || !self.is_worth_repeating() {
                break;
            }
            result = run();
        }
        result
    }

    /// Calls `each` with the mentions of a period, in order of publication or newest first; stops at the first error.
    pub fn export(
        &self,
        wanted: &Wanted,
        newest_first: bool,
        mut each: impl FnMut(&Exported) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.deref().export(wanted, newest_first, &mut each)
    }

    /// Marks mentions as printed by a digest of what is new for this reader.
    pub fn mark_printed(
        &self,
        reader: &str,
        mut mentions: impl Iterator<Item = MentionId>,
        at: jiff::Timestamp,
    ) -> Result<(), Error> {
        self.deref().mark_printed(reader, &mut mentions, at)
    }

    #[cfg(test)]
    fn sqlite(&self) -> &SqliteStore {
        match &self.engine {
            OpenEngine::Sqlite(store) => store,
            OpenEngine::Postgres(_) => unreachable!(),
        }
    }
}

impl Deref for Store {
    type Target = dyn Engine;

    fn deref(&self) -> &Self::Target {
        match &self.engine {
            OpenEngine::Sqlite(store) => store,
            OpenEngine::Postgres(store) => &**store,
        }
    }
}
