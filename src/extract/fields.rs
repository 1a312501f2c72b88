//! One field after another, from a parsed page.

use dom_query::Document;

use super::{
    Candidate, Context, Finding, PageRobots, Reading, Report, access, address,
    author::{self, Byline},
    blocks::Blocks,
    body::{self, Around, Body},
    excerpt,
    hints::Hints,
    json_ld::{self, JsonLd},
    language, locked, plain,
    published::{self, Near},
    refusal::{self, Evidence},
    title,
    tree::{Tree, index},
};
use crate::article::{Article, Page};

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn note(&mut self, field: &'static str, rule: &str, value: &str, runner_up: Option<(String, String)>) {
        let runner_up = runner_up.map(|(rule, value)| (rule, excerpt(&value)));
        self.0.push(Finding { field, rule: rule.to_owned(), value: excerpt(value), runner_up });
    }

    fn choose<T: Clone>(&mut self, field: &'static str, found: &[Candidate<T>], nth: usize) -> Option<T> {
        let best = found.get(nth)?;
        let other = found.iter().enumerate().find(|(at, other)| *at != nth && other.shown != best.shown);
        self.note(field, &best.rule, &best.shown, other.map(|(_, other)| (other.rule.clone(), other.shown.clone())));
        Some(best.value.clone())
    }
}

/// Reads all fields and judges the page.
pub fn read(document: &Document, page: &Page, context: &Context) -> Report {
    let mut findings = Findings::default();
    if let Some(remove) = &context.select.remove
        && let Some(selection) = document.try_select(remove)
    {
        selection.remove();
    }
    let tree = Tree::of(document);
    let json = json_ld::read(&tree.json, page.url.path());
    let outlets = outlets(&tree, &json, page, context);

    let headline = title::of(&tree, &json, &outlets, context.item.map_or("", |item| item.title.as_str()));
    let mut titles = headline.candidates;
    if let Some(text) = selected_text(document, context.select.title.as_deref()) {
        titles.insert(0, Candidate { rule: "select.title".to_owned(), shown: text.clone(), value: text });
    }
    let title = findings.choose("title", &titles, 0).unwrap_or_default();

    let paywall = access::paywalled(&tree, &json);
    let shut = if paywall.is_some() { locked::elements(document, &tree, &json.locked) } else { Vec::new() };
    let chosen = selected_nodes(document, &tree, context.select.text.as_deref());
    let blocks = Blocks::of(&tree);
    let description = description(&tree, &json, &title, context);
    let told = description.first().map_or("", |found| found.value.as_str());
    let mut around =
        Around { headline: headline.node, title: &title, description: told, locked: &shut, chosen: &chosen };
    let mut body = body::read(&tree, &blocks, &around);
    if !shut.is_empty() && body.lines.iter().map(String::len).sum::<usize>() < 60 {
        // The selector covers the preview as well: then what is shown is what the reader sees.
        around.locked = &[];
        body = body::read(&tree, &blocks, &around);
    }
    use_article_body(&mut body, &json, paywall.is_some());
    let text = body.text();
    findings.note("text", &body.rule, &text, body.runner_up.clone());

    let summary = summary(&body, &description, &mut findings);
    let (author, credit) = authors(document, &tree, &json, &outlets, &body, context, &mut findings);
    let (published_at, modified_at) =
        dates(document, &tree, &blocks, &json, page, headline.node, context, &mut findings);
    let language = tongue(&tree, &json, &text, context, &mut findings);
    let address = address::of(&tree, &page.url);
    findings.note("canonical_url", address.rule, address.canonical.as_str(), None);
    if let Some(rule) = &paywall {
        findings.note("paywalled", rule, "true", None);
    }
    let image = address::image(&tree, &json.image, &page.url).map(|(url, rule)| {
        findings.note("image", rule, url.as_str(), None);
        url
    });
    let section = section(&tree, &json, &mut findings);
    let reason = refusal::reason(&Evidence {
        tree: &tree,
        json: &json,
        body: &body,
        title: &title,
        url: &page.url,
        chosen: !chosen.is_empty(),
    });
    let article = Box::new(Article {
        url: page.url.clone(),
        canonical_url: address.canonical,
        title,
        author,
        credit,
        published_at,
        modified_at,
        language,
        summary,
        text,
        paywalled: paywall.is_some(),
        image,
        section,
        original_outlet: None,
        original_url: address.elsewhere,
    });
    let robots = robots(&tree);
    match reason {
        None => {
            Report { reading: Reading::Article(article), findings: findings.0, robots, article_as_far_as_known: None }
        }
        Some(reason) => Report {
            reading: Reading::NotArticle(reason.to_owned()),
            findings: findings.0,
            robots,
            article_as_far_as_known: Some(article),
        },
    }
}

