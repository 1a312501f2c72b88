//! What is made of a channel's items: which are read, which are only noted, and whether some may have been missed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{end_of_day_in_url, is_in_scope};
use crate::article::Item;
use crate::canonical_url;
use crate::digest::Gap;
use crate::discover::Announced;
use crate::pipeline::Knowledge;
use crate::source::Source;
use crate::store::{DueChannel, ItemState, NewItem};

/// Items that one poll may announce, and sitemaps that one index may name: more is a mistake or an attack.
pub(super) const MOST_ITEMS: usize = 5000;
const MOST_SITEMAPS: usize = 50;

/// Keeps the newest items of a page that lists too many, and returns how many were left out. What a page announces
/// waits for its turn to be noted: it must not be large.
pub(super) fn keep_newest(announced: &mut Announced) -> usize {
    let items = &mut announced.items;
    let left_out = items.len().saturating_sub(MOST_ITEMS);
    if left_out > 0 {
        items.sort_by_key(|item| std::cmp::Reverse(item.published_at.max(item.modified_at)));
        items.truncate(MOST_ITEMS);
        items.shrink_to_fit();
    }
    left_out
}

/// Decides for each announced item whether it is to be read.
pub(super) fn judge(knowledge: &Knowledge, source: &Source, announced: &Announced, now: Timestamp) -> Vec<NewItem> {
    announced
        .items
        .iter()
        .filter_map(|item| {
            let announced_at = item.url.clone()?;
            let url = canonical_url::unwrap_redirect(&announced_at).unwrap_or(announced_at);
            // A home page is no article.
            if url.path() == "/" && url.query().is_none() {
                return None;
            }
            let key = canonical_url::key(&url, source.identity.as_ref());
            let mut item = item.clone();
            // A date in the future is nobody's: an embargo that leaked, or a clock that is wrong.
            item.published_at = item.published_at.filter(|at| *at <= now + SignedDuration::from_hours(1));
            let (state, reason) = if is_in_scope(&source.only, &url) {
                match too_old(knowledge, &item, &url, now) {
                    Some(reason) => (ItemState::TooOld, Some(reason)),
                    None => (ItemState::Pending, None),
                }
            } else {
                (ItemState::OutOfScope, Some("its host is not among `only`".to_owned()))
            };
            Some(NewItem { key, url, item, state, reason })
        })
        .collect()
}

/// The sitemaps of an index that can hold something recent, newest first.
pub(super) fn recent_sitemaps(
    knowledge: &Knowledge,
    announced: &Announced,
    now: Timestamp,
) -> Vec<(Url, Option<Timestamp>)> {
    let oldest = now.checked_sub(knowledge.max_age).unwrap_or(Timestamp::MIN);
    let mut nested: Vec<(Url, Option<Timestamp>)> = announced
        .nested
        .iter()
        .filter(|nested| nested.modified_at.is_none_or(|at| at >= oldest))
        .map(|nested| (nested.url.clone(), nested.modified_at))
        .collect();
    nested.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    nested.truncate(MOST_SITEMAPS);
    nested
}

fn too_old(knowledge: &Knowledge, item: &Item, url: &Url, now: Timestamp) -> Option<String> {
    // What was last changed so long ago was published no later.
    let changed = item.modified_at.filter(|at| now.duration_since(*at) > knowledge.max_age);
    let published = item.published_at.or_else(|| end_of_day_in_url(url, &knowledge.zone)).or(changed)?;
    let age = now.duration_since(published);
    (age > knowledge.max_age).then(|| format!("{} days old when first seen", age.as_hours() / 24))
}

/// The time whose items may have come and gone: a feed's window has moved past all that was seen before.
pub(super) fn gap(channel: &DueChannel, announced: &Announced, now: Timestamp) -> Option<Gap> {
    let before = channel.answered_at?;
    if announced.items.len() < 3 || !matches!(channel.kind.as_str(), "feed" | "sitemap") || channel.nested {
        return None;
    }
    let oldest = announced.items.iter().filter_map(|item| item.published_at.or(item.modified_at)).min()?;
    (oldest > before).then_some(Gap { since: before, until: oldest, seen_at: now })
}

/// The time that a channel's items cover.
pub(super) fn window(announced: &Announced) -> Option<Duration> {
    let dates = || announced.items.iter().filter_map(|item| item.published_at.or(item.modified_at));
    let span = dates().max()?.duration_since(dates().min()?);
    Duration::try_from(span).ok()
}
