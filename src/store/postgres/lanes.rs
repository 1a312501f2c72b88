//! Hosts, as several workers share them. A host is leased, not an item.
//!
//! A worker is a lease of its own; a host belongs to it as long as that lease lives. What it writes is refused once the lease is gone, because
//! then another worker may have its hosts.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::PostgresStore;
use super::connection::Connection;
use super::passes::Passes;
use super::row::{OptionalRow as _, RowError, SqlResult};
use super::sql::{Param, array, params};
use crate::date::utc;
use crate::model::ItemId;
use crate::store::time::absurd;

/// The host of a URL, with its port where it is not the usual one: of a channel `h` and of an item `i`.
pub(super) const CHANNEL_LANE: &str = "split_part(split_part(h.url, '://', 2), '/', 1)";
pub(super) const ITEM_LANE: &str = "split_part(split_part(i.url, '://', 2), '/', 1)";

/// This process as a worker.
pub(super) struct Worker {
    /// The name of its lease.
    pub(super) name: String,
    pub(super) passes: Arc<Passes>,
    /// The hosts that it has, each with its epoch.
    pub(super) epochs: RefCell<BTreeMap<String, i64>>,
    /// Hosts of which it could do nothing: they are left out for the rest of the run.
    pub(super) tried: RefCell<BTreeSet<String>>,
    /// Hosts that it had although nothing was due: that is done once in a run.
    pub(super) forced: RefCell<BTreeSet<String>>,
}

impl Worker {
    pub(super) fn new(name: String, passes: Arc<Passes>) -> Self {
        Self { name, passes, epochs: RefCell::default(), tried: RefCell::default(), forced: RefCell::default() }
    }

    /// The hosts that it has.
    fn lanes(&self) -> Param {
        array(self.epochs.borrow().keys())
    }

    /// Takes hosts that are free. `condition`: which, with the parameters $3 ….
    pub(super) fn take(
        &self,
        c: &Connection,
        condition: &str,
        most: usize,
        mut rest: Vec<Param>,
    ) -> SqlResult<Vec<(String, i64)>> {
        let mut values = params![self.name, most as u64];
        values.append(&mut rest);
        // An array, not a join: the planner would read all hosts to find these.
        c.prepare(&format!(
            "UPDATE lane SET owner = $1, epoch = epoch + 1 WHERE name = ANY(ARRAY(
               SELECT name FROM lane WHERE owner IS NULL AND free_at <= clock_timestamp() AND {condition}
               ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING name, epoch"
        ))?
        .query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
    }

    /// These hosts are this worker's now.
    pub(super) fn hold(&self, taken: Vec<(String, i64)>) -> Vec<String> {
        let hold = |(lane, epoch): (String, i64)| {
            self.passes.hold(&lane);
            self.epochs.borrow_mut().insert(lane.clone(), epoch);
            lane
        };
        taken.into_iter().map(hold).collect()
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
        let number: Option<String> = c
            .query_row(
                "SELECT pg_current_xact_id()::text FROM lease w JOIN lane l ON l.owner = w.name
                 WHERE w.name = $1 AND l.name = $2 AND l.epoch = $3 FOR KEY SHARE OF w",
                params![worker.name, lane, epoch],
                |row| row.get(0),
            )
            .optional()?;
        c.note_transaction(number.ok_or(RowError::Overtaken)?);
        c.note_confirmed();
        Ok(())
    }

    /// The same for the host of an item.
    pub(super) fn fence_item(&self, c: &Connection, item: ItemId) -> SqlResult<()> {
        if self.worker.is_none() || c.is_confirmed() {
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
pub(super) fn mark_configured(c: &Connection, now: Timestamp) -> SqlResult<()> {
    // Longer than we ever wait: the work of a clock that was wrong.
    c.execute("UPDATE lane SET due = '' WHERE owner IS NULL AND due > $1", [absurd(now)])?;
    c.execute(
        &format!(
            "INSERT INTO lane AS l (name, due) SELECT new.name, new.due FROM (
               SELECT {CHANNEL_LANE} AS name, min(coalesce(h.next_at, '')) AS due FROM channel h
               WHERE h.active = 1 AND h.state <> 'gone' GROUP BY 1) new
             -- Those that say so already are not even locked.
             LEFT JOIN lane known ON known.name = new.name WHERE known.name IS NULL OR known.due IS NULL OR known.due > new.due
             ORDER BY 1
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
