//! `[[source]]`: an outlet, its channels, and how its articles are read.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::source::{Api, Channel, ChannelKind, OutletFacts, SearchSign, SearchSyntax, Select, Source};

use super::keys::{API, FEED, PAGE, SEARCH, SELECT, SOURCE};
use super::problem::{Flaw, shown};
use super::reader::{SpannedText, Table, TableReader, Value};
use super::{link, pattern, quantity};
use crate::text::suggest::nearest;

/// The ranks of outlets.
const TIERS: RangeInclusive<usize> = 1..=9;
/// How many readers an outlet may have: more than there are people is a slip.
const REACH: RangeInclusive<usize> = 1..=4_000_000_000;
/// The most tags of one source.
const MOST_TAGS: usize = 50;
const SELECTOR: &str = "a CSS selector such as \"article h2 a\"";
const POINTER: &str = "a JSON pointer such as \"/authors/0/name\"";

pub(super) fn source<'a>(reader: &mut TableReader<'a>, value: &'a Value<'a>) -> Option<Source> {
    let table = Table::new(value, &SOURCE)?;
    reader.unknown_keys(&table);
    let name = super::name(reader, &table);
    let site = reader.read(&table, "site", "the address of the outlet's home page", link::address);
    let language = reader.read(&table, "language", "a language code such as \"fr\"", pattern::language);
    let channels = channels(reader, &table);
    let only = reader.texts(&table, "only", "names of hosts, such as [\"example.org\"]");
    let only = only.iter().filter_map(|text| reader.parsed(text, link::host)).collect();
    let identity = reader.read(&table, "identity", "a regular expression in quotes", pattern::identity);
    let select = select(reader, &table);
    let api = reader.table(&table, "api", &API).and_then(|api| self::api(reader, api, &table));
    let facts = facts(reader, &table);
    let enabled = reader.boolean(&table, "enabled").unwrap_or(true);
    let poll = poll(reader, &table);
    let kinds = ["feeds", "sitemaps", "pages", "searches"];
    let empty = |key: &&str| match table.entries.get(*key) {
        Some(value) => value.get_ref().as_array().is_some_and(|array| array.is_empty()),
        None => table.lacks(&[*key]),
    };
    if enabled && kinds.iter().all(empty) {
        let hint = match &site {
            Some(site) => format!("`presswatch sources find {site}` looks for some; or write `enabled = false`"),
            None => "`presswatch sources find URL` looks for some; or write `enabled = false`".to_owned(),
        };
        let flaw = Flaw::new(format!("{} has no channel", table.title))
            .expected("`feeds`, `sitemaps`, `pages` or `searches` in this table")
            .hint(Some(hint));
        reader.missing(table.span.clone(), flaw);
    }
    Some(Source { name: name?, site, language, channels, only, identity, select, api, facts, enabled, poll })
}

/// What the outlet is.
fn facts(reader: &mut TableReader<'_>, table: &Table<'_>) -> OutletFacts {
    let kind = reader.read(table, "kind", "a short name in quotes, such as \"newspaper\"", pattern::short_name);
    let region = reader.read(table, "region", "a short name in quotes, such as \"Brussels\"", pattern::short_name);
    let tier = reader.number(table, "tier", &TIERS).and_then(|tier| u8::try_from(tier).ok());
    let reach = reader.number(table, "reach", &REACH).and_then(|reach| u32::try_from(reach).ok());
    let mut tags: Vec<Arc<str>> = Vec::new();
    for text in reader.texts(table, "tags", "short names, such as [\"quality\", \"regional\"]") {
        let Some(tag) = reader.parsed(&text, pattern::tag) else { continue };
        if tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            reader.flaw(&text, Flaw::new("this source has this tag twice").expected("each tag once"));
        } else if tags.len() == MOST_TAGS {
            reader.flaw(&text, Flaw::new("this source has too many tags").expected(format!("at most {MOST_TAGS}")));
            break;
        } else {
            tags.push(tag.into());
        }
    }
    OutletFacts { kind: kind.map(Arc::from), region: region.map(Arc::from), tier, reach, tags }
}

