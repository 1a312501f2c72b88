//! The answer at an item's URL → the article with all that the store wants to know of it, or why there is none.

use jiff::Timestamp;
use jiff::tz::Offset;
use url::Url;

use super::body::{DecodedResponse, not_text};
use super::headline::{completed, headline_of, is_fuller, is_report};
use super::pages::Pages;
use super::{ArticleMatch, Knowledge, matches};
use crate::answer::{Failure, FailureKind, Validators};
use crate::article::{Article, Item, KeptArticle, NotArticle, Page};
use crate::canonical_url;
use crate::extract::{self, Finding, PageContext, PageRobots, PageVerdict};
use crate::i18n::Cause;
use crate::model::Extent;
use crate::politeness::schedule::Mishap;
use crate::politeness::{Reservation, Wishes};
use crate::source::Source;
use crate::story::{self, Fingerprint};
use crate::text::fold::fold;

/// A preview of fewer words is compared with longer texts of other outlets only.
const PREVIEW_WORDS: usize = 60;

/// The item that is read.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Whose it is.
    pub source: &'a Source,
    /// Where its article stands, whatever document is requested in its place.
    pub url: &'a Url,
    /// What names the article within its source.
    pub key: &'a str,
    /// What the channel says of it.
    pub item: &'a Item,
}

/// What became of requesting an item.
#[derive(Debug)]
pub enum ItemOutcome {
    /// An article was read.
    Article(Box<ReadArticle>),
    /// Something else stands there.
    NotArticle {
        /// What.
        reason: NotArticle,
        /// What the channel says of it, where that is worth keeping.
        headline: Option<Box<ReadArticle>>,
        /// For what another try may be worth it.
        again: Option<Mishap>,
    },
    /// There is no answer that can be used.
    Failed {
        /// Why.
        failure: Failure,
        /// What the channel says of it.
        headline: Box<ReadArticle>,
    },
    /// Its link leads to a host that `only` does not name.
    OutOfScope,
}

impl ItemOutcome {
    /// The same, of an article that belongs to another source than the item's.
    fn owned_by(mut self, owner: Option<String>) -> Self {
        if let Self::Article(read) | Self::NotArticle { headline: Some(read), .. } = &mut self {
            read.owner = owner;
        }
        self
    }
}

/// An article with all that the store wants to know of it.
#[derive(Debug, Clone)]
pub struct ReadArticle {
    /// As it is stored.
    pub article: KeptArticle,
    /// When it was published, where the page names that as the date of its article: what it is skipped by when it is too old.
    pub sure_date: Option<Timestamp>,
    /// The source that it belongs to, where its link led to another than the item's.
    pub owner: Option<String>,
    /// How much of it is known.
    pub extent: Extent,
    /// What names it within its source.
    pub key: String,
    /// Its canonical URL without scheme.
    pub canonical_key: String,
    /// The same by the URL that answered, whatever the page says of its own.
    pub own_key: String,
    /// See `own_key`.
    pub own_canonical_key: String,
    /// Whether `key` is by the source's `identity`, so that the page need not be asked.
    pub is_sure: bool,
    /// The original's URL without scheme, where the page names one.
    pub original_key: Option<String>,
    /// What its text is compared by; none for a mere headline.
    pub fingerprint: Option<Fingerprint>,
    /// What the publisher asks of those who read it.
    pub wishes: Wishes,
    /// The watches that match.
    pub matches: Vec<ArticleMatch>,
    /// What is sent along when it is requested again.
    pub validators: Option<Validators>,
    /// How many of its pages were read, and how it goes on.
    pub pages: Pages,
}

impl ReadArticle {
    /// Whether a further page of it could not be read this time, and may be another time.
    pub fn is_broken_off(&self) -> bool {
        self.pages.failure.as_ref().is_some_and(|failure| failure.kind.is_passing())
    }
}

/// An item's page, read.
#[derive(Debug)]
pub struct ReadPage {
    /// The outcome.
    pub outcome: ItemOutcome,
    /// Which rule won each field.
    pub findings: Vec<Finding>,
    /// See [`extract::PageReport::offset`].
    pub offset: Option<Offset>,
    /// Of a page that is no article, what its fields would have been.
    pub as_far_as_known: Option<Box<Article>>,
}

impl From<ItemOutcome> for ReadPage {
    /// One of which the page itself says nothing.
    fn from(outcome: ItemOutcome) -> Self {
        Self { outcome, findings: Vec::new(), offset: None, as_far_as_known: None }
    }
}

