//! The first minutes of a newcomer: `init`, the catalogue, and the demo beside a database of one's own.

use std::fs::OpenOptions;

use crate::catalogue::{Catalogue, names, sources_with_channels};
use crate::gazette::{config, gazette};
use crate::world::{Done, World, languages, listed_languages};

/// `init` with these arguments, away from a terminal.
fn init(world: &World, args: &[&str]) -> Done {
    world.presswatch(&[&["init"], args].concat())
}

#[test]
fn what_init_writes_passes_check_in_every_language() {
    let belgium = Catalogue::find("belgium");
    for language in languages() {
        let world = World::empty();
        let query = "\"Souffle de rue\" OR \"l'air pur\" OR straatadem*";
        let done = init(
            &world,
            &[
                "--watch",
                "L'air \"pur\"",
                "--query",
                query,
                "--language",
                &language,
                "--catalogue",
                "belgium",
                "--timezone",
                "Europe/Brussels",
                "--contact",
                "https://example.org/press",
            ],
        )
        .expect(0);
        assert_eq!(
            done.stdout,
            format!(
                "Wrote sources.toml: 1 watch, {} sources.\nNext:\n  presswatch run\n  presswatch digest\n",
                belgium.polled()
            )
        );
        assert_eq!(done.stderr, "");
        let checked = world.presswatch(&["check"]).expect(0);
        let said = format!("sources.toml: ok\n{}", sources_with_channels(belgium.polled(), belgium.channels()));
        assert!(checked.stdout.contains(&said), "no {said:?}: {}", checked.stdout);
        assert_eq!(checked.stderr, "");
        let text = std::fs::read_to_string(world.path("sources.toml")).unwrap();
        assert!(text.contains(&format!("\nlanguage = \"{language}\"\n")), "{text}");
        assert_eq!(std::fs::read_dir(world.folder()).unwrap().count(), 1, "it leaves nothing beside");
    }
}

#[test]
fn without_options_init_writes_a_file_to_edit_and_says_what_is_missing() {
    let world = World::empty();
    let done = init(&world, &[]).expect(0);
    let said = done.stdout.find("First write into it:\n  a watch").zip(done.stdout.find("\n  sources: "));
    let then = done.stdout.find("Then:\n  presswatch run\n");
    assert!(said.zip(then).is_some_and(|((watch, source), then)| watch < source && source < then), "{}", done.stdout);
    world.presswatch(&["check"]).expect(0);
    // A watch without a query looks for its name.
    let world = World::empty();
    init(&world, &["--watch", "Air \"pur\"", "--config", "my press.toml", "--db", "own.db"]).expect(0);
    let checked = world.presswatch(&["check", "--config", "my press.toml"]).expect(0);
    assert!(checked.stdout.contains("watch Air \"pur\": \"Air pur\""), "{}", checked.stdout);
    let text = std::fs::read_to_string(world.path("my press.toml")).unwrap();
    assert!(text.contains("\ndatabase = \"own.db\"\n"), "{text}");
}

#[test]
fn init_writes_over_nothing() {
    let world = World::empty();
    world.write("sources.toml", "mine");
    let done = init(&world, &["--watch", "A"]).expect(1);
    assert!(done.stderr.contains("it exists already") && done.stderr.contains("hint: "), "{}", done.stderr);
    assert_eq!(std::fs::read_to_string(world.path("sources.toml")).unwrap(), "mine");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere.toml", world.path("link.toml")).unwrap();
        init(&world, &["--config", "link.toml"]).expect(1);
        assert!(!world.path("nowhere.toml").exists());
    }
    assert!(init(&world, &["--config", "no/folder.toml"]).expect(1).stderr.contains("could not write no/folder.toml"));
}

#[test]
fn what_is_wrong_with_an_option_of_init_is_shown_and_nothing_is_written() {
    let catalogues = names(str::to_owned);
    for (args, words) in [
        (vec!["--watch", "A", "--query", "a AND"], vec!["query", "^"]),
        (vec!["--watch", "A", "--timezone", "Brussels"], vec!["did you mean \"Europe/Brussels\"?"]),
        (vec!["--catalogue", "belgum"], vec!["did you mean belgium?"]),
        (vec!["--catalogue", "atlantis"], vec![&catalogues]),
        (vec!["--contact", "Zoë"], vec!["contact"]),
        (vec!["--language", "xx"], vec!["[possible values: "]),
        (vec!["--query", "a"], vec!["--watch"]),
    ] {
        let world = World::empty();
        let done = init(&world, &args).expect(2);
        if args[0] == "--language" {
            assert_eq!(listed_languages(&done.stderr), languages());
        }
        for word in words {
            assert!(done.stderr.contains(word), "{args:?} does not say {word:?}: {}", done.stderr);
        }
        assert!(!done.stderr.contains("sources.toml"), "it points to a file that does not exist: {}", done.stderr);
        assert_eq!(std::fs::read_dir(world.folder()).unwrap().count(), 0, "{args:?}");
    }
}

#[test]
fn without_a_configuration_the_hint_is_to_write_one() {
    let world = World::empty().in_file();
    for command in ["run", "digest"] {
        let told = world.presswatch(&[command]).expect(2).stderr;
        assert!(told.contains("hint: `presswatch init` writes one"), "{told}");
    }
}

