//! Channels as tables that fit a terminal: their health (`presswatch sources`), and what answered (`check --online`).

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::holdings::holdings;
use super::paint::Paint;
use super::when;
use super::words::utc;
use super::wrap::{cut, pad, wrap};
use crate::app::online::ChannelAnswer;
use crate::app::sources::Health;
use crate::language::Language;
use crate::printable::{address, one_line};

/// How a table looks.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// Columns of the terminal: from 60 to 120 are used, addresses may be longer.
    pub width: usize,
    /// Colours.
    pub paint: Paint,
    /// The time zone of what is shown.
    pub zone: &'a TimeZone,
    /// When it is shown.
    pub now: Timestamp,
}

/// What answered, as one JSON object.
pub fn answered_json(rows: &[ChannelAnswer], requests: u64) -> String {
    let channels: Vec<Value> = rows.iter().map(answer_object).collect();
    format!("{}\n", json!({ "channels": channels, "requests": requests }))
}

fn answer_object(row: &ChannelAnswer) -> Value {
    let look = row.holds.as_ref().ok();
    json!({
        "source": row.source,
        "kind": row.kind,
        "url": address(&row.url),
        "answer": row.status,
        "error": row.holds.as_ref().err(),
        "items": look.map(|look| look.items),
        "with_summary": look.map(|look| look.with_summary),
        "oldest": look.and_then(|look| look.oldest).map(utc),
        "newest": look.and_then(|look| look.newest).map(utc),
        "per_day": look.and_then(|look| look.per_day),
        "language": look.and_then(|look| look.language.as_ref()),
        "moved_to": row.moved_to,
    })
}

/// The width of a time, `Sun 11 Oct 09:30`.
const TIME: usize = 16;

