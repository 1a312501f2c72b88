//! Finds the links of a home page that lead to articles, and a CSS selector for them.
//!
//! First each URL is judged by its form and its position on the page. Then every part of a URL and every element around
//! a link is tried as a selector. The winner finds the most articles and the fewest other pages.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::tz::TimeZone;
use scraper::{ElementRef, Selector};
use url::Url;

use crate::article::Page;
use crate::lexicon::{self, List};
use crate::source::ChannelKind;
use crate::{canonical_url, channel, html};

/// Limits: bytes of a page, links, ancestors of a link, classes of an element.
const MAX_LENGTH: usize = 5_000_000;
const MAX_LINKS: usize = 3_000;
const MAX_AROUND: usize = 30;
const MAX_CLASSES: usize = 6;
/// A page with fewer articles is not a front page.
const FEWEST: usize = 4;

/// A selector for links to articles, and what it finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// CSS, for `link` in `pages`.
    pub selector: String,
    /// How many articles it finds.
    pub articles: usize,
    /// The headlines of the first few.
    pub headlines: Vec<String>,
    /// The keys of their URLs.
    pub(super) keys: HashSet<String>,
}

/// What the links to one URL say about it.
#[derive(Default)]
struct LinkTarget {
    /// Whether a link to it is in a heading, or around one.
    headed: bool,
    /// The most words in a link to it.
    words: usize,
    /// Whether a link to it is outside menus, headers and footers.
    outside: bool,
    /// The selectors that match it.
    found_by: HashSet<String>,
}

/// Proposes a selector for a page's links to articles; `None` if none is good enough.
pub fn propose(page: &Page) -> Option<Proposal> {
    let text = page.text.get(..page.text.floor_char_boundary(MAX_LENGTH)).unwrap_or_default();
    let document = html::parse(text).ok()?;
    let base = html::base_url(&document, &page.url);
    let mut targets: BTreeMap<Url, LinkTarget> = BTreeMap::new();
    for link in document.root_element().select(&Selector::parse("a[href]").ok()?).take(MAX_LINKS) {
        let Some(url) = link.attr("href").and_then(|href| base.join(href.trim()).ok()) else { continue };
        let mut url = url;
        url.set_fragment(None);
        let is_other = url.path() != page.url.path() || number(&url).is_some();
        if canonical_url::same_site(&url, &page.url) && is_other {
            record_link(targets.entry(url.clone()).or_default(), &link, &url);
        }
    }
    let articles: HashSet<&Url> =
        targets.iter().filter(|(url, target)| is_article(url, target)).map(|(url, _)| url).collect();
    if articles.len() < FEWEST {
        return None;
    }
    let mut tried: HashMap<&str, (usize, usize)> = HashMap::new();
    for (url, target) in &targets {
        for selector in &target.found_by {
            let counts = tried.entry(selector).or_default();
            if articles.contains(url) { counts.0 += 1 } else { counts.1 += 1 }
        }
    }
    let mut ranked: Vec<(&str, f64)> = tried
        .iter()
        .map(|(selector, (right, wrong))| (*selector, merit(*right, *wrong, articles.len()) - cost(selector)))
        .filter(|(_, merit)| *merit > 0.5)
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| (a.0.len(), a.0).cmp(&(b.0.len(), b.0))));
    let best = ranked.first()?.0;
    let selector = widened(best, &ranked, &targets, &articles);
    // The result is what a crawl with this selector would yield.
    let kind = ChannelKind::Page { link: selector.clone() };
    let announced = channel::parse_channel(page, &kind, &TimeZone::UTC).ok()?;
    let titled: Vec<&str> =
        announced.items.iter().map(|item| item.title.as_str()).filter(|title| !title.is_empty()).collect();
    (titled.len() >= FEWEST).then(|| Proposal {
        selector,
        articles: announced.items.len(),
        headlines: titled.iter().take(3).map(|title| (*title).to_owned()).collect(),
        keys: announced.items.iter().filter_map(|item| Some(canonical_url::key(item.url.as_ref()?, None))).collect(),
    })
}

