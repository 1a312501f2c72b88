//! `presswatch explain`: what is read from a page or a feed, by which rule, and which watches match.

use std::path::PathBuf;

use clap::Args;
use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};
use url::Url;

use super::asking::{Asked, Asker};
use super::{Context, json_line, print, verdicts};
use crate::article::{Item, KeptArticle, Page};
use crate::canonical_url;
use crate::config::Config;
use crate::discover::{self, PageKind};
use crate::error::Error;
use crate::extract;
use crate::fetch::{self, Accept};
use crate::output::explain as lay_out;
use crate::pipeline::{self, ItemOutcome, Knowledge, Target};
use crate::query::{Hit, Query, Watch};
use crate::source::{ChannelKind, Source};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Addresses to ask, or files to read (`-`: standard input)
    #[arg(value_name = "URL-OR-FILE", required_unless_present_any = ["urls", "robots"])]
    targets: Vec<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Try this query instead of the configured watches
    #[arg(long, value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
    /// Where a file came from; with --robots: the addresses to judge
    #[arg(long, value_name = "URL")]
    url: Vec<String>,
    /// Read an HTML page as a listing: the CSS selector of its links to articles
    #[arg(long, value_name = "SELECTOR")]
    link: Option<String>,
    /// Print the canonical address of each line of this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["targets", "robots"])]
    urls: Option<PathBuf>,
    /// Say whether this robots.txt lets us read the addresses given with --url, and by which line
    #[arg(long, value_name = "FILE", requires = "url")]
    robots: Option<PathBuf>,
    /// With --robots: in the name of this robot
    #[arg(long, value_name = "NAME", default_value = "presswatch", requires = "robots")]
    agent: String,
}

/// Files have no address of their own; this one is never shown. Its path is not that of a home page.
const NOWHERE: &str = "http://unknown.invalid/file";

pub(super) fn explain(context: &Context, args: &ExplainArgs) -> Result<u8, Error> {
    if let Some(file) = &args.urls {
        return verdicts::addresses(file, args.json, context.is_quiet());
    }
    if let Some(file) = &args.robots {
        // `--robots FILE --url A B`: what follows is judged too.
        return verdicts::robots(file, &args.agent, args.url.iter().chain(&args.targets), args.json);
    }
    let config = configuration(context, args)?;
    let watches = match &args.query {
        Some(text) => {
            let query = Query::parse(text)
                .map_err(|e| Error::usage(format!("could not read the query\n{}", e.render(text))))?;
            super::advise(context, text);
            vec![Watch::new("--query", query)]
        }
        None => config.watches.clone(),
    };
    let knowledge = Knowledge::new(&config, &watches, context.zone(&config));
    let explainer = Explainer { context, args, config, knowledge };
    let mut failed = 0;
    for (at, target) in args.targets.iter().enumerate() {
        match explainer.one(at, target) {
            Ok(text) => print(&text)?,
            Err(error) => {
                failed += 1;
                if args.json {
                    print(&json_line(&json!({ "kind": Value::Null, "file": target, "error": error.to_string() })))?;
                } else {
                    super::complain(&error, context.stderr_color());
                }
            }
        }
    }
    Ok(u8::from(failed > 0))
}

/// The configuration; files can do without one.
fn configuration(context: &Context, args: &ExplainArgs) -> Result<Config, Error> {
    let only_files = args.targets.iter().all(|target| web(target).is_none());
    if only_files && !context.config_path().exists() && !context.names_config() {
        return Ok(Config::default());
    }
    context.config()
}

