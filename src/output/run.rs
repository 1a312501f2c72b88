//! The summary of a run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::paint::{Paint, Painted};
use super::size;
use crate::crawl::Summary;
use crate::date::utc;
use crate::i18n::Language;
use crate::model::ItemState;

/// The summary in three lines; the items in the second line add up to those in the first.
pub fn text(summary: &Summary, took: Duration, paint: Paint) -> Painted {
    let counted = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut out = Painted::new(paint);
    let channels = counted(summary.channels, "channel", "channels");
    let _ = write!(out, "{channels} polled: {} unchanged, ", summary.channels_unchanged);
    let failed = format!("{} failed", summary.channels_failed);
    let put = if summary.channels_failed > 0 { Painted::bad } else { Painted::plain };
    put(&mut out, &failed);
    let _ = write!(out, "; {}", counted(summary.items_new, "new item", "new items"));
    if summary.waited > 0 {
        let _ = write!(out, ", {} from earlier runs", summary.waited);
    }
    let _ = write!(out, "\n{}", counted(summary.ended(ItemState::Read), "article read", "articles read"));
    let became = |state: ItemState| {
        Some(summary.ended(state)).filter(|n| *n > 0).and_then(|n| Language::English.fate(state.name(), n))
    };
    for fate in [ItemState::Copy, ItemState::TooOld, ItemState::OutOfScope, ItemState::NotArticle]
        .into_iter()
        .filter_map(became)
    {
        let _ = write!(out, ", {fate}");
    }
    for lost in [ItemState::Disallowed, ItemState::GivenUp].into_iter().filter_map(became) {
        out.plain(", ");
        out.doubtful(&lost);
    }
    let _ = writeln!(out, ", {}", format_args!("{} left for the next run", summary.pending));
    let matched = format!("{} newly matched", counted(summary.found.articles, "article", "articles"));
    let put = if summary.found.articles > 0 { Painted::good } else { Painted::plain };
    put(&mut out, &matched);
    let time = if took.as_secs() == 0 { "under a second".to_owned() } else { format!("{} s", took.as_secs()) };
    let requests = counted(summary.requests, "request", "requests");
    let _ = writeln!(out, "; {requests}, {} in {time}", size(summary.bytes));
    out
}

/// The summary of `run --json`.
pub fn json(summary: &Summary, started_at: Timestamp, finished_at: Timestamp) -> Value {
    json!({
        "run": summary.run.0,
        "started_at": utc(started_at),
        "finished_at": utc(finished_at),
        "channels": summary.channels,
        "channels_failed": summary.channels_failed,
        "channels_unchanged": summary.channels_unchanged,
        "requests": summary.requests,
        "bytes": summary.bytes,
        "items_new": summary.items_new,
        "articles_read": summary.articles_read,
        "articles_failed": summary.articles_failed,
        "articles_revisited": summary.articles_revisited,
        "mentions_new": summary.found.mentions,
        "articles_matched": summary.found.articles,
        "duplicates": summary.duplicates,
        "items_waited": summary.waited,
        "items_ended": summary.ended.iter().map(|(state, n)| (state.name(), *n)).collect::<BTreeMap<_, _>>(),
        "pending": summary.pending,
        "stopped": summary.stopped,
        "limited": summary.limited,
    })
}
