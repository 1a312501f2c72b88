//! `presswatch explain`: what is read from a page or a feed, by which rule, and which watches match.

use std::path::{Path, PathBuf};

use clap::Args;
use url::Url;

use super::input::read_input;
use super::{Context, json_line, print, verdicts};
use crate::app::explain::Explainer;
use crate::config::Config;
use crate::error::Error;
use crate::output::explain as lay_out;
use crate::query::{Query, Watch};
use crate::text::visible::visible;

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// URLs to request, or files to read (`-`: standard input)
    #[arg(value_name = "URL-OR-FILE", required_unless_present_any = ["urls", "robots"])]
    targets: Vec<String>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
    /// Try this query instead of the configured watches
    #[arg(long, value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
    /// Where a file came from; with --robots: the URLs to check
    #[arg(long, value_name = "URL")]
    url: Vec<String>,
    /// Read an HTML page as a listing: the CSS selector of its links to articles
    #[arg(long, value_name = "SELECTOR")]
    link: Option<String>,
    /// Print the canonical URL of each line of this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["targets", "robots"])]
    urls: Option<PathBuf>,
    /// Print whether this robots.txt allows the URLs given with --url, and by which line
    #[arg(long, value_name = "FILE", requires = "url")]
    robots: Option<PathBuf>,
    /// With --robots: the name of the robot
    #[arg(long, value_name = "NAME", default_value = "presswatch", requires = "robots")]
    agent: String,
}

pub(super) fn explain(context: &Context, args: &ExplainArgs) -> Result<u8, Error> {
    if let Some(file) = &args.urls {
        return verdicts::canonical_urls(file, args.json, context.is_quiet());
    }
    if let Some(file) = &args.robots {
        // In `--robots FILE --url A B`, B is a URL to check, too.
        return verdicts::robots(file, &args.agent, args.url.iter().chain(&args.targets), args.json);
    }
    let config = configuration(context, args)?;
    let watches = if let Some(text) = &args.query {
        let query = Query::parse(text).map_err(|e| Error::shown(e.render(text, context.stderr_color())))?;
        super::warn_about_query(context, text);
        // Without any source, no value is wrong.
        if !config.sources.is_empty() {
            let (names, facts): (Vec<&str>, Vec<_>) =
                config.sources.iter().map(|source| (source.name.as_str(), &source.facts)).unzip();
            super::warn_about_values(context, &query, &names, &facts);
        }
        vec![Watch::new("--query", query)]
    } else {
        super::advise_on_watches(context, &config.watches);
        config.watches.clone()
    };
    let (zone, now) = (context.zone(&config), context.now());
    let explainer = Explainer::new(&config, &watches, zone, now, args.link.as_deref());
    // One requester for all targets, so that a host gets its pause between two of them.
    let any_url = args.targets.iter().any(|target| web(target).is_some());
    let mut requester = any_url.then(|| context.requester(&config)).transpose()?;
    let most = config.http.max_body;
    let mut failed = 0;
    for (at, target) in args.targets.iter().enumerate() {
        let result = match (web(target), &mut requester) {
            (Some(url), Some(requester)) => explainer.url(requester, &url),
            _ => url_of_file(args, at)
                .and_then(|url| explainer.file(&visible(target), read_input(Path::new(target), most)?, url)),
        };
        match result {
            Ok(read) if args.json => print(&json_line(&lay_out::json(&read)))?,
            Ok(read) => print(&lay_out::text(&read))?,
            Err(error) => {
                failed += 1;
                if args.json {
                    print(&json_line(&lay_out::json_error(target, &error.to_string())))?;
                } else {
                    super::print_error(&error, context.stderr_color());
                }
            }
        }
    }
    Ok(u8::from(failed > 0))
}

/// The URL that the user gives for the file at this position among the targets.
fn url_of_file(args: &ExplainArgs, at: usize) -> Result<Option<Url>, Error> {
    let given = args.url.get(at).or(args.url.last());
    let read = |text: &String| {
        web(text)
            .ok_or_else(|| Error::usage(format!("could not read --url {text:?}: not an absolute http or https URL")))
    };
    given.map(read).transpose()
}

/// The configuration, which is optional if all targets are files.
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
