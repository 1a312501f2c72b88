//! The work of one run: what is due goes through the scheduler into the lanes, and what comes back is kept.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::claims::{Claims, home};
use super::further::{ReadFor, Unfinished, again_with};
use super::interleave::{OLDEST_OF, interleave};
use super::poll::{ReadPoll, read_poll};
use super::read::{self, ReadItem, read_answer};
use super::revisit::{Again, again_read};
use super::scheduler::{Scheduler, Want, Work};
use super::{Crawler, RunEvent, Summary};
use crate::decide::{KnownChannel, Presence};
use crate::error::Error;
use crate::fetch::{Event, Lanes, Request, lane_name};
use crate::model::{ArticleId, ChannelId, RunId};
use crate::pipeline::Knowledge;
use crate::source::ChannelKind;
use crate::store::{Order, PendingItem, Queue, Revisit};

/// A request whose answer will be kept.
pub(super) struct Job {
    pub(super) request: Request,
    pub(super) of: Of,
    /// The host by which it was claimed.
    pub(super) home: String,
}

/// What is requested.
#[derive(Clone)]
pub(super) enum Of {
    Channel(Arc<KnownChannel>, ChannelKind),
    Item(Arc<PendingItem>),
    Article(Arc<Revisit>),
    Further(Arc<Unfinished>),
}

/// What came back, and through which lane.
pub(super) struct Back {
    lane: String,
    of: Done,
}

enum Done {
    Channel(Arc<KnownChannel>, Box<ReadPoll>),
    Item(Arc<PendingItem>, Option<Box<ReadItem>>),
    Article(Arc<Revisit>, Again),
}

impl Done {
    /// The host by which it was claimed.
    fn home(&self) -> String {
        home(match self {
            Self::Channel(channel, _) => &channel.configured,
            Self::Item(item, _) => &item.url,
            Self::Article(known, _) => &known.item.url,
        })
    }
}

/// One run at work.
pub(super) struct Shift<'r, 'c> {
    pub(super) crawler: &'r Crawler<'c>,
    pub(super) knowledge: &'r Arc<Knowledge>,
    pub(super) run: RunId,
    pub(super) scheduler: Scheduler<Job>,
    pub(super) lanes: Lanes<Back>,
    pub(super) claims: Claims,
    /// How many items of each source were new in this run.
    new: HashMap<String, usize>,
    /// Channels that were planned in this run.
    pub(super) planned: HashSet<ChannelId>,
    /// Items that got other words while they waited, by source and key, with the channel that has these.
    retold: HashMap<(String, String), (Arc<KnownChannel>, Option<String>)>,
    /// Articles that were read again in this run.
    pub(super) revisited: HashSet<ArticleId>,
    /// Whether nothing came back since articles to be read again were looked for.
    pub(super) is_as_before: bool,
    /// In a loop: when channels that are due are looked for again.
    pub(super) wakes_at: Option<Timestamp>,
    summary: &'r mut Summary,
    pub(super) report: &'r mut dyn FnMut(&RunEvent),
}

impl Crawler<'_> {
    /// Polls what is due and reads what is pending, side by side, until nothing is left or the time is over.
    pub(super) fn work(
        &self,
        knowledge: &Arc<Knowledge>,
        run: RunId,
        summary: &mut Summary,
        report: &mut dyn FnMut(&RunEvent),
    ) -> Result<(), Error> {
        let (lanes, mut events) = self.fetcher.open(self.hosts()?);
        lanes.close_after(self.config.crawl.run_limit);
        let (scheduler, new, planned) = (Scheduler::new(), HashMap::new(), HashSet::new());
        let (retold, revisited) = (HashMap::new(), HashSet::new());
        let mut shift = Shift {
            crawler: self,
            knowledge,
            run,
            scheduler,
            lanes,
            claims: Claims::new(self.store.is_shared(), self.config.http.concurrency),
            new,
            planned,
            retold,
            revisited,
            is_as_before: false,
            wakes_at: None,
            summary,
            report,
        };
        shift.plan()?;
        shift.expect_due()?;
        loop {
            shift.begin_what_may()?;
            shift.release_idle()?;
            if shift.claim()? {
                continue;
            }
            if shift.scheduler.is_idle() {
                // What was polled and read may have made more articles due.
                if shift.lanes.is_closed() || !(shift.plan_revisits()? || shift.wait_for_hosts()?) {
                    break;
                }
                continue;
            }
            let event = match shift.claims.patience() {
                Some(patience) => match self.fetcher.wait(&mut events, patience) {
                    Some(event) => event,
                    None => continue,
                },
                None => events.blocking_recv(),
            };
            match event {
                Some(Event::Host(host)) => self.store.keep_host(&host)?,
                Some(Event::Lost(lane)) => shift.scheduler.done(&lane),
                Some(Event::Wake) => shift.plan_again()?,
                Some(Event::Answer(back)) => shift.take(back)?,
                None => break,
            }
        }
        let is_closed = shift.lanes.is_closed();
        shift.release_all()?;
        drop(shift);
        while let Some(event) = events.blocking_recv() {
            if let Event::Host(host) = event {
                self.store.keep_host(&host)?;
            }
        }
        summary.stopped = self.fetcher.stop().is_set();
        summary.limited = is_closed && !summary.stopped;
        Ok(())
    }
}

