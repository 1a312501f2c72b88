//! Articles in several pages are read whole, page by page.

use std::process::Command;

use crate::answer::Answer;
use crate::gazette::source;
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::{Done, World};

const TITLE: &str = "A long story of the quay";
const WATCH: &str = "[[watch]]\nname = \"Herons\"\nquery = \"heron\"\n";
/// What each page says; the third alone names the bird.
const TEXTS: [&str; 3] = [
    "The council decided on Monday that the quay by the canal will be open all night, whether there are lamps or not.",
    "Lamps are to be put up along the water before the winter begins, said the mayor, who has bought some candles.",
    "Nobody has asked the heron that lives under the bridge, and that sleeps there from nine until the first tram.",
];

/// A page of the article, with a link to the next one.
fn one_page(text: &str, next: &str) -> String {
    let notice = "The Gazette is read by all who live on the quay, and by some who live elsewhere.";
    let link = format!("<a rel=\"next\" href=\"{next}\">Next page</a></article>");
    let link = if next.is_empty() { "</article>" } else { &link };
    page(TITLE, "2026-10-11T08:00:00+02:00", &[text, notice]).replace("</article>", link)
}

/// An outlet with an article in three pages, and a feed that lists it.
fn outlet() -> Outlet {
    let outlet = Outlet::open();
    let link = outlet.url("/a/7");
    outlet
        .serve("/feed", rss(&[Entry { title: TITLE, link: &link, date: "Sun, 11 Oct 2026 08:00:00 +0200", lead: "" }]));
    outlet.serve("/a/7", one_page(TEXTS[0], "/a/7?page=2"));
    outlet.serve("/a/7?page=2", one_page(TEXTS[1], "/a/7?page=3"));
    outlet.serve("/a/7?page=3", one_page(TEXTS[2], ""));
    outlet
}

fn world(outlet: &Outlet) -> World {
    World::with(&format!("{WATCH}{}", source("Gazette", outlet)))
}

/// How much of the article is stored: extent, the pages whose text is there, the state of its item, its mentions.
fn stored(world: &World) -> String {
    let pages = "CAST(text LIKE '%council%' AS INTEGER) || '' || CAST(text LIKE '%candles%' AS INTEGER) || '' || CAST(text LIKE '%heron%' AS INTEGER)";
    world.one(&format!(
        "SELECT extent || ' ' || {pages} || ' ' || (SELECT state FROM item) || ' ' || (SELECT count(*) FROM mention) FROM article"
    ))
}

const WHOLE: &str = "full 111 read 1";

#[test]
fn three_pages_are_one_article_and_a_word_on_the_third_is_found() {
    let outlet = outlet();
    let mut world = world(&outlet);
    let summary = world.presswatch(&["run", "--json"]).expect(0).json();
    assert_eq!(stored(&world), WHOLE);
    assert_eq!(outlet.news(), ["/a/7", "/a/7?page=2", "/a/7?page=3", "/feed"]);
    assert_eq!(summary["requests"], 6, "and robots.txt, and tdmrep.json: {summary}");
    assert_eq!((&summary["articles_read"], &summary["pending"]), (&1.into(), &0.into()), "{summary}");
    assert_eq!(
        world.one("SELECT text LIKE '%lamps or not.%Gazette%candles.%heron%' FROM article"),
        "1",
        "in their order"
    );
    assert_eq!(world.one("SELECT count(*) FROM article WHERE text LIKE '%Gazette%Gazette%'"), "0", "repeated once");
    world.minutes_pass(60);
    world.run();
    assert_eq!(outlet.news(), ["/feed"]);
}

#[test]
fn pages_that_name_each_other_are_requested_once() {
    let outlet = outlet();
    outlet.serve("/a/7?page=2", one_page(TEXTS[1], "/a/7"));
    let world = world(&outlet);
    world.run();
    assert_eq!(outlet.news(), ["/a/7", "/a/7?page=2", "/feed"]);
    assert_eq!(stored(&world), "full 110 read 0");
}

