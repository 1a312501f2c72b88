//! Coverage of a period, for digests, press reviews and exports.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::changed::ChangedWatches;
use super::names::unknown_name;
use crate::config::Config;
use crate::digest::{Checks, DEFAULT_READER, Digest, Exported, Period, WatchNews};
use crate::error::Error;
use crate::i18n::Language;
use crate::store::{KnownWatchName, NamedWatch, Store, Wanted};
use crate::text::suggest::nearest;

/// A selection of coverage.
#[derive(Debug, Clone)]
pub struct Selection {
    period: Period,
    /// `None`: all watches of the configuration, as the last run found it.
    watches: Option<Vec<String>>,
    /// Whether the user named these watches.
    is_chosen: bool,
    /// What has changed in the configuration since.
    changed: ChangedWatches,
    with_irrelevant: bool,
    /// The sources to which these watches are limited; `None`: all.
    sources: Option<HashSet<String>>,
}

impl Selection {
    /// All coverage of a period.
    pub fn all(period: Period) -> Self {
        Self {
            period,
            watches: None,
            is_chosen: false,
            changed: ChangedWatches::default(),
            sources: None,
            with_irrelevant: false,
        }
    }

    /// The same with what is marked as not relevant.
    #[must_use]
    pub fn with_irrelevant(self, with_irrelevant: bool) -> Self {
        Self { with_irrelevant, ..self }
    }

    /// The coverage of a period by the watches or groups of these names; without names, all coverage.
    ///
    /// # Errors
    /// If a name is neither that of a watch nor that of a group.
    pub fn named(store: &Store, config: &Config, period: Period, names: &[String]) -> Result<Self, Error> {
        let changed = ChangedWatches::since_last_run(store, config)?;
        let is_chosen = !names.is_empty();
        let mut watches = watches_named(store, names, &changed)?;
        let sources = watches.as_ref().and_then(|watches| sources_of(config, watches));
        if !is_chosen && !changed.removed.is_empty() {
            let known = store.watches()?.into_iter().map(|watch| watch.name);
            watches = Some(known.filter(|name| !changed.removed.contains(name)).collect());
        }
        Ok(Self { watches, is_chosen, changed, sources, ..Self::all(period) })
    }

    /// What has changed in the configuration since the last run.
    pub fn changed(&self) -> &ChangedWatches {
        &self.changed
    }

    /// The watches that are left out of it, though they have coverage in the period, because they are no longer configured.
    pub fn left_out(&self, store: &Store) -> Result<Vec<String>, Error> {
        if self.is_chosen {
            return Ok(Vec::new());
        }
        let mut names = store.former_watches(&self.period)?;
        for name in &self.changed.removed {
            let watches = std::slice::from_ref(name);
            let wanted = Wanted { period: &self.period, watches: Some(watches), with_irrelevant: false };
            if !store.mentions(&wanted)?.is_empty() {
                names.push(name.clone());
            }
        }
        Ok(names)
    }

    /// The watches that were chosen, though they are no longer configured.
    pub fn former(&self, store: &Store) -> Result<Vec<String>, Error> {
        let Some(chosen) = self.watches.as_ref().filter(|_| self.is_chosen) else { return Ok(Vec::new()) };
        let is_former = |watch: &KnownWatchName| !watch.is_configured || self.changed.removed.contains(&watch.name);
        let former = store.watch_names()?.into_iter().filter(is_former);
        Ok(former.map(|watch| watch.name).filter(|name| chosen.contains(name)).collect())
    }

    /// The reader of whom it is what no digest has printed before; `None`: it is not of what is new.
    pub fn reader(&self) -> Option<&str> {
        self.period.new_for.as_deref()
    }

    /// The digest of it; `now` is when it is made.
    /// `reader`: in which language its labels are.
    pub fn digest(&self, store: &Store, now: Timestamp, reader: Language) -> Result<Digest, Error> {
        let Self { period, watches: chosen, .. } = self;
        let mut watches = store.watches()?;
        watches.retain(|watch| chosen.as_ref().is_none_or(|chosen| chosen.contains(&watch.name)));
        let mut watches: Vec<WatchNews> =
            watches.into_iter().map(|watch| WatchNews::new(watch.name, watch.group)).collect();
        // Those that are no longer configured come last.
        for name in chosen.iter().flatten() {
            if !watches.iter().any(|watch| watch.name == *name) {
                watches.push(WatchNews::new(name, None));
            }
        }
        let mentions = store.mentions(&self.wanted())?;
        // Articles may be found long after publication. So by publication, the ledger covers all polls from then until now.
        let until = if period.by_published { now } else { period.until };
        // What is new has no beginning; whether it was looked for since the last digest is what its reader wants to know.
        let since = match &period.new_for {
            // That digest had what came in its second, too.
            Some(name) if period.since.is_none() => {
                store.last_printed_at(name)?.map(|at| at + SignedDuration::from_secs(1))
            }
            _ => period.since,
        };
        let mut ledger =
            store.ledger(&Wanted { period: &Period { since, until, ..period.clone() }, ..self.wanted() })?;
        ledger.retain(|row| self.concerns(row));
        let ledger_since = since.filter(|_| period.since.is_none());
        Ok(Digest { ledger_since, ..Digest::compose(period.clone(), watches, mentions, ledger, reader) })
    }

