//! Collects the author's name from all parts of a page.

use super::{
    author::{self, Byline},
    findings::{Findings, Given},
};
use crate::extract::{
    FieldCandidate,
    body::Body,
    body::phrases,
    page::{
        hints::Hints,
        selected,
        surroundings::Surroundings,
        tree::{PageNode, Tag, Tree},
    },
};
use crate::text::clean::one_line;
use crate::text::cut::cut;
use crate::text::fold;

/// Names of `meta` elements, the most reliable first.
const METAS: &[&str] = &[
    "author",
    "article:author",
    "og:article:author",
    "og:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dc:creator",
    "dcterm:creator",
    "dcterms:creator",
    "dcterms.creator",
    "dc.contributor",
    "cxenseparse:author",
    "citation_author",
    "authors",
    "article.author",
    "article:author_name",
    "article_author",
    "sharing:article_author_name",
    "shareaholic:article_author_name",
    "vr:author",
    "rbauthors",
    "creator",
    "twitter:creator",
];

/// How many elements of a kind are examined, the nearest to the headline first.
const MOST: usize = 6;

/// A rule and the names that it found.
type NamesByRule = (&'static str, Vec<String>);

/// The author and the credited agency, from all parts of the page.
///
/// Metadata gives the names alone, so it comes before the visible bylines, which add jobs, dates and buttons. Among
/// these, the one nearest to the headline comes first.
pub fn author_and_credit(given: &Given, headline: u32, body: &Body, findings: &mut Findings) -> (String, String) {
    let Given { document, tree, blocks, json, outlets, context, .. } = given;
    let place = Surroundings { tree, blocks, headline };
    let mut names_by_rule: Vec<NamesByRule> = Vec::new();
    names_by_rule
        .extend(selected::text(document, context.select.author.as_deref()).map(|text| ("select.author", vec![text])));
    names_by_rule.push(("JSON-LD author", json.persons.clone()));
    for name in METAS {
        let values: Vec<String> =
            tree.metas.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).take(10).collect();
        if !values.is_empty() {
            names_by_rule.push(("meta author", values));
        }
    }
    names_by_rule.push(("author link", marked_authors(&place)));
    names_by_rule.extend(byline_elements(&place).into_iter().map(|texts| ("byline", texts)));
    names_by_rule.extend(byline_lines(&place).into_iter().map(|text| ("line near the headline", vec![text])));
    let item = context.item.map(|item| item.author.clone()).filter(|author| !author.is_empty());
    names_by_rule.push(("author of the channel", item.into_iter().collect()));
    names_by_rule.push(("JSON-LD organisation", json.organisations.clone()));
    if let [owner] = json.owners.as_slice() {
        names_by_rule.push(("JSON-LD person of the site", vec![owner.clone()]));
    }

    // A blog may be named after its author; the name of a company is never an author.
    let firms: Vec<String> =
        outlets.iter().filter(|name| json.firms.contains(*name) || !author::is_like_a_person(name)).cloned().collect();
    let mut agencies: Vec<String> = Vec::new();
    let mut found: Vec<FieldCandidate<String>> = Vec::new();
    for (rule, texts) in &names_by_rule {
        let mut byline = Byline::default();
        for text in texts {
            byline.add(text, &firms);
        }
        agencies.append(&mut byline.agencies);
        if !byline.names.is_empty() {
            let names = byline.names.join(", ");
            found.push(FieldCandidate { rule: (*rule).to_owned(), shown: names.clone(), value: names });
        }
    }
    // On a blog named after its author, whoever signs the article comes before the name of the site.
    let names: Vec<String> = outlets.iter().map(|outlet| fold::key(outlet)).collect();
    found.sort_by_key(|candidate| candidate.rule != "select.author" && names.contains(&fold::key(&candidate.value)));
    let mut sources = Byline::default();
    for provider in &json.providers {
        sources.add(provider, outlets);
    }
    agencies.append(&mut sources.agencies);
    let lines: Vec<&str> = body.lines.iter().map(String::as_str).collect();
    let closing = author::credit(&lines).or_else(|| credit_behind(&place, body)).or_else(|| source_near(&place));
    let credit = agencies.into_iter().next().map(|agency| (agency, "author field"));
    let credit = credit.or_else(|| closing.map(|agency| (agency, "line of the text")));
    if let Some((agency, rule)) = &credit {
        findings.record("credit", rule, agency, None);
    }
    (findings.choose("author", &found, 0).unwrap_or_default(), credit.map(|(agency, _)| agency).unwrap_or_default())
}

