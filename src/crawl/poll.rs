//! Round 1: ask the channels that are due, and note what they announce.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::judge::{MOST_ITEMS, gap, judge, keep_newest, recent_sitemaps, window};
use super::{Crawl, Knowledge, News, Summary};
use crate::article::Page;
use crate::charset;
use crate::discover::{self, Announced, PageKind};
use crate::error::Error;
use crate::extract;
use crate::fetch::{Accept, Answer, Event, Failure, FailureKind, Request};
use crate::language::{Cause, Code};
use crate::politeness::{Skips, schedule};
use crate::printable::address;
use crate::source::{ChannelKind, Select};
use crate::store::{DueChannel, Move, Outcome, PollNote, Validators};

/// Indexes may name indexes, and these sitemaps: so many rounds and no more.
const ROUNDS: usize = 4;

/// Why a channel's page announces nothing.
struct Refusal {
    /// How the poll ends: blocked by a wall, or failing.
    outcome: Outcome,
    cause: Cause,
}

/// What the reading threads make of a channel's answer.
struct Read {
    answer: Answer,
    page: Option<Result<Announced, Refusal>>,
    /// Items that the page lists beyond what is noted.
    left_out: usize,
}

impl Crawl<'_> {
    pub(super) fn poll(
        &self,
        knowledge: &Arc<Knowledge>,
        run: i64,
        summary: &mut Summary,
        tell: &mut dyn FnMut(&News),
    ) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let due: Vec<DueChannel> = self
                .store
                .due(run, (self.clock)(), self.options.force)?
                .into_iter()
                .filter(|channel| self.is_wanted(&channel.source))
                .collect();
            if due.is_empty() || self.fetcher.stop().is_set() {
                return Ok(());
            }
            tell(&News::Polling(&due.iter().map(|channel| channel.source.as_str()).collect::<Vec<_>>()));
            let asked = self.poll_once(knowledge, run, due, summary, tell)?;
            if asked == 0 {
                return Ok(());
            }
        }
        Ok(())
    }

    fn poll_once(
        &self,
        knowledge: &Arc<Knowledge>,
        run: i64,
        due: Vec<DueChannel>,
        summary: &mut Summary,
        tell: &mut dyn FnMut(&News),
    ) -> Result<usize, Error> {
        let kinds: HashMap<i64, ChannelKind> =
            due.iter().filter_map(|channel| Some((channel.id, kind_of(knowledge, channel)?))).collect();
        // In the order of the configuration: what it names first is asked first.
        let requests = due.iter().filter_map(request).collect();
        let due: HashMap<i64, DueChannel> = due.into_iter().map(|channel| (channel.id, channel)).collect();
        let (zone, now) = (knowledge.zone.clone(), (self.clock)());
        let mut events = self.fetcher.ask(requests, self.hosts()?, move |mut answer| {
            let mut page = match (&mut answer.result, kinds.get(&answer.id)) {
                (Ok(response), Some(kind)) if response.status != 304 => {
                    let body = std::mem::take(&mut response.body);
                    let text = charset::decode(&body, response.content_type.as_deref());
                    drop(body);
                    let page = Page { url: response.url.clone(), text };
                    Some(announced(&page, kind, &zone, now))
                }
                _ => None,
            };
            let left_out = page.as_mut().and_then(|page| page.as_mut().ok()).map_or(0, keep_newest);
            Read { answer, page, left_out }
        });
        let mut asked = 0;
        while let Some(event) = events.blocking_recv() {
            match event {
                Event::Host(host) => self.store.keep_host(&host)?,
                Event::Answer(read) => {
                    summary.requests += read.answer.requests;
                    summary.bytes += read.answer.bytes;
                    if let Some(channel) = due.get(&read.answer.id) {
                        let fresh = self.note(knowledge, run, channel, &read, summary)?;
                        asked += usize::from(fresh.is_some());
                        let found = fresh.unwrap_or_default();
                        tell(&News::Back { source: &channel.source, bytes: read.answer.bytes, found });
                    }
                }
            }
        }
        Ok(asked)
    }

    /// Notes one answer and tells how many of its items are new; `None` when the channel was not asked after all.
    fn note(
        &self,
        knowledge: &Knowledge,
        run: i64,
        channel: &DueChannel,
        read: &Read,
        summary: &mut Summary,
    ) -> Result<Option<usize>, Error> {
        let now = (self.clock)();
        let Some(source) = knowledge.sources.get(&channel.source) else { return Ok(None) };
        let mut note = PollNote {
            run,
            channel: channel.id,
            at: now,
            outcome: Outcome::Ok,
            status: None,
            bytes: read.answer.bytes,
            entries: 0,
            dropped: 0,
            cause: None,
            items: &[],
            validators: None,
            moved: Move::Unsaid,
            pace: None,
            next_at: now,
            nested: &[],
            gap: None,
        };
        let items;
        let nested;
        match (&read.answer.result, &read.page) {
            (Err(failure), _) if matches!(failure.kind, FailureKind::Resting | FailureKind::Stopped) => {
                return Ok(None);
            }
            (Err(failure), _) => failed(&mut note, failure, channel),
            (Ok(response), None) => {
                note.outcome = Outcome::Unchanged;
                note.status = Some(response.status);
                // A 304 may carry newer validators (RFC 9111, 4.3.4); what it leaves out stays as it was.
                note.validators = Some(Validators {
                    of: response.url.to_string(),
                    etag: response.etag.clone().or_else(|| channel.etag.clone()),
                    last_modified: response.last_modified.clone().or_else(|| channel.last_modified.clone()),
                });
                settle_interval(&mut note, channel, None, response.fresh_for, 0);
            }
            (Ok(response), Some(Err(refusal))) => {
                note.status = Some(response.status);
                note.outcome = refusal.outcome;
                note.cause = Some(refusal.cause.clone());
                back_off(&mut note, channel, None);
            }
            (Ok(response), Some(Ok(announced))) => {
                items = judge(knowledge, source, announced, now);
                nested = recent_sitemaps(knowledge, announced, now);
                note.status = Some(response.status);
                let listed = announced.items.len() + read.left_out;
                note.entries = listed + announced.dropped.len() + announced.nested.len();
                note.dropped = listed + announced.dropped.len() - items.len();
                note.items = &items;
                note.nested = &nested;
                if read.left_out > 0 {
                    note.cause = Some(Cause::new(Code::TooMany, &[&listed, &MOST_ITEMS]));
                }
                let is_whole = response.complete && !announced.is_cut;
                if is_whole {
                    note.validators = Some(Validators {
                        of: response.url.to_string(),
                        etag: response.etag.clone(),
                        last_modified: response.last_modified.clone(),
                    });
                } else {
                    note.cause = Some(Cause::new(Code::BrokeOff, &[]));
                }
                if !is_whole && items.is_empty() && announced.nested.is_empty() {
                    note.outcome = Outcome::Failing;
                    note.cause = Some(Cause::new(Code::BrokeOffAtOnce, &[]));
                } else if note.dropped > 0 && items.is_empty() && announced.nested.is_empty() {
                    note.outcome = Outcome::Empty;
                    let why = announced.dropped.first().map_or(Code::NoArticle, |first| first.why.code());
                    let why = if why == Code::Beyond { Code::NoArticle } else { why };
                    note.cause = Some(Cause::new(Code::Unusable, &[&note.dropped, &why.name()]));
                } else if note.entries == 0 && channel.kind != "search" {
                    note.outcome = Outcome::Empty;
                    note.cause = Some(nothing_listed(channel));
                }
                note.gap = gap(channel, announced, now);
                let fresh = self.store.count_new(channel.id, &items)?;
                if note.outcome == Outcome::Failing {
                    back_off(&mut note, channel, None);
                } else {
                    settle_interval(&mut note, channel, Some(announced), response.fresh_for, fresh);
                }
            }
        }
        note.moved = moved(channel, read);
        if note.outcome == Outcome::Gone && channel.url != channel.configured {
            // Gone is the place it moved to: the configured address may know better.
            note.outcome = Outcome::Failing;
        }
        let new = self.store.note_poll(&note)?;
        let fresh = new.len();
        for state in new {
            summary.end(state);
        }
        summary.channels += 1;
        summary.items_new += fresh as u64;
        let counts = summary.sources.entry(channel.source.clone()).or_default();
        if note.outcome.is_failure() {
            counts.1 += 1;
            summary.channels_failed += 1;
            let reason = note.cause.as_ref().map_or_else(|| "it failed".to_owned(), Cause::to_string);
            summary.warnings.push(format!("could not read {} of {}: {reason}", address(&channel.url), channel.source));
        } else {
            counts.0 += 1;
            summary.channels_unchanged += u64::from(note.outcome == Outcome::Unchanged);
            let broke_off = note.cause.as_ref().is_some_and(|cause| cause.code() == Code::BrokeOff);
            if broke_off || note.outcome == Outcome::Empty && channel.entries.is_some_and(|n| n > 0) {
                let reason = note.cause.as_ref().map(Cause::to_string).unwrap_or_default();
                summary.warnings.push(format!("{} of {}: {reason}", address(&channel.url), channel.source));
            }
        }
        Ok(Some(fresh))
    }
}