    /// Calls `each` with one mention after another, so that never more than one is in memory; newest first if it is `for_feed`.
    pub fn export(
        &self,
        store: &Store,
        for_feed: bool,
        each: impl FnMut(&Exported) -> Result<(), Error>,
    ) -> Result<(), Error> {
        store.export(&self.wanted(), for_feed, each)
    }

    /// Whether its watches look for articles at this source, or found one there before they were limited to others.
    fn concerns(&self, row: &Checks) -> bool {
        row.matched > 0 || self.sources.as_ref().is_none_or(|sources| sources.contains(&row.source))
    }

    fn wanted(&self) -> Wanted<'_> {
        let Self { period, watches, with_irrelevant, .. } = self;
        Wanted { period, watches: watches.as_deref(), with_irrelevant: *with_irrelevant }
    }
}

/// The sources to which these watches are limited; `None` if one of them is not, or is not in the configuration.
fn sources_of(config: &Config, watches: &[String]) -> Option<HashSet<String>> {
    let mut sources = HashSet::new();
    for name in watches {
        let watch =
            config.watches.iter().find(|watch| watch.name == *name).filter(|watch| !watch.sources.is_empty())?;
        sources.extend(watch.sources.iter().cloned());
    }
    Some(sources)
}

/// Marks the mentions of a digest of what is new as printed, so that the next one for its reader leaves them out.
pub fn mark_printed(store: &Store, digest: &Digest, now: Timestamp) -> Result<(), Error> {
    let Some(reader) = &digest.period.new_for else { return Ok(()) };
    store.mark_printed(reader, digest.mentions().map(|mention| mention.id), now)
}

/// The known reader whose name is nearly this one, of which there has been no digest: perhaps that one was meant.
pub fn nearly_named_reader(store: &Store, name: &str) -> Result<Option<String>, Error> {
    let mut known = store.readers()?;
    known.push(DEFAULT_READER.to_owned());
    if known.iter().any(|known| known == name) {
        return Ok(None);
    }
    Ok(nearest(name, known.iter().map(String::as_str)).map(str::to_owned))
}

/// The watches with these names or in the groups of these names, ignoring case, also those that are no longer configured; `None`: all.
fn watches_named(store: &Store, names: &[String], changed: &ChangedWatches) -> Result<Option<Vec<String>>, Error> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut watches = store.watches()?;
    let former = store.watch_names()?.into_iter().filter(|watch| !watch.is_configured);
    watches.extend(former.map(|watch| NamedWatch { name: watch.name, group: None }));
    let mut chosen = Vec::new();
    for name in names {
        let name = changed.name_in_database(name);
        let is_like = |other: &str| other.to_lowercase() == name.to_lowercase();
        let meant: [&dyn Fn(&NamedWatch) -> bool; 4] = [
            &|watch| watch.name == name,
            &|watch| watch.group.as_deref() == Some(name),
            &|watch| is_like(&watch.name),
            &|watch| watch.group.as_deref().is_some_and(is_like),
        ];
        let names_of = |is: &dyn Fn(&NamedWatch) -> bool| -> Vec<String> {
            watches.iter().filter(|watch| is(watch)).map(|watch| watch.name.clone()).collect()
        };
        let found = meant.iter().map(|is| names_of(is));
        let Some(found) = found.into_iter().find(|found| !found.is_empty()) else {
            if changed.has_added(name) {
                return Err(Error::usage(format!("could not print the coverage of the watch {name:?}: {changed}"))
                    .hint("run `presswatch rematch`: it applies the watches to the stored articles"));
            }
            let configured = store.watches()?;
            let names: Vec<&str> = configured.iter().map(|watch| watch.name.as_str()).collect();
            let mut known: Vec<&str> = watches.iter().filter_map(|watch| watch.group.as_deref()).collect();
            known.sort_unstable();
            known.dedup();
            let message = format!("there is no watch {name:?}");
            return Err(unknown_name(message, name, &[("watches", &names), ("groups", &known)]));
        };
        chosen.extend(found);
    }
    Ok(Some(chosen))
}

/// The watch of this name, ignoring case, whether or not it is still configured.
///
/// # Errors
/// If there is no such watch.
pub(super) fn watch_named(store: &Store, name: &str) -> Result<KnownWatchName, Error> {
    let watches = store.watch_names()?;
    let exact = watches.iter().find(|watch| watch.name == name);
    let found = exact.or_else(|| watches.iter().find(|watch| watch.name.to_lowercase() == name.to_lowercase()));
    found.cloned().ok_or_else(|| {
        let configured = watches.iter().filter(|watch| watch.is_configured);
        let names: Vec<&str> = configured.map(|watch| watch.name.as_str()).collect();
        unknown_name(format!("there is no watch {name:?}"), name, &[("watches", &names)])
    })
}
