//! Names of months and weekdays, and words used around dates.

use std::{collections::HashSet, sync::LazyLock};

use super::months;
use crate::lexicon::{self, LANGUAGES};
use crate::text::fold::fold;

/// Full names by weekday, Monday first. A word names a weekday if it is the beginning of such a name, with two letters
/// or more.
static DAYS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let day = |nth: usize| LANGUAGES.iter().filter_map(move |language| language.dates.weekdays.get(nth));
    (0..7).map(|nth| day(nth).flat_map(|names| names.split('|')).map(fold).collect()).collect()
});

/// Words in dates that carry no information.
static FILLERS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| lexicon::set(|language| &language.dates.fillers));

fn month(word: &str) -> Option<i64> {
    months::month_named(word, "")
}

/// The weekday with this folded name; Monday is 0.
pub fn weekday(word: &str) -> Option<i8> {
    if word.chars().count() < 2 {
        return None;
    }
    let exact = DAYS.iter().position(|names| names.iter().any(|name| name.starts_with(word)));
    exact.and_then(|day| i8::try_from(day).ok())
}

/// The month and the weekday (Monday is 0) in these words; `None` if one of them does not belong in a date.
pub fn month_and_weekday(words: &[String]) -> Option<(Option<i64>, Option<i8>)> {
    let words: Vec<String> = words.iter().map(|w| fold(w)).collect();
    let months = words.iter().filter(|w| month(w).is_some()).count();
    let (mut of_year, mut of_week) = (None, None);
    for word in &words {
        // "mar." is Tuesday (mardi) if another month follows, otherwise March.
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
