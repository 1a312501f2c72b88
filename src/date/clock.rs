//! The time of day next to a date, and its time zone.

use jiff::{civil::Time, tz::TimeZone};

use super::{pieces::Pieces, zone};
use crate::lexicon::{List, all};

/// Single-character weekdays: `（土）`.
const WEEKDAY_SIGNS: &[&str] = &["月", "火", "水", "木", "金", "土", "日"];

/// Words between a date and its time of day.
static BETWEEN: List = List::new(|| all(|language| &language.dates.before_time));
/// Words and signs after the hour.
static HOUR: List = List::new(|| all(|language| &language.dates.hours));

impl Pieces<'_> {
    /// The time of day after a date, and the piece that follows it.
    pub fn time_after(&self, end: usize) -> Option<(Time, usize)> {
        let mut at = end;
        let mut clock_word = false;
        for _ in 0..4 {
            if self.sign(at).is_some_and(|sign| {
                matches!(sign, ',' | '-' | '–' | '—' | '|' | '·' | '•' | '@' | '.' | '،' | '(' | '/' | ':' | '●' | '∙')
            }) {
                at += 1;
            } else if self.is_word(at, &BETWEEN) || self.word(at).is_some_and(|word| WEEKDAY_SIGNS.contains(&word)) {
                clock_word |= self.is_word(at, &["kl", "klo", "kello", "um", "om", "ore", "alle", "o", "as"]);
                at += 1;
            } else {
                break;
            }
        }
        self.time(at, clock_word)
    }

    /// The time of day before a date: `14:30, 4 May 2024`.
    pub fn time_before(&self, start: usize) -> Option<(Time, usize)> {
        (start.saturating_sub(6)..start).find_map(|at| {
            let (time, end) = self.time(at, false)?;
            let comma = self.sign(end).is_some_and(|sign| matches!(sign, ',' | '-' | '–' | '|' | '·' | '/' | '،'));
            (end == start || (comma && end + 1 == start)).then_some((time, at))
        })
    }

    /// `14:30`, `14:30:05`, `14h30`, `14 h 30`, `14u30`, `2:30 pm`, `14.30 Uhr`, `14시 30분`.
    fn time(&self, at: usize, clock_word: bool) -> Option<(Time, usize)> {
        let hour = self.short(at)?;
        let dotted = self.sign(at + 1) == Some('.')
            && self.short(at + 2).is_some()
            && (clock_word || self.is_word(at + 3, &HOUR))
            && !matches!(self.sign(at + 3), Some('.'));
        let united = self.is_word(at + 1, &HOUR);
        let separated = self.sign(at + 1) == Some(':') || united || dotted;
        let minute = self.number(at + 2).filter(|(_, digits)| *digits == 2).map(|(value, _)| value);
        let (minute, mut end) = match (separated, minute) {
            (true, Some(minute)) => (minute, at + 3),
            (true, None) if united => (0, at + 2),
            _ => (0, at + 1),
        };
        let bare = end == at + 1;
        end += usize::from(self.is_word(end, &["分", "분"]));
        let mut second = 0;
        if self.sign(end) == Some(':')
            && let Some(value) = self.short(end + 1)
        {
            second = value;
            end += 2;
            // Fractions are ignored.
            if self.sign(end) == Some('.') && self.touches(end) && self.number(end + 1).is_some() {
                end += 2;
            }
        }
        let (half, after) = self.half_day(end);
        if bare && half.is_none() {
            return None;
        }
        let hour = match half {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        let part = |value: i64| i8::try_from(value).ok();
        let time = Time::new(part(hour)?, part(minute)?, part(second.min(59))?, 0).ok()?;
        let unit = usize::from(half.is_none() && !united && self.is_word(after, &HOUR));
        Some((time, after + unit))
    }

    /// am (`false`) or pm (`true`), and the piece after it.
    fn half_day(&self, at: usize) -> (Option<bool>, usize) {
        match self.word(at) {
            Some("am" | "صباحا" | "ص" | "πμ") => (Some(false), at + 1),
            Some("pm" | "مساء" | "م" | "μμ") => (Some(true), at + 1),
            Some(half @ ("a" | "p")) if self.is_word(at + 2, &["m"]) && self.sign(at + 1) == Some('.') => {
                (Some(half == "p"), at + 3 + usize::from(self.sign(at + 3) == Some('.')))
            }
            _ => (None, at),
        }
    }

    /// A zone after the time of day: `GMT`, `+02:00`, `CEST`.
    pub fn zone(&self, at: usize) -> Option<(TimeZone, usize)> {
        let ahead = match self.sign(at) {
            Some('+') => 1,
            Some('-' | '−') if self.touches(at) => -1,
            _ => {
                let bracket = usize::from(self.sign(at) == Some('('));
                let word = self.word(at + bracket)?;
                let zone = zone::abbreviated(&word.to_uppercase())?;
                return Some((zone, at + bracket + 1));
            }
        };
        let (value, digits) = self.number(at + 1)?;
        if !self.touches(at + 1) {
            return None;
        }
        let (minutes, end) = match (digits, self.sign(at + 2), self.short(at + 3)) {
            (2, Some(':'), Some(minutes)) => (value * 60 + minutes, at + 4),
            (4, ..) => (value / 100 * 60 + value % 100, at + 2),
            (2, ..) => (value * 60, at + 2),
            _ => return None,
        };
        Some((zone::fixed(ahead * minutes)?, end))
    }
}