#[test]
fn a_next_article_is_no_next_page() {
    let outlet = outlet();
    outlet.serve("/a/7", one_page(TEXTS[0], "/a/8"));
    let world = world(&outlet);
    world.run();
    assert_eq!(outlet.news(), ["/a/7", "/feed"]);
    assert_eq!(stored(&world), "full 100 read 0");
}

#[test]
fn the_next_part_of_a_series_is_not_joined() {
    let outlet = outlet();
    let link = outlet.url("/lamps-1");
    outlet
        .serve("/feed", rss(&[Entry { title: TITLE, link: &link, date: "Sun, 11 Oct 2026 08:00:00 +0200", lead: "" }]));
    outlet.serve("/lamps-1", one_page(TEXTS[0], "/lamps-2"));
    outlet.serve("/lamps-2", page("Herons, and nothing else", "2026-10-11T08:00:00+02:00", &[TEXTS[2], TEXTS[1]]));
    let world = world(&outlet);
    world.run();
    assert_eq!(outlet.news(), ["/feed", "/lamps-1", "/lamps-2"]);
    assert_eq!(stored(&world), "full 100 read 0");
}

#[test]
fn what_stands_in_place_of_a_page_is_not_joined() {
    let other = page("Herons, and nothing else", "2026-10-11T08:00:00+02:00", &[TEXTS[2], TEXTS[1]]);
    for (what, answer, path) in [
        ("another article", Answer::html(&other), "/a/7?page=2"),
        ("a redirect to another article", Answer::redirect(302, "/a/8"), "/a/8"),
        ("a redirect to the first page", Answer::redirect(301, "/a/7"), "/a/7"),
        (
            "a wall",
            Answer::html("<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>"),
            "/a/7?page=2",
        ),
        ("not found", Answer::error(404), "/a/7?page=2"),
        ("refused", Answer::error(403), "/a/7?page=2"),
        ("gone", Answer::error(410), "/a/7?page=2"),
    ] {
        let outlet = outlet();
        outlet.serve("/a/8", one_page(TEXTS[2], ""));
        outlet.serve("/a/7?page=2", answer);
        let world = world(&outlet);
        world.run();
        assert_eq!(stored(&world), "preview 100 read 0", "{what}");
        let mut expected = vec!["/a/7", "/a/7?page=2", "/feed"];
        expected.extend(Some(path).filter(|path| !path.contains('?')));
        expected.sort_unstable();
        assert_eq!(outlet.news(), expected, "{what}");
    }
}

#[test]
fn pages_of_comments_are_requested_once_and_the_article_is_whole() {
    let outlet = outlet();
    outlet.serve("/a/7?page=2", one_page(TEXTS[0], "/a/7?page=3"));
    let world = world(&outlet);
    world.run();
    assert_eq!(outlet.news(), ["/a/7", "/a/7?page=2", "/feed"]);
    assert_eq!(stored(&world), "full 100 read 0");
}

