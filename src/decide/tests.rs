//! Properties of the decisions, for all states and answers.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod articles;
mod events;
mod items;
mod marks;
mod polls;
mod readings;
mod watches;

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;

use super::*;
use crate::answer::{Answer, Failure, FailureKind, Response, Validators};
use crate::article::{Article, Item, KeptArticle};
use crate::channel::{Announced, Nested, PageKind};
use crate::i18n::{Cause, CauseCode};
use crate::model::{
    ArticleId, ChannelId, ChannelState, ChannelType, Extent, ItemId, ItemState, PollOutcome, SourceId, StoryId, WatchId,
};
use crate::politeness::{Pace, Skips, Wishes};
use crate::source::{Owners, Source};
use crate::story;

fn now() -> Timestamp {
    "2026-10-10T12:00:00Z".parse().unwrap()
}

fn hours_ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

fn url(path: &str) -> Url {
    Url::parse(&format!("https://a.example/{path}")).unwrap()
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() }
}

fn validators() -> Validators {
    Validators { of: "https://a.example/feed".into(), etag: Some("old".into()), last_modified: None }
}

prop_compose! {
    fn channels()(
        state in select(ChannelState::ALL),
        kind in select(ChannelType::ALL),
        failures in 0u32..12,
        interval in proptest::option::of(600u64..86_400),
        checked in proptest::option::of(1i64..500),
        entries in proptest::option::of(0u64..50),
        is_moved in any::<bool>(),
    ) -> KnownChannel {
        KnownChannel {
            id: ChannelId(7),
            source_id: SourceId(1),
            source: "Kade".into(),
            kind,
            configured: "https://a.example/feed".into(),
            url: if is_moved { "https://b.example/feed" } else { "https://a.example/feed" }.into(),
            depth: 0,
        unchanged_since: None,
            row: ChannelRecord {
                state,
                cause: (state != ChannelState::Ok).then(|| Cause::new(CauseCode::NobodyThere, &[])),
                since: checked.map(hours_ago),
                failures,
                pace: Pace { interval: interval.map(Duration::from_secs), window: None, skips: Skips::default() },
                checked_at: checked.map(hours_ago),
                answered_at: checked.map(hours_ago),
                changed_at: None,
                next_at: checked.map(hours_ago),
                entries,
                validators: checked.map(|_| validators()),
                moved_to: is_moved.then(|| "https://b.example/feed".into()),
                moved_at: is_moved.then(|| hours_ago(1)),
            },
        }
    }
}

fn failures() -> impl Strategy<Value = Failure> {
    let kinds = [
        FailureKind::Disallowed,
        FailureKind::Forbidden,
        FailureKind::Blocked,
        FailureKind::NotFound,
        FailureKind::Gone,
        FailureKind::Busy,
        FailureKind::Unreachable,
        FailureKind::Malformed,
        FailureKind::TooLarge,
        FailureKind::Skipped,
        FailureKind::Stopped,
    ];
    (select(kinds.to_vec()), proptest::option::of(1u64..90_000)).prop_map(|(kind, wait)| Failure {
        kind,
        status: None,
        cause: Cause::new(CauseCode::ServerFailed, &[&500]),
        retry_after: wait.map(Duration::from_secs),
    })
}

fn answer(result: Result<Response, Failure>) -> Answer {
    Answer { id: 7, result, moved_to: None, requests: 1, bytes: 10 }
}

fn response(status: u16, complete: bool) -> Response {
    Response {
        status,
        url: url("feed"),
        body: Vec::new(),
        complete,
        content_type: None,
        etag: Some("new".into()),
        last_modified: None,
        links: None,
        fresh_for: None,
        wishes: Wishes::default(),
    }
}

fn announced(items: Vec<Item>, nested: Vec<Nested>) -> Announced {
    Announced {
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
    }
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (0u8..12, "[a-c]{0,2}", proptest::option::of(0i64..3_000)).prop_map(|(path, title, age)| Item {
        url: Some(url(&format!("article/{path}"))),
        title,
        published_at: age.map(hours_ago),
        ..Item::default()
    });
    proptest::collection::vec(item, 0..15)
}

fn result_of(channel: &KnownChannel, answer: &Answer, listing: &Listing) -> Option<PollResult> {
    let zone = TimeZone::UTC;
    let owners = Owners::default();
    let limits = Limits { zone: &zone, max_age: SignedDuration::from_hours(30 * 24), owners: &owners };
    poll_result(channel, &Source::default(), answer, listing, &limits, now())
}

/// An item that was read nine hours ago.
fn known_item() -> KnownItem {
    KnownItem {
        key: "k".into(),
        owner: None,
        state: ItemState::Read,
        is_refused: false,
        channel: ChannelId(7),
        title: "Old".into(),
        summary: String::new(),
        other_titles: String::new(),
        other_summaries: String::new(),
        content: None,
        outlet: String::new(),
        published_at: Some(hours_ago(9)),
        modified_at: None,
        changed_at: None,
        first_seen_at: hours_ago(9),
        ended_at: Some(hours_ago(9)),
        tries: 1,
    }
}

fn sitemap_index() -> KnownChannel {
    KnownChannel {
        id: ChannelId(7),
        source_id: SourceId(1),
        source: "Kade".into(),
        kind: ChannelType::Sitemap,
        configured: "https://a.example/index.xml".into(),
        url: "https://a.example/index.xml".into(),
        depth: 0,
        unchanged_since: None,
        row: ChannelRecord {
            state: ChannelState::Ok,
            cause: None,
            since: None,
            failures: 0,
            pace: Pace::default(),
            checked_at: None,
            answered_at: None,
            changed_at: None,
            next_at: None,
            entries: None,
            validators: None,
            moved_to: None,
            moved_at: None,
        },
    }
}
