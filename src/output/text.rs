//! The digest as plain text of at most 80 columns, and the table of `presswatch sources`.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr as _;

use super::when;
use super::wrap::{cut, pad, wrap};
use crate::digest::{Checks, Digest, Mention, Story, Trouble, WatchNews};
use crate::printable::{address, one_line, shorten};

/// The widest line, addresses excepted.
pub const WIDTH: usize = 80;
/// The longest hit sentence.
const SENTENCE: usize = 200;

/// How the words look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether headings may be bold.
    pub color: bool,
}

impl Style {
    pub(super) fn bold(self, text: &str) -> String {
        if self.color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The digest.
pub fn digest(digest: &Digest, zone: &TimeZone, now: Timestamp, style: Style) -> String {
    let mut out = String::new();
    let period = &digest.period;
    let mut title = String::from("Press coverage");
    match period.since {
        Some(since) => {
            let _ = write!(title, ", {} to {}", when(since, now, zone), when(period.until, now, zone));
        }
        None if period.only_new => {
            let _ = write!(title, ", new as of {}", when(period.until, now, zone));
        }
        None => {
            let _ = write!(title, " up to {}", when(period.until, now, zone));
        }
    }
    if let Some(name) = zone.iana_name() {
        let _ = write!(title, " ({name})");
    }
    if period.by_published {
        title.push_str(", by publication");
    }
    wrap(&mut out, &title, WIDTH, "", "");
    let mut group = None;
    for watch in &digest.watches {
        out.push('\n');
        if watch.group != group {
            group.clone_from(&watch.group);
            // What follows without a group stands under a line of its own, so that it is not taken for the group's.
            let heading = group.as_deref().map_or_else(String::new, |group| format!("{} ", cut(&one_line(group), 60)));
            let line = "#".repeat(WIDTH.saturating_sub(heading.width() + 2));
            let _ = writeln!(out, "{}\n", style.bold(&format!("# {heading}{line}")));
        }
        watch_news(&mut out, watch, zone, now, style);
    }
    out.push('\n');
    ledger(&mut out, &digest.ledger, zone, now, style);
    out
}

fn watch_news(out: &mut String, watch: &WatchNews, zone: &TimeZone, now: Timestamp, style: Style) {
    let name = one_line(&watch.name);
    let mentions: usize = watch.stories.iter().map(|story| 1 + story.copies.len()).sum();
    let _ = writeln!(out, "{}", style.bold(&cut(&name.to_uppercase(), WIDTH)));
    out.push_str(&"=".repeat(WIDTH));
    out.push('\n');
    if mentions == 0 {
        out.push_str("Nothing found. What was checked stands in the ledger below.\n");
        return;
    }
    let outlets: Vec<String> = watch.outlets.iter().map(|outlet| one_line(outlet)).collect();
    wrap(out, &format!("Reported by: {}", outlets.join(", ")), WIDTH, "", "  ");
    let _ = writeln!(
        out,
        "{}, {}",
        counted(mentions, "article", "articles"),
        counted(watch.stories.len(), "text", "texts")
    );
    for story in &watch.stories {
        out.push('\n');
        tell(out, story, zone, now, style);
    }
}

fn tell(out: &mut String, story: &Story, zone: &TimeZone, now: Timestamp, style: Style) {
    let first = &story.first;
    let mut headline = String::new();
    wrap(&mut headline, &one_line(&first.title), WIDTH, "* ", "  ");
    for line in headline.lines() {
        let _ = writeln!(out, "{}", style.bold(line));
    }
    wrap(out, &about(first, zone, now), WIDTH, "  ", "  ");
    let _ = writeln!(out, "  {}", address(&first.url));
    sentence(out, first, "  ");
    if !story.copies.is_empty() {
        out.push_str("  Same text:\n");
    }
    for copy in &story.copies {
        wrap(out, &about(copy, zone, now), WIDTH, "  - ", "    ");
        if copy.title != first.title {
            wrap(out, &one_line(&copy.title), WIDTH, "    ", "    ");
        }
        let _ = writeln!(out, "    {}", address(&copy.url));
        if !reads_alike(&copy.snippet, &first.snippet) {
            sentence(out, copy, "    ");
        }
    }
}

fn sentence(out: &mut String, mention: &Mention, indent: &str) {
    let snippet = one_line(&mention.snippet);
    if !snippet.is_empty() {
        wrap(out, &shorten(&snippet, SENTENCE), WIDTH, &format!("{indent}> "), &format!("{indent}> "));
    }
}

/// Whether two sentences differ in quotes, blanks and punctuation only.
fn reads_alike(a: &str, b: &str) -> bool {
    a.chars().filter(|c| c.is_alphanumeric()).eq(b.chars().filter(|c| c.is_alphanumeric()))
}

/// Outlet, time, and what a reader must know before clicking.
fn about(mention: &Mention, zone: &TimeZone, now: Timestamp) -> String {
    let mut parts = vec![one_line(&mention.outlet)];
    match mention.published_at {
        Some(at) => parts.push(when(at, now, zone)),
        None => parts.push(format!("found {}", when(mention.found_at, now, zone))),
    }
    if !mention.language.is_empty() {
        parts.push(one_line(&mention.language));
    }
    if !mention.credit.is_empty() {
        parts.push(format!("credit {}", one_line(&mention.credit)));
    }
    if let Some(original) = &mention.original_outlet {
        parts.push(format!("from {}", one_line(original)));
    }
    if mention.paywalled {
        parts.push("subscribers only".to_owned());
    }
    if mention.headline_only {
        parts.push("headline and lead only".to_owned());
    }
    if mention.late {
        parts.push("found later".to_owned());
    }
    parts.join(" · ")
}

/// What was checked, so that "nothing found" is evidence.
fn ledger(out: &mut String, ledger: &[Checks], zone: &TimeZone, now: Timestamp, style: Style) {
    const NAME: usize = 36;
    let _ = writeln!(out, "{}", style.bold("LEDGER"));
    out.push_str(&"=".repeat(WIDTH));
    out.push('\n');
    let _ = writeln!(out, "{} {:>9} {:>10} {:>10} {:>10}", pad("source", NAME), "checked", "seen", "read", "matched");
    for row in ledger {
        let name = pad(&cut(&one_line(&row.source), NAME), NAME);
        let _ = writeln!(out, "{name} {:>8}x {:>10} {:>10} {:>10}", row.asked, row.seen, row.read, row.matched);
        for line in remarks(row, zone, now) {
            wrap(out, &line, WIDTH, "  ! ", "    ");
        }
    }
    if ledger.is_empty() {
        out.push_str("No source has been checked yet: `presswatch run` does it.\n");
    }
}

fn remarks(row: &Checks, zone: &TimeZone, now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    if row.asked == 0 {
        lines.push("not checked in this period".to_owned());
    }
    for Trouble { url, state, reason, since } in &row.troubles {
        let since = since.map_or_else(String::new, |at| format!(" since {}", when(at, now, zone)));
        let reason = if reason.is_empty() { String::new() } else { format!(": {}", one_line(reason)) };
        lines.push(format!("{state}{since}{reason} {}", address(url)));
    }
    if let Some((at, daily)) = row.silent {
        let usual = counted_u64(daily, "item", "items");
        lines.push(format!("silent: nothing new since {}, though it had {usual} a day", when(at, now, zone)));
    }
    lines.extend(row.gaps.iter().map(|gap| one_line(gap)));
    if row.pending > 0 {
        lines.push(format!("{} still to be read", counted_u64(row.pending, "article", "articles")));
    }
    if row.unread > 0 {
        lines.push(format!("{} could not or must not be read", counted_u64(row.unread, "article", "articles")));
    }
    lines
}

fn counted(n: usize, one: &str, many: &str) -> String {
    counted_u64(n as u64, one, many)
}

fn counted_u64(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// One channel as `presswatch sources` shows it.
#[derive(Debug, Clone)]
pub struct ChannelRow {
    /// The source it belongs to.
    pub source: String,
    /// feed, sitemap, page or search.
    pub kind: String,
    /// As configured.
    pub url: String,
    /// new, ok, empty, failing, blocked, disallowed, gone.
    pub state: String,
    /// Why it is not ok.
    pub reason: Option<String>,
    /// Since when it is in this state.
    pub since: Option<Timestamp>,
    /// Last asked.
    pub checked_at: Option<Timestamp>,
    /// Not asked again before.
    pub next_at: Option<Timestamp>,
    /// Where it moved for good.
    pub moved_to: Option<String>,
    /// Items that it announced first.
    pub items: i64,
    /// Of these, still to be read.
    pub pending: i64,
}

/// The health of channels, and for each source what became of its items: (source, state, count).
pub fn sources(rows: &[ChannelRow], states: &[(String, String, i64)], zone: &TimeZone, now: Timestamp) -> String {
    let mut out = String::new();
    let time = |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), |at| when(at, now, zone));
    let mut last = None;
    for row in rows {
        if last != Some(&row.source) {
            if last.is_some() {
                out.push('\n');
            }
            let _ = writeln!(out, "{}", cut(&one_line(&row.source), WIDTH));
            let counts: Vec<String> = states
                .iter()
                .filter(|(source, _, _)| *source == row.source)
                .map(|(_, state, count)| format!("{count} {}", state.replace('_', " ")))
                .collect();
            let line = if counts.is_empty() { "no items yet".to_owned() } else { counts.join(", ") };
            wrap(&mut out, &line, WIDTH, "  items: ", "    ");
            last = Some(&row.source);
        }
        let _ = writeln!(out, "  {}  {}", pad(&row.kind, 7), address(&row.url));
        let state = match (row.state.as_str(), row.since) {
            ("new", _) => "not asked yet".to_owned(),
            (state, Some(since)) if state != "ok" => format!("{state} since {}", when(since, now, zone)),
            (state, _) => state.to_owned(),
        };
        let line = format!(
            "{state}; {} items; checked {}; next {}",
            row.items,
            time(row.checked_at),
            row.next_at.map_or_else(|| "with the next run".to_owned(), |at| when(at, now, zone)),
        );
        wrap(&mut out, &line, WIDTH, "           ", "           ");
        if let Some(reason) = &row.reason {
            wrap(&mut out, &one_line(reason), WIDTH, "           ", "           ");
        }
        if let Some(place) = &row.moved_to {
            wrap(&mut out, &format!("moved for good to {}", address(place)), WIDTH, "           ", "           ");
        }
    }
    if rows.is_empty() {
        out.push_str("No source yet: `presswatch run` takes them over from sources.toml.\n");
    }
    out
}
