//! Polls, items and hosts.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use presswatch::answer::FailureKind;
use presswatch::article::NotArticle;
use presswatch::channel::Nested;
use presswatch::database::DatabaseAddress;
use presswatch::decide::{Ending, ItemReason};
use presswatch::error::Error;
use presswatch::i18n::CauseCode;
use presswatch::model::{ChannelType, ItemId, ItemState, RunId};
use presswatch::politeness::{BackOff, Host, RobotsFile, Rules, TdmFile};
use presswatch::store::{Mode, Order, Queue, Store};
use url::Url;

use super::{
    announced, announcing, answered, channel, configured, end, ever, hours_later, item, ledger, no_answer, now,
    on_each_engine, pending, poll, poll_at, source,
};
use crate::engines::Schema;
use crate::proxy::Proxy;

#[test]
fn a_poll_is_stored_with_its_items_and_validators() {
    on_each_engine(|store| {
        let run = configured(store);
        assert_eq!(poll(store, run, "Kade", &answered(Ok(200)), &["a", "b", "a"], now()), 2);
        assert_eq!(pending(store, now()).len(), 2);
        let again = store.begin_run("0", hours_later(1)).unwrap();
        let due = store.due(again, hours_later(1), true, None).unwrap();
        // What was never requested comes first.
        assert_eq!(due.iter().map(|channel| channel.source.as_str()).collect::<Vec<_>>(), ["Phare", "Kade"]);
        assert_eq!(due[1].row.validators.as_ref().unwrap().etag.as_deref(), Some("v1"));
        assert_eq!((due[1].row.entries, due[1].row.failures), (Some(3), 0));
        assert_eq!(poll(store, again, "Kade", &answered(Err(FailureKind::Unreachable)), &[], hours_later(1)), 0);
        assert_eq!(store.due(again, hours_later(1), true, None).unwrap().len(), 1, "a channel is polled once a run");
        let health = &store.health().unwrap().channels[0];
        assert_eq!((health.state.name(), health.items, health.pending), ("failing", 2, 2));
        let kade = &ledger(store, &ever())[0];
        assert_eq!((kade.asked, kade.failed, kade.seen, kade.pending), (2, 1, 2, 2));
    });
}

#[test]
fn a_channel_is_due_at_its_time() {
    on_each_engine(|store| {
        let run = configured(store);
        poll(store, run, "Kade", &answered(Err(FailureKind::Unreachable)), &[], now());
        let next_at = store.health().unwrap().channels[0].next_at.unwrap();
        let again = store.begin_run("0", now()).unwrap();
        let is_due =
            |at: Timestamp| store.due(again, at, false, None).unwrap().iter().any(|channel| channel.source == "Kade");
        assert!(!is_due(next_at - SignedDuration::from_secs(1)));
        assert!(is_due(next_at));
        // A clock that was wrong when the time was set.
        assert!(is_due(next_at - SignedDuration::from_hours(24 * 11)));
    });
}

/// An outlet with an index of sitemaps.
fn indexed(store: &Store) -> RunId {
    store.sync(&[source("Kade")], &[channel("Kade", ChannelType::Sitemap, "index")], &[], now()).unwrap();
    store.begin_run("0", now()).unwrap()
}

