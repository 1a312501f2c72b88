//! `presswatch run`: crawl once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::file::AppendedLog;
use super::progress::Watched;
use super::{Context, digest, eprint_painted, json_line, print, warn};
use crate::app::{self, run::Opened};
use crate::config::Config;
use crate::crawl::{Options, RunEvent, Summary};
use crate::deliver::Bell;
use crate::digest::DEFAULT_READER;
use crate::error::{Error, ExitKind};
use crate::fetch::{Fetcher, RequestWatcher, Settings};
use crate::i18n::{Cause, CauseCode};
use crate::model::RunId;
use crate::output::alerts::warnings as alert_warnings;
use crate::output::paint::Paint;
use crate::output::requests::log_line;
use crate::output::run as lay_out;
use crate::source::Source;
use crate::store::Store;
use crate::text::visible::visible_path;

/// The exit code when another run is using the database.
const BUSY: u8 = 75;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are switches")]
pub(super) struct RunArgs {
    /// Only this source; may be repeated
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// Ignore poll intervals and back-off (but not Retry-After)
    #[arg(long)]
    force: bool,
    /// Crawl, but write nothing to the database
    #[arg(long)]
    dry_run: bool,
    /// Exit with 3 when a source failed
    #[arg(long)]
    strict: bool,
    /// Then print the digest of what is new; with a name, of what is new for this reader, as `digest --new=NAME` does
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = DEFAULT_READER,
          value_parser = digest::reader_name)]
    digest: Option<String>,
    /// Append a line of JSON to this file for each request, made or not
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Print a summary as JSON on stdout
    #[arg(long, conflicts_with = "digest")]
    json: bool,
    /// Run until SIGTERM: poll what is due when it is due, send alerts at once; SIGHUP reads a changed configuration
    #[arg(long = "loop", conflicts_with_all = ["digest", "json", "dry_run", "strict", "force"])]
    is_loop: bool,
}

impl RunArgs {
    /// The sources and the log of a loop, if it is to be one.
    pub(super) fn as_loop(&self) -> Option<(&[String], Option<&Path>)> {
        self.is_loop.then_some((self.source.as_slice(), self.log.as_deref()))
    }
}

pub(super) fn run(context: &Context, args: &RunArgs) -> Result<u8, Error> {
    let config = context.config()?;
    let options = Options { sources: args.source.clone(), force: args.force, ..Options::default() };
    let wanted = wanted_sources(context, &config, &options)?;
    let mut settings = context.settings(&config)?;
    let log = args.log.as_deref().map(AppendedLog::open).transpose()?;
    settings.watcher = log.as_ref().map(watcher);
    let opened =
        if args.dry_run { Opened::for_rehearsal(&config) } else { Opened::for_writing(&config, context.clock()) };
    let opened = match opened {
        // Cron starts the next one: a mail for each time that a run took longer would say nothing.
        Err(e) if e.kind == ExitKind::Busy && !context.is_verbose() && !context.is_watched() => return Ok(BUSY),
        opened => opened?,
    };
    let store = &opened.store;
    let before = context.now();
    let sends = opened.is_kept();
    let summary = crawl(context, &config, store, settings, options, sends)?;
    if let Some(problem) = log.and_then(|log| log.problem()) {
        warn(&problem);
    }
    if config.http.contact.is_none() && summary.run == RunId(1) && !context.is_quiet() {
        warn("the User-Agent has no contact, so publishers cannot reach you: set `contact` under [http] (shown once)");
    }
    if args.json {
        print(&json_line(&lay_out::json(&summary, before, context.now())))?;
    }
    if let Some(reader) = &args.digest {
        // The run itself is done: that is not what 75 says.
        digest::print_new(context, &config, store, reader).map_err(|e| match e.kind {
            ExitKind::Busy => Error { kind: ExitKind::Failed, ..e },
            _ => e,
        })?;
    }
    let failed: Vec<&str> = summary.failed_sources().collect();
    // A source that was not due has not failed.
    if !failed.is_empty() && failed.len() == wanted.len() {
        if let Some(cause) = summary.common_failure() {
            return Err(nothing_read(cause, failed.len()));
        }
        return Err(Error::failed(format!("could not read any source: {}", failed.join(", ")))
            .hint("`presswatch sources` shows why"));
    }
    let any = summary.sources.values().any(|(_, bad)| *bad > 0);
    Ok(if args.strict && any { 3 } else { 0 })
}

