//! Estimates how likely two reports are about the same event, by weighing the features that they share.
//!
//! The weights come from a logistic regression over the pairs of reports in `tests/fixtures/events`, whole and as headline with two
//! sentences. A test repeats the regression, and measures how the weights perform on families of events that they were not fitted to.
//!
//! Only pairs that are worth comparing take part in the regression: nearly all others are easy, and would drown the doubtful ones. What a
//! live blog and a series lose is chosen, not fitted.

use jiff::SignedDuration;

use super::numbers::is_round;
use super::sentences;
use super::standing::Kind;
use super::window::PreparedReport;

/// The number of features.
pub(super) const FEATURES: usize = 22;

/// The log odds without any feature.
pub(super) const BIAS: f64 = -3.962;

/// For a text and a live blog or a review of the news that names what it reports, and for texts of one outlet's series that have
/// nothing but their frame in common.
const OTHER_KIND: f64 = -4.0;
const SERIES: f64 = -4.0;
/// Texts of a series that are so alike besides their headlines tell of one event.
const ALIKE_IN_SERIES: f64 = 0.4;

/// A headline and two sentences have so many stems.
const MANY_STEMS: f64 = 15.0;

/// In the order of [`features`].
pub(super) const WEIGHTS: [f64; FEATURES] = [
    -1.566, -0.847, 0.326, 6.766, -1.170, 0.291, 0.578, 0.567, 1.743, 0.054, 2.925, 16.205, -7.997, 0.284, -2.073,
    -0.382, 0.125, -0.667, 0.084, 1.795, -0.506, 0.101,
];

/// The features of a pair of reports.
pub(super) struct Features {
    /// Those with fitted weights.
    pub fitted: [f64; FEATURES],
    /// The log odds that a text of another kind loses; 0 for most pairs.
    pub against: f64,
    /// How alike their sentences are, if a model knows both.
    pub sentences: Option<f64>,
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
    let alike_topics = a.topics.cosine(&b.topics, 8.0);
    let in_one_city = a.cities.iter().any(|city| b.places.contains(city));
    let elsewhere =
        |one: &PreparedReport, other: &PreparedReport| one.city.is_some_and(|city| !other.places.contains(&city));
    let untold = |one: &PreparedReport, other: &PreparedReport| {
        one.headline_topics.iter().filter(|topic| !other.topics.contains(**topic)).count()
    };
    let has_places = !a.places.is_empty() && !b.places.is_empty();
    let shares_place = a.places.iter().any(|place| b.places.contains(place));
    let one_language = indicator(a.language == b.language);
    let (meaning, matched) = a.meaning.likeness(&b.meaning);
    // Topics of a headline and two sentences are chance.
    let long = ((a.stems.len().min(b.stems.len()) - MANY_STEMS) / MANY_STEMS).clamp(0.0, 1.0);
    let fitted = [
        // The time between them, in ten hours.
        apart.abs().as_secs_f64() / 36_000.0,
        // Cities in the lead that the other report does not mention, and the same city.
        indicator(elsewhere(a, b)) + indicator(elsewhere(b, a)),
        indicator(a.city.is_some() && a.city == b.city),
        // Names: how alike they are, how many are shared, and how many of these are the subject and no spokesperson.
        a.rare_names.cosine(&b.rare_names, 1.0),
        capped(shared, 4),
        capped(subjects, 9),
        // Numbers: exact ones, those from 100 on, round ones.
        capped(exact.len(), 3),
        capped(exact.iter().filter(|number| **number >= 100).count(), 2),
        capped(round.len(), 2),
        // Ordinary words, in one language and by their meaning: how alike, and how much of it.
        one_language,
        one_language * a.stems.cosine(&b.stems, 1.0),
        meaning,
        one_language * meaning,
        matched,
        // Contradictions, and what little there is without them.
        indicator(a.days != 0 && b.days != 0 && a.days & b.days == 0),
        indicator(names == 0),
        indicator(in_one_city && (!exact.is_empty() || alike_topics > 0.5)),
        indicator(has_places && !shares_place),
        // Topics.
        long,
        long * alike_topics,
        long * (capped(untold(a, b), 3) + capped(untold(b, a), 3)),
        long * a.topics.common(&b.topics),
    ];
    let mut against = 0.0;
    if a.outlet == b.outlet && a.outlet != 0 && a.standing.has_frame_of(&b.standing) {
        let rest = a.meaning.likeness_besides_titles(&b.meaning);
        against += SERIES * (1.0 - rest / ALIKE_IN_SERIES).clamp(0.0, 1.0);
    }
    if a.standing.kind != Kind::Report || b.standing.kind != Kind::Report {
        against += OTHER_KIND;
    }
    Features { fitted, against, sentences: sentences::likeness(a.sentence.as_deref(), b.sentence.as_deref()) }
}

/// The log odds that two reports with these features are about the same event.
pub(super) fn odds(features: &Features) -> f64 {
    if let Some(likeness) = features.sentences {
        return features.against + sentences::odds(&features.fitted, likeness);
    }
    BIAS + features.against + features.fitted.iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f64>()
}

fn indicator(so: bool) -> f64 {
    f64::from(u8::from(so))
}

fn capped(count: usize, most: u8) -> f64 {
    f64::from(u8::try_from(count).unwrap_or(most).min(most))
}
