//! Complete output: the digest, and that of check, explain and sources.

use std::io::Read as _;
use std::process::Stdio;

use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr as _;

use crate::answer::Answer;
use crate::gazette::{config, gazette, print, source};
use crate::pages::{Entry, page, rss};
use crate::press::Press;
use crate::server::Outlet;
use crate::world::{Done, World, rows};

/// The output without the ids of articles, which depend on whose page came first.
pub fn without_ids(text: &str) -> String {
    // The last words of a paragraph: without them, its lines break where they did.
    let text = regex::Regex::new(r"\s+·\s+#\d+\n").unwrap().replace_all(text, "\n").into_owned();
    regex::Regex::new(r"(?m)^(\[\d+\] .*) #\d+").unwrap().replace_all(&text, "$1").into_owned()
}

/// The output with what differs from day to day and machine to machine taken out.
fn settled(text: &str) -> String {
    let text = &without_ids(text);
    let addresses = regex::Regex::new(r"127\.0\.0\.\d+:\d+").unwrap();
    let mut names: Vec<String> = Vec::new();
    addresses
        .replace_all(text, |found: &regex::Captures| {
            let at = names.iter().position(|name| *name == found[0]).unwrap_or_else(|| {
                names.push(found[0].to_owned());
                names.len() - 1
            });
            format!("host-{}", at + 1)
        })
        .into_owned()
}

/// Every line that holds no address fits into 80 columns.
#[track_caller]
fn assert_fits(text: &str) {
    for line in text.lines().filter(|line| !line.contains("://")) {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
    }
}

fn crawled() -> (Press, World) {
    let press = Press::open();
    let world = World::with(&press.config());
    world.run();
    (press, world)
}

#[test]
fn demo() {
    let world = World::empty();
    let done = Done::of(&mut world.bare_command(&["demo"])).expect(0);
    assert_eq!(done.stderr, "");
    assert_fits(&done.stdout);
    assert_snapshot!("demo", without_ids(&done.stdout));
    let reported =
        "SELECT group_concat(DISTINCT outlet ORDER BY outlet) FROM coverage WHERE watch = 'Protest on the ring'";
    assert_eq!(rows(&world.path("demo.db"), reported), ["BRUZZ,La Libre,MSN,RTL Info"]);
    assert!(rows(&world.path("demo.db"), "SELECT count(*) >= 20 FROM article")[0] == "1");
    assert_eq!(
        rows(
            &world.path("demo.db"),
            "SELECT count(*) FROM (SELECT 1 FROM coverage GROUP BY story HAVING count(DISTINCT outlet) > 1)"
        )
        .len(),
        1
    );
}

#[test]
fn demo_may_be_seen_twice_and_kept_elsewhere() {
    let world = World::empty();
    let first = Done::of(&mut world.bare_command(&["demo", "--db", "mine.db"])).expect(0);
    let second = Done::of(&mut world.bare_command(&["demo", "--db", "mine.db"])).expect(0);
    let news = |text: &str| text[text.find("PROTEST ON THE RING").unwrap()..text.find("LEDGER").unwrap()].to_owned();
    assert_eq!(news(&first.stdout), news(&second.stdout));
    assert!(!world.path("demo.db").exists());
}

#[test]
fn a_digest_of_the_last_day() {
    let (_press, world) = crawled();
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    assert_fits(&digest);
    assert_snapshot!("digest", settled(&digest));
}

#[test]
fn a_digest_of_one_day_by_publication() {
    let (_press, world) = crawled();
    let digest = world
        .presswatch(&[
            "digest",
            "--by",
            "published",
            "--since",
            "2026-10-09",
            "--until",
            "2026-10-09",
            "--watch",
            "Herons",
        ])
        .expect(0)
        .stdout;
    assert_fits(&digest);
    assert_snapshot!("digest_by_published", settled(&digest));
}

#[test]
fn a_period_includes_what_was_found_in_it() {
    let (_press, mut world) = crawled();
    let articles = |world: &World, args: &[&str]| {
        let all = [&["digest"], args].concat();
        world.presswatch(&all).expect(0).stdout.lines().filter(|line| line.starts_with("* ")).count()
    };
    assert_eq!(articles(&world, &[]), 6);
    assert_eq!(articles(&world, &["--watch", "Herons"]), 1);
    assert_eq!(articles(&world, &["--until", "2026-10-10"]), 0);
    assert_eq!(articles(&world, &["--by", "published", "--since", "2026-10-10", "--until", "2026-10-10"]), 3);
    assert_eq!(articles(&world, &["--by", "published", "--since", "yesterday", "--until", "yesterday"]), 3);
    world.hours_pass(30);
    assert_eq!(articles(&world, &[]), 0);
    assert_eq!(articles(&world, &["--since", "7d"]), 6);
    assert_eq!(articles(&world, &["--since", "2026-10-11T09:00:00+02:00"]), 6);
}

