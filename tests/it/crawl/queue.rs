//! An item that a channel once announced is not lost: it ends in one recorded state.

use crate::answer::Answer;
use crate::gazette::{config, gazette, print};
use crate::pages::{Entry, numbered_page, page, rss};
use crate::world::World;

/// A feed with one item whose headline the watch matches.
fn announce(outlet: &crate::server::Outlet, path: &str) {
    let link = outlet.url(path);
    let date = "Sun, 11 Oct 2026 08:00:00 +0200";
    let lead = "It circled over the harbour for an hour.";
    outlet.serve("/feed", rss(&[Entry { title: "Kraanvogel seen at the lock", link: &link, date, lead }]));
}

#[test]
fn a_missing_article_is_given_up_after_four_tries() {
    let outlet = gazette(0);
    announce(&outlet, "/a/1");
    let mut world = World::with(&config(&outlet));
    for tries in 1..=4 {
        assert_eq!(outlet.asked_for("/a/1").len(), tries - 1);
        world.run();
        assert_eq!(outlet.asked_for("/a/1").len(), tries);
        world.hours_pass(48);
    }
    assert_eq!(world.one("SELECT state, tries FROM item"), "given_up | 4");
    let reason = world.one("SELECT reason FROM item");
    assert!(reason.contains("4 times") && reason.contains("HTTP 404"), "{reason}");
    world.run();
    assert_eq!(outlet.asked_for("/a/1").len(), 4);
}

#[test]
fn a_failing_article_is_retried_for_days_even_after_leaving_the_feed() {
    let outlet = gazette(0);
    announce(&outlet, "/a/1");
    outlet.serve("/a/1", Answer::error(500));
    let mut world = World::with(&config(&outlet));
    world.run();
    print(&outlet, 0);
    outlet.serve("/a/1", Answer::error(500));
    for _ in 0..3 {
        world.hours_pass(24);
        world.run();
    }
    assert!(outlet.asked_for("/a/1").len() >= 4);
    assert_eq!(world.one("SELECT state FROM item"), "pending");
    // The channel's headline is shown meanwhile.
    assert_eq!(world.one("SELECT title, text FROM coverage"), "Kraanvogel seen at the lock | ");
    outlet.serve("/a/1", numbered_page(1));
    world.hours_pass(48);
    world.run();
    assert_eq!(world.one("SELECT state FROM item"), "read");
    assert_eq!(world.one("SELECT title, text <> '' FROM coverage"), "Kraanvogel number 1 has landed | 1");
}

#[test]
fn an_article_that_fails_for_days_is_given_up_with_its_reason() {
    let outlet = gazette(0);
    announce(&outlet, "/a/1");
    outlet.serve("/a/1", Answer::error(500));
    let mut world = World::with(&config(&outlet));
    for _ in 0..14 {
        world.run();
        world.hours_pass(24);
    }
    let row = world.one("SELECT state, tries BETWEEN 5 AND 10, reason FROM item");
    assert!(row.starts_with("given_up | 1 | tried ") && row.contains("HTTP 500"), "{row}");
    let sources = world.presswatch(&["sources"]).expect(0).stdout;
    assert!(sources.contains("1 given up"), "{sources}");
}

#[test]
fn the_digest_says_when_only_headline_and_lead_are_known() {
    let outlet = gazette(0);
    announce(&outlet, "/a/1");
    outlet.serve("/a/1", Answer::error(503));
    let world = World::with(&config(&outlet));
    world.run();
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    assert!(digest.contains("Kraanvogel seen at the lock") && digest.contains("headline and lead only"), "{digest}");
}

#[test]
fn pending_items_are_fetched_by_the_next_run() {
    let outlet = gazette(3);
    outlet.serve("/a/2", Answer::error(429).header("retry-after", "60"));
    let mut world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM item WHERE state = 'pending'"), "2");
    print(&outlet, 0);
    outlet.serve("/a/2", numbered_page(2));
    world.minutes_pass(20);
    let summary = world.presswatch(&["run", "--json"]).expect(0).json();
    assert_eq!((&summary["articles_read"], &summary["pending"]), (&2.into(), &0.into()), "{summary}");
}

#[test]
fn a_new_watch_matches_stored_articles_without_requests() {
    let outlet = gazette(3);
    let world = World::with(&config(&outlet));
    world.run();
    outlet.news();
    let text = std::fs::read_to_string(world.path("sources.toml")).unwrap();
    world.write(
        "sources.toml",
        format!("{text}\n[[watch]]\nname = \"Lunch\"\nquery = '\"harbour master\" AND lunch'\n"),
    );
    let summary = world.presswatch(&["run", "--json"]).expect(0).json();
    assert_eq!(summary["mentions_new"], 3, "{summary}");
    assert_eq!(outlet.news(), [""; 0]);
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE watch = 'Lunch'"), "3");
}

