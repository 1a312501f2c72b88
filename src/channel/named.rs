//! The feeds that an HTML page names: `<link rel="alternate">` in every spelling, and links that look like feeds.

use std::collections::HashSet;

use url::Url;

use super::entry::link;
use super::xml::{XmlTag, XmlToken, XmlTokens};
use crate::article::Page;
use crate::text::cut::cut;
use crate::text::markup;

/// Tokens of a page that are looked at, feeds that are taken, and the longest title.
const MAX_TOKENS: usize = 200_000;
const MAX_FEEDS: usize = 100;
const MAX_TITLE: usize = 200;

/// Media types of feeds, besides those that merely begin or end like one.
const TYPES: [&str; 11] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/x.atom+xml",
    "application/x-atom+xml",
    "application/x-rss+xml",
    "application/rss",
    "application/atom",
    "text/rss",
    "text/rss+xml",
];
/// Media types that a feed may have, and other things too: the address decides.
const VAGUE: [&str; 4] = ["application/xml", "text/xml", "application/json", ""];

/// A feed that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFeed {
    /// Where it is; nobody has asked there yet.
    pub url: Url,
    /// What the page calls it; empty when it gives no name.
    pub title: String,
    /// Whether the page announces it to programs (`<link rel="alternate">`), or only links to what looks like a feed.
    pub announced: bool,
}

/// The feeds that a page names, each once: first those that it announces, in the order of the page.
pub fn named_feeds(page: &Page) -> Vec<NamedFeed> {
    let mut base = page.url.clone();
    let mut found = Vec::new();
    let tokens = XmlTokens::new(&page.text).take(MAX_TOKENS);
    // What stands in a script or a comment is no element; `Tokens` leaves comments out.
    let mut inside: Option<&'static str> = None;
    let mut based = false;
    let mut anchor: Option<(Url, String)> = None;
    for token in tokens {
        match token {
            XmlToken::Close(name) if inside.is_some_and(|hidden| hidden == name) => inside = None,
            _ if inside.is_some() => {}
            XmlToken::Open(tag) => match &*tag.name {
                "script" | "style" | "template" | "textarea" | "noscript" => {
                    const HIDING: [&str; 5] = ["script", "style", "template", "textarea", "noscript"];
                    inside = HIDING.into_iter().find(|name| *name == tag.name);
                }
                // The first one holds, and only for what follows it.
                "base" if !based => {
                    if let Some(url) = tag.attribute("href").and_then(|href| page.url.join(href.trim()).ok()) {
                        (base, based) = (url, true);
                    }
                }
                "link" => found.extend(announced(&tag, &base)),
                "a" => {
                    if let Some(feed) = announced(&tag, &base) {
                        found.push(feed);
                    } else if let Some(url) = tag.attribute("href").and_then(|href| address(&href, &base)) {
                        let title = tag.attribute("title").unwrap_or_default();
                        anchor = Some((url, title));
                    }
                }
                _ => {}
            },
            XmlToken::Text(text) => {
                if let Some((_, words)) = anchor.as_mut().filter(|(_, words)| words.len() < MAX_TITLE) {
                    words.push(' ');
                    words.push_str(cut(text, MAX_TITLE));
                }
            }
            XmlToken::Close(name) if name == "a" => {
                if let Some((url, words)) = anchor.take()
                    && found.len() < MAX_FEEDS * 2
                    && (looks_like_feed(&url) || speaks_of_feeds(&words))
                {
                    found.push(NamedFeed { url, title: markup::from_text(&words, MAX_TITLE), announced: false });
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|feed| !feed.announced);
    let mut seen = HashSet::new();
    found.retain(|feed| seen.insert(feed.url.clone()));
    found.truncate(MAX_FEEDS);
    found
}

/// `<link rel="alternate" type="application/rss+xml" href="…">` and its relatives.
fn announced(tag: &XmlTag, base: &Url) -> Option<NamedFeed> {
    let value = |name| tag.attribute(name).unwrap_or_default();
    named_feed(&value("rel"), &tag.attribute("href")?, &value("type"), &value("title"), base)
}

/// A feed by what a link says of it: `rel`, address, media type and title; `None` where it is none.
pub(super) fn named_feed(relation: &str, href: &str, kind: &str, title: &str, base: &Url) -> Option<NamedFeed> {
    let relation = relation.to_ascii_lowercase();
    let mut words = relation.split_ascii_whitespace();
    let feed = words.clone().any(|word| word == "feed");
    // An alternate style sheet is none of the page.
    if !feed && (!words.clone().any(|word| word == "alternate") || words.any(|word| word == "stylesheet")) {
        return None;
    }
    let url = address(href, base)?;
    let kind = kind.to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_feed = TYPES.contains(&kind) || (VAGUE.contains(&kind) && (feed || looks_like_feed(&url)));
    let title = markup::from_text(title, MAX_TITLE);
    is_feed.then_some(NamedFeed { url, title, announced: true })
}

/// An address in a page; `feed:` before it, or in place of its scheme, is what browsers once understood.
fn address(href: &str, base: &Url) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') {
        return None;
    }
    let head = href.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("feed:"));
    let Some(rest) = href.get(5..).filter(|_| head) else { return link(href, base) };
    let whole = rest.strip_prefix("//").map(|rest| format!("{}://{rest}", base.scheme()));
    link(whole.as_deref().unwrap_or(rest), base)
}

