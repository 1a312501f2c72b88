//! A second reader of feeds beside ours: what well-formed feeds say must be the same to both, those that we write included.

use std::collections::BTreeMap;
use std::path::Path;

use feed_rs::model::{Feed, FeedType, Link, Text};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use presswatch::article::Page;
use presswatch::channel::{self, Announced, PageKind};
use presswatch::source::ChannelKind;
use regex::Regex;
use url::Url;

use crate::press::Press;
use crate::world::World;

/// An entry as both readers give it: title, address, id, authors, lead, times of publication and of change.
type Told = (String, String, String, String, String, Option<Timestamp>, Option<Timestamp>);

fn base() -> Url {
    Url::parse("https://reader.example/feed").unwrap()
}

/// HTML as plain text on one line, without either reader's help.
fn plain(html: &str) -> String {
    let parted = Regex::new("</?(p|div|blockquote)[^>]*>").unwrap().replace_all(html, " ").into_owned();
    let bare = Regex::new("</?[a-z][^>]*>").unwrap().replace_all(&parted, "").into_owned();
    let text = bare
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The part of a text that no writer and no reader shortens.
fn cut(text: &str) -> String {
    text.chars().take(250).collect()
}

/// A headline or a lead: Atom declares whether it is HTML, RSS does not.
fn shown(feed: &Feed, text: &Text) -> String {
    let is_plain = feed.feed_type == FeedType::Atom && text.content_type.essence().subty == "plain";
    if is_plain { cut(&text.content) } else { plain(&text.content) }
}

fn address(links: &[Link]) -> String {
    let readable = |link: &&Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    links.iter().find(readable).map(|link| base().join(&link.href).unwrap().to_string()).unwrap_or_default()
}

fn instant<T: std::fmt::Debug>(time: Option<T>) -> Option<Timestamp> {
    time.map(|time| format!("{time:?}").parse().unwrap())
}

/// The two times. Given a single time in RSS the referee uses it for both, and so do we if a feed only has a time of
/// change.
fn times(published: Option<Timestamp>, changed: Option<Timestamp>) -> (Option<Timestamp>, Option<Timestamp>) {
    let published = published.or(changed);
    (published, changed.filter(|changed| Some(*changed) != published))
}

fn theirs(feed: &Feed) -> Vec<Told> {
    let entries = feed.entries.iter().map(|entry| {
        let lead = entry.summary.as_ref().map(|text| shown(feed, text));
        let body = || entry.content.as_ref().and_then(|content| content.body.as_deref().map(plain));
        // Of `a@b.example (Name)` it leaves the brackets.
        let name = |name: &String| name.trim_matches(['(', ')']).to_owned();
        let authors: Vec<String> = entry.authors.iter().filter_map(|person| person.name.as_ref().map(name)).collect();
        let (published, changed) = times(instant(entry.published), instant(entry.updated));
        (
            entry.title.as_ref().map(|title| shown(feed, title)).unwrap_or_default(),
            address(&entry.links),
            entry.id.clone(),
            authors.join(", "),
            lead.or_else(body).unwrap_or_default(),
            published,
            changed,
        )
    });
    entries.collect()
}

fn ours(feed: &Announced) -> Vec<Told> {
    let items = feed.items.iter().map(|item| {
        let url = item.url.as_ref().map(Url::to_string).unwrap_or_default();
        let (title, id, author) = (cut(&item.title), item.id.clone(), item.author.clone());
        let (published, changed) = times(item.published_at, item.modified_at);
        (title, url, id, author, cut(&item.summary), published, changed)
    });
    items.collect()
}

/// Reads a feed with both, and fails where they differ. An id that the feed does not have is the referee's own invention.
#[track_caller]
fn agreed(name: &str, text: &str) -> Announced {
    let page = Page { url: base(), text: text.to_owned() };
    assert_eq!(channel::sniff(&page), Some(PageKind::Feed), "{name}");
    let own = channel::parse_channel(&page, &ChannelKind::Feed, &TimeZone::UTC).unwrap();
    let other = feed_rs::parser::Builder::new().base_uri(Some(base())).build().parse(text.as_bytes());
    let other = other.unwrap_or_else(|error| panic!("{name}: {error}"));
    let title = other.title.as_ref().map(|title| plain(&title.content)).unwrap_or_default();
    assert_eq!(
        (own.title.as_str(), own.language.as_str()),
        (&*title, other.language.as_deref().unwrap_or_default()),
        "{name}"
    );
    let (own_entries, mut other_entries) = (ours(&own), theirs(&other));
    // An entry that has no headline and leads to the home page is none to us.
    let all = other_entries.len();
    other_entries.retain(|entry| !entry.0.is_empty());
    assert_eq!((own_entries.len(), own.dropped.len()), (other_entries.len(), all - other_entries.len()), "{name}");
    assert!(!own.is_cut, "{name}");
    for (own, other) in own_entries.iter().zip(&mut other_entries) {
        if !text.contains(&other.2) {
            other.2.clone_from(&own.2);
        }
        assert_eq!(own, other, "{name}: ours is the first");
    }
    own
}

#[test]
fn two_readers_agree_on_every_kind_of_feed() {
    let mut read = BTreeMap::new();
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let found = agreed(&name, &std::fs::read_to_string(&path).unwrap());
        read.insert(name, found.items.len());
    }
    let expected = [
        ("atom-entry.xml", 1),
        ("atom.xml", 2),
        ("json-feed-1.0.json", 2),
        ("json-feed-1.1.json", 2),
        ("rss-0.91.xml", 2),
        ("rss-0.92.xml", 1),
        ("rss-1.0.xml", 2),
        ("rss-2.0.xml", 2),
    ];
    assert_eq!(read, expected.map(|(name, items)| (name.to_owned(), items)).into());
}

