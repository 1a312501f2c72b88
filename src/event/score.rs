//! How likely two reports are of one event: what they agree on, weighed.
//!
//! The weights are those of a logistic regression over the pairs of reports in `tests/fixtures/events`, which a test repeats; it
//! also tells how the weights do on families of events that they were not made with.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::marks::Marks;
use super::numbers::is_round;
use super::seen::Occurrence;
use super::topics::rarity;

/// How many things are weighed.
pub(super) const FEATURES: usize = 15;

/// What the odds are where nothing is told.
pub(super) const BIAS: f64 = -0.948;
/// Ten hours between them.
const TEN_HOURS_APART: f64 = -1.803;
/// Kinds of things that both tell of, each by how rare it is,
const COMMON_TOPICS: f64 = 0.245;
/// how alike these are on the whole,
const ALIKE_TOPICS: f64 = -1.677;
/// and each of a headline that the other does not tell of.
const UNSHARED_HEADLINE_TOPIC: f64 = -0.542;
/// A city of the lead that the other does not know, and the same city.
const ELSEWHERE: f64 = -1.377;
const SAME_CITY: f64 = 0.586;
/// How alike their names are,
const ALIKE_NAMES: f64 = 6.011;
/// each name that both have, beside that,
const SHARED_NAME: f64 = -0.474;
/// one of the lead that does not only speak for others,
const SHARED_SUBJECT: f64 = 0.865;
/// and first and last name.
const SHARED_FULL_NAME: f64 = -1.181;
/// Numbers that both have: exact ones, those from 100 on besides, and round ones.
const EXACT_NUMBER: f64 = 0.692;
const LARGE_EXACT_NUMBER: f64 = 2.391;
const ROUND_NUMBER: f64 = 2.967;
/// One language, and how alike their plain words then are.
const ONE_LANGUAGE: f64 = -2.368;
const ALIKE_WORDS: f64 = 7.478;

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

/// What two reports agree on, in numbers; nothing where they cannot be of one event: no name that both have (or city, where they
/// agree on a number or on most of what they tell of), or leads that are of two cities or days.
pub(super) fn features(a: &Marks, b: &Marks, apart: SignedDuration) -> Option<[f64; FEATURES]> {
    if contradict(a, b) {
        return None;
    }
    let shared: Vec<Occurrence> = shared(a, b).map(|(_, one, other)| one.with(other)).collect();
    let numbers = a.numbers.keys().filter(|number| b.numbers.contains_key(number));
    let (round, exact): (Vec<u64>, Vec<u64>) = numbers.copied().partition(|number| is_round(*number));
    let (their_topics, our_topics) = (topics(a), topics(b));
    let alike = cosine(&their_topics, &our_topics, 8.0);
    let in_one_city = a.cities().any(|city| b.places.contains_key(city));
    if shared.is_empty() && !(in_one_city && (!exact.is_empty() || alike > 0.5)) {
        return None;
    }
    let subjects = shared.iter().filter(|name| name.lead && !name.voice && !name.watched).count();
    let full_names = a.pairs.iter().filter_map(|(pair, seen)| Some(seen.with(b.pairs.get(pair)?)));
    let full_names = full_names.filter(|name| name.sure && !name.watched).count();
    let elsewhere = |one: &Marks, other: &Marks| one.city.is_some_and(|city| !other.places.contains_key(city));
    let untold =
        |one: &Marks, other: &BTreeMap<usize, f64>| one.headline().filter(|topic| !other.contains_key(topic)).count();
    let one_language = a.language == b.language;
    Some([
        apart.abs().as_secs_f64() / 36_000.0,
        common(&their_topics, &our_topics),
        alike,
        capped(untold(a, &our_topics), 3) + capped(untold(b, &their_topics), 3),
        yes(elsewhere(a, b)) + yes(elsewhere(b, a)),
        yes(a.city.is_some() && a.city == b.city),
        cosine(&names(a), &names(b), 1.0),
        capped(shared.iter().filter(|name| !name.watched).count(), 4),
        capped(subjects, 9),
        capped(full_names, 2),
        capped(exact.len(), 3),
        capped(exact.iter().filter(|number| **number >= 100).count(), 2),
        capped(round.len(), 2),
        yes(one_language),
        if one_language { cosine(&words(a), &words(b), 8.0) } else { 0.0 },
    ])
}

/// What each name counts for.
fn names(marks: &Marks) -> BTreeMap<&str, f64> {
    let sure = marks.names.iter().filter(|(_, seen)| seen.sure);
    sure.map(|(name, seen)| (name.as_str(), seen.weight())).collect()
}

/// What each longer word counts for.
fn words(marks: &Marks) -> BTreeMap<&str, f64> {
    marks.words.iter().map(|(word, part)| (word.as_str(), part.weight())).collect()
}

/// What each kind of thing counts for.
fn topics(marks: &Marks) -> BTreeMap<usize, f64> {
    let told = marks.topics.iter().filter(|(topic, _)| !marks.watched_topics.contains(topic));
    told.map(|(topic, part)| (*topic, part.weight() * rarity(*topic))).collect()
}

/// The logarithm of the odds that two reports with these features are of one event.
pub(super) fn odds(features: &[f64; FEATURES]) -> f64 {
    BIAS + features.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f64>()
}

/// The names that both have, by their sound.
pub(super) fn shared<'a>(
    a: &'a Marks,
    b: &'a Marks,
) -> impl Iterator<Item = (&'a str, &'a Occurrence, &'a Occurrence)> {
    a.names.iter().filter(|(_, seen)| seen.sure).filter_map(|(name, seen)| {
        let other = b.names.get(name).filter(|other| other.sure)?;
        Some((name.as_str(), seen, other))
    })
}

/// Whether the leads are of two cities that the other report does not know, or of two days.
fn contradict(a: &Marks, b: &Marks) -> bool {
    let elsewhere = match (a.city, b.city) {
        (Some(one), Some(other)) => !b.places.contains_key(one) && !a.places.contains_key(other),
        _ => false,
    };
    elsewhere || (!a.days.is_empty() && !b.days.is_empty() && a.days.is_disjoint(&b.days))
}

fn yes(so: bool) -> f64 {
    f64::from(u8::from(so))
}

fn capped(count: usize, most: u8) -> f64 {
    f64::from(u8::try_from(count).unwrap_or(most).min(most))
}

/// The sum of what both have.
fn common<K: Ord>(a: &BTreeMap<K, f64>, b: &BTreeMap<K, f64>) -> f64 {
    a.iter().filter_map(|(key, one)| Some(one.min(*b.get(key)?))).sum()
}

/// How alike the two are, 0 to 1. `doubt` takes from what is told by few.
fn cosine<K: Ord>(a: &BTreeMap<K, f64>, b: &BTreeMap<K, f64>, doubt: f64) -> f64 {
    let product: f64 = a.iter().filter_map(|(key, one)| Some(one * b.get(key)?)).sum();
    let length = |all: &BTreeMap<K, f64>| all.values().map(|one| one * one).sum::<f64>().sqrt();
    product / (length(a) * length(b) + doubt)
}
