//! A run can be ended at any instant: the file stays sound, and the next run carries on.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::answer::Answer;
use crate::gazette::{WATCH, config, gazette, source};
use crate::pages::{numbered_page, page};
use crate::server::Outlet;
use crate::world::{Done, World};

/// Everything that must not depend on how often a run was ended.
fn memory(world: &World) -> Vec<String> {
    [
        "SELECT key, url, title, state, reason, tries, first_seen_at, (SELECT key FROM article WHERE id = article_id) FROM item ORDER BY 1",
        "SELECT key, address, url, title, author, published_at, language, text, extent, fingerprint FROM article ORDER BY key",
        "SELECT key, watch_id, found_at, terms, mention.snippet, hits FROM mention JOIN article ON article.id = article_id ORDER BY key",
        "SELECT watch, outlet, title, url, published_at, found_at, snippet, terms, text FROM coverage ORDER BY url",
        "SELECT url, etag, last_modified, state FROM channel",
    ]
    .iter()
    .flat_map(|query| world.sql(query))
    .collect()
}

/// Begins a run that gets no answer to its request number `n`.
fn run_up_to(world: &World, outlet: &Outlet, n: usize) -> Child {
    let before = outlet.asked().len();
    outlet.hold_at(before + n);
    let run = world.start(&["run"]);
    assert!(outlet.wait_for(before + n), "there was no request number {n}");
    run
}

fn terminate(child: &Child) {
    signal(child, "-TERM");
}

