//! Correlation clustering: the grouping of reports in which the sum of the scores within groups is large.
//!
//! Each report starts alone. Two groups merge, the best pair first, and a report moves to another group or leaves its own, while the sum
//! grows. A group is therefore no chain: a report that agrees with one member, but contradicts another, does not join both.

use std::collections::{BTreeSet, BinaryHeap, HashMap};

/// Rounds of merging and moving; each makes the sum grow, and few are ever needed.
const MOST_ROUNDS: usize = 20;

/// Scores of pairs, each computed once.
pub(super) struct Scores<F> {
    compute: F,
    known: HashMap<(usize, usize), i64>,
}

/// What one thread scores before another begins: less is not worth a thread.
const MANY_PAIRS: usize = 5000;

impl<F: Fn(usize, usize) -> i64 + Sync> Scores<F> {
    /// Scores of which those of some pairs are computed at once, on all processors.
    pub fn with_pairs(pairs: &[(usize, usize)], compute: F) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = pairs.len().div_ceil(threads).max(MANY_PAIRS);
        let scored = |part: &[(usize, usize)]| -> Vec<((usize, usize), i64)> {
            part.iter().map(|(a, b)| ((*a.min(b), *a.max(b)), compute(*a.min(b), *a.max(b)))).collect()
        };
        let known = std::thread::scope(|scope| {
            let parts: Vec<_> = pairs.chunks(share).map(|part| scope.spawn(|| scored(part))).collect();
            // What a thread did not score is scored when it is asked for.
            parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
        });
        Self { compute, known }
    }
}

impl<F: FnMut(usize, usize) -> i64> Scores<F> {
    #[cfg(test)]
    pub fn new(compute: F) -> Self {
        Self { compute, known: HashMap::new() }
    }

    /// The score of two reports, whose order does not matter.
    pub fn of(&mut self, a: usize, b: usize) -> i64 {
        let pair = (a.min(b), a.max(b));
        if let Some(score) = self.known.get(&pair) {
            return *score;
        }
        let score = (self.compute)(pair.0, pair.1);
        self.known.insert(pair, score);
        score
    }

    fn sum(&mut self, report: usize, group: &[usize]) -> i64 {
        group.iter().filter(|other| **other != report).map(|other| self.of(report, *other)).sum()
    }

    fn sum_between(&mut self, one: &[usize], other: &[usize]) -> i64 {
        one.iter().map(|report| self.sum(*report, other)).sum()
    }
}

/// A grouping while it is improved.
struct Groups<'s, F> {
    scores: &'s mut Scores<F>,
    members: Vec<Vec<usize>>,
    group_of: Vec<usize>,
    /// For each report, those with which it has a positive score.
    partners: Vec<Vec<usize>>,
}

/// Groups of the reports `0..count`, of which only the `candidates` may have a positive score: for each report the first one of its group.
pub(super) fn partition<F: FnMut(usize, usize) -> i64>(
    count: usize,
    candidates: &[(usize, usize)],
    scores: &mut Scores<F>,
) -> Vec<usize> {
    let mut partners = vec![Vec::new(); count];
    for (a, b) in candidates {
        if a != b && scores.of(*a, *b) > 0 {
            partners[*a].push(*b);
            partners[*b].push(*a);
        }
    }
    for partners in &mut partners {
        partners.sort_unstable();
        partners.dedup();
    }
    let members = (0..count).map(|report| vec![report]).collect();
    let mut groups = Groups { scores, members, group_of: (0..count).collect(), partners };
    for _ in 0..MOST_ROUNDS {
        groups.merge();
        if !groups.move_reports() {
            break;
        }
    }
    groups.group_of.iter().map(|group| groups.first(*group)).collect()
}

