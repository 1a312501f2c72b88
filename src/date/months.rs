//! The names of months in the languages of the press.

use std::{collections::HashSet, sync::LazyLock};

use crate::lexicon::{self, LANGUAGES};
use crate::text::fold::fold;

struct Year {
    language: &'static str,
    months: Vec<Vec<String>>,
}

static YEARS: LazyLock<Vec<Year>> = LazyLock::new(|| {
    let month = |names: &&str| names.split('|').map(fold).collect();
    let year =
        |of: &lexicon::LanguageWords| Year { language: of.code, months: of.dates.months.iter().map(month).collect() };
    LANGUAGES.iter().filter(|language| !language.dates.months.is_empty()).map(year).collect()
});

/// The beginnings of all names, which rule out nearly every word of a page.
static BEGINNINGS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let names = YEARS.iter().flat_map(|year| year.months.iter().flatten());
    names.map(|name| beginning(name)).collect()
});

/// The first three letters, the minimum that identifies a month, or all of a shorter word.
fn beginning(word: &str) -> &str {
    word.char_indices().nth(3).and_then(|(at, _)| word.get(..at)).unwrap_or(word)
}

/// The month (1 to 12) with this folded name: in the page's own language, or else in English, or else in any.
pub fn month_named(word: &str, language: &str) -> Option<i64> {
    if !BEGINNINGS.contains(beginning(word)) {
        return None;
    }
    let of = |code: &str| YEARS.iter().find(|year| year.language == code).and_then(|own| own.month(word));
    let exact = || YEARS.iter().find_map(|language| language.exact(word));
    let any = || YEARS.iter().find_map(|language| language.month(word));
    of(language).or_else(|| of("en")).or_else(exact).or_else(any)
}

static FOLDED_JALALI: LazyLock<Vec<String>> =
    LazyLock::new(|| lexicon::all(|language| &language.dates.jalali_months).into_iter().map(fold).collect());

/// The month of the Iranian calendar with this folded name.
pub fn iranian(word: &str) -> Option<i64> {
    let nth = FOLDED_JALALI.iter().position(|name| name == word)?;
    i64::try_from(nth + 1).ok()
}

impl Year {
    fn exact(&self, word: &str) -> Option<i64> {
        let nth = self.months.iter().position(|names| names.iter().any(|name| name == word))?;
        i64::try_from(nth + 1).ok()
    }

    /// The month whose whole name this is, or the only one whose name begins this way; three letters at least.
    fn month(&self, word: &str) -> Option<i64> {
        if let Some(month) = self.exact(word) {
            return Some(month);
        }
        word.chars().nth(2)?;
        let begins = |names: &Vec<String>| names.iter().any(|name| name.starts_with(word));
        let mut fitting = self.months.iter().enumerate().filter(|(_, names)| begins(names));
        let (nth, _) = fitting.next()?;
        if fitting.next().is_some() { None } else { i64::try_from(nth + 1).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_twelve_months_that_differ() {
        assert_eq!(YEARS.len(), 47);
        for Year { language, months } in YEARS.iter() {
            assert_eq!(months.len(), 12, "{language}");
            for (month, names) in (1..).zip(months) {
                for name in names {
                    assert_eq!(month_named(name, language), Some(month), "{language} {name}");
                }
            }
        }
    }

    #[test]
    fn the_pages_own_language_comes_first() {
        for (word, language, expected) in [
            ("listopada", "hr", Some(10)),
            ("listopada", "pl", Some(11)),
            ("mai", "nl", Some(5)),
            ("dec", "de", Some(12)),
            ("dez", "de", Some(12)),
            ("mar", "fr", Some(3)),
            ("ma", "fr", None),
            ("ju", "en", None),
            ("jul", "", Some(7)),
            ("sept", "", Some(9)),
            ("mayor", "en", None),
            ("paz", "pl", Some(10)),
        ] {
            assert_eq!(month_named(word, language), expected, "{word} {language}");
        }
        assert_eq!(iranian("مهر"), Some(7));
    }
}
