//! Time zones in dates.

use std::sync::LazyLock;

use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::token::DateTokens;
use crate::text::fold::fold;

/// The built-in tz database: no file of the machine is read.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Abbreviations with offsets in minutes. Of ambiguous ones, the meaning in feeds.
const OFFSETS: [(&str, i32); 60] = [
    ("Z", 0),
    ("UTC", 0),
    ("UCT", 0),
    ("UT", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("IST", 330),
    ("CET", 60),
    ("CEST", 120),
    ("CEDT", 120),
    ("MET", 60),
    ("MEST", 120),
    ("MEZ", 60),
    ("MESZ", 120),
    ("HNEC", 60),
    ("HAEC", 120),
    ("EET", 120),
    ("EEST", 180),
    ("EEDT", 180),
    ("MSK", 180),
    ("MSD", 240),
    ("TRT", 180),
    ("IRST", 210),
    ("IRDT", 270),
    ("GST", 240),
    ("PKT", 300),
    ("NPT", 345),
    ("ICT", 420),
    ("WIB", 420),
    ("SGT", 480),
    ("HKT", 480),
    ("AWST", 480),
    ("JST", 540),
    ("KST", 540),
    ("ACST", 570),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("SAST", 120),
    ("CAT", 120),
    ("EAT", 180),
    ("WAT", 60),
    ("BRT", -180),
    ("ART", -180),
    ("NST", -210),
    ("NDT", -150),
    ("AST", -240),
    ("ADT", -180),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("HST", -600),
];

/// American short forms, understood as standard time.
const SHORT: [(&str, i32); 5] = [("AT", -240), ("ET", -300), ("CT", -360), ("MT", -420), ("PT", -480)];

/// The largest offset from UTC, in minutes.
const FARTHEST: i64 = 18 * 60;

/// A zone with a fixed offset in minutes from UTC.
pub fn fixed(minutes: i64) -> Option<TimeZone> {
    if minutes.abs() > FARTHEST {
        return None;
    }
    Some(TimeZone::fixed(Offset::from_seconds(i32::try_from(minutes * 60).ok()?).ok()?))
}

/// Removes the zone from the tokens; the outer `None` is an impossible zone, the inner one no zone.
#[expect(clippy::option_option, reason = "no zone and a wrong zone are different answers")]
pub fn take_zone(tokens: &mut DateTokens) -> Option<Option<TimeZone>> {
    if let Some(end) = tokens.time_end() {
        let place = tokens.after_blanks(end);
        if let Some((to, minutes)) = offset(tokens, place) {
            tokens.remove(place, to);
            drop_words(tokens);
            return fixed(minutes).map(Some);
        }
    }
    for i in 0..tokens.len() {
        let Some(word) = tokens.word(i).map(str::to_owned) else { continue };
        let Some(zone) = zone_named(&word) else { continue };
        tokens.remove(i, i + 1);
        // GMT+02:00 means two hours ahead, despite POSIX.
        if matches!(fold(&word).as_str(), "gmt" | "utc" | "ut" | "etc/gmt" | "z")
            && let Some((to, minutes)) = offset(tokens, i + 1)
        {
            tokens.remove(i + 1, to);
            return fixed(minutes).map(Some);
        }
        drop_words(tokens);
        return Some(Some(zone));
    }
    Some(korean(tokens))
}

/// The offset at an index, as minutes: `+0100`, `+01:00`, `-5`, but not the day of a following date.
fn offset(tokens: &DateTokens, i: usize) -> Option<(usize, i64)> {
    let ahead = if tokens.sign(i, '+') {
        1
    } else if tokens.sign(i, '-') || tokens.sign(i, '−') {
        -1
    } else {
        return None;
    };
    let (value, digits) = tokens.number(i + 1, 4)?;
    if tokens.sign(i + 2, ':')
        && let Some((minutes, _)) = tokens.number(i + 3, 2)
    {
        let valid = digits <= 2 && minutes < 60;
        return Some((i + 4, if valid { ahead * (value * 60 + minutes) } else { FARTHEST + 1 }));
    }
    let date_follows = ['.', '/', '-'].iter().any(|sign| tokens.sign(i + 2, *sign));
    if date_follows {
        return None;
    }
    let minutes = if digits <= 2 { value * 60 } else { value / 100 * 60 + value % 100 };
    Some((i + 2, ahead * minutes))
}

/// A zone by its upper-case abbreviation: `CEST`, `EDT`, `ET` …
pub fn abbreviated(word: &str) -> Option<TimeZone> {
    let minutes = OFFSETS.iter().chain(&SHORT).find(|(name, _)| *name == word)?.1;
    fixed(i64::from(minutes))
}

fn zone_named(word: &str) -> Option<TimeZone> {
    if word.contains('/') {
        return ZONES.get(word).ok();
    }
    let lower = matches!(word, "z" | "utc" | "gmt");
    let wanted = if lower { word.to_uppercase() } else { word.to_owned() };
    abbreviated(&wanted)
}

/// Removes a redundant second name of the zone (`-05:00Z`, `+0200 CEST`).
fn drop_words(tokens: &mut DateTokens) {
    for i in 0..tokens.len() {
        if tokens.word(i).is_some_and(|word| zone_named(word).is_some()) {
            tokens.remove(i, i + 1);
        }
    }
}

/// Dates in Korean are in Korean time.
fn korean(tokens: &DateTokens) -> Option<TimeZone> {
    let korean = (0..tokens.len()).filter_map(|i| tokens.word(i)).any(|w| matches!(w, "년" | "오전" | "오후"));
    if korean { fixed(9 * 60) } else { None }
}

#[cfg(test)]
#[test]
fn the_zones_are_built_in() {
    assert!(zone_named("Europe/Brussels").is_some());
    assert!(zone_named("Europe/Nowhere").is_none());
}