/// What a channel's page announces, or why it announces nothing, in words.
pub fn read_channel(page: &Page, kind: &ChannelKind, zone: &TimeZone, now: Timestamp) -> Result<Announced, String> {
    announced(page, kind, zone, now).map_err(|refusal| refusal.cause.to_string())
}

/// What a channel's page announces, or why it announces nothing.
fn announced(page: &Page, kind: &ChannelKind, zone: &TimeZone, now: Timestamp) -> Result<Announced, Refusal> {
    let read = discover::read(page, kind, zone);
    let is_empty = read.as_ref().is_ok_and(|page| page.kind == PageKind::Listing && page.items.is_empty());
    let plain = read.map_err(|refusal| Refusal { outcome: Outcome::Failing, cause: refusal.0 });
    if !is_empty && plain.is_ok() {
        return plain;
    }
    // A wall stands where the channel should be: that is another finding than "an HTML page" or "no link".
    let select = Select::default();
    let context = extract::Context { select: &select, language: None, zone, now, item: None, outlet: "" };
    match extract::read(page, &context).verdict {
        extract::PageVerdict::Wall(reason) => Err(Refusal { outcome: Outcome::Blocked, cause: wall(reason) }),
        _ => plain,
    }
}

fn kind_of(knowledge: &Knowledge, channel: &DueChannel) -> Option<ChannelKind> {
    Some(match channel.kind.as_str() {
        "feed" => ChannelKind::Feed,
        "sitemap" => ChannelKind::Sitemap,
        "search" => ChannelKind::Search,
        _ => {
            let source = knowledge.sources.get(&channel.source)?;
            source.channels.iter().find(|c| c.url == channel.configured && c.kind.name() == "page")?.kind.clone()
        }
    })
}

