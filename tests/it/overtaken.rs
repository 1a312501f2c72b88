//! A worker that was away for so long that another one has its hosts: nothing of what it brings back is stored.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::answer::Answer;
use crate::engines::Schema;
use crate::gazette::{WATCH, gazette, source};
use crate::pages::numbered_page;
use crate::server::Outlet;
use crate::world::{Done, World};

const PATIENCE: Duration = Duration::from_secs(30);

/// As many outlets, each with two articles, as a worker claims that makes one request at a time: it has nothing to do but to wait for an
/// answer. Somebody is told of the articles.
struct Setting {
    outlets: Vec<Outlet>,
    desk: Outlet,
    world: World,
    schema: Schema,
}

impl Setting {
    /// `None` without a server.
    fn new() -> Option<Self> {
        let schema = Schema::new()?;
        let outlets: Vec<Outlet> = (0..4).map(|_| gazette(2)).collect();
        let sources: String =
            outlets.iter().enumerate().map(|(n, outlet)| source(&format!("Outlet {n}"), outlet)).collect();
        let desk = Outlet::open();
        desk.serve("/hook", Answer::text("ok"));
        let alert = format!("[[alert]]\nname = \"desk\"\nkind = \"webhook\"\nto = \"{}\"\n", desk.url("/hook"));
        let world = World::with(&format!("{WATCH}{sources}{alert}"));
        world.edit("per_host_delay", "concurrency = 1\nper_host_delay");
        Some(Self { outlets, desk, world, schema })
    }

    fn worker(&self) -> Child {
        let mut command = self.world.command(&["run"]);
        command.env("PRESSWATCH_DATABASE", self.schema.url());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// A worker that gets no answer to its first request for this path, and the outlet that has the request.
    fn held_worker(&self, path: &str) -> (Child, &Outlet) {
        for outlet in &self.outlets {
            outlet.catch(path);
        }
        let worker = self.worker();
        let begun = Instant::now();
        let holding = loop {
            if let Some(outlet) = self.outlets.iter().find(|outlet| outlet.caught() > 0) {
                break outlet;
            }
            assert!(begun.elapsed() < PATIENCE, "{path} was not requested");
            std::thread::yield_now();
        };
        for outlet in &self.outlets {
            outlet.catch("/nothing");
        }
        (worker, holding)
    }

    /// As if the machine of the worker of now stood still: its lease ends, and it does not renew it.
    fn suspend(&self) {
        let sql = "CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            UPDATE lease SET until = '-infinity' WHERE name LIKE 'worker %';
            CREATE TRIGGER stands_still BEFORE UPDATE ON lease FOR EACH ROW WHEN (OLD.until = '-infinity' AND OLD.name LIKE 'worker %') EXECUTE FUNCTION stand_still()";
        self.schema.client().batch_execute(sql).unwrap();
    }

    /// Every row of every table, without the leases.
    fn everything(&self) -> Vec<String> {
        let tables = self.schema.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'lease' ORDER BY 1",
        );
        tables
            .iter()
            .flat_map(|table| {
                let rows = self.schema.rows(&format!("SELECT t::text FROM {table} t ORDER BY 1"));
                rows.into_iter().map(move |row| format!("{table}: {row}"))
            })
            .collect()
    }

    /// What must be there, once, whoever stored it; messages are sent by whichever process began to.
    fn expect_all(&self) {
        let sent = "SELECT count(*) FROM outbox o JOIN message m ON m.id = o.message_id WHERE m.state = 'sent'";
        let begun = Instant::now();
        while self.schema.rows(sent) != ["8"] {
            assert!(begun.elapsed() < PATIENCE, "{:?}", self.schema.rows("SELECT o::text FROM outbox o"));
            std::thread::yield_now();
        }
        assert_eq!(self.schema.rows("SELECT state, count(*) FROM item GROUP BY 1"), ["read | 8"]);
        assert_eq!(self.schema.rows("SELECT count(*), count(DISTINCT url) FROM coverage"), ["8 | 8"]);
        let told: usize = self
            .desk
            .asked_for("/hook")
            .iter()
            .map(|asked| {
                let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
                body["mentions"].as_array().unwrap().len()
            })
            .sum();
        assert_eq!(told, 8, "each mention is told of once");
    }
}

fn finish(worker: Child) -> Done {
    Done::from(worker.wait_with_output().unwrap())
}

