//! Estimates how likely two reports are about the same event, by weighing the features that they share.
//!
//! The weights come from a logistic regression over the pairs of reports in `tests/fixtures/events`, whole and as headline with two
//! sentences. A test repeats the regression, and measures how the weights perform on families of events that they were not fitted to.
//!
//! Pairs that contradict each other, or have nothing specific in common, are left out of the regression: they are nearly all of the
//! pairs, and easy, so that they would drown the doubtful ones. What such a pair loses is chosen, not fitted.

use jiff::SignedDuration;

use super::numbers::is_round;
use super::window::PreparedReport;

/// The number of features.
pub(super) const FEATURES: usize = 15;

/// The log odds without any feature.
pub(super) const BIAS: f64 = -0.536;
/// For ten hours between them.
const TEN_HOURS_APART: f64 = -1.825;
/// For each shared topic, by its rarity.
const COMMON_TOPICS: f64 = 0.188;
/// For the overall similarity of their topics.
const ALIKE_TOPICS: f64 = 0.423;
/// For each topic of one headline that the other report lacks.
const UNSHARED_HEADLINE_TOPIC: f64 = -0.422;
/// For a city in the lead that the other report does not mention, and for the same city.
const ELSEWHERE: f64 = -1.769;
const SAME_CITY: f64 = 0.411;
/// For the similarity of their names.
const ALIKE_NAMES: f64 = 6.754;
/// For each shared name, in addition.
const SHARED_NAME: f64 = -0.833;
/// For a shared name in the lead that is not just a spokesperson.
const SHARED_SUBJECT: f64 = 0.853;
/// For a shared first and last name.
const SHARED_FULL_NAME: f64 = -1.160;
/// For shared numbers: exact ones, those from 100 on in addition, and round ones.
const EXACT_NUMBER: f64 = 0.741;
const LARGE_EXACT_NUMBER: f64 = 2.549;
const ROUND_NUMBER: f64 = 2.973;
/// For the same language, and the similarity of their ordinary words.
const ONE_LANGUAGE: f64 = -2.330;
const ALIKE_WORDS: f64 = 9.918;

/// For leads about two cities that the other report does not mention, and for leads about two days.
const OTHER_CITY: f64 = -5.0;
const OTHER_DAY: f64 = -5.0;
/// For nothing specific in common: no name, and no city together with a number or most of their topics.
const NOTHING_IN_COMMON: f64 = -5.0;
/// The same in one language, where ordinary words may be specific together. Labelled reports on different events of one kind have words
/// in common up to the similarity of `FEW_WORDS`; from `MANY_WORDS` on they count as much as a name.
const ONLY_WORDS_IN_COMMON: f64 = -4.0;
const FEW_WORDS: f64 = 0.3;
const MANY_WORDS: f64 = 0.5;

/// In the order of [`features`].
pub(super) const WEIGHTS: [f64; FEATURES] = [
    TEN_HOURS_APART,
    COMMON_TOPICS,
    ALIKE_TOPICS,
    UNSHARED_HEADLINE_TOPIC,
    ELSEWHERE,
    SAME_CITY,
    ALIKE_NAMES,
    SHARED_NAME,
    SHARED_SUBJECT,
    SHARED_FULL_NAME,
    EXACT_NUMBER,
    LARGE_EXACT_NUMBER,
    ROUND_NUMBER,
    ONE_LANGUAGE,
    ALIKE_WORDS,
];

/// The features of a pair of reports.
pub(super) struct Features {
    /// Those with fitted weights.
    pub fitted: [f64; FEATURES],
    /// The log odds that a contradiction takes away, or that nothing specific is in common; 0 for most pairs that are worth a comparison.
    pub against: f64,
}

/// The features of two reports that were published this far `apart`.
pub(super) fn features(a: &PreparedReport, b: &PreparedReport, apart: SignedDuration) -> Features {
    let (mut names, mut shared, mut subjects) = (0, 0, 0);
    for name in a.shared_names(b) {
        names += 1;
        shared += usize::from(!name.watched);
        subjects += usize::from(name.lead && !name.voice && !name.watched);
    }
    let numbers = a.numbers.iter().filter(|number| b.numbers.binary_search(number).is_ok());
    let (round, exact): (Vec<u64>, Vec<u64>) = numbers.copied().partition(|number| is_round(*number));
    let alike = a.topics.cosine(&b.topics, 8.0);
    let in_one_city = a.cities.iter().any(|city| b.places.contains(city));
    let full_names = a.shared_full_names(b).filter(|name| !name.watched).count();
    let elsewhere =
        |one: &PreparedReport, other: &PreparedReport| one.city.is_some_and(|city| !other.places.contains(&city));
    let untold = |one: &PreparedReport, other: &PreparedReport| {
        one.headline_topics.iter().filter(|topic| !other.topics.contains(**topic)).count()
    };
    let one_language = a.language == b.language;
    let alike_words = if one_language { a.words.cosine(&b.words, 1.0) } else { 0.0 };
    let fitted = [
        apart.abs().as_secs_f64() / 36_000.0,
        a.topics.common(&b.topics),
        alike,
        capped(untold(a, b), 3) + capped(untold(b, a), 3),
        indicator(elsewhere(a, b)) + indicator(elsewhere(b, a)),
        indicator(a.city.is_some() && a.city == b.city),
        a.name_weights.cosine(&b.name_weights, 1.0),
        capped(shared, 4),
        capped(subjects, 9),
        capped(full_names, 2),
        capped(exact.len(), 3),
        capped(exact.iter().filter(|number| **number >= 100).count(), 2),
        capped(round.len(), 2),
        indicator(one_language),
        alike_words,
    ];
    let mut against = 0.0;
    if elsewhere(a, b) && elsewhere(b, a) {
        against += OTHER_CITY;
    }
    if a.days != 0 && b.days != 0 && a.days & b.days == 0 {
        against += OTHER_DAY;
    }
    if names == 0 && !(in_one_city && (!exact.is_empty() || alike > 0.5)) {
        let specific = ((alike_words - FEW_WORDS) / (MANY_WORDS - FEW_WORDS)).clamp(0.0, 1.0);
        against += if one_language { ONLY_WORDS_IN_COMMON * (1.0 - specific) } else { NOTHING_IN_COMMON };
    }
    Features { fitted, against }
}

/// The log odds that two reports with these features are about the same event.
pub(super) fn odds(features: &Features) -> f64 {
    BIAS + features.against + features.fitted.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f64>()
}

fn indicator(so: bool) -> f64 {
    f64::from(u8::from(so))
}

fn capped(count: usize, most: u8) -> f64 {
    f64::from(u8::try_from(count).unwrap_or(most).min(most))
}
