//! Workers: any number of runs on one database. A host is leased, not an item.
//!
//! A worker is a lease of its own ([`super::lock`]); a host belongs to it as long as that lease lives. What it writes is refused once the
//! lease is gone, because then another worker may have its hosts.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::connection::Connection;
use super::passes::{self, Passes};
use super::row::{OptionalRow as _, RowError, SqlResult, natural};
use super::sql::{Param, array, params};
use super::{PostgresStore, hosts, polls};
use crate::decide::{ItemChange, KnownChannel, PollChanges};
use crate::error::Error;
use crate::model::{ItemId, RunId, SourceId};
use crate::politeness::{Host, HostGate};
use crate::store::fleet::{Claim, FleetUnits, LaneQueue, SharedTurn};
use crate::store::time::utc;

/// The host of a URL, with its port where it is not the usual one: of a channel `h` and of an item `i`.
pub(super) const CHANNEL_LANE: &str = "split_part(split_part(h.url, '://', 2), '/', 1)";
pub(super) const ITEM_LANE: &str = "split_part(split_part(i.url, '://', 2), '/', 1)";

/// This process as a worker.
pub(super) struct Worker {
    /// The name of its lease.
    pub(super) name: String,
    pub(super) passes: Arc<Passes>,
    /// The hosts that it has, each with its epoch.
    epochs: RefCell<BTreeMap<String, i64>>,
    /// Hosts of which it could do nothing, or that it had by force: they are left out for the rest of the run.
    tried: RefCell<BTreeSet<String>>,
}

impl Worker {
    pub(super) fn new(name: String, passes: Arc<Passes>) -> Self {
        Self { name, passes, epochs: RefCell::default(), tried: RefCell::default() }
    }

    /// The hosts that it has.
    fn lanes(&self) -> Param {
        array(self.epochs.borrow().keys())
    }

    /// Takes hosts that are free. `condition`: which, with the parameters $3 ….
    fn take(&self, c: &Connection, condition: &str, most: usize, mut rest: Vec<Param>) -> SqlResult<Vec<String>> {
        let mut values = params![self.name, most as u64];
        values.append(&mut rest);
        let taken: Vec<(String, i64)> = c
            .prepare(&format!(
                "UPDATE lane SET owner = $1, epoch = epoch + 1 FROM (
                   SELECT name FROM lane WHERE owner IS NULL AND free_at <= clock_timestamp() AND {condition}
                   ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED) free
                 WHERE lane.name = free.name RETURNING lane.name, lane.epoch"
            ))?
            .query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<SqlResult<_>>()?;
        Ok(taken
            .into_iter()
            .map(|(lane, epoch)| {
                self.passes.hold(&lane);
                self.epochs.borrow_mut().insert(lane.clone(), epoch);
                lane
            })
            .collect())
    }
}

impl PostgresStore {
    /// The hosts to which this worker is limited; null, where this is none.
    pub(super) fn own_lanes(&self) -> Option<Param> {
        self.worker.as_ref().map(Worker::lanes)
    }

    /// Refuses to write what was read of a host that is no longer this worker's. Its lease lives until the transaction ends.
    pub(super) fn fence(&self, c: &Connection, lane: &str) -> SqlResult<()> {
        let Some(worker) = &self.worker else { return Ok(()) };
        let Some(epoch) = worker.epochs.borrow().get(lane).copied() else { return Ok(()) };
        c.query_row(
            "SELECT 1 FROM lease w JOIN lane l ON l.owner = w.name WHERE w.name = $1 AND l.name = $2 AND l.epoch = $3 FOR KEY SHARE OF w",
            params![worker.name, lane, epoch],
            |_| Ok(()),
        )
        .optional()?
        .ok_or(RowError::Overtaken)
    }

    /// The same for the host of an item.
    pub(super) fn fence_item(&self, c: &Connection, item: ItemId) -> SqlResult<()> {
        if self.worker.is_none() {
            return Ok(());
        }
        let lane: Option<String> = c
            .query_row(&format!("SELECT {ITEM_LANE} FROM item i WHERE i.id = $1"), [item], |row| row.get(0))
            .optional()?;
        lane.map_or(Ok(()), |lane| self.fence(c, &lane))
    }
}

