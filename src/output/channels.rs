//! Channels as tables that fit a terminal: their health (`presswatch sources`), and their responses (`check --online`).

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::holdings::holdings;
use super::paint::{Paint, Painted};
use super::when;
use super::wrap::{cut, pad, wrap};
use crate::app::online::ChannelAnswer;
use crate::date::utc;
use crate::i18n::Language;
use crate::model::{ChannelState, ItemState};
use crate::source::OutletFacts;
use crate::store::{ChannelHealth, Health};
use crate::text::clean::{address, one_line};
use crate::text::count::counted;

/// The layout of a table.
#[derive(Debug, Clone)]
pub struct TextTable<'a> {
    /// The width of the terminal. Between 60 and 120 columns are used; only URLs may be longer.
    pub width: usize,
    /// Colours.
    pub paint: Paint,
    /// The time zone of the times.
    pub zone: &'a TimeZone,
    /// The current time.
    pub now: Timestamp,
}

/// The responses, as one JSON object.
pub fn answered_json(rows: &[ChannelAnswer], requests: u64) -> Value {
    let channels: Vec<Value> = rows.iter().map(answer_object).collect();
    json!({ "channels": channels, "requests": requests })
}

fn answer_object(row: &ChannelAnswer) -> Value {
    let look = row.holds.as_ref().ok();
    json!({
        "source": row.source,
        "kind": row.kind.name(),
        "url": address(&row.url),
        "answer": row.status,
        "error": row.holds.as_ref().err(),
        "remark": row.remark,
        "items": look.map(|look| look.items),
        "with_summary": look.map(|look| look.with_summary),
        "oldest": look.and_then(|look| look.oldest).map(utc),
        "newest": look.and_then(|look| look.newest).map(utc),
        "per_day": look.and_then(|look| look.per_day),
        "language": look.and_then(|look| look.language.as_ref()),
        "moved_to": row.moved_to,
    })
}

/// The health of channels, as one JSON object.
pub fn health_json(health: &Health, facts: &BTreeMap<&str, &OutletFacts>) -> Value {
    let channels: Vec<Value> = health.channels.iter().map(channel_object).collect();
    let mut names: Vec<&String> = health.channels.iter().map(|row| &row.source).collect();
    names.dedup();
    let sources: Vec<Value> =
        names.into_iter().map(|name| source_object(name, health, facts.get(&**name).copied())).collect();
    json!({ "sources": sources, "channels": channels })
}

fn channel_object(row: &ChannelHealth) -> Value {
    json!({
        "source": row.source,
        "kind": row.kind.name(),
        "url": address(&row.url),
        "index": row.index.as_ref().map(|index| address(index)),
        "moved_to": row.moved_to.as_ref().map(|place| address(place)),
        "state": row.state.name(),
        "reason": row.reason,
        "since": row.since.map(utc),
        "checked_at": row.checked_at.map(utc),
        "changed_at": row.changed_at.map(utc),
        "next_at": row.next_at.map(utc),
        "entries": row.entries,
        "items": row.items,
        "pending": row.pending,
    })
}

fn source_object(name: &str, health: &Health, facts: Option<&OutletFacts>) -> Value {
    let items: serde_json::Map<String, Value> = (health.states.iter().filter(|(own, _, _)| own == name))
        .map(|(_, state, count)| (state.name().to_owned(), Value::from(*count)))
        .collect();
    let waiting: Vec<Value> = (health.waiting.iter().filter(|(own, _, _)| own == name))
        .map(|(_, reason, count)| json!({ "reason": reason, "items": count }))
        .collect();
    let reserved = health.reserved.iter().find(|(own, _)| own == name);
    let terms = reserved.and_then(|(_, terms)| terms.as_ref()).map(|terms| address(terms));
    json!({
        "name": name,
        "kind": facts.and_then(|facts| facts.kind.as_deref()),
        "region": facts.and_then(|facts| facts.region.as_deref()),
        "tier": facts.and_then(|facts| facts.tier),
        "reach": facts.and_then(|facts| facts.reach),
        "tags": facts.map(|facts| facts.tags.iter().map(|tag| &**tag).collect::<Vec<_>>()).unwrap_or_default(),
        "items": items,
        "waiting": waiting,
        "tdm_reserved": reserved.is_some(),
        "tdm_terms": terms,
    })
}

