//! What a fresh pair of eyes once found wrong: each stays right.

use crate::answer::Answer;
use crate::gazette::{WATCH, config, gazette, source};
use crate::pages::{Entry, numbered_feed, numbered_page, rss};
use crate::server::Outlet;
use crate::world::World;

#[test]
fn subscriber_articles_that_share_one_teaser_are_articles_of_their_own() {
    let outlet = Outlet::open();
    outlet.serve("/feed", Answer::of("application/rss+xml", numbered_feed(|path| outlet.url(path), 4)));
    for n in 1..=4 {
        outlet.serve(
            &format!("/a/{n}"),
            Answer::html(&format!(
                "<!DOCTYPE html><html lang=fr><head><title>Une kraanvogel, épisode {n}</title><script type=\"application/ld+json\">\
                 {{\"@type\":\"NewsArticle\",\"headline\":\"Une kraanvogel, épisode {n}\",\"isAccessibleForFree\":false}}</script></head>\
                 <body><article><h1>Une kraanvogel, épisode {n}</h1><p>Cet article est réservé à nos abonnés. Pour lire la suite, \
                 ouvrez une session ou choisissez une formule qui vous convient parmi celles que nous vous proposons chaque jour.</p>\
                 </article></body></html>"
            )),
        );
    }
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(
        world.one("SELECT count(*) || ' ' || count(DISTINCT story) || ' ' || min(paywalled) FROM coverage"),
        "4 4 1"
    );
}

#[test]
fn a_source_that_was_not_due_is_not_a_failure() {
    let (good, bad) = (gazette(1), Outlet::open());
    bad.serve("/feed", Answer::error(404));
    let mut world = World::with(&format!("{WATCH}{}{}", source("Good", &good), source("Bad", &bad)));
    world.presswatch(&["run"]).expect(0);
    // The bad one is tried again after ten minutes or so, the good one is not due yet.
    world.minutes_pass(16);
    world.presswatch(&["run"]).expect(0);
    assert_eq!((good.asked_for("/feed").len(), bad.asked_for("/feed").len()), (1, 2));
}

#[test]
fn a_passing_redirect_to_another_host_is_asked_conditionally_too() {
    let (front, back) = (Outlet::open(), gazette(1));
    front.serve("/feed", Answer::redirect(302, &back.url("/feed")));
    let mut world = World::with(&config(&front));
    world.run();
    world.hours_pass(25);
    world.run();
    let asked = back.asked_for("/feed");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].header("if-none-match"), Some("\"1\""));
    assert!(front.asked_for("/feed").iter().all(|asked| asked.header("if-none-match").is_none()));
}

#[test]
fn a_redirect_to_another_kind_of_page_is_not_a_move() {
    let outlet = gazette(1);
    outlet.serve("/old", Answer::redirect(301, "/home"));
    outlet.serve("/home", Answer::html("<!DOCTYPE html><html><body><p>Welcome to our new pages.</p></body></html>"));
    let world = World::with(&config(&outlet).replace("/feed\"", "/old\""));
    world.presswatch(&["run"]).expect(1);
    assert_eq!(world.one("SELECT coalesce(moved_to, 'stays') FROM channel"), "stays");
}

#[test]
fn items_last_changed_long_ago_are_not_fetched() {
    let outlet = gazette(2);
    let places = |from: &str| {
        format!(
            "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
             <url><loc>{}</loc><lastmod>{from}</lastmod></url></urlset>",
            outlet.url("/a/1")
        )
    };
    outlet.serve("/map.xml", Answer::of("application/xml", places("2020-01-01T00:00:00Z")));
    let world = World::with(&config(&outlet).replace("feeds", "sitemaps").replace("/feed\"", "/map.xml\""));
    world.run();
    assert_eq!(outlet.asked_for("/a/1").len(), 0);
    assert_eq!(world.one("SELECT state FROM item"), "too_old");
}

#[test]
fn the_newest_of_a_sitemap_that_is_too_long_are_noted() {
    let outlet = gazette(1);
    let old = |n: usize| {
        format!("<url><loc>{}</loc><lastmod>2020-01-01T00:00:00Z</lastmod></url>", outlet.url(&format!("/o/{n}")))
    };
    let map = format!(
        "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}<url><loc>{}</loc>\
         <lastmod>2026-10-10T10:00:00Z</lastmod></url></urlset>",
        (0..5_200).map(old).collect::<String>(),
        outlet.url("/a/1")
    );
    outlet.serve("/map.xml", Answer::of("application/xml", map));
    let world = World::with(&config(&outlet).replace("feeds", "sitemaps").replace("/feed\"", "/map.xml\""));
    world.run();
    assert_eq!(outlet.asked_for("/a/1").len(), 1);
    assert!(world.one("SELECT reason FROM poll").contains("5201 items"));
}

#[test]
fn a_channel_beside_one_that_is_always_refused_gets_its_turn() {
    let outlet = gazette(1);
    outlet.serve("/first", Answer::error(429));
    let both = format!("feeds = [\"{}\", \"{}\"]", outlet.url("/first"), outlet.url("/feed"));
    let mut world = World::with(&format!("{WATCH}[[source]]\nname = \"Gazette\"\n{both}\n"));
    for _ in 0..6 {
        world.presswatch(&["run"]);
        world.minutes_pass(70);
    }
    assert!(!outlet.asked_for("/feed").is_empty());
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
}

#[test]
#[ignore = "slow"]
fn an_unresponsive_host_is_skipped_for_the_rest_of_the_run() {
    let outlet = Outlet::open();
    outlet.serve("/feed", Answer::of("application/rss+xml", numbered_feed(|path| outlet.url(path), 12)));
    for n in 1..=12 {
        outlet.serve(&format!("/a/{n}"), Answer::silence());
    }
    let world = World::with(&config(&outlet));
    world.edit("timeout = \"20s\"", "timeout = \"1s\"");
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM item WHERE state = 'pending'"), "12");
    assert_eq!(world.one("SELECT count(*) FROM item WHERE tries > 0"), "5");
}

#[test]
fn urls_are_shown_without_tracking_parameters() {
    let outlet = Outlet::open();
    let link = format!("{}?utm_source=rss&utm_medium=feed", outlet.url("/a/1"));
    let entry = Entry { title: "Een kraanvogel", link: &link, date: "", lead: "" };
    outlet.serve("/feed", Answer::of("application/rss+xml", rss(&[entry])));
    outlet.serve("/a/1", numbered_page(1));
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT url FROM coverage"), outlet.url("/a/1"));
}
