//! When it was published and last changed.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{
    Candidate, Context,
    blocks::{Block, Blocks},
    hints::Hints,
    json_ld::JsonLd,
    plain,
    tree::{NONE, Tag, Tree},
};
use crate::date;

/// Names under which `meta` elements give the time of publication, the surest first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:recs:articlepublicationdate",
    "sailthru.date",
    "article.published",
    "published-date",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "publication_date",
    "publicationdate",
    "published_at",
    "date.published",
    "datepublished",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "dcsext.articlefirstpublished",
    "citation_publication_date",
    "article:post_time",
    "article_date_original",
    "originalpublicationdate",
    "date.created",
    "rnews:datepublished",
    "date",
    "created",
    "og:pubdate",
    "last-published",
];

const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "article:modified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
    "datemodified",
    "date.modified",
    "modified",
    "updated",
    "rnews:datemodified",
];

/// Clocks of outlets run a little ahead of ours.
const AHEAD_MINUTES: i64 = 10;

/// A moment, the rule that gave it, and the words it was read from.
pub type Found = Candidate<Timestamp>;

/// All that speaks of the time of publication, best first; dates in the future left out.
///
/// JSON-LD stands first: it is written by the same program as the page and nearly always has time and zone. `meta` comes from
/// the same place but is oftener the time of the last change. A `time` near the headline may belong to a teaser; visible text has
/// no zone; the address has the day only; the channel's date may be that of the last edit.
pub fn published(tree: &Tree, json: &JsonLd, context: &Context, near: &Near) -> Vec<Found> {
    let mut found = Vec::new();
    let mut offer = |rule: &str, text: &str| {
        let text = plain::cut(text.trim(), 200);
        if let Some(value) = read(text, context) {
            found.push(Found { rule: rule.to_owned(), shown: text.to_owned(), value });
        }
    };
    offer("JSON-LD datePublished", &json.published);
    for name in PUBLISHED {
        if let Some(value) = tree.meta(&[name]) {
            offer(&format!("meta {name}"), value);
        }
    }
    for mark in tree
        .marks
        .iter()
        .filter(|mark| mark.name.split_ascii_whitespace().any(|n| n == "datepublished" || n == "datecreated"))
    {
        offer("itemprop datePublished", mark_text(tree, mark.node, &mark.value));
    }
    // A day in the address is never that of another article, nor today's at the head of the page.
    let day = near.url_day.as_deref().and_then(|day| read(day, context));
    let far = |text: &str| {
        let found = read(text, context)?;
        Some(day?.duration_until(found).as_hours().abs() > 72)
    };
    for (rule, text) in near.times.iter().filter(|(_, text)| far(text) != Some(true)) {
        offer(rule, text);
    }
    if let Some(day) = near.url_day.as_deref() {
        offer("day in the address", day);
    }
    if let Some(value) = context.item.and_then(|item| item.published_at).filter(|value| !in_future(*value, context.now))
    {
        found.push(Found { rule: "date of the channel".to_owned(), shown: value.to_string(), value });
    }
    found
}

/// When it was last changed.
pub fn modified(tree: &Tree, json: &JsonLd, context: &Context) -> Option<Found> {
    let of = |rule: &str, text: &str| {
        let value = read(text, context)?;
        Some(Found { rule: rule.to_owned(), shown: text.to_owned(), value })
    };
    of("JSON-LD dateModified", &json.modified)
        .or_else(|| MODIFIED.iter().find_map(|name| of(&format!("meta {name}"), tree.meta(&[name])?)))
        .or_else(|| {
            let mark = tree.marks.iter().find(|mark| mark.name == "datemodified")?;
            of("itemprop dateModified", mark_text(tree, mark.node, &mark.value))
        })
        .or_else(|| {
            let value = context.item?.modified_at.filter(|value| !in_future(*value, context.now))?;
            Some(Found { rule: "date of the channel".to_owned(), shown: value.to_string(), value })
        })
}

/// The best of the candidates: the first, but one of the same day that has a time of day rather than one that has none.
pub fn choose(found: &[Found], zone: &TimeZone) -> usize {
    let Some(first) = found.first() else { return 0 };
    if has_time(&first.shown) {
        return 0;
    }
    let day = |value: Timestamp| value.to_zoned_datetime(zone.clone()).date();
    found.iter().position(|other| has_time(&other.shown) && day(other.value) == day(first.value)).unwrap_or(0)
}

fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    // 14:30, 14h30, an epoch number, 20240504T1430.
    (1..bytes.len().saturating_sub(1)).any(|at| {
        matches!(bytes[at], b':' | b'h' | b'H' | b'T')
            && bytes[at - 1].is_ascii_digit()
            && bytes[at + 1].is_ascii_digit()
    }) || (bytes.len() >= 9 && bytes.iter().all(u8::is_ascii_digit))
}

/// Reads a date and refuses one that lies in the future or before the web.
pub fn read(text: &str, context: &Context) -> Option<Timestamp> {
    if text.is_empty() {
        return None;
    }
    let value = date::read(text, context.zone)?;
    (!in_future(value, context.now) && value.as_second() > 631_152_000).then_some(value)
}

fn in_future(value: Timestamp, now: Timestamp) -> bool {
    now.checked_add(AHEAD_MINUTES.minutes()).is_ok_and(|limit| value > limit)
}

