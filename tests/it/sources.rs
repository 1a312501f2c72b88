//! `presswatch sources find`, `import` and `export`: outlets are found, taken over and handed on.

mod lasting;

use serde_json::Value;

use crate::answer::Answer;
use crate::pages::{Entry, rss, sitemap, sitemap_index};
use crate::server::Outlet;
use crate::world::{Done, World};

/// Headlines of an imagined gazette, in Dutch.
const HEADLINES: [&str; 6] = [
    "Kraanvogel landt op de kade van Halle",
    "Sluiswachter vervangt het oude slot",
    "Zeven sloten naar het museum van de haven",
    "Gemeenteraad beslist over de nieuwe brug",
    "Bakker opent een winkel op het plein",
    "Regen verwacht tot het eind van de week",
];

/// A feed with the first `count` headlines, one every twelve hours, the newest an hour old.
fn feed(outlet: &Outlet, count: usize) -> String {
    let dates = [
        "Sun, 11 Oct 2026 08:30:00 +0200",
        "Sat, 10 Oct 2026 20:30:00 +0200",
        "Sat, 10 Oct 2026 08:30:00 +0200",
        "Fri, 09 Oct 2026 20:30:00 +0200",
        "Fri, 09 Oct 2026 08:30:00 +0200",
        "Thu, 08 Oct 2026 20:30:00 +0200",
    ];
    let links: Vec<String> = (1..=count).map(|n| outlet.url(&format!("/artikel/{n}"))).collect();
    let entries: Vec<Entry> = (0..count)
        .map(|at| Entry {
            title: HEADLINES[at],
            link: &links[at],
            date: dates[at],
            lead: "Er stonden mensen te kijken op de brug.",
        })
        .collect();
    rss(&entries)
}

/// A home page with links to articles, and this in its head.
fn home(head: &str) -> String {
    let mut body = String::new();
    for (at, headline) in HEADLINES.iter().enumerate() {
        body += &format!("<h2><a href=\"/artikel/{}\">{headline}</a></h2><a href=\"/regio/\">Regio</a>\n", at + 1);
    }
    format!(
        "<!DOCTYPE html><html lang=\"nl\"><head><title>Nieuws uit Halle | De Gazet</title>\
         <meta property=\"og:site_name\" content=\"De Gazet\">{head}</head><body><nav><a href=\"/sport/\">Sport</a></nav><main>{body}</main></body></html>"
    )
}

const ALTERNATE: &str = "<link rel=alternate type=application/rss+xml title=\"De Gazet &amp; co\" href=/feeds/alles>";

fn find(world: &World, url: &str) -> Done {
    world.presswatch(&["sources", "find", url])
}

/// Comments as they read, however their lines are broken.
fn flat(text: &str) -> String {
    text.replace("\n#   ", " ").replace("\n    # ", " ")
}

/// What the found source is when it is pasted below the rest of the configuration.
fn pasted(world: &World, found: &Done) -> Done {
    world.configure(&found.stdout);
    world.presswatch(&["check"]).expect(0);
    world.presswatch(&["run", "--json"])
}

#[test]
fn an_announced_feed_becomes_a_source_that_can_be_pasted_and_crawled() {
    let outlet = Outlet::open();
    outlet.serve("/", home(ALTERNATE));
    outlet.serve("/feeds/alles", Answer::of("application/rss+xml", feed(&outlet, 6)));
    let world = World::with("");
    let found = find(&world, &outlet.url("/")).expect(0);
    let text = found.stdout.replace(&outlet.host(), "gazet.example");
    insta::assert_snapshot!("sources_find_feed", text);
    assert_eq!(found.stderr, "", "no terminal, no progress");
    let asked = outlet.news();
    assert!(asked.len() <= 4, "few requests: {asked:?}");
    assert_eq!(outlet.asked_for("/robots.txt").len(), 1, "asked once for all of them");
    let run = pasted(&world, &found).expect(0).json();
    assert_eq!((&run["channels_failed"], &run["items_new"]), (&0.into(), &6.into()), "{run}");
}