#[test]
fn a_changed_watch_is_applied_to_stored_articles_once() {
    let outlet = gazette(3);
    let mut world = World::with(&config(&outlet).replace("\"kraanvogel\"", "\"stork\""));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "0");
    world.edit("\"stork\"", "\"stork OR kraanvogel\"");
    world.hours_pass(1);
    world.run();
    let first = world.sql("SELECT found_at, url FROM coverage ORDER BY url");
    assert_eq!(first.len(), 3);
    world.hours_pass(1);
    world.run();
    assert_eq!(world.sql("SELECT found_at, url FROM coverage ORDER BY url"), first);
}

#[test]
fn unmatched_texts_are_deleted_after_keep_text() {
    let outlet = gazette(2);
    let page = numbered_page(2).replace("Kraanvogel", "stork");
    outlet.serve("/a/2", page);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 2).replace("Kraanvogel number 2", "A stork");
    outlet.serve("/feed", feed);
    let mut world = World::with(&format!("[crawl]\nkeep_text = \"10d\"\n{}", config(&outlet)));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM article WHERE text <> ''"), "2");
    world.hours_pass(9 * 24);
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM article WHERE text <> ''"), "2");
    world.hours_pass(2 * 24);
    world.run();
    assert_eq!(world.sql("SELECT url FROM article WHERE text <> ''"), [outlet.url("/a/1")]);
}

#[test]
fn old_items_are_recorded_but_not_fetched() {
    let outlet = gazette(3);
    let mut world = World::with(&format!("[crawl]\nmax_age = \"2d\"\n{}", config(&outlet)));
    world.hours_pass(48);
    world.run();
    assert_eq!(world.sql("SELECT state, count(*) FROM item GROUP BY state"), ["too_old | 3"]);
    assert_eq!(outlet.news(), ["/feed"]);
}

#[test]
fn a_weak_date_discards_nothing() {
    let outlet = gazette(0);
    let recent = "Sat, 10 Oct 2026 10:00:00 +0200";
    let items = [
        // Where it is, the date in the feed, the date that the page names, a line on the page, what becomes of it.
        ("/a/crane-2016-03-22", "", "", "", "read"),
        ("/a/20160322-crane", "", "", "", "read"),
        ("/a/epoch", "Thu, 01 Jan 1970 00:00:00 +0000", "", "", "read"),
        ("/a/epoch-in-new-york", "Wed, 31 Dec 1969 19:00:00 -0500", "", "", "read"),
        ("/a/year-1", "Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00Z", "", "read"),
        ("/a/line", "", "", "Bruges, 22 March 2016", "read"),
        ("/a/line-and-feed", recent, "", "Bruges, 22 March 2016", "read"),
        ("/2016/03/22/in-the-feed", recent, "", "", "read"),
        ("/2016/03/22/crane", "", "", "", "too_old"),
        ("/a/named", "", "2016-03-22T10:00:00Z", "", "too_old"),
        ("/a/named-in-words", "", "", "Published: 22 March 2016", "too_old"),
        ("/a/feed", "Tue, 22 Mar 2016 10:00:00 +0100", "", "", "too_old"),
    ];
    let links = items.map(|(path, ..)| outlet.url(path));
    let entries: Vec<Entry> = items
        .iter()
        .zip(&links)
        .map(|((_, date, ..), link)| Entry { title: "A crane", link, date, lead: "" })
        .collect();
    outlet.serve("/feed", rss(&entries));
    for (nth, (path, _, named, line, _)) in (1..).zip(&items) {
        let sentence =
            format!("Kraanvogel {nth} came down on quay {nth} at noon, and {nth} people stood there to see it.");
        let more = "Nobody had expected it before the evening, said the harbour master, who had gone home for lunch.";
        outlet.serve(path, page(&format!("Crane {nth}"), named, &[line, &sentence, more]));
    }
    let world = World::with(&config(&outlet));
    world.run();
    for ((path, .., state), link) in items.iter().zip(&links) {
        assert_eq!(world.one(&format!("SELECT state FROM item WHERE url = '{link}'")), *state, "{path}");
    }
    // Items too old by the date of their channel or in their URL are not requested.
    assert!(outlet.asked_for("/2016/03/22/crane").is_empty() && outlet.asked_for("/a/feed").is_empty());
    let dated = "SELECT count(*) FROM coverage WHERE published_at IS NOT NULL AND published_at < '2016-03-21'";
    assert_eq!(world.one(dated), "0");
}

#[test]
fn a_dry_run_makes_no_file() {
    let outlet = gazette(2);
    let world = World::with(&config(&outlet));
    let summary = world.presswatch(&["run", "--dry-run", "--json"]).expect(0).json();
    assert_eq!((&summary["articles_read"], &summary["mentions_new"]), (&2.into(), &2.into()));
    let names: Vec<_> = std::fs::read_dir(world.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["sources.toml"]);
}

