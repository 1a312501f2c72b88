//! Watches that have changed in the configuration since the last run.

use crate::watches::{HERONS, crawled_in};
use crate::world::World;

#[test]
fn a_watch_that_was_removed_added_or_renamed_since_the_last_run_is_named() {
    let (_press, world) = crawled_in(World::in_file);
    let heron = "Reiger nestelt op kraan 14";
    let outputs = [&["digest"][..], &["export", "--format", "csv"], &["report", "-"]];
    let config = std::fs::read_to_string(world.path("sources.toml")).unwrap();
    let write = |text: &str| drop(world.write("sources.toml", text));
    // Removed: left out at once, and again as old when it is named.
    world.edit(&format!("[[watch]]\n{HERONS}"), "");
    for args in outputs {
        let done = world.presswatch(args).expect(0);
        assert!(!done.stdout.contains(heron) && done.stdout.contains("Dokwerkers"), "{args:?}: {}", done.stdout);
        let warning = "warning: coverage of watches that are no longer in sources.toml is left out: Herons; --watch NAME shows it\n";
        assert_eq!(done.stderr, warning, "{args:?}");
        let named = world.presswatch(&[args, &["--watch", "herons"]].concat()).expect(0);
        assert!(named.stdout.contains(heron), "{args:?}: {}", named.stdout);
        assert!(named.stderr.contains("the watch Herons is no longer in sources.toml"), "{}", named.stderr);
    }
    assert_eq!(world.one("SELECT count(*) FROM watch WHERE active = 1"), "2", "they only read");
    // Another database, and none of its own: all that is there.
    std::fs::copy(world.path("presswatch.db"), world.path("other.db")).unwrap();
    let other = world.presswatch(&["digest", "--db", "other.db"]).expect(0);
    assert!(other.stdout.contains(heron) && other.stderr.is_empty(), "{}{}", other.stdout, other.stderr);
    // Renamed: by either name.
    write(&config);
    world.edit("name = \"Herons\"", "name = \"Birds\"");
    let changed = "sources.toml has changed since the last run: the watch Herons is now called Birds";
    for args in outputs {
        for watch in [&[][..], &["--watch", "birds"], &["--watch", "Herons"]] {
            let done = world.presswatch(&[args, watch].concat()).expect(0);
            assert!(done.stdout.contains(heron), "{args:?} {watch:?}: {}", done.stdout);
            assert_eq!(done.stderr, format!("warning: {changed}; run `presswatch rematch`\n"), "{args:?} {watch:?}");
        }
    }
    assert_eq!(world.presswatch(&["digest", "--quiet"]).expect(0).stderr, "");
    // New: nothing is known of it yet.
    write(&format!("{config}[[watch]]\nname = \"Helmets\"\nquery = \"helmen\"\n"));
    let changed = "sources.toml has changed since the last run: the watch Helmets is new";
    for args in outputs {
        let done = world.presswatch(args).expect(0);
        assert_eq!(done.stderr, format!("warning: {changed}; run `presswatch rematch`\n"), "{args:?}");
        let named = world.presswatch(&[args, &["--watch", "helmets"]].concat()).expect(2).stderr;
        assert!(named.contains(changed) && named.contains("hint: run `presswatch rematch`"), "{args:?}: {named}");
    }
    world.presswatch(&["rematch"]).expect(0);
    assert_eq!(world.presswatch(&["digest", "--watch", "helmets"]).expect(0).stderr, "");
}

#[test]
fn a_configuration_that_has_not_changed_is_not_written_again() {
    let (_press, world) = crawled_in(|world| world);
    let before = world.one("SELECT count(*) FROM poll");
    for table in ["source", "channel", "watch"] {
        let event = format!("BEFORE UPDATE ON {table}");
        world.fail(&event);
        world.run();
        world.stop_failing(&event);
    }
    assert_eq!(world.one("SELECT count(*) FROM poll"), before, "nothing was due");
    // It is, where another one was brought in meanwhile.
    world.alter("UPDATE watch SET active = 0, position = 9; UPDATE source SET tier = 3; UPDATE channel SET active = 0 WHERE parent_id IS NULL");
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM watch WHERE active = 0 OR position = 9"), "0");
    assert_eq!(world.one("SELECT count(*) FROM source WHERE tier = 3"), "0");
    assert_eq!(world.one("SELECT count(*) FROM channel WHERE active = 0"), "0");
}
