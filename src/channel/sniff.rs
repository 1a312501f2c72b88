//! Detects whether a text is a feed, a sitemap, HTML or something else, and words the refusal.

use super::named::named_feeds;
use super::xml::{XmlToken, XmlTokens};
use super::{PageKind, Refusal};
use crate::article::Page;
use crate::i18n::{Cause, CauseCode};
use crate::text::clean::one_line_up_to;

/// The detected form of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    Empty,
    /// An XML feed.
    Xml,
    Json,
    Sitemap,
    /// One URL per line.
    Lines,
    Html,
    /// XML with another root element.
    Other(String),
    Unknown,
}

/// How many tags may precede the root of a feed.
const MAX_BEFORE: usize = 30;

/// Detects the form from the start of the text.
pub fn detect_form(text: &str) -> Form {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if start.is_empty() {
        return Form::Empty;
    }
    if start.starts_with('{') {
        return Form::Json;
    }
    let mut first = None;
    let mut before = 0;
    for token in XmlTokens::new(text) {
        let XmlToken::Open(tag) = token else { continue };
        let local = tag.name.split_once(':').map_or(tag.name.as_ref(), |(_, local)| local);
        match local {
            "rss" | "rdf" | "feed" | "channel" => return Form::Xml,
            // Atom's other document type: a single entry without a feed.
            "entry" if first.is_none() => return Form::Xml,
            "urlset" | "sitemapindex" => return Form::Sitemap,
            "html" => return Form::Html,
            "head" | "body" | "meta" | "script" | "div" | "p" | "title" if first.is_none() => return Form::Html,
            _ => {}
        }
        first.get_or_insert_with(|| local.to_owned());
        before += 1;
        if before > MAX_BEFORE {
            break;
        }
    }
    let head: String = start.chars().take(1_000).collect();
    if head.to_ascii_lowercase().contains("<!doctype html") {
        return Form::Html;
    }
    let address = |line: &&str| line.starts_with("http://") || line.starts_with("https://");
    match first {
        Some(name) => Form::Other(one_line_up_to(&name, 40)),
        None if start.lines().map(str::trim).find(|line| !line.is_empty()).as_ref().is_some_and(address) => Form::Lines,
        None => Form::Unknown,
    }
}

/// The kind of a page, judged by its text alone; `None` if it cannot announce articles.
pub fn sniff(page: &Page) -> Option<PageKind> {
    match detect_form(&page.text) {
        Form::Xml => Some(PageKind::Feed),
        Form::Json if super::json_feed::is_json_feed(&page.text) => Some(PageKind::Feed),
        Form::Sitemap | Form::Lines => Some(PageKind::Sitemap),
        Form::Html => Some(PageKind::Listing),
        Form::Empty | Form::Json | Form::Other(_) | Form::Unknown => None,
    }
}

/// Why a page of that form is not what was `wanted`.
pub fn refusal(page: &Page, form: Form, wanted: &str) -> Refusal {
    let feed = || named_feeds(page).into_iter().find(|feed| feed.announced);
    Refusal(match form {
        Form::Empty => Cause::new(CauseCode::EmptyAnswer, &[]),
        Form::Xml => Cause::new(CauseCode::IsFeed, &[&wanted]),
        Form::Json => Cause::new(CauseCode::IsJson, &[&wanted]),
        Form::Sitemap => Cause::new(CauseCode::IsSitemap, &[&wanted]),
        Form::Lines => Cause::new(CauseCode::IsLines, &[&wanted]),
        Form::Other(name) => Cause::new(CauseCode::IsXml, &[&wanted, &name]),
        Form::Unknown => Cause::new(CauseCode::IsUnknown, &[&wanted]),
        Form::Html if is_consent_page(page) => Cause::new(CauseCode::IsConsent, &[&wanted]),
        Form::Html => match feed() {
            Some(feed) => Cause::new(CauseCode::IsHtmlWithFeed, &[&wanted, &feed.url]),
            None => Cause::new(CauseCode::IsHtml, &[&wanted]),
        },
    })
}

/// Whether the URL of the response is that of a consent dialogue.
pub fn is_consent_page(page: &Page) -> bool {
    let host = page.url.host_str().unwrap_or_default();
    // The first label of `privacy.outlet.example`.
    let label = host.split_once('.').filter(|(_, rest)| rest.contains('.')).map_or("", |(label, _)| label);
    label.contains("privacy") || host.contains("consent") || page.url.path().contains("consent")
}
