//! What the response of a channel means, and the next state of the channel.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::announced::{MOST_ITEMS, gap, judge, window};
use super::caps::{Capped, Held, MOST_WAITING, cap_items};
use super::channel::{ChannelRecord, KnownChannel, Listing};
use super::index::{DEEPEST, decide_children, newest_sitemaps};
use super::item::jitter;
use super::moved::{Move, moved};
use super::{AnnouncedItem, ChildChange, ItemChange, ItemChanges, KnownChild, KnownItem, Limits, decide_items, later};
use crate::answer::{Answer, Failure, FailureKind, Validators};
use crate::channel::Announced;
use crate::digest::Gap;
use crate::i18n::{Cause, CauseCode};
use crate::model::{ChannelState, ChannelType, ItemState, PollOutcome};
use crate::politeness::{Pace, Skips, schedule};
use crate::source::Source;

/// The result of a poll.
#[derive(Debug, Clone)]
pub struct PollResult {
    /// How the poll ended.
    pub outcome: PollOutcome,
    /// The HTTP status; `None` without a response.
    pub status: Option<u16>,
    /// The size of the response, in bytes.
    pub bytes: u64,
    /// How many entries it listed, usable or not.
    pub entries: u64,
    /// Entries that could not be used.
    pub dropped: u64,
    /// Why it is not ok.
    pub cause: Option<Cause>,
    /// The usable entries.
    pub items: Vec<AnnouncedItem>,
    /// Sitemaps that it names and that may be polled, with the time of their last change.
    pub nested: Vec<(Url, Option<Timestamp>)>,
    /// The period whose items may have been missed, if none of its items was seen before.
    pub gap: Option<Gap>,
    /// `None`: the stored ones stay.
    validators: Option<Validators>,
    /// How many sitemaps it names that may hold something new.
    names_sitemaps: usize,
    moved: Move,
    timing: Timing,
    /// How often the user wants the channel to be polled at least.
    wish: Option<Duration>,
}

/// What the time of the next poll depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Timing {
    /// It failed; the Retry-After of its host.
    BackOff(Option<Duration>),
    /// It responded: its pace without the interval, how long the response stays fresh, and how long the feed asks to wait (`ttl`).
    Settle { window: Option<Duration>, skips: Skips, fresh_for: Option<Duration>, ttl: Option<Duration> },
}

/// All changes by a poll.
#[derive(Debug)]
pub struct PollChanges<'a> {
    /// The result, which is stored.
    pub result: &'a PollResult,
    /// Items that were never seen before, by their state.
    pub new: Vec<ItemState>,
    /// The period whose items may have been missed.
    pub gap: Option<Gap>,
    /// Why it is not ok, or what was left out.
    pub cause: Option<Cause>,
    /// So many of the oldest items of its source that wait are given up, to make room.
    pub given_up: usize,
    /// The channel from now on.
    pub channel: ChannelRecord,
    /// Its items.
    pub items: Vec<ItemChange<'a>>,
    /// See [`super::ItemChanges::heard`].
    pub heard: Vec<(Option<String>, String)>,
    /// The sitemaps that it names.
    pub children: Vec<ChildChange>,
    /// When.
    pub at: Timestamp,
}

impl PollChanges<'_> {
    /// Items that wait to be read and have other words now, by their owner and key.
    pub fn retold(&self) -> Vec<(Option<String>, String)> {
        let retold = self.items.iter().filter_map(|change| match change {
            ItemChange::Update(item) if item.state == ItemState::Pending => {
                Some((item.owner.clone(), item.key.clone()))
            }
            _ => None,
        });
        retold.collect()
    }

    /// The sources whose queue changes, each with how many items are to be read for it; `source` is the channel's.
    pub fn waiting(&self, source: &str) -> BTreeMap<String, u64> {
        let mut waiting = BTreeMap::new();
        for change in &self.items {
            let owner = match change {
                ItemChange::Add(item) if item.state == ItemState::Pending => &item.owner,
                ItemChange::Reopen(item) => &item.owner,
                // What is held for reading has the words of before.
                ItemChange::Update(item) if item.state == ItemState::Pending => {
                    waiting.entry(item.owner.as_deref().unwrap_or(source).to_owned()).or_default();
                    continue;
                }
                ItemChange::Add(_) | ItemChange::Update(_) => continue,
            };
            *waiting.entry(owner.as_deref().unwrap_or(source).to_owned()).or_default() += 1;
        }
        waiting
    }
}

