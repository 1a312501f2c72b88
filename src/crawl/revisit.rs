//! Reads mentioned articles again some hours later, because headlines change and statements are withdrawn.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::SignedDuration;
use url::Url;

use super::mentions::notes;
use super::read::{ReadItem, read_answer, request};
use super::save::save_again;
use super::{Crawler, Summary};
use crate::answer::{Answer, FailureKind};
use crate::error::Error;
use crate::fetch::{Event, Request};
use crate::model::ItemId;
use crate::pipeline::{ItemOutcome, Knowledge};
use crate::politeness::schedule::is_revisit_due;
use crate::store::Revisit;

/// How long after its last due time an article is still read again, if there was no run in between.
const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The result of a repeated request.
enum Again {
    Unchanged {
        requests: u64,
        bytes: u64,
    },
    Read(Box<ReadItem>),
    /// It was not requested, and stays due.
    Unasked,
}

impl Crawler<'_> {
    /// Requests the mentioned articles that are due again, each once, with the validators of their last response.
    pub(super) fn revisit(&self, knowledge: &Arc<Knowledge>, summary: &mut Summary) -> Result<(), Error> {
        let ages = &self.config.crawl.revisit;
        let Some(longest) = ages.iter().max().and_then(|age| SignedDuration::try_from(*age).ok()) else {
            return Ok(());
        };
        let now = (self.clock)();
        let Ok(since) = now.checked_sub(longest.saturating_add(LATE)) else { return Ok(()) };
        if self.fetcher.stop().is_set() {
            return Ok(());
        }
        let known = self.store.revisits(since, now)?.into_iter();
        let due: HashMap<ItemId, Revisit> = known
            .filter(|known| self.is_wanted(&known.item.source) && is_revisit_due(&known.readings, ages, now))
            .map(|known| (known.item.id, known))
            .collect();
        let mut requests: Vec<Request> = due.values().filter_map(|known| again(knowledge, known)).collect();
        requests.sort_by_key(|request| request.id);
        let due = Arc::new(due);
        let (asked, reader, clock) = (Arc::clone(&due), Arc::clone(knowledge), Arc::clone(&self.clock));
        let mut events = self.fetcher.ask(requests, self.hosts()?, move |answer| {
            let item = ItemId(answer.id);
            let known = asked.get(&item)?;
            Some((item, again_read(&reader, known, answer, clock())))
        });
        while let Some(event) = events.blocking_recv() {
            match event {
                Event::Host(host) => self.store.keep_host(&host)?,
                Event::Answer(Some((item, again))) => {
                    if let Some(known) = due.get(&item) {
                        self.note_again(knowledge, known, again, summary)?;
                    }
                }
                Event::Answer(None) => {}
            }
        }
        Ok(())
    }

    /// Stores the result for one article, in one transaction.
    fn note_again(
        &self,
        knowledge: &Knowledge,
        known: &Revisit,
        again: Again,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        let now = (self.clock)();
        let (requests, bytes) = match &again {
            Again::Unasked => return Ok(()),
            Again::Unchanged { requests, bytes } => (*requests, *bytes),
            Again::Read(read) => (read.requests, read.bytes),
        };
        summary.requests += requests;
        summary.bytes += bytes;
        summary.articles_revisited += 1;
        match again {
            Again::Read(read) => match read.outcome {
                ItemOutcome::Article(read) => {
                    let mentions = notes(&knowledge.watches, read.matches.clone());
                    let reading = self.reading(&known.item, &read, &mentions, now);
                    let saved = save_again(self.store, known, &reading)?;
                    summary.mentions_new += saved.mentions as u64;
                    Ok(())
                }
                // Keeps the earlier text: a page that is gone or blocked now does not invalidate it.
                ItemOutcome::NotArticle { .. } | ItemOutcome::Failed { .. } => self.store.note_revisit(known.id, now),
            },
            _ => self.store.note_revisit(known.id, now),
        }
    }
}

fn again(knowledge: &Knowledge, known: &Revisit) -> Option<Request> {
    let request = request(knowledge, &known.item)?;
    let Some(validators) = known.validators.clone() else { return Some(request) };
    Some(Request {
        validated: Url::parse(&validators.of).ok(),
        etag: validators.etag,
        last_modified: validators.last_modified,
        ..request
    })
}

fn again_read(knowledge: &Knowledge, known: &Revisit, answer: Answer, now: jiff::Timestamp) -> Again {
    match &answer.result {
        Ok(response) if response.status == 304 => Again::Unchanged { requests: answer.requests, bytes: answer.bytes },
        Err(failure) if matches!(failure.kind, FailureKind::Skipped | FailureKind::Stopped) => Again::Unasked,
        _ => {
            read_answer(knowledge, &known.item, answer, now).map_or(Again::Unasked, |read| Again::Read(Box::new(read)))
        }
    }
}
