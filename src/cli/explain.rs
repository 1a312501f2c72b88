//! `presswatch explain`: what is read from a page or a feed, by which rule, and which watches match.

use std::path::PathBuf;

use clap::Args;
use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};
use url::Url;

use super::asking::Asker;
use super::{Context, print, verdicts};
use crate::article::Page;
use crate::canonical_url;
use crate::charset;
use crate::config::Config;
use crate::crawl;
use crate::discover::{self, PageKind};
use crate::error::Error;
use crate::extract;
use crate::fetch::{self, Accept};
use crate::output::explain as lay_out;
use crate::query::{Document, Hit, Matcher, Query, Watch};
use crate::source::{ChannelKind, Select, Source};

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
                .map_err(|e| Error::usage(format!("error: could not read the query\n{}", e.render(text))))?;
            super::advise(context, text);
            vec![Watch::new("--query", query)]
        }
        None => config.watches.clone(),
    };
    let explainer =
        Explainer { context, args, matcher: Matcher::new(&watches), zone: context.zone(&config), config, watches };
    let mut failed = 0;
    for (at, target) in args.targets.iter().enumerate() {
        match explainer.one(at, target) {
            Ok(text) => print(&text)?,
            Err(error) => {
                failed += 1;
                if args.json {
                    print(&format!("{}\n", json!({ "kind": Value::Null, "file": target, "error": error.message })))?;
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
    watches: Vec<Watch>,
    matcher: Matcher,
    zone: jiff::tz::TimeZone,
}

impl Explainer<'_> {
    fn one(&self, at: usize, target: &str) -> Result<String, Error> {
        let (page, source, as_json) = match web(target) {
            Some(url) => self.asked(url)?,
            None => self.opened(at, target)?,
        };
        if !as_json && let Some(kind) = self.channel_kind(&page, source) {
            return self.channel(&page, &kind);
        }
        Ok(self.article(&page, source, as_json))
    }

    /// A page from the network: itself, its source, and whether it is the source's JSON document.
    fn asked(&self, url: Url) -> Result<(Page, Option<&Source>, bool), Error> {
        let source = self.source_of(&url);
        let document = source.and_then(|s| s.api.as_ref()).and_then(|api| api.address(&url));
        let asked = document.as_ref().unwrap_or(&url);
        let mut page = Asker::new(self.context, &self.config)?
            .one(asked, Accept::Page)
            .map(|asked| asked.page)
            .map_err(|failure| Error::failed(format!("could not read {asked}: {}", failure.cause)))?;
        if document.is_some() {
            page.url = url;
        }
        Ok((page, source, document.is_some()))
    }

    /// The same from a file, the `at`-th of those given.
    fn opened(&self, at: usize, target: &str) -> Result<(Page, Option<&Source>, bool), Error> {
        let given = self.args.url.get(at).or(self.args.url.last());
        let url = match given {
            Some(text) => web(text).ok_or_else(|| {
                Error::usage(format!("could not read --url {text:?}: not an absolute http or https address"))
            })?,
            None => Url::parse(NOWHERE).map_err(|e| Error::failed(e.to_string()))?,
        };
        let source = given.and_then(|_| self.source_of(&url));
        let bytes = fetch::open_gzip(verdicts::read(target)?, self.config.http.max_body)
            .ok_or_else(|| Error::failed(format!("could not read {target}: larger than max_body")))?;
        let text = charset::decode(&bytes, None);
        if is_binary(&text) {
            return Err(Error::failed(format!(
                "could not read {target}: it is no text, but a picture, a PDF or the like"
            )));
        }
        // A saved page says itself where it came from.
        let url = given.is_none().then(|| declared(&text)).flatten().unwrap_or(url);
        let page = Page { url, text };
        let as_json = source.and_then(|s| s.api.as_ref()).is_some_and(|api| api.address(&page.url).is_some());
        Ok((page, source, as_json))
    }

    /// Whether the page is one of a channel, and of which kind.
    fn channel_kind(&self, page: &Page, source: Option<&Source>) -> Option<ChannelKind> {
        if let Some(link) = &self.args.link {
            return Some(ChannelKind::Page { link: link.clone() });
        }
        let configured = source.and_then(|s| s.channels.iter().find(|channel| channel.url == page.url.as_str()));
        match discover::sniff(page) {
            Some(PageKind::Feed) => Some(ChannelKind::Feed),
            Some(PageKind::Sitemap) => Some(ChannelKind::Sitemap),
            _ => configured.map(|channel| channel.kind.clone()),
        }
    }

    fn channel(&self, page: &Page, kind: &ChannelKind) -> Result<String, Error> {
        let announced = discover::read(page, kind, &self.zone)
            .map_err(|refusal| Error::failed(format!("could not read the {}: {}", kind.name(), refusal.0)))?;
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
        Ok(format!("{object}\n"))
    }

    fn article(&self, page: &Page, source: Option<&Source>, as_json: bool) -> String {
        let select = source.map_or_else(Select::default, |source| source.select.clone());
        let context = extract::Context {
            select: &select,
            language: source.and_then(|source| source.language.as_deref()),
            zone: &self.zone,
            now: self.context.now(),
            item: None,
            outlet: source.map_or("", |source| source.name.as_str()),
        };
        let report = match source.and_then(|source| source.api.as_ref()).filter(|_| as_json) {
            Some(api) => extract::read_json(page, api, &context),
            None => extract::read(page, &context),
        };
        let (article, reason) = match report.verdict {
            extract::PageVerdict::Article(article) => (Some(article), None),
            extract::PageVerdict::NotArticle(reason)
            | extract::PageVerdict::Bare(reason)
            | extract::PageVerdict::Wall(reason) => (report.article_as_far_as_known, Some(reason)),
        };
        let document = article.as_ref().map(|article| Document {
            title: &article.title,
            summary: &article.summary,
            text: &article.text,
            author: &article.author,
            outlet: source.map_or("", |source| source.name.as_str()),
            url: article.url.as_str(),
            language: &article.language,
            published_at: article.published_at,
        });
        let matches = document.as_ref().map(|document| self.matcher.matches(document)).unwrap_or_default();
        if self.args.json {
            let matches: Vec<Value> = matches
                .iter()
                .map(|found| {
                    json!({
                        "watch": self.watches[found.watch].name,
                        "terms": found.terms,
                        "snippet": found.snippet,
                        "hits": crawl::hits(&found.hits),
                    })
                })
                .collect();
            let Some(article) = article else {
                let object = json!({
                    "kind": "article", "not_article": reason, "text": "", "matches": [], "feeds": feeds(page),
                });
                return format!("{object}\n");
            };
            let object = json!({
                "kind": "article",
                "url": shown_or_null(&article.url),
                "canonical_url": shown_or_null(&article.canonical_url),
                "title": article.title,
                "author": article.author,
                "credit": article.credit,
                "published_at": article.published_at.map(|time| told(time, report.offset)),
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
            return format!("{object}\n");
        }
        let misses = document.as_ref().map(|document| self.matcher.misses(document)).unwrap_or_default();
        let findings: Vec<lay_out::Field> = report
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
            watch: &self.watches[found.watch].name,
            terms: &found.terms,
            fields: counted(&found.hits),
            snippet: &found.snippet,
        });
        let misses = misses.iter().map(|miss| (self.watches[miss.watch].name.as_str(), miss.why.as_str()));
        let mut told = lay_out::article(
            reason.as_deref(),
            &findings,
            article.as_deref(),
            &hits.collect::<Vec<_>>(),
            &misses.collect::<Vec<_>>(),
        );
        let feeds = discover::named_feeds(page).into_iter().filter(|feed| feed.announced);
        told += &lay_out::feeds(&feeds.map(|feed| (shown(&feed.url), feed.title)).collect::<Vec<_>>());
        told
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

/// Whether more than a hundredth of what should be text are control characters that text has none of.
fn is_binary(text: &str) -> bool {
    let (mut all, mut strange) = (0_usize, 0_usize);
    for c in text.chars().take(20_000) {
        all += 1;
        strange += usize::from(c.is_control() && !c.is_whitespace() && c != '\u{1b}');
    }
    strange * 100 > all
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

/// The address that a page declares as its own: `<link rel="canonical">`, as far as a look at its tags tells.
fn declared(text: &str) -> Option<Url> {
    text.match_indices("<link").take(300).find_map(|(at, _)| {
        let tag = text.get(at..)?.split('>').next()?;
        let value = |name: &str| {
            let rest = tag.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            match quote {
                Some(quote) => rest.get(1..)?.split(quote).next(),
                None => rest.split_whitespace().next(),
            }
        };
        value("rel").filter(|rel| rel.eq_ignore_ascii_case("canonical"))?;
        web(value("href")?)
    })
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
