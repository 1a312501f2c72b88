//! What a run plans: channels and articles that are due, items that wait.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::claims::home;
use super::poll;
use super::request::kind_of;
use super::revisit::again;
use super::scheduler::Work;
use super::shift::{Job, Of, Shift};
use super::{Crawler, RunEvent};
use crate::decide::KnownChannel;
use crate::error::Error;
use crate::fetch::lane_name;
use crate::model::{ItemId, RunId};
use crate::store::Revisit;

/// Times are stored in whole seconds: just before one, it is not yet due.
const JUST_AFTER: Duration = Duration::from_millis(50);

impl Shift<'_, '_> {
    /// Plans what is due at the beginning.
    pub(super) fn plan(&mut self) -> Result<(), Error> {
        let Crawler { store, options, .. } = self.crawler;
        let now = (self.crawler.clock)();
        if self.claims.are_needed {
            return self.claim().map(drop);
        }
        self.plan_channels(store.due(self.run, now, options.force, None)?);
        for (source, items) in store.queues(now, options.force, &options.sources)? {
            self.plan_items(&source, items);
        }
        self.plan_revisits().map(drop)
    }

    /// In a loop, channels come due while a round lasts: somebody must look again then. A worker does so whenever it claims hosts.
    pub(super) fn expect_due(&mut self) -> Result<(), Error> {
        let Crawler { store, options, .. } = self.crawler;
        if !options.is_round || self.claims.are_needed {
            return Ok(());
        }
        let now = (self.crawler.clock)();
        if let (_, Some(at)) = store.next_due(now)?
            && self.wakes_at.is_none_or(|known| known <= now || at < known)
        {
            self.wakes_at = Some(at);
            self.lanes.wake_after(Duration::try_from(at.duration_since(now)).unwrap_or_default() + JUST_AFTER);
        }
        Ok(())
    }

    pub(super) fn plan_again(&mut self) -> Result<(), Error> {
        let now = (self.crawler.clock)();
        // Also those that were polled in this round before.
        let due = self.crawler.store.due(RunId(0), now, false, None)?;
        self.plan_channels(due);
        self.expect_due()
    }

    pub(super) fn plan_channels(&mut self, due: Vec<KnownChannel>) {
        let now = (self.crawler.clock)();
        for channel in due {
            if !self.crawler.is_wanted(&channel.source) || !self.planned.insert(channel.id) {
                continue;
            }
            let (Some(kind), Some(request)) = (
                kind_of(self.knowledge.sources.get(&channel.source), channel.kind, &channel.configured),
                poll::request(&channel, now),
            ) else {
                continue;
            };
            let work = if channel.depth > 0 { Work::Nested } else { Work::Channel };
            (self.report)(&RunEvent::Planned { source: &channel.source, channels: 1, articles: 0 });
            let (source, lane, home) = (channel.source.clone(), lane_name(&request.url), home(&channel.configured));
            self.claims.begin(&home);
            self.scheduler.add(&source, &lane, work, Job { request, of: Of::Channel(Arc::new(channel), kind), home });
        }
    }

    /// The store has items of a source, perhaps newer ones than those that are held.
    pub(super) fn plan_items(&mut self, source: &str, new: u64) {
        (self.report)(&RunEvent::Planned { source, channels: 0, articles: usize::try_from(new).unwrap_or(usize::MAX) });
        let Self { scheduler, claims, .. } = self;
        scheduler.refresh(source, |job| {
            claims.drop_job(&job.home);
            ItemId(job.request.id)
        });
    }

    /// Plans the articles that are due to be read again, and returns whether there are any.
    pub(super) fn plan_revisits(&mut self) -> Result<bool, Error> {
        // Whoever waits for hosts need not ask again and again.
        if self.is_as_before {
            return Ok(false);
        }
        let mut any = false;
        let mut due = self.crawler.due_revisits()?;
        let is_elsewhere =
            |known: &&Revisit| !self.claims.has(&home(&known.item.url)) && !self.revisited.contains(&known.id);
        let elsewhere: BTreeSet<String> = due.iter().filter(is_elsewhere).map(|known| home(&known.item.url)).collect();
        if !elsewhere.is_empty() && self.claim_named(&elsewhere)? {
            // Another worker may have read them meanwhile.
            due = self.crawler.due_revisits()?;
        }
        self.is_as_before = true;
        for known in due {
            let home = home(&known.item.url);
            if !self.claims.has(&home) {
                // Its host may become free.
                self.is_as_before &= self.revisited.contains(&known.id);
                continue;
            }
            let Some(request) = again(self.knowledge, &known) else { continue };
            if self.revisited.insert(known.id) {
                any = true;
                let (source, lane) = (known.item.source.clone(), lane_name(&request.url));
                self.claims.begin(&home);
                let job = Job { request, of: Of::Article(Arc::new(known)), home };
                self.scheduler.add(&source, &lane, Work::Revisit, job);
            }
        }
        Ok(any)
    }
}