/// Whether the few words of a link are of feeds: "RSS", "Onze RSS-feeds". Behind them is a feed, or a page that names some;
/// a headline has more words.
fn speaks_of_feeds(words: &str) -> bool {
    let parts: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).take(5).collect();
    parts.len() < 5 && parts.iter().any(|part| part.eq_ignore_ascii_case("rss"))
}

/// Whether an address says itself that it is a feed: `/rss`, `/feed/`, `news.xml`, `?format=rss` …
fn looks_like_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    if path.contains("/wp-json") || path.contains("sitemap") || path.contains("oembed") {
        return false;
    }
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    let word = |part: &str| matches!(part, "rss" | "rss2" | "feed" | "feeds" | "atom" | "rdf" | "xml" | "flux-rss");
    word(ending)
        || path.split(['/', '.', '-', '_']).any(|part| matches!(part, "rss" | "rss2" | "feed" | "atom"))
        || url.query_pairs().any(|(name, value)| word(&name.to_lowercase()) || word(&value.to_lowercase()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    fn named(html: &str) -> Vec<String> {
        let page = Page { url: Url::parse("https://a.example/nl/index.html").unwrap(), text: html.to_owned() };
        named_feeds(&page)
            .into_iter()
            .map(|feed| format!("{}{}", if feed.announced { "" } else { "? " }, feed.url))
            .collect()
    }

    #[test]
    fn every_spelling_of_an_announcement() {
        for spelling in [
            r#"<link rel="alternate" type="application/rss+xml" href="rss.xml">"#,
            r"<LINK REL='ALTERNATE' TYPE='Application/RSS+XML' HREF='rss.xml'/>",
            r"<link rel=alternate type=application/atom+xml href=rss.xml>",
            "<link\r  rel=\" home alternate\tx \"\r  type=\" application/rss+xml ; charset=utf-8\"\n href=\" rss.xml\n\">",
            r#"<link href="&#114;ss.xml" type="application/rss&#x2b;xml" rel="&#65;lternate">"#,
            r#"<link rel="alternate" type="application/feed+json" href="/nl/rss.xml">"#,
            r#"<link rel="alternate" type="text/xml" href="./rss.xml">"#,
            r#"<link rel="alternate" href="rss.xml">"#,
            r#"<link rel="feed" href="rss.xml">"#,
            r#"<link rel="alternate" type="application/rss+xml" href="feed:https://a.example/nl/rss.xml">"#,
            r#"<link rel="alternate" type="application/rss+xml" href="feed://a.example/nl/rss.xml">"#,
            r#"<a rel="alternate" type="application/rss+xml" href="rss.xml">Alles</a>"#,
            r#"<base href="//a.example/nl/"><base href="/x/"><link rel="alternate" type="application/rss+xml" href="rss.xml">"#,
            r#"<link rel="alternate" type="application/rss+xml" href="rss.xml"><base href="https://b.example/">"#,
            r#"<!-- <link rel="alternate" type="application/rss+xml" href="old.xml"> --><script>if (a<b) c='<link rel="alternate" type="application/rss+xml" href="no.xml">'</script><link rel="alternate" type="application/rss+xml" href="rss.xml">"#,
        ] {
            assert_eq!(named(spelling), ["https://a.example/nl/rss.xml"], "{spelling}");
        }
    }

    #[test]
    fn what_is_no_feed_is_not_named() {
        for other in [
            r#"<link rel="alternate" hreflang="fr" href="/fr/">"#,
            r#"<link rel="alternate stylesheet" type="text/css" href="feed.css">"#,
            r#"<link rel="alter nate" type="application/rss+xml" href="rss.xml">"#,
            r#"<link rel="alternate" type="application/ rss+xml" href="rss.xml">"#,
            r#"<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">"#,
            r#"<link rel="alternate" type="application/json+oembed" href="/oembed?url=feed">"#,
            r#"<link rel="alternate" type="application/rss+xml" href="">"#,
            r#"<link rel="alternate" type="application/rss+xml" href="javascript:feed()">"#,
            r#"<link rel="alternate" type="application/rss+xml">"#,
            r#"<a href="/sport/">Sport</a>"#,
            r#"<link rel="sitemap" type="application/xml" href="/sitemap.xml"><a href="/sitemap.xml">Sitemap</a>"#,
        ] {
            assert_eq!(named(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn links_that_look_like_feeds_come_after_those_that_are_announced() {
        let page = r#"<a href="/feeds/sport.xml" title="Sport">RSS</a><a href="/rss">Alle feeds</a>
            <link rel="alternate" type="application/rss+xml" title="Nieuws &amp; meer" href="/rss.xml"><a href="/rss.xml">RSS</a>"#;
        assert_eq!(
            named(page),
            ["https://a.example/rss.xml", "? https://a.example/feeds/sport.xml", "? https://a.example/rss"]
        );
        let page = Page { url: Url::parse("https://a.example/").unwrap(), text: page.to_owned() };
        let titles: Vec<String> = named_feeds(&page).into_iter().map(|feed| feed.title).collect();
        assert_eq!(titles, ["Nieuws & meer", "Sport RSS", "Alle feeds"]);
    }

    #[test]
    fn links_that_speak_of_feeds_are_named() {
        let page = r#"<a href="/overzicht">Onze <b>RSS</b>-feeds</a><a href="/abo" title="Flux RSS"><img src="i.png"></a>
            <a href="/india/1">RSS holds a march in the capital of the north</a><a href="/gross">Grossrss</a>"#;
        assert_eq!(named(page), ["? https://a.example/overzicht", "? https://a.example/abo"]);
    }

    #[test]
    fn the_published_cases_are_met() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/autodiscovery");
        // Material that only developers have.
        let Ok(cases) = std::fs::read_to_string(folder.join("cases.json")) else { return };
        let cases: serde_json::Value = serde_json::from_str(&cases).unwrap();
        let mut missed = Vec::new();
        for case in cases.as_array().unwrap() {
            let text = std::fs::read_to_string(folder.join(case["html"].as_str().unwrap())).unwrap();
            let page = Page { url: Url::parse(case["page_url"].as_str().unwrap()).unwrap(), text };
            let found: Vec<String> = named_feeds(&page).into_iter().map(|feed| feed.url.to_string()).collect();
            if serde_json::json!(found) != case["expected"] {
                missed.push(format!("{}: {found:?} instead of {}", case["id"], case["expected"]));
            }
        }
        // One expectation has lost a slash in the middle of an address, which browsers keep.
        assert!(missed.len() <= 1 && missed.iter().all(|case| case.contains("http:/diveintomark")), "{missed:#?}");
    }
}