fn mark_text<'t>(tree: &'t Tree, node: u32, value: &'t str) -> &'t str {
    if value.is_empty() { tree.node(node).map_or("", |node| plain::cut(tree.text_of(node), 200)) } else { value }
}

/// What the page and its address say near the headline.
#[derive(Debug, Default)]
pub struct Near {
    /// `time` elements and visible dates: rule and text, the nearest first.
    pub times: Vec<(String, String)>,
    /// `2024-05-04` out of the path.
    pub url_day: Option<String>,
}

impl Near {
    /// Looks around `headline`, a place in the list of nodes.
    pub fn of(tree: &Tree, blocks: &Blocks, headline: u32, path: &str) -> Self {
        let mut near: Vec<(u32, &str)> = tree
            .marks
            .iter()
            .filter(|mark| mark.name == "time")
            .map(|mark| (mark.node, mark_text(tree, mark.node, &mark.value)))
            .filter(|(_, text)| !text.trim().is_empty())
            .collect();
        let headline = if headline == NONE { 0 } else { headline };
        // After the headline first; a time before it is as good as one four times as far after it.
        near.sort_by_key(|(node, _)| if *node >= headline { node - headline } else { (headline - node) * 4 });
        let mut times: Vec<(String, String)> = near
            .into_iter()
            .take(5)
            .map(|(_, text)| ("time near the headline".to_owned(), plain::fold(text)))
            .collect();
        times.extend(visible(tree, blocks, headline));
        Self { times, url_day: url_day(path) }
    }
}

/// Short lines with digits around the headline, and those that the page names as dates.
fn visible(tree: &Tree, blocks: &Blocks, headline: u32) -> Vec<(String, String)> {
    let middle = blocks.list.partition_point(|block| block.first < headline);
    let window = middle.saturating_sub(3)..(middle + 12).min(blocks.list.len());
    let is_named = |block: &Block| {
        let of = |at: u32| tree.node(at).is_some_and(|node| node.hints.has(Hints::DATE));
        of(block.element) || tree.node(block.first).is_some_and(|node| of(node.parent))
    };
    let named =
        blocks.list.iter().filter(|block| is_named(block)).take(5).map(|block| ("line named as the date", block));
    let near = blocks
        .list
        .get(window)
        .unwrap_or_default()
        .iter()
        .filter(|block| block.element != headline && !(block.first < headline && is_masthead(tree, block.element)));
    let mut found = Vec::new();
    for (rule, block) in named.chain(near.map(|block| ("line near the headline", block))) {
        let text = blocks.text_of(block);
        if text.len() > 300 || text.bytes().filter(u8::is_ascii_digit).count() < 4 {
            continue;
        }
        if text.len() <= 100 {
            found.push((rule.to_owned(), text.to_owned()));
            // "12 May 2026, 21:15, by Jane Roe": the end may be something else.
            let cuts = text.rmatch_indices(',').take(2).filter_map(|(at, _)| text.get(..at));
            found.extend(cuts.map(|head| (rule.to_owned(), head.to_owned())));
        }
        let pieces = text.split(['|', '•', '·', '–', '—', '(', ')']).map(str::trim);
        found.extend(
            pieces
                .filter(|piece| piece.len() >= 8 && piece.len() <= 80 && *piece != text)
                .map(|piece| (rule.to_owned(), piece.to_owned())),
        );
    }
    found.truncate(20);
    found
}

/// Whether it stands in a menu or at the head of the page, where today's date is.
fn is_masthead(tree: &Tree, element: u32) -> bool {
    let mut at = element;
    for _ in 0..8 {
        let Some(node) = tree.node(at) else { return false };
        if node.tag == Tag::Nav || node.hints.has(Hints::NAV | Hints::MASTHEAD) {
            return true;
        }
        at = node.parent;
    }
    false
}

/// The day in a path: `/2024/05/04/`, `-2024-05-04`, `/20240504/`.
pub fn url_day(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let digits = |from: usize, count: usize| -> Option<u32> {
        let run = bytes.get(from..from + count)?;
        run.iter().all(u8::is_ascii_digit).then(|| run.iter().fold(0, |sum, b| sum * 10 + u32::from(b - b'0')))
    };
    for at in 0..bytes.len() {
        if at > 0 && bytes[at - 1].is_ascii_digit() {
            continue;
        }
        let Some(year) = digits(at, 4).filter(|year| (1995..2100).contains(year)) else { continue };
        let separator = bytes.get(at + 4).copied().filter(|b| matches!(b, b'/' | b'-' | b'_' | b'.'));
        let (month_at, step) = if separator.is_some() { (at + 5, 1) } else { (at + 4, 0) };
        let Some(month) = digits(month_at, 2).filter(|month| (1..=12).contains(month)) else { continue };
        if step == 1 && bytes.get(month_at + 2).copied() != separator {
            continue;
        }
        let Some(day) = digits(month_at + 2 + step, 2).filter(|day| (1..=31).contains(day)) else { continue };
        if bytes.get(month_at + 4 + step).is_some_and(u8::is_ascii_digit) {
            continue;
        }
        return Some(format!("{year:04}-{month:02}-{day:02}"));
    }
    None
}
