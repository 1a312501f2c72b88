//! Properties of the decisions, for all states and answers.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod articles;
mod events;
mod items;
mod polls;
mod watches;

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;

use super::*;
use crate::answer::{Answer, Failure, FailureKind, Response, Validators};
use crate::article::{Article, Item, KeptArticle};
use crate::channel::{Announced, Nested, PageKind};
use crate::i18n::{Cause, CauseCode};
use crate::model::{
    ArticleId, ChannelId, ChannelState, ChannelType, Extent, ItemId, ItemState, PollOutcome, SourceId, StoryId, WatchId,
};
use crate::politeness::{Pace, Skips, Wishes};
use crate::source::{Owners, Source};
use crate::story;

fn now() -> Timestamp {
    "2026-10-10T12:00:00Z".parse().unwrap()
}

fn hours_ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

fn url(path: &str) -> Url {
    Url::parse(&format!("https://a.example/{path}")).unwrap()
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() }
}

fn validators() -> Validators {
    Validators { of: "https://a.example/feed".into(), etag: Some("old".into()), last_modified: None }
}

prop_compose! {
    fn channels()(
        state in select(ChannelState::ALL),
        kind in select(ChannelType::ALL),
        failures in 0u32..12,
        interval in proptest::option::of(600u64..86_400),
        checked in proptest::option::of(1i64..500),
        entries in proptest::option::of(0u64..50),
        is_moved in any::<bool>(),
    ) -> KnownChannel {
        KnownChannel {
            id: ChannelId(7),
            source_id: SourceId(1),
            source: "Kade".into(),
            kind,
            configured: "https://a.example/feed".into(),
            url: if is_moved { "https://b.example/feed" } else { "https://a.example/feed" }.into(),
            depth: 0,
        unchanged_since: None,
            row: ChannelRecord {
                state,
                cause: (state != ChannelState::Ok).then(|| Cause::new(CauseCode::NobodyThere, &[])),
                since: checked.map(hours_ago),
                failures,
                pace: Pace { interval: interval.map(Duration::from_secs), window: None, skips: Skips::default() },
                checked_at: checked.map(hours_ago),
                answered_at: checked.map(hours_ago),
                changed_at: None,
                next_at: checked.map(hours_ago),
                entries,
                validators: checked.map(|_| validators()),
                moved_to: is_moved.then(|| "https://b.example/feed".into()),
                moved_at: is_moved.then(|| hours_ago(1)),
            },
        }
    }
}

fn failures() -> impl Strategy<Value = Failure> {
    let kinds = [
        FailureKind::Disallowed,
        FailureKind::Forbidden,
        FailureKind::Blocked,
        FailureKind::NotFound,
        FailureKind::Gone,
        FailureKind::Busy,
        FailureKind::Unreachable,
        FailureKind::Malformed,
        FailureKind::TooLarge,
        FailureKind::Skipped,
        FailureKind::Stopped,
    ];
    (select(kinds.to_vec()), proptest::option::of(1u64..90_000)).prop_map(|(kind, wait)| Failure {
        kind,
        status: None,
        cause: Cause::new(CauseCode::ServerFailed, &[&500]),
        retry_after: wait.map(Duration::from_secs),
    })
}

fn answer(result: Result<Response, Failure>) -> Answer {
    Answer { id: 7, result, moved_to: None, requests: 1, bytes: 10 }
}

fn response(status: u16, complete: bool) -> Response {
    Response {
        status,
        url: url("feed"),
        body: Vec::new(),
        complete,
        content_type: None,
        etag: Some("new".into()),
        last_modified: None,
        links: None,
        fresh_for: None,
        wishes: Wishes::default(),
    }
}

fn announced(items: Vec<Item>, nested: Vec<Nested>) -> Announced {
    Announced {
        kind: PageKind::Feed,
        title: String::new(),
        items,
        dropped: Vec::new(),
        nested,
        is_cut: false,
        poll_after: None,
        skip_hours: Vec::new(),
        skip_days: Vec::new(),
        language: String::new(),
    }
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (0u8..12, "[a-c]{0,2}", proptest::option::of(0i64..3_000)).prop_map(|(path, title, age)| Item {
        url: Some(url(&format!("article/{path}"))),
        title,
        published_at: age.map(hours_ago),
        ..Item::default()
    });
    proptest::collection::vec(item, 0..15)
}

