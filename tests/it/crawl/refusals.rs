//! Hosts that refuse or do not respond are not requested a hundred times.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use presswatch::answer::FailureKind;
use presswatch::config::Http;
use presswatch::fetch::{Accept, Event, Fetcher, Proxies, Request, Settings};

use crate::answer::Answer;
use crate::gazette::{config, gazette};
use crate::server::Outlet;
use crate::world::{Done, NOW, World};

/// The articles requested since the last call.
fn articles_asked(outlet: &Outlet) -> usize {
    outlet.news().iter().filter(|path| path.starts_with("/a/")).count()
}

#[test]
fn a_host_that_refuses_three_pages_is_left_alone_and_its_headlines_are_kept() {
    let outlet = gazette(10);
    for n in 1..=10 {
        outlet.serve(&format!("/a/{n}"), Answer::error(403));
    }
    let mut world = World::with(&config(&outlet));
    world.run();
    assert_eq!(articles_asked(&outlet), 3);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "10", "as headlines");
    let states =
        world.sql("SELECT state, tries, reason LIKE '%refused 3 times in a row', count(*) FROM item GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
    assert_eq!(states, ["pending | 0 | 1 | 7", "pending | 1 | 0 | 3"]);
    world.hours_pass(3);
    world.run();
    assert_eq!(articles_asked(&outlet), 0);
    crate::gazette::print(&outlet, 10);
    world.hours_pass(3);
    world.run();
    assert_eq!(articles_asked(&outlet), 10, "all are asked for when it has thought better of it");
    assert_eq!(world.one("SELECT count(*) FROM item WHERE state = 'read'"), "10");
}

#[test]
fn pages_that_are_missing_or_refused_for_an_afternoon_are_not_lost() {
    for status in [404, 403] {
        let outlet = gazette(1);
        outlet.serve("/a/1", Answer::error(status));
        let mut world = World::with(&config(&outlet));
        for _ in 0..6 {
            world.run();
            world.hours_pass(1);
        }
        assert_eq!(world.one("SELECT state FROM item"), "pending", "{status}");
        world.hours_pass(4 * 24);
        for _ in 0..4 {
            world.run();
            world.hours_pass(4 * 24);
        }
        assert_eq!(world.one("SELECT state FROM item"), "given_up", "{status}");
        assert_eq!(outlet.asked_for("/a/1").len(), 4, "{status}");
    }
}

#[test]
fn a_host_with_many_missing_pages_is_skipped() {
    let outlet = gazette(0);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 200);
    outlet.serve("/feed", Answer::of("application/rss+xml", feed));
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(articles_asked(&outlet), 20);
    assert_eq!(world.one("SELECT count(*) FROM item WHERE state = 'pending'"), "200");
}

#[test]
fn a_redirect_loop_is_detected_at_once() {
    let outlet = gazette(1);
    outlet.serve("/feed", Answer::redirect(302, "/there")).serve("/there", Answer::redirect(302, "/feed"));
    let world = World::with(&config(&outlet));
    let done = world.presswatch(&["run"]).expect(1);
    assert!(done.stderr.contains("it redirects in a loop"), "{}", done.stderr);
    assert_eq!(outlet.news(), ["/feed", "/there"]);
}

#[test]
fn at_the_time_limit_open_requests_finish_and_no_new_ones_start() {
    let outlet = gazette(3);
    let http = Http {
        contact: None,
        timeout: Duration::from_secs(20),
        max_body: 1_000_000,
        per_host_delay: Duration::ZERO,
        concurrency: 4,
        respect_robots: false,
        allow_private: vec!["127.0.0.0/8".to_owned()],
    };
    let settings = Settings::new(http, Proxies::default()).unwrap();
    let fetcher = Fetcher::new(settings, Arc::new(|| NOW.parse().unwrap())).unwrap();
    let (lanes, mut events) = fetcher.open(HashMap::new());
    outlet.hold_at(1);
    for id in 1..=3 {
        let request = Request {
            id,
            url: outlet.url(&format!("/a/{id}")).parse().unwrap(),
            accept: Accept::Page,
            validated: None,
            etag: None,
            last_modified: None,
        };
        lanes.submit(request, |answer| (answer.id, answer.result.map(|response| response.status).map_err(|f| f.kind)));
    }
    assert!(outlet.wait_for(1), "the first request is under way");
    lanes.close_after(Duration::ZERO);
    while !lanes.is_closed() {
        std::thread::yield_now();
    }
    outlet.let_go();
    drop(lanes);
    let mut answers = Vec::new();
    while let Some(event) = events.blocking_recv() {
        if let Event::Answer(answer) = event {
            answers.push(answer);
        }
    }
    answers.sort_by_key(|(id, _)| *id);
    assert_eq!(answers, [(1, Ok(200)), (2, Err(FailureKind::Stopped)), (3, Err(FailureKind::Stopped))]);
    assert_eq!(outlet.news(), ["/a/1"]);
}

