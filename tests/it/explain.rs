//! `presswatch explain`: what is extracted, by which rule, and which watches match.

use insta::assert_snapshot;
use serde_json::Value;

use crate::answer::{Answer, gzip};
use crate::gazette::{config, gazette};
use crate::pages::{Entry, page_in, rss, sitemap};
use crate::world::{Done, World};

const LOCK: &str = "http://press.example/2026/10/10/het-slot";

fn article() -> String {
    page_in(
        "nl",
        "Het slot aan de sluis",
        "2026-10-10T11:05:00+02:00",
        &[
            "De sluiswachter heeft zaterdag het oude slot van de sluisdeur vervangen, nadat een kraanvogel erop was geland.",
            "‘Het was tijd’, zegt hij. Het oude slot gaat naar het museum van de haven, waar al zeven andere sloten liggen.",
        ],
    )
}

/// A folder with watches, and no outlet.
fn folder() -> World {
    let world = World::empty();
    world.write(
        "sources.toml",
        "timezone = \"Europe/Brussels\"\n[[watch]]\nname = \"Birds\"\nquery = \"kraanvogel*\"\n[[watch]]\nname = \"Fish\"\nquery = 'snoek AND (sluis OR \"oude slot\")'\n",
    );
    world
}

fn lines(done: &Done) -> Vec<Value> {
    done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_page() {
    let world = folder();
    world.write("page.html", article());
    let done = world.presswatch(&["explain", "page.html", "--url", LOCK]).expect(0);
    assert_snapshot!("explain_page", done.stdout);
}

#[test]
fn a_picture_is_not_a_page() {
    let world = folder();
    world.write(
        "photo.jpg",
        [b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02".as_slice(), &[7, 200, 3, 90, 0, 17].repeat(400)].concat(),
    );
    let done = world.presswatch(&["explain", "photo.jpg"]).expect(1);
    assert_eq!(
        (done.stdout.as_str(), done.stderr.contains("photo.jpg: binary data, not a page")),
        ("", true),
        "{}",
        done.stderr
    );
}

#[test]
fn a_feed() {
    let world = folder();
    world.write(
        "feed.xml",
        rss(&[
            Entry {
                title: "Het slot aan de sluis",
                link: LOCK,
                date: "Sat, 10 Oct 2026 11:05:00 +0200",
                lead: "Een kraanvogel erop.",
            },
            Entry { title: "Nothing to click", link: "", date: "", lead: "" },
        ]),
    );
    let done = world.presswatch(&["explain", "feed.xml", "--url", "http://press.example/feed"]).expect(0);
    assert_snapshot!("explain_feed", done.stdout);
}

#[test]
fn a_listing() {
    let world = folder();
    world.write("list.html", "<title>News</title><h2><a href=\"/a/1\">One bird</a></h2><h2><a href=\"/a/2\">Two birds</a></h2><p><a href=\"/about\">About</a></p>");
    let done =
        world.presswatch(&["explain", "list.html", "--url", "http://press.example/", "--link", "h2 a"]).expect(0);
    assert_snapshot!("explain_listing", done.stdout);
}

#[test]
fn the_first_page_of_several_says_so() {
    let world = folder();
    let more = "<a rel=\"next\" href=\"?page=2\">Verder</a></article>";
    world.write("page.html", article().replace("</article>", more));
    let done = world.presswatch(&["explain", "page.html", "--url", LOCK]).expect(0);
    let note = format!("first page only, the next is {LOCK}?page=2");
    assert!(done.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains(&note), "{}", done.stdout);
    let done = world.presswatch(&["explain", "page.html", "--url", LOCK, "--json"]).expect(0);
    assert_eq!(lines(&done)[0]["next_page"], format!("{LOCK}?page=2"));
}

#[test]
fn a_url_is_read_with_its_further_pages() {
    let outlet = gazette(1);
    let words = "Het nieuwe slot is van koper, en de sleutel hangt bij de sluiswachter aan de muur.";
    let on = |next: &str| format!("<a rel=\"next\" href=\"{next}\">Verder</a></article>");
    let second = article().replace("</article>", &format!("<p>{words}</p></article>"));
    outlet.serve("/a/1", Answer::html(&article().replace("</article>", &on("/a/1/2"))));
    outlet.serve("/a/1/2", Answer::html(&second));
    let world = World::with(&config(&outlet));
    let explain = || lines(&world.presswatch(&["explain", "--json", &outlet.url("/a/1")]).expect(0)).remove(0);
    let done = explain();
    assert!(done["text"].as_str().unwrap().ends_with(words), "{done}");
    assert_eq!(done["next_page"], Value::Null);
    assert_eq!(outlet.news(), ["/a/1", "/a/1/2"]);
    outlet.serve("/a/1/2", Answer::html(&second.replace("</article>", &on("/a/1/3"))));
    let done = explain();
    assert!(done["text"].as_str().unwrap().ends_with(words), "{done}");
    assert_eq!(done["next_page"], outlet.url("/a/1/3"));
    let done = world.presswatch(&["explain", &outlet.url("/a/1")]).expect(0);
    assert!(done.stdout.contains("first 2 pages only, the next is"), "{}", done.stdout);
}

#[test]
fn a_page_that_is_no_article() {
    let world = folder();
    world.write(
        "wall.html",
        "<!DOCTYPE html><title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>",
    );
    let done = world.presswatch(&["explain", "wall.html"]).expect(0);
    assert!(done.stdout.contains("not an article: a bot wall"), "{}", done.stdout);
}

#[test]
fn an_article_as_json_has_every_field_of_the_contract() {
    let world = folder();
    world.write("page.html", article());
    let done =
        world.presswatch(&["explain", "page.html", "--url", &format!("{LOCK}?utm_source=x"), "--json"]).expect(0);
    let article = &lines(&done)[0];
    for (name, expected) in [
        ("kind", "article"),
        ("url", "http://press.example/2026/10/10/het-slot?utm_source=x"),
        ("canonical_url", "https://press.example/2026/10/10/het-slot"),
        ("title", "Het slot aan de sluis"),
        ("author", "Nora Terwilgen"),
        ("published_at", "2026-10-10T09:05:00Z"),
        ("language", "nl"),
    ] {
        assert_eq!(article[name], expected, "{name} of {article}");
    }
    assert!(article["text"].as_str().unwrap().contains("zeven andere sloten"), "{article}");
    assert_eq!((&article["paywalled"], &article["image"]), (&Value::Bool(false), &Value::Null));
    for name in ["summary", "matches"] {
        assert!(article.get(name).is_some(), "{name} of {article}");
    }
    assert_eq!(article["matches"].as_array().unwrap().len(), 1);
    let found = &article["matches"][0];
    assert_eq!((&found["watch"], &found["terms"]), (&"Birds".into(), &serde_json::json!(["kraanvogel"])));
    assert!(found["snippet"].as_str().unwrap().starts_with("De sluiswachter heeft zaterdag"), "{found}");
}

#[test]
fn several_files_give_several_lines_in_order() {
    let world = World::empty();
    world.write("page.html", article());
    world.write(
        "feed.xml",
        rss(&[Entry { title: "One", link: LOCK, date: "Sat, 10 Oct 2026 11:05:00 +0200", lead: "Lead" }]),
    );
    world.write("map.xml.gz", gzip(sitemap(&[(LOCK.to_owned(), "2026-10-10")]).as_bytes()));
    let done = world.presswatch(&["explain", "--json", "feed.xml", "page.html", "map.xml.gz", "missing.xml"]).expect(1);
    let lines = lines(&done);
    let kinds: Vec<&Value> = lines.iter().map(|line| &line["kind"]).collect();
    assert_eq!(kinds, [&Value::from("feed"), &Value::from("article"), &Value::from("sitemap"), &Value::Null]);
    let item = &lines[0]["items"][0];
    for (name, expected) in
        [("url", LOCK), ("title", "One"), ("summary", "Lead"), ("published_at", "2026-10-10T09:05:00Z")]
    {
        assert_eq!(item[name], expected, "{name} of {item}");
    }
    assert!(item["id"].is_string(), "{item}");
    assert_eq!(lines[1]["canonical_url"], Value::Null, "a file has no address");
}

#[test]
fn a_query_can_be_tested() {
    let world = folder();
    world.write("page.html", article());
    let matches = |query: &str| {
        let done = world.presswatch(&["explain", "page.html", "--json", "--query", query]).expect(0);
        lines(&done)[0]["matches"].as_array().unwrap().len()
    };
    assert_eq!(matches("slot NEAR/3 sluis"), 1);
    assert_eq!(matches("snoek"), 0);
    let done = world.presswatch(&["explain", "page.html", "--query", "slot AND ("]).expect(2);
    assert!(done.stderr.contains("slot AND (\n") && done.stderr.contains('^'), "{}", done.stderr);
}

#[test]
fn a_url_is_fetched_with_the_settings_of_its_source() {
    let outlet = gazette(1);
    let page = article().replace("<h1>", "<h1>Menu</h1><h1 class=\"real\">");
    outlet.serve("/a/1", Answer::html(&page).gzip());
    let world = World::with(&format!("{}select = {{ title = \"h1.real\" }}\n", config(&outlet)));
    let done = world.presswatch(&["explain", "--json", &outlet.url("/a/1"), &outlet.url("/feed")]).expect(0);
    let lines = lines(&done);
    assert_eq!((&lines[0]["title"], &lines[1]["kind"]), (&"Het slot aan de sluis".into(), &"feed".into()));
    assert!(!world.path("presswatch.db").exists(), "explaining keeps nothing");
    let done = world.presswatch(&["explain", &outlet.url("/none")]).expect(1);
    assert!(done.stderr.contains("HTTP 404"), "{}", done.stderr);
}

#[test]
fn urls_are_canonicalised_line_by_line() {
    let world = World::empty();
    world.write(
        "urls.txt",
        "https://www.press.example/a?utm_source=x#top\n\nnot an address\nhttp://press.example/b/amp/\n",
    );
    let done = world.presswatch(&["explain", "--urls", "urls.txt", "--json"]).expect(0);
    let lines = lines(&done);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["url"], "https://www.press.example/a?utm_source=x#top");
    assert_eq!(lines[0]["canonical_url"], "https://press.example/a");
    world.write("words.txt", "https://press.example/a\n\nno address\n");
    let done = world.presswatch(&["explain", "--urls", "words.txt"]).expect(0);
    assert_eq!(done.stderr, "warning: line 3 is not a URL and is printed unchanged: no address\n");
}

#[test]
fn robots_txt_decisions_name_their_line() {
    let world = World::empty();
    world.write("robots.txt", "User-agent: *\nDisallow: /secret/\nAllow: /secret/garden\n");
    let ask = |urls: &[&str], json: &[&str]| {
        let args = [&["explain", "--robots", "robots.txt", "--url"], urls, json].concat();
        world.presswatch(&args).expect(0)
    };
    let urls = ["http://a.example/secret/x", "http://a.example/secret/garden", "http://a.example/"];
    let allowed: Vec<Value> = lines(&ask(&urls, &["--json"])).iter().map(|line| line["allowed"].clone()).collect();
    assert_eq!(allowed, [false, true, true]);
    assert!(ask(&urls[..1], &[]).stdout.contains("not allowed (line 2: Disallow: /secret/)"));
}
