//! What was decided while the clock of the machine was far ahead.

use jiff::{SignedDuration, Timestamp};

use crate::model::ItemId;

/// An item that was settled so long after now was settled by a wrong clock, and not in another time zone.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// An item that was rejected as too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RejectedItem {
    /// The item.
    pub item: ItemId,
    /// When it was rejected.
    pub at: Timestamp,
    /// When it was published, or else changed.
    pub published_at: Option<Timestamp>,
}

/// What was settled after this time, was settled by a clock that was wrong.
pub fn far_ahead(now: Timestamp) -> Timestamp {
    now.checked_add(AHEAD).unwrap_or(Timestamp::MAX)
}

/// The items that wait again: they were rejected at a time that is still to come, and published since `oldest`. One that was published
/// after that time proves that the clock is wrong today: it stays as it is.
pub fn judge_again(rejected: &[RejectedItem], oldest: Timestamp, now: Timestamp) -> Vec<ItemId> {
    let ahead = far_ahead(now);
    let is_wronged =
        |one: &&RejectedItem| one.at > ahead && one.published_at.is_some_and(|at| oldest <= at && at <= ahead);
    rejected.iter().filter(is_wronged).map(|one| one.item).collect()
}
