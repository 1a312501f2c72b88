//! `presswatch run`: crawl once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use clap::Args;

use super::progress::Watched;
use super::{Context, digest, json_line, print, say_painted, warn};
use crate::config::Config;
use crate::crawl::{Crawl, Options, Summary};
use crate::error::Error;
use crate::fetch::{Fetcher, Settings};
use crate::language::Language;
use crate::model::{ItemState, RunId};
use crate::output::paint::{Paint, Painted};
use crate::output::size;
use crate::store::{Lock, Mode, Store};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are switches")]
pub(super) struct RunArgs {
    /// Only this source; may be given more than once
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// Ask now, whatever poll intervals and back-off say
    #[arg(long)]
    force: bool,
    /// Do everything, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Exit with 3 when a source failed
    #[arg(long)]
    strict: bool,
    /// Then print the digest of what is new
    #[arg(long)]
    digest: bool,
    /// Print a summary as JSON
    #[arg(long, conflicts_with = "digest")]
    json: bool,
}

pub(super) fn run(context: &Context, args: &RunArgs) -> Result<u8, Error> {
    let config = context.config()?;
    if let Some(unknown) = args.source.iter().find(|name| !config.sources.iter().any(|s| s.name == **name)) {
        let names: Vec<&str> = config.sources.iter().map(|s| s.name.as_str()).collect();
        return Err(Error::usage(format!("there is no source {unknown:?} in the configuration"))
            .hint(format!("the sources are: {}", names.join(", "))));
    }
    if !config.sources.iter().any(|source| source.enabled) {
        return Err(Error::usage(format!(
            "{} names no source that is enabled: nothing to do",
            context.config_path().display()
        ))
        .hint("add a [[source]] with a name and a feed"));
    }
    let settings = context.settings(&config)?;
    let options = Options { sources: args.source.clone(), force: args.force };
    let _lock = (!args.dry_run).then(|| Lock::take(&config.database)).transpose()?;
    let store = open(&config, args.dry_run)?;
    let before = context.now();
    let summary = crawl(context, &config, &store, settings, options)?;
    if config.http.contact.is_none() && summary.run == RunId(1) && !context.is_quiet() {
        warn("the User-Agent names no contact, so publishers cannot reach you: set `contact` under [http] (told once)");
    }
    if args.json {
        print(&json_line(&json(&summary, before, context.now())))?;
    }
    if args.digest {
        digest::print_new(context, &config, &store)?;
    }
    let failed: Vec<&str> = summary.failed_sources().collect();
    let wanted = config
        .sources
        .iter()
        .filter(|source| source.enabled && (args.source.is_empty() || args.source.contains(&source.name)));
    // A source that was not due is no failure.
    if !failed.is_empty() && failed.len() == wanted.count() {
        return Err(Error::failed(format!("could not read any source: {}", failed.join(", ")))
            .hint("`presswatch sources` shows why"));
    }
    let any = summary.sources.values().any(|(_, bad)| *bad > 0);
    Ok(if args.strict && any { 3 } else { 0 })
}

fn open(config: &Config, dry_run: bool) -> Result<Store, Error> {
    if !dry_run {
        return Store::open(&config.database, Mode::Write);
    }
    if !config.database.exists() {
        return Store::in_memory();
    }
    let store = Store::open(&config.database, Mode::Read)?;
    store.rehearse()?;
    Ok(store)
}

/// One crawl, with progress and warnings as the place of output wants them.
pub(super) fn crawl(
    context: &Context,
    config: &Config,
    store: &Store,
    settings: Settings,
    options: Options,
) -> Result<Summary, Error> {
    let fetcher = Fetcher::new(settings, context.clock())?;
    fetcher.stop_on_signals(super::leave);
    let run = Crawl { store, config, fetcher: &fetcher, clock: context.clock(), zone: context.zone(config), options };
    let started = Instant::now();
    let progress = Watched::begin(context.watched_columns(), Paint(context.stderr_color()));
    let summary = run.run(&mut |news| progress.hear(news));
    progress.end();
    let summary = summary?;
    if !context.is_quiet() {
        for warning in &summary.warnings {
            warn(warning);
        }
        if summary.stopped {
            let items = if summary.pending == 1 { "item waits" } else { "items wait" };
            warn(&format!("ended early; {} {items} for the next run", summary.pending));
        }
    }
    if context.is_watched() || context.is_verbose() {
        say_painted(&told(&summary, started.elapsed(), Paint(context.stderr_color())));
    }
    Ok(summary)
}

/// What a run did, in three lines; the second one adds up to the items of the first.
fn told(summary: &Summary, took: Duration, paint: Paint) -> Painted {
    let counted = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut out = Painted::new(paint);
    let channels = counted(summary.channels, "channel", "channels");
    let _ = write!(out, "{channels} asked: {} unchanged, ", summary.channels_unchanged);
    let failed = format!("{} failed", summary.channels_failed);
    let put = if summary.channels_failed > 0 { Painted::bad } else { Painted::plain };
    put(&mut out, &failed);
    let _ = write!(out, "; {}", counted(summary.items_new, "new item", "new items"));
    if summary.waited > 0 {
        let _ = write!(out, ", {} that waited", summary.waited);
    }
    let _ = write!(out, "\n{}", counted(summary.ended(ItemState::Read), "article read", "articles read"));
    let became = |state: ItemState| {
        Some(summary.ended(state)).filter(|n| *n > 0).and_then(|n| Language::English.fate(state.name(), n))
    };
    for fate in [ItemState::Copy, ItemState::TooOld, ItemState::OutOfScope, ItemState::NotArticle]
        .into_iter()
        .filter_map(became)
    {
        let _ = write!(out, ", {fate}");
    }
    for lost in [ItemState::Disallowed, ItemState::GivenUp].into_iter().filter_map(became) {
        out.plain(", ");
        out.doubtful(&lost);
    }
    let _ = writeln!(out, ", {}", counted(summary.pending, "waits for the next run", "wait for the next run"));
    let mentions = counted(summary.mentions_new, "new mention", "new mentions");
    let put = if summary.mentions_new > 0 { Painted::good } else { Painted::plain };
    put(&mut out, &mentions);
    let time = if took.as_secs() == 0 { "under a second".to_owned() } else { format!("{} s", took.as_secs()) };
    let requests = counted(summary.requests, "request", "requests");
    let _ = writeln!(out, "; {requests}, {} in {time}", size(summary.bytes));
    out
}

fn json(summary: &Summary, started_at: jiff::Timestamp, finished_at: jiff::Timestamp) -> serde_json::Value {
    serde_json::json!({
        "run": summary.run.0,
        "started_at": crate::store::utc(started_at),
        "finished_at": crate::store::utc(finished_at),
        "channels": summary.channels,
        "channels_failed": summary.channels_failed,
        "channels_unchanged": summary.channels_unchanged,
        "requests": summary.requests,
        "bytes": summary.bytes,
        "items_new": summary.items_new,
        "articles_read": summary.articles_read,
        "articles_failed": summary.articles_failed,
        "articles_revisited": summary.articles_revisited,
        "mentions_new": summary.mentions_new,
        "duplicates": summary.duplicates,
        "items_waited": summary.waited,
        "items_ended": summary.ended.iter().map(|(state, n)| (state.name(), *n)).collect::<BTreeMap<_, _>>(),
        "pending": summary.pending,
        "stopped": summary.stopped,
    })
}
