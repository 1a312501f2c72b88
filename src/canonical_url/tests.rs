//! Pairs that are one address, pairs that are two, and what holds for all.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use super::*;
use proptest::prelude::*;

fn of(text: &str) -> String {
    canonical(&Url::parse(text).unwrap()).into()
}

#[test]
fn spellings_of_one_address_agree() {
    for line in
        include_str!("../../tests/fixtures/urls/same.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let (given, expected) = line.split_once(" = ").unwrap();
        assert_eq!(canonical_text(given), expected, "{given}");
    }
}

#[test]
fn different_articles_stay_different() {
    for line in
        include_str!("../../tests/fixtures/urls/different.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let (one, other) = line.split_once(" ! ").unwrap();
        assert_ne!(canonical_text(one), canonical_text(other), "{one} and {other}");
    }
}

#[test]
fn published_pairs_agree() {
    let Some(file) = crate::text::corpora::corpus("urls/equiv_core.json") else { return };
    let pairs: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let pairs = pairs.as_array().unwrap();
    let apart: Vec<_> = pairs
        .iter()
        .map(|pair| (pair["input"].as_str().unwrap(), pair["same_as"].as_str().unwrap()))
        .map(|(a, b)| (a, b, canonical_text(a), canonical_text(b)))
        .filter(|(_, _, a, b)| a != b)
        .collect();
    assert!(apart.is_empty(), "{} of {}: {apart:#?}", apart.len(), pairs.len());
}

#[test]
fn the_key_is_the_identity_or_the_address_without_scheme() {
    let arc = Regex::new("-([A-Z2-7]{26})/?$").unwrap();
    let slash = Regex::new(r"/(\d{5,})/$").unwrap();
    let bare = Regex::new(r"ar-[A-Za-z0-9]+").unwrap();
    let id = "EHCKK7J27BAX3KJYL35B25DSCM";
    for (url, identity, expected) in [
        (format!("https://www.paper.example/a/b-{id}/?utm_source=x#top"), Some(&arc), format!("id:{id}")),
        (format!("http://paper.example/c/other-{id}"), Some(&arc), format!("id:{id}")),
        ("https://www.paper.example/a/12345/".to_owned(), Some(&slash), "id:12345".to_owned()),
        ("https://portal.example/x/ar-AA1b?ocid=z".to_owned(), Some(&bare), "id:ar-AA1b".to_owned()),
        ("https://www.paper.example/about/".to_owned(), Some(&arc), "paper.example/about".to_owned()),
        ("http://www.paper.example/about".to_owned(), None, "paper.example/about".to_owned()),
        ("http://127.0.0.1:8080/a/".to_owned(), None, "127.0.0.1:8080/a".to_owned()),
    ] {
        assert_eq!(key(&Url::parse(&url).unwrap(), identity), expected, "{url}");
    }
}

#[test]
fn redirect_links_that_carry_their_address_are_opened() {
    for (given, expected) in [
        (
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=67&url=https%3a%2f%2fpaper.example%2fa%2far-AA1&c=158&mkt=fr-fr",
            Some("https://paper.example/a/ar-AA1"),
        ),
        (
            "https://www.google.com/url?rct=j&sa=t&url=https://paper.example/a%3Fb%3D1&ct=ga",
            Some("https://paper.example/a?b=1"),
        ),
        ("https://www.google.com/url?q=https%3A%2F%2Fpaper.example%2Fa&sa=D", Some("https://paper.example/a")),
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2Fa%3Ffbclid%3D9&h=AT0",
            Some("https://paper.example/a?fbclid=9"),
        ),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fpaper.example%2Fa&data=05",
            Some("https://paper.example/a"),
        ),
        (
            "https://news.example/redirect?target=https%253A%252F%252Fpaper.example%252Fa",
            Some("https://paper.example/a"),
        ),
        ("https://news.example/out/https://paper.example/a?b=1", Some("https://paper.example/a?b=1")),
        (
            "https://r.search.example/_ylt=x/RU=https%3a%2f%2fpaper.example%2fa/RK=2/RS=q",
            Some("https://paper.example/a"),
        ),
        ("https://rd.example/rss/x/*http://paper.example/a", Some("http://paper.example/a")),
        (
            "https://a.example/r?url=https%3A%2F%2Fb.example%2Fclick%3Fu%3Dhttps%253A%252F%252Fpaper.example%252Fa",
            Some("https://paper.example/a"),
        ),
        (
            "https://news.google.com/rss/articles/CBMiG2h0dHBzOi8vcGFwZXIuZXhhbXBsZS9hLWItY9IBAA?oc=5",
            Some("https://paper.example/a-b-c"),
        ),
        (
            "https://news.google.com/articles/CBMirAFodHRwczovL3BhcGVyLmV4YW1wbGUvbG9uZy1uYW1lLWxvbmctbmFtZS1sb25nLW5hbWUtbG9uZy1uYW1lLWxvbmctbmFtZS1sb25nLW5hbWUtbG9uZy1uYW1lLWxvbmctbmFtZS1sb25nLW5hbWUtbG9uZy1uYW1lLWxvbmctbmFtZS1sb25nLW5hbWUtbG9uZy1uYW1lLWxvbmctbmFtZS1sb25nLW5hbWUt0gEA",
            Some(
                "https://paper.example/long-name-long-name-long-name-long-name-long-name-long-name-long-name-long-name-long-name-long-name-long-name-long-name-long-name-long-name-long-name-",
            ),
        ),
        ("https://news.google.com/rss/articles/CBMiogFBVV95cUxQ?oc=5", None),
        ("https://news.google.com/rss/articles/CBMi_______?oc=5", None),
        (
            "https://out.forum.example/t3_1abc?url=https%3A%2F%2Fpaper.example%2Fa&token=x",
            Some("https://paper.example/a"),
        ),
        ("https://links.paper.example/an-article-with-name?url=https%3A%2F%2Fpaper.example%2Fa", None),
        ("https://go.example/t3?url=https%3A%2F%2Fpaper.example%2Fa", None),
        ("https://news.example/redirect?to=/inside", None),
        ("https://news.example/redirect?url=javascript:alert(1)", None),
        ("https://news.example/redirect?url=ftp%3A%2F%2Fpaper.example%2Fa", None),
        ("https://news.example/a-long-article-name?url=https%3A%2F%2Fpaper.example%2Fa", None),
        ("https://archive.example/web/2024/https://paper.example/a", None),
        ("https://news.example/sharer.php?u=https%3A%2F%2Fpaper.example%2Fa", None),
    ] {
        let found = unwrap_redirect(&Url::parse(given).unwrap());
        assert_eq!(found.as_ref().map(Url::as_str), expected, "{given}");
    }
}

