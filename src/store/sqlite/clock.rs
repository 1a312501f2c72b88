//! Undoes what was decided while the clock of the machine was far ahead.

use jiff::Timestamp;
use rusqlite::params;

use super::SqliteStore;
use crate::date::utc;
use crate::error::Error;
use crate::model::ItemState;
use crate::store::limits::AHEAD;
use crate::store::units::ClockUnits;

impl ClockUnits for SqliteStore {
    fn judge_again(&self, oldest: Timestamp, now: Timestamp) -> Result<usize, Error> {
        let ahead = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        self.unit("write to the database", |c| {
            // Names the sources, so that SQLite uses the index.
            c.prepare_cached(
                "UPDATE item SET state = ?1, reason = NULL, tries = 0, next_try_at = ?2, ended_at = NULL
                 WHERE source_id IN (SELECT id FROM source) AND state = ?3 AND ended_at > ?4
                   AND coalesce(published_at, modified_at) BETWEEN ?5 AND ?4",
            )?
            .execute(params![ItemState::Pending, utc(now), ItemState::TooOld, utc(ahead), utc(oldest)])
        })
    }
}
