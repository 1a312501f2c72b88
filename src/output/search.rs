//! The results of a search, as text and as JSON.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::paint::{Paint, Painted};
use super::text::Style;
use super::when;
use super::words::reads_alike;
use crate::app::search::{SearchHit, SearchResult};
use crate::date::utc;
use crate::store::FoundArticle;
use crate::text::clean::{address, escape_json, one_line};
use crate::text::count::counted;
use crate::text::cut::shorten;

/// The articles, and how many there are.
pub fn text(result: &SearchResult, zone: &TimeZone, now: Timestamp, style: Style) -> Painted {
    let mut out = Painted::new(Paint(style.color));
    for hit in &result.hits {
        let article = &hit.stored.article;
        let mut headline = String::new();
        super::wrap::wrap(&mut headline, &one_line(&article.title), style.width, "* ", "  ");
        for line in headline.lines() {
            out.strong(line);
            out.plain("\n");
        }
        let mut about = one_line(&article.outlet);
        if let Some(at) = article.published_at {
            let _ = write!(about, " · {}", when(at, now, zone));
        } else if let Some(at) = hit.stored.read_at {
            let _ = write!(about, " · found {}", when(at, now, zone));
        }
        for note in notes(&hit.stored) {
            let _ = write!(about, " · {}", one_line(&note));
        }
        let _ = write!(about, " · #{}", article.id);
        out.wrap(&about, style.width, "  ", "  ");
        let _ = writeln!(out, "  {}", address(&article.url));
        let snippet = one_line(hit.snippet());
        if !snippet.is_empty() && !reads_alike(&snippet, &article.title) {
            out.wrap(&shorten(&snippet, 200), style.width, "  > ", "  > ");
        }
        out.plain("\n");
    }
    let _ = match result.hits.len() {
        0 => writeln!(out, "Nothing found in {} stored articles.", result.stored),
        1 => writeln!(out, "1 article"),
        many => writeln!(out, "{many} articles"),
    };
    if result.left_out > 0 {
        let marked = counted(result.left_out, "article", "articles");
        let _ = writeln!(out, "Left out: {marked} marked as not relevant; --with-not-relevant shows them.");
    }
    out
}

/// Remarks on an article: language, credit, "subscribers only".
fn notes(stored: &FoundArticle) -> Vec<String> {
    let mut notes = Vec::new();
    if !stored.article.language.is_empty() {
        notes.push(stored.article.language.clone());
    }
    if !stored.credit.is_empty() {
        notes.push(format!("credit {}", stored.credit));
    }
    if let Some(original) = &stored.original_outlet {
        notes.push(format!("from {original}"));
    }
    if stored.paywalled {
        notes.push("subscribers only".to_owned());
    }
    if stored.headline_only {
        notes.push("headline and lead only".to_owned());
    }
    if stored.is_irrelevant {
        notes.push("not relevant".to_owned());
    }
    notes
}

/// An array of objects, one per line.
pub fn json(result: &SearchResult) -> String {
    let objects: Vec<String> =
        result.hits.iter().map(|hit| escape_json(&object(hit).to_string()).into_owned()).collect();
    format!("[{}]\n", objects.join(",\n "))
}

fn object(hit: &SearchHit) -> Value {
    let SearchHit { stored, matched } = hit;
    let article = &stored.article;
    json!({
        "id": article.id.0,
        "outlet": article.outlet,
        "title": article.title,
        "url": article.url,
        "published_at": article.published_at.map(utc),
        "read_at": stored.read_at.map(utc),
        "language": article.language,
        "author": article.author,
        "summary": if article.nosnippet { "" } else { &article.summary },
        "snippet": hit.snippet(),
        "terms": matched.terms,
        "paywalled": stored.paywalled,
        "story": stored.story.0,
        "original_outlet": stored.original_outlet,
        "relevant": !stored.is_irrelevant,
    })
}
