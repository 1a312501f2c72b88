//! Coverage: digests, exports and the ledger.

use presswatch::decide::{Ending, WatchSpec};
use presswatch::digest::{Exported, Period};
use presswatch::error::Error;
use presswatch::model::ItemState;
use presswatch::politeness::{Reservation, Wishes};
use presswatch::store::{Store, Wanted};

use super::{
    PageRead, announced, answered, channel, end, ever, hours_later, ledger, mentions, no_answer, now, on_each_engine,
    pending, poll, source, text, titles, watch,
};

/// Four mentions: Quay's of a text at Kade ("A", found last) and its copy at Phare ("C"), of another text at Kade ("B"), and
/// Pier's of that.
fn four_mentions(store: &Store) {
    let items = announced(store, &["a", "b"]);
    let run = store.begin_run("0", now()).unwrap();
    poll(store, run, "Phare", &answered(Ok(200)), &["c"], now());
    let c = pending(store, now())[2].0;
    let watches = [watch("Quay", "quay"), WatchSpec { group: Some("Harbour".into()), ..watch("Pier", "pier") }];
    let channels = ["Kade", "Phare"].map(|name| channel(name, presswatch::model::ChannelType::Feed, "rss"));
    store.sync(&["Kade", "Phare"].map(source), &channels, &watches, now()).unwrap();
    let texts = [0, 1000].map(|from| text(from, 60));
    let pages = [
        (c, "https://phare.example/c", "C", &texts[0], &["Quay"][..], -1),
        (items[1], "https://kade.example/b", "B", &texts[1], &["Quay", "Pier"], -3),
        (items[0], "https://kade.example/a", "A", &texts[0], &["Quay"], -2),
    ];
    for (at, (item, url, title, text, watches, published)) in (0..).zip(pages) {
        let page = PageRead::new(item, url, title, text);
        PageRead { watches, published_at: hours_later(published), at: hours_later(at), ..page }.save(store);
    }
}

fn exported(store: &Store, wanted: &Wanted, newest_first: bool) -> Vec<Exported> {
    let mut lines = Vec::new();
    store
        .export(wanted, newest_first, |line| {
            lines.push(line.clone());
            Ok(())
        })
        .unwrap();
    lines
}

#[test]
fn coverage_is_of_a_period_and_of_watches() {
    on_each_engine(|store| {
        four_mentions(store);
        let told = |period: Period| -> String { titles(&mentions(store, &period)).join(" ") };
        assert_eq!(told(ever()), "C B B A");
        assert_eq!(told(Period { since: Some(hours_later(1)), ..ever() }), "B B A");
        assert_eq!(told(Period { until: hours_later(1), ..ever() }), "C B B");
        assert_eq!(told(Period { since: Some(hours_later(-2)), by_published: true, ..ever() }), "C A");
        assert_eq!(told(Period { until: hours_later(-2), by_published: true, ..ever() }), "B B A");
        let period = ever();
        let piers = ["Pier".to_owned()];
        let only = store.mentions(&Wanted { period: &period, watches: Some(&piers), with_irrelevant: false }).unwrap();
        assert_eq!((only.len(), &*only[0].title, &*only[0].watch, &*only[0].outlet), (1, "B", "Pier", "Kade"));
    });
}

#[test]
fn coverage_already_shown_is_not_new() {
    on_each_engine(|store| {
        four_mentions(store);
        let all = mentions(store, &ever());
        store.mark_told(all.iter().take(2).map(|mention| mention.id), hours_later(3)).unwrap();
        assert_eq!(titles(&mentions(store, &Period { only_new: true, ..ever() })), ["B", "A"]);
        assert_eq!(mentions(store, &ever()).len(), 4);
    });
}

#[test]
fn an_export_has_each_mention_once_with_its_place_in_its_story() {
    on_each_engine(|store| {
        four_mentions(store);
        let period = ever();
        let lines = exported(store, &Wanted { period: &period, watches: None, with_irrelevant: false }, false);
        let line = |line: &Exported| {
            let group = line.group.clone().unwrap_or_default();
            (line.mention.title.to_string(), line.mention.watch.to_string(), group, line.is_original, line.copies)
        };
        let row = |title: &str, watch: &str, group: &str, is_original, copies| {
            (title.to_owned(), watch.to_owned(), group.to_owned(), is_original, copies)
        };
        assert_eq!(
            lines.iter().map(line).collect::<Vec<_>>(),
            [
                row("B", "Quay", "", true, 0),
                row("B", "Pier", "Harbour", true, 0),
                // It was found later than its copy, and published before.
                row("A", "Quay", "", true, 1),
                row("C", "Quay", "", false, 1),
            ]
        );
        let newest: Vec<_> = exported(store, &Wanted { period: &period, watches: None, with_irrelevant: false }, true);
        assert_eq!(newest.iter().map(|line| &*line.mention.title).collect::<Vec<_>>(), ["A", "B", "B", "C"]);
        // Of a part of the coverage the places are those in all of it.
        let part = Period { until: hours_later(1), ..ever() };
        let quays = ["Quay".to_owned()];
        let part = exported(store, &Wanted { period: &part, watches: Some(&quays), with_irrelevant: false }, false);
        assert_eq!(
            part.iter().map(line).collect::<Vec<_>>(),
            [row("B", "Quay", "", true, 0), row("C", "Quay", "", false, 1)]
        );
    });
}

