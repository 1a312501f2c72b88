//! What a run would read from a page: the items of a channel, or the fields of an article and the watches that match.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use url::Url;

use super::{Received, Requester};
use crate::answer::Response;
use crate::article::{Item, KeptArticle, Page};
use crate::canonical_url;
use crate::channel::{self, Announced, NamedFeed, PageKind};
use crate::config::Config;
use crate::crawl;
use crate::decide::{ItemReason, Limits};
use crate::error::Error;
use crate::extract::{self, Finding};
use crate::fetch::{self, Accept};
use crate::pipeline::{self, ArticleMatch, DecodedResponse, ItemOutcome, Knowledge, Pages, ReadArticle, Target};
use crate::query::Watch;
use crate::source::{ChannelKind, Source};

/// A placeholder URL for files without one; it is never shown. It must not look like a home page.
const NOWHERE: &str = "http://unknown.invalid/file";

/// What was read from a page.
#[derive(Debug)]
pub enum Explained {
    /// A channel.
    Channel(Box<ExplainedChannel>),
    /// The page of an item.
    Article(Box<ExplainedArticle>),
}

/// What a channel announces.
#[derive(Debug)]
pub struct ExplainedChannel {
    /// The items, as in a run.
    pub announced: Announced,
    /// What a run leaves out of them, or why there are none.
    pub remark: Option<String>,
    /// The feeds that a listing page announces.
    pub feeds: Vec<NamedFeed>,
}

/// What was read from the page of an item.
#[derive(Debug)]
pub struct ExplainedArticle {
    /// Its URL.
    pub url: Url,
    /// The article as a run would store it. If the page is not an article: the fields as far as known.
    pub article: Option<KeptArticle>,
    /// Why the page is not an article.
    pub not_article: Option<String>,
    /// How many of its pages were read.
    pub pages: u32,
    /// Where the article goes on after these.
    pub next_page: Option<Url>,
    /// Which rule won each field.
    pub findings: Vec<Finding>,
    /// The UTC offset in which the page states its time of publication.
    pub offset: Option<Offset>,
    /// The watches that match, by name.
    pub matches: Vec<(String, ArticleMatch)>,
    /// The names of those that do not, and why.
    pub misses: Vec<(String, String)>,
    /// The feeds that the page announces.
    pub feeds: Vec<NamedFeed>,
}

/// Reads pages as a run of this configuration would.
pub struct Explainer<'a> {
    config: &'a Config,
    knowledge: Knowledge,
    now: Timestamp,
    /// The CSS selector for the links of a listing: with it, every page is read as a listing.
    link: Option<&'a str>,
}

/// A page and its origin.
struct Input<'a> {
    /// Where an item with this page would be.
    url: Url,
    page: Page,
    response: Response,
    source: Option<&'a Source>,
    /// Requests the further pages of an article; none for a file, which does not contain them.
    requester: Option<&'a mut Requester>,
}

impl<'a> Explainer<'a> {
    /// An explainer for a configuration, with these watches instead of its own.
    pub fn new(config: &'a Config, watches: &[Watch], zone: TimeZone, now: Timestamp, link: Option<&'a str>) -> Self {
        Self { config, knowledge: Knowledge::new(config, watches, zone), now, link }
    }

    /// Reads a URL, or the JSON document that its source provides instead.
    pub fn url(&self, requester: &mut Requester, url: &Url) -> Result<Explained, Error> {
        let source = self.source_of(url);
        let (place, accept) = match self.channel_at(source, url) {
            Some(kind) => (url.clone(), crawl::accept_of(kind.plain())),
            None => crawl::item_place(source, url),
        };
        let Received { page, response, .. } = requester
            .one(&place, accept)
            .map_err(|failure| Error::failed(format!("could not read {place}: {}", failure.cause)))?;
        let input = Input { url: url.clone(), page, response, source, requester: Some(requester) };
        self.explained(url.as_str(), input)
    }

    /// Reads a file. Its URL is `url`, or else the one that the page itself declares.
    pub fn file(&self, name: &str, bytes: Vec<u8>, url: Option<Url>) -> Result<Explained, Error> {
        let source = url.as_ref().and_then(|url| self.source_of(url));
        let body = fetch::open_gzip(bytes, self.config.http.max_body)
            .ok_or_else(|| Error::failed(format!("could not read {name}: larger than max_body")))?;
        let nowhere = || Url::parse(NOWHERE).map_err(|e| Error::failed(e.to_string()));
        let has_url = url.is_some();
        let response = Response::of_file(url.map_or_else(nowhere, Ok)?, body);
        let DecodedResponse { mut page, mut response } = response.into();
        if let Some(declared) = (!has_url).then(|| extract::declared_url(&page.text)).flatten() {
            response.url = declared.clone();
            page.url = declared;
        }
        self.explained(name, Input { url: page.url.clone(), page, response, source, requester: None })
    }

    fn explained(&self, name: &str, input: Input) -> Result<Explained, Error> {
        match self.read_as(&input) {
            Some(kind) => self.channel(&kind, input),
            None => self.article(name, input),
        }
    }

    /// The kind of channel as which a page is read; `None`: it is read as an article.
    fn read_as(&self, input: &Input) -> Option<ChannelKind> {
        let Input { url, page, source, .. } = input;
        self.channel_at(*source, url).or_else(|| match source {
            Some(source) if source.document_url(url).is_some() => None,
            source => pipeline::read_as(page, *source),
        })
    }

