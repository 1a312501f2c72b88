//! An HTML page with links to articles → items.

use std::collections::HashMap;

use dom_query::{Document, Matcher, NodeId, NodeRef};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::entry::{MAX_TITLE, language_tag};
use super::sniff::{Form, consent, form, refusal};
use super::{Announced, Dropped, Gathered, PageKind, Refusal};
use crate::article::{Item, Page};
use crate::date;
use crate::language::{Cause, Code};
use crate::lexicon::{self, List};
use crate::nesting;
use crate::text::clean::one_line_up_to;
use crate::text::cut::cut;
use crate::text::markup;

/// Longer pages are read to here, in bytes.
const MAX_LENGTH: usize = 5_000_000;
/// Most elements that the selector may match.
const MAX_MATCHES: usize = 20_000;
/// Most nodes of one element that are looked at for its text or date.
const MAX_NODES: usize = 3_000;
/// How far from its link an article's card may reach, in levels.
const MAX_LEVELS: usize = 10;

/// Most links to one article that are looked at, and most links in one matched element.
const MAX_LINKS: usize = 10;

const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// What links say that are no headlines, in lower case.
static NO_HEADLINES: List = List::new(|| lexicon::all(|language| &language.page.no_headlines));

/// What one or several links to an article tell about it.
struct Found {
    url: Url,
    title: String,
    /// The better the place the title was found at, the higher.
    rank: u8,
    links: usize,
    published: Option<Timestamp>,
}

/// Reads a listing page; `selector` is the CSS selector of its links, or of what lies around or within them.
pub fn read(page: &Page, selector: &str, zone: &TimeZone) -> Result<Announced, Refusal> {
    const WANTED: &str = "a page with links";
    let Ok(matcher) = Matcher::new(selector) else {
        return Err(Refusal(Cause::new(Code::NoSelector, &[&selector])));
    };
    match form(&page.text) {
        Form::Html | Form::Other(_) | Form::Unknown => {}
        other => return Err(refusal(page, other, WANTED)),
    }
    let text = cut(&page.text, MAX_LENGTH);
    if let Some(why) = nesting::refusal(text) {
        return Err(Refusal(Cause::new(Code::Nested, &[&why])));
    }
    let document = Document::from(text);
    let base = document.base_uri().and_then(|base| page.url.join(base.trim()).ok()).unwrap_or_else(|| page.url.clone());
    let mut gathered = Gathered::new(PageKind::Listing);
    gathered.announced.title = one_line_up_to(&document.select_single("title").text(), MAX_TITLE);
    gathered.announced.language = document.html_root().attr("lang").map_or_else(String::new, |l| language_tag(&l));
    if text.len() < page.text.len() {
        let why = Cause::new(Code::Beyond, &[&"5 MB"]);
        gathered.drop(Dropped { what: "the rest of the page".to_owned(), why });
    }

    let selection = document.select_matcher(&matcher);
    let links: Vec<(NodeRef, NodeRef, Url)> = selection
        .nodes()
        .iter()
        .take(MAX_MATCHES)
        .filter_map(|node| {
            let link = link_of(node)?;
            let url = address(&link, &base, &page.url)?;
            Some((*node, link, url))
        })
        .collect();
    let owners = owners(&links);
    let mut places: HashMap<Url, usize> = HashMap::new();
    let mut found: Vec<Found> = Vec::new();
    for (node, link, url) in &links {
        let place = *places.entry(without_fragment(url)).or_insert(found.len());
        if found.get(place).is_some_and(|known| known.links >= MAX_LINKS) {
            continue;
        }
        let cards = cards(link, &owners);
        let (rank, title) = title(node, link, &cards);
        // A link into the page leads to its comments; its words are the article's only where there are no others.
        let rank = if url.fragment().is_some() { 0 } else { rank };
        if place == found.len() {
            let published = published(&cards, zone);
            found.push(Found { url: without_fragment(url), title, rank, links: 1, published });
        } else if let Some(known) = found.get_mut(place) {
            known.links += 1;
            if (rank, title.len()) > (known.rank, known.title.len()) {
                (known.rank, known.title) = (rank, title);
            }
        }
    }
    if found.is_empty() && consent(page) {
        return Err(refusal(page, Form::Html, WANTED));
    }
    for item in found {
        gathered.add(Item { url: Some(item.url), title: item.title, published_at: item.published, ..Item::default() });
    }
    Ok(gathered.finish())
}

fn named(node: &NodeRef, names: &[&str]) -> bool {
    node.node_name().is_some_and(|name| names.contains(&&*name))
}

/// The link that a matched element is, holds, or lies in.
fn link_of<'a>(node: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    let links = |n: &NodeRef| named(n, &["a", "area"]) && n.has_attr("href");
    if node.has_attr("href") {
        return Some(*node);
    }
    // A link around or in a heading is the article's; links before it may be of a section or an author.
    let inside: Vec<NodeRef> = node.descendants_it().take(MAX_NODES).filter(links).take(MAX_LINKS).collect();
    let headed = |n: &&NodeRef| n.ancestors_it(Some(6)).any(|n| named(&n, &HEADINGS)) || has_heading(n);
    let first = inside.iter().find(headed).or(inside.first()).copied();
    first.or_else(|| node.ancestors_it(Some(MAX_LEVELS)).find(links))
}

fn has_heading(node: &NodeRef) -> bool {
    node.descendants_it().take(100).any(|n| named(&n, &HEADINGS))
}

/// Where a link leads, unless that is nowhere else.
fn address(link: &NodeRef, base: &Url, page: &Url) -> Option<Url> {
    let href = link.attr("href")?;
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') || href.len() > 8_000 {
        return None;
    }
    let url = base.join(href).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (web && without_fragment(&url) != without_fragment(page)).then_some(url)
}