#[test]
fn an_export_ends_with_the_first_error() {
    on_each_engine(|store| {
        four_mentions(store);
        let period = ever();
        let mut seen = 0;
        let ended = store.export(&Wanted { period: &period, watches: None, with_irrelevant: false }, false, |_| {
            seen += 1;
            if seen == 2 { Err(Error::failed("no room")) } else { Ok(()) }
        });
        assert_eq!((ended.is_err(), seen), (true, 2));
    });
}

#[test]
fn reservations_of_publishers_are_stored() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b"]);
        let texts = [0, 1000].map(|from| text(from, 60));
        let policy = "https://kade.example/terms".to_owned();
        let tdm = Some(Reservation { reserved: true, policy: Some(policy.clone()) });
        let page = PageRead::new(items[0], "https://kade.example/a", "A", &texts[0]);
        let wishes = Wishes { noarchive: true, nosnippet: true, tdm };
        PageRead { watches: &["Quay"], wishes, ..page }.save(store);
        let page = PageRead::new(items[1], "https://kade.example/b", "B", &texts[1]);
        PageRead { watches: &["Quay"], ..page }.save(store);
        let snippets: Vec<String> =
            mentions(store, &ever()).iter().map(|mention| mention.snippet.to_string()).collect();
        assert_eq!(snippets, ["", "word1"]);
        assert_eq!(store.health().unwrap().reserved, [("Kade".to_owned(), Some(policy))]);
    });
}

#[test]
fn the_ledger_counts_the_outcomes_of_items() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b", "c", "d"]);
        let text = text(0, 60);
        let page = |item, url, title| PageRead { watches: &["Quay"], ..PageRead::new(item, url, title, &text) };
        page(items[0], "https://kade.example/a", "A").save(store);
        page(items[1], "https://kade.example/b", "B").save(store);
        end(store, items[2], Ending::In(ItemState::GivenUp, Some(no_answer())));
        let rows = ledger(store, &ever());
        assert_eq!(rows.iter().map(|checks| checks.source.as_str()).collect::<Vec<_>>(), ["Kade", "Phare"]);
        let kade = &rows[0];
        assert_eq!((kade.channels, kade.asked, kade.failed, kade.seen), (1, 1, 0, 4));
        assert_eq!((kade.read, kade.matched, kade.unread, kade.pending), (1, 1, 1, 1));
        let mut fates = kade.fates.clone();
        fates.sort_by_key(|(state, _)| state.name());
        let one = |state| (state, 1);
        assert_eq!(fates, [ItemState::Copy, ItemState::GivenUp, ItemState::Pending, ItemState::Read].map(one));
        assert_eq!(kade.earlier, []);
        // Of the next day: nothing was announced, and what waits was announced before.
        let next = Period { since: Some(hours_later(12)), ..ever() };
        let kade = &ledger(store, &next)[0];
        assert_eq!((kade.asked, kade.seen, kade.read, kade.matched), (0, 0, 0, 0));
        assert_eq!(kade.earlier, [one(ItemState::Pending)]);
    });
}

#[test]
fn the_ledger_of_a_watch_counts_what_it_matches() {
    on_each_engine(|store| {
        four_mentions(store);
        let period = ever();
        let matched = |names: &[&str]| -> Vec<u64> {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let rows =
                store.ledger(&Wanted { period: &period, watches: Some(&names), with_irrelevant: false }).unwrap();
            rows.iter().map(|row| row.matched).collect()
        };
        // Kade, then Phare; an article of both watches counts once.
        assert_eq!(matched(&["Quay", "Pier"]), [2, 1]);
        assert_eq!(matched(&["Quay"]), [2, 1]);
        assert_eq!(matched(&["Pier"]), [1, 0]);
        assert_eq!(matched(&[]), [0, 0]);
        assert_eq!(ledger(store, &period).iter().map(|row| row.matched).collect::<Vec<_>>(), [2, 1]);
    });
}