impl<F: FnMut(usize, usize) -> i64> Groups<'_, F> {
    /// The first report of a group.
    fn first(&self, group: usize) -> usize {
        self.members[group].iter().copied().min().unwrap_or(group)
    }

    /// Merges groups, those first by which the sum grows most.
    fn merge(&mut self) {
        let mut near: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.members.len()];
        for (report, partners) in self.partners.iter().enumerate() {
            let group = self.group_of[report];
            near[group].extend(partners.iter().map(|other| self.group_of[*other]).filter(|other| *other != group));
        }
        let mut gains: HashMap<(usize, usize), i64> = HashMap::new();
        let mut heap = BinaryHeap::new();
        for (group, near) in near.iter().enumerate() {
            for other in near.iter().filter(|other| **other > group) {
                let gain = self.scores.sum_between(&self.members[group], &self.members[*other]);
                gains.insert((group, *other), gain);
                heap.push(self.ranked(gain, group, *other));
            }
        }
        while let Some((gain, _, _, into, from)) = heap.pop() {
            if gain <= 0 {
                break;
            }
            if gains.get(&(into, from)) != Some(&gain) {
                continue;
            }
            gains.remove(&(into, from));
            let mut others = std::mem::take(&mut near[from]);
            others.extend(near[into].iter().copied());
            others.remove(&into);
            others.remove(&from);
            for other in &others {
                let mut gain_of = |group: usize| {
                    let known = gains.remove(&(group.min(*other), group.max(*other)));
                    known.unwrap_or_else(|| self.scores.sum_between(&self.members[group], &self.members[*other]))
                };
                let gain = gain_of(into) + gain_of(from);
                let pair = (into.min(*other), into.max(*other));
                gains.insert(pair, gain);
                near[*other].remove(&from);
                near[*other].insert(into);
            }
            near[into] = others;
            let moved = std::mem::take(&mut self.members[from]);
            for report in &moved {
                self.group_of[*report] = into;
            }
            self.members[into].extend(moved);
            for other in &near[into] {
                let pair = (into.min(*other), into.max(*other));
                if let Some(gain) = gains.get(&pair) {
                    heap.push(self.ranked(*gain, pair.0, pair.1));
                }
            }
        }
    }

    /// A merger in the order of the heap: the largest gain first, then the groups that begin first.
    fn ranked(
        &self,
        gain: i64,
        one: usize,
        other: usize,
    ) -> (i64, std::cmp::Reverse<usize>, std::cmp::Reverse<usize>, usize, usize) {
        let (a, b) = (self.first(one), self.first(other));
        (gain, std::cmp::Reverse(a.min(b)), std::cmp::Reverse(a.max(b)), one, other)
    }

    /// Moves each report to where it has the largest sum; returns whether any moved.
    fn move_reports(&mut self) -> bool {
        let mut has_moved = false;
        for report in 0..self.group_of.len() {
            let own = self.group_of[report];
            let here = self.scores.sum(report, &self.members[own]);
            let mut others: Vec<usize> = self.partners[report].iter().map(|other| self.group_of[*other]).collect();
            others.sort_unstable_by_key(|group| self.first(*group));
            others.dedup();
            // To be alone has no score.
            let mut best = (0.max(here), (here < 0).then_some(None));
            for group in others.into_iter().filter(|group| *group != own) {
                let there = self.scores.sum(report, &self.members[group]);
                if there > best.0 {
                    best = (there, Some(Some(group)));
                }
            }
            let Some(target) = best.1 else { continue };
            let Some(group) = target.or_else(|| self.members.iter().position(Vec::is_empty)) else { continue };
            self.members[own].retain(|other| *other != report);
            self.members[group].push(report);
            self.group_of[report] = group;
            has_moved = true;
        }
        has_moved
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn groups(count: usize, scores: &[(usize, usize, i64)]) -> Vec<usize> {
        let known: HashMap<(usize, usize), i64> = scores.iter().map(|(a, b, score)| ((*a, *b), *score)).collect();
        let pairs: Vec<(usize, usize)> = scores.iter().map(|(a, b, _)| (*a, *b)).collect();
        let mut scores = Scores::new(|a, b| known.get(&(a, b)).copied().unwrap_or(-4));
        partition(count, &pairs, &mut scores)
    }

    #[test]
    fn agreeing_reports_form_groups() {
        assert_eq!(groups(0, &[]), Vec::<usize>::new());
        assert_eq!(groups(5, &[(0, 3, 2), (1, 2, 1), (1, 4, 1), (2, 4, 1)]), [0, 1, 1, 0, 1]);
    }

    #[test]
    fn a_group_is_no_chain() {
        assert_eq!(groups(3, &[(0, 1, 3), (1, 2, 4)]), [0, 1, 1], "the better pair stays");
        assert_eq!(groups(3, &[(0, 1, 4), (1, 2, 4)]), [0, 0, 2], "of equal ones the first");
        assert_eq!(groups(4, &[(0, 1, 4), (1, 2, 4), (2, 3, 4)]), [0, 0, 2, 2]);
    }

    #[test]
    fn a_report_moves_when_a_better_group_forms() {
        // 1 merges with 0 first; then 2, 3 and 4 turn out to be what it belongs to.
        let scores = [(0, 1, 4), (1, 2, 3), (1, 3, 3), (1, 4, 3), (2, 3, 3), (2, 4, 3), (3, 4, 3)];
        assert_eq!(groups(5, &scores), [0, 1, 1, 1, 1]);
    }

    proptest! {
        #[test]
        fn no_merger_and_no_move_of_a_report_would_be_better(known in proptest::collection::vec(-4_i64..=4, 45)) {
            let pairs: Vec<(usize, usize)> = (0..10).flat_map(|a| (a + 1..10).map(move |b| (a, b))).collect();
            let score_of: HashMap<(usize, usize), i64> = pairs.iter().copied().zip(known).collect();
            let mut scores = Scores::new(|a, b| score_of[&(a, b)]);
            let groups = partition(10, &pairs, &mut scores);
            let members = |group: usize| (0..10).filter(|report| groups[*report] == group).collect::<Vec<_>>();
            for (report, group) in groups.iter().enumerate() {
                let own = scores.sum(report, &members(*group));
                prop_assert!(own >= 0, "{} would rather be alone", report);
                for group in 0..10 {
                    prop_assert!(scores.sum(report, &members(group)) <= own, "{} would rather be with {}", report, group);
                }
            }
            for (a, b) in pairs.into_iter().filter(|(a, b)| groups[*a] != groups[*b]) {
                prop_assert!(scores.sum_between(&members(groups[a]), &members(groups[b])) <= 0);
            }
        }
    }
}
