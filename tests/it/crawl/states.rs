//! Every item ends in one reported state, whatever its outlet does with ids, lengths and refusals.

use crate::answer::Answer;
use crate::gazette::{READ_ONCE, WATCH, config, gazette, print, source};
use crate::pages::{Entry, numbered_page, page, rss};
use crate::server::Outlet;
use crate::world::World;

const LEAD: &str = "A kraanvogel circled over the harbour for an hour.";

fn announce(outlet: &Outlet, paths: &[&str]) {
    let links: Vec<String> = paths.iter().map(|path| outlet.url(path)).collect();
    let entries: Vec<Entry> = links.iter().map(|link| Entry { title: "A bird", link, date: "", lead: LEAD }).collect();
    outlet.serve("/feed", rss(&entries));
}

#[test]
fn an_unreadable_article_is_shown_with_its_headline_and_lead_from_the_feed() {
    let wall = "<!DOCTYPE html><title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>";
    let consent = "<!DOCTYPE html><html><head><title>Cookies</title></head><body><h1>We value your privacy</h1><p>We and our partners store \
                   and access information on your device. Accept all cookies to continue to the site, or manage your choices.</p>\
                   <button>Accept all</button></body></html>";
    let cases = [
        ("out of service", Answer::error(503), "pending"),
        ("broken", Answer::error(500), "pending"),
        ("refused", Answer::error(403), "pending"),
        ("asking for money", Answer::error(402), "pending"),
        ("missing", Answer::error(404), "pending"),
        ("gone", Answer::error(410), "given_up"),
        ("a bot wall", Answer::html(wall), "pending"),
        ("a consent wall", Answer::html(consent), "pending"),
        ("too large", Answer::html("<p>and on</p>").endless(), "pending"),
        ("a PDF", Answer::of("application/pdf", "%PDF-1.7 ..."), "not_article"),
        ("forbidden by robots.txt", Answer::html(&numbered_page(1)), "disallowed"),
        ("a film", Answer::html("<meta property='og:type' content='video.other'><title>A bird</title>"), "not_article"),
        ("missing, it says", Answer::html("<title>Page not found</title><p>Try the front page.</p>"), "not_article"),
        ("nested without end", Answer::html(&"<div>".repeat(150_000)), "not_article"),
        ("without text", Answer::html(&page("A bird", "2026-10-10T10:00:00+02:00", &[])), "pending"),
    ];
    let cases: Vec<_> = cases.into_iter().map(|(name, answer, state)| (name, Outlet::open(), answer, state)).collect();
    let mut sources = format!("max_body = \"1MB\"\n{WATCH}");
    for (name, outlet, answer, _) in &cases {
        announce(outlet, &["/a/1"]);
        outlet.serve("/a/1", answer.clone());
        if name.contains("robots") {
            outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /a/\n"));
        }
        sources += &source(name, outlet);
    }
    let world = World::with(&sources);
    world.run();
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    for (name, outlet, _, state) in &cases {
        let found = world.one(&format!(
            "SELECT i.state, i.reason <> '', (SELECT count(*) FROM coverage WHERE outlet = s.name AND summary = '{LEAD}')
             FROM item i JOIN source s ON s.id = i.source_id WHERE s.name = '{name}'"
        ));
        assert_eq!(found, format!("{state} | 1 | 1"), "{name}: {:?}", world.sql("SELECT url, state, reason FROM item"));
        assert!(digest.contains(&outlet.url("/a/1")), "{name}: {digest}");
    }
    assert_eq!(digest.matches(" · headline and lead only").count(), cases.len(), "{digest}");
}

