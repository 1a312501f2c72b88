//! A run can be ended at any instant: each mention is delivered, and only what was under way comes again.

use std::process::Command;
use std::time::{Duration, Instant};

use presswatch::store::{Lock, Mode, Store};

use super::{articles, messages, receiver, told, webhook, world};
use crate::answer::Answer;
use crate::gazette::{gazette, print};
use crate::server::Outlet;
use crate::world::{Done, World};

/// Kills runs over a stream of mentions: each mention is delivered; a message comes again only if it was under way at a kill.
fn kill_over_a_stream(kills: usize) {
    let (paper, hook) = (gazette(1), receiver());
    let mut world = world(&paper, &webhook(&hook, "")).in_file();
    let (mut listed, mut last) = (0, 0);
    for kill in 0..kills {
        if kill % 5 == 0 {
            listed += 3;
            print(&paper, listed);
        }
        // The receiver or the paper gets a request and does not answer it; there the run is killed.
        let at = if kill % 3 == 0 { &paper } else { &hook };
        let before = at.asked().len();
        at.hold_at(before + 1 + kill % 2);
        let mut run = world.start(&["run", "--force"]);
        let begun = Instant::now();
        // Where there is not so much to do, the run ends by itself.
        while at.asked().len() < before + 1 + kill % 2 && run.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_mins(1));
            std::thread::yield_now();
        }
        run.kill().unwrap();
        run.wait().unwrap();
        at.let_go();
        world.minutes_pass(1);
        last = kill;
    }
    assert_eq!(last + 1, kills);
    world.run();
    world.minutes_pass(20);
    world.run();
    let all = messages(&hook);
    let mut urls = told(&hook);
    urls.dedup();
    assert_eq!(urls, articles(&paper, 1..=listed), "each mention is delivered");
    let mut ids: Vec<&String> = all.iter().map(|(id, _)| id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), listed, "what comes again has the same id");
    assert!(all.len() - ids.len() <= kills, "{} messages, {} ids", all.len(), ids.len());
    assert_eq!(world.one("SELECT count(*) FROM message WHERE state <> 'sent'"), "0");
    assert_eq!(world.one("PRAGMA integrity_check"), "ok");
    assert_eq!(
        world.one("SELECT count(*) FROM mention WHERE told_at IS NULL"),
        listed.to_string(),
        "the digest is untouched"
    );
}

#[test]
fn kills_lose_nothing_and_double_only_what_was_under_way() {
    kill_over_a_stream(15);
}

/// By hand: `cargo test --test it a_thousand_kills -- --ignored`.
#[test]
#[ignore = "takes several minutes"]
fn a_thousand_kills_lose_nothing() {
    kill_over_a_stream(1_000);
}

/// What a run finds while another process sends is sent by that process, or by the run once that process has ended.
#[test]
fn a_run_sends_what_it_found_when_the_other_sender_is_gone() {
    let (paper, hook) = (gazette(2), receiver());
    let world = world(&paper, &webhook(&hook, ""));
    Store::open(&world.address(), Mode::Write).unwrap();
    let other = Lock::take_for_alerts(&world.address()).unwrap();
    let run = world.start(&["run"]);
    let begun = Instant::now();
    while world.one("SELECT count(*) FROM outbox") != "2" {
        assert!(begun.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(messages(&hook).len(), 0);
    drop(other);
    Done::from(run.wait_with_output().unwrap()).expect(0);
    assert_eq!(told(&hook), articles(&paper, 1..=2));
}

/// A kill between two writes looks like a disk that refuses the second one.
#[test]
fn a_mention_and_its_place_in_the_outbox_are_stored_together_or_not_at_all() {
    let (paper, hook) = (gazette(1), receiver());
    // Something in SQLite refuses rows of one table.
    let mut world = world(&paper, &webhook(&hook, "")).in_file();
    print(&paper, 0);
    world.run();
    print(&paper, 1);
    world.hours_pass(2);
    world.alter("CREATE TRIGGER refuse BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    world.presswatch(&["run", "--force"]).expect(1);
    assert_eq!(world.one("SELECT (SELECT count(*) FROM mention) + (SELECT count(*) FROM outbox)"), "0");
    world.alter("DROP TRIGGER refuse");
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(told(&hook), articles(&paper, 1..=1));
}

#[test]
fn only_the_message_under_way_comes_again_with_its_id() {
    let (paper, hook) = (gazette(3), receiver());
    let world = world(&paper, &webhook(&hook, ""));
    hook.hold_at(2);
    let mut run = world.start(&["run"]);
    assert!(hook.wait_for(2));
    run.kill().unwrap();
    run.wait().unwrap();
    hook.let_go();
    world.run();
    let ids: Vec<String> = messages(&hook).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
    assert_eq!(ids.iter().filter(|id| **id == ids[1]).count(), 2);
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
}

#[test]
fn a_run_ends_within_two_seconds_of_sigterm_while_a_receiver_hangs() {
    let (paper, hook) = (gazette(1), Outlet::open());
    hook.serve("/hook", Answer::silence());
    let world: World = world(&paper, &webhook(&hook, ""));
    let mut run = world.start(&["run"]);
    assert!(hook.wait_for(1));
    let begun = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &run.id().to_string()]).status().unwrap().success());
    run.wait().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    hook.serve("/hook", Answer::text("ok"));
    world.run();
    let ids: Vec<String> = messages(&hook).into_iter().map(|(id, _)| id).collect();
    assert_eq!((ids.len(), ids.first()), (2, ids.last()));
}
