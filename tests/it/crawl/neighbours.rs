//! One bad source costs no other source anything.

use std::time::{Duration, Instant};

use crate::answer::{Answer, gzip};
use crate::gazette::{WATCH, gazette, source};
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::World;

const LIMITS: &str = "max_body = \"1MB\"\n";

fn feed_of(body: impl Into<Vec<u8>>) -> Answer {
    Answer::of("application/rss+xml", body)
}

/// A feed that is valid except for what is put into its title.
fn feed_with(title: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{title}</title></channel></rss>")
}

/// Responses that cannot be parsed as a feed, and the reasons in the ledger.
fn hopeless() -> Vec<(&'static str, Answer, &'static str)> {
    let well = rss(&[]);
    let bomb = gzip(&vec![b' '; 30_000_000]);
    vec![
        ("silent", Answer::silence(), "after 2s"),
        ("dripping", feed_of(feed_with(&"x".repeat(5_000))).dripping(Duration::from_millis(20)), "after 2s"),
        ("slow to begin", feed_of(well.as_str()).after(Duration::from_secs(4)), "after 2s"),
        ("garbage", Answer::raw(b"\x00\x01\x02 what is this \xff\xfe\r\n\r\n".as_slice()), ""),
        ("closing at once", Answer::raw(b"".as_slice()), ""),
        ("endless", feed_of("<?xml version=\"1.0\"?><rss><!-- and on and on -->").endless(), "larger than 1 MB"),
        ("bomb in transport", feed_of(bomb.clone()).header("content-encoding", "gzip"), "larger than 1 MB"),
        ("brotli bomb", feed_of(vec![b' '; 30_000_000]).brotli(), "larger than 1 MB"),
        ("deflate bomb", feed_of(vec![b' '; 30_000_000]).deflate(), "larger than 1 MB"),
        ("not really brotli", feed_of(well.as_str()).header("content-encoding", "br"), ""),
        ("bomb as a file", Answer::of("application/gzip", bomb), "larger than 1 MB"),
        ("not really gzip", feed_of(well.as_str()).header("content-encoding", "gzip"), ""),
        ("claiming too much", feed_of(well.as_str()).claiming_length(50_000_000), "larger than 1 MB"),
        ("endless headers", Answer::raw(format!("HTTP/1.1 200 OK\r\n{}", "x-more: and more\r\n".repeat(200_000))), ""),
        ("one huge header", feed_of(well.as_str()).header("x-huge", &"h".repeat(2_000_000)), ""),
        ("a loop", Answer::redirect(302, "/feed"), "redirects"),
        ("redirect to a file", Answer::redirect(302, "file:///etc/passwd"), ""),
        ("redirect to a private address", Answer::redirect(302, "http://10.11.12.13/feed"), "private"),
        ("redirect to an odd spelling", Answer::redirect(302, "http://0x0a.1/feed"), "private"),
        ("redirect without an address", Answer::of("text/plain", "").status(302), "redirect"),
        ("failing", Answer::error(500), "HTTP 500"),
        ("forbidding", Answer::error(403), "HTTP 403"),
        ("missing", Answer::error(404), "HTTP 404"),
        ("of unknown status", Answer::error(799), "799"),
        (
            "a page",
            Answer::html(
                "<!DOCTYPE html><html><head><title>Feeds</title></head><body><p>Our feeds have moved.</p></body></html>",
            ),
            "HTML",
        ),
        (
            "a bot wall",
            Answer::html(
                "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>",
            ),
            "bot wall",
        ),
        ("empty", feed_of(""), ""),
        ("binary", feed_of((0..=255).cycle().take(50_000).collect::<Vec<u8>>()), ""),
    ]
}

/// Answers that are odd, but of which something can be made.
fn odd() -> Vec<(&'static str, Answer)> {
    let lol = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\"><!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">]>";
    let outside = "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    vec![
        ("entity bomb", feed_of(feed_with("&g;&g;&g;").replace("<rss", &format!("{lol}<rss")))),
        ("external entity", feed_of(feed_with("&x;").replace("<rss", &format!("{outside}<rss")))),
        ("deep", feed_of(feed_with(&"<b>".repeat(200_000)))),
        (
            "many attributes",
            feed_of(feed_with(&format!("<b {}>", (0..50_000).map(|n| format!("a{n}='1' ")).collect::<String>()))),
        ),
        ("cut off", feed_of(rss(&[])).cut_at(60)),
        ("claiming too little", feed_of(rss(&[])).claiming_length(60)),
        ("lying about its charset", Answer::of("application/rss+xml; charset=utf-16", rss(&[]))),
        ("of unknown charset", Answer::of("application/rss+xml; charset=klingon", rss(&[]))),
    ]
}

