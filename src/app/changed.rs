//! What has changed in the watches of the configuration since the database was last brought up to date.

use std::fmt;

use crate::config::Config;
use crate::crawl::watch_specs;
use crate::error::Error;
use crate::store::Store;

/// The watches that differ between configuration and database. None do if the configuration is not that of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangedWatches {
    /// Those that the configuration no longer has, by their names in the database.
    pub removed: Vec<String>,
    /// The names in the database and in the configuration.
    pub renamed: Vec<(String, String)>,
    /// Those that no run has seen yet.
    pub added: Vec<String>,
}

impl ChangedWatches {
    /// Compares the two, as the next run will.
    pub fn since_last_run(store: &Store, config: &Config) -> Result<Self, Error> {
        let mut changed = Self::default();
        if !config.is_of_database {
            return Ok(changed);
        }
        let known = store.watch_names()?;
        let rows = store.find_watches(&watch_specs(&config.watches, &config.sources))?;
        for (watch, row) in config.watches.iter().zip(&rows) {
            match known.iter().find(|known| Some(known.id) == *row && known.is_configured) {
                None => changed.added.push(watch.name.clone()),
                Some(known) if known.name != watch.name => {
                    changed.renamed.push((known.name.clone(), watch.name.clone()));
                }
                Some(_) => {}
            }
        }
        let is_removed = known.into_iter().filter(|known| known.is_configured && !rows.contains(&Some(known.id)));
        changed.removed = is_removed.map(|known| known.name).collect();
        Ok(changed)
    }

    /// Whether a watch was added or renamed; one that was removed needs no `rematch`.
    pub fn needs_rematch(&self) -> bool {
        !self.added.is_empty() || !self.renamed.is_empty()
    }

    /// The name in the database of a watch that was renamed; else the name itself.
    pub(super) fn name_in_database<'a>(&'a self, name: &'a str) -> &'a str {
        let is_it = |new: &str| new.to_lowercase() == name.to_lowercase();
        self.renamed.iter().find(|(_, new)| is_it(new)).map_or(name, |(old, _)| old)
    }

    pub(super) fn has_added(&self, name: &str) -> bool {
        self.added.iter().any(|added| added.to_lowercase() == name.to_lowercase())
    }
}

impl fmt::Display for ChangedWatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let added = self.added.iter().map(|name| format!("the watch {name} is new"));
        let renamed = self.renamed.iter().map(|(old, new)| format!("the watch {old} is now called {new}"));
        let all: Vec<String> = added.chain(renamed).collect();
        write!(f, "sources.toml has changed since the last run: {}", all.join(", "))
    }
}