#[test]
fn a_dry_run_changes_no_byte_of_a_file() {
    let outlet = gazette(2);
    let mut world = World::with(&config(&outlet)).in_file();
    world.run();
    let before = (std::fs::read(world.path("presswatch.db")).unwrap(), world.sql("SELECT * FROM item"));
    print(&outlet, 4);
    world.hours_pass(24);
    let summary = world.presswatch(&["run", "--dry-run", "--json"]).expect(0).json();
    assert_eq!(summary["items_new"], 2, "{summary}");
    assert_eq!((std::fs::read(world.path("presswatch.db")).unwrap(), world.sql("SELECT * FROM item")), before);
}

#[test]
fn a_feed_whose_window_has_moved_on_is_reported() {
    let outlet = gazette(0);
    let day = |n: usize, date: &str| {
        let links: Vec<String> = (0..4).map(|k| outlet.url(&format!("/d/{n}{k}"))).collect();
        let entries: Vec<Entry> = links.iter().map(|link| Entry { title: "A bird", link, date, lead: "" }).collect();
        outlet.serve("/feed", rss(&entries));
    };
    day(1, "Sun, 11 Oct 2026 08:00:00 +0200");
    let mut world = World::with(&config(&outlet));
    world.run();
    day(2, "Tue, 13 Oct 2026 08:00:00 +0200");
    world.hours_pass(48);
    world.run();
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    let digest = digest.split_whitespace().collect::<Vec<_>>().join(" ");
    let gap = "may have missed items between Sun 11 Oct 09:30 and Tue 13 Oct 08:00; poll at least every 45 min";
    assert!(digest.contains(gap), "{digest}");
}

#[test]
fn a_listing_that_became_empty_is_reported() {
    let outlet = gazette(0);
    outlet
        .serve("/news", "<main><h2><a href=\"/a/1\">Kraanvogel seen at the lock</a></h2></main>")
        .serve("/a/1", numbered_page(1));
    let page = format!("pages = [{{ url = \"{}\", link = \"h2 a\" }}]", outlet.url("/news"));
    let mut world = World::with(&format!("{}[[source]]\nname = \"Listing\"\n{page}\n", crate::gazette::WATCH));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
    outlet.serve("/news", "<main><h3><a href=\"/a/2\">Rebuilt</a></h3></main>");
    world.hours_pass(24);
    let done = world.run();
    assert!(done.stderr.contains("the selector matches no link; last time there were 1"), "{}", done.stderr);
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    assert!(digest.contains("the selector matches no link"), "{digest}");
}

#[test]
fn a_source_removed_from_the_configuration_keeps_its_articles() {
    let (outlet, other) = (gazette(2), gazette(1));
    let world = World::with(&format!("{}{}", config(&outlet), crate::gazette::source("Other", &other)));
    world.run();
    outlet.news();
    world.configure(&format!("{}{}", crate::gazette::WATCH, crate::gazette::source("Other", &other)));
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(outlet.news(), [""; 0]);
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE outlet = 'Gazette'"), "2");
}

#[test]
fn a_clock_that_was_wrong_for_a_while_does_no_harm() {
    let outlet = gazette(1);
    outlet.serve("/a/1", Answer::error(503).header("retry-after", "600"));
    let mut world = World::with(&format!("[crawl]\nmax_age = \"9000d\"\n{}", config(&outlet)));
    world.hours_pass(10 * 365 * 24);
    world.run();
    print(&outlet, 2);
    world.hours_pass(-10 * 365 * 24);
    world.run();
    assert_eq!(
        world.one("SELECT count(*) FROM item WHERE state = 'read'"),
        "2",
        "{:?}",
        world.sql("SELECT url, state, reason, next_try_at FROM item")
    );
}

#[test]
fn items_judged_too_old_by_a_wrong_clock_are_reconsidered() {
    let outlet = gazette(2);
    let mut world = World::with(&config(&outlet));
    let years = 10 * 365 * 24;
    world.hours_pass(years);
    world.run();
    assert_eq!(world.sql("SELECT DISTINCT state FROM item"), ["too_old"]);
    world.alter("UPDATE item SET published_at = '2026-08-10T08:00:00Z' WHERE url LIKE '%/a/2'");
    // The feed is unchanged (304), so that it announces nothing again.
    world.hours_pass(-years);
    world.run();
    assert_eq!(world.sql("SELECT state FROM item ORDER BY url"), ["read", "too_old"], "one is old by any clock");
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
    // With a clock reset to its first day, items that were too old remain so.
    world.hours_pass(-30 * 365 * 24);
    world.run();
    assert_eq!(world.sql("SELECT state FROM item ORDER BY url"), ["read", "too_old"]);
}
