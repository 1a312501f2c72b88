//! What a run says in which no source could be read, and what `health` says after it.

use crate::answer::Answer;
use crate::gazette::{WATCH, source};
use crate::server::Outlet;
use crate::world::World;

#[test]
fn what_all_sources_fail_for_is_said_once() {
    let (one, other) = (Outlet::open(), Outlet::open());
    for outlet in [&one, &other] {
        outlet.serve("/feed", Answer::error(500));
    }
    let mut world = World::with(&format!("{}{}{}", WATCH, source("A", &one), source("B", &other)));
    let done = world.presswatch(&["run"]).expect(1).stderr;
    assert_eq!(done.matches("HTTP 500").count(), 1, "{done}");
    assert!(
        done.contains("error: could not read any of the 2 sources: ") && !done.contains("could not read http"),
        "{done}"
    );
    // For a day that is no ailment, but nobody says that they were checked.
    world.minutes_pass(10);
    let health = world.presswatch(&["health"]).expect(0).stdout;
    assert!(health.contains(", 0 of 2 sources answered, 2 fail since "), "{health}");
    // For several causes, each is said.
    other.serve("/feed", Answer::error(403));
    let done = world.presswatch(&["run", "--force"]).expect(1).stderr;
    assert_eq!(done.matches("warning: could not read").count(), 2, "{done}");
    // One answers.
    other.serve("/feed", crate::pages::rss(&[]));
    world.hours_pass(1);
    world.presswatch(&["run", "--force"]).expect(0);
    let health = world.presswatch(&["health"]).expect(0).stdout;
    assert!(health.contains(", 1 of 2 sources answered, 1 fails since "), "{health}");
}

#[test]
fn a_run_without_a_network_asks_whether_there_is_one() {
    // Nothing listens at the discard port.
    let source = |name: &str| format!("[[source]]\nname = \"{name}\"\nfeeds = [\"http://127.0.0.1:9/{name}\"]\n");
    let world = World::with(&format!("{}{}{}", WATCH, source("A"), source("B")));
    let done = world.presswatch(&["run"]).expect(1).stderr;
    assert!(
        done.contains("could not read any of the 2 sources: ") && done.contains("hint: is this machine online?"),
        "{done}"
    );
    assert!(!done.contains("warning: could not read"), "{done}");
}