/// More reasons of one kind would fill the screen.
const MOST_REASONS: usize = 4;
/// The width of a time, `Sun 11 Oct 09:30`.
const TIME: usize = 16;

impl TextTable<'_> {
    /// The width of the source column, beside other columns of this width.
    fn name(&self, others: usize) -> usize {
        self.width.clamp(60, 120).saturating_sub(others).clamp(12, 60)
    }

    /// Writes the name of a source as the first cell. A longer name gets a line of its own.
    fn source(&self, out: &mut Painted, source: Option<&String>, width: usize) {
        let source = source.map(|source| one_line(source)).unwrap_or_default();
        if source.width() <= width {
            return out.strong(&pad(&source, width));
        }
        out.strong(&cut(&source, self.width.clamp(60, 120)));
        let _ = write!(out, "\n{}", " ".repeat(width));
    }

    fn time(&self, at: Option<Timestamp>, never: &str) -> String {
        at.map_or_else(|| never.to_owned(), |at| when(at, self.now, self.zone))
    }

    fn remark(&self, out: &mut Painted, text: &str, is_bad: bool) {
        let mut lines = String::new();
        wrap(&mut lines, &one_line(text), self.width.clamp(60, 120), "  ! ", "    ");
        for line in lines.lines() {
            let put = if is_bad { Painted::bad } else { Painted::doubtful };
            put(out, line);
            out.plain("\n");
        }
    }

    /// The health of channels, with the items and the reservations of each source.
    /// What an index names stands in one line below it, unless `all` are wanted.
    pub fn health(&self, health: &Health, all: bool) -> Painted {
        let place = |row: &ChannelHealth| (row.source.clone(), row.url.clone());
        let listed: HashSet<(String, String)> =
            health.channels.iter().filter(|row| row.index.is_none()).map(place).collect();
        let is_below = |row: &ChannelHealth| {
            row.index.as_ref().is_some_and(|index| listed.contains(&(row.source.clone(), index.clone())))
        };
        let rows: Vec<&ChannelHealth> = health.channels.iter().filter(|row| all || !is_below(row)).collect();
        let mut out = Painted::new(self.paint);
        if rows.is_empty() {
            out.plain("No sources in the database yet: `presswatch run` adds those of sources.toml.\n");
            return out;
        }
        // A narrow terminal has no room for two times.
        let is_narrow = self.width < 80;
        let name = self.name(if is_narrow { TIME + 27 } else { 2 * TIME + 30 });
        let past = |text: &str| if is_narrow { String::new() } else { format!("{} ", pad(text, TIME)) };
        let head =
            format!("{} {:7} {:10} {:>6} {}next\n", pad("source", name), "kind", "state", "items", past("checked"));
        out.strong(&head);
        let mut last = None;
        for (at, row) in rows.iter().enumerate() {
            let is_first = last != Some(&row.source);
            self.source(&mut out, is_first.then_some(&row.source), name);
            let _ = write!(out, " {:7} ", row.kind.name());
            let state = pad(row.state.name(), 10);
            match row.state {
                ChannelState::Ok => out.good(&state),
                ChannelState::New => out.plain(&state),
                ChannelState::Empty | ChannelState::Disallowed => out.doubtful(&state),
                _ => out.bad(&state),
            }
            let checked = past(&self.time(row.checked_at, "never"));
            // A channel that is gone is never polled again.
            let next =
                if row.state == ChannelState::Gone { "never".to_owned() } else { self.time(row.next_at, "next run") };
            let _ = writeln!(out, " {:>6} {checked}{next}", row.items);
            let _ = writeln!(out, "  {}", address(&row.url));
            let is_quiet = matches!(row.state, ChannelState::Ok | ChannelState::New);
            let is_bad = !is_quiet && !matches!(row.state, ChannelState::Empty | ChannelState::Disallowed);
            // Avoids "blocked since Saturday: blocked: …".
            let reason = row.reason.as_ref().map(|reason| {
                reason.strip_prefix(row.state.name()).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(reason)
            });
            match (reason, row.since.filter(|_| !is_quiet)) {
                (Some(reason), Some(since)) => {
                    self.remark(&mut out, &format!("since {}: {reason}", self.time(Some(since), "")), is_bad);
                }
                (Some(reason), None) => self.remark(&mut out, reason, is_bad),
                (None, Some(since)) => self.remark(&mut out, &format!("since {}", self.time(Some(since), "")), is_bad),
                (None, None) => {}
            }
            if let Some(place) = &row.moved_to {
                self.remark(&mut out, &format!("moved permanently to {}", address(place)), false);
            }
            if row.pending > 0 {
                let items = if row.pending == 1 { "item" } else { "items" };
                self.remark(&mut out, &format!("{} {items} still to be read", row.pending), false);
            }
            if !all {
                self.index_lines(&mut out, row, &health.channels);
            }
            if rows.get(at + 1).is_none_or(|next| next.source != row.source) {
                self.source_lines(&mut out, &row.source, health);
            }
            last = Some(&row.source);
        }
        out
    }

    /// What is printed of the sitemaps that an index names: how many there are in each state, with a reason.
    fn index_lines(&self, out: &mut Painted, index: &ChannelHealth, channels: &[ChannelHealth]) {
        let own = |row: &&ChannelHealth| row.source == index.source && row.index.as_ref() == Some(&index.url);
        let children: Vec<&ChannelHealth> = channels.iter().filter(own).collect();
        if children.is_empty() {
            return;
        }
        let mut states: Vec<(ChannelState, &str, usize)> = Vec::new();
        for row in &children {
            let reason = row.reason.as_deref().unwrap_or_default();
            match states.iter_mut().find(|(state, other, _)| *state == row.state && *other == reason) {
                Some((_, _, count)) => *count += 1,
                None => states.push((row.state, reason, 1)),
            }
        }
        states.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        let more = states.len().saturating_sub(MOST_REASONS);
        let is_bad = states.iter().any(|(state, _, _)| !matches!(state, ChannelState::Ok | ChannelState::New));
        let told = states.iter().take(MOST_REASONS).map(|(state, reason, count)| match *reason {
            "" => format!("{count} {}", state.name()),
            reason => format!("{count} {} ({reason})", state.name()),
        });
        let mut told: Vec<String> = told.collect();
        if more > 0 {
            told.push(format!("{more} more reasons"));
        }
        let (items, pending) =
            children.iter().fold((0, 0), |(items, pending), row| (items + row.items, pending + row.pending));
        let waiting = if pending > 0 { format!("; {pending} still to be read") } else { String::new() };
        let count = counted(children.len(), "sitemap", "sitemaps");
        let line = format!("{count} of this index: {}; items: {items}{waiting}", told.join(", "));
        if is_bad {
            self.remark(out, &line, false);
        } else {
            out.wrap(&line, self.width.clamp(60, 120), "  ", "    ");
        }
    }

    /// What is printed once for each source.
    fn source_lines(&self, out: &mut Painted, source: &str, health: &Health) {
        let counts: Vec<String> = health
            .states
            .iter()
            .filter(|(own, _, _)| own == source)
            .map(|(_, state, count)| became(*state, *count))
            .collect();
        if !counts.is_empty() {
            let line = format!("all items: {}", counts.join(", "));
            out.wrap(&line, self.width.clamp(60, 120), "  ", "    ");
        }
        let waiting = health.waiting.iter().filter(|(own, _, _)| own == source).take(MOST_REASONS);
        for (_, reason, count) in waiting {
            let wait = if *count == 1 { "waits" } else { "wait" };
            self.remark(out, &format!("{count} {wait}: {reason}"), false);
        }
        if let Some((_, policy)) = health.reserved.iter().find(|(own, _)| own == source) {
            let terms = match policy {
                Some(place) => format!("terms: {}", address(place)),
                None => "ask the publisher for the terms".to_owned(),
            };
            self.remark(out, &format!("reserves text and data mining (TDM): {terms}"), false);
        }
    }

    /// The responses of all channels.
    pub fn answered(&self, rows: &[ChannelAnswer]) -> Painted {
        let name = self.name(TIME + 30);
        let mut out = Painted::new(self.paint);
        let head = format!("{} {:7} {:>7} {:>6}  newest\n", pad("source", name), "kind", "answer", "items");
        out.strong(&head);
        let mut last = None;
        for row in rows {
            let is_first = last != Some(&row.source);
            self.source(&mut out, is_first.then_some(&row.source), name);
            let _ = write!(out, " {:7} ", row.kind.name());
            let status = format!("{:>7}", row.status);
            let put = if row.holds.is_ok() { Painted::good } else { Painted::bad };
            put(&mut out, &status);
            let (items, newest) = match &row.holds {
                Ok(look) => {
                    (look.items.to_string(), self.time(look.newest, if look.items > 0 { "no dates" } else { "" }))
                }
                Err(_) => ("-".to_owned(), String::new()),
            };
            let _ = writeln!(out, "{}", format!(" {items:>6}  {newest}").trim_end());
            let _ = writeln!(out, "  {}", address(&row.url));
            match &row.holds {
                Ok(look) if look.items == 0 && look.sitemaps > 0 => {
                    let _ = writeln!(out, "  an index of {} sitemaps", look.sitemaps);
                }
                Ok(look) if look.items == 0 => {}
                Ok(look) => {
                    out.wrap(&holdings(look, self.zone, self.now), self.width.clamp(60, 120), "  ", "    ");
                }
                Err(why) => self.remark(&mut out, why, true),
            }
            if let Some(remark) = &row.remark {
                self.remark(&mut out, remark, false);
            }
            if let Some(place) = &row.moved_to {
                self.remark(&mut out, &format!("moved permanently to {}", address(place)), false);
            }
            last = Some(&row.source);
        }
        out
    }
}