/// The agency credited in a line below the text: "© dpa-infocom, dpa:261120-99-123456/2".
fn credit_behind(place: &Surroundings, body: &Body) -> Option<String> {
    let blocks = &place.blocks.list;
    let last = body.lines.last()?;
    let end = blocks.iter().rposition(|block| place.blocks.text_of(block) == last)?;
    let behind = blocks.iter().skip(end + 1).take(5).filter(|block| block.chars < 80 && !block.is_linked());
    behind
        .filter(|block| !place.is_in_other_box(block.element))
        .find_map(|block| author::credited(place.blocks.text_of(block)))
}

/// The agency that a line near the headline names as its source: "Bron: Belga".
fn source_near(place: &Surroundings) -> Option<String> {
    let blocks = &place.blocks.list;
    let middle = blocks.partition_point(|block| block.first < place.headline_or_start());
    let near =
        blocks.iter().skip(middle).take(8).filter(|block| block.chars < 60 && !place.is_in_other_box(block.element));
    near.map(|block| place.blocks.text_of(block)).filter(|line| line.contains(':')).find_map(author::credited)
}

/// Names marked by `rel=author`, `itemprop=author` and their `RDFa` equivalents.
fn marked_authors(place: &Surroundings) -> Vec<String> {
    let is_author = |name: &str| matches!(name, "author" | "rel=author" | "creator" | "dc:creator");
    let marks = place.tree.marks.iter().filter(|mark| mark.name.split_ascii_whitespace().any(is_author));
    let mut near: Vec<(u32, String)> = marks
        .filter(|mark| {
            !place.has_ancestor(mark.node, |_, hints| hints.has(Hints::COMMENT | Hints::RELATED | Hints::TEASER))
        })
        .take(50)
        .filter_map(|mark| {
            let value = mark.value.trim();
            let text = if value.is_empty() { names_in(place, mark.node)?.join(", ") } else { value.to_owned() };
            Some((place.distance(mark.node), text))
        })
        .collect();
    near.sort_by_key(|(way, _)| *way);
    // Two authors stand side by side; a distant one belongs to another article.
    let first = near.first().map_or(0, |(way, _)| *way);
    near.into_iter().filter(|(way, _)| *way < first + 40).map(|(_, text)| text).take(5).collect()
}

/// Names in elements with an author class.
fn byline_elements(place: &Surroundings) -> Vec<Vec<String>> {
    let mut near: Vec<(u32, u32)> = (0..)
        .zip(&place.tree.nodes)
        .filter(|(_, node)| {
            node.hints.has(Hints::AUTHOR | Hints::SIGNED | Hints::AUTHOR_PAGE) && node.text_end > node.text
        })
        .filter(|(_, node)| !matches!(node.tag, Tag::Table | Tag::Row | Tag::Cell))
        .map(|(at, _)| (place.distance(at), at))
        .filter(|(_, at)| !place.is_in_other_box(*at))
        .take(100)
        .collect();
    near.sort_unstable();
    let beside = |at: u32| near.iter().map(|(_, other)| *other).filter(move |other| are_alike(place.tree, at, *other));
    let is_name = |names: &Vec<String>| names.iter().all(|name| author::is_like_a_person(name));
    near.iter()
        .filter_map(|(_, at)| {
            let names = names_in(place, *at)?;
            // Each author may have an element of the same kind.
            let others = beside(*at).filter_map(|other| names_in(place, other)).filter(is_name).take(5);
            Some(if is_name(&names) { names.iter().cloned().chain(others.flatten()).collect() } else { names })
        })
        .take(MOST)
        .collect()
}

/// Whether the second element follows the first under the same parent and is of the same kind.
fn are_alike(tree: &Tree, first: u32, second: u32) -> bool {
    let (Some(a), Some(b)) = (tree.node(first), tree.node(second)) else { return false };
    first < second && a.parent == b.parent && a.tag == b.tag && a.hints == b.hints
}

/// Lines around the headline that begin like a byline: "By Jane Roe".
fn byline_lines(place: &Surroundings) -> Vec<String> {
    let blocks = &place.blocks.list;
    let middle = blocks.partition_point(|block| block.first < place.headline_or_start());
    let near = blocks.get(middle.saturating_sub(2)..(middle + 12).min(blocks.len())).unwrap_or_default();
    let near = near.iter().filter(|block| block.chars < 90 && !place.is_in_other_box(block.element));
    near.map(|block| place.blocks.text_of(block))
        .filter(|line| phrases::is_signed(line))
        .map(str::to_owned)
        .take(3)
        .collect()
}

