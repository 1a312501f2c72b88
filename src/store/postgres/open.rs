//! Opens a database: connects, creates or migrates our tables, rejects tables of other programs.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use postgres::Client;

use super::PostgresStore;
use super::connect::{ConnectError, connect};
use super::connection::Connection;
use super::explain::explain_connect;
use super::row::{OptionalRow as _, RowError, SqlResult};
use super::sql::params;
use crate::database::ServerAddress;
use crate::error::Error;
use crate::store::Mode;

/// The steps from an empty schema to today's. A step is never edited afterwards: a change is a new step.
const STEPS: &[&str] =
    &[include_str!("schema/001.sql"), include_str!("schema/002.sql"), include_str!("schema/003.sql")];

/// The current schema version.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a handful of steps")]
const SCHEMA_VERSION: i32 = STEPS.len() as i32;

/// The lock under which our tables are created and migrated: "prsw".
const MIGRATION: i64 = 0x7072_7377;

/// The pauses between attempts to reach a server that restarts: each is twice as long as the one before.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// A new connection, ready for our units of work; tried again for so long where that may help.
fn session(address: &ServerAddress, patience: Duration) -> Result<Client, ConnectError> {
    let begun = Instant::now();
    let mut pause = SHORTEST_PAUSE;
    let schema = address.schema().replace('"', "\"\"");
    // The planner would compile long queries, or share them among processes, which takes longer than to run them on the rows that they
    // find: it has no statistics of how few items a host has.
    let settings = format!(
        "SET search_path TO \"{schema}\"; SET lock_timeout = '20s'; SET timezone = 'UTC'; SET jit = off;
         SET max_parallel_workers_per_gather = 0"
    );
    loop {
        let ready = connect(address).and_then(|mut client| {
            client.batch_execute(&settings).map_err(ConnectError::Server)?;
            Ok(client)
        });
        match ready {
            Err(why) if why.may_pass() && begun.elapsed() < patience => {
                std::thread::sleep(pause.min(patience.saturating_sub(begun.elapsed())));
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            ready => return ready,
        }
    }
}

impl PostgresStore {
    /// Opens the database at `address`.
    pub fn open(address: &ServerAddress, mode: Mode) -> Result<Self, Error> {
        Self::open_within(address, mode, Duration::ZERO)
    }

    /// The same for a process that has it open already: a server that is away for a moment is waited for.
    pub(super) fn open_again(address: &ServerAddress) -> Result<Self, Error> {
        Self::open_within(address, Mode::Write, address.reconnect_timeout())
    }

    fn open_within(address: &ServerAddress, mode: Mode, patience: Duration) -> Result<Self, Error> {
        let store = Self::connected(address, patience)?;
        store.recognise(mode)?;
        store.migrate(mode)?;
        Ok(store)
    }

    /// Whether our tables are there.
    pub fn exists(address: &ServerAddress) -> Result<bool, Error> {
        let store = Self::connected(address, Duration::ZERO)?;
        Ok(store.version().map_err(|e| store.error("read the version of", &e))?.is_some())
    }

    fn connected(address: &ServerAddress, patience: Duration) -> Result<Self, Error> {
        let client = session(address, patience).map_err(|e| explain_connect(address, &e))?;
        let patience = address.reconnect_timeout();
        Ok(Self {
            conn: Connection::new(client),
            address: address.clone(),
            patience,
            worker: None,
            own_watches: RefCell::default(),
        })
    }

    /// Connects again after the connection was lost; waits for a server that restarts, but not for ever.
    pub(super) fn reconnect(&self) -> SqlResult<()> {
        match session(&self.address, self.patience) {
            Ok(client) => {
                self.conn.replace(client);
                Ok(())
            }
            Err(why) => {
                // Nothing is done again: it has been waited for.
                self.conn.take_mishap();
                Err(RowError::Away(Box::new(why)))
            }
        }
    }

    /// The version of our tables; `None` if there are none.
    fn version(&self) -> SqlResult<Option<i32>> {
        let is_there: bool =
            self.conn.query_row("SELECT to_regclass('schema_version') IS NOT NULL", (), |row| row.get(0))?;
        if !is_there {
            return Ok(None);
        }
        self.conn.query_row("SELECT version FROM schema_version", (), |row| row.get(0)).optional()
    }

    /// Rejects the tables of another program or of a newer presswatch.
    fn recognise(&self, mode: Mode) -> Result<(), Error> {
        let (schema, address) = (self.address.schema(), &self.address);
        let encoding: String = self.read("look into the database", |c| {
            c.query_row("SELECT current_setting('server_encoding')", (), |row| row.get(0))
        })?;
        if encoding != "UTF8" {
            let message = format!("could not open the database {address}: its encoding is {encoding}");
            return Err(
                Error::failed(message).hint("make another one: createdb --encoding=UTF8 --template=template0 NAME")
            );
        }
        match self.read("read the version of", |_| self.version())? {
            Some(version) if version > SCHEMA_VERSION => Err(Error::failed(format!(
                "could not open the database {address}: it was written by a newer presswatch (schema {version}, this one knows {SCHEMA_VERSION})"
            ))
            .hint("update presswatch; nothing was changed")),
            Some(_) => Ok(()),
            None => {
                let others: i64 = self.read("look into the database", |c| {
                    let sql = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1";
                    c.query_row(sql, [schema], |row| row.get(0))
                })?;
                if others > 0 {
                    let message = format!("could not open the database {address}: the schema {schema} has tables of another program");
                    return Err(Error::failed(message).hint("name another schema with `?schema=NAME` in the URL; nothing was changed"));
                }
                if mode == Mode::Read {
                    let message = format!("could not open the database {address}: there is nothing of presswatch in it");
                    return Err(Error::failed(message).hint("`presswatch run` makes it"));
                }
                Ok(())
            }
        }
    }

    fn migrate(&self, mode: Mode) -> Result<(), Error> {
        let version = self.read("read the version of", |_| self.version())?;
        if version == Some(SCHEMA_VERSION) {
            return Ok(());
        }
        let schema = self.address.schema().replace('"', "\"\"");
        self.unit("prepare", |c| {
            // Another process may be at it for long.
            c.execute_batch("SET LOCAL lock_timeout = 0")?;
            c.query_row("SELECT pg_advisory_xact_lock($1)::text", params![MIGRATION], |_| Ok(()))?;
            if mode == Mode::Write {
                c.execute_batch(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""))?;
                c.execute_batch(
                    "CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL);
                     COMMENT ON TABLE schema_version IS 'Internal, one row: the number of the last step of the schema.'",
                )?;
            }
            // Another process may have migrated meanwhile: look again under the lock.
            let now = self.version()?.and_then(|version| usize::try_from(version).ok()).unwrap_or(0);
            for step in STEPS.iter().skip(now) {
                c.execute_batch(step)?;
            }
            c.execute_batch(&format!("DELETE FROM schema_version; INSERT INTO schema_version VALUES ({SCHEMA_VERSION})"))
        })
    }
}
