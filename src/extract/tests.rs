//! Walks over `tests/fixtures/articles`: a page and what a person reads in it, side by side.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{fmt::Write as _, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::{Context, Reading, read};
use crate::{
    article::{Article, Page},
    source::Select,
};

/// Where a reading differs from what is expected: field, found, expected.
fn differences(article: &Article, expected: &Value) -> Vec<String> {
    let text = |value: Option<String>| value.unwrap_or_default();
    let found = [
        ("title", article.title.clone()),
        ("author", article.author.clone()),
        ("credit", article.credit.clone()),
        ("published_at", text(article.published_at.map(|time| time.to_string()))),
        ("modified_at", text(article.modified_at.map(|time| time.to_string()))),
        ("language", article.language.clone()),
        ("summary", article.summary.clone()),
        ("section", article.section.clone()),
        ("paywalled", article.paywalled.to_string()),
        ("canonical_url", article.canonical_url.to_string()),
        ("image", text(article.image.as_ref().map(ToString::to_string))),
        ("text", article.text.clone()),
    ];
    let mut differences = Vec::new();
    for (field, found) in found {
        let wanted = match expected.get(field) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => continue,
        };
        if wanted != found {
            differences.push(format!("{field}\n    found    {found:?}\n    expected {wanted:?}"));
        }
    }
    differences
}

#[test]
fn reads_every_page_of_the_folder_as_a_person_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/articles");
    let zone = TimeZone::get("Europe/Brussels").unwrap();
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let select = Select::default();
    let mut failures = String::new();
    let mut pages = 0;
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "html"));
    names.sort();
    for path in names {
        let expected: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let page = Page {
            url: expected.get("url").and_then(Value::as_str).expect("every case has a url").parse().unwrap(),
            text: std::fs::read_to_string(&path).unwrap(),
        };
        let context = Context { select: &select, language: None, zone: &zone, now, item: None, outlet: "" };
        let found = match (read(&page, &context).reading, expected.get("not_article").and_then(Value::as_str)) {
            (Reading::Article(article), None) => differences(&article, &expected),
            (Reading::NotArticle(reason), Some(wanted)) if reason == wanted => Vec::new(),
            (Reading::NotArticle(reason), _) => vec![format!("not an article: {reason}")],
            (Reading::Article(article), Some(wanted)) => {
                vec![format!("an article, expected {wanted}: {:?}", article.text)]
            }
        };
        pages += 1;
        for difference in found {
            writeln!(failures, "{}: {difference}", path.file_stem().unwrap().to_string_lossy()).unwrap();
        }
    }
    assert!(pages >= 20, "only {pages} pages found in {}", folder.display());
    assert!(failures.is_empty(), "\n{failures}");
}
