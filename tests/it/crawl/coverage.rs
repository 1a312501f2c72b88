//! A week of six outlets: what a run finds, and what a second run leaves alone.

use crate::press::{HIDDEN, Press};
use crate::world::World;

fn crawled() -> (Press, World) {
    let press = Press::open();
    let world = World::with(&press.config());
    world.run();
    (press, world)
}

#[test]
fn every_outlet_that_reported_is_in_the_coverage() {
    let (_press, world) = crawled();
    assert_eq!(
        world.sql(
            "SELECT watch, outlet, title, published_at, language, paywalled, coalesce(original_outlet, '-') FROM coverage
             ORDER BY watch, published_at"
        ),
        [
            "Herons | De Kade | Reiger nestelt op kraan 14 | 2026-10-09T07:00:00Z | nl | 0 | -",
            // Its robots.txt disallows the page; the feed's headline and lead are shown all the same.
            "Quayside strike | De Kade | Het archief van de kade | 2026-10-08T07:00:00Z | nl | 0 | -",
            "Quayside strike | Le Phare | La caisse noire des dockers | 2026-10-09T16:00:00Z | fr | 1 | -",
            "Quayside strike | Le Phare | Les dockers du quai Est en grève | 2026-10-10T08:31:00Z | fr | 0 | -",
            "Quayside strike | Canal Info | Grève au port | 2026-10-10T08:40:00Z | fr | 0 | -",
            "Quayside strike | Vitrine | Les dockers en grève | 2026-10-10T09:00:00Z | fr | 0 | Le Phare",
            "Quayside strike | De Kade | Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’ | 2026-10-10T09:05:00Z | nl | 0 | -",
            "Quayside strike | Kiste | Docker am Ostkai streiken für neue Helme | 2026-10-10T13:00:00Z | de | 0 | -",
            "Quayside strike | Harbour Post | A crane stands still | 2026-10-10T16:00:00Z | en | 0 | -",
        ]
    );
}

#[test]
fn copies_of_one_text_are_one_story() {
    let (_press, world) = crawled();
    assert_eq!(
        world.sql("SELECT string_agg(outlet, ', ' ORDER BY outlet) FROM coverage GROUP BY story HAVING count(*) > 1"),
        ["Canal Info, Le Phare, Vitrine"]
    );
}

#[test]
fn hidden_text_is_neither_matched_nor_stored() {
    let (_press, world) = crawled();
    assert_eq!(world.one("SELECT count(*) FROM article WHERE text LIKE '%caisse dont personne%'"), "1");
    for (table, column) in world.text_columns() {
        let found = world.one(&format!("SELECT count(*) FROM {table} WHERE {column} LIKE '%{HIDDEN}%'"));
        assert_eq!(found, "0", "{table}.{column}");
    }
    assert_eq!(world.sql("SELECT url FROM coverage WHERE terms LIKE '%secret%' OR snippet LIKE '%secret%'"), [""; 0]);
}

#[test]
fn every_item_ends_in_one_state() {
    let (press, world) = crawled();
    assert_eq!(
        world.sql("SELECT s.name, i.state, count(*) FROM item i JOIN source s ON s.id = i.source_id GROUP BY 1, 2 ORDER BY 1, 2"),
        [
            "Canal Info | read | 2",
            "De Kade | disallowed | 1",
            "De Kade | read | 2",
            "De Kade | too_old | 1",
            "Harbour Post | read | 1",
            "Kiste | read | 1",
            "Le Phare | read | 2",
            "Vitrine | out_of_scope | 1",
            "Vitrine | read | 1",
        ]
    );
    assert_eq!(press.kade.asked_for("/intern/archief-2026-10-08").len(), 0, "robots.txt forbids it");
    assert_eq!(press.kade.asked_for("/nieuws/terugblik-op-de-zomer-2026-08-20").len(), 0, "older than max_age");
}