impl Table<'_> {
    /// Room for the name of a source beside columns of so many characters.
    fn name(&self, others: usize) -> usize {
        self.width.clamp(60, 120).saturating_sub(others).clamp(12, 60)
    }

    /// The name of a source as the first cell; one that is longer has a line of its own.
    fn source(&self, out: &mut String, source: Option<&String>, width: usize) -> String {
        let Some(source) = source else { return " ".repeat(width) };
        let source = one_line(source);
        if source.width() <= width {
            return self.paint.strong(&pad(&source, width));
        }
        let _ = writeln!(out, "{}", self.paint.strong(&cut(&source, self.width.clamp(60, 120))));
        " ".repeat(width)
    }

    fn time(&self, at: Option<Timestamp>, never: &str) -> String {
        at.map_or_else(|| never.to_owned(), |at| when(at, self.now, self.zone))
    }

    fn remark(&self, out: &mut String, text: &str, is_bad: bool) {
        let mut lines = String::new();
        wrap(&mut lines, &one_line(text), self.width.clamp(60, 120), "  ! ", "    ");
        for line in lines.lines() {
            let _ = writeln!(out, "{}", if is_bad { self.paint.bad(line) } else { self.paint.doubtful(line) });
        }
    }

    /// The health of channels, with what is known of each source.
    pub fn health(&self, health: &Health) -> String {
        let Health { channels: rows, states, reserved } = health;
        if rows.is_empty() {
            return "No source yet: `presswatch run` takes them over from sources.toml.\n".to_owned();
        }
        // A narrow terminal has no room for two times.
        let is_narrow = self.width < 80;
        let name = self.name(if is_narrow { TIME + 27 } else { 2 * TIME + 30 });
        let mut out = String::new();
        let past = |text: &str| if is_narrow { String::new() } else { format!("{} ", pad(text, TIME)) };
        let head =
            format!("{} {:7} {:10} {:>6} {}next", pad("source", name), "kind", "state", "items", past("checked"));
        let _ = writeln!(out, "{}", self.paint.strong(&head));
        let mut last = None;
        for (at, row) in rows.iter().enumerate() {
            let is_first = last != Some(&row.source);
            let shown = self.source(&mut out, is_first.then_some(&row.source), name);
            let state = pad(&row.state, 10);
            let state = match row.state.as_str() {
                "ok" => self.paint.good(&state),
                "new" => state,
                "empty" | "disallowed" => self.paint.doubtful(&state),
                _ => self.paint.bad(&state),
            };
            let checked = past(&self.time(row.checked_at, "never"));
            // What is gone for good is not asked again.
            let next = if row.state == "gone" { "never".to_owned() } else { self.time(row.next_at, "next run") };
            let _ = writeln!(out, "{shown} {:7} {state} {:>6} {checked}{next}", row.kind, row.items);
            let _ = writeln!(out, "  {}", address(&row.url));
            let is_bad = !matches!(row.state.as_str(), "ok" | "new" | "empty" | "disallowed");
            // "blocked since Saturday: blocked: …" says it twice.
            let reason = row.reason.as_ref().map(|reason| {
                reason.strip_prefix(&row.state).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(reason)
            });
            match (reason, row.since.filter(|_| row.state != "ok" && row.state != "new")) {
                (Some(reason), Some(since)) => {
                    self.remark(&mut out, &format!("since {}: {reason}", self.time(Some(since), "")), is_bad);
                }
                (Some(reason), None) => self.remark(&mut out, reason, is_bad),
                (None, Some(since)) => self.remark(&mut out, &format!("since {}", self.time(Some(since), "")), is_bad),
                (None, None) => {}
            }
            if let Some(place) = &row.moved_to {
                self.remark(&mut out, &format!("moved for good to {}", address(place)), false);
            }
            if row.pending > 0 {
                let wait = if row.pending == 1 { "waits" } else { "wait" };
                self.remark(&mut out, &format!("{} of its items {wait} to be read", row.pending), false);
            }
            if rows.get(at + 1).is_none_or(|next| next.source != row.source) {
                self.source_lines(&mut out, &row.source, states, reserved);
            }
            last = Some(&row.source);
        }
        out
    }

    /// What is told once for a source.
    fn source_lines(
        &self,
        out: &mut String,
        source: &str,
        states: &[(String, String, i64)],
        reserved: &[(String, Option<String>)],
    ) {
        let counts: Vec<String> =
            states.iter().filter(|(own, _, _)| own == source).map(|(_, state, count)| became(state, *count)).collect();
        if !counts.is_empty() {
            let line = format!("all its items: {}", counts.join(", "));
            wrap(out, &line, self.width.clamp(60, 120), "  ", "    ");
        }
        if let Some((_, policy)) = reserved.iter().find(|(own, _)| own == source) {
            let terms = match policy {
                Some(place) => format!("its terms: {}", address(place)),
                None => "what may be done with its texts is for its publisher to say".to_owned(),
            };
            self.remark(out, &format!("reserves text and data mining (TDM): {terms}"), false);
        }
    }

    /// What answered when every channel was asked once.
    pub fn answered(&self, rows: &[ChannelAnswer]) -> String {
        let name = self.name(TIME + 30);
        let mut out = String::new();
        let head = format!("{} {:7} {:>7} {:>6}  newest", pad("source", name), "kind", "answer", "items");
        let _ = writeln!(out, "{}", self.paint.strong(&head));
        let mut last = None;
        for row in rows {
            let is_first = last != Some(&row.source);
            let shown = self.source(&mut out, is_first.then_some(&row.source), name);
            let status = format!("{:>7}", row.status);
            let status = if row.holds.is_ok() { self.paint.good(&status) } else { self.paint.bad(&status) };
            let (items, newest) = match &row.holds {
                Ok(look) => {
                    (look.items.to_string(), self.time(look.newest, if look.items > 0 { "no dates" } else { "" }))
                }
                Err(_) => ("-".to_owned(), String::new()),
            };
            let line = format!("{shown} {:7} {status} {items:>6}  {newest}", row.kind);
            let _ = writeln!(out, "{}", line.trim_end());
            let _ = writeln!(out, "  {}", address(&row.url));
            match &row.holds {
                Ok(look) if look.items == 0 && look.sitemaps > 0 => {
                    wrap(
                        &mut out,
                        &format!("an index of {} sitemaps", look.sitemaps),
                        self.width.clamp(60, 120),
                        "  ",
                        "    ",
                    );
                }
                Ok(look) if look.items == 0 => {
                    let why = if row.kind == "page" { "the selector finds no link" } else { "it lists nothing" };
                    self.remark(&mut out, why, false);
                }
                Ok(look) => {
                    wrap(&mut out, &holdings(look, self.zone, self.now), self.width.clamp(60, 120), "  ", "    ");
                }
                Err(why) => self.remark(&mut out, why, true),
            }
            if let Some(place) = &row.moved_to {
                self.remark(&mut out, &format!("moved for good to {}", address(place)), false);
            }
            last = Some(&row.source);
        }
        out
    }
}