fn result_of(channel: &KnownChannel, answer: &Answer, listing: &Listing) -> Option<PollResult> {
    let zone = TimeZone::UTC;
    let owners = Owners::default();
    let limits = Limits { zone: &zone, max_age: SignedDuration::from_hours(30 * 24), owners: &owners };
    poll_result(channel, &Source::default(), answer, listing, &limits, now())
}

/// An item that was read nine hours ago.
fn known_item() -> KnownItem {
    KnownItem {
        key: "k".into(),
        owner: None,
        state: ItemState::Read,
        is_refused: false,
        channel: ChannelId(7),
        title: "Old".into(),
        summary: String::new(),
        other_titles: String::new(),
        other_summaries: String::new(),
        content: None,
        outlet: String::new(),
        published_at: Some(hours_ago(9)),
        modified_at: None,
        changed_at: None,
        first_seen_at: hours_ago(9),
        ended_at: Some(hours_ago(9)),
        tries: 1,
    }
}

/// The items as they are stored after these changes.
fn stored(changes: &[ItemChange]) -> Vec<KnownItem> {
    let added = changes.iter().filter_map(|change| match change {
        ItemChange::Add(new) => Some(KnownItem {
            key: new.key.clone(),
            state: new.state,
            title: new.item.title.clone(),
            summary: new.item.summary.clone(),
            outlet: new.item.outlet.clone(),
            published_at: new.item.published_at,
            modified_at: new.item.modified_at,
            ..known_item()
        }),
        ItemChange::Update(_) | ItemChange::Reopen(_) => None,
    });
    let mut items: Vec<KnownItem> = added.collect();
    for change in changes {
        if let ItemChange::Update(item) | ItemChange::Reopen(item) = change {
            *items.iter_mut().find(|known| known.key == item.key).unwrap() = item.clone();
        }
    }
    items
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_announced_item_is_stored_once(channel in channels(), items in items()) {
        let paths: BTreeSet<String> = items.iter().map(|item| item.url.clone().unwrap().path().to_owned()).collect();
        let listing = Listing::Announced(Box::new(announced(items, Vec::new())), 0);
        let result = result_of(&channel, &answer(Ok(response(200, true))), &listing).unwrap();
        let changes = decide_poll(&channel, &result, Vec::new(), &[], Held::default(), now());
        let known = stored(&changes.items);
        prop_assert_eq!(known.len(), paths.len());
        prop_assert_eq!(changes.new.len(), paths.len());
        // What is stored is not new when it is announced again, and nothing changes a second time.
        let again = decide_poll(&channel, &result, known.clone(), &[], Held::default(), now());
        prop_assert_eq!(again.new.len(), 0);
        prop_assert!(again.gap.is_none());
        for new in result.items.iter().filter(|new| new.state == ItemState::Pending && !new.item.title.is_empty()) {
            let item = known.iter().find(|known| known.key == new.key).unwrap();
            prop_assert!(item.state != ItemState::Pending || !item.title.is_empty(), "an empty headline takes none away");
        }
    }

    #[test]
    fn a_failure_forgets_nothing_and_waits(channel in channels(), failure in failures()) {
        let wait = failure.retry_after;
        let Some(result) = result_of(&channel, &answer(Err(failure.clone())), &Listing::Unchanged) else {
            prop_assert!(matches!(failure.kind, FailureKind::Skipped | FailureKind::Stopped));
            return Ok(());
        };
        let after = decide_poll(&channel, &result, Vec::new(), &[], Held::default(), now()).channel;
        prop_assert!(result.outcome.is_failure());
        prop_assert_eq!(after.failures, channel.row.failures + 1);
        prop_assert_eq!(&after.validators, &channel.row.validators);
        prop_assert_eq!(after.entries, channel.row.entries);
        prop_assert_eq!(after.answered_at, channel.row.answered_at);
        prop_assert_eq!(&after.pace, &channel.row.pace);
        let next = after.next_at.unwrap();
        prop_assert!(next >= now() + SignedDuration::from_mins(10));
        prop_assert!(wait.is_none_or(|wait| next >= now() + SignedDuration::try_from(wait).unwrap()));
        // What is gone is the place that it moved to.
        prop_assert!(after.state != ChannelState::Gone || channel.url == channel.configured);
    }

    #[test]
    fn the_time_of_a_state_moves_only_with_the_state(channel in channels(), failure in failures(), kind in 0u8..3) {
        let listing = if kind == 1 { Listing::Announced(Box::new(announced(Vec::new(), Vec::new())), 0) } else { Listing::Unchanged };
        let answer = answer(match kind { 0 => Ok(response(304, true)), 1 => Ok(response(200, true)), _ => Err(failure) });
        let Some(result) = result_of(&channel, &answer, &listing) else { return Ok(()) };
        let after = decide_poll(&channel, &result, Vec::new(), &[], Held::default(), now()).channel;
        if after.state == channel.row.state {
            prop_assert_eq!(after.since, channel.row.since);
        } else {
            prop_assert_eq!(after.since, Some(now()));
        }
        prop_assert_eq!(after.checked_at, Some(now()));
        if kind == 0 && channel.row.state.is_working() {
            prop_assert_eq!((after.state, &after.cause), (channel.row.state, &channel.row.cause));
        }
    }

    #[test]
    fn only_a_whole_answer_gives_validators(channel in channels(), items in items(), complete in any::<bool>()) {
        let listing = Listing::Announced(Box::new(announced(items, Vec::new())), 0);
        let result = result_of(&channel, &answer(Ok(response(200, complete))), &listing).unwrap();
        let after = decide_poll(&channel, &result, Vec::new(), &[], Held::default(), now()).channel;
        let etag = after.validators.and_then(|known| known.etag);
        let expected = if complete { Some("new") } else { channel.row.validators.as_ref().and_then(|v| v.etag.as_deref()) };
        prop_assert_eq!(etag.as_deref(), expected);
    }

    #[test]
    fn sitemaps_of_an_index_are_polled_while_it_names_them(
        named in proptest::collection::btree_set(0u8..8, 0..8),
        known in proptest::collection::btree_map(0u8..8, (any::<bool>(), 0u8..3), 0..8),
    ) {
        let mut channel_row = KnownChannel { kind: ChannelType::Sitemap, ..sitemap_index() };
        channel_row.row.state = ChannelState::Ok;
        let place = |n: u8| url(&format!("s{n}.xml"));
        let children: Vec<KnownChild> = known
            .iter()
            .map(|(n, (is_active, parent))| KnownChild {
                id: ChannelId(100 + i64::from(*n)),
                url: place(*n).to_string(),
                parent: [None, Some(ChannelId(7)), Some(ChannelId(8))][usize::from(*parent)],
                is_active: *is_active,
                checked_at: Some(hours_ago(1)),
            })
            .collect();
        let nested = named.iter().map(|n| Nested { url: place(*n), modified_at: None }).collect();
        let listing = Listing::Announced(Box::new(announced(Vec::new(), nested)), 0);
        let result = result_of(&channel_row, &answer(Ok(response(200, true))), &listing).unwrap();
        let changes = decide_poll(&channel_row, &result, Vec::new(), &children, Held::default(), now()).children;
        for n in 0u8..8 {
            let child = children.iter().find(|child| child.url == place(n).to_string());
            let is_added = changes.contains(&ChildChange::Add(place(n).to_string()));
            prop_assert_eq!(is_added, named.contains(&n) && child.is_none());
            let Some(child) = child else { continue };
            let rests = changes.contains(&ChildChange::Deactivate(child.id));
            let wakes = changes.iter().any(|change| matches!(change, ChildChange::Wake(id, _) if *id == child.id));
            prop_assert!(child.parent.is_some() || !(rests || wakes), "a configured sitemap follows the configuration");
            prop_assert!(child.parent != Some(ChannelId(7)) || rests == (child.is_active && !named.contains(&n)));
            prop_assert!(child.parent.is_none() || wakes == (!child.is_active && named.contains(&n)));
        }
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

    #[test]
    fn watches_of_a_configuration_have_one_row_each(
        known in proptest::collection::btree_map("[A-C]", (proptest::option::of("[x-z]"), "[p-q]", any::<bool>()), 0..4),
        specs in proptest::collection::btree_map("[A-C]", (proptest::option::of("[x-z]"), "[p-q]"), 0..4),
    ) {
        let mut keys = BTreeSet::new();
        let known: Vec<KnownWatch> = (1..)
            .zip(known)
            .map(|(id, (name, (key, definition, active)))| {
                let key = key.filter(|key| keys.insert(key.clone()));
                KnownWatch { id: WatchId(id), name, key, definition, active }
            })
            .collect();
        let mut keys = BTreeSet::new();
        let specs: Vec<WatchSpec> = specs
            .into_iter()
            .map(|(name, (key, definition))| {
                let key = key.filter(|key| keys.insert(key.clone()));
                WatchSpec { name, key, group: None, definition }
            })
            .collect();
        let (changes, _) = decide_watches(&known, &specs);
        let mut names: Vec<(Option<WatchId>, String)> =
            known.iter().map(|watch| (Some(watch.id), watch.name.clone())).collect();
        let mut configured = 0;
        for change in &changes {
            match change {
                WatchChange::Rename(id, name) => names.iter_mut().find(|row| row.0 == Some(*id)).unwrap().1.clone_from(name),
                WatchChange::Set(id, _, spec, _) => {
                    configured += 1;
                    names.iter_mut().find(|row| row.0 == Some(*id)).unwrap().1.clone_from(&spec.name);
                }
                WatchChange::Add(_, spec) => {
                    configured += 1;
                    names.push((None, spec.name.clone()));
                }
            }
        }
        prop_assert_eq!(configured, specs.len());
        let distinct: BTreeSet<&String> = names.iter().map(|row| &row.1).collect();
        prop_assert_eq!(distinct.len(), names.len(), "{:?}", names);
    }
}

fn sitemap_index() -> KnownChannel {
    KnownChannel {
        id: ChannelId(7),
        source_id: SourceId(1),
        source: "Kade".into(),
        kind: ChannelType::Sitemap,
        configured: "https://a.example/index.xml".into(),
        url: "https://a.example/index.xml".into(),
        depth: 0,
        unchanged_since: None,
        row: ChannelRecord {
            state: ChannelState::Ok,
            cause: None,
            since: None,
            failures: 0,
            pace: Pace::default(),
            checked_at: None,
            answered_at: None,
            changed_at: None,
            next_at: None,
            entries: None,
            validators: None,
            moved_to: None,
            moved_at: None,
        },
    }
}

#[test]
fn a_sitemap_that_an_index_names_twice_is_polled_once() {
    let nested = |n: u8, hours| Nested { url: url(&format!("s{n}.xml")), modified_at: Some(hours_ago(hours)) };
    let page = announced(Vec::new(), vec![nested(1, 1), nested(2, 2), nested(1, 3)]);
    let result = result_of(&sitemap_index(), &answer(Ok(response(200, true))), &Listing::Announced(Box::new(page), 0));
    let result = result.unwrap();
    let named = |n: u8| ChildChange::Add(url(&format!("s{n}.xml")).to_string());
    let changes = decide_poll(&sitemap_index(), &result, Vec::new(), &[], Held::default(), now());
    assert_eq!(changes.children, [named(1), named(2)]);
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

#[test]
fn posts_of_a_page_are_items_of_their_own_and_comments_are_not() {
    let entries = |links: &[(&str, &str)]| -> Vec<String> {
        let item = |(path, title): &(&str, &str)| Item {
            url: Some(url(path)),
            title: (*title).into(),
            published_at: Some(hours_ago(1)),
            ..Item::default()
        };
        let page = announced(links.iter().map(item).collect(), Vec::new());
        let listing = Listing::Announced(Box::new(page), 0);
        let channel = KnownChannel { kind: ChannelType::Feed, ..sitemap_index() };
        let result = result_of(&channel, &answer(Ok(response(200, true))), &listing).unwrap();
        let changes = decide_poll(&channel, &result, Vec::new(), &[], Held::default(), now());
        let line = |change: &ItemChange| match change {
            ItemChange::Add(new) => Some(format!("{} {}", new.key.trim_start_matches("a.example/"), new.state.name())),
            ItemChange::Update(_) | ItemChange::Reopen(_) => None,
        };
        changes.items.iter().filter_map(line).collect()
    };
    assert_eq!(
        entries(&[("live#post-1", "Fire"), ("live#post-2", "Bridge")]),
        ["live#post-1 copy", "live#post-2 copy", "live pending"]
    );
    assert_eq!(entries(&[("live", "Live"), ("live#post-2", "Bridge")]), ["live pending", "live#post-2 copy"]);
    assert_eq!(entries(&[("a#xtor=RSS-1", "Fire"), ("a#xtor=RSS-2", "Bridge")]), ["a pending"]);
    assert_eq!(entries(&[("a", "Fire"), ("a#comments", "Comments on Fire")]), ["a pending"]);
    assert_eq!(entries(&[("a#top", "Fire"), ("a", "Fire")]), ["a pending"]);
    assert_eq!(entries(&[("a#p1", "Fire")]), ["a pending"]);
}

/// An article of so many words from the `from`-th on.
fn article(title: &str, from: usize, words: usize) -> KeptArticle {
    let text: Vec<String> = (from..from + words).map(|word| format!("word{word}")).collect();
    let page = url("page");
    KeptArticle::from(Article {
        url: page.clone(),
        canonical_url: page,
        title: title.into(),
        author: String::new(),
        credit: String::new(),
        published_at: Some(hours_ago(2)),
        modified_at: None,
        language: "en".into(),
        summary: String::new(),
        text: text.join(" "),
        paywalled: false,
        advertorial: false,
        image: None,
        section: String::new(),
        original_outlet: None,
        original_url: None,
    })
}

fn note(watch: &str) -> MentionNote {
    MentionNote {
        watch: watch.into(),
        terms: "word1".into(),
        snippet: "word1".into(),
        hits: "[]".into(),
        is_beside: false,
    }
}

fn neighbour(id: i64, key: &str, kept: &KeptArticle, extent: Extent, watches: &[&str]) -> Neighbour {
    let mention =
        |watch: &&str| KnownMention { watch: (*watch).into(), terms: "word1".into(), is_beside: false, gone_at: None };
    Neighbour {
        id: ArticleId(id),
        extent,
        key: key.into(),
        url: format!("https://a.example/{id}"),
        title: kept.title.clone(),
        published_at: kept.published_at,
        read_at: hours_ago(1),
        language: "en".into(),
        summary: kept.summary.clone(),
        text: kept.text.clone(),
        fingerprint: story::fingerprint(&kept.text).exact,
        story: StoryId(id),
        mentions: watches.iter().map(mention).collect(),
        last_version: Some(KnownVersion {
            seen_at: "2026-10-10T11:00:00Z".into(),
            title: kept.title.clone(),
            text_hash: story::hash(&kept.text),
        }),
    }
}

/// What is decided of a reading, its changes by name.
struct Case {
    names: Vec<String>,
    saved: Saved,
    /// What the store looked for.
    lookup: &'static str,
}

fn decided(kept: &KeptArticle, extent: Extent, watches: &[&str], near: &Neighbours) -> Case {
    decided_among(kept, extent, watches, near, &Related::default(), &Members::default())
}

fn decided_among(
    kept: &KeptArticle,
    extent: Extent,
    watches: &[&str],
    near: &Neighbours,
    related: &Related,
    members: &Members,
) -> Case {
    let wishes = Wishes::default();
    let print = story::fingerprint(&kept.text);
    let mentions: Vec<MentionNote> = watches.iter().map(|watch| note(watch)).collect();
    let reading = Reading {
        item: ItemId(9),
        owner: None,
        key: "claimed",
        address: "a.example/claimed",
        own_key: "own",
        own_address: "a.example/own",
        is_sure: false,
        article: kept,
        extent,
        fingerprint: (extent == Extent::Full).then_some(&print),
        original_address: None,
        wishes: &wishes,
        mentions: &mentions,
        validators: None,
        at: now(),
        story_window: SignedDuration::from_hours(24),
    };
    let found = identify(&reading, near);
    let lookup = found.story_lookup().map_or("nothing", |lookup| match lookup.fingerprint {
        Some(_) => "copies",
        None => "addresses",
    });
    let placed = found.place(related);
    let decided = decide_reading(&placed, members, None);
    let of = |target: &ArticleRef| match target {
        ArticleRef::New => "new".to_owned(),
        ArticleRef::Known(id) => id.to_string(),
    };
    let names = decided.changes.iter().map(|change| match change {
        Change::ReleaseKey(_, key) => format!("release {key}"),
        Change::Insert(_, row) => format!("insert {}", row.reading.key),
        Change::Update(id, row) => format!("update {id} read {}", row.read_at),
        Change::ArchiveText(id, _) => format!("archive {id}"),
        Change::AddVersion { of: target, .. } => format!("version {}", of(target)),
        Change::MergeStories(from, into) => format!("merge {from} into {into}"),
        Change::SetStory(target, story, _) => {
            format!("story {} {}", of(target), story.map_or("own".into(), |s| s.to_string()))
        }
        Change::DropText(id) => format!("drop {id}"),
        Change::KeepText { of: target, .. } => format!("keep {}", of(target)),
        Change::NoteRevisit(id, _) => format!("revisit {id}"),
        Change::NoteAbsence(id, absence) => format!("absence of {id}: {absence:?}"),
        Change::Absorb(id, target) => format!("absorb {id} into {}", of(target)),
        Change::Mention(target, MentionChange::Add(note), _) => format!("add {} to {}", note.watch, of(target)),
        Change::Mention(target, MentionChange::Renew(note), _) => format!("renew {} of {}", note.watch, of(target)),
        Change::Mention(_, MentionChange::Gone(watch, since), _) => format!("gone {watch} {}", since.is_some()),
        Change::EndItem(_, Ending::In(state, _), target, _) => {
            format!("end {} {}", state.name(), target.as_ref().map_or_else(String::new, of))
        }
        Change::EndItem(..) => "end".to_owned(),
    });
    Case { names: names.collect(), saved: decided.saved, lookup }
}

fn near(same: Vec<(SameBy, Neighbour)>, own: Option<i64>) -> Neighbours {
    Neighbours { source: SourceId(1), own: own.map(ArticleId), same, ..Neighbours::default() }
}

const BY_KEY: SameBy = SameBy { key: true, own_key: false, content: false, relayed: false, part: false };
const BY_CONTENT: SameBy = SameBy { key: false, own_key: false, content: true, relayed: false, part: false };

#[test]
fn a_new_article_is_inserted_with_its_version_story_and_mentions() {
    let case = decided(&article("A", 0, 60), Extent::Full, &["w"], &near(Vec::new(), None));
    assert_eq!(
        case.names,
        ["insert claimed", "version new", "story new own", "keep new", "add w to new", "end read new"]
    );
    assert_eq!(case.saved, Saved { known: false, is_copy: false, mentions: 1 });
    assert_eq!(case.lookup, "copies");
}

#[test]
fn a_reading_without_news_is_a_copy_and_one_with_news_an_update() {
    let kept = article("A", 0, 60);
    let same = || near(vec![(BY_KEY, neighbour(3, "claimed", &kept, Extent::Full, &["w"]))], None);
    let copy = decided(&kept, Extent::Full, &["w"], &same());
    assert_eq!(copy.names, ["end copy 3"]);
    let preview = decided(&kept, Extent::Preview, &["w"], &same());
    assert_eq!(preview.names, ["end copy 3"], "less than what is known");
    let news = decided(&kept, Extent::Full, &["w", "v"], &same());
    // Its item is another one than that of the known article, yet the article was written.
    assert_eq!(news.names, ["update 3 read 2026-10-10T11:00:00Z", "renew w of 3", "add v to 3", "end read 3"]);
    assert_eq!(news.saved.mentions, 1);
    assert_eq!([copy.lookup, preview.lookup, news.lookup], ["nothing", "nothing", "addresses"]);
}

#[test]
fn only_a_new_text_is_compared_with_others() {
    let (before, after) = (article("A", 0, 60), article("A", 2, 60));
    let same = |kept| near(vec![(BY_KEY, neighbour(3, "claimed", kept, Extent::Full, &["w"]))], Some(3));
    let changed = decided(&after, Extent::Full, &["w", "v"], &same(&before));
    assert_eq!(changed.lookup, "copies");
    let placed = ["story 3 3", "drop 3", "keep 3"];
    assert!(placed.iter().all(|name| changed.names.iter().any(|change| change == name)), "{:?}", changed.names);
    // The story by an address that the page names only now is its own from now on, and its text stays where it is.
    let related = Related { stories: vec![StoryId(2)], ..Related::default() };
    let near = same(&before);
    let unchanged = decided_among(&before, Extent::Full, &["w", "v"], &near, &related, &Members::default());
    assert_eq!(unchanged.lookup, "addresses");
    assert_eq!(unchanged.names[1], "merge 3 into 2");
    assert!(!placed.iter().any(|name| unchanged.names.iter().any(|change| change == name)), "{:?}", unchanged.names);
}

#[test]
fn a_page_that_claims_the_address_of_another_article_is_kept_under_its_own() {
    let (kept, other) = (article("A", 0, 60), article("B 7", 500, 60));
    let claimed = near(vec![(BY_KEY, neighbour(3, "claimed", &other, Extent::Full, &[]))], None);
    let case = decided(&kept, Extent::Full, &[], &claimed);
    assert_eq!(case.names[0], "insert own");
    let both = near(
        vec![
            (BY_KEY, neighbour(3, "claimed", &other, Extent::Full, &[])),
            (SameBy { own_key: true, ..SameBy::default() }, neighbour(4, "own", &other, Extent::Full, &[])),
        ],
        None,
    );
    let case = decided(&kept, Extent::Full, &[], &both);
    assert_eq!(case.names[..2], ["release own", "insert own"]);
}

#[test]
fn a_headline_becomes_its_article_and_keeps_its_mentions() {
    let (headline, kept) = (article("A", 0, 0), article("A", 0, 60));
    let known = neighbour(3, "k", &headline, Extent::Headline, &["w"]);
    let case = decided(&kept, Extent::Full, &["w"], &near(vec![(BY_CONTENT, known)], Some(3)));
    assert!(case.names.contains(&"update 3 read 2026-10-10T12:00:00Z".to_owned()), "{:?}", case.names);
    assert!(case.names.contains(&"renew w of 3".to_owned()) && case.names.last().unwrap() == "end read 3");
    assert_eq!(case.saved.mentions, 0);
    // Its page is an article that is known under another item: the headline becomes a part of it.
    let full = neighbour(2, "claimed", &kept, Extent::Full, &[]);
    let headline = neighbour(3, "k", &headline, Extent::Headline, &["w"]);
    let both = near(vec![(BY_KEY, full), (BY_CONTENT, headline)], Some(3));
    let case = decided(&kept, Extent::Full, &[], &both);
    assert_eq!(case.names, ["absorb 3 into 2", "end copy 2"]);
}

#[test]
fn nearly_the_same_text_of_one_outlet_within_a_day_is_one_article() {
    let kept = article("Strike 3", 0, 200);
    let twin = neighbour(2, "k", &kept, Extent::Full, &["w"]);
    let near = near(Vec::new(), None);
    let related = Related { equal: vec![ArticleId(2)], stories: vec![StoryId(2), StoryId(5)], ..Related::default() };
    let members = Members { standing: Vec::new(), of_source: vec![twin.clone()] };
    let case = decided_among(&kept, Extent::Full, &["w"], &near, &related, &members);
    assert_eq!(case.names, ["merge 5 into 2", "end copy 2"]);
    // A watch that matches the new one alone keeps both.
    let case = decided_among(&kept, Extent::Full, &["v"], &near, &related, &members);
    assert_eq!(case.names[0], "insert claimed");
    let old = Neighbour { published_at: Some(hours_ago(40)), ..twin };
    let case =
        decided_among(&kept, Extent::Full, &["w"], &near, &related, &Members { of_source: vec![old], ..members });
    assert_eq!(case.names[0], "insert claimed");
}

#[test]
fn an_article_that_no_longer_has_the_terms_is_marked_so() {
    let (before, after) = (article("A", 0, 60), article("A", 2, 60));
    let mut known = neighbour(3, "claimed", &before, Extent::Full, &["w"]);
    known.url = after.url.to_string();
    let case = decided(&after, Extent::Full, &["v"], &near(vec![(BY_KEY, known)], Some(3)));
    assert!(case.names.contains(&"archive 3".to_owned()) && case.names.contains(&"version 3".to_owned()));
    // "word1" stands in "word10", as a part of it: what is left is not marked.
    assert!(!case.names.iter().any(|name| name.starts_with("gone")), "{:?}", case.names);
    let without = article("A", 200, 60);
    let mut known = neighbour(3, "claimed", &before, Extent::Full, &["w"]);
    known.url = without.url.to_string();
    let case = decided(&without, Extent::Full, &["v"], &near(vec![(BY_KEY, known)], Some(3)));
    assert!(case.names.contains(&"gone w true".to_owned()), "{:?}", case.names);
}

#[test]
fn a_later_reading_never_makes_an_article_worse() {
    let known = |title, from, words| neighbour(3, "claimed", &article(title, from, words), Extent::Full, &["w"]);
    let is_kept = |known: Neighbour, kept: &KeptArticle, extent| {
        let near = near(vec![(BY_KEY, known)], Some(3));
        let names = decided(kept, extent, &["w", "v"], &near).names;
        !names.iter().any(|name| name.starts_with("update") || name.starts_with("version"))
    };
    let french = article("Fire in port", 900, 300);
    let french = KeptArticle::from(Article { language: "fr".into(), ..Article::clone(&french) });
    for (what, kept, extent, expected) in [
        ("a gate that is declared", article("Fire in port", 0, 150), Extent::Preview, true),
        ("the first paragraph, and no word of a gate", article("Fire in port", 0, 90), Extent::Full, true),
        ("a few words", article("Fire in port", 900, 20), Extent::Full, true),
        ("nothing", article("Fire in port", 0, 0), Extent::Full, true),
        ("a notice under the headline", article("Fire in port", 900, 120), Extent::Full, true),
        ("a maintenance page", article("Back soon", 900, 190), Extent::Full, true),
        ("a text in another language", french, Extent::Full, true),
        ("a paragraph less", article("Fire in port", 0, 150), Extent::Full, false),
        ("rewritten", article("Fire in port", 900, 180), Extent::Full, false),
        ("a newsflash that became a report", article("Two dead", 900, 600), Extent::Full, false),
        ("another headline over the same text", article("Two dead", 0, 200), Extent::Full, false),
    ] {
        assert_eq!(is_kept(known("Fire in port", 0, 200), &kept, extent), expected, "{what}");
    }
    // A text that was deleted, or a mere headline, has nothing to lose.
    let deleted = Neighbour { text: String::new(), ..known("Fire in port", 0, 200) };
    assert!(!is_kept(deleted, &article("Fire in port", 0, 30), Extent::Full));
    let headline = neighbour(3, "claimed", &article("Fire in port", 0, 0), Extent::Headline, &["w"]);
    assert!(!is_kept(headline, &article("Back soon", 0, 30), Extent::Full));
}

#[test]
fn typography_makes_no_version() {
    let known = neighbour(3, "claimed", &article("Brand - 'alles weg'", 0, 60), Extent::Full, &["w"]);
    let versions = |title: &str| {
        let near = near(vec![(BY_KEY, known.clone())], Some(3));
        let names = decided(&article(title, 0, 60), Extent::Full, &["w", "v"], &near).names;
        names.iter().filter(|name| name.starts_with("version")).count()
    };
    assert_eq!(versions("BRAND – ‘alles weg’"), 0);
    assert_eq!(versions("Brand – alles weg?"), 1);
}

#[test]
fn outcomes_of_a_moved_channel() {
    let moved = KnownChannel { url: "https://b.example/index.xml".into(), ..sitemap_index() };
    let gone = Failure {
        kind: FailureKind::Gone,
        status: Some(410),
        cause: Cause::new(CauseCode::Gone, &[]),
        retry_after: None,
    };
    let result = result_of(&moved, &answer(Err(gone.clone())), &Listing::Unchanged).unwrap();
    assert_eq!(result.outcome, PollOutcome::Failing);
    let after = decide_poll(&moved, &result, Vec::new(), &[], Held::default(), now()).channel;
    assert_eq!((after.state, after.moved_to), (ChannelState::Failing, None));
    let result = result_of(&sitemap_index(), &answer(Err(gone)), &Listing::Unchanged).unwrap();
    assert_eq!(result.outcome, PollOutcome::Gone);
}
