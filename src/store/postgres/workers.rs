//! Workers: any number of runs on one database.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::connection::Connection;
use super::lanes::{CHANNEL_LANE, ITEM_LANE};
use super::passes::{ENDS, RETURN};
use super::row::{OptionalRow as _, SqlResult, natural};
use super::sql::{array, params};
use super::{PostgresStore, hosts, items, passes, polls};
use crate::date::utc;
use crate::decide::KnownChannel;
use crate::error::Error;
use crate::model::RunId;
use crate::politeness::{Host, HostGate};
use crate::store::fleet::{Claim, FleetUnits, LaneQueue, SharedTurn, home_lane};

impl FleetUnits for PostgresStore {
    fn is_shared(&self) -> bool {
        self.worker.is_some()
    }

    fn gate(&self) -> Option<Arc<dyn HostGate>> {
        self.worker.as_ref().map(|worker| Arc::clone(&worker.passes) as Arc<dyn HostGate>)
    }

    fn confirm_hold(&self, url: &str) -> Result<(), Error> {
        self.read("read the hosts of the database", |c| self.fence(c, home_lane(url)))
    }

    fn take_turn(&self, turn: SharedTurn) -> Result<bool, Error> {
        let take = |c: &Connection, name: &str| {
            let sql = "SELECT pg_current_xact_id()::text FROM turn WHERE name = $1 FOR UPDATE";
            c.query_row(sql, [name], |row| row.get(0)).map(|number| c.note_transaction(number))
        };
        self.read("write to the database", |c| match turn {
            SharedTurn::Stories => take(c, "stories").map(|()| true),
            SharedTurn::Events => {
                // What fails would end the transaction otherwise.
                c.execute_batch("SAVEPOINT turn")?;
                match take(c, "events") {
                    Err(e) if e.is_lock_timeout() => c.execute_batch("ROLLBACK TO turn; RELEASE turn").map(|()| false),
                    taken => taken.and_then(|()| c.execute_batch("RELEASE turn")).map(|()| true),
                }
            }
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
        let tried = array(worker.tried.borrow().iter());
        let forced = claim.force.then(|| array(worker.forced.borrow().iter()));
        // Two statements, so that the index is read as far as something is due, whatever the parameters.
        let is_due =
            if claim.force { "(name <> ALL($6::text[]) OR due <= $4)" } else { "due <= $4 AND $6::text[] IS NULL" };
        // `NOT IN` of a query is looked up in a hash table, `<> ALL` of a parameter is compared one by one.
        let condition = format!("name NOT IN (SELECT unnest($3::text[])) AND {is_due} AND {of_sources}");
        let taken = self.unit("write to the database", |c| {
            passes::confirm(c, &worker.name)?;
            passes::reap(c, claim, &worker.name)?;
            worker.take(c, &condition, claim.most, params![tried, utc(claim.now), array(claim.of), forced])
        })?;
        if claim.force {
            worker.forced.borrow_mut().extend(taken.iter().map(|(lane, _)| lane.clone()));
        }
        Ok(worker.hold(taken))
    }

    fn claim_named(&self, lanes: &[String]) -> Result<Vec<String>, Error> {
        let Some(worker) = &self.worker else { return Ok(Vec::new()) };
        let taken = self.unit("write to the database", |c| {
            passes::confirm(c, &worker.name)?;
            mark_known(c, lanes)?;
            worker.take(c, "name = ANY($3::text[])", lanes.len(), params![array(lanes)])
        })?;
        Ok(worker.hold(taken))
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
                           (SELECT min(coalesce(i.next_try_at, '')) FROM item i
                             WHERE {ITEM_LANE} = $1 AND i.state = 'pending' AND (SELECT s.active FROM source s WHERE s.id = i.source_id) = 1))
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
                &format!(
                    "SELECT extract(epoch FROM greatest(min(at), clock_timestamp()) - clock_timestamp())::float8 FROM (
                       SELECT min(free_at) AS at FROM lane WHERE owner IS NULL AND due <= $1
                          AND name NOT IN (SELECT unnest($2::text[]))
                       UNION ALL
                       -- Those of a worker that has little time left to come back.
                       SELECT min({ENDS}) FROM lease l WHERE l.name LIKE 'worker %' AND l.name <> $3
                         AND l.until < clock_timestamp() + make_interval(secs => $4)
                         AND EXISTS (SELECT 1 FROM lane WHERE owner = l.name)) free"
                ),
                params![utc(now), array(worker.tried.borrow().iter()), worker.name, RETURN + 1],
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
            let query = c.prepare(&items::queues(true))?;
            let values = items::queue_params(now, force, of, Some(&array(lanes)));
            let rows = query.query_map(values, |row| {
                Ok(LaneQueue { lane: row.get("lane")?, source: row.get("name")?, items: natural(row, "items")? })
            })?;
            rows.collect()
        })
    }
}

/// Hosts that nothing was ever marked of.
fn mark_known(c: &Connection, lanes: &[String]) -> SqlResult<()> {
    c.execute(
        "INSERT INTO lane (name) SELECT name FROM unnest($1::text[]) AS new (name) ORDER BY name ON CONFLICT DO NOTHING",
        params![array(lanes)],
    )
    .map(drop)
}