fn minutes_later(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

/// Has the index name these sitemaps in a new run, so many minutes later; each with the minute of its last change.
fn name(store: &Store, sitemaps: &[(&str, Option<i64>)], minute: i64) -> RunId {
    let at = minutes_later(minute);
    let run = store.begin_run("0", at).unwrap();
    let nested = sitemaps.iter().map(|(path, modified)| Nested {
        url: Url::parse(&format!("https://kade.example/{path}")).unwrap(),
        modified_at: modified.map(minutes_later),
    });
    let listing = announcing(Vec::new(), nested.collect());
    poll_at(store, run, "https://kade.example/index", &answered(Ok(200)), &listing, at);
    run
}

/// The paths of the channels that are due.
fn due(store: &Store, run: RunId, minute: i64, force: bool) -> Vec<String> {
    let due = store.due(run, minutes_later(minute), force, None).unwrap();
    let mut paths: Vec<String> = due.iter().map(|channel| channel.url.rsplit('/').next().unwrap().to_owned()).collect();
    paths.sort();
    paths
}

#[test]
fn sitemaps_are_polled_while_their_index_names_them() {
    on_each_engine(|store| {
        indexed(store);
        let run = name(store, &[("s1", None), ("s2", None)], 0);
        assert_eq!(due(store, run, 0, false), ["s1", "s2"]);
        let nested = store.due(run, now(), false, None).unwrap();
        assert!(nested.iter().all(|child| child.depth == 1 && child.kind == ChannelType::Sitemap));
        for (path, new) in [("s1", 1), ("s2", 0)] {
            let listing = announcing(vec![item("Kade", "a")], Vec::new());
            let url = format!("https://kade.example/{path}");
            assert_eq!(poll_at(store, run, &url, &answered(Ok(200)), &listing, now()), new, "{path}");
        }
        assert_eq!(due(store, run, 0, true), [""; 0]);
        let run = name(store, &[("s1", None)], 1);
        assert_eq!(due(store, run, 1, true), ["s1"], "what is no longer named rests");
        let run = name(store, &[("s1", None), ("s2", Some(-1))], 2);
        assert_eq!(due(store, run, 2, false), [""; 0], "nothing changed there since");
        assert_eq!(due(store, run, 2, true), ["s1", "s2"], "what is named again is polled again");
        name(store, &[], 3);
        let run = name(store, &[("s1", Some(3)), ("s2", Some(-1))], 4);
        assert_eq!(due(store, run, 4, false), ["s1"], "what changed is due at once");
    });
}

#[test]
fn nested_sitemaps_follow_their_index_unless_they_are_configured() {
    on_each_engine(|store| {
        indexed(store);
        name(store, &[("s1", None), ("s2", None)], 0);
        let s1 = [channel("Kade", ChannelType::Sitemap, "s1")];
        store.sync(&[source("Kade")], &s1, &[], now()).unwrap();
        let run = store.begin_run("0", now()).unwrap();
        assert_eq!(due(store, run, 0, true), ["s1"]);
        assert_eq!(store.due(run, now(), true, None).unwrap()[0].depth, 0);
        let both = [channel("Kade", ChannelType::Sitemap, "index"), s1[0].clone()];
        store.sync(&[source("Kade")], &both, &[], now()).unwrap();
        let run = name(store, &[("s2", None)], 1);
        assert_eq!(
            due(store, run, 1, true),
            ["s1", "s2"],
            "what is configured is polled, whether or not an index names it"
        );
    });
}

#[test]
fn unconfigured_channels_are_deactivated_but_kept() {
    on_each_engine(|store| {
        let run = configured(store);
        poll(store, run, "Kade", &answered(Ok(200)), &["a"], now());
        store.sync(&[source("Phare")], &[channel("Phare", ChannelType::Feed, "rss")], &[], now()).unwrap();
        let again = store.begin_run("0", now()).unwrap();
        let due = store.due(again, now(), true, None).unwrap();
        assert_eq!(due.iter().map(|channel| channel.source.as_str()).collect::<Vec<_>>(), ["Phare"]);
        assert_eq!((pending(store, now()).len(), store.count_pending().unwrap()), (0, 0));
        let health = store.health().unwrap();
        assert_eq!((health.channels.len(), health.states.len()), (1, 0));
        assert_eq!(ledger(store, &ever()).len(), 1);
        assert_eq!(store.watches().unwrap(), []);
        assert_eq!(store.sources().unwrap(), ["Kade", "Phare"]);
        configured_again(store);
        assert_eq!(pending(store, now()).len(), 1);
    });
}

fn configured_again(store: &Store) {
    let both = ["Kade", "Phare"];
    let channels = both.map(|name| channel(name, ChannelType::Feed, "rss"));
    store.sync(&both.map(source), &channels, &[], now()).unwrap();
}

#[test]
fn an_item_waits_for_its_time_and_ends_in_one_state() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b"]);
        end(store, items[0], Ending::Again(hours_later(2), no_answer()));
        end(store, items[1], Ending::In(ItemState::GivenUp, Some(no_answer())));
        assert_eq!(pending(store, hours_later(1)), []);
        assert_eq!(pending(store, hours_later(2)), [(items[0], "https://kade.example/a".to_owned())]);
        let tries = |store: &Store| {
            let queue = Queue { source: "Kade", now: now(), force: true, of: &[], except: &[] };
            store.pending(&queue, Order::NewestFirst, &[], 9).unwrap()[0].tries
        };
        assert_eq!(tries(store), 1, "force ignores the time");
        let waiting = || ledger(store, &ever())[0].waiting.clone();
        let of = |reason: ItemReason| vec![(reason.cause(), 1)];
        assert_eq!(waiting(), of(no_answer()));
        end(store, items[0], Ending::Later(hours_later(3), ItemReason::NotArticle(NotArticle::Bare)));
        assert_eq!(waiting(), of(ItemReason::NotArticle(NotArticle::Bare)));
        assert_eq!(waiting()[0].0.code(), CauseCode::NoText);
        end(store, items[0], Ending::Later(hours_later(3), no_answer()));
        assert_eq!(
            (pending(store, hours_later(2)).len(), tries(store)),
            (0, 1),
            "what was not requested was not tried"
        );
        assert_eq!(store.count_pending().unwrap(), 1);
        let states = store.health().unwrap().states;
        assert_eq!(states, [("Kade".to_owned(), ItemState::GivenUp, 1), ("Kade".to_owned(), ItemState::Pending, 1)]);
        let kade = &ledger(store, &ever())[0];
        assert_eq!((kade.unread, kade.pending), (1, 1));
    });
}

