//! The store in one `SQLite` file.

mod apply;
mod clock;
mod coverage;
mod events;
mod facts;
mod hosts;
mod items;
mod ledger;
mod lock;
mod marks;
mod neighbours;
mod open;
mod outbox;
mod polls;
mod search;
mod sources;
mod sql;
mod stories;
mod watches;

pub use lock::Lock;
pub use open::{Mode, SCHEMA_VERSION};
pub use sql::utc;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::error::Error;

/// The database of one configuration.
pub struct Store {
    conn: Connection,
    path: PathBuf,
}

impl Store {
    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs several units of work as one transaction.
    pub fn together<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let (begin, keep, undo) = self.bounds();
        let execute = |sql| self.conn.execute_batch(sql).map_err(|e| self.error("write to the database", &e));
        execute(begin)?;
        let result = work().and_then(|value| execute(keep).map(|()| value));
        if result.is_err() {
            // A full disk may have rolled back already. Then this fails, but there is nothing left to undo.
            let _ = self.conn.execute_batch(undo);
        }
        result
    }

    /// From here on, changes are visible to this connection only and never stored, for `--dry-run`.
    pub fn rehearse(&self) -> Result<(), Error> {
        self.conn.execute_batch("BEGIN").map_err(|e| self.error("begin a dry run in the database", &e))
    }

    /// Runs one unit of work as a transaction. `doing` is for the error: "write to the database".
    fn unit<T>(&self, doing: &str, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let (begin, keep, undo) = self.bounds();
        let run = || -> rusqlite::Result<T> {
            self.conn.execute_batch(begin)?;
            let result = work(&self.conn).and_then(|value| self.conn.execute_batch(keep).map(|()| value));
            if result.is_err() {
                let _ = self.conn.execute_batch(undo);
            }
            result
        };
        run().map_err(|e| self.error(doing, &e))
    }

    /// The statements that begin, commit and roll back a unit of work: a savepoint within another unit or a rehearsal.
    fn bounds(&self) -> (&'static str, &'static str, &'static str) {
        if self.conn.is_autocommit() {
            ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        } else {
            ("SAVEPOINT unit", "RELEASE unit", "ROLLBACK TO unit; RELEASE unit")
        }
    }

    fn read<T>(&self, doing: &str, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        work(&self.conn).map_err(|e| self.error(doing, &e))
    }

    fn error(&self, doing: &str, cause: &rusqlite::Error) -> Error {
        open::explain(&self.path, doing, cause)
    }
}
