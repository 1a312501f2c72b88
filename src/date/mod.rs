//! Parses dates as outlets write them, and writes instants.

mod clock;
mod iranian;
mod months;
mod names;
mod path;
mod pieces;
mod search;
mod token;
mod zone;

pub use path::{PathDay, day_in_path};
pub use pieces::Habits;
pub use search::{FoundDate, search};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use token::{DateToken, DateTokens};

/// Years outside this range are errors: `0001`, `1796`, `20266`.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// Longer texts are not dates.
const MAX_LENGTH: usize = 120;

/// Parses a date as written in feeds, sitemaps and pages: RFC 822, ISO 8601 in all widths, epoch seconds or
/// milliseconds, and the words of a dozen languages.
///
/// `zone` applies to dates without a zone. A date without a time of day is midnight in that zone. Fractions of a second
/// are dropped. Malformed, incomplete and impossible dates become `None`.
pub fn parse_date(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    read_moment(text, zone).map(|moment| moment.instant)
}

/// An instant as the database, JSON and feeds have it: in UTC and whole seconds (RFC 3339).
pub fn utc(time: Timestamp) -> String {
    format!("{time:.0}")
}

/// A date with the zone that it was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub instant: Timestamp,
    /// The offset of that zone, and thus the day that readers saw.
    pub offset: Offset,
    /// Whether a time of day was given.
    pub timed: bool,
}

impl Moment {
    fn new(civil: DateTime, zone: &TimeZone, timed: bool) -> Option<Self> {
        let instant = zone.to_timestamp(civil).ok()?;
        Some(Self { instant, offset: zone.to_offset(instant), timed })
    }

    /// The day in the zone that it was written in.
    pub fn day(&self) -> Date {
        self.offset.to_datetime(self.instant).date()
    }
}

/// The first second of 1990; the web is younger.
const WEB: i64 = 631_152_000;
/// Midnight UTC of 1 January 2000 and 2001, the epochs of some systems.
const OTHER_EPOCHS: [i64; 2] = [946_684_800, 978_307_200];

/// Whether an instant is a placeholder for a date that was never set: from before the web (year 1, 1900, 1970, 1980),
/// or midnight at another epoch, in any time zone.
pub fn is_unset(instant: Timestamp) -> bool {
    let second = instant.as_second();
    second < WEB || second % 900 == 0 && OTHER_EPOCHS.iter().any(|epoch| (second - epoch).abs() <= 14 * 3_600)
}

/// Parses a value that is only a date, or the first date in a line of text; day, month and year are required.
pub fn read_line(text: &str, habits: &Habits) -> Option<Moment> {
    if text.len() < 6 || !text.chars().any(char::is_numeric) {
        return None;
    }
    let inside = search(text, habits).into_iter().next().map(|found| found.moment);
    let bare = || text.bytes().filter(u8::is_ascii_digit).count() >= 8;
    let whole = || if inside.is_some() || bare() { read_moment(text, habits.zone) } else { None };
    let american = habits.month_first && text.contains('/');
    if american { inside.or_else(whole) } else { whole().or(inside) }
}

/// Like `parse_date`, but keeps the zone of the text.
pub fn read_moment(text: &str, zone: &TimeZone) -> Option<Moment> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    if let Some(instant) = epoch(text) {
        return Some(Moment { instant, offset: zone.to_offset(instant), timed: true });
    }
    let mut tokens = token::tokens(text)?;
    let time = take_time(&mut tokens)?;
    let named = zone::take_zone(&mut tokens)?;
    let date = match digits_only(text) {
        Some(date) => date?,
        None => take_date(tokens, time.as_ref().is_some_and(|t| t.half_day))?,
    };
    let timed = time.is_some();
    let (time, extra) = match time {
        Some(time) => (time.time, time.next_day),
        None => (Time::midnight(), false),
    };
    let mut moment = DateTime::from_parts(date, time);
    if extra {
        moment = moment.checked_add(1.day()).ok()?;
    }
    Moment::new(moment, named.as_ref().unwrap_or(zone), timed)
}

/// Ten digits are seconds since 1970, thirteen milliseconds, sixteen microseconds.
fn epoch(text: &str) -> Option<Timestamp> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if whole.len() == 10 && fraction.bytes().all(|b| b.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => text,
    };
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_second(number / 1_000).ok(),
        16 => Timestamp::from_second(number / 1_000_000).ok(),
        _ => None,
    }
    .filter(|t| YEARS.contains(&TimeZone::UTC.to_datetime(*t).year()))
}

