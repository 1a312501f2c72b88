//! What an announcement changes of an item, and how an item goes on when it could not be read.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::{Ending, later};
use crate::answer::{Failure, FailureKind};
use crate::article::Item;
use crate::model::{ChannelId, ItemId, ItemState};
use crate::politeness::schedule::{self, Mishap};

/// An item as a poll finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedItem {
    /// What names the article within its source.
    pub key: String,
    /// Where it is read.
    pub url: Url,
    /// What the channel says of it, as it is stored.
    pub item: Item,
    /// `Pending`, `TooOld` or `OutOfScope`.
    pub state: ItemState,
    /// Why it is not pending.
    pub reason: Option<String>,
}

/// A stored item that a channel announces again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownItem {
    /// What names the article within its source.
    pub key: String,
    /// Where it stands.
    pub state: ItemState,
    /// The channel that announced it first.
    pub channel: ChannelId,
    /// What the channel says of it.
    pub title: String,
    /// Its lead.
    pub summary: String,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it was last changed.
    pub modified_at: Option<Timestamp>,
    /// When its channel last gave it another headline or a newer date after it was read.
    pub changed_at: Option<Timestamp>,
}

/// What becomes of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemChange<'a> {
    /// It is new.
    Add(&'a AnnouncedItem),
    /// It is known, and says this now.
    Update(KnownItem),
}

/// What announcements change of the items of a source. `tells_changes`: whether the channel announces each item once, with a
/// headline and dates of its own.
pub fn decide_items<'a>(
    channel: ChannelId,
    tells_changes: bool,
    announced: &'a [AnnouncedItem],
    known: Vec<KnownItem>,
    now: Timestamp,
) -> Vec<ItemChange<'a>> {
    let mut known: HashMap<String, KnownItem> = known.into_iter().map(|item| (item.key.clone(), item)).collect();
    let mut changes = Vec::new();
    for new in announced {
        let Some(old) = known.get_mut(&new.key) else {
            known.insert(new.key.clone(), as_known(channel, new));
            changes.push(ItemChange::Add(new));
            continue;
        };
        let told = match old.state {
            _ if new.state != ItemState::Pending => continue,
            ItemState::Pending => told_before_reading(old, &new.item),
            // Each channel writes headlines its own way: only the one that told it first is believed.
            ItemState::Read if tells_changes && old.channel == channel => told_after_reading(old, &new.item, now),
            _ => continue,
        };
        if *old != told {
            old.clone_from(&told);
            changes.push(ItemChange::Update(told));
        }
    }
    changes
}

fn as_known(channel: ChannelId, new: &AnnouncedItem) -> KnownItem {
    KnownItem {
        key: new.key.clone(),
        state: new.state,
        channel,
        title: new.item.title.clone(),
        summary: new.item.summary.clone(),
        published_at: new.item.published_at,
        modified_at: new.item.modified_at,
        changed_at: None,
    }
}

/// The newer words are the better ones; an empty one is none.
fn told_before_reading(old: &KnownItem, item: &Item) -> KnownItem {
    let newer = |old: &String, new: &String| if new.is_empty() { old.clone() } else { new.clone() };
    KnownItem {
        title: newer(&old.title, &item.title),
        summary: newer(&old.summary, &item.summary),
        published_at: old.published_at.or(item.published_at),
        ..old.clone()
    }
}

/// Another headline or a newer date is a reason to read an article again.
fn told_after_reading(old: &KnownItem, item: &Item, now: Timestamp) -> KnownItem {
    let stamp = item.modified_at.max(item.published_at);
    let is_renamed = !item.title.is_empty() && item.title != old.title;
    // To the second, as times are stored.
    let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
    let last = second(old.modified_at.or(old.published_at));
    let is_later = last.is_some_and(|last| second(stamp).is_some_and(|stamp| stamp > last));
    if !is_renamed && !is_later {
        return old.clone();
    }
    let title = if item.title.is_empty() { &old.title } else { &item.title };
    KnownItem { title: title.clone(), modified_at: stamp.max(old.modified_at), changed_at: Some(now), ..old.clone() }
}

/// How an item goes on after a failure; `None` leaves it as it was, to be requested in the next run. `tries`: earlier ones.
pub fn after_failure(item: ItemId, tries: u32, failure: &Failure, now: Timestamp) -> Option<Ending> {
    let reason = failure.cause.to_string();
    let wait = failure.retry_after;
    let again = |reason, mishap| retry(item, tries, reason, mishap, wait, now);
    Some(match failure.kind {
        FailureKind::Resting => Ending::Later(later(now, wait?), reason),
        FailureKind::Stopped => return None,
        FailureKind::Disallowed => Ending::In(ItemState::Disallowed, Some(reason)),
        FailureKind::Gone | FailureKind::Forbidden => Ending::In(ItemState::GivenUp, Some(reason)),
        FailureKind::NotFound => again(reason, Mishap::Missing),
        FailureKind::Blocked => again(reason, Mishap::Refused),
        FailureKind::TooLarge => again(reason, Mishap::Large),
        FailureKind::Busy | FailureKind::Unreachable => again(reason, Mishap::Passing),
    })
}

/// When an item is tried again, or that it is given up. `wait`: what its host asked for.
pub fn retry(
    item: ItemId,
    tries: u32,
    reason: String,
    mishap: Mishap,
    wait: Option<Duration>,
    now: Timestamp,
) -> Ending {
    let tries = tries + 1;
    match schedule::item_retry(mishap, tries, jitter(item.0)) {
        Some(pause) => Ending::Again(later(now, pause.max(wait.unwrap_or_default())), reason),
        None => Ending::In(ItemState::GivenUp, Some(format!("tried {tries} times; last: {reason}"))),
    }
}

/// From 0 to 1 by a row's number: what failed together must not come back together.
pub(super) fn jitter(row: i64) -> f64 {
    f64::from(u32::try_from(row.rem_euclid(97)).unwrap_or(0)) / 97.0
}
