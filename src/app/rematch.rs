//! Applies the watches to the stored articles.

use jiff::Timestamp;

use crate::config::Config;
use crate::crawl::{self, NewMentions, WatchChange};
use crate::error::Error;
use crate::store::{Lock, Mode, Store};

/// Applies the watches, and returns the new mentions.
pub fn apply(config: &Config, now: Timestamp) -> Result<NewMentions, Error> {
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
    if config.crawl.events {
        match &model {
            Some(model) => crawl::join_earlier_events_with(&store, model)?,
            None => crawl::join_events(&store)?,
        };
    }
    store.mentions_since(last)
}

/// Applies the watches, and takes away those of the lost mentions in `shown` that the watches still do not find. Returns the number of new
/// mentions, and of those taken away.
pub fn prune(config: &Config, shown: &[WatchChange], now: Timestamp) -> Result<(NewMentions, usize), Error> {
    let new = apply(config, now)?;
    let _lock = Lock::take_for_rematch(&config.database)?;
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
