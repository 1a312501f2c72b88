//! The changes of an item by an announcement, and after it could not be read.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Ending, later};
use crate::answer::{Failure, FailureKind};
use crate::article::{Item, NotArticle};
use crate::i18n::Cause;
use crate::model::{ChannelId, ItemId, ItemState};
use crate::politeness::schedule::{self, Mishap};

/// An announced item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedItem {
    /// Identifies the article within its source.
    pub key: String,
    /// Its URL.
    pub url: Url,
    /// The metadata from the channel, in the form in which they are stored.
    pub item: Item,
    /// `Pending`, `TooOld` or `OutOfScope`.
    pub state: ItemState,
    /// Why it is not pending.
    pub reason: Option<ItemReason>,
}

/// A stored item that a channel announces again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownItem {
    /// Identifies the article within its source.
    pub key: String,
    /// Its state.
    pub state: ItemState,
    /// The channel that announced it first.
    pub channel: ChannelId,
    /// The title from the channel.
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

/// A change of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemChange<'a> {
    /// It is new.
    Add(&'a AnnouncedItem),
    /// It is known, and gets these values.
    Update(KnownItem),
}

/// The changes of the items of a source by announcements. `tells_changes`: whether the channel announces each item once, with a headline
/// and dates of its own.
pub fn decide_items(
    channel: ChannelId,
    tells_changes: bool,
    announced: &[AnnouncedItem],
    known: Vec<KnownItem>,
    now: Timestamp,
) -> Vec<ItemChange<'_>> {
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
            // Channels spell headlines differently, so only the first channel of an item can report a change.
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

/// Newer values replace older ones, unless they are empty.
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
    // Times are stored to the second.
    let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
    let last = second(old.modified_at.or(old.published_at));
    let is_later = last.is_some_and(|last| second(stamp).is_some_and(|stamp| stamp > last));
    if !is_renamed && !is_later {
        return old.clone();
    }
    let title = if item.title.is_empty() { &old.title } else { &item.title };
    KnownItem { title: title.clone(), modified_at: stamp.max(old.modified_at), changed_at: Some(now), ..old.clone() }
}

/// The reason for the state of an item. Its `Display` is English, for the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemReason {
    /// Its host is not among `only`.
    OutOfScope,
    /// It was this many days old when it was first announced.
    TooOld(i64),
    /// Its page says that it was published then, too long ago.
    PublishedLongAgo(Timestamp),
    /// The page is not an article.
    NotArticle(NotArticle),
    /// It could not be requested or read.
    Failure(Cause),
    /// It was tried this often; the reason for the last failure.
    Tried(u32, Box<ItemReason>),
}

impl fmt::Display for ItemReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfScope => f.write_str("its host is not among `only`"),
            Self::TooOld(days) => write!(f, "{days} days old when first seen"),
            Self::PublishedLongAgo(at) => {
                write!(f, "published {}, seen only when read", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
            }
            Self::NotArticle(what) => what.fmt(f),
            Self::Failure(cause) => cause.fmt(f),
            Self::Tried(times, last) => write!(f, "tried {times} times; last: {last}"),
        }
    }
}

/// An item, and how often it was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// The item.
    pub item: ItemId,
    /// Earlier tries.
    pub tries: u32,
}

impl Tried {
    /// The next state after a failure; `None`: unchanged, so that it is requested in the next run.
    pub fn after_failure(self, failure: &Failure, now: Timestamp) -> Option<Ending> {
        let reason = ItemReason::Failure(failure.cause.clone());
        let wait = failure.retry_after;
        let mishap = match failure.kind {
            FailureKind::Skipped => return Some(Ending::Later(later(now, wait?), reason)),
            FailureKind::Stopped => return None,
            FailureKind::Disallowed => return Some(Ending::In(ItemState::Disallowed, Some(reason))),
            FailureKind::Gone | FailureKind::Forbidden => return Some(Ending::In(ItemState::GivenUp, Some(reason))),
            FailureKind::NotFound => Mishap::Missing,
            FailureKind::Blocked => Mishap::Refused,
            FailureKind::TooLarge => Mishap::Large,
            FailureKind::Busy | FailureKind::Unreachable => Mishap::Passing,
        };
        Some(self.retry(reason, mishap, wait, now))
    }

    /// The next state if its page is not an article; `mishap`: the reason for which a retry may help.
    pub fn after_no_article(self, what: NotArticle, mishap: Option<Mishap>, now: Timestamp) -> Ending {
        let reason = ItemReason::NotArticle(what);
        match mishap.map(|mishap| self.retry(reason.clone(), mishap, None, now)) {
            // A page that never gets a text is not an article. A page behind a wall may be one: it is given up.
            Some(Ending::In(..)) if mishap != Some(Mishap::Refused) => Ending::In(ItemState::NotArticle, Some(reason)),
            Some(ending) => ending,
            None => Ending::In(ItemState::NotArticle, Some(reason)),
        }
    }

    /// The time of the next try, or that it is given up. `wait`: the Retry-After of its host.
    fn retry(self, reason: ItemReason, mishap: Mishap, wait: Option<Duration>, now: Timestamp) -> Ending {
        let tries = self.tries + 1;
        match schedule::item_retry(mishap, tries, jitter(self.item.0)) {
            Some(pause) => Ending::Again(later(now, pause.max(wait.unwrap_or_default())), reason),
            None => Ending::In(ItemState::GivenUp, Some(ItemReason::Tried(tries, Box::new(reason)))),
        }
    }
}

/// The end of an item whose page says that it was published too long ago; `None` for others.
pub fn too_old_when_read(published_at: Option<Timestamp>, max_age: SignedDuration, now: Timestamp) -> Option<Ending> {
    let published = published_at.filter(|published| now.duration_since(*published) > max_age)?;
    Some(Ending::In(ItemState::TooOld, Some(ItemReason::PublishedLongAgo(published))))
}

/// A number from 0 to 1 derived from the row, so that items that failed together are not retried together.
pub(super) fn jitter(row: i64) -> f64 {
    f64::from(u32::try_from(row.rem_euclid(97)).unwrap_or(0)) / 97.0
}