#[test]
fn every_kind_of_bad_feed_beside_a_good_one() {
    let good = gazette(5);
    let hopeless: Vec<_> =
        hopeless().into_iter().map(|(name, answer, why)| (name, Outlet::open(), answer, why)).collect();
    let odd: Vec<_> = odd().into_iter().map(|(name, answer)| (name, Outlet::open(), answer)).collect();
    let mut sources = format!("{LIMITS}concurrency = 50\n{WATCH}{}", source("Good", &good));
    for (name, outlet, answer, _) in &hopeless {
        outlet.serve("/feed", answer.clone());
        sources += &source(name, outlet);
    }
    for (name, outlet, answer) in &odd {
        outlet.serve("/feed", answer.clone());
        sources += &source(name, outlet);
    }
    let world = World::with(&sources);
    world.edit("timeout = \"20s\"", "timeout = \"2s\"");
    let begun = Instant::now();
    let done = world.presswatch(&["run"]).expect(0);
    let took = begun.elapsed();
    // One after another, the timeouts of 2 s would take twice as long.
    assert!(took < Duration::from_secs(hopeless.len() as u64), "a few timeouts of 2 s are enough: {took:?}");

    assert_eq!(world.one("SELECT count(*) FROM coverage"), "5", "the good one is complete");
    for (name, _, _, why) in &hopeless {
        let state = world.one(&format!(
            "SELECT h.state, coalesce(h.reason, '') FROM channel h JOIN source s ON s.id = h.source_id WHERE s.name = '{name}'"
        ));
        let (state, reason) = state.split_once(" | ").unwrap();
        assert!(["failing", "blocked", "empty"].contains(&state), "{name}: {state}");
        assert!(!reason.is_empty() && reason.contains(why), "{name}: {state}: {reason:?} does not say {why:?}");
        assert!(reason.len() < 300, "{name}: {reason}");
        assert!(state == "empty" || done.stderr.contains(&format!(" of {name}: ")), "{name}: {}", done.stderr);
    }
    for (name, _, _) in &odd {
        let checked = world.one(&format!(
            "SELECT count(*) FROM poll p JOIN channel h ON h.id = p.channel_id JOIN source s ON s.id = h.source_id WHERE s.name = '{name}'"
        ));
        assert_eq!(checked, "1", "{name}");
    }
    let everything = format!(
        "{}{}{}",
        done.stderr,
        world.sql("SELECT * FROM channel").concat(),
        world.sql("SELECT * FROM item").concat()
    );
    assert!(!everything.contains("root:"), "an external entity was read");
}

#[test]
fn a_closed_port_and_an_unknown_host_are_reported() {
    let good = gazette(1);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let world = World::with(&format!(
        "{WATCH}{}[[source]]\nname = \"Closed\"\nfeeds = [\"http://{closed}/feed\"]\n[[source]]\nname = \"Nowhere\"\nfeeds = [\"http://no-such-host.invalid/feed\"]\n",
        source("Good", &good)
    ));
    let done = world.run();
    assert!(done.stderr.contains("of Closed: ") && done.stderr.contains("of Nowhere: "), "{}", done.stderr);
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
}

