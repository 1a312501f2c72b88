//! Events: matched articles that are to be judged, the reports near them, and the decisions.

use jiff::Timestamp;
use presswatch::crawl::{join_earlier_events_with, join_events, join_events_with};
use presswatch::decide::{EventChange, MarkedReport, RegroupedEvent};
use presswatch::event::WINDOW;
use presswatch::model::{ArticleId, ItemId, Regrouping};
use presswatch::sentence::SentenceModel;
use presswatch::store::{Expiry, Store};

use super::{PageRead, announced, ever, hours_later, mentions, note, now, on_each_engine, pending_events, text};

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
    let mut pending = pending_events(store);
    pending.sort();
    pending.try_into().unwrap()
}

/// The reports from the hours around a time.
fn window(store: &Store, at: Timestamp) -> Vec<MarkedReport> {
    store.event_window(at - WINDOW, at + WINDOW).unwrap()
}

/// The event of each mention, with what it agrees on.
fn events(store: &Store) -> Vec<(Option<i64>, String)> {
    let mentions = mentions(store, &ever());
    mentions.iter().map(|mention| (mention.event.map(|event| event.0), mention.evidence.to_string())).collect()
}

fn change(article: ArticleId, event: ArticleId) -> EventChange {
    EventChange { article, event: event.event(), evidence: "Koen".into() }
}

#[test]
fn reports_wait_in_order_of_publication_until_they_are_judged() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        assert_eq!(store.events_pending().unwrap(), [(c, hours_later(-3)), (b, hours_later(-2)), (a, hours_later(-1))]);
        let report = store.report(a).unwrap().unwrap();
        assert_eq!(report.article, a);
        assert_eq!((report.title.as_str(), report.language.as_str()), ("Staking in Zaventem", "nl"));
        assert_eq!((report.text.as_str(), report.watched.as_str()), (DUTCH, "word1"));
        assert_eq!(join_events(store).unwrap().joined, 1);
        assert_eq!(pending_events(store), []);
        let events = events(store);
        assert_eq!([events[0].0, events[1].0, events[2].0], [Some(b.0), Some(b.0), Some(c.0)]);
        assert!(events[0].1.contains("Koen Maldegem") && events[1].1.is_empty(), "{events:?}");
        // Another mention of a report does not have it judged again.
        store.sync(&[], &[], &[super::watch("Quay", "quay"), super::watch("Pier", "pier")], now()).unwrap();
        store.add_mentions(&[(a, vec![note("Pier", "word2")])], now()).unwrap();
        assert_eq!(pending_events(store), []);
        let watched = store.report(a).unwrap().unwrap().watched;
        assert!(watched.contains("word1") && watched.contains("word2"), "{watched}");
    });
}

#[test]
fn a_window_has_the_reports_of_its_hours_with_their_features() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        assert!(window(store, now()).is_empty(), "the features of none are stored yet");
        join_events(store).unwrap();
        let near = window(store, hours_later(-2));
        assert_eq!(near.iter().map(|report| report.article).collect::<Vec<_>>(), [a, b, c]);
        assert_eq!((near[0].story, near[0].at, near[0].event), (a.story(), hours_later(-1), Some(b.event())));
        assert!(near[0].evidence.contains("Koen Maldegem"), "{}", near[0].evidence);
        let marks = store.report(a).unwrap().unwrap().marks();
        assert_eq!(near[0].marks.to_text(), marks.to_text());
        assert!(window(store, hours_later(40)).is_empty(), "days apart");
        // All reports of an event are there, if one is.
        let near = store.event_window(hours_later(-1), hours_later(0)).unwrap();
        assert_eq!(near.iter().map(|report| report.article).collect::<Vec<_>>(), [a, b]);
        store.expire(&Expiry { texts_before: None, comparisons_before: Some(hours_later(0)) }).unwrap();
        assert!(window(store, hours_later(-2)).is_empty(), "their features were forgotten");
        assert_eq!(events(store)[0].0, Some(b.0), "their events were not");
    });
}

#[test]
fn changes_are_stored_with_the_reports_that_waited() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        let changes = [change(a, a), change(b, b), change(c, b)];
        store.apply_events(&changes, &[a, b].into()).unwrap();
        let numbers = || events(store).iter().map(|event| event.0.unwrap()).collect::<Vec<_>>();
        assert_eq!(numbers(), [a.0, b.0, b.0]);
        assert_eq!(pending_events(store), [c]);
        store.apply_events(&[change(b, a)], &[].into()).unwrap();
        assert_eq!(numbers(), [a.0, a.0, b.0], "only what changed");
    });
}

