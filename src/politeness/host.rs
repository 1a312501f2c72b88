//! The facts about a host that are kept between runs: robots.txt, reservations and back-off.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::robots::Robots;
use super::{TdmFile, schedule};

/// Longer than any wait that we set: a longer one was set while the clock was wrong, and is ignored.
const ABSURD: SignedDuration = SignedDuration::from_hours(24 * 10);
/// How long a robots.txt is cached (RFC 9309, 2.4), and how long an unreadable one closes its host at most.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The facts about a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Host {
    /// `scheme://host[:port]`.
    pub name: String,
    /// Its robots.txt; `None`: never requested.
    pub robots: Option<RobotsFile>,
    /// Its reservations; `None`: never requested.
    pub tdm: Option<TdmFile>,
    /// Its back-off.
    pub rest: Option<BackOff>,
}

impl Host {
    /// The Crawl-delay that its robots.txt asks of this crawler, as far as it was read.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        match &self.robots.as_ref()?.rules {
            Rules::Text(text) => Robots::parse(text).crawl_delay(agent),
            Rules::Absent | Rules::Unknown => None,
        }
    }
}

/// The state of a robots.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsFile {
    /// The last usable response.
    pub rules: Rules,
    /// Since when it cannot be read (server errors, no response).
    pub failing_since: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// Not requested again before.
    pub next_at: Timestamp,
}

/// The meaning of a usable response for robots.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rules {
    /// There was no usable response yet.
    Unknown,
    /// There is no such file (4xx): everything is allowed.
    Absent,
    /// Its text.
    Text(String),
}

/// A back-off of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackOff {
    /// Not requested again before.
    pub until: Timestamp,
    /// Whether the host named the time itself (`Retry-After`): then `--force` does not override it.
    pub asked_for: bool,
    /// Consecutive responses with 429 or 503.
    pub strikes: u32,
    /// Why.
    pub reason: String,
}

impl BackOff {
    /// Whether the back-off is not over.
    pub fn holds(&self, now: Timestamp) -> bool {
        !is_over(self.until, now)
    }
}

impl RobotsFile {
    /// The state after a usable response.
    pub fn answered(rules: Rules, now: Timestamp) -> Self {
        Self { rules, failing_since: None, failures: 0, next_at: now.checked_add(DAY).unwrap_or(now) }
    }

    /// The state after a failure: the known rules stay, and the next retry waits longer.
    pub fn failed(old: Option<&Self>, now: Timestamp, retry_after: Option<Duration>, jitter: f64) -> Self {
        let failures = old.map_or(0, |old| old.failures).saturating_add(1);
        let wait = SignedDuration::try_from(schedule::after_failure(failures, retry_after, jitter)).unwrap_or(DAY);
        Self {
            rules: old.map_or(Rules::Unknown, |old| old.rules.clone()),
            // A clock that was set back must not extend the time.
            failing_since: old.and_then(|old| old.failing_since).filter(|since| *since <= now).or(Some(now)),
            failures,
            next_at: now.checked_add(wait).unwrap_or(now),
        }
    }

    /// Whether it may be requested again.
    pub fn is_due(&self, now: Timestamp) -> bool {
        is_over(self.next_at, now)
    }

    /// Whether an unreadable file closes the host (RFC 9309, 2.3.1.4): for a day, not for ever. After that the last usable response applies
    /// again.
    pub fn closes(&self, now: Timestamp) -> bool {
        self.failing_since.is_some_and(|since| {
            let age = now.duration_since(since);
            !age.is_negative() && age < DAY
        })
    }
}

/// Whether a wait is over, or is absurdly long.
pub(super) fn is_over(until: Timestamp, now: Timestamp) -> bool {
    let left = until.duration_since(now);
    left.is_negative() || left.is_zero() || left >= ABSURD
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    fn at(hours: f64) -> Timestamp {
        let start: Timestamp = "2026-10-11T00:00:00Z".parse().unwrap();
        start + SignedDuration::try_from_secs_f64(hours * 3_600.0).unwrap()
    }

    #[test]
    fn a_robots_txt_that_cannot_be_had_is_asked_for_less_and_less_often() {
        let mut file = RobotsFile::failed(None, at(0.0), None, 0.0);
        let mut waits = Vec::new();
        for _ in 0..10 {
            let asked = file.next_at;
            let next = RobotsFile::failed(Some(&file), asked, None, 0.0);
            waits.push(next.next_at.duration_since(asked).as_mins());
            file = next;
        }
        assert_eq!(waits, [20, 40, 80, 160, 320, 640, 1_280, 1_440, 1_440, 1_440]);
        assert_eq!(file.failing_since, Some(at(0.0)));
        let told = RobotsFile::failed(None, at(0.0), Some(Duration::from_hours(3)), 0.0);
        assert!(!told.is_due(at(2.9)) && told.is_due(at(3.0)), "Retry-After is obeyed");
    }

    #[test]
    fn it_closes_its_host_for_a_day_and_then_the_last_usable_answer_holds() {
        let known = RobotsFile::answered(Rules::Text("Disallow: /x".into()), at(0.0));
        assert!(!known.is_due(at(23.9)) && known.is_due(at(24.0)) && !known.closes(at(30.0)));
        let failed = RobotsFile::failed(Some(&known), at(24.0), None, 0.0);
        let later = RobotsFile::failed(Some(&failed), at(40.0), None, 0.0);
        for (hours, closed) in [(24.0, true), (47.9, true), (48.0, false), (500.0, false)] {
            assert_eq!((failed.closes(at(hours)), later.closes(at(hours))), (closed, closed), "{hours}");
        }
        assert_eq!(later.rules, Rules::Text("Disallow: /x".into()));
        assert!(!RobotsFile::answered(Rules::Absent, at(41.0)).closes(at(41.0)));
    }

    #[test]
    fn what_was_set_while_the_clock_was_wrong_does_not_count() {
        let future = RobotsFile::failed(None, at(90_000.0), None, 0.0);
        assert!(future.is_due(at(0.0)) && !future.closes(at(0.0)));
        assert_eq!(RobotsFile::failed(Some(&future), at(0.0), None, 0.0).failing_since, Some(at(0.0)));
        let rest = BackOff { until: at(90_000.0), asked_for: true, strikes: 1, reason: String::new() };
        assert!(!rest.holds(at(0.0)) && rest.holds(at(89_999.0)));
    }
}
