//! What an alert sends, and when: which mentions make a message, whose turn it is, what follows a failure.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::later;
use crate::alert::{Alert, MessageRate, Only, QuietHours};
use crate::model::{ArticleId, MessageId, OutboxId, StoryId};

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

/// A mention of which no message tells yet.
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
    /// Whether an earlier message of the alert tells of the story.
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
    /// What it tells of.
    pub mentions: Vec<OutboxId>,
    /// Whether it tells of several articles.
    pub sums_up: bool,
}

/// What becomes of waiting mentions; those in neither list go on waiting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composed {
    /// The messages, in order.
    pub messages: Vec<NewMessage>,
    /// Mentions of which no message will tell.
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
    pub fn state(self) -> (&'static str, Option<Timestamp>) {
        match self {
            Self::Sent => ("sent", None),
            Self::Again(at) => ("waiting", Some(at)),
            Self::GivenUp => ("given_up", None),
            Self::Cancelled => ("cancelled", None),
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
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-10-{text}:00Z").parse().unwrap()
    }

    fn mention(id: i64, story: i64, queued_at: Timestamp) -> WaitingMention {
        WaitingMention {
            id: OutboxId(id),
            article: ArticleId(id),
            story: StoryId(story),
            queued_at,
            published_at: None,
            is_relevant: true,
            is_story_told: false,
        }
    }

    static UTC: TimeZone = TimeZone::UTC;

    fn rules(only: Only, quiet: Option<&str>, at_most: Option<u32>) -> AlertRules<'static> {
        let quiet = quiet.map(|text| {
            let (from, until) = text.split_once('-').unwrap();
            let time = |text: &str| format!("{text}:00").parse().unwrap();
            QuietHours { from: time(from), until: time(until) }
        });
        let at_most = at_most.map(|messages| MessageRate { messages, within: Duration::from_hours(1) });
        AlertRules { only, quiet, at_most, zone: &UTC }
    }

    fn messages(composed: &Composed) -> Vec<(Vec<i64>, bool)> {
        let ids = |message: &NewMessage| message.mentions.iter().map(|id| id.0).collect();
        composed.messages.iter().map(|message| (ids(message), message.sums_up)).collect()
    }

    #[test]
    fn copies_are_told_once_unless_every_mention_is_wanted() {
        let now = at("10T12:00");
        let mut waiting =
            [mention(1, 1, now), mention(2, 1, now), mention(3, 3, now), mention(4, 9, now), mention(5, 5, now)];
        waiting[3].is_story_told = true;
        waiting[4].is_relevant = false;
        let first = compose(&rules(Only::FirstOfStory, None, None), &waiting, &[], now);
        assert_eq!(messages(&first), [(vec![1], false), (vec![3], false)]);
        assert_eq!(first.dropped, [OutboxId(2), OutboxId(4), OutboxId(5)]);
        let every = compose(&rules(Only::EveryMention, None, None), &waiting, &[], now);
        assert_eq!(every.messages.len(), 4);
        // One article of two watches.
        waiting[1].article = ArticleId(1);
        let every = compose(&rules(Only::EveryMention, None, None), &waiting, &[], now);
        assert_eq!(messages(&every)[0], (vec![1, 2], false));
    }

    #[test]
    fn what_came_at_night_and_what_is_old_is_summed_up() {
        let rules = rules(Only::EveryMention, Some("22:00-07:00"), None);
        let night = [mention(1, 1, at("10T23:00")), mention(2, 2, at("11T05:00"))];
        let held = compose(&rules, &night, &[], at("11T06:59"));
        assert_eq!((messages(&held), held.next_at), (Vec::new(), Some(at("11T07:00"))));
        let mut morning = night.to_vec();
        morning.push(mention(3, 3, at("11T07:00")));
        assert_eq!(messages(&compose(&rules, &morning, &[], at("11T07:00"))), [(vec![3], false), (vec![1, 2], true)]);
        assert_eq!(messages(&compose(&rules, &night[..1], &[], at("11T07:00"))), [(vec![1], false)]);
        let mut old = [mention(1, 1, at("11T12:00")), mention(2, 2, at("11T12:00"))];
        for mention in &mut old {
            mention.published_at = Some(at("08T12:00"));
        }
        assert_eq!(messages(&compose(&rules, &old, &[], at("11T12:00"))), [(vec![1, 2], true)]);
    }

    #[test]
    fn the_last_message_that_may_be_sent_sums_up_the_rest() {
        let now = at("10T12:00");
        let rules = rules(Only::EveryMention, None, Some(3));
        let waiting: Vec<_> = (1..=5).map(|id| mention(id, id, now)).collect();
        let composed = compose(&rules, &waiting, &[], now);
        assert_eq!(messages(&composed), [(vec![1], false), (vec![2], false), (vec![3, 4, 5], true)]);
        let recent = [at("10T11:10"), at("10T11:20"), at("10T11:30"), at("10T10:00")];
        let held = compose(&rules, &waiting, &recent, now);
        assert_eq!((messages(&held), held.next_at), (Vec::new(), Some(at("10T12:10"))));
        let freed = compose(&rules, &waiting, &recent, at("10T12:10"));
        assert_eq!(messages(&freed), [(vec![1, 2, 3, 4, 5], true)]);
    }

    fn waiting(id: &str, made_at: Timestamp) -> WaitingMessage {
        let id = MessageId(id.into());
        WaitingMessage { id, made_at, next_at: made_at, tries: 0, first_tried_at: None, claimed_until: None }
    }

    fn failed(problem: &str, retry_after: Option<u64>) -> Delivery {
        Delivery::Failed { problem: problem.into(), retry_after: retry_after.map(Duration::from_secs) }
    }

    #[test]
    fn one_message_is_sent_at_a_time_and_none_in_a_pause() {
        let now = at("10T12:00");
        let plain = rules(Only::EveryMention, None, None);
        let mut two = [waiting("a", at("10T11:00")), waiting("b", at("10T11:30"))];
        let sound = ReceiverState::default();
        assert_eq!(next_turn(&plain, &sound, &two, now), SendTurn::Send(&two[0]));
        assert_eq!(next_turn(&plain, &sound, &[], now), SendTurn::Nothing);
        let paused = ReceiverState { paused_until: Some(at("10T12:05")), ..sound };
        assert_eq!(next_turn(&plain, &paused, &two, now), SendTurn::Wait(at("10T12:05")));
        let quiet = rules(Only::EveryMention, Some("11:00-13:00"), None);
        assert_eq!(next_turn(&quiet, &sound, &two, now), SendTurn::Wait(at("10T13:00")));
        // One that failed before lets the others go first.
        two[0].tries = 1;
        assert_eq!(next_turn(&plain, &sound, &two, now), SendTurn::Send(&two[1]));
        two[1].claimed_until = Some(at("10T12:01"));
        assert_eq!(next_turn(&plain, &sound, &two, now), SendTurn::Wait(at("10T12:01")));
        // A time that a wrong clock stored does not hold for months.
        two = [
            waiting("a", "2027-10-10T12:00:00Z".parse().unwrap()),
            waiting("b", "2027-10-10T12:00:00Z".parse().unwrap()),
        ];
        assert_eq!(next_turn(&plain, &sound, &two, now), SendTurn::Send(&two[0]));
    }

    #[test]
    fn a_failure_is_followed_by_a_pause_and_after_a_day_by_the_end() {
        let begun = at("10T12:00");
        let (mut message, mut state, mut now) = (waiting("a", begun), ReceiverState::default(), begun);
        let mut pauses = Vec::new();
        loop {
            message.first_tried_at.get_or_insert(now);
            let change = after_delivery(&message, failed("server error", None), &state, &[], 0.0, now);
            state = change.receiver;
            let MessageFate::Again(next) = change.fate else {
                assert_eq!(change.fate, MessageFate::GivenUp);
                break;
            };
            pauses.push(next.duration_since(now).as_secs());
            (message.tries, now) = (message.tries + 1, next);
        }
        assert_eq!(pauses[..7], [15, 30, 60, 120, 240, 480, 600]);
        assert!(pauses[7..].iter().all(|pause| *pause == 600), "{pauses:?}");
        assert!((24 * 60..24 * 60 + 11).contains(&now.duration_since(begun).as_mins()), "{now}");
        let change = after_delivery(&waiting("b", now), Delivery::Delivered, &state, &[], 0.0, now);
        assert_eq!((change.fate, change.receiver), (MessageFate::Sent, ReceiverState::default()));
    }

    #[test]
    fn a_receiver_that_asks_for_time_gets_it_up_to_a_day() {
        let now = at("10T12:00");
        for (asked, paused) in [(7, 15), (3_600, 3_600), (10_000_000, 86_400)] {
            let change = after_delivery(
                &waiting("a", now),
                failed("429", Some(asked)),
                &ReceiverState::default(),
                &[],
                0.0,
                now,
            );
            assert_eq!(change.receiver.paused_until.unwrap().duration_since(now).as_secs(), paused);
        }
    }

    #[test]
    fn what_waits_behind_a_receiver_that_is_gone_is_given_up_with_it() {
        let since = at("10T12:00");
        let state = ReceiverState { failures: 90, failing_since: Some(since), paused_until: None };
        let behind = [waiting("old", since), waiting("new", at("11T11:00"))];
        let change = after_delivery(&waiting("a", since), failed("gone", None), &state, &behind, 0.0, at("11T12:00"));
        assert_eq!((change.fate, change.given_up), (MessageFate::GivenUp, vec![MessageId("old".into())]));
        // A message that was made a week ago, while nothing ran, is tried first.
        let change = after_delivery(
            &waiting("a", since),
            failed("x", None),
            &ReceiverState::default(),
            &behind,
            0.0,
            at("17T12:00"),
        );
        assert!(matches!(change.fate, MessageFate::Again(_)) && change.given_up.is_empty());
    }

    proptest! {
        /// Whatever comes when: each mention is told once or is a copy, never in quiet hours, never more than so many in an hour.
        #[test]
        fn nothing_is_lost_or_told_twice(
            found in proptest::collection::vec((0_i64..1_500, 1_i64..12, any::<bool>()), 1..60),
            most in 1_u32..6,
            is_limited: bool,
            is_quiet: bool,
            is_first_only: bool,
        ) {
            let only = if is_first_only { Only::FirstOfStory } else { Only::EveryMention };
            let rules = rules(only, is_quiet.then_some("22:00-07:00"), is_limited.then_some(most));
            let begun = at("10T12:00");
            let mut found: Vec<WaitingMention> = found.iter().enumerate().map(|(id, (minutes, story, is_relevant))| {
                let queued_at = begun + SignedDuration::from_mins(*minutes);
                WaitingMention { is_relevant: *is_relevant, ..mention(i64::try_from(id).unwrap(), *story, queued_at) }
            }).collect();
            found.sort_by_key(|mention| mention.queued_at);
            let (mut told, mut dropped, mut made) = (Vec::new(), BTreeSet::new(), Vec::<Timestamp>::new());
            for minute in (0..4_000).step_by(5) {
                let now = begun + SignedDuration::from_mins(minute);
                let story_of = |id: &OutboxId| found.iter().find(|m| m.id == *id).map(|m| m.story);
                let stories: Vec<_> = told.iter().filter_map(story_of).collect();
                let waiting: Vec<_> = found.iter()
                    .filter(|m| m.queued_at <= now && !told.contains(&m.id) && !dropped.contains(&m.id))
                    .map(|m| WaitingMention { is_story_told: stories.contains(&m.story), ..m.clone() })
                    .collect();
                if waiting.is_empty() {
                    continue;
                }
                let composed = compose(&rules, &waiting, &made, now);
                prop_assert!(composed.messages.is_empty() || rules.quiet_until(now).is_none());
                let is_left = composed.messages.iter().map(|m| m.mentions.len()).sum::<usize>() + composed.dropped.len() < waiting.len();
                prop_assert_eq!(composed.next_at.is_some(), is_left, "what waits is looked at again");
                for message in composed.messages {
                    made.push(now);
                    told.extend(message.mentions);
                }
                dropped.extend(composed.dropped);
                let in_hour = made.iter().filter(|at| now.duration_since(**at) < SignedDuration::from_hours(1)).count();
                prop_assert!(!is_limited || in_hour <= usize::try_from(most).unwrap());
            }
            prop_assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "twice");
            for mention in &found {
                let is_told = told.contains(&mention.id);
                prop_assert!(is_told || dropped.contains(&mention.id), "lost");
                prop_assert!(!is_told || mention.is_relevant);
                if mention.is_relevant && !is_told {
                    let told_of_story = found.iter().any(|m| m.story == mention.story && told.contains(&m.id));
                    prop_assert!(is_first_only && told_of_story);
                }
            }
        }

        #[test]
        fn pauses_are_bounded(failures: u32, jitter: f64) {
            prop_assert!((FIRST_PAUSE..=LONGEST_PAUSE * 5 / 4).contains(&pause(failures.max(1), jitter)));
        }
    }
}
