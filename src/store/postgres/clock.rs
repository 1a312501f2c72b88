//! What was decided while the clock of the machine was far ahead.

use jiff::Timestamp;

use super::PostgresStore;
use super::lanes::{ITEM_LANE, mark_due};
use super::row::{SqlResult, time};
use super::sql::{array, params};
use crate::date::utc;
use crate::decide::RejectedItem;
use crate::error::Error;
use crate::model::{ItemId, ItemState};
use crate::store::units::ClockUnits;

impl ClockUnits for PostgresStore {
    fn rejected_after(&self, at: Timestamp) -> Result<Vec<RejectedItem>, Error> {
        self.read("read the items of the database", |c| {
            // The state stands in the statement, so that the server uses the index.
            let query = c.prepare(
                "SELECT id, ended_at, published_at, modified_at FROM item WHERE state = 'too_old' AND ended_at > $1",
            )?;
            let rows = query.query_map(params![utc(at)], |row| {
                Ok(RejectedItem {
                    item: row.get("id")?,
                    at: time(row, "ended_at")?.unwrap_or(at),
                    published_at: time(row, "published_at")?.or(time(row, "modified_at")?),
                })
            })?;
            rows.collect()
        })
    }

    fn wait_again(&self, items: &[ItemId], now: Timestamp) -> Result<(), Error> {
        if items.is_empty() {
            return Ok(());
        }
        self.unit("write to the database", |c| {
            let lanes: Vec<String> = c
                .prepare(&format!(
                    "UPDATE item i SET state = $1, reason = NULL, tries = 0, next_try_at = $2, ended_at = NULL
                     WHERE id = ANY($3::bigint[]) RETURNING {ITEM_LANE}"
                ))?
                .query_map(params![ItemState::Pending, utc(now), array(items)], |row| row.get(0))?
                .collect::<SqlResult<_>>()?;
            mark_due(c, lanes.iter().map(String::as_str), now)
        })
    }
}