#[test]
fn feeds_in_a_link_header_are_found() {
    let outlet = Outlet::open();
    let header = "</wp-json/>; rel=\"https://api.w.org/\", </stroom>; rel=\"alternate\"; type=\"application/rss+xml\"";
    outlet.serve("/", Answer::of("text/html", home("")).header("Link", header));
    outlet.serve("/stroom", Answer::of("application/rss+xml", feed(&outlet, 3)));
    let world = World::with("");
    let found = find(&world, &outlet.url("/")).expect(0);
    assert!(found.stdout.contains(&format!("\"{}\"", outlet.url("/stroom"))), "{}", found.stdout);
    assert_eq!(pasted(&world, &found).expect(0).json()["items_new"], 3);
}

#[test]
fn a_language_choice_and_a_refresh_are_followed() {
    for door in [
        "<!DOCTYPE html><title>De Gazet</title><a href=/nl/>Nederlands</a> <a href=/fr/>Français</a>",
        "<!DOCTYPE html><title>De Gazet</title><meta http-equiv=refresh content='0; url=/nl/'>",
    ] {
        let outlet = Outlet::open();
        outlet.serve("/", Answer::of("text/html", door));
        outlet.serve("/nl/", home(ALTERNATE));
        outlet.serve("/feeds/alles", Answer::of("application/rss+xml", feed(&outlet, 3)));
        let world = World::with("");
        let found = find(&world, &outlet.url("/")).expect(0);
        assert!(found.stdout.contains(&format!("\"{}\"", outlet.url("/feeds/alles"))), "{}", found.stdout);
        // Without a feed the links of the language's page are read.
        outlet.serve("/nl/", home(""));
        let found = find(&world, &outlet.url("/")).expect(0);
        assert!(found.stdout.contains(&format!("url = \"{}\"", outlet.url("/nl/"))), "{}", found.stdout);
        assert_eq!(pasted(&world, &found).expect(0).json()["items_new"], 6);
    }
}

#[test]
fn where_nothing_is_announced_the_usual_places_are_tried_until_one_answers() {
    let outlet = Outlet::open();
    outlet.serve("/", home(""));
    outlet.serve("/rss.xml", Answer::of("text/html", feed(&outlet, 3)));
    let world = World::with("");
    let found = find(&world, &outlet.url("/")).expect(0);
    assert!(found.stdout.contains(&format!("\"{}\"", outlet.url("/rss.xml"))), "{}", found.stdout);
    assert!(found.stdout.contains("# Nothing was found at common paths: /feed/,"), "{}", found.stdout);
    assert_eq!(outlet.news(), ["/", "/feed/", "/news-sitemap.xml", "/rss.xml", "/sitemap-news.xml"]);
}

#[test]
fn robots_txt_names_sitemaps_and_an_index_leads_to_the_news() {
    let outlet = Outlet::open();
    outlet.serve("/", home(""));
    outlet.serve(
        "/robots.txt",
        Answer::text(&format!(
            "User-agent: *\nDisallow: /feed\nDisallow: /rss\nDisallow: /atom\nDisallow: /index\nSitemap: {}\n",
            outlet.url("/maps/index.xml")
        )),
    );
    outlet.serve(
        "/maps/index.xml",
        sitemap_index(&[
            (outlet.url("/maps/2019.xml"), "2019-12-31"),
            (outlet.url("/maps/nieuws.xml"), "2026-10-11"),
            (outlet.url("/maps/all.xml"), "2026-10-11"),
        ]),
    );
    let news: String = (1..=3).map(|n| format!("<url><loc>{}</loc><n:news><n:publication_date>2026-10-1{}T06:00:00Z</n:publication_date><n:title>{}</n:title><n:language>nl</n:language></n:news></url>", outlet.url(&format!("/artikel/{n}")), n % 2, HEADLINES[n])).collect();
    outlet.serve("/maps/nieuws.xml", format!("<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:n=\"http://www.google.com/schemas/sitemap-news/0.9\">{news}</urlset>"));
    outlet.serve(
        "/maps/all.xml",
        sitemap(&[(outlet.url("/about"), "2026-10-11"), (outlet.url("/artikel/1"), "2026-10-11")]),
    );
    let world = World::with("");
    let found = find(&world, &outlet.url("/")).expect(0);
    assert!(
        flat(&found.stdout).contains("3 items, back to Sat 10 Oct 08:00, newest Sun 11 Oct 08:00, about 2 a day"),
        "{}",
        found.stdout
    );
    assert!(
        found.stdout.contains(&format!(
            "nl
    \"{}\",
]",
            outlet.url("/maps/nieuws.xml")
        )),
        "{}",
        found.stdout
    );
    assert!(
        flat(&found.stdout).contains("an index of 3 sitemaps") && flat(&found.stdout).contains("all pages of the site"),
        "{}",
        found.stdout
    );
    for path in ["/feed/", "/rss.xml", "/maps/2019.xml"] {
        assert_eq!(outlet.asked_for(path).len(), 0, "{path} was asked");
    }
    let run = pasted(&world, &found).expect(0).json();
    assert_eq!((&run["channels_failed"], &run["items_new"]), (&0.into(), &3.into()), "{run}");
}

