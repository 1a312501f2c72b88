//! The output of `explain`, as text and as JSON.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Value, json};
use url::Url;

use super::text::WIDTH;
use super::wrap::{pad, wrap};
use crate::app::explain::{Explained, ExplainedArticle, ExplainedChannel, is_nowhere};
use crate::channel::{NamedFeed, PageKind};
use crate::date::utc;
use crate::pipeline::hits_json;
use crate::text::clean::one_line;
use crate::text::count::counted;
use crate::text::cut::shorten;

/// The output as text.
pub fn text(explained: &Explained) -> String {
    match explained {
        Explained::Channel(channel) => announced(channel),
        Explained::Article(explained) => article(explained),
    }
}

/// The output as JSON.
pub fn json(explained: &Explained) -> Value {
    match explained {
        Explained::Channel(channel) => channel_object(channel),
        Explained::Article(explained) => article_object(explained),
    }
}

/// The JSON for a target that could not be read.
pub fn json_error(target: &str, message: &str) -> Value {
    json!({ "kind": Value::Null, "file": target, "error": message })
}

/// The `kind` of the JSON output.
fn kind(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Feed => "feed",
        PageKind::Sitemap => "sitemap",
        PageKind::Listing => "listing",
    }
}

/// An article, field by field, and the watches.
fn article(explained: &ExplainedArticle) -> String {
    let mut out = String::new();
    match &explained.not_article {
        None => out.push_str("article\n"),
        Some(reason) => wrap(&mut out, &format!("not an article: {}", one_line(reason)), WIDTH, "", "  "),
    }
    let has_url = !is_nowhere(&explained.url);
    for finding in explained.findings.iter().filter(|finding| has_url || finding.field != "canonical_url") {
        let first = format!("  {} ", pad(finding.field, 12));
        let rest = " ".repeat(15);
        wrap(&mut out, &one_line(&shorten(&finding.value, 300)), WIDTH, &first, &rest);
        let mut why = format!("by {}", one_line(&finding.rule));
        if let Some((rule, value)) = &finding.runner_up {
            let _ = write!(why, "; runner-up: {} ({})", one_line(&shorten(value, 80)), one_line(rule));
        }
        wrap(&mut out, &why, WIDTH, &format!("{rest}  "), &format!("{rest}  "));
    }
    if let Some(article) = &explained.article {
        let words = article.text.split_whitespace().count();
        let rest = if article.paywalled { ", the rest is for subscribers" } else { "" };
        let _ = writeln!(out, "\ntext, {}{rest}", counted(words, "word", "words"));
        if let Some(next) = &explained.next_page {
            let read = match explained.pages {
                0 | 1 => "first page only".to_owned(),
                pages => format!("first {pages} pages only"),
            };
            wrap(&mut out, &format!("{read}, the next is {}", one_line(&shown(next))), WIDTH, "  ", "  ");
        }
        for line in article.text.lines() {
            wrap(&mut out, &crate::text::clean::printable(line), WIDTH, "  ", "  ");
        }
    }
    if !(explained.matches.is_empty() && explained.misses.is_empty()) {
        out.push_str("\nwatches\n");
    }
    for (watch, found) in &explained.matches {
        let fields: Vec<String> = found
            .hits
            .chunk_by(|a, b| a.place == b.place)
            .filter_map(|hits| Some(format!("{} {}x", hits.first()?.place.label(), hits.len())))
            .collect();
        let fields = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) };
        let line = format!("{}: matches: {}{fields}", one_line(watch), one_line(&found.terms.join(", ")));
        wrap(&mut out, &line, WIDTH, "  + ", "    ");
        wrap(&mut out, &one_line(&found.snippet), WIDTH, "    > ", "    > ");
    }
    for (watch, why) in &explained.misses {
        wrap(&mut out, &format!("{}: no match: {}", one_line(watch), one_line(why)), WIDTH, "  - ", "    ");
    }
    out + &feeds(&explained.feeds)
}

