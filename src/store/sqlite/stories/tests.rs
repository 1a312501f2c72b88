//! Which texts become one story, whatever the order in which they come.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use url::Url;

use super::*;
use crate::article::{Article, KeptArticle};
use crate::crawl::save;
use crate::decide::Reading;
use crate::model::{Extent, ItemId};
use crate::store::{Expiry, Store};
use crate::story;

struct World {
    store: Store,
    now: Timestamp,
    count: usize,
}

impl World {
    fn new() -> Self {
        Self { store: Store::in_memory().unwrap(), now: "2026-10-10T12:00:00Z".parse().unwrap(), count: 0 }
    }

    fn connection(&self) -> &Connection {
        &self.store.sqlite().conn
    }

    /// Has an outlet's article read, and returns its row.
    fn read(&mut self, outlet: &str, text: &str) -> i64 {
        self.read_with(outlet, text, None)
    }

    fn read_with(&mut self, outlet: &str, text: &str, original: Option<&str>) -> i64 {
        self.count += 1;
        let address = format!("{}.example/{}", outlet.replace(' ', "-"), self.count);
        let url: Url = format!("https://{address}").parse().unwrap();
        let at = utc(self.now);
        let c = self.connection();
        c.execute("INSERT OR IGNORE INTO source (name, added_at) VALUES (?1, ?2)", [outlet, &at]).unwrap();
        c.execute(
            "INSERT OR IGNORE INTO channel (source_id, kind, url) SELECT id, 'feed', 'f' FROM source WHERE name = ?1",
            [outlet],
        )
        .unwrap();
        let item = c
            .query_row(
                "INSERT INTO item (source_id, channel_id, key, url, title, summary, author, language, outlet, first_seen_at, state)
                 SELECT s.id, h.id, ?2, ?2, '', '', '', '', '', ?3, 'pending' FROM source s JOIN channel h ON h.source_id = s.id
                 WHERE s.name = ?1 RETURNING id",
                [outlet, &address, &at],
                |row| row.get(0),
            )
            .unwrap();
        let article = Article {
            url: url.clone(),
            canonical_url: url,
            title: outlet.to_owned(),
            author: String::new(),
            credit: String::new(),
            published_at: None,
            modified_at: None,
            language: "fr".to_owned(),
            summary: String::new(),
            text: text.to_owned(),
            paywalled: false,
            advertorial: false,
            image: None,
            section: String::new(),
            original_outlet: None,
            original_url: None,
        };
        let article = KeptArticle::from(article);
        let fingerprint = story::fingerprint(text);
        let reading = Reading {
            item: ItemId(item),
            owner: None,
            key: &address,
            address: &address,
            own_key: &address,
            own_address: &address,
            is_sure: false,
            article: &article,
            extent: Extent::Full,
            fingerprint: Some(&fingerprint),
            original_address: original,
            wishes: &crate::politeness::Wishes::default(),
            mentions: &[],
            validators: None,
            at: self.now,
            story_window: SignedDuration::from_hours(30 * 24),
        };
        save(&self.store, &reading, None).unwrap();
        self.number("SELECT article_id FROM item WHERE id = ?1", item)
    }

    fn story(&self, article: i64) -> i64 {
        self.number("SELECT story_id FROM article WHERE id = ?1", article)
    }

    fn number(&self, sql: &str, of: i64) -> i64 {
        self.connection().query_row(sql, [of], |row| row.get(0)).unwrap()
    }
}

/// The sets of places that hold the same value.
fn groups<T: PartialEq>(values: &[T]) -> BTreeSet<Vec<usize>> {
    values.iter().map(|one| (0..values.len()).filter(|at| values[*at] == *one).collect()).collect()
}

/// Up to 24 orders of so many things: all, where there are no more.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for next in 0..count {
        orders = orders
            .iter()
            .flat_map(|order: &Vec<usize>| {
                (0..=order.len()).map(move |at| [&order[..at], &[next], &order[at..]].concat())
            })
            .collect();
        let step = orders.len().div_ceil(24);
        orders = orders.into_iter().step_by(step).collect();
    }
    orders
}

