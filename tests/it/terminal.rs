//! What a person at a terminal sees: progress that goes away, colours by meaning, tables that fit; and what cron sees: nothing.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::process::Command;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use unicode_width::UnicodeWidthStr as _;

use crate::answer::Answer;
use crate::gazette::{WATCH, config, gazette, source};
use crate::server::Outlet;
use crate::world::World;

/// The output of a command on a terminal with this many columns, byte by byte, and its exit code.
fn on_terminal(mut command: Command, columns: u16) -> (String, Option<i32>) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    tcsetwinsize(&master, Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let open = || OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut child = command.stdout(open()).stderr(open()).spawn().unwrap();
    drop(command);
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    let mut terminal = File::from(master);
    // Reading fails when the writer is gone.
    while let Ok(n @ 1..) = terminal.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..n]);
    }
    let code = child.wait().unwrap().code();
    (String::from_utf8(seen).unwrap(), code)
}

/// What a command wrote to a terminal at which somebody types an answer.
fn answered(mut command: Command, answer: &str) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let open = || OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut child = command.stdin(open()).stdout(open()).stderr(open()).spawn().unwrap();
    drop(command);
    let mut terminal = File::from(master);
    // The terminal keeps it until it is read.
    terminal.write_all(answer.as_bytes()).unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = terminal.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..n]);
    }
    assert!(child.wait().unwrap().success());
    String::from_utf8(seen).unwrap()
}

#[test]
fn before_mentions_are_taken_away_the_user_is_asked() {
    let (_press, world) = crate::watches::crawled();
    world.edit(crate::watches::HERONS, "name = \"Herons\"\nquery = 'ooievaar'\nsearch = 'x'");
    let herons = "SELECT count(*) FROM coverage WHERE watch = 'Herons'";
    for (answer, expected, left) in [
        ("n\n", "nothing was changed", "1"),
        ("\n", "nothing was changed", "1"),
        ("yes\n", "0 articles newly matched, 1 mention taken away", "0"),
    ] {
        let mut command = world.command(&["rematch", "--prune"]);
        command.env("TERM", "xterm-256color");
        let seen = answered(command, answer);
        let asked = seen.find("Take away 1 mention? [y/N]");
        assert!(seen.find("- Herons · De Kade") < asked && asked.is_some(), "{seen}");
        assert!(seen.contains(expected), "{answer:?}: {seen}");
        assert_eq!(world.one(herons), left, "{answer:?}");
    }
}

/// What is left on the screen; fails the test where a line would have been broken by the terminal.
fn screen(written: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut at = 0;
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        if let Some(code) = rest.strip_prefix("\x1b[") {
            let end = code.find(|c: char| c.is_ascii_alphabetic()).unwrap();
            let n = code[..end].parse().unwrap_or(1);
            match &code[end..=end] {
                "A" => at -= n,
                "J" => lines.truncate(at + 1),
                "K" => lines[at].clear(),
                "m" => {}
                other => panic!("what does {other:?} do?"),
            }
            if code[end..].starts_with('J') {
                lines[at].clear();
            }
            rest = &code[end + 1..];
            continue;
        }
        match c {
            '\n' => {
                at += 1;
                if at == lines.len() {
                    lines.push(String::new());
                }
            }
            '\r' => {}
            c => {
                lines[at].push(c);
                assert!(lines[at].contains("://") || lines[at].width() <= columns, "too wide: {:?}", lines[at]);
            }
        }
        rest = &rest[c.len_utf8()..];
    }
    lines
}

fn terminal_of(world: &World, args: &[&str], columns: u16) -> (String, Vec<String>, Option<i32>) {
    let mut command = world.command(args);
    command.env("TERM", "xterm-256color");
    let (written, code) = on_terminal(command, columns);
    let left = screen(&written, columns.into());
    (written, left, code)
}