/// The items of a feed, a sitemap or a listing.
fn announced(channel: &ExplainedChannel) -> String {
    let announced = &channel.announced;
    let mut out = String::new();
    let title = one_line(&announced.title);
    let name = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
    let count = announced.items.len() + announced.nested.len();
    wrap(&mut out, &format!("{}{name}, {}", kind(announced.kind), counted(count, "entry", "entries")), WIDTH, "", "  ");
    if let Some(remark) = &channel.remark {
        wrap(&mut out, &one_line(remark), WIDTH, "! ", "  ");
    }
    for item in &announced.items {
        let title = if item.title.is_empty() { "(no title)".to_owned() } else { one_line(&item.title) };
        wrap(&mut out, &title, WIDTH, "* ", "  ");
        let when = item.published_at.map(|at| format!("published {at}"));
        let changed = item.modified_at.map(|at| format!("changed {at}"));
        let about: Vec<String> = when.into_iter().chain(changed).collect();
        if !about.is_empty() {
            let _ = writeln!(out, "  {}", about.join(", "));
        }
        match &item.url {
            Some(url) => {
                let _ = writeln!(out, "  {}", one_line(url.as_str()));
            }
            None => out.push_str("  (no URL: cannot be read)\n"),
        }
        if !item.summary.is_empty() {
            wrap(&mut out, &one_line(&shorten(&item.summary, 300)), WIDTH, "  > ", "  > ");
        }
    }
    for nested in &announced.nested {
        let _ = writeln!(out, "* sitemap {}", one_line(nested.url.as_str()));
    }
    for entry in &announced.dropped {
        wrap(
            &mut out,
            &format!("dropped: {} ({})", one_line(&entry.what), one_line(&entry.why.to_string())),
            WIDTH,
            "! ",
            "  ",
        );
    }
    out
}

/// The feeds that a page announces: URL and title.
fn feeds(feeds: &[NamedFeed]) -> String {
    let mut out = String::new();
    if !feeds.is_empty() {
        out.push_str("\nfeeds that the page announces\n");
    }
    for NamedFeed { url, title, .. } in feeds {
        let title = if title.is_empty() { String::new() } else { format!("  {title}") };
        wrap(&mut out, &one_line(&format!("{}{title}", shown(url))), WIDTH, "  ", "    ");
    }
    out
}

fn channel_object(channel: &ExplainedChannel) -> Value {
    let ExplainedChannel { announced, remark, feeds } = channel;
    let items: Vec<Value> = announced
        .items
        .iter()
        .map(|item| {
            json!({
                "url": item.url.as_ref().map(shown),
                "title": item.title,
                "summary": item.summary,
                "published_at": item.published_at.map(utc),
                "modified_at": item.modified_at.map(utc),
                "id": item.id,
                "author": item.author,
                "language": item.language,
                "outlet": item.outlet,
            })
        })
        .collect();
    let dropped: Vec<Value> =
        announced.dropped.iter().map(|entry| json!({ "what": entry.what, "why": entry.why.to_string() })).collect();
    let nested: Vec<String> = announced.nested.iter().map(|nested| shown(&nested.url)).collect();
    json!({
        "kind": kind(announced.kind),
        "title": announced.title,
        "remark": remark,
        "items": items,
        "dropped": dropped,
        "sitemaps": nested,
        "feeds": feed_objects(feeds),
    })
}

fn article_object(explained: &ExplainedArticle) -> Value {
    let feeds = feed_objects(&explained.feeds);
    let Some(article) = &explained.article else {
        let reason = &explained.not_article;
        return json!({ "kind": "article", "not_article": reason, "text": "", "matches": [], "feeds": feeds });
    };
    let matches: Vec<Value> = explained
        .matches
        .iter()
        .map(|(watch, found)| {
            json!({
                "watch": watch,
                "terms": found.terms,
                "snippet": found.snippet,
                "hits": hits_json(&found.hits),
            })
        })
        .collect();
    let known = |url: &Url| (!is_nowhere(url)).then(|| url.to_string());
    json!({
        "kind": "article",
        "url": known(&explained.url),
        "canonical_url": known(&article.canonical_url),
        "title": article.title,
        "author": article.author,
        "credit": article.credit,
        "published_at": article.published_at.map(|time| time_of_page(time, explained.offset)),
        "modified_at": article.modified_at.map(utc),
        "language": article.language,
        "section": article.section,
        "summary": article.summary,
        "text": article.text,
        "paywalled": article.paywalled,
        "advertorial": article.advertorial,
        "image": article.image.as_ref().map(shown),
        "original_outlet": article.original_outlet,
        "original_url": article.original_url.as_ref().map(shown),
        "not_article": explained.not_article,
        "next_page": explained.next_page.as_ref().map(shown),
        "matches": matches,
        "feeds": feeds,
    })
}

fn feed_objects(feeds: &[NamedFeed]) -> Vec<Value> {
    feeds.iter().map(|feed| json!({ "url": shown(&feed.url), "title": feed.title })).collect()
}

/// A URL; for a file without one, the relative link.
fn shown(url: &Url) -> String {
    if is_nowhere(url) { url[url::Position::BeforePath..].to_owned() } else { url.to_string() }
}

/// The time in UTC, or with the page's own offset if its date would differ in UTC.
fn time_of_page(time: Timestamp, offset: Option<Offset>) -> String {
    let day = |offset: Offset| offset.to_datetime(time).date();
    match offset.filter(|offset| day(*offset) != day(Offset::UTC)) {
        Some(offset) => time.display_with_offset(offset).to_string(),
        None => utc(time),
    }
}