#[test]
fn robots_txt_holds_for_each_page() {
    let outlet = outlet();
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /*?page=3\n"));
    let world = world(&outlet);
    world.run();
    assert_eq!(outlet.news(), ["/a/7", "/a/7?page=2", "/feed"]);
    assert_eq!(stored(&world), "preview 110 read 0", "what was read is kept");
}

#[test]
fn the_pause_of_the_host_is_kept_between_pages() {
    let outlet = outlet();
    let world = world(&outlet);
    world.edit("per_host_delay = \"0s\"", "per_host_delay = \"300ms\"");
    world.run();
    let at: Vec<_> = ["/a/7", "/a/7?page=2", "/a/7?page=3"].map(|path| outlet.asked_for(path)[0].at).into();
    assert!(at.windows(2).all(|pair| (pair[1] - pair[0]).as_millis() >= 300), "{at:?}");
    assert_eq!(outlet.most_at_once(), 1);
}

#[test]
fn of_more_than_five_pages_five_are_read() {
    let outlet = outlet();
    for n in 1..=7 {
        let path = if n == 1 { "/a/7".to_owned() } else { format!("/a/7?page={n}") };
        let text = format!("This is what the council decided on day {n} of its session, and what the {n} mayors say.");
        outlet.serve(&path, one_page(&text, &format!("/a/7?page={}", n + 1)));
    }
    let world = world(&outlet);
    world.run();
    assert_eq!(outlet.news(), ["/a/7", "/a/7?page=2", "/a/7?page=3", "/a/7?page=4", "/a/7?page=5", "/feed"]);
    assert_eq!(
        world.one(
            "SELECT extent || CAST(text LIKE '%day 5%' AS INTEGER) || CAST(text LIKE '%day 6%' AS INTEGER) FROM article"
        ),
        "preview10"
    );
}

#[test]
fn a_page_that_fails_for_now_is_read_with_the_others_later() {
    for (what, answer) in [
        ("an error", Answer::error(500)),
        ("cut off", Answer::html(&one_page(TEXTS[1], "")).cut_at(400)),
        ("too slow", Answer::silence()),
    ] {
        let outlet = outlet();
        outlet.serve("/a/7?page=2", answer);
        let mut world = world(&outlet);
        world.edit("timeout = \"20s\"", "timeout = \"1s\"");
        world.run();
        assert_eq!(stored(&world), "preview 100 pending 0", "{what}");
        assert_eq!(outlet.asked_for("/a/7?page=3").len(), 0, "{what}");
        outlet.serve("/a/7?page=2", one_page(TEXTS[1], "/a/7?page=3"));
        world.minutes_pass(20);
        world.run();
        assert_eq!(stored(&world), WHOLE, "{what}");
        assert_eq!(world.one("SELECT count(*) FROM item WHERE reason IS NOT NULL"), "0", "{what}");
    }
}

#[test]
fn a_page_that_goes_on_failing_leaves_the_first_one() {
    let outlet = outlet();
    outlet.serve("/a/7?page=2", Answer::error(500));
    let mut world = world(&outlet);
    for _ in 0..12 {
        world.run();
        world.hours_pass(60);
    }
    assert_eq!(stored(&world), "preview 100 read 0");
    assert_eq!(outlet.asked_for("/a/7?page=2").len(), 8, "as often as an item");
}

#[test]
fn a_busy_host_is_left_alone_and_the_rest_comes_later() {
    let outlet = outlet();
    outlet.serve("/a/7?page=2", Answer::error(429).header("retry-after", "7200"));
    let mut world = world(&outlet);
    world.run();
    assert_eq!(stored(&world), "preview 100 pending 0");
    world.minutes_pass(60);
    outlet.news();
    world.run();
    assert_eq!(outlet.news(), Vec::<String>::new());
    outlet.serve("/a/7?page=2", one_page(TEXTS[1], "/a/7?page=3"));
    world.minutes_pass(180);
    world.run();
    assert_eq!(stored(&world), WHOLE);
}

#[test]
fn a_run_that_ends_between_two_pages_loses_nothing() {
    let outlet = outlet();
    let mut world = world(&outlet);
    // robots.txt, the feed, the first page, the second one.
    outlet.hold_at(4);
    let run = world.start(&["run"]);
    assert!(outlet.wait_for(4));
    assert!(Command::new("kill").args(["-TERM", &run.id().to_string()]).status().unwrap().success());
    let done = Done::from(run.wait_with_output().unwrap());
    outlet.let_go();
    assert_ne!(done.code, Some(101), "{}", done.stderr);
    assert_eq!(world.sql("SELECT state FROM item"), ["pending"]);
    world.minutes_pass(1);
    world.run();
    assert_eq!(stored(&world), WHOLE);
}

#[test]
fn a_link_through_another_host_leads_to_all_pages() {
    let (front, back) = (Outlet::open(), outlet());
    let link = front.url("/go/1");
    front
        .serve("/feed", rss(&[Entry { title: TITLE, link: &link, date: "Sun, 11 Oct 2026 08:00:00 +0200", lead: "" }]));
    front.serve("/go/1", Answer::redirect(302, &back.url("/a/7")));
    let world = world(&front);
    world.run();
    assert_eq!(back.news(), ["/a/7", "/a/7?page=2", "/a/7?page=3"]);
    assert_eq!(stored(&world), WHOLE);
}

#[test]
fn what_is_for_subscribers_is_one_request() {
    let outlet = outlet();
    let locked =
        one_page(TEXTS[0], "/a/7?page=2").replace("\"headline\"", "\"isAccessibleForFree\":false,\"headline\"");
    outlet.serve("/a/7", locked);
    let world = world(&outlet);
    world.run();
    assert_eq!(outlet.news(), ["/a/7", "/feed"]);
    assert_eq!(world.one("SELECT extent || paywalled FROM article"), "preview1");
}

#[test]
fn an_article_that_is_too_old_is_not_read_to_its_end() {
    let outlet = outlet();
    let link = outlet.url("/a/7");
    outlet.serve("/feed", rss(&[Entry { title: TITLE, link: &link, date: "", lead: "" }]));
    outlet.serve("/a/7", one_page(TEXTS[0], "/a/7?page=2").replace("2026-10-11T08", "2025-10-11T08"));
    let world = world(&outlet);
    world.run();
    assert_eq!(outlet.news(), ["/a/7", "/feed"]);
    assert_eq!(world.one("SELECT state FROM item"), "too_old");
}

#[test]
fn read_again_it_is_read_whole_again() {
    let outlet = outlet();
    outlet.serve("/a/7", Answer::html(&one_page(TEXTS[0], "/a/7?page=2")).etag("\"same\""));
    let mut world = world(&outlet);
    world.run();
    let before = world.sql("SELECT * FROM coverage");
    outlet.news();
    world.hours_pass(3);
    world.run();
    assert_eq!(outlet.news(), ["/a/7", "/a/7?page=2", "/a/7?page=3", "/feed"]);
    assert_eq!(world.sql("SELECT * FROM coverage"), before);
    assert_eq!(world.one("SELECT (SELECT count(*) FROM version) || ' ' || count(gone_at) FROM mention"), "1 0");
    // The heron is taken out of the third page, while the first one is as it was.
    outlet
        .serve("/a/7?page=3", one_page("Nobody has asked the duck that lives under the bridge, and sleeps there.", ""));
    world.hours_pass(22);
    world.run();
    assert_eq!(world.one("SELECT (SELECT count(*) FROM version) || ' ' || count(gone_at) FROM mention"), "2 1");
}

#[test]
fn a_part_of_it_read_again_takes_nothing_away() {
    for answer in [Answer::error(500), Answer::error(404), Answer::redirect(302, "/a/7")] {
        let outlet = outlet();
        let mut world = world(&outlet);
        world.run();
        let before = world.sql("SELECT * FROM coverage");
        outlet.serve("/a/7?page=2", answer);
        outlet.news();
        for hours in [3, 22] {
            world.hours_pass(hours);
            world.run();
            assert_eq!(world.sql("SELECT * FROM coverage"), before);
            assert_eq!(world.one("SELECT (SELECT count(*) FROM version) || ' ' || count(gone_at) FROM mention"), "1 0");
        }
        assert_eq!(outlet.asked_for("/a/7?page=2").len(), 3, "at first, after two hours, after a day");
        assert_eq!(stored(&world), WHOLE);
    }
}

#[test]
fn fewer_pages_of_a_part_read_again_take_nothing_away() {
    let outlet = outlet();
    for n in 3..=4 {
        let text = format!("This is what the council decided on day {n} of its session, and what the {n} mayors say.");
        outlet.serve(&format!("/a/7?page={n}"), one_page(&text, &format!("/a/7?page={}", n + 1)));
    }
    outlet.serve("/a/7?page=5", one_page(TEXTS[2], "/a/7?page=6"));
    let mut world = world(&outlet);
    world.run();
    assert_eq!(stored(&world), "preview 111 read 1");
    outlet.serve("/a/7?page=5", Answer::error(500));
    world.hours_pass(3);
    world.run();
    assert_eq!(outlet.asked_for("/a/7?page=5").len(), 2);
    assert_eq!(stored(&world), "preview 111 read 1");
    assert_eq!(world.one("SELECT count(gone_at) FROM mention"), "0");
}