#[test]
fn a_queue_gives_its_newest_or_its_oldest_items_but_none_twice() {
    on_each_engine(|store| {
        let mut items = announced(store, &["a", "b"]);
        let run = store.begin_run("0", hours_later(1)).unwrap();
        poll(store, run, "Kade", &answered(Ok(200)), &["c", "d"], hours_later(1));
        items.extend(
            pending(store, hours_later(1))
                .into_iter()
                .map(|(id, _)| id)
                .filter(|id| !items.contains(id))
                .collect::<Vec<_>>(),
        );
        let queue = Queue { source: "Kade", now: hours_later(1), force: false, of: &[], except: &[] };
        let first = |order, taken: &[ItemId], most| -> Vec<ItemId> {
            store.pending(&queue, order, taken, most).unwrap().iter().map(|item| item.id).collect()
        };
        let [a, b, c, d] = items[..] else { panic!("{items:?}") };
        // A channel names its newest items first.
        assert_eq!(first(Order::NewestFirst, &[], 9), [c, d, a, b]);
        assert_eq!(first(Order::OldestFirst, &[], 9), [b, a, d, c]);
        assert_eq!(first(Order::NewestFirst, &[c], 2), [d, a]);
        let last = &store.pending(&queue, Order::OldestFirst, &[], 1).unwrap()[0];
        assert_eq!((last.source.as_str(), last.key.as_str()), ("Kade", "kade.example/b"));
        assert_eq!((last.item.title.as_str(), last.tries), ("Title of b", 0));
        let other = Queue { source: "Phare", ..queue };
        assert_eq!(store.pending(&other, Order::NewestFirst, &[], 9).unwrap().len(), 0);
        let queues = |of: &[&str]| {
            let of: Vec<String> = of.iter().map(|name| (*name).to_owned()).collect();
            store.queues(hours_later(1), false, &of).unwrap()
        };
        assert_eq!(queues(&[]), [("Kade".to_owned(), 4)]);
        assert_eq!(queues(&["Kade", "Phare"]), [("Kade".to_owned(), 4)]);
        assert_eq!(queues(&["Phare"]), []);
        for (host, left) in [("kade.example", 0), ("kade.example:8080", 4), ("example", 4)] {
            let except = [host.to_owned()];
            let queue = Queue { except: &except, ..queue };
            assert_eq!(store.pending(&queue, Order::NewestFirst, &[], 9).unwrap().len(), left, "{host}");
        }
    });
}