/// The result of a poll; `None` if the channel was not requested.
pub fn poll_result(
    channel: &KnownChannel,
    source: &Source,
    answer: &Answer,
    listing: &Listing,
    limits: &Limits,
    now: Timestamp,
) -> Option<PollResult> {
    let mut result = PollResult {
        outcome: PollOutcome::Ok,
        status: None,
        bytes: answer.bytes,
        entries: 0,
        dropped: 0,
        cause: None,
        items: Vec::new(),
        nested: Vec::new(),
        gap: None,
        validators: None,
        names_sitemaps: 0,
        moved: moved(channel, answer, listing),
        timing: Timing::BackOff(None),
        wish: source.poll_of(channel.kind, &channel.configured),
    };
    match &answer.result {
        Err(failure) if matches!(failure.kind, FailureKind::Skipped | FailureKind::Stopped) => return None,
        Err(failure) => failed(&mut result, failure),
        Ok(response) => {
            result.status = Some(response.status);
            let validators = Validators {
                of: response.url.to_string(),
                etag: response.etag.clone(),
                last_modified: response.last_modified.clone(),
            };
            match listing {
                Listing::Unchanged => {
                    result.outcome = PollOutcome::Unchanged;
                    result.validators = Some(unchanged_validators(channel, validators));
                    result.timing = Timing::Settle {
                        window: channel.row.pace.window,
                        skips: channel.row.pace.skips.clone(),
                        fresh_for: response.fresh_for,
                        ttl: None,
                    };
                }
                Listing::Refused(refusal) => {
                    result.outcome = if refusal.is_wall() { PollOutcome::Blocked } else { PollOutcome::Failing };
                    result.cause = Some(refusal.0.clone());
                }
                Listing::Announced(announced, left_out) => {
                    let is_whole = response.complete && !announced.is_cut;
                    result.validators = is_whole.then_some(validators);
                    result.items = judge(limits, channel, source, announced, now);
                    let oldest = now.checked_sub(limits.max_age).unwrap_or(Timestamp::MIN);
                    let (nested, named) = newest_sitemaps(&announced.nested, oldest);
                    (result.nested, result.names_sitemaps) = (nested, named);
                    result.gap = gap(channel, announced, now);
                    result.timing = Timing::Settle {
                        window: window(announced),
                        skips: Skips { hours: announced.skip_hours.clone(), days: announced.skip_days.clone() },
                        fresh_for: response.fresh_for,
                        ttl: announced.poll_after,
                    };
                    listed(&mut result, channel, announced, *left_out, is_whole);
                }
            }
        }
    }
    if result.outcome == PollOutcome::Gone && channel.url != channel.configured {
        // The URL that it moved to is gone; the configured one may still work.
        result.outcome = PollOutcome::Failing;
    }
    Some(result)
}

/// A 304 may carry newer validators (RFC 9111, 4.3.4); what it leaves out stays as it was.
fn unchanged_validators(channel: &KnownChannel, new: Validators) -> Validators {
    let Some(old) = channel.row.validators.clone() else { return new };
    Validators { of: new.of, etag: new.etag.or(old.etag), last_modified: new.last_modified.or(old.last_modified) }
}

