//! Why a page is not an article.

use scraper::Html;
use url::Url;

use crate::article::NotArticle;
use crate::extract::{
    body::Body,
    page::{
        json_ld::JsonLd,
        json_parts,
        tree::{Tag, Tree},
    },
};
use crate::html;
use crate::lexicon::{self, List};
use crate::text::cut::cut;
use crate::text::markup;

/// What the reasons are judged by.
pub struct Evidence<'a> {
    /// The parsed page.
    pub document: &'a Html,
    /// The page as a flat list.
    pub tree: &'a Tree,
    /// Its JSON-LD.
    pub json: &'a JsonLd,
    /// The text found.
    pub body: &'a Body,
    /// The headline found.
    pub title: &'a str,
    /// The URL of the response.
    pub url: &'a Url,
    /// Whether the source's own selector found the text.
    pub chosen: bool,
    /// Whether the article is partly or wholly for subscribers.
    pub paywalled: bool,
}

/// Why the page is not an article; `None` if it is one.
pub fn reason(evidence: &Evidence) -> Option<NotArticle> {
    let text: usize = evidence.body.lines.iter().map(|line| line.chars().count()).sum();
    if evidence.chosen && text > 0 {
        return None;
    }
    let window = markup::unescaped(&evidence.tree.title).to_lowercase();
    let heading = evidence.title.to_lowercase();
    let all = evidence.tree.text.len();
    if text < 800 && is_bot_wall(&window, &heading, evidence, all) {
        return Some(NotArticle::BotWall);
    }
    if is_consent(&window, &heading, evidence, text) {
        return Some(NotArticle::Consent);
    }
    if text < 1_500 && (is_not_found(&window) || is_not_found(&heading)) && !is_declared(evidence) {
        Some(NotArticle::NotFound)
    } else if is_section(evidence, text) {
        Some(NotArticle::Section)
    } else if text < 250 && is_film_or_sound(evidence, text) {
        Some(NotArticle::Video)
    } else if text >= 40 || (evidence.paywalled && is_declared(evidence)) {
        None
    } else if is_declared(evidence) {
        Some(NotArticle::Bare)
    } else {
        Some(NotArticle::NoText)
    }
}

fn is_declared(evidence: &Evidence) -> bool {
    !evidence.json.kind.is_empty()
        || evidence.tree.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"))
}

fn is_bot_wall(window: &str, heading: &str, evidence: &Evidence, all: usize) -> bool {
    static TITLES: List = List::new(|| lexicon::all(|language| &language.refusal.bot_titles));
    static WORDS: List = List::new(|| lexicon::all(|language| &language.refusal.bot_words));
    if all > 8_000 || is_declared(evidence) {
        return false;
    }
    let lower = cut(&evidence.tree.text, 8_000).to_lowercase();
    TITLES.iter().any(|start| window.starts_with(start) || heading.starts_with(start))
        || WORDS.iter().filter(|word| lower.contains(**word)).count() >= 1 && lower.len() < 3_000
}

fn is_consent(window: &str, heading: &str, evidence: &Evidence, text: usize) -> bool {
    static TITLES: List = List::new(|| lexicon::all(|language| &language.refusal.consent_titles));
    static WORDS: List = List::new(|| lexicon::all(|language| &language.refusal.consent_words));
    let host = evidence.url.host_str().unwrap_or("");
    let path = evidence.url.path();
    // Hosts such as `consent.` and `myprivacy.`, and `/consent` paths; not articles whose slug contains the word.
    let is_gate = |word: &str| {
        matches!(word, "consent" | "privacy" | "myprivacy" | "privacy-gate" | "cookiewall" | "privacygate")
    };
    let named = host.split('.').any(is_gate) || path.split('/').any(is_gate);
    if text > 1_500 || is_declared(evidence) {
        return false;
    }
    let count = |text: &str| WORDS.iter().filter(|word| text.contains(**word)).count();
    let lower = cut(&evidence.tree.text, 8_000).to_lowercase();
    let own = evidence.body.text().to_lowercase();
    let met = count(&lower).max(count(window));
    let titled = TITLES.iter().any(|title| window.starts_with(title) || heading.starts_with(title));
    // A page of three sentences with three of these words is about nothing else.
    let bare = lower.len() < 800 && (met >= 3 || titled && met >= 1);
    // Ordinary pages also have a cookie banner and a footer about privacy; here the text itself is about nothing else.
    (named && (met >= 1 || lower.trim().len() < 400))
        || bare
        || (met >= 4 && lower.len() < 6_000 && (own.is_empty() || count(&own) >= 3))
}

