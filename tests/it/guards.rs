//! What scripts and guards build on: health, the log of requests, JSON.

use serde_json::Value;

use crate::answer::Answer;
use crate::gazette::{WATCH, config, gazette, source};
use crate::server::Outlet;
use crate::world::World;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn health_is_a_matter_of_the_last_run_the_file_and_the_sources() {
    let outlet = gazette(3);
    let mut world = World::with(&config(&outlet)).in_file();
    let done = world.presswatch(&["health"]).expect(1);
    assert!(done.stdout.starts_with("file: could not open the database"), "{}", done.stdout);
    for _ in 0..4 {
        world.run();
        world.minutes_pass(15);
    }
    let done = world.presswatch(&["health"]).expect(0);
    assert_eq!(done.stdout, "ok: presswatch.db is sound, its last run was in time, 1 source checked\n");
    assert!(world.presswatch(&["health", "--max-age", "10m"]).expect(1).stdout.starts_with("run: the last one ended "));
    world.minutes_pass(50);
    let done = world.presswatch(&["health"]).expect(1);
    assert_eq!(done.stdout, "run: the last one ended Sun 11 Oct 10:15; one was due within 60 minutes\n");
    world.presswatch(&["health", "--max-age", "soon"]).expect(2);
    // A source that fails is given a day.
    outlet.serve("/feed", Answer::error(500));
    for hours in [1, 3, 6, 12, 12] {
        world.hours_pass(hours);
        world.presswatch(&["run", "--force"]).expect(1);
    }
    let done = world.presswatch(&["health"]).expect(1);
    assert!(
        done.stdout.starts_with("source Gazette: cannot be read since ") && done.stdout.contains("500"),
        "{}",
        done.stdout
    );
    assert_eq!(done.stdout.lines().count(), 1, "{}", done.stdout);
    world.presswatch(&["health", "--failing", "7d"]).expect(0);
    // A damaged file.
    let path = world.path("presswatch.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[4096..end].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let done = world.presswatch(&["health"]).expect(1);
    assert!(done.stdout.starts_with("file: ") && done.stdout.contains("damaged"), "{}", done.stdout);
}

#[test]
fn the_log_has_a_line_for_each_request_and_for_each_that_was_not_made() {
    let outlet = gazette(2);
    outlet.count_all();
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /closed\n"));
    outlet.serve("/moved", Answer::redirect(302, &outlet.url("/feed")));
    let closed = outlet.url("/closed/feed");
    let moved = outlet.url("/moved");
    let world =
        World::with(&format!("{}[[source]]\nname = \"Other\"\nfeeds = [{closed:?}, {moved:?}]\n", config(&outlet)));
    world.presswatch(&["run", "--log", "requests.jsonl"]).expect(0);
    let lines = || -> Vec<Value> {
        let text = std::fs::read_to_string(world.path("requests.jsonl")).unwrap();
        text.lines().map(json).collect()
    };
    let first = lines();
    let made: Vec<&Value> = first.iter().filter(|line| line.get("not_requested").is_none()).collect();
    assert_eq!(made.len(), outlet.asked().len(), "{first:?}");
    let of = |path: &str| {
        let url = outlet.url(path);
        first.iter().find(|line| line["url"] == url.as_str()).unwrap_or_else(|| panic!("no {url}: {first:?}")).clone()
    };
    let robots = of("/robots.txt");
    assert_eq!((&robots["for"], &robots["status"], &robots["method"]), (&"robots".into(), &200.into(), &"GET".into()));
    assert!(of("/feed")["bytes"].as_u64().unwrap() > 100 && of("/feed")["ms"].is_u64());
    assert_eq!(
        (&of("/moved")["status"], of("/moved")["redirects_to"].as_str()),
        (&302.into(), Some(outlet.url("/feed").as_str()))
    );
    let why = of("/closed/feed");
    assert!(why["not_requested"].as_str().unwrap().contains("robots.txt") && why["ms"].is_null(), "{why}");
    // It is appended to, and a log that cannot be opened is no run.
    world.presswatch(&["run", "--force", "--log", "requests.jsonl"]).expect(0);
    assert!(lines().len() > first.len());
    let done = world.presswatch(&["run", "--log", "no/such/folder.jsonl"]).expect(1);
    assert!(done.stderr.contains("could not write no/such/folder.jsonl"), "{}", done.stderr);
}

#[test]
fn a_hidden_recipient_stands_in_a_line_of_the_header() {
    let outlet = gazette(1);
    let world = World::with(&config(&outlet));
    world.run();
    let people =
        ["--from", "a@b.example", "--to", "c@d.example", "--bcc", "Eve <eve@münchen.example>", "--bcc", "f@g.example"];
    let mail = world.presswatch(&[&["digest", "--format", "eml"], &people[..]].concat()).expect(0).stdout;
    let mail = mailparse::parse_mail(mail.as_bytes()).unwrap();
    use mailparse::MailHeaderMap as _;
    assert_eq!(mail.headers.get_first_value("Bcc").as_deref(), Some("eve@xn--mnchen-3ya.example, f@g.example"));
    assert_eq!(mail.headers.get_first_value("To").as_deref(), Some("<c@d.example>"));
    assert_eq!(mail.subparts.len(), 2);
    world.presswatch(&["digest", "--bcc", "f@g.example"]).expect(2);
    world
        .presswatch(&[
            "digest",
            "--format",
            "eml",
            "--from",
            "a@b.example",
            "--to",
            "c@d.example",
            "--bcc",
            "x\nSubject: y <f@g.example>",
        ])
        .expect(2);
}

#[test]
fn check_and_sources_have_a_form_for_programs() {
    let (outlet, down) = (gazette(2), Outlet::open());
    down.serve("/feed", Answer::error(404));
    let world = World::with(&(config(&outlet) + &source("Down", &down)));
    let checked = json(&world.presswatch(&["check", "--json"]).expect(0).stdout);
    assert_eq!(checked["ok"], true);
    assert_eq!((&checked["sources"], &checked["channels"]), (&2.into(), &2.into()));
    assert_eq!(checked["watches"][0]["name"], "Birds");
    world.run();
    let health = json(&world.presswatch(&["sources", "--json"]).expect(0).stdout);
    let channels = health["channels"].as_array().unwrap();
    assert_eq!(channels.len(), 2);
    assert_eq!(
        (&channels[0]["source"], &channels[0]["state"], &channels[0]["items"]),
        (&"Gazette".into(), &"ok".into(), &2.into())
    );
    assert!(channels[1]["reason"].as_str().unwrap().contains("404"), "{}", channels[1]);
    assert_eq!(health["sources"][0]["items"]["read"], 2);
    // What is wrong has its place.
    world.write("sources.toml", format!("databse = \"x\"\n{WATCH}[[source]]\nname = \"A\"\n"));
    let done = world.presswatch(&["check", "--json"]).expect(2);
    let told = json(&done.stdout);
    assert_eq!(told["ok"], false);
    let problems = told["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 2, "{told}");
    assert_eq!(
        (&problems[0]["line"], &problems[0]["column"], &problems[0]["hint"]),
        (&1.into(), &1.into(), &"did you mean `database`?".into())
    );
    assert_eq!(problems[0]["file"], "sources.toml");
}

#[test]
fn the_sitemaps_of_an_index_stand_in_one_line_and_what_waits_has_its_reason() {
    let outlet = gazette(6);
    let entry = |kind: &str, path: &str| {
        format!("<{kind}><loc>{}</loc><lastmod>2026-10-10</lastmod></{kind}>", outlet.url(path))
    };
    const NAMESPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
    let children: String = (1..=6).map(|n| entry("sitemap", &format!("/news-{n}.xml"))).collect();
    outlet.serve(
        "/index.xml",
        Answer::of("application/xml", format!("<sitemapindex {NAMESPACE}>{children}</sitemapindex>")),
    );
    for n in 1..=6 {
        let item = entry("url", &format!("/a/{n}"));
        let sitemap = Answer::of("application/xml", format!("<urlset {NAMESPACE}>{item}</urlset>"));
        outlet.serve(&format!("/news-{n}.xml"), if n > 3 { Answer::error(500) } else { sitemap });
    }
    outlet.serve("/a/2", Answer::error(500));
    outlet.serve("/a/3", Answer::error(500));
    let index = outlet.url("/index.xml");
    let world = World::with(&format!("{WATCH}[[source]]\nname = \"Gazette\"\nsitemaps = [{index:?}]\n"));
    world.presswatch(&["run", "-q"]);
    let table = world.presswatch(&["sources"]).expect(0).stdout;
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("6 sitemaps of this index: "), "{table}");
    assert!(words.contains("3 ok") && words.contains("wait: "), "{table}");
    assert_eq!(table.matches("http://").count(), 1, "{table}");
    assert_eq!(world.presswatch(&["sources", "-v"]).expect(0).stdout.matches("http://").count(), 7);
    let health = json(&world.presswatch(&["sources", "--json"]).expect(0).stdout);
    assert_eq!(health["channels"].as_array().unwrap().len(), 7);
    assert_eq!(health["channels"][1]["index"], index.as_str());
    assert_eq!(health["sources"][0]["waiting"][0]["items"], 2);
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    let ledger = digest.split("LEDGER").nth(1).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(ledger.contains("2 still to be read: "), "{digest}");
    assert_eq!(ledger.matches("http://").count(), 1, "{digest}");
}

#[test]
fn check_says_whether_a_sentence_model_can_be_used() {
    let world = World::empty();
    world.write("sources.toml", "[events]\nmodel = \"model.bin\"\n");
    let missing = world.presswatch(&["check"]).expect(2).stderr;
    assert!(missing.contains("could not read the sentence model") && missing.contains("model.bin"), "{missing}");
    assert!(missing.contains("docs/digest.md"), "{missing}");
    world.write("model.bin", "PK\u{3}\u{4}");
    let zip = world.presswatch(&["check"]).expect(2).stderr;
    assert!(zip.contains("unpack it"), "{zip}");
    std::fs::write(world.path("model.bin"), include_bytes!("../fixtures/sentence/tiny.bin")).unwrap();
    let other = world.presswatch(&["check"]).expect(2).stderr;
    assert!(other.contains("its vectors have 32 values, and those of the model 384"), "{other}");
}
