//! Events: matched articles that are to be judged, the reports near them, and the decisions.

use jiff::Timestamp;
use presswatch::crawl::join_events;
use presswatch::decide::{EventChange, MarkedReport};
use presswatch::model::{ArticleId, ItemId};
use presswatch::store::{Expiry, Store};

use super::{PageRead, announced, ever, hours_later, mentions, note, now, on_each_engine, text};

const DUTCH: &str =
    "Op de luchthaven van Zaventem vallen 240 vluchten weg. Vakbondsman Koen Maldegem vreest een lange dag.";
const FRENCH: &str =
    "À l'aéroport de Zaventem, 240 vols sont annulés. Le syndicaliste Koen Maldegem craint une longue journée.";

fn reported(store: &Store, item: ItemId, path: &str, (language, title): (&str, &str), text: &str, at: Timestamp) {
    let url = format!("https://kade.example/{path}");
    let page = PageRead::new(item, &url, title, text);
    PageRead { watches: &["Quay"], language, published_at: at, ..page }.save(store);
}

/// Two reports of one event, the later one first, and one of another; returns their articles.
fn three_reports(store: &Store) -> [ArticleId; 3] {
    let items = announced(store, &["a", "b", "c"]);
    reported(store, items[0], "a", ("nl", "Staking in Zaventem"), DUTCH, hours_later(-1));
    reported(store, items[1], "b", ("fr", "Grève à Zaventem"), FRENCH, hours_later(-2));
    reported(store, items[2], "c", ("en", "Heron"), &text(0, 60), hours_later(-3));
    let mut pending = store.events_pending().unwrap();
    pending.sort();
    pending.try_into().unwrap()
}

fn marked(store: &Store, article: ArticleId) -> MarkedReport {
    MarkedReport::from(&store.report(article).unwrap().unwrap())
}

/// The event of each mention, with what it agrees on.
fn events(store: &Store) -> Vec<(Option<i64>, String)> {
    let mentions = mentions(store, &ever());
    mentions.iter().map(|mention| (mention.event.map(|event| event.0), mention.evidence.to_string())).collect()
}

fn change(article: ArticleId, event: ArticleId) -> EventChange {
    EventChange {
        article,
        at: now(),
        event: event.event(),
        merged: Vec::new(),
        evidence: "Koen".into(),
        names: Vec::new(),
        is_joined: article != event,
    }
}

#[test]
fn reports_wait_in_order_of_publication_until_they_are_judged() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        assert_eq!(store.events_pending().unwrap(), [c, b, a]);
        let report = store.report(a).unwrap().unwrap();
        assert_eq!((report.article, report.story, report.at), (a, a.story(), hours_later(-1)));
        assert_eq!((report.title.as_str(), report.language.as_str()), ("Staking in Zaventem", "nl"));
        assert_eq!((report.text.as_str(), report.watched.as_str()), (DUTCH, "word1"));
        assert_eq!(join_events(store).unwrap(), 1);
        assert_eq!(store.events_pending().unwrap(), []);
        let events = events(store);
        assert_eq!([events[0].0, events[1].0, events[2].0], [Some(b.0), Some(b.0), Some(c.0)]);
        assert!(events[0].1.contains("Koen Maldegem") && events[1].1.is_empty(), "{events:?}");
        // Another mention of a report does not have it judged again.
        store.sync(&[], &[], &[super::watch("Quay", "quay"), super::watch("Pier", "pier")], now()).unwrap();
        store.add_mentions(&[(a, vec![note("Pier", "word2")])], now()).unwrap();
        assert_eq!(store.events_pending().unwrap(), []);
        let watched = store.report(a).unwrap().unwrap().watched;
        assert!(watched.contains("word1") && watched.contains("word2"), "{watched}");
    });
}

#[test]
fn reports_are_found_by_their_names_in_the_same_hours() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        assert!(store.near_events(&marked(store, a)).unwrap().reports.is_empty(), "none is judged yet");
        join_events(store).unwrap();
        let near = |report: &MarkedReport| store.near_events(report).unwrap();
        assert_eq!(near(&marked(store, a)).reports, [(b, b.event())], "a report is not near itself");
        assert_eq!(near(&marked(store, b)).reports, [(a, b.event())]);
        assert!(near(&marked(store, c)).reports.is_empty());
        let later = MarkedReport { at: hours_later(40), ..marked(store, a) };
        assert!(near(&later).reports.is_empty(), "days apart");
        store.expire(&Expiry { texts_before: None, comparisons_before: Some(hours_later(0)) }).unwrap();
        assert!(near(&marked(store, a)).reports.is_empty(), "their names were forgotten");
        assert_eq!(events(store)[0].0, Some(b.0), "their events were not");
    });
}

#[test]
fn copies_belong_to_the_event_of_the_first_copy() {
    on_each_engine(|store| {
        let [a, b, _] = three_reports(store);
        join_events(store).unwrap();
        let near = |article, story| store.near_events(&MarkedReport { article, story, ..marked(store, a) }).unwrap();
        let copy = near(ArticleId(99), a.story());
        assert_eq!((copy.copy, copy.reports.len()), (Some(b.event()), 0));
        assert_eq!(near(a, a.story()).copy, None, "an article is no copy of itself");
    });
}

#[test]
fn events_merge_with_all_their_reports() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        for (article, event) in [(a, a), (b, b), (c, b)] {
            store.apply_event(article, Some(&change(article, event))).unwrap();
        }
        let numbers = || events(store).iter().map(|event| event.0.unwrap()).collect::<Vec<_>>();
        assert_eq!(numbers(), [a.0, b.0, b.0]);
        let merging = EventChange { merged: vec![b.event()], ..change(c, a) };
        store.apply_event(c, Some(&merging)).unwrap();
        assert_eq!(numbers(), [a.0; 3]);
        store.apply_event(c, Some(&merging)).unwrap();
        assert_eq!(numbers(), [a.0; 3], "what is applied twice changes nothing");
    });
}

#[test]
fn a_deleted_report_is_no_longer_pending() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        store.apply_event(a, None).unwrap();
        assert_eq!(store.events_pending().unwrap(), [c, b]);
        assert_eq!(events(store)[0].0, None);
    });
}