#[test]
fn new_means_not_yet_in_a_digest_of_new_coverage() {
    let (_press, world) = crawled();
    world.presswatch(&["digest"]).expect(0);
    let first = world.presswatch(&["digest", "--new"]).expect(0).stdout;
    assert!(first.contains("Reiger nestelt op kraan 14"), "a plain digest marks nothing: {first}");
    let second = world.presswatch(&["digest", "--new"]).expect(0).stdout;
    assert!(!second.contains("* ") && second.contains("LEDGER"), "{second}");
    assert!(world.presswatch(&["digest"]).expect(0).stdout.contains("Reiger nestelt op kraan 14"));
}

#[test]
fn new_of_one_watch_leaves_the_others_new() {
    let (_press, world) = crawled();
    world.presswatch(&["digest", "--new", "--watch", "Herons"]).expect(0);
    let rest = world.presswatch(&["digest", "--new"]).expect(0).stdout;
    assert!(!rest.contains("Reiger nestelt op kraan 14") && rest.contains("Dokwerkers leggen het werk neer"), "{rest}");
}

#[test]
fn each_reader_has_a_mark_of_its_own() {
    let outlet = gazette(2);
    let mut world = World::with(&config(&outlet));
    world.run();
    let headlines = |world: &World, args: &[&str]| {
        let digest = world.presswatch(&[&["digest", "--format", "json"], args].concat()).expect(0).json();
        let stories = digest["watches"][0]["stories"].as_array().unwrap().len();
        (stories, digest["period"]["reader"].as_str().map(str::to_owned))
    };
    assert_eq!(headlines(&world, &["--new=anna"]), (2, Some("anna".to_owned())));
    assert_eq!(headlines(&world, &["--new=anna"]).0, 0);
    // The name of plain `--new` is "default".
    assert_eq!(headlines(&world, &["--new"]), (2, Some("default".to_owned())));
    assert_eq!(headlines(&world, &["--new=default"]).0, 0);
    print(&outlet, 3);
    world.hours_pass(1);
    // A run takes a name, too.
    let run = world.presswatch(&["run", "--digest=anna"]).expect(0).stdout;
    assert!(run.contains("Kraanvogel number 3") && !run.contains("Kraanvogel number 2"), "{run}");
    assert_eq!((headlines(&world, &["--new=anna"]).0, headlines(&world, &["--new"]).0), (0, 1));
    assert_eq!((headlines(&world, &["--new=bert"]).0, headlines(&world, &[])), (3, (3, None)));
    // A digest of another watch marks nothing here.
    world.edit("[[watch]]", "[[watch]]\nname = \"Comets\"\nquery = \"comet\"\n[[watch]]");
    world.run();
    assert_eq!(headlines(&world, &["--new=carla", "--watch", "Comets"]).0, 0);
    assert_eq!(headlines(&world, &["--new=carla", "--watch", "Birds"]).0, 3);
}

#[test]
fn a_reader_whose_name_is_nearly_that_of_another_gets_a_note() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.presswatch(&["digest", "--new=anna"]).expect(0).stderr, "");
    let note = |name: &str, more: &[&str]| {
        world.presswatch(&[&["digest", &format!("--new={name}")], more].concat()).expect(0).stderr
    };
    assert!(note("ana", &[]).contains("did you mean \"anna\"?"), "{}", note("anma", &[]));
    assert!(note("Anna", &[]).contains("did you mean \"anna\"?"));
    assert!(note("defualt", &[]).contains("did you mean \"default\"?"));
    // From then on it is known.
    assert_eq!(note("ana", &[]) + &note("anna", &[]) + &note("bert", &[]) + &note("beert", &["-q"]), "");
    for (bad, said) in
        [("--new=", "expected a name"), ("--new= ", "expected a name"), ("--new=a\u{1b}[31mb", "visible")]
    {
        let done = world.presswatch(&["digest", bad]).expect(2);
        assert!(done.stderr.contains(said) && !done.stderr.contains('\u{1b}'), "{bad:?}: {}", done.stderr);
    }
}

