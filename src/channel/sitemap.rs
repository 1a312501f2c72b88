//! Parses sitemaps, news sitemaps and sitemap indexes into items and further sitemaps.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::collect::{Collected, TextKind};
use super::dates::read_date;
use super::entry::{MAX_TITLE, language_tag, resolve_link};
use super::names::{Space, Spaces};
use super::xml::{XmlTag, XmlToken, XmlTokens};
use super::{Announced, Dropped, Gathered, Nested, PageKind};
use crate::article::{Item, Page};
use crate::i18n::CauseCode;
use crate::text::clean::one_line_up_to;

#[derive(Default)]
struct SitemapEntry {
    /// Whether it is a sitemap in an index.
    index: bool,
    seen: String,
    url: Option<Url>,
    modified: Option<Timestamp>,
    published: Option<Timestamp>,
    title: String,
    language: String,
}

/// Parses an XML sitemap or index; the caller has checked that it is one.
pub fn parse_sitemap(page: &Page, zone: &TimeZone) -> Announced {
    let mut tokens = XmlTokens::new(&page.text);
    let mut spaces = Spaces::default();
    let mut found = Gathered::new(PageKind::Sitemap);
    let mut entry: Option<SitemapEntry> = None;
    while let Some(token) = tokens.next() {
        match token {
            XmlToken::Open(tag) => {
                declare(&mut spaces, &tag);
                let (space, local) = spaces.resolve(&tag.name);
                let (space, local) = (space, local.to_owned());
                found.announced.is_cut |= matches!((space, local.as_str()), (Space::Plain, "urlset" | "sitemapindex"));
                if matches!((space, local.as_str()), (Space::Plain, "url" | "sitemap")) {
                    finish_entry(
                        entry.replace(SitemapEntry { index: local == "sitemap", ..SitemapEntry::default() }),
                        &mut found,
                    );
                } else if let Some(entry) = entry.as_mut() {
                    field(&mut tokens, &tag, space, &local, entry, page, zone);
                }
            }
            XmlToken::Close(name) => {
                if matches!(spaces.resolve(&name), (Space::Plain, "url" | "sitemap" | "urlset" | "sitemapindex")) {
                    finish_entry(entry.take(), &mut found);
                }
                if matches!(spaces.resolve(&name), (Space::Plain, "urlset" | "sitemapindex")) {
                    found.announced.is_cut = false;
                }
            }
            // Some indexes give the URL without `<loc>`.
            XmlToken::Text(text) | XmlToken::Cdata(text) => {
                if let Some(entry) = entry.as_mut().filter(|e| e.url.is_none() && e.index)
                    && text.trim_start().starts_with("http")
                {
                    entry.url = resolve_link(&tokens.decode(text), &page.url);
                }
            }
        }
    }
    finish_entry(entry, &mut found);
    found.finish()
}

/// Declarations apply to the whole document: sitemaps are flat, and inner declarations are rarely undone.
fn declare(spaces: &mut Spaces, tag: &XmlTag) {
    let root = tag.name.ends_with("urlset") || tag.name.ends_with("sitemapindex");
    if !root {
        return;
    }
    if tag.attributes.contains("xmlns") {
        for (name, value) in tag.attributes() {
            if let Some(prefix) = name.strip_prefix("xmlns") {
                spaces.declare(prefix.trim_start_matches(':'), &value);
            }
        }
    }
    spaces.adopt_root(&tag.name);
}

fn field(
    tokens: &mut XmlTokens,
    tag: &XmlTag,
    space: Space,
    local: &str,
    entry: &mut SitemapEntry,
    page: &Page,
    zone: &TimeZone,
) {
    let around = |name: &str| matches!(name, "url" | "sitemap" | "urlset" | "sitemapindex");
    match (space, local) {
        (Space::Plain, "loc") => {
            let collected = Collected::collect(tokens, tag, around);
            entry.seen = one_line_up_to(&collected.xml, 200);
            // A truncated URL leads to another page.
            if !collected.cut && entry.url.is_none() {
                entry.url = resolve_link(&collected.xml, &page.url);
            }
        }
        (Space::Plain, "lastmod") => {
            let text = Collected::collect(tokens, tag, around).plain(TextKind::Text, 200);
            entry.modified = read_date(&text, zone).or(entry.modified);
        }
        (Space::News, "publication_date") => {
            let text = Collected::collect(tokens, tag, around).plain(TextKind::Text, 200);
            entry.published = entry.published.or_else(|| read_date(&text, zone));
        }
        (Space::News, "title") => {
            let collected = Collected::collect(tokens, tag, around);
            if entry.title.is_empty() && !collected.cut {
                entry.title = collected.plain(TextKind::Guess, MAX_TITLE);
            }
        }
        (Space::News, "language") => {
            entry.language = language_tag(&Collected::collect(tokens, tag, around).plain(TextKind::Text, 40));
        }
        _ => {}
    }
}

fn finish_entry(entry: Option<SitemapEntry>, found: &mut Gathered) {
    let Some(entry) = entry else { return };
    let Some(url) = entry.url else {
        found.drop(Dropped::new(&entry.seen, CauseCode::NoWebAddress));
        return;
    };
    if entry.index {
        found.nest(Nested { url, modified_at: entry.modified });
        return;
    }
    // If both dates are identical, the software has filled both with the time of the last edit.
    let edited = entry.published.is_some() && entry.published == entry.modified;
    found.add(Item {
        url: Some(url),
        title: entry.title,
        published_at: if edited { None } else { entry.published },
        modified_at: entry.modified,
        language: entry.language,
        ..Item::default()
    });
}

/// Parses a text with one URL per line.
pub fn parse_url_list(page: &Page) -> Announced {
    let mut found = Gathered::new(PageKind::Sitemap);
    for line in page.text.lines().map(|line| line.trim_matches(['\u{feff}', ' ', '\t', '\r'])) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match Url::parse(line).ok().and_then(|_| resolve_link(line, &page.url)) {
            Some(url) => found.add(Item { url: Some(url), ..Item::default() }),
            None => found.drop(Dropped::new(line, CauseCode::NoWebAddress)),
        }
    }
    found.finish()
}
