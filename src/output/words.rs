//! What every format of the digest says in the same words, without anything that can act; not yet escaped for a format.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::when;
use crate::digest::{Checks, Mention, Origin, Period, Reporter, Trouble, WatchNews};
use crate::printable::{address, one_line, shorten};

/// The longest hit sentence, in characters.
const SENTENCE: usize = 200;

/// Said of a watch without coverage.
pub(super) const NOTHING: &str = "Nothing found. What was checked stands in the ledger below.";
/// Said of an empty ledger.
pub(super) const NO_LEDGER: &str = "No source has been checked yet: `presswatch run` does it.";
/// Stands above the copies of a text.
pub(super) const SAME_TEXT: &str = "Same text:";

/// What the digest is, of which period and by whose clock.
pub(super) fn headline(what: &str, period: &Period, zone: &TimeZone, now: Timestamp) -> String {
    let mut title = String::from(what);
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
    title
}

/// Who reported it, and who only took it over: "Reported by: RTL Info; MSN, copy of RTL Info".
pub(super) fn reported_by(watch: &WatchNews) -> String {
    let told: Vec<String> = watch.reporters.iter().map(reporter).collect();
    // A mark has a comma of its own.
    let marked = watch.reporters.iter().any(|reporter| reporter.origin != Origin::Own);
    format!("Reported by: {}", told.join(if marked { "; " } else { ", " }))
}

fn reporter(reporter: &Reporter) -> String {
    let outlet = one_line(&reporter.outlet);
    match &reporter.origin {
        Origin::Own => outlet,
        Origin::Agency(agency) => format!("{outlet}, from {}", one_line(agency)),
        Origin::Copy(of) => {
            let names: Vec<_> = of.iter().map(|name| one_line(name)).collect();
            match names.as_slice() {
                [] => outlet,
                [one] => format!("{outlet}, copy of {one}"),
                [one, other] => format!("{outlet}, copy of {one} and {other}"),
                [one, other, ..] => format!("{outlet}, copy of {one}, {other} and others"),
            }
        }
    }
}

/// How much there is of it.
pub(super) fn counts(watch: &WatchNews) -> String {
    let mentions: usize = watch.stories.iter().map(|story| 1 + story.copies.len()).sum();
    format!("{}, {}", counted(mentions, "article", "articles"), counted(watch.stories.len(), "text", "texts"))
}

/// Outlet, time, and what a reader must know before clicking.
pub(super) fn about(mention: &Mention, zone: &TimeZone, now: Timestamp) -> String {
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

/// The headline as it is shown; an article without one must not vanish.
pub(super) fn title(mention: &Mention) -> String {
    let title = one_line(&mention.title);
    if title.is_empty() { "(no headline)".to_owned() } else { title }
}

/// The hit sentence; empty where there is none.
pub(super) fn sentence(mention: &Mention) -> String {
    shorten(&one_line(&mention.snippet), SENTENCE).into_owned()
}

/// The hit sentence of a copy, where it is not that of the first.
pub(super) fn sentence_of_copy(copy: &Mention, first: &Mention) -> String {
    if reads_alike(&copy.snippet, &first.snippet) { String::new() } else { sentence(copy) }
}

/// Whether two sentences differ in quotes, blanks and punctuation only.
fn reads_alike(a: &str, b: &str) -> bool {
    a.chars().filter(|c| c.is_alphanumeric()).eq(b.chars().filter(|c| c.is_alphanumeric()))
}

/// What must be known of a source besides the figures.
pub(super) fn remarks(row: &Checks, zone: &TimeZone, now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    if row.asked == 0 {
        lines.push("not checked in this period".to_owned());
    }
    for Trouble { url, state, reason, since } in &row.troubles {
        let since = since.map_or_else(String::new, |at| format!(" since {}", when(at, now, zone)));
        let reason = one_line(reason);
        // "blocked since Saturday: blocked: …" says it twice.
        let reason =
            reason.strip_prefix(state.as_str()).map_or(reason.as_str(), |rest| rest.trim_start_matches([':', ' ']));
        let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        lines.push(format!("{}{since}{reason} {}", one_line(state), one_line(&address(url))));
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

pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    counted_u64(n as u64, one, many)
}

fn counted_u64(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
