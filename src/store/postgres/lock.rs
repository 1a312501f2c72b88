//! Leases: what one process does at a time, and which processes are workers.
//!
//! A lease is a row. It ends when it is given back, when its time is over by the clock of the server, or as soon as the connection of its
//! owner is gone, so that a process that was killed keeps nobody waiting.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::PostgresStore;
use super::lanes::Worker;
use super::passes::{IS_GONE, LENGTH, Passes, Wish, free_lanes};
use super::row::{OptionalRow as _, SqlResult};
use super::sql::params;
use super::standing::{LeaseState, Standing};
use crate::database::ServerAddress;
use crate::error::Error;
use crate::store::fleet::WallClock;
use crate::store::lock::{GLANCE, Lock, PATIENCE, busy_with_alerts, busy_with_digest, busy_with_run};
use crate::store::units::LockUnits;

/// How often a lease is renewed, and how often that is tried again where it did not succeed.
const RENEWAL: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_millis(300);

/// So long rest the hosts of workers that are gone, where what needs the whole database finds them.
const REST_OF_GONE: Duration = Duration::from_secs(10);

/// How often the connection is looked at, by which the server knows that this process lives.
const LOOK: Duration = Duration::from_millis(100);

const RENEW: &str = "UPDATE lease SET backend = pg_backend_pid(), until = clock_timestamp() + make_interval(secs => $3)
    WHERE name = $1 AND epoch = $2";

/// What a lease is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// What nothing else may be done beside.
    All,
    /// Something that one process does at a time, beside all others: a digest of what is new, sending alerts.
    Single,
    /// A run beside others.
    Worker,
}