/// Reads what requesting an item gave.
pub fn read_answer(
    knowledge: &Knowledge,
    target: &Target,
    result: Result<DecodedResponse, Failure>,
    now: Timestamp,
) -> ReadPage {
    let is_known_to_be_in_scope = is_in_scope(target, target.url);
    let failed = |failure| {
        let mut headline = Box::new(headline(knowledge, target));
        headline.matches.retain(|_| is_known_to_be_in_scope);
        ItemOutcome::Failed { failure, headline }.into()
    };
    let DecodedResponse { mut page, response } = match result {
        Ok(decoded) if decoded.response.complete => decoded,
        Ok(_) => return failed(broke_off()),
        Err(failure) => return failed(failure),
    };
    let validators =
        Validators { of: response.url.to_string(), etag: response.etag, last_modified: response.last_modified };
    if target.source.document_url(target.url).is_some() {
        page.url = target.url.clone();
    }
    if !is_known_to_be_in_scope && !is_in_scope(target, &page.url) {
        return ItemOutcome::OutOfScope.into();
    }
    let mut read = read_item(knowledge, target, &page, response.content_type.as_deref(), now);
    match &mut read.outcome {
        ItemOutcome::Article(read) => {
            read.validators = Some(validators);
            read.wishes = response.wishes.and(std::mem::take(&mut read.wishes));
        }
        ItemOutcome::NotArticle { reason: NotArticle::Bare | NotArticle::Video, headline: Some(read), .. } => {
            read.wishes = response.wishes.and(std::mem::take(&mut read.wishes));
        }
        _ => {}
    }
    read
}

/// Whether an item is in the scope of its source by a URL, or by the outlet that an aggregator names.
fn is_in_scope(target: &Target, url: &Url) -> bool {
    let Target { source, item, .. } = target;
    source.is_in_scope(url) || item.outlet_url.as_ref().is_some_and(|outlet| source.is_in_scope(outlet))
}

/// What the channel says of an item, as an article of which nothing else is known.
pub fn read_headline(knowledge: &Knowledge, target: &Target) -> Option<ReadArticle> {
    let is_told = target.item.url.as_ref().and_then(Url::fragment).is_some() || is_report(target.item);
    is_told.then(|| headline(knowledge, target))
}

/// A part of a page may lack the watched words: it is not worth as much as the page on the next day.
pub(super) fn broke_off() -> Failure {
    Failure {
        kind: FailureKind::Unreachable,
        status: None,
        cause: Cause::from("the response was cut off".to_owned()),
        retry_after: None,
    }
}

/// Reads the page of an item, or the JSON document that its source has in its place: then the page's URL is the item's.
fn read_item(
    knowledge: &Knowledge,
    target: &Target,
    page: &Page,
    content_type: Option<&str>,
    now: Timestamp,
) -> ReadPage {
    // An article is its outlet's, whoever announced it.
    let owner = knowledge.owners.owner(&page.url, &target.source.name);
    let target =
        &Target { source: owner.and_then(|name| knowledge.sources.get(name)).unwrap_or(target.source), ..*target };
    let Target { source, item, .. } = *target;
    let from_channel = || Some(Box::new(headline(knowledge, target)));
    if let Some(reason) = not_text(content_type, &page.text) {
        return ItemOutcome::NotArticle { reason, headline: from_channel(), again: None }.into();
    }
    let context = PageContext {
        select: &source.select,
        language: source.language.as_deref(),
        zone: &knowledge.zone,
        now,
        item: Some(item),
        outlet: &source.name,
    };
    let report = match source.api.as_ref().filter(|_| source.document_url(target.url).is_some()) {
        Some(api) => extract::read_json(page, api, &context),
        None => extract::read_page(page, &context),
    };
    let as_far_as_known = report.article_as_far_as_known;
    let outcome = match report.verdict {
        PageVerdict::Article(article) => {
            let pages = Pages::after_first(&article, report.next_page);
            let mut read = of_pages(knowledge, target, *article, pages);
            read.wishes = wishes(&report.robots);
            read.sure_date = report.sure_date;
            ItemOutcome::Article(Box::new(read))
        }
        PageVerdict::NotArticle(reason) if reason.is_wall() => {
            ItemOutcome::NotArticle { reason, headline: from_channel(), again: Some(Mishap::Refused) }
        }
        PageVerdict::NotArticle(NotArticle::Bare | NotArticle::NoText | NotArticle::Video | NotArticle::Section)
            if is_fuller(&item.content, "", false) =>
        {
            let article = completed(headline_of(item, target.url), as_far_as_known.as_deref());
            let mut read = finished(knowledge, target, article, Extent::Full);
            read.wishes = wishes(&report.robots);
            ItemOutcome::Article(Box::new(read))
        }
        // Their few words are all there is; a declared article may get its text within hours.
        PageVerdict::NotArticle(reason @ (NotArticle::Bare | NotArticle::Video)) => {
            let dated = item.published_at.or(report.sure_date);
            let is_old = dated.is_some_and(|at| now.duration_since(at) > knowledge.max_age);
            let words = || {
                let article = completed(headline_of(item, target.url), as_far_as_known.as_deref());
                let mut read = finished(knowledge, target, article, Extent::Headline);
                read.wishes = wishes(&report.robots);
                Box::new(read)
            };
            let again = (reason == NotArticle::Bare && !is_old).then_some(Mishap::Bare);
            ItemOutcome::NotArticle { reason, headline: (!is_old).then(words), again }
        }
        PageVerdict::NotArticle(reason) => ItemOutcome::NotArticle {
            reason,
            headline: if is_report(item) { from_channel() } else { None },
            again: None,
        },
    };
    let owner = owner.map(str::to_owned);
    ReadPage { outcome: outcome.owned_by(owner), findings: report.findings, offset: report.offset, as_far_as_known }
}

