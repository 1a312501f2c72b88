//! What an announcement changes of a known item, and how often an item is retried.

use super::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn only_what_a_clock_far_ahead_rejected_is_judged_again(
        ahead in -100i64..100, published in proptest::option::of(-2_000i64..200), id in 1i64..9
    ) {
        let (now, oldest) = (now(), hours_ago(720));
        let at = |hours: i64| now + SignedDuration::from_hours(hours);
        let rejected = RejectedItem { item: ItemId(id), at: at(ahead), published_at: published.map(at) };
        let again = judge_again(&[rejected], oldest, now);
        // Its own clock was a day ahead at least, and by ours it is neither too old nor of a time to come.
        let is_wronged = ahead > 24 && published.is_some_and(|published| (-720..=24).contains(&published));
        prop_assert_eq!(again, if is_wronged { vec![ItemId(id)] } else { vec![] });
    }

    #[test]
    fn an_item_is_tried_only_so_often(failure in failures(), id in 1i64..1_000) {
        let mut at = now();
        for tries in 0..20 {
            match (Tried { item: ItemId(id), tries }).after_failure(&failure, at) {
                None => {
                    prop_assert!(matches!(failure.kind, FailureKind::Stopped | FailureKind::Skipped));
                    return Ok(());
                }
                Some(Ending::Later(next, _)) => {
                    prop_assert_eq!(failure.kind, FailureKind::Skipped);
                    prop_assert!(next > at);
                    return Ok(());
                }
                Some(Ending::Again(next, _)) => {
                    let asked = failure.retry_after.map_or(SignedDuration::ZERO, |wait| SignedDuration::try_from(wait).unwrap());
                    prop_assert!(next > at && next.duration_since(at) >= asked);
                    at = next;
                }
                Some(Ending::In(state, reason)) => {
                    prop_assert!(matches!(state, ItemState::GivenUp | ItemState::Disallowed) && reason.is_some());
                    return Ok(());
                }
                Some(Ending::Stays) => prop_assert!(false, "nothing came of it"),
            }
        }
        prop_assert!(false, "tried for ever");
    }
}

#[test]
fn only_the_first_answer_of_a_site_is_a_refusal() {
    let refusal = Cause::new(CauseCode::Gone, &[]);
    let reason = |cause: &Cause| ItemReason::Failure(cause.clone());
    let given_up = |reason| Ending::In(ItemState::GivenUp, Some(reason));
    assert!(given_up(reason(&refusal)).is_refusal());
    for other in [
        given_up(ItemReason::Tried(5, Box::new(reason(&refusal)))),
        given_up(ItemReason::TooManyWait(10)),
        Ending::In(ItemState::Disallowed, Some(reason(&refusal))),
        Ending::In(ItemState::Read, None),
        Ending::Again(now(), reason(&refusal)),
    ] {
        assert!(!other.is_refusal(), "{other:?}");
    }
}

/// What is announced of the item "k".
fn told(title: &str, hours: i64) -> AnnouncedItem {
    AnnouncedItem {
        key: "k".into(),
        url: url("k"),
        item: Item { title: title.into(), modified_at: Some(hours_ago(hours)), ..Item::default() },
        state: ItemState::Pending,
        reason: None,
        owner: None,
        is_relayed: false,
    }
}

/// What an announcement makes of a known item: its headline, the other headlines, when it changed, whether it is pending
/// again, and whether watches are matched against it without a request.
fn made_of(known: &KnownItem, channel: i64, tells_changes: bool, new: AnnouncedItem) -> String {
    let announced = [new];
    let changes = decide_items(ChannelId(channel), tells_changes, &announced, vec![known.clone()], now());
    let item = match changes.items.as_slice() {
        [] => "same".to_owned(),
        [ItemChange::Update(item) | ItemChange::Reopen(item)] => {
            let is_reopened = matches!(changes.items.as_slice(), [ItemChange::Reopen(_)]);
            let is_told = item.changed_at.is_some_and(|at| at == now());
            let words = [
                (item.title.as_str(), true),
                (" besides ", !item.other_titles.is_empty()),
                (&item.other_titles, true),
                (", changed", is_told),
                (", pending", is_reopened && item.state == ItemState::Pending),
            ];
            words.into_iter().filter(|(_, is_said)| *is_said).map(|(word, _)| word).collect()
        }
        other => format!("{other:?}"),
    };
    item + if changes.heard.is_empty() { "" } else { ", heard" }
}

#[test]
fn a_known_item_changes_only_by_the_channel_that_announced_it_first_and_every_word_is_heard() {
    let known = known_item();
    for (channel, tells_changes, title, hours, expected) in [
        (7, true, "New", 9, "New besides Old, changed, heard"),
        (7, true, "Old", 9, "same"),
        (7, true, "Old", 8, "Old, changed"),
        (7, true, "", 8, "Old, changed"),
        (8, true, "New", 1, "Old besides New, heard"),
        (7, false, "New", 1, "Old besides New, heard"),
        (8, true, "Old", 1, "same"),
    ] {
        assert_eq!(
            made_of(&known, channel, tells_changes, told(title, hours)),
            expected,
            "{channel} {title:?} {hours}"
        );
    }
    let pending = KnownItem { state: ItemState::Pending, ended_at: None, ..known.clone() };
    assert_eq!(made_of(&pending, 8, false, told("New", 9)), "New besides Old");
    let copy = KnownItem { state: ItemState::Copy, ..known.clone() };
    assert_eq!(made_of(&copy, 7, true, told("New", 1)), "Old besides New, heard");
    // What was heard once is not heard again.
    let heard = KnownItem { other_titles: "First\nNew".into(), ..known };
    assert_eq!(made_of(&heard, 8, true, told("New", 1)), "same");
}