fn channels<'a>(reader: &mut TableReader<'a>, table: &Table<'a>) -> Vec<Channel> {
    let mut channels = Vec::new();
    let mut seen = HashMap::new();
    for (key, kind) in [("feeds", ChannelKind::Feed), ("sitemaps", ChannelKind::Sitemap)] {
        for value in reader.array(table, key, "an array of addresses, such as [\"https://example.org/feed\"]") {
            let place = format!("an entry of `{key}` in {}", table.title);
            channels.extend(feed(reader, value, &place, &kind, &mut seen));
        }
    }
    for value in reader.array(table, "pages", "an array such as [{ url = \"https://…\", link = \"article h2 a\" }]") {
        channels.extend(page(reader, value, &mut seen));
    }
    for value in reader.array(table, "searches", "an array of addresses with {query}") {
        channels.extend(search(reader, value, &mut seen));
    }
    channels
}

/// An address, alone or with how often it is polled.
fn feed<'a>(
    reader: &mut TableReader<'a>,
    value: &'a Value<'a>,
    place: &str,
    kind: &ChannelKind,
    seen: &mut HashMap<String, usize>,
) -> Option<Channel> {
    let kind = kind.clone();
    if let Some(text) = value.get_ref().as_str() {
        let url = channel(reader, seen, &SpannedText { value: text, span: value.span() }, link::address)?;
        return Some(Channel { kind, url, poll: None });
    }
    let Some(table) = Table::new(value, &FEED) else {
        let message = format!("{place} is {}", super::reader::type_name(value.get_ref()));
        let expected = "an array of addresses, such as [\"https://example.org/feed\"]";
        reader.note(value.span(), Flaw::new(message).expected(expected));
        return None;
    };
    reader.unknown_keys(&table);
    required(reader, &table, "url", "url = \"https://…\"");
    let poll = poll(reader, &table);
    let address = reader.text(&table, "url", "an address");
    let url = address.and_then(|text| channel(reader, seen, &text, link::address))?;
    Some(Channel { kind, url, poll })
}

/// How often something is polled at least.
fn poll(reader: &mut TableReader<'_>, table: &Table<'_>) -> Option<Duration> {
    reader.read(table, "poll", quantity::DURATION, |text| quantity::duration(text, "1m", "1d"))
}

/// A URL with `{query}`, alone or with the syntax of its service.
fn search<'a>(
    reader: &mut TableReader<'a>,
    value: &'a Value<'a>,
    seen: &mut HashMap<String, usize>,
) -> Option<Channel> {
    if let Some(text) = value.get_ref().as_str() {
        let url = channel(reader, seen, &SpannedText { value: text, span: value.span() }, link::search)?;
        return Some(Channel { kind: ChannelKind::Search(SearchSyntax::default()), url, poll: None });
    }
    let Some(table) = Table::new(value, &SEARCH) else {
        let flaw = Flaw::new("an entry of `searches` is neither an address nor a table")
            .expected("\"https://…?q={query}\" or { url = \"https://…?q={query}\", knows = [\"OR\", \"phrases\"] }");
        reader.note(value.span(), flaw);
        return None;
    };
    reader.unknown_keys(&table);
    required(reader, &table, "url", "url = \"https://…?q={query}\"");
    let address = reader.text(&table, "url", "an address with {query}");
    let url = address.and_then(|text| channel(reader, seen, &text, link::search));
    let names = SearchSign::ALL.map(|sign| format!("\"{}\"", sign.name())).join(", ");
    let signs = reader.texts(&table, "knows", "what the service understands");
    let signs = signs.iter().filter_map(|text| {
        reader.parsed(text, |name| {
            SearchSign::ALL.into_iter().find(|sign| sign.name() == name).ok_or_else(|| {
                let near = nearest(name, SearchSign::ALL.into_iter().map(SearchSign::name));
                Flaw::new(format!("\"{}\" is nothing that a search may know", shown(name)))
                    .expected(format!("one of {names}"))
                    .hint(near.map(|near| format!("did you mean \"{near}\"?")))
            })
        })
    });
    let signs: Vec<SearchSign> = signs.collect();
    let syntax = if table.entries.contains_key("knows") { SearchSyntax::new(signs) } else { SearchSyntax::default() };
    let poll = poll(reader, &table);
    Some(Channel { kind: ChannelKind::Search(syntax), url: url?, poll })
}