#[track_caller]
fn expect_overtaken(first: Child) {
    let done = finish(first).expect(75);
    assert!(done.stderr.contains("another one has taken over"), "{}", done.stderr);
}

#[test]
fn what_an_overtaken_worker_brings_back_changes_nothing() {
    for path in ["/robots.txt", "/feed", "/a/1"] {
        let Some(setting) = Setting::new() else { return };
        let (first, holding) = setting.held_worker(path);
        setting.suspend();
        finish(setting.worker()).expect(0);
        setting.expect_all();
        let before = setting.everything();
        holding.free();
        expect_overtaken(first);
        assert_eq!(setting.everything(), before, "{path}");
        setting.expect_all();
    }
}

#[test]
fn an_overtaken_worker_that_comes_back_first_stores_nothing_either() {
    for path in ["/robots.txt", "/feed", "/a/1"] {
        let Some(setting) = Setting::new() else { return };
        let (first, holding) = setting.held_worker(path);
        setting.suspend();
        holding.catch(path);
        let second = setting.worker();
        assert!(holding.wait_for_caught(2), "{path} was not requested by the second worker");
        holding.free();
        expect_overtaken(first);
        holding.free();
        finish(second).expect(0);
        setting.expect_all();
        // The second worker requested all of it; what the first one had of it is not counted twice.
        assert_eq!(setting.schema.rows("SELECT count(*), count(DISTINCT channel_id) FROM poll"), ["4 | 4"], "{path}");
        assert_eq!(setting.schema.rows("SELECT DISTINCT tries FROM item"), ["1"], "{path}");
    }
}

#[test]
fn an_overtaken_worker_stores_no_second_reading() {
    let Some(mut setting) = Setting::new() else { return };
    finish(setting.worker()).expect(0);
    setting.world.hours_pass(30);
    for outlet in &setting.outlets {
        let changed = numbered_page(1).replace("has landed", "has left").replace("at noon", "at dawn");
        outlet.serve("/a/1", Answer::html(&changed));
    }
    let (first, holding) = setting.held_worker("/a/1");
    setting.suspend();
    finish(setting.worker()).expect(0);
    let before = setting.everything();
    holding.free();
    expect_overtaken(first);
    assert_eq!(setting.everything(), before);
    assert_eq!(setting.schema.rows("SELECT count(*) FROM version WHERE title LIKE '%has left'"), ["4"]);
}

/// Hosts that a worker without a lease had would never be free again.
#[test]
fn an_overtaken_worker_claims_nothing() {
    let Some(setting) = Setting::new() else { return };
    let (first, holding) = setting.held_worker("/feed");
    // Its lease and its hosts are taken away, and nobody else has them.
    setting
        .schema
        .client()
        .batch_execute("DELETE FROM lease WHERE name LIKE 'worker %'; UPDATE lane SET owner = NULL")
        .unwrap();
    holding.free();
    expect_overtaken(first);
    assert_eq!(setting.schema.rows("SELECT count(*) FROM lane WHERE owner IS NOT NULL"), ["0"]);
    assert_eq!(setting.schema.rows("SELECT count(*) FROM poll"), ["0"]);
    finish(setting.worker()).expect(0);
    setting.expect_all();
}

/// What it would store would be missing in the copy.
#[test]
fn a_worker_taken_for_gone_does_not_come_back_beside_what_has_the_whole_database() {
    let Some(setting) = Setting::new() else { return };
    let (first, holding) = setting.held_worker("/a/1");
    let begun = Instant::now();
    loop {
        setting
            .schema
            .client()
            .batch_execute("UPDATE lease SET until = '-infinity' WHERE name LIKE 'worker %'")
            .unwrap();
        let done = setting.world.presswatch(&["migrate", setting.schema.url(), "copy.db"]);
        if done.code == Some(0) {
            break;
        }
        // It was just renewing its lease.
        assert!(begun.elapsed() < PATIENCE && done.code == Some(75), "{}", done.stderr);
    }
    assert_eq!(setting.schema.rows("SELECT count(*) FROM lane WHERE owner IS NOT NULL"), ["0"]);
    let before = setting.everything();
    holding.free();
    expect_overtaken(first);
    assert_eq!(setting.everything(), before);
    finish(setting.worker()).expect(0);
    setting.expect_all();
}