#[test]
fn unwritten_coverage_stays_new() {
    let (_press, world) = crawled();
    // The reader of the pipe has gone.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    for new in ["--new", "--new=anna"] {
        let writer = writer.try_clone().unwrap();
        let done = Done::of(world.command(&["digest", new]).stdout(Stdio::from(writer)));
        assert_eq!(done.code, Some(1), "{done:?}");
    }
    let told = "SELECT (SELECT count(*) FROM mention WHERE told_at IS NOT NULL), (SELECT count(*) FROM printed)";
    assert_eq!(world.one(told), "0 | 0");
    assert!(world.presswatch(&["digest", "--new"]).expect(0).stdout.contains("Reiger nestelt op kraan 14"));
}

#[test]
fn of_several_at_once_one_prints_what_is_new() {
    let (_press, world) = crawled();
    let all: Vec<_> = (0..6).map(|_| world.start(&["digest", "--new", "--format", "json"])).collect();
    let mut printed = Vec::new();
    for child in all {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let digest: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        printed
            .push(digest["watches"].as_array().unwrap().iter().map(|w| w["articles"].as_u64().unwrap()).sum::<u64>());
    }
    printed.sort_unstable();
    assert_eq!(printed, [0, 0, 0, 0, 0, 9]);
}

#[test]
fn coverage_being_printed_when_killed_stays_new() {
    let outlet = gazette(300);
    let world = World::with(&config(&outlet));
    world.run();
    let mut first = world.start(&["digest", "--new", "--format", "html"]);
    // It has begun, and the rest does not fit into the pipe.
    let mut byte = [0];
    first.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
    let second = world.start(&["digest", "--new"]);
    first.kill().unwrap();
    first.wait().unwrap();
    let printed = String::from_utf8(second.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(
        printed.lines().filter(|line| line.starts_with("* ") || line.starts_with("  * ")).count(),
        300,
        "{printed}"
    );
    assert!(world.presswatch(&["run", "--dry-run", "--digest", "--force"]).expect(0).stdout.contains("Nothing found"));
}

#[test]
fn the_ledger_of_what_is_new_covers_the_time_since_the_last_digest() {
    let outlet = gazette(2);
    let mut world = World::with(&config(&outlet));
    world.run();
    let first = world.presswatch(&["digest", "--new"]).expect(0).stdout;
    assert!(first.contains("\nLEDGER\n"), "nothing was printed before: {first}");
    world.hours_pass(24);
    world.run();
    let second = world.presswatch(&["digest", "--new"]).expect(0).stdout;
    assert!(second.contains("\nLEDGER SINCE SUN 11 OCT 09:30\n"), "{second}");
    let line = |ledger: &str| {
        let line = ledger.lines().find(|line| line.starts_with("Gazette ")).unwrap().split_whitespace();
        line.collect::<Vec<_>>().join(" ")
    };
    assert_eq!((line(&first), line(&second)), ("Gazette 1x 2 2 2".to_owned(), "Gazette 1x 0 0 0".to_owned()));
    // Another reader has seen none of it.
    let other = world.presswatch(&["digest", "--new=anna", "--format", "json"]).expect(0).json();
    assert_eq!(
        (&other["period"]["ledger_since"], &other["ledger"][0]["checked"]),
        (&serde_json::Value::Null, &2.into())
    );
}

#[test]
fn a_run_may_print_what_it_found() {
    let outlet = gazette(2);
    let world = World::with(&config(&outlet));
    let done = world.presswatch(&["run", "--digest"]).expect(0);
    assert!(done.stdout.contains("Kraanvogel number 2 has landed"), "{}", done.stdout);
    let done = world.presswatch(&["run", "--digest", "--force"]).expect(0);
    assert!(!done.stdout.contains("Kraanvogel number 2 has landed"), "{}", done.stdout);
}

#[test]
fn nothing_found_is_evidence() {
    let (good, bad) = (gazette(3), Outlet::open());
    bad.serve("/feed", Answer::error(403));
    let world = World::with(&format!(
        "[[watch]]\nname = \"Comets\"\nquery = \"comet*\"\n{}{}",
        source("Good", &good),
        source("Bad", &bad)
    ));
    world.run();
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    assert_fits(&digest);
    assert_snapshot!("nothing_found", settled(&digest));
}

#[test]
fn control_characters_of_pages_are_removed() {
    let outlet = gazette(1);
    let evil = "Kraan\u{1b}[31mvogel \u{202e}kraanvogel\u{202c}\u{7}\u{9b}2J\u{200f} \u{2066}iso\u{2069} \r\nnew line\u{2028}sep\u{85}nel \u{0}nul \u{feff}bom \u{e0041}tag";
    outlet.serve(
        "/feed",
        rss(&[Entry { title: &evil.replace('\0', ""), link: &outlet.url("/a/1"), date: "", lead: evil }]),
    );
    let text =
        format!("{evil} and so on, said the harbour master, before he went home for his lunch at noon on the quay.");
    outlet.serve("/a/1", page(evil, "2026-10-10T10:00:00+02:00", &[&text, &text.to_uppercase()]));
    // A document escapes it differently, and lines of robots.txt become part of reasons.
    let json = serde_json::json!({ "t": evil, "b": text, "a": evil, "o": evil, "p": "2026-10-10T10:00:00Z" });
    let shop = Outlet::open();
    shop.serve("/feed", rss(&[Entry { title: "A bird", link: &shop.url("/a/1"), date: "", lead: "" }]));
    shop.serve("/json/1", Answer::json(&json.to_string()));
    let api = format!(
        "[source.api]\nmatch = '/a/(?<id>\\d+)'\nurl = \"{}\"\ntitle = \"/t\"\ntext = \"/b\"\nauthor = \"/a\"\noriginal_outlet = \"/o\"\npublished = \"/p\"\n",
        shop.url("/json/{id}")
    );
    let closed = Outlet::open();
    closed.serve(
        "/robots.txt",
        Answer::text("User-agent: *\nDisallow: /feed\u{9b}2J\u{1b}[31m\u{202e}\nDisallow: /fe #\u{9b}2J\u{202e}\n"),
    );
    let world = World::with(&format!("{}{}{api}{}", config(&outlet), source("Shop", &shop), source("Closed", &closed)));
    let run = world.presswatch(&["run", "--digest", "-v"]).expect(0);
    let digest = world.presswatch(&["digest", "--since", "7d"]).expect(0);
    let sources = world.presswatch(&["sources"]).expect(0);
    let acts = |text: &str| {
        text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}')
        })
    };
    for done in [&run, &digest, &sources] {
        assert_eq!(acts(&done.stdout), None, "{}", done.stdout.escape_debug());
        assert_eq!(acts(&done.stderr), None, "{}", done.stderr.escape_debug());
    }
    assert!(digest.stdout.contains("vogel"), "{}", digest.stdout);
    for line in digest.stdout.lines() {
        assert!(!line.starts_with("new line") && !line.starts_with("sep"), "a headline broke its line: {line}");
    }
    for table in world.tables() {
        for row in world.sql(&format!("SELECT * FROM {table}")) {
            if table != "host" && table != "watch" {
                assert_eq!(acts(&row), None, "{table}: {}", row.escape_debug());
            }
        }
    }
}

