//! The languages of outputs: counts, dates and times, and the texts of `lexicon/frame`.

mod cause;

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub use crate::lexicon::{Counted, Texts};
use crate::lexicon::{DUTCH, ENGLISH, FRENCH, GERMAN};
pub use cause::{Cause, CauseCode};

/// A language of outputs. Texts of outlets are not translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// `en`
    #[default]
    English,
    /// `fr`
    French,
    /// `nl`
    Dutch,
    /// `de`
    German,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 4] = [Self::English, Self::French, Self::Dutch, Self::German];
    /// Their codes (ISO 639-1), in the same order.
    pub const CODES: [&'static str; 4] = ["en", "fr", "nl", "de"];

    /// The language with this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// Its code: `fr`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Dutch => "nl",
            Self::German => "de",
        }
    }

    /// Its texts.
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
            Self::Dutch => &DUTCH,
            Self::German => &GERMAN,
        }
    }

    /// A formatted number: `12,345`.
    pub fn figure(self, n: u64) -> String {
        let digits = n.to_string();
        let mut out = String::with_capacity(digits.len() + 4);
        for (at, digit) in digits.char_indices() {
            // Most of these languages do not group four digits.
            if at > 0 && digits.len() > 4 && (digits.len() - at).is_multiple_of(3) {
                out.push_str(self.texts().thousands);
            }
            out.push(digit);
        }
        out
    }

    /// A count with its noun: `1 article`, `2 articles`.
    pub fn count(self, n: u64, of: &Counted) -> String {
        fill(self.texts().plural.form(n, of), &[("n", &self.figure(n))])
    }

    /// What happened to items: `2 too old`. `state` is its name in the database; `None` if it has no text.
    pub fn fate(self, state: &str, n: u64) -> Option<String> {
        self.texts().fates.get(state).map(|said| self.count(n, said))
    }

    /// A time: `Sat 10 Oct 16:31`, with the year if it differs from that of `now`.
    pub fn when(self, time: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
        let local = zone.to_datetime(time);
        let texts = self.texts();
        let weekday = texts.weekdays[usize::from(local.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
        let day = if local.year() == zone.to_datetime(now).year() { texts.day } else { texts.day_of_year };
        let mut when = String::with_capacity(48);
        when.push_str(weekday);
        when.push(' ');
        self.spell(day, local, &mut when);
        for (before, of_two) in [(' ', local.hour()), (':', local.minute())] {
            when.push(before);
            when.extend([of_two / 10, of_two % 10].map(|digit| char::from(b'0' + digit.unsigned_abs())));
        }
        when
    }

    /// A date: `10 Oct 2026`.
    pub fn day(self, day: jiff::civil::Date) -> String {
        let mut out = String::new();
        self.spell(self.texts().day_of_year, day.to_datetime(jiff::civil::Time::midnight()), &mut out);
        out
    }

    fn spell(self, form: &str, local: DateTime, out: &mut String) {
        let texts = self.texts();
        fill_into(out, form, |name, out| {
            // Writing to a string cannot fail.
            let _ = match name {
                "day" if local.day() == 1 => out.write_str(texts.first_of_month),
                "day" => write!(out, "{}", local.day()),
                "month" => {
                    out.write_str(texts.months[usize::from(local.month().unsigned_abs()).saturating_sub(1) % 12])
                }
                "year" => write!(out, "{}", local.year()),
                _ => return false,
            };
            true
        });
    }
}

/// Fills in the placeholders `{name}` of a text. Placeholders within the values are not replaced.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    fill_into(&mut out, text, |name, out| {
        let value = values.iter().find(|(known, _)| *known == name);
        value.inspect(|(_, value)| out.push_str(value)).is_some()
    });
    out
}

/// The same; `write` appends the value of a name, and returns whether there is one.
fn fill_into(out: &mut String, text: &str, write: impl Fn(&str, &mut String) -> bool) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        rest = match after.split_once('}') {
            Some((name, behind)) if write(name, out) => behind,
            _ => {
                out.push('{');
                after
            }
        };
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn codes_and_languages_go_together() {
        assert_eq!(Language::ALL.map(Language::code), Language::CODES);
        assert_eq!(Language::CODES.map(|code| Language::of(code).unwrap()), Language::ALL);
        assert_eq!((Language::of("FR"), Language::of("es"), Language::of("")), (None, None, None));
    }

    #[test]
    fn columns_of_the_ledger_fit() {
        for language in Language::ALL {
            let texts = language.texts();
            for name in [texts.checked, texts.seen, texts.read, texts.matched] {
                assert!(name.chars().count() <= 9, "{name}");
            }
        }
    }

    #[test]
    fn counts() {
        for (n, expected) in [
            (0, ["0 articles", "0 article", "0 artikelen", "0 Artikel"]),
            (1, ["1 article", "1 article", "1 artikel", "1 Artikel"]),
            (2, ["2 articles", "2 articles", "2 artikelen", "2 Artikel"]),
            (4321, ["4321 articles", "4321 articles", "4321 artikelen", "4321 Artikel"]),
            (
                1_234_567,
                ["1,234,567 articles", "1\u{202f}234\u{202f}567 articles", "1.234.567 artikelen", "1.234.567 Artikel"],
            ),
        ] {
            assert_eq!(Language::ALL.map(|language| language.count(n, &language.texts().articles)), expected);
        }
    }

    #[test]
    fn days_and_times() {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let now = "2026-10-11T07:30:00Z".parse().unwrap();
        for (time, expected) in [
            (
                "2026-10-10T14:31:00Z",
                ["Sat 10 Oct 16:31", "sam. 10 oct. 16:31", "za 10 okt 16:31", "Sa. 10. Okt. 16:31"],
            ),
            (
                "2025-02-28T23:05:00Z",
                ["Sat 1 Mar 2025 00:05", "sam. 1er mars 2025 00:05", "za 1 mrt 2025 00:05", "Sa. 1. März 2025 00:05"],
            ),
        ] {
            let time = time.parse().unwrap();
            assert_eq!(Language::ALL.map(|language| language.when(time, now, &zone)), expected);
        }
        let day = jiff::civil::date(2026, 5, 4);
        assert_eq!(
            Language::ALL.map(|language| language.day(day)),
            ["4 May 2026", "4 mai 2026", "4 mei 2026", "4. Mai 2026"]
        );
    }

    #[test]
    fn what_is_filled_in_is_not_looked_at_again() {
        assert_eq!(fill("{a} and {b}, {c", &[("a", "{b}"), ("b", "{a}")]), "{b} and {a}, {c");
        assert_eq!(fill("{unknown} {a}", &[("a", "x")]), "{unknown} x");
    }
}