fn failed(result: &mut PollResult, failure: &Failure) {
    result.status = failure.status;
    result.cause = Some(failure.cause.clone());
    result.timing = Timing::BackOff(failure.retry_after);
    result.outcome = match failure.kind {
        FailureKind::Disallowed => PollOutcome::Disallowed,
        FailureKind::Blocked => PollOutcome::Blocked,
        FailureKind::Gone => PollOutcome::Gone,
        _ => PollOutcome::Failing,
    };
}

/// Counts the entries of a page, and records problems with it.
fn listed(result: &mut PollResult, channel: &KnownChannel, announced: &Announced, left_out: usize, is_whole: bool) {
    let listed = announced.items.len() + left_out;
    // The page of posts is an item that is not listed.
    let dropped = (listed + announced.dropped.len()).saturating_sub(result.items.len());
    let entries = listed + announced.dropped.len() + announced.nested.len();
    (result.entries, result.dropped) = (entries as u64, dropped as u64);
    if left_out > 0 {
        result.cause = Some(Cause::new(CauseCode::TooMany, &[&listed, &MOST_ITEMS]));
    }
    if !is_whole {
        result.cause = Some(Cause::new(CauseCode::BrokeOff, &[]));
    }
    let is_bare = result.items.is_empty() && announced.nested.is_empty();
    if !is_whole && is_bare {
        result.outcome = PollOutcome::Failing;
        result.timing = Timing::BackOff(None);
        result.cause = Some(Cause::new(CauseCode::BrokeOffAtOnce, &[]));
    } else if dropped > 0 && is_bare {
        result.outcome = PollOutcome::Empty;
        let why = announced.dropped.first().map_or(CauseCode::NoArticle, |first| first.why.code());
        let why = if why == CauseCode::Beyond { CauseCode::NoArticle } else { why };
        result.cause = Some(Cause::new(CauseCode::Unusable, &[&dropped, &why.name()]));
    } else if entries == 0 && channel.kind != ChannelType::Search {
        result.outcome = PollOutcome::Empty;
        result.cause = Some(nothing_listed(channel));
    }
}

fn nothing_listed(channel: &KnownChannel) -> Cause {
    let is_page = channel.kind == ChannelType::Page;
    match channel.row.entries.filter(|n| *n > 0) {
        Some(n) => Cause::new(if is_page { CauseCode::NoLinkNow } else { CauseCode::NothingListedNow }, &[&n]),
        None => Cause::new(if is_page { CauseCode::NoLink } else { CauseCode::NothingListed }, &[]),
    }
}

/// All that a poll changes. `known`: those of the result's items that are stored; `children`: the stored sitemaps that the
/// channel named before, or that the result names; `held`: what its source has already.
pub fn decide_poll<'a>(
    channel: &KnownChannel,
    result: &'a PollResult,
    known: Vec<KnownItem>,
    children: &[KnownChild],
    held: Held,
    now: Timestamp,
) -> PollChanges<'a> {
    let ItemChanges { mut items, heard } = decide_items(channel.id, channel.tells_changes(), &result.items, known, now);
    let capped = cap_items(&mut items, held);
    let added = items.iter().filter_map(|change| match change {
        ItemChange::Add(item) => Some(item.state),
        ItemChange::Update(_) | ItemChange::Reopen(_) => None,
    });
    let new: Vec<ItemState> = added.collect();
    let (children, left) = match result.outcome {
        PollOutcome::Ok | PollOutcome::Empty if channel.depth < DEEPEST => {
            decide_children(channel.id, &result.nested, children, held.sitemaps)
        }
        _ => (Vec::new(), 0),
    };
    let cause = result.cause.clone().or_else(|| left_out(channel, result, capped, new.len(), left));
    PollChanges {
        result,
        gap: result.gap.filter(|_| !new.is_empty() && new.len() == result.items.len()),
        channel: channel_after(channel, result, cause.as_ref(), capped.left > 0 || left > 0, new.len(), now),
        given_up: capped.given_up,
        items,
        heard,
        children,
        cause,
        new,
        at: now,
    }
}

