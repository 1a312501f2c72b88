//! How much of a source is taken at once: what it announces beyond that takes its turn in later runs.

use std::cmp::Reverse;

use super::{ItemChange, NamedSitemaps};
use crate::model::ItemState;

/// Items of one source that are new in one run.
pub const NEW_IN_RUN: usize = 5_000;
/// Items of one source that wait to be read.
pub const MOST_WAITING: usize = 20_000;
/// New items that a poll may add however many wait, as they may be news: the oldest make room.
const ALWAYS: usize = 200;

/// What a source has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Items that were new in this run.
    pub new_in_run: usize,
    /// Items that wait to be read.
    pub waiting: usize,
    /// Sitemaps that indexes of it name.
    pub sitemaps: NamedSitemaps,
}

/// What the caps make of the changes of a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capped {
    /// New items that are left to a later poll.
    pub left: usize,
    /// The oldest waiting items that are given up.
    pub given_up: usize,
}

/// Leaves out the oldest new items beyond what one source may have in one run.
pub(super) fn cap_items(changes: &mut Vec<ItemChange>, held: Held) -> Capped {
    let new = changes.iter().filter(|change| matches!(change, ItemChange::Add(_))).count();
    let waiting = changes.iter().filter(|change| waits(change)).count();
    let room = NEW_IN_RUN.saturating_sub(held.new_in_run).max(ALWAYS);
    let room_to_wait = MOST_WAITING.saturating_sub(held.waiting).max(ALWAYS);
    if new <= room && waiting <= room_to_wait {
        return Capped { left: 0, given_up: (held.waiting + waiting).saturating_sub(MOST_WAITING) };
    }
    // The newest first; where no date says which, in the order of the channel.
    let mut places: Vec<usize> = (0..changes.len()).collect();
    places.sort_by_key(|at| {
        changes.get(*at).and_then(|change| match change {
            ItemChange::Add(item) => Some(Reverse(item.item.published_at.max(item.item.modified_at))),
            ItemChange::Update(_) | ItemChange::Reopen(_) => None,
        })
    });
    let (mut taken, mut taken_to_wait) = (0, 0);
    let mut keep = vec![true; changes.len()];
    for at in places {
        let (Some(change), Some(keep)) = (changes.get(at), keep.get_mut(at)) else { continue };
        if matches!(change, ItemChange::Add(_)) {
            let wait = usize::from(waits(change));
            *keep = taken < room && taken_to_wait + wait <= room_to_wait;
            taken += usize::from(*keep);
            taken_to_wait += if *keep { wait } else { 0 };
        }
    }
    let mut keep = keep.into_iter();
    changes.retain(|_| keep.next().unwrap_or(true));
    Capped { left: new - taken, given_up: (held.waiting + taken_to_wait).saturating_sub(MOST_WAITING) }
}

fn waits(change: &ItemChange) -> bool {
    // Those of other sources wait there.
    matches!(change, ItemChange::Add(item) if item.state == ItemState::Pending && item.owner.is_none())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use url::Url;

    use super::*;
    use crate::article::Item;
    use crate::decide::AnnouncedItem;

    /// `n` items, each a minute younger than the one before.
    fn items(n: usize) -> Vec<AnnouncedItem> {
        let first: jiff::Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let item = |n: usize| AnnouncedItem {
            key: n.to_string(),
            url: Url::parse("https://a.example/").unwrap(),
            item: Item {
                published_at: Some(first + jiff::SignedDuration::from_mins(i64::try_from(n).unwrap())),
                ..Item::default()
            },
            state: ItemState::Pending,
            reason: None,
            owner: None,
            is_relayed: false,
        };
        (0..n).map(item).collect()
    }

    fn capped(n: usize, held: Held) -> (Capped, Vec<String>) {
        let items = items(n);
        let mut changes: Vec<ItemChange> = items.iter().map(ItemChange::Add).collect();
        let capped = cap_items(&mut changes, held);
        let keys = changes.iter().map(|change| match change {
            ItemChange::Add(item) => item.key.clone(),
            ItemChange::Update(item) | ItemChange::Reopen(item) => item.key.clone(),
        });
        (capped, keys.collect())
    }

    #[test]
    fn the_newest_are_taken_and_the_oldest_that_wait_make_room() {
        let held = |new_in_run, waiting| Held { new_in_run, waiting, ..Held::default() };
        for (n, held, left, given_up, oldest_kept) in [
            (10, held(0, 0), 0, 0, "0"),
            (300, held(4_700, 0), 0, 0, "0"),
            (300, held(5_000, 0), 100, 0, "100"),
            // Full: news still come in.
            (300, held(0, 20_000), 100, 200, "100"),
            (300, held(0, 19_750), 50, 0, "50"),
            (10, held(0, 19_995), 0, 5, "0"),
        ] {
            let (capped, keys) = capped(n, held);
            assert_eq!((capped.left, capped.given_up), (left, given_up), "{n} {held:?}");
            assert_eq!(keys.first().map_or("", String::as_str), oldest_kept, "{n} {held:?}");
            assert_eq!(keys.len() + left, n);
        }
    }
}
