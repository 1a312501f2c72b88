//! Applies the watches to the stored articles.

use jiff::Timestamp;

use crate::config::Config;
use crate::crawl::{self, JoinedEvents, NewMentions, WatchChange};
use crate::error::Error;
use crate::store::{Lock, Mode, Store};

/// What [`apply`] did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rematched {
    /// The new mentions.
    pub new: NewMentions,
    /// How many articles wait for a decision about their event, because a run was deciding events for longer than we wait.
    pub events_left: usize,
}

/// Applies the watches.
pub fn apply(config: &Config, now: Timestamp) -> Result<Rematched, Error> {
    // `Mode::Read` requires the file to exist: without one, there are no articles to match.
    let _lock = Store::exists(&config.database)?.then(|| Lock::take_for_rematch(&config.database)).transpose()?;
    let store = Store::open(&config.database, Mode::Read)?;
    // First, so that a missing file is noticed before anything is written.
    let model = crawl::open_model(config)?;
    let specs = crawl::watch_specs(&config.watches, &config.sources);
    store.sync(&config.sources, &crawl::channels(config), &specs, now)?;
    crawl::renew_index(&store, usize::MAX, &|| false)?;
    let names: Vec<String> = config.watches.iter().map(|watch| watch.name.clone()).collect();
    let last = store.last_mention()?;
    crawl::rematch(&store, &config.watches, &config.sources, &names, now)?;
    let events = match &model {
        _ if !config.crawl.events => JoinedEvents::default(),
        Some(model) => crawl::join_earlier_events_with(&store, model)?,
        None => crawl::join_events(&store)?,
    };
    Ok(Rematched { new: store.mentions_since(last)?, events_left: events.left })
}

/// Applies the watches, and takes away those of the lost mentions in `shown` that the watches still do not find. Returns how many were taken
/// away, too.
pub fn prune(config: &Config, shown: &[WatchChange], now: Timestamp) -> Result<(Rematched, usize), Error> {
    let done = apply(config, now)?;
    let _lock = Lock::take_for_rematch(&config.database)?;
    let store = Store::open(&config.database, Mode::Read)?;
    // What a run found or changed since they were shown stays.
    Ok((done, crawl::remove_lost(&store, &config.watches, &config.sources, shown)?))
}

/// The changes that [`apply`] would make; writes nothing.
pub fn preview(store: &Store, config: &Config) -> Result<Vec<WatchChange>, Error> {
    crawl::compare(store, &config.watches, &config.sources)
}
