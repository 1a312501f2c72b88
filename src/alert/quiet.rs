//! Hours in which nothing is sent.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// From a time of day to another one, which may be that of the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin.
    pub from: Time,
    /// When they end; never the same.
    pub until: Time,
}

impl QuietHours {
    /// When the quiet hours that hold at `now` end; `None` outside them.
    ///
    /// Times of the day are those of the clock on the wall. Where the clock skips the end, the hours end when it skips; where it shows
    /// the end twice, they end the first time.
    pub fn end(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = zone.to_datetime(now);
        let is_quiet = if self.from < self.until {
            self.from <= local.time() && local.time() < self.until
        } else {
            local.time() >= self.from || local.time() < self.until
        };
        if !is_quiet {
            return None;
        }
        let is_today = local.time() < self.until;
        let day = if is_today { local.date() } else { local.date().tomorrow().ok()? };
        let end = zone.to_ambiguous_timestamp(day.to_datetime(self.until)).compatible().ok()?;
        // The clock was put back after the end: it shows quiet hours again, which are over.
        (end > now).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use proptest::prelude::*;

    use super::*;

    fn brussels() -> TimeZone {
        TimeZone::get("Europe/Brussels").unwrap()
    }

    fn hours(text: &str) -> QuietHours {
        let (from, until) = text.split_once('-').unwrap();
        let time = |text: &str| format!("{text}:00").parse().unwrap();
        QuietHours { from: time(from), until: time(until) }
    }

    #[test]
    fn hours_may_go_over_midnight_and_over_a_change_of_the_clock() {
        for (quiet, now, end) in [
            ("22:00-07:00", "2026-10-10T19:59:59Z", None),
            ("22:00-07:00", "2026-10-10T20:00:00Z", Some("2026-10-11T05:00:00Z")),
            ("22:00-07:00", "2026-10-11T04:59:59Z", Some("2026-10-11T05:00:00Z")),
            ("22:00-07:00", "2026-10-11T05:00:00Z", None),
            ("12:00-14:00", "2026-10-11T10:30:00Z", Some("2026-10-11T12:00:00Z")),
            ("12:00-14:00", "2026-10-11T20:30:00Z", None),
            // On 25 October 2026 at 3:00 the clock goes back to 2:00: the night has an hour more.
            ("22:00-07:00", "2026-10-24T20:30:00Z", Some("2026-10-25T06:00:00Z")),
            ("22:00-02:30", "2026-10-25T00:00:00Z", Some("2026-10-25T00:30:00Z")),
            // It is 2:15 for the second time: the hours ended at the first 2:30.
            ("22:00-02:30", "2026-10-25T01:15:00Z", None),
            // On 29 March 2026 at 2:00 it goes on to 3:00: there is no 2:30.
            ("22:00-07:00", "2026-03-28T21:30:00Z", Some("2026-03-29T05:00:00Z")),
            ("22:00-02:30", "2026-03-29T00:30:00Z", Some("2026-03-29T01:30:00Z")),
        ] {
            let found = hours(quiet).end(now.parse().unwrap(), &brussels());
            assert_eq!(found, end.map(|end| end.parse().unwrap()), "{quiet} at {now}");
        }
    }

    proptest! {
        #[test]
        fn quiet_hours_end_within_a_day_and_not_into_others(from in 0_i8..24, until in 0_i8..24, minute in 0_i8..60, at in 1_700_000_000_i64..1_900_000_000) {
            prop_assume!(from != until);
            let quiet = QuietHours { from: Time::new(from, minute, 0, 0).unwrap(), until: Time::new(until, minute, 0, 0).unwrap() };
            let now = Timestamp::from_second(at).unwrap();
            if let Some(end) = quiet.end(now, &brussels()) {
                prop_assert!(end > now && end.duration_since(now).as_hours() <= 25);
                prop_assert!(quiet.end(end, &brussels()).is_none());
            }
        }
    }
}
