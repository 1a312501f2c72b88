//! Reservations of a host in `/.well-known/tdmrep.json` (W3C TDM Reservation Protocol, community group report of 2024).

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use super::host::is_over;
use super::robots::{Respell, glob, respell};
use super::wishes::Reservation;

/// The path of the file.
pub const TDM_PATH: &str = "/.well-known/tdmrep.json";
/// The largest file that is read, in bytes.
pub const TDM_LONGEST: u64 = 256 * 1024;
/// How long a response is cached: publishers rarely change it.
const TRUSTED: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The wait after a failure.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_hours(24);
/// The most rules that are read.
const MOST_RULES: usize = 1_000;

/// The state of the file of a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TdmFile {
    /// The file as fetched; empty if there is none.
    pub text: String,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
    /// Not requested again before.
    pub next_at: Timestamp,
}

impl TdmFile {
    /// The state after a response; `text` is empty if there is no file.
    pub fn answered(text: String, etag: Option<String>, last_modified: Option<String>, now: Timestamp) -> Self {
        Self { text, etag, last_modified, next_at: now.checked_add(TRUSTED).unwrap_or(now) }
    }

    /// The state after a 304.
    #[must_use]
    pub fn confirmed(self, now: Timestamp) -> Self {
        Self { next_at: now.checked_add(TRUSTED).unwrap_or(now), ..self }
    }

    /// The state after a failure: the known file stays.
    pub fn failed(old: Option<Self>, now: Timestamp) -> Self {
        Self { next_at: now.checked_add(AFTER_FAILURE).unwrap_or(now), ..old.unwrap_or_default() }
    }

    /// Whether it may be requested again.
    pub fn is_due(&self, now: Timestamp) -> bool {
        is_over(self.next_at, now)
    }
}

/// The parsed rules of a file.
#[derive(Debug, Clone, Default)]
pub struct TdmRules(Vec<Rule>);

#[derive(Debug, Clone)]
struct Rule {
    location: String,
    reservation: Reservation,
}

impl TdmRules {
    /// Parses a file. There are no errors: unknown entries are ignored.
    pub fn parse(text: &str) -> Self {
        let read = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).unwrap_or_default();
        let entries = match read {
            Value::Array(entries) => entries,
            // One rule without an array around it.
            Value::Object(_) => vec![read],
            _ => Vec::new(),
        };
        Self(entries.iter().take(MOST_RULES).filter_map(Rule::of).collect())
    }

    /// The reservation of a URL: the longest matching location decides, as in robots.txt; of equally long ones, the one that reserves. `None`: no
    /// rule matches.
    pub fn of(&self, url: &Url) -> Option<&Reservation> {
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let path = respell(&path, Respell::Digits);
        let fitting = self.0.iter().filter(|rule| glob(&rule.location, &path));
        fitting.max_by_key(|rule| (rule.location.len(), rule.reservation.reserved)).map(|rule| &rule.reservation)
    }
}

impl Rule {
    fn of(entry: &Value) -> Option<Self> {
        let location = entry.get("location")?.as_str().map(str::trim).filter(|text| text.len() <= 2_000)?;
        let reserved = match entry.get("tdm-reservation")? {
            Value::Number(number) => number.as_u64()?.to_string(),
            Value::String(text) => text.trim().to_owned(),
            Value::Bool(yes) => u8::from(*yes).to_string(),
            _ => return None,
        };
        let policy = entry.get("tdm-policy").and_then(Value::as_str);
        // `directory/` lacks the slash with which every path begins.
        let slash = if location.starts_with(['/', '*']) { "" } else { "/" };
        let location = respell(&format!("{slash}{location}"), Respell::Encode).into_owned();
        Some(Self { location, reservation: Reservation::read(&reserved, policy)? })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    fn said(file: &str, path: &str) -> Option<bool> {
        let url = Url::parse("https://news.example/").unwrap().join(path).unwrap();
        TdmRules::parse(file).of(&url).map(|reservation| reservation.reserved)
    }

    #[test]
    fn the_longest_location_that_fits_decides() {
        let file = r#"[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://news.example/tdm"},
                       {"location": "/open/", "tdm-reservation": 0}, {"location": "/open/*.pdf$", "tdm-reservation": 1},
                       {"location": "/caf%C3%A9/", "tdm-reservation": 0}, {"location": "/thé/", "tdm-reservation": 0}]"#;
        for (path, expected) in [
            ("/", true),
            ("/a/1", true),
            ("/open/1", false),
            ("/open/x.pdf", true),
            ("/open/x.pdf?a", false),
            ("/caf%c3%a9/1", false),
            ("/th%C3%A9/1", false),
        ] {
            assert_eq!(said(file, path), Some(expected), "{path}");
        }
        let url = Url::parse("https://news.example/a").unwrap();
        let policy = TdmRules::parse(file).of(&url).unwrap().policy.clone();
        assert_eq!(policy.as_deref(), Some("https://news.example/tdm"));
    }

    #[test]
    fn files_are_read_as_publishers_write_them() {
        for (file, expected) in [
            (r#"{"location": "/", "tdm-reservation": 1}"#, Some(true)),
            (r#"[{"location": "*", "tdm-reservation": "1"}]"#, Some(true)),
            (r#"[{"location": "a", "tdm-reservation": true}]"#, Some(true)),
            (r#"[{"location": "/a", "tdm-reservation": 0}, {"location": "/a", "tdm-reservation": 1}]"#, Some(true)),
            ("\u{feff}[{\"location\": \"/\", \"tdm-reservation\": 0}]", Some(false)),
            (r#"[{"location": "/b", "tdm-reservation": 1}]"#, None),
            (r#"[{"location": "/", "tdm-reservation": 2}, 7, null, {"location": 3, "tdm-reservation": 1}, {}]"#, None),
            ("<!DOCTYPE html><p>There is no such page.</p>", None),
            ("[[[[", None),
            ("", None),
        ] {
            assert_eq!(said(file, "/a/1"), expected, "{file}");
        }
        let deep = "[".repeat(200_000);
        assert_eq!(said(&deep, "/a"), None);
    }

    #[test]
    fn an_answer_is_trusted_for_a_week_and_a_failure_left_alone_for_a_day() {
        let now: Timestamp = "2026-10-11T00:00:00Z".parse().unwrap();
        let later = |hours: i64| now + SignedDuration::from_hours(hours);
        let file = TdmFile::answered("[]".into(), Some("\"1\"".into()), None, now);
        assert!(!file.is_due(later(167)) && file.is_due(later(168)));
        assert!(!file.clone().confirmed(later(168)).is_due(later(300)));
        let failed = TdmFile::failed(Some(file), later(168));
        assert!(!failed.is_due(later(191)) && failed.is_due(later(192)));
        assert_eq!((failed.text.as_str(), failed.etag.as_deref()), ("[]", Some("\"1\"")));
    }
}
