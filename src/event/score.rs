//! Estimates how likely two reports are about the same event, by weighing the features that they share.
//!
//! The weights come from a logistic regression over the pairs of reports in `tests/fixtures/events`. A test repeats the
//! regression, and measures how the weights perform on families of events that they were not fitted to.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::marks::Marks;
use super::numbers::is_round;
use super::seen::Occurrence;
use super::topics::rarity;

/// The number of features.
pub(super) const FEATURES: usize = 15;

/// The log odds without any feature.
pub(super) const BIAS: f64 = -0.948;
/// For ten hours between them.
const TEN_HOURS_APART: f64 = -1.803;
/// For each shared topic, by its rarity.
const COMMON_TOPICS: f64 = 0.245;
/// For the overall similarity of their topics.
const ALIKE_TOPICS: f64 = -1.677;
/// For each topic of one headline that the other report lacks.
const UNSHARED_HEADLINE_TOPIC: f64 = -0.542;
/// For a city in the lead that the other report does not mention, and for the same city.
const ELSEWHERE: f64 = -1.377;
const SAME_CITY: f64 = 0.586;
/// For the similarity of their names.
const ALIKE_NAMES: f64 = 6.011;
/// For each shared name, in addition.
const SHARED_NAME: f64 = -0.474;
/// For a shared name in the lead that is not just a spokesperson.
const SHARED_SUBJECT: f64 = 0.865;
/// For a shared first and last name.
const SHARED_FULL_NAME: f64 = -1.181;
/// For shared numbers: exact ones, those from 100 on in addition, and round ones.
const EXACT_NUMBER: f64 = 0.692;
const LARGE_EXACT_NUMBER: f64 = 2.391;
const ROUND_NUMBER: f64 = 2.967;
/// For the same language, and the similarity of their ordinary words.
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

/// The features of a pair of reports; `None` if they cannot be about the same event: without a shared name (or a city,
/// if they share a number or most of their topics), or with leads about different cities or days.
pub(super) fn features(a: &Marks, b: &Marks, apart: SignedDuration) -> Option<[f64; FEATURES]> {
    if contradict(a, b) {
        return None;
    }
    let shared: Vec<Occurrence> = shared(a, b).map(|(_, one, other)| one.combined_with(other)).collect();
    let numbers = a.numbers.keys().filter(|number| b.numbers.contains_key(number));
    let (round, exact): (Vec<u64>, Vec<u64>) = numbers.copied().partition(|number| is_round(*number));
    let (their_topics, our_topics) = (topic_weights(a), topic_weights(b));
    let alike = cosine(&their_topics, &our_topics, 8.0);
    let in_one_city = a.cities().any(|city| b.places.contains_key(city));
    if shared.is_empty() && !(in_one_city && (!exact.is_empty() || alike > 0.5)) {
        return None;
    }
    let subjects = shared.iter().filter(|name| name.lead && !name.voice && !name.watched).count();
    let full_names = a.pairs.iter().filter_map(|(pair, seen)| Some(seen.combined_with(b.pairs.get(pair)?)));
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
        indicator(elsewhere(a, b)) + indicator(elsewhere(b, a)),
        indicator(a.city.is_some() && a.city == b.city),
        cosine(&name_weights(a), &name_weights(b), 1.0),
        capped(shared.iter().filter(|name| !name.watched).count(), 4),
        capped(subjects, 9),
        capped(full_names, 2),
        capped(exact.len(), 3),
        capped(exact.iter().filter(|number| **number >= 100).count(), 2),
        capped(round.len(), 2),
        indicator(one_language),
        if one_language { cosine(&word_weights(a), &word_weights(b), 8.0) } else { 0.0 },
    ])
}

/// The weight of each name.
fn name_weights(marks: &Marks) -> BTreeMap<&str, f64> {
    let sure = marks.names.iter().filter(|(_, seen)| seen.sure);
    sure.map(|(name, seen)| (name.as_str(), seen.weight())).collect()
}

/// The weight of each longer word.
fn word_weights(marks: &Marks) -> BTreeMap<&str, f64> {
    marks.words.iter().map(|(word, part)| (word.as_str(), part.weight())).collect()
}

/// The weight of each topic.
fn topic_weights(marks: &Marks) -> BTreeMap<usize, f64> {
    let told = marks.topics.iter().filter(|(topic, _)| !marks.watched_topics.contains(topic));
    told.map(|(topic, part)| (*topic, part.weight() * rarity(*topic))).collect()
}

/// The log odds that two reports with these features are about the same event.
pub(super) fn odds(features: &[f64; FEATURES]) -> f64 {
    BIAS + features.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f64>()
}

/// The shared names, by their sound.
pub(super) fn shared<'a>(
    a: &'a Marks,
    b: &'a Marks,
) -> impl Iterator<Item = (&'a str, &'a Occurrence, &'a Occurrence)> {
    a.names.iter().filter(|(_, seen)| seen.sure).filter_map(|(name, seen)| {
        let other = b.names.get(name).filter(|other| other.sure)?;
        Some((name.as_str(), seen, other))
    })
}

/// Whether the leads are about two cities that the other report does not mention, or about two days.
fn contradict(a: &Marks, b: &Marks) -> bool {
    let elsewhere = match (a.city, b.city) {
        (Some(one), Some(other)) => !b.places.contains_key(one) && !a.places.contains_key(other),
        _ => false,
    };
    elsewhere || (!a.days.is_empty() && !b.days.is_empty() && a.days.is_disjoint(&b.days))
}

fn indicator(so: bool) -> f64 {
    f64::from(u8::from(so))
}

fn capped(count: usize, most: u8) -> f64 {
    f64::from(u8::try_from(count).unwrap_or(most).min(most))
}

/// The sum over common keys.
fn common<K: Ord>(a: &BTreeMap<K, f64>, b: &BTreeMap<K, f64>) -> f64 {
    a.iter().filter_map(|(key, one)| Some(one.min(*b.get(key)?))).sum()
}

/// The cosine similarity of the two, 0 to 1. `doubt` reduces it for reports with few features.
fn cosine<K: Ord>(a: &BTreeMap<K, f64>, b: &BTreeMap<K, f64>, doubt: f64) -> f64 {
    let product: f64 = a.iter().filter_map(|(key, one)| Some(one * b.get(key)?)).sum();
    let length = |all: &BTreeMap<K, f64>| all.values().map(|one| one * one).sum::<f64>().sqrt();
    product / (length(a) * length(b) + doubt)
}
