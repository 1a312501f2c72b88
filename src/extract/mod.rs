//! Turns an item's page into an `Article`, or the reason why it is not one, and records which rule supplied each field.

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
pub use next_page::{MOST_PAGES, differ_in_a_number_at_most, is_further_page, join_page, next_page, replaces_number};

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
    /// The language configured for the source, an ISO 639-1 code.
    pub language: Option<&'a str>,
    /// Time zone for dates that have none.
    pub zone: &'a TimeZone,
    /// Later dates are rejected.
    pub now: Timestamp,
    /// What the channel announced.
    pub item: Option<&'a Item>,
    /// The source's name, "" if unknown: removed from titles and authors.
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

/// The result of reading a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageReport {
    /// Article or not.
    pub verdict: PageVerdict,
    /// One entry per field found, for `explain`.
    pub findings: Vec<Finding>,
    /// What the page asks of robots.
    pub robots: PageRobots,
    /// UTC offset in which the page writes the time of publication, and thus the day that readers saw.
    pub offset: Option<Offset>,
    /// The time of publication, if the page gives it as that of its article.
    pub sure_date: Option<Timestamp>,
    /// The next page of an article that spans several.
    pub next_page: Option<Url>,
    /// For a page that is not an article: the fields as far as they could be read; `None` when it could not be parsed.
    pub article_as_far_as_known: Option<Box<Article>>,
}

/// The rule that supplied a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name as in `explain --json`: title, author, `published_at` …
    pub field: &'static str,
    /// "JSON-LD headline", "og:title", "h1", "select.text" …
    pub rule: String,
    /// The value, at most 200 characters.
    pub value: String,
    /// Rule and value of the runner-up.
    pub runner_up: Option<(String, String)>,
}

/// The requests of `<meta name="robots">`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRobots {
    /// Keep no copy of the text.
    pub noarchive: bool,
    /// Show no excerpt.
    pub nosnippet: bool,
    /// `<meta name="tdm-reservation">` and `tdm-policy`, as written (W3C `TDMRep`).
    pub tdm: Option<(String, Option<String>)>,
}

/// A value, the rule that supplied it, and the wording that `explain` shows.
#[derive(Debug, Clone)]
struct FieldCandidate<T> {
    rule: String,
    shown: String,
    value: T,
}

/// Reads an HTML page; parses it once.
pub fn read_page(page: &Page, context: &PageContext) -> PageReport {
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
        Err(reason) => not_article_report(NotArticle::Refused(reason)),
    }
}

/// The canonical URL that a saved page declares.
pub fn declared_url(text: &str) -> Option<Url> {
    let document = html::parse(text).ok()?;
    let tree = page::tree::Tree::from_document(&document);
    fields::address::canonical_hrefs(&tree)
        .find_map(|href| Url::parse(href.trim()).ok().filter(fields::address::is_web))
}

fn not_article_report(reason: NotArticle) -> PageReport {
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

/// Shortens to at most 200 characters.
fn excerpt(text: &str) -> String {
    crate::text::cut::shorten(text, 200).into_owned()
}
