//! How a name, a number or a place occurs in a report.

use std::collections::BTreeMap;

/// The words at the beginning in which a report states its subject.
pub(super) const LEAD: usize = 70;

/// How a mark is spelled, and where it occurs in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each tells another thing of a mark")]
pub(super) struct Occurrence {
    pub written: String,
    /// Whether it occurs in the lead.
    pub lead: bool,
    /// Whether it occurs only as a speaker or the holder of an office: a spokesman, a mayor, a prosecutor.
    pub voice: bool,
    /// Not if its capital may be due to the start of a sentence; then it counts only if another report has it as a
    /// name.
    pub sure: bool,
    /// Whether a watch matched it.
    pub watched: bool,
}

impl Occurrence {
    /// The weight of a name relative to others.
    pub(super) fn weight(&self) -> f64 {
        let lead = if self.lead { 1.5 } else { 1.0 };
        let voice = if self.voice { 0.6 } else { 1.0 };
        let watched = if self.watched { 0.0 } else { 1.0 };
        lead * voice * watched
    }
}

/// A part of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReportPart {
    Headline,
    Lead,
    Text,
}

impl ReportPart {
    /// The weight of a topic in this part.
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Headline => 2.0,
            Self::Lead => 1.0,
            Self::Text => 0.4,
        }
    }
}

/// Adds a further occurrence of a mark.
pub(super) fn add_occurrence<K: Ord>(marks: &mut BTreeMap<K, Occurrence>, key: K, seen: &Occurrence) {
    let known = marks.entry(key).or_insert_with(|| seen.clone());
    known.lead |= seen.lead;
    known.voice &= seen.voice;
    known.sure |= seen.sure;
    known.watched |= seen.watched;
}
