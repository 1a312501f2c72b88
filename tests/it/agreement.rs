//! What `explain` shows of an answer is what `run` made of it.

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
    outlet.serve("/news", Answer::html(WALL));
    for (path, answer, _) in items {
        outlet.serve(path, answer);
    }
    let url = |path: &str| outlet.url(path);
    let world = World::with(&format!(
        "{WATCH}[[source]]\nname = \"Gazette\"\nlanguage = \"nl\"\nfeeds = [\"{}\", \"{}\", \"{}\"]\nsitemaps = [\"{}\"]\n\
         pages = [{{ url = \"{}\", link = \"h2 a\" }}, {{ url = \"{}\", link = \"h2 a\" }}]\n\
         [source.api]\nmatch = '/wire/(?<id>[0-9]+)$'\nurl = \"{}\"\ntitle = \"/head\"\ntext = \"/body\"\npublished = \"/at\"\n",
        url("/feed"),
        url("/shut"),
        url("/moved"),
        url("/map"),
        url("/list"),
        url("/news"),
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

#[test]
fn explain_and_run_agree_on_channels() {
    let (outlet, world) = crawled();
    for (path, state, expected) in [
        ("/feed", "ok", ""),
        ("/map", "ok", ""),
        ("/list", "ok", ""),
        ("/shut", "blocked", "a bot wall"),
        ("/news", "blocked", "a bot wall"),
        ("/moved", "failing", "an HTML page, not a feed"),
    ] {
        let url = outlet.url(path);
        let (object, why) = explained(&world, &url);
        let known =
            world.one(&format!("SELECT state || ': ' || coalesce(reason, '') FROM channel WHERE url = '{url}'"));
        assert_eq!(known, format!("{state}: {expected}"), "{path}");
        assert!(why == expected || why.ends_with(&format!(": {expected}")), "{path}: {why}");
        let entries = world.one(&format!("SELECT coalesce(entries, 0) FROM channel WHERE url = '{url}'"));
        let shown = object["items"].as_array().map_or(0, Vec::len);
        assert_eq!(shown.to_string(), entries, "{path}");
        for item in object["items"].as_array().into_iter().flatten() {
            let url = item["url"].as_str().unwrap();
            assert_eq!(world.one(&format!("SELECT count(*) FROM item WHERE url = '{url}'")), "1", "{path}");
        }
    }
}
