//! What became of the items of a source, for the ledger.

use crate::model::ItemState;

/// The articles of a source that were mentioned in a period by a configured watch, without those that are not relevant.
#[derive(Clone, Copy, Default)]
pub(super) struct Matched {
    pub(super) all: u64,
    pub(super) headlines: u64,
    pub(super) read_earlier: u64,
}

/// The number of items that could not or must not be read.
pub(super) fn unread(ended: &[(ItemState, u64)]) -> u64 {
    ended.iter().filter(|(state, _)| matches!(state, ItemState::GivenUp | ItemState::Disallowed)).map(|(_, n)| n).sum()
}

/// The states of items announced before the period that changed within it or are still pending.
pub(super) fn earlier(fates: &[(ItemState, u64)], ended: Vec<(ItemState, u64)>, pending: u64) -> Vec<(ItemState, u64)> {
    let mut earlier = ended;
    earlier.push((ItemState::Pending, pending));
    for (state, n) in &mut earlier {
        *n = n.saturating_sub(fates.iter().find(|(seen, _)| seen == state).map_or(0, |(_, n)| *n));
    }
    earlier.retain(|(_, n)| *n > 0);
    earlier
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_announced_earlier_is_what_ended_or_waits_without_what_is_new() {
        use ItemState::{Disallowed, GivenUp, Pending, Read};
        let ended = vec![(Read, 5), (GivenUp, 2), (Disallowed, 1)];
        assert_eq!(unread(&ended), 3);
        let of_new = [(Read, 3), (GivenUp, 2), (Pending, 4)];
        assert_eq!(earlier(&of_new, ended, 6), [(Read, 2), (Disallowed, 1), (Pending, 2)]);
    }
}
