//! What a poll changes: its channel, the sitemaps an index names, and new items.

use std::collections::BTreeSet;

use super::*;

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

#[test]
fn a_move_is_trusted_for_a_week() {
    let url = |hours: Option<i64>| {
        KnownChannel::url_after_move("https://a.example/", Some("https://b.example/"), hours.map(hours_ago), now())
    };
    assert_eq!(url(Some(167)), "https://b.example/");
    assert_eq!([url(Some(168)), url(None)], ["https://a.example/", "https://a.example/"]);
    assert_eq!(KnownChannel::url_after_move("https://a.example/", None, Some(now()), now()), "https://a.example/");
}
