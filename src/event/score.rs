//! How likely two reports are of one event: what they agree on, weighed.
//!
//! The weights are those of a logistic regression over the pairs of reports in `tests/fixtures/events`, which a test repeats; it
//! also tells how the weights do on families of events that they were not made with.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::marks::{Marks, Seen};

/// What is weighed.
pub(super) const FEATURES: usize = 12;

/// In the order of [`features`].
pub(super) const WEIGHTS: [f64; FEATURES] =
    [-2.628, 0.243, 3.750, -0.448, -1.321, -0.241, 2.007, 0.731, 0.460, 3.691, -0.338, 0.409];
pub(super) const BIAS: f64 = -1.849;

/// What two reports agree on, in numbers; nothing where they cannot be of one event: no name in both leads and no two names
/// at all, or leads that are of two cities or days.
pub(super) fn features(a: &Marks, b: &Marks, apart: SignedDuration) -> Option<[f64; FEATURES]> {
    if contradict(a, b) {
        return None;
    }
    let shared: Vec<Seen> = shared(a, b).map(|(_, one, other)| one.with(other)).collect();
    let subjects = shared.iter().filter(|name| name.lead && !name.voice && !name.watched).count();
    if subjects == 0 && shared.len() < 2 {
        return None;
    }
    let names = |marks: &Marks| -> BTreeMap<String, f64> {
        let sure = marks.names.iter().filter(|(_, seen)| seen.sure);
        sure.map(|(name, seen)| (name.clone(), seen.weight())).collect()
    };
    let topics = |marks: &Marks| -> BTreeMap<usize, f64> {
        let told = marks.topics.iter().filter(|(topic, _)| !marks.watched_topics.contains(topic));
        told.map(|(topic, place)| (*topic, place.weight())).collect()
    };
    let (their_names, our_names) = (names(a), names(b));
    let (their_topics, our_topics) = (topics(a), topics(b));
    let numbers = a.numbers.keys().filter(|number| b.numbers.contains_key(number));
    let (round, exact): (Vec<u64>, Vec<u64>) = numbers.copied().partition(|number| is_round(*number));
    let cities = a.places.iter().filter(|(name, (is_city, _))| *is_city && b.places.contains_key(*name)).count();
    let elsewhere = |one: &Marks, other: &Marks| one.city.is_some_and(|city| !other.places.contains_key(city));
    let untold =
        |one: &Marks, other: &BTreeMap<usize, f64>| one.headline().filter(|topic| !other.contains_key(topic)).count();
    Some([
        apart.abs().as_secs_f64() / 36_000.0,
        common(&their_topics, &our_topics),
        cosine(&their_topics, &our_topics),
        capped(untold(a, &our_topics), 3) + capped(untold(b, &their_topics), 3),
        f64::from(u8::from(elsewhere(a, b)) + u8::from(elsewhere(b, a))),
        common(&their_names, &our_names),
        cosine(&their_names, &our_names),
        capped(subjects, 9),
        capped(exact.len(), 3),
        capped(round.len(), 2),
        f64::from(u8::from(!a.days.is_disjoint(&b.days))),
        capped(cities, 2),
    ])
}

/// The logarithm of the odds that two reports with these features are of one event.
pub(super) fn odds(features: &[f64; FEATURES]) -> f64 {
    BIAS + features.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f64>()
}

/// The names that both have, by their sound.
pub(super) fn shared<'a>(a: &'a Marks, b: &'a Marks) -> impl Iterator<Item = (&'a str, &'a Seen, &'a Seen)> {
    a.names.iter().filter(|(_, seen)| seen.sure).filter_map(|(name, seen)| {
        let other = b.names.get(name).filter(|other| other.sure)?;
        Some((name.as_str(), seen, other))
    })
}

/// Whether one is of a city that the other does not know, though it is of a city too; or of another day.
fn contradict(a: &Marks, b: &Marks) -> bool {
    let elsewhere = match (a.city, b.city) {
        (Some(one), Some(other)) => !b.places.contains_key(one) || !a.places.contains_key(other),
        _ => false,
    };
    elsewhere || (!a.days.is_empty() && !b.days.is_empty() && a.days.is_disjoint(&b.days))
}

/// Whether a number is often an estimate.
fn is_round(number: u64) -> bool {
    number.is_multiple_of(100) || number < 100 && number.is_multiple_of(10)
}

fn capped(count: usize, most: u8) -> f64 {
    f64::from(u8::try_from(count).unwrap_or(most).min(most))
}

/// The sum of what both have.
fn common<K: Ord>(a: &BTreeMap<K, f64>, b: &BTreeMap<K, f64>) -> f64 {
    a.iter().filter_map(|(key, one)| Some(one.min(*b.get(key)?))).sum()
}

/// How alike the two are, 0 to 1.
fn cosine<K: Ord>(a: &BTreeMap<K, f64>, b: &BTreeMap<K, f64>) -> f64 {
    let product: f64 = a.iter().filter_map(|(key, one)| Some(one * b.get(key)?)).sum();
    let length = |all: &BTreeMap<K, f64>| all.values().map(|one| one * one).sum::<f64>().sqrt();
    if product > 0.0 { product / (length(a) * length(b)) } else { 0.0 }
}
