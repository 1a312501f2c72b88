//! Articles: what is stored near a fetched article, and what fetching it changes.

use presswatch::article::Item;
use presswatch::crawl::save;
use presswatch::decide::{Change, Ending, Saved, decide_again, identify_again};
use presswatch::digest::Mention;
use presswatch::model::{ArticleId, Extent, ItemId, StoryId};
use presswatch::store::{Expiry, Revisit, Sought, Store};

use super::{
    PageRead, announced, announcing, answered, configured, end, ever, hours_later, item, mentions, no_answer, now,
    on_each_engine, pending, poll, poll_at, source, text, titles,
};

/// The stored state of the article that an item belongs to: its row, its key and its story.
fn article_of(store: &Store, item: ItemId) -> (ArticleId, String, StoryId) {
    PageRead::new(item, "https://none.example/", "", "").with(|reading| {
        let near = store.neighbours(reading).unwrap();
        let own = near.own_article().unwrap();
        (own.id, own.key.clone(), own.story)
    })
}

fn story_of(store: &Store, item: ItemId) -> StoryId {
    article_of(store, item).2
}

/// Keeps what a mentioned article says when it is read again.
pub(super) fn read_again(store: &Store, page: &PageRead) {
    page.with(|reading| {
        let near = store.neighbours(reading).unwrap();
        let found = identify_again(reading, &near).unwrap();
        let related = store.related(&found.story_lookup().unwrap()).unwrap();
        let placed = found.place(&related);
        let members = store.members(placed.stories(), None).unwrap();
        store.apply(&decide_again(&placed, &members).changes).unwrap();
    });
}

/// The articles that have these words.
fn proposed(store: &Store, query: &str) -> Vec<ArticleId> {
    let need = presswatch::query::Query::parse(query).unwrap().need();
    store.find(&Sought { need, ..Sought::default() }).unwrap().articles
}

#[test]
fn copies_are_one_article_of_an_outlet_and_one_story_of_all() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b"]);
        let text = text(0, 80);
        let watched = |item, url, title| PageRead { watches: &["Quay"], ..PageRead::new(item, url, title, &text) };
        let new = watched(items[0], "https://kade.example/a", "A").save(store);
        assert_eq!(new, Saved { known: false, is_copy: false, mentions: 1 });
        let copy = watched(items[1], "https://kade.example/b", "B").save(store);
        assert_eq!(copy, Saved { known: true, is_copy: true, mentions: 0 });
        let run = store.begin_run("0", now()).unwrap();
        poll(store, run, "Phare", &answered(Ok(200)), &["c"], now());
        let c = pending(store, now())[0].0;
        let elsewhere = watched(c, "https://phare.example/c", "C").save(store);
        assert_eq!(elsewhere, Saved { known: false, is_copy: false, mentions: 1 });
        assert_eq!(pending(store, now()), []);
        let [a, b, c] = [items[0], items[1], c].map(|item| article_of(store, item));
        assert_eq!((a.0, a.2), (b.0, b.2));
        assert_eq!((a.0 == c.0, a.2), (false, c.2));
        let mentions = mentions(store, &ever());
        assert_eq!(titles(&mentions), ["A", "C"]);
        let first = |mention: &Mention| mention.first.as_ref().unwrap().outlet.to_string();
        assert_eq!(mentions.iter().map(first).collect::<Vec<_>>(), ["Kade", "Kade"]);
    });
}

#[test]
fn a_key_is_free_for_the_article_that_stands_at_its_url() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b", "c", "d"]);
        let texts = [0, 1000, 2000, 3000].map(|from| text(from, 60));
        // The page of an item names the URL of another one as its own.
        let claims = PageRead::new(items[0], "https://kade.example/a", "A", &texts[0]);
        PageRead { canonical: "https://kade.example/b", ..claims }.save(store);
        assert_eq!(article_of(store, items[0]).1, "kade.example/b");
        let stands = PageRead::new(items[1], "https://kade.example/b", "B", &texts[1]);
        assert!(!stands.save(store).known);
        assert_eq!(article_of(store, items[0]).1, "kade.example/a", "a key of an item of its own");
        assert_eq!(article_of(store, items[1]).1, "kade.example/b");
        // Where all of its items have the key, too.
        let claims = PageRead::new(items[2], "https://kade.example/moved", "C", &texts[2]);
        PageRead { canonical: "https://kade.example/c", ..claims }.save(store);
        let stands = PageRead::new(items[3], "https://kade.example/c", "D", &texts[3]);
        assert!(!stands.save(store).known);
        let freed = article_of(store, items[2]).1;
        assert!(!["a", "b", "c", "d"].map(|path| format!("kade.example/{path}")).contains(&freed), "{freed}");
        assert_eq!(article_of(store, items[3]).1, "kade.example/c");
    });
}

