//! What a run did.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;

use super::paint::Paint;
use super::size;
use super::words::utc;
use crate::crawl::Summary;
use crate::language::Language;
use crate::store::ItemState;

/// What a run did, in three lines; the second one adds up to the items of the first.
pub fn text(summary: &Summary, took: Duration, paint: Paint) -> String {
    let some = |count: u64, words: &str, dress: fn(Paint, &str) -> String| {
        let text = format!("{count} {words}");
        if count > 0 { dress(paint, &text) } else { text }
    };
    let counted = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut items = counted(summary.items_new, "new item", "new items");
    if summary.waited > 0 {
        let _ = write!(items, ", {} that waited", summary.waited);
    }
    let ended = |state| Some(summary.ended(state)).filter(|n| *n > 0);
    let mut fates = vec![counted(summary.ended(ItemState::Read), "article read", "articles read")];
    let became = |state: ItemState| ended(state).and_then(|n| Language::English.fate(state.name(), n));
    fates.extend(
        [ItemState::Copy, ItemState::TooOld, ItemState::OutOfScope, ItemState::NotArticle]
            .into_iter()
            .filter_map(became),
    );
    let lost = [ItemState::Disallowed, ItemState::GivenUp].into_iter().filter_map(became);
    fates.extend(lost.map(|text| paint.doubtful(&text)));
    fates.push(counted(summary.pending, "waits for the next run", "wait for the next run"));
    format!(
        "{} asked: {} unchanged, {}; {items}\n{}\n{}; {}, {} in {}",
        counted(summary.channels, "channel", "channels"),
        summary.channels_unchanged,
        some(summary.channels_failed, "failed", Paint::bad),
        fates.join(", "),
        some(summary.mentions_new, if summary.mentions_new == 1 { "new mention" } else { "new mentions" }, Paint::good),
        counted(summary.requests, "request", "requests"),
        size(summary.bytes),
        if took.as_secs() == 0 { "under a second".to_owned() } else { format!("{} s", took.as_secs()) },
    )
}

/// The summary of `run --json`.
pub fn json(summary: &Summary, started_at: Timestamp, finished_at: Timestamp) -> String {
    serde_json::json!({
        "run": summary.run,
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
        "mentions_new": summary.mentions_new,
        "duplicates": summary.duplicates,
        "items_waited": summary.waited,
        "items_ended": summary.ended.iter().map(|(state, n)| (state.name(), *n)).collect::<BTreeMap<_, _>>(),
        "pending": summary.pending,
        "stopped": summary.stopped,
    })
    .to_string()
}
