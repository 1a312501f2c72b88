//! Applies the watches to the stored articles.

use jiff::Timestamp;

use crate::config::Config;
use crate::crawl::{self, WatchChange};
use crate::error::Error;
use crate::store::{Lock, Mode, Store};

/// Applies the watches, and returns the number of new mentions.
pub fn apply(config: &Config, now: Timestamp) -> Result<u64, Error> {
    // `Mode::Read` requires the file to exist: without one, there are no articles to match.
    let _lock = config.database.exists().then(|| Lock::take(&config.database)).transpose()?;
    let store = Store::open(&config.database, Mode::Read)?;
    store.sync(
        &config.sources,
        &crawl::channels(config),
        &crawl::watch_specs(&config.watches, &config.sources),
        now,
    )?;
    let names: Vec<String> = config.watches.iter().map(|watch| watch.name.clone()).collect();
    let new = crawl::rematch(&store, &config.watches, &config.sources, &names, now)?;
    if config.crawl.events {
        crawl::join_events(&store)?;
    }
    Ok(new)
}

/// Applies the watches, and takes away those of the lost mentions in `shown` that the watches still do not find. Returns the number of new
/// mentions, and of those taken away.
pub fn prune(config: &Config, shown: &[WatchChange], now: Timestamp) -> Result<(u64, usize), Error> {
    let new = apply(config, now)?;
    let _lock = Lock::take(&config.database)?;
    let store = Store::open(&config.database, Mode::Read)?;
    // What a run found or changed since they were shown stays.
    let lost = preview(&store, config)?.into_iter().filter(|change| !change.gained && shown.contains(change));
    let lost: Vec<_> = lost.filter_map(|change| change.stored).collect();
    Ok((new, store.remove_mentions(&lost)?))
}

/// The changes that [`apply`] would make; writes nothing.
pub fn preview(store: &Store, config: &Config) -> Result<Vec<WatchChange>, Error> {
    crawl::compare(store, &config.watches, &config.sources)
}