fn web(target: &str) -> Option<Url> {
    Url::parse(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

struct Explainer<'a> {
    context: &'a Context,
    args: &'a ExplainArgs,
    config: Config,
    knowledge: Knowledge,
}

/// A page that is to be explained.
struct Opened {
    page: Page,
    content_type: Option<String>,
    is_whole: bool,
    /// Whether it came from where its URL says, or the user says so.
    has_url: bool,
}

impl Explainer<'_> {
    fn one(&self, at: usize, target: &str) -> Result<String, Error> {
        let opened = match web(target) {
            Some(url) => self.asked(url)?,
            None => self.opened(at, target)?,
        };
        let source = self.source_of(&opened.page.url).filter(|_| opened.has_url);
        match self.read_as(&opened.page, source) {
            Some(kind) => self.channel(&opened.page, &kind),
            None => self.article(target, &opened, source),
        }
    }

    /// A page from the network, or the JSON document that its source has in its place.
    fn asked(&self, url: Url) -> Result<Opened, Error> {
        let document = self.source_of(&url).and_then(|source| source.document_url(&url));
        let asked = document.as_ref().unwrap_or(&url);
        let Asked { mut page, content_type, is_whole, .. } = Asker::new(self.context, &self.config)?
            .one(asked, Accept::Page)
            .map_err(|failure| Error::failed(format!("could not read {asked}: {}", failure.cause)))?;
        if document.is_some() {
            page.url = url;
        }
        Ok(Opened { page, content_type, is_whole, has_url: true })
    }

    /// The same from a file, the `at`-th of those given.
    fn opened(&self, at: usize, target: &str) -> Result<Opened, Error> {
        let given = self.args.url.get(at).or(self.args.url.last());
        let url = match given {
            Some(text) => web(text).ok_or_else(|| {
                Error::usage(format!("could not read --url {text:?}: not an absolute http or https address"))
            })?,
            None => Url::parse(NOWHERE).map_err(|e| Error::failed(e.to_string()))?,
        };
        let bytes = fetch::open_gzip(verdicts::read(target)?, self.config.http.max_body)
            .ok_or_else(|| Error::failed(format!("could not read {target}: larger than max_body")))?;
        let mut page = pipeline::page(url, bytes, None);
        // A saved page says itself where it came from.
        if let Some(declared) = given.is_none().then(|| extract::declared_url(&page.text)).flatten() {
            page.url = declared;
        }
        Ok(Opened { page, content_type: None, is_whole: true, has_url: given.is_some() })
    }

    /// As which channel a page is read; `None`: as an article.
    fn read_as(&self, page: &Page, source: Option<&Source>) -> Option<ChannelKind> {
        match &self.args.link {
            Some(link) => Some(ChannelKind::Page { link: link.clone() }),
            None if source.is_some_and(|source| source.document_url(&page.url).is_some()) => None,
            None => pipeline::read_as(page, source),
        }
    }

    fn channel(&self, page: &Page, kind: &ChannelKind) -> Result<String, Error> {
        let announced = pipeline::read_channel(page, kind, &self.knowledge.zone, self.context.now())
            .map_err(|refusal| Error::failed(format!("could not read the {}: {refusal}", kind.plain().name())))?;
        if !self.args.json {
            return Ok(lay_out::channel(&announced));
        }
        let items: Vec<Value> = announced
            .items
            .iter()
            .map(|item| {
                json!({
                    "url": item.url.as_ref().map(shown),
                    "title": item.title,
                    "summary": item.summary,
                    "published_at": item.published_at.map(crate::store::utc),
                    "modified_at": item.modified_at.map(crate::store::utc),
                    "id": item.id,
                    "author": item.author,
                    "language": item.language,
                    "outlet": item.outlet,
                })
            })
            .collect();
        let dropped: Vec<Value> =
            announced.dropped.iter().map(|entry| json!({ "what": entry.what, "why": entry.why.to_string() })).collect();
        let nested: Vec<String> = announced.nested.iter().map(|nested| shown(&nested.url)).collect();
        let object = json!({
            "kind": lay_out::kind(announced.kind),
            "title": announced.title,
            "items": items,
            "dropped": dropped,
            "sitemaps": nested,
            "feeds": if announced.kind == PageKind::Listing { feeds(page) } else { Vec::new() },
        });
        Ok(json_line(&object))
    }

    fn article(&self, target: &str, opened: &Opened, source: Option<&Source>) -> Result<String, Error> {
        let failed = |why: &dyn std::fmt::Display| Error::failed(format!("could not read {target}: {why}"));
        if !opened.is_whole {
            return Err(failed(&pipeline::broke_off().cause));
        }
        let page = &opened.page;
        let unknown = Source::default();
        let source = source.unwrap_or(&unknown);
        let item = Item { url: Some(page.url.clone()), ..Item::default() };
        let key = canonical_url::key(&page.url, source.identity.as_ref());
        let asked = Target { source, url: &page.url, key: &key, item: &item };
        let read =
            pipeline::read_item(&self.knowledge, &asked, page, opened.content_type.as_deref(), self.context.now());
        let (article, matches, reason) = match read.outcome {
            ItemOutcome::Article(read) => (Some(read.article), read.matches, None),
            ItemOutcome::NotArticle { reason, .. } if !reason.is_text() => return Err(failed(&reason)),
            ItemOutcome::NotArticle { reason, .. } => {
                let article = read.as_far_as_known.map(|article| KeptArticle::from(*article));
                let matches = article.as_ref().map(|article| pipeline::matches(&self.knowledge, source, article));
                (article, matches.unwrap_or_default(), Some(reason.to_string()))
            }
            ItemOutcome::Failed { failure, .. } => return Err(failed(&failure.cause)),
        };
        if self.args.json {
            let matches: Vec<Value> = matches
                .iter()
                .map(|found| {
                    json!({
                        "watch": self.knowledge.watches[found.watch].name,
                        "terms": found.terms,
                        "snippet": found.snippet,
                        "hits": pipeline::hits_json(&found.hits),
                    })
                })
                .collect();
            let Some(article) = article else {
                let object = json!({
                    "kind": "article", "not_article": reason, "text": "", "matches": [], "feeds": feeds(page),
                });
                return Ok(json_line(&object));
            };
            let object = json!({
                "kind": "article",
                "url": shown_or_null(&page.url),
                "canonical_url": shown_or_null(&article.canonical_url),
                "title": article.title,
                "author": article.author,
                "credit": article.credit,
                "published_at": article.published_at.map(|time| told(time, read.offset)),
                "modified_at": article.modified_at.map(crate::store::utc),
                "language": article.language,
                "section": article.section,
                "summary": article.summary,
                "text": article.text,
                "paywalled": article.paywalled,
                "image": article.image.as_ref().map(shown),
                "original_outlet": article.original_outlet,
                "original_url": article.original_url.as_ref().map(shown),
                "not_article": reason,
                "matches": matches,
                "feeds": feeds(page),
            });
            return Ok(json_line(&object));
        }
        let misses = |article| self.knowledge.matcher.misses(&pipeline::document(source, article));
        let misses = article.as_deref().map(misses).unwrap_or_default();
        let findings: Vec<lay_out::Field> = read
            .findings
            .iter()
            .filter(|finding| finding.field != "canonical_url" || !is_nowhere(&page.url))
            .map(|finding| lay_out::Field {
                name: finding.field,
                rule: &finding.rule,
                value: &finding.value,
                runner_up: finding.runner_up.as_ref().map(|(rule, value)| (rule.as_str(), value.as_str())),
            })
            .collect();
        let hits = matches.iter().map(|found| lay_out::Hit {
            watch: &self.knowledge.watches[found.watch].name,
            terms: &found.terms,
            fields: counted(&found.hits),
            snippet: &found.snippet,
        });
        let misses = misses.iter().map(|miss| (self.knowledge.watches[miss.watch].name.as_str(), miss.why.as_str()));
        let mut told = lay_out::article(
            reason.as_deref(),
            &findings,
            article.as_deref(),
            &hits.collect::<Vec<_>>(),
            &misses.collect::<Vec<_>>(),
        );
        let feeds = discover::named_feeds(page).into_iter().filter(|feed| feed.announced);
        told += &lay_out::feeds(&feeds.map(|feed| (shown(&feed.url), feed.title)).collect::<Vec<_>>());
        Ok(told)
    }

    /// The source to which an address belongs: by its api, its site, or its channels.
    fn source_of(&self, url: &Url) -> Option<&Source> {
        let sources = &self.config.sources;
        sources.iter().find(|s| s.api.as_ref().is_some_and(|api| api.matches.is_match(url.as_str()))).or_else(|| {
            sources.iter().find(|source| {
                let own = source.channels.iter().filter(|c| c.kind != ChannelKind::Search);
                let places = source.site.iter().cloned().chain(own.filter_map(|c| Url::parse(&c.url).ok()));
                places.into_iter().any(|place| canonical_url::same_site(&place, url))
            })
        })
    }
}