#[test]
fn units_of_work_are_atomic() {
    on_each_engine(|store| {
        let run = configured(store);
        let failed: Result<(), Error> = store.together(|| {
            poll(store, run, "Kade", &answered(Ok(200)), &["a"], now());
            store.together(|| Err(Error::failed("no")))
        });
        assert!(failed.is_err());
        assert_eq!((store.count_pending().unwrap(), store.due(run, now(), true, None).unwrap().len()), (0, 2));
        let kept: Result<(), Error> = store.together(|| {
            poll(store, run, "Phare", &answered(Ok(200)), &["b"], now());
            let failed: Result<(), Error> = store.together(|| {
                poll(store, run, "Kade", &answered(Ok(200)), &["a"], now());
                Err(Error::failed("no"))
            });
            assert!(failed.is_err());
            Ok(())
        });
        assert!(kept.is_ok());
        assert_eq!(pending(store, now()).len(), 1, "a part that failed is undone alone");
        store.rehearse().unwrap();
        poll(store, run, "Kade", &answered(Ok(200)), &["a"], now());
        assert_eq!(store.count_pending().unwrap(), 2, "a rehearsal sees what it did");
    });
}

#[test]
fn the_state_of_a_host_is_restored() {
    on_each_engine(|store| {
        let rest = BackOff { until: hours_later(3), asked_for: true, reason: "HTTP 429".into(), strikes: 2 };
        let robots = |rules| RobotsFile { rules, failing_since: Some(now()), failures: 4, next_at: hours_later(5) };
        let tdm = TdmFile {
            text: "[]".into(),
            etag: Some("v3".into()),
            last_modified: Some("yesterday".into()),
            next_at: hours_later(6),
        };
        let name = || "https://kade.example".to_owned();
        let hosts = [
            Host { name: name(), robots: None, tdm: None, rest: Some(rest) },
            Host { name: name(), robots: Some(robots(Rules::Text("Disallow: /".into()))), tdm: Some(tdm), rest: None },
            Host { name: name(), robots: Some(robots(Rules::Absent)), tdm: None, rest: None },
            Host { name: name(), robots: Some(robots(Rules::Unknown)), tdm: None, rest: None },
            Host { name: name(), ..Host::default() },
        ];
        let other = Host { name: "https://phare.example".to_owned(), ..hosts[1].clone() };
        store.keep_host(&other).unwrap();
        for host in hosts {
            store.keep_host(&host).unwrap();
            let known = HashMap::from([(name(), host), (other.name.clone(), other.clone())]);
            assert_eq!(store.hosts().unwrap(), known);
        }
    });
}

/// Each would take its time on the way to a server.
#[test]
fn a_poll_takes_as_many_statements_however_many_known_entries_it_lists() {
    let (Some(schema), Some(proxy)) = (Schema::new(), Proxy::open()) else { return };
    let address = DatabaseAddress::parse(proxy.url(&schema).as_ref()).unwrap();
    let store = Store::open(&address, Mode::Write).unwrap();
    configured(&store);
    let paths: Vec<String> = (0..200).map(|n| format!("a-{n}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let statements = |paths: &[&str]| {
        let run = || store.begin_run("0", now()).unwrap();
        poll(&store, run(), "Kade", &answered(Ok(200)), paths, now());
        let before = proxy.statements();
        assert_eq!(poll(&store, run(), "Kade", &answered(Ok(200)), paths, now()), 0);
        proxy.statements() - before
    };
    assert_eq!(statements(&paths), statements(&paths[..2]));
}
