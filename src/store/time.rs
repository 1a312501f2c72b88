//! How times stand in the database, whichever engine it has.

use jiff::{SignedDuration, Timestamp};

use crate::date::utc;

/// Longer than any wait that we set: a later time was stored while the clock was wrong, and is ignored.
pub(super) fn absurd(now: Timestamp) -> String {
    utc(now.checked_add(SignedDuration::from_hours(24 * 10)).unwrap_or(Timestamp::MAX))
}
