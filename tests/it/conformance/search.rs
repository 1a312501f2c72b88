//! Search, and watches applied to the past.

use presswatch::decide::{NewMentions, WatchSpec};
use presswatch::model::ArticleId;
use presswatch::query::{Need, Query};
use presswatch::store::{NamedWatch, Sought, Store};

use super::{
    PageRead, announced, answered, ever, hours_later, mentions, note, now, on_each_engine, pending, poll, text, watch,
};

/// Three articles: the first two are Kade's, the third is Phare's; each was published an hour before the one before it.
fn three_articles(store: &Store) -> [ArticleId; 3] {
    let items = announced(store, &["a", "b"]);
    let run = store.begin_run("0", now()).unwrap();
    poll(store, run, "Phare", &answered(Ok(200)), &["c"], now());
    let last = pending(store, now())[2].0;
    let titles = ["Heron", "Crane", "Gull"];
    let outlets = ["kade", "kade", "phare"];
    for (at, item) in (0..).zip([items[0], items[1], last]) {
        let url = format!("https://{}.example/{at}", outlets[at]);
        let text = text(1000 * at, 40);
        let published_at = hours_later(-1 - i64::try_from(at).unwrap());
        PageRead { published_at, ..PageRead::new(item, &url, titles[at], &text) }.save(store);
    }
    let mut found = store.find(&Sought::default()).unwrap().articles;
    found.sort();
    found.try_into().unwrap()
}

fn need(query: &str) -> Option<Need> {
    Query::parse(query).unwrap().need()
}

#[test]
fn articles_are_found_by_their_words() {
    on_each_engine(|store| {
        let [a, b, c] = three_articles(store);
        for (query, expected) in [
            ("word7", vec![a]),
            ("WORD7", vec![a]),
            ("word7 word9", vec![a]),
            ("word7 word1009", vec![]),
            ("word7 OR word1009", vec![a, b]),
            ("word100*", vec![b]),
            ("word77", vec![]),
            ("crane", vec![b]),
            ("author:pen", vec![a, b, c]),
            ("outlet:phare", vec![c]),
            ("url:phare", vec![c]),
            ("lang:en gull", vec![c]),
            ("lang:nl gull", vec![]),
        ] {
            let sought = Sought { need: need(query), ..Sought::default() };
            let found = store.find(&sought).unwrap();
            assert_eq!(found.articles, expected, "{query}");
            assert_eq!(found.stored, 3);
        }
    });
}

#[test]
fn articles_are_found_by_time_and_source_the_newest_first() {
    on_each_engine(|store| {
        let [a, b, c] = three_articles(store);
        let find = |sought: Sought| store.find(&sought).unwrap().articles;
        assert_eq!(find(Sought::default()), [a, b, c]);
        assert_eq!(find(Sought { since: Some(hours_later(-2)), ..Sought::default() }), [a, b]);
        assert_eq!(find(Sought { until: Some(hours_later(-2)), ..Sought::default() }), [b, c]);
        assert_eq!(find(Sought { sources: vec!["Phare".into()], ..Sought::default() }), [c]);
        assert_eq!(
            find(Sought { sources: vec!["Kade".into()], need: need("word7 OR gull"), ..Sought::default() }),
            [a]
        );
        assert_eq!(find(Sought { sources: vec!["None".into()], ..Sought::default() }), []);
        let found = store.found(c).unwrap().unwrap();
        assert_eq!((found.article.outlet.as_str(), found.article.title.as_str()), ("Phare", "Gull"));
        assert_eq!((found.article.url.as_str(), found.article.author.as_str()), ("https://phare.example/2", "Zoé Pen"));
        assert_eq!((found.article.published_at, found.read_at), (Some(hours_later(-3)), Some(now())));
        assert_eq!((found.story, found.headline_only, found.paywalled), (c.story(), false, false));
        assert!(store.found(ArticleId(99)).unwrap().is_none());
    });
}

