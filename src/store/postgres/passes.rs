//! Passes: which hosts this worker may request from. It has the hosts that it claimed; others, to which a redirect leads or where articles
//! are read as documents, it borrows for one request.

use std::collections::HashMap;
use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::row::{OptionalRow as _, SqlResult};
use super::sql::params;
use super::{PostgresStore, hosts};
use crate::politeness::{Entered, HostGate};

/// How long a host that another worker has is waited for, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(40);

/// How long a lease lasts that is not renewed, in seconds.
pub(super) const LENGTH: u32 = 60;

/// Whether the owner of a lease `l` is gone: it has not renewed it, or its connection is gone. The server forgets connections when it is
/// started anew, so what was renewed before is not judged by them.
pub(super) const IS_GONE: &str = "(l.until < clock_timestamp() OR l.until - interval '60 s' > pg_postmaster_start_time() \
    AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.pid = l.backend))";

/// Takes the hosts from workers that are gone, but from this one, whose lease may be on its way to a new connection. The last request of one may have just ended, so its hosts rest for a pause.
pub(super) fn reap(c: &Connection, but: &str, pause: Duration) -> SqlResult<()> {
    c.execute(
        &format!(
            "WITH gone AS (DELETE FROM lease WHERE name IN (
                SELECT name FROM lease l WHERE name LIKE 'worker %' AND name <> $2 AND {IS_GONE} FOR UPDATE SKIP LOCKED) RETURNING name)
             UPDATE lane SET owner = NULL, free_at = greatest(free_at, clock_timestamp() + make_interval(secs => $1))
             FROM gone WHERE lane.owner = gone.name"
        ),
        params![pause.as_secs_f64(), but],
    )
    .map(drop)
}

/// A host that this worker has.
struct HeldLane {
    in_use: u32,
    is_borrowed: bool,
}

/// What is wished of the thread that borrows.
pub(super) enum Wish {
    Borrow(String, Entered),
    Return(String, Duration),
    End,
}

/// The hosts that this worker has.
pub(super) struct Passes {
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
    pub(super) fn new() -> (Self, Receiver<Wish>) {
        let (sender, receiver) = channel();
        (Self { held: Mutex::default(), wishes: Mutex::new(sender) }, receiver)
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
                Ok(Wish::Return(lane, pause)) => {
                    drop(store.unit("write to the database", |c| give_back(c, &lane, worker, pause)));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Wish::End) | Err(RecvTimeoutError::Disconnected) => return,
            }
            for (lane, entered, since) in std::mem::take(&mut waiting) {
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
        if self.use_own(lane) {
            entered(Some(Vec::new()));
        } else {
            self.wish(Wish::Borrow(lane.to_owned(), entered));
        }
    }

    fn leave(&self, lane: &str, pause: Duration) {
        let is_returned = self.with(|held| {
            let Some(pass) = held.get_mut(lane) else { return false };
            pass.in_use = pass.in_use.saturating_sub(1);
            let is_returned = pass.is_borrowed && pass.in_use == 0;
            if is_returned {
                held.remove(lane);
            }
            is_returned
        });
        if is_returned {
            self.wish(Wish::Return(lane.to_owned(), pause));
        }
    }
}

fn borrow(c: &Connection, lane: &str, worker: &str) -> SqlResult<bool> {
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

fn give_back(c: &Connection, lane: &str, worker: &str, pause: Duration) -> SqlResult<()> {
    c.execute(
        "UPDATE lane SET owner = NULL, free_at = clock_timestamp() + make_interval(secs => $3) WHERE name = $1 AND owner = $2",
        params![lane, worker, pause.as_secs_f64()],
    )
    .map(drop)
}
