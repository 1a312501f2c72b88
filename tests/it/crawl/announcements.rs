//! What channels say counts, the first time and each time; and one article is one, whoever announces it.

use crate::answer::Answer;
use crate::gazette::{READ_ONCE, WATCH, gazette, source};
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::World;

const TEXT: &str =
    "The harbour master has closed the lock on the quay for two days, since a part of the gate has to be mended.";
const REST: &str =
    "Boats go round by the old canal, he said, and the ferry sails every hour until the evening of the second day.";
const BIRD: &str =
    "A kraanvogel has landed on the gate in the afternoon, and nobody works there before it has gone on to the south.";

const MORNING: &str = "Sun, 11 Oct 2026 09:00:00 +0200";
const LATER: &str = "Sun, 11 Oct 2026 11:00:00 +0200";
const OLD: &str = "Sat, 01 Aug 2026 09:00:00 +0200";

/// The feed of an outlet has one entry from now on.
fn announce(outlet: &Outlet, path: &str, title: &str, date: &str, lead: &str) {
    outlet.serve("/feed", rss(&[Entry { title, link: &outlet.url(path), date, lead }]));
}

/// An outlet whose article does not have the watched word.
fn harbour() -> Outlet {
    let outlet = Outlet::open();
    outlet.serve("/a/1", page("The lock is closed", "2026-10-11T09:00:00+02:00", &[TEXT, REST]));
    outlet
}

/// An RSS feed of these items, as given.
fn feed_of(items: &str) -> Answer {
    Answer::of("application/rss+xml", format!("<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"))
}

fn world_of(outlet: &Outlet) -> World {
    World::with(&format!("{WATCH}{}", source("Harbour", outlet)))
}

fn run_again(world: &mut World, hours: i64) {
    world.hours_pass(hours);
    world.presswatch(&["run", "--force"]).expect(0);
}

fn mentions(world: &World) -> String {
    world.one("SELECT count(*) FROM coverage")
}

#[test]
fn headline_and_lead_of_a_feed_are_matched_beside_the_page() {
    for (title, lead, place, snippet) in [
        ("A kraanvogel on the lock", "", "channel_title", "A kraanvogel on the lock"),
        ("The lock is closed", "A kraanvogel sits on it.", "channel_summary", "A kraanvogel sits on it."),
    ] {
        let outlet = harbour();
        let html = page("The lock is closed", "2026-10-11T09:00:00+02:00", &[TEXT, REST]);
        outlet.serve("/a/1", html.replace("</head>", "<meta name=description content='The harbour master has closed the lock, and boats go round by the old canal.'></head>"));
        announce(&outlet, "/a/1", title, MORNING, lead);
        let world = world_of(&outlet);
        world.run();
        assert_eq!(
            world.one("SELECT title, terms, snippet FROM mention m JOIN article a ON a.id = m.article_id"),
            format!("The lock is closed | kraanvogel | {snippet}")
        );
        let hits: serde_json::Value = serde_json::from_str(&world.one("SELECT hits FROM mention")).unwrap();
        assert_eq!(hits[0]["field"], place);
    }
}

#[test]
fn headlines_of_sitemaps_and_listings_are_matched_too() {
    let outlet = harbour();
    let link = outlet.url("/a/1");
    let map = format!(
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>\
         <url><loc>{link}</loc><news:news><news:publication_date>2026-10-11T09:00:00+02:00</news:publication_date>\
         <news:title>A kraanvogel on the lock</news:title></news:news></url></urlset>"
    );
    outlet.serve("/map", Answer::of("application/xml", map));
    outlet.serve("/news", Answer::html("<h2><a href='/a/1'>A kraanvogel on the lock, and nobody works</a></h2>"));
    for channel in [
        format!("sitemaps = [\"{}\"]", outlet.url("/map")),
        format!("pages = [{{ url = \"{}\", link = \"h2 a\" }}]", outlet.url("/news")),
    ] {
        let world = World::with(&format!("{WATCH}[[source]]\nname = \"Harbour\"\n{channel}\n"));
        world.run();
        assert_eq!(mentions(&world), "1", "{channel}");
    }
}