#[test]
fn stored_articles_are_read_in_parts() {
    on_each_engine(|store| {
        let [a, b, c] = three_articles(store);
        let part = |after, most, query: Option<&str>| -> Vec<ArticleId> {
            let need = query.and_then(need);
            store.stored_articles(after, most, need.as_ref()).unwrap().iter().map(|stored| stored.id).collect()
        };
        assert_eq!(part(ArticleId::default(), 2, None), [a, b]);
        assert_eq!(part(b, 2, None), [c]);
        assert_eq!(part(ArticleId::default(), 9, Some("heron OR gull")), [a, c]);
        assert_eq!(part(a, 9, Some("heron OR gull")), [c]);
        assert_eq!(part(c, 9, None), []);
    });
}

#[test]
fn a_new_watch_matches_stored_articles() {
    on_each_engine(|store| {
        let [a, b, c] = three_articles(store);
        let found = [(a, vec![note("Quay", "word7")]), (b, vec![note("Quay", "word9")])];
        assert_eq!(store.add_mentions(&found, hours_later(1)).unwrap().mentions, 2);
        assert_eq!(
            store.add_mentions(&[(a, vec![note("Quay", "word8")])], hours_later(2)).unwrap(),
            NewMentions::default()
        );
        let terms = |first, last| -> Vec<(ArticleId, String)> {
            let mentions = store.stored_mentions(first, last).unwrap().into_iter();
            mentions.map(|mention| (mention.article, mention.terms)).collect()
        };
        assert_eq!(terms(a, c), [(a, "word8".to_owned()), (b, "word9".to_owned())]);
        assert_eq!(terms(b, c).len(), 1);
        let told = mentions(store, &ever());
        assert!(told.iter().all(|mention| mention.late && mention.found_at == hours_later(1)));
        assert_eq!(super::pending_events(store), [b, a]);
    });
}

#[test]
fn a_watch_is_new_until_it_was_applied() {
    on_each_engine(|store| {
        let sync = |watches: &[WatchSpec]| store.sync(&[], &[], watches, now()).unwrap();
        assert_eq!(sync(&[watch("Quay", "quay")]), ["Quay"]);
        assert_eq!(sync(&[watch("Quay", "quay")]), ["Quay"]);
        store.watch_applied("Quay", "quay").unwrap();
        assert_eq!(sync(&[watch("Quay", "quay")]), [""; 0]);
        assert_eq!(sync(&[watch("Quay", "pier")]), ["Quay"]);
        store.watch_applied("Quay", "pier").unwrap();
        assert_eq!(sync(&[]), [""; 0]);
        assert_eq!(sync(&[watch("Quay", "pier")]), ["Quay"], "it has missed what was stored without it");
    });
}

#[test]
fn a_renamed_watch_keeps_its_row() {
    on_each_engine(|store| {
        let keyed = |name: &str, key: &str| WatchSpec { key: Some(key.into()), ..watch(name, "quay") };
        let before = [keyed("Quay", "k1"), keyed("Pier", "k2")];
        store.sync(&[], &[], &before, now()).unwrap();
        let rows = store.find_watches(&before).unwrap();
        assert!(rows[0].is_some() && rows[1].is_some() && rows[0] != rows[1]);
        // Their names change places.
        let after = [keyed("Pier", "k1"), WatchSpec { group: Some("Harbour".into()), ..keyed("Quay", "k2") }];
        assert_eq!(store.find_watches(&after).unwrap(), rows);
        store.sync(&[], &[], &after, now()).unwrap();
        let named = |name: &str, group: Option<&str>| NamedWatch { name: name.into(), group: group.map(Into::into) };
        assert_eq!(store.watches().unwrap(), [named("Pier", None), named("Quay", Some("Harbour"))]);
        assert_eq!(store.find_watches(&after).unwrap(), rows);
        assert_eq!(store.find_watches(&[keyed("New", "k3")]).unwrap(), [None]);
    });
}