#[test]
fn a_newsflash_is_shown_at_once_and_refetched_for_its_text() {
    let (written, left) = (gazette(0), gazette(0));
    let flash = page("Flash", "2026-10-11T09:20:00+02:00", &["A kraanvogel landed."]);
    for outlet in [&written, &left] {
        let link = outlet.url("/a/1");
        outlet.serve("/feed", rss(&[Entry { title: "Flash", link: &link, date: "", lead: "" }])).serve("/a/1", &flash);
    }
    let mut world = World::with(&format!("{READ_ONCE}{WATCH}{}{}", source("Written", &written), source("Left", &left)));
    world.run();
    let coverage = "SELECT c.outlet, i.state, a.extent, c.summary || substr(a.text, 1, 27) FROM coverage c JOIN article a ON a.url = c.url \
                    JOIN item i ON i.article_id = a.id ORDER BY c.outlet DESC";
    let flash = "headline | A kraanvogel landed.";
    assert_eq!(world.sql(coverage), [format!("Written | pending | {flash}"), format!("Left | pending | {flash}")]);
    let digest = world.presswatch(&["digest"]).expect(0).stdout;
    assert!(digest.contains("headline and lead only so far"), "{digest}");
    written.serve("/a/1", numbered_page(1));
    for _ in 0..4 {
        world.hours_pass(15);
        world.run();
    }
    assert_eq!(
        world.sql(coverage),
        ["Written | read | full | The Kraanvogel with the num".to_owned(), format!("Left | not_article | {flash}")]
    );
    assert_eq!((written.asked_for("/a/1").len(), left.asked_for("/a/1").len()), (2, 3));
}

#[test]
fn a_listed_video_is_matched_by_the_text_of_its_page() {
    let outlet = gazette(0);
    let film = |published: &str| {
        let says = "A kraanvogel walks over the bridge for an hour.";
        Answer::html(&format!(
            "<title>Film</title><meta property='og:type' content='video.other'><meta property='og:description' content='{says}'>\
             <meta property='article:published_time' content='{published}'><h1>Film</h1><video src='/v.mp4'></video>"
        ))
    };
    outlet
        .serve(
            "/news",
            Answer::html(
                "<h2><a href='/film/1'>The film of the month</a></h2><h2><a href='/film/2'>The film of a year</a></h2>",
            ),
        )
        .serve("/film/1", film("2026-10-10T10:00:00Z"))
        .serve("/film/2", film("2016-10-10T10:00:00Z"));
    let pages = format!(
        "{WATCH}[[source]]\nname = \"Gazette\"\npages = [{{ url = \"{}\", link = \"h2 a\" }}]\n",
        outlet.url("/news")
    );
    let world = World::with(&pages);
    world.run();
    assert_eq!(
        world.sql("SELECT title, summary, published_at FROM coverage"),
        ["The film of the month | A kraanvogel walks over the bridge for an hour. | 2026-10-10T10:00:00Z"]
    );
}

#[test]
fn a_recording_is_matched_by_its_feed_and_not_downloaded() {
    let outlet = gazette(0);
    let feed = format!(
        "<rss><channel><item><title>Episode 12</title><enclosure url=\"{}\" type=\"audio/mpeg\"/><guid isPermaLink=\"false\">pod-12</guid>\
         <pubDate>Sun, 11 Oct 2026 08:00:00 +0200</pubDate><description>A kraanvogel is the guest.</description></item></channel></rss>",
        outlet.url("/12.mp3")
    );
    // An endless sound would be too large, and be requested again.
    outlet.serve("/feed", feed).serve("/12.mp3", Answer::of("audio/mpeg", "ID3").endless());
    let mut world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.sql("SELECT title, url FROM coverage"), [format!("Episode 12 | {}", outlet.url("/12.mp3"))]);
    assert_eq!(world.one("SELECT state FROM item"), "not_article");
    world.hours_pass(48);
    world.run();
    assert_eq!(outlet.asked_for("/12.mp3").len(), 1);
}

#[test]
fn a_listed_link_to_another_kind_of_page_is_not_a_mention() {
    let outlet = gazette(0);
    outlet
        .serve(
            "/news",
            Answer::html("<h2><a href='/a/kraanvogel-of-the-month'>The kraanvogel of the month, a gallery</a></h2>"),
        )
        .serve(
            "/a/kraanvogel-of-the-month",
            Answer::html("<title>The kraanvogel of the month</title><h1>Gallery</h1>"),
        );
    let pages = format!(
        "{WATCH}[[source]]\nname = \"Gazette\"\npages = [{{ url = \"{}\", link = \"h2 a\" }}]\n",
        outlet.url("/news")
    );
    let world = World::with(&pages);
    world.run();
    assert_eq!(
        world.one("SELECT state, reason, (SELECT count(*) FROM coverage) FROM item"),
        "not_article | no text | 0"
    );
}

