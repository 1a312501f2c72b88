//! The newest items first, but for some of the oldest.

/// Of the items that are taken from the store one in so many is the oldest that waits, so that none waits for ever behind newer ones.
pub(super) const OLDEST_OF: usize = 4;

/// The newest with every fourth place for the oldest; `from`: how many places there were before.
pub(super) fn interleave<T>(newest: Vec<T>, oldest: Vec<T>, from: usize) -> Vec<T> {
    let (mut newest, mut oldest) = (newest.into_iter(), oldest.into_iter());
    let of_all = (from..).map_while(|place| {
        let (first, second): (&mut dyn Iterator<Item = T>, &mut dyn Iterator<Item = T>) =
            if place % OLDEST_OF == OLDEST_OF - 1 { (&mut oldest, &mut newest) } else { (&mut newest, &mut oldest) };
        first.next().or_else(|| second.next())
    });
    of_all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fourth_is_the_oldest_however_few_are_taken_at_once() {
        let few = |from| interleave(vec!["new", "new"], vec!["old"], from).into_iter().take(2).collect::<Vec<_>>();
        assert_eq!([few(0), few(2), few(4)], [["new", "new"], ["new", "old"], ["new", "new"]]);
        assert_eq!(interleave(vec![1, 2], vec![9, 8, 7], 0), [1, 2, 9, 8, 7]);
    }
}