#[test]
fn a_headline_becomes_a_part_of_its_article() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b", "c"]);
        let text = text(0, 80);
        PageRead::new(items[1], "https://kade.example/b", "Heron", &text).save(store);
        let headline = PageRead {
            extent: Extent::Headline,
            watches: &["Quay"],
            ..PageRead::new(items[0], "https://kade.example/a", "Crane", "")
        };
        let later = Ending::Again(hours_later(2), no_answer());
        headline.with(|reading| save(store, reading, Some(&later)).unwrap());
        // Announced a second time, under another URL.
        let again = PageRead { item: items[2], url: "https://kade.example/c", canonical: headline.url, ..headline };
        assert!(again.save(store).is_copy);
        let before = mentions(store, &ever());
        assert_eq!(titles(&before), ["Crane"]);
        assert!(before[0].headline_only && before[0].still_tried);
        assert_eq!(proposed(store, "crane").len(), 1);
        let page = PageRead::new(items[0], "https://kade.example/a", "Heron", &text);
        let absorbed = article_of(store, items[0]).0;
        assert!(PageRead { canonical: "https://kade.example/b", ..page }.save(store).is_copy);
        let after = mentions(store, &ever());
        assert_eq!(titles(&after), ["Heron"]);
        assert!(!after[0].headline_only && !after[0].still_tried);
        let [a, b, c] = [items[0], items[1], items[2]].map(|item| article_of(store, item).0);
        assert_eq!((a, c, a == absorbed), (b, b, false));
        assert_eq!(proposed(store, "crane"), []);
        assert_eq!(store.find(&Sought::default()).unwrap().stored, 1);
        assert!(store.found(absorbed).unwrap().is_none() && store.report(absorbed).unwrap().is_none());
        assert_eq!(super::pending_events(store), [a], "with its mention it waits for its event");
    });
}

#[test]
fn of_two_mentions_of_a_watch_the_articles_is_kept() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b"]);
        let text = text(0, 80);
        let page = |item, url, title| PageRead { watches: &["Quay"], ..PageRead::new(item, url, title, &text) };
        page(items[0], "https://kade.example/a", "Heron").save(store);
        PageRead { extent: Extent::Headline, ..page(items[1], "https://kade.example/b", "Crane") }.save(store);
        let [kept, other] = [items[0], items[1]].map(|item| article_of(store, item).0);
        let told: Vec<_> = mentions(store, &ever()).iter().map(|mention| mention.id).collect();
        store.apply(&[Change::Absorb(other, presswatch::decide::ArticleRef::Known(kept))]).unwrap();
        let left = mentions(store, &ever());
        assert_eq!(left.iter().map(|mention| mention.id).collect::<Vec<_>>(), told[..1]);
    });
}

#[test]
fn stories_that_turn_out_to_be_one_are_one_for_all_of_their_articles() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b", "c"]);
        let texts = [0, 1000, 2000].map(|from| text(from, 60));
        for ((item, path), text) in items.iter().zip(["a", "b", "c"]).zip(&texts) {
            PageRead::new(*item, &format!("https://kade.example/{path}"), path, text).save(store);
        }
        let [a, b, c] = [items[0], items[1], items[2]].map(|item| story_of(store, item));
        assert!(a != b && b != c && a != c);
        store.apply(&[Change::MergeStories(c, b), Change::MergeStories(b, a)]).unwrap();
        assert_eq!([items[0], items[1], items[2]].map(|item| story_of(store, item)), [a; 3]);
        let members = store.members(&[a], Some((source_of(store, items[0]), &[a]))).unwrap();
        assert_eq!((members.standing.len(), members.of_source.len()), (3, 3));
        assert_eq!(members.standing[0].words, 60);
    });
}

fn source_of(store: &Store, item: ItemId) -> presswatch::model::SourceId {
    PageRead::new(item, "https://none.example/", "", "").with(|reading| store.neighbours(reading).unwrap().source)
}