fn is_not_found(title: &str) -> bool {
    static STARTS: List = List::new(|| lexicon::all(|language| &language.refusal.not_found));
    STARTS.iter().any(|start| title.starts_with(start))
        || title.contains("404 not found")
        || title.ends_with(" 404")
        || title.contains("page not found")
}

/// Whether a page is a section: many linked headlines and little text of its own.
fn is_section(evidence: &Evidence, text: usize) -> bool {
    if !evidence.json.kind.is_empty() {
        return false;
    }
    let kind = evidence.tree.meta(&["og:type"]).unwrap_or("").to_ascii_lowercase();
    if kind == "article" {
        return false;
    }
    let home = evidence.url.path().trim_matches('/').is_empty() && evidence.url.query().is_none();
    let types = &evidence.json.types;
    let listing =
        types.iter().any(|kind| kind == "collectionpage" || kind == "itemlist" || kind == "searchresultspage");
    let tree = evidence.tree;
    let headlines = tree
        .nodes
        .iter()
        .enumerate()
        .filter(|(at, node)| {
            let linked = || {
                tree.nodes.get(at + 1..node.end as usize).is_some_and(|inner| inner.iter().any(|n| n.tag == Tag::Link))
                    || tree.node(node.parent).is_some_and(|p| p.tag == Tag::Link)
            };
            matches!(node.tag, Tag::Heading(2..=5)) && node.text_end - node.text < 400 && linked()
        })
        .count();
    let profile = kind == "profile" || types.iter().any(|kind| kind == "profilepage");
    // A short article may be surrounded by headlines of others; a section has no paragraphs of its own.
    let long = evidence.body.lines.iter().filter(|line| line.chars().count() > 180).count();
    let bare = text < 300 || (long < 2 && text < headlines * 120);
    (home && (headlines > 3 || text < 1_000))
        || (headlines >= 10 && bare)
        || ((profile || is_index(evidence.url.path())) && headlines >= 3 && text < 300)
        || (listing && bare)
        || (kind == "website" && headlines >= 5 && text < 600)
}

/// Whether a path lists articles: `/tag/…`, `/author/…`, `/search`.
fn is_index(path: &str) -> bool {
    static INDEXES: List = List::new(|| lexicon::all(|language| &language.paths.lists));
    path.split('/')
        .rev()
        .skip_while(|part| part.is_empty())
        .take(2)
        .any(|part| INDEXES.contains(&part.to_ascii_lowercase().as_str()))
}

