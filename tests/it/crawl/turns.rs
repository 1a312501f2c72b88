//! Every source gets its turn: what one has waiting, or how slowly it answers, costs no other anything.

use std::thread;
use std::time::{Duration, Instant};

use crate::gazette::{WATCH, gazette, source};
use crate::pages::{numbered_page, sitemap, sitemap_index};
use crate::server::Outlet;
use crate::world::World;

/// Waits until `coverage` has this many rows.
fn wait_for_coverage(world: &World, rows: &str) -> bool {
    let patience = Instant::now() + Duration::from_mins(1);
    while Instant::now() < patience {
        if world.one("SELECT count(*) FROM coverage") == rows {
            return true;
        }
        thread::yield_now();
    }
    false
}

#[test]
fn an_article_is_fetched_while_another_sources_channel_awaits_its_response() {
    let (slow, good) = (gazette(0), gazette(1));
    // robots.txt is answered, the feed is not.
    slow.hold_at(2);
    let world = World::with(&format!("{WATCH}{}{}", source("Slow", &slow), source("Good", &good)));
    world.presswatch(&["sources"]);
    let mut run = world.start(&["run"]);
    assert!(slow.wait_for(2), "the slow feed is requested");
    assert!(good.wait_for(3), "the good article is requested");
    assert!(wait_for_coverage(&world, "1"), "the good article is stored while the slow feed is waited for");
    slow.let_go();
    assert!(run.wait().unwrap().success());
}

#[test]
fn nested_indexes_are_followed_to_a_limited_depth() {
    let (endless, good) = (Outlet::open(), gazette(1));
    let children = |from: &str| -> Vec<(String, &str)> {
        (0..60).map(|n| (endless.url(&format!("{from}/{n}")), "2026-10-11T06:00:00Z")).collect()
    };
    endless.serve("/s", sitemap_index(&children("/s")));
    for n in 0..60 {
        endless.serve(&format!("/s/{n}"), sitemap_index(&children(&format!("/s/{n}"))));
        for m in 0..60 {
            endless.serve(&format!("/s/{n}/{m}"), sitemap_index(&children(&format!("/s/{n}/{m}"))));
        }
    }
    let maps = format!("[[source]]\nname = \"Endless\"\nsitemaps = [\"{}\"]\n", endless.url("/s"));
    let world = World::with(&format!("{WATCH}{maps}{}", source("Good", &good)));
    let done = world.run().expect(0);
    assert_eq!(world.one("SELECT count(*) FROM channel WHERE parent_id IS NOT NULL"), "200");
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
    assert!(done.stderr.contains("it names 60 sitemaps: only the newest 50 are polled"), "{}", done.stderr);
    assert!(done.stderr.contains("its 60 sitemaps are not polled, as it stands 2 indexes deep"), "{}", done.stderr);
    let sources = world.presswatch(&["sources"]).expect(0).stdout;
    assert!(sources.contains("only the newest 50 are polled"), "{sources}");
}

#[test]
fn of_five_thousand_daily_sitemaps_the_newest_is_read_and_the_ledger_says_what_was_left_out() {
    let outlet = Outlet::open();
    let mut day: jiff::civil::Date = "2013-02-01".parse().unwrap();
    let mut places = Vec::new();
    for _ in 0..5_001 {
        let path = format!("/daily/{day}.xml");
        let articles: Vec<(String, &str)> = match day.to_string().as_str() {
            "2026-10-11" => vec![(outlet.url("/a/1"), "")],
            _ => Vec::new(),
        };
        outlet.serve(&path, sitemap(&articles));
        places.push((outlet.url(&path), "2020-01-01"));
        day = day.tomorrow().unwrap();
    }
    outlet.serve("/a/1", numbered_page(1)).serve("/index.xml", sitemap_index(&places));
    let maps = format!("[[source]]\nname = \"Daily\"\nsitemaps = [\"{}\"]\n", outlet.url("/index.xml"));
    let world = World::with(&format!("{WATCH}{maps}"));
    world.run().expect(0);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1", "{:?}", world.sql("SELECT url FROM channel"));
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    let digest: String = digest.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(digest.contains("it names 5001 sitemaps: only the newest"), "{digest}");
}
