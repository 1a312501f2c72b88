//! robots.txt: requested first, obeyed, cached for a day, and retried at growing intervals while unavailable.

use std::time::Duration;

use crate::answer::Answer;
use crate::gazette::{READ_ONCE, WATCH, config, gazette, print, source};
use crate::server::Outlet;
use crate::world::World;

#[test]
fn robots_txt_is_requested_first_and_cached_for_a_day() {
    let outlet = gazette(1);
    let mut world = World::with(&config(&outlet));
    world.run();
    assert_eq!(outlet.asked()[0].path, "/robots.txt");
    world.hours_pass(12);
    world.run();
    assert_eq!(outlet.asked_for("/feed").len(), 2);
    assert_eq!(outlet.asked_for("/robots.txt").len(), 1);
    world.hours_pass(13);
    world.run();
    assert_eq!(outlet.asked_for("/robots.txt").len(), 2);
}

#[test]
fn a_channel_disallowed_by_robots_txt_is_not_requested() {
    let outlet = gazette(1);
    outlet.serve("/robots.txt", Answer::text("User-agent: presswatch\nDisallow: /feed\n\nUser-agent: *\nDisallow:\n"));
    let world = World::with(&config(&outlet));
    let done = world.presswatch(&["run"]).expect(1);
    assert_eq!(outlet.news(), [""; 0]);
    assert!(done.stderr.contains("robots.txt") && done.stderr.contains("Disallow: /feed"), "{}", done.stderr);
    assert_eq!(world.one("SELECT state FROM channel"), "disallowed");
}

#[test]
fn an_unavailable_robots_txt_blocks_the_host() {
    let outlet = gazette(1);
    outlet.serve("/robots.txt", Answer::error(500));
    let mut world = World::with(&config(&outlet));
    world.presswatch(&["run"]).expect(1);
    assert_eq!(outlet.news(), [""; 0]);
    // For a day at most (RFC 9309, 2.3.1.4).
    world.hours_pass(25);
    world.run();
    assert_eq!(outlet.news(), ["/a/1", "/feed"]);
}

#[test]
fn an_unavailable_robots_txt_is_not_requested_in_every_run() {
    for answer in [Answer::error(500), Answer::error(503), Answer::raw(b"".as_slice())] {
        let outlet = gazette(1);
        outlet.serve("/robots.txt", answer);
        let mut world = World::with(&config(&outlet));
        for _ in 0..24 {
            world.presswatch(&["run"]);
            world.minutes_pass(5);
        }
        let asked = outlet.asked_for("/robots.txt").len();
        assert!((3..=4).contains(&asked), "asked {asked} times in two hours of runs every five minutes");
        assert_eq!(outlet.news(), [""; 0], "nothing else is asked for meanwhile");
        assert_eq!(world.one("SELECT state FROM channel"), "failing");
    }
}

#[test]
fn the_last_good_robots_txt_holds_after_a_day_without_one() {
    let outlet = gazette(2);
    let rules = Answer::text("User-agent: *\nDisallow: /a/2\n");
    outlet.serve("/robots.txt", rules.clone());
    let mut world = World::with(&format!("{READ_ONCE}{}", config(&outlet)));
    world.run();
    assert_eq!(outlet.news(), ["/a/1", "/feed"]);
    outlet.serve("/robots.txt", Answer::error(502));
    print(&outlet, 3);
    world.hours_pass(30);
    world.presswatch(&["run"]).expect(1);
    assert_eq!(outlet.news(), [""; 0]);
    world.hours_pass(25);
    world.run();
    assert_eq!(outlet.news(), ["/a/3", "/feed"], "the second article is still forbidden");
    assert_eq!(world.one("SELECT count(*) FROM item WHERE state = 'disallowed'"), "1");
    outlet.serve("/robots.txt", rules);
    world.hours_pass(25);
    world.run();
    assert_eq!(world.one("SELECT robots_failures, robots_failing_since FROM host"), "0 | NULL");
}

#[test]
fn an_endless_robots_txt_is_read_up_to_the_limit() {
    let outlet = gazette(2);
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /a/2\nDisallow: /elsewhere/1\n").endless());
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(outlet.news(), ["/a/1", "/feed"]);
}

#[test]
fn a_robots_txt_that_redirects_to_a_private_network_is_unavailable() {
    let (outlet, hidden) = (gazette(1), Outlet::unasked());
    outlet.serve("/robots.txt", Answer::redirect(302, &hidden.url("/robots.txt")));
    outlet.serve(crate::server::TDMREP, Answer::redirect(302, &hidden.url("/secret")));
    let world = World::with(&config(&outlet));
    world.edit("127.0.0.0/8", &format!("{}/32", outlet.ip()));
    world.run();
    assert_eq!((hidden.asked().len(), outlet.news()), (0, vec!["/a/1".to_owned(), "/feed".to_owned()]));
}

#[test]
fn a_robots_txt_that_stands_at_another_host_waits_for_that_hosts_turn() {
    let (one, two) = (gazette(1), gazette(1));
    one.serve("/robots.txt", Answer::redirect(302, &two.url("/their-robots.txt")).after(Duration::from_millis(100)));
    two.serve("/their-robots.txt", Answer::text("User-agent: *\nDisallow: /a/\n"));
    let feed = crate::pages::numbered_feed(|path| two.url(path), 1);
    two.serve("/feed", Answer::of("application/rss+xml", feed).after(Duration::from_millis(600)));
    let world = World::with(&format!("{WATCH}{}{}", source("One", &one), source("Two", &two)));
    world.run();
    assert_eq!(two.most_at_once(), 1);
    assert_eq!(world.sql("SELECT state FROM item ORDER BY source_id"), ["disallowed", "read"]);
}

#[test]
fn the_configuration_can_disable_robots_txt() {
    let outlet = gazette(1);
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /\n"));
    let world = World::with(&format!("respect_robots = false\n{}", config(&outlet)));
    world.run();
    assert_eq!(outlet.asked_for("/robots.txt").len(), 0);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
}
