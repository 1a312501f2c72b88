//! Polls: what the answer of a channel announces, and keeping it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::request::accept_of;
use super::{Crawler, RunWarning, Summary};
use crate::answer::Answer;
use crate::article::Page;
use crate::decide::{Held, KnownChannel, Limits, Listing, NewMentions, decide_poll, keep_newest, poll_result};
use crate::error::Error;
use crate::fetch::Request;
use crate::i18n::{Cause, CauseCode};
use crate::model::{ItemState, PollOutcome, RunId};
use crate::pipeline::{self, DecodedResponse, Knowledge};
use crate::source::ChannelKind;
use crate::text::clean::address;

/// A poll that was stored.
pub(super) struct KeptPoll {
    outcome: PollOutcome,
    /// Why it is not ok, or what was left out.
    cause: Option<Cause>,
    /// Items that were never seen before, by their state.
    pub(super) new: Vec<ItemState>,
    /// How many items wait to be read, new or judged again, for each source.
    pub(super) waiting: BTreeMap<String, u64>,
    /// Items that wait and have other words now, by their owner and key.
    pub(super) retold: Vec<(Option<String>, String)>,
    /// Waiting items that were given up to make room.
    given_up: usize,
    /// Mentions by what the channel says of items that were read before.
    pub(super) found: NewMentions,
    /// Whether sitemaps that it names are to be polled, or no longer.
    pub(super) names_sitemaps: bool,
}

/// What the reading threads make of a channel's answer.
pub(super) struct ReadPoll {
    pub(super) answer: Answer,
    listing: Listing,
}

/// Reads the answer of a channel. Runs on the reading threads: no database, no network.
pub(super) fn read_poll(answer: Answer, kind: &ChannelKind, zone: &TimeZone, now: Timestamp) -> ReadPoll {
    let Answer { id, result, moved_to, requests, bytes } = answer;
    let (result, listing) = match result.map(DecodedResponse::from) {
        Ok(DecodedResponse { page, response }) => {
            let listing = read_listing(&page, response.status, kind, zone, now);
            (Ok(response), listing)
        }
        Err(failure) => (Err(failure), Listing::Unchanged),
    };
    ReadPoll { answer: Answer { id, result, moved_to, requests, bytes }, listing }
}

/// What the page of a channel lists. `status`: that of its response.
pub(super) fn read_listing(page: &Page, status: u16, kind: &ChannelKind, zone: &TimeZone, now: Timestamp) -> Listing {
    if status == 304 {
        return Listing::Unchanged;
    }
    match pipeline::read_channel(page, kind, zone, now) {
        Ok(mut announced) => {
            let left_out = keep_newest(&mut announced);
            Listing::Announced(Box::new(announced), left_out)
        }
        Err(refusal) => Listing::Refused(refusal),
    }
}

impl Crawler<'_> {
    /// Keeps one answer: one transaction. `None`: the channel was not requested after all.
    pub(super) fn keep_poll(
        &self,
        knowledge: &Knowledge,
        run: RunId,
        channel: &KnownChannel,
        read: &ReadPoll,
        new_in_run: usize,
    ) -> Result<Option<KeptPoll>, Error> {
        let now = (self.clock)();
        let Some(source) = knowledge.sources.get(&channel.source) else { return Ok(None) };
        let limits = Limits { zone: &knowledge.zone, max_age: knowledge.max_age, owners: &knowledge.owners };
        let Some(result) = poll_result(channel, source, &read.answer, &read.listing, &limits, now) else {
            return Ok(None);
        };
        let kept = self.store.together(|| {
            let known = self.store.known(channel, &result)?;
            let held = Held { new_in_run, waiting: known.waiting, sitemaps: known.sitemaps };
            let changes = decide_poll(channel, &result, known.items, &known.children, held, now);
            self.store.apply_poll(run, channel, &changes)?;
            let found = self.hear(knowledge, channel, &changes.heard, now)?;
            let waiting = changes.waiting(&channel.source);
            let (retold, given_up) = (changes.retold(), changes.given_up);
            let names_sitemaps = !changes.children.is_empty();
            Ok(KeptPoll {
                outcome: result.outcome,
                cause: changes.cause,
                new: changes.new,
                waiting,
                retold,
                given_up,
                names_sitemaps,
                found,
            })
        })?;
        Ok(Some(kept))
    }
}

impl Summary {
    /// Counts a poll, and warns of what it means for the coverage.
    pub(super) fn count_poll(&mut self, channel: &KnownChannel, kept: &KeptPoll) {
        let KeptPoll { outcome, cause, new, .. } = kept;
        for state in new {
            self.end(*state);
        }
        (0..kept.given_up).for_each(|_| self.end(ItemState::GivenUp));
        self.channels += 1;
        self.items_new += new.len() as u64;
        let (good, bad) = self.sources.entry(channel.source.clone()).or_default();
        let place = format!("{} of {}", address(&channel.url), channel.source);
        let reason = cause.as_ref().map(Cause::to_string);
        if outcome.is_failure() {
            *bad += 1;
            self.channels_failed += 1;
            let reason = reason.unwrap_or_else(|| "it failed".to_owned());
            self.warnings
                .push(RunWarning { text: format!("could not read {place}: {reason}"), failure: cause.clone() });
            return;
        }
        *good += 1;
        self.channels_unchanged += u64::from(*outcome == PollOutcome::Unchanged);
        let listed_before = channel.row.entries.is_some_and(|n| n > 0);
        // Of a channel that works a cause says what was left out: once, as the ledger goes on saying it.
        let known = channel.row.cause.as_ref().map(Cause::code);
        let is_news =
            cause.as_ref().is_some_and(|cause| cause.code() == CauseCode::BrokeOff || Some(cause.code()) != known);
        if (*outcome == PollOutcome::Ok && is_news) || (*outcome == PollOutcome::Empty && listed_before) {
            self.warnings.push(RunWarning { text: format!("{place}: {}", reason.unwrap_or_default()), failure: None });
        }
    }
}

pub(super) fn request(channel: &KnownChannel, now: Timestamp) -> Option<Request> {
    let validators = channel.validators(now);
    Some(Request {
        id: channel.id.0,
        url: Url::parse(&channel.url).ok()?,
        accept: accept_of(channel.kind),
        validated: validators.and_then(|known| Url::parse(&known.of).ok()),
        etag: validators.and_then(|known| known.etag.clone()),
        last_modified: validators.and_then(|known| known.last_modified.clone()),
    })
}