/// The selector, combined with a second one if that finds a fifth more of the articles and little else.
fn widened(
    best: &str,
    ranked: &[(&str, f64)],
    targets: &BTreeMap<Url, LinkTarget>,
    articles: &HashSet<&Url>,
) -> String {
    let count = |selectors: &[&str]| {
        let found = targets.iter().filter(|(_, target)| selectors.iter().any(|s| target.found_by.contains(*s)));
        let (right, wrong): (Vec<_>, Vec<_>) = found.partition(|(url, _)| articles.contains(url));
        (right.len(), wrong.len())
    };
    let (alone, _) = count(&[best]);
    let mut pair = (best.to_owned(), alone + articles.len() / 5);
    for (other, _) in ranked.iter().skip(1).take(40) {
        let (right, wrong) = count(&[best, other]);
        if right > pair.1 && wrong * 8 <= right {
            pair = (format!("{best}, {other}"), right);
        }
    }
    pair.0
}

/// The quality of a selector: mainly how few other pages it finds, then how many of the articles.
#[expect(clippy::cast_precision_loss, reason = "a page has no 2^52 links")]
fn merit(right: usize, wrong: usize, all: usize) -> f64 {
    if right < 2 {
        return 0.0;
    }
    let precision = right as f64 / (right + wrong) as f64;
    let recall = right as f64 / all as f64;
    1.25 * precision * recall / (0.25 * precision + recall)
}

/// Specific selectors last longer: parts of URLs, then elements, then classes, which designers rename.
fn cost(selector: &str) -> f64 {
    let classes = selector.matches('.').count();
    let words = selector.split(' ').count();
    let address = selector.contains("href");
    let counted = u32::try_from(classes * 4 + words.saturating_sub(1) * 2).unwrap_or(u32::MAX);
    if address { 0.0 } else { 0.01 + f64::from(counted) / 200.0 }
}

/// Records what a link says about its URL, and every selector that matches it.
fn record_link(target: &mut LinkTarget, link: &ElementRef, url: &Url) {
    let around: Vec<ElementRef> = link.ancestors().filter_map(ElementRef::wrap).take(MAX_AROUND).collect();
    let named = |node: &ElementRef, names: &[&str]| names.contains(&node.value().name());
    let menu = around.iter().any(|node| named(node, &["nav", "header", "footer"]) && !within_article(node, &around));
    let heads = ["h1", "h2", "h3", "h4", "h5"];
    let heading = around.iter().take(6).any(|node| named(node, &heads))
        || link.descendants().take(60).filter_map(ElementRef::wrap).any(|node| named(&node, &heads));
    target.headed |= heading;
    target.outside |= !menu;
    target.words = target.words.max(link.text().collect::<String>().split_whitespace().take(60).count());
    for part in parts_of(url) {
        target.found_by.insert(format!("a[href*=\"/{part}/\"]"));
    }
    target.found_by.extend(number(url).map(|part| format!("a[href*=\"{part}\"]")));
    let main = around.iter().any(|node| named(node, &["main"]));
    let article = around.iter().any(|node| named(node, &["article"]));
    let mut add = |selector: String| {
        if main && !selector.starts_with("main ") {
            target.found_by.insert(format!("main {selector}"));
        }
        target.found_by.insert(selector);
    };
    for class in classes(link) {
        add(format!("a.{class}"));
    }
    for node in &around {
        let name = node.value().name();
        if matches!(name, "html" | "body" | "div" | "span" | "main") {
            for class in classes(node) {
                add(format!(".{class} a"));
            }
        } else if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            add(format!("{name} a"));
            if article && heads.contains(&name) {
                add(format!("article {name} a"));
            }
            for class in classes(node) {
                add(format!("{name}.{class} a"));
            }
        }
    }
}

/// A `header` or `footer` inside an `article` is not a menu.
fn within_article(node: &ElementRef, around: &[ElementRef]) -> bool {
    let outer = around.iter().skip_while(|other| *other != node).skip(1);
    outer.take(4).any(|other| other.value().name() == "article")
}

