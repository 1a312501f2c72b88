//! A server that restarts, or a network that ends connections, costs a retry and not a run.

use std::collections::HashSet;
use std::process::{Child, Stdio};

use crate::cluster::Cluster;
use crate::engines::Schema;
use crate::gazette::{WATCH, gazette, print, source};
use crate::proxy::{Loss, Proxy};
use crate::server::Outlet;
use crate::world::{Done, World};

const TABLES: [&str; 7] = ["run", "poll", "item", "article", "mention", "version", "event"];

/// An outlet with two articles, a world with it, and a way to the server that can be cut.
fn setting() -> Option<(Outlet, World, Schema, Proxy)> {
    let (schema, proxy) = (Schema::new()?, Proxy::open()?);
    let outlet = gazette(2);
    let world = World::with(&format!("{WATCH}{}", source("Gazette", &outlet)));
    Some((outlet, world, schema, proxy))
}

fn start(world: &World, args: &[&str], database: &str) -> Child {
    let mut command = world.command(args);
    command.env("PRESSWATCH_DATABASE", database);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn finish(child: Child) -> Done {
    Done::from(child.wait_with_output().unwrap())
}

/// How many rows the tables have, and whether everything was read once.
fn expect_whole(schema: &Schema, outlet: &Outlet, when: &str) {
    let rows = TABLES.map(|table| format!("{table} {}", schema.rows(&format!("SELECT count(*) FROM {table}"))[0]));
    assert_eq!(rows.join(", "), "run 1, poll 1, item 2, article 2, mention 2, version 2, event 2", "{when}");
    assert_eq!(schema.rows("SELECT count(*) FROM item WHERE state = 'read' AND tries = 1"), ["2"], "{when}");
    assert_eq!(schema.rows("SELECT count(*) FROM run WHERE finished_at IS NOT NULL"), ["1"], "{when}");
    assert_eq!(outlet.news(), ["/a/1", "/a/2", "/feed"], "{when}: requested once");
}

/// Whatever transaction it is: that it was stored is found out, and that it was not, too.
#[test]
fn each_commit_whose_answer_is_lost_is_made_once() {
    for loss in [Loss::Answer, Loss::Commit] {
        for n in 1.. {
            let Some((outlet, world, schema, proxy)) = setting() else { return };
            // The tables are there, so that their making is not what is lost.
            finish(start(&world, &["sources"], schema.url()));
            proxy.lose(n, loss);
            let when = format!("{loss:?} number {n} is lost");
            let done = finish(start(&world, &["run"], &proxy.url(&schema)));
            assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{when}");
            expect_whole(&schema, &outlet, &when);
            if !proxy.has_lost() {
                assert!(n > 8, "a run has more transactions than {n}");
                break;
            }
        }
    }
}

#[test]
fn a_run_goes_on_when_the_server_is_back() {
    for path in ["/robots.txt", "/feed", "/a/1"] {
        let Some((outlet, world, schema, proxy)) = setting() else { return };
        outlet.catch(path);
        let run = start(&world, &["run"], &proxy.url(&schema));
        assert!(outlet.wait_for_caught(1), "{path} was not requested");
        proxy.cut();
        outlet.free();
        while proxy.refused() < 8 {
            std::thread::yield_now();
        }
        proxy.mend();
        let done = finish(run);
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{path}");
        expect_whole(&schema, &outlet, path);
    }
}

#[test]
fn a_server_that_stays_away_is_an_error_that_says_so() {
    let Some((outlet, world, schema, proxy)) = setting() else { return };
    outlet.catch("/a/1");
    let run = start(&world, &["run"], &format!("{}&reconnect_timeout=1", proxy.url(&schema)));
    assert!(outlet.wait_for_caught(1));
    proxy.cut();
    outlet.free();
    let done = finish(run).expect(1);
    assert!(done.stderr.contains("the connection was lost, and could not be restored within 1 s"), "{}", done.stderr);
    assert!(done.stderr.contains("hint: what was stored is sound"), "{}", done.stderr);
    proxy.mend();
    finish(start(&world, &["run"], schema.url())).expect(0);
    assert_eq!(schema.rows("SELECT state, count(*) FROM item GROUP BY 1"), ["read | 2"]);
}

/// All at once, as when a server restarts: none of the workers takes another one for dead.
#[test]
fn four_workers_whose_connections_end_at_once_all_go_on() {
    let Some(schema) = Schema::new() else { return };
    let outlets: Vec<Outlet> = (0..12).map(|_| gazette(2)).collect();
    let sources: String =
        outlets.iter().enumerate().map(|(n, outlet)| source(&format!("Outlet {n}"), outlet)).collect();
    let world = World::with(&format!("{WATCH}{sources}"));
    world.edit("per_host_delay", "concurrency = 1\nper_host_delay");
    for outlet in &outlets {
        outlet.hold_at(1);
    }
    let name = format!("fleet {}", schema.url().rsplit('=').next().unwrap());
    let url = format!("{}&application_name={}", schema.url(), name.replace(' ', "%20"));
    let workers: Vec<Child> = (0..4).map(|_| start(&world, &["run"], &url)).collect();
    let owners = "SELECT count(DISTINCT owner) FROM lane";
    while schema.rows("SELECT to_regclass('lane') IS NOT NULL") != ["1"] || schema.rows(owners) != ["3"] {
        std::thread::yield_now();
    }
    for round in 1..=3 {
        let ended = schema.rows(&format!(
            "SELECT count(pg_terminate_backend(pid)) >= {} FROM pg_stat_activity WHERE application_name = '{name}'",
            // Those that nothing is wanted of are opened again when something is.
            if round == 1 { 9 } else { 3 }
        ));
        assert_eq!(ended, ["1"], "round {round}");
        // The workers are back, each by its lease.
        let back =
            "SELECT count(*) FROM lease l JOIN pg_stat_activity a ON a.pid = l.backend WHERE l.name LIKE 'worker %'";
        while schema.rows(back)[0].parse::<u32>().unwrap() < 3 {
            std::thread::yield_now();
        }
    }
    for outlet in &outlets {
        outlet.let_go();
    }
    for worker in workers {
        let done = finish(worker);
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    }
    for outlet in &outlets {
        assert_eq!(outlet.most_at_once(), 1, "{}", outlet.host());
        assert_eq!(outlet.news(), ["/a/1", "/a/2", "/feed"]);
    }
    assert_eq!(schema.rows("SELECT state, count(*) FROM item GROUP BY 1"), ["read | 24"]);
}

/// By hand: `cargo test --test it a_server_that_is_started_anew -- --ignored`.
#[test]
#[ignore = "stops and starts a server of its own"]
fn a_server_that_is_started_anew_costs_a_retry() {
    let Some(cluster) = Cluster::start(&[], |_| {}) else { return };
    for mode in ["fast", "immediate"] {
        for path in ["/robots.txt", "/feed", "/a/1"] {
            let outlet = gazette(2);
            let world = World::with(&format!("{WATCH}{}", source("Gazette", &outlet)));
            let schema = format!("of_{mode}_{}", path.trim_start_matches('/').replace(['.', '/'], "_"));
            let url = format!("postgres://postgres@127.0.0.1:{}/postgres?schema={schema}", cluster.port);
            outlet.catch(path);
            let run = start(&world, &["run"], &url);
            assert!(outlet.wait_for_caught(1), "{path} was not requested");
            cluster.down(mode);
            outlet.free();
            cluster.up(&[]);
            let done = finish(run);
            assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{mode} {path}");
            assert_eq!(outlet.news(), ["/a/1", "/a/2", "/feed"], "{mode} {path}");
            let mut client = postgres::Client::connect(
                &format!("host=127.0.0.1 port={} user=postgres", cluster.port),
                postgres::NoTls,
            )
            .unwrap();
            let read =
                client.query_one(&format!("SELECT count(*) FROM {schema}.item WHERE state = 'read'"), &[]).unwrap();
            assert_eq!(read.get::<_, i64>(0), 2, "{mode} {path}");
        }
    }
}

/// A loop lasts, whatever becomes of the server: within a round, and between two.
#[cfg(unix)]
#[test]
fn a_loop_outlasts_a_server_that_is_away() {
    let Some((outlet, world, schema, proxy)) = setting() else { return };
    world.edit("name = \"Gazette\"", "name = \"Gazette\"\npoll = \"1m\"");
    world.edit("[[watch]]", "[crawl]\nmax_age = \"36500d\"\nrevisit = []\n[[watch]]");
    outlet.catch("/a/1");
    let mut command = world.bare_command(&["run", "--loop"]);
    command.env("PRESSWATCH_DATABASE", format!("{}&reconnect_timeout=0", proxy.url(&schema)));
    let service = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    assert!(outlet.wait_for_caught(1));
    proxy.cut();
    outlet.free();
    // The round ends by it, and the next ones do not begin: a second between the first two, then two.
    while proxy.refused() < 6 {
        std::thread::yield_now();
    }
    print(&outlet, 3);
    proxy.mend();
    let read = "SELECT count(*) FROM item WHERE state = 'read'";
    let begun = std::time::Instant::now();
    while schema.rows(read) != ["2"] && schema.rows(read) != ["3"] {
        assert!(begun.elapsed().as_secs() < 60, "nothing was read: {:?}", schema.rows("SELECT * FROM item"));
        std::thread::yield_now();
    }
    assert!(std::process::Command::new("kill").args(["-TERM", &service.id().to_string()]).status().unwrap().success());
    let done = finish(service).expect(0);
    // The system says of a cut connection one thing or another.
    let lines: Vec<&str> = done.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    let distinct: HashSet<&&str> = lines.iter().collect();
    assert!(!lines.is_empty() && distinct.len() == lines.len(), "each error is printed once: {}", done.stderr);
}
