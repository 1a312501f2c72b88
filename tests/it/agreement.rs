//! What `explain` and `check --online` show of an answer is what `run` made of it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answer::Answer;
use crate::gazette::WATCH;
use crate::pages::{Entry, numbered_page, rss};
use crate::server::Outlet;
use crate::world::World;

const WALL: &str = "<!DOCTYPE html><title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>";
const LIST: &str = "<!DOCTYPE html><title>News</title><h2><a href=\"/b/1\">A kraanvogel on the quay</a></h2>\
                    <h2><a href=\"/b/2\">And another kraanvogel</a></h2><p><a href=\"/about\">About us</a></p>";

/// Each item with its result in a run: "" for an article, else the reason.
fn items() -> Vec<(&'static str, Answer, &'static str)> {
    let latin = numbered_page(3).replace("utf-8", "iso-8859-1").replace("noon", "midi passé");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let document = serde_json::json!({ "head": "A kraanvogel by wire", "at": "2026-10-10T09:00:00Z", "body": "The kraanvogel came down on the quay at noon." });
    let noise: Vec<u8> = [b"GIF89a".as_slice(), &[7, 200, 3, 90, 17].repeat(400)].concat();
    vec![
        ("/a/page", Answer::html(&numbered_page(1)), ""),
        ("/a/dirty", Answer::html(&numbered_page(2).replace("landed", "lan\u{202e}ded\u{8}")), ""),
        ("/a/latin", Answer::of("text/html", latin), ""),
        ("/wire/4", Answer::html("never requested"), ""),
        ("/a/wall", Answer::html(WALL), "a bot wall"),
        ("/a/missing", Answer::html("<title>Page not found</title><p>Try the front page.</p>"), "page not found"),
        ("/a/noise", Answer::of("text/html", noise), "binary data, not a page"),
        ("/a/pdf", Answer::of("text/html", "%PDF-1.7 kraanvogel"), "a PDF, not a page"),
        ("/a/picture", Answer::of("image/png", numbered_page(5)), "a picture, a sound or a film, not a page"),
        ("/a/cut", Answer::html(&numbered_page(6)).cut_at(900), "the response was cut off"),
        ("/api/4", Answer::json(&document.to_string()), "no item"),
    ]
}

/// An outlet and a run of it.
fn crawled() -> (Outlet, World) {
    let outlet = Outlet::open();
    let items = items();
    let links: Vec<String> = items.iter().filter(|item| item.2 != "no item").map(|item| outlet.url(item.0)).collect();
    let entries: Vec<Entry> = links
        .iter()
        .map(|link| Entry { title: "Kraanvogel", link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "A lead." })
        .collect();
    outlet.serve("/feed", rss(&entries));
    outlet.serve("/shut", Answer::html(WALL));
    outlet.serve("/moved", Answer::html(LIST));
    outlet.serve("/map", Answer::of("application/xml", rss(&entries)));
    outlet.serve("/list", Answer::html(LIST));
    outlet.serve("/bare", Answer::html("<!DOCTYPE html><title>News</title><p>Nothing today</p>"));
    let two = rss(&entries[..2]);
    let end = two.find("</item>").unwrap() + 10;
    outlet.serve("/part", Answer::of("application/rss+xml", two.clone()).cut_at(end));
    outlet.serve("/cut", Answer::of("application/rss+xml", two.clone()).cut_at(two.find("<link>http").unwrap()));
    let unusable = "<rss version='2.0'><channel><title>F</title><item><title>No link</title></item></channel></rss>";
    outlet.serve("/unusable", Answer::of("application/rss+xml", unusable));
    outlet.serve("/news", Answer::html(WALL));
    for (path, answer, _) in items {
        outlet.serve(path, answer);
    }
    let url = |path: &str| outlet.url(path);
    let feeds = ["/feed", "/shut", "/moved", "/part", "/cut", "/unusable"].map(|path| format!("\"{}\"", url(path)));
    let pages = ["/list", "/news", "/bare"].map(|path| format!("{{ url = \"{}\", link = \"h2 a\" }}", url(path)));
    let (feeds, pages) = (feeds.join(", "), pages.join(", "));
    let world = World::with(&format!(
        "{WATCH}[[source]]\nname = \"Gazette\"\nlanguage = \"nl\"\nfeeds = [{feeds}]\nsitemaps = [\"{}\"]\npages = [{pages}]\n\
         [source.api]\nmatch = '/wire/(?<id>[0-9]+)$'\nurl = \"{}\"\ntitle = \"/head\"\ntext = \"/body\"\npublished = \"/at\"\n",
        url("/map"),
        url("/api/{id}"),
    ));
    world.run();
    (outlet, world)
}

/// The result of `explain --json` for a URL: the object, and its error or reason.
fn explained(world: &World, url: &str) -> (Value, String) {
    let done = world.presswatch(&["explain", "--json", url]);
    let object: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{url}: {e}: {done:?}"));
    let why = object["error"].as_str().or(object["not_article"].as_str()).unwrap_or_default().to_owned();
    (object, why)
}

