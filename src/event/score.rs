//! Estimates how likely two reports are about the same event, by weighing the features that they share.
//!
//! The weights come from a logistic regression over the pairs of reports in `tests/fixtures/events`, whole and as headline with two
//! sentences. A test repeats the regression, and measures how the weights perform on families of events that they were not fitted to.
//!
//! Only pairs that are worth comparing take part in the regression: nearly all others are easy, and would drown the doubtful ones. What a
//! live blog, a series, reports of one outlet and long reports lose is chosen, not fitted.

use jiff::SignedDuration;

use super::numbers::is_round;
use super::sentences;
use super::standing::Kind;
use super::window::PreparedReport;
use crate::model::SourceId;

/// The number of features.
pub(super) const FEATURES: usize = 22;

/// The log odds without any feature.
pub(super) const BIAS: f64 = -4.630;

/// For a text and a live blog or a review of the news that names what it reports, and for texts of one outlet's series that have
/// nothing but their frame in common.
const OTHER_KIND: f64 = -8.0;
const SERIES: f64 = -4.0;
/// An outlet reports most events once; what else it prints on a subject that day is background.
const ONE_OUTLET: f64 = -1.5;
/// Texts of a series that are so alike besides their headlines tell of one event.
const ALIKE_IN_SERIES: f64 = 0.4;

/// Long reports share more by chance than a regression over pairs that are worth comparing knows.
const LONG: f64 = -0.8;

/// A headline and two sentences have so many stems.
const MANY_STEMS: f64 = 15.0;

/// In the order of [`features`].
pub(super) const WEIGHTS: [f64; FEATURES] = [
    -1.607, -1.353, 0.395, 6.124, -0.973, 0.316, 0.451, 0.742, 1.708, -1.343, -2.230, 9.160, 0.196, 1.591, 2.573,
    2.708, -1.241, -2.179, 0.330, 0.595, -0.506, 0.140,
];

/// The same for reports with vectors of a sentence model, the last weight being that of the likeness of their sentences: what the words say
/// of the meaning counts less then. `tests/with_model.rs` measures how they perform.
pub(super) const BIAS_WITH_MODEL: f64 = -5.123;
pub(super) const WEIGHTS_WITH_MODEL: [f64; FEATURES + 1] = [
    -1.419, -1.313, 0.343, 6.415, -0.960, 0.144, 0.190, 0.199, 1.308, -1.134, -4.179, 2.554, 0.387, 0.545, 0.891,
    2.452, -1.501, -2.719, 0.796, 0.478, -0.503, 0.086, 8.649,
];

/// The features of a pair of reports.
pub(super) struct Features {
    /// Those with fitted weights.
    pub fitted: [f64; FEATURES],
    /// The log odds that texts of another kind or of one outlet lose; 0 for most pairs.
    pub against: f64,
    /// How long the two are together: 0 for headlines with two sentences, 1 for articles.
    pub long: f64,
    /// How alike their sentences are, if a model knows both.
    pub sentences: Option<f64>,
}

/// The features of two reports that were published this far `apart`.
pub(super) fn features(a: &PreparedReport, b: &PreparedReport, apart: SignedDuration) -> Features {
    let (mut shared, mut subjects) = (0, 0);
    for name in a.shared_names(b) {
        shared += usize::from(!name.watched);
        subjects += usize::from(name.lead && !name.voice && !name.watched);
    }
    let numbers = a.numbers.iter().filter(|number| b.numbers.binary_search(number).is_ok());
    let (round, exact): (Vec<u64>, Vec<u64>) = numbers.copied().partition(|number| is_round(*number));
    let alike_topics = a.topics.cosine(&b.topics, 8.0);
    // A report that names no place contradicts none.
    let elsewhere = |one: &PreparedReport, other: &PreparedReport| {
        !other.places.is_empty() && one.city.is_some_and(|city| !other.places.contains(&city))
    };
    let untold = |one: &PreparedReport, other: &PreparedReport| {
        one.headline_topics.iter().filter(|topic| !other.topics.contains(**topic)).count()
    };
    let one_language = indicator(a.language == b.language);
    let meaning = a.meaning.likeness(&b.meaning);
    // Topics of a headline and two sentences are chance.
    let long = length(a).min(length(b));
    let fitted = [
        // The time between them, in ten hours.
        apart.abs().as_secs_f64() / 36_000.0,
        // Cities in the lead that the other report does not mention though it mentions places, and the same city.
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
        // Ordinary words: in one language; by their meaning, how alike, how much of it, and how much of the headlines.
        one_language,
        one_language * a.stems.cosine(&b.stems, 1.0),
        meaning.share,
        meaning.matched,
        meaning.strongest,
        meaning.headlines.0,
        meaning.headlines.1,
        // Contradictions.
        indicator(!a.lead_numbers.is_empty() && !b.lead_numbers.is_empty() && exact.is_empty()),
        indicator(a.days != 0 && b.days != 0 && a.days & b.days == 0),
        // Topics.
        long,
        long * alike_topics,
        long * (capped(untold(a, b), 3) + capped(untold(b, a), 3)),
        long * a.topics.common(&b.topics),
    ];
    let mut against = 0.0;
    if a.outlet == b.outlet && a.outlet != SourceId(0) {
        against += ONE_OUTLET;
        if a.standing.has_frame_of(&b.standing) {
            let rest = a.meaning.likeness_besides_titles(&b.meaning);
            against += SERIES * (1.0 - rest / ALIKE_IN_SERIES).clamp(0.0, 1.0);
        }
    }
    let are_reports = a.standing.kind == Kind::Report && b.standing.kind == Kind::Report;
    if !are_reports && !a.standing.is_copy_of(&b.standing) {
        against += OTHER_KIND;
    }
    let sentences = sentences::likeness(a.sentence.as_deref(), b.sentence.as_deref());
    Features { fitted, against, long: f64::midpoint(length(a), length(b)), sentences }
}

/// What is chosen, not fitted.
pub(super) fn correction(features: &Features) -> f64 {
    features.against + LONG * features.long
}

/// The log odds that two reports with these features are about the same event.
pub(super) fn odds(features: &Features) -> f64 {
    let weighed = |weights: &[f64]| -> f64 {
        features.fitted.iter().zip(weights).map(|(feature, weight)| feature * weight).sum()
    };
    let known = match features.sentences {
        None => BIAS + weighed(&WEIGHTS),
        Some(likeness) => BIAS_WITH_MODEL + weighed(&WEIGHTS_WITH_MODEL) + likeness * WEIGHTS_WITH_MODEL[FEATURES],
    };
    known + correction(features)
}

/// 0 for a headline with two sentences, 1 for an article.
fn length(report: &PreparedReport) -> f64 {
    ((report.stems.len() - MANY_STEMS) / MANY_STEMS).clamp(0.0, 1.0)
}

fn indicator(so: bool) -> f64 {
    f64::from(u8::from(so))
}

fn capped(count: usize, most: u8) -> f64 {
    f64::from(u8::try_from(count).unwrap_or(most).min(most))
}
