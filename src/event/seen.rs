//! How a name, a number or a place stands in a report.

use std::collections::BTreeMap;

/// The words at the beginning in which a report says what it is about.
pub(super) const LEAD: usize = 70;

/// How a mark is written, and how it stands in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each tells another thing of a mark")]
pub(super) struct Occurrence {
    pub written: String,
    /// Whether the lead has it.
    pub lead: bool,
    /// Whether it is never but named as who said something, or holds an office: a spokesman, a mayor, a prosecutor.
    pub voice: bool,
    /// Not if its capital may be that of the sentence: then it is a name where another report has it for one.
    pub sure: bool,
    /// Whether the report was found by it.
    pub watched: bool,
}

impl Occurrence {
    /// What two reports agree on of it.
    pub(super) fn with(&self, other: &Self) -> Self {
        Self {
            written: self.written.clone(),
            lead: self.lead && other.lead,
            voice: self.voice && other.voice,
            sure: self.sure && other.sure,
            watched: self.watched && other.watched,
        }
    }

    /// What a name counts for beside others.
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
    /// What a topic counts for that stands there.
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Headline => 2.0,
            Self::Lead => 1.0,
            Self::Text => 0.4,
        }
    }
}

/// Adds one more place where a report has a mark.
pub(super) fn note<K: Ord>(marks: &mut BTreeMap<K, Occurrence>, key: K, seen: &Occurrence) {
    let known = marks.entry(key).or_insert_with(|| seen.clone());
    known.lead |= seen.lead;
    known.voice &= seen.voice;
    known.sure |= seen.sure;
    known.watched |= seen.watched;
}
