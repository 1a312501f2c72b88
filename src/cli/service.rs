//! `presswatch run --loop`: one process that polls what is due when it is due, and sends alerts at once.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::file::AppendedLog;
use super::notify::Notifier;
use super::run::{Alerting, crawl_with, wanted_sources, watcher};
use super::{Context, print_error, warn};
use crate::app::run::Opened;
use crate::config::Config;
use crate::crawl::Options;
use crate::deliver::{self, AlertTally, Bell, Inbox};
use crate::error::{Error, ExitKind};
use crate::fetch::{Fetcher, Settings, Signal, Signals};
use crate::output::alerts::warnings as alert_warnings;
use crate::store::{Mode, Store};

/// So often it looks for work at least: for articles that are due to be read again.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// So often a run stands in the database at least, for `presswatch health`.
const LONGEST_SILENCE: Duration = Duration::from_mins(30);
/// The pauses after errors, and after rounds in which nothing could be done, although something was due.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
const LONGEST_AFTER_ERRORS: Duration = Duration::from_secs(15);
/// The pause while another run has the database.
const BUSY_PAUSE: Duration = Duration::from_secs(1);
/// Times are stored in whole seconds: just before one, nothing is due.
const JUST_AFTER: Duration = Duration::from_millis(50);
/// How often the watchdog is notified that the loop lives.
const BEAT: Duration = Duration::from_secs(10);

/// A configuration at work.
struct Service {
    config: Config,
    settings: Settings,
    fetcher: Fetcher,
}

/// What a look at the database found to do.
#[derive(Clone, Copy)]
enum Work {
    /// A round; when the next channel or item will be due.
    Crawl(Option<Timestamp>),
    /// Nothing before this time.
    Wait(Duration),
}

/// What became of it.
enum Done {
    /// Something.
    Something,
    /// Nothing could be done, although something was due; when the next channel or item will be due.
    Nothing(Option<Timestamp>),
    /// There was nothing to do.
    Waited(Duration),
}

/// So many different errors in a row are remembered.
const MOST_ERRORS: usize = 100;

/// Errors in a row: each is printed once, also where two take turns, and the pauses between attempts become longer.
#[derive(Default)]
struct Trouble {
    printed: HashSet<String>,
    pause: Option<Duration>,
}

impl Trouble {
    /// Whether it was not printed yet.
    fn is_new(&mut self, error: &Error) -> bool {
        if self.printed.len() >= MOST_ERRORS {
            self.printed.clear();
        }
        self.printed.insert(error.to_string())
    }

    /// The pause before the next attempt.
    fn pause(&mut self) -> Duration {
        let pause = self.pause.map_or(SHORTEST_PAUSE, |last| (last * 2).min(LONGEST_AFTER_ERRORS));
        self.pause = Some(pause);
        pause
    }

    /// What went well ends it.
    fn end_with<T>(&mut self, result: &Result<T, Error>) {
        if result.is_ok() {
            *self = Self::default();
        }
    }
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
        let fetcher = Fetcher::new(settings.clone(), context.clock())?.stopped_by(signals.stop());
        Ok(Service { config, settings, fetcher })
    };
    let mut service = start()?;
    let notifier = context.notifier();
    match Opened::for_writing(&service.config, context.clock()) {
        // A service that cannot begin says so by its end.
        Err(e) if e.kind != ExitKind::Busy => return Err(e),
        // The first round may last for minutes; systemd does not wait so long.
        _ => notifier.ready(),
    }
    while service.serve(context, sources, &signals, &notifier) == Signal::Reload {
        notifier.reloading();
        match start() {
            Ok(new) => service = new,
            Err(e) => {
                print_error(&e, context.stderr_color());
                warn("the configuration cannot be used; the one read before stays in use");
            }
        }
        notifier.reloaded();
    }
    notifier.stopping();
    if let Some(problem) = log.and_then(|log| log.problem()) {
        warn(&problem);
    }
    Ok(0)
}

impl Service {
    /// Serves until a signal comes. Alerts are sent all the time, by a thread of their own, so that no receiver keeps a channel waiting.
    fn serve(&self, context: &Context, sources: &[String], signals: &Signals, notifier: &Notifier) -> Signal {
        let (bell, inbox) = deliver::bell();
        std::thread::scope(|scope| {
            let of_sender = bell.clone();
            if !self.config.alerts.is_empty() {
                scope.spawn(move || self.send(context, &inbox, &of_sender));
            }
            let signal = self.rounds(context, sources, signals, notifier, &bell);
            bell.end();
            signal
        })
    }

