//! One run of a configuration.

use jiff::tz::TimeZone;

use super::alerts::Sending;
use super::names::unknown_name;
use crate::config::Config;
use crate::crawl::{Crawler, Options, RunEvent, Summary};
use crate::deliver::{AlertTally, Bell};
use crate::error::Error;
use crate::fetch::{Clock, Fetcher};
use crate::source::Source;
use crate::store::{Lock, Mode, Store};

/// The database of a run, locked against other runs.
pub struct Opened {
    /// The store; for a rehearsal it discards all changes.
    pub store: Store,
    keeps: bool,
    _lock: Option<Lock>,
}

impl Opened {
    /// Opens the database for a run.
    pub fn for_writing(config: &Config, clock: Clock) -> Result<Self, Error> {
        let (store, lock) = Store::open_for_run(&config.database, clock)?;
        Ok(Self { store, keeps: true, _lock: Some(lock) })
    }

    /// Whether changes are kept.
    pub fn is_kept(&self) -> bool {
        self.keeps
    }

    /// Opens the database for a run that keeps no changes.
    pub fn for_rehearsal(config: &Config) -> Result<Self, Error> {
        if !Store::exists(&config.database)? {
            return Ok(Self { store: Store::in_memory()?, keeps: false, _lock: None });
        }
        // On a server, what a rehearsal changes and never keeps would hold up the workers.
        let lock = match config.database.file() {
            Some(_) => None,
            None => Some(Lock::take(&config.database)?),
        };
        let store = Store::open(&config.database, Mode::Read)?;
        store.rehearse()?;
        Ok(Self { store, keeps: false, _lock: lock })
    }
}

/// The enabled sources that a run with these options polls.
///
/// # Errors
/// If the options name a source that the configuration does not have.
pub fn sources<'a>(config: &'a Config, options: &Options) -> Result<Vec<&'a Source>, Error> {
    if let Some(unknown) = options.sources.iter().find(|name| !config.sources.iter().any(|s| s.name == **name)) {
        let names: Vec<&str> = config.sources.iter().map(|s| s.name.as_str()).collect();
        let message = format!("there is no source {unknown:?} in the configuration");
        return Err(unknown_name(message, unknown, &[("sources", &names)]));
    }
    let is_wanted = |source: &Source| options.sources.is_empty() || options.sources.contains(&source.name);
    Ok(config.sources.iter().filter(|source| source.enabled && is_wanted(source)).collect())
}

/// Crawls once, and sends alerts beside it and for some seconds afterwards. Returns what became of these, too; what is wrong with sending
/// is not the crawl's.
pub fn run_with_alerts(
    store: &Store,
    sending: &Sending,
    options: Options,
    on_event: &mut dyn FnMut(&RunEvent),
) -> Result<(Summary, Result<Vec<AlertTally>, Error>), Error> {
    let (summary, sent) = sending.beside(|bell| run_and_ring(store, sending, bell, options, on_event));
    Ok((summary?, sent))
}

/// Crawls once, and rings the bell when something was found.
pub fn run_and_ring(
    store: &Store,
    sending: &Sending,
    bell: &Bell,
    options: Options,
    on_event: &mut dyn FnMut(&RunEvent),
) -> Result<Summary, Error> {
    let mut ring = |event: &RunEvent| {
        if let RunEvent::Back { found: 1.., .. } = event {
            bell.ring();
        }
        on_event(event);
    };
    let Sending { config, fetcher, clock, zone, .. } = sending;
    let summary = run(store, config, fetcher, Clock::clone(clock), zone.clone(), options, &mut ring);
    // Articles that were read again are no events.
    bell.ring();
    summary
}

/// Crawls once. `on_event` is called with each event.
pub fn run(
    store: &Store,
    config: &Config,
    fetcher: &Fetcher,
    clock: Clock,
    zone: TimeZone,
    options: Options,
    on_event: &mut dyn FnMut(&RunEvent),
) -> Result<Summary, Error> {
    Crawler { store, config, fetcher, clock, zone, options }.run(on_event)
}
