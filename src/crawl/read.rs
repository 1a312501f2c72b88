//! Items: reading the page of each, and keeping what came of it.

use jiff::Timestamp;
use url::Url;

use super::mentions::notes;
use super::request::{item_place, plain};
use super::save::save_own;
use super::{Crawler, Summary};
use crate::answer::{Answer, FailureKind};
use crate::decide::{Change, Ending, ItemReason, MentionNote, NewMentions, Reading, Tried, too_old_when_read};
use crate::error::Error;
use crate::fetch::Request;
use crate::model::ItemState;
use crate::pipeline::{self, DecodedResponse, ItemOutcome, Knowledge, ReadArticle, Target};
use crate::politeness::schedule::Mishap;
use crate::store::PendingItem;

/// What the reading threads make of an item's answer, ready to be kept.
pub(super) struct ReadItem {
    pub(super) requests: u64,
    pub(super) bytes: u64,
    /// Bytes of the pages of its article that were read before this one.
    pub(super) earlier_bytes: u64,
    pub(super) outcome: ItemOutcome,
}

impl Crawler<'_> {
    /// Keeps what came of one item: one transaction.
    pub(super) fn keep(
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
                if let Some(ending) = too_old_when_read(read.sure_date, item.anew(), knowledge.max_age, now) {
                    summary.end(ItemState::TooOld);
                    return self.store.apply(&[Change::EndItem(item.id, ending, None, now)]);
                }
                let mentions = notes(&knowledge.watches, read.matches.clone());
                let rest = read.pages.failure.as_ref().and_then(|failure| tried.for_the_rest(failure, now));
                let saved = save_own(self.store, item, &self.reading(item, &read, &mentions, now), rest.as_ref())?;
                if rest.is_none() {
                    summary.end(if saved.is_copy { ItemState::Copy } else { ItemState::Read });
                }
                summary.articles_read += 1;
                summary.duplicates += u64::from(saved.known);
                summary.found += NewMentions::of_article(saved.mentions);
            }
            ItemOutcome::NotArticle { reason, headline, again: mishap } => {
                summary.articles_failed += u64::from(mishap == Some(Mishap::Refused));
                let ending = tried.after_no_article(reason, mishap, now);
                self.keep_headline(knowledge, item, headline, &ending, now, summary)?;
            }
            ItemOutcome::OutOfScope => {
                let ending = Ending::In(ItemState::OutOfScope, Some(ItemReason::OutOfScope));
                summary.end(ItemState::OutOfScope);
                self.store.apply(&[Change::EndItem(item.id, ending, None, now)])?;
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
                let saved = save_own(self.store, item, &self.reading(item, &read, &mentions, now), Some(ending))?;
                summary.found += NewMentions::of_article(saved.mentions);
                Ok(())
            }
            None => self.store.apply(&[Change::EndItem(item.id, ending.clone(), None, now)]),
        }
    }

    pub(super) fn reading<'a>(
        &self,
        item: &'a PendingItem,
        read: &'a ReadArticle,
        mentions: &'a [MentionNote],
        at: Timestamp,
    ) -> Reading<'a> {
        Reading {
            item: item.id,
            owner: read.owner.as_deref().or(Some(&item.source)),
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
    let (url, accept) = item_place(Some(knowledge.sources.get(&item.source)?), &page);
    Some(plain(item.id.0, url, accept))
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
    let outcome = pipeline::read_answer(knowledge, &target, answer.result.map(DecodedResponse::from), now).outcome;
    Some(ReadItem { requests: answer.requests, bytes: answer.bytes, earlier_bytes: 0, outcome })
}