/// Dates of digits without separators, as in older versions of ISO 8601: `YYYYDDD`, `YYMMDD`, `-YYMM`, `0YDDD` (numbers
/// have no leading zero, so `03335` is a date and `22013` is not). The inner `None` is an impossible date.
#[expect(clippy::option_option, reason = "other text and an impossible date are different answers")]
fn digits_only(text: &str) -> Option<Option<Date>> {
    let (digits, century_left_out) = match text.strip_prefix('-') {
        Some(rest) => (rest.replace('-', ""), true),
        None => (text.to_owned(), false),
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|s| s.parse::<i64>().ok()).unwrap_or(-1);
    Some(match (digits.len(), century_left_out) {
        (4, true) => date(short_year(part(0, 2)), part(2, 4), 1),
        (_, true) => None,
        (4, _) => date(part(0, 4), 1, 1),
        (5, _) if digits.starts_with('0') => day_of_year(short_year(part(0, 2)), part(2, 5)),
        (6, _) => date(short_year(part(0, 2)), part(2, 4), part(4, 6)).or_else(|| date(part(0, 4), part(4, 6), 1)),
        (7, _) => day_of_year(part(0, 4), part(4, 7)),
        (8 | 12 | 14, _) => date(part(0, 4), part(4, 6), part(6, 8)),
        _ => None,
    })
}

fn short_year(year: i64) -> i64 {
    match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        _ => year,
    }
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn day_of_year(year: i64, day: i64) -> Option<Date> {
    let first = date(year, 1, 1)?;
    let last = first.days_in_year();
    if day < 1 || day > i64::from(last) {
        return None;
    }
    first.checked_add((day - 1).days()).ok()
}

struct TimeOfDay {
    time: Time,
    /// 24:00.
    next_day: bool,
    /// Whether am or pm was given, as in American dates.
    half_day: bool,
}

/// Removes the time of day from the tokens; the outer `None` is an impossible one.
#[expect(clippy::option_option, reason = "no time and a wrong time are different answers")]
fn take_time(tokens: &mut DateTokens) -> Option<Option<TimeOfDay>> {
    let Some(found) = tokens.find_time() else { return Some(None) };
    let (mut hour, minute, second) = (found.hour, found.minute, found.second);
    let half = tokens.take_half_day();
    match half {
        Some(_) if hour > 12 => {}
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let next_day = hour == 24 && minute == 0 && second == 0;
    if next_day {
        hour = 0;
    }
    if second > 60 {
        return None;
    }
    let part = |n: i64| i8::try_from(n).ok();
    let time = Time::new(part(hour)?, part(minute)?, part(second.min(59))?, 0).ok()?;
    Some(Some(TimeOfDay { time, next_day, half_day: half.is_some() }))
}

/// Parses the date from the tokens left after time and zone.
fn take_date(tokens: DateTokens, american: bool) -> Option<Date> {
    let mut numbers: Vec<(i64, usize)> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut hyphens = 0;
    for token in tokens.rest() {
        match token {
            DateToken::Number { value, digits } => numbers.push((value, digits)),
            DateToken::Word(word) => words.push(word),
            DateToken::Sign('-') => hyphens += 1,
            _ => {}
        }
    }
    if numbers.len() > 3 {
        return None;
    }
    let (month, weekday) = names::month_and_weekday(&words)?;
    let wide = |n: &(i64, usize)| n.1 >= 3 || n.0 > 31;
    if let Some(month) = month {
        return match numbers.as_slice() {
            [year] if year.1 == 4 => date(year.0, month, 1),
            [a, b] if wide(a) && b.1 <= 2 => date(full_year(*a), month, b.0),
            [a, b] if a.1 <= 2 => date(full_year(*b), month, a.0),
            _ => None,
        };
    }
    match numbers.as_slice() {
        [(value, 8)] => date(value / 10_000, value / 100 % 100, value % 100),
        [(year, 4)] => date(*year, 1, 1),
        [(year, 4), (day, 3)] => day_of_year(*year, *day),
        [(year, 4), (month, 1..=2)] | [(month, 1..=2), (year, 4)] => date(*year, *month, 1),
        [(year, 4), (month, _), (day, 1..=2)] => date(*year, *month, *day),
        [a, b, (day, 1..=2)] if hyphens >= 2 && a.1 == 2 && !(30..70).contains(&a.0) => date(full_year(*a), b.0, *day),
        [(a, 1..=2), (b, 1..=2), year @ (_, 2 | 4)] => {
            let year = full_year(*year);
            let (day_first, month_first) = (date(year, *b, *a), date(year, *a, *b));
            let fits = |d: &Date| weekday.is_some_and(|w| d.weekday().to_monday_zero_offset() == w);
            match (day_first, month_first) {
                (Some(d), Some(m)) if weekday.is_some() && !fits(&d) && fits(&m) => Some(m),
                (Some(d), Some(m)) if american && !fits(&d) => Some(m),
                (d, m) => d.or(m),
            }
        }
        _ => None,
    }
}

fn full_year((value, digits): (i64, usize)) -> i64 {
    if digits <= 2 { short_year(value) } else { value }
}

#[cfg(test)]
mod tests;