/// The classes of an element that look hand-written, without generated numbers.
fn classes(node: &ElementRef) -> Vec<String> {
    let all = node.attr("class").unwrap_or_default();
    let written = |class: &&str| {
        let digits = class.bytes().filter(u8::is_ascii_digit).count();
        let upper = class.bytes().filter(u8::is_ascii_uppercase).count();
        (3..=40).contains(&class.len())
            && class.starts_with(|c: char| c.is_ascii_alphabetic())
            && class.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && digits == 0
            && upper <= 3
            && !["css-", "sc-", "jsx-", "svelte-", "js-", "is-", "has-"].iter().any(|head| class.starts_with(head))
    };
    all.split_ascii_whitespace().filter(written).take(MAX_CLASSES).map(str::to_owned).collect()
}

/// The words among a URL's path segments: `/actu/belgique/2026/…` has two.
fn parts_of(url: &Url) -> Vec<&str> {
    let word = |part: &&str| {
        (2..=30).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_')
            && part.matches('-').count() <= 1
    };
    let parts: Vec<&str> = url.path().split('/').collect();
    // The last segment belongs to the article alone.
    let last = parts.len().saturating_sub(if url.path().ends_with('/') { 2 } else { 1 });
    parts.into_iter().take(last.min(8)).filter(word).collect()
}

/// The part of a URL before the number of its article: `article.php?id=` of `/article.php?id=501`.
fn number(url: &Url) -> Option<String> {
    const OTHERS: [&str; 9] = ["page", "pagina", "paged", "start", "offset", "cat", "category", "tag", "year"];
    let (name, value) = url.query()?.split('&').next()?.split_once('=')?;
    let is_number = value.len() >= 2 && value.bytes().all(|b| b.is_ascii_digit());
    let file = url.path().rsplit('/').next().unwrap_or_default();
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let is_name = !name.is_empty() && !OTHERS.contains(&name.to_ascii_lowercase().as_str());
    (is_number && is_name && plain(name) && plain(file) && file.len() + name.len() <= 60)
        .then(|| format!("{file}?{name}="))
}