/// The names in an element: from its links to authors' pages, otherwise from its text.
fn names_in(place: &Surroundings, at: u32) -> Option<Vec<String>> {
    let tree = place.tree;
    let node = tree.node(at).filter(|node| node.text_end - node.text < 2_000)?;
    let inner = || (at + 1..node.end).take(200).filter_map(|at| tree.node(at));
    let named: Vec<String> = inner()
        .filter(|inner| inner.hints.has(Hints::SIGNED) || inner.tag == Tag::Link && inner.hints.has(Hints::AUTHOR))
        .filter_map(|inner| short_text(tree, inner))
        .filter(|text| author::is_like_a_person(text))
        .take(5)
        .collect();
    if !named.is_empty() {
        return Some(named);
    }
    let whole = short_text(tree, node)?;
    let links: Vec<String> = inner()
        .filter(|inner| inner.tag == Tag::Link)
        .filter_map(|inner| short_text(tree, inner))
        .filter(|text| author::is_like_a_person(text))
        .take(5)
        .collect();
    // "By Jane Roe and Jan Boon", where only one of them has a page of her own.
    let mut signed = Byline::default();
    signed.add(&whole, &[]);
    let persons = signed.names.iter().all(|name| author::is_like_a_person(name));
    if persons && signed.names.len() > links.len() && links.iter().all(|link| signed.names.contains(link)) {
        return Some(vec![whole]);
    }
    // Each name is a link, and only styling separates them.
    if links.len() > 1 && signed.names.iter().any(|name| links.iter().filter(|link| name.contains(*link)).count() > 1) {
        return Some(links);
    }
    // In "By Jane Roe, Follow", the links are more reliable only if the rest are ordinary byline words.
    let others =
        whole.split_whitespace().count() > links.iter().map(|link| link.split_whitespace().count()).sum::<usize>() + 3;
    Some(if others && !links.is_empty() { links } else { vec![whole] })
}

