//! Tables of dates and the instants that they denote.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

fn brussels() -> TimeZone {
    jiff::tz::TimeZoneDatabase::bundled().get("Europe/Brussels").unwrap()
}

#[track_caller]
fn check(text: &str, zone: &TimeZone, expected: Option<&str>) {
    let expected = expected.map(|e| e.parse::<Timestamp>().unwrap());
    assert_eq!(parse_date(text, zone), expected, "{text:?}");
}

#[test]
fn dates_are_parsed_as_outlets_write_them() {
    for (text, expected) in [
        ("Tue, 22 Oct 2024 18:04:50 +0100", "2024-10-22T17:04:50Z"),
        ("Tue, 22 Oct 2024 15:00:00 GMT", "2024-10-22T15:00:00Z"),
        ("2018-10-05T14:28:25.674Z", "2018-10-05T14:28:25Z"),
        ("2023-02-16T10:08:11", "2023-02-16T09:08:11Z"),
        ("2025-02-02T20:07:46+01:00", "2025-02-02T19:07:46Z"),
        ("2025-02-02T19:07:46.0000000Z", "2025-02-02T19:07:46Z"),
        ("2026-01-06 14:16:29 +01:00", "2026-01-06T13:16:29Z"),
        ("2024-08-28T07:26:02-0400", "2024-08-28T11:26:02Z"),
        ("Sat, 03 Oct 2026 16:45:00 CEST", "2026-10-03T14:45:00Z"),
        ("Fri, 03 Oct 2026 16:45:00 EST", "2026-10-03T21:45:00Z"),
        ("3 octobre 2026 à 14h45", "2026-10-03T12:45:00Z"),
        ("zaterdag 3 oktober 2026 om 16.45 uur", "2026-10-03T14:45:00Z"),
        ("Samstag, 3. Oktober 2026, 16:45 Uhr", "2026-10-03T14:45:00Z"),
        ("Publié le 16/02/2023 à 10:08", "2023-02-16T09:08:00Z"),
        ("1er août 2026", "2026-07-31T22:00:00Z"),
        ("mar. 3 mars 2026", "2026-03-02T23:00:00Z"),
        ("do 29 okt 2026, 7u05", "2026-10-29T06:05:00Z"),
        ("03.10.2026 16:45", "2026-10-03T14:45:00Z"),
        ("03/10/2026", "2026-10-02T22:00:00Z"),
        ("2026-10-03", "2026-10-02T22:00:00Z"),
        ("20261003T164530Z", "2026-10-03T16:45:30Z"),
        ("20261003164530", "2026-10-03T14:45:30Z"),
        ("1790000000", "2026-09-21T14:13:20Z"),
        ("1790000000123", "2026-09-21T14:13:20Z"),
        ("Sat Oct  3 16:45:30 2026", "2026-10-03T14:45:30Z"),
        ("October 3, 2026 at 4:45 p.m.", "2026-10-03T14:45:00Z"),
        ("Sat, 03 Oct 2026 16:45:00 +0200 (CEST)", "2026-10-03T14:45:00Z"),
        ("2026-10-03T16:45:00+02:00[Europe/Brussels]", "2026-10-03T14:45:00Z"),
        ("Mis à jour le 3 octobre 2026 à 16:45", "2026-10-03T14:45:00Z"),
        ("vr. 2 okt. 2026 om 12:08", "2026-10-02T10:08:00Z"),
        ("3/10/2026 | 16:45:30", "2026-10-03T14:45:30Z"),
        ("2026-10-03T24:00:00Z", "2026-10-04T00:00:00Z"),
        ("2026-10-03T23:59:60Z", "2026-10-03T23:59:59Z"),
    ] {
        check(text, &brussels(), Some(expected));
    }
}

#[test]
fn malformed_dates_become_none() {
    for text in [
        "",
        "now",
        "hier",
        "il y a 2 heures",
        "31 February 2026",
        "2026-02-30",
        "Thu, 01 Jan 1796 00:00:00 GMT",
        "3026-01-01",
        "2026-10-03T25:00:00Z",
        "12",
        "16:45",
        "2026-10-03T10:00:00+99:00",
        "1.2.3.4",
        "00/00/0000",
        "0000-00-00T00:00:00Z",
    ] {
        check(text, &brussels(), None);
    }
}

#[test]
fn the_published_test_cases_pass() {
    let Some(file) = crate::text::corpora::corpus("dates/feed_dates.json") else { return };
    let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in cases.as_array().unwrap() {
        let input = case["input"].as_str().unwrap();
        let found = parse_date(input, &TimeZone::UTC);
        let right = match case["expected"].as_str() {
            None => found.is_none(),
            Some("ANY") => found.is_some(),
            Some(expected) => found == expected.parse().ok(),
        };
        if !right {
            wrong.push(format!("{input:?}: {found:?}, expected {}", case["expected"]));
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

proptest::proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,130}", dateish in "[0-9a-zA-Z:+/., -]{0,40}") {
        let _ = parse_date(&text, &TimeZone::UTC);
        let _ = parse_date(&dateish, &TimeZone::UTC);
    }

    #[test]
    fn formatted_dates_parse_to_the_same_instant(second in 0_i64..4_000_000_000) {
        let instant = Timestamp::from_second(second).unwrap();
        let brussels = brussels();
        let local = brussels.to_datetime(instant);
        let offset = brussels.to_offset(instant).seconds() / 60;
        let hours = format!("{:+03}{:02}", offset / 60, offset % 60);
        let clock = local.strftime("%H:%M:%S").to_string();
        for text in [
            instant.to_string(),
            format!("{} {clock} {hours}", local.strftime("%a, %d %b %Y")),
            format!("{} {clock} {hours}", local.strftime("%Y-%m-%d")),
            format!("{clock} {hours} {}", local.strftime("%d %B %Y")),
            format!("{}T{}Z", TimeZone::UTC.to_datetime(instant).strftime("%Y%m%d"), TimeZone::UTC.to_datetime(instant).strftime("%H%M%S")),
        ] {
            proptest::prop_assert_eq!(parse_date(&text, &TimeZone::UTC), Some(instant), "{}", text);
        }
    }
}

#[test]
fn instants_are_written_in_whole_seconds_that_have_passed() {
    for (instant, expected) in [
        ("2026-10-10T14:31:00.999999999Z", "2026-10-10T14:31:00Z"),
        ("2026-10-10T16:31:05+02:00", "2026-10-10T14:31:05Z"),
        ("0987-01-02T03:04:05Z", "0987-01-02T03:04:05Z"),
    ] {
        assert_eq!(utc(instant.parse().unwrap()), expected);
    }
}
