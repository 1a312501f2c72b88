//! Undoes what was decided while the clock of the machine was far ahead.

use jiff::Timestamp;

use super::PostgresStore;
use super::lanes::{ITEM_LANE, mark_due};
use super::row::SqlResult;
use super::sql::params;
use crate::date::utc;
use crate::error::Error;
use crate::model::ItemState;
use crate::store::limits::AHEAD;
use crate::store::units::ClockUnits;

impl ClockUnits for PostgresStore {
    fn judge_again(&self, oldest: Timestamp, now: Timestamp) -> Result<usize, Error> {
        let ahead = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        self.unit("write to the database", |c| {
            let lanes: Vec<String> = c
                .prepare(&format!(
                    "UPDATE item i SET state = $1, reason = NULL, tries = 0, next_try_at = $2, ended_at = NULL
                 WHERE state = 'too_old' AND ended_at > $3 AND coalesce(published_at, modified_at) BETWEEN $4 AND $3 RETURNING {ITEM_LANE}"
                ))?
                .query_map(params![ItemState::Pending, utc(now), utc(ahead), utc(oldest)], |row| {
                    row.get(0)
                })?
                .collect::<SqlResult<_>>()?;
            mark_due(c, lanes.iter().map(String::as_str), now)?;
            Ok(lanes.len())
        })
    }
}
