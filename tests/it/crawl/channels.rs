//! Channels of every kind, and the addresses and charsets of what they announce.

use crate::answer::{Answer, gzip};
use crate::gazette::{WATCH, config, gazette};
use crate::pages::{Entry, numbered_page, rss, sitemap, sitemap_index};
use crate::server::Outlet;
use crate::world::World;

#[test]
fn feeds_of_every_format_are_parsed() {
    let outlet = Outlet::open();
    for n in 1..=6 {
        outlet.serve(&format!("/a/{n}"), numbered_page(n));
    }
    let link = |n: usize| outlet.url(&format!("/a/{n}"));
    let kinds = [
        ("/rss091", format!("<rss version=\"0.91\"><channel><title>t</title><item><title>One</title><link>{}</link></item></channel></rss>", link(1))),
        ("/rss1", format!("<?xml version=\"1.0\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\"><channel><title>t</title></channel><item rdf:about=\"{0}\"><title>Two</title><link>{0}</link></item></rdf:RDF>", link(2))),
        ("/rss2", rss(&[Entry { title: "Three", link: &link(3), date: "", lead: "" }])),
        ("/atom", format!("<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><entry><id>x</id><title>Four</title><link href=\"{}\"/></entry></feed>", link(4))),
        ("/json", serde_json::json!({ "version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{ "id": "5", "url": link(5), "title": "Five" }] }).to_string()),
        // Not well-formed: a bare &, an HTML entity, no end.
        ("/broken", format!("\n\n<rss version=\"2.0\"><channel><title>Q & A&nbsp;</title><item><title>Six</title><link>{}</link></item>", link(6))),
    ];
    let mut feeds = String::new();
    for (path, body) in kinds {
        outlet.serve(path, body);
        feeds += &format!("\"{}\", ", outlet.url(path));
    }
    let world = World::with(&format!("{WATCH}[[source]]\nname = \"Every make\"\nfeeds = [{feeds}]\n"));
    world.run();
    let expected: Vec<String> = (1..=6).map(|n| format!("Kraanvogel number {n} has landed")).collect();
    assert_eq!(world.sql("SELECT title FROM coverage ORDER BY url"), expected);
}

#[test]
fn one_article_under_many_addresses_appears_once() {
    let outlet = gazette(0);
    let links: Vec<String> = [
        "/a/1",
        "/a/1/",
        "/a/1?utm_source=rss&utm_campaign=x",
        "/a/1#comments",
        "/a/1?fbclid=123",
        "/a/1?xtor=RSS-1",
        "/go?url=",
    ]
    .iter()
    .map(|path| match path.strip_suffix("url=") {
        Some(go) => format!(
            "{}url={}",
            outlet.url(go),
            url::form_urlencoded::byte_serialize(outlet.url("/a/1").as_bytes()).collect::<String>()
        ),
        None => outlet.url(path),
    })
    .collect();
    for link in &links {
        outlet.serve(&link[outlet.url("").len()..], numbered_page(1));
    }
    let entries: Vec<Entry> = links.iter().map(|link| Entry { title: "A bird", link, date: "", lead: "" }).collect();
    outlet.serve("/feed", rss(&entries));
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
    assert!(outlet.news().len() <= 3, "the feed and the article, {:?}", outlet.asked());
}

#[test]
fn a_page_is_identified_by_its_canonical_url() {
    let outlet = gazette(0);
    let links = [outlet.url("/short/1"), outlet.url("/long/kraanvogel-1")];
    let own = format!("<link rel=\"canonical\" href=\"{}\"></head>", links[1]);
    let page = numbered_page(1).replace("</head>", &own);
    outlet.serve("/short/1", &page).serve("/long/kraanvogel-1", &page);
    let entries: Vec<Entry> = links.iter().map(|link| Entry { title: "A bird", link, date: "", lead: "" }).collect();
    outlet.serve("/feed", rss(&entries));
    let world = World::with(&config(&outlet));
    let summary = world.presswatch(&["run", "--json"]).expect(0).json();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
    assert_eq!(summary["duplicates"], 1, "{summary}");
    assert_eq!(world.sql("SELECT state FROM item ORDER BY state"), ["copy", "read"]);
}

#[test]
fn every_charset_is_read_as_browsers_do() {
    let outlet = gazette(0);
    let text =
        "La Kraanvogel s’est posée à l’écluse – c’était prévu – à midi, devant une foule ébahie de trente personnes.";
    let page = |head: &str| {
        format!(
            "<!DOCTYPE html><html lang=\"fr\"><head>{head}<title>Écluse</title></head><body><article><h1>Écluse</h1><p>{text}</p></article></body></html>"
        )
    };
    let windows = |text: &str| -> Vec<u8> {
        text.chars()
            .map(|c| match c {
                '’' => 0x92,
                '–' => 0x96,
                c => u8::try_from(u32::from(c)).unwrap(),
            })
            .collect()
    };
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff_u16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let cases = [
        ("/c/header", Answer::of("text/html; charset=windows-1252", windows(&page("")))),
        ("/c/latin", Answer::of("text/html; charset=ISO-8859-1", windows(&page("")))),
        ("/c/meta", Answer::of("text/html", windows(&page("<meta charset=\"windows-1252\">")))),
        (
            "/c/old-meta",
            Answer::of(
                "text/html",
                windows(&page("<meta http-equiv=\"content-type\" content=\"text/html; charset=iso-8859-15\">")),
            ),
        ),
        ("/c/guess", Answer::of("text/html", windows(&page("")))),
        ("/c/utf8", Answer::of("text/html", page(""))),
        ("/c/bom", Answer::of("text/html; charset=windows-1252", format!("\u{feff}{}", page("")))),
        ("/c/utf16", Answer::of("text/html", utf16(&page("")))),
    ];
    let links: Vec<String> = cases.iter().map(|(path, _)| outlet.url(path)).collect();
    let entries: Vec<Entry> = links.iter().map(|link| Entry { title: "Écluse", link, date: "", lead: "" }).collect();
    outlet.serve("/feed", rss(&entries));
    let count = cases.len();
    for (path, answer) in cases {
        outlet.serve(path, answer);
    }
    let world = World::with(&config(&outlet));
    world.run();
    let texts = world.sql("SELECT i.url, a.title, a.text FROM item i JOIN article a ON a.id = i.article_id ORDER BY 1");
    assert_eq!(texts.len(), count);
    for line in &texts {
        // ISO-8859-15 has no typographic quotes where windows-1252 has them; browsers and people do.
        let read = if line.contains("/c/old-meta") { line.replace(['\u{92}', '\u{96}'], "") } else { line.clone() };
        assert!(read.contains("Écluse") && read.contains("ébahie de trente personnes"), "{line}");
        assert!(read.contains("s’est posée") || line.contains("/c/old-meta"), "{line}");
    }
}

#[test]
fn responses_are_decoded_in_every_compression() {
    let outlet = gazette(3);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 3);
    outlet.serve("/feed", Answer::of("application/rss+xml", feed).brotli());
    outlet.serve("/a/1", Answer::html(&numbered_page(1)).brotli());
    outlet.serve("/a/2", Answer::html(&numbered_page(2)).gzip());
    outlet.serve("/a/3", Answer::html(&numbered_page(3)).deflate());
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /b\n").brotli());
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE text LIKE '%harbour master%'"), "3");
    assert_eq!(world.one("SELECT robots FROM host"), "User-agent: *\nDisallow: /b\n");
    let accepted = outlet.asked()[0].header("accept-encoding").unwrap_or_default().to_owned();
    assert!(["gzip", "deflate", "br"].iter().all(|how| accepted.contains(how)), "{accepted}");
}

#[test]
fn sitemap_indexes_are_followed_to_a_limit() {
    let outlet = gazette(0);
    let here = |path: &str| (outlet.url(path), "2026-10-11T06:00:00Z");
    outlet.serve("/index.xml", sitemap_index(&[here("/inner.xml"), here("/index.xml"), here("/loop.xml")]));
    outlet.serve("/loop.xml", sitemap_index(&[here("/index.xml"), here("/loop.xml")]));
    outlet.serve("/inner.xml", sitemap_index(&[here("/leaf.xml.gz")]));
    let leaf = sitemap(&[(outlet.url("/a/1"), "2026-10-11T06:00:00Z")]);
    outlet
        .serve("/leaf.xml.gz", Answer::of("application/x-gzip", gzip(leaf.as_bytes())))
        .serve("/a/1", numbered_page(1));
    let map = outlet.url("/index.xml");
    let world = World::with(&format!("{WATCH}[[source]]\nname = \"Maps\"\nsitemaps = [\"{map}\"]\n"));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
    assert_eq!(outlet.news(), ["/a/1", "/index.xml", "/inner.xml", "/leaf.xml.gz", "/loop.xml"]);
}

#[test]
fn a_search_is_requested_once_per_watch() {
    let outlet = gazette(0);
    for path in ["/q/A%20OR%20%22b%20c%22", "/q/caf%C3%A9%20%26%20thee", "/q/%22d%20e%22%20OR%20%28f%20NOT%20g%29"] {
        outlet.serve(path, rss(&[]));
    }
    let search = outlet.url("/q/{query}");
    let world = World::with(&format!(
        "[[watch]]\nname = \"1\"\nquery = 'A OR \"b c\"'\n[[watch]]\nname = \"2\"\nquery = 'x'\nsearch = 'café & thee'\n\
         [[watch]]\nname = \"3\"\nquery = '\"d e\" OR f NOT g'\n[[watch]]\nname = \"4\"\nquery = 'h'\nsources = [\"Elsewhere\"]\n\
         [[source]]\nname = \"Search\"\nsearches = [\"{search}\"]\n[[source]]\nname = \"Elsewhere\"\nenabled = false\nfeeds = [\"http://127.0.0.1/\"]\n"
    ));
    world.run();
    assert_eq!(
        outlet.news(),
        ["/q/%22d%20e%22%20OR%20%28f%20NOT%20g%29", "/q/A%20OR%20%22b%20c%22", "/q/caf%C3%A9%20%26%20thee"]
    );
}

#[test]
fn a_source_can_select_text_and_title() {
    let outlet = gazette(1);
    outlet.serve(
        "/a/1",
        "<html><body><h1>Menu</h1><h2 class=\"head\">The real headline</h2><div id=\"story\"><p>The Kraanvogel came down on the quay.</p>\
         <p class=\"ad\">Buy a flamingo, buy two!</p></div><article><p>A long text about something else entirely, which the reader would take for the article if nobody told him.</p></article></body></html>",
    );
    let world = World::with(&format!(
        "{}select = {{ text = \"#story\", title = \"h2.head\", remove = \".ad\" }}\n",
        config(&outlet)
    ));
    world.run();
    assert_eq!(
        world.sql("SELECT title, text FROM coverage"),
        ["The real headline | The Kraanvogel came down on the quay."]
    );
}

#[test]
fn only_the_named_source_is_crawled() {
    let (one, two) = (gazette(1), Outlet::unasked());
    two.serve("/feed", rss(&[]));
    let world = World::with(&format!("{}{}", config(&one), crate::gazette::source("Two", &two)));
    world.presswatch(&["run", "--source", "Gazette"]).expect(0);
    assert_eq!(two.asked().len(), 0);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
}

#[test]
fn a_date_in_the_future_does_not_keep_an_item_new() {
    let outlet = gazette(1);
    outlet.serve("/a/1", numbered_page(1).replace("2026-10-10T10:00:00+02:00", "2031-01-01T00:00:00Z"));
    let link = outlet.url("/a/1");
    outlet.serve(
        "/feed",
        rss(&[Entry { title: "Tomorrow", link: &link, date: "Wed, 01 Jan 2031 00:00:00 GMT", lead: "" }]),
    );
    let world = World::with(&config(&outlet));
    world.run();
    let published = world.one("SELECT published_at FROM coverage");
    assert!(published == "NULL" || published.as_str() <= crate::world::NOW, "{published}");
}

#[test]
fn a_channel_unchanged_for_a_day_is_requested_unconditionally_once() {
    let outlet = gazette(1);
    let mut world = World::with(&config(&outlet));
    let conditional = |outlet: &Outlet| -> Vec<bool> {
        outlet.asked_for("/feed").iter().map(|asked| asked.header("if-none-match").is_some()).collect()
    };
    world.run();
    // The server goes on sending the same validator with other content.
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 2);
    outlet.serve("/a/2", numbered_page(2)).serve("/feed", Answer::of("application/rss+xml", feed).etag("\"1\""));
    for _ in 0..3 {
        world.hours_pass(9);
        world.presswatch(&["run", "--force"]).expect(0);
    }
    assert_eq!(conditional(&outlet), [false, true, true, false]);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "2");
    world.hours_pass(1);
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(conditional(&outlet).last(), Some(&true), "and then conditionally again");
}
