//! A publisher is treated politely.

use std::time::Duration;

use crate::answer::Answer;
use crate::gazette::{READ_ONCE, WATCH, config, gazette, print, source};
use crate::server::Outlet;
use crate::world::World;

#[test]
fn one_request_at_a_time_per_host_even_for_two_sources() {
    let outlet = gazette(6);
    for n in 1..=6 {
        outlet.serve(&format!("/a/{n}"), Answer::html("<p>Slow</p>").after(Duration::from_millis(20)));
    }
    let second = source("Second", &outlet).replace("/feed", "/other-feed");
    outlet.serve("/other-feed", crate::pages::numbered_feed(|path| outlet.url(path), 6));
    let world = World::with(&format!("{}{second}", config(&outlet)));
    world.run();
    assert_eq!(outlet.asked_for("/a/6").len(), 2, "once for each source");
    assert_eq!(outlet.most_at_once(), 1);
}

#[test]
fn hosts_are_requested_in_parallel() {
    let (slow, quick) = (gazette(1), gazette(1));
    let world = World::with(&format!("{WATCH}{}{}", source("Slow", &slow), source("Quick", &quick)));
    // robots.txt, the feed, and then the article that does not come …
    slow.hold_at(2);
    let run = world.start(&["run"]);
    assert!(slow.wait_for(2));
    // … before the other outlet has received all its requests of this round.
    assert!(quick.wait_for(2));
    slow.let_go();
    assert!(run.wait_with_output().unwrap().status.success());
}

#[test]
fn requests_to_one_host_are_separated_by_a_pause() {
    let outlet = gazette(2);
    let world = World::with(&config(&outlet));
    world.edit("per_host_delay = \"0s\"", "per_host_delay = \"150ms\"");
    world.run();
    let asked = outlet.asked();
    // robots.txt and the feed; then, in the second round, two articles.
    for pair in [&asked[0..2], &asked[2..4]] {
        let pause = pair[1].at.duration_since(pair[0].at);
        assert!(pause >= Duration::from_millis(145), "{pause:?} between {} and {}", pair[0].path, pair[1].path);
    }
}

#[test]
fn the_pause_also_applies_between_rounds() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.edit("per_host_delay = \"0s\"", "per_host_delay = \"300ms\"");
    world.run();
    let asked = outlet.asked();
    let pause = asked[2].at.duration_since(asked[1].at);
    assert!(pause >= Duration::from_millis(290), "{pause:?} between the feed and its article");
}

#[test]
fn requests_identify_the_program_and_send_no_cookies() {
    let outlet = gazette(1);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 1);
    outlet.serve("/feed", Answer::of("application/rss+xml", feed).header("set-cookie", "id=1; Path=/"));
    World::with(&config(&outlet)).run();
    for asked in outlet.asked() {
        let agent = format!("presswatch/{} (+https://example.org/press)", env!("CARGO_PKG_VERSION"));
        assert_eq!(asked.header("user-agent"), Some(agent.as_str()));
        for name in ["cookie", "referer", "authorization", "from"] {
            assert_eq!(asked.header(name), None, "{name} of {}", asked.path);
        }
        assert!(asked.header("accept-encoding").unwrap().contains("gzip"));
    }
}

#[test]
fn retry_after_is_obeyed_even_with_force() {
    let outlet = gazette(2);
    outlet.serve("/a/1", Answer::error(429).header("retry-after", "3600"));
    let mut world = World::with(&config(&outlet));
    world.run();
    assert_eq!(outlet.news(), ["/a/1", "/feed"], "nothing after the 429");
    outlet.serve("/a/1", crate::pages::numbered_page(1));
    world.minutes_pass(50);
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(outlet.news(), [""; 0]);
    world.minutes_pass(20);
    world.run();
    assert_eq!(outlet.news(), ["/a/1", "/a/2", "/feed"]);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "2");
}

#[test]
fn retry_after_can_be_a_date_and_also_applies_to_503() {
    let outlet = gazette(1);
    outlet.serve("/feed", Answer::error(503).header("retry-after", "Sun, 11 Oct 2026 12:00:00 GMT"));
    let mut world = World::with(&config(&outlet));
    world.presswatch(&["run"]).expect(1);
    outlet.news();
    print(&outlet, 1);
    world.hours_pass(4);
    world.presswatch(&["run", "--force"]);
    assert_eq!(outlet.news(), [""; 0], "it is 11:30");
    world.hours_pass(1);
    world.run();
    assert_eq!(outlet.news(), ["/a/1", "/feed"], "it is 12:30");
}

