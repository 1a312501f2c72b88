//! Arguments, exit codes and messages.

use std::fs::File;
use std::process::Stdio;

use rusqlite::Connection;

use crate::answer::Answer;
use crate::gazette::{config, gazette, source};
use crate::server::Outlet;
use crate::world::{Done, World};

/// A configuration without mistakes, which needs no network to be checked.
const WELL: &str = "[[watch]]\nname = \"Birds\"\nquery = \"kraanvogel\"\n[[source]]\nname = \"A\"\nfeeds = [\"http://a.example/feed\"]\n";

/// A folder whose whole `sources.toml` is this.
fn folder(text: &str) -> World {
    let world = World::empty();
    world.write("sources.toml", text);
    world
}

#[test]
fn a_configuration_without_watches_or_sources_is_reported() {
    let source = "[[source]]\nname = \"Gazet\"\nfeeds = [\"https://gazet.example/rss\"]\n";
    let watch = "[[watch]]\nname = \"Strike\"\nquery = \"strike\"\n";
    for (config, no_watch, no_source) in [
        (String::new(), true, true),
        (source.to_owned(), true, false),
        (watch.to_owned(), false, true),
        (format!("{watch}{source}enabled = false\n"), false, true),
        (format!("{watch}{source}"), false, false),
    ] {
        let world = World::with(&config);
        let told = world.presswatch(&["check"]).expect(0).stderr;
        assert_eq!(
            (told.contains("warning: no watch is configured"), told.contains("warning: no source is enabled")),
            (no_watch, no_source),
            "{config}: {told}"
        );
        assert_eq!(world.presswatch(&["check", "-q"]).expect(0).stderr, "");
    }
}

#[test]
fn configuration_errors_are_reported_with_their_position() {
    let source = "[[source]]\nname = \"A\"\nfeeds = [\"http://a.example/feed\"]\n";
    let cases: &[(&str, &str, &[&str])] = &[
        ("databse = \"x\"\n", "1:1", &["databse", "did you mean `database`?"]),
        ("timezone = \"Europe/Brusels\"\n", "1:12", &["Europe/Brussels"]),
        ("database = 3\n", "1:12", &["database"]),
        ("[http]\ntimeout = \"soon\"\n", "2:11", &["soon", "20s"]),
        ("[http]\ntimeout = 20\n", "2:11", &["20s"]),
        ("[http]\nmax_body = \"ten\"\n", "2:12", &["10MB"]),
        ("[http]\nconcurrency = 0\n", "2:15", &["concurrency"]),
        ("[http]\nallow_private = [\"10.0.0.0/99\"]\n", "2:18", &["10.0.0.0/99"]),
        ("[http]\nrespect_robots = \"yes\"\n", "2:18", &["respect_robots"]),
        ("[crawl]\nmax_age = \"1 fortnight\"\n", "2:11", &["30d"]),
        ("[[watch]]\nquery = \"a\"\n", "1:1", &["name"]),
        ("[[watch]]\nname = \"W\"\n", "1:1", &["query", "keywords"]),
        ("[[watch]]\nname = \"W\"\nquery = 'a AND'\n", "3:", &["query"]),
        ("[[watch]]\nname = \"W\"\nquery = '(a OR b'\n", "3:", &["(a OR b"]),
        ("[[watch]]\nname = \"W\"\nquery = 'NOT a'\n", "3:", &["NOT"]),
        ("[[watch]]\nname = \"W\"\nkeywords = [\"x\"]\nsources = [\"B\"]\n", "4:12", &["B"]),
        ("[[watch]]\nname = \"W\"\nquery = \"a\"\n[[watch]]\nname = \"W\"\nquery = \"b\"\n", "5:8", &["W"]),
        ("[[source]]\nfeeds = [\"http://a.example/\"]\n", "1:1", &["name"]),
        ("[[source]]\nname = \"B\"\n", "1:1", &["feeds"]),
        ("[[source]]\nname = \"B\"\nfeed = [\"http://b.example/\"]\n", "3:1", &["did you mean `feeds`?"]),
        ("[[source]]\nname = \"B\"\nfeeds = [\"b.example/feed\"]\n", "3:10", &["b.example/feed"]),
        ("[[source]]\nname = \"B\"\nfeeds = [\"ftp://b.example/feed\"]\n", "3:10", &["http"]),
        ("[[source]]\nname = \"B\"\nfeeds = \"http://b.example/feed\"\n", "3:9", &["feeds"]),
        ("[[source]]\nname = \"B\"\nsearches = [\"http://b.example/search\"]\n", "3:13", &["{query}"]),
        (
            "[[source]]\nname = \"B\"\npages = [{ url = \"http://b.example/\", link = \"h2 >>> a[\" }]\n",
            "3:",
            &["selector"],
        ),
        ("[[source]]\nname = \"B\"\npages = [{ url = \"http://b.example/\" }]\n", "3:", &["link"]),
        ("[[source]]\nname = \"B\"\nfeeds = [\"http://b.example/\"]\nidentity = '(['\n", "4:1", &["identity"]),
        ("[[source]]\nname = \"B\"\nfeeds = [\"http://b.example/\"]\nidentity = 'article'\n", "4:12", &["group"]),
        (
            "[[source]]\nname = \"B\"\nfeeds = [\"http://b.example/\"]\n[source.api]\nmatch = '/(\\d+)'\nurl = \"http://b.example/{id}\"\ntext = \"/body\"\n",
            "6:25",
            &["{id}"],
        ),
        (
            "[[source]]\nname = \"B\"\nfeeds = [\"http://b.example/\"]\n[source.api]\nmatch = '/(?<id>\\d+)'\nurl = \"http://b.example/{id}\"\ntext = \"body\"\n",
            "7:8",
            &["/body"],
        ),
        ("[[source]]\nname = \"B\"\nname = \"C\"\n", "3:1", &["name"]),
        ("[[source]]\nname = \"B\n", "2:", &["B"]),
        ("[[source]\nname = \"B\"\n", "1:", &["]"]),
    ];
    for (text, place, words) in cases {
        // The mistake comes first, so that its line is known; a source that is well follows.
        let world = folder(&format!("{text}{source}"));
        let done = world.presswatch(&["check"]).expect(2);
        assert!(done.stderr.contains(&format!("sources.toml:{place}")), "{text}\nnot at {place}:\n{}", done.stderr);
        for word in *words {
            assert!(done.stderr.contains(word), "{text}\ndoes not say {word:?}:\n{}", done.stderr);
        }
        assert_eq!(done.stdout, "", "{text}");
    }
}

