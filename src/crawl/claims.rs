//! Sharing a run with other workers: hosts are claimed a few at a time, and given back as soon as nothing is left of them.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::shift::Shift;
use crate::error::Error;
use crate::model::RunId;
use crate::store::{Claim, home_lane};

/// The most hosts that a worker has at once, for each request that it may make at once: most of them pause.
const LANES_A_REQUEST: usize = 4;

/// The most that it claims at once, and the pause before it claims more, so that workers that begin together share.
const AT_ONCE: usize = 8;
const STEP: Duration = Duration::from_millis(100);

/// How long a worker waits before it looks for more hosts again after it found none.
const GLANCE: Duration = Duration::from_millis(500);

/// A host that rests for longer is left to a later run, or to another worker.
const LONGEST_REST: Duration = Duration::from_secs(30);
const NAP: Duration = Duration::from_millis(200);

/// How often a host may be free and not be claimed, because another worker is just about to.
const MOST_LOOKS: u32 = 5;

/// The hosts that this worker has.
#[derive(Default)]
pub(super) struct Claims {
    /// Whether there may be other workers, so that hosts are claimed at all.
    pub(super) are_needed: bool,
    /// How many hosts it has at most.
    most: usize,
    lanes: HashMap<String, ClaimedLane>,
    next_look: Option<Instant>,
    /// How often in a row a host was free, and was not claimed.
    looks_in_vain: u32,
}

#[derive(Default)]
struct ClaimedLane {
    /// What is held or under way of it.
    jobs: usize,
    /// Sources of which items wait here.
    sources: BTreeSet<String>,
    /// Whether anything came back.
    has_worked: bool,
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

impl Shift<'_, '_> {
    /// Claims more hosts where there are few, and plans what waits there; returns whether there were any.
    pub(super) fn claim(&mut self) -> Result<bool, Error> {
        let is_early = self.claims.next_look.is_some_and(|at| Instant::now() < at);
        if !self.claims.are_needed || self.claims.lanes.len() >= self.claims.most || is_early || self.lanes.is_closed()
        {
            return Ok(false);
        }
        let claim = Claim {
            now: (self.crawler.clock)(),
            force: self.crawler.options.force,
            of: &self.crawler.options.sources,
            most: (self.claims.most - self.claims.lanes.len()).min(AT_ONCE),
            pause: self.pause(),
        };
        let lanes = self.crawler.store.claim(&claim)?;
        self.claims.next_look = Some(Instant::now() + if lanes.is_empty() { GLANCE } else { STEP });
        if !lanes.is_empty() {
            self.claims.looks_in_vain = 0;
        }
        self.plan_claimed(&lanes)?;
        Ok(!lanes.is_empty())
    }

    /// Claims those of these hosts that are free.
    pub(super) fn claim_named(&mut self, lanes: &BTreeSet<String>) -> Result<bool, Error> {
        let wanted: Vec<String> = lanes.iter().take(self.claims.most).cloned().collect();
        let lanes = self.crawler.store.claim_named(&wanted)?;
        self.plan_claimed(&lanes)?;
        Ok(!lanes.is_empty())
    }

    fn plan_claimed(&mut self, lanes: &[String]) -> Result<(), Error> {
        if lanes.is_empty() {
            return Ok(());
        }
        let store = self.crawler.store;
        for host in self.crawler.forgiven(store.hosts_at(lanes)?) {
            self.lanes.know(host);
        }
        for lane in lanes {
            self.claims.lanes.entry(lane.clone()).or_default();
        }
        let now = (self.crawler.clock)();
        let options = &self.crawler.options;
        // In a loop, also those that were polled in this round before.
        let run = if options.is_round { RunId(0) } else { self.run };
        self.plan_channels(store.due_at(run, now, options.force, lanes)?);
        let mut waiting: HashMap<String, u64> = HashMap::new();
        for queue in store.queues_at(now, options.force, &options.sources, lanes)? {
            *waiting.entry(queue.source.clone()).or_default() += queue.items;
            if let Some(claimed) = self.claims.lanes.get_mut(&queue.lane) {
                claimed.sources.insert(queue.source);
            }
        }
        for (source, items) in waiting {
            self.plan_items(&source, items);
        }
        Ok(())
    }

    /// Gives back the hosts of which nothing is left.
    pub(super) fn release_idle(&mut self) -> Result<(), Error> {
        let scheduler = &self.scheduler;
        let is_idle = |claimed: &ClaimedLane| {
            claimed.jobs == 0 && !claimed.sources.iter().any(|source| scheduler.has_more(source))
        };
        let idle: Vec<String> =
            self.claims.lanes.iter().filter(|(_, claimed)| is_idle(claimed)).map(|(lane, _)| lane.clone()).collect();
        for lane in idle {
            self.release(&lane)?;
        }
        Ok(())
    }

    fn release(&mut self, lane: &str) -> Result<(), Error> {
        let Some(pause) = self.crawler.fetcher.pause_left(lane) else { return Ok(()) };
        let is_in_vain = self.claims.lanes.get(lane).is_some_and(|claimed| !claimed.has_worked);
        if self.crawler.store.release(lane, pause, is_in_vain)? {
            self.claims.lanes.remove(lane);
        }
        Ok(())
    }

    /// Gives back all hosts.
    pub(super) fn release_all(&mut self) -> Result<(), Error> {
        let lanes: Vec<String> = self.claims.lanes.keys().cloned().collect();
        lanes.iter().try_for_each(|lane| self.release(lane))
    }

    /// Waits for a host whose pause is not over; returns whether there is one.
    pub(super) fn wait_for_hosts(&mut self) -> Result<bool, Error> {
        if !self.claims.are_needed {
            return Ok(false);
        }
        self.claims.next_look = None;
        match self.crawler.store.next_free((self.crawler.clock)())? {
            // One that is free and still not claimed is none for this worker.
            Some(rest) if rest <= LONGEST_REST && self.claims.looks_in_vain < MOST_LOOKS => {
                self.claims.looks_in_vain += u32::from(rest.is_zero());
                std::thread::sleep(rest.clamp(STEP, NAP));
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The pause after the last request of a worker that is gone.
    fn pause(&self) -> Duration {
        self.crawler.config.http.per_host_delay.mul_f64(1.25)
    }
}

/// The host by which a channel or an item is claimed.
pub(super) fn home(url: &str) -> String {
    home_lane(url).to_owned()
}
