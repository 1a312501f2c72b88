//! One run among those of other workers: hosts are claimed a few at a time, and given back as soon as nothing is left of them.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::claims::{ClaimedLane, STEP};
use super::shift::Shift;
use crate::error::Error;
use crate::model::RunId;
use crate::store::Claim;

/// The most hosts that are claimed at once.
const AT_ONCE: usize = 8;

/// How long a worker waits before it looks for more hosts again after it found none.
const GLANCE: Duration = Duration::from_millis(500);

/// A host that rests for longer is left to a later run, or to another worker.
const LONGEST_REST: Duration = Duration::from_secs(30);
const NAP: Duration = Duration::from_millis(200);

/// How often a host may be free and not be claimed, because another worker is just about to.
const MOST_LOOKS: u32 = 5;

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
            pause: self.crawler.config.http.per_host_delay,
            agent: self.crawler.fetcher.agent(),
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
}