/// `2 too old`: what happened to items, in the words of the ledger.
fn became(state: ItemState, count: u64) -> String {
    Language::English.fate(state.name(), count).unwrap_or_else(|| format!("{count} {}", state.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ChannelType;

    fn row(source: &str, state: ChannelState, reason: Option<&str>) -> ChannelHealth {
        ChannelHealth {
            source: source.to_owned(),
            kind: ChannelType::Sitemap,
            url: "https://me:secret@a.example/rss".to_owned(),
            index: None,
            state,
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
                ChannelState::Disallowed,
                Some(
                    "disallowed: \x1b[31mrobots.txt does not allow it\u{202e}, line 3: Disallow: / and more words than one line holds",
                ),
            ),
            row(long, ChannelState::Ok, None),
            row("Phare", ChannelState::Failing, None),
            ChannelHealth {
                pending: 1,
                next_at: "2026-10-11T08:00:00Z".parse().ok(),
                ..row("Phare", ChannelState::Gone, None)
            },
        ];
        let states = vec![(long.to_owned(), ItemState::NotArticle, 5), (long.to_owned(), ItemState::Read, 50)];
        let reserved = vec![(long.to_owned(), Some("https://a.example/terms".to_owned()))];
        let waiting = vec![(long.to_owned(), "HTTP 404".to_owned(), 3)];
        let health = Health { channels, states, reserved, waiting };
        for width in [20, 60, 80, 100, 120, 500] {
            let table = |color| TextTable {
                width,
                paint: Paint(color),
                zone: &zone,
                now: "2026-10-11T07:30:00Z".parse().unwrap_or_default(),
            };
            let text = table(false).health(&health, false).as_str().to_owned();
            assert!(text.lines().any(|line| line.contains(" gone ") && line.ends_with(" never")), "{text}");
            assert!(text.contains("3 items still to be read") && text.contains("1 item still to be read"));
            for line in text.lines() {
                assert!(line.width() <= width.clamp(60, 120), "{width}: {} {line}", line.width());
            }
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("5 not articles") && words.contains("06:30: robots.txt does not"), "{text}");
            assert!(!text.contains(['\x1b', '\u{202e}']) && !text.contains("secret"), "{text}");
            let loud = table(true).health(&health, false).as_str().to_owned();
            let bare =
                ["31", "32", "33", "1", "0"].iter().fold(loud, |text, code| text.replace(&format!("\x1b[{code}m"), ""));
            assert_eq!(bare, text);
        }
    }
}