/// What became of so many items, as the digest's ledger says it.
fn became(state: &str, count: i64) -> String {
    let known = Language::English.fate(state, count.unsigned_abs());
    known.unwrap_or_else(|| format!("{count} {}", one_line(state)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ChannelHealth;

    fn row(source: &str, state: &str, reason: Option<&str>) -> ChannelHealth {
        ChannelHealth {
            source: source.to_owned(),
            kind: "sitemap".to_owned(),
            url: "https://me:secret@a.example/rss".to_owned(),
            state: state.to_owned(),
            reason: reason.map(str::to_owned),
            since: "2025-10-10T06:30:00Z".parse().ok(),
            checked_at: "2026-10-10T06:30:00Z".parse().ok(),
            next_at: None,
            moved_to: Some("https://b.example/rss".to_owned()),
            changed_at: None,
            entries: None,
            items: 123_456,
            pending: 3,
        }
    }

    #[test]
    fn a_table_fits_its_terminal_and_nothing_in_it_can_act() {
        let zone = TimeZone::UTC;
        let long = "De Gazet van het Verenigde 東京 Pajottenland en omstreken en nog veel verder dan dat";
        let channels = vec![
            row(
                long,
                "disallowed",
                Some(
                    "disallowed: \x1b[31mrobots.txt does not allow it\u{202e}, line 3: Disallow: / and more words than one line holds",
                ),
            ),
            row(long, "ok", None),
            row("Phare", "failing", None),
            ChannelHealth { pending: 1, next_at: "2026-10-11T08:00:00Z".parse().ok(), ..row("Phare", "gone", None) },
        ];
        let states = vec![(long.to_owned(), "not_article".to_owned(), 5), (long.to_owned(), "read".to_owned(), 50)];
        let reserved = vec![(long.to_owned(), Some("https://a.example/terms".to_owned()))];
        let health = Health { channels, states, reserved };
        for width in [20, 60, 80, 100, 120, 500] {
            let table = |color| Table {
                width,
                paint: Paint(color),
                zone: &zone,
                now: "2026-10-11T07:30:00Z".parse().unwrap_or_default(),
            };
            let text = table(false).health(&health);
            assert!(text.lines().any(|line| line.contains(" gone ") && line.ends_with(" never")), "{text}");
            assert!(
                text.contains("3 of its items wait to be read") && text.contains("1 of its items waits to be read")
            );
            for line in text.lines() {
                assert!(line.width() <= width.clamp(60, 120), "{width}: {} {line}", line.width());
            }
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("5 not articles") && words.contains("06:30: robots.txt does not"), "{text}");
            assert!(!text.contains(['\x1b', '\u{202e}']) && !text.contains("secret"), "{text}");
            let loud = table(true).health(&health);
            let bare =
                ["31", "32", "33", "1", "0"].iter().fold(loud, |text, code| text.replace(&format!("\x1b[{code}m"), ""));
            assert_eq!(bare, text);
        }
    }
}
