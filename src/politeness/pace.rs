//! The pace of a channel, which is kept from one poll to the next.

use std::fmt;
use std::time::Duration;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The pace of a channel, as of its last response with a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pace {
    /// The interval before this poll; `None` for the first.
    pub interval: Option<Duration>,
    /// The period from the oldest to the newest date of its items, if there are two or more.
    pub window: Option<Duration>,
    /// When it does not want to be polled.
    pub skips: Skips,
}

/// RSS `skipHours` and `skipDays`, which are in GMT; as text `0 1 23 sat sun`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skips {
    /// 0 to 23.
    pub hours: Vec<u8>,
    /// Whole days.
    pub days: Vec<Weekday>,
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Skips {
    /// Parses what [`fmt::Display`] wrote; ignores other words.
    pub fn read(text: &str) -> Self {
        let words = || text.split_whitespace();
        Self {
            hours: words().filter_map(|word| word.parse().ok()).collect(),
            days: words().filter_map(|word| DAYS.iter().find(|(name, _)| *name == word).map(|(_, day)| *day)).collect(),
        }
    }

    /// The first time at or after `due` that is not skipped. A channel that skips all times is polled when due, because that must be a mistake.
    pub fn after(&self, due: Timestamp) -> Timestamp {
        let mut at = due.to_zoned_datetime(TimeZone::UTC);
        for _ in 0..=24 * 7 {
            let hour = u8::try_from(at.hour()).unwrap_or_default();
            if !self.hours.contains(&hour) && !self.days.contains(&at.weekday()) {
                return at.timestamp();
            }
            let into_hour = i64::from(at.minute()) * 60 + i64::from(at.second());
            let Ok(next) = at.checked_add(SignedDuration::from_secs(3_600 - into_hour)) else { return due };
            at = next;
        }
        due
    }
}

impl fmt::Display for Skips {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.days.iter().filter_map(|day| DAYS.iter().find(|(_, other)| other == day));
        let words: Vec<String> =
            self.hours.iter().map(u8::to_string).chain(days.map(|(name, _)| (*name).to_owned())).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn skipped_hours_and_days_are_waited_out() {
        // 6 November 1994 was a Sunday.
        let now = "1994-11-06T08:49:37Z";
        for (skips, expected) in [
            ("", now),
            ("8", "1994-11-06T09:00:00Z"),
            ("8 9 10", "1994-11-06T11:00:00Z"),
            ("9", now),
            ("sun", "1994-11-07T00:00:00Z"),
            ("0 sun", "1994-11-07T01:00:00Z"),
            ("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23", now),
            ("mon tue wed thu fri sat sun", now),
        ] {
            let read = Skips::read(skips);
            assert_eq!(read.to_string(), skips);
            assert_eq!(read.after(now.parse().unwrap()), expected.parse().unwrap(), "{skips}");
        }
        assert_eq!(Skips::read("21 22 23").after(Timestamp::MAX), Timestamp::MAX);
    }
}