#[test]
fn a_report_that_came_late_joins_the_event_of_its_hours() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b"]);
        reported(store, items[0], "a", ("nl", "Staking in Zaventem"), DUTCH, hours_later(-200));
        assert_eq!(join_events(store).unwrap().joined, 0);
        reported(store, items[1], "b", ("fr", "Grève à Zaventem"), FRENCH, hours_later(-201));
        assert_eq!(join_events(store).unwrap().joined, 1);
        let events = events(store);
        assert_eq!(events[0].0, events[1].0);
    });
}

#[test]
fn an_event_that_was_shown_otherwise_is_known_to_its_mentions() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        join_events(store).unwrap();
        assert!(window(store, hours_later(-2)).iter().all(|report| !report.is_told));
        let shown = mentions(store, &ever()).into_iter().filter(|mention| mention.article != c);
        store.mark_printed("anna", shown.map(|mention| mention.id), hours_later(3)).unwrap();
        let told = window(store, hours_later(-2)).into_iter().filter(|report| report.is_told);
        assert_eq!(told.map(|report| report.article).collect::<Vec<_>>(), [a, b]);
        let regrouped = || -> Vec<Option<Regrouping>> {
            mentions(store, &ever()).iter().map(|mention| mention.regrouped).collect()
        };
        assert_eq!(regrouped(), [None; 3]);
        let note = |change| RegroupedEvent { event: b.event(), change, at: hours_later(-1) };
        store.note_regrouped(&[note(Regrouping::Split)]).unwrap();
        store.note_regrouped(&[note(Regrouping::Joined)]).unwrap();
        assert_eq!(regrouped(), [Some(Regrouping::Joined), Some(Regrouping::Joined), None]);
        store.expire(&Expiry { texts_before: None, comparisons_before: Some(hours_later(0)) }).unwrap();
        assert_eq!(regrouped(), [None; 3]);
    });
}

/// The number of an event is that of a report, which may be in another one by now.
#[test]
fn a_window_has_the_event_whose_number_is_that_of_a_report() {
    on_each_engine(|store| {
        let [a, b, c] = three_reports(store);
        join_events(store).unwrap();
        store.apply_events(&[change(c, a)], &[].into()).unwrap();
        let near = store.event_window(hours_later(-1), hours_later(0)).unwrap();
        assert_eq!(near.iter().map(|report| report.article).collect::<Vec<_>>(), [a, b, c]);
    });
}

#[test]
fn vectors_of_a_model_are_stored_with_the_features_and_those_of_another_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bin");
    let opened = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        SentenceModel::open(&path).unwrap()
    };
    let mut bytes = include_bytes!("../../fixtures/sentence/tiny.bin").to_vec();
    let first = opened(&bytes);
    // The same weights with another byte at the end are another model.
    bytes.push(0);
    let second = opened(&bytes);
    on_each_engine(|store| {
        three_reports(store);
        join_events(store).unwrap();
        let models = |store: &Store| -> Vec<Option<String>> {
            let reports = window(store, hours_later(-2));
            reports.iter().map(|report| Some(report.marks.sentence.as_ref()?.model().to_owned())).collect()
        };
        assert_eq!(models(store), [None, None, None], "no model is configured");
        assert_eq!(store.features_without(first.fingerprint()).unwrap().len(), 3);
        let before = events(store);
        join_events_with(store, &first).unwrap();
        assert_eq!(models(store), [None, None, None], "nothing is new");
        for model in [&first, &second] {
            join_earlier_events_with(store, model).unwrap();
            assert_eq!(models(store), vec![Some(model.fingerprint().to_owned()); 3]);
            assert_eq!(store.features_without(model.fingerprint()).unwrap(), []);
        }
        assert_eq!(events(store), before, "vectors of another width are not compared");
        let late = announced(store, &["d"]);
        reported(store, late[0], "d", ("nl", "Meer over Zaventem"), DUTCH, hours_later(0));
        join_events_with(store, &first).unwrap();
        let renewed = models(store);
        assert!(renewed.len() == 4 && renewed.iter().all(|model| model.as_deref() == Some(first.fingerprint())));
    });
}
