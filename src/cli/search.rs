//! `presswatch search`: a query over the stored articles.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::period::{Edge, FORMS, instant};
use super::{Context, print, print_painted};
use crate::crawl;
use crate::error::Error;
use crate::output::search::{Found, text as lay_out};
use crate::printable::escape_json;
use crate::query::{Match, Matcher, Query, Watch};
use crate::store::{Candidate, Sought, Store, utc};

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// What is looked for, in the language of the watches
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: String,
    /// More words of it, where it stands in no quotes
    #[arg(value_name = "WORD")]
    more: Vec<String>,
    /// Published from this time on: 24h, 7d, yesterday, 2024-05-04, RFC 3339
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Published up to this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only in this source; may be given more than once
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// How it is laid out
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// At most so many articles, the newest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Plain text of at most 80 columns
    Text,
    /// An array of objects, one a line
    Json,
}

pub(super) fn search(context: &Context, args: &SearchArgs) -> Result<u8, Error> {
    let text = std::iter::once(&args.query).chain(&args.more).map(String::as_str).collect::<Vec<_>>().join(" ");
    if text.trim().is_empty() {
        return Err(
            Error::usage("could not read the query: it is empty").hint("write what is to be found: 'tram OR bus'")
        );
    }
    let query = Query::parse(&text).map_err(|e| Error::shown(e.render(&text, context.stderr_color())))?;
    super::advise(context, &text);
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let (now, zone) = (context.now(), context.zone(&config));
    let time = |name: &str, text: &Option<String>, edge| {
        let read = |text: &String| {
            instant(text, now, &zone, edge)
                .ok_or_else(|| Error::usage(format!("could not read --{name} {text:?}")).hint(FORMS))
        };
        text.as_ref().map(read).transpose()
    };
    let (since, until) = (time("since", &args.since, Edge::Start)?, time("until", &args.until, Edge::End)?);
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(Error::usage("--since lies after --until"));
    }
    let sources = store.sources()?;
    if let Some(unknown) = args.source.iter().find(|name| !sources.contains(name)) {
        return Err(Error::usage(format!("there is no source {unknown:?} in the database"))
            .hint(format!("the sources are: {}", sources.join(", "))));
    }
    let sought = Sought { since, until, sources: args.source.clone(), need: query.need() };
    let limit = args.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let found = find(&store, query, &sought, limit)?;
    if args.format == Format::Json {
        let objects: Vec<String> = found
            .iter()
            .map(|(candidate, hit)| escape_json(&object(candidate, hit).to_string()).into_owned())
            .collect();
        print(&format!("[{}]\n", objects.join(",\n ")))?;
        return Ok(0);
    }
    let rows: Vec<Found> = found.iter().map(|(candidate, hit)| told(candidate, hit)).collect();
    let mut out = lay_out(&rows, &zone, now, context.style());
    let _ = match rows.len() {
        0 => writeln!(out, "Nothing found in {} stored articles.", store.count_articles()?),
        1 => writeln!(out, "1 article"),
        many => writeln!(out, "{many} articles"),
    };
    print_painted(&out)?;
    Ok(0)
}

/// The newest `limit` articles that the query matches: the index proposes, the matcher decides.
fn find(store: &Store, query: Query, sought: &Sought, limit: usize) -> Result<Vec<(Candidate, Match)>, Error> {
    let matcher = Matcher::new(&[Watch::new("", query)]);
    let mut found = Vec::new();
    for id in store.candidates(sought)? {
        let Some(mut candidate) = store.candidate(id)? else { continue };
        if let Some(hit) = matcher.matches(&crawl::document(&candidate.article)).pop() {
            // Of ten thousand results nobody needs the texts.
            candidate.article.text = String::new();
            found.push((candidate, hit));
            if found.len() == limit {
                break;
            }
        }
    }
    Ok(found)
}

fn snippet<'a>(candidate: &Candidate, hit: &'a Match) -> &'a str {
    if candidate.article.nosnippet { "" } else { &hit.snippet }
}

fn told<'a>(candidate: &'a Candidate, hit: &'a Match) -> Found<'a> {
    let article = &candidate.article;
    let mut notes = Vec::new();
    if !article.language.is_empty() {
        notes.push(article.language.clone());
    }
    if !candidate.credit.is_empty() {
        notes.push(format!("credit {}", candidate.credit));
    }
    if let Some(original) = &candidate.original_outlet {
        notes.push(format!("from {original}"));
    }
    if candidate.paywalled {
        notes.push("subscribers only".to_owned());
    }
    if candidate.headline_only {
        notes.push("headline and lead only".to_owned());
    }
    Found {
        outlet: &article.outlet,
        title: &article.title,
        url: &article.url,
        published_at: article.published_at,
        read_at: candidate.read_at,
        notes,
        snippet: snippet(candidate, hit),
    }
}

fn object(candidate: &Candidate, hit: &Match) -> serde_json::Value {
    let article = &candidate.article;
    json!({
        "outlet": article.outlet,
        "title": article.title,
        "url": article.url,
        "published_at": article.published_at.map(utc),
        "read_at": candidate.read_at.map(utc),
        "language": article.language,
        "author": article.author,
        "summary": if article.nosnippet { "" } else { &article.summary },
        "snippet": snippet(candidate, hit),
        "terms": hit.terms,
        "paywalled": candidate.paywalled,
        "story": candidate.story,
        "original_outlet": candidate.original_outlet,
    })
}