/// Names of the outlet itself: no author, and no part of a headline.
fn outlets(tree: &Tree, json: &JsonLd, page: &Page, context: &Context) -> Vec<String> {
    let mut outlets = vec![context.outlet.to_owned()];
    outlets.extend(tree.meta(&["og:site_name"]).map(plain::line));
    outlets.extend(tree.meta(&["application-name"]).map(plain::line));
    outlets.extend(tree.meta(&["apple-mobile-web-app-title"]).map(plain::line));
    outlets.extend(json.outlets.iter().cloned());
    if let Some(host) = page.url.host_str() {
        let host = host.strip_prefix("www.").unwrap_or(host);
        outlets.push(host.to_owned());
        if let Some(domain) = psl::domain_str(host) {
            outlets.push(domain.to_owned());
            outlets.extend(domain.split('.').next().filter(|label| label.len() > 2).map(str::to_owned));
        }
    }
    outlets.retain(|outlet| !plain::key(outlet).is_empty() && outlet.len() < 100);
    outlets
}

/// What meta data give as the lead, best first.
fn description(tree: &Tree, json: &JsonLd, title: &str, context: &Context) -> Vec<Candidate<String>> {
    let social = tree.meta(&["og:description"]).map(plain::untagged).unwrap_or_default();
    let named = tree.meta(&["description"]).map(plain::untagged).unwrap_or_default();
    let card = tree
        .meta(&["twitter:description", "dc.description", "sailthru.description"])
        .map(plain::untagged)
        .unwrap_or_default();
    let item = context.item.map(|item| item.summary.clone()).unwrap_or_default();
    let title = plain::key(title);
    [
        ("JSON-LD description", json.description.clone()),
        ("og:description", social),
        ("meta description", named),
        ("twitter:description", card),
        ("summary of the channel", item),
    ]
    .into_iter()
    .filter(|(_, text)| {
        let key = plain::key(text);
        text.chars().count() > 15 && key != title
    })
    .map(|(rule, value)| Candidate { rule: rule.to_owned(), shown: value.clone(), value })
    .collect()
}

fn summary(body: &Body, description: &[Candidate<String>], findings: &mut Findings) -> String {
    if !body.lead.is_empty() {
        let other = description.first().map(|found| (found.rule.clone(), found.shown.clone()));
        findings.note("summary", "standfirst", &body.lead, other);
        return body.lead.clone();
    }
    findings.choose("summary", description, 0).unwrap_or_default()
}

/// JSON-LD's `articleBody` only where the page's own text is missing or shorter: one in four is a teaser.
fn use_article_body(body: &mut Body, json: &JsonLd, paywalled: bool) {
    if paywalled || json.body.is_empty() {
        return;
    }
    let lines: Vec<String> = json_lines(&json.body);
    let length = |lines: &[String]| lines.iter().map(|line| line.chars().count()).sum::<usize>();
    let (own, told) = (length(&body.lines), length(&lines));
    if told > 200 && told * 10 > own * 13 {
        body.runner_up = Some((std::mem::take(&mut body.rule), body.text()));
        "JSON-LD articleBody".clone_into(&mut body.rule);
        body.lines = lines;
    }
}

