//! The published feeds and sitemaps, and pages of our own.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::*;
use crate::charset;

fn corpus(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora").join(name);
    path.exists().then_some(path)
}

fn page(url: &str, text: &str) -> Page {
    Page { url: Url::parse(url).unwrap(), text: text.to_owned() }
}

fn feed(text: &str) -> Announced {
    read(&page("https://a.example/feed/rss.xml", text), &ChannelKind::Feed, &TimeZone::UTC).unwrap()
}

fn base64(text: &str) -> Vec<u8> {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut out = Vec::new();
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    out
}

/// The fields of feedparser's suite that we have, and how ours compare: `None` where we have no such field.
fn ours(found: &Announced, path: &str) -> Option<String> {
    let item = found.items.first();
    Some(match path {
        "feed.title" => found.title.clone(),
        "feed.language" => found.language.clone(),
        "entries.0.title" => item?.title.clone(),
        "entries.0.link" => item?.url.as_ref()?.to_string(),
        "entries.0.id" => item?.id.clone(),
        "entries.0.summary" => item?.summary.clone(),
        "entries.0.content" => item?.summary.clone(),
        "entries.0.author" => item?.author.clone(),
        "entries.0.published" => item?.published_at?.as_second().to_string(),
        "entries.0.updated" => item?.modified_at.or(item?.published_at)?.as_second().to_string(),
        _ => return None,
    })
}

#[test]
fn the_published_feeds_are_read() {
    let Some(path) = corpus("feeds/feed_core_dev.jsonl") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let (mut right, mut all, mut left_out) = (0, 0, BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let body = base64(case["body_b64"].as_str().unwrap());
        let base = case["content_location"].as_str().or(case["base"].as_str()).unwrap_or("http://a.example/feed");
        let page = page(base, &charset::decode(&body, case["content_type"].as_str()));
        let found = read(&page, &ChannelKind::Feed, &TimeZone::UTC);
        for expectation in case["expect"].as_array().unwrap() {
            let path = expectation[0].as_str().unwrap();
            if matches!(path, "feed.description" | "feed.id" | "feed.link" | "feed.updated")
                || path.contains("categories")
            {
                *left_out.entry(path.to_owned()).or_default() += 1;
                continue;
            }
            all += 1;
            let expected = &expectation[1];
            let expected = expected.as_str().map_or_else(|| expected.to_string(), str::to_owned);
            let got = found.as_ref().ok().and_then(|found| ours(found, path)).unwrap_or_default();
            let same = match path {
                "entries.0.link" => Url::parse(&expected).map(String::from).is_ok_and(|e| e == got),
                "entries.0.id" | "entries.0.published" | "entries.0.updated" => expected == got,
                _ => plain::from_html(&expected, 5_000) == got || plain::tidy(&expected, 5_000) == got,
            };
            if same {
                right += 1;
            } else {
                wrong.push(format!("{} {path}: {got:?}, expected {expected:?} {:?}", case["id"], found.as_ref().err()));
            }
        }
    }
    eprintln!("{right} of {all}; left out: {left_out:?}\n{}", wrong.join("\n"));
    assert!(right * 100 >= all * 99, "{right} of {all}");
}
