//! Places with different names in different languages, and capitalised words that are not names.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::lexicon::{self, LANGUAGES};
use crate::text::fold::fold;

/// A place with its English name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub name: &'static str,
    pub is_city: bool,
}

/// By their folded names, of two words at most.
static PLACES: LazyLock<HashMap<&'static str, Place>> = LazyLock::new(|| {
    let of = &lexicon::PLACES;
    let kinds = [(&of.cities, true), (&of.lands, false)];
    let places = kinds.into_iter().flat_map(|(places, is_city)| places.iter().map(move |place| (place, is_city)));
    places.flat_map(|((name, forms), is_city)| forms.iter().map(move |form| (*form, Place { name, is_city }))).collect()
});

/// Names of one word, by their alternative names.
static EXONYMS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let names = lexicon::PLACES.names.iter();
    names.flat_map(|(name, others)| others.iter().chain([name]).map(|other| (*other, *name))).collect()
});

/// The languages whose weekdays and months are recognised in reports.
const LANGUAGES_OF_REPORTS: [&str; 4] = ["nl", "fr", "en", "de"];

/// The main names, folded, of weekdays or months, each with its number from 0.
fn numbered(names: fn(&lexicon::LanguageWords) -> &[&'static str]) -> Vec<(String, u8)> {
    let ours = LANGUAGES.iter().filter(|language| LANGUAGES_OF_REPORTS.contains(&language.code));
    let names = ours.flat_map(|language| names(language).iter().zip(0..));
    names.map(|(name, number)| (fold(name.split('|').next().unwrap_or(name)), number)).collect()
}

/// The place with this folded name of one word, or two with a blank between.
pub(super) fn place(words: &str) -> Option<&'static Place> {
    PLACES.get(words)
}

/// The place with this English name.
pub(super) fn place_named(name: &str) -> Option<&'static Place> {
    static NAMED: LazyLock<HashMap<&'static str, &'static Place>> =
        LazyLock::new(|| PLACES.values().map(|place| (place.name, place)).collect());
    NAMED.get(name).copied()
}

/// The name that this folded word is a foreign equivalent of.
pub(super) fn exonym(word: &str) -> Option<&'static str> {
    EXONYMS.get(word).copied()
}

/// The number of a weekday; Monday is 0.
pub(super) fn weekday(word: &str) -> Option<u8> {
    static DAYS: LazyLock<Vec<(String, u8)>> = LazyLock::new(|| numbered(|language| &language.dates.weekdays));
    // "zaterdagmiddag", "Samstagabend", "maandagochtend".
    DAYS.iter().find(|(name, _)| word.starts_with(name.as_str())).map(|(_, number)| *number)
}

/// Whether a word is a month, which marks an adjacent number as a date.
pub(super) fn is_month(word: &str) -> bool {
    static MONTHS: LazyLock<HashSet<String>> =
        LazyLock::new(|| numbered(|language| &language.dates.months).into_iter().map(|(name, _)| name).collect());
    MONTHS.contains(word)
}

/// Whether a capitalised word is not specific: a title, a people, a common institution, an agency.
pub(super) fn is_common(word: &str) -> bool {
    word.chars().count() < 3
        || lexicon::PLACES.bodies.contains(&word)
        || is_month(word)
        || weekday(word).is_some()
        || lexicon::PLACES.common.iter().any(|stem| word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::{EXONYMS, PLACES, exonym, is_common, place, weekday};

    #[test]
    fn places_are_recognised_by_all_their_names() {
        for (a, b) in [("brussel", "bruxelles"), ("den haag", "la haye"), ("keulen", "koln"), ("irak", "iraq")] {
            assert_eq!(place(a), place(b));
            assert!(place(a).is_some());
        }
        assert!(place("molenbeek").is_none());
        assert_eq!(PLACES.values().filter(|place| place.is_city && place.name == "Brussels").count(), 8);
    }

    #[test]
    fn names_are_recognised_by_all_their_variants() {
        assert_eq!(exonym("ixelles"), exonym("elsene"));
        assert_eq!(exonym("abvv"), exonym("fgtb"));
        assert_eq!(exonym("salehi"), None);
        assert_eq!(EXONYMS.len(), 226, "a word stands twice");
    }

    #[test]
    fn weekdays_are_recognised_in_four_languages() {
        assert_eq!(weekday("zaterdagmiddag"), weekday("samedi"));
        assert_eq!(weekday("sunday"), Some(6));
        assert_eq!(weekday("salehi"), None);
        assert!(is_common("oktober") && is_common("belgische") && !is_common("salehi"));
    }
}
