//! What a run would read from a page: the items of a channel, or the fields of an article and the watches that match.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use url::Url;

use super::{Received, Requester};
use crate::article::{Item, KeptArticle, Page};
use crate::canonical_url;
use crate::channel::{self, Announced, NamedFeed, PageKind};
use crate::config::Config;
use crate::error::Error;
use crate::extract::{self, Finding};
use crate::fetch::{self, Accept};
use crate::pipeline::{self, ArticleMatch, ItemOutcome, Knowledge, Pages, ReadArticle, Target};
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
    page: Page,
    content_type: Option<String>,
    is_whole: bool,
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
        let document = source.and_then(|source| source.document_url(url));
        let place = document.as_ref().unwrap_or(url);
        let Received { mut page, content_type, is_whole, .. } = requester
            .one(place, Accept::Page)
            .map_err(|failure| Error::failed(format!("could not read {place}: {}", failure.cause)))?;
        if document.is_some() {
            page.url = url.clone();
        }
        let requester = Some(requester);
        self.explained(url.as_str(), Input { page, content_type, is_whole, source, requester })
    }

    /// Reads a file. Its URL is `url`, or else the one that the page itself declares.
    pub fn file(&self, name: &str, bytes: Vec<u8>, url: Option<Url>) -> Result<Explained, Error> {
        let source = url.as_ref().and_then(|url| self.source_of(url));
        let bytes = fetch::open_gzip(bytes, self.config.http.max_body)
            .ok_or_else(|| Error::failed(format!("could not read {name}: larger than max_body")))?;
        let nowhere = || Url::parse(NOWHERE).map_err(|e| Error::failed(e.to_string()));
        let has_url = url.is_some();
        let mut page = pipeline::page(url.map_or_else(nowhere, Ok)?, bytes, None);
        if let Some(declared) = (!has_url).then(|| extract::declared_url(&page.text)).flatten() {
            page.url = declared;
        }
        let input = Input { page, content_type: None, is_whole: true, source, requester: None };
        self.explained(name, input)
    }

    fn explained(&self, name: &str, input: Input) -> Result<Explained, Error> {
        match self.read_as(&input) {
            Some(kind) => self.channel(&input.page, &kind),
            None => self.article(name, input),
        }
    }

    /// The kind of channel as which a page is read; `None`: it is read as an article.
    fn read_as(&self, input: &Input) -> Option<ChannelKind> {
        let Input { page, source, .. } = input;
        match self.link {
            Some(link) => Some(ChannelKind::Page { link: link.to_owned() }),
            None if source.is_some_and(|source| source.document_url(&page.url).is_some()) => None,
            None => pipeline::read_as(page, *source),
        }
    }

    fn channel(&self, page: &Page, kind: &ChannelKind) -> Result<Explained, Error> {
        let announced = pipeline::read_channel(page, kind, &self.knowledge.zone, self.now)
            .map_err(|refusal| Error::failed(format!("could not read the {}: {refusal}", kind.plain().name())))?;
        let feeds = if announced.kind == PageKind::Listing { announced_feeds(page) } else { Vec::new() };
        Ok(Explained::Channel(Box::new(ExplainedChannel { announced, feeds })))
    }

    fn article(&self, name: &str, input: Input) -> Result<Explained, Error> {
        let failed = |why: &dyn std::fmt::Display| Error::failed(format!("could not read {name}: {why}"));
        if !input.is_whole {
            return Err(failed(&pipeline::broke_off().cause));
        }
        let page = &input.page;
        let unknown = Source::default();
        let source = input.source.unwrap_or(&unknown);
        let item = Item { url: Some(page.url.clone()), ..Item::default() };
        let key = canonical_url::key(&page.url, source.identity.as_ref());
        let target = Target { source, url: &page.url, key: &key, item: &item };
        let knowledge = &self.knowledge;
        let read = pipeline::read_item(knowledge, &target, page, input.content_type.as_deref(), self.now);
        let mut pages = Pages::default();
        let (article, matches, not_article) = match read.outcome {
            ItemOutcome::Article(first) => {
                let read = self.whole(*first, &target, input.requester);
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
            ItemOutcome::OutOfScope => return Err(failed(&"its host is not among `only`")),
        };
        let misses = |article| knowledge.matcher.misses(&pipeline::document(source, article));
        let misses = article.as_deref().map(misses).unwrap_or_default();
        let watch = |at: usize| knowledge.watches.get(at).map(|watch| watch.name.clone()).unwrap_or_default();
        Ok(Explained::Article(Box::new(ExplainedArticle {
            url: page.url.clone(),
            article,
            not_article,
            pages: pages.read,
            next_page: pages.next,
            findings: read.findings,
            offset: read.offset,
            matches: matches.into_iter().map(|found| (watch(found.watch), found)).collect(),
            misses: misses.into_iter().map(|miss| (watch(miss.watch), miss.why)).collect(),
            feeds: announced_feeds(page),
        })))
    }

    /// An article with its further pages, as a run reads it.
    fn whole(&self, first: ReadArticle, target: &Target, requester: Option<&mut Requester>) -> ReadArticle {
        let Some(requester) = requester else { return first };
        let mut read = first;
        while let Some(open) = &read.pages.open {
            let further = requester.one(open.next(), Accept::Page).and_then(|further| {
                if further.is_whole { Ok((further.page, further.content_type)) } else { Err(pipeline::broke_off()) }
            });
            read = pipeline::join_further(&self.knowledge, target, &read, further, self.now);
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
