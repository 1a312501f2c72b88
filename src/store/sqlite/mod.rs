//! The store in one `SQLite` file.

mod apply;
mod clock;
mod copy;
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
mod workers;

pub use lock::FileLock;
pub use open::SCHEMA_VERSION;

use std::path::PathBuf;

use rusqlite::Connection;

use crate::error::Error;
use crate::store::units::{Engine, Reach, Transactions};
use crate::text::visible::visible_path;

/// A database in one file, or in memory.
pub struct SqliteStore {
    conn: Connection,
    path: PathBuf,
}

impl Engine for SqliteStore {}

impl Transactions for SqliteStore {
    fn name(&self) -> String {
        visible_path(&self.path)
    }

    fn begin(&self) -> Result<Reach, Error> {
        let reach = self.reach();
        self.conn.execute_batch(bounds(reach).0).map_err(|e| self.error("write to the database", &e))?;
        Ok(reach)
    }

    fn keep(&self, reach: Reach) -> Result<(), Error> {
        self.conn.execute_batch(bounds(reach).1).map_err(|e| self.error("write to the database", &e))
    }

    fn undo(&self, reach: Reach) {
        // A full disk may have rolled back already. Then this fails, but there is nothing left to undo.
        let _ = self.conn.execute_batch(bounds(reach).2);
    }

    fn is_worth_repeating(&self) -> bool {
        false
    }

    fn rehearse(&self) -> Result<(), Error> {
        self.conn.execute_batch("BEGIN").map_err(|e| self.error("begin a dry run in the database", &e))
    }
}

impl SqliteStore {
    /// Runs one unit of work as a transaction. `doing` is for the error: "write to the database".
    fn unit<T>(&self, doing: &str, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let (begin, keep, undo) = bounds(self.reach());
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

    /// How far a transaction would reach that begins now.
    fn reach(&self) -> Reach {
        if self.conn.is_autocommit() { Reach::Whole } else { Reach::Within }
    }

    fn read<T>(&self, doing: &str, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        work(&self.conn).map_err(|e| self.error(doing, &e))
    }

    fn error(&self, doing: &str, cause: &rusqlite::Error) -> Error {
        open::explain(&self.path, doing, cause)
    }
}

/// The statements that begin, commit and roll back a transaction: a savepoint within another one.
fn bounds(reach: Reach) -> (&'static str, &'static str, &'static str) {
    match reach {
        Reach::Whole => ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"),
        Reach::Within => ("SAVEPOINT unit", "RELEASE unit", "ROLLBACK TO unit; RELEASE unit"),
    }
}