fn request(channel: &DueChannel) -> Option<Request> {
    Some(Request {
        id: channel.id,
        url: Url::parse(&channel.url).ok()?,
        accept: if channel.kind == "page" { Accept::Page } else { Accept::Feed },
        validated: channel.validated.as_deref().and_then(|url| Url::parse(url).ok()),
        etag: channel.etag.clone(),
        last_modified: channel.last_modified.clone(),
    })
}

fn nothing_listed(channel: &DueChannel) -> Cause {
    let is_page = channel.kind == "page";
    match channel.entries.filter(|n| *n > 0) {
        Some(n) => Cause::new(if is_page { Code::NoLinkNow } else { Code::NothingListedNow }, &[&n]),
        None => Cause::new(if is_page { Code::NoLink } else { Code::NothingListed }, &[]),
    }
}

/// What stands where the channel should be.
fn wall(words: String) -> Cause {
    let known = [Code::BotWall, Code::Consent].map(|code| Cause::new(code, &[]));
    known.into_iter().find(|cause| cause.to_string() == words).unwrap_or_else(|| Cause::from(words))
}

/// What an answer says of a channel's address.
fn moved(channel: &DueChannel, read: &Read) -> Move {
    let asked_configured = channel.url == channel.configured;
    let is_channel = !matches!(read.page, Some(Err(_)));
    match (&read.answer.result, &read.answer.moved_to) {
        (Ok(_), Some(place)) if is_channel => Move::To(place.clone()),
        (Ok(_), None) if asked_configured => Move::None,
        // The place it moved to has no such channel: back to where it was.
        (Ok(_), _) if !asked_configured && !is_channel => Move::None,
        (Err(failure), _) if !asked_configured && !failure.kind.is_passing() => Move::None,
        _ => Move::Unsaid,
    }
}

fn failed(note: &mut PollNote, failure: &Failure, channel: &DueChannel) {
    note.status = failure.status;
    note.cause = Some(failure.cause.clone());
    note.outcome = match failure.kind {
        FailureKind::Disallowed => Outcome::Disallowed,
        FailureKind::Blocked => Outcome::Blocked,
        FailureKind::Gone => Outcome::Gone,
        _ => Outcome::Failing,
    };
    back_off(note, channel, failure.retry_after);
}

/// Asked again later than usual, and never sooner because it said no.
fn back_off(note: &mut PollNote, channel: &DueChannel, retry_after: Option<Duration>) {
    // The channel's number spreads the tries: what failed together must not come back together.
    let jitter = f64::from(u32::try_from(channel.id.rem_euclid(97)).unwrap_or(0)) / 97.0;
    let refused = note.status.is_some_and(|status| status < 500) && channel.url == channel.configured;
    let mut usual = channel.pace.interval.filter(|_| refused).unwrap_or_default();
    if note.outcome == Outcome::Blocked {
        usual = usual.max(schedule::BLOCKED);
    }
    let wait = schedule::after_failure(channel.failures + 1, retry_after, jitter).max(usual);
    note.next_at = channel.pace.skips.after(later(note.at, wait));
}

/// When a channel that answered is asked again; `fresh` of its items were new. What a 304 does not repeat still holds.
fn settle_interval(
    note: &mut PollNote,
    channel: &DueChannel,
    announced: Option<&Announced>,
    max_age: Option<Duration>,
    fresh: usize,
) {
    let mut pace = channel.pace.clone();
    if let Some(announced) = announced {
        pace.window = window(announced);
        pace.skips = Skips { hours: announced.skip_hours.clone(), days: announced.skip_days.clone() };
    }
    let seen = schedule::Seen {
        new_items: u32::try_from(fresh).unwrap_or(u32::MAX),
        window: pace.window,
        max_age,
        ttl: announced.and_then(|announced| announced.poll_after),
    };
    let interval = schedule::next_interval(pace.interval, &seen);
    pace.interval = Some(interval);
    note.next_at = pace.skips.after(later(note.at, interval));
    note.pace = Some(pace);
}

pub(super) fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(now)
}