#[test]
#[ignore = "slow"]
fn texts_make_the_stories_that_the_fixtures_name_in_any_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stories");
    let mut wrong = Vec::new();
    let mut cases = 0;
    for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        cases += 1;
        let case = fs::read_to_string(&file).unwrap();
        let texts: Vec<(&str, &str, &str)> = case
            .split("== ")
            .skip(1)
            .map(|block| {
                let (head, text) = block.split_once('\n').unwrap();
                let (outlet, story) = head.split_once(" | ").unwrap();
                (outlet, story, text)
            })
            .collect();
        let expected = groups(&texts.iter().map(|text| text.1).collect::<Vec<_>>());
        for order in orders(texts.len()) {
            let mut world = World::new();
            let mut articles = vec![0; texts.len()];
            for at in &order {
                articles[*at] = world.read(texts[*at].0, texts[*at].2);
            }
            let found: Vec<i64> = articles.iter().map(|article| world.story(*article)).collect();
            if groups(&found) != expected {
                wrong.push(format!("{} in the order {order:?}: {found:?}", file.display()));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(cases >= 21, "{cases} cases");
}

/// A text of so many words that no other text has, on from one of them.
fn text(name: &str, words: std::ops::Range<usize>) -> String {
    words.map(|word| format!("{name}{}", "x".repeat(word % 7) + &word.to_string())).collect::<Vec<_>>().join(" ")
}

#[test]
fn any_order_of_arrival_makes_the_same_stories() {
    let mut texts = Vec::new();
    for story in 0..6 {
        let name = ["a", "b", "c", "d", "e", "f"][story];
        for (outlet, text) in [
            text(name, 0..300),
            text(name, 0..120),
            format!("Bruxelles Belga {} lire aussi {}", text(name, 0..300), text("other", story * 20..story * 20 + 15)),
            format!("{} {}", text(name, 0..150), text(name, 180..300)),
            text(name, 20..300),
        ]
        .into_iter()
        .enumerate()
        {
            texts.push((story, format!("Outlet {outlet}"), text));
        }
    }
    let expected = groups(&texts.iter().map(|text| text.0).collect::<Vec<_>>());
    for seed in 1..12 {
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|at| ((at + 1) * seed * 7919) % 1009);
        let mut world = World::new();
        let mut articles = vec![0; texts.len()];
        for at in order {
            articles[at] = world.read(&texts[at].1, &texts[at].2);
        }
        let found: Vec<i64> = articles.iter().map(|article| world.story(*article)).collect();
        assert_eq!(groups(&found), expected, "seed {seed}: {found:?}");
        for (at, story) in found.iter().enumerate() {
            assert!(*story <= articles[at], "a story has the number of its first article");
        }
    }
}

#[test]
fn likeness_does_not_walk_from_text_to_text() {
    for order in orders(4) {
        let mut world = World::new();
        let mut stories: Vec<(usize, i64)> = Vec::new();
        for at in &order {
            // Each has 54 % in common with the next, and 25 % with the one after that.
            let article = world.read(&format!("Outlet {at}"), &text("w", at * 60..at * 60 + 200));
            stories.push((*at, article));
        }
        for (a, one) in &stories {
            for (b, other) in &stories {
                assert!(a.abs_diff(*b) < 3 || world.story(*one) != world.story(*other), "{order:?}");
            }
        }
    }
}

#[test]
fn near_copies_are_looked_for_in_a_window_and_equal_texts_always() {
    let mut world = World::new();
    let whole = text("w", 0..200);
    let first = world.read("A", &whole);
    world.now = world.now.checked_add(SignedDuration::from_hours(31 * 24)).unwrap();
    let late = world.read("B", &text("w", 0..190));
    assert_eq!(world.story(late), late);
    let equal = world.read("C", &whole);
    assert_eq!((world.story(late), world.story(equal)), (first, first), "both are copies of it");
    let before = world.now.checked_add(SignedDuration::from_hours(1)).unwrap();
    world.store.expire(&Expiry { texts_before: None, comparisons_before: Some(before) }).unwrap();
    let left = "SELECT (SELECT count(*) FROM story_text) + (SELECT count(*) FROM story_list) + 0 * ?1";
    assert_eq!(world.number(left, 0), 0);
}

