//! Whose turn it is: every host has a lane, and in a lane the sources take turns.
//!
//! A pure structure: jobs go in, and come out in the order in which they may begin. It knows no clock, no store and no network.
//! What a source has waiting costs only that source: it is fed a few items at a time, and asked for more when these run out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use crate::model::ItemId;

/// Requests that may be under way or next in line in one lane: one is made while the other waits out the pause.
const IN_LANE: usize = 2;
/// Items that are held for one source, and for all sources together: what else waits stays in the store.
const HELD: usize = 32;
const HELD_BY_ALL: usize = 2_000;
const LEAST_HELD: usize = 4;
/// A source on several hosts holds up to so many times as much, so that the items of a slow host do not keep those of the others waiting.
const LANES_HELD: usize = 8;

/// What kind of work a job is. A configured channel comes first: it alone knows of something newer. Then an article that was begun
/// comes to its end. The others take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Work {
    /// Poll a channel of the configuration.
    Channel,
    /// Read the next page of an article of which others were read, so that few articles are held unfinished.
    Further,
    /// Read an item.
    Item,
    /// Poll a sitemap that an index names.
    Nested,
    /// Read a mentioned article again.
    Revisit,
}

const TURNS: [Work; 3] = [Work::Item, Work::Nested, Work::Revisit];

/// The jobs of one source in one lane.
struct Queue<J> {
    jobs: HashMap<Work, VecDeque<J>>,
    /// Whose turn it is, of [`TURNS`].
    turn: usize,
}

impl<J> Default for Queue<J> {
    fn default() -> Self {
        Self { jobs: HashMap::new(), turn: 0 }
    }
}

impl<J> Queue<J> {
    fn next(&mut self) -> Option<(Work, J)> {
        for work in [Work::Channel, Work::Further] {
            if let Some(job) = self.jobs.get_mut(&work).and_then(VecDeque::pop_front) {
                return Some((work, job));
            }
        }
        for ahead in 0..TURNS.len() {
            let at = (self.turn + ahead) % TURNS.len();
            let Some(work) = TURNS.get(at) else { continue };
            if let Some(job) = self.jobs.get_mut(work).and_then(VecDeque::pop_front) {
                self.turn = at + 1;
                return Some((*work, job));
            }
        }
        None
    }

    fn is_empty(&self) -> bool {
        self.jobs.values().all(VecDeque::is_empty)
    }
}

struct Lane<J> {
    in_hand: usize,
    /// Whether it stands among the ready ones.
    is_ready: bool,
    queues: HashMap<String, Queue<J>>,
    /// The sources that have jobs here, in the order of their turns.
    sources: VecDeque<String>,
}

impl<J> Default for Lane<J> {
    fn default() -> Self {
        Self { in_hand: 0, is_ready: false, queues: HashMap::new(), sources: VecDeque::new() }
    }
}

/// What a source has waiting in the store.
#[derive(Default)]
struct Backlog {
    /// Items held here, by their lane.
    held: BTreeMap<String, usize>,
    /// Whether the store may have more.
    has_more: bool,
    /// Items that are held or were handed out in this run: none is handed out twice.
    taken: HashSet<ItemId>,
    /// All that the store has more is in these lanes.
    only_in: Option<BTreeSet<String>>,
}

impl Backlog {
    /// What is wanted of the store, if so many items are held at most in a lane. What waits in lanes that have enough does not count.
    fn want(&self, source: String, most: usize, is_crowded: bool) -> Option<Want> {
        let has_enough = |held: usize| held > most / 2;
        let except: BTreeSet<String> =
            self.held.iter().filter(|(_, held)| has_enough(**held)).map(|(lane, _)| lane.clone()).collect();
        let all: usize = self.held.values().sum();
        let counted: usize = self.held.values().filter(|held| !has_enough(**held)).sum();
        let is_in_vain = self.only_in.as_ref().is_some_and(|lanes| lanes.is_subset(&except));
        let is_full = !except.is_empty() && (is_crowded || all >= most * LANES_HELD);
        let is_wanted = self.has_more && !has_enough(counted) && !is_in_vain && !is_full;
        is_wanted.then(|| Want { source, room: most - counted, except: except.into_iter().collect() })
    }
}

/// Items that are wanted of the store.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Want {
    pub(super) source: String,
    /// How many.
    pub(super) room: usize,
    /// The lanes that have enough.
    pub(super) except: Vec<String>,
}

/// The lanes, and what waits in them.
pub(super) struct Scheduler<J> {
    lanes: HashMap<String, Lane<J>>,
    /// Lanes that have a job and room for it, in the order of their turns.
    ready: VecDeque<String>,
    backlogs: HashMap<String, Backlog>,
    /// Sources whose items run out, as far as that may have changed.
    hungry: BTreeSet<String>,
    /// How many sources have more items in the store.
    open: usize,
    /// Items that are held, of all sources.
    held: usize,
    in_hand: usize,
}

/// A job whose turn it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Turn<J> {
    /// The lane to which its end must be reported.
    pub(super) lane: String,
    pub(super) job: J,
}

impl<J> Scheduler<J> {
    pub(super) fn new() -> Self {
        Self {
            lanes: HashMap::new(),
            ready: VecDeque::new(),
            backlogs: HashMap::new(),
            hungry: BTreeSet::new(),
            open: 0,
            held: 0,
            in_hand: 0,
        }
    }

