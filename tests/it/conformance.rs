//! What every storage engine must do: each check takes an empty store, and uses nothing but its units of work.

mod articles;
mod coverage;
mod events;
mod marks;
mod outbox;
mod polls;
mod search;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use presswatch::answer::{Answer, Failure, FailureKind, Response, Validators};
use presswatch::article::{Article, Item, KeptArticle};
use presswatch::channel::{Announced, Nested, PageKind};
use presswatch::crawl::save;
use presswatch::database::DatabaseAddress;
use presswatch::decide::{
    Change, Ending, Held, ItemReason, Limits, Listing, MentionNote, PollChanges, Reading, Saved, WatchSpec,
    decide_poll, poll_result,
};
use presswatch::digest::{Checks, Mention, Period};
use presswatch::i18n::{Cause, CauseCode};
use presswatch::model::{ArticleId, ChannelType, Extent, ItemId, RunId};
use presswatch::politeness::Wishes;
use presswatch::source::{Owners, Source};
use presswatch::store::{ChannelSpec, Mode, Order, Queue, Store, Wanted};
use presswatch::story;
use url::Url;

use crate::engines::Schema;

/// Runs a check against a new store of each engine.
fn on_each_engine(check: impl Fn(&Store)) {
    on_sqlite(&check);
    if let Some(schema) = Schema::new() {
        check(&Store::open(&schema.address(), Mode::Write).unwrap());
    }
}

/// The same, where the engines differ.
fn on_sqlite(check: impl Fn(&Store)) {
    check(&Store::in_memory().unwrap());
    let folder = tempfile::tempdir().unwrap();
    check(&Store::open(&DatabaseAddress::File(folder.path().join("presswatch.db")), Mode::Write).unwrap());
}

fn now() -> Timestamp {
    "2026-10-10T12:00:00Z".parse().unwrap()
}

fn hours_later(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

fn watch(name: &str, definition: &str) -> WatchSpec {
    WatchSpec { name: name.into(), key: None, group: None, definition: definition.into() }
}

fn source(name: &str) -> Source {
    Source { name: name.into(), enabled: true, ..Source::default() }
}

fn channel(source: &str, kind: ChannelType, path: &str) -> ChannelSpec {
    let url = format!("https://{}.example/{path}", source.to_lowercase());
    ChannelSpec { source: source.into(), kind, url, watch: None }
}

/// Two outlets with a feed each, and a watch.
fn configured(store: &Store) -> RunId {
    let sources = ["Kade", "Phare"].map(source);
    let channels = ["Kade", "Phare"].map(|name| channel(name, ChannelType::Feed, "rss"));
    assert_eq!(store.sync(&sources, &channels, &[watch("Quay", "quay")], now()).unwrap(), ["Quay"]);
    store.begin_run("0", now()).unwrap()
}

fn answered(result: Result<u16, FailureKind>) -> Answer {
    let result = match result {
        Ok(status) => Ok(Response {
            status,
            url: Url::parse("https://kade.example/rss").unwrap(),
            body: Vec::new(),
            complete: true,
            content_type: None,
            etag: Some("v1".into()),
            last_modified: None,
            links: None,
            fresh_for: None,
            wishes: Wishes::default(),
        }),
        Err(kind) => {
            Err(Failure { kind, status: None, cause: Cause::new(CauseCode::NobodyThere, &[]), retry_after: None })
        }
    };
    Answer { id: 0, result, moved_to: None, requests: 1, bytes: 5 }
}

/// The page of a feed or sitemap that announces items.
fn announcing(items: Vec<Item>, nested: Vec<Nested>) -> Listing {
    let announced = Announced {
        kind: PageKind::Feed,
        title: String::new(),
        items,
        dropped: Vec::new(),
        nested,
        is_cut: false,
        poll_after: None,
        skip_hours: Vec::new(),
        skip_days: Vec::new(),
        language: String::new(),
    };
    Listing::Announced(Box::new(announced), 0)
}

/// Polls the channel at a URL, whether or not it is due; returns how many items were new.
fn poll_at(store: &Store, run: RunId, url: &str, answer: &Answer, listing: &Listing, at: Timestamp) -> usize {
    let channel = store.due(run, at, true, None).unwrap().into_iter().find(|channel| channel.url == url).unwrap();
    let limits = Limits { zone: &TimeZone::UTC, max_age: SignedDuration::MAX, owners: &Owners::default() };
    let result = poll_result(&channel, &Source::default(), answer, listing, &limits, at).unwrap();
    let known = store.known(&channel, &result).unwrap();
    let changes: PollChanges = decide_poll(&channel, &result, known.items, &known.children, Held::default(), at);
    store.apply_poll(run, &channel, &changes).unwrap();
    changes.new.len()
}

/// An item of an outlet, under the title "Title of" its path.
fn item(source: &str, path: &str) -> Item {
    Item {
        url: Url::parse(&format!("https://{}.example/{path}", source.to_lowercase())).ok(),
        title: format!("Title of {path}"),
        ..Item::default()
    }
}

/// Has a source's feed announce items by these paths; returns how many were new.
fn poll(store: &Store, run: RunId, source: &str, answer: &Answer, paths: &[&str], at: Timestamp) -> usize {
    let listing = match &answer.result {
        Ok(response) if response.status == 200 => {
            announcing(paths.iter().map(|path| item(source, path)).collect(), Vec::new())
        }
        _ => Listing::Unchanged,
    };
    poll_at(store, run, &format!("https://{}.example/rss", source.to_lowercase()), answer, &listing, at)
}

/// Has Kade announce items by these paths, and returns them.
fn announced(store: &Store, paths: &[&str]) -> Vec<ItemId> {
    let run = configured(store);
    poll(store, run, "Kade", &answered(Ok(200)), paths, now());
    pending(store, now()).into_iter().map(|(id, _)| id).collect()
}

/// A text of this many words, starting with word number `from`.
fn text(from: usize, words: usize) -> String {
    (from..from + words).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ")
}

/// What reading an item gives.
struct PageRead<'a> {
    item: ItemId,
    url: &'a str,
    /// The page's canonical URL.
    canonical: &'a str,
    title: &'a str,
    text: &'a str,
    /// The watches that match.
    watches: &'a [&'a str],
    language: &'a str,
    extent: Extent,
    wishes: Wishes,
    published_at: Timestamp,
    at: Timestamp,
}

