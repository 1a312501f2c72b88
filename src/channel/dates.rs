//! Dates as channels write them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::date::{self, Habits};

/// Longer lines are not dates.
const LONGEST: usize = 200;

/// Parses the date of an entry: a bare date, or one within words ("Published on Monday 12 October 2026 at 08:15").
/// Placeholders for an unset date give `None`; `zone` applies to dates without a zone.
pub fn read_date(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let in_words = || {
        let habits = Habits { zone, language: "", month_first: false };
        let line = Some(text.trim()).filter(|line| line.len() <= LONGEST)?;
        date::read_line(line, &habits).map(|moment| moment.instant)
    };
    date::parse_date(text, zone).or_else(in_words).filter(|instant| !date::is_unset(*instant))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn dates_in_words() {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let read = |text: &str| read_date(text, &zone).map(|instant| instant.to_string());
        for text in [
            "Mon, 12 Oct 2026 08:15:00 +0200",
            "Published on Monday 12 October 2026 at 08:15",
            "Publié le lundi 12 octobre 2026 à 8h15 par Jeanne Roe",
            "Gepubliceerd op maandag 12 oktober 2026 om 08:15 uur",
            "Veröffentlicht am 12. Oktober 2026, 08:15 Uhr",
            "Bruxelles, le 12/10/2026 à 08h15",
            "Última actualización: 12 de octubre de 2026, 08:15 h",
            "Mon Oct 12 2026 08:15:00 GMT+0200 (Central European Summer Time)",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-10-12T06:15:00Z"), "{text}");
        }
        for text in ["", "yesterday at 08:15", "2 hours ago", "Issue 12 of 2026", "31 February 2026", "Monday 8:15"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn placeholders_for_an_unset_date_are_ignored() {
        for text in [
            "Thu, 01 Jan 1970 00:00:00 +0000",
            "Wed, 31 Dec 1969 19:00:00 -0500",
            "Thu, 01 Jan 1970 01:00:00 +0100",
            "Mon, 01 Jan 0001 00:00:00 GMT",
            "0001-01-01T00:00:00Z",
            "0000-00-00 00:00:00",
            "Wed, 30 Nov -0001 00:00:00 +0000",
            "1899-12-30T00:00:00",
            "1900-01-01",
            "1980-01-01T00:00:00Z",
            "2001-01-01T00:00:00Z",
            "2000-12-31T19:00:00-05:00",
            "0",
        ] {
            assert_eq!(read_date(text, &TimeZone::UTC), None, "{text}");
        }
        for text in ["1999-12-30T12:00:00Z", "2001-01-01T00:07:00Z", "2004-05-04"] {
            assert!(read_date(text, &TimeZone::UTC).is_some(), "{text}");
        }
    }
}
