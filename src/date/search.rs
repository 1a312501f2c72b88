//! Finds dates inside a longer line: "Published on 4 May 2024 at 14:30 by …".

use std::ops::Range;

use jiff::civil::{Date, DateTime, Time};

use super::{
    Moment, date, iranian, months, names,
    pieces::{Habits, Pieces, pieces},
};
use crate::lexicon::{List, all};

/// A date and its position.
#[derive(Debug, Clone)]
pub struct FoundDate {
    /// The byte range of the date, including its time of day.
    pub at: Range<usize>,
    /// The moment that it denotes.
    pub moment: Moment,
}

/// Words between a day and its month.
static BEFORE_MONTH: List = List::new(|| all(|language| &language.dates.before_month));
/// Words between a month and its year.
static BEFORE_YEAR: List = List::new(|| all(|language| &language.dates.before_year));

/// Further dates in a line are ignored.
const MOST: usize = 12;

/// All full dates (day, month and year) of a line, in order; numbers in any script, months in any language.
///
/// Relative dates ("two days ago") are ignored, because it is unknown when a saved page was saved.
pub fn search(text: &str, habits: &Habits) -> Vec<FoundDate> {
    let pieces = Pieces { list: pieces(text), habits };
    let mut found = Vec::new();
    let mut at = 0;
    while at < pieces.list.len() && found.len() < MOST {
        let Some((date, mut end)) = pieces.date(at) else {
            at += 1;
            continue;
        };
        let mut start = at;
        let mut time = None;
        if let Some((clock, after)) = pieces.time_after(end) {
            time = Some(clock);
            end = after;
        } else if let Some((clock, before)) = pieces.time_before(at) {
            time = Some(clock);
            start = before;
        }
        let named = time.and_then(|_| pieces.zone(end));
        if let Some((_, after)) = &named {
            end = *after;
        }
        let range = pieces.range(start, end);
        let zone = named.map_or_else(|| habits.zone.clone(), |(zone, _)| zone);
        let civil = DateTime::from_parts(date, time.unwrap_or(Time::midnight()));
        if let Some(moment) = Moment::new(civil, &zone, time.is_some()) {
            found.push(FoundDate { at: range, moment });
        }
        at = end.max(at + 1);
    }
    found
}