#[test]
fn a_retry_after_in_the_past_is_ignored() {
    for (status, named) in [(429, "0"), (503, "0"), (503, "Sun, 11 Oct 2026 07:00:00 GMT")] {
        let outlet = gazette(1);
        outlet.serve("/feed", Answer::error(status).header("retry-after", named));
        let mut world = World::with(&config(&outlet));
        world.presswatch(&["run"]).expect(1);
        outlet.news();
        print(&outlet, 1);
        world.minutes_pass(1);
        world.presswatch(&["run"]).expect(0);
        assert_eq!(outlet.news(), [""; 0], "{status} {named}: our own back-off holds");
        world.presswatch(&["run", "--force"]).expect(0);
        assert_eq!(outlet.news(), ["/a/1", "/feed"], "{status} {named}");
    }
}

#[test]
fn a_response_to_a_forced_request_ends_the_back_off() {
    let outlet = gazette(1);
    outlet.serve("/feed", Answer::error(503));
    let mut world = World::with(&config(&outlet));
    world.presswatch(&["run"]).expect(1);
    // Another refusal counts on.
    world.presswatch(&["run", "--force"]).expect(1);
    assert_eq!(world.one("SELECT rest_strikes, rest_until > '2026-10-11' FROM host"), "2 | 1");
    print(&outlet, 1);
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(world.one("SELECT rest_until IS NULL FROM host"), "1");
    outlet.news();
    world.minutes_pass(1);
    print(&outlet, 2);
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(outlet.news(), ["/a/2", "/feed"]);
}

#[test]
fn a_permanently_moved_channel_is_polled_at_its_new_url() {
    for status in [301, 308] {
        moved_for_good(status);
    }
}

fn moved_for_good(status: u16) {
    let outlet = gazette(1);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 1);
    outlet.serve("/feed", Answer::redirect(status, "/new")).serve("/new", feed);
    let mut world = World::with(&format!("{READ_ONCE}{}", config(&outlet)));
    world.run();
    assert_eq!(outlet.news(), ["/a/1", "/feed", "/new"]);
    world.hours_pass(2);
    world.run();
    assert_eq!(outlet.news(), ["/new"]);
    assert!(world.presswatch(&["sources"]).expect(0).stdout.contains(&outlet.url("/new")));
    // In case it was a mistake.
    world.hours_pass(8 * 24);
    world.run();
    assert_eq!(outlet.news(), ["/feed", "/new"]);
}

#[test]
fn a_temporarily_moved_channel_is_polled_at_its_old_url() {
    for status in [302, 303, 307] {
        let outlet = gazette(1);
        let feed = crate::pages::numbered_feed(|path| outlet.url(path), 1);
        outlet.serve("/feed", Answer::redirect(status, "/new")).serve("/new", feed);
        let mut world = World::with(&format!("{READ_ONCE}{}", config(&outlet)));
        world.run();
        outlet.news();
        world.hours_pass(2);
        world.run();
        assert_eq!(outlet.news(), ["/feed", "/new"], "{status}");
    }
}

#[test]
fn a_channel_that_is_gone_is_never_polled_again() {
    let (outlet, other) = (gazette(1), gazette(1));
    outlet.serve("/feed", Answer::error(410));
    let mut world = World::with(&format!("{}{}", config(&outlet), source("Other", &other)));
    world.run();
    assert_eq!(outlet.news(), ["/feed"]);
    world.hours_pass(24 * 60);
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(outlet.news(), [""; 0]);
    assert_eq!(world.sql("SELECT state FROM channel ORDER BY id"), ["gone", "ok"]);
}

#[test]
fn a_fresh_response_is_not_requested_again() {
    let outlet = gazette(1);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 1);
    outlet.serve("/feed", Answer::of("application/rss+xml", feed).header("cache-control", "public, max-age=7200"));
    let mut world = World::with(&format!("{READ_ONCE}{}", config(&outlet)));
    world.run();
    outlet.news();
    world.minutes_pass(110);
    world.run();
    assert_eq!(outlet.news(), [""; 0]);
    world.minutes_pass(20);
    world.run();
    assert_eq!(outlet.news(), ["/feed"]);
}