/// The URL of a channel, if it is valid and not yet used in its source.
fn channel<'a>(
    reader: &mut TableReader<'a>,
    seen: &mut HashMap<String, usize>,
    text: &SpannedText<'a>,
    read: fn(&str) -> Result<Url, Flaw>,
) -> Option<String> {
    let url = reader.parsed(text, read)?;
    // Searches are compared with placeholders filled in, which keeps different ones different.
    if let Some(first) = seen.insert(url.to_string(), text.span.start) {
        let line = reader.line_of(first);
        let flaw =
            Flaw::new("this source has this address twice").expected(format!("it once; it stands on line {line}"));
        reader.flaw(text, flaw);
        return None;
    }
    Some(text.value.to_owned())
}

fn page<'a>(reader: &mut TableReader<'a>, value: &'a Value<'a>, seen: &mut HashMap<String, usize>) -> Option<Channel> {
    let Some(table) = Table::new(value, &PAGE) else {
        let hint = value
            .get_ref()
            .as_str()
            .map(|url| format!("write {{ url = \"{}\", link = \"article h2 a\" }}", shown(url)));
        let flaw = Flaw::new("an entry of `pages` needs `url` and `link`")
            .expected("{ url = \"https://…\", link = \"CSS selector of the links to articles\" }")
            .hint(hint);
        reader.note(value.span(), flaw);
        return None;
    };
    reader.unknown_keys(&table);
    for (key, what) in [("url", "url = \"https://…\""), ("link", "link = \"CSS selector of the links to articles\"")]
    {
        required(reader, &table, key, what);
    }
    let address = reader.text(&table, "url", "the address of a page");
    let url = address.and_then(|text| channel(reader, seen, &text, link::address));
    let link = reader.read(&table, "link", SELECTOR, pattern::selector);
    let poll = poll(reader, &table);
    Some(Channel { kind: ChannelKind::Page { link: link? }, url: url?, poll })
}

fn select<'a>(reader: &mut TableReader<'a>, table: &Table<'a>) -> Select {
    let Some(table) = reader.table(table, "select", &SELECT) else { return Select::default() };
    reader.unknown_keys(&table);
    let mut read = |key| reader.read(&table, key, SELECTOR, pattern::selector);
    Select {
        text: read("text"),
        title: read("title"),
        author: read("author"),
        date: read("date"),
        remove: read("remove"),
    }
}

fn api<'a>(reader: &mut TableReader<'a>, mut table: Table<'a>, source: &Table<'a>) -> Option<Api> {
    if let Some(name) = source.title.strip_prefix(SOURCE.title).filter(|name| !name.is_empty()) {
        table.title = format!("{} of{name}", API.title);
    }
    reader.unknown_keys(&table);
    required(reader, &table, "match", "match = '…(?<id>[0-9]+)…'");
    required(reader, &table, "url", "url = \"https://…/{id}\"");
    if table.lacks(&["text", "title"]) {
        let flaw = Flaw::new(format!("{} has neither `title` nor `text`", table.title))
            .expected("`text = \"/…\"` or `title = \"/…\"` in this table");
        reader.missing(table.span.clone(), flaw);
    }
    let matches = reader.read(&table, "match", "a regular expression in quotes", pattern::regex);
    let url = reader.read(&table, "url", "an address with a {group} of `match`", |text| {
        link::template(text, matches.as_ref()).map(|()| text.to_owned())
    });
    let mut read = |key| reader.read(&table, key, POINTER, pattern::pointer);
    let (title, text, summary, author) = (read("title"), read("text"), read("summary"), read("author"));
    let (published, outlet, original) = (read("published"), read("original_outlet"), read("original_url"));
    Some(Api {
        matches: matches?,
        url: url?,
        title,
        text,
        summary,
        author,
        published,
        original_outlet: outlet,
        original_url: original,
    })
}

fn required<'a>(reader: &mut TableReader<'a>, table: &Table<'a>, key: &str, example: &str) {
    if table.lacks(&[key]) {
        let flaw = Flaw::new(format!("{} has no `{key}`", table.title)).expected(format!("`{example}`"));
        reader.missing(table.span.clone(), flaw);
    }
}
