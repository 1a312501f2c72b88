//! When to request channels, items and hosts again.
//!
//! All functions are pure; randomness is an argument, `jitter`, a number from 0 to 1.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The shortest poll interval that a user may wish for.
pub const SHORTEST_WISH: Duration = MINUTE;
/// The shortest poll interval: a cron line of every five minutes does no harm.
pub const SHORTEST: Duration = Duration::from_mins(10);
/// The longest poll interval, unless a channel fails or asks for a longer one: a digest is daily.
pub const LONGEST: Duration = DAY;
/// The first interval, before anything is known.
pub const FIRST: Duration = Duration::from_mins(30);
/// The shortest poll interval of a channel that refuses requests.
pub const BLOCKED: Duration = HOUR;
/// The longest Retry-After that is obeyed: a longer one is considered a mistake (milliseconds for seconds).
pub const LONGEST_REST: Duration = Duration::from_hours(168);
/// How often a channel that moved permanently (301, 308) is tried at its configured URL, in case the move was a mistake.
pub const MOVE_DOUBTED_AFTER: Duration = Duration::from_hours(168);
/// The longest Crawl-delay that is kept: a longer one would keep a run from ending.
pub const LONGEST_PAUSE: Duration = MINUTE;

/// The facts from a successful poll (200 or 304).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PollFacts {
    /// The number of new items.
    pub new_items: u32,
    /// The period from the oldest to the newest date of its items, if there are two or more.
    pub window: Option<Duration>,
    /// The freshness from Cache-Control or Expires, see [`freshness`].
    pub max_age: Option<Duration>,
    /// RSS `ttl`, or the period of `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub ttl: Option<Duration>,
    /// How often the user wants it to be polled at least (`poll`).
    pub wish: Option<Duration>,
}

/// The interval after a successful poll: between [`SHORTEST`] and [`LONGEST`], approaching the pace of the channel. A user may wish for a
/// shorter one, which never comes below [`SHORTEST_WISH`] or what the publisher says.
pub fn next_interval(past: Option<Duration>, seen: &PollFacts) -> Duration {
    let paced = match past {
        None => FIRST,
        // News comes in waves, so the next item is likely soon.
        Some(interval) if seen.new_items > 0 => interval / 2,
        // Intervals grow more slowly than they shrink, so that a quiet night does not delay the news of the morning.
        Some(interval) => interval.saturating_add(interval / 2),
    };
    // A feed of ten items that covers five hours loses items if it is polled twice a day.
    let window = seen.window.filter(|window| !window.is_zero()).map_or(LONGEST, |window| window / 3);
    let adapted = paced.min(window).clamp(SHORTEST, LONGEST);
    let wanted = adapted.min(seen.wish.map_or(LONGEST, |wish| wish.max(SHORTEST_WISH)));
    // Before that, the response would come from a cache. The publisher's wish outweighs the window: the ledger shows what may be missed.
    wanted.max(seen.max_age.unwrap_or_default().min(LONGEST)).max(seen.ttl.unwrap_or_default().min(LONGEST))
}

/// The back-off of a channel after `failures` consecutive failed polls (1 or more): 10, 20, 40 minutes … up to a day, plus up to a quarter,
/// so that sources that failed together are not retried together. A longer Retry-After is obeyed, up to a week.
pub fn after_failure(failures: u32, retry_after: Option<Duration>, jitter: f64) -> Duration {
    let doubled = SHORTEST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    let rest = stretched(doubled.min(DAY), jitter);
    rest.max(retry_after.unwrap_or_default().min(LONGEST_REST))
}

/// The back-off of a whole host after 429 or 503; `None` for other responses. `strikes` counts consecutive such responses, including this
/// one. Without Retry-After it is at most an hour.
pub fn host_rest(status: u16, strikes: u32, retry_after: Option<Duration>, jitter: f64) -> Option<Duration> {
    if !matches!(status, 429 | 503) {
        return None;
    }
    let assumed = MINUTE.saturating_mul(5).saturating_mul(2_u32.saturating_pow(strikes.saturating_sub(1))).min(HOUR);
    Some(match retry_after.filter(|asked| !asked.is_zero()) {
        // Slightly after the given time, because all other clients come back at that time.
        Some(asked) => stretched(asked.min(LONGEST_REST), jitter / 10.0),
        None => stretched(assumed, jitter),
    })
}