#[test]
fn another_headline_of_a_known_item_is_matched_without_a_request() {
    let outlet = harbour();
    announce(&outlet, "/a/1", "The lock is closed", MORNING, "");
    let mut world = World::with(&format!("{READ_ONCE}{WATCH}{}", source("Harbour", &outlet)));
    world.run();
    assert_eq!(mentions(&world), "0");
    announce(&outlet, "/a/1", "A kraanvogel on the lock", MORNING, "");
    run_again(&mut world, 1);
    assert_eq!(mentions(&world), "1");
    assert_eq!(world.one("SELECT late, gone_at FROM mention"), "0 | NULL");
    // It appears and disappears, and is shown once.
    announce(&outlet, "/a/1", "The lock is closed", MORNING, "");
    run_again(&mut world, 3);
    assert_eq!((mentions(&world).as_str(), outlet.asked_for("/a/1").len()), ("1", 1));
}

#[test]
fn an_unmatched_page_is_read_again_when_its_channel_changes_its_date() {
    let outlet = harbour();
    announce(&outlet, "/a/1", "The lock is closed", MORNING, "");
    let mut world = world_of(&outlet);
    world.run();
    outlet.serve("/a/1", page("The lock is closed", "2026-10-11T09:00:00+02:00", &[TEXT, REST, BIRD]));
    run_again(&mut world, 2);
    assert_eq!((mentions(&world).as_str(), outlet.asked_for("/a/1").len()), ("0", 1), "its channel says nothing new");
    announce(&outlet, "/a/1", "The lock is closed", LATER, "");
    run_again(&mut world, 1);
    assert_eq!((mentions(&world).as_str(), outlet.asked_for("/a/1").len()), ("1", 2));
}

#[test]
fn a_page_that_is_only_dated_anew_is_requested_less_and_less_often() {
    let outlet = harbour();
    let mut world = world_of(&outlet);
    for hour in 0..24 {
        announce(&outlet, "/a/1", "The lock is closed", &format!("Sun, 11 Oct 2026 07:{:02}:00 +0000", 30 + hour), "");
        run_again(&mut world, 1);
    }
    assert_eq!(outlet.asked_for("/a/1").len(), 6, "after one hour, two, four, eight and sixteen");
}

#[test]
fn what_an_outlet_calls_gone_is_not_requested_again() {
    for (answer, requests) in [(Answer::error(410), 1), (Answer::of("application/pdf", "%PDF-1.7"), 2)] {
        let outlet = harbour();
        outlet.serve("/a/1", answer);
        announce(&outlet, "/a/1", "The lock is closed", MORNING, "");
        let mut world = world_of(&outlet);
        world.run();
        announce(&outlet, "/a/1", "The lock is open", LATER, "");
        run_again(&mut world, 2);
        assert_eq!(outlet.asked_for("/a/1").len(), requests);
    }
}

#[test]
fn rejected_items_are_fetched_when_announced_again() {
    let outlet = harbour();
    outlet.serve("/a/1", page("A kraanvogel on the lock", "2026-08-01T09:00:00+02:00", &[TEXT, REST]));
    announce(&outlet, "/a/1", "A kraanvogel on the lock", OLD, "");
    let mut world = world_of(&outlet);
    world.run();
    assert_eq!(world.one("SELECT state FROM item"), "too_old");
    announce(&outlet, "/a/1", "A kraanvogel on the lock", MORNING, "");
    run_again(&mut world, 1);
    assert_eq!((world.one("SELECT state FROM item").as_str(), mentions(&world).as_str()), ("read", "1"));

    let outlet = Outlet::open();
    outlet.serve("/a/1", Answer::html("<title>Page not found</title><p>Try the front page.</p>"));
    announce(&outlet, "/a/1", "The lock", MORNING, "");
    let mut world = world_of(&outlet);
    world.run();
    assert_eq!(world.one("SELECT state FROM item"), "not_article");
    outlet.serve("/a/1", page("The lock", "2026-10-11T09:00:00+02:00", &[TEXT, BIRD]));
    run_again(&mut world, 2);
    assert_eq!(outlet.asked_for("/a/1").len(), 1, "nothing new is said of it");
    announce(&outlet, "/a/1", "The lock is closed", MORNING, "");
    run_again(&mut world, 1);
    assert_eq!((world.one("SELECT state, tries FROM item").as_str(), mentions(&world).as_str()), ("read | 1", "1"));
}