fn signal(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_run_killed_at_any_request_ends_like_an_undisturbed_run() {
    const REQUESTS: usize = 8;
    let outlet = gazette(5);
    outlet.count_all();
    let undisturbed = World::with(&config(&outlet));
    undisturbed.run();
    assert_eq!(outlet.asked().len(), REQUESTS, "robots.txt, the feed, tdmrep.json, five articles");
    let expected = memory(&undisturbed);
    assert_eq!(undisturbed.one("SELECT count(*) FROM coverage"), "5");

    for n in 1..=REQUESTS {
        let world = World::with(&config(&outlet));
        let before = outlet.asked().len();
        let mut run = run_up_to(&world, &outlet, n);
        run.kill().unwrap();
        run.wait().unwrap();
        outlet.let_go();
        world.expect_sound(&format!("killed at request {n}"));
        world.run();
        assert_eq!(memory(&world), expected, "killed at request {n}");
        let asked = &outlet.asked()[before..];
        let polls = asked.iter().filter(|asked| asked.path == "/feed").count();
        assert_eq!(
            polls,
            if n == 2 { 2 } else { 1 },
            "killed at request {n}: what a poll noted is not asked for again"
        );
        assert!(asked.len() <= REQUESTS + n, "killed at request {n}: {} requests", asked.len());
    }
}

/// An outlet and a world that read its three articles; they have changed since, and are due to be read again.
fn changed_since() -> (Outlet, World) {
    let outlet = gazette(3);
    let mut world = World::with(&config(&outlet));
    world.run();
    for n in 1..=3 {
        // The second version no longer mentions the bird.
        let text = if n == 2 { "Everyone" } else { "Everyone but the Kraanvogel" };
        let text = format!("{text} has gone home from quay {n}, where nothing is to be seen any more but the boats.");
        let rest = "Nobody had expected it before the evening, said the harbour master, who had gone home for lunch.";
        let html = page(&format!("Late news {n}"), "2026-10-10T10:00:00+02:00", &[&text, rest]);
        outlet.serve(&format!("/a/{n}"), html);
    }
    world.hours_pass(3);
    (outlet, world)
}

/// What reading articles again changes.
fn changes(world: &World) -> [Vec<String>; 4] {
    [
        "SELECT article_id, seen_at, title, text_hash, length(text) > 0 FROM version ORDER BY 1, 2",
        "SELECT title, read_at, revisited_at, text, fingerprint FROM article ORDER BY id",
        "SELECT article_id, found_at, gone_at, terms FROM mention ORDER BY 1",
        "SELECT state, tries FROM item ORDER BY id",
    ]
    .map(|query| world.sql(query))
}

/// The same of one of the articles: its versions, itself, its mention.
fn changes_of(article: usize, changes: &[Vec<String>; 4]) -> [Vec<String>; 3] {
    let [versions, articles, mentions, _] = changes;
    let own = |rows: &[String]| {
        rows.iter().filter(|row| row.starts_with(&format!("{article} "))).cloned().collect::<Vec<_>>()
    };
    [own(versions), vec![articles[article - 1].clone()], own(mentions)]
}

#[test]
fn a_run_killed_while_refetching_articles_ends_like_an_undisturbed_run() {
    const REQUESTS: usize = 4;
    let (outlet, undisturbed) = changed_since();
    let before = outlet.asked().len();
    undisturbed.run();
    assert_eq!(outlet.asked().len() - before, REQUESTS, "the feed, and three articles again");
    let expected = changes(&undisturbed);
    assert_eq!((expected[0].len(), expected[2].len()), (6, 3), "{expected:?}");
    assert_eq!(undisturbed.sql("SELECT article_id FROM mention WHERE gone_at IS NOT NULL"), ["2"]);

    for n in 1..=REQUESTS {
        let (outlet, world) = changed_since();
        let before = outlet.asked().len();
        let mut run = run_up_to(&world, &outlet, n);
        run.kill().unwrap();
        run.wait().unwrap();
        outlet.let_go();
        world.expect_sound(&format!("killed at request {n}"));
        world.run();
        assert_eq!(changes(&world), expected, "killed at request {n}");
        let again = outlet.asked().iter().skip(before).filter(|asked| asked.path.starts_with("/a/")).count();
        assert!(again < 3 + n, "killed at request {n}: {again} requests");
    }
}

/// A kill between two writes of one article looks like a disk that refuses the second one.
#[test]
fn a_refetched_article_is_stored_completely_or_not_at_all() {
    let (_outlet, undisturbed) = changed_since();
    undisturbed.run();
    let expected = changes(&undisturbed);
    // The first mention whose terms are gone is of the second article.
    for (table, event, article) in [
        ("article", "BEFORE UPDATE OF revisited_at ON article", 1),
        ("version", "BEFORE INSERT ON version", 1),
        ("text", "AFTER UPDATE OF text ON article", 1),
        ("mention", "BEFORE UPDATE OF terms ON mention", 1),
        ("gone", "BEFORE UPDATE OF gone_at ON mention", 2),
    ] {
        let (_outlet, world) = changed_since();
        let before = changes(&world);
        world.fail(event);
        let done = world.presswatch(&["run"]).expect(1);
        assert!(done.stderr.contains("disk is full"), "{table}: {}", done.stderr);
        let after = changes(&world);
        for n in 1..=3 {
            let whole = if n < article { &expected } else { &before };
            let (after, whole) = (changes_of(n, &after), changes_of(n, whole));
            assert_eq!(after, whole, "{table}, article {n}");
        }
        world.stop_failing(event);
        world.run();
        assert_eq!(changes(&world), expected, "{table}");
    }
}

#[test]
fn a_repeatedly_killed_run_finishes_eventually() {
    let outlet = gazette(8);
    let world = World::with(&config(&outlet));
    for _ in 0..6 {
        let mut run = run_up_to(&world, &outlet, 2);
        run.kill().unwrap();
        run.wait().unwrap();
        outlet.let_go();
    }
    world.run();
    assert_eq!(world.one("SELECT count(*), count(DISTINCT url) FROM coverage"), "8 | 8");
    assert_eq!(world.one("SELECT count(*) FROM item WHERE state <> 'read'"), "0");
}

#[test]
fn a_killed_run_is_shown_as_unfinished() {
    let outlet = gazette(2);
    let world = World::with(&config(&outlet));
    let mut run = run_up_to(&world, &outlet, 3);
    run.kill().unwrap();
    run.wait().unwrap();
    outlet.let_go();
    world.run();
    assert_eq!(world.sql("SELECT id, finished_at IS NULL FROM run ORDER BY id"), ["1 | 1", "2 | 0"]);
}

#[test]
fn sigterm_and_ctrl_c_finish_open_requests_and_leave_the_rest_pending() {
    for sign in ["-TERM", "-INT"] {
        ended_by(sign);
    }
}

fn ended_by(sign: &str) {
    let outlet = gazette(5);
    let world = World::with(&config(&outlet));
    // robots.txt, the feed, two articles; the third gets no answer.
    let run = run_up_to(&world, &outlet, 5);
    let asked = Instant::now();
    signal(&run, sign);
    let done = Done::from(run.wait_with_output().unwrap());
    // Long before the timeout of the request that gets no answer, which is 20 s.
    assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());
    assert_eq!(
        world.sql("SELECT state, count(*) FROM item GROUP BY state ORDER BY 1"),
        ["pending | 3", "read | 2"],
        "{done:?}"
    );
    assert!(done.stderr.contains("interrupted; 3 items are left for the next run"), "{}", done.stderr);
    outlet.let_go();
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "5");
    let states = world.sql("SELECT state, tries, count(*) FROM item GROUP BY 1, 2 ORDER BY 1, 2");
    assert_eq!(states, ["read | 1 | 5"], "an interruption is no failure");
}