/// Text that may be HTML, one paragraph a line.
pub fn json_lines(text: &str) -> Vec<String> {
    if text.contains('<') || (text.contains("&lt;") && text.contains("&gt;")) {
        let text = if text.contains('<') { text.to_owned() } else { plain::line(text) };
        if super::depth::refusal(&text).is_some() {
            return Vec::new();
        }
        let document = Document::from(text);
        let tree = Tree::of(&document);
        return body::whole(&tree, &Blocks::of(&tree));
    }
    text.split('\n').map(plain::line).filter(|line| !line.is_empty()).collect()
}

fn authors(
    document: &Document,
    tree: &Tree,
    json: &JsonLd,
    outlets: &[String],
    body: &Body,
    context: &Context,
    findings: &mut Findings,
) -> (String, String) {
    let mut sources: Vec<(&'static str, Vec<String>)> = Vec::new();
    sources.extend(selected_text(document, context.select.author.as_deref()).map(|text| ("select.author", vec![text])));
    sources.push(("JSON-LD author", json.persons.clone()));
    for (rule, names) in [
        ("meta author", &["author", "article:author", "og:article:author", "og:author"][..]),
        (
            "meta author",
            &[
                "parsely-author",
                "sailthru.author",
                "byl",
                "dc.creator",
                "dcterms.creator",
                "cxenseparse:author",
                "citation_author",
                "authors",
                "article.author",
                "twitter:creator",
            ][..],
        ),
    ] {
        for name in names {
            let values: Vec<String> =
                tree.metas.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).take(10).collect();
            if !values.is_empty() {
                sources.push((rule, values));
            }
        }
    }
    let marked: Vec<String> = tree
        .marks
        .iter()
        .filter(|mark| mark.name == "author" || mark.name == "rel=author")
        .filter_map(|mark| if mark.value.is_empty() { short_text(tree, mark.node) } else { Some(mark.value.clone()) })
        .take(5)
        .collect();
    sources.push(("author link", marked));
    let bylines: Vec<String> = (0..)
        .zip(&tree.nodes)
        .filter(|(_, node)| node.hints.has(Hints::AUTHOR) && !node.hints.has(Hints::COMMENT))
        .filter_map(|(at, _)| short_text(tree, at))
        .take(1)
        .collect();
    sources.push(("byline", bylines));
    let item = context.item.map(|item| item.author.clone()).filter(|author| !author.is_empty());
    sources.push(("author of the channel", item.into_iter().collect()));

    let mut agencies = Byline::default();
    for organisation in &json.organisations {
        agencies.add(organisation, outlets);
    }
    let mut found: Vec<Candidate<String>> = Vec::new();
    for (rule, texts) in &sources {
        let mut byline = Byline::default();
        for text in texts {
            byline.add(text, outlets);
        }
        agencies.agencies.extend(byline.agencies.iter().cloned());
        if !byline.names.is_empty() {
            let names = byline.names.join(", ");
            found.push(Candidate { rule: (*rule).to_owned(), shown: names.clone(), value: names });
        }
    }
    let lines: Vec<&str> = body.lines.iter().map(String::as_str).collect();
    let closing = author::credit(&lines);
    let credit = agencies.agencies.into_iter().next().map(|agency| (agency, "author field"));
    let credit = credit.or_else(|| closing.map(|agency| (agency, "line of the text")));
    if let Some((agency, rule)) = &credit {
        findings.note("credit", rule, agency, None);
    }
    (findings.choose("author", &found, 0).unwrap_or_default(), credit.map(|(agency, _)| agency).unwrap_or_default())
}

fn short_text(tree: &Tree, at: u32) -> Option<String> {
    let node = tree.node(at).filter(|node| node.text_end - node.text < 2_000)?;
    let text = plain::fold(plain::cut(tree.text_of(node), 400));
    (text.chars().count() < 120 && !text.is_empty()).then_some(text)
}