#[test]
fn all_errors_are_reported_at_once_and_nothing_is_done() {
    let world =
        folder(&format!("databse = \"x\"\ntimezone = \"Nowhere/Now\"\n[http]\ntimeout = \"soon\"\n{WELL}colour = 1\n"));
    for command in ["check", "run", "digest", "sources"] {
        let done = world.presswatch(&[command]).expect(2);
        assert_eq!(done.stderr.matches("\nerror: ").count() + 1, 4, "{command}: {}", done.stderr);
    }
    assert!(!world.path("presswatch.db").exists());
}

#[test]
fn the_configuration_path_can_be_given() {
    let world = folder("broken").in_file();
    world.presswatch(&["check"]).expect(2);
    std::fs::create_dir(world.path("elsewhere")).unwrap();
    let path = world.write("elsewhere/press.toml", format!("database = \"own.db\"\n{WELL}"));
    world.presswatch(&["check", "--config", "elsewhere/press.toml"]).expect(0);
    Done::of(world.command(&["check"]).env("PRESSWATCH_CONFIG", &path)).expect(0);
    // The argument outweighs the variable, and relative paths in the file are relative to it.
    Done::of(world.command(&["check", "--config", "elsewhere/press.toml"]).env("PRESSWATCH_CONFIG", "none.toml"))
        .expect(0);
    let done = world.presswatch(&["sources", "--config", "elsewhere/press.toml"]).expect(1);
    assert!(done.stderr.contains("elsewhere/own.db"), "{}", done.stderr);
}

#[test]
fn a_missing_or_unreadable_configuration_is_a_usage_error() {
    let world = World::empty();
    let done = world.presswatch(&["run"]).expect(2);
    assert!(done.stderr.contains("sources.toml") && done.stderr.contains("hint: "), "{}", done.stderr);
    world.write("sources.toml", b"[[watch]]\nname = \"caf\xe9\"\n");
    let done = world.presswatch(&["check"]).expect(2);
    assert!(done.stderr.contains("line 2 is not UTF-8"), "{}", done.stderr);
}

