//! What an announcement changes of an item: what is new, what is announced anew, and which verdicts are judged again.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::ItemReason;
use crate::article::Item;
use crate::model::{ChannelId, ItemState};
use crate::politeness::schedule::is_reopening_due;
use crate::text::cut::cut;
use crate::text::fold::fold;

/// The most that is kept of the headlines and of the leads that channels gave an item besides the first, in bytes.
const OTHER_TITLES: usize = 4_000;
const OTHER_SUMMARIES: usize = 10_000;

/// An aggregator that gives an article another address each time gives it the same time, or nearly so.
const SAME_TIME: SignedDuration = SignedDuration::from_hours(1);
/// The time that it gives and that of the outlet itself are so far apart at most: a daily column has one headline each day.
const SAME_DAY: SignedDuration = SignedDuration::from_hours(12);
/// What has no date is the same for so long after it was first seen.
const UNDATED: SignedDuration = SignedDuration::from_hours(48);

/// An item as a poll finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedItem {
    /// What names the article within its source.
    pub key: String,
    /// Where it is read.
    pub url: Url,
    /// What the channel says of it, as it is stored.
    pub item: Item,
    /// `Pending`, `TooOld`, `OutOfScope`, or `Copy` for a part of a page.
    pub state: ItemState,
    /// Why it is not pending.
    pub reason: Option<ItemReason>,
    /// The source that it belongs to, where that is another than the channel's.
    pub owner: Option<String>,
    /// Whether an aggregator or a search announces it: its address may be another one the next time.
    pub is_relayed: bool,
}

/// A stored item that a channel announces again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownItem {
    /// What names the article within its source.
    pub key: String,
    /// The source that it belongs to, where that is another than the channel's.
    pub owner: Option<String>,
    /// Where it stands.
    pub state: ItemState,
    /// Whether its state is the publisher's own word (410), which another announcement does not change.
    pub is_refused: bool,
    /// The channel that announced it first.
    pub channel: ChannelId,
    /// What the channel says of it.
    pub title: String,
    /// Its lead.
    pub summary: String,
    /// Headlines that channels gave it besides, a line each.
    pub other_titles: String,
    /// Leads that channels gave it besides, a line each.
    pub other_summaries: String,
    /// The text that the feed holds, where it is another one now.
    pub content: Option<String>,
    /// The outlet that an aggregator names.
    pub outlet: String,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it was last changed.
    pub modified_at: Option<Timestamp>,
    /// When its channel last gave it another headline or a newer date after it was read.
    pub changed_at: Option<Timestamp>,
    /// When it was first announced.
    pub first_seen_at: Timestamp,
    /// When it came into its state.
    pub ended_at: Option<Timestamp>,
    /// How often it was requested.
    pub tries: u32,
}

/// What becomes of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemChange<'a> {
    /// It is new.
    Add(&'a AnnouncedItem),
    /// It is known, and says this now.
    Update(KnownItem),
    /// It is known and was given up or rejected: it is pending again.
    Reopen(KnownItem),
}

/// What announcements change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemChanges<'a> {
    /// The items.
    pub items: Vec<ItemChange<'a>>,
    /// Items that are not going to be read for this announcement and have words that no watch was matched against, by their
    /// owner and key.
    pub heard: Vec<(Option<String>, String)>,
}

/// Stored items and those that an announcement adds, to be found by key and by headline.
struct KnownItems {
    items: Vec<KnownItem>,
    by_key: HashMap<(Option<String>, String), usize>,
    by_title: HashMap<String, Vec<usize>>,
}

impl KnownItems {
    fn new(items: Vec<KnownItem>) -> Self {
        let mut known = Self { items: Vec::new(), by_key: HashMap::new(), by_title: HashMap::new() };
        for item in items {
            known.by_title.entry(item.title.clone()).or_default().push(known.items.len());
            known.add(item);
        }
        known
    }

    /// One more, to be found by its key alone: within one announcement each entry is an item.
    fn add(&mut self, item: KnownItem) {
        self.by_key.insert((item.owner.clone(), item.key.clone()), self.items.len());
        self.items.push(item);
    }

