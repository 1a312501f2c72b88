//! Bytes of an article's page, or of the JSON document behind it → the article. The last byte chooses the selectors.
#![no_main]

use std::sync::LazyLock;

use jiff::{Timestamp, tz::TimeZone};
use libfuzzer_sys::fuzz_target;
use presswatch::article::{Article, Item};
use presswatch::extract::{self, PageContext, PageReport, PageVerdict};
use presswatch::source::{Api, Select};
use presswatch_fuzz::{assert_line, assert_settled, assert_web, brussels, page};
use regex::Regex;
use url::Url;

static ZONE: LazyLock<TimeZone> = LazyLock::new(brussels);
static ITEM: LazyLock<Item> = LazyLock::new(|| Item {
    url: Url::parse("https://paper.example/news/de-brug-is-dicht").ok(),
    title: "De brug is dicht".to_owned(),
    summary: "Sinds vanochtend kan niemand er nog over.".to_owned(),
    ..Item::default()
});
static API: LazyLock<Api> = LazyLock::new(|| Api {
    matches: Regex::new("x").expect("a pattern"),
    url: "https://paper.example/api".to_owned(),
    title: Some("/title".to_owned()),
    text: Some("/body".to_owned()),
    summary: Some("/abstract".to_owned()),
    author: Some("/authors/0/name".to_owned()),
    published: Some("/published".to_owned()),
    original_outlet: Some("/provider/name".to_owned()),
    original_url: Some("/source".to_owned()),
});
static SELECTS: LazyLock<[Select; 2]> = LazyLock::new(|| {
    let own = Select {
        text: Some("article, .body, p".to_owned()),
        title: Some("h1, h2".to_owned()),
        author: Some(".author, [rel=author]".to_owned()),
        date: Some("time, .date".to_owned()),
        remove: Some(".ad, aside, script".to_owned()),
    };
    [Select::default(), own]
});

fuzz_target!(|data: &[u8]| {
    let Some(page) = page(data, "https://paper.example/news/de-brug-is-dicht?utm_source=rss") else { return };
    let odd = usize::from(data.last().copied().unwrap_or_default() % 2);
    let context = PageContext {
        select: &SELECTS[odd],
        language: None,
        zone: &ZONE,
        now: Timestamp::new(1_760_000_000, 0).expect("a moment"),
        item: (odd == 1).then_some(&*ITEM),
        outlet: "Paper",
    };
    check(&extract::read_page(&page, &context), page.text.len(), &context);
    if page.text.trim_start().starts_with(['{', '[', '\u{feff}']) {
        check(&extract::read_json(&page, &API, &context), page.text.len(), &context);
    }
});

fn check(report: &PageReport, length: usize, context: &PageContext) {
    match &report.verdict {
        PageVerdict::Article(article) => check_article(article, length, context),
        PageVerdict::NotArticle(reason) => {
            let reason = reason.to_string();
            assert!(!reason.is_empty() && reason.len() < 2_000, "no reason: {reason:?}")
        }
    }
    if let Some(article) = &report.article_as_far_as_known {
        check_article(article, length, context);
    }
    for finding in &report.findings {
        assert!(finding.value.chars().count() <= 200, "{finding:?}");
    }
}

fn check_article(article: &Article, length: usize, context: &PageContext) {
    assert_settled(&article.canonical_url);
    assert_web("the address", &article.url);
    assert_web("the canonical address", &article.canonical_url);
    for url in article.image.iter().chain(&article.original_url) {
        assert_web("a picture or the original", url);
    }
    for (what, text) in [
        ("title", &article.title),
        ("author", &article.author),
        ("credit", &article.credit),
        ("summary", &article.summary),
        ("section", &article.section),
    ] {
        assert!(!text.contains(['\n', '\r']), "{what} is not one line: {text:?}");
        assert_eq!(text, text.trim(), "{what} is not trimmed");
    }
    assert_line("the language", &article.language, 3);
    assert!(article.language.bytes().all(|b| b.is_ascii_lowercase()), "no code: {:?}", article.language);
    for line in article.text.split('\n') {
        assert!(article.text.is_empty() || !line.trim().is_empty(), "an empty paragraph in {:?}", article.text);
    }
    // A character of the page becomes at most a few bytes, and no piece of it is told many times.
    let told = article.text.len() + article.title.len() + article.summary.len() + article.author.len();
    assert!(told <= 16 * length + 10_000, "{length} bytes became {told}");
    for (what, at) in [("published", article.published_at), ("modified", article.modified_at)] {
        let latest = context.now + jiff::Span::new().hours(48);
        assert!(at.is_none_or(|at| at <= latest), "{what} in the future: {at:?}");
    }
}
