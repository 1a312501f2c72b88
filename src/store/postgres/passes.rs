//! Passes: which hosts this worker may request from. It has the hosts that it claimed; others, to which a redirect leads or where articles
//! are read as documents, it borrows for one request.

use std::collections::HashMap;
use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::row::{OptionalRow as _, RowError, SqlResult};
use super::sql::{array, params};
use super::standing::{LeaseState, Standing};
use super::{PostgresStore, hosts};
use crate::politeness::schedule::pause;
use crate::politeness::{Entered, Host, HostGate};
use crate::store::fleet::{Claim, home_lane};

/// How long a host that another worker has is waited for, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(40);

/// How long a lease lasts that is not renewed, in seconds.
pub(super) const LENGTH: u32 = 60;

/// Whether the connection is gone by which the owner of a lease `l` is known to live. The server forgets connections when it is started
/// anew, so what was renewed before is not judged by them.
macro_rules! has_no_connection {
    () => {
        "l.until - interval '60 s' > pg_postmaster_start_time() AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = l.backend)"
    };
}

/// Whether the owner of a lease `l` is gone: it has not renewed it, or its connection is gone.
pub(super) const IS_GONE: &str = concat!("(l.until < clock_timestamp() OR ", has_no_connection!(), ")");

/// When a worker's lease `l` ends. One that lived until the server was started anew has time to be renewed.
pub(super) const ENDS: &str = "(CASE WHEN l.until BETWEEN pg_postmaster_start_time() AND pg_postmaster_start_time() + interval '15 s' \
    THEN pg_postmaster_start_time() + interval '15 s' ELSE l.until END)";

/// How long a worker may take to come back on a new connection, in seconds.
pub(super) const RETURN: u32 = 4;

/// Takes the hosts from workers that are gone, but from this one. A worker without a connection has a moment to come back: it may have lost
/// that, and not its life. The last request of one that is gone may have just ended, so its hosts rest for the pause that they ask for; then somebody looks what is left of them.
pub(super) fn reap(c: &Connection, claim: &Claim, but: &str) -> SqlResult<()> {
    c.execute(
        // A worker that comes back while this waits for its row has another connection then, and keeps its time.
        concat!(
            "UPDATE lease SET until = clock_timestamp() + make_interval(secs => $2)
             FROM (SELECT l.name, l.backend FROM lease l WHERE l.name LIKE 'worker %' AND l.name <> $1 AND ",
            has_no_connection!(),
            ") gone WHERE lease.name = gone.name AND lease.backend = gone.backend
                AND lease.until > clock_timestamp() + make_interval(secs => $2)"
        ),
        params![but, RETURN],
    )?;
    let gone: Vec<String> = c
        .prepare(&format!(
            "DELETE FROM lease WHERE name IN (
                SELECT name FROM lease l WHERE name LIKE 'worker %' AND name <> $1 AND {ENDS} < clock_timestamp() FOR UPDATE SKIP LOCKED)
             RETURNING name"
        ))?
        .query_map([but], |row| row.get(0))?
        .collect::<SqlResult<_>>()?;
    if gone.is_empty() {
        return Ok(());
    }
    let lanes = free_lanes(c, &gone, pause(claim.pause, None, 1.0))?;
    for host in hosts::at(c, &lanes)? {
        let rest = pause(claim.pause, host.crawl_delay(claim.agent), 1.0);
        c.execute(
            "UPDATE lane SET free_at = greatest(free_at, clock_timestamp() + make_interval(secs => $2)) WHERE name = $1",
            params![home_lane(&host.name), rest.as_secs_f64()],
        )?;
    }
    Ok(())
}

/// Takes from workers whose leases were deleted the hosts that they have, and returns these. A statement of its own, because it must see
/// what was claimed while the deletion waited.
pub(super) fn free_lanes(c: &Connection, gone: &[String], rest: Duration) -> SqlResult<Vec<String>> {
    c.prepare(
        "UPDATE lane SET owner = NULL, due = '', free_at = greatest(free_at, clock_timestamp() + make_interval(secs => $1))
         WHERE owner = ANY($2::text[]) RETURNING name",
    )?
    .query_map(params![rest.as_secs_f64(), array(gone)], |row| row.get(0))?
    .collect()
}

/// Makes sure that a worker's lease lives until the transaction ends: who has none has no hosts, and nobody would take them from it.
pub(super) fn confirm(c: &Connection, worker: &str) -> SqlResult<()> {
    c.query_row("SELECT 1 FROM lease WHERE name = $1 FOR KEY SHARE", [worker], |_| Ok(()))
        .optional()?
        .ok_or(RowError::Overtaken)
}

/// A host that this worker has.
struct HeldLane {
    in_use: u32,
    is_borrowed: bool,
}

/// What is wished of the thread that borrows.
pub(super) enum Wish {
    Borrow(String, Entered),
    Return(String, Duration, Option<Box<Host>>),
    End,
}

/// The hosts that this worker has.
pub(super) struct Passes {
    standing: Arc<Standing>,
    held: Mutex<HashMap<String, HeldLane>>,
    wishes: Mutex<Sender<Wish>>,
}

impl fmt::Debug for Passes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passes")
    }
}

