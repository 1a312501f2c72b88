//! Messages from the mention to the receiver: what comes together, when it is sent, and what follows a failure.
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
    two =
        [waiting("a", "2027-10-10T12:00:00Z".parse().unwrap()), waiting("b", "2027-10-10T12:00:00Z".parse().unwrap())];
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
        let change =
            after_delivery(&waiting("a", now), failed("429", Some(asked)), &ReceiverState::default(), &[], 0.0, now);
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