fn dates(
    document: &Document,
    tree: &Tree,
    blocks: &Blocks,
    json: &JsonLd,
    page: &Page,
    headline: u32,
    context: &Context,
    findings: &mut Findings,
) -> (Option<jiff::Timestamp>, Option<jiff::Timestamp>) {
    let near = Near::of(tree, blocks, headline, page.url.path());
    let mut found = published::published(tree, json, context, &near);
    if let Some(text) = selected_date(document, context.select.date.as_deref())
        && let Some(value) = published::read(&text, context)
    {
        found.insert(0, Candidate { rule: "select.date".to_owned(), shown: text, value });
    }
    let nth = published::choose(&found, context.zone);
    let published_at = findings.choose("published_at", &found, nth);
    let modified = published::modified(tree, json, context);
    let modified_at = modified.and_then(|found| findings.choose("modified_at", &[found], 0));
    (published_at, modified_at)
}

fn tongue(tree: &Tree, json: &JsonLd, text: &str, context: &Context, findings: &mut Findings) -> String {
    let item = context.item.map_or("", |item| item.language.as_str());
    let declared = [
        ("JSON-LD inLanguage", json.language.as_str()),
        ("html lang", tree.language.as_str()),
        ("og:locale", tree.meta(&["og:locale"]).unwrap_or("")),
        (
            "meta language",
            tree.meta(&["content-language", "language", "dc.language", "dcterms.language"]).unwrap_or(""),
        ),
        ("language of the channel", item),
        ("language of the source", context.language.unwrap_or("")),
    ];
    let (found, other) = language::of(&declared, text);
    let Some((code, rule)) = found else { return String::new() };
    findings.note("language", &rule, &code, other.map(|(code, rule)| (rule, code)));
    code
}

fn section(tree: &Tree, json: &JsonLd, findings: &mut Findings) -> String {
    let named = tree
        .meta(&["article:section", "og:article:section", "parsely-section", "cxenseparse:category", "section"])
        .map(plain::line);
    let found = [("JSON-LD articleSection", json.section.clone()), ("meta section", named.unwrap_or_default())];
    let Some((rule, section)) = found.into_iter().find(|(_, text)| !text.is_empty() && text.len() < 200) else {
        return String::new();
    };
    findings.note("section", rule, &section, None);
    section
}

fn robots(tree: &Tree) -> PageRobots {
    let mut robots = PageRobots::default();
    for (_, value) in tree.metas.iter().filter(|(key, _)| key == "robots" || key == "presswatch") {
        for word in value.to_ascii_lowercase().split([',', ' ']) {
            robots.noarchive |= matches!(word, "noarchive" | "nocache");
            robots.nosnippet |= matches!(word, "nosnippet" | "max-snippet:0");
        }
    }
    robots.tdm_reserved = tree.metas.iter().any(|(key, value)| key == "tdm-reservation" && value.trim() == "1");
    robots
}

fn selected_text(document: &Document, selector: Option<&str>) -> Option<String> {
    let selection = document.try_select(selector?)?;
    let text = plain::fold(plain::cut(&selection.nodes().first()?.text(), 2_000));
    (!text.is_empty()).then_some(text)
}

fn selected_date(document: &Document, selector: Option<&str>) -> Option<String> {
    let selection = document.try_select(selector?)?;
    let node = selection.nodes().first()?;
    let value = node.attr("datetime").or_else(|| node.attr("content")).map(|value| value.to_string());
    value.or_else(|| selected_text(document, selector))
}

fn selected_nodes(document: &Document, tree: &Tree, selector: Option<&str>) -> Vec<u32> {
    let Some(selection) = selector.and_then(|selector| document.try_select(selector)) else { return Vec::new() };
    let wanted: std::collections::HashSet<_> = selection.nodes().iter().map(|node| node.id).collect();
    tree.nodes.iter().enumerate().filter(|(_, node)| wanted.contains(&node.id)).map(|(at, _)| index(at)).collect()
}
