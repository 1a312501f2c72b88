//! Parses JSON Feed 1.0 and 1.1 into items.

use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use super::dates::read_date;
use super::entry::{ENCLOSURE, Entry, MAX_CONTENT, MAX_SUMMARY, MAX_TITLE, MAX_WORD, language_tag, resolve_link};
use super::{Announced, Dropped, Gathered, PageKind, Refusal};
use crate::article::Page;
use crate::i18n::{Cause, CauseCode};
use crate::parse_guard;
use crate::text::clean::one_line_up_to;
use crate::text::markup;

/// Whether the text is a JSON document that declares itself a JSON Feed or has the same kind of items.
pub fn is_json_feed(text: &str) -> bool {
    value(text).is_ok_and(|value| feed(&value))
}

fn value(text: &str) -> Result<Value, String> {
    match parse_guard::json_refusal(text, &mut parse_guard::JSON_BUDGET.clone()) {
        Some(why) => Err(why.to_owned()),
        None => serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string()),
    }
}

fn feed(value: &Value) -> bool {
    let version = value.get("version").and_then(Value::as_str).unwrap_or_default();
    value.get("items").is_some_and(Value::is_array) || version.contains("jsonfeed.org")
}

/// A string, or a number as a string.
fn text(value: Option<&Value>, limit: usize) -> String {
    match value {
        Some(Value::String(text)) => one_line_up_to(text, limit),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Parses a JSON Feed.
pub fn parse_json_feed(page: &Page, zone: &TimeZone) -> Result<Announced, Refusal> {
    let value = value(&page.text).map_err(|error| Refusal(Cause::new(CauseCode::BrokenJson, &[&error])))?;
    if !feed(&value) {
        return Err(Refusal(Cause::new(CauseCode::NoJsonFeed, &[])));
    }
    let mut found = Gathered::new(PageKind::Feed);
    found.announced.title = text(value.get("title"), MAX_TITLE);
    found.announced.language = language_tag(&text(value.get("language"), 40));
    // Items without authors inherit those of the feed.
    let shared = authors(&value);
    let home = value.get("home_page_url").and_then(Value::as_str).and_then(|home| resolve_link(home, &page.url));
    for item in value.get("items").and_then(Value::as_array).into_iter().flatten() {
        if !item.is_object() {
            found.drop(Dropped::new(&item.to_string(), CauseCode::NoObject));
            continue;
        }
        let mut entry = entry(item, &page.url, zone);
        if entry.authors.is_empty() {
            entry.authors.clone_from(&shared);
        }
        match entry.into_item(home.as_ref()) {
            Ok(item) => found.add(item),
            Err(dropped) => found.drop(dropped),
        }
    }
    Ok(found.finish())
}

fn entry(item: &Value, base: &Url, zone: &TimeZone) -> Entry {
    let mut entry = Entry::default();
    let string = |key: &str| item.get(key).and_then(Value::as_str);
    for (rank, key) in [(0, "url"), (1, "external_url"), (2, "id")] {
        let absolute = |text: &&str| key != "id" || Url::parse(text).is_ok();
        if let Some(url) = string(key).filter(absolute).and_then(|text| resolve_link(text, base)) {
            entry.link.offer(rank, url);
        }
    }
    let attachments = item.get("attachments").and_then(Value::as_array).into_iter().flatten();
    for url in attachments.filter_map(|one| resolve_link(one.get("url")?.as_str()?, base)) {
        entry.link.offer(ENCLOSURE, url);
    }
    entry.id.offer_text(0, text(item.get("id"), MAX_WORD));
    entry.title.offer_text(0, markup::from_text(string("title").unwrap_or_default(), MAX_TITLE));
    entry.title_given = item.get("title").is_some();
    entry.summary.offer_text(0, markup::from_text(string("summary").unwrap_or_default(), MAX_SUMMARY));
    entry.content.offer_text(0, markup::lines(string("content_text").unwrap_or_default(), MAX_CONTENT));
    entry.content.offer_text(1, markup::paragraphs(string("content_html").unwrap_or_default(), MAX_CONTENT));
    if let Some(instant) = string("date_published").and_then(|text| read_date(text, zone)) {
        entry.published.offer(0, instant);
    }
    entry.modified = string("date_modified").and_then(|text| read_date(text, zone));
    entry.language = language_tag(&text(item.get("language"), 40));
    entry.authors = authors(item);
    entry
}

/// The authors of a feed or an item: `authors` of JSON Feed 1.1, `author` of 1.0.
fn authors(of: &Value) -> Vec<String> {
    let mut named = Entry::default();
    for author in of.get("authors").and_then(Value::as_array).into_iter().flatten().chain(of.get("author")) {
        named.author(text(author.get("name").or(Some(author)), MAX_WORD));
    }
    named.authors
}
