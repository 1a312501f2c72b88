//! What the fuzz targets share: an input as a page, and what must hold of everything that was announced.

use jiff::tz::TimeZone;
use presswatch::article::Page;
use presswatch::canonical_url::canonical;
use presswatch::channel::{Announced, MAX_ITEMS};
use presswatch::charset;
use url::Url;

/// Longest input, in bytes: everything must be fast on it, so that slowness shows as a timeout.
pub const LONGEST: usize = 64 * 1024;

/// The page that a server would have sent with these bytes; `None` when they are too many.
pub fn page(data: &[u8], address: &str) -> Option<Page> {
    let text = charset::decode(short(data)?, None);
    Some(Page { url: Url::parse(address).ok()?, text })
}

/// The bytes, unless there are too many of them.
pub fn short(data: &[u8]) -> Option<&[u8]> {
    (data.len() <= LONGEST).then_some(data)
}

/// A zone in which hours are skipped and repeated.
pub fn brussels() -> TimeZone {
    TimeZone::get("Europe/Brussels").expect("the zone database is built in")
}

/// That a string is one line of plain text of at most `most` characters.
pub fn assert_line(what: &str, text: &str, most: usize) {
    assert!(text.chars().count() <= most, "{what} is too long: {text:?}");
    assert!(!text.contains(char::is_control), "{what} holds a control character: {text:?}");
    assert!(!text.contains("  "), "{what} holds white space that is not folded: {text:?}");
    assert_eq!(text, text.trim(), "{what} is not trimmed");
}

/// That an address is one that can be asked for, and that it survives being written down.
pub fn assert_web(what: &str, url: &Url) {
    assert!(matches!(url.scheme(), "http" | "https"), "{what} is not on the web: {url}");
    assert!(url.has_host(), "{what} has no host: {url}");
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(url), "{what} is read back as another address");
}

/// What holds of every channel's page, whatever a stranger wrote into it.
pub fn assert_announced(page: &Page, found: &Announced) {
    assert!(found.items.len() <= MAX_ITEMS, "too many items: {}", found.items.len());
    assert!(found.dropped.len() <= 203, "too many dropped entries: {}", found.dropped.len());
    assert!(found.nested.len() <= 5_000, "too many sitemaps: {}", found.nested.len());
    assert!(found.skip_hours.iter().all(|hour| *hour < 24), "no hours of a day: {:?}", found.skip_hours);
    assert_line("the title", &found.title, 1_000);
    assert_line("the language", &found.language, 100);
    let mut told = 0;
    for item in &found.items {
        if let Some(url) = &item.url {
            assert_web("an item", url);
            told += url.as_str().len();
        }
        assert_line("an item's title", &item.title, 1_000);
        assert_line("an item's summary", &item.summary, 5_000);
        assert_line("an item's author", &item.author, 1_000);
        assert_line("an item's id", &item.id, 8_000);
        assert_line("an item's language", &item.language, 100);
        assert_line("an item's outlet", &item.outlet, 1_000);
        assert_eq!(item.language, item.language.to_lowercase());
        told += item.title.len() + item.summary.len() + item.author.len() + item.id.len() + item.outlet.len();
    }
    for dropped in &found.dropped {
        assert_line("a dropped entry", &dropped.what, 200);
        let why = dropped.why.to_string();
        assert!(!why.is_empty() && why.len() < 1_000, "no reason: {why:?}");
    }
    for nested in &found.nested {
        assert_web("a sitemap", &nested.url);
    }
    // Entities may swell a text up to a fixed sum; beyond it nothing is larger than what was sent, but for addresses:
    // each may repeat the page's base and escape every byte.
    let most = 64 * page.text.len() + 8_000_000;
    assert!(told <= most, "{} bytes became {told}", page.text.len());
}

/// That an address stands for itself once it is canonical.
pub fn assert_settled(url: &Url) {
    assert_eq!(&canonical(url), url, "canonical twice is not canonical once");
}