#[test]
fn a_named_original_joins_whichever_came_first() {
    let mut world = World::new();
    let copy = world.read_with("Portal", &text("p", 0..30), Some("Paper.example/2"));
    let original = world.read("Paper", &text("q", 0..30));
    let again = world.read_with("Portal", &text("p", 0..28), Some("Paper.example/2"));
    // Another text of that outlet that names it is not believed: a site may name one address on all its pages.
    let other = world.read_with("Portal", &text("r", 0..30), Some("Paper.example/2"));
    assert_eq!(world.story(other), other);
    assert_eq!([copy, original, again].map(|article| world.story(article)), [copy; 3]);
}

#[test]
fn an_outlets_near_equal_texts_are_one_article_unless_numbers_or_days_differ() {
    let plain = |words: std::ops::Range<usize>| {
        let letters =
            |n: usize| (0..3).map(|at| char::from(b"bcdfghklmn"[n / 10_usize.pow(at) % 10])).collect::<String>();
        words.map(|n| format!("{}a", letters(n))).collect::<Vec<_>>().join(" ")
    };
    let mut world = World::new();
    let first = world.read("A", &plain(0..200));
    let again = plain(0..195);
    assert_eq!(world.read("A", &again), first, "a correction under another address");
    assert_eq!(world.read("A", &format!("{} {again}", plain(300..304))), first, "a line more at its beginning");
    // At another outlet it is a copy, and there they are one article, too.
    let other = world.read("B", &plain(0..200));
    assert_eq!(world.read("B", &plain(0..198)), other);
    assert_eq!((other != first, world.story(other)), (true, first));
    // Of one story, but two articles.
    let results = |a: u32, b: u32| format!("{} le score est de {a} buts {} {b}", plain(400..500), plain(500..600));
    let monday = world.read("A", &results(12, 31));
    for (a, b) in [(14, 31), (12, 30)] {
        assert_ne!(world.read("A", &results(a, b)), monday, "{a} {b}");
    }
    world.now = world.now.checked_add(SignedDuration::from_hours(25)).unwrap();
    assert_ne!(world.read("A", &plain(2..200)), first, "next day's edition");
    // Much of it cut is another text.
    let cut = world.read("A", &plain(0..100));
    assert_eq!(world.story(cut), cut);
    assert_eq!(
        world.number(
            "SELECT count(*) FROM story_text t WHERE NOT EXISTS (SELECT 1 FROM article WHERE id = t.article_id AND ?1)",
            1
        ),
        0
    );
}

#[test]
fn a_copy_has_its_delay_and_its_likeness() {
    let mut world = World::new();
    world.read("A", &text("w", 0..103));
    world.now = world.now.checked_add(SignedDuration::from_mins(90)).unwrap();
    world.read("B", &text("w", 0..103));
    world.now = world.now.checked_add(SignedDuration::from_mins(30)).unwrap();
    // 80 of 100 runs of four words.
    world.read("C", &text("w", 0..83));
    // It says itself that it is a copy: whatever its time, it is not the original.
    world
        .connection()
        .execute(
            "UPDATE article SET published_at = '2026-10-10T11:00:00Z', original_outlet = 'X' WHERE title = 'C'",
            [],
        )
        .unwrap();
    let sql = "SELECT place || '|' || outlet || '|' || CAST(minutes_later AS INTEGER) || '|' || coalesce(round(likeness, 2), '') FROM copies ORDER BY place";
    let mut query = world.connection().prepare(sql).unwrap();
    let rows: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows, ["1|A|0|", "2|B|90|1.0", "3|C|-60|0.8"]);
    let first: String =
        world.connection().query_row("SELECT first_outlet || longest_text FROM stories", [], |row| row.get(0)).unwrap();
    assert_eq!(first, format!("A{}", text("w", 0..103).len()));
}

#[test]
fn the_view_tells_who_was_first() {
    let mut world = World::new();
    world.read("B", &text("w", 0..150));
    world.read("A", &text("w", 0..200));
    let article = world.read("C", &text("v", 0..200));
    world
        .connection()
        .execute("UPDATE article SET published_at = '2026-10-09T08:00:00Z' WHERE title = 'A'", [])
        .unwrap();
    let sql =
        "SELECT first_outlet || '|' || first_at || '|' || outlets || '|' || copies || '|' || title || '|' || languages
               FROM stories WHERE story = ?1";
    let row = |story: i64| world.connection().query_row(sql, [story], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(row(1), "A|2026-10-09T08:00:00Z|2|1|A|fr");
    assert_eq!(row(article), "C|2026-10-10T12:00:00Z|1|0|C|fr");
}