impl Passes {
    /// Those of a worker that has none yet, and what it wishes of the thread that borrows.
    pub(super) fn new(standing: Arc<Standing>) -> (Self, Receiver<Wish>) {
        let (sender, receiver) = channel();
        (Self { standing, held: Mutex::default(), wishes: Mutex::new(sender) }, receiver)
    }

    /// This worker has claimed a host.
    pub(super) fn hold(&self, lane: &str) {
        self.with(|held| {
            held.entry(lane.to_owned()).or_insert(HeldLane { in_use: 0, is_borrowed: false }).is_borrowed = false;
        });
    }

    /// This worker gives a host back, unless something is requested from it at the moment.
    pub(super) fn let_go(&self, lane: &str) -> bool {
        self.with(|held| match held.get(lane) {
            Some(pass) if pass.in_use > 0 => false,
            _ => {
                held.remove(lane);
                true
            }
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, HeldLane>) -> T) -> T {
        work(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the host is this worker's already; then it is in use once more.
    fn use_own(&self, lane: &str) -> bool {
        self.with(|held| held.get_mut(lane).map(|pass| pass.in_use += 1).is_some())
    }

    pub(super) fn wish(&self, wish: Wish) {
        // Without the thread nothing is borrowed: the callback is dropped, and the request counts as not made.
        let _ = self.wishes.lock().unwrap_or_else(PoisonError::into_inner).send(wish);
    }

    /// Borrows hosts and gives them back, until the worker ends.
    pub(super) fn serve(&self, store: &PostgresStore, worker: &str, wishes: &Receiver<Wish>) {
        let mut waiting: Vec<(String, Entered, Instant)> = Vec::new();
        loop {
            let wait = if waiting.is_empty() { Duration::from_hours(1) } else { GLANCE };
            match wishes.recv_timeout(wait) {
                Ok(Wish::Borrow(lane, entered)) => waiting.push((lane, entered, Instant::now())),
                Ok(Wish::Return(lane, pause, learned)) => {
                    let learned = learned.as_deref();
                    drop(store.unit("write to the database", |c| give_back(c, &lane, worker, pause, learned)));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Wish::End) | Err(RecvTimeoutError::Disconnected) => return,
            }
            for (lane, entered, since) in std::mem::take(&mut waiting) {
                match self.standing.state() {
                    LeaseState::Alive => {}
                    LeaseState::Stale if since.elapsed() < PATIENCE => {
                        waiting.push((lane, entered, since));
                        continue;
                    }
                    LeaseState::Stale | LeaseState::Lost => {
                        entered(None);
                        continue;
                    }
                }
                if self.use_own(&lane) {
                    entered(Some(Vec::new()));
                    continue;
                }
                match store.unit("write to the database", |c| borrow(c, &lane, worker)) {
                    Ok(true) => {
                        self.with(|held| {
                            held.entry(lane.clone()).or_insert(HeldLane { in_use: 0, is_borrowed: true }).in_use += 1;
                        });
                        entered(Some(
                            store
                                .read("read the hosts of the database", |c| hosts::at(c, std::slice::from_ref(&lane)))
                                .unwrap_or_default(),
                        ));
                    }
                    Ok(false) if since.elapsed() < PATIENCE => waiting.push((lane, entered, since)),
                    _ => entered(None),
                }
            }
        }
    }
}

impl HostGate for Passes {
    fn enter(&self, lane: &str, entered: Entered) {
        // Whoever does not know whether the hosts are still its own waits, and so does whoever needs another one.
        if self.standing.state() == LeaseState::Alive && self.use_own(lane) {
            entered(Some(Vec::new()));
        } else {
            self.wish(Wish::Borrow(lane.to_owned(), entered));
        }
    }

    fn leave(&self, lane: &str, pause: Duration, learned: Option<Host>) -> Option<Host> {
        let is_returned = self.with(|held| {
            let Some(pass) = held.get_mut(lane) else { return false };
            pass.in_use = pass.in_use.saturating_sub(1);
            let is_returned = pass.is_borrowed && pass.in_use == 0;
            if is_returned {
                held.remove(lane);
            }
            is_returned
        });
        if !is_returned {
            return learned;
        }
        self.wish(Wish::Return(lane.to_owned(), pause, learned.map(Box::new)));
        None
    }
}

fn borrow(c: &Connection, lane: &str, worker: &str) -> SqlResult<bool> {
    confirm(c, worker)?;
    let taken = c
        .query_row(
            "INSERT INTO lane AS l (name, owner, epoch) VALUES ($1, $2, 1)
             ON CONFLICT (name) DO UPDATE SET owner = $2, epoch = l.epoch + 1
             WHERE l.owner IS NULL AND l.free_at <= clock_timestamp() RETURNING 1",
            params![lane, worker],
            |_| Ok(()),
        )
        .optional()?;
    Ok(taken.is_some())
}

/// Gives a host back, with what was learned of it. Nothing of it is kept where another worker has the host meanwhile.
fn give_back(c: &Connection, lane: &str, worker: &str, pause: Duration, learned: Option<&Host>) -> SqlResult<()> {
    let given = c.execute(
        "UPDATE lane SET owner = NULL, free_at = clock_timestamp() + make_interval(secs => $3) WHERE name = $1 AND owner = $2",
        params![lane, worker, pause.as_secs_f64()],
    )?;
    match learned {
        Some(host) if given > 0 => hosts::keep(c, host),
        _ => Ok(()),
    }
}