impl<'a> PageRead<'a> {
    fn new(item: ItemId, url: &'a str, title: &'a str, text: &'a str) -> Self {
        Self {
            item,
            url,
            canonical: url,
            title,
            text,
            watches: &[],
            language: "en",
            extent: Extent::Full,
            wishes: Wishes::default(),
            published_at: hours_later(-1),
            at: now(),
        }
    }

    /// Has something done with it.
    fn with<T>(&self, work: impl FnOnce(&Reading) -> T) -> T {
        let url = Url::parse(self.url).unwrap();
        let canonical_url = Url::parse(self.canonical).unwrap();
        let keys = [&canonical_url, &url].map(|url| presswatch::canonical_url::key(url, None));
        let article = KeptArticle::from(Article {
            url,
            canonical_url,
            title: self.title.into(),
            author: "Zoé Pen".into(),
            credit: String::new(),
            published_at: Some(self.published_at),
            modified_at: None,
            language: self.language.into(),
            summary: String::new(),
            text: self.text.into(),
            paywalled: false,
            advertorial: false,
            image: None,
            section: String::new(),
            original_outlet: None,
            original_url: None,
        });
        let print = (self.extent != Extent::Headline).then(|| story::fingerprint(&article.text));
        let mentions: Vec<MentionNote> = self.watches.iter().map(|watch| note(watch, "word1")).collect();
        let validators = Validators { of: self.url.into(), etag: Some("v2".into()), last_modified: None };
        work(&Reading {
            owner: None,
            item: self.item,
            key: &keys[0],
            address: &keys[0],
            own_key: &keys[1],
            own_address: &keys[1],
            is_sure: false,
            article: &article,
            extent: self.extent,
            fingerprint: print.as_ref(),
            original_address: None,
            wishes: &self.wishes,
            mentions: &mentions,
            validators: Some(&validators),
            at: self.at,
            story_window: SignedDuration::from_hours(24),
        })
    }

    fn save(&self, store: &Store) -> Saved {
        self.with(|reading| save(store, reading, None).unwrap())
    }
}

/// A mention of a watch by a term.
fn note(watch: &str, term: &str) -> MentionNote {
    MentionNote { watch: watch.into(), terms: term.into(), snippet: term.into(), hits: "[]".into(), is_beside: false }
}

fn no_answer() -> ItemReason {
    ItemReason::Failure(Cause::new(CauseCode::NobodyThere, &[]))
}

/// Ends an item without an article, or puts it back.
fn end(store: &Store, item: ItemId, ending: Ending) {
    store.apply(&[Change::EndItem(item, ending, None, now())]).unwrap();
}

fn pending(store: &Store, at: Timestamp) -> Vec<(ItemId, String)> {
    let items = ["Kade", "Phare"].into_iter().flat_map(|source| {
        let queue = Queue { source, now: at, force: false, of: &[], except: &[] };
        store.pending(&queue, Order::NewestFirst, &[], 100).unwrap()
    });
    items.map(|item| (item.id, item.url)).collect()
}

fn ever() -> Period {
    Period { since: None, until: hours_later(1000), by_published: false, new_for: None }
}

/// The articles whose event is not decided yet.
fn pending_events(store: &Store) -> Vec<ArticleId> {
    store.events_pending().unwrap().into_iter().map(|(article, _)| article).collect()
}

/// The mentions of a period, in the order in which they were found.
fn mentions(store: &Store, period: &Period) -> Vec<Mention> {
    let mentions = store.mentions(&Wanted { period, watches: None, with_irrelevant: false }).unwrap().into_iter();
    let mut mentions: Vec<Mention> = mentions.map(|mention| *mention).collect();
    mentions.sort_by_key(|mention| mention.id);
    mentions
}

/// The ledger of a period, for all watches.
fn ledger(store: &Store, period: &Period) -> Vec<Checks> {
    store.ledger(&Wanted { period, watches: None, with_irrelevant: false }).unwrap()
}

fn titles(mentions: &[Mention]) -> Vec<&str> {
    mentions.iter().map(|mention| &*mention.title).collect()
}
