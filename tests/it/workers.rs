//! Several workers on one database: everything is read, once, politely, whoever dies.

use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use presswatch::database::DatabaseAddress;
use presswatch::error::ExitKind;
use presswatch::politeness::{BackOff, Host};
use presswatch::store::{Lock, Mode, Store};

use crate::answer::Answer;
use crate::engines::Schema;
use crate::gazette::source;
use crate::pages::{numbered_feed, numbered_page};
use crate::server::Outlet;
use crate::world::{Done, World};

const PAUSE: Duration = Duration::from_millis(100);

/// Outlets of which each announces some articles, and a world that watches them. `None` without a server.
fn fleet(outlets: usize, articles: usize) -> Option<(Vec<Outlet>, World, Schema)> {
    let schema = Schema::new()?;
    let outlets: Vec<Outlet> = (0..outlets)
        .map(|_| {
            let outlet = Outlet::open();
            let feed = numbered_feed(|path| outlet.url(path), articles);
            outlet.serve("/feed", Answer::of("application/rss+xml", feed).after(Duration::from_millis(20)));
            for n in 1..=articles {
                outlet.serve(&format!("/a/{n}"), Answer::html(&numbered_page(n)).after(Duration::from_millis(20)));
            }
            outlet
        })
        .collect();
    let sources: String =
        outlets.iter().enumerate().map(|(n, outlet)| source(&format!("Outlet {n}"), outlet)).collect();
    let world = World::with(&format!("[[watch]]\nname = \"Birds\"\nquery = \"kraanvogel*\"\n{sources}"));
    world.edit("per_host_delay = \"0s\"", "per_host_delay = \"100ms\"");
    Some((outlets, world, schema))
}

fn worker(world: &World, schema: &Schema) -> Child {
    let mut command = world.command(&["run"]);
    command.env("PRESSWATCH_DATABASE", schema.url());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
}

fn finish(worker: Child) -> Done {
    Done::from(worker.wait_with_output().unwrap())
}

/// One request at a time, with a pause in between.
fn expect_polite(outlets: &[Outlet]) {
    for outlet in outlets {
        assert_eq!(outlet.most_at_once(), 1, "{}", outlet.host());
        let asked = outlet.asked();
        for two in asked.windows(2) {
            let gap = two[1].at.duration_since(two[0].at);
            assert!(gap >= PAUSE, "{}: {} {gap:?} after {}", outlet.host(), two[1].path, two[0].path);
        }
    }
}

#[test]
fn four_workers_read_everything_once() {
    let Some((outlets, world, schema)) = fleet(24, 3) else { return };
    // So few hosts at once that three of the four have some.
    world.edit("per_host_delay", "concurrency = 2\nper_host_delay");
    for outlet in &outlets {
        outlet.hold_at(1);
    }
    let workers: Vec<Child> = (0..4).map(|_| worker(&world, &schema)).collect();
    let owners = "SELECT count(DISTINCT owner) FROM lane";
    while schema.rows("SELECT to_regclass('lane') IS NOT NULL") != ["1"] || schema.rows(owners) != ["3"] {
        std::thread::yield_now();
    }
    for outlet in &outlets {
        outlet.let_go();
    }
    for done in workers.into_iter().map(finish) {
        assert_eq!(done.expect(0).stderr, "");
    }
    expect_polite(&outlets);
    for outlet in &outlets {
        for path in ["/feed", "/a/1", "/a/2", "/a/3", "/robots.txt"] {
            assert_eq!(outlet.asked_for(path).len(), 1, "{} {path}", outlet.host());
        }
    }
    assert_eq!(schema.rows("SELECT state, count(*) FROM item GROUP BY 1 ORDER BY 1"), ["read | 72"]);
    assert_eq!(schema.rows("SELECT count(*), count(DISTINCT url) FROM coverage"), ["72 | 72"]);
    // One text at 24 outlets is one story, whoever read it first.
    assert_eq!(schema.rows("SELECT count(DISTINCT story) FROM coverage"), ["3"]);
    assert_eq!(schema.rows("SELECT count(*) FROM event_queue"), ["0"]);
    assert_eq!(schema.rows("SELECT count(*) FROM lane WHERE owner IS NOT NULL"), ["0"], "all hosts are free");
    let shares = schema.rows("SELECT count(*) FROM poll GROUP BY run_id");
    assert!(shares.len() >= 3, "the work was shared: {shares:?}");
}