/// The kinds of failures of items, which decide the retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// A server or network error: an outlet that fails on a Friday evening may be repaired on Monday.
    Passing,
    /// Not found: a page may be announced before all servers have it.
    Missing,
    /// Refused, temporarily or permanently.
    Refused,
    /// Too large, which is unlikely to change.
    Large,
    /// Without text: a newsflash that is still being written, or a page that never gets one.
    Bare,
}

/// The wait before the next try of an item after `tries` failed ones (1 or more); `None`: it is given up. Tries are spread over days, so that
/// a failure of some hours loses nothing.
pub fn item_retry(mishap: Mishap, tries: u32, jitter: f64) -> Option<Duration> {
    const H: u64 = 60;
    let minutes: &[u64] = match mishap {
        Mishap::Passing => &[15, H, 4 * H, 12 * H, 24 * H, 36 * H, 48 * H],
        Mishap::Missing => &[15, 12 * H, 36 * H],
        Mishap::Refused => &[4 * H, 24 * H, 48 * H],
        Mishap::Large => &[24 * H],
        Mishap::Bare => &[H, 12 * H],
    };
    let nth = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    minutes.get(nth).map(|minutes| stretched(Duration::from_mins(*minutes), jitter))
}

/// The pause between two requests to a host: the larger of ours and its Crawl-delay, plus up to a quarter, so that several crawlers do not
/// synchronise.
pub fn pause(base: Duration, crawl_delay: Option<Duration>, jitter: f64) -> Duration {
    stretched(base.max(crawl_delay.unwrap_or_default().min(LONGEST_PAUSE)), jitter)
}

/// Reads a Retry-After header (RFC 9110 10.2.3): seconds, or an HTTP date. `None` for zero and for a date that has
/// passed: a host that has just refused and names no later time leaves the time to us.
pub fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    let wait = if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        Duration::from_secs(header.parse().unwrap_or(u64::MAX))
    } else {
        until(now, http_date(header)?)
    };
    Some(wait).filter(|wait| !wait.is_zero())
}

/// How long a response stays fresh (RFC 9111 4.2.1) in a private cache: max-age, else Expires minus Date (or `now`). `None` if unknown, or if
/// caching is not allowed.
pub fn freshness(
    cache_control: Option<&str>,
    expires: Option<&str>,
    date: Option<&str>,
    now: Timestamp,
) -> Option<Duration> {
    let mut max_age = None;
    for directive in cache_control.unwrap_or_default().split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let name = name.trim();
        let value = value.trim().trim_matches('"');
        // `no-cache="set-cookie"` concerns one field only (RFC 9111 5.2.2.4).
        if name.eq_ignore_ascii_case("no-store") || (name.eq_ignore_ascii_case("no-cache") && value.is_empty()) {
            return None;
        }
        if name.eq_ignore_ascii_case("max-age")
            && max_age.is_none()
            && !value.is_empty()
            && value.bytes().all(|b| b.is_ascii_digit())
        {
            max_age = Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
        }
    }
    max_age.or_else(|| {
        let expires = http_date(expires?)?;
        Some(until(date.and_then(http_date).unwrap_or(now), expires))
    })
}

/// Parses the three forms of RFC 9110 5.6.7. The day of the week is not checked.
fn http_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let date = match text.split_once(", ") {
        Some((_, rest)) => {
            let rest = rest.trim();
            let rest = ["GMT", "UTC", "+0000"].iter().find_map(|zone| rest.strip_suffix(zone))?.trim_end();
            DateTime::strptime("%d %b %Y %H:%M:%S", rest).or_else(|_| DateTime::strptime("%d-%b-%y %H:%M:%S", rest))
        }
        // asctime, with a space before a one-digit day.
        None => DateTime::strptime("%b %e %H:%M:%S %Y", text.split_once(' ')?.1.trim_start()),
    };
    TimeZone::UTC.to_timestamp(date.ok()?).ok()
}

/// Zero when `later` is not later.
fn until(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or_default()
}

/// Adds up to a quarter.
fn stretched(duration: Duration, jitter: f64) -> Duration {
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
    Duration::try_from_secs_f64(duration.as_secs_f64() * (1.0 + jitter / 4.0)).unwrap_or(duration)
}

/// The shortest time between two requests of an article that its channel reports as changed.
const AFTER_CHANGE: SignedDuration = SignedDuration::from_hours(1);

/// When a page that was gone is requested once more: after longer than a server under repair usually takes.
const CONFIRM_ABSENCE_AFTER: SignedDuration = SignedDuration::from_hours(6);