#[test]
fn posts_of_a_live_blog_are_shown_individually() {
    let outlet = Outlet::open();
    outlet.serve("/live", page("Live from the quay", "2026-10-11T09:00:00+02:00", &[TEXT, REST]));
    let post = |n: u8, title: &str| {
        format!(
            "<item><title>{title}</title><link>{}</link><guid isPermaLink='false'>p{n}</guid></item>",
            outlet.url(&format!("/live#post-{n}"))
        )
    };
    outlet.serve(
        "/feed",
        feed_of(&(post(1, "The lock is closed") + &post(2, "A kraanvogel lands") + &post(3, "The kraanvogel leaves"))),
    );
    let world = world_of(&outlet);
    world.run();
    assert_eq!(world.sql("SELECT title FROM coverage ORDER BY title"), ["A kraanvogel lands", "The kraanvogel leaves"]);
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE url LIKE '%/live#post-_'"), "2");
    assert_eq!(outlet.asked_for("/live").len(), 1);
}

#[test]
fn the_feeds_text_is_used_if_the_page_is_a_notice_or_a_teaser() {
    let content = format!("<p>{TEXT}</p><p>{REST}</p><p>{BIRD}</p>");
    let teaser = page(
        "The lock is closed",
        "2026-10-11T09:00:00+02:00",
        &["The harbour master has closed the lock on the quay."],
    );
    let whole = page("The lock is closed", "2026-10-11T09:00:00+02:00", &[TEXT, REST, "The ferry sails."]);
    let notice = "<!DOCTYPE html><title>The lock</title><p>Read on in our app.</p>".to_owned();
    for (name, page, expected) in [
        ("a teaser", teaser, format!("{TEXT}\n{REST}\n{BIRD}")),
        ("a notice", notice, format!("{TEXT}\n{REST}\n{BIRD}")),
        ("as long", whole, format!("{TEXT}\n{REST}\nThe ferry sails.")),
    ] {
        let outlet = Outlet::open();
        outlet.serve("/a/1", page);
        outlet.serve("/feed", feed_of(&format!(
            "<item><title>The lock is closed</title><link>{}</link><pubDate>{MORNING}</pubDate><content:encoded><![CDATA[{content}]]></content:encoded></item>",
            outlet.url("/a/1")
        )));
        let world = world_of(&outlet);
        world.run();
        assert_eq!(world.sql("SELECT text FROM coverage"), [expected], "{name}");
        assert_eq!(world.one("SELECT content FROM item"), "", "{name}: it is not kept twice");
    }
}

const SHELL: &str =
    "<!DOCTYPE html><html><head><title>Search</title></head><body><c-wiz></c-wiz><script>1</script></body></html>";

/// An entry of a search, as aggregators write it.
fn result(link: &str, title: &str, outlet: &str, site: &str) -> String {
    format!(
        "<item><title>{title} - {outlet}</title><link>{link}</link><guid isPermaLink='false'>{link}</guid><pubDate>{MORNING}</pubDate>\
         <description>&lt;a href=\"{link}\"&gt;{title}&lt;/a&gt;&amp;nbsp;&lt;font&gt;{outlet}&lt;/font&gt;</description><source url=\"{site}\">{outlet}</source></item>"
    )
}