#[test]
fn explain_and_run_agree_on_items() {
    let (outlet, world) = crawled();
    for (path, _, expected) in items().into_iter().filter(|item| item.2 != "no item") {
        let url = outlet.url(path);
        let (object, why) = explained(&world, &url);
        let of_item = format!(
            "FROM item i LEFT JOIN article a ON a.id = i.article_id LEFT JOIN mention m ON m.article_id = a.id WHERE i.url = '{url}'"
        );
        let reason = world.one(&format!("SELECT coalesce(i.reason, '') {of_item}"));
        assert_eq!(reason, expected, "{path}");
        assert!(why == expected || why == format!("could not read {url}: {expected}"), "{path}: {why}");
        if !expected.is_empty() {
            continue;
        }
        for field in ["title", "author", "language", "summary", "text", "credit", "section", "published_at"] {
            let kept = world.one(&format!("SELECT coalesce(a.{field}, '') {of_item}"));
            assert_eq!(object[field].as_str().unwrap_or_default(), kept, "{field} of {path}");
        }
        assert!(object["text"].as_str().unwrap().contains("quay"), "{object}");
        let found = &object["matches"][0];
        let terms: Vec<&str> = found["terms"].as_array().unwrap().iter().map(|term| term.as_str().unwrap()).collect();
        assert_eq!(terms.join(", "), world.one(&format!("SELECT m.terms {of_item}")), "{path}");
        assert_eq!(found["snippet"], world.one(&format!("SELECT m.snippet {of_item}")), "{path}");
        assert_eq!(found["hits"].to_string(), world.one(&format!("SELECT m.hits {of_item}")), "{path}");
    }
}

/// Each channel with its state after a run, and the reason.
const CHANNELS: [(&str, &str, &str); 10] = [
    ("/feed", "ok", ""),
    ("/map", "ok", ""),
    ("/list", "ok", ""),
    ("/shut", "blocked", "a bot wall"),
    ("/news", "blocked", "a bot wall"),
    ("/moved", "failing", "an HTML page, not a feed"),
    ("/cut", "failing", "the response was cut off before its first usable entry"),
    ("/part", "ok", "the response was cut off; what arrived is stored, the rest will be requested again"),
    ("/unusable", "empty", "no usable entry among 1; the first: it does not link to an article"),
    ("/bare", "empty", "the selector matches no link"),
];

#[test]
fn explain_and_check_and_run_agree_on_channels() {
    let (outlet, world) = crawled();
    let checked = world.presswatch(&["check", "--online", "--json"]).expect(0).json();
    for (path, state, expected) in CHANNELS {
        let url = outlet.url(path);
        let known =
            world.one(&format!("SELECT state || ': ' || coalesce(reason, '') FROM channel WHERE url = '{url}'"));
        assert_eq!(known, format!("{state}: {expected}"), "{path}");
        let is_failure = matches!(state, "blocked" | "failing");

        let row = checked["channels"].as_array().unwrap().iter().find(|row| row["url"] == url).unwrap();
        let told = if is_failure { (&row["error"], &row["remark"]) } else { (&row["remark"], &row["error"]) };
        assert_eq!((told.0.as_str().unwrap_or_default(), told.1), (expected, &Value::Null), "{row}");

        let (object, why) = explained(&world, &url);
        let remark = object["remark"].as_str().unwrap_or_default();
        let told = if is_failure { why.split_once(": ").map_or("", |(_, why)| why) } else { remark };
        assert_eq!(told, expected, "{object}");
        let entries = world.one(&format!("SELECT coalesce(entries, 0) FROM channel WHERE url = '{url}'"));
        let shown = ["items", "dropped"].map(|list| object[list].as_array().map_or(0, Vec::len));
        assert_eq!(shown.iter().sum::<usize>().to_string(), entries, "{path}");
        for url in object["items"].as_array().into_iter().flatten().filter_map(|item| item["url"].as_str()) {
            assert_eq!(world.one(&format!("SELECT count(*) FROM item WHERE url = '{url}'")), "1", "{path}");
        }
    }
}

#[test]
fn explain_and_check_ask_as_a_run_does() {
    let (outlet, world) = crawled();
    let asked = || -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for asked in outlet.asked() {
            all.entry(asked.path.clone()).or_default().push(asked.header("accept").unwrap_or_default().to_owned());
        }
        all
    };
    let by_run = asked();
    world.presswatch(&["check", "--online"]).expect(0);
    for (path, ..) in CHANNELS {
        explained(&world, &outlet.url(path));
    }
    for (path, _, expected) in items() {
        if expected != "no item" {
            explained(&world, &outlet.url(path));
        }
    }
    let in_all = asked();
    assert_eq!(in_all.keys().collect::<Vec<_>>(), by_run.keys().collect::<Vec<_>>(), "the same URLs");
    for (path, all) in &in_all {
        assert!(all.iter().all(|accept| *accept == by_run[path][0]), "{path}: {all:?}");
    }
    assert_eq!(["/api/4", "/a/page", "/feed"].map(|path| in_all[path].len()), [2, 2, 3]);
}

#[test]
fn explain_and_run_agree_on_what_is_out_of_scope() {
    let outlet = Outlet::open();
    outlet.serve("/feed", rss(&[Entry { title: "Kraanvogel", link: &outlet.url("/a/1"), date: "", lead: "" }]));
    outlet.serve("/a/1", numbered_page(1));
    let world = World::with(&format!(
        "{WATCH}[[source]]\nname = \"Gazette\"\nfeeds = [\"{}\"]\nonly = [\"elsewhere.example\"]\n",
        outlet.url("/feed")
    ));
    world.run();
    let reason = world.one("SELECT reason FROM item");
    let url = outlet.url("/a/1");
    assert_eq!(explained(&world, &url).1, format!("could not read {url}: {reason}"));
}