/// A lease that this process holds. A thread of its own renews it.
#[derive(Debug)]
pub struct Lease {
    standing: Arc<Standing>,
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Lease {
    /// Takes the whole database, or says that a run has it.
    pub fn of_all(address: &ServerAddress) -> Result<Self, Error> {
        let lease = Self::take(address, "all", Purpose::All, Duration::ZERO, no_clock())?;
        lease.ok_or_else(|| busy_with_run(&address.to_string()))
    }

    /// Takes the application of watches to stored articles, or says that another process is at it, or has the whole database. It goes beside
    /// workers, and counts as one.
    pub fn of_rematch(address: &ServerAddress) -> Result<Self, Error> {
        let lease = Self::take(address, "worker rematch", Purpose::Worker, Duration::ZERO, no_clock())?;
        lease.ok_or_else(|| busy_with_run(&address.to_string()))
    }

    /// Takes the sending of alerts, or says that another process sends them.
    pub fn of_alerts(address: &ServerAddress) -> Result<Self, Error> {
        let lease = Self::take(address, "alerts", Purpose::Single, Duration::ZERO, no_clock())?;
        lease.ok_or_else(|| busy_with_alerts(&address.to_string()))
    }

    /// Takes a lease; `None` if another process has it for so long.
    fn take(
        address: &ServerAddress,
        name: &str,
        purpose: Purpose,
        patience: Duration,
        clock: WallClock,
    ) -> Result<Option<Self>, Error> {
        // The thread tries again itself.
        let store = PostgresStore { patience: Duration::ZERO, ..PostgresStore::open_again(address)? };
        let begun = Instant::now();
        let epoch = loop {
            match store.take_lease(name, purpose)? {
                Some(epoch) => break epoch,
                None if begun.elapsed() < patience => std::thread::sleep(GLANCE),
                None => return Ok(None),
            }
        };
        let (end, ended) = channel();
        let name = name.to_owned();
        let standing = Arc::new(Standing::new(clock));
        let shared = Arc::clone(&standing);
        let thread = std::thread::spawn(move || {
            store.renew_until(&ended, &name, epoch, &shared);
            let _ = store.give_back(&name, epoch);
        });
        Ok(Some(Self { standing, end: Some(end), thread: Some(thread) }))
    }
}

/// For a lease of which nobody asks whether it lives.
fn no_clock() -> WallClock {
    Arc::new(|| Timestamp::UNIX_EPOCH)
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl PostgresStore {
    /// Renews a lease until it is given back, and at once on a new connection where the one is lost: by that the server knows that its
    /// owner lives.
    fn renew_until(&self, ended: &Receiver<()>, name: &str, epoch: i64, standing: &Standing) {
        let (mut next, mut has_failed) = (Instant::now() + RENEWAL, false);
        while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            let (now, sent) = (Instant::now(), standing.now());
            // After the machine slept, it is renewed at once.
            let is_doubtful = standing.state() == LeaseState::Stale || self.conn.is_lost();
            if now < next && (has_failed || !is_doubtful) {
                continue;
            }
            // Where the server cannot be reached, the store of this process says so.
            let renewed = self.unit("lock the database", |c| c.execute(RENEW, params![name, epoch, LENGTH]));
            has_failed = renewed.is_err();
            match renewed {
                Ok(0) => {
                    standing.lose();
                    next = now + RENEWAL;
                }
                Ok(_) => {
                    standing.renew(sent);
                    next = now + RENEWAL;
                }
                Err(_) => {
                    // Others take the hosts of a worker without a connection after a moment.
                    standing.doubt();
                    next = now + RETRY;
                }
            }
        }
    }

    fn take_lease(&self, name: &str, purpose: Purpose) -> Result<Option<i64>, Error> {
        let (of_all, of_workers) = (purpose == Purpose::All, purpose == Purpose::Worker);
        self.unit("lock the database", |c| {
            if of_all || of_workers {
                // A worker and what goes with none must see each other.
                c.execute_batch("LOCK TABLE lease IN SHARE ROW EXCLUSIVE MODE")?;
            }
            let epoch = c.query_row(
                &format!(
                    "INSERT INTO lease AS l (name, owner, epoch, backend, until)
                     SELECT $1, coalesce(host(inet_client_addr()), 'local') || ':' || $2::text, 1, pg_backend_pid(),
                            clock_timestamp() + make_interval(secs => $3)
                     WHERE NOT ($4 AND EXISTS (SELECT 1 FROM lease l WHERE l.name LIKE 'worker %' AND NOT {IS_GONE}))
                       AND NOT ($5 AND EXISTS (SELECT 1 FROM lease l WHERE l.name = 'all' AND NOT {IS_GONE}))
                     ON CONFLICT (name) DO UPDATE
                        SET owner = excluded.owner, epoch = l.epoch + 1, backend = excluded.backend, until = excluded.until
                      WHERE {IS_GONE}
                     RETURNING epoch"
                ),
                params![name, std::process::id().to_string(), LENGTH, of_all, of_workers],
                |row| row.get(0),
            );
            let epoch = epoch.optional()?;
            if of_all && epoch.is_some() {
                // The workers that are left are gone; none of them may come back beside this.
                let gone: Vec<String> = c
                    .prepare("DELETE FROM lease WHERE name LIKE 'worker %' RETURNING name")?
                    .query_map((), |row| row.get(0))?
                    .collect::<SqlResult<_>>()?;
                free_lanes(c, &gone, REST_OF_GONE)?;
            }
            Ok(epoch)
        })
    }

    /// Gives a lease back. That of a worker which still has hosts ends at once, and whoever claims them next lets them rest; the row of
    /// what is no worker stays, because its epochs go on.
    fn give_back(&self, name: &str, epoch: i64) -> Result<(), Error> {
        self.unit("lock the database", |c| {
            c.execute(
                "DELETE FROM lease WHERE name = $1 AND epoch = $2 AND name LIKE 'worker %'
                   AND NOT EXISTS (SELECT 1 FROM lane WHERE owner = $1)",
                params![name, epoch],
            )?;
            c.execute("UPDATE lease SET until = '-infinity' WHERE name = $1 AND epoch = $2", params![name, epoch])
                .map(drop)
        })
    }

    /// From here on, this connection is that of a worker; what is returned must be held as long.
    ///
    /// # Errors
    /// Where something is being done beside which there may be no worker.
    pub fn join(&mut self, clock: WallClock) -> Result<WorkerLease, Error> {
        let id: String =
            self.read("read the database", |c| c.query_row("SELECT gen_random_uuid()::text", (), |row| row.get(0)))?;
        let name = format!("worker {id}");
        let lease = Lease::take(&self.address, &name, Purpose::Worker, Duration::ZERO, clock)?
            .ok_or_else(|| busy_with_run(&self.address.to_string()))?;
        let borrower = Self::open_again(&self.address)?;
        let (passes, wishes) = Passes::new(Arc::clone(&lease.standing));
        let passes = Arc::new(passes);
        let (serving, worker) = (Arc::clone(&passes), name.clone());
        let thread = std::thread::spawn(move || serving.serve(&borrower, &worker, &wishes));
        self.worker = Some(Worker::new(name, Arc::clone(&passes)));
        Ok(WorkerLease { passes, thread: Some(thread), _lease: lease })
    }
}

/// This process is a worker as long as this value exists.
#[derive(Debug)]
pub struct WorkerLease {
    passes: Arc<Passes>,
    thread: Option<JoinHandle<()>>,
    _lease: Lease,
}

impl Drop for WorkerLease {
    fn drop(&mut self) {
        self.passes.wish(Wish::End);
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
        let lease = Lease::take(&self.address, "digest", Purpose::Single, PATIENCE, no_clock())?;
        lease.map(Lock::holding).map(Some).ok_or_else(|| busy_with_digest(&self.address.to_string()))
    }
}