    /// Puts a job that is no item at the end of its kind.
    pub(super) fn add(&mut self, source: &str, lane: &str, work: Work, job: J) {
        let place = self.lanes.entry(lane.to_owned()).or_default();
        let queue = place.queues.entry(source.to_owned()).or_default();
        if queue.is_empty() {
            place.sources.push_back(source.to_owned());
        }
        queue.jobs.entry(work).or_default().push_back(job);
        self.wake(lane);
    }

    /// Puts an item behind those of its source that are held, unless it was handed out before; returns whether it was not.
    pub(super) fn add_item(&mut self, source: &str, lane: &str, item: ItemId, job: J) -> bool {
        let backlog = self.backlogs.entry(source.to_owned()).or_default();
        let is_new = backlog.taken.insert(item);
        if is_new {
            *backlog.held.entry(lane.to_owned()).or_default() += 1;
            self.held += 1;
            // Its lane may have enough now, and others not.
            self.hungry.insert(source.to_owned());
            self.add(source, lane, Work::Item, job);
        }
        is_new
    }

    /// Whether the store may have more items of a source.
    pub(super) fn has_more(&self, source: &str) -> bool {
        self.backlogs.get(source).is_some_and(|backlog| backlog.has_more)
    }

    /// An item that cannot be requested in this run.
    pub(super) fn leave_out(&mut self, source: &str, item: ItemId) {
        self.backlogs.entry(source.to_owned()).or_default().taken.insert(item);
        self.hungry.insert(source.to_owned());
    }

    /// The store has items of this source, perhaps newer than those held: these are dropped, to be taken from the store again.
    pub(super) fn refresh(&mut self, source: &str, mut id: impl FnMut(&J) -> ItemId) {
        let backlog = self.backlogs.entry(source.to_owned()).or_default();
        for (lane, held) in std::mem::take(&mut backlog.held) {
            self.held = self.held.saturating_sub(held);
            let Some(place) = self.lanes.get_mut(&lane) else { continue };
            let Some(queue) = place.queues.get_mut(source) else { continue };
            for job in queue.jobs.remove(&Work::Item).into_iter().flatten() {
                backlog.taken.remove(&id(&job));
            }
            if queue.is_empty() {
                place.queues.remove(source);
                place.sources.retain(|waiting| waiting != source);
            }
        }
        backlog.only_in = None;
        self.open += usize::from(!backlog.has_more);
        backlog.has_more = true;
        self.hungry.insert(source.to_owned());
    }

    /// What the sources want that run out of items in a lane.
    pub(super) fn hungry(&mut self) -> Vec<Want> {
        let most = (HELD_BY_ALL / self.open.max(1)).clamp(LEAST_HELD, HELD);
        let is_crowded = self.held > 2 * HELD_BY_ALL;
        let hungry = std::mem::take(&mut self.hungry).into_iter();
        hungry.filter_map(|source| self.backlogs.get(&source)?.want(source, most, is_crowded)).collect()
    }

    /// The items of a source that were handed out or are held.
    pub(super) fn taken(&self, source: &str) -> Vec<ItemId> {
        self.backlogs.get(source).map(|backlog| backlog.taken.iter().copied().collect()).unwrap_or_default()
    }

    /// The store has no more items of this source for this run, except in these lanes.
    pub(super) fn drained(&mut self, source: &str, except: &[String]) {
        let Some(backlog) = self.backlogs.get_mut(source) else { return };
        if except.is_empty() {
            self.open -= usize::from(backlog.has_more);
            backlog.has_more = false;
        } else {
            backlog.only_in = Some(except.iter().cloned().collect());
        }
    }

    /// The next job that may begin.
    pub(super) fn next(&mut self) -> Option<Turn<J>> {
        while let Some(name) = self.ready.pop_front() {
            let Some(lane) = self.lanes.get_mut(&name) else { continue };
            lane.is_ready = false;
            let Some(source) = lane.sources.pop_front() else { continue };
            let Some(queue) = lane.queues.get_mut(&source) else { continue };
            let Some((work, job)) = queue.next() else { continue };
            if queue.is_empty() {
                lane.queues.remove(&source);
            } else {
                lane.sources.push_back(source.clone());
            }
            lane.in_hand += 1;
            self.in_hand += 1;
            if work == Work::Item
                && let Some(held) = self.backlogs.get_mut(&source).and_then(|backlog| backlog.held.get_mut(&name))
            {
                *held = held.saturating_sub(1);
                self.held = self.held.saturating_sub(1);
                self.hungry.insert(source);
            }
            self.wake(&name);
            return Some(Turn { lane: name, job });
        }
        None
    }

    /// A job came to its end: its lane has room again.
    pub(super) fn done(&mut self, lane: &str) {
        if let Some(place) = self.lanes.get_mut(lane) {
            place.in_hand = place.in_hand.saturating_sub(1);
            self.in_hand = self.in_hand.saturating_sub(1);
            self.wake(lane);
        }
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.in_hand == 0
    }

    /// Queues a lane that has a job and room, once.
    fn wake(&mut self, name: &str) {
        let Some(lane) = self.lanes.get_mut(name) else { return };
        if lane.in_hand < IN_LANE && !lane.sources.is_empty() && !lane.is_ready {
            lane.is_ready = true;
            self.ready.push_back(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