#[test]
fn a_verdict_is_judged_again_when_the_item_is_announced_anew() {
    let judged = |state| KnownItem { state, ..known_item() };
    for state in [ItemState::TooOld, ItemState::NotArticle, ItemState::GivenUp] {
        let known = judged(state);
        let heard = if state == ItemState::TooOld { "" } else { ", heard" };
        assert_eq!(made_of(&known, 7, true, told("Old", 8)), "Old, changed, pending", "{state:?}: a newer date");
        assert_eq!(made_of(&known, 8, true, told("Old", 8)), "Old, changed, pending", "{state:?}: by another channel");
        assert_eq!(
            made_of(&known, 7, true, told("New", 9)),
            "New besides Old, changed, pending",
            "{state:?}: a headline"
        );
        assert_eq!(made_of(&known, 7, true, told("Old", 9)), "same", "{state:?}: nothing new");
        assert_eq!(
            made_of(&known, 8, true, told("New", 9)),
            format!("Old besides New{heard}"),
            "{state:?}: each channel has its own headline"
        );
        let old = AnnouncedItem { state: ItemState::TooOld, ..told("New", 8) };
        assert_eq!(made_of(&known, 7, true, old), "same", "{state:?}: still too old");
    }
    for state in [ItemState::OutOfScope, ItemState::Disallowed] {
        assert!(!made_of(&judged(state), 7, true, told("Old", 1)).contains("pending"), "{state:?}");
    }
    let gone = KnownItem { is_refused: true, ..judged(ItemState::GivenUp) };
    assert_eq!(made_of(&gone, 7, true, told("Old", 1)), "same", "410 is the publisher's word");
}

#[test]
fn what_is_dated_anew_all_the_time_is_requested_less_and_less_often() {
    let known = |first: i64, ended: i64, tries| KnownItem {
        state: ItemState::NotArticle,
        first_seen_at: hours_ago(first),
        ended_at: Some(hours_ago(ended)),
        tries,
        ..known_item()
    };
    for (first, ended, tries, is_pending) in
        [(0, 0, 1, false), (1, 1, 1, true), (2, 1, 1, true), (5, 2, 1, false), (6, 3, 1, true), (0, 0, 0, true)]
    {
        let made = made_of(&known(first, ended, tries), 7, true, told("Old", 0));
        assert_eq!(made.contains("pending"), is_pending, "first seen {first} hours ago, ended {ended} hours ago");
    }
}

#[test]
fn an_aggregator_that_changes_its_addresses_announces_one_article() {
    let known = KnownItem { outlet: "Gazet".into(), key: "search.example/1".into(), ..known_item() };
    let new = |outlet: &str, hours: Option<i64>| AnnouncedItem {
        key: "search.example/2".into(),
        item: Item {
            title: "Old".into(),
            outlet: outlet.into(),
            published_at: hours.map(hours_ago),
            ..Item::default()
        },
        is_relayed: true,
        ..told("Old", 9)
    };
    let is_new = |known: &KnownItem, new: AnnouncedItem| {
        let new = [new];
        let changes = decide_items(ChannelId(7), false, &new, vec![known.clone()], now());
        matches!(changes.items.as_slice(), [ItemChange::Add(_)])
    };
    assert!(!is_new(&known, new("Gazet", Some(9))));
    assert!(!is_new(&known, new("gazet", None)));
    assert!(is_new(&known, new("Blad", Some(9))));
    assert!(is_new(&known, new("Gazet", Some(33))));
    assert!(is_new(&known, AnnouncedItem { is_relayed: false, ..new("Gazet", Some(9)) }));
    // The outlet's own article of the day.
    let own = KnownItem { owner: Some("Gazet".into()), outlet: String::new(), ..known };
    let relayed = |hours| AnnouncedItem { owner: Some("Gazet".into()), ..new("De Gazet", Some(hours)) };
    assert!(!is_new(&own, relayed(11)));
    assert!(is_new(&own, relayed(33)));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_article_read_in_part_waits_for_its_rest_as_long_as_another_try_may_help(failure in failures(), tries in 0u32..20) {
        let tried = Tried { item: ItemId(1), tries };
        match tried.for_the_rest(&failure, now()) {
            Some(Ending::Stays) => prop_assert_eq!(failure.kind, FailureKind::Stopped),
            Some(ending @ (Ending::Again(..) | Ending::Later(..))) => {
                prop_assert!(failure.kind.is_passing());
                prop_assert_eq!(Some(ending), tried.after_failure(&failure, now()));
            }
            Some(Ending::In(..)) => prop_assert!(false, "what was read is never given up"),
            None => prop_assert!(!failure.kind.is_passing() || failure.kind == FailureKind::Skipped || tries >= 7),
        }
    }
}