#[test]
fn every_kind_of_bad_article_beside_good_ones() {
    let outlet = gazette(3);
    let text =
        "The Kraanvogel came down on the quay at noon, and thirty people stood there to look at it until the evening.";
    let bad = [
        ("/silent", Answer::silence()),
        ("/garbage", Answer::raw(b"\x00\xff\xfe".as_slice())),
        ("/endless", Answer::html("<p>and on</p>").endless()),
        ("/bomb", Answer::html("").header("content-encoding", "gzip")),
        ("/loop", Answer::redirect(301, "/loop")),
        ("/private", Answer::redirect(301, "http://192.168.7.7/")),
        ("/error", Answer::error(500)),
        ("/binary", Answer::of("image/jpeg", (0..=255).cycle().take(9_000).collect::<Vec<u8>>())),
        ("/octets", Answer::of("text/html", (0..=255).cycle().take(9_000).collect::<Vec<u8>>())),
        ("/deep", Answer::html(&format!("{}<p>{text}</p>", "<div>".repeat(200_000)))),
        ("/cut", Answer::html(&page("Kraanvogel", "2026-10-10", &[text])).cut_at(300)),
        (
            "/wall",
            Answer::html(
                "<!DOCTYPE html><title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>",
            ),
        ),
        ("/empty", Answer::html("")),
    ];
    let links: Vec<String> =
        bad.iter().map(|(path, _)| outlet.url(path)).chain((1..=3).map(|n| outlet.url(&format!("/a/{n}")))).collect();
    let entries: Vec<Entry> = links
        .iter()
        .map(|link| Entry { title: "A bird", link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "" })
        .collect();
    outlet.serve("/feed", rss(&entries));
    for (path, answer) in bad {
        outlet.serve(path, answer);
    }
    let world = World::with(&format!("{LIMITS}{}", crate::gazette::config(&outlet)));
    world.edit("timeout = \"20s\"", "timeout = \"2s\"");
    world.run();
    assert_eq!(world.sql("SELECT count(*) FROM coverage WHERE url LIKE '%/a/%'"), ["3"]);
    let states = world.sql("SELECT replace(url, (SELECT min(url) FROM item), ''), state, coalesce(reason, '') FROM item WHERE url NOT LIKE '%/a/%'");
    for line in &states {
        let parts: Vec<&str> = line.split(" | ").collect();
        let read_as_far_as_it_goes = parts[0].ends_with("/deep");
        assert!(read_as_far_as_it_goes || ["pending", "not_article", "given_up"].contains(&parts[1]), "{line}");
        assert!(read_as_far_as_it_goes || !parts[2].is_empty(), "{line}: no reason");
    }
    assert_eq!(states.len(), 13);
}

#[test]
fn an_article_that_names_another_site_as_its_own_address_keeps_its_own() {
    let (outlet, other) = (gazette(1), Outlet::unasked());
    let page = crate::pages::numbered_page(1);
    let foreign = format!(
        "<link rel=\"canonical\" href=\"{}\"><meta property=\"og:url\" content=\"/\">",
        other.url("/elsewhere")
    );
    outlet.serve("/a/1", page.replace("</head>", &format!("{foreign}</head>")));
    let world = World::with(&crate::gazette::config(&outlet));
    world.run();
    assert_eq!(world.sql("SELECT url FROM coverage"), [outlet.url("/a/1")]);
}

#[test]
fn private_addresses_are_not_requested_unless_allowed() {
    let hidden = Outlet::unasked();
    hidden.serve("/feed", rss(&[]));
    let world = World::with(&crate::gazette::config(&hidden));
    world.edit("allow_private = [\"127.0.0.0/8\"]\n", "");
    let done = world.presswatch(&["run"]).expect(1);
    assert!(done.stderr.contains("private") && done.stderr.contains(&hidden.ip()), "{}", done.stderr);
    assert_eq!(hidden.asked().len(), 0);
}

#[test]
fn a_redirect_does_not_lead_into_a_private_network() {
    let (open, hidden) = (gazette(2), Outlet::unasked());
    hidden.serve(
        "/secret",
        page(
            "Kraanvogel",
            "2026-10-10",
            &["A secret that nobody may know about the Kraanvogel and its thirty friends."],
        ),
    );
    open.serve("/a/1", Answer::redirect(302, &hidden.url("/secret")));
    open.serve("/a/2", Answer::redirect(301, &hidden.url("/secret")));
    let world = World::with(&crate::gazette::config(&open));
    world.edit("127.0.0.0/8", &format!("{}/32", open.ip()));
    world.run();
    assert_eq!(hidden.asked().len(), 0);
    assert_eq!(world.one("SELECT count(*) FROM article WHERE text LIKE '%secret%'"), "0");
}

#[test]
fn a_host_name_can_be_allowed_instead_of_an_address() {
    let outlet = gazette(1);
    let port = outlet.host().rsplit(':').next().unwrap().to_owned();
    // localhost is 127.0.0.1: another outlet would have to listen there; refused is refused before that.
    let world = World::with(&format!(
        "{WATCH}[[source]]\nname = \"Local\"\nfeeds = [\"http://localhost:{port}/feed\"]\n{}",
        source("Gazette", &outlet)
    ));
    world.edit("127.0.0.0/8", &format!("{}/32", outlet.ip()));
    let done = world.run();
    assert!(
        done.stderr.contains("localhost is not on the public internet"),
        "{done:?} {:?}",
        world.sql("SELECT url, state, reason FROM channel")
    );
    world.edit(&format!("{}/32\"", outlet.ip()), &format!("{}/32\", \"localhost\"", outlet.ip()));
    let done = world.presswatch(&["run", "--force"]).expect(0);
    assert!(!done.stderr.contains("private"), "{}", done.stderr);
}