#[test]
fn empty_truncated_responses_fail_and_unusable_entries_are_reported() {
    let (cut, useless) = (gazette(0), gazette(0));
    let feed = crate::pages::numbered_feed(|path| cut.url(path), 3);
    cut.serve("/feed", Answer::of("application/rss+xml", feed).cut_at(120));
    useless.serve(
        "/feed",
        Answer::of("application/rss+xml", "<rss><channel><item><title>A</title></item><item/></channel></rss>"),
    );
    let world = World::with(&format!("{}{}", config(&cut), crate::gazette::source("Useless", &useless)));
    let done = world.run();
    assert!(done.stderr.contains("the response was cut off before its first usable entry"), "{}", done.stderr);
    assert_eq!(world.sql("SELECT state FROM channel ORDER BY id"), ["failing", "empty"]);
    let reason = world.one("SELECT reason FROM channel WHERE state = 'empty'");
    assert!(reason.starts_with("no usable entry among 2; the first: "), "{reason}");
}

/// The answer is whole, as HTTP counts, and its XML breaks off: a program behind the server failed.
#[test]
fn a_truncated_feed_is_reported() {
    let (some, none) = (gazette(3), gazette(0));
    let whole = crate::pages::numbered_feed(|path| some.url(path), 3);
    let (head, _) = whole.rsplit_once("</item>").unwrap();
    some.serve("/feed", Answer::of("application/rss+xml", head.to_owned()).header("ETag", "\"a\""));
    none.serve("/feed", Answer::of("application/rss+xml", "<rss><channel><title>x</title><item><title>unfinish"));
    let world = World::with(&format!("{}{}", config(&some), crate::gazette::source("None", &none)));
    let done = world.run();
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(
        world.sql(
            "SELECT state, (SELECT count(*) FROM item i WHERE i.channel_id = c.id), etag FROM channel c ORDER BY id"
        ),
        ["ok | 3 | NULL", "failing | 0 | NULL"]
    );
    assert!(done.stderr.contains("what arrived is stored, the rest will be requested again"), "{}", done.stderr);
    assert!(done.stderr.contains("the response was cut off before its first usable entry"), "{}", done.stderr);
}

/// Whether a process has a handler for SIGINT, the second signal.
fn catches_interrupts(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    caught.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 0b10 != 0))
}

#[test]
fn a_signal_ends_the_run_though_another_program_holds_the_database() {
    let outlet = gazette(2);
    let world = World::with(&config(&outlet)).in_file();
    world.run();
    let other = rusqlite::Connection::open(world.path("presswatch.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut run = world.start(&["run", "--force"]);
    while !catches_interrupts(run.id()) {
        assert_eq!(run.try_wait().unwrap(), None, "the run waits for the database");
        std::thread::yield_now();
    }
    Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    // Without the signal, it would wait for twenty seconds, and then say that another program holds the database.
    let done = Done::from(run.wait_with_output().unwrap());
    assert!(done.stderr.contains("interrupted; unfinished items are retried in the next run"), "{done:?}");
    other.execute_batch("ROLLBACK").unwrap();
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "2");
}

#[test]
fn a_page_in_another_language_is_reported() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    let tell = |url: &str| world.presswatch(&["explain", url]).expect(1).stderr;
    for (answer, expected) in [
        ("SSH-2.0-OpenSSH_9.6\r\n", "what answers there is not valid HTTP: invalid HTTP version"),
        ("HTTP/1.1 abc OK\r\n\r\n", "what answers there is not valid HTTP: invalid HTTP status-code"),
        ("HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nx", "what answers there is not valid HTTP"),
        ("", "the connection was closed early"),
    ] {
        outlet.serve("/robots.txt", Answer::error(404));
        outlet.serve("/x", Answer::raw(answer.as_bytes()));
        let told = tell(&outlet.url("/x"));
        assert!(told.contains(expected), "{answer:?}: {told}");
    }
    // A server without TLS at an https address.
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/x", plain.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in plain.incoming().flatten() {
            // The whole greeting is read, so that closing resets nothing.
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        }
    });
    world.edit("[http]", "[http]\nrespect_robots = false");
    let told = tell(&url);
    assert!(told.contains("does not speak TLS"), "{told}");
}