    /// The kind of channel that is to be at a URL: what the user says, or the configuration.
    fn channel_at(&self, source: Option<&Source>, url: &Url) -> Option<ChannelKind> {
        if let Some(link) = self.link {
            return Some(ChannelKind::Page { link: link.to_owned() });
        }
        let configured = source.and_then(|source| source.channels.iter().find(|channel| channel.url == url.as_str()));
        configured.map(|channel| channel.kind.clone())
    }

    fn channel(&self, kind: &ChannelKind, input: Input) -> Result<Explained, Error> {
        let Input { url, page, response, source, .. } = input;
        let unknown = Source::default();
        let knowledge = &self.knowledge;
        let limits = Limits { zone: &knowledge.zone, max_age: knowledge.max_age, owners: &knowledge.owners };
        let polled =
            crawl::try_poll(source.unwrap_or(&unknown), kind, url.as_str(), &page, response, &limits, self.now);
        let (announced, cause) = polled
            .usable()
            .map_err(|cause| Error::failed(format!("could not read the {}: {cause}", kind.plain().name())))?;
        let feeds = if announced.kind == PageKind::Listing { announced_feeds(&page) } else { Vec::new() };
        let remark = cause.map(|cause| cause.to_string());
        Ok(Explained::Channel(Box::new(ExplainedChannel { announced, remark, feeds })))
    }

    fn article(&self, name: &str, input: Input) -> Result<Explained, Error> {
        let failed = |why: &dyn std::fmt::Display| Error::failed(format!("could not read {name}: {why}"));
        let Input { url, page, response, source, requester } = input;
        let unknown = Source::default();
        let source = source.unwrap_or(&unknown);
        let item = Item { url: Some(url.clone()), ..Item::default() };
        let key = canonical_url::key(&url, source.identity.as_ref());
        let target = Target { source, url: &url, key: &key, item: &item };
        let feeds = announced_feeds(&page);
        let shown = if source.document_url(&url).is_some() { url.clone() } else { page.url.clone() };
        let knowledge = &self.knowledge;
        let read = pipeline::read_answer(knowledge, &target, Ok(DecodedResponse { page, response }), self.now);
        let mut pages = Pages::default();
        let (article, matches, not_article) = match read.outcome {
            ItemOutcome::Article(first) => {
                let read = self.whole(*first, &target, requester);
                pages = read.pages;
                (Some(read.article), read.matches, None)
            }
            ItemOutcome::NotArticle { reason, .. } if !reason.is_text() => return Err(failed(&reason)),
            ItemOutcome::NotArticle { reason, .. } => {
                let article = read.as_far_as_known.map(|article| KeptArticle::from(*article));
                let matches = article.as_ref().map(|article| pipeline::matches(knowledge, source, article, &item));
                (article, matches.unwrap_or_default(), Some(reason.to_string()))
            }
            ItemOutcome::Failed { failure, .. } => return Err(failed(&failure.cause)),
            ItemOutcome::OutOfScope => return Err(failed(&ItemReason::OutOfScope)),
        };
        let misses = |article| knowledge.matcher.misses(&pipeline::document(source, article));
        let misses = article.as_deref().map(misses).unwrap_or_default();
        let watch = |at: usize| knowledge.watches.get(at).map(|watch| watch.name.clone()).unwrap_or_default();
        Ok(Explained::Article(Box::new(ExplainedArticle {
            url: shown,
            article,
            not_article,
            pages: pages.read,
            next_page: pages.next,
            findings: read.findings,
            offset: read.offset,
            matches: matches.into_iter().map(|found| (watch(found.watch), found)).collect(),
            misses: misses.into_iter().map(|miss| (watch(miss.watch), miss.why)).collect(),
            feeds,
        })))
    }

    /// An article with its further pages, as a run reads it.
    fn whole(&self, first: ReadArticle, target: &Target, requester: Option<&mut Requester>) -> ReadArticle {
        let Some(requester) = requester else { return first };
        let mut read = first;
        while let Some(open) = &read.pages.open {
            let further = requester.one(open.next(), Accept::Article);
            let further = further.map(|Received { page, response, .. }| DecodedResponse { page, response });
            read = pipeline::read_further(&self.knowledge, target, &read, further, self.now);
        }
        read
    }

    /// The source of a URL, recognised by its api, its site, or its channels.
    fn source_of(&self, url: &Url) -> Option<&Source> {
        let sources = &self.config.sources;
        sources.iter().find(|s| s.api.as_ref().is_some_and(|api| api.matches.is_match(url.as_str()))).or_else(|| {
            sources.iter().find(|source| {
                let own = source.channels.iter().filter(|c| !matches!(c.kind, ChannelKind::Search(_)));
                let places = source.site.iter().cloned().chain(own.filter_map(|c| Url::parse(&c.url).ok()));
                places.into_iter().any(|place| canonical_url::same_site(&place, url))
            })
        })
    }
}

fn announced_feeds(page: &Page) -> Vec<NamedFeed> {
    channel::named_feeds(page).into_iter().filter(|feed| feed.announced).collect()
}

/// Whether a URL is the placeholder of a file without one, or a relative link in such a file.
pub fn is_nowhere(url: &Url) -> bool {
    url.host_str() == Some("unknown.invalid")
}
