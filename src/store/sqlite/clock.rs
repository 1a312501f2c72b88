//! What was decided while the clock of the machine was far ahead.

use jiff::Timestamp;
use rusqlite::params;

use super::SqliteStore;
use super::sql::time;
use crate::date::utc;
use crate::decide::RejectedItem;
use crate::error::Error;
use crate::model::{ItemId, ItemState};
use crate::store::units::ClockUnits;

impl ClockUnits for SqliteStore {
    fn rejected_after(&self, at: Timestamp) -> Result<Vec<RejectedItem>, Error> {
        self.read("read the items of the database", |c| {
            // Names the sources, so that SQLite uses the index.
            let mut query = c.prepare_cached(
                "SELECT id, ended_at, published_at, modified_at FROM item
                 WHERE source_id IN (SELECT id FROM source) AND state = ?1 AND ended_at > ?2",
            )?;
            let rows = query.query_map(params![ItemState::TooOld, utc(at)], |row| {
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
        self.unit("write to the database", |c| {
            let mut update = c.prepare_cached(
                "UPDATE item SET state = ?2, reason = NULL, tries = 0, next_try_at = ?3, ended_at = NULL WHERE id = ?1",
            )?;
            items.iter().try_for_each(|item| update.execute(params![item, ItemState::Pending, utc(now)]).map(drop))
        })
    }
}
