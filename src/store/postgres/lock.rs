//! Leases: what one process does at a time.
//!
//! A lease is a row. It ends when it is given back, when its time is over by the clock of the server, or as soon as the connection of its
//! owner is gone, so that a process that was killed keeps nobody waiting.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::PostgresStore;
use super::row::{OptionalRow as _, SqlResult};
use super::sql::params;
use crate::database::ServerAddress;
use crate::error::Error;
use crate::store::Mode;
use crate::store::lock::{GLANCE, Lock, PATIENCE, busy_with_digest, busy_with_run};
use crate::store::units::LockUnits;

/// How often a lease is renewed; it lasts six times as long.
const RENEWAL: Duration = Duration::from_secs(10);
const LENGTH: u32 = 60;

/// Takes a lease that is free: how it was given back is no matter.
const TAKE: &str = "INSERT INTO lease AS l (name, owner, epoch, backend, until)
    VALUES ($1, coalesce(host(inet_client_addr()), 'local') || ':' || $2, 1, pg_backend_pid(), clock_timestamp() + make_interval(secs => $3))
    ON CONFLICT (name) DO UPDATE
       SET owner = excluded.owner, epoch = l.epoch + 1, backend = excluded.backend, until = excluded.until
     WHERE l.until < clock_timestamp() OR NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = l.backend)
    RETURNING epoch";

const RENEW: &str = "UPDATE lease SET backend = pg_backend_pid(), until = clock_timestamp() + make_interval(secs => $3)
    WHERE name = $1 AND epoch = $2";

const GIVE_BACK: &str = "UPDATE lease SET until = '-infinity' WHERE name = $1 AND epoch = $2";

/// A lease that this process holds. A thread of its own renews it.
#[derive(Debug)]
pub struct Lease {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Lease {
    /// Takes the lease of a run, or says that another run has it.
    pub fn of_run(address: &ServerAddress) -> Result<Self, Error> {
        Self::take(address, "run", Duration::ZERO)?.ok_or_else(|| busy_with_run(&address.to_string()))
    }

    /// Takes a lease; `None` if another process has it for so long.
    fn take(address: &ServerAddress, name: &'static str, patience: Duration) -> Result<Option<Self>, Error> {
        let store = PostgresStore::open(address, Mode::Write)?;
        let begun = Instant::now();
        let epoch = loop {
            let taken: Option<i64> = store.unit("lock the database", |c| {
                c.query_row(TAKE, params![name, std::process::id().to_string(), LENGTH], |row| row.get(0)).optional()
            })?;
            match taken {
                Some(epoch) => break epoch,
                None if begun.elapsed() < patience => std::thread::sleep(GLANCE),
                None => return Ok(None),
            }
        };
        let (end, ended) = channel();
        let thread = std::thread::spawn(move || {
            let write = |sql: &'static str| -> Result<usize, Error> {
                store.unit("lock the database", |c| -> SqlResult<usize> {
                    match sql {
                        RENEW => c.execute(sql, params![name, epoch, LENGTH]),
                        _ => c.execute(sql, params![name, epoch]),
                    }
                })
            };
            while ended.recv_timeout(RENEWAL) == Err(RecvTimeoutError::Timeout) {
                // Where the server cannot be reached, the store of this process says so.
                let _ = write(RENEW);
            }
            let _ = write(GIVE_BACK);
        });
        Ok(Some(Self { end: Some(end), thread: Some(thread) }))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl LockUnits for PostgresStore {
    fn lock_new(&self) -> Result<Option<Lock>, Error> {
        if !self.conn.is_autocommit() {
            return Ok(None);
        }
        let lease = Lease::take(&self.address, "digest", PATIENCE)?;
        lease.map(Lock::holding).map(Some).ok_or_else(|| busy_with_digest(&self.address.to_string()))
    }
}
