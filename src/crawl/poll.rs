//! Round 1: polls the channels that are due, and stores what they announce.

use std::collections::HashMap;
use std::sync::Arc;

use url::Url;

use super::{Crawler, RunEvent, Summary};
use crate::answer::Answer;
use crate::decide::{KnownChannel, Limits, Listing, PollResult, decide_poll, keep_newest, poll_result};
use crate::error::Error;
use crate::fetch::{Accept, Event, Request};
use crate::i18n::{Cause, CauseCode};
use crate::model::{ChannelId, ChannelType, ItemState, PollOutcome, RunId};
use crate::pipeline::{self, Knowledge};
use crate::source::{Channel, ChannelKind};
use crate::text::clean::address;

/// The most rounds: an index may name indexes, which name sitemaps.
const ROUNDS: usize = 4;

/// The response of a channel, parsed by the reading threads.
struct ReadPoll {
    answer: Answer,
    listing: Listing,
}

impl Crawler<'_> {
    pub(super) fn poll(
        &self,
        knowledge: &Arc<Knowledge>,
        run: RunId,
        summary: &mut Summary,
        report: &mut dyn FnMut(&RunEvent),
    ) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let due: Vec<KnownChannel> = self
                .store
                .due(run, (self.clock)(), self.options.force)?
                .into_iter()
                .filter(|channel| self.is_wanted(&channel.source))
                .collect();
            if due.is_empty() || self.fetcher.stop().is_set() {
                return Ok(());
            }
            report(&RunEvent::Polling(&due.iter().map(|channel| channel.source.as_str()).collect::<Vec<_>>()));
            let asked = self.poll_once(knowledge, run, due, summary, report)?;
            if asked == 0 {
                return Ok(());
            }
        }
        Ok(())
    }

    fn poll_once(
        &self,
        knowledge: &Arc<Knowledge>,
        run: RunId,
        due: Vec<KnownChannel>,
        summary: &mut Summary,
        report: &mut dyn FnMut(&RunEvent),
    ) -> Result<usize, Error> {
        let kinds: HashMap<ChannelId, ChannelKind> =
            due.iter().filter_map(|channel| Some((channel.id, kind_of(knowledge, channel)?))).collect();
        // In the order of the configuration.
        let requests = due.iter().filter_map(request).collect();
        let due: HashMap<ChannelId, KnownChannel> = due.into_iter().map(|channel| (channel.id, channel)).collect();
        let (zone, now) = (knowledge.zone.clone(), (self.clock)());
        let mut events = self.fetcher.ask(requests, self.hosts()?, move |mut answer| {
            let listing = match (&mut answer.result, kinds.get(&ChannelId(answer.id))) {
                (Ok(response), Some(kind)) if response.status != 304 => {
                    let body = std::mem::take(&mut response.body);
                    let page = pipeline::page(response.url.clone(), body, response.content_type.as_deref());
                    match pipeline::read_channel(&page, kind, &zone, now) {
                        Ok(mut announced) => {
                            let left_out = keep_newest(&mut announced);
                            Listing::Announced(Box::new(announced), left_out)
                        }
                        Err(refusal) => Listing::Refused(refusal),
                    }
                }
                _ => Listing::Unchanged,
            };
            ReadPoll { answer, listing }
        });
        let mut asked = 0;
        while let Some(event) = events.blocking_recv() {
            match event {
                Event::Host(host) => self.store.keep_host(&host)?,
                Event::Answer(read) => {
                    summary.requests += read.answer.requests;
                    summary.bytes += read.answer.bytes;
                    if let Some(channel) = due.get(&ChannelId(read.answer.id)) {
                        let kept = self.keep_poll(knowledge, run, channel, &read)?;
                        asked += usize::from(kept.is_some());
                        let found = kept.as_ref().map_or(0, |(_, new)| new.len());
                        if let Some((result, new)) = kept {
                            summary.count_poll(channel, &result, &new);
                        }
                        report(&RunEvent::Back { source: &channel.source, bytes: read.answer.bytes, found });
                    }
                }
            }
        }
        Ok(asked)
    }

    /// Stores one response, in one transaction. `None`: the channel was not requested.
    fn keep_poll(
        &self,
        knowledge: &Knowledge,
        run: RunId,
        channel: &KnownChannel,
        read: &ReadPoll,
    ) -> Result<Option<(PollResult, Vec<ItemState>)>, Error> {
        let now = (self.clock)();
        let Some(source) = knowledge.sources.get(&channel.source) else { return Ok(None) };
        let limits = Limits { zone: &knowledge.zone, max_age: knowledge.max_age };
        let Some(result) = poll_result(channel, source, &read.answer, &read.listing, &limits, now) else {
            return Ok(None);
        };
        let new = self.store.together(|| {
            let known = self.store.known(channel, &result)?;
            let changes = decide_poll(channel, &result, known.items, &known.children, now);
            self.store.apply_poll(run, channel, &changes)?;
            Ok(changes.new)
        })?;
        Ok(Some((result, new)))
    }
}

impl Summary {
    /// Counts a poll, and adds a warning if it affects the coverage.
    fn count_poll(&mut self, channel: &KnownChannel, result: &PollResult, new: &[ItemState]) {
        for state in new {
            self.end(*state);
        }
        self.channels += 1;
        self.items_new += new.len() as u64;
        let (good, bad) = self.sources.entry(channel.source.clone()).or_default();
        let place = format!("{} of {}", address(&channel.url), channel.source);
        let reason = result.cause.as_ref().map(Cause::to_string);
        if result.outcome.is_failure() {
            *bad += 1;
            self.channels_failed += 1;
            let reason = reason.unwrap_or_else(|| "it failed".to_owned());
            self.warnings.push(format!("could not read {place}: {reason}"));
            return;
        }
        *good += 1;
        self.channels_unchanged += u64::from(result.outcome == PollOutcome::Unchanged);
        let broke_off = result.cause.as_ref().is_some_and(|cause| cause.code() == CauseCode::BrokeOff);
        let listed_before = channel.row.entries.is_some_and(|n| n > 0);
        if broke_off || (result.outcome == PollOutcome::Empty && listed_before) {
            self.warnings.push(format!("{place}: {}", reason.unwrap_or_default()));
        }
    }
}

fn kind_of(knowledge: &Knowledge, channel: &KnownChannel) -> Option<ChannelKind> {
    Some(match channel.kind {
        ChannelType::Feed => ChannelKind::Feed,
        ChannelType::Sitemap => ChannelKind::Sitemap,
        ChannelType::Search => ChannelKind::Search,
        ChannelType::Page => {
            let source = knowledge.sources.get(&channel.source)?;
            let is_it = |c: &&Channel| c.url == channel.configured && c.kind.plain() == ChannelType::Page;
            source.channels.iter().find(is_it)?.kind.clone()
        }
    })
}

fn request(channel: &KnownChannel) -> Option<Request> {
    let validators = channel.row.validators.as_ref();
    Some(Request {
        id: channel.id.0,
        url: Url::parse(&channel.url).ok()?,
        accept: if channel.kind == ChannelType::Page { Accept::Page } else { Accept::Feed },
        validated: validators.and_then(|known| Url::parse(&known.of).ok()),
        etag: validators.and_then(|known| known.etag.clone()),
        last_modified: validators.and_then(|known| known.last_modified.clone()),
    })
}