impl Shift<'_, '_> {
    /// Begins every request whose turn it is, unless the time is over.
    fn begin_what_may(&mut self) -> Result<(), Error> {
        if self.lanes.is_closed() {
            return Ok(());
        }
        loop {
            let hungry = self.scheduler.hungry();
            let is_fed = hungry.is_empty();
            for want in hungry {
                self.feed(&want)?;
            }
            while let Some(turn) = self.scheduler.next() {
                self.submit(turn.lane, turn.job);
            }
            if is_fed {
                return Ok(());
            }
        }
    }

    /// Takes the next items of a source from the store.
    fn feed(&mut self, want: &Want) -> Result<(), Error> {
        let Crawler { store, options, .. } = self.crawler;
        let Want { source, room, except } = want;
        let now = (self.crawler.clock)();
        let queue = Queue { source, now, force: options.force, of: &options.sources, except };
        let taken = self.scheduler.taken(source);
        let newest = store.pending(&queue, Order::NewestFirst, &taken, *room)?;
        let is_all = newest.len() < *room;
        let oldest = if is_all {
            Vec::new()
        } else {
            store.pending(&queue, Order::OldestFirst, &taken, room.div_ceil(OLDEST_OF))?
        };
        let mut is_in_vain = true;
        for item in interleave(newest, oldest, taken.len()).into_iter().take(*room) {
            let Some(request) = read::request(self.knowledge, &item) else {
                self.scheduler.leave_out(source, item.id);
                is_in_vain = false;
                continue;
            };
            let (id, lane) = (item.id, lane_name(&request.url));
            // Where articles are read at another host than that of the item, its lane may have enough.
            if !except.contains(&lane) {
                let home = home(&item.url);
                let job = Job { request, of: Of::Item(Arc::new(item)), home: home.clone() };
                if self.scheduler.add_item(source, &lane, id, job) {
                    self.claims.begin(&home);
                }
                is_in_vain = false;
            }
        }
        if is_all || is_in_vain {
            self.scheduler.drained(source, except);
        }
        Ok(())
    }

    fn submit(&self, lane: String, job: Job) {
        let (knowledge, clock) = (Arc::clone(self.knowledge), Arc::clone(&self.crawler.clock));
        self.lanes.submit(job.request, move |answer| {
            let now = clock();
            let of = match job.of.clone() {
                Of::Channel(channel, kind) => {
                    Done::Channel(channel, Box::new(read_poll(answer, &kind, &knowledge.zone, now)))
                }
                Of::Item(item) => {
                    let read = read_answer(&knowledge, &item, answer, now);
                    Done::Item(item, read.map(Box::new))
                }
                Of::Article(known) => {
                    let again = again_read(&knowledge, &known, answer, now);
                    Done::Article(known, again)
                }
                Of::Further(unfinished) => {
                    let read = unfinished.read(&knowledge, answer, now);
                    match unfinished.of.clone() {
                        ReadFor::Item(item) => Done::Item(item, read.map(Box::new)),
                        ReadFor::Revisit(known) => Done::Article(known, read.map_or(Again::Unasked, again_with)),
                    }
                }
            };
            Back { lane: lane.clone(), of }
        });
    }

