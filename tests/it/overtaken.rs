//! A worker that was away for so long that another one has its hosts: nothing of what it brings back is stored.

use std::process::{Child, Stdio};
use std::time::Instant;

use crate::answer::Answer;
use crate::engines::Schema;
use crate::gazette::{WATCH, gazette, source};
use crate::pages::page;
use crate::server::Outlet;
use crate::world::{Done, World};

/// An outlet with two articles, somebody who is told of them, and a world with both. `None` without a server.
fn setting() -> Option<(Outlet, Outlet, World, Schema)> {
    let schema = Schema::new()?;
    let (outlet, desk) = (gazette(2), Outlet::open());
    desk.serve("/hook", Answer::text("ok"));
    let alert = format!("[[alert]]\nname = \"desk\"\nkind = \"webhook\"\nto = \"{}\"\n", desk.url("/hook"));
    let world = World::with(&format!("{WATCH}{}{alert}", source("Gazette", &outlet)));
    Some((outlet, desk, world, schema))
}

fn worker(world: &World, schema: &Schema) -> Child {
    let mut command = world.command(&["run"]);
    command.env("PRESSWATCH_DATABASE", schema.url());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn finish(worker: Child) -> Done {
    Done::from(worker.wait_with_output().unwrap())
}

/// As if the machines of all workers of now stood still: their leases end, and they do not renew them.
fn suspend(schema: &Schema) {
    let sql = "CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        UPDATE lease SET until = '-infinity' WHERE name LIKE 'worker %';
        CREATE TRIGGER stands_still BEFORE UPDATE ON lease FOR EACH ROW WHEN (OLD.until = '-infinity') EXECUTE FUNCTION stand_still()";
    schema.client().batch_execute(sql).unwrap();
}

/// Every row of every table, without the leases.
fn everything(schema: &Schema) -> Vec<String> {
    let tables = schema.rows(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'lease' ORDER BY 1",
    );
    tables
        .iter()
        .flat_map(|table| {
            let rows = schema.rows(&format!("SELECT t::text FROM {table} t ORDER BY 1"));
            rows.into_iter().map(move |row| format!("{table}: {row}"))
        })
        .collect()
}

/// What must be there, once, whoever stored it; messages are sent by whichever process began to.
fn expect_all(schema: &Schema, desk: &Outlet) {
    let begun = Instant::now();
    while schema.rows("SELECT count(*) FROM outbox o JOIN message m ON m.id = o.message_id WHERE m.state = 'sent'") != ["2"] {
        assert!(begun.elapsed().as_secs() < 30, "{:?}", ["message", "outbox", "alert", "alert_watch", "mention", "lease"].map(|table| schema.rows(&format!("SELECT '{table}', t::text FROM {table} t"))));
        std::thread::yield_now();
    }
    assert_eq!(schema.rows("SELECT state, count(*) FROM item GROUP BY 1"), ["read | 2"]);
    assert_eq!(schema.rows("SELECT count(*), count(DISTINCT url) FROM coverage"), ["2 | 2"]);
    assert_eq!(schema.rows("SELECT count(*) FROM message WHERE state <> 'sent'"), ["0"]);
    let told: usize = desk
        .asked_for("/hook")
        .iter()
        .map(|asked| {
            let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
            body["mentions"].as_array().unwrap().len()
        })
        .sum();
    assert_eq!(told, 2, "each mention is told of once");
}

#[track_caller]
fn expect_overtaken(first: Child) {
    let done = finish(first).expect(75);
    assert!(done.stderr.contains("another one has taken over"), "{}", done.stderr);
}

#[test]
fn what_an_overtaken_worker_brings_back_changes_nothing() {
    for path in ["/robots.txt", "/feed", "/a/1"] {
        let Some((outlet, desk, world, schema)) = setting() else { return };
        outlet.catch(path);
        let first = worker(&world, &schema);
        assert!(outlet.wait_for_caught(1), "{path} was not requested");
        suspend(&schema);
        finish(worker(&world, &schema)).expect(0);
        expect_all(&schema, &desk);
        let before = everything(&schema);
        outlet.free();
        expect_overtaken(first);
        assert_eq!(everything(&schema), before, "{path}");
        expect_all(&schema, &desk);
    }
}

#[test]
fn an_overtaken_worker_that_comes_back_first_stores_nothing_either() {
    for path in ["/robots.txt", "/feed", "/a/1"] {
        let Some((outlet, desk, world, schema)) = setting() else { return };
        outlet.catch(path);
        let first = worker(&world, &schema);
        assert!(outlet.wait_for_caught(1), "{path} was not requested");
        suspend(&schema);
        outlet.catch(path);
        let second = worker(&world, &schema);
        assert!(outlet.wait_for_caught(2), "{path} was not requested by the second worker");
        let before = everything(&schema);
        outlet.free();
        expect_overtaken(first);
        assert_eq!(everything(&schema), before, "{path}");
        outlet.free();
        finish(second).expect(0);
        expect_all(&schema, &desk);
    }
}

#[test]
fn an_overtaken_worker_stores_no_second_reading() {
    let Some((outlet, desk, mut world, schema)) = setting() else { return };
    finish(worker(&world, &schema)).expect(0);
    world.hours_pass(30);
    let left = "It flew away at dawn, said the harbour master, who had seen it off.";
    outlet.serve("/a/1", Answer::html(&page("Kraanvogel number 1 has left", "2026-10-10T10:00:00+02:00", &[left])));
    outlet.catch("/a/1");
    let first = worker(&world, &schema);
    assert!(outlet.wait_for_caught(1), "it was not requested again");
    suspend(&schema);
    finish(worker(&world, &schema)).expect(0);
    let before = everything(&schema);
    outlet.free();
    expect_overtaken(first);
    assert_eq!(everything(&schema), before);
    assert_eq!(schema.rows("SELECT count(*), count(DISTINCT title) FROM version"), ["3 | 3"]);
    drop(desk);
}

/// A worker that learns of it while it has nothing in hand claims no host that nobody would take from it again.
#[test]
fn an_overtaken_worker_claims_nothing() {
    let Some((outlet, desk, world, schema)) = setting() else { return };
    let second = gazette(1);
    let more = source("Second", &second);
    world.edit("[[alert]]", &format!("{more}[[alert]]"));
    outlet.catch("/feed");
    second.catch("/feed");
    let first = worker(&world, &schema);
    assert!(outlet.wait_for_caught(1) && second.wait_for_caught(1));
    // Its lease and its hosts are taken away, and nobody else has them.
    schema
        .client()
        .batch_execute("DELETE FROM lease WHERE name LIKE 'worker %'; UPDATE lane SET owner = NULL")
        .unwrap();
    outlet.free();
    expect_overtaken(first);
    assert_eq!(schema.rows("SELECT count(*) FROM lane WHERE owner IS NOT NULL"), ["0"]);
    assert_eq!(schema.rows("SELECT count(*) FROM poll"), ["0"]);
    second.let_go();
    finish(worker(&world, &schema)).expect(0);
    assert_eq!(schema.rows("SELECT state, count(*) FROM item GROUP BY 1"), ["read | 3"]);
    drop(desk);
}
