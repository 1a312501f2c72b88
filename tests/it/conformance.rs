//! What every storage engine must do: each check takes an empty store, and uses nothing but its units of work.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use presswatch::answer::{Answer, Failure, FailureKind, Response};
use presswatch::article::{Article, Item, KeptArticle};
use presswatch::channel::{Announced, PageKind};
use presswatch::crawl::{join_events, save};
use presswatch::decide::{
    Ending, ItemReason, Limits, Listing, MentionNote, PollChanges, Reading, Saved, WatchSpec, decide_poll, poll_result,
};
use presswatch::digest::Period;
use presswatch::error::Error;
use presswatch::i18n::{Cause, CauseCode};
use presswatch::model::{ChannelType, Extent, ItemId, ItemState, RunId};
use presswatch::politeness::{BackOff, Host, Wishes};
use presswatch::source::{Owners, Source};
use presswatch::store::{ChannelSpec, Mode, Sought, Store, Wanted};
use presswatch::story;
use url::Url;

/// Runs a check against a new store of each engine.
fn on_each_engine(check: impl Fn(&Store)) {
    check(&Store::in_memory().unwrap());
    let folder = tempfile::tempdir().unwrap();
    check(&Store::open(&folder.path().join("presswatch.db"), Mode::Write).unwrap());
}

fn now() -> Timestamp {
    "2026-10-10T12:00:00Z".parse().unwrap()
}

