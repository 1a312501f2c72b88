//! A date as somebody wrote it → an instant, and what hosts say about when to come back.
#![no_main]

use std::sync::LazyLock;

use jiff::{Timestamp, tz::TimeZone};
use libfuzzer_sys::fuzz_target;
use presswatch::date;
use presswatch::politeness::schedule::{freshness, retry_after};
use presswatch_fuzz::{brussels, short};

static ZONE: LazyLock<TimeZone> = LazyLock::new(brussels);

fuzz_target!(|data: &[u8]| {
    let Some(Ok(text)) = short(data).map(std::str::from_utf8) else { return };
    let now = Timestamp::new(1_760_000_000, 0).expect("a moment");
    let _ = retry_after(text, now);
    let _ = freshness(Some(text), Some(text), Some(text), now);
    let here = date::parse_date(text, &ZONE);
    assert_eq!(date::parse_date(&format!(" {text}\n"), &ZONE), here, "blanks around {text:?} matter");
    let there = date::parse_date(text, &TimeZone::UTC);
    assert_eq!(here.is_some(), there.is_some(), "{text:?} is a date in one zone only");
    let (Some(here), Some(there)) = (here, there) else { return };
    // Brussels was at most two hours off.
    assert!(here.duration_since(there).unsigned_abs().as_secs() <= 2 * 3600, "{text:?}: {here} or {there}");
    assert!(matches!(&there.to_string()[..2], "18" | "19" | "20" | "21" | "22"), "{text:?} is of {there}");
    assert_eq!(here.subsec_nanosecond(), 0, "{text:?}");
    let at_the_edge = ["1899-12-31", "2201-01-01"].iter().any(|day| here.to_string().starts_with(day));
    assert!(at_the_edge || date::parse_date(&here.to_string(), &TimeZone::UTC) == Some(here), "{here} is not read back");
});