/// Whether a URL leads to an article, as far as it and its links show.
fn is_article(url: &Url, target: &LinkTarget) -> bool {
    static OTHERS: List = List::new(|| lexicon::all(|language| &language.paths.others));
    let path = url.path();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let numbered = number(url).is_some();
    let Some(last) = parts.last().copied().or(numbered.then_some("")) else { return false };
    if !target.outside || parts.iter().any(|part| OTHERS.contains(part)) {
        return false;
    }
    let dashes = last.matches(['-', '_']).count();
    let digits = path.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let dated = path.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 4 && run.starts_with("20"));
    let points = 3 * usize::from(dated && parts.len() > 1)
        + dashes.min(3)
        + usize::from(digits >= 5) * 2
        + usize::from(numbered) * 3
        + usize::from(last.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "html" | "htm")))
        + usize::from(target.headed) * 2
        + usize::from(target.words >= 4)
        + usize::from(target.words >= 7);
    points >= 4 && (target.words >= 3 || dated || digits >= 5)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    const HEADLINES: [&str; 6] = [
        "Kraanvogel landt op de kade van Halle",
        "Sluiswachter vervangt het oude slot",
        "Zeven sloten naar het museum van de haven",
        "Gemeenteraad beslist over de nieuwe brug",
        "Bakker opent een winkel op het plein",
        "Regen verwacht tot het eind van de week",
    ];

    fn slug(headline: &str) -> String {
        headline.to_lowercase().replace(' ', "-")
    }

    /// A front page whose articles are rendered by `article`, with a menu, a footer and section links between them.
    fn front(article: impl Fn(usize, &str) -> String) -> Page {
        let menu = "<header><nav><a class=\"nav-link\" href=\"/\">Home</a><a class=\"nav-link\" href=\"/sport/\">Sport</a>\
            <a class=\"nav-link\" href=\"/regio/halle/\">Halle</a></nav></header>";
        let mut body = String::new();
        for (at, headline) in HEADLINES.iter().enumerate() {
            body += &article(at, headline);
            body += "<a class=\"tag\" href=\"/tag/halle/\">Halle</a>";
        }
        let footer = "<footer><h2><a href=\"/over-ons-en-onze-redactie-in-halle/\">Over ons en onze redactie in Halle</a></h2>\
            <a href=\"/privacy/\">Privacy</a></footer>";
        let text = format!(
            "<html><body>{menu}<main>{body}</main><aside><a href=\"https://shop.example/a-b-c-d-e\">Koop de krant van \
            vandaag hier nu</a></aside>{footer}</body></html>"
        );
        Page { url: Url::parse("https://www.gazet.example/").unwrap(), text }
    }

    #[track_caller]
    fn finds_all(page: &Page) -> String {
        let found = propose(page).unwrap();
        assert_eq!(found.articles, HEADLINES.len(), "{found:?}");
        assert_eq!(found.headlines, &HEADLINES[..3], "{found:?}");
        found.selector
    }

    #[test]
    fn a_part_of_the_url_is_the_best_selector() {
        let page = front(|at, headline| {
            format!("<div class=\"css-1x2\"><a href=\"/artikel/{}-{at}00123\">{headline}</a></div>", slug(headline))
        });
        assert_eq!(finds_all(&page), "a[href*=\"/artikel/\"]");
    }

    #[test]
    fn headings_around_the_links_are_second_best() {
        let page = front(|_, headline| {
            format!("<h2 class=\"kop\"><a href=\"/{}/\">{headline}</a></h2><p>Lead</p>", slug(headline))
        });
        assert_eq!(finds_all(&page), "main h2 a");
        let cards = front(|_, headline| {
            format!("<article><a href=\"/{}\"><h3>{headline}</h3><p>Lead</p></a></article>", slug(headline))
        });
        assert_eq!(finds_all(&cards), "article a");
    }

    #[test]
    fn hand_written_classes_are_third_best() {
        let page = front(|_, headline| {
            format!(
                "<div class=\"x9f3 teaser\"><a class=\"css-1abc\" href=\"/{}\">{headline}</a></div>",
                slug(headline)
            )
        });
        assert_eq!(finds_all(&page), ".teaser a");
    }

    #[test]
    fn two_selectors_are_combined_when_one_finds_too_few() {
        let page = front(|at, headline| {
            let (open, close) = if at % 2 == 0 { ("<h2>", "</h2>") } else { ("<h3>", "</h3>") };
            format!("{open}<a href=\"/{}/\">{headline}</a>{close}", slug(headline))
        });
        let selector = finds_all(&page);
        assert!(selector.contains("h2 a") && selector.contains("h3 a") && selector.contains(", "), "{selector}");
    }

    #[test]
    fn urls_may_end_with_the_number_of_an_article() {
        let page = front(|at, headline| {
            format!("<tr><td><a href=\"artikel.php?id={}&amp;lang=nl\">{headline}</a></td></tr>", 500 + at)
        });
        assert_eq!(finds_all(&page), "a[href*=\"artikel.php?id=\"]");
        let page = front(|at, headline| format!("<p><a href=\"/?p={}\">{headline}</a></p>", 4711 + at));
        assert_eq!(finds_all(&page), "a[href*=\"?p=\"]");
        let pages = front(|at, headline| format!("<p><a href=\"/?page={}\">{headline}</a></p>", 10 + at));
        assert_eq!(propose(&pages), None);
    }

    #[test]
    fn a_page_without_articles_gets_no_proposal() {
        for text in ["", "<a href=\"/a\">A</a>", "<p>Nothing here", "\0<a href"] {
            let page = Page { url: Url::parse("https://a.example/").unwrap(), text: text.to_owned() };
            assert_eq!(propose(&page), None, "{text}");
        }
        let menu: Vec<String> =
            (0..50).map(|n| format!("<li><a href=\"/section-{n}/\">Section {n}</a></li>")).collect();
        let menu = menu.concat();
        let page =
            Page { url: Url::parse("https://a.example/").unwrap(), text: format!("<nav>{menu}</nav><ul>{menu}</ul>") };
        assert_eq!(propose(&page), None);
    }

    #[test]
    fn time_is_linear_in_the_size_of_the_page() {
        let link = |n| {
            format!(
                "<div class=\"a b c d e f\"><a href=\"/een-twee-drie-vier-vijf-{n}\">een twee drie vier vijf zes {n}</a></div>"
            )
        };
        crate::text::growth::assert_linear("links", |n| {
            let text: String = (0..1_500 * n).map(link).collect();
            let page = Page { url: Url::parse("https://a.example/").unwrap(), text };
            let _ = propose(&page);
        });
    }
}