/// Something of these hosts may be requested from `due` on.
pub(super) fn mark_due<'a>(c: &Connection, lanes: impl IntoIterator<Item = &'a str>, due: Timestamp) -> SqlResult<()> {
    // In one order, so that two workers that mark the same hosts do not wait for each other.
    let lanes: BTreeSet<&str> = lanes.into_iter().collect();
    if lanes.is_empty() {
        return Ok(());
    }
    c.prepare(
        "INSERT INTO lane AS l (name, due) SELECT name, $2 FROM unnest($1::text[]) AS new (name) ORDER BY name
         ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE l.due IS NULL OR l.due > excluded.due",
    )?
    .execute(params![array(lanes), utc(due)])
    .map(drop)
}

/// Something of the hosts of the configuration may be requested when their channels say so.
pub(super) fn mark_configured(c: &Connection) -> SqlResult<()> {
    c.execute(
        &format!(
            "INSERT INTO lane AS l (name, due) SELECT {CHANNEL_LANE}, min(coalesce(h.next_at, '')) FROM channel h
             WHERE h.active = 1 AND h.state <> 'gone' GROUP BY 1 ORDER BY 1
             ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE l.due IS NULL OR l.due > excluded.due"
        ),
        (),
    )
    .map(drop)
}

/// The same for the items that wait, of a database that was copied.
pub(super) fn mark_waiting(c: &Connection) -> SqlResult<()> {
    c.execute(
        &format!(
            "INSERT INTO lane AS l (name, due) SELECT {ITEM_LANE}, min(coalesce(i.next_try_at, '')) FROM item i
             WHERE i.state = 'pending' GROUP BY 1 ORDER BY 1
             ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE l.due IS NULL OR l.due > excluded.due"
        ),
        (),
    )
    .map(drop)
}

impl FleetUnits for PostgresStore {
    fn is_shared(&self) -> bool {
        self.worker.is_some()
    }

    fn gate(&self) -> Option<Arc<dyn HostGate>> {
        self.worker.as_ref().map(|worker| Arc::clone(&worker.passes) as Arc<dyn HostGate>)
    }

    fn take_turn(&self, turn: SharedTurn) -> Result<(), Error> {
        let name = match turn {
            SharedTurn::Stories => "stories",
            SharedTurn::Events => "events",
        };
        self.read("write to the database", |c| {
            c.query_row("SELECT 1 FROM turn WHERE name = $1 FOR UPDATE", [name], |_| Ok(()))
        })
    }

