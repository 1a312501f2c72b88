//! News agencies: recognising their names, and which one an article is credited to.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use aho_corasick::AhoCorasick;

use super::cut_start;
use crate::lexicon::{self, AGENCIES, List};
use crate::text::cut::cut;
use crate::text::fold;

static SOURCE_STARTS: List = List::new(|| {
    let mut starts = lexicon::all(|language| &language.byline.sources);
    starts.sort_by_key(|start| std::cmp::Reverse(start.len()));
    starts
});
static JOINERS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(lexicon::all(|language| &language.byline.joiners)).ok());

/// Separators between two agencies.
const SIGNS: [char; 8] = ['/', '–', ',', '+', '&', ';', '|', '·'];

/// The agency's own spelling of the name that has this key.
fn agency_spelling(key: &str) -> Option<&'static str> {
    /// By key, so that checking each line of a text need not search the whole list.
    static KNOWN: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
        let names = AGENCIES.agencies.iter().flat_map(|(name, others)| {
            others.iter().map(|key| ((*key).to_owned(), *name)).chain(std::iter::once((fold::key(name), *name)))
        });
        names.collect()
    });
    KNOWN.get(key).copied()
}

/// The agency that a text names, in the agency's own spelling, whatever capitals the page uses.
///
/// "dpa-infocom, dpa:261120-99-123456/2" names one agency twice, with a report number.
pub fn agency(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    if text.is_empty() || text.len() > 60 {
        return None;
    }
    let text = without_number(text);
    if let Some(name) = agency_named(text) {
        return Some(name.to_owned());
    }
    let joiners = || JOINERS.as_ref().into_iter().flat_map(|joiners| joiners.find_iter(text));
    if !text.contains(SIGNS) && !text.contains('-') && joiners().next().is_none() {
        return None;
    }
    let mut pieces: Vec<&str> = Vec::new();
    let mut from = 0;
    for found in joiners() {
        pieces.extend(text.get(from..found.start()).unwrap_or("").split(SIGNS));
        from = found.end();
    }
    pieces.extend(text.get(from..).unwrap_or("").split(SIGNS));
    // A hyphen occurs inside names as well as between them.
    let pieces = pieces.into_iter().flat_map(|piece| {
        let whole = !piece.contains('-') || agency_named(without_number(piece)).is_some();
        piece.splitn(if whole { 1 } else { 10 }, '-').collect::<Vec<_>>()
    });
    let parts = pieces.map(without_number).filter(|part| !fold::key(part).is_empty());
    let names: Vec<&str> = parts.map(agency_named).collect::<Option<_>>()?;
    let mut once: Vec<&str> = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    (!once.is_empty()).then(|| once.join("/"))
}

/// The agency that has this name.
pub fn agency_named(text: &str) -> Option<&'static str> {
    let key = fold::key(text);
    let bare = ["agence", "persbureau", "the", "copyright"].iter().find_map(|start| key.strip_prefix(start));
    agency_spelling(&key).or_else(|| bare.and_then(agency_spelling))
}

/// The text before a report number or a year: "dpa:261120-99-123456/2", "AFP 2026".
fn without_number(text: &str) -> &str {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, ':' | '-' | '/' | ' ');
    let bare = text.trim_end_matches(is_number);
    if bare.len() < text.len() && bare.chars().any(char::is_alphabetic) { bare } else { text }
}

/// The agency that a line credits: "(Belga)", "Bron: Belga", "© AFP", "met Belga".
pub fn credited(line: &str) -> Option<String> {
    let line = line.trim().trim_matches(|c: char| !c.is_alphanumeric());
    if line.chars().count() >= 60 {
        return None;
    }
    agency(without_source(line))
}

fn without_source(text: &str) -> &str {
    let mut text = text.trim();
    for _ in 0..2 {
        text = SOURCE_STARTS.iter().find_map(|start| cut_start(text, start)).unwrap_or(text);
    }
    text
}

/// The agency credited at the end or the start of a text: "(Belga)", "Bron: Belga", "BRUSSEL (AFP) –", "Köln (dpa/lnw)
/// -".
pub fn credit(lines: &[&str]) -> Option<String> {
    for line in lines.iter().rev().take(3) {
        let line = line.trim().trim_end_matches('.');
        if let Some(agency) = credited(line) {
            return Some(agency);
        }
        if let Some((_, inner)) = line.trim_end_matches([')', ']']).rsplit_once(['(', '['])
            && line.ends_with([')', ']'])
            && let Some(agency) = agency(without_source(inner))
        {
            return Some(agency);
        }
    }
    let first = lines.first()?;
    let head = cut(first, 80);
    let (place, inner) = head.split_once('(')?;
    let (inner, rest) = inner.split_once(')')?;
    // A dateline consists of place, day and agency; otherwise a dash must follow.
    let is_place = place.split_whitespace().count() <= 5
        && place.split_whitespace().all(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()));
    let follows = rest.trim_start().starts_with(['-', '–', '—', '−', '.', ':']);
    let begins = rest.starts_with(' ') && rest.trim_start().starts_with(char::is_uppercase);
    if follows || is_place && begins { agency(inner) } else { None }
}

/// The text with the names of agency services ("dpa/lnw") replaced by those of the agencies.
pub fn without_services(text: &str) -> Cow<'_, str> {
    let mut named_so = Cow::Borrowed(text);
    for word in text.split_whitespace().filter(|word| word.contains('/')).take(20) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(name) = agency_named(bare) {
            named_so = Cow::Owned(named_so.replace(bare, name));
        }
    }
    named_so
}