#[test]
fn stories_are_found_by_texts_and_by_originals() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b"]);
        let whole = text(0, 200);
        let page = PageRead::new(items[0], "https://kade.example/a", "A", &whole);
        page.with(|reading| {
            save(
                store,
                &presswatch::decide::Reading { original_address: Some("press.example/1"), ..reading.clone() },
                None,
            )
            .unwrap();
        });
        let (article, _, story) = article_of(store, items[0]);
        let related = |address: &str, original: Option<&str>, text: &str, hours: i64| {
            let print = presswatch::story::fingerprint(text);
            let lookup = presswatch::decide::StoryLookup {
                source: source_of(store, items[1]),
                address,
                original_address: original,
                fingerprint: Some(&print),
                since: hours_later(hours),
            };
            store.related(&lookup).unwrap()
        };
        let equal = related("x", None, &whole, 1);
        assert_eq!((equal.equal, equal.stories, equal.near.len()), (vec![article], vec![story], 0), "at any time");
        let near = related("x", None, &text(0, 190), -1);
        assert_eq!((near.equal.len(), near.stories.len()), (0, 0));
        assert_eq!((near.near[0].article, near.near[0].story, near.near[0].same_outlet), (article, story, true));
        assert_eq!(near.near[0].words, presswatch::story::fingerprint(&whole).words);
        assert!(related("x", None, &text(0, 190), 1).near.is_empty(), "it was read before");
        assert_eq!(related("x", Some("kade.example/a"), &text(900, 60), -1).stories, [story], "the named original");
        assert_eq!(related("press.example/1", None, &text(900, 60), -1).stories, [story], "it names this one");
        assert!(related("x", None, &text(900, 60), -1).stories.is_empty());
    });
}

#[test]
fn later_versions_are_stored_beside_the_first() {
    on_each_engine(|store| {
        let items = announced(store, &["a"]);
        let texts = [text(0, 60), text(500, 60)];
        let first = PageRead::new(items[0], "https://kade.example/a", "Heron seen", &texts[0]);
        PageRead { watches: &["Quay"], ..first }.save(store);
        let changed = PageRead {
            at: hours_later(6),
            published_at: hours_later(5),
            ..PageRead::new(items[0], "https://kade.example/a", "Crane seen", &texts[1])
        };
        read_again(store, &changed);
        let mention = &mentions(store, &ever())[0];
        assert_eq!((&*mention.title, &*mention.last_title, mention.headline_changes), ("Heron seen", "Crane seen", 1));
        assert_eq!((mention.gone_at, mention.published_at), (Some(hours_later(6)), Some(hours_later(-1))));
        let article = article_of(store, items[0]).0;
        let found = store.found(article).unwrap().unwrap();
        assert_eq!((found.article.text.as_str(), found.read_at), (texts[1].as_str(), Some(now())));
        assert_eq!((proposed(store, "word7").len(), proposed(store, "word507").len()), (0, 1));
        let again = PageRead { text: &texts[0], at: hours_later(8), watches: &["Quay"], ..changed };
        read_again(store, &again);
        let mention = &mentions(store, &ever())[0];
        assert_eq!((mention.gone_at, mention.headline_changes), (None, 1));
    });
}

#[test]
fn mentioned_articles_are_read_again() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b", "c"]);
        let texts = [0, 1000].map(|from| text(from, 60));
        let page = PageRead::new(items[0], "https://kade.example/a", "A", &texts[0]);
        PageRead { watches: &["Quay"], ..page }.save(store);
        PageRead::new(items[1], "https://kade.example/b", "B", &texts[1]).save(store);
        let headline = PageRead::new(items[2], "https://kade.example/c", "C", "");
        PageRead { extent: Extent::Headline, watches: &["Quay"], ..headline }.save(store);
        let known = |since: i64| -> Vec<Revisit> { store.revisits(hours_later(since), hours_later(9)).unwrap() };
        let first = known(-1);
        assert_eq!(
            first.iter().map(|known| known.item.id).collect::<Vec<_>>(),
            items[..1],
            "neither unmentioned nor unread"
        );
        assert_eq!((first[0].readings.first, first[0].readings.last, first[0].readings.changed), (now(), None, None));
        assert_eq!(first[0].validators.as_ref().unwrap().etag.as_deref(), Some("v2"));
        assert_eq!(known(1).len(), 0, "it was read before");
        store.apply(&[Change::NoteRevisit(first[0].id, hours_later(6))]).unwrap();
        assert_eq!(known(-1)[0].readings.last, Some(hours_later(6)));
        let run = store.begin_run("0", hours_later(7)).unwrap();
        let changed = presswatch::article::Item { title: "Another".into(), ..item("Kade", "a") };
        let listing = announcing(vec![changed], Vec::new());
        poll_at(store, run, "https://kade.example/rss", &answered(Ok(200)), &listing, hours_later(7));
        let told = &known(-1)[0];
        assert_eq!((told.readings.changed, told.item.item.title.as_str()), (Some(hours_later(7)), "Another"));
        store.sync(&[source("Phare")], &[], &[], now()).unwrap();
        assert_eq!(known(-1).len(), 0, "its source is no longer configured");
    });
}