    fn claim(&self, claim: &Claim) -> Result<Vec<String>, Error> {
        let Some(worker) = &self.worker else { return Ok(Vec::new()) };
        let of_sources = format!(
            "(cardinality($5::text[]) = 0 OR name IN (
               SELECT {CHANNEL_LANE} FROM channel h JOIN source s ON s.id = h.source_id WHERE h.active = 1 AND s.name = ANY($5::text[])
               UNION SELECT {ITEM_LANE} FROM item i JOIN source s ON s.id = i.source_id WHERE i.state = 'pending' AND s.name = ANY($5::text[])
               UNION SELECT {ITEM_LANE} FROM source s JOIN channel h ON h.source_id = s.id JOIN item i ON i.channel_id = h.id
                      WHERE i.state = 'pending' AND s.name = ANY($5::text[])))"
        );
        // Without sources, the index alone is read.
        let of_sources = if claim.of.is_empty() { "cardinality($5::text[]) = 0" } else { of_sources.as_str() };
        self.unit("write to the database", |c| {
            passes::reap(c, &worker.name, claim.pause)?;
            let tried = array(worker.tried.borrow().iter());
            let condition = format!("name <> ALL($3::text[]) AND ($4::text IS NULL OR due <= $4) AND {of_sources}");
            let now = (!claim.force).then(|| utc(claim.now));
            let taken = worker.take(c, &condition, claim.most, params![tried, now, array(claim.of)])?;
            if claim.force {
                worker.tried.borrow_mut().extend(taken.iter().cloned());
            }
            Ok(taken)
        })
    }

    fn claim_named(&self, lanes: &[String]) -> Result<Vec<String>, Error> {
        let Some(worker) = &self.worker else { return Ok(Vec::new()) };
        self.unit("write to the database", |c| {
            mark_known(c, lanes)?;
            worker.take(c, "name = ANY($3::text[])", lanes.len(), params![array(lanes)])
        })
    }

    fn release(&self, lane: &str, pause: Duration, is_in_vain: bool) -> Result<bool, Error> {
        let Some(worker) = &self.worker else { return Ok(true) };
        let Some(epoch) = worker.epochs.borrow().get(lane).copied() else { return Ok(true) };
        if !worker.passes.let_go(lane) {
            return Ok(false);
        }
        if is_in_vain {
            worker.tried.borrow_mut().insert(lane.to_owned());
        }
        self.unit("write to the database", |c| {
            // First the lock, then a look at what waits: whoever marks the host meanwhile waits for this, or is seen.
            let sql = "SELECT 1 FROM lane WHERE name = $1 AND owner = $2 AND epoch = $3 FOR UPDATE";
            let is_own = c.query_row(sql, params![lane, worker.name, epoch], |_| Ok(())).optional()?;
            if is_own.is_some() {
                c.execute(
                    &format!(
                        "UPDATE lane SET owner = NULL, free_at = clock_timestamp() + make_interval(secs => $2), due = least(
                           (SELECT min(coalesce(h.next_at, '')) FROM channel h JOIN source s ON s.id = h.source_id
                             LEFT JOIN channel p ON p.id = h.parent_id LEFT JOIN channel g ON g.id = p.parent_id
                             WHERE {CHANNEL_LANE} = $1 AND h.active = 1 AND h.state <> 'gone' AND s.active = 1
                               AND coalesce(p.active, 1) = 1 AND coalesce(g.active, 1) = 1),
                           (SELECT min(coalesce(i.next_try_at, '')) FROM item i JOIN source s ON s.id = i.source_id
                             WHERE {ITEM_LANE} = $1 AND i.state = 'pending' AND s.active = 1))
                         WHERE name = $1"
                    ),
                    params![lane, pause.as_secs_f64()],
                )?;
            }
            Ok(())
        })?;
        worker.epochs.borrow_mut().remove(lane);
        Ok(true)
    }

    fn next_free(&self, now: Timestamp) -> Result<Option<Duration>, Error> {
        let Some(worker) = &self.worker else { return Ok(None) };
        self.read("read the hosts of the database", |c| {
            let wait: Option<f64> = c.query_row(
                "SELECT extract(epoch FROM greatest(min(free_at), clock_timestamp()) - clock_timestamp())::float8 FROM lane
                 WHERE owner IS NULL AND due <= $1 AND name <> ALL($2::text[])",
                params![utc(now), array(worker.tried.borrow().iter())],
                |row| row.get(0),
            )?;
            Ok(wait.map(|wait| Duration::try_from_secs_f64(wait.max(0.0)).unwrap_or(Duration::MAX)))
        })
    }

    fn hosts_at(&self, lanes: &[String]) -> Result<Vec<Host>, Error> {
        self.read("read the hosts of the database", |c| hosts::at(c, lanes))
    }

    fn due_at(&self, run: RunId, now: Timestamp, force: bool, lanes: &[String]) -> Result<Vec<KnownChannel>, Error> {
        self.read("read the channels of the database", |c| polls::due(c, run, now, force, None, Some(&array(lanes))))
    }

    fn queues_at(&self, now: Timestamp, force: bool, of: &[String], lanes: &[String]) -> Result<Vec<LaneQueue>, Error> {
        self.read("read the queue of the database", |c| {
            let query =
                c.prepare(&super::items::queues(&format!("{ITEM_LANE} = ANY($5::text[])"), &format!("{ITEM_LANE}, ")))?;
            let values = super::items::queue_params(now, force, of, Some(&array(lanes)));
            let rows = query.query_map(values, |row| {
                Ok(LaneQueue { lane: row.get(0)?, source: row.get(1)?, items: natural(row, 2)? })
            })?;
            rows.collect()
        })
    }
}

/// Items that wait again.
pub(super) fn mark_reopened(c: &Connection, changes: &PollChanges, source: SourceId, at: Timestamp) -> SqlResult<()> {
    let mut lanes = Vec::new();
    for change in &changes.items {
        let ItemChange::Reopen(item) = change else { continue };
        let Some(source) = super::items::owner(c, source, item.owner.as_deref())? else { continue };
        let sql =
            format!("SELECT {ITEM_LANE} FROM item i WHERE i.source_id = $1 AND md5(i.key) = md5($2) AND i.key = $2");
        lanes.extend(c.query_row(&sql, params![source, item.key], |row| row.get::<String>(0)).optional()?);
    }
    mark_due(c, lanes.iter().map(String::as_str), at)
}

/// Hosts that nothing was ever marked of.
fn mark_known(c: &Connection, lanes: &[String]) -> SqlResult<()> {
    c.execute(
        "INSERT INTO lane (name) SELECT name FROM unnest($1::text[]) AS new (name) ORDER BY name ON CONFLICT DO NOTHING",
        params![array(lanes)],
    )
    .map(drop)
}