#[test]
fn where_there_is_neither_feed_nor_sitemap_the_links_of_the_home_page_are_proposed() {
    let outlet = Outlet::open();
    outlet.serve("/", home(""));
    let world = World::with("");
    let found = find(&world, &outlet.url("/")).expect(0);
    insta::assert_snapshot!("sources_find_pages", found.stdout.replace(&outlet.host(), "gazet.example"));
    let run = pasted(&world, &found).expect(0).json();
    assert_eq!((&run["channels_failed"], &run["items_new"]), (&0.into(), &6.into()), "{run}");
}

#[test]
fn a_page_about_feeds_is_read_for_them() {
    let outlet = Outlet::open();
    outlet.serve("/", home("").replace("</main>", "</main><a href=\"/rss-feeds\">RSS</a>"));
    outlet.serve(
        "/rss-feeds",
        "<!DOCTYPE html><p>Onze feeds: <a href=\"/f/sport.xml\">Sport</a> <a href=\"/f/alles.xml\">Alles</a>",
    );
    outlet.serve("/f/alles.xml", Answer::of("application/rss+xml", feed(&outlet, 6)));
    outlet.serve("/f/sport.xml", Answer::of("application/rss+xml", feed(&outlet, 2)));
    let world = World::with("");
    let found = find(&world, &outlet.url("/")).expect(0);
    assert!(found.stdout.contains(&format!("    \"{}\",\n", outlet.url("/f/alles.xml"))), "{}", found.stdout);
    assert!(flat(&found.stdout).contains("its items are in another feed too"), "{}", found.stdout);
    assert!(!found.stdout.contains("/rss-feeds"), "the page has done its work: {}", found.stdout);
}

#[test]
fn the_site_of_an_article_or_feed_is_examined() {
    let outlet = Outlet::open();
    outlet.serve("/", home(ALTERNATE));
    outlet.serve("/artikel/1", "<!DOCTYPE html><title>Eén artikel</title><p>Tekst");
    outlet.serve("/feeds/alles", Answer::of("application/rss+xml", feed(&outlet, 6)));
    for path in ["/artikel/1", "/feeds/alles"] {
        let found = find(&World::with(""), &outlet.url(path)).expect(0);
        assert!(found.stdout.contains(&outlet.url("/feeds/alles")), "{path}: {}", found.stdout);
        assert!(found.stdout.contains(&format!("site = \"{}\"", outlet.url(""))), "{path}: {}", found.stdout);
    }
}

#[test]
fn json_lists_everything_that_was_examined() {
    let outlet = Outlet::open();
    outlet.serve("/", home(&format!("{ALTERNATE}<link rel=alternate type=application/atom+xml href=/gone>")));
    outlet.serve("/feeds/alles", Answer::of("application/rss+xml", feed(&outlet, 6)));
    let done = World::with("").presswatch(&["sources", "find", &outlet.url("/"), "--json"]).expect(0);
    let found: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(
        (&found["name"], &found["language"], &found["known_as"]),
        (&"De Gazet".into(), &"nl".into(), &Value::Null)
    );
    let feed = &found["channels"][0];
    for (name, expected) in [
        ("kind", Value::from("feed")),
        ("url", outlet.url("/feeds/alles").into()),
        ("named_by", "the page announces it".into()),
        ("taken", true.into()),
        ("items", 6.into()),
        ("with_summary", 6.into()),
        ("oldest", "2026-10-08T18:30:00Z".into()),
        ("newest", "2026-10-11T06:30:00Z".into()),
        ("per_day", 2.0.into()),
        ("language", "nl".into()),
    ] {
        assert_eq!(feed[name], expected, "{name} of {feed}");
    }
    let gone = &found["channels"][1];
    assert_eq!((&gone["taken"], &gone["items"]), (&false.into(), &Value::Null), "{gone}");
    assert!(gone["why_not"].as_str().unwrap().contains("HTTP 404"), "{gone}");
    assert!(found["toml"].as_str().unwrap().starts_with("[[source]]\nname = \"De Gazet\"\n"), "{found}");
}