#[test]
fn a_page_is_fetched_once_however_many_urls_announce_it() {
    let (press, _world) = crawled();
    let articles = |paths: Vec<String>, part: &str| paths.into_iter().filter(|path| path.contains(part)).count();
    assert_eq!(articles(press.kade.news(), "dokwerkers"), 1);
    assert_eq!(articles(press.phare.news(), "DGRNYVV6AHGXH6Q2ZD6GYMS7QR"), 1);
    assert_eq!(articles(press.canal.news(), "4711"), 1);
    assert_eq!(press.vitrine.news(), ["/detail/fr-be/AA1b2C"], "the page itself has no text");
}

#[test]
fn sitemaps_that_cannot_contain_news_are_not_requested() {
    let (press, _world) = crawled();
    assert_eq!(press.kiste.news(), ["/hafen/docker-streiken", "/sitemap-2026-10.xml.gz", "/sitemap.xml"]);
}

#[test]
fn a_second_run_adds_nothing_and_sends_no_requests() {
    let (press, world) = crawled();
    let before = world.sql("SELECT * FROM coverage ORDER BY watch, url");
    for outlet in [&press.kade, &press.phare, &press.canal, &press.vitrine, &press.search, &press.post, &press.kiste] {
        outlet.news();
    }
    let summary = world.presswatch(&["run", "--json"]).expect(0).json();
    assert_eq!(
        (&summary["items_new"], &summary["mentions_new"], &summary["requests"]),
        (&0.into(), &0.into(), &0.into())
    );
    for outlet in [&press.kade, &press.phare, &press.canal, &press.vitrine, &press.search, &press.post, &press.kiste] {
        assert_eq!(outlet.news(), [""; 0]);
    }
    assert_eq!(world.sql("SELECT * FROM coverage ORDER BY watch, url"), before);
}

#[test]
fn a_later_run_polls_conditionally_and_refetches_no_page() {
    let (press, mut world) = crawled();
    let before = world.sql("SELECT * FROM coverage ORDER BY watch, url");
    for outlet in [&press.kade, &press.phare, &press.canal, &press.vitrine, &press.search, &press.post, &press.kiste] {
        outlet.news();
    }
    world.hours_pass(1);
    let summary = world.presswatch(&["run", "--force", "--json"]).expect(0).json();
    assert_eq!(press.kade.news(), ["/rss.xml"]);
    assert_eq!(press.phare.news(), ["/arc/rss/?outputType=xml", "/arc/sitemap-news/?outputType=xml"]);
    assert_eq!(press.canal.news(), ["/actu"]);
    assert_eq!(press.vitrine.news(), [""; 0]);
    assert_eq!(press.post.news(), ["/atom"]);

    let feed = press.kade.asked_for("/rss.xml").pop().unwrap();
    assert_eq!(feed.header("if-none-match"), Some("\"kade-1\""));
    assert_eq!(feed.header("if-modified-since"), Some("Sat, 10 Oct 2026 09:10:00 GMT"));
    let feed = press.phare.asked_for("/arc/rss/?outputType=xml").pop().unwrap();
    assert_eq!(feed.header("if-none-match"), Some("W/\"phare\""));
    assert_eq!(summary["channels_unchanged"], 3, "{summary}");
    assert_eq!(
        (&summary["items_new"], &summary["mentions_new"], &summary["articles_read"]),
        (&0.into(), &0.into(), &0.into())
    );
    assert_eq!(world.sql("SELECT * FROM coverage ORDER BY watch, url"), before);
}

#[test]
fn the_summary_counts_what_was_done() {
    let press = Press::open();
    let world = World::with(&press.config());
    let summary = world.presswatch(&["run", "--json"]).expect(0).json();
    for (name, expected) in [
        ("run", 1),
        // De Kade 1, Le Phare 2, Canal Info 1, Vitrine 2 searches, Harbour Post 1, Kiste an index and a sitemap.
        ("channels", 9),
        ("channels_failed", 0),
        ("channels_unchanged", 0),
        ("items_new", 12),
        ("articles_read", 9),
        ("articles_failed", 1),
        ("mentions_new", 9),
        ("pending", 0),
    ] {
        assert_eq!(summary[name], expected, "{name}: {summary}");
    }
    assert!(summary["bytes"].as_u64().unwrap() > 5_000, "{summary}");
    assert!(summary["started_at"].as_str().unwrap().ends_with('Z') && summary["finished_at"].is_string(), "{summary}");
}