#[test]
fn a_run_shows_what_it_waits_for_and_leaves_three_lines() {
    let outlet = gazette(3);
    let down = Outlet::open();
    let world = World::with(&format!(
        "{}{}",
        config(&outlet),
        source("Een heel lange naam van een gazet die verder reikt dan de regel", &down)
    ));
    let (written, left, code) = terminal_of(&world, &["run"], 80);
    assert_eq!(code, Some(0));
    for shown in ["0/1 channels, 0/0 articles, 0 B", "  Gazette "] {
        assert!(written.contains(shown), "{shown:?} was not shown:\n{written}");
    }
    let left: Vec<&str> = left.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    assert_eq!(left.len(), 4, "a warning and three lines stay: {left:#?}");
    assert!(left[0].starts_with("warning: could not read http://"), "{left:#?}");
    assert_eq!(left[1], "2 channels polled: 0 unchanged, 1 failed; 3 new items");
    assert_eq!(left[2], "3 articles read, 0 left for the next run");
    assert!(left[3].starts_with("3 articles newly matched; ") && left[3].contains(" requests, "), "{left:#?}");
    assert!(
        written.contains("\x1b[31m1 failed\x1b[0m") && written.contains("\x1b[32m3 articles newly matched\x1b[0m"),
        "{written}"
    );
}

#[test]
fn nobody_at_a_terminal_nothing_to_show() {
    let outlet = gazette(3);
    let world = World::with(&config(&outlet));
    let done = world.run();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
    // Quiet at a terminal too; and a terminal that cannot move its cursor is none.
    let (written, _, _) = terminal_of(&world, &["run", "--force", "-q"], 80);
    assert_eq!(written, "");
    let mut command = world.command(&["run", "--force"]);
    command.env("TERM", "dumb");
    assert_eq!(on_terminal(command, 80).0, "");
}

#[test]
fn colours_are_as_asked() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    let (loud, _, _) = terminal_of(&world, &["sources"], 80);
    assert!(loud.contains("\x1b[32mok"), "{loud}");
    let mut command = world.command(&["sources"]);
    command.env("TERM", "xterm").env("NO_COLOR", "1");
    let (plain, _) = on_terminal(command, 80);
    assert!(!plain.contains('\x1b') && plain.contains("ok"), "{plain}");
    let (never, _, _) = terminal_of(&world, &["sources", "--color", "never"], 80);
    assert_eq!(never, plain);
    assert!(!world.presswatch(&["sources"]).stdout.contains('\x1b'), "no terminal, no colour");
    assert!(world.presswatch(&["sources", "--color", "always"]).stdout.contains("\x1b[32mok"));
}

#[test]
fn tables_fit_the_terminal() {
    let outlet = gazette(1);
    let long = "De Gazet van het Verenigde Pajottenland en omstreken";
    let world = World::with(&format!("{WATCH}{}", source(long, &outlet)));
    world.run();
    for (columns, shown) in [
        (80, "De Gazet van het Verenigde Pajottenland en omstreken"),
        (120, "De Gazet van het Verenigde Pajottenland en omstreken       feed "),
    ] {
        for args in [&["sources"][..], &["check", "--online"]] {
            let (_, left, code) = terminal_of(&world, args, columns);
            assert_eq!(code, Some(0));
            let wide = if args.len() == 1 { shown } else { long };
            assert!(left.iter().any(|line| line.starts_with(wide)), "{columns} {args:?}: {left:#?}");
        }
    }
}

