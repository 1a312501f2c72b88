//! Values → what people read, one file per format; each format escapes for itself.

pub mod explain;
pub mod search;
pub mod text;
mod wrap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A time for people: `Sat 10 Oct 16:31`, with the year where it is not that of `now`.
pub fn when(time: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(time);
    let form = if local.year() == zone.to_datetime(now).year() { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" };
    local.strftime(form).to_string()
}
