//! Published collections of feeds, sitemaps and hostile documents; skipped if they are not available.

use serde_json::Value;

use super::*;
use crate::charset;
use crate::text::corpora::corpus;
use crate::text::markup;

/// Our value for a field of feedparser's test suite; `None` if we have no such field.
fn our_value(found: &Announced, path: &str) -> Option<String> {
    let item = found.items.first();
    Some(match path {
        "feed.title" => found.title.clone(),
        "feed.language" => found.language.clone(),
        "entries.0.title" => item?.title.clone(),
        "entries.0.link" => item?.url.as_ref()?.to_string(),
        "entries.0.id" => item?.id.clone(),
        "entries.0.summary" | "entries.0.content" => item?.summary.clone(),
        "entries.0.author" => item?.author.clone(),
        "entries.0.published" => item?.published_at?.as_second().to_string(),
        "entries.0.updated" => item?.modified_at.or(item?.published_at)?.as_second().to_string(),
        _ => return None,
    })
}

/// Counts how many of a file's expectations about our fields hold; also lists the failures.
fn score(file: &str) -> Option<(usize, usize, Vec<String>)> {
    let text = std::fs::read_to_string(corpus(file)?).unwrap();
    let (mut right, mut all, mut wrong) = (0, 0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let body = crate::base64::bytes(case["body_b64"].as_str().unwrap()).unwrap();
        let base = case["content_location"].as_str().or(case["base"].as_str()).unwrap_or("http://a.example/feed");
        let content_type = case["content_type"].as_str().or(case["headers"]["content-type"].as_str());
        let page = page(base, &charset::decode(&body, content_type));
        let found = parse_channel(&page, &ChannelKind::Feed, &TimeZone::UTC);
        let expectations =
            case["expect"].as_array().map(|list| list.iter().map(|e| (e[0].clone(), e[1].clone())).collect());
        let checks = || {
            let checks = case["checks"].as_array().into_iter().flatten().filter(|check| check["op"] == "eq");
            checks.map(|check| (check["path"].clone(), check["value"].clone())).collect::<Vec<_>>()
        };
        for (path, expected) in expectations.unwrap_or_else(checks) {
            let parts = path
                .as_array()
                .map(|parts| parts.iter().map(|p| p.to_string().replace('"', "")).collect::<Vec<_>>().join("."));
            let path = parts.unwrap_or_else(|| path.as_str().unwrap().to_owned());
            let path = path.replace("entries.0.description", "entries.0.summary").replace("content.0.value", "content");
            // We have no such fields: the feed's own description and dates, and categories.
            if ![
                "entries.0.title",
                "entries.0.link",
                "entries.0.id",
                "entries.0.summary",
                "entries.0.content",
                "entries.0.author",
                "entries.0.published",
                "entries.0.updated",
                "feed.title",
                "feed.language",
            ]
            .contains(&path.as_str())
            {
                continue;
            }
            all += 1;
            let expected = expected.as_str().map_or_else(|| expected.to_string(), str::to_owned);
            // The suite expects HTML 4's bracket for `&rang;`; HTML 5 maps it to another one.
            let expected = expected.replace('\u{232a}', "\u{27e9}");
            let got = found.as_ref().ok().and_then(|found| our_value(found, &path)).unwrap_or_default();
            // The suite expects sanitised HTML, our values are plain text.
            let same = match path.as_str() {
                "entries.0.link" => Url::parse(&expected).map(String::from).is_ok_and(|e| e == got),
                "entries.0.id" | "entries.0.published" | "entries.0.updated" => expected == got,
                _ => markup::from_html(&expected, 5_000) == got || one_line_up_to(&expected, 5_000) == got,
            };
            if same {
                right += 1;
            } else {
                wrong.push(format!("{} {path}: {got:?}, expected {expected:?} {:?}", case["id"], found.as_ref().err()));
            }
        }
    }
    Some((right, all, wrong))
}

#[test]
fn the_published_feeds_are_parsed() {
    for (file, floor) in [
        ("feeds/feed_core_dev.jsonl", 312),
        ("feeds/sanitize_dev.jsonl", 309),
        ("charset/feedparser_encoding_dev.jsonl", 5),
    ] {
        if let Some((right, all, wrong)) = score(file) {
            assert!(right >= floor, "{right} of {all}, not {floor}: {wrong:#?}");
        }
    }
}

#[test]
fn the_published_sitemaps_are_parsed() {
    let Some(folder) = corpus("sitemaps") else { return };
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected_by_usp.json")).unwrap()).unwrap();
    for case in expected.as_array().unwrap() {
        let name = case["file"].as_str().unwrap();
        let mut body = std::fs::read(folder.join("files").join(name)).unwrap();
        if body.starts_with(&[0x1f, 0x8b]) {
            let mut plain = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(body.as_slice()), &mut plain).unwrap();
            body = plain;
        }
        let page = page("http://www.example.com/sitemap.xml", &charset::decode(&body, None));
        let found =
            parse_channel(&page, &ChannelKind::Sitemap, &TimeZone::UTC).unwrap_or_else(|why| panic!("{name}: {why}"));
        let got: Vec<String> = found.items.iter().filter_map(|i| Some(i.url.as_ref()?.to_string())).collect();
        let wanted: Vec<String> = case["pages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| Url::parse(p["url"].as_str().unwrap()).unwrap().into())
            .collect();
        let mut got_sorted = got.clone();
        let mut wanted_sorted = wanted.clone();
        got_sorted.sort();
        got_sorted.dedup();
        wanted_sorted.sort();
        wanted_sorted.dedup();
        assert_eq!(got_sorted, wanted_sorted, "{name}");
        for wanted in case["pages"].as_array().unwrap() {
            let url: String = Url::parse(wanted["url"].as_str().unwrap()).unwrap().into();
            let item = found.items.iter().find(|i| i.url.as_ref().is_some_and(|u| u.as_str() == url)).unwrap();
            if let Some(title) = wanted["title"].as_str() {
                assert_eq!(item.title, markup::from_text(title, 1_000), "{name}");
            }
            let date = |key: &str| wanted[key].as_str().and_then(|text| crate::date::parse_date(text, &TimeZone::UTC));
            assert_eq!(item.published_at, date("pub"), "{name} {url}");
            if date("lastmod").is_some() {
                assert_eq!(item.modified_at, date("lastmod"), "{name} {url}");
            }
        }
        let nested = case["sub"].as_array().unwrap();
        assert!(found.nested.len() >= nested.len(), "{name}");
    }
}

#[test]
fn hostile_documents_do_no_harm() {
    let Some(folder) = corpus("hostile/xml") else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let body = std::fs::read(file.unwrap().path()).unwrap();
        let page = page("http://www.example.com/", &charset::decode(&body, None));
        let feed = page.text.replace("<root", "<rss").replace("</root", "</rss");
        for kind in [ChannelKind::Feed, ChannelKind::Sitemap, ChannelKind::Page { link: "a".into() }] {
            let _ = parse_channel(&page, &kind, &TimeZone::UTC);
            let _ = parse_channel(&Page { text: feed.clone(), url: page.url.clone() }, &kind, &TimeZone::UTC);
        }
    }
}
