//! Round 2: reads pending items, from this run or from one that was interrupted last week.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::mentions::notes;
use super::save::save;
use super::{Crawler, RunEvent, Summary};
use crate::answer::{Answer, FailureKind};
use crate::decide::{Ending, MentionNote, Reading, Tried, too_old_when_read};
use crate::error::Error;
use crate::fetch::{Accept, Event, Request};
use crate::model::{ItemId, ItemState};
use crate::pipeline::{self, ItemOutcome, Knowledge, ReadArticle, Target};
use crate::politeness::schedule::Mishap;
use crate::store::PendingItem;

/// Items that are requested in one go: bounds the memory of a run, however many items are pending.
const BATCH: usize = 1000;

/// The response for an item, read by the reading threads.
pub(super) struct ReadItem {
    item: ItemId,
    pub(super) requests: u64,
    pub(super) bytes: u64,
    pub(super) outcome: ItemOutcome,
}

impl Crawler<'_> {
    pub(super) fn read(
        &self,
        knowledge: &Arc<Knowledge>,
        summary: &mut Summary,
        report: &mut dyn FnMut(&RunEvent),
    ) -> Result<(), Error> {
        let started = (self.clock)();
        let mut after = ItemId::default();
        loop {
            let batch = self.store.pending(started, self.options.force, after, BATCH)?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = last.id;
            let wanted: Vec<PendingItem> = batch.into_iter().filter(|item| self.is_wanted(&item.source)).collect();
            if !wanted.is_empty() {
                self.read_batch(knowledge, wanted, summary, report)?;
            }
            if self.fetcher.stop().is_set() {
                return Ok(());
            }
        }
    }

    fn read_batch(
        &self,
        knowledge: &Arc<Knowledge>,
        batch: Vec<PendingItem>,
        summary: &mut Summary,
        report: &mut dyn FnMut(&RunEvent),
    ) -> Result<(), Error> {
        report(&RunEvent::Reading(&batch.iter().map(|item| item.source.as_str()).collect::<Vec<_>>()));
        let requests = batch.iter().filter_map(|item| request(knowledge, item)).collect();
        let items: Arc<HashMap<ItemId, PendingItem>> =
            Arc::new(batch.into_iter().map(|item| (item.id, item)).collect());
        let (known, waiting, clock) = (Arc::clone(knowledge), Arc::clone(&items), Arc::clone(&self.clock));
        let mut events = self.fetcher.ask(requests, self.hosts()?, move |answer| {
            waiting.get(&ItemId(answer.id)).and_then(|item| read_answer(&known, item, answer, clock()))
        });
        while let Some(event) = events.blocking_recv() {
            match event {
                Event::Host(host) => self.store.keep_host(&host)?,
                Event::Answer(None) => {}
                Event::Answer(Some(read)) => {
                    summary.requests += read.requests;
                    summary.bytes += read.bytes;
                    if let Some(item) = items.get(&read.item) {
                        let before = summary.mentions_new;
                        self.keep(knowledge, item, read.outcome, summary)?;
                        let found = usize::try_from(summary.mentions_new - before).unwrap_or_default();
                        report(&RunEvent::Back { source: &item.source, bytes: read.bytes, found });
                    }
                }
            }
        }
        Ok(())
    }

    /// Stores the result for one item, in one transaction.
    fn keep(
        &self,
        knowledge: &Knowledge,
        item: &PendingItem,
        outcome: ItemOutcome,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        let now = (self.clock)();
        let tried = Tried { item: item.id, tries: item.tries };
        match outcome {
            ItemOutcome::Article(read) => {
                if let Some(ending) = too_old_when_read(read.article.published_at, knowledge.max_age, now) {
                    summary.end(ItemState::TooOld);
                    return self.store.end_item(item.id, &ending, now);
                }
                let mentions = notes(&knowledge.watches, read.matches.clone());
                let saved = save(self.store, &self.reading(item, &read, &mentions, now), None)?;
                summary.end(if saved.is_copy { ItemState::Copy } else { ItemState::Read });
                summary.articles_read += 1;
                summary.duplicates += u64::from(saved.known);
                summary.mentions_new += saved.mentions as u64;
            }
            ItemOutcome::NotArticle { reason, headline, again: mishap } => {
                summary.articles_failed += u64::from(mishap == Some(Mishap::Refused));
                let ending = tried.after_no_article(reason, mishap, now);
                self.keep_headline(knowledge, item, headline, &ending, now, summary)?;
            }
            ItemOutcome::Failed { failure, headline } => {
                let Some(ending) = tried.after_failure(&failure, now) else { return Ok(()) };
                summary.articles_failed += u64::from(failure.kind != FailureKind::Skipped);
                self.keep_headline(knowledge, item, Some(headline), &ending, now, summary)?;
            }
        }
        Ok(())
    }

    /// Stores what the channel says if a watch matches it, so that no mention is lost when a page cannot be read.
    fn keep_headline(
        &self,
        knowledge: &Knowledge,
        item: &PendingItem,
        headline: Option<Box<ReadArticle>>,
        ending: &Ending,
        now: Timestamp,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        if let Ending::In(state, _) = ending {
            summary.end(*state);
        }
        match headline.filter(|read| !read.matches.is_empty()) {
            Some(read) => {
                let mentions = notes(&knowledge.watches, read.matches.clone());
                let saved = save(self.store, &self.reading(item, &read, &mentions, now), Some(ending))?;
                summary.mentions_new += saved.mentions as u64;
                Ok(())
            }
            None => self.store.end_item(item.id, ending, now),
        }
    }

    pub(super) fn reading<'a>(
        &self,
        item: &PendingItem,
        read: &'a ReadArticle,
        mentions: &'a [MentionNote],
        at: Timestamp,
    ) -> Reading<'a> {
        Reading {
            item: item.id,
            key: &read.key,
            address: &read.canonical_key,
            own_key: &read.own_key,
            own_address: &read.own_canonical_key,
            is_sure: read.is_sure,
            article: &read.article,
            extent: read.extent,
            fingerprint: read.fingerprint.as_ref(),
            original_address: read.original_key.as_deref(),
            wishes: &read.wishes,
            mentions,
            validators: read.validators.as_ref(),
            story_window: self.story_window(),
            at,
        }
    }
}

pub(super) fn request(knowledge: &Knowledge, item: &PendingItem) -> Option<Request> {
    let page = Url::parse(&item.url).ok()?;
    let source = knowledge.sources.get(&item.source)?;
    let document = source.document_url(&page);
    let accept = if document.is_some() { Accept::Json } else { Accept::Article };
    Some(Request {
        id: item.id.0,
        url: document.unwrap_or(page),
        accept,
        validated: None,
        etag: None,
        last_modified: None,
    })
}

/// Reads the response for an item. Runs on the reading threads, without database and network.
pub(super) fn read_answer(
    knowledge: &Knowledge,
    item: &PendingItem,
    answer: Answer,
    now: Timestamp,
) -> Option<ReadItem> {
    let source = knowledge.sources.get(&item.source)?;
    let url = Url::parse(&item.url).ok()?;
    let target = Target { source, url: &url, key: &item.key, item: &item.item };
    let outcome = pipeline::read_answer(knowledge, &target, answer.result, now);
    Some(ReadItem { item: ItemId(answer.id), requests: answer.requests, bytes: answer.bytes, outcome })
}