#[test]
fn every_channel_is_asked_once_and_what_answered_is_told() {
    let outlet = gazette(3);
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /closed\n"));
    outlet.serve("/old", Answer::redirect(301, "/feed"));
    outlet.serve("/page", "<!DOCTYPE html><h2><a href=\"/a/1\">Kraanvogel</a></h2>");
    outlet.serve("/html", "<!DOCTYPE html><p>No feed");
    let down = Outlet::open();
    down.serve("/feed", Answer::error(403));
    let world = World::with(&format!(
        "{WATCH}[[source]]\nname = \"Gazette\"\nfeeds = [\"{}\", \"{}\", \"{}\", \"{}\"]\npages = [{{ url = \"{}\", link = \"h2 a\" }}, {{ url = \"{}\", link = \"h3 a\" }}]\nsearches = [\"{}?q={{query}}\"]\n{}",
        outlet.url("/feed"),
        outlet.url("/old"),
        outlet.url("/closed"),
        outlet.url("/html"),
        outlet.url("/page"),
        outlet.url("/page?2"),
        outlet.url("/search"),
        source("Down", &down),
    ));
    outlet.serve("/page?2", "<!DOCTYPE html><h2><a href=\"/a/1\">Kraanvogel</a></h2>");
    let done = world.presswatch(&["check", "--online"]).expect(0);
    let settled = |text: &str| text.replace(&outlet.host(), "gazette.example").replace(&down.host(), "down.example");
    insta::assert_snapshot!("check_online", settled(&done.stdout));
    assert_eq!(settled(&done.stderr).lines().count(), 4, "{}", done.stderr);
    let paths = outlet.news();
    assert_eq!(
        paths,
        ["/feed", "/feed", "/html", "/old", "/page", "/page?2", "/search?q=kraanvogel"],
        "once, and nothing else"
    );
    assert!(!world.path("presswatch.db").exists(), "checking keeps nothing");
    assert_eq!(world.presswatch(&["check", "--online", "--strict"]).code, Some(3));
    let json = world.presswatch(&["check", "--online", "--json", "-q"]).expect(0).json();
    assert_eq!((&json["channels"][0]["items"], &json["channels"][0]["answer"]), (&3.into(), &"200".into()), "{json}");
    assert_eq!(
        (&json["channels"][2]["answer"], &json["channels"][1]["moved_to"]),
        (&"robots".into(), &outlet.url("/feed").into())
    );
    // All of them failed: as for a run.
    world.configure(&source("Down", &down));
    assert!(world.presswatch(&["check", "--online"]).expect(1).stderr.contains("could not read any source"));
}

#[test]
fn shells_and_manuals_know_every_command() {
    let world = World::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = world.presswatch(&["completions", shell]).expect(0).stdout;
        assert!(text.contains("rematch") && text.contains("dry-run"), "{shell}: {text}");
    }
    let page = world.presswatch(&["man"]).expect(0).stdout;
    for part in [
        ".TH presswatch 1",
        ".SH \"PRESSWATCH RUN\"",
        ".SH \"PRESSWATCH SOURCES FIND\"",
        "dry\\-run",
        ".SH \"EXIT STATUS\"",
        "\n75\n",
        "PRESSWATCH_DATABASE",
        ".SH \"PRESSWATCH ALERT TEST\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    world.presswatch(&["completions", "tcsh"]).expect(2);
}

#[test]
fn bash_completes_the_names_of_the_configuration() {
    let named = |source: &str| {
        format!(
            "[[watch]]\nname = 'Quay and air'\ngroup = \"the city's\"\nquery = 'quay'\n\
             [[watch]]\nname = 'Quays: $HOME'\nquery = 'quays'\n\
             [[source]]\nname = '{source}'\nfeeds = ['https://kade.example/rss']\n"
        )
    };
    let world = World::with(&named("De Kade"));
    world.write("other.toml", named("Le Phare"));
    let script = world.presswatch(&["completions", "bash"]).expect(0).stdout;
    // The last word is the one that somebody is typing.
    world.write(
        "try.bash",
        format!(
            "{script}\nCOMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))\n\
             _presswatch_or_names presswatch \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"\n\
             printf '[%s]' \"${{COMPREPLY[@]}}\""
        ),
    );
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_presswatch")).parent().unwrap().to_owned();
    #[expect(clippy::disallowed_methods, reason = "the shells of this machine are found there")]
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    for (line, expected) in [
        (&["digest", "--watch", ""] as &[&str], r"[Quay\ and\ air][Quays:\ \$HOME][the\ city\'s]"),
        (&["digest", "--watch", r"Quay\ a"], r"[Quay\ and\ air]"),
        (&["digest", "--watch", "'Quays"], "[Quays: $HOME]"),
        (&["digest", "--watch", "="], r"[Quay\ and\ air][Quays:\ \$HOME][the\ city\'s]"),
        (&["run", "--source", "=", "D"], r"[De\ Kade]"),
        (&["--config", "other.toml", "run", "--source", ""], r"[Le\ Phare]"),
        (&["--config", "missing.toml", "run", "--source", ""], "[]"),
        (&["dig"], "[digest]"),
    ] {
        let mut bash = Command::new("bash");
        bash.arg("--norc").arg(world.path("try.bash")).arg("presswatch").args(line);
        let out = bash.current_dir(world.folder()).env("PATH", &path).output().unwrap();
        assert_eq!((&*String::from_utf8_lossy(&out.stdout), out.status.success()), (expected, true), "{line:?}");
    }
}
