//! All SQL: the one file in which everything is kept.
//!
//! A unit of work is one transaction: one poll with its outcome, validators and items, or one article with its mentions.

mod articles;
mod coverage;
mod events;
mod hosts;
mod items;
mod lock;
mod mentions;
mod open;
mod polls;
mod reading;
mod revisits;
mod same;
mod search;
mod sources;
mod stories;
mod versions;
mod watches;

pub use articles::{Ending, Saved, as_kept};
pub use coverage::Wanted;
pub use items::{ItemState, NewItem, PendingItem};
pub use lock::Lock;
pub use open::{Mode, SCHEMA_VERSION};
pub use polls::{DueChannel, Move, Outcome, PollNote, Validators};
pub use reading::{Extent, MentionNote, Reading};
pub use revisits::KnownArticle;
pub use search::{Candidate, Sought, StoredArticle};
pub use sources::{ChannelHealth, ChannelSpec};
pub use watches::{StoredMention, WatchSpec};

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use crate::error::Error;

/// The database of one configuration.
pub struct Store {
    conn: Connection,
    path: PathBuf,
}

impl Store {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs one unit of work: all of it is kept, or nothing.
    ///
    /// Inside a rehearsal ([`Store::rehearse`]) it becomes a part of the one transaction that is never kept.
    fn unit<T>(&self, doing: &str, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let (begin, keep, undo) = if self.conn.is_autocommit() {
            ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        } else {
            ("SAVEPOINT unit", "RELEASE unit", "ROLLBACK TO unit")
        };
        let run = || -> rusqlite::Result<T> {
            self.conn.execute_batch(begin)?;
            let result = work(&self.conn).and_then(|value| self.conn.execute_batch(keep).map(|()| value));
            if result.is_err() {
                // A full disk may have rolled back already; then this fails, and there is nothing left to undo.
                let _ = self.conn.execute_batch(undo);
            }
            result
        };
        run().map_err(|e| self.error(doing, &e))
    }

    /// Everything from here on is seen by this connection only, and never kept: for `--dry-run`.
    pub fn rehearse(&self) -> Result<(), Error> {
        self.conn.execute_batch("BEGIN").map_err(|e| self.error("begin a dry run", &e))
    }

    fn read<T>(&self, doing: &str, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        work(&self.conn).map_err(|e| self.error(doing, &e))
    }

    fn error(&self, doing: &str, cause: &rusqlite::Error) -> Error {
        open::explain(&self.path, doing, cause)
    }
}

/// A time as it stands in the file: UTC, whole seconds.
pub fn utc(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// No wait that we set reaches so far: a later one was set while the clock was wrong, and does not count.
fn absurd(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(24 * 10)).unwrap_or(Timestamp::MAX)
}

/// Reads a time of the file; what is not one is nobody's.
fn time(text: Option<String>) -> Option<Timestamp> {
    text?.parse().ok()
}
