//! Which sources have fallen silent, and which have more waiting than they settle.

use jiff::{SignedDuration, Timestamp};

/// A source is silent if it announced at least this many items a day for two weeks, and then none for two days.
const SILENT_BELOW: u64 = 3;
const QUIET: SignedDuration = SignedDuration::from_hours(2 * 24);
const DAYS_BEFORE: u64 = 14;
const BEFORE: SignedDuration = SignedDuration::from_hours(24 * 14);
/// So many items that wait are a backlog, and not the rest of a run.
const MANY_WAIT: u64 = 100;

/// Of a source that announced nothing new for two days: from when on its items are counted, for [`silence`]. `last`: when it last did.
pub fn counted_from(last: Timestamp, until: Timestamp) -> Option<Timestamp> {
    (until.duration_since(last) > QUIET).then(|| last.checked_sub(BEFORE).unwrap_or(Timestamp::MIN))
}

/// When a source last announced something new, and how many items a day it did before, if it fell silent against its own past.
/// `announced`: how many items it did since [`counted_from`].
pub fn silence(last: Timestamp, announced: u64) -> Option<(Timestamp, u64)> {
    let daily = announced / DAYS_BEFORE;
    (daily >= SILENT_BELOW).then_some((last, daily))
}

/// Whether so many items wait that it matters how many are settled in a day.
pub fn may_be_backlog(pending: u64) -> bool {
    pending >= MANY_WAIT
}

/// How many items were settled in the last 24 hours, if more than these wait, and many.
pub fn backlog(pending: u64, settled: u64) -> Option<u64> {
    (may_be_backlog(pending) && settled < pending).then_some(settled)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn silent_is_who_announced_some_every_day_and_then_nothing_for_two() {
        let until = at("2026-10-11T07:30:00Z");
        assert_eq!(counted_from(at("2026-10-09T07:30:00Z"), until), None);
        assert_eq!(counted_from(at("2026-10-09T07:29:59Z"), until), Some(at("2026-09-25T07:29:59Z")));
        assert_eq!(counted_from(Timestamp::MIN, until), Some(Timestamp::MIN));
        let last = at("2026-10-01T00:00:00Z");
        assert_eq!([41, 42, 56].map(|announced| silence(last, announced)), [None, Some((last, 3)), Some((last, 4))]);
    }

    #[test]
    fn a_backlog_is_many_items_and_more_than_a_day_settles() {
        assert_eq!(
            [(99, 0), (100, 100), (100, 99), (500, 0)].map(|(pending, settled)| backlog(pending, settled)),
            [None, None, Some(99), Some(0)]
        );
    }
}