#[test]
fn sources_counts_the_outcomes_of_items() {
    let outlet = gazette(0);
    announce(&outlet, &["/a/1", "/a/1?utm_source=x", "/short/1", "/b/2", "/gone", "/later", "/pdf", "/2020/01/02/old"]);
    let page = numbered_page(1);
    outlet
        .serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /b/\n"))
        .serve("/a/1", &page)
        .serve("/short/1", page.replace("</head>", "<link rel=canonical href=/a/1></head>"))
        .serve("/gone", Answer::error(410))
        .serve("/later", Answer::error(500))
        .serve("/pdf", Answer::of("application/pdf", "%PDF-1.7"));
    let world = World::with(&config(&outlet));
    let closing = world.presswatch(&["run", "-v"]).expect(0).stderr;
    let figures = "; 7 new items\n1 article read, 1 known under another URL, 1 too old, 1 not an article, \
                   1 closed by robots.txt, 1 given up, 1 left for the next run\n";
    assert!(closing.contains(figures), "{closing}");
    let shown = world.presswatch(&["sources"]).expect(0).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for count in [
        "1 read",
        "1 known under another URL",
        "1 too old",
        "1 closed by robots.txt",
        "1 not an article",
        "1 still to be read",
    ] {
        assert!(shown.contains(count), "{count}: {shown}");
    }
    assert_eq!(
        world.one("SELECT count(*), count(state), count(CASE WHEN state = 'pending' THEN next_try_at ELSE ended_at END) FROM item"),
        "7 | 7 | 7"
    );
    let ledger = world.presswatch(&["digest"]).expect(0).stdout;
    let figures = "\n    7 seen: 1 read, 1 known under another URL, 1 too old, 1 not an article, 1\n    \
                   closed by robots.txt, 1 given up, 1 still to be read\n";
    assert!(ledger.contains(figures), "{ledger}");
    // Waiting items are shown once, in this run and in the next.
    outlet.serve("/later", numbered_page(2));
    let summary: serde_json::Value =
        serde_json::from_str(&world.presswatch(&["run", "--force", "--json"]).expect(0).stdout).unwrap();
    assert_eq!(
        [&summary["items_new"], &summary["items_waited"], &summary["items_ended"], &summary["pending"]],
        [&0.into(), &1.into(), &serde_json::json!({ "read": 1 }), &0.into()]
    );
}

#[test]
fn items_that_failed_together_are_retried_at_different_times() {
    let outlet = gazette(0);
    announce(&outlet, &["/x/1", "/x/2", "/x/3", "/x/4", "/x/5"]);
    for n in 1..=5 {
        outlet.serve(&format!("/x/{n}"), Answer::error(500));
    }
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(DISTINCT next_try_at) FROM item WHERE state = 'pending'"), "5");
}

#[test]
fn shared_and_changing_ids_do_no_harm() {
    let outlet = gazette(3);
    let feed = |id: &dyn Fn(usize) -> String| {
        let mut n = 0;
        let feed = crate::pages::numbered_feed(|path| outlet.url(path), 3);
        feed.split("<guid isPermaLink=\"false\">")
            .map(|part| match part.split_once("</guid>") {
                Some((_, rest)) => {
                    n += 1;
                    format!("<guid isPermaLink=\"false\">{}</guid>{rest}", id(n))
                }
                None => part.to_owned(),
            })
            .collect::<String>()
    };
    let mut world = World::with(&format!("{READ_ONCE}{}", config(&outlet)));
    for ids in
        [&(|_| "1".to_owned()) as &dyn Fn(usize) -> String, &|n| format!("old-{n}"), &|n| format!("new-{n}"), &|_| {
            String::new()
        }]
    {
        outlet.serve("/feed", feed(ids));
        world.run();
        world.hours_pass(25);
    }
    assert_eq!(world.one("SELECT count(*), count(DISTINCT url) FROM coverage"), "3 | 3");
    assert_eq!(world.one("SELECT count(*) FROM item"), "3");
    assert_eq!(outlet.asked().iter().filter(|asked| asked.path.starts_with("/a/")).count(), 3, "each was read once");
}