#[test]
fn a_day_in_place_of_the_clock_is_one_of_the_configured_time_zone() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.edit("Europe/Brussels", "Asia/Tokyo");
    world.run();
    for (text, until) in [
        ("2026-05-04", "Sun 3 May 00:00 to Mon 4 May 00:00 (Asia/Tokyo)"),
        ("2026-05-04T12:30", "Sun 3 May 12:30 to Mon 4 May 12:30 (Asia/Tokyo)"),
        ("2026-05-04T12:30:00Z", "Sun 3 May 21:30 to Mon 4 May 21:30 (Asia/Tokyo)"),
    ] {
        let digest = Done::of(&mut world.bare_command(&["digest", "--as-of", text])).expect(0).stdout;
        assert_eq!(digest.lines().next(), Some(&*format!("Press coverage, {until}")));
    }
}

#[test]
fn usage_errors_have_a_hint() {
    let world = folder(WELL);
    for (args, words) in [
        (&["crawl"][..], "crawl"),
        (&["run", "--fast"], "--fast"),
        (&["run", "--source", "Bee"], "the sources are: A"),
        (&["run", "--as-of", "once"], "write a time as"),
        (&["explain"], "Usage"),
        (&["explain", "--query", "(", "x.html"], "could not read the query"),
        (&["run", "--color", "blue"], "blue"),
    ] {
        let mut command = world.bare_command(args);
        let done = Done::of(&mut command).expect(2);
        assert!(done.stderr.contains(words), "{args:?}: {}", done.stderr);
        assert_eq!(done.stdout, "", "{args:?}");
    }
    assert!(!world.path("presswatch.db").exists());
}

#[test]
fn unknown_names_and_times_of_a_digest_are_reported() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    for (args, words) in [
        (["digest", "--watch", "Bird"], "the watches are: Birds"),
        (["digest", "--since", "last summer"], "write a time as"),
        (["digest", "--until", "2026-13-01"], "write a time as"),
    ] {
        let done = world.presswatch(&args).expect(2);
        assert!(done.stderr.contains(words), "{args:?}: {}", done.stderr);
    }
}