/// Whether an item that was given up or rejected at `ended` may be requested again, since its channel announces it anew:
/// after an hour at least, and after as long as it has been known.
pub fn is_reopening_due(first_seen: Timestamp, ended: Timestamp, now: Timestamp) -> bool {
    now.duration_since(ended) >= AFTER_CHANGE.max(ended.duration_since(first_seen))
}

/// What is known of an article's readings.
#[derive(Debug, Clone, Copy)]
pub struct Readings {
    /// When it was first read.
    pub first: Timestamp,
    /// When it was last requested again.
    pub last: Option<Timestamp>,
    /// When its channel last reported a change.
    pub changed: Option<Timestamp>,
    /// When a reading last found another headline or text.
    pub renewed: Option<Timestamp>,
    /// Whether a watch mentions it.
    pub is_mentioned: bool,
    /// Whether its page was gone at the last request, which one more has to confirm.
    pub is_doubtful: bool,
}

/// Whether an article is to be read again: a mentioned one once at each of these ages, whatever was missed between; any one
/// when a channel announces a change before the last of them; never without ages. An article that no watch mentions, and that
/// was the same when it was last read again, is left alone for as long as it had not changed then: some channels date
/// everything anew all the time. A page that was gone is requested once more after some hours, whatever its age.
pub fn is_revisit_due(readings: &Readings, ages: &[Duration], now: Timestamp) -> bool {
    let last = readings.last.unwrap_or(readings.first);
    let mut moments = ages
        .iter()
        .filter_map(|age| readings.first.checked_add(SignedDuration::try_from(*age).ok()?).ok())
        .collect::<Vec<_>>();
    moments.sort_unstable();
    let Some(end) = moments.last() else { return false };
    let unchanged = last.duration_since(readings.renewed.unwrap_or(readings.first));
    let is_confirmation_due = readings.is_doubtful && now.duration_since(last) >= CONFIRM_ABSENCE_AFTER;
    let pause = if readings.is_mentioned { AFTER_CHANGE } else { AFTER_CHANGE.max(unchanged) };
    let is_of_age = moments.iter().any(|moment| last < *moment && *moment <= now);
    readings.is_mentioned && (is_confirmation_due || is_of_age)
        || readings.changed.is_some_and(|changed| changed > last) && now.duration_since(last) >= pause && now <= *end
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;
    use proptest::prelude::*;

    const NOW: &str = "1994-11-06T08:49:37Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn minutes(n: u64) -> Duration {
        Duration::from_secs(n * 60)
    }

    #[test]
    fn intervals_follow_the_channel() {
        let quiet = PollFacts::default();
        let busy = PollFacts { new_items: 3, ..PollFacts::default() };
        for (past, seen, expected) in [
            (None, quiet.clone(), 30),
            (None, busy.clone(), 30),
            (Some(60), busy.clone(), 30),
            (Some(60), quiet.clone(), 90),
            (Some(12), busy.clone(), 10),
            (Some(1_000), quiet.clone(), 1_440),
            (Some(0), quiet.clone(), 10),
            (Some(100_000), busy.clone(), 1_440),
            // A window of five hours.
            (Some(600), PollFacts { window: Some(minutes(300)), ..quiet.clone() }, 100),
            (Some(600), PollFacts { window: Some(minutes(3)), ..quiet.clone() }, 10),
            (Some(600), PollFacts { window: Some(Duration::ZERO), ..quiet.clone() }, 900),
            // The user's wish.
            (Some(600), PollFacts { wish: Some(minutes(15)), ..quiet.clone() }, 15),
            (Some(600), PollFacts { wish: Some(minutes(2)), ..quiet.clone() }, 2),
            (Some(600), PollFacts { wish: Some(Duration::from_secs(5)), ..quiet.clone() }, 1),
            (Some(12), PollFacts { wish: Some(minutes(30)), ..busy.clone() }, 10),
            (Some(1), PollFacts { wish: Some(minutes(1)), max_age: Some(minutes(5)), ..busy.clone() }, 5),
            (Some(1), PollFacts { wish: Some(minutes(1)), ttl: Some(minutes(60)), ..busy.clone() }, 60),
            (Some(1), quiet.clone(), 10),
            // The publisher's word.
            (Some(20), PollFacts { max_age: Some(minutes(60)), ..busy.clone() }, 60),
            (Some(20), PollFacts { ttl: Some(minutes(120)), max_age: Some(minutes(60)), ..busy.clone() }, 120),
            (Some(200), PollFacts { max_age: Some(minutes(5)), ..quiet.clone() }, 300),
            (Some(20), PollFacts { max_age: Some(Duration::MAX), window: Some(minutes(60)), ..busy }, 1_440),
        ] {
            let past = past.map(minutes);
            assert_eq!(next_interval(past, &seen), minutes(expected), "{past:?} {seen:?}");
        }
    }

    #[test]
    fn failures_are_met_with_patience() {
        for (failures, asked, jitter, expected) in [
            (0, None, 0.0, minutes(10)),
            (1, None, 0.0, minutes(10)),
            (1, None, 1.0, Duration::from_secs(750)),
            (2, None, 0.0, minutes(20)),
            (3, None, 0.0, minutes(40)),
            (8, None, 0.0, minutes(1_280)),
            (9, None, 0.0, DAY),
            (u32::MAX, None, 0.0, DAY),
            (1, Some(HOUR), 0.5, HOUR),
            (3, Some(MINUTE), 0.0, minutes(40)),
            (1, Some(Duration::MAX), 0.0, LONGEST_REST),
            (1, None, f64::NAN, minutes(10)),
            (1, None, -3.0, minutes(10)),
        ] {
            assert_eq!(after_failure(failures, asked, jitter), expected, "{failures} {asked:?} {jitter}");
        }
    }

    #[test]
    fn busy_hosts_rest() {
        assert_eq!(host_rest(200, 1, Some(HOUR), 0.0), None);
        assert_eq!(host_rest(500, 1, None, 0.0), None);
        assert_eq!(host_rest(429, 1, None, 0.0), Some(minutes(5)));
        assert_eq!(host_rest(503, 3, None, 0.0), Some(minutes(20)));
        assert_eq!(host_rest(503, 60, None, 0.0), Some(HOUR));
        assert_eq!(host_rest(429, 1, Some(Duration::from_secs(30)), 0.0), Some(Duration::from_secs(30)));
        assert_eq!(host_rest(429, 1, Some(DAY), 0.0), Some(DAY));
        assert_eq!(host_rest(429, 1, Some(Duration::ZERO), 0.0), Some(minutes(5)));
        assert!(host_rest(429, 1, Some(HOUR), 1.0).unwrap() > HOUR);
    }

    #[test]
    fn items_are_tried_for_five_days() {
        for (mishap, most, days) in [
            (Mishap::Passing, 8, 5..6),
            (Mishap::Missing, 4, 2..3),
            (Mishap::Refused, 4, 3..4),
            (Mishap::Large, 2, 1..2),
            (Mishap::Bare, 3, 0..1),
        ] {
            let mut total = Duration::ZERO;
            let mut last = Duration::ZERO;
            let mut tries = 1;
            while let Some(wait) = item_retry(mishap, tries, 0.0) {
                assert!(wait > last, "{mishap:?} {tries}");
                (total, last, tries) = (total + wait, wait, tries + 1);
            }
            assert_eq!(tries, most, "{mishap:?}");
            assert!(days.contains(&(total.as_secs() / DAY.as_secs())), "{mishap:?}: {total:?}");
            assert_eq!(item_retry(mishap, u32::MAX, 0.0), None);
        }
        assert_eq!(item_retry(Mishap::Passing, 1, 0.0), Some(minutes(15)));
    }

    #[test]
    fn pauses_heed_the_crawl_delay() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(second, None, 0.0), second);
        assert_eq!(pause(second, None, 1.0), Duration::from_millis(1_250));
        assert_eq!(pause(second, Some(5 * second), 0.0), 5 * second);
        assert_eq!(pause(5 * second, Some(second), 0.0), 5 * second);
        assert_eq!(pause(second, Some(Duration::MAX), 0.0), MINUTE);
        assert_eq!(pause(Duration::ZERO, None, 0.7), Duration::ZERO);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        for (header, expected) in [
            ("120", Some(120)),
            (" 0 ", None),
            ("000", None),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sun Nov  6 08:50:37 1994", Some(60)),
            ("Mon, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", None),
            ("99999999999999999999999", Some(u64::MAX)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("Sun, 99 Nov 1994 08:50:37 GMT", None),
        ] {
            assert_eq!(retry_after(header, now()), expected.map(Duration::from_secs), "{header:?}");
        }
    }

    #[test]
    fn a_page_that_was_gone_is_requested_once_more() {
        let at = |hours: i64| now() + SignedDuration::from_hours(hours);
        let gone = |is_doubtful| Readings {
            first: now(),
            last: Some(at(24)),
            changed: None,
            renewed: None,
            is_mentioned: true,
            is_doubtful,
        };
        let ages = [Duration::from_hours(2), DAY];
        assert!(!is_revisit_due(&gone(true), &ages, at(29)));
        assert!(is_revisit_due(&gone(true), &ages, at(30)));
        assert!(!is_revisit_due(&gone(false), &ages, at(30)));
        assert!(!is_revisit_due(&gone(true), &[], at(30)), "no article is read again");
    }

    #[test]
    fn what_no_watch_mentions_is_read_again_only_when_its_channel_says_so() {
        let at = |hours: i64| now() + SignedDuration::from_hours(hours);
        let readings = |last: Option<i64>, changed: Option<i64>, renewed: i64, is_mentioned| Readings {
            first: now(),
            last: last.map(at),
            changed: changed.map(at),
            renewed: Some(at(renewed)),
            is_mentioned,
            is_doubtful: false,
        };
        let ages = [Duration::from_hours(2), DAY];
        for (readings, now, expected) in [
            (readings(None, None, 0, true), 3, true),
            (readings(None, None, 0, false), 3, false),
            (readings(None, Some(1), 0, false), 1, true),
            // Unchanged for four hours when it was last read: not before four more.
            (readings(Some(4), Some(5), 0, false), 6, false),
            (readings(Some(4), Some(5), 0, true), 6, true),
            (readings(Some(4), Some(5), 0, false), 8, true),
            // It had changed.
            (readings(Some(4), Some(5), 4, false), 5, true),
            (readings(Some(4), Some(25), 4, false), 25, false),
        ] {
            assert_eq!(is_revisit_due(&readings, &ages, at(now)), expected, "{readings:?} at {now}");
        }
        let changed = readings(None, Some(1), 0, false);
        assert!(!is_revisit_due(&changed, &[], at(2)), "switched off");
    }

    #[test]
    fn freshness_is_read_from_three_headers() {
        let (later, date) = ("Sun, 06 Nov 1994 09:49:37 GMT", "Sun, 06 Nov 1994 08:48:37 GMT");
        for (cache, expires, date, expected) in [
            (Some("public, max-age=300"), None, None, Some(300)),
            (Some("Max-Age=\"300\", s-maxage=9"), Some(later), None, Some(300)),
            (Some("s-maxage=9"), None, None, None),
            (Some("max-age=300, no-cache"), None, None, None),
            (Some("max-age=300, no-cache=\"set-cookie\""), None, None, Some(300)),
            (Some("no-store"), Some(later), None, None),
            (Some("max-age=x"), Some(later), None, Some(3_600)),
            (Some("max-age=0"), Some(later), None, Some(0)),
            (None, Some(later), Some(date), Some(3_660)),
            (None, Some(later), Some("nonsense"), Some(3_600)),
            (None, Some("0"), None, None),
            (None, Some("-1"), None, None),
            (None, Some(date), None, Some(0)),
            (None, None, None, None),
        ] {
            assert_eq!(
                freshness(cache, expires, date, now()),
                expected.map(Duration::from_secs),
                "{cache:?} {expires:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn intervals_stay_in_their_bounds(interval: Option<u64>, new_items: u32, window: Option<u64>, max_age: Option<u64>, ttl: Option<u64>, wish: Option<u64>) {
            let [interval, window, max_age, ttl, wish] = [interval, window, max_age, ttl, wish].map(|s| s.map(Duration::from_secs));
            let next = next_interval(interval, &PollFacts { new_items, window, max_age, ttl, wish: None });
            prop_assert!((SHORTEST..=LONGEST).contains(&next));
            let wished = next_interval(interval, &PollFacts { new_items, window, max_age, ttl, wish });
            prop_assert!((SHORTEST_WISH..=LONGEST).contains(&wished) && wished <= next);
            prop_assert!(wished >= max_age.unwrap_or_default().min(LONGEST) && wished >= ttl.unwrap_or_default().min(LONGEST));
        }

        #[test]
        fn no_header_is_too_odd(text in ".{0,40}", jitter: f64, failures: u32) {
            let _ = (retry_after(&text, now()), freshness(Some(&text), Some(&text), Some(&text), now()));
            prop_assert!(after_failure(failures, retry_after(&text, now()), jitter) <= LONGEST_REST);
        }
    }
}