fn short_text(tree: &Tree, node: &PageNode) -> Option<String> {
    // Adjacent elements are separate words.
    let text = one_line(cut(tree.text_of(node), 400));
    (text.chars().count() < 160 && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use jiff::{Timestamp, tz::TimeZone};

    use crate::{
        article::Page,
        extract::{PageContext, PageVerdict, read_page},
        source::Select,
    };

    const TEXT: &str = "<p>The council decided on Monday that the park by the canal will be open all night, and that lamps \
        are to be put up along the water before the winter.</p>";

    #[test]
    fn the_names_that_a_person_would_copy() {
        let person = |name: &str| format!(r#"{{"@type":"Person","name":"{name}"}}"#);
        let json = |rest: &str| {
            format!(
                r#"<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Park",{rest}}}</script><h1>Park</h1>"#
            )
        };
        for (name, html, author, credit) in [
            ("two persons", json(&format!(r#""author":[{},{}]"#, person("Jane Roe"), person("Jan Boon"))), "Jane Roe, Jan Boon", ""),
            ("a person and an agency", json(&format!(r#""author":[{},{{"@type":"Organization","name":"Belga"}}]"#, person("Jane Roe"))), "Jane Roe", "Belga"),
            ("an agency alone signs", json(r#""author":{"@type":"Organization","name":"AFP"}"#), "", "AFP"),
            ("the outlet as a person", json(r#""author":{"@type":"Person","name":"De Kering"},"publisher":{"@type":"Organization","name":"De Kering"}"#), "", ""),
            ("the outlet with the name of a person", json(r#""author":{"@type":"Person","name":"Sud Kering"},"publisher":{"@type":"Organization","name":"Sud Kering"}"#), "", ""),
            ("a blog with the name of a person", r#"<meta property="og:site_name" content="Jane Roe"><meta name="author" content="Jane Roe"><h1>Park</h1>"#.to_owned(), "Jane Roe", ""),
            ("an owner in place of an author", r#"<script type="application/ld+json">{"@graph":[{"@type":["Person","Organization"],"@id":"p","name":"Jane Roe"},{"@type":"WebPage"}]}</script><h1>Park</h1>"#.to_owned(), "Jane Roe", ""),
            ("an address in place of a name", r#"<meta property="article:author" content="https://social.example/jane"><h1>Park</h1><span class="byline">By Jane Roe</span>"#.to_owned(), "Jane Roe", ""),
            ("a byline with a date and a button", r#"<h1>Park</h1><div class="byline">By <a href="/people/jane">Jane Roe</a> and <a href="/people/jan">Jan Boon</a> 4 May 2026 at 10:30 <a href="/f">Follow</a></div>"#.to_owned(), "Jane Roe, Jan Boon", ""),
            ("the byline of a teaser", r#"<aside class="related"><h3>Other</h3><span class="author">Par Luc Lac</span></aside><h1>Park</h1><p class="signature">Par Anne Roe</p>"#.to_owned(), "Anne Roe", ""),
            ("the author of a comment", r#"<h1>Park</h1><p>Door Els Boon</p><div class="comments"><span class="comment-author">Luc Lac</span></div>"#.to_owned(), "Els Boon", ""),
            ("a line without a class", "<h1>Park</h1><div>Von Jane Roe, Bern</div>".to_owned(), "Jane Roe", ""),
            ("a Drupal node", r#"<h1>Park</h1><div class="submitted">Gespeichert von <span class="username">jroe</span> am 4. Mai 2026 - 18:55</div>"#.to_owned(), "jroe", ""),
            ("a link rel=author", r#"<h1>Park</h1><p>4 May 2026 | <a rel="author" href="/a">The_Roe</a> | 3 comments</p>"#.to_owned(), "The_Roe", ""),
            ("a job beside the name", r#"<h1>Park</h1><div class="author">Jane Roe, politiek redacteur</div>"#.to_owned(), "Jane Roe", ""),
            ("a mail address", r#"<h1>Park</h1><div class="author">Jane Roe <a href="mailto:x">jane@news.example</a></div>"#.to_owned(), "Jane Roe", ""),
            ("an editor's office", json(r#""author":{"@type":"Person","name":"Redaktion"}"#), "", ""),
            ("a card of a company", r#"<h1>Park</h1><table class="vcard"><tr><td>New Canal</td></tr></table>"#.to_owned(), "", ""),
            ("given name and family name", json(r#""author":{"@type":"Person","givenName":"Jane","familyName":"Roe"}"#), "Jane Roe", ""),
            ("name and date side by side", r#"<h1>Park</h1><div class="byline"><span>Jane Roe</span><span>April 4, 2026</span></div>"#.to_owned(), "Jane Roe", ""),
            ("name and role side by side", r#"<h1>Park</h1><div class="byline"><span class="n">Jane Roe</span><span class="r">Political editor</span></div>"#.to_owned(), "Jane Roe", ""),
            ("agency and date side by side", r#"<h1>Park</h1><div class="byline"><span>Associated Press</span><span>April 4, 2026</span></div>"#.to_owned(), "", "AP"),
            ("two names side by side", r#"<h1>Park</h1><div class="byline">By<a href="/jane">Jane Roe</a><a href="/jan">Jan Boon</a></div>"#.to_owned(), "Jane Roe, Jan Boon", ""),
            ("two names in elements of a kind", r#"<h1>Park</h1><div><span class="author">Jane Roe</span><span class="author">Jan Boon</span></div>"#.to_owned(), "Jane Roe, Jan Boon", ""),
            ("a link to an author's page", r#"<h1>Park</h1><div><a href="/auteurs/jan-boon">Jan Boon</a><span>20 november 2026</span></div>"#.to_owned(), "Jan Boon", ""),
            ("a source beside its label", "<h1>Park</h1><div>Bron: <span>Belga</span></div>".to_owned(), "", "Belga"),
            ("nobody", "<h1>Park</h1>".to_owned(), "", ""),
        ] {
            let page = Page { url: "https://news.example/a/story".parse().unwrap(), text: format!("{html}{TEXT}{TEXT}") };
            let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
            let context = PageContext { select: &Select::default(), language: None, zone: &TimeZone::UTC, now, item: None, outlet: "" };
            let PageVerdict::Article(article) = read_page(&page, &context).verdict else { panic!("{name}: no article") };
            assert_eq!((article.author.as_str(), article.credit.as_str()), (author, credit), "{name}");
        }
    }

    #[test]
    fn a_line_below_the_text_credits_an_agency() {
        for (line, expected) in [
            ("<p>© dpa-infocom, dpa:261120-99-123456/2</p>", "dpa"),
            ("<div class=source>© AFP</div>", "AFP"),
            ("<p>© Canal News</p>", ""),
            ("<figure><figcaption>Belga</figcaption></figure>", ""),
        ] {
            let text = format!("<article><h1>Park</h1>{TEXT}{line}</article>");
            let page = Page { url: "https://news.example/a/story".parse().unwrap(), text };
            let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
            let context = PageContext {
                select: &Select::default(),
                language: None,
                zone: &TimeZone::UTC,
                now,
                item: None,
                outlet: "",
            };
            let PageVerdict::Article(article) = read_page(&page, &context).verdict else {
                panic!("{line}: no article")
            };
            assert_eq!(article.credit, expected, "{line}");
        }
    }
}