/// Whether a page declares a video, a recording or pictures, or consists of a player.
fn is_film_or_sound(evidence: &Evidence, text: usize) -> bool {
    let kind = evidence.tree.meta(&["og:type"]).unwrap_or("").to_ascii_lowercase();
    let types = &evidence.json.types;
    let declares = ["video", "audio", "music"].iter().any(|start| kind.starts_with(start))
        || types.iter().any(|kind| json_parts::is_media(kind));
    let article = !evidence.json.kind.is_empty() || kind == "article";
    let plays = || text < 40 && html::first(evidence.document, "video, audio").is_some();
    if article { declares && evidence.body.lines.is_empty() } else { declares || plays() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jiff::{Timestamp, tz::TimeZone};

    use crate::{
        article::Page,
        extract::{PageContext, PageVerdict, read_page},
        source::Select,
    };

    /// The reason why a page is not an article; "" for an article.
    fn reason(url: &str, html: &str) -> String {
        let page = Page { url: url.parse().unwrap(), text: html.to_owned() };
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let (select, zone) = (Select::default(), TimeZone::UTC);
        match read_page(
            &page,
            &PageContext { select: &select, language: None, zone: &zone, now, item: None, outlet: "" },
        )
        .verdict
        {
            PageVerdict::Article(_) => String::new(),
            PageVerdict::NotArticle(reason) => reason.to_string(),
        }
    }

    #[test]
    fn articles_are_distinguished_from_other_pages() {
        let teasers =
            "<div><h3><a href='/a/1'>One headline of another article</a></h3><p>Two lines.</p></div>".repeat(6);
        let prose = "<p>The council decided on Monday that the park by the canal will be open all night, and that lamps are to be \
            put up along the water before the winter begins.</p>";
        // Paragraphs must differ: repeated ones are not text.
        let many: String = (1..13).map(|nth| prose.replace("Monday", &format!("day {nth}"))).collect();
        let many = many.as_str();
        for (name, path, html, expected) in [
            ("a tag page", "/tag/parks", format!("<h1>Parks</h1>{teasers}"), "a section page"),
            (
                "an author's page",
                "/author/jane",
                format!("<meta property='og:type' content='profile'><h1>Jane Roe</h1>{teasers}"),
                "a section page",
            ),
            ("a search page", "/zoeken?q=x", format!("<h1>Zoeken</h1>{teasers}"), "a section page"),
            (
                "not found, in Polish",
                "/a/1",
                "<title>Strona nie została znaleziona</title><h1>404</h1><p>Wróć na stronę główną.</p>".to_owned(),
                "page not found",
            ),
            (
                "not found, in Spanish",
                "/a/1",
                "<title>Página no encontrada - Canal</title><p>Vuelva a la portada del diario.</p>".to_owned(),
                "page not found",
            ),
            (
                "not found, in Persian",
                "/a/1",
                "<title>صفحه یافت نشد</title><p>به صفحهٔ نخست بازگردید و دوباره جستجو کنید.</p>".to_owned(),
                "page not found",
            ),
            (
                "a wall for robots",
                "/a/1",
                "<title>Just a moment...</title><p>Checking your browser before you proceed.</p>".to_owned(),
                "a bot wall",
            ),
            ("nothing at all", "/a/1", String::new(), "no text"),
            (
                "an article of which all is for subscribers",
                "/a/1",
                "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false}</script><h1>Park stays open</h1>"
                    .to_owned(),
                "",
            ),
            ("a brief", "/a/1", format!("<h1>Park stays open</h1>{prose}"), ""),
            (
                "a brief among many teasers",
                "/a/1",
                format!("<meta property='og:type' content='article'><h1>Park stays open</h1>{prose}{teasers}{teasers}"),
                "",
            ),
            (
                "an article filed under topics",
                "/topics/park-stays-open",
                format!("<h1>Park stays open</h1>{many}{teasers}"),
                "",
            ),
            ("an article about a 404", "/a/1", format!("<h1>404 reasons to walk by the canal</h1>{many}"), ""),
            ("an article about consent", "/a/1", format!("<h1>What a cookie banner must ask</h1>{many}"), ""),
            (
                "questions and answers",
                "/a/1",
                format!("<h1>Five questions</h1><h2>Why?</h2>{prose}<h2>When?</h2>{prose}"),
                "",
            ),
            (
                "a recipe",
                "/a/1",
                format!("<h1>Canal soup</h1>{prose}<ul><li>water</li><li>salt</li><li>leeks</li></ul>{prose}"),
                "",
            ),
        ] {
            assert_eq!(reason(&format!("https://news.example{path}"), &html), expected, "{name}");
        }
    }
}