#[test]
fn redirect_links_are_opened_five_deep() {
    let wrap = |inner: &str| {
        let mut outer = Url::parse("https://news.example/redirect").unwrap();
        outer.query_pairs_mut().append_pair("url", inner);
        String::from(outer)
    };
    let mut text = "https://paper.example/a".to_owned();
    for _ in 0..5 {
        text = wrap(&text);
    }
    assert_eq!(unwrap_redirect(&Url::parse(&text).unwrap()).unwrap().as_str(), "https://paper.example/a");
    assert_eq!(unwrap_redirect(&Url::parse(&wrap(&text)).unwrap()), None);
}

#[test]
fn sites_are_registrable_domains() {
    for (a, b, same) in [
        ("https://www.paper.co.uk/a", "http://news.paper.co.uk/", true),
        ("https://paper.co.uk/a", "https://other.co.uk/a", false),
        ("https://a.github.io/", "https://b.github.io/", false),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8002/", false),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001/x", true),
        ("http://localhost/", "http://localhost:80/", true),
        ("http://localhost:1/", "http://localhost:2/", false),
        ("http://1.0.0.127/", "http://2.0.0.127/", false),
        ("https://paper.example./", "https://paper.example/", true),
        ("mailto:a@paper.example", "mailto:a@paper.example", false),
    ] {
        assert_eq!(same_site(&Url::parse(a).unwrap(), &Url::parse(b).unwrap()), same, "{a} {b}");
    }
    assert_eq!(site_key(&Url::parse("https://WWW.Paper.co.uk/").unwrap()), "paper.co.uk");
}

#[test]
fn long_and_odd_addresses_take_no_time() {
    for (start, part, times) in [
        ("https://paper.example/", "index.html/", 130),
        ("https://paper.example/", "amp/", 500),
        ("https://paper.example/", ";jsessionid", 180),
        ("https://paper.example/?", "a&", 1_000),
        ("https://", "www.", 8),
        ("https://paper.example/r?url=", "https://paper.example/r?url=", 65),
        ("https://paper.example/", "r/http://", 200),
        ("https://paper.example/", "x", 600_000),
        ("https://paper.example/r?", "a&", 300_000),
    ] {
        crate::text::growth::assert_linear(part, |n| {
            let end = if part == "www." { "paper.example/" } else { "" };
            let text = format!("{start}{}{end}", part.repeat(times * n));
            of(&text);
            unwrap_redirect(&Url::parse(&text).unwrap());
        });
    }
}

proptest! {
    #[test]
    fn twice_is_once(text in r"https?://(www\.|m\.|amp\.)?[a-z]{1,3}\.(com|co\.uk|test)(:[0-9]{2,4})?(/(amp|index\.html|r|redirect|a-b-c|[a-zA-Z0-9%;&=.~+'-]{0,8})){0,4}/?(\?[a-z0-9=&%+;'/:.{}]{0,40})?(#.{0,6})?") {
        if let Ok(url) = Url::parse(&text) {
            let once = canonical(&url);
            prop_assert_eq!(canonical(&once), once);
        }
    }

    #[test]
    fn wrapped_twice_is_once(inner in r"https?://[a-z]{1,3}\.com/(r|out|redirect|url|go)\?(url|u|q)=https?(:|%3A|%253A)(//|%2F%2F|%252F%252F)[a-z]{1,3}\.com(/|%2F)(r|amp|l\.php)?(\?|%3F)?(u|url)?(=|%3D)?[a-z:/%0-9]{0,20}") {
        if let Ok(url) = Url::parse(&inner) {
            let once = canonical(&url);
            prop_assert_eq!(canonical(&once), once);
        }
    }

    #[test]
    fn no_text_is_too_odd(text in "(https?://)?.{0,60}") {
        canonical_text(&text);
        if let Ok(url) = Url::parse(&text) {
            let once = canonical(&url);
            prop_assert_eq!(canonical(&once), once);
            let _ = (unwrap_redirect(&url), key(&url, None), site_key(&url));
        }
    }
}

#[test]
fn what_is_shown_keeps_the_outlets_spelling() {
    for (url, shown) in [
        ("http://www.a.example/x/Y-Z/?utm_source=rss&id=7#top", "http://www.a.example/x/Y-Z/?id=7"),
        ("https://a.example/x?fbclid=1", "https://a.example/x"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?b=2&a=1"),
        ("https://a.example/x", "https://a.example/x"),
    ] {
        assert_eq!(clean(&Url::parse(url).unwrap()).as_str(), shown);
    }
}
