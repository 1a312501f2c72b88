//! What an alert sends, and when: which mentions make a message, whose turn it is, what follows a failure.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::later;
use crate::alert::{Alert, MessageRate, Only, QuietHours};
use crate::model::{ArticleId, MessageId, MessageState, OutboxId, StoryId};

/// An article that was published so long before it was found is no news: such articles come in one message.
const OLD: SignedDuration = SignedDuration::from_hours(48);
/// The most articles of one message.
const MOST_ARTICLES: usize = 200;
/// The pause after the first failure, and the longest one, unless the receiver asks for more.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// The longest Retry-After that is obeyed.
const LONGEST_WISH: Duration = Duration::from_hours(24);
/// A message is given up when it could not be sent for so long.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// A later time was stored while the clock was wrong.
const ABSURD: SignedDuration = SignedDuration::from_hours(24 * 10);

/// A mention that no message reports yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMention {
    /// Its row.
    pub id: OutboxId,
    /// Its article.
    pub article: ArticleId,
    /// The story of the article.
    pub story: StoryId,
    /// When it was found.
    pub queued_at: Timestamp,
    /// When the article was published.
    pub published_at: Option<Timestamp>,
    /// Whether it still matches and is not marked as not relevant.
    pub is_relevant: bool,
    /// Whether an earlier message of the alert reports the story.
    pub is_story_told: bool,
}

/// What the user wants of an alert.
#[derive(Debug, Clone, Copy)]
pub struct AlertRules<'a> {
    only: Only,
    quiet: Option<QuietHours>,
    at_most: Option<MessageRate>,
    zone: &'a TimeZone,
}

impl<'a> AlertRules<'a> {
    /// Those of an alert; `zone`: for its hours.
    pub fn new(alert: &Alert, zone: &'a TimeZone) -> Self {
        Self { only: alert.only, quiet: alert.quiet, at_most: alert.at_most, zone }
    }

    fn quiet_until(&self, at: Timestamp) -> Option<Timestamp> {
        self.quiet.and_then(|quiet| quiet.end(at, self.zone))
    }
}

/// A message to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// What it reports.
    pub mentions: Vec<OutboxId>,
    /// Whether it reports several articles.
    pub sums_up: bool,
}

/// What becomes of waiting mentions; those in neither list go on waiting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composed {
    /// The messages, in order.
    pub messages: Vec<NewMessage>,
    /// Mentions that no message will report.
    pub dropped: Vec<OutboxId>,
    /// When those that wait are to be looked at again.
    pub next_at: Option<Timestamp>,
}

/// The mentions of one article.
struct Told {
    mentions: Vec<OutboxId>,
    article: ArticleId,
    story: StoryId,
    /// Whether it need not come alone.
    is_late: bool,
}

/// Makes messages of waiting mentions, which are in the order in which they were found. `recent`: when the last messages were made.
pub fn compose(rules: &AlertRules, waiting: &[WaitingMention], recent: &[Timestamp], now: Timestamp) -> Composed {
    let mut composed = Composed::default();
    let mut articles = by_article(rules, waiting, &mut composed.dropped);
    if articles.is_empty() {
        return composed;
    }
    if let Some(end) = rules.quiet_until(now) {
        composed.next_at = Some(end);
        return composed;
    }
    let (room, free_at) = room(rules.at_most, recent, now);
    if room == 0 {
        composed.next_at = free_at;
        return composed;
    }
    articles.truncate(MOST_ARTICLES);
    let (mut late, mut alone): (Vec<Told>, Vec<Told>) = articles.into_iter().partition(|told| told.is_late);
    if late.len() == 1 {
        alone.append(&mut late);
        alone.sort_by_key(|told| told.mentions.first().copied());
    }
    if alone.len() + usize::from(!late.is_empty()) > room {
        // The last message that may be sent sums up the rest.
        late.extend(alone.split_off(room - 1));
        late.sort_by_key(|told| told.mentions.first().copied());
    }
    let alone = alone.into_iter().map(|told| NewMessage { mentions: told.mentions, sums_up: false });
    composed.messages.extend(alone);
    if !late.is_empty() {
        let sums_up = late.len() > 1;
        let mentions = late.into_iter().flat_map(|told| told.mentions).collect();
        composed.messages.push(NewMessage { mentions, sums_up });
    }
    composed
}

fn by_article(rules: &AlertRules, waiting: &[WaitingMention], dropped: &mut Vec<OutboxId>) -> Vec<Told> {
    let mut articles: Vec<Told> = Vec::new();
    for mention in waiting {
        let is_copy = |told: &Told| rules.only == Only::FirstOfStory && told.story == mention.story;
        if !mention.is_relevant || rules.only == Only::FirstOfStory && mention.is_story_told {
            dropped.push(mention.id);
        } else if let Some(told) = articles.iter_mut().find(|told| told.article == mention.article) {
            told.mentions.push(mention.id);
        } else if articles.iter().any(is_copy) {
            dropped.push(mention.id);
        } else {
            let is_old = mention.published_at.is_some_and(|at| mention.queued_at.duration_since(at) > OLD);
            articles.push(Told {
                mentions: vec![mention.id],
                article: mention.article,
                story: mention.story,
                is_late: is_old || rules.quiet_until(mention.queued_at).is_some(),
            });
        }
    }
    articles
}

/// How many messages may be sent now; if none, when one may.
fn room(at_most: Option<MessageRate>, recent: &[Timestamp], now: Timestamp) -> (usize, Option<Timestamp>) {
    let Some(MessageRate { messages, within }) = at_most else { return (usize::MAX, None) };
    let most = usize::try_from(messages).unwrap_or(usize::MAX);
    // What was made in the future was made by a wrong clock.
    let mut ends: Vec<Timestamp> = recent.iter().filter(|at| **at <= now).map(|at| later(*at, within)).collect();
    ends.retain(|end| *end > now);
    ends.sort_unstable();
    let free_at = ends.len().checked_sub(most).and_then(|at| ends.get(at)).copied();
    (most.saturating_sub(ends.len()), free_at)
}