    /// Keeps what came back.
    fn take(&mut self, back: Back) -> Result<(), Error> {
        self.is_as_before = false;
        self.scheduler.done(&back.lane);
        self.claims.end(&back.of.home());
        let found_before = self.summary.found.articles;
        let (source, is_channel, bytes) = match back.of {
            Done::Channel(channel, read) => {
                self.take_poll(&channel, &read)?;
                (channel.source.clone(), true, read.answer.bytes)
            }
            Done::Item(item, Some(read)) => {
                let Some(read) = self.finished(ReadFor::Item(Arc::clone(&item)), *read) else { return Ok(()) };
                let bytes = read.bytes + read.earlier_bytes;
                self.summary.count(read.requests, read.bytes);
                self.crawler.keep(self.knowledge, &item, read.outcome, self.summary)?;
                self.hear_again(&item)?;
                (item.source.clone(), false, bytes)
            }
            Done::Item(item, None) => (item.source.clone(), false, 0),
            Done::Article(known, Again::Read(read, presence)) if presence == Presence::There => {
                let Some(read) = self.finished(ReadFor::Revisit(Arc::clone(&known)), *read) else { return Ok(()) };
                let again = Again::Read(Box::new(read), presence);
                return self.crawler.note_again(self.knowledge, &known, &again, self.summary);
            }
            Done::Article(known, again) => {
                return self.crawler.note_again(self.knowledge, &known, &again, self.summary);
            }
        };
        let found = self.summary.found.articles - found_before;
        (self.report)(&RunEvent::Back { source: &source, is_channel, bytes, found });
        Ok(())
    }

    /// What was read, unless its article goes on: then its next page is requested, and nothing is kept yet. Should the run end before
    /// that page is read, the article waits for the next run.
    fn finished(&mut self, of: ReadFor, read: ReadItem) -> Option<ReadItem> {
        let (requests, bytes, source) = (read.requests, read.bytes, of.item().source.clone());
        match Unfinished::begin(of, read, self.knowledge.max_age, (self.crawler.clock)()) {
            Ok((request, unfinished)) => {
                self.summary.count(requests, bytes);
                let (lane, home) = (lane_name(&request.url), home(&unfinished.of.item().url));
                let of = Of::Further(Arc::new(unfinished));
                self.claims.begin(&home);
                self.scheduler.add(&source, &lane, Work::Further, Job { request, of, home });
                None
            }
            Err(read) => Some(read),
        }
    }

    /// Matches the words that an item got while it was being read.
    fn hear_again(&mut self, item: &PendingItem) -> Result<(), Error> {
        let Some((channel, owner)) = self.retold.remove(&(item.source.clone(), item.key.clone())) else {
            return Ok(());
        };
        let heard = [(owner, item.key.clone())];
        let now = (self.crawler.clock)();
        self.summary.found += self.crawler.hear(self.knowledge, &channel, &heard, now)?;
        Ok(())
    }

    fn take_poll(&mut self, channel: &Arc<KnownChannel>, read: &ReadPoll) -> Result<(), Error> {
        self.summary.requests += read.answer.requests;
        self.summary.bytes += read.answer.bytes;
        let new = self.new.entry(channel.source.clone()).or_default();
        let Some(kept) = self.crawler.keep_poll(self.knowledge, self.run, channel, read, *new)? else { return Ok(()) };
        *new += kept.new.len();
        if self.crawler.options.is_round {
            self.planned.remove(&channel.id);
            self.expect_due()?;
        }
        self.summary.count_poll(channel, &kept);
        self.summary.found += kept.found;
        for (owner, key) in kept.retold {
            let source = owner.clone().unwrap_or_else(|| channel.source.clone());
            self.retold.insert((source, key), (Arc::clone(channel), owner));
        }
        for (source, items) in &kept.waiting {
            self.claims.note_source(source, &home(&channel.configured));
            self.plan_items(source, *items);
        }
        if kept.names_sitemaps {
            let Crawler { store, options, .. } = self.crawler;
            let due = store.due(self.run, (self.crawler.clock)(), options.force, Some(channel.id))?;
            self.plan_channels(due);
        }
        Ok(())
    }
}
