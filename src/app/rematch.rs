//! Today's watches, applied to the stored articles.

use jiff::Timestamp;

use crate::config::Config;
use crate::crawl::{self, WatchChange};
use crate::error::Error;
use crate::store::{Lock, Mode, Store};

/// Applies them, and returns how many mentions are new.
pub fn apply(config: &Config, now: Timestamp) -> Result<u64, Error> {
    // Opened for reading it must exist: a database without articles has nothing to be matched.
    let _lock = config.database.exists().then(|| Lock::take(&config.database)).transpose()?;
    let store = Store::open(&config.database, Mode::Read)?;
    store.sync(&config.sources, &crawl::channels(config), &crawl::watch_specs(&config.watches), now)?;
    let names: Vec<String> = config.watches.iter().map(|watch| watch.name.clone()).collect();
    let new = crawl::rematch(&store, &config.watches, &names, now)?;
    if config.crawl.events {
        crawl::join_events(&store)?;
    }
    Ok(new)
}

/// What that would change; nothing is written.
pub fn preview(store: &Store, config: &Config) -> Result<Vec<WatchChange>, Error> {
    crawl::compare(store, &config.watches)
}
