//! Further pages of an article: each is a request of its own, in the lane of its host.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::read::ReadItem;
use super::request::plain;
use super::revisit::Again;
use crate::answer::{Answer, FailureKind};
use crate::decide::{Presence, too_old_when_read};
use crate::fetch::{Accept, Request};
use crate::pipeline::{self, DecodedResponse, ItemOutcome, Knowledge, ReadArticle, Target};
use crate::store::{PendingItem, Revisit};

/// What an article is read for.
#[derive(Clone)]
pub(super) enum ReadFor {
    Item(Arc<PendingItem>),
    Revisit(Arc<Revisit>),
}

impl ReadFor {
    pub(super) fn item(&self) -> &PendingItem {
        match self {
            Self::Item(item) => item,
            Self::Revisit(known) => &known.item,
        }
    }
}

/// An article of which the next page is requested.
pub(super) struct Unfinished {
    pub(super) of: ReadFor,
    first: Box<ReadArticle>,
    /// Bytes that its pages took so far.
    bytes: u64,
}

impl Unfinished {
    /// The request for the next page of what was read; gives `read` back where none is to be made.
    pub(super) fn begin(
        of: ReadFor,
        read: ReadItem,
        max_age: SignedDuration,
        now: Timestamp,
    ) -> Result<(Request, Self), ReadItem> {
        // An article that is too old is not kept, however many pages it has.
        let is_kept = |first: &ReadArticle| match &of {
            ReadFor::Item(item) => too_old_when_read(first.sure_date, item.anew(), max_age, now).is_none(),
            ReadFor::Revisit(_) => true,
        };
        let next = match &read.outcome {
            ItemOutcome::Article(first) if is_kept(first) => first.pages.open.as_ref().map(|open| open.next().clone()),
            _ => None,
        };
        match (next, read) {
            (Some(url), ReadItem { outcome: ItemOutcome::Article(first), bytes, earlier_bytes, .. }) => {
                let request = plain(of.item().id.0, url, Accept::Article);
                Ok((request, Self { of, first, bytes: bytes + earlier_bytes }))
            }
            (_, read) => Err(read),
        }
    }

    /// Reads the answer. Runs on the reading threads.
    pub(super) fn read(&self, knowledge: &Knowledge, answer: Answer, now: Timestamp) -> Option<ReadItem> {
        let item = self.of.item();
        let source = knowledge.sources.get(&item.source)?;
        let url = Url::parse(&item.url).ok()?;
        let target = Target { source, url: &url, key: &item.key, item: &item.item };
        let read =
            pipeline::read_further(knowledge, &target, &self.first, answer.result.map(DecodedResponse::from), now);
        let outcome = ItemOutcome::Article(Box::new(read));
        Some(ReadItem { requests: answer.requests, bytes: answer.bytes, earlier_bytes: self.bytes, outcome })
    }
}

/// What an article that is read again gave, with the page that was read last.
pub(super) fn again_with(read: ReadItem) -> Again {
    let is_stopped = match &read.outcome {
        ItemOutcome::Article(read) => read.pages.failure.as_ref().is_some_and(|why| why.kind == FailureKind::Stopped),
        _ => false,
    };
    if is_stopped { Again::Unasked } else { Again::Read(Box::new(read), Presence::There) }
}