/// The sources that a run polls; an error where it could poll none.
pub(super) fn wanted_sources<'a>(
    context: &Context,
    config: &'a Config,
    options: &Options,
) -> Result<Vec<&'a Source>, Error> {
    let wanted = app::run::sources(config, options)?;
    if !config.sources.iter().any(|source| source.enabled) {
        return Err(Error::usage(format!(
            "{} names no source that is enabled: nothing to do",
            visible_path(&context.config_path())
        ))
        .hint("add a [[source]] with a name and a feed"));
    }
    Ok(wanted)
}

/// Writes each request into a log.
pub(super) fn watcher(log: &Arc<AppendedLog>) -> RequestWatcher {
    let log = Arc::clone(log);
    RequestWatcher(Arc::new(move |requested| log.add(&log_line(requested))))
}

/// The error of a run in which all of several sources failed for the same cause.
fn nothing_read(cause: &Cause, sources: usize) -> Error {
    let is_unreached = matches!(
        cause.code(),
        CauseCode::UnknownHost | CauseCode::NobodyThere | CauseCode::Connection | CauseCode::Timeout
    );
    let verb = if is_unreached { "reach" } else { "read" };
    // Without a network, robots.txt is the first that cannot be read.
    let is_offline = is_unreached || cause.code() == CauseCode::RobotsUnread;
    let question = if is_offline { "is this machine online? " } else { "" };
    Error::failed(format!("could not {verb} any of the {sources} sources: {cause}"))
        .hint(format!("{question}`presswatch sources` shows each channel"))
}

/// Crawls once, with progress and warnings on stderr.
pub(super) fn crawl(
    context: &Context,
    config: &Config,
    store: &Store,
    settings: Settings,
    options: Options,
    sends: bool,
) -> Result<Summary, Error> {
    let fetcher = context.fetcher(Settings { gate: store.gate(), ..settings })?;
    let alerting = if sends && !config.alerts.is_empty() { Alerting::Beside } else { Alerting::Off };
    crawl_with(context, config, store, &fetcher, options, alerting)
}

/// Who sends alerts.
#[derive(Clone, Copy)]
pub(super) enum Alerting<'a> {
    /// Nobody.
    Off,
    /// The run.
    Beside,
    /// Somebody who hears this bell.
    Ring(&'a Bell),
}

/// The same with a client that is there already.
pub(super) fn crawl_with(
    context: &Context,
    config: &Config,
    store: &Store,
    fetcher: &Fetcher,
    options: Options,
    alerting: Alerting,
) -> Result<Summary, Error> {
    let (started, is_round) = (Instant::now(), options.is_round);
    let progress = Watched::begin(context.watched_columns(), Paint(context.stderr_color()));
    let sending = context.sending(config, fetcher);
    let mut show = |event: &RunEvent| progress.show(event);
    let none = |summary| (summary, Ok(Vec::new()));
    let done = match alerting {
        Alerting::Beside => app::run::run_with_alerts(store, &sending, options, &mut show),
        Alerting::Ring(bell) => app::run::run_and_ring(store, &sending, bell, options, &mut show).map(none),
        Alerting::Off => {
            let (clock, zone) = (context.clock(), context.zone(config));
            app::run::run(store, config, fetcher, clock, zone, options, &mut show).map(none)
        }
    };
    progress.end();
    let (summary, sent) = done?;
    if !context.is_quiet() {
        match sent {
            Ok(tallies) => alert_warnings(&tallies).iter().for_each(|warning| warn(warning)),
            Err(e) => warn(&format!("could not send alerts: {e}")),
        }
        // What all sources have in common is the error of the run, which is printed once.
        let is_said = summary.common_failure().is_some();
        for warning in summary.warnings.iter().filter(|warning| !is_said || warning.failure.is_none()) {
            warn(&warning.text);
        }
        if summary.stopped {
            let items = if summary.pending == 1 { "item is" } else { "items are" };
            warn(&format!("interrupted; {} {items} left for the next run", summary.pending));
        }
    }
    let is_shown = context.is_watched() || context.is_verbose();
    if is_shown && (!is_round || summary.did_something()) {
        eprint_painted(&lay_out::text(&summary, started.elapsed(), Paint(context.stderr_color())));
    }
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_can_be_reached_the_network_is_in_doubt() {
        for (code, verb, is_doubted) in [
            (CauseCode::UnknownHost, "reach", true),
            (CauseCode::NobodyThere, "reach", true),
            (CauseCode::RobotsUnread, "read", true),
            (CauseCode::NothingListed, "read", false),
        ] {
            let error = nothing_read(&Cause::new(code, &[]), 25);
            assert!(error.to_string().starts_with(&format!("could not {verb} any of the 25 sources: ")), "{code:?}");
            assert_eq!(error.hint.is_some_and(|hint| hint.contains("online?")), is_doubted, "{code:?}");
        }
    }
}