    fn find(&mut self, new: &AnnouncedItem, now: Timestamp) -> Option<&mut KnownItem> {
        let by_key = self.by_key.get(&(new.owner.clone(), new.key.clone())).copied();
        let place = by_key.or_else(|| {
            let places = self.by_title.get(&new.item.title).filter(|_| new.is_relayed && !new.item.title.is_empty())?;
            places.iter().copied().find(|place| self.items.get(*place).is_some_and(|old| is_same_entry(old, new, now)))
        })?;
        self.items.get_mut(place)
    }
}

/// Whether an aggregator announces a known item again under another address: the same headline of the same outlet with the
/// same date.
fn is_same_entry(old: &KnownItem, new: &AnnouncedItem, now: Timestamp) -> bool {
    if old.owner != new.owner {
        return false;
    }
    let is_of_outlet = old.outlet.is_empty() && new.owner.is_some();
    if !is_of_outlet && fold(&old.outlet) != fold(&new.item.outlet) {
        return false;
    }
    match (old.published_at, new.item.published_at) {
        (Some(old), Some(new)) => old.duration_since(new).abs() <= if is_of_outlet { SAME_DAY } else { SAME_TIME },
        // A headline alone may be that of every day.
        _ => !new.item.outlet.is_empty() && now.duration_since(old.first_seen_at) <= UNDATED,
    }
}

/// What announcements change of the items of a source. `tells_changes`: whether the channel announces each item once, with a
/// headline and dates of its own.
pub fn decide_items(
    channel: ChannelId,
    tells_changes: bool,
    announced: &[AnnouncedItem],
    known: Vec<KnownItem>,
    now: Timestamp,
) -> ItemChanges<'_> {
    let mut known = KnownItems::new(known);
    let mut changes = ItemChanges::default();
    for new in announced {
        let Some(old) = known.find(new, now) else {
            known.add(as_known(channel, new, now));
            if new.state == ItemState::Copy {
                changes.heard.push((new.owner.clone(), new.key.clone()));
            }
            changes.items.push(ItemChange::Add(new));
            continue;
        };
        if matches!(new.state, ItemState::TooOld | ItemState::OutOfScope) {
            continue;
        }
        // Each channel writes headlines its own way: only the one that announced it first is believed.
        let is_told = tells_changes && old.channel == channel;
        let mut told = remember(old, &new.item);
        let has_news = told != *old;
        match old.state {
            ItemState::OutOfScope => continue,
            ItemState::Pending => told = told_before_reading(told, &new.item),
            ItemState::TooOld | ItemState::NotArticle | ItemState::GivenUp
                if new.state == ItemState::Pending && is_anew(old, &new.item, is_told, now) =>
            {
                let told = reopened(told, &new.item, now);
                old.clone_from(&told);
                changes.items.push(ItemChange::Reopen(told));
                continue;
            }
            ItemState::Read if is_told => told = told_after_reading(told, old, &new.item, now),
            _ => {}
        }
        if has_news && !matches!(old.state, ItemState::Pending | ItemState::TooOld) {
            changes.heard.push((old.owner.clone(), old.key.clone()));
        }
        if *old != told {
            old.clone_from(&told);
            changes.items.push(ItemChange::Update(told));
        }
    }
    changes
}

fn as_known(channel: ChannelId, new: &AnnouncedItem, now: Timestamp) -> KnownItem {
    KnownItem {
        key: new.key.clone(),
        owner: new.owner.clone(),
        state: new.state,
        is_refused: false,
        channel,
        title: new.item.title.clone(),
        summary: new.item.summary.clone(),
        other_titles: String::new(),
        other_summaries: String::new(),
        content: None,
        outlet: new.item.outlet.clone(),
        published_at: new.item.published_at,
        modified_at: new.item.modified_at,
        changed_at: None,
        first_seen_at: now,
        ended_at: None,
        tries: 0,
    }
}

