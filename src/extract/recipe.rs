//! One field after another, from a parsed page.

use scraper::Html;

use super::{
    Candidate, Context, PageRobots, Reading, Report,
    body::around::Around,
    body::{self, Body},
    fields::{
        access, address, byline,
        findings::{Findings, Given},
        language,
        published::{self, Asked},
        refusal::{self, Evidence},
        summary, title,
    },
    page::{
        blocks::Blocks,
        json_ld::{self, JsonLd},
        locked, selected,
        tree::Tree,
    },
    plain,
};
use crate::{
    article::{Article, Page},
    date::{Habits, Moment},
    html,
};

/// Reads all fields and judges the page.
pub fn read(document: &Html, page: &Page, context: &Context) -> Report {
    let tree = Tree::of(document);
    let hidden = tree.hidden_bytes;
    let report = of_tree(document, &tree, page, context);
    // Pages that hide themselves until a script has run are read all the same; what is for subscribers stays hidden.
    let bare = |report: &Report| match (&report.reading, &report.article_as_far_as_known) {
        (Reading::NotArticle(_) | Reading::Bare(_), Some(article)) => article.text.len() < 60 && !article.paywalled,
        _ => false,
    };
    if hidden > 400 && bare(&report) {
        let second = of_tree(document, &Tree::with_hidden(document), page, context);
        if let Reading::Article(article) = &second.reading
            && article.text.len() > 300
            && !article.paywalled
        {
            return second;
        }
    }
    report
}

fn of_tree(document: &Html, tree: &Tree, page: &Page, context: &Context) -> Report {
    let mut findings = Findings::default();
    let json = json_ld::read(&tree.json, page.url.path());
    let outlets = outlets(tree, &json, page, context);

    let blocks = Blocks::of(tree);
    let given = Given { document, tree, blocks: &blocks, json: &json, outlets: &outlets, page, context };

    let headline = title::of(tree, &json, &outlets, context.item.map_or("", |item| item.title.as_str()));
    let mut titles = headline.candidates;
    if let Some(text) = selected::text(document, context.select.title.as_deref()) {
        titles.insert(0, Candidate { rule: "select.title".to_owned(), shown: text.clone(), value: text });
    }
    let title = findings.choose("title", &titles, 0).unwrap_or_default();

    let paywall = access::paywalled(tree, &blocks, &json);
    let shut = if paywall.is_some() { locked::elements(document, tree, &json.locked) } else { Vec::new() };
    let chosen = selected::nodes(document, tree, context.select.text.as_deref());
    let description = summary::described(&given, &title);
    let told = description.first().map_or("", |found| found.value.as_str());
    let mut around =
        Around { headline: headline.node, title: &title, description: told, locked: &shut, chosen: &chosen };
    let mut body = body::read(tree, &blocks, &around);
    if !shut.is_empty() && body.lines.iter().map(String::len).sum::<usize>() < 60 {
        // The selector covers the preview as well: then what is shown is what the reader sees.
        around.locked = &[];
        body = body::read(tree, &blocks, &around);
    }
    use_article_body(&mut body, &json, paywall.is_some());
    let text = body.text();
    findings.note("text", &body.rule, &text, body.runner_up.clone());

    let summary = summary::of(&body, &description, &mut findings);
    let (author, credit) = byline::of(&given, headline.node, &body, &mut findings);
    let language = tongue(&given, &text, &mut findings);
    let (published, modified) = dates(&given, headline.node, &language, &mut findings);
    let address = address::of(tree, &page.url);
    findings.note("canonical_url", address.rule, address.canonical.as_str(), None);
    if let Some(rule) = &paywall {
        findings.note("paywalled", rule, "true", None);
    }
    let image = address::image(tree, &json.image, &page.url).map(|(url, rule)| {
        findings.note("image", rule, url.as_str(), None);
        url
    });
    let section = section(tree, &json, &mut findings);
    let reason = refusal::reason(&Evidence {
        tree,
        json: &json,
        body: &body,
        title: &title,
        url: &page.url,
        chosen: !chosen.is_empty(),
        paywalled: paywall.is_some(),
    });
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
        image,
        section,
        original_outlet: None,
        original_url: address.elsewhere,
    });
    let robots = robots(tree);
    let (reading, article_as_far_as_known) = match reason {
        None => (Reading::Article(article), None),
        Some(reading) => (reading, Some(article)),
    };
    let offset = published.map(|moment| moment.offset);
    Report { reading, findings: findings.all(), robots, offset, article_as_far_as_known }
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

/// JSON-LD's `articleBody` only where the page's own text is missing or shorter: one in four is a teaser.
fn use_article_body(body: &mut Body, json: &JsonLd, paywalled: bool) {
    if paywalled || json.body.is_empty() {
        return;
    }
    let lines: Vec<String> = json_lines(&json.body);
    let length = |lines: &[String]| lines.iter().map(|line| line.chars().count()).sum::<usize>();
    let (own, told) = (length(&body.lines), length(&lines));
    body.runner_up = Some(("JSON-LD articleBody".to_owned(), lines.join("\n")));
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
        let Ok(document) = html::parse(&text) else { return Vec::new() };
        let tree = Tree::of(&document);
        return body::whole(&tree, &Blocks::of(&tree));
    }
    text.split('\n').map(plain::line).filter(|line| !line.is_empty()).collect()
}

fn dates(given: &Given, headline: u32, language: &str, findings: &mut Findings) -> (Option<Moment>, Option<Moment>) {
    let Given { document, tree, blocks, json, page, context, .. } = given;
    let tags = [tree.language.as_str(), tree.meta(&["og:locale"]).unwrap_or(""), json.language.as_str()];
    let month_first = language == "en" && published::month_first(&tags, page.url.host_str().unwrap_or(""));
    let habits = Habits { zone: context.zone, language, month_first };
    let asked = Asked { tree, blocks, json, context, headline, path: page.url.path(), html: &page.text, habits };
    let mut found = published::of(&asked);
    if let Some(text) = selected::date(document, context.select.date.as_deref())
        && let Some(chosen) = asked.found("select.date", &text)
    {
        found.published.insert(0, chosen);
    }
    let nth = published::choose(&found.published);
    let published = findings.choose("published_at", &found.published, nth);
    (published, findings.choose("modified_at", &found.modified, 0))
}

fn tongue(given: &Given, text: &str, findings: &mut Findings) -> String {
    let Given { tree, json, context, .. } = given;
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
    let Some((rule, section)) = found.into_iter().find(|(_, text)| is_section(text)) else {
        return String::new();
    };
    findings.note("section", rule, &section, None);
    section
}

/// Whether it names a section: not the void of some programming language.
fn is_section(text: &str) -> bool {
    let void = matches!(text.to_ascii_lowercase().as_str(), "nil" | "null" | "none" | "undefined" | "n/a" | "-");
    !text.is_empty() && text.len() < 200 && !void
}

fn robots(tree: &Tree) -> PageRobots {
    let mut robots = PageRobots::default();
    for (_, value) in tree.metas.iter().filter(|(key, _)| key == "robots" || key == "presswatch") {
        // Blanks part words, too, but not `max-snippet: 0`.
        for word in value.to_ascii_lowercase().replace(": ", ":").split([',', ' ']) {
            robots.noarchive |= matches!(word, "noarchive" | "nocache");
            robots.nosnippet |= matches!(word, "nosnippet" | "max-snippet:0");
        }
    }
    let said = |name: &str| tree.metas.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    robots.tdm = said("tdm-reservation").map(|reservation| (reservation, said("tdm-policy")));
    robots
}