/// The feeds that an HTML page announces.
fn feeds(page: &Page) -> Vec<Value> {
    let named = discover::named_feeds(page).into_iter().filter(|feed| feed.announced);
    named.map(|feed| json!({ "url": shown(&feed.url), "title": feed.title })).collect()
}

/// How many hits each field has, in the order in which they come.
fn counted(hits: &[Hit]) -> Vec<(&'static str, usize)> {
    let fields = hits.chunk_by(|a, b| a.field == b.field);
    fields.filter_map(|hits| Some((hits.first()?.field.name(), hits.len()))).collect()
}

/// An address; of a file that has none, what a relative link says.
fn shown(url: &Url) -> String {
    if is_nowhere(url) { url[url::Position::BeforePath..].to_owned() } else { url.to_string() }
}

/// UTC; but where that would name another day than the page does, the page's own time with its zone.
fn told(time: Timestamp, offset: Option<Offset>) -> String {
    let day = |offset: Offset| offset.to_datetime(time).date();
    match offset.filter(|offset| day(*offset) != day(Offset::UTC)) {
        Some(offset) => time.display_with_offset(offset).to_string(),
        None => crate::store::utc(time),
    }
}

fn shown_or_null(url: &Url) -> Value {
    if is_nowhere(url) { Value::Null } else { Value::String(url.to_string()) }
}

fn is_nowhere(url: &Url) -> bool {
    url.host_str() == Some("unknown.invalid")
}