/// An article by the pages of it that were read.
pub(super) fn of_pages(knowledge: &Knowledge, target: &Target, mut article: Article, pages: Pages) -> ReadArticle {
    let extent = if article.paywalled || pages.is_part() { Extent::Preview } else { Extent::Full };
    if is_fuller(&target.item.content, &article.text, article.paywalled) {
        article.text.clone_from(&target.item.content);
    }
    ReadArticle { pages, ..finished(knowledge, target, article, extent) }
}

pub(super) fn wishes(robots: &PageRobots) -> Wishes {
    Wishes {
        noarchive: robots.noarchive,
        nosnippet: robots.nosnippet,
        tdm: robots.tdm.as_ref().and_then(|(said, policy)| Reservation::read(said, policy.as_deref())),
    }
}

fn headline(knowledge: &Knowledge, target: &Target) -> ReadArticle {
    finished(knowledge, target, headline_of(target.item, target.url), Extent::Headline)
}

/// Whether the outlet that an aggregator names is the source itself.
fn is_own_name(knowledge: &Knowledge, source: &Source, item: &Item, name: &str) -> bool {
    let by_url = item.outlet_url.as_ref().filter(|_| item.outlet == name);
    fold(name) == fold(&source.name)
        || by_url.is_some_and(|url| knowledge.owners.owner(url, "") == Some(source.name.as_str()))
}

/// An article with its keys, its fingerprint and its matches.
fn finished(knowledge: &Knowledge, target: &Target, mut article: Article, extent: Extent) -> ReadArticle {
    let Target { source, url, key, item } = *target;
    if article.title.is_empty() {
        article.title.clone_from(&item.title);
    }
    if article.language.is_empty() {
        article.language = source.language.clone().unwrap_or_default();
    }
    if article.original_outlet.as_deref().is_some_and(|name| is_own_name(knowledge, source, item, name)) {
        article.original_outlet = None;
    }
    let identity = source.identity.as_ref();
    // The identity of the announced URL holds whatever the page says; else the page's own canonical URL does.
    let is_sure =
        identity.is_some_and(|identity| identity.captures(url.as_str()).is_some_and(|found| found.get(1).is_some()));
    // Only the channel distinguishes a post of a live blog from the page.
    let is_post = key.contains('#') && url.fragment().is_some();
    let is_sure = is_sure || is_post;
    let key_of = |url: &Url| if is_sure { key.to_owned() } else { canonical_url::key(url, identity) };
    let address_of = |url: &Url| if is_post { key.to_owned() } else { canonical_url::key(url, None) };
    let own_key = key_of(&article.url);
    if !is_post {
        article.url = canonical_url::clean(&article.url);
    }
    // Before the watches are matched: their offsets count in the stored text.
    let article = KeptArticle::from(article);
    ReadArticle {
        key: key_of(&article.canonical_url),
        canonical_key: address_of(&article.canonical_url),
        own_key,
        own_canonical_key: address_of(&article.url),
        is_sure,
        original_key: article.original_url.as_ref().map(|url| canonical_url::key(url, None)),
        fingerprint: fingerprint(&article, extent),
        sure_date: None,
        extent,
        owner: None,
        wishes: Wishes::default(),
        matches: matches(knowledge, source, &article, item),
        validators: None,
        pages: Pages::default(),
        article,
    }
}