#[test]
fn two_readers_agree_on_the_feeds_of_the_demo() {
    for (host, path, items) in [
        ("www.bruzz.example", "/rss.xml", 14),
        ("www.lalibre.example", "/arc/outboundfeeds/rss/section/belgique/", 12),
        ("www.lalibre.example", "/arc/outboundfeeds/rss/section/belgique/mobilite/", 2),
        ("search.example", "/news/search", 7),
    ] {
        let (_, body) = presswatch::demo::answer(host, path).unwrap_or_else(|| panic!("{host}{path}"));
        let text = std::str::from_utf8(body).unwrap();
        // One of them has bare ampersands, as its model has: only our reader takes it as it is.
        let mended = text.replace(" & ", " &amp; ");
        assert_eq!(feed_rs::parser::parse(body).is_ok(), mended == text, "{host}{path}");
        let found = agreed(host, &mended);
        let page = Page { url: base(), text: text.to_owned() };
        assert_eq!(channel::parse_channel(&page, &ChannelKind::Feed, &TimeZone::UTC).unwrap(), found);
        assert_eq!(found.items.len(), items, "{host}{path}");
    }
}

/// Exports the coverage of a world, and reads it with both: the entries are those of the other formats.
fn both_read_the_exports(world: &World) {
    let export = |format: &str| world.presswatch(&["export", "--format", format]).expect(0).stdout;
    let told: Vec<serde_json::Value> =
        export("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len().to_string(), world.one("SELECT count(*) FROM coverage"));
    let mut expected: Vec<(String, String, String)> = told
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap();
            let title = format!("{}: {}", text("outlet"), text("headline"));
            (cut(&title), text("url").to_owned(), text("published_at").to_owned())
        })
        .collect();
    expected.sort();
    for format in ["rss", "atom"] {
        let found = agreed(format, &export(format));
        let mut read: Vec<_> = ours(&found)
            .into_iter()
            .map(|(title, url, _, _, _, published, _)| (title, url, published.unwrap().to_string()))
            .collect();
        read.sort();
        assert_eq!(read, expected, "{format}");
    }
}

#[test]
fn both_read_the_feeds_that_we_write() {
    let press = Press::open();
    let world = World::with(&press.config());
    world.run();
    both_read_the_exports(&world);
    let (_outlet, hostile) = crate::telling::crawled();
    both_read_the_exports(&hostile);
}
