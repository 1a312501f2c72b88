//! Finds the home pages behind an entrance page: a choice of languages, or a refresh.

use scraper::Selector;
use url::Url;

use crate::article::Page;
use crate::{canonical_url, html};

/// The most entrances that are followed: a site in three languages has three.
const MOST: usize = 3;
/// The longest page that is parsed, in bytes, and the most links that are examined.
const MAX_LENGTH: usize = 1_000_000;
const MAX_LINKS: usize = 1_000;

/// Languages used as parts of sites (ISO 639-1).
const LANGUAGES: [&str; 16] =
    ["nl", "fr", "en", "de", "it", "es", "pt", "ar", "fa", "tr", "pl", "ro", "ru", "uk", "lb", "da"];

/// The home pages behind a page: the target of its refresh, or else those of the languages that it offers.
pub fn entrances(page: &Page) -> Vec<Url> {
    let text = page.text.get(..page.text.floor_char_boundary(MAX_LENGTH)).unwrap_or_default();
    let Ok(document) = html::parse(text) else { return Vec::new() };
    let base = html::base_url(&document, &page.url);
    let is_other = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && canonical_url::same_site(url, &page.url)
            && (url.path(), url.host_str(), url.query()) != (page.url.path(), page.url.host_str(), page.url.query())
    };
    let refresh = html::first(&document, "meta[http-equiv='refresh' i]").and_then(|meta| meta.attr("content"));
    let target = refresh.and_then(refreshed).and_then(|target| base.join(target).ok());
    if let Some(url) = target.filter(is_other) {
        return vec![url];
    }
    let mut found: Vec<Url> = Vec::new();
    let Ok(links) = Selector::parse("a[href], link[rel='alternate' i][hreflang]") else { return found };
    for link in document.root_element().select(&links).take(MAX_LINKS) {
        let Some(mut url) = link.attr("href").and_then(|href| base.join(href.trim()).ok()) else { continue };
        url.set_fragment(None);
        if is_other(&url) && is_of_language(&url) && !found.contains(&url) {
            found.push(url);
        }
    }
    found.truncate(MOST);
    found
}

/// The URL in `0; url=/nl/`.
fn refreshed(content: &str) -> Option<&str> {
    let (_, rest) = content.split_once([';', ','])?;
    let rest = rest.trim();
    let rest =
        rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).and_then(|_| rest.get(3..)).unwrap_or(rest);
    let target = rest.trim().trim_start_matches('=').trim().trim_matches(['"', '\'']);
    (!target.is_empty()).then_some(target)
}

/// Whether a URL is the home page of a language: `/nl`, `/fr-be/`, `/en/index.html`, `https://nl.a.example/`.
fn is_of_language(url: &Url) -> bool {
    let is_language = |word: &str| {
        let word = word.to_ascii_lowercase();
        LANGUAGES.contains(&word.split(['-', '_']).next().unwrap_or_default()) && word.len() <= 5
    };
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => url.host_str().and_then(|host| host.split_once('.')).is_some_and(|(label, _)| is_language(label)),
        [language] => is_language(language),
        [language, page] => is_language(language) && (page.starts_with("index.") || *page == "home"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn entrances_are_found() {
        for (page, expected) in [
            ("<meta http-equiv=Refresh content=\"0; URL='/nl/'\"><a href=/fr>FR</a>", "https://www.a.example/nl/"),
            ("<meta http-equiv=refresh content=\"5;/start\">", "https://www.a.example/start"),
            ("<meta http-equiv=refresh content=\"300\">", ""),
            ("<meta http-equiv=refresh content=\"0;url=https://evil.example/\">", ""),
            ("<meta http-equiv=refresh content=\"0;url=javascript:x\">", ""),
            ("<meta http-equiv=refresh content=\"0;é\">", "https://www.a.example/%C3%A9"),
            (
                "<a href=/nl>N</a><a href='/fr/#x'>F</a><a href=/fr/>F</a><a href=/nl/nieuws/1>x</a><a href=/xx>x</a>",
                "https://www.a.example/nl https://www.a.example/fr/",
            ),
            ("<a href=https://nl.a.example>N</a><a href=https://de.evil.example/de>D</a>", "https://nl.a.example/"),
            (
                "<link rel=alternate hreflang=fr href=/fr-be/home><link rel=alternate hreflang=nl href=/nl-be/index.html>",
                "https://www.a.example/fr-be/home https://www.a.example/nl-be/index.html",
            ),
            ("<a href=/>home</a>", ""),
        ] {
            let page = Page { url: Url::parse("https://www.a.example/").unwrap(), text: page.to_owned() };
            let found: Vec<String> = entrances(&page).iter().map(Url::to_string).collect();
            assert_eq!(found.join(" "), expected, "{}", page.text);
        }
    }
}