/// By what a text is compared with others. A notice that stands in place of the article equals no other text, nor does a short
/// preview, which is often one sentence for all subscriber articles of an outlet.
fn fingerprint(article: &KeptArticle, extent: Extent) -> Option<Fingerprint> {
    if extent == Extent::Headline {
        return None;
    }
    let mut fingerprint = story::fingerprint(&article.text);
    let is_about_headline = || fingerprint.subject.is_about(&article.title);
    let is_short = || article.text.split_whitespace().nth(PREVIEW_WORDS).is_none();
    fingerprint.has_equals &= match extent {
        Extent::Full => is_about_headline(),
        _ => !is_short() && (!fingerprint.subject.is_notice() || is_about_headline()),
    };
    Some(fingerprint)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use jiff::tz::TimeZone;

    use super::*;
    use crate::answer::Response;
    use crate::config::Config;
    use crate::query::{Query, Watch};

    const NOW: &str = "2026-10-11T07:30:00Z";
    const PAGE: &str = "<!DOCTYPE html><html lang=nl><meta property='og:type' content='article'><h1>Het slot</h1>\
        <p>De sluiswachter heeft zaterdag het oude slot van de sluisdeur vervangen, nadat een kraanvogel erop was geland.</p>\
        <p>Het was tijd, zegt hij. Het oude slot gaat naar het museum van de haven, waar al zeven andere sloten liggen.</p>";
    const BARE: &str = "<!DOCTYPE html><html lang=nl><meta property='og:type' content='article'><h1>Het slot</h1>";

    fn outcome(item: &Item, result: Result<Response, Failure>) -> String {
        let watch = Watch::new("Birds", Query::parse("kraanvogel").unwrap());
        let knowledge = Knowledge::new(&Config::default(), &[watch], TimeZone::UTC);
        let (source, url) = (Source::default(), "http://a.example/1?utm_source=x".parse().unwrap());
        let target = Target { source: &source, url: &url, key: "a.example/1", item };
        let one = |read: &ReadArticle| {
            let compared = if read.fingerprint.is_some() { "compared" } else { "not compared" };
            format!("{:?} {:?} {compared}, {} matches", read.extent, read.article.title, read.matches.len())
        };
        let headline = |headline: Option<&ReadArticle>| headline.map_or("nothing kept".to_owned(), one);
        match read_answer(&knowledge, &target, result.map(Into::into), NOW.parse().unwrap()).outcome {
            ItemOutcome::Article(read) => format!("{} at {}", one(&read), read.article.url),
            ItemOutcome::NotArticle { reason, headline: kept, again } => {
                format!("{reason}; {}; {again:?}", headline(kept.as_deref()))
            }
            ItemOutcome::Failed { failure, headline: kept } => format!("{}; {}", failure.cause, headline(Some(&kept))),
            ItemOutcome::OutOfScope => "out of scope".to_owned(),
        }
    }

    fn answer(text: &str) -> Response {
        Response {
            status: 200,
            url: "http://a.example/1?utm_source=x".parse().unwrap(),
            body: text.as_bytes().to_vec(),
            complete: true,
            content_type: Some("text/html".to_owned()),
            etag: None,
            last_modified: None,
            links: None,
            fresh_for: None,
            wishes: Wishes::default(),
        }
    }

    #[test]
    fn each_answer_has_its_outcome() {
        let item = |lead: &str, at: &str| Item {
            title: "Een kraanvogel".to_owned(),
            summary: lead.to_owned(),
            published_at: at.parse().ok(),
            ..Item::default()
        };
        let (report, link) = (item("Op het slot.", "2026-10-10T08:00:00Z"), item("", ""));
        let old = item("Op het slot.", "2026-01-10T08:00:00Z");
        let wall = "<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>";
        let missing = "<title>Page not found</title><p>Try the front page.</p>";
        let cut = Response { complete: false, ..answer(PAGE) };
        let kept = "Headline \"Een kraanvogel\" not compared, 1 matches";
        for (item, result, expected) in [
            (&report, answer(PAGE), "Full \"Het slot\" compared, 1 matches at http://a.example/1".to_owned()),
            (&link, answer(wall), format!("a bot wall; {kept}; Some(Refused)")),
            (&report, answer(missing), format!("page not found; {kept}; None")),
            (&link, answer(missing), "page not found; nothing kept; None".to_owned()),
            (&link, answer("%PDF-1.7"), format!("a PDF, not a page; {kept}; None")),
            (&report, answer(BARE), format!("no text; {kept}; Some(Bare)")),
            (&old, answer(BARE), "no text; nothing kept; None".to_owned()),
            (&link, cut, format!("the response was cut off; {kept}")),
        ] {
            assert_eq!(outcome(item, Ok(result)), expected);
        }
    }
}
