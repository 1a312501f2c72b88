//! How likely two reports are of one event: what they agree on, weighed.
//!
//! The weights are those of a logistic regression over the pairs of reports in `tests/fixtures/events`, which a test repeats; it
//! also tells how the weights do on families of events that they were not made with.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::marks::Marks;
use super::numbers::is_round;
use super::seen::Seen;
use super::topics::rarity;

/// What is weighed.
pub(super) const FEATURES: usize = 15;

/// In the order of [`features`].
pub(super) const WEIGHTS: [f64; FEATURES] =
    [-1.803, 0.245, -1.677, -0.542, -1.377, 0.586, 6.011, -0.474, 0.865, -1.181, 0.692, 2.391, 2.967, -2.368, 7.478];
pub(super) const BIAS: f64 = -0.948;

/// What two reports agree on, in numbers; nothing where they cannot be of one event: no name that both have (or city, where they
/// agree on a number or on most of what they tell of), or leads that are of two cities or days.
pub(super) fn features(a: &Marks, b: &Marks, apart: SignedDuration) -> Option<[f64; FEATURES]> {
    if contradict(a, b) {
        return None;
    }
    let shared: Vec<Seen> = shared(a, b).map(|(_, one, other)| one.with(other)).collect();
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
pub(super) fn shared<'a>(a: &'a Marks, b: &'a Marks) -> impl Iterator<Item = (&'a str, &'a Seen, &'a Seen)> {
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