#[test]
fn help_and_version_are_results() {
    let world = World::empty();
    let version = Done::of(&mut world.bare_command(&["--version"])).expect(0);
    assert_eq!(version.stdout, format!("presswatch {}\n", env!("CARGO_PKG_VERSION")));
    for args in [&["--help"][..], &["help"], &["run", "--help"], &["help", "run"]] {
        let help = Done::of(&mut world.bare_command(args)).expect(0);
        assert!(help.stdout.contains("Usage: presswatch") && help.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn other_files_are_not_overwritten() {
    let outlet = Outlet::unasked();
    let foreign = |world: &World, sql: &str| {
        Connection::open(world.path("presswatch.db")).unwrap().execute_batch(sql).unwrap();
    };
    type Make<'a> = &'a dyn Fn(&World);
    let cases: [(Make, &str); 5] = [
        (&|world| drop(world.write("presswatch.db", "Dear diary, today nothing happened.")), "not a SQLite file"),
        (&|world| foreign(world, "CREATE TABLE diary (day TEXT)"), "another program"),
        (&|world| foreign(world, "PRAGMA user_version = 1; CREATE TABLE diary (day TEXT)"), "another program"),
        (
            &|world| {
                foreign(world, "PRAGMA application_id = 1886548855; PRAGMA user_version = 999; CREATE TABLE x (y)");
            },
            "newer presswatch",
        ),
        (&|world| std::fs::create_dir(world.path("presswatch.db")).unwrap(), "could not open the database"),
    ];
    for (make, words) in cases {
        let world = World::with(&config(&outlet)).in_file();
        make(&world);
        let content = |world: &World| std::fs::read(world.path("presswatch.db")).ok();
        let before = content(&world);
        for command in ["run", "digest", "sources"] {
            let done = world.presswatch(&[command]).expect(1);
            assert!(done.stderr.contains(words), "{command}: {} does not say {words:?}", done.stderr);
        }
        assert!(content(&world) == before, "a file was changed: {words}");
    }
    assert_eq!(outlet.asked().len(), 0);
}

#[test]
fn a_database_in_a_folder_that_is_missing_cannot_be_used() {
    let outlet = Outlet::unasked();
    let world = World::with(&config(&outlet));
    // Of these the second is a file.
    for place in ["no/such/folder/x.db", "sources.toml/x.db"] {
        let done = world.presswatch(&["run", "--db", place]).expect(1);
        assert!(done.stderr.contains(place) && done.stderr.contains("hint: "), "{}", done.stderr);
    }
}

#[test]
fn a_damaged_database_is_reported() {
    let outlet = gazette(20);
    let world = World::with(&config(&outlet)).in_file();
    world.run();
    let path = world.path("presswatch.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[4096..end].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    for command in ["run", "digest", "sources"] {
        let done = world.presswatch(&[command]).expect(1);
        assert!(done.stderr.contains("damaged") && done.stderr.contains(".recover"), "{command}: {}", done.stderr);
    }
}

#[test]
fn reading_needs_a_database() {
    let world = folder(WELL).in_file();
    for command in ["digest", "sources"] {
        let done = world.presswatch(&[command]).expect(1);
        assert!(done.stderr.contains("no such file") && done.stderr.contains("presswatch run"), "{}", done.stderr);
    }
    assert!(!world.path("presswatch.db").exists(), "looking must not make a file");
}

#[test]
fn a_database_that_another_run_is_using_is_left_alone() {
    let outlet = Outlet::unasked();
    let world = World::with(&config(&outlet)).in_file();
    let lock = File::create(world.path("presswatch.db.lock")).unwrap();
    lock.lock().unwrap();
    // Under cron, whoever reads the mails need not know; exit code and -v say it.
    let done = world.presswatch(&["run"]).expect(75);
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
    let done = world.presswatch(&["run", "-v"]).expect(75);
    assert!(done.stderr.contains("another run is using"), "{}", done.stderr);
    assert!(!world.path("presswatch.db").exists());
    drop(lock);
    outlet.serve("/feed", crate::pages::rss(&[]));
    world.run();
}

#[test]
fn failures_of_sources_decide_the_exit_code() {
    let (good, bad) = (gazette(1), Outlet::open());
    bad.serve("/feed", Answer::error(500));
    let both = World::with(&format!("{}{}", config(&good), source("Bad", &bad)));
    let done = both.presswatch(&["run"]).expect(0);
    assert!(done.stderr.contains("warning: could not read") && done.stderr.contains("of Bad: "), "{}", done.stderr);
    both.presswatch(&["run", "--force", "--strict"]).expect(3);
    let done = both.presswatch(&["run", "--force", "--quiet"]).expect(0);
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
    both.presswatch(&["run", "--force", "--source", "Gazette", "--strict"]).expect(0);
    let done = both.presswatch(&["run", "--force", "--source", "Bad"]).expect(1);
    assert!(done.stderr.contains("could not read any source: Bad"), "{}", done.stderr);
}

#[test]
fn a_successful_run_under_cron_prints_nothing() {
    let outlet = gazette(2);
    let world = World::with(&config(&outlet));
    let done = world.run();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
    let done = world.run();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
}

#[test]
fn colour_is_for_terminals_unless_requested() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    let coloured = |args: &[&str], no_color: &str| {
        Done::of(world.command(args).env("NO_COLOR", no_color)).stdout.contains("\x1b[")
    };
    assert!(!coloured(&["digest"], ""), "stdout is no terminal");
    assert!(coloured(&["digest", "--color", "always"], ""));
    assert!(coloured(&["digest", "--color", "always"], "1"), "who asks by name gets it");
    assert!(!coloured(&["digest", "--color", "never"], ""));
    let done = folder("x").presswatch(&["check", "--color", "never"]).expect(2);
    assert!(!done.stderr.contains('\x1b'), "{}", done.stderr);
    let done = folder("x").presswatch(&["check", "--color", "always"]).expect(2);
    assert!(done.stderr.contains('\x1b'), "{}", done.stderr);
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    let full = Done::of(
        world.command(&["digest"]).stdout(Stdio::from(File::options().write(true).open("/dev/full").unwrap())),
    );
    assert_eq!(full.code, Some(1), "{full:?}");
    assert!(full.stderr.contains("could not write to standard output"), "{}", full.stderr);
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    for arguments in [&["digest", "--new"][..], &["export", "--format", "csv"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let done = Done::of(world.command(arguments).stdout(Stdio::from(writer)));
        assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""), "{arguments:?}");
    }
    let told = world.presswatch(&["digest", "--new"]).expect(0).stdout;
    assert!(told.contains("Reported by: "), "what nobody read is still new: {told}");
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    let proxy = Outlet::open();
    proxy.serve("http://press.example/robots.txt", Answer::error(404));
    let link = "http://press.example/a/1";
    proxy.serve(
        "http://press.example/feed",
        crate::pages::rss(&[crate::pages::Entry { title: "A bird", link, date: "", lead: "" }]),
    );
    proxy.serve(link, crate::pages::numbered_page(1));
    let world = World::with(&config(&proxy).replace(&proxy.url("/feed"), "http://press.example/feed"));
    Done::of(world.command(&["run"]).env("HTTP_PROXY", proxy.url(""))).expect(0);
    assert_eq!(world.sql("SELECT url FROM coverage"), [link]);
}
