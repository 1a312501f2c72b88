//! Parses an HTML page with links to articles into items.

use std::collections::HashMap;

use ego_tree::NodeId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use scraper::{ElementRef, Selector};
use url::Url;

use super::dates::read_date;
use super::entry::{MAX_TITLE, language_tag};
use super::sniff::{Form, detect_form, is_consent_page, refusal};
use super::{Announced, Dropped, Gathered, PageKind, Refusal};
use crate::article::{Item, Page};
use crate::date;
use crate::html::{self, seam};
use crate::i18n::{Cause, CauseCode};
use crate::lexicon::{self, List};
use crate::text::clean::one_line_up_to;
use crate::text::cut::cut;
use crate::text::markup;

/// Longer pages are truncated, in bytes.
const MAX_LENGTH: usize = 5_000_000;
/// The most elements that the selector may match.
const MAX_MATCHES: usize = 20_000;
/// The most nodes of one element that are searched for text or a date.
const MAX_NODES: usize = 3_000;
/// How many ancestors of a link may belong to its article's card.
const MAX_LEVELS: usize = 10;

/// The most links to one article, and in one matched element, that are examined.
const MAX_LINKS: usize = 10;

const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// Link texts that are not headlines, in lower case.
static NO_HEADLINES: List = List::new(|| lexicon::all(|language| &language.page.no_headlines));

/// What the links to one article say about it.
struct FoundLink {
    url: Url,
    title: String,
    /// The higher, the more reliable the place where the title was found.
    rank: u8,
    links: usize,
    published: Option<Timestamp>,
}

/// Parses a listing page; `selector` is the CSS selector of its links, or of elements around or inside them.
pub fn parse_listing(page: &Page, selector: &str, zone: &TimeZone) -> Result<Announced, Refusal> {
    const WANTED: &str = "a page with links";
    let Ok(selector) = Selector::parse(selector) else {
        return Err(Refusal(Cause::new(CauseCode::NoSelector, &[&selector])));
    };
    match detect_form(&page.text) {
        Form::Html | Form::Other(_) | Form::Unknown => {}
        other => return Err(refusal(page, other, WANTED)),
    }
    let text = cut(&page.text, MAX_LENGTH);
    let document = html::parse(text).map_err(|why| Refusal(Cause::new(CauseCode::Nested, &[&why])))?;
    let base = html::base_url(&document, &page.url);
    let mut gathered = Gathered::new(PageKind::Listing);
    gathered.announced.title = html::first(&document, "title").map(|title| text_of(&title)).unwrap_or_default();
    gathered.announced.language = document.root_element().attr("lang").map_or_else(String::new, language_tag);
    if text.len() < page.text.len() {
        let why = Cause::new(CauseCode::Beyond, &[&"5 MB"]);
        gathered.drop(Dropped { what: "the rest of the page".to_owned(), why });
    }

    let links: Vec<(ElementRef, ElementRef, Url)> = document
        .root_element()
        .select(&selector)
        .take(MAX_MATCHES)
        .filter_map(|element| {
            let link = link_of(&element)?;
            let url = address(&link, &base, &page.url)?;
            Some((element, link, url))
        })
        .collect();
    let owners = owners(&links);
    let mut places: HashMap<Url, usize> = HashMap::new();
    let mut found: Vec<FoundLink> = Vec::new();
    for (element, link, url) in &links {
        let place = *places.entry(without_fragment(url)).or_insert(found.len());
        if found.get(place).is_some_and(|known| known.links >= MAX_LINKS) {
            continue;
        }
        let cards = cards(link, &owners);
        let (rank, title) = title(element, link, &cards);
        // A link to a fragment leads to the comments; its text is used only if there is no other.
        let rank = if url.fragment().is_some() { 0 } else { rank };
        if place == found.len() {
            let published = published(&cards, zone);
            found.push(FoundLink { url: without_fragment(url), title, rank, links: 1, published });
        } else if let Some(known) = found.get_mut(place) {
            known.links += 1;
            if (rank, title.len()) > (known.rank, known.title.len()) {
                (known.rank, known.title) = (rank, title);
            }
        }
    }
    if found.is_empty() && is_consent_page(page) {
        return Err(refusal(page, Form::Html, WANTED));
    }
    for item in found {
        gathered.add(Item { url: Some(item.url), title: item.title, published_at: item.published, ..Item::default() });
    }
    Ok(gathered.finish())
}

fn has_any_name(element: &ElementRef, names: &[&str]) -> bool {
    names.contains(&element.value().name())
}

/// The ancestors of an element, innermost first.
fn ancestors<'a>(element: &ElementRef<'a>, levels: usize) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    element.ancestors().take(levels).filter_map(ElementRef::wrap)
}

/// The elements among the first descendants of an element.
fn descendants<'a>(element: &ElementRef<'a>, nodes: usize) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    element.descendants().skip(1).take(nodes).filter_map(ElementRef::wrap)
}

/// The link that a matched element is, contains, or lies in.
fn link_of<'a>(element: &ElementRef<'a>) -> Option<ElementRef<'a>> {
    let is_link = |e: &ElementRef| has_any_name(e, &["a", "area"]) && e.attr("href").is_some();
    if element.attr("href").is_some() {
        return Some(*element);
    }
    // A link around or inside a heading is the article's; earlier links may lead to a section or an author.
    let inside: Vec<ElementRef> = descendants(element, MAX_NODES).filter(is_link).take(MAX_LINKS).collect();
    let headed = |e: &&ElementRef| ancestors(e, 6).any(|e| has_any_name(&e, &HEADINGS)) || has_heading(e);
    let first = inside.iter().find(headed).or(inside.first()).copied();
    first.or_else(|| ancestors(element, MAX_LEVELS).find(is_link))
}

