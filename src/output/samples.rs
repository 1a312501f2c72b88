//! Digests to try the formats with, kind and hostile ones.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use scraper::{Html, Selector};

use super::Frame;
use crate::digest::{Checks, Digest, Exported, Gap, Mention, Period, Trouble, UserMark, WatchNews};
use crate::i18n::{Cause, CauseCode, Language};
use crate::model::{ArticleId, ChannelState, EventId, ItemState, MentionId, StoryId, Tone};
use crate::source::OutletFacts;

/// Headlines that try to be something else.
pub(super) const HOSTILE: [&str; 16] = [
    "<script>alert('1')</script><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)> & </title></style><b>",
    "a](javascript:alert(1)) [b](https://evil.example) ![c](https://evil.example/c.png)",
    "](javascript:alert(1)",
    "=HYPERLINK(\"https://evil.example\";\"quay\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3 \"quoted\", 'single'; and\ttab",
    "+1, two\r\nthree",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\ \x1b[2J\u{9b}31m red \u{7}",
    "abc\u{202e}gpj.exe\u{202c} \u{2066}x\u{2069} \u{0}\u{fffe}\u{85}",
    "]]> --> <!-- <![CDATA[ &amp; &lt;b&gt; &copy;",
    "**bold** _it_ `code` ~~x~~ # | <https://evil.example> https://evil.example",
    "1. list\n\n# heading\n\n---\n\n> quote\n\n```\ncode",
    "اعتصاب در بندر می\u{200c}ماند",
    "",
    "｀＝cmd｜",
];

pub(super) fn zone() -> TimeZone {
    TimeZone::get("Europe/Brussels").unwrap()
}

pub(super) fn now() -> Timestamp {
    "2026-10-11T07:30:00Z".parse().unwrap()
}

pub(super) fn frame() -> Frame {
    Frame { language: Language::English, zone: zone(), now: now() }
}

pub(super) fn mention(id: i64, title: &str) -> Mention {
    Mention {
        id: MentionId(id),
        article: ArticleId(id),
        watch: "Quayside strike".into(),
        title: title.into(),
        url: format!("https://phare.example/{id}?a=1&b=(2)").into(),
        author: "Nora Terwilgen".into(),
        found_at: "2026-10-10T15:00:00Z".parse().unwrap(),
        language: "fr".into(),
        snippet: "The strike at the quay goes on, said the strikers.".into(),
        terms: "strike, quay".into(),
        ..Mention::sample("Le Phare", id, "2026-10-10T14:31:00Z")
    }
}

/// What a user says of an article.
pub(super) fn user_mark() -> UserMark {
    UserMark {
        relevant: true,
        tone: Some(Tone::Negative),
        tags: vec!["opinion".into(), "union".into()],
        note: "We asked, twice.".into(),
    }
}

/// What an outlet is.
fn facts() -> OutletFacts {
    let tags = ["quality", "=daily"].map(Into::into).to_vec();
    OutletFacts { kind: Some("newspaper".into()), region: None, tier: Some(1), reach: Some(120_000), tags }
}

/// A line of an export with this headline.
pub(super) fn exported(title: &str) -> Exported {
    Exported {
        mention: Mention {
            event: Some(EventId(7)),
            mark: Some(Box::new(user_mark())),
            facts: Arc::new(facts()),
            ..mention(1, title)
        },
        group: Some("Harbour".into()),
        is_original: true,
        copies: 2,
    }
}

fn period() -> Period {
    Period { since: Some("2026-10-10T07:30:00Z".parse().unwrap()), until: now(), by_published: false, new_for: None }
}

/// Two watches, one of them without coverage; a copy, a text for subscribers, a source in trouble.
pub(super) fn kind() -> Digest {
    let copy = Mention {
        original_outlet: Some("Le Phare".into()),
        credit: "Belga".into(),
        headline_only: true,
        story: StoryId(1),
        snippet: "Another sentence about the quay.".into(),
        published_at: Some("2026-10-10T15:11:00Z".parse().unwrap()),
        ..mention(2, "The same strike").at("Vitrine")
    };
    let other =
        Mention { paywalled: true, published_at: None, language: "".into(), ..mention(3, "Cranes stand still") };
    let ledger = vec![
        Checks {
            source: "Le Phare".into(),
            asked: 24,
            seen: 9,
            read: 8,
            matched: 2,
            pending: 1,
            fates: vec![(ItemState::Read, 8), (ItemState::Pending, 1)],
            ..Checks::default()
        },
        Checks {
            source: "De Kade".into(),
            unread: 2,
            earlier: vec![(ItemState::GivenUp, 1), (ItemState::Disallowed, 1)],
            troubles: vec![Trouble {
                url: "https://me:secret@kade.example/rss".into(),
                state: ChannelState::Blocked,
                cause: Some(Cause::new(CauseCode::Refused, &[&403])),
                since: Some("2026-10-09T06:00:00Z".parse().unwrap()),
            }],
            gaps: vec![Gap {
                since: "2026-10-10T06:00:00Z".parse().unwrap(),
                until: "2026-10-10T07:00:00Z".parse().unwrap(),
                seen_at: "2026-10-10T08:00:00Z".parse().unwrap(),
            }],
            silent: Some(("2026-10-01T06:00:00Z".parse().unwrap(), 12)),
            settled_a_day: None,
            ..Checks::default()
        },
    ];
    compose(&[("Quayside strike", None), ("Herons", None)], vec![mention(1, "Strike at the quay"), copy, other], ledger)
}

/// Three texts of one watch in a group, two of them of one event; behind it a watch without a group.
pub(super) fn event() -> Digest {
    let told = |id, title| Mention {
        event: Some(EventId(1)),
        evidence: "Phare, 312".into(),
        story: StoryId(id),
        ..mention(id, title)
    };
    let other = Mention { story: StoryId(3), ..mention(3, "Cranes stand still") };
    let mentions = vec![told(1, "Strike at the quay"), told(2, "إضراب في الميناء"), other];
    compose(&[("Quayside strike", Some("Harbour")), ("Herons", None)], mentions, Vec::new())
}

pub(super) fn compose(watches: &[(&str, Option<&str>)], mentions: Vec<Mention>, ledger: Vec<Checks>) -> Digest {
    let watches = watches.iter().map(|(name, group)| WatchNews::new(*name, group.map(str::to_owned))).collect();
    Digest::compose(period(), watches, mentions, ledger, Language::English)
}

/// Hostile words in every place.
pub(super) fn hostile() -> Digest {
    let mut mentions: Vec<Mention> = Vec::new();
    for (id, text) in (1..).zip(HOSTILE) {
        mentions.push(Mention {
            author: text.into(),
            snippet: text.into(),
            terms: text.into(),
            credit: text.into(),
            original_outlet: Some(text.into()),
            language: text.into(),
            mark: Some(Box::new(UserMark { tags: vec![text.into()], note: text.into(), ..user_mark() })),
            ..mention(id, text).at(text)
        });
    }
    for (id, url) in
        (100..).zip(["javascript:alert(1)", "data:text/html,x", "https://phare.example/\"><b>)](x <y> &copy;"])
    {
        mentions.push(Mention { url: url.into(), story: StoryId(1), ..mention(id, "Where does it lead?") });
    }
    let ledger = HOSTILE
        .iter()
        .map(|text| Checks {
            source: (*text).into(),
            troubles: vec![Trouble {
                url: (*text).into(),
                state: ChannelState::Failing,
                cause: Some(Cause::new(CauseCode::Robots, &[&1, text])),
                since: None,
            }],
            ..Checks::default()
        })
        .collect();
    compose(&HOSTILE.map(|text| (text, None)), mentions, ledger)
}

/// No control character but the line break, no override of direction.
pub(super) fn cannot_act(text: &str) -> bool {
    text.chars().all(|c| {
        c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}'))
    })
}

/// The lines of a format whose standard ends each by `\r\n`; fails the test if one of them can act, or ends otherwise.
#[track_caller]
pub(super) fn crlf_lines(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    assert!(lines.iter().all(|line| !line.contains('\n') && cannot_act(line)), "{text:?}");
    lines
}

/// The texts of all elements that a selector finds.
pub(super) fn texts(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.root_element().select(&selector).map(|element| element.text().collect()).collect()
}

/// The values of an attribute of all elements that a selector finds.
pub(super) fn values<'a>(page: &'a Html, selector: &str, attribute: &str) -> Vec<&'a str> {
    let selector = Selector::parse(selector).unwrap();
    page.root_element().select(&selector).filter_map(|element| element.attr(attribute)).collect()
}
