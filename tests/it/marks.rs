//! Marks: what the user says of articles, and what becomes of it in every output.

use serde_json::Value;

use crate::outputs::coverage;
use crate::press::Press;
use crate::watches::{HERONS, crawled};
use crate::world::World;

/// A false find, as its headline has it.
const HERON: &str = "Reiger nestelt op kraan 14";

/// The id of the article with this headline.
fn id(world: &World, title: &str) -> String {
    world.one(&format!("SELECT DISTINCT id FROM coverage WHERE title = '{title}'"))
}

fn assert_told(world: &World, title: &str, is_told: bool) {
    for (name, text) in coverage(world) {
        // Of a mail, the text part.
        assert_eq!(text.contains(title), is_told, "{name}: {text}");
    }
}

/// The ledger's figure of a source.
fn matched(world: &World, source: &str) -> Value {
    let digest = world.presswatch(&["digest", "--since", "7d", "--format", "json"]).expect(0).json();
    digest["ledger"].as_array().unwrap().iter().find(|row| row["source"] == source).unwrap()["matched"].clone()
}

#[test]
fn a_false_find_leaves_every_output_and_never_comes_back_by_itself() {
    let (_press, mut world) = crawled();
    assert_told(&world, HERON, true);
    let id = id(&world, HERON);
    assert_eq!(matched(&world, "De Kade"), 3);
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    assert!(digest.contains(&format!("De Kade · Fri 9 Oct 09:00 · nl · #{id}\n")), "{digest}");
    let done = world.presswatch(&["mark", &id, "--not-relevant"]).expect(0);
    assert!(done.stdout.starts_with(&format!("#{id} · De Kade · Fri 9 Oct 09:00\n  {HERON}\n")), "{}", done.stdout);
    assert!(done.stdout.ends_with("\n  not relevant\n"), "{}", done.stdout);
    assert_told(&world, HERON, false);
    assert_eq!(matched(&world, "De Kade"), 2);
    // It stays in the file, and in an export that asks for it.
    assert_eq!(world.sql("SELECT watch, relevant FROM coverage WHERE relevant = 0"), ["Herons | 0"]);
    let lines = world.presswatch(&["export", "--format", "jsonl", "--with-not-relevant"]).expect(0).stdout;
    let line: Value = serde_json::from_str(lines.lines().find(|line| line.contains(HERON)).unwrap()).unwrap();
    assert_eq!((&line["relevant"], line["id"].to_string()), (&Value::Bool(false), id.clone()));
    // Runs, changed watches and later days do not bring it back.
    world.edit(HERONS, "name = \"Herons\"\nquery = 'reiger* OR kraan'\nsearch = 'x'");
    world.presswatch(&["rematch"]).expect(0);
    world.presswatch(&["run", "--force"]).expect(0);
    world.hours_pass(26);
    world.presswatch(&["run", "--force"]).expect(0);
    assert_told(&world, HERON, false);
    world.presswatch(&["mark", &id, "--relevant"]).expect(0);
    assert_told(&world, HERON, true);
    assert_eq!(world.one("SELECT count(*) FROM mark"), "0");
}

#[test]
fn what_is_marked_before_it_was_told_is_new_when_the_mark_is_taken_back() {
    let (_press, world) = crawled();
    let id = id(&world, HERON);
    world.presswatch(&["mark", &id, "--not-relevant"]).expect(0);
    assert!(!world.presswatch(&["digest", "--new"]).expect(0).stdout.contains(HERON));
    world.presswatch(&["mark", &id, "--relevant"]).expect(0);
    assert!(world.presswatch(&["digest", "--new"]).expect(0).stdout.contains(HERON));
}