fn has_heading(element: &ElementRef) -> bool {
    descendants(element, 100).any(|e| has_any_name(&e, &HEADINGS))
}

/// The target of a link, unless it is the page itself.
fn address(link: &ElementRef, base: &Url, page: &Url) -> Option<Url> {
    let href = link.attr("href")?;
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') || href.len() > 8_000 {
        return None;
    }
    let url = base.join(href).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (web && without_fragment(&url) != without_fragment(page)).then_some(url)
}

/// The URL without its fragment, except for `#!/…` and `#/…`, which identify pages.
fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    if !url.fragment().is_some_and(|place| place.starts_with(['!', '/'])) {
        url.set_fragment(None);
    }
    url
}

/// For each ancestor of a link: the article that all links in it lead to; `None` if they lead to several.
fn owners<'u>(links: &'u [(ElementRef, ElementRef, Url)]) -> HashMap<NodeId, Option<&'u str>> {
    let mut owners: HashMap<NodeId, Option<&str>> = HashMap::new();
    for (_, link, url) in links {
        let url = url.as_str().split('#').next().unwrap_or_default();
        for around in ancestors(link, MAX_LEVELS) {
            owners.entry(around.id()).and_modify(|owner| *owner = owner.filter(|o| *o == url)).or_insert(Some(url));
        }
    }
    owners
}

/// The link and the ancestors that belong to its article alone, innermost first.
fn cards<'a>(link: &ElementRef<'a>, owners: &HashMap<NodeId, Option<&str>>) -> Vec<ElementRef<'a>> {
    let is_own = |e: &ElementRef| owners.get(&e.id()).is_some_and(Option::is_some);
    let own = ancestors(link, MAX_LEVELS).take_while(|e| is_own(e) && !has_any_name(e, &["body", "html", "main"]));
    std::iter::once(*link).chain(own).collect()
}

/// A link's headline, and how reliable the place is where it was found.
fn title(element: &ElementRef, link: &ElementRef, cards: &[ElementRef]) -> (u8, String) {
    let headed = heading(link).map(|h| text_of(&h)).or_else(|| {
        let inside = ancestors(link, 6).any(|e| has_any_name(&e, &HEADINGS));
        inside.then(|| text_of(link))
    });
    let own = || text_of(link);
    let attribute = |name: &str| link.attr(name).map(|value| markup::from_text(value, MAX_TITLE)).unwrap_or_default();
    let beside = || {
        let card = cards.iter().skip(1).find_map(heading);
        card.or_else(|| heading(element)).map(|h| text_of(&h)).unwrap_or_default()
    };
    let picture = || {
        let alt = descendants(link, MAX_NODES).filter(|e| has_any_name(e, &["img"])).find_map(|e| e.attr("alt"));
        alt.map(|alt| markup::from_text(alt, MAX_TITLE)).unwrap_or_default()
    };
    let tries: [(u8, &dyn Fn() -> String); 6] = [
        (6, &|| headed.clone().unwrap_or_default()),
        (5, &|| headline_within(link)),
        (4, &own),
        (3, &beside),
        (2, &|| {
            [attribute("title"), attribute("aria-label")]
                .into_iter()
                .find(|t| is_plausible_title(t))
                .unwrap_or_default()
        }),
        (1, &picture),
    ];
    tries.iter().map(|(rank, look)| (*rank, look())).find(|(_, title)| is_plausible_title(title)).unwrap_or_default()
}

fn heading<'a>(element: &ElementRef<'a>) -> Option<ElementRef<'a>> {
    let own = has_any_name(element, &HEADINGS).then_some(*element);
    own.or_else(|| descendants(element, MAX_NODES).find(|e| has_any_name(e, &HEADINGS) && !text_of(e).is_empty()))
}

fn is_plausible_title(title: &str) -> bool {
    if date::parse_date(title, &TimeZone::UTC).is_some() {
        return false;
    }
    let lower = title.to_lowercase().replace('’', "'");
    let bare = lower.trim_end_matches(['.', '…', '>', '»', '→', ' ', ':']);
    title.chars().any(char::is_alphabetic) && !NO_HEADLINES.contains(&bare)
}

/// The headline, marked by a class, in a link that spans a whole card.
fn headline_within(link: &ElementRef) -> String {
    let marked = |e: &ElementRef| {
        e.attr("class").is_some_and(|class| {
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
    descendants(link, MAX_NODES).find(marked).map(|e| text_of(&e)).unwrap_or_default()
}

/// The visible text of an element, without scripts.
fn text_of(element: &ElementRef) -> String {
    one_line_up_to(&seam::text_of(*element, MAX_NODES, MAX_TITLE * 4), MAX_TITLE)
}

/// The first machine-readable date in the innermost card.
fn published(cards: &[ElementRef], zone: &TimeZone) -> Option<Timestamp> {
    const ATTRIBUTES: [&str; 4] = ["datetime", "data-timestamp", "data-datetime", "data-date"];
    let by_attribute = |e: &ElementRef| ATTRIBUTES.iter().find_map(|name| read_date(e.attr(name)?, zone));
    let in_words = |e: &ElementRef| if has_any_name(e, &["time"]) { read_date(&text_of(e), zone) } else { None };
    let look = |read: &dyn Fn(&ElementRef) -> Option<Timestamp>| {
        cards.iter().find_map(|card| std::iter::once(*card).chain(descendants(card, MAX_NODES)).find_map(|e| read(&e)))
    };
    look(&by_attribute).or_else(|| look(&in_words))
}
