//! Coverage: digests, exports and the ledger.

use presswatch::decide::{Ending, WatchSpec};
use presswatch::digest::{Exported, Period};
use presswatch::error::Error;
use presswatch::model::{ArticleId, ItemState};
use presswatch::politeness::{Reservation, Wishes};
use presswatch::source::{OutletFacts, Source};
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
        let printed = |reader: &str, mentions: &[&str]| {
            let ids = all.iter().filter(|mention| mentions.contains(&&*mention.title)).map(|mention| mention.id);
            store.mark_printed(reader, ids, hours_later(3)).unwrap();
        };
        let new =
            |reader: &str| titles(&mentions(store, &Period { new_for: Some(reader.to_owned()), ..ever() })).join(" ");
        assert_eq!((new("default"), new("anna")), ("C B B A".to_owned(), "C B B A".to_owned()));
        assert_eq!(store.readers().unwrap(), [""; 0]);
        // Each reader has a mark of its own.
        printed("default", &["B"]);
        printed("anna", &["A"]);
        assert_eq!((new("default"), new("anna"), new("bert")), ("C A".into(), "C B B".into(), "C B B A".into()));
        printed("anna", &["A", "C"]);
        printed("bert", &[]);
        assert_eq!((new("default"), new("anna"), new("bert")), ("C A".into(), "B B".into(), "C B B A".into()));
        // Names are compared exactly.
        assert_eq!(new("Anna"), "C B B A");
        assert_eq!(store.readers().unwrap(), ["anna", "bert"]);
        assert_eq!(mentions(store, &ever()).len(), 4);
    });
}

#[test]
fn what_no_watch_finds_any_more_is_gone_for_every_reader() {
    on_each_engine(|store| {
        four_mentions(store);
        let all = mentions(store, &ever());
        store.mark_printed("anna", all.iter().map(|mention| mention.id), hours_later(3)).unwrap();
        let article = all.iter().find(|mention| &*mention.title == "C").unwrap().article;
        let stored = store.stored_mentions(article, article).unwrap();
        let gone: Vec<_> = stored.iter().map(|mention| (mention.watch, mention.article)).collect();
        assert_eq!((gone.len(), store.remove_mentions(&gone).unwrap()), (1, 1));
        let new = Period { new_for: Some("anna".to_owned()), ..ever() };
        assert_eq!((mentions(store, &ever()).len(), mentions(store, &new).len()), (3, 0));
    });
}

#[test]
fn the_facts_of_outlets_are_stored_with_their_sources() {
    on_each_engine(|store| {
        four_mentions(store);
        let facts = OutletFacts {
            kind: Some("newspaper".into()),
            region: Some("Brussels".into()),
            tier: Some(1),
            reach: Some(4_000_000_000),
            tags: vec!["public service".into(), "daily".into()],
        };
        let of = |name: &str| {
            let mentions = mentions(store, &ever());
            mentions.iter().find(|mention| &*mention.outlet == name).map(|mention| (*mention.facts).clone())
        };
        assert_eq!(of("Kade"), Some(OutletFacts::default()));
        let with = |facts: &OutletFacts| {
            store
                .sync(
                    &[Source { facts: facts.clone(), ..source("Kade") }, source("Phare")],
                    &[],
                    &[watch("Quay", "quay")],
                    now(),
                )
                .unwrap();
        };
        with(&facts);
        let phare = OutletFacts::default();
        assert_eq!((of("Kade"), of("Phare")), (Some(facts.clone()), Some(phare.clone())));
        assert_eq!(store.outlet_facts().unwrap(), [facts.clone(), phare]);
        let stored = store.stored_articles(ArticleId::default(), 9, None).unwrap();
        let found = stored.iter().find(|article| article.title == "B").unwrap();
        assert_eq!((&*found.outlet, &found.facts), ("Kade", &facts));
        assert_eq!(store.found(found.id).unwrap().map(|article| article.article.facts), Some(facts));
        // What is no longer stated is no longer known.
        with(&OutletFacts::default());
        assert_eq!(of("Kade"), Some(OutletFacts::default()));
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
