//! The units of work of a run, with what the network would have answered: the store and the decisions are real.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use presswatch::answer::{Answer, Failure, FailureKind, Response};
use presswatch::article::{Article, Item, KeptArticle};
use presswatch::channel::{Announced, PageKind};
use presswatch::crawl::save;
use presswatch::decide::{
    Held, KnownChannel, Limits, Listing, MentionNote, PollChanges, Reading, decide_poll, poll_result,
};
use presswatch::i18n::{Cause, CauseCode};
use presswatch::model::{Extent, RunId};
use presswatch::politeness::Wishes;
use presswatch::source::{Owners, Source};
use presswatch::store::{PendingItem, Store};
use presswatch::story;
use url::Url;

/// A response of a server.
pub fn response(url: &Url, status: u16) -> Response {
    Response {
        status,
        url: url.clone(),
        body: Vec::new(),
        complete: true,
        content_type: None,
        etag: Some("\"5f3a-62d\"".to_owned()),
        last_modified: None,
        links: None,
        fresh_for: None,
        wishes: Wishes::default(),
    }
}

/// No usable response.
pub fn failure() -> Failure {
    Failure {
        kind: FailureKind::Busy,
        status: Some(503),
        cause: Cause::new(CauseCode::NobodyThere, &[]),
        retry_after: None,
    }
}

/// What a feed lists.
pub fn listing(items: Vec<Item>) -> Listing {
    Listing::Announced(
        Box::new(Announced {
            kind: PageKind::Feed,
            title: String::new(),
            items,
            dropped: Vec::new(),
            nested: Vec::new(),
            is_cut: false,
            poll_after: None,
            skip_hours: Vec::new(),
            skip_days: Vec::new(),
            language: String::new(),
        }),
        0,
    )
}

/// Keeps a poll, as a run does; returns how many items of which source wait to be read by it.
pub fn keep_poll(
    store: &Store,
    run: RunId,
    channel: &KnownChannel,
    answer: &Answer,
    listing: &Listing,
    now: Timestamp,
) -> BTreeMap<String, u64> {
    let limits = Limits {
        zone: &jiff::tz::TimeZone::UTC,
        max_age: SignedDuration::from_hours(30 * 24),
        owners: &Owners::default(),
    };
    let Some(result) = poll_result(channel, &Source::default(), answer, listing, &limits, now) else {
        return BTreeMap::new();
    };
    store
        .together(|| {
            let known = store.known(channel, &result)?;
            let held = Held { new_in_run: 0, waiting: known.waiting, sitemaps: known.sitemaps };
            let changes: PollChanges = decide_poll(channel, &result, known.items, &known.children, held, now);
            store.apply_poll(run, channel, &changes)?;
            Ok(changes.waiting(&channel.source))
        })
        .unwrap()
}

/// A poll that found the feed with these items, or unchanged.
pub fn answered(channel: &KnownChannel, items: Option<Vec<Item>>) -> (Answer, Listing) {
    let url = Url::parse(&channel.url).unwrap();
    let (status, listing, bytes) = match items {
        Some(items) => (200, listing(items), 20_000),
        None => (304, Listing::Unchanged, 200),
    };
    (Answer { id: 0, result: Ok(response(&url, status)), moved_to: None, requests: 1, bytes }, listing)
}

/// A poll that failed.
pub fn failed() -> (Answer, Listing) {
    (Answer { id: 0, result: Err(failure()), moved_to: None, requests: 1, bytes: 0 }, Listing::Unchanged)
}

/// Keeps the text of an item, as a run does. The fingerprint is computed as well: returns whether it was a copy.
pub fn keep_article(store: &Store, item: &PendingItem, text: String, mentions: &[MentionNote], now: Timestamp) -> bool {
    let url = Url::parse(&item.url).unwrap();
    let fingerprint = story::fingerprint(&text);
    let summary = text.lines().next().unwrap_or_default().chars().take(200).collect();
    let article = KeptArticle::from(Article {
        url: url.clone(),
        canonical_url: url,
        title: item.item.title.clone(),
        author: "Anna Smith".to_owned(),
        credit: String::new(),
        published_at: item.item.published_at,
        modified_at: None,
        language: "fr".to_owned(),
        summary,
        text,
        paywalled: false,
        advertorial: false,
        image: None,
        section: String::new(),
        original_outlet: None,
        original_url: None,
    });
    let address = item.url.split("://").nth(1).unwrap_or_default();
    let reading = Reading {
        item: item.id,
        owner: Some(&item.source),
        key: &item.key,
        address,
        own_key: &item.key,
        own_address: address,
        is_sure: false,
        article: &article,
        extent: Extent::Full,
        fingerprint: Some(&fingerprint),
        original_address: None,
        wishes: &Wishes::default(),
        mentions,
        validators: None,
        story_window: SignedDuration::from_hours(30 * 24),
        at: now,
    };
    save(store, &reading, None).unwrap().is_copy
}

/// The note of a watch that an article matches.
pub fn mention() -> MentionNote {
    MentionNote {
        watch: "Quay".to_owned(),
        terms: "quay".to_owned(),
        snippet: "The ship lies at the quay.".to_owned(),
        hits: r#"[{"field":"text","start":20,"end":24,"term":"quay"}]"#.to_owned(),
        is_beside: false,
    }
}
