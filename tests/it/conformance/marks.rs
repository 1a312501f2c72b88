//! Marks: they belong to articles, and outlive what happens to mentions and rows.

use presswatch::decide::{ArticleMark, ArticleRef, Change, WatchSpec};
use presswatch::digest::{Exported, Period};
use presswatch::model::{ArticleId, Tone, WatchId};
use presswatch::store::{ArticleAddress, Store, Wanted};

use super::articles::read_again;
use super::{
    PageRead, announced, channel, ever, hours_later, ledger, mentions, note, now, on_each_engine, source, text, titles,
    watch,
};

/// A mark for all watches that says nothing yet.
fn blank() -> ArticleMark {
    ArticleMark { watch: None, relevant: None, tone: None, tags: Vec::new(), note: String::new(), marked_at: now() }
}

fn not_relevant() -> ArticleMark {
    ArticleMark { relevant: Some(false), ..blank() }
}

fn watch_id(store: &Store, name: &str) -> WatchId {
    store.watch_names().unwrap().into_iter().find(|watch| watch.name == name).unwrap().id
}

/// Two watches, "Quay" and "Pier", that both match the articles "A" and "B".
fn two_articles(store: &Store) -> [ArticleId; 2] {
    let items = announced(store, &["a", "b"]);
    let channels = ["Kade", "Phare"].map(|name| channel(name, presswatch::model::ChannelType::Feed, "rss"));
    let watches = [watch("Quay", "quay"), watch("Pier", "pier")];
    store.sync(&["Kade", "Phare"].map(source), &channels, &watches, now()).unwrap();
    for (at, (item, title)) in items.iter().zip(["A", "B"]).enumerate() {
        let text = text(1000 * at, 60);
        let url = format!("https://kade.example/{}", title.to_lowercase());
        PageRead { watches: &["Quay", "Pier"], ..PageRead::new(*item, &url, title, &text) }.save(store);
    }
    ["A", "B"].map(|title| mentions(store, &ever()).iter().find(|mention| &*mention.title == title).unwrap().article)
}

fn lines(store: &Store, with_irrelevant: bool) -> Vec<Exported> {
    let period = ever();
    let mut lines = Vec::new();
    let wanted = Wanted { period: &period, watches: None, with_irrelevant };
    store
        .export(&wanted, false, |line| {
            lines.push(line.clone());
            Ok(())
        })
        .unwrap();
    lines
}

/// Watch and title of each mention.
fn told(store: &Store) -> Vec<String> {
    mentions(store, &ever()).iter().map(|mention| format!("{} {}", mention.watch, mention.title)).collect()
}

#[test]
fn what_is_not_relevant_is_in_no_output_and_no_count() {
    on_each_engine(|store| {
        let [a, b] = two_articles(store);
        store.set_marks(a, &[not_relevant()]).unwrap();
        assert_eq!(told(store), ["Quay B", "Pier B"]);
        assert_eq!(lines(store, false).len(), 2);
        assert_eq!(ledger(store, &ever())[0].matched, 1);
        // Asked for, it is there, and says so.
        let all = lines(store, true);
        let relevant = |line: &Exported| line.mention.mark.as_ref().is_none_or(|mark| mark.relevant);
        assert_eq!(all.iter().map(relevant).collect::<Vec<_>>(), [false, false, true, true]);
        // For one watch only.
        let quay = Some(watch_id(store, "Quay"));
        store.set_marks(a, &[ArticleMark { watch: quay, ..not_relevant() }]).unwrap();
        assert_eq!(told(store), ["Pier A", "Quay B", "Pier B"]);
        assert_eq!(ledger(store, &ever())[0].matched, 2);
        // For all but one.
        let but = ArticleMark { watch: quay, relevant: Some(true), ..blank() };
        store.set_marks(b, &[not_relevant(), but]).unwrap();
        assert_eq!(told(store), ["Pier A", "Quay B"]);
        store.set_marks(a, &[]).unwrap();
        assert_eq!(told(store), ["Quay A", "Pier A", "Quay B"]);
    });
}