/// The item with the words of an announcement, where they are new: none that was announced once is forgotten.
fn remember(old: &KnownItem, item: &Item) -> KnownItem {
    // The first words fill what was empty.
    let first = |old: &String, new: &String| if old.is_empty() { new.clone() } else { old.clone() };
    let (title, summary) = (first(&old.title, &item.title), first(&old.summary, &item.summary));
    KnownItem {
        other_titles: with_line(&old.other_titles, &title, &item.title, OTHER_TITLES),
        other_summaries: with_line(&old.other_summaries, &summary, &item.summary, OTHER_SUMMARIES),
        title,
        summary,
        ..old.clone()
    }
}

/// Lines with one more, unless it is `first` or among them; at most so many bytes, the oldest lines go first.
fn with_line(lines: &str, first: &str, new: &str, most: usize) -> String {
    let new = cut(new, most).replace('\n', " ");
    if new.is_empty() || new == first.replace('\n', " ") || lines.lines().any(|line| line == new) {
        return lines.to_owned();
    }
    let mut lines = if lines.is_empty() { new } else { format!("{lines}\n{new}") };
    while lines.len() > most {
        let Some(end) = lines.find('\n') else { break };
        lines.drain(..=end);
    }
    lines
}

/// The newer words are the better ones; an empty one is none.
fn told_before_reading(told: KnownItem, item: &Item) -> KnownItem {
    let published_at = told.published_at.or(item.published_at);
    let content = (!item.content.is_empty()).then(|| item.content.clone());
    KnownItem { content, published_at, ..first_of_all(told, item) }
}

/// Another headline or a newer date is a reason to read an article again.
fn told_after_reading(told: KnownItem, old: &KnownItem, item: &Item, now: Timestamp) -> KnownItem {
    let is_later = last(old).is_some_and(|last| seconds(stamp(item)) > Some(last));
    if !is_renamed(old, item) && !is_later {
        return told;
    }
    let modified_at = stamp(item).max(told.modified_at);
    KnownItem { modified_at, changed_at: Some(now), ..first_of_all(told, item) }
}

/// Whether an announcement is a reason to judge an item again that was too old, no article, or given up: a later date, or
/// another headline of the channel that announced it first. What was requested already is not requested at every turn.
fn is_anew(old: &KnownItem, item: &Item, is_told: bool, now: Timestamp) -> bool {
    let is_later = seconds(stamp(item)).is_some_and(|stamp| last(old).is_none_or(|last| stamp > last));
    let is_due = old.tries == 0 || is_reopening_due(old.first_seen_at, old.ended_at.unwrap_or(now), now);
    !old.is_refused && is_due && (is_later || is_told && is_renamed(old, item))
}

/// An item that is to be read after all, by what its channel says now.
fn reopened(told: KnownItem, item: &Item, now: Timestamp) -> KnownItem {
    KnownItem {
        state: ItemState::Pending,
        published_at: item.published_at.or(told.published_at),
        modified_at: stamp(item).max(told.modified_at),
        changed_at: Some(now),
        content: (!item.content.is_empty()).then(|| item.content.clone()),
        ended_at: None,
        tries: 0,
        ..first_of_all(told, item)
    }
}

/// The words of an announcement are those of the item; what they replace is kept among the others.
fn first_of_all(told: KnownItem, item: &Item) -> KnownItem {
    let swap = |lines: &str, first: &str, new: &str, most: usize| {
        if new.is_empty() || new == first {
            return (first.to_owned(), lines.to_owned());
        }
        let flat = new.replace('\n', " ");
        let rest: Vec<&str> = lines.lines().filter(|line| *line != flat).collect();
        (new.to_owned(), with_line(&rest.join("\n"), new, first, most))
    };
    let (title, other_titles) = swap(&told.other_titles, &told.title, &item.title, OTHER_TITLES);
    let (summary, other_summaries) = swap(&told.other_summaries, &told.summary, &item.summary, OTHER_SUMMARIES);
    KnownItem { title, summary, other_titles, other_summaries, ..told }
}

fn is_renamed(old: &KnownItem, item: &Item) -> bool {
    !item.title.is_empty() && item.title != old.title
}

fn stamp(item: &Item) -> Option<Timestamp> {
    item.modified_at.max(item.published_at)
}

/// The last date that was announced, to the second, as times are stored.
fn last(old: &KnownItem) -> Option<i64> {
    seconds(old.modified_at.or(old.published_at))
}

fn seconds(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_second)
}