#[test]
fn a_hit_sentence_is_short_and_full_texts_stay_in_the_database() {
    let outlet = gazette(1);
    let long = format!("The kraanvogel {} end.", "and another word ".repeat(100));
    outlet.serve(
        "/a/1",
        page("Long", "2026-10-10T10:00:00+02:00", &[&long, "A second paragraph that must stay where it is."]),
    );
    let world = World::with(&config(&outlet));
    world.run();
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    let sentence: String =
        digest.lines().filter_map(|line| line.trim_start().strip_prefix("> ")).collect::<Vec<_>>().join(" ");
    assert!(sentence.contains("kraanvogel") && sentence.chars().count() <= 200, "{sentence}");
    assert!(!digest.contains("A second paragraph"), "{digest}");
}

#[test]
fn check_prints_the_configuration() {
    let world = World::empty();
    world.write(
        "sources.toml",
        "[[watch]]\nname = \"Birds\"\nkeywords = [\"kraanvogel\", \"blauwe reiger\", \"zwaluw*\"]\n\
         [[source]]\nname = \"A\"\nfeeds = [\"http://a.example/feed\"]\nsearches = [\"http://s.example/?q={query}\"]\n\
         [[source]]\nname = \"B\"\nenabled = false\nfeeds = [\"http://b.example/feed\"]\n",
    );
    let done = world.presswatch(&["check"]).expect(0);
    assert_fits(&done.stdout);
    assert_snapshot!("check", done.stdout);
}

#[test]
fn sources_shows_the_state_of_each_channel() {
    let (press, mut world) = crawled();
    press.kade.serve("/rss.xml", Answer::error(500));
    press.phare.serve("/arc/rss/?outputType=xml", Answer::redirect(301, "/feed")).serve("/feed", rss(&[]));
    world.hours_pass(3);
    world.run();
    let done = world.presswatch(&["sources"]).expect(0);
    assert_fits(&done.stdout);
    assert_snapshot!("sources", settled(&done.stdout));
}
