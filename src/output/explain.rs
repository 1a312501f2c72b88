//! What `explain` found, for people.

use std::fmt::Write as _;

use super::text::WIDTH;
use super::wrap::{pad, wrap};
use crate::article::Article;
use crate::discover::{Announced, PageKind};
use crate::text::clean::one_line;
use crate::text::cut::shorten;

/// One field of an article: what was found, by which rule, and what came second.
#[derive(Debug)]
pub struct Field<'a> {
    /// title, author, …
    pub name: &'a str,
    /// What won.
    pub rule: &'a str,
    /// What was found.
    pub value: &'a str,
    /// What came second: its rule and its value.
    pub runner_up: Option<(&'a str, &'a str)>,
}

/// A watch that matches.
#[derive(Debug)]
pub struct Hit<'a> {
    /// The watch's name.
    pub watch: &'a str,
    /// What matched.
    pub terms: &'a [String],
    /// How often in which field, in the order of the article.
    pub fields: Vec<(&'static str, usize)>,
    /// The sentence that shows it.
    pub snippet: &'a str,
}

/// The contract's word for a kind of page.
pub fn kind(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Feed => "feed",
        PageKind::Sitemap => "sitemap",
        PageKind::Listing => "listing",
    }
}

/// An article, field by field, and the watches.
pub fn article(
    not_article: Option<&str>,
    fields: &[Field],
    article: Option<&Article>,
    hits: &[Hit],
    misses: &[(&str, &str)],
) -> String {
    let mut out = String::new();
    match not_article {
        None => out.push_str("article\n"),
        Some(reason) => wrap(&mut out, &format!("not an article: {}", one_line(reason)), WIDTH, "", "  "),
    }
    for field in fields {
        let first = format!("  {} ", pad(field.name, 12));
        let rest = " ".repeat(15);
        wrap(&mut out, &one_line(&shorten(field.value, 300)), WIDTH, &first, &rest);
        let mut why = format!("by {}", one_line(field.rule));
        if let Some((rule, value)) = field.runner_up {
            let _ = write!(why, "; second: {} ({})", one_line(&shorten(value, 80)), one_line(rule));
        }
        wrap(&mut out, &why, WIDTH, &format!("{rest}  "), &format!("{rest}  "));
    }
    if let Some(article) = article {
        let words = article.text.split_whitespace().count();
        let _ = writeln!(
            out,
            "\ntext, {words} words{}",
            if article.paywalled { ", the rest is for subscribers" } else { "" }
        );
        for line in article.text.lines() {
            wrap(&mut out, &crate::text::clean::printable(line), WIDTH, "  ", "  ");
        }
    }
    if !(hits.is_empty() && misses.is_empty()) {
        out.push_str("\nwatches\n");
    }
    for hit in hits {
        let fields: Vec<String> = hit.fields.iter().map(|(field, count)| format!("{field} {count}x")).collect();
        let fields = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) };
        let line = format!("{}: matches: {}{fields}", one_line(hit.watch), one_line(&hit.terms.join(", ")));
        wrap(&mut out, &line, WIDTH, "  + ", "    ");
        wrap(&mut out, &one_line(hit.snippet), WIDTH, "    > ", "    > ");
    }
    for (watch, why) in misses {
        wrap(&mut out, &format!("{}: no match: {}", one_line(watch), one_line(why)), WIDTH, "  - ", "    ");
    }
    out
}

/// The items of a feed, a sitemap or a listing.
pub fn channel(announced: &Announced) -> String {
    let mut out = String::new();
    let title = one_line(&announced.title);
    let name = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
    let count = announced.items.len() + announced.nested.len();
    wrap(&mut out, &format!("{}{name}, {count} entries", kind(announced.kind)), WIDTH, "", "  ");
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
            None => out.push_str("  (no address: cannot be read)\n"),
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

/// The feeds that a page announces: address and title.
pub fn feeds(feeds: &[(String, String)]) -> String {
    let mut out = String::new();
    if !feeds.is_empty() {
        out.push_str("\nfeeds that the page announces\n");
    }
    for (url, title) in feeds {
        let title = if title.is_empty() { String::new() } else { format!("  {title}") };
        wrap(&mut out, &one_line(&format!("{url}{title}")), WIDTH, "  ", "    ");
    }
    out
}
