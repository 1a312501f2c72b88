//! Feeds that an HTML page declares with `<link rel="alternate">`, in every spelling, and links that look like feeds.

use std::collections::HashSet;

use url::Url;

use super::entry::resolve_link;
use super::xml::{XmlTag, XmlToken, XmlTokens};
use crate::article::Page;
use crate::text::cut::cut;
use crate::text::markup;

/// Limits: tokens of a page that are examined, feeds that are taken, and the length of a title.
const MAX_TOKENS: usize = 200_000;
const MAX_FEEDS: usize = 100;
const MAX_TITLE: usize = 200;

/// Media types of feeds, besides those recognised by their start or end.
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
/// Media types shared by feeds and other documents: the URL decides.
const VAGUE: [&str; 4] = ["application/xml", "text/xml", "application/json", ""];

/// A feed declared or linked on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFeed {
    /// Its URL, not yet requested.
    pub url: Url,
    /// Its title on the page; may be empty.
    pub title: String,
    /// Whether it is declared by `<link rel="alternate">`; otherwise it is only a link that looks like a feed.
    pub announced: bool,
}

/// The feeds of a page without duplicates: first the declared ones, in document order.
pub fn named_feeds(page: &Page) -> Vec<NamedFeed> {
    let mut base = page.url.clone();
    let mut found = Vec::new();
    let tokens = XmlTokens::new(&page.text).take(MAX_TOKENS);
    // Text inside scripts and comments is not markup; `Tokens` already skips comments.
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
                // Only the first `base` counts, and only for what follows it.
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

/// Parses `<link rel="alternate" type="application/rss+xml" href="…">` and its variants.
fn announced(tag: &XmlTag, base: &Url) -> Option<NamedFeed> {
    let value = |name| tag.attribute(name).unwrap_or_default();
    named_feed(&value("rel"), &tag.attribute("href")?, &value("type"), &value("title"), base)
}

/// A feed according to a link's `rel`, URL, media type and title; `None` if it is not one.
pub(super) fn named_feed(relation: &str, href: &str, kind: &str, title: &str, base: &Url) -> Option<NamedFeed> {
    let relation = relation.to_ascii_lowercase();
    let mut words = relation.split_ascii_whitespace();
    let feed = words.clone().any(|word| word == "feed");
    // An alternate style sheet is not an alternate page.
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

/// Resolves a URL; a `feed:` prefix or scheme is what browsers once supported.
fn address(href: &str, base: &Url) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') {
        return None;
    }
    let head = href.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("feed:"));
    let Some(rest) = href.get(5..).filter(|_| head) else { return resolve_link(href, base) };
    let whole = rest.strip_prefix("//").map(|rest| format!("{}://{rest}", base.scheme()));
    resolve_link(whole.as_deref().unwrap_or(rest), base)
}

/// Whether a link's text is about feeds ("RSS", "Onze RSS-feeds"), so that it leads to a feed or a page that lists
/// some. A headline has more words.
fn speaks_of_feeds(words: &str) -> bool {
    let parts: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).take(5).collect();
    parts.len() < 5 && parts.iter().any(|part| part.eq_ignore_ascii_case("rss"))
}

/// Whether a URL looks like a feed: `/rss`, `/feed/`, `news.xml`, `?format=rss` …
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
    fn declarations_are_found_in_every_spelling() {
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
    fn other_links_are_not_feeds() {
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
    fn declared_feeds_come_before_links_that_look_like_feeds() {
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
    fn links_with_text_about_feeds_are_found() {
        let page = r#"<a href="/overzicht">Onze <b>RSS</b>-feeds</a><a href="/abo" title="Flux RSS"><img src="i.png"></a>
            <a href="/india/1">RSS holds a march in the capital of the north</a><a href="/gross">Grossrss</a>"#;
        assert_eq!(named(page), ["? https://a.example/overzicht", "? https://a.example/abo"]);
    }

    #[test]
    fn the_published_test_cases_pass() {
        let Some(folder) = crate::text::corpora::corpus("autodiscovery") else { return };
        let cases = std::fs::read_to_string(folder.join("cases.json")).unwrap();
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
        // One expectation lacks a slash in the middle of a URL, which browsers keep.
        assert!(missed.len() <= 1 && missed.iter().all(|case| case.contains("http:/diveintomark")), "{missed:#?}");
    }
}