fn search(outlet: &Outlet, more: &str) -> String {
    format!("[[source]]\nname = \"Search\"\nsearches = [\"{}?q={{query}}\"]\n{more}", outlet.url("/s"))
}

#[test]
fn an_aggregator_that_changes_its_links_announces_one_article() {
    let aggregator = Outlet::open();
    let mut world = World::with(&format!("{WATCH}{}", search(&aggregator, "")));
    for hour in 0..4 {
        let link = aggregator.url(&format!("/read/{hour}"));
        aggregator.serve(&format!("/read/{hour}"), Answer::html(SHELL));
        aggregator
            .serve("/s?q=kraanvogel", feed_of(&result(&link, "A kraanvogel lands", "Blad", "https://blad.example")));
        run_again(&mut world, 1);
    }
    assert_eq!((mentions(&world).as_str(), world.one("SELECT count(*) FROM item").as_str()), ("1", "1"));
}

#[test]
fn an_article_and_its_search_result_are_one_article_of_the_outlet() {
    for first in ["Harbour", "Search"] {
        for link in ["shell", "redirect", "plain"] {
            let (outlet, aggregator) = (Outlet::open(), Outlet::open());
            let html = page("A kraanvogel lands", "2026-10-11T09:00:00+02:00", &[TEXT, BIRD]);
            outlet.serve("/a/1", html.as_str()).serve("/a/1?utm_source=s", html);
            announce(&outlet, "/a/1", "A kraanvogel lands", MORNING, "");
            aggregator.serve("/shell", Answer::html(SHELL));
            aggregator.serve("/redirect", Answer::redirect(302, &outlet.url("/a/1")));
            let place =
                if link == "plain" { outlet.url("/a/1?utm_source=s") } else { aggregator.url(&format!("/{link}")) };
            let entry = result(&place, "A kraanvogel lands", "The Harbour Post", &outlet.url("/"));
            aggregator.serve("/s?q=kraanvogel", feed_of(&entry));
            let world = World::with(&format!("{WATCH}{}{}", source("Harbour", &outlet), search(&aggregator, "")));
            world.presswatch(&["run", "--source", first]).expect(0);
            let early = world.sql("SELECT outlet FROM coverage");
            assert_eq!(early, ["Harbour"], "{first} first, {link}");
            world.run();
            assert_eq!(
                world.sql("SELECT outlet, title, original_outlet, text <> '' FROM coverage"),
                ["Harbour | A kraanvogel lands | NULL | 1"],
                "{first} first, {link}"
            );
            let digest = world.presswatch(&["digest"]).expect(0).stdout;
            assert!(!digest.contains("copy of"), "{first} first, {link}: {digest}");
            if link == "plain" {
                assert_eq!(
                    outlet.asked_for("/a/1").len() + outlet.asked_for("/a/1?utm_source=s").len(),
                    1,
                    "{first} first"
                );
            }
        }
    }
}

#[test]
fn what_a_source_announced_for_another_is_read_with_it_in_a_later_run() {
    let (outlet, aggregator) = (Outlet::open(), Outlet::open());
    outlet.serve("/a/1", Answer::error(503)).serve("/a/2", Answer::error(503));
    announce(&outlet, "/a/2", "A gull lands", MORNING, "");
    let entry = result(&outlet.url("/a/1"), "A kraanvogel lands", "The Harbour Post", &outlet.url("/"));
    aggregator.serve("/s?q=kraanvogel", feed_of(&entry));
    let mut world = World::with(&format!("{WATCH}{}{}", source("Harbour", &outlet), search(&aggregator, "")));
    world.run();
    world.hours_pass(12);
    let before = ["/a/1", "/a/2"].map(|path| outlet.asked_for(path).len());
    for path in ["/a/1", "/a/2"] {
        outlet.serve(path, page("A kraanvogel lands", "2026-10-11T09:00:00+02:00", &[TEXT, BIRD]));
    }
    let owners = "SELECT s.name FROM item i JOIN source s ON s.id = i.source_id WHERE url LIKE '%/a/1'";
    assert_eq!(world.sql(owners), ["Harbour"], "the item is the outlet's");
    let name = world.one("SELECT s.name FROM source s WHERE s.name <> 'Harbour'");
    world.presswatch(&["run", "--source", &name]).expect(0);
    let after = ["/a/1", "/a/2"].map(|path| outlet.asked_for(path).len());
    assert_eq!(after, [before[0] + 1, before[1]], "what it announced, and nothing else");
}

