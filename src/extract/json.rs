//! Articles that a source provides as JSON documents, with fields selected by JSON pointer.

use serde_json::Value;
use url::Url;

use super::{
    Finding, PageContext, PageReport, PageRobots, PageVerdict,
    body::text_lines,
    excerpt,
    fields::{
        address,
        author::{self, Byline},
        language, published,
    },
    not_article_report,
};
use crate::text::markup;
use crate::{
    article::{Article, NotArticle, Page},
    canonical_url::{canonical, same_site},
    parse_guard,
    source::Api,
};

/// Reads a document of a `[source.api]`. The item's URL, if there is one, becomes the article's.
pub fn read_json(page: &Page, api: &Api, context: &PageContext) -> PageReport {
    if let Some(reason) = parse_guard::json_refusal(&page.text, &mut parse_guard::JSON_BUDGET.clone()) {
        return not_article_report(NotArticle::Refused(reason));
    }
    let document: Value = match serde_json::from_str(page.text.trim_start_matches('\u{feff}')) {
        Ok(document) => document,
        Err(error) => return not_article_report(NotArticle::NotJson(error.to_string())),
    };
    let mut findings = Vec::new();
    let mut raw = |field: &'static str, pointer: Option<&String>| -> String {
        let Some(pointer) = pointer else { return String::new() };
        let value = match document.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Array(values)) => values
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(if field == "text" { "\n" } else { ", " }),
            _ => String::new(),
        };
        if !value.trim().is_empty() {
            findings.push(Finding { field, rule: format!("api {pointer}"), value: excerpt(&value), runner_up: None });
        }
        value
    };
    let item = context.item;
    let title = markup::untagged(&raw("title", api.title.as_ref()));
    let lines = text_lines(&raw("text", api.text.as_ref()));
    let summary = markup::untagged(&raw("summary", api.summary.as_ref()));
    let mut byline = Byline::default();
    byline.add(&raw("author", api.author.as_ref()), &[context.outlet.to_owned()]);
    let published = raw("published_at", api.published.as_ref());
    let provider = markup::untagged(&raw("original_outlet", api.original_outlet.as_ref()));
    let source = raw("original_url", api.original_url.as_ref());

    let url = item.and_then(|item| item.url.clone()).unwrap_or_else(|| page.url.clone());
    let elsewhere = |other: &Url| address::is_web(other) && !same_site(other, &url) && !same_site(other, &page.url);
    let original_url = Url::parse(source.trim()).ok().filter(elsewhere);
    let text = lines.join("\n");
    let declared = [
        ("language of the channel", item.map_or("", |item| item.language.as_str())),
        ("language of the source", context.language.unwrap_or("")),
    ];
    let (language, _) = language::language_of(&declared, &text);
    let closing: Vec<&str> = lines.iter().map(String::as_str).collect();
    let credit =
        byline.agencies.first().cloned().or_else(|| author::agency(&provider)).or_else(|| author::credit(&closing));
    let sure_date = published::parse_date(published.trim(), context);
    let article = Box::new(Article {
        canonical_url: canonical(&url),
        url,
        title: if title.is_empty() { item.map(|item| item.title.clone()).unwrap_or_default() } else { title },
        author: byline.names.join(", "),
        credit: credit.unwrap_or_default(),
        published_at: sure_date.or_else(|| item.and_then(|item| item.published_at)),
        modified_at: None,
        language: language.map(|(code, _)| code).unwrap_or_default(),
        summary,
        text,
        paywalled: false,
        advertorial: false,
        image: None,
        section: String::new(),
        original_outlet: (!provider.is_empty()).then_some(provider),
        original_url,
    });
    let robots = PageRobots::default();
    if article.text.is_empty() {
        return PageReport {
            verdict: PageVerdict::NotArticle(NotArticle::NoText),
            findings,
            robots,
            offset: None,
            sure_date,
            next_page: None,
            article_as_far_as_known: Some(article),
        };
    }
    PageReport {
        verdict: PageVerdict::Article(article),
        findings,
        robots,
        offset: None,
        sure_date,
        next_page: None,
        article_as_far_as_known: None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use jiff::tz::TimeZone;
    use regex::Regex;

    use super::*;
    use crate::{article::Item, source::Select};

    fn read_document(text: &str) -> PageReport {
        let pointer = |text: &str| Some(text.to_owned());
        let api = Api {
            matches: Regex::new("x").unwrap(),
            url: String::new(),
            title: pointer("/title"),
            text: pointer("/body"),
            summary: pointer("/abstract"),
            author: pointer("/authors/0/name"),
            published: pointer("/publishedDateTime"),
            original_outlet: pointer("/provider/name"),
            original_url: pointer("/sourceHref"),
        };
        let item = Item { url: Some(Url::parse("https://portal.example/nl-be/x/ar-AA1").unwrap()), ..Item::default() };
        let select = Select::default();
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let context = PageContext {
            select: &select,
            language: None,
            zone: &TimeZone::UTC,
            now,
            item: Some(&item),
            outlet: "Portal",
        };
        let page = Page { url: Url::parse("https://assets.portal.example/v2/AA1").unwrap(), text: text.to_owned() };
        read_json(&page, &api, &context)
    }

    #[test]
    fn fields_are_selected_by_pointer() {
        let report = read_document(
            r#"{"title":"Twelve new trams","abstract":"In short.","body":"<p>First <b>line</b>.</p><img src=x><p>Second line.<br><br>Third line.</p>",
            "authors":[{"name":"By Jane Roe"}],"publishedDateTime":"2026-10-03T14:00:00Z","provider":{"name":"The Quay"},"sourceHref":"https://quay.example/a/1"}"#,
        );
        let PageVerdict::Article(article) = report.verdict else { panic!("{report:?}") };
        assert_eq!(article.title, "Twelve new trams");
        assert_eq!(article.text, "First line.\nSecond line.\nThird line.");
        assert_eq!(article.author, "Jane Roe");
        assert_eq!(article.summary, "In short.");
        assert_eq!(article.published_at.unwrap().to_string(), "2026-10-03T14:00:00Z");
        assert_eq!(article.original_outlet.as_deref(), Some("The Quay"));
        assert_eq!(article.original_url.unwrap().as_str(), "https://quay.example/a/1");
        assert_eq!(article.url.as_str(), "https://portal.example/nl-be/x/ar-AA1");
    }

    #[test]
    fn an_original_on_the_same_site_is_ignored() {
        for source in ["", "/relative", "https://www.portal.example/nl-be/x/ar-AA1", "javascript:x", "//quay.example/a"]
        {
            let report =
                read_document(&format!(r#"{{"title":"T","body":"<p>Text of it.</p>","sourceHref":"{source}"}}"#));
            let PageVerdict::Article(article) = report.verdict else { panic!("{report:?}") };
            assert_eq!(article.original_url, None, "{source:?}");
        }
    }

    #[test]
    fn documents_without_text_are_not_articles() {
        for text in ["", "<html>", "[]", "{}", r#"{"title":"T"}"#, r#"{"title":"T","body":{"a":1}}"#] {
            assert!(matches!(read_document(text).verdict, PageVerdict::NotArticle(_)), "{text}");
        }
    }
}