/// `init` at a terminal, where somebody types this; what the screen shows, and the exit code.
#[cfg(unix)]
fn typed(world: &World, args: &[&str], typed: &str) -> (String, Option<i32>) {
    use std::io::{Read as _, Write as _};

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let open = || OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut command = world.command(&[&["init"], args].concat());
    command.env("TERM", "xterm").stdin(open()).stdout(open()).stderr(open());
    let mut terminal = std::fs::File::from(master);
    terminal.write_all(typed.as_bytes()).unwrap();
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = terminal.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..n]);
    }
    (String::from_utf8(seen).unwrap(), child.wait().unwrap().code())
}

#[cfg(unix)]
#[test]
fn at_a_terminal_init_asks_until_the_answers_are_sound() {
    let world = World::empty();
    let answers = "Our march\nmarch AND\n\"climate march\" OR mars*\nxx\nfr\nbelgum\nbelgium, issuers-belgium\npress@example.org\n";
    let (screen, code) = typed(&world, &[], answers);
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("did you mean \"catalogue:belgium\"?"), "{screen}");
    let text = std::fs::read_to_string(world.path("sources.toml")).unwrap();
    for line in [
        "name = \"Our march\"",
        "query = '\"climate march\" OR mars*'",
        "language = \"fr\"",
        "include = [\"catalogue:belgium\", \"catalogue:issuers-belgium\"]",
        "contact = \"press@example.org\"",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line}:\n{text}");
    }
    world.presswatch(&["check"]).expect(0);
    // What an option says is not asked; the end of the input is no answer.
    let world = World::empty();
    let (screen, code) = typed(&world, &["--watch", "A", "--language", "nl"], "\u{4}");
    assert_eq!(code, Some(1), "{screen}");
    assert!(!screen.contains("Language") && screen.contains("Outlets to begin with"), "{screen}");
    assert!(!world.path("sources.toml").exists());
}

#[test]
fn the_demo_refuses_a_database_that_is_not_its_own() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet)).in_file();
    world.run();
    let before = std::fs::read(world.path("presswatch.db")).unwrap();
    let done = Done::of(&mut world.bare_command(&["demo", "--db", "presswatch.db"])).expect(1);
    assert!(
        done.stderr.contains("could not use presswatch.db for the demo") && done.stderr.contains("hint: "),
        "{}",
        done.stderr
    );
    assert_eq!(done.stdout, "");
    assert_eq!(std::fs::read(world.path("presswatch.db")).unwrap(), before);
    // The same for a file of that name that a run made.
    std::fs::copy(world.path("presswatch.db"), world.path("demo.db")).unwrap();
    Done::of(&mut world.bare_command(&["demo"])).expect(1);
    // Its own it takes again, until somebody else has written to it.
    let world = World::with(&config(&outlet));
    for _ in 0..2 {
        Done::of(&mut world.bare_command(&["demo"])).expect(0);
    }
    world.presswatch(&["run", "--db", "demo.db"]).expect(0);
    Done::of(&mut world.bare_command(&["demo"])).expect(1);
}

/// A configuration without mistakes, which needs no network to be checked.
const WELL: &str = "[[watch]]\nname = \"Birds\"\nquery = \"kraanvogel\"\n[[source]]\nname = \"A\"\nfeeds = [\"http://a.example/feed\"]\n";

/// A folder whose whole `sources.toml` is this.
fn folder_of(text: &str) -> World {
    let world = World::empty();
    world.write("sources.toml", text);
    world
}

#[test]
fn what_was_meant_by_a_value_in_the_wrong_quotes_is_shown() {
    for (line, hint) in [
        (r#"query = ""a b" OR c""#, r#"write query = '"a b" OR c'"#),
        (r#"query = "a b" OR c"#, r#"write query = '"a b" OR c'"#),
        (r#"query = "a" OR "b" # both"#, r#"write query = '"a" OR "b"'"#),
        (r#"query = "l'air" OR c"#, r#"write query = '''"l'air" OR c'''"#),
        ("query = “a b” OR c", r#"write query = '"a b" OR c'"#),
        ("query = a OR b", "write query = \"a OR b\""),
        ("query = “a b”", "write query = \"a b\""),
        ("query = 'l'air'", "an apostrophe"),
        (r#"keywords = "a, b c; d""#, r#"write `keywords = ["a", "b c", "d"]`"#),
    ] {
        let world = folder_of(&WELL.replace("query = \"kraanvogel\"", line));
        let told = world.presswatch(&["check"]).expect(2).stderr;
        assert!(told.contains("sources.toml:3:") && told.contains(hint), "{line}: {told}");
    }
}

#[test]
fn values_of_a_query_that_nothing_has_get_a_note() {
    let world = folder_of(&WELL.replace("kraanvogel", "bird lang:xx outlet:B").replace("\"A\"", "\"A Gazette\""));
    let told = world.presswatch(&["check"]).expect(0).stdout;
    assert!(told.contains("note: no language has the code `xx`"), "{told}");
    assert!(told.contains("note: no source has a name with `B` in it"), "{told}");
}
