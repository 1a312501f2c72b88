//! `presswatch search`: a query over the stored articles.

use clap::Args;

use super::period::{Edge, TIME_FORMS, parse_time};
use super::{Context, print, print_painted};
use crate::app;
use crate::app::search::SearchLimits;
use crate::error::Error;
use crate::output::search as lay_out;
use crate::query::Query;
use crate::store::Sought;

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// The query, in the query language of watches
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: String,
    /// More words of the query, if it is not quoted
    #[arg(value_name = "WORD")]
    more: Vec<String>,
    /// Published at or after this time: 24h, 7d, 1mo, yesterday, monday, 2024-05-04, 2024-05, RFC 3339
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Published up to this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only this source; may be repeated
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t = SearchFormat::Text)]
    format: SearchFormat,
    /// Print at most this many articles, the newest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Also what is marked as not relevant; the results say so
    #[arg(long)]
    with_not_relevant: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum SearchFormat {
    /// Plain text of at most 80 columns
    Text,
    /// An array of objects, one per line
    Json,
}

pub(super) fn search(context: &Context, args: &SearchArgs) -> Result<u8, Error> {
    let text = std::iter::once(&args.query).chain(&args.more).map(String::as_str).collect::<Vec<_>>().join(" ");
    if text.trim().is_empty() {
        return Err(
            Error::usage("could not read the query: it is empty").hint("write what to look for, such as 'tram OR bus'")
        );
    }
    let query = Query::parse(&text).map_err(|e| Error::shown(e.render(&text, context.stderr_color())))?;
    super::warn_about_query(context, &text);
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let sources = store.sources()?;
    let names: Vec<&str> = sources.iter().map(String::as_str).collect();
    let facts = store.outlet_facts()?;
    super::warn_about_values(context, &query, &names, &facts.iter().collect::<Vec<_>>());
    let (now, zone) = (context.now(), context.zone(&config));
    let time = |name: &str, text: &Option<String>, edge| {
        let read = |text: &String| {
            parse_time(text, now, &zone, edge)
                .ok_or_else(|| Error::usage(format!("could not read --{name} {text:?}")).hint(TIME_FORMS))
        };
        text.as_ref().map(read).transpose()
    };
    let (since, until) = (time("since", &args.since, Edge::Start)?, time("until", &args.until, Edge::End)?);
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(Error::usage("could not use that period: --since is later than --until"));
    }
    let sought = Sought { since, until, sources: args.source.clone(), need: None };
    let most = args.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let limits = SearchLimits { most, with_irrelevant: args.with_not_relevant };
    let result = app::search::search(&store, query, sought, &limits)?;
    match args.format {
        SearchFormat::Json => print(&lay_out::json(&result))?,
        SearchFormat::Text => print_painted(&lay_out::text(&result, &zone, now, context.style()))?,
    }
    Ok(0)
}
