//! Where a page tells who wrote the article.

use super::{
    Candidate,
    author::{self, Byline},
    body::Body,
    fields::{Findings, Given},
    hints::Hints,
    plain, selected,
    tree::Tree,
};

/// Names and agency, from all places that tell them.
pub fn of(given: &Given, body: &Body, findings: &mut Findings) -> (String, String) {
    let Given { document, tree, json, outlets, context, .. } = given;
    let mut sources: Vec<(&'static str, Vec<String>)> = Vec::new();
    sources
        .extend(selected::text(document, context.select.author.as_deref()).map(|text| ("select.author", vec![text])));
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