/// How a receiver fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReceiverState {
    /// Failures in a row.
    pub failures: u32,
    /// Since when it fails.
    pub failing_since: Option<Timestamp>,
    /// Nothing is sent before.
    pub paused_until: Option<Timestamp>,
}

/// A message that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMessage {
    /// Its id.
    pub id: MessageId,
    /// When it was made.
    pub made_at: Timestamp,
    /// Not sent before.
    pub next_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// When it was first tried.
    pub first_tried_at: Option<Timestamp>,
    /// Until then somebody is sending it.
    pub claimed_until: Option<Timestamp>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendTurn<'a> {
    /// This message is sent now.
    Send(&'a WaitingMessage),
    /// None before this time.
    Wait(Timestamp),
    /// None waits.
    Nothing,
}

/// The message of an alert that is sent now; one at a time, so that they come in order.
pub fn next_turn<'a>(
    rules: &AlertRules,
    receiver: &ReceiverState,
    waiting: &'a [WaitingMessage],
    now: Timestamp,
) -> SendTurn<'a> {
    if waiting.is_empty() {
        return SendTurn::Nothing;
    }
    let is_ahead = |at: Timestamp| at > now && at.duration_since(now) < ABSURD;
    let held = [rules.quiet_until(now), receiver.paused_until].into_iter().flatten().filter(|at| is_ahead(*at)).max();
    if let Some(until) = held {
        return SendTurn::Wait(until);
    }
    // Where another one sends for this alert, order would be lost.
    if let Some(until) = waiting.iter().filter_map(|message| message.claimed_until).filter(|at| is_ahead(*at)).max() {
        return SendTurn::Wait(until);
    }
    let due = waiting.iter().filter(|message| !is_ahead(message.next_at));
    match due.min_by_key(|message| (message.tries, message.made_at)) {
        Some(message) => SendTurn::Send(message),
        None => waiting.iter().map(|message| message.next_at).min().map_or(SendTurn::Nothing, SendTurn::Wait),
    }
}

/// What became of a message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The receiver has it.
    Delivered,
    /// It may not have it.
    Failed {
        /// Why, without secrets.
        problem: String,
        /// How long the receiver wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// Nothing in it is relevant any more.
    Cancelled,
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageFate {
    /// It was delivered.
    Sent,
    /// It is tried again at this time.
    Again(Timestamp),
    /// It will not be tried again.
    GivenUp,
    /// It is not wanted any more.
    Cancelled,
}

impl MessageFate {
    /// The state of the message, as stored, and the time of its next try.
    pub fn state(self) -> (MessageState, Option<Timestamp>) {
        match self {
            Self::Sent => (MessageState::Sent, None),
            Self::Again(at) => (MessageState::Waiting, Some(at)),
            Self::GivenUp => (MessageState::GivenUp, None),
            Self::Cancelled => (MessageState::Cancelled, None),
        }
    }
}

/// All that a delivery changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryChange {
    /// The message.
    pub message: MessageId,
    /// What becomes of it.
    pub fate: MessageFate,
    /// The receiver from now on.
    pub receiver: ReceiverState,
    /// Why it failed.
    pub problem: Option<String>,
    /// Messages that waited behind it for too long, and are given up with it.
    pub given_up: Vec<MessageId>,
    /// When.
    pub at: Timestamp,
}

/// All that a delivery changes. `waiting`: the other messages of the alert; `jitter`: from 0 to 1.
pub fn after_delivery(
    message: &WaitingMessage,
    delivery: Delivery,
    receiver: &ReceiverState,
    waiting: &[WaitingMessage],
    jitter: f64,
    now: Timestamp,
) -> DeliveryChange {
    let change = |fate, receiver| DeliveryChange {
        message: message.id.clone(),
        fate,
        receiver,
        problem: None,
        given_up: Vec::new(),
        at: now,
    };
    let (problem, retry_after) = match delivery {
        Delivery::Delivered => return change(MessageFate::Sent, ReceiverState::default()),
        Delivery::Cancelled => return change(MessageFate::Cancelled, *receiver),
        Delivery::Failed { problem, retry_after } => (problem, retry_after),
    };
    let failures = receiver.failures.saturating_add(1);
    let failing_since = receiver.failing_since.filter(|at| *at <= now).unwrap_or(now);
    let wish = retry_after.unwrap_or_default().min(LONGEST_WISH);
    let state = ReceiverState {
        failures,
        failing_since: Some(failing_since),
        paused_until: Some(later(now, pause(failures, jitter).max(wish))),
    };
    let is_over = |since: Timestamp| now.duration_since(since) >= GIVEN_UP_AFTER;
    let fate = if message.first_tried_at.is_some_and(is_over) || is_over(failing_since) && is_over(message.made_at) {
        MessageFate::GivenUp
    } else {
        MessageFate::Again(later(now, pause(message.tries.saturating_add(1), jitter).max(wish)))
    };
    let others = waiting.iter().filter(|other| other.id != message.id);
    let given_up = others.filter(|other| is_over(failing_since) && is_over(other.made_at));
    let given_up = given_up.map(|other| other.id.clone()).collect();
    DeliveryChange { problem: Some(problem), given_up, ..change(fate, state) }
}

/// The pause after so many failures: 15 seconds, 30, a minute … ten minutes, and up to a quarter more.
fn pause(failures: u32, jitter: f64) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST_PAUSE);
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
    doubled + doubled.mul_f64(jitter / 4.0)
}

#[cfg(test)]
mod tests;
