//! The hosts that a worker has, and what it has in hand of each.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use crate::store::home_lane;

/// The most hosts that a worker has at once, for each request that it may make at once: most of them pause.
const LANES_A_REQUEST: usize = 4;

/// The pause before more hosts are claimed, so that workers that begin together share.
pub(super) const STEP: Duration = Duration::from_millis(100);

/// The hosts that this worker has.
#[derive(Default)]
pub(super) struct Claims {
    /// Whether there may be other workers, so that hosts are claimed at all.
    pub(super) are_needed: bool,
    /// How many hosts it has at most.
    pub(super) most: usize,
    pub(super) lanes: HashMap<String, ClaimedLane>,
    pub(super) next_look: Option<Instant>,
    /// How often in a row a host was free, and was not claimed.
    pub(super) looks_in_vain: u32,
}

#[derive(Default)]
pub(super) struct ClaimedLane {
    /// What is held or under way of it.
    pub(super) jobs: usize,
    /// Sources of which items wait here.
    pub(super) sources: BTreeSet<String>,
    /// Whether anything came back.
    pub(super) has_worked: bool,
}

impl Claims {
    pub(super) fn new(are_needed: bool, concurrency: usize) -> Self {
        Self { are_needed, most: concurrency.saturating_mul(LANES_A_REQUEST), ..Self::default() }
    }

    /// A job of a host began.
    pub(super) fn begin(&mut self, lane: &str) {
        if let Some(claimed) = self.lanes.get_mut(lane) {
            claimed.jobs += 1;
        }
    }

    /// A job was dropped before it was submitted.
    pub(super) fn drop_job(&mut self, lane: &str) {
        if let Some(claimed) = self.lanes.get_mut(lane) {
            claimed.jobs = claimed.jobs.saturating_sub(1);
        }
    }

    /// A job came back.
    pub(super) fn end(&mut self, lane: &str) {
        self.drop_job(lane);
        if let Some(claimed) = self.lanes.get_mut(lane) {
            claimed.has_worked = true;
        }
    }

    /// How long to wait for answers before more hosts are claimed; `None`: as long as it takes.
    pub(super) fn patience(&self) -> Option<Duration> {
        (self.are_needed && self.lanes.len() < self.most).then_some(STEP)
    }

    /// Whether a host may be requested by this worker.
    pub(super) fn has(&self, lane: &str) -> bool {
        !self.are_needed || self.lanes.contains_key(lane)
    }

    /// Items of a source may wait at a host.
    pub(super) fn note_source(&mut self, source: &str, lane: &str) {
        if let Some(claimed) = self.lanes.get_mut(lane) {
            claimed.sources.insert(source.to_owned());
        }
    }
}

/// The host by which a channel or an item is claimed.
pub(super) fn home(url: &str) -> String {
    home_lane(url).to_owned()
}
