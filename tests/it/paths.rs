//! The user's own words in messages: paths, arguments and times are shown completely on one line, and rejected with a
//! reason.

use std::ffi::OsStr;

use crate::escapes::harmless;
use crate::gazette::{config, gazette};
use crate::world::{Done, World};

/// Every line of stderr that begins at its margin is one of ours.
#[track_caller]
fn assert_unforged(what: &str, stderr: &str) {
    for line in stderr.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')) {
        let ours = ["error: ", "warning: ", "hint: "].iter().any(|start| line.starts_with(start))
            || ["Usage: ", "For more information"].iter().any(|start| line.starts_with(start));
        assert!(ours && !line.starts_with("hint: rm"), "{what}: {line:?} in {stderr}");
    }
}

#[test]
fn line_breaks_cannot_forge_lines_of_output() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    let lure = "x\nhint: rm -r press\nerror: y";
    let folder = world.path(lure);
    std::fs::create_dir(&folder).unwrap();
    let inside = folder.join("z.db").to_str().unwrap().to_owned();
    let host = format!("http://127.0.0.1:9/{lure}");
    for args in [
        &[lure][..],
        &["run", lure],
        &["run", &format!("--{lure}")],
        &["run", "--source", lure],
        &["check", "--color", lure],
        &["check", "--config", lure],
        &["digest", "--db", lure],
        &["digest", "--db", &inside],
        &["digest", "--since", lure],
        &["digest", "--watch", lure],
        &["digest", "--format", "eml", "--from", lure, "--to", "a@b.example"],
        &["digest", "--format", "eml", "--from", &format!("a@b.example{lure}"), "--to", "a@b.example"],
        &["search", "tram", "--limit", lure],
        &["search", "tram", "--source", lure],
        &["export", "--format", "csv", "--output", lure],
        &["export", "--format", "csv", "--output", &format!("{inside}/a.csv")],
        &["report", &format!("{inside}/a.html")],
        &["explain", lure],
        &["explain", &host],
        &["explain", "--urls", lure],
        &["explain", "--robots", lure, "--url", "http://a.example/"],
        &["sources", "import", lure],
        &["sources", "find", &host],
        &["sources", "find", lure],
        &["run", "--config", &format!("{inside}.toml")],
    ] {
        if args.contains(&"--config") && args.contains(&"run") {
            std::fs::write(args[2], "").unwrap();
        }
        let done = world.presswatch(args);
        assert!(!done.stderr.is_empty() || done.code == Some(0), "{args:?}");
        assert_unforged(&format!("{args:?}"), &done.stderr);
    }
    let done = world.presswatch(&["check", "--config", &format!("{inside}.toml")]);
    assert!(done.stdout.lines().all(|line| !line.starts_with("hint: ")), "{}", done.stdout);
}

#[test]
fn paths_are_shown_completely() {
    use std::os::unix::ffi::OsStrExt as _;
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    let name = "a\u{1b}[45mb\u{202e}c\nd";
    let shown = "a␛[45mb\\u{202e}c␊d";
    for args in [
        &["check", "--config", name][..],
        &["digest", "--db", name],
        &["sources", "import", name],
        &["explain", name],
        &["explain", "--urls", name],
    ] {
        let (_, stderr) = harmless(&world, args);
        assert!(stderr.contains(shown), "{args:?}: {stderr}");
    }
    let with_variable = |value: &OsStr| Done::of(world.command(&["check"]).env("PRESSWATCH_CONFIG", value));
    assert!(with_variable(OsStr::new(name)).expect(2).stderr.contains(shown));
    // Names that are not UTF-8 are used unchanged and never skipped.
    let raw = OsStr::from_bytes(b"caf\xe9.toml");
    let missing = with_variable(raw).expect(2).stderr;
    assert!(missing.contains("could not read the configuration caf\\xE9.toml"), "{missing}");
    std::fs::copy(world.path("sources.toml"), world.folder().join(raw)).unwrap();
    assert!(with_variable(raw).expect(0).stdout.starts_with("caf\\xE9.toml: ok"));
    let opml = "<opml version=\"2.0\"><body><outline text=\"A\" xmlUrl=\"http://a.example/feed\"/></body></opml>";
    std::fs::write(world.folder().join(OsStr::from_bytes(b"l\xff.opml")), opml).unwrap();
    let imported = world.presswatch(&[OsStr::new("sources"), OsStr::new("import"), OsStr::from_bytes(b"l\xff.opml")]);
    assert!(imported.expect(0).stdout.contains("from l\\xFF.opml"));
    let database = OsStr::from_bytes(b"d\xfe.db");
    world.presswatch(&[OsStr::new("run"), OsStr::new("--db"), database]).expect(0);
    assert!(world.folder().join(database).exists());
    // An included file, too.
    std::fs::create_dir(world.path("more")).unwrap();
    std::fs::write(
        world.folder().join(OsStr::from_bytes(b"more/\xe9.toml")),
        "[[watch]]\nname = \"Trams\"\nquery = \"tram\"\n",
    )
    .unwrap();
    world.edit("timezone", "include = [\"more/*.toml\"]\ntimezone");
    assert!(world.presswatch(&["check"]).expect(0).stdout.contains("Trams"));
}

#[test]
fn times_far_from_now_are_rejected_or_unlimited() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    let commands =
        [&["digest"][..], &["report", "-"], &["search", "kraanvogel"], &["export", "--format", "csv"], &["sources"]];
    for args in commands {
        for time in ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z", "-000001-01-01T00:00:00Z", "3000000d"] {
            let done = Done::of(world.bare_command(args).args(["--as-of", time])).expect(2);
            let expected = format!("error: could not use --as-of \"{time}\": a time in place of the clock lies in");
            assert!(done.stderr.starts_with(&expected), "{args:?}: {}", done.stderr);
        }
        for time in ["1970-01-01T00:00:00Z", "9998-12-31T23:59:59Z"] {
            Done::of(world.bare_command(args).args(["--as-of", time])).expect(0);
        }
    }
    for args in &commands[..4] {
        for since in ["0001-01-01", "-009000-01-01T00:00:00Z", "1900-01-01", "99999999d"] {
            let period = [&format!("--since={since}"), "--until", "9999-12-31"];
            let done = Done::of(world.command(args).args(period)).expect(0);
            assert!(done.stdout.contains("Kraanvogel number 1"), "{args:?} {since}: {}", done.stdout);
        }
    }
}