#[test]
fn workers_that_are_killed_lose_nothing() {
    let Some((outlets, world, schema)) = fleet(16, 3) else { return };
    let begun = Instant::now();
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let mut workers: Vec<Child> = (0..4).map(|_| worker(&world, &schema)).collect();
    for _ in 0..6 {
        std::thread::sleep(Duration::from_millis(150 + random(250)));
        let victim = usize::try_from(random(4)).unwrap();
        workers[victim].kill().unwrap();
        let next = worker(&world, &schema);
        std::mem::replace(&mut workers[victim], next).wait().unwrap();
    }
    for done in workers.into_iter().map(finish) {
        done.expect(0);
    }
    // What a worker had when it was killed may have rested until the others were done.
    finish(worker(&world, &schema)).expect(0);
    assert!(begun.elapsed() < Duration::from_mins(1), "no lease was waited for");
    expect_polite(&outlets);
    assert_eq!(schema.rows("SELECT state, count(*) FROM item GROUP BY 1 ORDER BY 1"), ["read | 48"]);
    assert_eq!(schema.rows("SELECT count(*), count(DISTINCT url) FROM coverage"), ["48 | 48"]);
    assert_eq!(schema.rows("SELECT count(DISTINCT story) FROM coverage"), ["3"]);
}

#[test]
fn redirects_wait_for_the_host_that_another_worker_has() {
    let Some((mut outlets, world, schema)) = fleet(6, 2) else { return };
    // The second article of each is at the last one.
    let last = outlets.pop().unwrap();
    for outlet in &outlets {
        outlet.serve("/a/2", Answer::redirect(302, &last.url("/a/2")));
    }
    let workers: Vec<Child> = (0..3).map(|_| worker(&world, &schema)).collect();
    for done in workers.into_iter().map(finish) {
        done.expect(0);
    }
    outlets.push(last);
    expect_polite(&outlets);
    assert_eq!(schema.rows("SELECT count(*) FROM item WHERE state = 'pending'"), ["0"]);
}

#[test]
fn lost_connections_cost_a_retry() {
    let Some((outlets, world, schema)) = fleet(8, 3) else { return };
    let mut run = worker(&world, &schema);
    let name = schema.url().rsplit("schema=").next().unwrap().to_owned();
    let mut ended = 0;
    while run.try_wait().unwrap().is_none()
        && ended < 6
        && outlets.iter().map(|outlet| outlet.asked().len()).sum::<usize>() < 30
    {
        std::thread::sleep(Duration::from_millis(100));
        // Whoever looks at tables of this schema.
        let sql = format!(
            "SELECT count(pg_terminate_backend(pid)) FROM (SELECT DISTINCT pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
               JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{name}' AND pid <> pg_backend_pid()
               UNION SELECT backend FROM {name}.lease) sessions (pid)"
        );
        ended += schema.client().query_one(&sql, &[]).map_or(0, |row| row.get::<_, i64>(0));
    }
    finish(run).expect(0);
    assert_eq!(schema.rows("SELECT state, count(*) FROM item GROUP BY 1 ORDER BY 1"), ["read | 24"]);
    expect_polite(&outlets);
}

#[test]
fn what_needs_the_database_for_itself_waits_for_no_worker_and_lets_none_begin() {
    let Some((_outlets, world, schema)) = fleet(4, 2) else { return };
    let address: DatabaseAddress = schema.address();
    let lock = Lock::take(&address).unwrap();
    finish(worker(&world, &schema)).expect(75);
    drop(lock);
    let run = worker(&world, &schema);
    while schema.rows("SELECT count(*) FROM lease WHERE name LIKE 'worker %'") != ["1"] {
        std::thread::yield_now();
    }
    assert_eq!(Lock::take(&address).unwrap_err().kind, ExitKind::Busy);
    finish(run).expect(0);
}

/// A worker does not know of a watch that was written after it began.
#[test]
fn what_a_worker_stores_that_does_not_know_of_a_new_watch_is_matched_by_the_next_run() {
    for is_rematch in [false, true] {
        let Some((outlets, world, schema)) = fleet(2, 2) else { return };
        outlets[0].catch("/a/1");
        let old = worker(&world, &schema);
        assert!(outlets[0].wait_for_caught(1));
        world.edit("[[watch]]", "[[watch]]\nname = \"Harbour\"\nquery = \"harbour\"\n[[watch]]");
        let command: &[&str] = if is_rematch { &["rematch"] } else { &["run"] };
        Done::of(world.command(command).env("PRESSWATCH_DATABASE", schema.url())).expect(0);
        outlets[0].free();
        finish(old).expect(0);
        finish(worker(&world, &schema)).expect(0);
        let found = "SELECT watch, count(*) FROM coverage GROUP BY 1 ORDER BY 1";
        assert_eq!(schema.rows(found), ["Birds | 4", "Harbour | 4"], "{command:?}");
        assert_eq!(schema.rows("SELECT count(*) FROM event_queue"), ["0"]);
        // It is applied now: nothing is to be done again.
        let applied = "SELECT count(*) FROM watch WHERE length(definition) > 1";
        assert_eq!(schema.rows(applied), ["2"]);
    }
}