#[test]
fn a_mark_may_be_for_one_watch() {
    let (_press, world) = crawled();
    world.edit(HERONS, &format!("{HERONS}\n[[watch]]\nname = \"Cranes\"\nquery = 'kraan'\nsearch = 'x'"));
    world.run();
    let id = id(&world, HERON);
    let told = |world: &World| -> Vec<String> {
        let digest = world.presswatch(&["digest", "--since", "7d", "--format", "json"]).expect(0).json();
        let watches = digest["watches"].as_array().unwrap().iter();
        let has = |watch: &&Value| watch["stories"].to_string().contains(HERON);
        watches.filter(has).map(|watch| watch["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told(&world), ["Herons", "Cranes"]);
    world.presswatch(&["mark", &id, "--not-relevant", "--watch", "cranes"]).expect(0);
    assert_eq!(told(&world), ["Herons"]);
    assert_eq!(
        world.sql("SELECT watch, relevant FROM coverage WHERE title LIKE 'Reiger%' ORDER BY watch"),
        ["Cranes | 0", "Herons | 1"]
    );
    let shown = world.presswatch(&["mark", &id]).expect(0).stdout;
    assert!(shown.ends_with("\n  for Cranes: not relevant\n"), "{shown}");
    let wrong = world.presswatch(&["mark", &id, "--not-relevant", "--watch", "Herrons"]).expect(2).stderr;
    assert!(wrong.contains("there is no watch \"Herrons\"") && wrong.contains("did you mean \"Herons\"?"), "{wrong}");
    let wrong = world.presswatch(&["mark", &id, "--not-relevant", "--watch", "Quayside strike"]).expect(2).stderr;
    assert!(wrong.contains("does not match this article") && wrong.contains("Herons, Cranes"), "{wrong}");
}

#[test]
fn tone_tags_and_note_are_in_the_file_the_exports_and_the_review() {
    let (_press, world) = crawled();
    let id = id(&world, HERON);
    let args = ["mark", &id, "--tone", "-", "--tag", "opinion, birds", "--note", "=we asked", "--tag", "Birds"];
    let done = world.presswatch(&args).expect(0).stdout;
    assert!(done.ends_with("\n  tone: negative · tags: opinion, birds · note: =we asked\n"), "{done}");
    let row = format!("SELECT tone, tags, note, relevant FROM coverage WHERE id = {id}");
    assert_eq!(world.one(&row), "negative | opinion, birds | =we asked | 1");
    let csv = world.presswatch(&["export", "--format", "csv"]).expect(0).stdout;
    let end = format!(",{id},yes,negative,\"opinion, birds\",'=we asked,,,,,,,");
    assert!(csv.lines().any(|line| line.ends_with(&end)), "{csv}");
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    assert!(
        digest.replace("\n  ", " ").contains("tone: negative · tags: opinion, birds · note: =we asked"),
        "{digest}"
    );
    let json = world.presswatch(&["digest", "--watch", "Herons", "--format", "json"]).expect(0).json();
    let first = &json["watches"][0]["stories"][0]["first"];
    assert_eq!(first["id"].to_string(), id);
    assert_eq!(first["tone"], "negative");
    assert_eq!(first["tags"], serde_json::json!(["opinion", "birds"]));
    let ninjs = world.presswatch(&["export", "--format", "ninjs", "--watch", "Herons"]).expect(0).stdout;
    assert!(
        ninjs.contains(r#"{"name":"negative","rel":"tone"}"#) && ninjs.contains(r#"{"name":"birds","rel":"tag"}"#),
        "{ninjs}"
    );
    world.presswatch(&["mark", &id, "--note", ""]).expect(0);
    let shown = world.presswatch(&["mark", &id, "--json"]).expect(0).json();
    assert_eq!(shown["marks"][0]["note"], Value::Null);
    world.presswatch(&["mark", &id, "--note", "we asked"]).expect(0);
    let rss = world.presswatch(&["export", "--format", "rss"]).expect(0).stdout;
    assert!(rss.contains("<category>birds</category>") && !rss.contains("we asked"), "{rss}");
    let review = world.presswatch(&["report", "-"]).expect(0).stdout;
    assert!(review.contains("Tone of the marked articles") && review.contains(">Tags<"), "{review}");
    // And back, one by one.
    let back = ["mark", &id, "--tone", "none", "--untag", "BIRDS", "--note", ""];
    assert!(world.presswatch(&back).expect(0).stdout.ends_with("\n  tags: opinion\n"));
    assert_eq!(world.one(&row), "NULL | opinion |  | 1");
    assert!(world.presswatch(&["mark", &id, "--untag", "opinion"]).expect(0).stdout.ends_with("\n  no mark\n"));
    let review = world.presswatch(&["report", "-"]).expect(0).stdout;
    assert!(!review.contains("Tone of the marked articles") && !review.contains(">Tags<"), "{review}");
}

#[test]
fn an_article_is_named_by_any_of_its_urls() {
    let (press, world) = crawled();
    let url = world.one("SELECT url FROM coverage WHERE title = 'Reiger nestelt op kraan 14'");
    let path = url.rsplit_once(&press.kade.host()).unwrap().1.to_owned();
    for url in [
        format!("{url}?utm_source=mail#top"),
        format!("{}{path}/", press.kade.host()),
        format!("#{}", id(&world, HERON)),
    ] {
        let done = world.presswatch(&["mark", &url, "--tag", "x"]).expect(0).stdout;
        assert!(done.contains(HERON), "{url}: {done}");
    }
    assert_eq!(world.one("SELECT tags FROM mark"), "x");
}

#[test]
fn marks_are_listed_and_shown() {
    let (_press, mut world) = crawled();
    let (heron, crane) = (id(&world, HERON), id(&world, "A crane stands still"));
    assert_eq!(world.presswatch(&["mark", "--list"]).expect(0).stdout, "");
    world.presswatch(&["mark", &heron, &crane, "--tag", "seen"]).expect(0);
    world.hours_pass(1);
    world.presswatch(&["mark", &heron, "--tone", "+", "--watch", "Herons"]).expect(0);
    let list = world.presswatch(&["mark", "--list"]).expect(0).stdout;
    let heads: Vec<&str> = list.lines().filter(|line| line.starts_with('#')).collect();
    assert!(
        heads[0].starts_with(&format!("#{heron} · De Kade")) && heads[1].starts_with(&format!("#{crane} · ")),
        "{list}"
    );
    let json = world.presswatch(&["mark", "--list", "--json", "--watch", "Herons"]).expect(0).json();
    assert_eq!(json["id"].to_string(), heron);
    assert_eq!(json["watches"], serde_json::json!(["Herons"]));
    let marks = serde_json::json!([
        { "watch": null, "relevant": null, "tone": null, "tags": ["seen"], "note": null, "marked_at": "2026-10-11T07:30:00Z" },
        { "watch": "Herons", "relevant": null, "tone": "positive", "tags": [], "note": null, "marked_at": "2026-10-11T08:30:00Z" },
    ]);
    assert_eq!(json["marks"], marks);
    let shown = world.presswatch(&["mark", &crane, &heron]).expect(0).stdout;
    assert!(shown.contains("\n  for Herons: tone: positive\n") && shown.find(&crane) < shown.find(&heron), "{shown}");
}

#[test]
fn copies_may_be_marked_with_their_text() {
    let (_press, world) = crawled();
    let story = "SELECT id FROM coverage WHERE story = (SELECT story FROM coverage GROUP BY story ORDER BY count(*) DESC LIMIT 1)";
    let ids = world.sql(story);
    assert!(ids.len() > 2, "{ids:?}");
    world.presswatch(&["mark", &ids[1], "--not-relevant"]).expect(0);
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE relevant = 0"), "1");
    world.presswatch(&["mark", &ids[1], "--not-relevant", "--copies"]).expect(0);
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE relevant = 0"), ids.len().to_string());
}

#[test]
fn what_cannot_be_marked_is_named_and_nothing_is_marked() {
    let press = Press::open();
    let world = World::with(&press.config()).in_file();
    world.run();
    let id = id(&world, HERON);
    let unmatched =
        world.sql("SELECT id FROM article WHERE id NOT IN (SELECT article_id FROM mention) ORDER BY id")[0].clone();
    for (args, message) in [
        (&["99999"][..], "could not find article #99999 in presswatch.db"),
        (&["99999999999999999999999"], "could not find article #99999999999999999999999"),
        (&["heron"], "could not find the article \"heron\": it is neither an id nor a URL"),
        (&["https://kade.example/none"], "could not find an article with the URL https://kade.example/none"),
        (&[unmatched.as_str()], &format!("could not mark #{unmatched}: no watch matches this article")),
        (&["--tone", "good"], "write -, 0, + or none"),
        (&["--tag", " "], "a tag is empty"),
        (&["--relevant"], "cannot be used with"),
    ] {
        let done = world.presswatch(&[&["mark", &id, "--not-relevant"], args].concat()).expect(2);
        assert!(done.stderr.contains(message), "{args:?}: {}", done.stderr);
        assert_eq!(world.one("SELECT count(*) FROM mark"), "0", "{args:?}");
    }
    // A shell takes "#4821" for a comment.
    let done = world.presswatch(&["mark"]).expect(2);
    assert!(done.stderr.contains("no article is named") && done.stderr.contains("without #"), "{}", done.stderr);
    // To be shown, it need not match.
    assert!(world.presswatch(&["mark", &unmatched]).expect(0).stdout.ends_with("no mark\n"));
}

#[test]
fn a_watch_that_is_no_longer_configured_is_left_out_and_said_so() {
    let (_press, world) = crawled();
    world.edit(&format!("[[watch]]\n{HERONS}"), "");
    world.run();
    let warning =
        "warning: coverage of watches that are no longer in sources.toml is left out: Herons; --watch NAME shows it\n";
    for args in [&["digest"][..], &["digest", "--new"], &["export", "--format", "csv"], &["report", "-"]] {
        let done = world.presswatch(args).expect(0);
        assert!(!done.stdout.contains(HERON), "{args:?}");
        assert_eq!(done.stderr, warning, "{args:?}");
        assert_eq!(world.presswatch(&[args, &["-q"]].concat()).expect(0).stderr, "");
        let asked = world.presswatch(&[args, &["--watch", "herons"]].concat()).expect(0);
        assert!(asked.stdout.contains(HERON) || args.contains(&"--new"), "{args:?}: {}", asked.stdout);
        let said = "warning: the watch Herons is no longer in sources.toml: this is what it found while it was\n";
        assert_eq!(asked.stderr, said, "{args:?}");
    }
    assert_eq!(matched(&world, "De Kade"), 2);
    assert_eq!(
        world.sql("SELECT DISTINCT watch, watch_active FROM coverage ORDER BY watch"),
        ["Herons | 0", "Quayside strike | 1"]
    );
}

#[test]
fn a_run_counts_no_mention_of_what_is_not_relevant() {
    let (_press, world) = crawled();
    let id = world.one("SELECT id FROM coverage WHERE watch = 'Herons'");
    world.presswatch(&["mark", &id, "--not-relevant"]).expect(0);
    // Both find the marked article; the second finds another one, too.
    let more = "[[watch]]\nname = \"Nests\"\nquery = 'nest'\nsearch = 'nest'\n[[watch]]\nname = \"Cranes\"\nquery = 'kraan'\nsearch = 'kraan'\n";
    world.edit(&format!("[[watch]]\n{HERONS}"), &format!("{more}[[watch]]\n{HERONS}"));
    let run = world.presswatch(&["run", "--json"]).expect(0).json();
    let found =
        world.sql("SELECT watch, relevant FROM coverage WHERE watch IN ('Nests', 'Cranes') ORDER BY watch, relevant");
    assert_eq!(found, ["Cranes | 0", "Cranes | 1", "Nests | 0"]);
    assert_eq!(run["mentions_new"], 1);
    world.edit("'nest'", "'nest AND zestig'");
    world.alter("DELETE FROM mention WHERE watch_id = (SELECT id FROM watch WHERE name = 'Nests')");
    assert_eq!(world.presswatch(&["rematch"]).expect(0).stdout, "0 articles newly matched\n");
}
