//! Times as people write them on the command line.

use jiff::civil::{Date, Weekday};
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::error::Error;

/// What can be written.
pub(super) const TIME_FORMS: &str = "write a time as 24h, 7d, 2w, 1mo, today, yesterday, monday, 2024-05-04, 2024-05, 2024-05-04T14:30 or 2024-05-04T14:30:00Z";

/// The first time of a period. Stored times are compared as texts, which goes wrong before the year 1.
const EARLIEST: Timestamp = Timestamp::constant(-62_135_596_800, 0);

/// Which end of a day is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Its first instant.
    Start,
    /// Its last second.
    End,
}

/// Reads `--since` and `--until`: from when, where given, and to when, by default `now`. Without `--since` it is `usual` before
/// the end; of a day that `--until` names, that day.
pub(super) fn parse_period(
    since: Option<&str>,
    until: Option<&str>,
    usual: Option<SignedDuration>,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<(Option<Timestamp>, Timestamp), Error> {
    let read = |name: &str, text: &str, edge| {
        parse_time(text, now, zone, edge)
            .ok_or_else(|| Error::usage(format!("could not read --{name} {text:?}")).hint(TIME_FORMS))
    };
    let since = since.map(|text| read("since", text, Edge::Start)).transpose()?;
    let end = until;
    let until = end.map_or(Ok(now), |text| read("until", text, Edge::End))?;
    let since = since.or_else(|| {
        let usual = usual?;
        // A day ends with its last second: its first one is as far back as the day is long, and what is longer begins there too.
        let first = end.and_then(|text| parse_time(text, now, zone, Edge::Start)).filter(|first| *first < until);
        let (from, usual) = match first {
            Some(first) => (first, usual.checked_sub(SignedDuration::from_hours(24))?),
            None => (until, usual),
        };
        from.checked_sub(usual).ok()
    });
    if since.is_some_and(|since| since > until) {
        return Err(Error::usage("could not use that period: --since is later than --until"));
    }
    Ok((since, until))
}

/// Reads `--as-of`: a time that may stand in for the clock, with room to reckon on both sides of it.
pub(super) fn clock(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Error> {
    let time = parse_time(text, now, zone, Edge::Start)
        .ok_or_else(|| Error::usage(format!("could not read --as-of {text:?}")).hint(TIME_FORMS))?;
    if !(1970..=9998).contains(&TimeZone::UTC.to_datetime(time).year()) {
        let why = "a time in place of the clock lies in the years 1970 to 9998";
        return Err(Error::usage(format!("could not use --as-of {text:?}: {why}")));
    }
    Ok(time)
}

/// Reads a time: so long ago, a day in `zone`, or an instant. One that lies further away than can be reckoned with is the
/// first or the last that can: `--until 9999-12-31` means for ever.
pub(super) fn parse_time(text: &str, now: Timestamp, zone: &TimeZone, edge: Edge) -> Option<Timestamp> {
    exact_instant(text.trim(), now, zone, edge).or_else(|| remote_instant(text.trim())).map(|time| time.max(EARLIEST))
}

/// A time that is well written, and too far away for a [`Timestamp`].
fn remote_instant(text: &str) -> Option<Timestamp> {
    if parse_duration(text).is_some() || parse_months(text).is_some() {
        return Some(EARLIEST);
    }
    match Pieces::parse(text).ok()?.date().year() {
        9999 => Some(Timestamp::MAX),
        ..=-9998 => Some(EARLIEST),
        _ => None,
    }
}

fn exact_instant(text: &str, now: Timestamp, zone: &TimeZone, edge: Edge) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    if let Some(ago) = parse_duration(text) {
        return now.checked_sub(ago).ok();
    }
    if let Some(months) = parse_months(text) {
        return zone.to_timestamp(zone.to_datetime(now).checked_sub(months.months()).ok()?).ok();
    }
    if let Some((first, next)) = parse_days(text, zone.to_datetime(now).date()) {
        let start = |date: Date| zone.to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok();
        return match edge {
            Edge::Start => start(first),
            Edge::End => start(next)?.checked_sub(SignedDuration::from_secs(1)).ok(),
        };
    }
    let local: jiff::civil::DateTime = text.parse().ok()?;
    zone.to_timestamp(local).ok()
}

/// A length of time for an option: 30m, 24h, 7d.
pub(super) fn parse_span(text: &str) -> Result<SignedDuration, String> {
    parse_duration(text).ok_or_else(|| "write a length of time as 30m, 24h or 7d".to_owned())
}

/// A day or a month: its first day, and the first one behind it. A day of the week is the last one of its name, today included.
fn parse_days(text: &str, today: Date) -> Option<(Date, Date)> {
    if let Some((year, month)) = text.split_once('-').filter(|_| text.len() == 7 && text.is_ascii()) {
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        return Some((first, first.checked_add(1.month()).ok()?));
    }
    let day = match text {
        "today" => today,
        "yesterday" => today.yesterday().ok()?,
        _ => match weekday(text) {
            Some(weekday) => {
                let back = i64::from(weekday.until(today.weekday()));
                today.checked_sub(back.days()).ok()?
            }
            None => text.parse::<Date>().ok().filter(|_| text.len() == 10)?,
        },
    };
    Some((day, day.checked_add(1.day()).ok()?))
}

/// A day of the week, in full or by three letters.
fn weekday(text: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let text = text.to_ascii_lowercase();
    let at = NAMES.iter().position(|name| *name == text || name.get(..3) == Some(&text))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

fn parse_months(text: &str) -> Option<i32> {
    text.strip_suffix("mo")?.parse().ok().filter(|n| (0..=100_000).contains(n))
}

fn parse_duration(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|n| *n >= 0)?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        'w' => 7 * 24 * 3600,
        _ => return None,
    };
    Some(SignedDuration::from_secs(number.checked_mul(seconds)?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    fn read(text: &str, edge: Edge) -> Option<String> {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        parse_time(text, "2026-10-11T07:30:00Z".parse().unwrap(), &zone, edge).map(|t| t.to_string())
    }

    #[test]
    fn what_people_write() {
        for (text, start, end) in [
            ("24h", "2026-10-10T07:30:00Z", "2026-10-10T07:30:00Z"),
            ("7d", "2026-10-04T07:30:00Z", "2026-10-04T07:30:00Z"),
            ("yesterday", "2026-10-09T22:00:00Z", "2026-10-10T21:59:59Z"),
            ("today", "2026-10-10T22:00:00Z", "2026-10-11T21:59:59Z"),
            ("1mo", "2026-09-11T07:30:00Z", "2026-09-11T07:30:00Z"),
            // The clocks went back and forth in between: the same hour of the day.
            ("7mo", "2026-03-11T08:30:00Z", "2026-03-11T08:30:00Z"),
            ("2026-10", "2026-09-30T22:00:00Z", "2026-10-31T22:59:59Z"),
            ("2026-02", "2026-01-31T23:00:00Z", "2026-02-28T22:59:59Z"),
            // The eleventh is a Sunday.
            ("sunday", "2026-10-10T22:00:00Z", "2026-10-11T21:59:59Z"),
            ("monday", "2026-10-04T22:00:00Z", "2026-10-05T21:59:59Z"),
            ("Sat", "2026-10-09T22:00:00Z", "2026-10-10T21:59:59Z"),
            // The day on which the clocks go back has 25 hours.
            ("2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"),
            ("2026-05-04T14:30", "2026-05-04T12:30:00Z", "2026-05-04T12:30:00Z"),
            ("2026-05-04T14:30:00+02:00", "2026-05-04T12:30:00Z", "2026-05-04T12:30:00Z"),
        ] {
            assert_eq!(read(text, Edge::Start).as_deref(), Some(start), "{text}");
            assert_eq!(read(text, Edge::End).as_deref(), Some(end), "{text}");
        }
    }

    #[test]
    fn without_a_beginning_it_is_as_long_before_the_end() {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let now = "2026-10-11T07:30:00Z".parse().unwrap();
        let hours = |hours| Some(SignedDuration::from_hours(hours));
        for (until, usual, expected) in [
            (None, hours(24), Some("2026-10-10T07:30:00Z")),
            (None, None, None),
            (Some("yesterday"), hours(24), Some("2026-10-09T22:00:00Z")),
            (Some("yesterday"), hours(7 * 24), Some("2026-10-03T22:00:00Z")),
            (Some("2026-10-01"), hours(24), Some("2026-09-30T22:00:00Z")),
            (Some("2026-10-01T12:00"), hours(24), Some("2026-09-30T10:00:00Z")),
            (Some("48h"), hours(24), Some("2026-10-08T07:30:00Z")),
            (Some("yesterday"), None, None),
        ] {
            let (since, _) = parse_period(None, until, usual, now, &zone).unwrap();
            assert_eq!(since.map(|since| since.to_string()).as_deref(), expected, "{until:?}");
        }
        assert!(parse_period(Some("today"), Some("yesterday"), hours(24), now, &zone).is_err());
    }

    #[test]
    fn times_beyond_reckoning_are_the_first_and_the_last() {
        let (first, last) = ("0001-01-01T00:00:00Z", "9999-12-30T22:00:00.999999999Z");
        for (text, expected) in [
            ("9999-12-31", Some(last)),
            ("9999-12-31T23:59:59Z", Some(last)),
            ("9999-12-31T23:59:59", Some(last)),
            ("9999-12-31T23:59:59+02:00", Some(last)),
            ("0001-01-01", Some(first)),
            ("0000-01-01T00:00:00Z", Some(first)),
            ("-000044-03-15T12:00:00Z", Some(first)),
            ("-009999-01-01T00:00:00Z", Some(first)),
            ("99999999d", Some(first)),
            ("100000mo", Some(first)),
            ("1900-01-01T00:00:00Z", Some("1900-01-01T00:00:00Z")),
            ("9999-13-31", None),
        ] {
            assert_eq!(read(text, Edge::Start).as_deref(), expected, "{text}");
        }
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let now = "2026-10-11T07:30:00Z".parse().unwrap();
        for (text, message) in [
            ("9999-12-31", "the years 1970 to 9998"),
            ("0001-01-01", "the years 1970 to 9998"),
            ("-000001-01-01T00:00:00Z", "the years 1970 to 9998"),
            ("3000000d", "the years 1970 to 9998"),
            ("soon", "could not read --as-of \"soon\""),
        ] {
            let error = clock(text, now, &zone).unwrap_err().to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
        assert!(clock("1970-01-02", now, &zone).is_ok() && clock("9998-12-31", now, &zone).is_ok());
        let hours = Some(SignedDuration::from_hours(24));
        let (since, until) = parse_period(Some("0001-01-01"), Some("9999-12-31"), hours, now, &zone).unwrap();
        assert_eq!((since, until), (Some(EARLIEST), Timestamp::MAX));
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "soon",
            "24",
            "-3h",
            "h",
            "2026-13-01",
            "99999999999999999999d",
            "é",
            "-1mo",
            "mo",
            "2026-13",
            "2026-00",
            "20261-1",
            "mond",
        ] {
            assert_eq!(read(text, Edge::Start), None, "{text}");
        }
    }
}