#[test]
fn refusals_are_reported_and_not_retried() {
    let outlet = Outlet::open();
    outlet.serve("/", Answer::error(403));
    let done = find(&World::with(""), &outlet.url("/")).expect(1);
    assert!(done.stderr.contains("could not find a feed, a sitemap or a listing page"), "{}", done.stderr);
    assert_eq!(outlet.news(), ["/"], "a door that is closed is not tried at other places");
    let silent = Outlet::unasked();
    let world = World::empty();
    world.write("sources.toml", "");
    let done = find(&world, &silent.url("/")).expect(1);
    assert!(done.stderr.contains("private"), "private addresses are guarded: {}", done.stderr);
    let done = find(&world, "ftp://gazet.example/").expect(2);
    assert!(done.stderr.contains("not an http or https URL") && done.stderr.contains("hint:"), "{}", done.stderr);
}

#[test]
fn a_hostile_site_can_neither_inject_control_characters_nor_stall() {
    let outlet = Outlet::open();
    let many: String = (0..500).map(|n| format!("<link rel=alternate type=application/rss+xml href=/f/{n}>")).collect();
    let head = format!("<meta property=\"og:site_name\" content='x\"&#10;[[watch]]&#10;name = \"&#27;[31m'>{many}");
    outlet.serve("/", home("").replace("<meta property=\"og:site_name\" content=\"De Gazet\">", &head));
    outlet.serve("/robots.txt", Answer::text(&"Sitemap: /maps/x\n".repeat(1000)));
    let world = World::with("");
    let done = find(&world, &outlet.url("/")).expect(0);
    assert!(!done.stdout.contains('\x1b') && !done.stdout.contains("\n[[watch]]"), "{}", done.stdout);
    assert!(outlet.asked().len() <= 30, "{} requests", outlet.asked().len());
    pasted(&world, &done).expect(0);
}

#[test]
fn a_known_site_is_reported() {
    let outlet = Outlet::open();
    outlet.serve("/", home(ALTERNATE));
    outlet.serve("/feeds/alles", Answer::of("application/rss+xml", feed(&outlet, 6)));
    let world =
        World::with(&format!("[[source]]\nname = \"De Gazet\"\nsite = \"{}\"\nenabled = false\n", outlet.url("/")));
    let found = find(&world, &outlet.url("/")).expect(0);
    assert!(
        found.stdout.contains("# The configuration already has a source for this site: De Gazet"),
        "{}",
        found.stdout
    );
    assert!(found.stdout.contains("name = \"De Gazet (2)\""), "names are unique: {}", found.stdout);
    let source = format!("[[source]]\nname = \"De Gazet\"\nsite = \"{}\"\n", outlet.url("/"));
    let world = World::with(&format!("{source}feeds = [\"{}\"]\n", outlet.url("/feeds/alles")));
    let found = find(&world, &outlet.url("/")).expect(0);
    assert!(found.stdout.contains("# It already has all channels that were found:"), "{}", found.stdout);
    assert!(found.stdout.lines().all(|line| line.is_empty() || line.starts_with('#')), "{}", found.stdout);
}

const OPML: &str = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.0"><head><title>Abonnements</title></head><body>
<outline text="Bruxelles">
  <outline text="L'�cho - Une" xmlUrl="https://www.echo.example/rss/une.xml" htmlUrl="https://www.echo.example/" type="rss"/>
  <outline title="L'�cho - Sport" xmlUrl="https://www.echo.example/rss/sport.xml" htmlUrl="https://www.echo.example/"/>
  <outline text="Phare" xmlUrl="https://phare.example/feed"></outline>
  <outline text="Phare" xmlUrl="https://phare.example/other" htmlUrl="https://other.example/"></outline>