#[test]
fn an_item_that_ended_elsewhere_keeps_its_article() {
    on_each_engine(|store| {
        let items = announced(store, &["a"]);
        let headline = PageRead::new(items[0], "https://kade.example/a", "Crane", "");
        let headline = PageRead { extent: Extent::Headline, watches: &["Quay"], ..headline };
        let later = Ending::Again(hours_later(2), no_answer());
        headline.with(|reading| save(store, reading, Some(&later)).unwrap());
        let article = article_of(store, items[0]);
        end(store, items[0], Ending::In(presswatch::model::ItemState::GivenUp, Some(no_answer())));
        assert_eq!(article_of(store, items[0]), article);
        assert!(!mentions(store, &ever())[0].still_tried);
    });
}

#[test]
fn unmatched_texts_are_deleted_but_their_headlines_kept() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b", "c"]);
        let texts = [0, 1000, 2000].map(|from| text(from, 60));
        let page = PageRead::new(items[0], "https://kade.example/a", "Heron", &texts[0]);
        PageRead { watches: &["Quay"], ..page }.save(store);
        PageRead::new(items[1], "https://kade.example/b", "Crane", &texts[1]).save(store);
        let late = PageRead::new(items[2], "https://kade.example/c", "Gull", &texts[2]);
        PageRead { at: hours_later(2), ..late }.save(store);
        store.expire(&Expiry { texts_before: Some(hours_later(1)), comparisons_before: None }).unwrap();
        let found = ["word7", "word1007", "word2007", "crane"].map(|query| proposed(store, query).len());
        assert_eq!(found, [1, 0, 1, 1]);
        let [a, b, c] = [items[0], items[1], items[2]].map(|item| article_of(store, item).0);
        assert_eq!(store.found(b).unwrap().unwrap().article.text, "");
        let whole = store.stored_articles(ArticleId::default(), 9, None).unwrap();
        assert_eq!(whole.iter().map(|stored| stored.id).collect::<Vec<_>>(), [a, c], "half an article is not matched");
        let again =
            PageRead { at: hours_later(3), ..PageRead::new(items[1], "https://kade.example/b", "Crane", &texts[1]) };
        assert!(again.save(store).known, "an equal text is still known");
    });
}

#[test]
fn texts_that_are_no_longer_compared_are_found_by_equality_only() {
    on_each_engine(|store| {
        let items = announced(store, &["a", "b"]);
        let texts = [0, 1000].map(|from| text(from, 200));
        PageRead::new(items[0], "https://kade.example/a", "A", &texts[0]).save(store);
        let late = PageRead::new(items[1], "https://kade.example/b", "B", &texts[1]);
        PageRead { at: hours_later(2), ..late }.save(store);
        store.expire(&Expiry { texts_before: None, comparisons_before: Some(hours_later(1)) }).unwrap();
        let run = store.begin_run("0", now()).unwrap();
        assert_eq!(poll(store, run, "Phare", &answered(Ok(200)), &["c", "d", "e"], now()), 3);
        let others: Vec<ItemId> = pending(store, now()).into_iter().map(|(id, _)| id).collect();
        let shorter = [0, 1000].map(|from| text(from, 190));
        let stories = others.iter().zip([("c", &shorter[0]), ("d", &shorter[1]), ("e", &texts[0])]).map(
            |(item, (path, text))| {
                let url = format!("https://phare.example/{path}");
                PageRead { at: hours_later(3), ..PageRead::new(*item, &url, path, text) }.save(store);
                story_of(store, *item)
            },
        );
        let stories: Vec<StoryId> = stories.collect();
        let [a, b] = [items[0], items[1]].map(|item| story_of(store, item));
        assert_eq!((stories[0] == a, stories[1], stories[2]), (false, b, a));
        assert_eq!(store.members(&[b], None).unwrap().standing.len(), 1);
    });
}

#[test]
fn of_many_articles_with_one_headline_the_latest_are_compared() {
    on_each_engine(|store| {
        let run = configured(store);
        // A column that has the same headline each day, as an aggregator names it.
        let column =
            |day: u32| Item { title: "Live".into(), outlet: "Gazet".into(), ..item("Kade", &format!("{day}")) };
        let listing = announcing((0..40).map(column).collect(), Vec::new());
        poll_at(store, run, "https://kade.example/rss", &answered(Ok(200)), &listing, now());
        let items = pending(store, now());
        assert_eq!(items.len(), 40);
        for (n, (id, url)) in items.iter().enumerate() {
            let text = text(1000 * n, 40);
            let page = PageRead::new(*id, url, "Live", &text);
            let near = page.with(|reading| store.neighbours(reading).unwrap());
            assert_eq!(near.same.len(), n.min(20));
            page.save(store);
        }
    });
}
