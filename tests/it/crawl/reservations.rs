//! Reservations of text and data mining: requested seldom, recorded, shown, and harmless.

use std::time::Duration;

use crate::answer::Answer;
use crate::gazette::{WATCH, config, gazette, print, source};
use crate::server::{Outlet, TDMREP};
use crate::world::World;

const ALL: &str = "[{\"location\": \"/\", \"tdm-reservation\": 1, \"tdm-policy\": \"https://example.org/terms\"}]";

/// What `sources` shows of a source.
fn shown(world: &World, name: &str) -> String {
    let all = world.presswatch(&["sources"]).expect(0).stdout;
    // A name that is too long for its column has a line of its own.
    let is_start = |line: &str| {
        line.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with("feed "))
    };
    let lines: Vec<&str> = all.lines().skip_while(|line| !is_start(line)).collect();
    assert!(!lines.is_empty(), "{all}");
    let rest = lines[1..].iter().take_while(|line| line.starts_with(' '));
    std::iter::once(&lines[0]).chain(rest).copied().collect::<Vec<_>>().join("\n")
}

#[test]
fn a_reservation_is_recorded_and_shown_whether_a_page_a_header_or_its_host_says_it() {
    let page = crate::pages::page(
        "Een kraanvogel",
        "2026-10-10T09:00:00Z",
        &[
            "Een kraanvogel staat al drie dagen stil op de sluisdeur van de haven.",
            "Niemand weet waarom hij blijft staan.",
        ],
    );
    let meta =
        |value: &str| page.replacen("<head>", &format!("<head><meta name=\"tdm-reservation\" content=\"{value}\">"), 1);
    let with = |answer: Answer, host: &str| {
        let outlet = gazette(1);
        outlet.serve("/a/1", answer).serve(TDMREP, Answer::json(host));
        outlet
    };
    let elsewhere = "[{\"location\": \"/b/\", \"tdm-reservation\": 1}]";
    let cases = [
        ("Meta", with(Answer::html(&meta("1")), "[]"), Some("ask the publisher for the terms")),
        (
            "Header",
            with(Answer::html(&page).header("tdm-reservation", "1"), "[]"),
            Some("ask the publisher for the terms"),
        ),
        ("Host", with(Answer::html(&page), ALL), Some("terms: https://example.org/terms")),
        ("Host, but not here", with(Answer::html(&page), elsewhere), None),
        ("Host, but not this page", with(Answer::html(&meta("0")), ALL), None),
        ("Host, but not this answer", with(Answer::html(&page).header("tdm-reservation", "0"), ALL), None),
        ("Open", with(Answer::html(&page), "[]"), None),
    ];
    let sources: String = cases.iter().map(|(name, outlet, _)| source(name, outlet)).collect();
    let world = World::with(&format!("{WATCH}{sources}"));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "7", "a reservation hides nothing");
    for (name, _, expected) in &cases {
        let shown = shown(&world, name).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(shown.contains("reserves text and data mining"), expected.is_some(), "{shown}");
        assert!(shown.contains(expected.unwrap_or_default()), "{shown}");
    }
}

#[test]
fn a_host_is_asked_weekly_conditionally_and_only_when_articles_are_fetched() {
    let outlet = gazette(1);
    outlet.serve(TDMREP, Answer::json(ALL).etag("\"tdm\""));
    let mut world = World::with(&config(&outlet));
    for articles in 1..=8 {
        print(&outlet, articles);
        world.run();
        world.hours_pass(25);
    }
    let asked = outlet.asked_for(TDMREP);
    assert_eq!(asked.len(), 2, "eight runs in eight days");
    assert_eq!((asked[0].header("if-none-match"), asked[1].header("if-none-match")), (None, Some("\"tdm\"")));
    assert_eq!(world.one("SELECT count(*) FROM article WHERE tdm_reserved = 1"), "8", "304 confirms what was known");
    let idle = Outlet::open();
    idle.serve("/feed", crate::pages::rss(&[]));
    World::with(&config(&idle)).run();
    assert_eq!(idle.asked_for(TDMREP).len(), 0, "no article was read");
}

#[test]
fn it_takes_its_turn_among_the_requests_and_obeys_robots_txt() {
    let outlet = gazette(2);
    outlet.count_all();
    let world = World::with(&config(&outlet));
    world.edit("per_host_delay = \"0s\"", "per_host_delay = \"150ms\"");
    world.run();
    let asked = outlet.asked();
    let paths: Vec<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, ["/robots.txt", "/feed", TDMREP, "/a/1", "/a/2"]);
    for pair in asked.windows(2) {
        let pause = pair[1].at.duration_since(pair[0].at);
        assert!(pause >= Duration::from_millis(140), "{pause:?} between {} and {}", pair[0].path, pair[1].path);
    }

    let closed = gazette(1);
    closed.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /.well-known/\n"));
    let world = World::with(&config(&closed));
    world.run();
    assert_eq!(closed.asked_for(TDMREP).len(), 0);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
}

#[test]
fn malformed_reservations_cost_no_article() {
    let rule = "{\"location\": \"/\", \"tdm-reservation\": 1},";
    let cases = [
        ("missing", Answer::error(404)),
        ("failing", Answer::error(500)),
        ("busy", Answer::error(503)),
        ("gone", Answer::error(410)),
        ("silent", Answer::silence()),
        ("a page", Answer::html("<!DOCTYPE html><p>Welcome!</p>")),
        ("endless", Answer::json(&format!("[{rule}")).endless()),
        ("deep", Answer::json(&"[".repeat(100_000))),
        ("cut off", Answer::json(ALL).cut_at(20)),
        ("a loop", Answer::redirect(302, TDMREP)),
        ("no rules", Answer::json("{\"location\": [], \"tdm-reservation\": {}}")),
    ];
    let cases: Vec<_> = cases.into_iter().map(|(name, answer)| (name, gazette(2), answer)).collect();
    let mut sources = WATCH.to_owned();
    for (name, outlet, answer) in &cases {
        outlet.serve(TDMREP, answer.clone());
        sources += &source(name, outlet);
    }
    let mut world = World::with(&sources);
    world.edit("timeout = \"20s\"", "timeout = \"2s\"");
    world.run();
    for (name, _, _) in &cases {
        let read = world.one(&format!("SELECT count(*) FROM coverage WHERE outlet = '{name}'"));
        assert_eq!(read, "2", "{name}: {:?}", world.sql("SELECT url, state, reason FROM item WHERE state <> 'read'"));
    }
    assert_eq!(world.one("SELECT count(*) FROM article WHERE tdm_reserved = 1"), "0");
    // What failed is left alone for a day.
    for (_, outlet, _) in &cases {
        print(outlet, 3);
    }
    world.hours_pass(2);
    world.run();
    for (name, outlet, _) in &cases {
        assert_eq!(outlet.asked_for(TDMREP).len(), 1, "{name}");
    }
}

#[test]
fn a_host_that_is_asked_too_much_by_it_gets_its_rest() {
    let outlet = gazette(1);
    outlet.serve(TDMREP, Answer::error(429).header("retry-after", "600"));
    let mut world = World::with(&config(&outlet));
    world.run();
    assert_eq!(outlet.news(), ["/feed"]);
    assert_eq!(world.one("SELECT state, tries FROM item"), "pending | 0");
    world.minutes_pass(15);
    world.run();
    assert_eq!((outlet.news(), outlet.asked_for(TDMREP).len()), (vec!["/a/1".to_owned()], 1));
}
