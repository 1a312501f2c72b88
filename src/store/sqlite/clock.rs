//! Undoes what was decided while the clock of the machine was far ahead.

use jiff::{SignedDuration, Timestamp};
use rusqlite::params;

use super::Store;
use super::sql::utc;
use crate::error::Error;
use crate::model::ItemState;

/// An item that was settled so long after now was settled by a wrong clock, and not in another time zone.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Items that were rejected as too old at a time that is still to come wait again, if they were published since `oldest`.
    /// One that was published after now proves that the clock is wrong today: it stays as it is.
    pub fn judge_again(&self, oldest: Timestamp, now: Timestamp) -> Result<usize, Error> {
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