</outline>
<outline text="Bad" xmlUrl="javascript:alert(1)"/>
"#;

#[test]
fn opml_is_imported_as_sources() {
    let world = World::empty();
    // Latin-1, as declared in the file.
    let bytes: Vec<u8> =
        OPML.chars().map(|c| if c == '\u{fffd}' { 0xc9 } else { u8::try_from(u32::from(c)).unwrap() }).collect();
    world.write("list.opml", bytes);
    let done = world.presswatch(&["sources", "import", "list.opml"]).expect(0);
    insta::assert_snapshot!("sources_import", done.stdout);
    assert_eq!(done.stderr, "warning: skipped a feed whose URL is not http or https: Bad javascript:alert(1)\n");
    world.write("sources.toml", &done.stdout);
    assert!(world.presswatch(&["check"]).expect(0).stdout.contains("3 sources with 4 channels"));
    // A second time there is nothing new.
    let again = world.presswatch(&["sources", "import", "list.opml", "-q"]).expect(0);
    assert_eq!(
        (again.stdout.as_str(), again.stderr.as_str()),
        ("# 0 feeds of 0 sources, from list.opml; 4 more are already in the configuration\n", "")
    );
    world.write("page.html", "<html><p>no list");
    assert!(world.presswatch(&["sources", "import", "page.html"]).expect(1).stderr.contains("it is not OPML"));
    world.presswatch(&["sources", "import", "missing.opml"]).expect(1);
}

#[test]
fn an_export_is_imported_unchanged() {
    let world = World::empty();
    let sources = "[[source]]\nname = \"Gazet & \\\"co\\\" <b>\"\nsite = \"https://www.gazet.example\"\nlanguage = \"nl\"\n\
        feeds = [\n    \"https://www.gazet.example/a.xml?x=1&y=2\",\n    \"https://feeds.example/gazet\",\n]\n\n\
        [[source]]\nname = \"Phare\"\nsite = \"https://phare.example\"\nlanguage = \"fr\"\nfeeds = [\"https://phare.example/feed\"]\n\n\
        [[source]]\nname = \"Phare du soir\"\nsite = \"https://soir.phare.example\"\nlanguage = \"fr\"\nfeeds = [\"https://phare.example/soir\"]\n";
    world.write("sources.toml", format!("{sources}\n[[source]]\nname = \"Pages\"\npages = [{{ url = \"https://pages.example/\", link = \"h2 a\" }}]\n"));
    let done = world.presswatch(&["sources", "export"]).expect(0);
    assert_eq!(done.stderr, "warning: skipped sources without a feed, because OPML lists only feeds: Pages\n");
    insta::assert_snapshot!("sources_export", done.stdout);
    let other = World::empty();
    other.write("list.opml", &done.stdout);
    let back = other.presswatch(&["sources", "import", "list.opml"]).expect(0).stdout;
    let back = back.split_once("\n\n").unwrap().1.replace("'Gazet & \"co\" <b>'", "\"Gazet & \\\"co\\\" <b>\"");
    assert_eq!(back, sources);
}

#[test]
fn check_accepts_the_output_of_import_and_find() {
    let outlet = crate::gazette::gazette(3);
    let marks = "\u{200f}\u{202b}Gazet\u{200e} van\u{61c} Kade\u{202c}\u{200f}";
    let home = format!("<title>{marks}</title><link rel=alternate type=application/rss+xml href=/feed><h1>x</h1>");
    outlet.serve("/", Answer::html(&home));
    let world = World::with("");
    let outline = |name: &str, feed: &str| format!("<outline text=\"{name}\" xmlUrl=\"{feed}\"/>");
    let opml = format!(
        "<opml version=\"2.0\"><body>{}{}</body></opml>",
        outline(marks, "http://a.example/feed"),
        outline("&#x200f;&#x200e;", "http://b.example/feed")
    );
    world.write("list.opml", opml);
    for args in [&["sources", "import", "list.opml"][..], &["sources", "find", &outlet.url("/")]] {
        let printed = world.presswatch(args).expect(0).stdout;
        assert!(printed.contains("name = \"Gazet van Kade\""), "{printed}");
        world.write("pasted.toml", &printed);
        world.presswatch(&["check", "--config", "pasted.toml"]).expect(0);
    }
}