impl Pieces<'_> {
    /// The date at this piece, and the piece after it.
    fn date(&self, at: usize) -> Option<(Date, usize)> {
        // "v1.2.2024", "10.12.5.2024": part of something else.
        let inside = at > 0 && self.touches(at) && matches!(self.sign(at - 1), Some('.' | '/' | '_' | '=' | '#'));
        if inside {
            return None;
        }
        self.year_first(at)
            .or_else(|| self.numbers(at))
            .or_else(|| self.day_and_name(at))
            .or_else(|| self.name_first(at))
    }

    /// `2024-05-04`, `2024. 5. 4.`, `2024年5月4日`, `2024. május 4.`, `۱۴۰۳/۰۲/۱۵`.
    fn year_first(&self, at: usize) -> Option<(Date, usize)> {
        let year = self.year(at)?;
        let next = at + 1;
        if self.is_word(next, &["年", "년"]) {
            let month = self.short(next + 1).filter(|_| self.is_word(next + 2, &["月", "월"]))?;
            let day = self.short(next + 3)?;
            let unit = usize::from(self.is_word(next + 4, &["日", "일", "号"]));
            return Some((civil(year, month, day)?, next + 4 + unit));
        }
        let between = self.sign(next).filter(|sign| matches!(sign, '-' | '/' | '.' | '‐' | '–'));
        if let Some(sign) = between
            && let (Some(month), Some(day)) = (self.short(next + 1), self.short(next + 3))
            && self.sign(next + 2) == Some(sign)
        {
            let iso_time = usize::from(self.is_word(next + 4, &["t"]) && self.short(next + 5).is_some());
            return Some((civil(year, month, day)?, next + 4 + iso_time));
        }
        // Hungarian, Lithuanian, Latvian, Basque: "2024. május 4.", "2024 m. gegužės 4 d.", "2024. gada 4. maijs".
        let mut name = next;
        while self.sign(name).is_some_and(|sign| matches!(sign, '.' | '(' | ')'))
            || self.is_word(name, &["m", "gada", "ko", "eko"])
        {
            name += 1;
        }
        if !self.has_number(name, 4) {
            return None;
        }
        if let Some((month, after)) = self.month(name) {
            let day = self.short(after)?;
            return Some((civil(year, month, day)?, after + 1));
        }
        let day = self.short(name)?;
        let dot = usize::from(self.sign(name + 1) == Some('.'));
        let (month, after) = self.month(name + 1 + dot).filter(|_| dot == 1)?;
        Some((civil(year, month, day)?, after))
    }

    /// `4.5.2024`, `04/05/2024`, `4-5-24`.
    fn numbers(&self, at: usize) -> Option<(Date, usize)> {
        let (first, second) = (self.short(at)?, self.short(at + 2)?);
        let sign = self.sign(at + 1).filter(|sign| matches!(sign, '.' | '/' | '-' | '‐' | '–'))?;
        if self.sign(at + 3) != Some(sign) {
            return None;
        }
        let (value, digits) = self.number(at + 4)?;
        let year = match digits {
            4 => self.year(at + 4)?,
            // Two-digit year, unless the number may be a version, a price or a score.
            2 if matches!(sign, '.' | '/') && self.touches(at + 4) && !self.continues(at + 5) => 2000 + value,
            _ => return None,
        };
        let (day_first, month_first) = (civil(year, second, first), civil(year, first, second));
        let american = self.habits.month_first && sign != '.';
        let found = if american { month_first.or(day_first) } else { day_first.or(month_first) };
        Some((found?, at + 5))
    }

    /// Whether a sign and a number follow directly: `1.2.10.3`.
    fn continues(&self, at: usize) -> bool {
        self.touches(at)
            && (self.word(at).is_some()
                || (self.sign(at).is_some() && self.touches(at + 1) && self.number(at + 1).is_some()))
    }

    /// `4 May 2024`, `4. Mai 2024`, `1er août 2024`, `4 de mayo de 2024`, `4 мая 2024 г.`, `۱۵ اردیبهشت ۱۴۰۳`.
    fn day_and_name(&self, at: usize) -> Option<(Date, usize)> {
        let day = self.short(at).filter(|_| self.has_number(at + 2, 8))?;
        let mut name = at + 1;
        let mut skipped = 0;
        while skipped < 3
            && (self
                .sign(name)
                .is_some_and(|sign| matches!(sign, '.' | 'º' | 'ª' | '°' | '-' | '\'' | '’' | '/' | ','))
                || self.is_word(name, &BEFORE_MONTH)
                || self.is_word(name, &["º", "ª"]))
        {
            name += 1;
            skipped += 1;
        }
        let (month, after, calendar) = match self.month(name) {
            Some((month, after)) => (month, after, false),
            None => (self.word(name).and_then(months::iranian)?, name + 1, true),
        };
        let (year, end) = self.year_after(after)?;
        let date = if calendar { iranian::date(year, month, day) } else { civil(year, month, day) };
        Some((date?, end))
    }

    /// `May 4, 2024`, `May 4th 2024`.
    fn name_first(&self, at: usize) -> Option<(Date, usize)> {
        if !self.has_number(at + 1, 3) {
            return None;
        }
        let (month, mut next) = self.month(at)?;
        let day = self.short(next)?;
        next += 1;
        while self.sign(next).is_some_and(|sign| matches!(sign, ',' | '.' | '،'))
            || self.is_word(next, &["st", "nd", "rd", "th"])
            || self.word(next).is_some_and(|word| names::weekday(word).is_some())
        {
            next += 1;
        }
        let year = self.year(next)?;
        Some((civil(year, month, day)?, next + 1))
    }

    /// The year after a month's name: `2024`, `de 2024`, `, 2024`, `’24`.
    fn year_after(&self, at: usize) -> Option<(i64, usize)> {
        let mut next = at;
        while next < at + 3
            && (self.sign(next).is_some_and(|sign| matches!(sign, '.' | ',' | '،' | '-' | '/'))
                || self.is_word(next, &BEFORE_YEAR))
        {
            next += 1;
        }
        if let Some(year) = self.year(next) {
            return Some((year, next + 1));
        }
        let quoted = self.sign(next).is_some_and(|sign| matches!(sign, '\'' | '’' | '‘'));
        let at = next + usize::from(quoted);
        let (value, digits) = self.number(at)?;
        let plausible = digits == 2 && !self.continues(at + 1) && self.sign(at + 1) != Some(':') && value > 0;
        (plausible && (quoted || self.sign(at - 1) == Some('-'))).then_some((2000 + value, at + 1))
    }

    /// Whether one of the next pieces is a number. A name without one is not a date, and comparing names is expensive.
    fn has_number(&self, at: usize, pieces: usize) -> bool {
        (at..at + pieces).any(|at| self.number(at).is_some())
    }

    /// The month with the name at this piece, of one word or two, and the piece after it and its full stop.
    fn month(&self, at: usize) -> Option<(i64, usize)> {
        let word = self.word(at)?;
        let language = self.habits.language;
        // Only Arabic names have two words.
        let two = self
            .word(at + 1)
            .filter(|_| !word.is_ascii())
            .and_then(|next| months::month_named(&format!("{word} {next}"), language));
        let (month, end) = match two {
            Some(month) => (month, at + 2),
            None => (months::month_named(word, language)?, at + 1),
        };
        Some((month, end + usize::from(self.sign(end) == Some('.'))))
    }
}