fn hours_later(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

fn watch(name: &str, definition: &str) -> WatchSpec {
    WatchSpec { name: name.into(), key: None, group: None, definition: definition.into() }
}

/// Two outlets with a feed each, and a watch.
fn configured(store: &Store) -> RunId {
    let names = ["Kade", "Phare"];
    let sources: Vec<Source> =
        names.iter().map(|name| Source { name: (*name).into(), enabled: true, ..Source::default() }).collect();
    let channels: Vec<ChannelSpec> = names
        .iter()
        .map(|name| ChannelSpec {
            source: (*name).into(),
            kind: ChannelType::Feed,
            url: format!("https://{}.example/rss", name.to_lowercase()),
            watch: None,
        })
        .collect();
    assert_eq!(store.sync(&sources, &channels, &[watch("Quay", "quay")], now()).unwrap(), ["Quay"]);
    store.begin_run("0", now()).unwrap()
}

fn answered(result: Result<u16, FailureKind>) -> Answer {
    let result = match result {
        Ok(status) => Ok(Response {
            status,
            url: Url::parse("https://kade.example/rss").unwrap(),
            body: Vec::new(),
            complete: true,
            content_type: None,
            etag: Some("v1".into()),
            last_modified: None,
            links: None,
            fresh_for: None,
            wishes: Wishes::default(),
        }),
        Err(kind) => {
            Err(Failure { kind, status: None, cause: Cause::new(CauseCode::NobodyThere, &[]), retry_after: None })
        }
    };
    Answer { id: 0, result, moved_to: None, requests: 1, bytes: 5 }
}

/// Has a source's feed announce items by these paths; returns how many were new.
fn poll(store: &Store, run: RunId, source: &str, answer: &Answer, paths: &[&str], at: Timestamp) -> usize {
    let channel = store.due(run, at, true).unwrap().into_iter().find(|channel| channel.source == source).unwrap();
    let item = |path: &&str| Item {
        url: Url::parse(&format!("https://{}.example/{path}", source.to_lowercase())).ok(),
        title: format!("Title of {path}"),
        ..Item::default()
    };
    let listing = match &answer.result {
        Ok(response) if response.status == 200 => {
            let announced = Announced {
                kind: PageKind::Feed,
                title: String::new(),
                items: paths.iter().map(item).collect(),
                dropped: Vec::new(),
                nested: Vec::new(),
                is_cut: false,
                poll_after: None,
                skip_hours: Vec::new(),
                skip_days: Vec::new(),
                language: String::new(),
            };
            Listing::Announced(Box::new(announced), 0)
        }
        _ => Listing::Unchanged,
    };
    let limits = Limits { zone: &TimeZone::UTC, max_age: SignedDuration::MAX, owners: &Owners::default() };
    let result = poll_result(&channel, &Source::default(), answer, &listing, &limits, at).unwrap();
    let known = store.known(&channel, &result).unwrap();
    let changes: PollChanges = decide_poll(&channel, &result, known.items, &known.children, at);
    store.apply_poll(run, &channel, &changes).unwrap();
    changes.new.len()
}

/// A text of so many words from the `from`-th on.
fn text(from: usize, words: usize) -> String {
    (from..from + words).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ")
}

/// Has an item read, with a mention where there is a watch.
fn read(store: &Store, item: ItemId, url: &str, title: &str, text: &str, watched: Option<&str>) -> Saved {
    let url = Url::parse(url).unwrap();
    let article = KeptArticle::from(Article {
        url: url.clone(),
        canonical_url: url.clone(),
        title: title.into(),
        author: String::new(),
        credit: String::new(),
        published_at: Some(hours_later(-1)),
        modified_at: None,
        language: "en".into(),
        summary: String::new(),
        text: text.into(),
        paywalled: false,
        image: None,
        section: String::new(),
        original_outlet: None,
        original_url: None,
    });
    let print = story::fingerprint(&article.text);
    let key = presswatch::canonical_url::key(&url, None);
    let note = |watch: &str| MentionNote {
        watch: watch.into(),
        terms: "word1".into(),
        snippet: "word1".into(),
        hits: "[]".into(),
        is_beside: false,
    };
    let mentions: Vec<MentionNote> = watched.into_iter().map(note).collect();
    let reading = Reading {
        item,
        owner: None,
        key: &key,
        address: &key,
        own_key: &key,
        own_address: &key,
        is_sure: false,
        article: &article,
        extent: Extent::Full,
        fingerprint: Some(&print),
        original_address: None,
        wishes: &Wishes::default(),
        mentions: &mentions,
        validators: None,
        at: now(),
        story_window: SignedDuration::from_hours(24),
    };
    save(store, &reading, None).unwrap()
}

fn pending(store: &Store, at: Timestamp) -> Vec<(ItemId, String)> {
    let items = store.pending(at, false, ItemId::default(), 100).unwrap();
    items.into_iter().map(|item| (item.id, item.url)).collect()
}

fn ever() -> Period {
    Period { since: None, until: hours_later(24), by_published: false, only_new: false }
}

#[test]
fn a_poll_is_kept_with_its_items_and_validators() {
    on_each_engine(|store| {
        let run = configured(store);
        assert_eq!(poll(store, run, "Kade", &answered(Ok(200)), &["a", "b", "a"], now()), 2);
        assert_eq!(pending(store, now()).len(), 2);
        let again = store.begin_run("0", hours_later(1)).unwrap();
        let due = store.due(again, hours_later(1), true).unwrap();
        // What was never requested comes first.
        assert_eq!(due.iter().map(|channel| channel.source.as_str()).collect::<Vec<_>>(), ["Phare", "Kade"]);
        assert_eq!(due[1].row.validators.as_ref().unwrap().etag.as_deref(), Some("v1"));
        assert_eq!((due[1].row.entries, due[1].row.failures), (Some(3), 0));
        assert_eq!(poll(store, again, "Kade", &answered(Err(FailureKind::Unreachable)), &[], hours_later(1)), 0);
        assert_eq!(store.due(again, hours_later(1), true).unwrap().len(), 1, "a channel is polled once a run");
        let health = &store.health().unwrap()[0];
        assert_eq!((health.state.name(), health.items, health.pending), ("failing", 2, 2));
        let ledger = store.ledger(&ever()).unwrap();
        assert_eq!((ledger[0].asked, ledger[0].failed, ledger[0].seen, ledger[0].pending), (2, 1, 2, 2));
    });
}

#[test]
fn an_item_waits_for_its_time_and_ends_in_one_state() {
    on_each_engine(|store| {
        let run = configured(store);
        poll(store, run, "Kade", &answered(Ok(200)), &["a", "b"], now());
        let items = pending(store, now());
        let why = || ItemReason::Failure(Cause::new(CauseCode::NobodyThere, &[]));
        store.end_item(items[0].0, &Ending::Again(hours_later(2), why()), now()).unwrap();
        store.end_item(items[1].0, &Ending::In(ItemState::GivenUp, Some(why())), now()).unwrap();
        assert_eq!(pending(store, hours_later(1)), []);
        assert_eq!(pending(store, hours_later(2)), [items[0].clone()]);
        assert_eq!(store.pending(now(), true, ItemId::default(), 9).unwrap()[0].tries, 1, "force ignores the time");
        assert_eq!(store.count_pending().unwrap(), 1);
        let states = store.item_states().unwrap();
        assert_eq!(states, [("Kade".to_owned(), ItemState::GivenUp, 1), ("Kade".to_owned(), ItemState::Pending, 1)]);
    });
}

#[test]
fn copies_are_one_story_and_coverage_has_each_article_once() {
    on_each_engine(|store| {
        let run = configured(store);
        poll(store, run, "Kade", &answered(Ok(200)), &["a", "b"], now());
        poll(store, run, "Phare", &answered(Ok(200)), &["c"], now());
        let [a, b, c] = [0, 1, 2].map(|at| pending(store, now())[at].0);
        let text = text(0, 80);
        let new = read(store, a, "https://kade.example/a", "A", &text, Some("Quay"));
        assert_eq!(new, Saved { known: false, is_copy: false, mentions: 1 });
        let copy = read(store, b, "https://kade.example/b", "A", &text, Some("Quay"));
        assert_eq!(copy, Saved { known: true, is_copy: true, mentions: 0 });
        let elsewhere = read(store, c, "https://phare.example/c", "C", &text, Some("Quay"));
        assert_eq!(elsewhere, Saved { known: false, is_copy: false, mentions: 1 });
        assert_eq!(pending(store, now()), []);
        let period = ever();
        let mut mentions = store.mentions(&Wanted { period: &period, watches: None }).unwrap();
        mentions.sort_by_key(|mention| mention.id);
        assert_eq!(mentions.iter().map(|mention| &*mention.title).collect::<Vec<_>>(), ["A", "C"]);
        assert_eq!(mentions[0].story, mentions[1].story);
        store.mark_told(mentions.iter().take(1).map(|mention| mention.id), now()).unwrap();
        let period = Period { only_new: true, ..ever() };
        let left = store.mentions(&Wanted { period: &period, watches: None }).unwrap();
        assert_eq!(left.iter().map(|mention| &*mention.title).collect::<Vec<_>>(), ["C"]);
        assert_eq!(join_events(store).unwrap(), 1, "copies are of one event");
        assert_eq!((store.events_pending().unwrap().len(), store.count_articles().unwrap()), (0, 2));
    });
}

#[test]
fn stored_articles_are_found_and_a_new_watch_finds_the_past() {
    on_each_engine(|store| {
        let run = configured(store);
        poll(store, run, "Kade", &answered(Ok(200)), &["a", "b"], now());
        let items = pending(store, now());
        read(store, items[0].0, "https://kade.example/a", "Heron", &text(0, 40), None);
        read(store, items[1].0, "https://kade.example/b", "Crane", &text(500, 40), None);
        let query = presswatch::query::Query::parse("word7").unwrap();
        let sought = Sought { need: query.need(), ..Sought::default() };
        let found = store.find(&sought).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(store.found(found[0]).unwrap().unwrap().article.title, "Heron");
        let note = |terms: &str| MentionNote {
            watch: "Quay".into(),
            terms: terms.into(),
            snippet: terms.into(),
            hits: "[]".into(),
            is_beside: false,
        };
        assert_eq!(store.add_mentions(&[(found[0], vec![note("word7")])], now()).unwrap(), 1);
        assert_eq!(store.add_mentions(&[(found[0], vec![note("word8")])], now()).unwrap(), 0);
        let mentions = store.stored_mentions(found[0], found[0]).unwrap();
        assert_eq!(mentions.iter().map(|mention| mention.terms.as_str()).collect::<Vec<_>>(), ["word8"]);
        store.watch_applied("Quay", "quay").unwrap();
        let nothing = store.sync(&[], &[], &[watch("Quay", "quay")], now()).unwrap();
        assert_eq!(nothing, Vec::<String>::new());
        assert_eq!(store.sync(&[], &[], &[watch("Quay", "pier")], now()).unwrap(), ["Quay"]);
    });
}

#[test]
fn units_together_are_kept_whole_or_not_at_all() {
    on_each_engine(|store| {
        let run = configured(store);
        let failed: Result<(), Error> = store.together(|| {
            poll(store, run, "Kade", &answered(Ok(200)), &["a"], now());
            store.together(|| Err(Error::failed("no")))
        });
        assert!(failed.is_err());
        assert_eq!((store.count_pending().unwrap(), store.due(run, now(), true).unwrap().len()), (0, 2));
        store.rehearse().unwrap();
        poll(store, run, "Kade", &answered(Ok(200)), &["a"], now());
        assert_eq!(store.count_pending().unwrap(), 1, "a rehearsal sees what it did");
    });
}

#[test]
fn what_is_known_of_a_host_comes_back() {
    on_each_engine(|store| {
        let rest = BackOff { until: hours_later(3), asked_for: true, reason: "HTTP 429".into(), strikes: 2 };
        let host = Host { name: "kade.example".into(), robots: None, tdm: None, rest: Some(rest) };
        store.keep_host(&host).unwrap();
        assert_eq!(store.hosts().unwrap(), HashMap::from([("kade.example".to_owned(), host.clone())]));
        store.keep_host(&Host { rest: None, ..host.clone() }).unwrap();
        assert_eq!(store.hosts().unwrap()["kade.example"].rest, None);
    });
}