    /// Sends messages until the bell ends it, whatever happens to the database meanwhile.
    fn send(&self, context: &Context, inbox: &Inbox, bell: &Bell) {
        let sending = context.sending(&self.config, &self.fetcher);
        let mut report = |tally: AlertTally| {
            for warning in alert_warnings(&[tally]).iter().filter(|_| !context.is_quiet()) {
                warn(warning);
            }
        };
        let mut trouble = Trouble::default();
        loop {
            let served = sending.serve(inbox, bell, &mut report);
            trouble.end_with(&served);
            let wait = match served {
                Ok(()) => return,
                Err(e) if e.kind == ExitKind::Busy => BUSY_PAUSE,
                Err(e) => {
                    if trouble.is_new(&e) {
                        warn(&format!("could not send alerts: {e}"));
                    }
                    trouble.pause()
                }
            };
            // Another process sends, the disk is full, or the server is away.
            if inbox.is_ended_within(wait) || self.fetcher.stop().is_set() {
                return;
            }
        }
    }

    /// Crawls what is due when it is due, until a signal comes.
    fn rounds(
        &self,
        context: &Context,
        sources: &[String],
        signals: &Signals,
        notifier: &Notifier,
        bell: &Bell,
    ) -> Signal {
        // What is new in the configuration is due at once.
        let mut last_row: Option<Instant> = None;
        let mut pause = SHORTEST_PAUSE;
        let mut trouble = Trouble::default();
        loop {
            notifier.beat();
            let is_silent = last_row.is_none_or(|at| at.elapsed() >= LONGEST_SILENCE);
            let work = if is_silent { Ok(Work::Crawl(None)) } else { self.next_work(context) };
            let done = work.and_then(|work| match work {
                Work::Wait(wait) => Ok(Done::Waited(wait)),
                Work::Crawl(next) => self.crawl(context, sources, is_silent, next, bell),
            });
            trouble.end_with(&done);
            let wait = match done {
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
                Err(e) => {
                    if trouble.is_new(&e) {
                        print_error(&e, context.stderr_color());
                    }
                    trouble.pause()
                }
            };
            if let Some(signal) = until(signals, wait, notifier) {
                return signal;
            }
        }
    }

    /// One round. `keeps_row`: whether it stands in the database even if it did nothing; `next`: when something will be due.
    fn crawl(
        &self,
        context: &Context,
        sources: &[String],
        keeps_row: bool,
        next: Option<Timestamp>,
        bell: &Bell,
    ) -> Result<Done, Error> {
        let opened = Opened::for_writing(&self.config, context.clock())?;
        let options = Options { sources: sources.to_vec(), force: false, is_round: true, keeps_row };
        let ring = Alerting::Ring(bell);
        // What a worker may request is known to its connection, which lasts for a round.
        let of_worker = opened.store.gate().map(|gate| {
            let settings = Settings { gate: Some(gate), ..self.settings.clone() };
            Fetcher::new(settings, context.clock()).map(|fetcher| fetcher.stopped_by(&self.fetcher.stop()))
        });
        let of_worker = of_worker.transpose()?;
        let fetcher = of_worker.as_ref().unwrap_or(&self.fetcher);
        let summary = crawl_with(context, &self.config, &opened.store, fetcher, options, ring)?;
        Ok(if keeps_row || summary.did_something() { Done::Something } else { Done::Nothing(next) })
    }

    /// What is due.
    fn next_work(&self, context: &Context) -> Result<Work, Error> {
        let now = context.now();
        let (is_due, next) = Store::open(&self.config.database, Mode::Read)?.next_due(now)?;
        if is_due {
            return Ok(Work::Crawl(next));
        }
        Ok(Work::Wait(next.map_or(LONGEST_WAIT, |at| wait_until(at, now)).min(LONGEST_WAIT)))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_take_turns_are_printed_once_each_until_something_goes_well() {
        let (reset, broken) = (Error::failed("connection reset"), Error::failed("broken pipe"));
        let mut trouble = Trouble::default();
        let printed = [&reset, &broken, &reset, &broken].map(|error| trouble.is_new(error));
        assert_eq!(printed, [true, true, false, false]);
        trouble.end_with(&Ok::<(), Error>(()));
        assert!(trouble.is_new(&reset));
    }
}