#[test]
fn an_entry_that_lists_several_outlets_is_several_articles() {
    let aggregator = Outlet::open();
    let point = |n: u8, title: &str, outlet: &str| {
        aggregator.serve(&format!("/read/{n}"), Answer::html(SHELL));
        format!(
            "&lt;li&gt;&lt;a href=\"{}\"&gt;{title}&lt;/a&gt;&amp;nbsp;&amp;nbsp;&lt;font&gt;{outlet}&lt;/font&gt;&lt;/li&gt;",
            aggregator.url(&format!("/read/{n}"))
        )
    };
    let list = point(1, "The lock is closed", "Gazet")
        + &point(2, "A kraanvogel on the lock", "Blad")
        + &point(3, "Quay: kraanvogel lands", "Krant");
    let entry = format!(
        "<item><title>The lock is closed - Gazet</title><link>{}</link><pubDate>{MORNING}</pubDate><description>&lt;ol&gt;{list}&lt;/ol&gt;</description><source url='https://gazet.example'>Gazet</source></item>",
        aggregator.url("/read/1")
    );
    aggregator.serve("/s?q=kraanvogel", feed_of(&entry));
    let world = World::with(&format!("{WATCH}{}", search(&aggregator, "")));
    world.run();
    assert_eq!(
        world.sql("SELECT original_outlet, title FROM coverage ORDER BY original_outlet"),
        ["Blad | A kraanvogel on the lock", "Krant | Quay: kraanvogel lands"]
    );
}

#[test]
fn only_applies_to_the_target_and_the_named_outlet() {
    let (inside, outside, aggregator) = (gazette(1), gazette(1), Outlet::open());
    let only = inside.url("").trim_start_matches("http://").trim_end_matches('/').to_owned();
    for (path, to) in [("/in", &inside), ("/out", &outside)] {
        aggregator.serve(path, Answer::redirect(302, &to.url("/a/1")));
    }
    aggregator.serve("/shell", Answer::html(SHELL));
    let item = |path: &str, source: &str| {
        let link = aggregator.url(path);
        format!("<item><title>A kraanvogel</title><link>{link}</link><pubDate>{MORNING}</pubDate>{source}</item>")
    };
    let named = |outlet: &Outlet| format!("<source url='{}'>The Post</source>", outlet.url("/"));
    for (name, item, expected) in [
        ("leads inside", item("/in", ""), "1 | read"),
        ("leads outside", item("/out", ""), "0 | out_of_scope"),
        ("named inside", item("/shell", &named(&inside)), "1 | not_article"),
        ("named outside", item("/shell", &named(&outside)), "0 | out_of_scope"),
        ("leads nowhere", item("/shell", ""), "0 | out_of_scope"),
    ] {
        aggregator.serve("/s?q=kraanvogel", feed_of(&item));
        let world = World::with(&format!("{WATCH}{}", search(&aggregator, &format!("only = [\"{only}\"]\n"))));
        let told = world.presswatch(&["run", "-v"]).expect(0).stderr;
        assert_eq!(world.one("SELECT (SELECT count(*) FROM coverage), state FROM item"), expected, "{name}");
        assert_eq!(told.contains("1 out of scope"), expected.contains("out_of_scope"), "{name}: {told}");
    }
}