#[test]
fn a_response_in_progress_at_sigterm_is_awaited_and_stored() {
    let outlet = gazette(5);
    let world = World::with(&config(&outlet));
    outlet.serve("/a/2", Answer::html(&numbered_page(2)).after(Duration::from_millis(300)));
    let run = world.start(&["run"]);
    // robots.txt, the feed, tdmrep.json is not counted; the second article is on its way.
    assert!(outlet.wait_for(4));
    terminate(&run);
    let done = Done::from(run.wait_with_output().unwrap());
    assert_eq!(
        world.sql("SELECT state, count(*) FROM item GROUP BY state ORDER BY 1"),
        ["pending | 3", "read | 2"],
        "{done:?}"
    );
    outlet.serve("/a/2", numbered_page(2));
    world.run();
    assert_eq!(outlet.asked_for("/a/2").len(), 1, "what was in hand is not asked for again");
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "5");
}

#[test]
fn sigterm_during_the_first_round_loses_no_poll() {
    let (slow, quick) = (gazette(1), gazette(1));
    let world = World::with(&format!("{WATCH}{}{}", source("Slow", &slow), source("Quick", &quick)));
    slow.hold_at(2);
    let run = world.start(&["run"]);
    assert!(slow.wait_for(2) && quick.wait_for(2));
    terminate(&run);
    run.wait_with_output().unwrap();
    slow.let_go();
    world.run();
    assert_eq!(world.sql("SELECT outlet FROM coverage ORDER BY outlet"), ["Quick", "Slow"]);
    assert_eq!(world.one("SELECT count(*) FROM channel WHERE failures > 0"), "0");
}

#[test]
fn only_one_run_is_active_and_readers_do_not_wait() {
    let outlet = gazette(2);
    // On a server, runs share the work: `workers.rs`.
    let world = World::with(&config(&outlet)).in_file();
    // The second article is not answered: the first one is stored.
    let run = run_up_to(&world, &outlet, 4);
    let second = world.presswatch(&["run", "-v"]).expect(75);
    assert!(second.stderr.contains("another run is using"), "{}", second.stderr);
    let digest = world.presswatch(&["digest"]).expect(0);
    assert!(digest.stdout.contains("Kraanvogel number"), "{}", digest.stdout);
    world.presswatch(&["sources"]).expect(0);
    outlet.let_go();
    assert!(run.wait_with_output().unwrap().status.success());
    assert_eq!(outlet.asked().len(), 4, "the run that was refused asked nothing");
    assert_eq!(world.one("SELECT count(*) FROM run"), "1");
}

#[test]
fn a_full_disk_leaves_the_database_intact() {
    let outlet = gazette(40);
    let undisturbed = World::with(&config(&outlet));
    undisturbed.run();
    let mut refused = 0;
    for blocks in [1, 100, 200, 300] {
        let world = World::with(&config(&outlet)).in_file();
        // Limits the size of files, in blocks of 512 bytes; exceeding it is an error, as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let whole = world.command(&["run"]);
        let mut limited = Command::new("sh");
        limited.args(["-c", &script, "sh"]).arg(whole.get_program()).args(whole.get_args());
        let done = Done::of(limited.current_dir(world.folder()));
        refused += usize::from(done.code == Some(1));
        assert!(done.code != Some(1) || done.stderr.contains("error: could not"), "{blocks}: {}", done.stderr);
        assert!(matches!(done.code, Some(0 | 1)), "{blocks}: {done:?}");
        world.run();
        world.expect_sound(&blocks.to_string());
        assert_eq!(memory(&world), memory(&undisturbed), "{blocks}");
    }
    assert!(refused >= 2, "only {refused} of four limits were met");
}