/// What of the page was left to later polls, or for good. `left`: sitemaps beyond what its source may have.
fn left_out(channel: &KnownChannel, result: &PollResult, capped: Capped, taken: usize, left: usize) -> Option<Cause> {
    let (named, polled) = (result.names_sitemaps, result.nested.len().saturating_sub(left));
    if capped.given_up > 0 {
        return Some(Cause::new(CauseCode::TooManyWait, &[&MOST_WAITING, &capped.given_up]));
    }
    if capped.left > 0 {
        return Some(Cause::new(CauseCode::TooManyNew, &[&(taken + capped.left), &taken]));
    }
    if channel.depth >= DEEPEST && named > 0 {
        return Some(Cause::new(CauseCode::TooDeep, &[&named, &DEEPEST]));
    }
    (named > polled).then(|| Cause::new(CauseCode::TooManySitemaps, &[&named, &polled]))
}

fn channel_after(
    channel: &KnownChannel,
    result: &PollResult,
    cause: Option<&Cause>,
    leaves_out: bool,
    new: usize,
    now: Timestamp,
) -> ChannelRecord {
    let old = &channel.row;
    let is_failure = result.outcome.is_failure();
    let is_unchanged = result.outcome == PollOutcome::Unchanged;
    let state = result.outcome.state_after(old.state);
    let stays = is_unchanged && old.state.is_working();
    let (moved_to, moved_at) = match &result.moved {
        Move::Unsaid => (old.moved_to.clone(), old.moved_at),
        Move::None => (None, None),
        Move::To(place) => (Some(place.to_string()), Some(now)),
    };
    let (pace, next_at) = next_poll(channel, result, new, now);
    ChannelRecord {
        state,
        // A channel that stays empty keeps its first reason, which says how much it listed before.
        cause: if stays || (old.state == ChannelState::Empty && state == ChannelState::Empty) {
            old.cause.clone()
        } else {
            cause.cloned()
        },
        since: if state == old.state { old.since } else { Some(now) },
        failures: if is_failure { old.failures + 1 } else { 0 },
        pace,
        checked_at: Some(now),
        answered_at: if is_failure { old.answered_at } else { Some(now) },
        changed_at: if new > 0 { Some(now) } else { old.changed_at },
        next_at: Some(next_at),
        entries: if is_failure || is_unchanged { old.entries } else { Some(result.entries) },
        // What was left out must come again.
        validators: result.validators.clone().filter(|_| !leaves_out).or_else(|| old.validators.clone()),
        moved_to,
        moved_at,
    }
}

/// The pace of the channel, and the time of the next poll; `new` of its items were never seen before.
fn next_poll(channel: &KnownChannel, result: &PollResult, new: usize, now: Timestamp) -> (Pace, Timestamp) {
    let old = &channel.row.pace;
    match &result.timing {
        Timing::BackOff(retry_after) => {
            // A refusal must not lead to an earlier poll than usual.
            let refused = result.status.is_some_and(|status| status < 500) && channel.url == channel.configured;
            let mut usual = old.interval.filter(|_| refused).unwrap_or_default();
            if result.outcome == PollOutcome::Blocked {
                usual = usual.max(schedule::BLOCKED);
            }
            let rest = schedule::after_failure(channel.row.failures + 1, *retry_after, jitter(channel.id.0));
            (old.clone(), old.skips.after(later(now, rest.max(usual))))
        }
        Timing::Settle { window, skips, fresh_for, ttl } => {
            let seen = schedule::PollFacts {
                new_items: u32::try_from(new).unwrap_or(u32::MAX),
                window: *window,
                max_age: *fresh_for,
                ttl: *ttl,
                wish: result.wish,
            };
            let interval = schedule::next_interval(old.interval, &seen);
            let next_at = skips.after(later(now, interval));
            (Pace { interval: Some(interval), window: *window, skips: skips.clone() }, next_at)
        }
    }
}
