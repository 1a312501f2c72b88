//! Names of months and days, and the words that stand around dates.

use std::{collections::HashSet, sync::LazyLock};

use super::months;
use crate::lexicon::{self, LANGUAGES};
use crate::text::fold::fold;

/// Full names by day, Monday first. A word names a day when it begins one of them and has two letters or more.
static DAYS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let day = |nth: usize| LANGUAGES.iter().filter_map(move |language| language.dates.weekdays.get(nth));
    (0..7).map(|nth| day(nth).flat_map(|names| names.split('|')).map(fold).collect()).collect()
});

/// Words that may stand in a date and say nothing.
static FILLERS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| lexicon::set(|language| &language.dates.fillers));

fn month(word: &str) -> Option<i64> {
    months::named(word, "")
}

/// The day that a folded word names, Monday is 0.
pub fn weekday(word: &str) -> Option<i8> {
    if word.chars().count() < 2 {
        return None;
    }
    let exact = DAYS.iter().position(|names| names.iter().any(|name| name.starts_with(word)));
    exact.and_then(|day| i8::try_from(day).ok())
}

/// The month, and the day of the week (Monday is 0), that the words name; `None` when one of them belongs to no date.
pub fn month_and_weekday(words: &[String]) -> Option<(Option<i64>, Option<i8>)> {
    let words: Vec<String> = words.iter().map(|w| fold(w)).collect();
    let months = words.iter().filter(|w| month(w).is_some()).count();
    let (mut of_year, mut of_week) = (None, None);
    for word in &words {
        // "mar." is a Tuesday where another month follows, March where none does.
        let day = weekday(word);
        if let Some(number) = month(word)
            && !(months > 1 && day.is_some() && of_year.is_none() && of_week.is_none())
        {
            if of_year.is_some_and(|other| other != number) {
                return None;
            }
            of_year = Some(number);
        } else if day.is_some() {
            of_week = of_week.or(day);
        } else if !FILLERS.contains(word.as_str()) {
            return None;
        }
    }
    Some((of_year, of_week))
}