#[test]
fn what_is_not_relevant_is_no_copy_of_what_is() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b"]);
        let text = text(0, 60);
        PageRead { watches: &["Quay"], ..PageRead::new(items[0], "https://kade.example/a", "A", &text) }.save(store);
        let other = PageRead {
            published_at: hours_later(-90),
            ..PageRead::new(items[1], "https://kade.example/b", "B 2", &text)
        };
        PageRead { watches: &["Quay"], ..other }.save(store);
        let ids: Vec<ArticleId> = mentions(store, &ever()).iter().map(|mention| mention.article).collect();
        assert_eq!(lines(store, false).iter().map(|line| line.copies).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(store.mentioned_copies(ids[0]).unwrap(), ids);
        store.set_marks(ids[1], &[not_relevant()]).unwrap();
        let line = &lines(store, false)[0];
        assert_eq!((line.copies, line.is_original), (0, true));
        let places: Vec<_> = lines(store, true).iter().map(|line| (line.copies, line.is_original)).collect();
        assert_eq!(places, [(0, true), (0, true)], "a line is the same with what is not relevant");
    });
}

#[test]
fn marks_are_read_as_they_were_set() {
    on_each_engine(|store| {
        let [a, b] = two_articles(store);
        let (quay, pier) = (watch_id(store, "Quay"), watch_id(store, "Pier"));
        let marks = [
            ArticleMark {
                tone: Some(Tone::Positive),
                tags: vec!["x".into(), "y z".into()],
                note: "n".into(),
                ..blank()
            },
            ArticleMark { watch: Some(quay), tone: Some(Tone::Negative), tags: vec!["q".into()], ..blank() },
            ArticleMark { watch: Some(pier), note: "p".into(), marked_at: hours_later(1), ..blank() },
        ];
        store.set_marks(b, &[not_relevant()]).unwrap();
        store.set_marks(a, &marks).unwrap();
        let article = store.marked_article(a).unwrap().unwrap();
        assert_eq!((&*article.outlet, &*article.title, article.marks), ("Kade", "A", marks.to_vec()));
        assert_eq!(article.watches, [quay, pier]);
        assert_eq!(store.marked().unwrap(), [a, b], "the last marked first");
        assert_eq!(store.marked_article(ArticleId(999)).unwrap(), None);
        // As a watch sees them.
        let of_a = mentions(store, &ever()).into_iter().filter(|mention| mention.article == a);
        let seen: Vec<_> = of_a
            .map(|mention| {
                let mark = mention.mark.unwrap();
                (mention.watch.to_string(), mark.tone, mark.tags.join(","), mark.note)
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("Quay".to_owned(), Some(Tone::Negative), "x,y z,q".to_owned(), "n".to_owned()),
                ("Pier".to_owned(), Some(Tone::Positive), "x,y z".to_owned(), "p".to_owned()),
            ]
        );
    });
}

#[test]
fn a_mark_outlives_its_mention() {
    on_each_engine(|store| {
        let [a, b] = two_articles(store);
        let (quay, pier) = (watch_id(store, "Quay"), watch_id(store, "Pier"));
        store.set_marks(a, &[not_relevant()]).unwrap();
        assert_eq!(store.remove_mentions(&[(quay, a), (pier, a), (quay, b), (quay, ArticleId(999))]).unwrap(), 3);
        assert_eq!(told(store), ["Pier B"]);
        assert_eq!(super::pending_events(store), [b], "an event is of mentioned articles");
        let found = vec![(a, vec![note("Quay", "word1")]), (b, vec![note("Quay", "word1")])];
        assert_eq!(store.add_mentions(&found, hours_later(3)).unwrap().mentions, 2);
        assert_eq!(told(store), ["Pier B", "Quay B"]);
    });
}

#[test]
fn an_article_that_is_merged_hands_over_its_marks_and_its_id() {
    on_each_engine(|store| {
        let [a, b] = two_articles(store);
        store.set_marks(b, &[ArticleMark { tags: vec!["x".into()], ..not_relevant() }]).unwrap();
        assert_eq!(store.article_with_id(b).unwrap(), Some(b));
        store.apply(&[Change::Absorb(b, ArticleRef::Known(a))]).unwrap();
        assert_eq!(told(store), [""; 0]);
        assert_eq!(store.marked().unwrap(), [a]);
        assert_eq!(store.article_with_id(b).unwrap(), Some(a));
        assert_eq!(store.article_with_id(ArticleId(999)).unwrap(), None);
        // The id is not given to another article, though it was the last.
        let run = store.begin_run("0", now()).unwrap();
        super::poll(store, run, "Kade", &super::answered(Ok(200)), &["c"], now());
        let item = super::pending(store, now())[0].0;
        let text = text(5000, 60);
        let page = PageRead::new(item, "https://kade.example/c", "C", &text);
        PageRead { watches: &["Quay"], ..page }.save(store);
        let new = mentions(store, &ever())[0].article;
        assert!(new > b, "{new} {b}");
        // And leads on when that is merged, too.
        store.apply(&[Change::Absorb(a, ArticleRef::Known(new))]).unwrap();
        assert_eq!([a, b].map(|id| store.article_with_id(id).unwrap()), [Some(new), Some(new)]);
        assert_eq!(store.marked().unwrap(), [new]);
    });
}

