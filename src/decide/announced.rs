//! Which announced items are read, which are only stored, and whether some may have been missed.

use std::collections::HashSet;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{AnnouncedItem, ItemReason, KnownChannel};
use crate::article::Item;
use crate::canonical_url;
use crate::channel::Announced;
use crate::date;
use crate::digest::Gap;
use crate::model::ItemState;
use crate::source::Source;
use crate::text::clean::{one_line, printable};
use crate::text::cut::shorten;

/// The most items of one poll, and sitemaps of one index: more is a mistake or an attack.
pub const MOST_ITEMS: usize = 5000;
const MOST_SITEMAPS: usize = 50;

/// The longest texts stored of an item, in bytes: title, author and outlet; summary.
const LINE: usize = 1000;
const SUMMARY: usize = 5000;

/// Limits for the items of all sources.
#[derive(Debug, Clone)]
pub struct Limits<'a> {
    /// The time zone of dates without one.
    pub zone: &'a TimeZone,
    /// Older items are stored, but not read.
    pub max_age: SignedDuration,
}

/// Keeps the newest items of a page that lists too many, and returns the number of dropped ones. Bounds the memory of announcements that
/// wait to be stored.
pub fn keep_newest(announced: &mut Announced) -> usize {
    let items = &mut announced.items;
    let left_out = items.len().saturating_sub(MOST_ITEMS);
    if left_out > 0 {
        items.sort_by_key(|item| std::cmp::Reverse(item.published_at.max(item.modified_at)));
        items.truncate(MOST_ITEMS);
        items.shrink_to_fit();
    }
    left_out
}

/// Decides for each announced item whether to read it.
pub(super) fn judge(limits: &Limits, source: &Source, announced: &Announced, now: Timestamp) -> Vec<AnnouncedItem> {
    announced
        .items
        .iter()
        .filter_map(|item| {
            let announced_at = item.url.clone()?;
            let url = canonical_url::unwrap_redirect(&announced_at).unwrap_or(announced_at);
            // A home page is not an article.
            if url.path() == "/" && url.query().is_none() {
                return None;
            }
            let key = canonical_url::key(&url, source.identity.as_ref());
            let mut item = kept_item(item);
            // Ignores dates in the future: a leaked embargo, or a wrong clock.
            item.published_at = item.published_at.filter(|at| *at <= now + SignedDuration::from_hours(1));
            let (state, reason) = if is_in_scope(&source.only, &url) {
                match too_old(limits, &item, &url, now) {
                    Some(reason) => (ItemState::TooOld, Some(reason)),
                    None => (ItemState::Pending, None),
                }
            } else {
                (ItemState::OutOfScope, Some(ItemReason::OutOfScope))
            };
            Some(AnnouncedItem { key, url, item, state, reason })
        })
        .collect()
}

/// An item as it is stored: of bounded length, with control sequences removed.
fn kept_item(item: &Item) -> Item {
    let line = |text: &str| one_line(&shorten(text, LINE));
    Item {
        title: line(&item.title),
        summary: printable(&shorten(&item.summary, SUMMARY)).into_owned(),
        author: line(&item.author),
        language: one_line(&item.language),
        outlet: line(&item.outlet),
        ..item.clone()
    }
}

/// The sitemaps of an index that can contain recent items, newest first.
pub(super) fn recent_sitemaps(limits: &Limits, announced: &Announced, now: Timestamp) -> Vec<(Url, Option<Timestamp>)> {
    let oldest = now.checked_sub(limits.max_age).unwrap_or(Timestamp::MIN);
    let mut nested: Vec<(Url, Option<Timestamp>)> = announced
        .nested
        .iter()
        .filter(|nested| nested.modified_at.is_none_or(|at| at >= oldest))
        .map(|nested| (nested.url.clone(), nested.modified_at))
        .collect();
    nested.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    // A sitemap named twice counts once, with its newest date.
    let mut seen = HashSet::new();
    nested.retain(|(url, _)| seen.insert(url.clone()));
    nested.truncate(MOST_SITEMAPS);
    nested
}

fn too_old(limits: &Limits, item: &Item, url: &Url, now: Timestamp) -> Option<ItemReason> {
    // An article in a sitemap was published no later than the sitemap last changed.
    let changed = item.modified_at.filter(|at| now.duration_since(*at) > limits.max_age);
    let published = item.published_at.or_else(|| end_of_day_in_url(url, limits.zone)).or(changed)?;
    let age = now.duration_since(published);
    (age > limits.max_age).then(|| ItemReason::TooOld(age.as_hours() / 24))
}

/// The period whose items may have been missed, because the window of a feed has moved past all items seen before.
pub(super) fn gap(channel: &KnownChannel, announced: &Announced, now: Timestamp) -> Option<Gap> {
    let before = channel.row.answered_at?;
    if announced.items.len() < 3 || !channel.tells_changes() || channel.is_nested {
        return None;
    }
    let oldest = announced.items.iter().filter_map(|item| item.published_at.or(item.modified_at)).min()?;
    (oldest > before).then_some(Gap { since: before, until: oldest, seen_at: now })
}

/// The period that the items of a channel cover.
pub(super) fn window(announced: &Announced) -> Option<Duration> {
    let dates = || announced.items.iter().filter_map(|item| item.published_at.or(item.modified_at));
    let span = dates().max()?.duration_since(dates().min()?);
    Duration::try_from(span).ok()
}

/// Whether `url` is on one of the hosts that `only` names, or below one; an entry may name a port too.
fn is_in_scope(only: &[String], url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
    only.is_empty()
        || only.iter().any(|entry| {
            let entry = entry.trim_start_matches("*.").trim_start_matches('.').to_lowercase();
            host == entry
                || host.strip_suffix(&entry).is_some_and(|head| head.ends_with('.'))
                || with_port.as_deref() == Some(entry.as_str())
        })
}

/// The date in a URL, as the latest time at which its article can have been published. Ambiguous spellings are ignored: a number of an
/// article must not be mistaken for an old date.
fn end_of_day_in_url(url: &Url, zone: &TimeZone) -> Option<Timestamp> {
    let day = date::day_in_path(url.path()).filter(|day| day.is_sure)?;
    zone.to_timestamp(day.date.at(23, 59, 59, 0)).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn scope_is_a_host_and_what_is_below_it() {
        let only = vec!["msn.example".to_owned(), "127.0.0.1:8080".to_owned()];
        let inside = |url: &str| is_in_scope(&only, &Url::parse(url).unwrap());
        assert!(inside("http://msn.example/a"));
        assert!(inside("http://www.msn.example/a"));
        assert!(inside("http://127.0.0.1:8080/a"));
        assert!(!inside("http://127.0.0.1:8081/a"));
        assert!(!inside("http://notmsn.example/a"));
        assert!(!inside("http://msn.example.evil.example/a"));
    }

    #[test]
    fn the_day_in_a_url() {
        let day = |url: &str| end_of_day_in_url(&Url::parse(url).unwrap(), &TimeZone::UTC).map(|t| t.to_string());
        assert_eq!(day("http://a.example/x/2026/08/20/slug-ID/").as_deref(), Some("2026-08-20T23:59:59Z"));
        assert_eq!(day("http://a.example/actua/slug-2026-10-03").as_deref(), Some("2026-10-03T23:59:59Z"));
        assert_eq!(day("http://a.example/actua/12026-10-03"), None);
        assert_eq!(day("http://a.example/2026/13/40/"), None);
        assert_eq!(day("http://a.example/artikel/1234567890"), None);
        assert_eq!(day("http://a.example/artikel/20051128"), None);
    }
}