/// The Gregorian date; the calendar is recognised by the year.
fn civil(year: i64, month: i64, day: i64) -> Option<Date> {
    match year {
        1300..1500 => iranian::date(year, month, day),
        2500..2700 => date(year - 543, month, day),
        _ => date(year, month, day),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jiff::tz::TimeZone;

    use super::*;

    #[track_caller]
    fn check(text: &str, language: &str, month_first: bool, expected: &[&str]) {
        let zone = TimeZone::UTC;
        let found = search(text, &Habits { zone: &zone, language, month_first });
        let found: Vec<String> = found
            .iter()
            .map(|found| {
                let instant = found.moment.instant.to_string();
                if found.moment.timed { instant } else { instant.split('T').next().unwrap().to_owned() }
            })
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn dates_in_the_languages_of_the_press() {
        for (language, text, expected) in [
            ("en", "Published on 4 May 2024 at 14:30 by Jane Roe", "2024-05-04T14:30:00Z"),
            ("en", "Jane Roe | May 4th, 2024", "2024-05-04"),
            ("en", "Updated Saturday, May 4, 2024 2:30 p.m. EDT", "2024-05-04T18:30:00Z"),
            ("en", "Dec 28 Sat 2013 10:17", "2013-12-28T10:17:00Z"),
            ("nl", "Gepubliceerd op zaterdag 4 mei 2024 om 14.30 uur", "2024-05-04T14:30:00Z"),
            ("fr", "Posté le samedi 4 mai 2024 à 14h30 par Anne", "2024-05-04T14:30:00Z"),
            ("fr", "Mis en ligne le 1er août 2024", "2024-08-01"),
            ("de", "Veröffentlicht am 4. Mai 2024 um 14:30 Uhr von Redaktion", "2024-05-04T14:30:00Z"),
            ("de", "Stand: 04.05.2024 14.30 Uhr", "2024-05-04T14:30:00Z"),
            ("es", "Madrid, 4 de mayo de 2024 - 14:30", "2024-05-04T14:30:00Z"),
            ("it", "Roma, 4 maggio 2024 ore 14.30", "2024-05-04T14:30:00Z"),
            ("pt", "Publicado em 4 de maio de 2024 às 14h30", "2024-05-04T14:30:00Z"),
            ("pl", "Opublikowano: 4 maja 2024, godz. 14:30", "2024-05-04T14:30:00Z"),
            ("cs", "Publikováno 4. května 2024 14:30", "2024-05-04T14:30:00Z"),
            ("sv", "Publicerad 4 maj 2024 kl 14.30", "2024-05-04T14:30:00Z"),
            ("da", "4. maj 2024 kl. 14.30", "2024-05-04T14:30:00Z"),
            ("no", "Publisert: 4. mai 2024, kl. 14:30", "2024-05-04T14:30:00Z"),
            ("fi", "Julkaistu 4.5.2024 klo 14.30", "2024-05-04T14:30:00Z"),
            ("fi", "4. toukokuuta 2024", "2024-05-04"),
            ("ro", "Publicat: 4 mai 2024, ora", "2024-05-04"),
            ("hu", "2024. május 4. 14:30", "2024-05-04T14:30:00Z"),
            ("lt", "2024 m. gegužės 4 d. 14:30", "2024-05-04"),
            ("tr", "Yayınlanma: 4 Mayıs 2024 Cumartesi", "2024-05-04"),
            ("ru", "Опубликовано: 4 мая 2024 г. в 14:30", "2024-05-04T14:30:00Z"),
            ("uk", "4 травня 2024, 14:30", "2024-05-04T14:30:00Z"),
            ("el", "Δημοσιεύτηκε στις 4 Μαΐου 2024, 14:30", "2024-05-04T14:30:00Z"),
            ("ar", "نشر في: ٤ مايو ٢٠٢٤", "2024-05-04"),
            ("ar", "٤ مايو ٢٠٢٤ الساعة ١٤:٣٠", "2024-05-04T14:30:00Z"),
            ("el", "4 Μαΐου 2024 στις 14:30", "2024-05-04T14:30:00Z"),
            ("ar", "4 تشرين الأول 2024", "2024-10-04"),
            ("fa", "۱۵ اردیبهشت ۱۴۰۳ - ۱۴:۳۰", "2024-05-04T14:30:00Z"),
            ("fa", "تاریخ انتشار: ۱۴۰۳/۰۲/۱۵", "2024-05-04"),
            ("he", "4 במאי 2024", "2024-05-04"),
            ("ja", "2024年5月4日（土）14時30分", "2024-05-04"),
            ("zh", "发布时间：2024年05月04日 14:30", "2024-05-04T14:30:00Z"),
            ("ko", "입력 2024년 5월 4일 14:30", "2024-05-04T14:30:00Z"),
            ("ko", "입력 2024.05.04 14:30", "2024-05-04T14:30:00Z"),
            ("th", "4 พฤษภาคม 2567", "2024-05-04"),
            ("hi", "4 मई 2024", "2024-05-04"),
            ("vi", "Thứ bảy, 4/5/2024, 14:30", "2024-05-04T14:30:00Z"),
            ("", "2024-05-04T14:30:00+02:00", "2024-05-04T12:30:00Z"),
            ("", "14:30, 04/05/2024", "2024-05-04T14:30:00Z"),
            ("", "04-May-2024", "2024-05-04"),
            ("de", "12.05.24, 14:30 Uhr", "2024-05-12T14:30:00Z"),
        ] {
            check(text, language, false, &[expected]);
        }
    }

    #[test]
    fn day_and_month_are_ordered_by_the_pages_habit() {
        check("5/4/2024", "en", true, &["2024-05-04"]);
        check("5/4/2024", "en", false, &["2024-04-05"]);
        check("5/14/2024", "en", false, &["2024-05-14"]);
        check("14/5/2024", "en", true, &["2024-05-14"]);
        check("5.4.2024", "en", true, &["2024-04-05"]);
    }

    #[test]
    fn other_numbers_are_not_dates() {
        for text in [
            "",
            "2024",
            "May 2024",
            "Version 1.2.10.3",
            "32.13.2024",
            "+32 2 123 45 67",
            "5 people in 2024",
            "The march 2024",
            "Chapter 4 of 2024 pages",
            "ISBN 978-3-16-148410-0",
        ] {
            check(text, "en", false, &[]);
        }
        check("Published 4 May 2024, updated 6 May 2024", "en", false, &["2024-05-04", "2024-05-06"]);
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_lines_never_panic(text in "\\PC{0,200}", dateish in "[0-9a-zA-Z年月日:+/., -]{0,60}") {
            let habits = Habits { zone: &TimeZone::UTC, language: "en", month_first: true };
            for found in search(&text, &habits) {
                proptest::prop_assert!(text.get(found.at).is_some());
            }
            let _ = search(&dateish, &habits);
        }
    }
}
