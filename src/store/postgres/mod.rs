//! The store in a database of a PostgreSQL server.
//!
//! The files are those of the other engine, and so are the units in them.

mod apply;
mod clock;
mod connect;
mod connection;
mod copy;
mod coverage;
mod events;
mod explain;
mod export;
mod facts;
mod hosts;
mod items;
mod known;
mod lanes;
mod ledger;
mod lock;
mod marks;
mod neighbours;
mod open;
mod outbox;
mod passes;
mod passwords;
mod polls;
mod row;
mod search;
mod sources;
mod sql;
mod standing;
mod stories;
mod watches;
mod workers;

pub use lock::Lease;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use connection::Connection;
use lanes::Worker;
use row::{RowError, SqlResult};
use watches::OwnWatches;

use crate::database::ServerAddress;
use crate::error::Error;
use crate::model::ArticleId;
use crate::store::units::{Engine, Reach, Transactions};

/// A database on a server.
pub struct PostgresStore {
    conn: Connection,
    address: ServerAddress,
    /// How long a server is waited for to which the connection was lost.
    patience: Duration,
    /// This process as a worker, if it is one.
    worker: Option<Worker>,
    own_watches: RefCell<Option<OwnWatches>>,
}

impl Engine for PostgresStore {}

impl Transactions for PostgresStore {
    fn name(&self) -> String {
        self.address.to_string()
    }

    fn begin(&self) -> Result<Reach, Error> {
        let reach = self.reach();
        self.execute_or_reconnect(bounds(reach).0).map_err(|e| self.error("write to", &e))?;
        if reach == Reach::Whole {
            // What happened before is no concern of this transaction.
            self.conn.take_mishap();
        }
        Ok(reach)
    }

    fn keep(&self, reach: Reach) -> Result<(), Error> {
        self.commit(reach).map_err(|e| self.error("write to", &e))
    }

    fn undo(&self, reach: Reach) {
        self.roll_back(reach);
    }

    fn is_worth_repeating(&self) -> bool {
        self.conn.is_autocommit() && self.conn.take_mishap()
    }

    fn rehearse(&self) -> Result<(), Error> {
        self.conn.execute_batch("BEGIN").map_err(|e| self.error("begin a dry run in", &e))
    }
}

impl PostgresStore {
    /// Runs one unit of work as a transaction. `doing` is for the error: "write to". Where the connection is lost before its end, or two
    /// transactions waited for each other, it is run again from its beginning.
    fn unit<T>(&self, doing: &str, mut work: impl FnMut(&Connection) -> SqlResult<T>) -> Result<T, Error> {
        let reach = self.reach();
        let mut run = || -> SqlResult<T> {
            self.execute_or_reconnect(bounds(reach).0)?;
            let result = work(&self.conn).and_then(|value| self.commit(reach).map(|()| value));
            if result.is_err() {
                self.roll_back(reach);
            }
            result
        };
        let mut result = run();
        for _ in 0..MOST_REPEATS {
            match &result {
                Err(e) if reach == Reach::Whole && e.is_mishap() => result = run(),
                _ => break,
            }
        }
        result.map_err(|e| self.error(doing, &e))
    }

    /// Ends a transaction.
    fn commit(&self, reach: Reach) -> SqlResult<()> {
        if reach == Reach::Within {
            return self.conn.execute_batch(bounds(reach).1);
        }
        self.commit_whole()?;
        for article in self.conn.take_unindexed() {
            // What does not succeed here is made up for by the next run.
            let _ = self.read("write to the database", |c| search::index_now(c, ArticleId(article)));
        }
        Ok(())
    }

    /// Where the connection is lost at that moment, the server is asked what became of the transaction.
    fn commit_whole(&self) -> SqlResult<()> {
        let id = match self.conn.transaction() {
            Some(id) => Some(id),
            None => self.conn.query_row("SELECT pg_current_xact_id_if_assigned()::text", (), |row| row.get(0))?,
        };
        let result = self.conn.execute_batch(bounds(Reach::Whole).1);
        let (Some(id), Err(e)) = (id, &result) else { return result };
        if !e.is_lost_connection() {
            return result;
        }
        self.conn.forget_transaction();
        self.reconnect()?;
        let begun = Instant::now();
        let is_patient = || begun.elapsed() < self.patience;
        loop {
            let status: SqlResult<Option<String>> =
                self.conn.query_row("SELECT pg_xact_status($1::text::xid8)", [&id], |row| row.get(0));
            match status.as_ref().map(Option::as_deref) {
                Ok(Some("committed")) => {
                    self.conn.take_mishap();
                    return Ok(());
                }
                Ok(Some("aborted")) => {
                    self.conn.note_mishap();
                    return result;
                }
                Ok(Some("in progress")) if is_patient() => std::thread::sleep(Duration::from_millis(50)),
                Err(e) if e.is_lost_connection() && is_patient() => self.reconnect()?,
                _ => {
                    // It must not be done again: it may have been kept.
                    self.conn.take_mishap();
                    return Err(RowError::Unanswered);
                }
            }
        }
    }

    /// Reads; on a new connection, where the one is lost.
    fn read<T>(&self, doing: &str, mut work: impl FnMut(&Connection) -> SqlResult<T>) -> Result<T, Error> {
        let is_alone = self.conn.is_autocommit();
        let mut result = work(&self.conn);
        for _ in 0..MOST_REPEATS {
            match &result {
                Err(e) if is_alone && e.is_lost_connection() => {
                    result = self.reconnect().and_then(|()| work(&self.conn));
                }
                _ => break,
            }
        }
        result.map_err(|e| self.error(doing, &e))
    }

    /// How far a transaction would reach that begins now.
    fn reach(&self) -> Reach {
        if self.conn.is_autocommit() { Reach::Whole } else { Reach::Within }
    }

    fn roll_back(&self, reach: Reach) {
        // Where the connection is lost there is nothing left to undo.
        if self.conn.execute_batch(bounds(reach).2).is_err() && reach == Reach::Whole {
            self.conn.forget_transaction();
        }
    }

    /// Runs a statement that begins something; on a new connection, where the one is lost.
    fn execute_or_reconnect(&self, sql: &str) -> SqlResult<()> {
        let mut result = self.conn.execute_batch(sql);
        for _ in 0..MOST_REPEATS {
            match &result {
                Err(e) if self.conn.is_autocommit() && e.is_lost_connection() => {
                    result = self.reconnect().and_then(|()| self.conn.execute_batch(sql));
                }
                _ => break,
            }
        }
        result
    }

    fn error(&self, doing: &str, cause: &RowError) -> Error {
        explain::explain(&self.address, doing.trim_end_matches(" the database").trim_end_matches(" of"), cause)
    }
}

/// How often a transaction is run again that failed through no fault of its own.
const MOST_REPEATS: usize = 5;

/// The statements that begin, commit and roll back a transaction: a savepoint within another one.
fn bounds(reach: Reach) -> (&'static str, &'static str, &'static str) {
    match reach {
        Reach::Whole => ("BEGIN", "COMMIT", "ROLLBACK"),
        Reach::Within => ("SAVEPOINT unit", "RELEASE unit", "ROLLBACK TO unit; RELEASE unit"),
    }
}