/// The page that a link leads to, not the place in it; `#!/…` and `#/…` name pages.
fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    if !url.fragment().is_some_and(|place| place.starts_with(['!', '/'])) {
        url.set_fragment(None);
    }
    url
}

/// For each element around a link: the article that all links in it lead to, or `None` where they lead to several.
fn owners<'u>(links: &'u [(NodeRef, NodeRef, Url)]) -> HashMap<NodeId, Option<&'u str>> {
    let mut owners: HashMap<NodeId, Option<&str>> = HashMap::new();
    for (_, link, url) in links {
        let url = url.as_str().split('#').next().unwrap_or_default();
        for around in link.ancestors_it(Some(MAX_LEVELS)) {
            owners.entry(around.id).and_modify(|owner| *owner = owner.filter(|o| *o == url)).or_insert(Some(url));
        }
    }
    owners
}

/// The link and the elements around it that belong to its article alone, innermost first.
fn cards<'a>(link: &NodeRef<'a>, owners: &HashMap<NodeId, Option<&str>>) -> Vec<NodeRef<'a>> {
    let around = link.ancestors_it(Some(MAX_LEVELS));
    let own =
        around.take_while(|n| owners.get(&n.id).is_some_and(Option::is_some) && !named(n, &["body", "html", "main"]));
    std::iter::once(*link).chain(own).collect()
}

/// The headline of a link, and how good the place is where it was found.
fn title(node: &NodeRef, link: &NodeRef, cards: &[NodeRef]) -> (u8, String) {
    let headed = heading(link).map(|h| text(&h)).or_else(|| {
        let inside = link.ancestors_it(Some(6)).any(|n| named(&n, &HEADINGS));
        inside.then(|| text(link))
    });
    let own = || text(link);
    let attribute = |name: &str| link.attr(name).map(|value| markup::from_text(&value, MAX_TITLE)).unwrap_or_default();
    let around = || {
        let card = cards.iter().skip(1).find_map(heading);
        card.or_else(|| heading(node)).map(|h| text(&h)).unwrap_or_default()
    };
    let picture = || {
        let alt =
            link.descendants_it().take(MAX_NODES).find_map(|n| if named(&n, &["img"]) { n.attr("alt") } else { None });
        alt.map(|alt| markup::from_text(&alt, MAX_TITLE)).unwrap_or_default()
    };
    let tries: [(u8, &dyn Fn() -> String); 6] = [
        (6, &|| headed.clone().unwrap_or_default()),
        (5, &|| headline_within(link)),
        (4, &own),
        (3, &around),
        (2, &|| [attribute("title"), attribute("aria-label")].into_iter().find(|t| sensible(t)).unwrap_or_default()),
        (1, &picture),
    ];
    tries.iter().map(|(rank, look)| (*rank, look())).find(|(_, title)| sensible(title)).unwrap_or_default()
}

fn heading<'a>(around: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    let own = named(around, &HEADINGS).then_some(*around);
    own.or_else(|| around.descendants_it().take(MAX_NODES).find(|n| named(n, &HEADINGS) && !text(n).is_empty()))
}

fn sensible(title: &str) -> bool {
    if date::read(title, &TimeZone::UTC).is_some() {
        return false;
    }
    let lower = title.to_lowercase().replace('’', "'");
    let bare = lower.trim_end_matches(['.', '…', '>', '»', '→', ' ', ':']);
    title.chars().any(char::is_alphabetic) && !NO_HEADLINES.contains(&bare)
}

/// What a link that is a whole card marks as its headline by a class.
fn headline_within(link: &NodeRef) -> String {
    let marked = |n: &NodeRef| {
        n.attr("class").is_some_and(|class| {
            let class = class.to_ascii_lowercase();
            let beside =
                ["sub", "sur", "sous", "pre", "over", "onder", "boven"].iter().any(|part| class.contains(part));
            !beside
                && (class.contains("title")
                    || class.contains("headline")
                    || class.contains("titre")
                    || class.contains("titel"))
        })
    };
    link.descendants_it().take(MAX_NODES).find(marked).map(|n| text(&n)).unwrap_or_default()
}

/// The text of an element that its reader sees, without what is in scripts.
fn text(node: &NodeRef) -> String {
    let mut out = String::new();
    for inner in node.descendants_it().take(MAX_NODES) {
        if out.len() > MAX_TITLE * 4 {
            break;
        }
        if inner.is_text() {
            let hidden = inner.parent().is_some_and(|p| named(&p, &["script", "style", "noscript", "template", "svg"]));
            if !hidden {
                out.push_str(&inner.text());
            }
        } else if inner.is_element() && !inner.node_name().is_some_and(|name| markup::is_inline(&name)) {
            out.push(' ');
        }
    }
    one_line_up_to(&out, MAX_TITLE)
}

/// The first date that the markup of the innermost card gives, in an attribute rather than in words.
fn published(cards: &[NodeRef], zone: &TimeZone) -> Option<Timestamp> {
    const ATTRIBUTES: [&str; 4] = ["datetime", "data-timestamp", "data-datetime", "data-date"];
    let by_attribute = |node: &NodeRef| ATTRIBUTES.iter().find_map(|name| date::read(&node.attr(name)?, zone));
    let in_words = |node: &NodeRef| if named(node, &["time"]) { date::read(&text(node), zone) } else { None };
    let look = |read: &dyn Fn(&NodeRef) -> Option<Timestamp>| {
        cards.iter().find_map(|card| {
            let elements = std::iter::once(*card).chain(card.descendants_it().take(MAX_NODES));
            elements.filter(NodeRef::is_element).find_map(|node| read(&node))
        })
    };
    look(&by_attribute).or_else(|| look(&in_words))
}