#[test]
fn all_polling_hints_are_respected() {
    let plain = |outlet: &Outlet| crate::pages::numbered_feed(|path| outlet.url(path), 1);
    let saying = |outlet: &Outlet, what: &str| {
        let feed = plain(outlet).replace("<channel>", &format!("<channel>{what}"));
        feed.replace("<rss ", "<rss xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\" ")
    };
    let ttl = "<ttl>180</ttl>";
    let twice_a_day = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>";
    type Make<'a> = &'a dyn Fn(&Outlet) -> Answer;
    let xml = |feed: String| Answer::of("application/rss+xml", feed);
    let cases: [(&str, Make, i64); 7] = [
        ("nothing", &|outlet| xml(plain(outlet)), 30),
        ("ttl", &|outlet| xml(saying(outlet, ttl)), 180),
        ("sy", &|outlet| xml(saying(outlet, twice_a_day)), 720),
        ("max-age", &|outlet| xml(plain(outlet)).header("cache-control", "max-age=7200"), 120),
        ("Expires", &|outlet| xml(plain(outlet)).header("expires", "Sun, 11 Oct 2026 11:30:00 GMT"), 240),
        ("no more than a day", &|outlet| xml(plain(outlet)).header("cache-control", "max-age=99999999"), 1_440),
        (
            "no less than ten minutes",
            &|outlet| xml(saying(outlet, "<ttl>1</ttl>")).header("cache-control", "max-age=1"),
            30,
        ),
    ];
    for (name, make, minutes) in cases {
        let outlet = gazette(1);
        outlet.serve("/feed", make(&outlet));
        let world = World::with(&config(&outlet));
        world.run();
        let [checked, next] = ["checked_at", "next_at"]
            .map(|column| world.one(&format!("SELECT {column} FROM channel")).parse::<jiff::Timestamp>().unwrap());
        assert_eq!(next.duration_since(checked).as_mins(), minutes, "{name}");
    }
}

#[test]
fn a_refusing_channel_is_reported_and_polled_less_often() {
    let outlet = gazette(1);
    outlet.serve("/feed", Answer::error(403));
    let mut world = World::with(&config(&outlet));
    for _ in 0..48 {
        world.presswatch(&["run"]);
        world.minutes_pass(30);
    }
    let asked = outlet.asked_for("/feed");
    assert!((5..=8).contains(&asked.len()), "asked {} times in a day of runs every half hour", asked.len());
    let agent = format!("presswatch/{} (+https://example.org/press)", env!("CARGO_PKG_VERSION"));
    assert!(asked.iter().all(|asked| asked.header("user-agent") == Some(agent.as_str())), "no disguise");
    let shown = world.presswatch(&["sources"]).expect(0).stdout;
    assert!(shown.contains(" blocked ") && shown.contains(": it refuses our requests (HTTP 403)"), "{shown}");
}

#[test]
fn a_crawl_delay_is_obeyed() {
    let outlet = gazette(1);
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nCrawl-delay: 0.3\n"));
    let world = World::with(&config(&outlet));
    world.run();
    let asked = outlet.asked();
    let pause = asked[2].at.duration_since(asked[1].at);
    assert!(pause >= Duration::from_millis(290), "{pause:?} between the feed and its article");
}

#[test]
fn a_cron_line_of_every_five_minutes_is_harmless() {
    let outlet = gazette(1);
    let mut world = World::with(&config(&outlet));
    for _ in 0..12 {
        world.run();
        world.minutes_pass(5);
    }
    let asked = outlet.asked_for("/feed").len();
    assert!((2..=4).contains(&asked), "asked {asked} times in an hour");
}

#[test]
fn validators_come_from_the_last_response() {
    let outlet = gazette(1);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 1);
    let mut world = World::with(&config(&outlet));
    let date = "Sat, 10 Oct 2026 08:00:00 GMT";
    for (answer, etag, modified) in [
        (Answer::of("text/xml", feed.as_str()).etag("\"a\""), None, None),
        (Answer::of("text/xml", feed.as_str()).etag("\"b\"").last_modified(date), Some("\"a\""), None),
        (Answer::of("text/xml", feed.as_str()), Some("\"b\""), Some(date)),
        (Answer::of("text/xml", feed.as_str()), None, None),
    ] {
        outlet.serve("/feed", answer);
        world.hours_pass(24);
        world.run();
        let asked = outlet.asked_for("/feed").pop().unwrap();
        assert_eq!((asked.header("if-none-match"), asked.header("if-modified-since")), (etag, modified));
    }
}

#[test]
fn a_truncated_response_stores_no_validators() {
    let outlet = gazette(3);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 3);
    let middle = feed.find("number 3").unwrap();
    outlet.serve("/feed", Answer::of("text/xml", feed).etag("\"half\"").cut_at(middle));
    let mut world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "2", "what came is noted");
    print(&outlet, 3);
    world.hours_pass(24);
    world.run();
    assert_eq!(outlet.asked_for("/feed")[1].header("if-none-match"), None);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "3");
}

#[test]
fn without_a_contact_a_run_warns() {
    let outlet: Outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.edit("contact = \"https://example.org/press\"\n", "");
    let done = world.run();
    assert_eq!(done.stderr.matches("contact").count(), 2, "{}", done.stderr);
    assert_eq!(world.run().stderr, "", "told once");
    assert_eq!(outlet.asked()[0].header("user-agent"), Some(concat!("presswatch/", env!("CARGO_PKG_VERSION"))));
}
