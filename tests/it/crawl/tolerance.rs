//! HTTP as found in practice: malformed headers, stray bytes, undeclared encodings.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::answer::{Answer, gzip};
use crate::gazette::{WATCH, config, gazette, source};
use crate::pages::{Entry, numbered_feed, numbered_page, rss};
use crate::server::Outlet;
use crate::world::World;

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn encoded(body: impl Into<Vec<u8>>, codings: &str) -> Answer {
    Answer::of("text/html; charset=utf-8", body).header("content-encoding", codings)
}

/// Bytes that are in no encoding that we know.
fn noise() -> Vec<u8> {
    (0..4_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect()
}

/// An answer with these lines among its headers.
fn with_lines(lines: &[u8], body: &str) -> Answer {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n";
    let end = format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    Answer::raw([head, lines, end.as_bytes()].concat())
}

#[test]
fn malformed_header_lines_are_ignored() {
    let lines: [&[u8]; 9] = [
        b"PHP Warning: Unable to load dynamic library in Unknown on line 0\r\n",
        b"Content-Security-Policy: default-src 'self';\r\n img-src *\r\n\tfont-src *\r\n",
        b"Garbage line\r\n",
        b" a line that goes on from nothing\r\n",
        b"X-Blank : before the colon\r\n",
        b"X Blank: within the name\r\n",
        b": without a name\r\n",
        b"X-Latin: caf\xe9\r\nX-Control: a\x01b\r\n",
        b"X-Bare-Line-Feed: a\nX-Empty:\r\n",
    ];
    let outlet = gazette(lines.len());
    for (at, line) in lines.iter().enumerate() {
        outlet.serve(&format!("/a/{}", at + 1), with_lines(line, &numbered_page(at + 1)));
    }
    let world = World::with(&config(&outlet));
    world.run();
    let read = world.sql("SELECT url FROM item WHERE state <> 'read'");
    assert_eq!(read, Vec::<String>::new());
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE text LIKE '%harbour master%'"), lines.len().to_string());
}

#[test]
fn bytes_of_a_location_are_requested_as_they_are() {
    let outlet = gazette(2);
    let redirect = |place: &[u8]| {
        Answer::raw(
            [b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: ", place, b"\r\nConnection: close\r\n\r\n"]
                .concat(),
        )
    };
    outlet.serve("/a/1", redirect(b"/a/caf\xe9 dicht")).serve("/a/caf%E9%20dicht", numbered_page(1));
    outlet.serve("/a/2", redirect("/a/café-dicht".as_bytes())).serve("/a/caf%C3%A9-dicht", numbered_page(2));
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE text LIKE '%harbour master%'"), "2");
}

#[test]
fn every_content_encoding_is_decoded_declared_or_not() {
    let page = |n: usize| numbered_page(n).into_bytes();
    let answers = [
        encoded(raw_deflate(&page(1)), "deflate"),
        encoded(zstd(&page(2)), "zstd"),
        encoded(gzip(&raw_deflate(&page(3))), "deflate, gzip"),
        encoded(gzip(&gzip(&page(4))), "gzip"),
        encoded(page(5), "utf-8"),
        encoded(page(6), "gzip"),
        Answer::html("").header("x-none", "1"),
    ];
    let outlet = gazette(8);
    for (at, answer) in answers.into_iter().take(6).enumerate() {
        outlet.serve(&format!("/a/{}", at + 1), answer);
    }
    outlet
        .serve("/a/7", Answer::of("text/html", gzip(&page(7))))
        .serve("/a/8", Answer::of("text/html", zstd(&page(8))));
    let feed = numbered_feed(|path| outlet.url(path), 8);
    outlet.serve(
        "/feed",
        Answer::of("application/rss+xml", raw_deflate(feed.as_bytes())).header("content-encoding", "deflate"),
    );
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.sql("SELECT url FROM item WHERE state <> 'read'"), Vec::<String>::new());
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE text LIKE '%harbour master%'"), "8");
}

#[test]
fn an_unintelligible_response_does_not_affect_others() {
    let outlet = gazette(20);
    for n in 1..=6 {
        outlet.serve(&format!("/a/{n}"), encoded(noise(), "compress"));
    }
    for n in 7..=12 {
        outlet.serve(&format!("/a/{n}"), Answer::raw(b"HTTP/1.1 OK 200\r\n\r\n".as_slice()));
    }
    for n in 13..=18 {
        outlet.serve(&format!("/a/{n}"), Answer::of("text/plain", "").status(302));
    }
    let world = World::with(&config(&outlet));
    world.run();
    let found = world.sql("SELECT state, tries, reason, count(*) FROM item GROUP BY 1, 2, 3 ORDER BY 4 DESC, 3 DESC");
    assert_eq!(
        found,
        [
            "pending | 1 | what answers there is not valid HTTP: invalid HTTP status-code parsed | 6",
            "pending | 1 | its encoding (compress) could not be decoded | 6",
            "pending | 1 | a redirect without a usable URL (HTTP 302) | 6",
            "read | 1 | NULL | 2",
        ]
    );
    let told = world.one("SELECT count(*) FROM coverage WHERE text <> ''");
    assert_eq!(told, "2", "what cannot be decoded is never a text");
}

fn refresh(target: &str) -> Answer {
    Answer::html(&format!(
        "<html><head><title>Een kraanvogel</title><meta http-equiv=\"Refresh\" content=\"0; url={target}\"></head><body>U wordt doorverwezen</body></html>"
    ))
}

#[test]
fn a_refresh_is_a_redirect_of_one_hop_under_the_same_rules() {
    let outlet = Outlet::open();
    let paths = ["/go/meta", "/go/header", "/go/twice", "/go/private", "/go/forbidden", "/go/itself"];
    let links: Vec<String> = paths.iter().map(|path| outlet.url(path)).collect();
    let entries: Vec<Entry> = links
        .iter()
        .map(|link| Entry { title: "Een kraanvogel", link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "" })
        .collect();
    outlet
        .serve("/feed", rss(&entries))
        .serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /closed/\n"))
        .serve("/go/meta", refresh("/a/1"))
        .serve("/a/1", numbered_page(1))
        .serve("/go/header", Answer::html("<p>One moment").header("refresh", "1; url=/a/2"))
        .serve("/a/2", numbered_page(2))
        .serve("/go/twice", refresh("/go/again"))
        .serve("/go/again", refresh("/a/3"))
        .serve("/a/3", numbered_page(3))
        .serve("/go/private", refresh("http://10.11.12.13/a/4"))
        .serve("/go/forbidden", refresh("/closed/5"))
        .serve("/go/itself", Answer::html(&numbered_page(6)).header("refresh", "0; url=/go/itself#top"));
    let world = World::with(&format!("{WATCH}{}", source("Gazette", &outlet)));
    world.run();
    let asked = outlet.news();
    assert!(!asked.iter().any(|path| path == "/a/3" || path == "/closed/5"), "{asked:?}");
    assert_eq!(outlet.asked_for("/go/itself").len(), 1);
    let states = world.sql("SELECT url, state FROM item WHERE url LIKE '%/go/%' ORDER BY url");
    assert_eq!(
        states.iter().map(|state| &state[state.find("/go/").unwrap()..]).collect::<Vec<_>>(),
        [
            "/go/forbidden | disallowed",
            "/go/header | read",
            "/go/itself | read",
            "/go/meta | read",
            "/go/private | given_up",
            "/go/twice | not_article",
        ]
    );
}
