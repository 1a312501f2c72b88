//! Recognises pages that a site serves instead of the one that was requested.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use scraper::Selector;
use url::Url;

use super::entrances::entrances;
use crate::article::{NotArticle, Page};
use crate::extract::{self, PageContext, PageVerdict};
use crate::source::Select;
use crate::text::cut::cut;
use crate::{canonical_url, html};

/// How much of a page is examined, in bytes.
const MAX_LENGTH: usize = 1_000_000;
/// A page with less text, in characters, and fewer links depends on its scripts.
const LEAST_TEXT: usize = 400;
const FEWEST_LINKS: usize = 4;

/// What a site serves instead of its home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// A consent dialogue.
    Consent,
    /// A check for bots.
    BotWall,
    /// A page whose contents are all loaded by scripts.
    Script,
}

impl Obstacle {
    /// Completes the sentence "the answer is …".
    pub fn name(self) -> &'static str {
        match self {
            Self::Consent => "a consent page",
            Self::BotWall => "a bot wall",
            Self::Script => "a page without text or links until its scripts run",
        }
    }
}

/// The obstacle that a page is, if any.
pub fn obstacle(page: &Page, now: Timestamp) -> Option<Obstacle> {
    let select = Select::default();
    let context = PageContext { select: &select, language: None, zone: &TimeZone::UTC, now, item: None, outlet: "" };
    match extract::read_page(page, &context).verdict {
        PageVerdict::NotArticle(NotArticle::BotWall) => Some(Obstacle::BotWall),
        PageVerdict::NotArticle(NotArticle::Consent) => Some(Obstacle::Consent),
        // A language choice is short too, but leads on.
        _ => (entrances(page).is_empty() && is_script_only(page)).then_some(Obstacle::Script),
    }
}

/// Whether a page has scripts, and hardly any text or links.
fn is_script_only(page: &Page) -> bool {
    let Ok(document) = html::parse(cut(&page.text, MAX_LENGTH)) else { return false };
    let (Ok(links), Ok(scripts), Ok(texts)) = (
        Selector::parse("a[href]"),
        Selector::parse("script"),
        Selector::parse("body :not(script, style, noscript, template)"),
    ) else {
        return false;
    };
    let base = html::base_url(&document, &page.url);
    let leads = |url: &Url| canonical_url::same_site(url, &page.url) && url.path() != page.url.path();
    let root = document.root_element();
    let own = root.select(&links).filter_map(|link| base.join(link.attr("href")?.trim()).ok()).filter(leads);
    let text: usize = root
        .select(&texts)
        .flat_map(|node| node.children())
        .filter_map(|child| child.value().as_text().map(|text| text.trim().chars().count()))
        .sum();
    root.select(&scripts).next().is_some() && own.take(FEWEST_LINKS).count() < FEWEST_LINKS && text < LEAST_TEXT
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn what_answers_in_place_of_a_home_page() {
        let links =
            (1..6).map(|n| format!("<a href=/nieuws/{n}>Bericht {n} over de haven</a>")).collect::<Vec<_>>().concat();
        for (url, text, expected) in [
            ("/", "<!DOCTYPE html><title>Just a moment...</title><p>Enable JavaScript and cookies to continue".to_owned(), Some(Obstacle::BotWall)),
            ("/consent?back=/", "<title>Privacy Gate</title><div id=pg-root></div><script src=/x.js></script>".to_owned(), Some(Obstacle::Consent)),
            ("/", "<title>Gazet</title><body><div id=root></div><script src=/app.js></script><noscript>Zet JavaScript aan.</noscript>".to_owned(), Some(Obstacle::Script)),
            ("/", format!("<title>Gazet</title><body><script src=/app.js></script>{links}"), None),
            ("/", "<title>Gazet</title><body><a href=/nl/>Nederlands</a><script src=/x.js></script>".to_owned(), None),
            ("/", String::new(), None),
        ] {
            let page = Page { url: Url::parse("https://www.a.example/").unwrap().join(url).unwrap(), text };
            assert_eq!(obstacle(&page, "2026-10-11T07:30:00Z".parse().unwrap()), expected, "{}", page.text);
        }
    }
}