#[test]
fn every_field_is_limited_and_without_control_characters() {
    let long = |start: &str| format!("{start} kraanvogel\u{1b}[31m\u{202e}\u{0}{}", "w\u{e9}rd ".repeat(40_000));
    let (name, path) = (long("Nora"), "p".repeat(30_000));
    let outlet = gazette(0);
    let escaped = |text: &str| text.replace('\u{1b}', "&#27;").replace('\u{0}', "");
    outlet.serve(
        "/feed",
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>{t}</title><language>{t}</language>\
             <item><title>{t}</title><link>{}</link><description>{t}</description><dc:creator>{t}</dc:creator><author>{t}</author>\
             <guid>{t}</guid><source url=\"http://x.example/\">{t}</source><category>{t}</category><pubDate>{t}</pubDate></item>\
             <item><title>x</title><link>{}</link></item></channel></rss>",
            outlet.url("/a/1"),
            outlet.url(&format!("/{path}")),
            t = escaped(&name),
        ),
    );
    let ld = serde_json::json!({"@type": "NewsArticle", "headline": name, "author": {"name": name}, "inLanguage": name,
        "articleSection": name, "image": outlet.url(&format!("/{path}.jpg")), "publisher": {"name": name}, "datePublished": "2026-10-10"});
    outlet.serve(
        "/a/1",
        Answer::html(&format!(
            "<!DOCTYPE html><html lang=\"{name}\"><head><title>{name}</title><meta property=\"og:site_name\" content=\"{name}\">\
             <link rel=canonical href=\"/{path}\"><meta name=tdm-reservation content=1><meta name=tdm-policy content=\"http://x.example/{path}\">\
             <script type=\"application/ld+json\">{ld}</script></head><body><article><h1>{name}</h1><p>{name}</p><p>{name}</p></article></body></html>"
        ))
        .header("etag", &format!("\"{}\"", "e".repeat(20_000))),
    );
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(
        world.one("SELECT count(*) FROM coverage"),
        "1",
        "{:?}",
        world.sql("SELECT substr(url, 1, 90), state, reason FROM item")
    );
    for (table, column) in world.text_columns() {
        let most = match column.as_str() {
            "text" => 1_000_000,
            _ => 20_000,
        };
        let longest = world.one(&format!("SELECT coalesce(max(length({column})), 0) FROM \"{table}\""));
        assert!(longest.parse::<usize>().unwrap() <= most, "{table}.{column}: {longest}");
        for value in world.sql(&format!("SELECT {column} FROM \"{table}\"")) {
            assert!(!value.contains(['\u{1b}', '\u{202e}', '\0']), "{table}.{column}: {}", value.escape_debug());
        }
    }
}

#[test]
fn empty_feeds_and_silent_sources_are_reported() {
    let (emptied, silent) = (gazette(5), gazette(0));
    let mut world = World::with(&format!("{WATCH}{}{}", source("Emptied", &emptied), source("Silent", &silent)));
    for day in 0..15 {
        let paths: Vec<String> = (0..4).map(|n| format!("/d/{day}-{n}")).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        announce(&silent, &paths);
        world.run();
        world.hours_pass(24);
    }
    emptied.serve("/feed", rss(&[]));
    for _ in 0..3 {
        world.run();
        world.hours_pass(24);
    }
    let digest = world.presswatch(&["digest"]).expect(0).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(digest.contains("it lists nothing; last time there were 5"), "{digest}");
    assert!(
        digest.contains("Silent")
            && digest.contains("silent: nothing new since Sun 25 Oct 08:30, although it had 4 items a day before"),
        "{digest}"
    );
    print(&emptied, 6);
    world.run();
    assert_eq!(world.one("SELECT state FROM channel ORDER BY id LIMIT 1"), "ok");
}

#[test]
fn a_304_may_carry_newer_validators() {
    let outlet = gazette(1);
    let mut world = World::with(&config(&outlet));
    world.run();
    let date = "Sun, 11 Oct 2026 07:00:00 GMT";
    outlet.serve("/feed", Answer::text("").status(304).etag("\"newer\"").last_modified(date));
    for (etag, modified) in [("\"1\"", None), ("\"newer\"", Some(date))] {
        world.hours_pass(8);
        world.presswatch(&["run", "--force"]).expect(0);
        let asked = outlet.asked_for("/feed").pop().unwrap();
        assert_eq!((asked.header("if-none-match"), asked.header("if-modified-since")), (Some(etag), modified));
    }
    // Both are taken over from a 200 with the same body, too.
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 1);
    outlet.serve("/feed", Answer::of("text/xml", feed).etag("\"third\""));
    world.hours_pass(25);
    world.run();
    assert_eq!(world.one("SELECT etag, last_modified FROM channel"), "\"third\" | NULL");
}
