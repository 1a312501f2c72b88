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
mod facts;
mod hosts;
mod items;
mod ledger;
mod lock;
mod marks;
mod neighbours;
mod open;
mod passes;
mod passwords;
mod polls;
mod row;
mod search;
mod sources;
mod sql;
mod stories;
mod watches;
mod workers;

pub use lock::Lease;

use connection::Connection;
use row::{RowError, SqlResult};
use workers::Worker;

use crate::database::ServerAddress;
use crate::error::Error;
use crate::store::units::{Engine, Reach, Transactions};

/// A database on a server.
pub struct PostgresStore {
    conn: Connection,
    address: ServerAddress,
    /// This process as a worker, if it is one.
    worker: Option<Worker>,
}

impl Engine for PostgresStore {}

impl Transactions for PostgresStore {
    fn name(&self) -> String {
        self.address.to_string()
    }

    fn begin(&self) -> Result<Reach, Error> {
        let reach = self.reach();
        self.execute_or_reconnect(bounds(reach).0).map_err(|e| self.error("write to", &e))?;
        Ok(reach)
    }

    fn keep(&self, reach: Reach) -> Result<(), Error> {
        self.conn.execute_batch(bounds(reach).1).map_err(|e| self.error("write to", &e))
    }

    fn undo(&self, reach: Reach) {
        self.roll_back(reach);
    }

    fn is_worth_repeating(&self) -> bool {
        self.conn.is_autocommit() && (self.conn.take_deadlock() || self.conn.is_closed())
    }

    fn rehearse(&self) -> Result<(), Error> {
        self.conn.execute_batch("BEGIN").map_err(|e| self.error("begin a dry run in", &e))
    }
}

impl PostgresStore {
    /// Runs one unit of work as a transaction. `doing` is for the error: "write to". Where the connection is lost before its end, it
    /// is run again from its beginning on a new one.
    fn unit<T>(&self, doing: &str, mut work: impl FnMut(&Connection) -> SqlResult<T>) -> Result<T, Error> {
        let reach = self.reach();
        let (begin, keep, _) = bounds(reach);
        let mut run = || -> Result<T, RowError> {
            self.execute_or_reconnect(begin)?;
            let result = work(&self.conn);
            if result.is_err() {
                self.roll_back(reach);
            }
            result
        };
        let result = match run() {
            Err(e) if reach == Reach::Whole && (e.is_lost_connection() || e.is_deadlock()) => run(),
            other => other,
        };
        let value = result.map_err(|e| self.error(doing, &e))?;
        // Whether a change was kept is not known where the connection ends here: it is not made twice.
        self.conn.execute_batch(keep).map(|()| value).map_err(|e| {
            self.roll_back(reach);
            self.error(doing, &e)
        })
    }

    /// Reads; on a new connection, where the one is lost.
    fn read<T>(&self, doing: &str, mut work: impl FnMut(&Connection) -> SqlResult<T>) -> Result<T, Error> {
        let is_alone = self.conn.is_autocommit();
        let result = match work(&self.conn) {
            Err(e) if is_alone && e.is_lost_connection() => self.reconnect().and_then(|()| work(&self.conn)),
            other => other,
        };
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
        match self.conn.execute_batch(sql) {
            Err(e) if self.conn.is_autocommit() && e.is_lost_connection() => {
                self.reconnect()?;
                self.conn.execute_batch(sql)
            }
            other => other,
        }
    }

    fn error(&self, doing: &str, cause: &RowError) -> Error {
        explain::explain(&self.address, doing.trim_end_matches(" the database").trim_end_matches(" of"), cause)
    }
}

/// The statements that begin, commit and roll back a transaction: a savepoint within another one.
fn bounds(reach: Reach) -> (&'static str, &'static str, &'static str) {
    match reach {
        Reach::Whole => ("BEGIN", "COMMIT", "ROLLBACK"),
        Reach::Within => ("SAVEPOINT unit", "RELEASE unit", "ROLLBACK TO unit; RELEASE unit"),
    }
}