/// Neither does it say so if it has no time to.
#[test]
fn however_a_worker_ends_what_it_stored_is_matched_by_a_watch_that_came_meanwhile() {
    for end in ["error", "kill", "overtaken"] {
        let Some((outlets, world, schema)) = fleet(1, 3) else { return };
        outlets[0].catch("/a/2");
        let mut old = worker(&world, &schema);
        assert!(outlets[0].wait_for_caught(1));
        world.edit("[[watch]]", "[[watch]]\nname = \"Harbour\"\nquery = \"harbour\"\n[[watch]]");
        Done::of(world.command(&["rematch"]).env("PRESSWATCH_DATABASE", schema.url())).expect(0);
        // It stores one article more, and has another one in hand.
        let last = if outlets[0].asked_for("/a/1").is_empty() { "/a/1" } else { "/a/3" };
        outlets[0].catch(last);
        outlets[0].free();
        assert!(outlets[0].wait_for_caught(2), "{last} was not requested");
        let begun = Instant::now();
        while schema.rows("SELECT count(*) FROM coverage WHERE url LIKE '%/a/2'") != ["1"] {
            assert!(begun.elapsed() < Duration::from_secs(20), "it was not stored");
            std::thread::yield_now();
        }
        match end {
            "error" => {
                let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk is full'; END $$;
                    CREATE TRIGGER refusing BEFORE INSERT ON article FOR EACH ROW EXECUTE FUNCTION refuse()";
                schema.client().batch_execute(refuse).unwrap();
                outlets[0].free();
                finish(old).expect(1);
                schema.client().batch_execute("DROP TRIGGER refusing ON article").unwrap();
            }
            "kill" => {
                old.kill().unwrap();
                old.wait().unwrap();
                outlets[0].free();
            }
            _ => {
                let take = "DELETE FROM lease WHERE name LIKE 'worker %'; UPDATE lane SET owner = NULL";
                schema.client().batch_execute(take).unwrap();
                outlets[0].free();
                finish(old).expect(75);
            }
        }
        for _ in 0..3 {
            finish(worker(&world, &schema)).expect(0);
        }
        let found = "SELECT watch, count(*) FROM coverage GROUP BY 1 ORDER BY 1";
        assert_eq!(schema.rows(found), ["Birds | 3", "Harbour | 3"], "{end}");
        // It is applied now: nothing is to be done again.
        assert_eq!(schema.rows("SELECT count(*) FROM watch WHERE definition <> ''"), ["2"], "{end}");
    }
}

/// Whoever has the host next must not ask too early.
#[test]
fn a_borrowed_host_is_given_back_together_with_what_was_learned_of_it() {
    let Some(schema) = Schema::new() else { return };
    let now: Timestamp = crate::world::NOW.parse().unwrap();
    let (store, _lock) = Store::open_for_run(&schema.address(), Arc::new(move || now)).unwrap();
    let gate = store.gate().unwrap();
    // No moment must be missed.
    schema
        .client()
        .batch_execute(
            "CREATE TABLE seen (rest text);
             CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               INSERT INTO seen SELECT coalesce((SELECT rest_until FROM host), 'none');
               RETURN NULL;
             END $$;
             CREATE CONSTRAINT TRIGGER looking AFTER UPDATE ON lane DEFERRABLE INITIALLY DEFERRED
               FOR EACH ROW WHEN (NEW.owner IS NULL) EXECUTE FUNCTION look()",
        )
        .unwrap();
    let (sender, entered) = std::sync::mpsc::channel();
    gate.enter("kade.example", Box::new(move |known| sender.send(known.is_some()).unwrap()));
    assert!(entered.recv().unwrap());
    let rest = BackOff {
        until: "2026-10-11T08:30:00Z".parse().unwrap(),
        asked_for: true,
        reason: "HTTP 429".into(),
        strikes: 1,
    };
    let host = Host { name: "https://kade.example".into(), rest: Some(rest), ..Host::default() };
    assert_eq!(gate.leave("kade.example", PAUSE, Some(host)), None);
    while schema.rows("SELECT count(*) FROM seen") == ["0"] {
        std::thread::yield_now();
    }
    assert_eq!(schema.rows("SELECT rest FROM seen"), ["2026-10-11T08:30:00Z"]);
}

#[test]
fn events_that_another_process_is_deciding_are_left_to_the_next_run() {
    let Some((_outlets, world, schema)) = fleet(1, 2) else { return };
    drop(Store::open(&schema.address(), Mode::Write).unwrap());
    let mut other = schema.client();
    let mut turn = other.transaction().unwrap();
    turn.execute("SELECT FROM turn WHERE name = 'events' FOR UPDATE", &[]).unwrap();
    let done = finish(worker(&world, &schema)).expect(0);
    let left = "left to the next run: another process is still deciding events";
    assert_eq!(done.stderr, format!("warning: the events of 2 articles are {left}\n"));
    assert_eq!(schema.rows("SELECT count(*) FROM coverage"), ["2"]);
    assert_eq!(schema.rows("SELECT count(*) FROM event_queue"), ["2"]);
    drop(turn);
    assert_eq!(finish(worker(&world, &schema)).expect(0).stderr, "");
    assert_eq!(schema.rows("SELECT (SELECT count(*) FROM event_queue), (SELECT count(*) FROM event)"), ["0 | 2"]);
}
