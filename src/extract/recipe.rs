//! Extracts one field after another from a parsed page.

use scraper::Html;

use super::{
    PageContext, PageReport, PageVerdict,
    body::{self, Body, around::Around},
    fields::{
        access, address, advertorial, byline,
        findings::{Findings, Given},
        language, outlets,
        published::{self, PageDates},
        refusal::{self, Evidence},
        robots, section, summary,
        title::{self, Headline},
    },
    page::{blocks::Blocks, json_ld, locked, selected, tree::Tree},
};
use crate::article::{Article, NotArticle, Page};

/// A gallery with less caption text than this is not an article.
const CAPTIONS_OF_AN_ARTICLE: usize = 250;

/// Extracts all fields and decides whether the page is an article.
pub fn read_document(document: &Html, page: &Page, context: &PageContext) -> PageReport {
    let tree = Tree::from_document(document);
    let hidden = tree.hidden_bytes;
    let report = read_tree(document, &tree, page, context);
    // A page that is hidden until a script runs is read with its hidden elements; subscriber content stays hidden.
    let bare = |report: &PageReport| match (&report.verdict, &report.article_as_far_as_known) {
        (PageVerdict::NotArticle(reason), Some(article)) if !reason.is_wall() => {
            article.text.len() < 60 && !article.paywalled
        }
        _ => false,
    };
    if hidden > 400 && bare(&report) {
        let second = read_tree(document, &Tree::with_hidden_elements(document), page, context);
        if let PageVerdict::Article(article) = &second.verdict
            && article.text.len() > 300
            && !article.paywalled
        {
            return second;
        }
    }
    report
}

fn read_tree(document: &Html, tree: &Tree, page: &Page, context: &PageContext) -> PageReport {
    let mut findings = Findings::default();
    let json = json_ld::parse_json_ld(&tree.json, page.url.path());
    let outlets = outlets::outlets(tree, &json, page, context);
    let blocks = Blocks::from_tree(tree);
    let given = Given { document, tree, blocks: &blocks, json: &json, outlets: &outlets, page, context };

    let Headline { text: title, node: headline } = title::headline(&given, &mut findings);
    let paywall = access::paywalled(tree, &blocks, &json);
    let locked = if paywall.is_some() { locked::elements(document, tree, &json.locked) } else { Vec::new() };
    let chosen = selected::nodes(document, tree, context.select.text.as_deref());
    let descriptions = summary::descriptions(&given, &title);
    let description = descriptions.first().map_or("", |found| found.value.as_str());
    let around = Around { headline, title: &title, description, locked: &locked, chosen: &chosen };
    let mut body = body::read_body(tree, &blocks, &around);
    body::use_article_body(&mut body, &json, paywall.is_some());
    body::use_transcript(&mut body, &json, paywall.is_some());
    body::add_live_updates(&mut body, &json, paywall.is_some());
    let judge = |body: &Body| {
        refusal::reason(&Evidence {
            document,
            tree,
            json: &json,
            body,
            title: &title,
            url: &page.url,
            chosen: !chosen.is_empty(),
            paywalled: paywall.is_some(),
        })
    };
    let mut reason = judge(&body);
    if paywall.is_none()
        && matches!(reason, Some(NotArticle::Bare | NotArticle::NoText | NotArticle::Video))
        && body.lines.is_empty()
        && body::use_captions(&mut body, tree, &blocks)
        && !matches!(reason, Some(NotArticle::NoText))
        && body.text().chars().count() >= CAPTIONS_OF_AN_ARTICLE
    {
        reason = judge(&body);
    }
    let text = body.text();
    findings.record("text", &body.rule, &text, body.runner_up.clone());

    let summary = summary::summary(&body, &descriptions, &mut findings);
    let (author, credit) = byline::author_and_credit(&given, headline, &body, &mut findings);
    let language = language::page_language(&given, &text, &mut findings);
    let PageDates { published, sure, modified } = published::dates(&given, headline, &language, &mut findings);
    let address = address::page_urls(tree, &page.url);
    findings.record("canonical_url", address.rule, address.canonical.as_str(), None);
    if let Some(rule) = &paywall {
        findings.record("paywalled", rule, "true", None);
    }
    let paid_for = advertorial::mark(&given, headline, &section::named(tree, &json));
    if let Some(rule) = &paid_for {
        findings.record("advertorial", rule, "true", None);
    }
    let image = address::page_image(tree, &json.image, &page.url).map(|(url, rule)| {
        findings.record("image", rule, url.as_str(), None);
        url
    });
    let section = section::section(tree, &json, &mut findings);
    let article = Box::new(Article {
        url: page.url.clone(),
        canonical_url: address.canonical,
        title,
        author,
        credit,
        published_at: published.map(|moment| moment.instant),
        modified_at: modified.map(|moment| moment.instant),
        language,
        summary,
        text,
        paywalled: paywall.is_some(),
        advertorial: paid_for.is_some(),
        image,
        section,
        original_outlet: None,
        original_url: address.elsewhere,
    });
    let robots = robots::page_robots(tree);
    let (verdict, article_as_far_as_known) = match reason {
        None => (PageVerdict::Article(article), None),
        Some(reason) => (PageVerdict::NotArticle(reason), Some(article)),
    };
    let offset = published.map(|moment| moment.offset);
    PageReport {
        verdict,
        findings: findings.into_list(),
        robots,
        offset,
        sure_date: sure,
        next_page: None,
        article_as_far_as_known,
    }
}
