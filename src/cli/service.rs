//! `presswatch run --loop`: one process that polls what is due when it is due, and sends alerts at once.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::file::AppendedLog;
use super::notify::Notifier;
use super::run::{crawl_with, wanted_sources, watcher};
use super::{Context, print_error, warn};
use crate::app::alerts;
use crate::app::run::Opened;
use crate::config::Config;
use crate::crawl::Options;
use crate::error::{Error, ExitKind};
use crate::fetch::{Fetcher, Signal, Signals};
use crate::output::alerts::warnings as alert_warnings;
use crate::store::{Mode, Store};

/// So often it looks for work at least: for articles that are due to be read again.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// So often a run stands in the database at least, for `presswatch health`.
const LONGEST_SILENCE: Duration = Duration::from_mins(30);
/// The pauses after rounds in which nothing could be done, although something was due.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// The pause while another run has the database.
const BUSY_PAUSE: Duration = Duration::from_secs(5);
/// Times are stored in whole seconds: just before one, nothing is due.
const JUST_AFTER: Duration = Duration::from_millis(50);
/// So often the watchdog is told that the loop lives.
const BEAT: Duration = Duration::from_secs(10);

/// A configuration at work.
struct Service {
    config: Config,
    fetcher: Fetcher,
}

/// What a look at the database found to do.
enum Work {
    /// A round; when the next channel or item will be due.
    Crawl(Option<Timestamp>),
    /// Only messages are due.
    Send,
    /// Nothing before this time.
    Wait(Duration),
}

pub(super) fn serve(context: &Context, sources: &[String], log: Option<&Path>) -> Result<u8, Error> {
    let log = log.map(AppendedLog::open).transpose()?;
    let signals = Signals::listen(super::exit_interrupted)?;
    let start = || -> Result<Service, Error> {
        let config = context.config()?;
        let options = Options { sources: sources.to_vec(), ..Options::default() };
        wanted_sources(context, &config, &options)?;
        let mut settings = context.settings(&config)?;
        settings.watcher = log.as_ref().map(watcher);
        let fetcher = Fetcher::new(settings, context.clock())?.stopped_by(signals.stop());
        Ok(Service { config, fetcher })
    };
    let mut service = start()?;
    let notifier = context.notifier();
    let mut is_first = true;
    let mut last_row: Option<Instant> = None;
    let mut pause = SHORTEST_PAUSE;
    match Opened::for_writing(&service.config) {
        Err(e) if e.kind != ExitKind::Busy => return Err(e),
        // The first round may last for minutes; systemd does not wait so long.
        _ => notifier.ready(),
    }
    loop {
        notifier.beat();
        let is_silent = last_row.is_none_or(|at| at.elapsed() >= LONGEST_SILENCE);
        let work = if is_silent { Ok(Work::Crawl(None)) } else { next_work(context, &service.config) };
        let wait = match work.and_then(|work| service.work(context, sources, work, is_silent)) {
            Ok(Done::Something) => {
                (last_row, pause) = (Some(Instant::now()), SHORTEST_PAUSE);
                Duration::ZERO
            }
            Ok(Done::Nothing(next)) => {
                pause = (pause * 2).min(LONGEST_PAUSE);
                next.map_or(pause, |next| wait_until(next, context.now()).min(pause))
            }
            Ok(Done::Waited(wait)) => wait,
            Err(e) if e.kind == ExitKind::Busy => BUSY_PAUSE,
            // A service that cannot begin says so by its end.
            Err(e) if is_first => return Err(e),
            Err(e) => {
                print_error(&e, context.stderr_color());
                LONGEST_PAUSE
            }
        };
        is_first = false;
        match until(&signals, wait, &notifier) {
            Some(Signal::Stop) => break,
            None => {}
            Some(Signal::Reload) => {
                notifier.reloading();
                match start() {
                    Ok(new) => {
                        service = new;
                        // What is new in it is due at once.
                        last_row = None;
                    }
                    Err(e) => {
                        print_error(&e, context.stderr_color());
                        warn("the configuration cannot be used; the one read before stays in use");
                    }
                }
                notifier.reloaded();
            }
        }
    }
    notifier.stopping();
    if let Some(problem) = log.and_then(|log| log.problem()) {
        warn(&problem);
    }
    Ok(0)
}

enum Done {
    Something,
    /// Nothing could be done, although something was due; when the next channel or item will be due.
    Nothing(Option<Timestamp>),
    /// There was nothing to do.
    Waited(Duration),
}

impl Service {
    /// `keeps_row`: whether the round stands in the database even if it did nothing.
    fn work(&self, context: &Context, sources: &[String], work: Work, keeps_row: bool) -> Result<Done, Error> {
        let next = match work {
            Work::Wait(wait) => return Ok(Done::Waited(wait)),
            Work::Crawl(next) => next,
            Work::Send => None,
        };
        let Self { config, fetcher } = self;
        let opened = Opened::for_writing(config)?;
        if matches!(work, Work::Send) {
            opened.store.free_claims()?;
            let tallies = context.sending(config, fetcher).send()?;
            if !context.is_quiet() {
                alert_warnings(&tallies).iter().for_each(|warning| warn(warning));
            }
            return Ok(if tallies.is_empty() { Done::Nothing(None) } else { Done::Waited(Duration::ZERO) });
        }
        let options = Options { sources: sources.to_vec(), force: false, is_round: true, keeps_row };
        let summary = crawl_with(context, config, &opened.store, fetcher, options, true)?;
        Ok(if keeps_row || summary.did_something() { Done::Something } else { Done::Nothing(next) })
    }
}

/// What is due.
fn next_work(context: &Context, config: &Config) -> Result<Work, Error> {
    let now = context.now();
    let store = Store::open(&config.database, Mode::Read)?;
    let (is_due, next) = store.next_due(now)?;
    if is_due {
        return Ok(Work::Crawl(next));
    }
    let next_message = alerts::next_due(&store, config, &context.zone(config), now)?;
    if next_message.is_some_and(|at| at <= now) {
        return Ok(Work::Send);
    }
    let next = next.into_iter().chain(next_message).min();
    Ok(Work::Wait(next.map_or(LONGEST_WAIT, |at| wait_until(at, now)).min(LONGEST_WAIT)))
}

fn wait_until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or_default() + JUST_AFTER
}

/// Waits, or until a signal comes.
fn until(signals: &Signals, wait: Duration, notifier: &Notifier) -> Option<Signal> {
    let end = Instant::now() + wait;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if let Some(signal) = signals.next(left.min(BEAT)) {
            return Some(signal);
        }
        notifier.beat();
        if Instant::now() >= end {
            return None;
        }
    }
}