#[test]
fn an_article_is_found_by_every_address_it_has() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b", "c"]);
        let texts = [0, 1000].map(|from| text(from, 60));
        let page = PageRead::new(items[0], "https://kade.example/a?ref=1", "A", &texts[0]);
        PageRead { canonical: "https://kade.example/a-long", watches: &["Quay"], ..page }.save(store);
        // Announced at another address.
        let again = PageRead::new(items[1], "https://kade.example/b", "A", &texts[0]);
        assert!(again.save(store).is_copy);
        PageRead::new(items[2], "https://kade.example/c", "C", &texts[1]).save(store);
        let a = mentions(store, &ever())[0].article;
        let at = |spelled: &str| {
            let canonical = presswatch::canonical_url::key(&url::Url::parse(spelled).unwrap(), None);
            store.articles_at(&ArticleAddress { spelled: spelled.into(), canonical, keys: Vec::new() }).unwrap()
        };
        for address in [
            "https://kade.example/a-long",
            "http://www.kade.example/a/?utm_source=x",
            "https://kade.example/b#top",
            "https://kade.example/a?ref=1",
        ] {
            assert_eq!(at(address), [a], "{address}");
        }
        assert_eq!(at("https://kade.example/d"), []);
        // By what names it within its source, but not on another host.
        store.apply(&[Change::ReleaseKey(presswatch::model::SourceId(1), "kade.example/a-long")]).unwrap();
        let keys = vec![("Kade".to_owned(), "kade.example/a".to_owned())];
        let by_key = |host: &str| {
            let address = format!("{host}/else");
            store
                .articles_at(&ArticleAddress { spelled: address.clone(), canonical: address, keys: keys.clone() })
                .unwrap()
        };
        assert_eq!((by_key("kade.example"), by_key("phare.example")), (vec![a], vec![]));
    });
}

#[test]
fn a_watch_that_is_gone_is_left_out_unless_it_is_asked_for() {
    on_each_engine(|store| {
        let [a, _] = two_articles(store);
        assert_eq!(store.former_watches(&ever()).unwrap(), [""; 0]);
        let sync = |watches: &[WatchSpec]| {
            let channels = ["Kade", "Phare"].map(|name| channel(name, presswatch::model::ChannelType::Feed, "rss"));
            store.sync(&["Kade", "Phare"].map(source), &channels, watches, now()).unwrap();
        };
        sync(&[watch("Pier", "pier")]);
        assert_eq!(told(store), ["Pier A", "Pier B"]);
        assert_eq!(lines(store, false).len(), 2);
        assert_eq!(store.former_watches(&ever()).unwrap(), ["Quay"]);
        assert_eq!(store.former_watches(&Period { until: hours_later(-1), ..ever() }).unwrap(), [""; 0]);
        let (period, quays) = (ever(), ["Quay".to_owned()]);
        let asked = Wanted { period: &period, watches: Some(&quays), with_irrelevant: false };
        assert_eq!(store.mentions(&asked).unwrap().len(), 2);
        // The ledger counts what is still watched.
        store.remove_mentions(&[(watch_id(store, "Pier"), a)]).unwrap();
        assert_eq!(ledger(store, &ever())[0].matched, 1);
        assert_eq!(titles(&mentions(store, &ever())), ["B"]);
    });
}

#[test]
fn earlier_headlines_and_texts_are_at_hand() {
    on_each_engine(|store| {
        let items = announced(store, &["a"]);
        let texts = [0, 30].map(|from| text(from, 60));
        let page = PageRead { watches: &["Quay"], ..PageRead::new(items[0], "https://kade.example/a", "A", &texts[0]) };
        page.save(store);
        let a = mentions(store, &ever())[0].article;
        assert_eq!(store.earlier_versions(a).unwrap().len(), 1);
        read_again(store, &PageRead { text: &texts[1], title: "B", at: hours_later(1), ..page });
        let versions: Vec<_> =
            store.earlier_versions(a).unwrap().into_iter().map(|version| (version.title, version.text)).collect();
        assert_eq!(versions, [("A".to_owned(), texts[0].clone()), ("B".to_owned(), texts[1].clone())]);
    });
}
