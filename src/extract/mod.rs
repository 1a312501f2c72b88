//! The page of an item → `Article`, or the reason why it is none; which rule won each field.

mod body;
mod fields;
mod json;
mod next_page;
mod page;
mod recipe;

#[cfg(test)]
mod tests;

pub use fields::language::{language_code, language_of};
pub use json::read_json;
pub use next_page::{MOST_PAGES, is_further_page, join_page, next_page, replaces_number};

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use url::Url;

use crate::{
    article::{Article, Item, NotArticle, Page},
    html,
    source::Select,
};

/// What is known before the page is read.
#[derive(Debug, Clone, Copy)]
pub struct PageContext<'a> {
    /// The source's own selectors.
    pub select: &'a Select,
    /// The source's hint, an ISO 639-1 code.
    pub language: Option<&'a str>,
    /// For dates that name no zone.
    pub zone: &'a TimeZone,
    /// Dates after it are not believed.
    pub now: Timestamp,
    /// What the channel announced.
    pub item: Option<&'a Item>,
    /// The source's name, "" if unknown: cut from titles and authors.
    pub outlet: &'a str,
}

/// What a page turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageVerdict {
    /// An article.
    Article(Box<Article>),
    /// Something else.
    NotArticle(NotArticle),
}

/// What was read, and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageReport {
    /// Article or not.
    pub verdict: PageVerdict,
    /// One entry for each field that was found, for `explain`.
    pub findings: Vec<Finding>,
    /// What the page asks of robots.
    pub robots: PageRobots,
    /// How far ahead of UTC the clock was that the time of publication is written in: the day there is the one that readers saw.
    pub offset: Option<Offset>,
    /// The time of publication, where the page names it as that of its article.
    pub sure_date: Option<Timestamp>,
    /// Where the article goes on, of one in several pages.
    pub next_page: Option<Url>,
    /// Of a page that is no article, what its fields would have been; `None` when it could not be read at all.
    pub article_as_far_as_known: Option<Box<Article>>,
}

/// Which rule won a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// As in `explain --json`: title, author, `published_at` …
    pub field: &'static str,
    /// "JSON-LD headline", "og:title", "h1", "select.text" …
    pub rule: String,
    /// At most 200 characters of it.
    pub value: String,
    /// Rule and value of what came second.
    pub runner_up: Option<(String, String)>,
}

/// What `<meta name="robots">` asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRobots {
    /// Keep no copy of the text.
    pub noarchive: bool,
    /// Show no excerpt.
    pub nosnippet: bool,
    /// `<meta name="tdm-reservation">` and `tdm-policy`, as they stand there (W3C `TDMRep`).
    pub tdm: Option<(String, Option<String>)>,
}

/// A value, the rule that gave it, and its words for `explain`.
#[derive(Debug, Clone)]
struct FieldCandidate<T> {
    rule: String,
    shown: String,
    value: T,
}

/// Reads an HTML page; parses it once.
pub fn read(page: &Page, context: &PageContext) -> PageReport {
    read_nth(page, context, 1)
}

/// The same of page `nth` of an article in several pages.
pub fn read_nth(page: &Page, context: &PageContext, nth: u32) -> PageReport {
    match html::parse(&page.text) {
        Ok(mut document) => {
            page::selected::remove(&mut document, context.select.remove.as_deref());
            let report = recipe::read_document(&document, page, context);
            let is_article = matches!(report.verdict, PageVerdict::Article(_));
            let next_page = if is_article { next_page(&document, &page.url, nth) } else { None };
            PageReport { next_page, ..report }
        }
        Err(reason) => refused(NotArticle::Refused(reason)),
    }
}

/// The URL that a saved page declares as its own.
pub fn declared_url(text: &str) -> Option<Url> {
    let document = html::parse(text).ok()?;
    let tree = page::tree::Tree::of(&document);
    fields::address::declared(&tree).find_map(|href| Url::parse(href.trim()).ok().filter(fields::address::is_web))
}

fn refused(reason: NotArticle) -> PageReport {
    PageReport {
        verdict: PageVerdict::NotArticle(reason),
        findings: Vec::new(),
        robots: PageRobots::default(),
        offset: None,
        sure_date: None,
        next_page: None,
        article_as_far_as_known: None,
    }
}

/// At most 200 characters.
fn excerpt(text: &str) -> String {
    crate::text::cut::shorten(text, 200).into_owned()
}
