//! One run: what is due is polled, what is pending is read, and what is mentioned and due is read again, side by side.

mod channels;
mod claims;
mod further;
mod heard;
mod interleave;
mod mentions;
mod plan;
mod poll;
mod read;
mod rematch;
mod request;
mod revisit;
mod save;
mod scheduler;
mod sharing;
mod shift;
mod trial;
mod vectors;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::Config;
use crate::decide::{WatchSpec, far_ahead, judge_again};
use crate::error::Error;
use crate::fetch::{Clock, Fetcher};
use crate::i18n::Cause;
use crate::model::{ItemState, RunId};
use crate::pipeline::Knowledge;
use crate::politeness::Host;
use crate::query::Watch;
use crate::source::Source;
use crate::store::{AlertSpec, Expiry, RunCounts, Store};
use crate::text::count::counted;

pub use crate::decide::NewMentions;
pub use channels::{AskedSearch, channels, searches};
pub use rematch::{WatchChange, compare, document, rematch, remove_lost, renew_index};
pub use request::{accept_of, item_place, kind_of};
pub use save::{JoinedEvents, join_earlier_events_with, join_events, join_events_with, save};
pub use trial::{TriedPoll, try_poll};
pub use vectors::open_model;

/// The articles whose entries in the full-text index a run replaces after an update of the program: a matter of seconds.
const MOST_RENEWED: usize = 10_000;

/// How long messages of alerts are remembered: as long as copies of a text come, and more.
const KEEP_MESSAGES: jiff::SignedDuration = jiff::SignedDuration::from_hours(60 * 24);

/// The options of a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only these sources; empty: all.
    pub sources: Vec<String>,
    /// Whether poll intervals and back-off are ignored.
    pub force: bool,
    /// Whether it is a round of a loop: channels that become due while it lasts are polled in it, and where nothing was due, it leaves no
    /// trace.
    pub is_round: bool,
    /// Whether such a round leaves a trace all the same.
    pub keeps_row: bool,
}

/// The summary of a run; its fields are those of `run --json`.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Its number.
    pub run: RunId,
    /// Channels that were polled.
    pub channels: u64,
    /// Of these, those that could not be read.
    pub channels_failed: u64,
    /// Of these, those that were unchanged (304).
    pub channels_unchanged: u64,
    /// Requests, including redirects and robots.txt.
    pub requests: u64,
    /// Bytes received.
    pub bytes: u64,
    /// Items never seen before.
    pub items_new: u64,
    /// Articles read.
    pub articles_read: u64,
    /// Mentioned articles that were requested again.
    pub articles_revisited: u64,
    /// Items that could not be read this time.
    pub articles_failed: u64,
    /// Mentions never seen before.
    pub found: NewMentions,
    /// Items that turned out to be known articles.
    pub duplicates: u64,
    /// Items that were pending before the run.
    pub waited: u64,
    /// The final states of the items that were new or pending; each that is no longer pending is counted once.
    pub ended: BTreeMap<ItemState, u64>,
    /// Items that are left for a later run.
    pub pending: u64,
    /// Whether it was interrupted.
    pub stopped: bool,
    /// Whether it came to the end of its time.
    pub limited: bool,
    /// For each source that was asked: how many of its channels answered, and how many failed.
    pub sources: BTreeMap<String, (u64, u64)>,
    /// Warnings for stderr.
    pub warnings: Vec<RunWarning>,
}

/// A warning of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunWarning {
    /// One line.
    pub text: String,
    /// Why a channel could not be read, if that is what it says.
    pub failure: Option<Cause>,
}

impl Summary {
    fn end(&mut self, state: ItemState) {
        if state != ItemState::Pending {
            *self.ended.entry(state).or_default() += 1;
        }
    }

    fn count(&mut self, requests: u64, bytes: u64) {
        self.requests += requests;
        self.bytes += bytes;
    }

    /// Whether there was anything to do.
    pub fn did_something(&self) -> bool {
        self.requests > 0 || self.channels + self.articles_read + self.articles_failed + self.articles_revisited > 0
    }

    fn counts(&self) -> RunCounts {
        RunCounts {
            channels: self.channels,
            channels_failed: self.channels_failed,
            items_new: self.items_new,
            articles_read: self.articles_read,
            articles_failed: self.articles_failed,
            mentions_new: self.found.mentions,
        }
    }

    /// How many items reached this state.
    pub fn ended(&self, state: ItemState) -> u64 {
        self.ended.get(&state).copied().unwrap_or(0)
    }

    /// Why no channel of any source could be read, if it is the same for all of several sources.
    pub fn common_failure(&self) -> Option<&Cause> {
        let mut causes = self.warnings.iter().filter_map(|warning| warning.failure.as_ref());
        let first = causes.next()?;
        let is_common = causes.all(|cause| cause == first)
            && self.warnings.iter().filter(|warning| warning.failure.is_some()).count() as u64 == self.channels_failed;
        (is_common && self.sources.len() > 1 && self.failed_sources().count() == self.sources.len()).then_some(first)
    }

    /// The sources of which no channel could be read.
    pub fn failed_sources(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().filter(|(_, (good, bad))| *good == 0 && *bad > 0).map(|(name, _)| name.as_str())
    }
}

/// The progress of a run.
#[derive(Debug)]
pub enum RunEvent<'a> {
    /// More of a source will be requested.
    Planned {
        /// The source.
        source: &'a str,
        /// Channels.
        channels: usize,
        /// Articles.
        articles: usize,
    },
    /// One of them came back.
    Back {
        /// Its source.
        source: &'a str,
        /// Whether it is a channel, and no article.
        is_channel: bool,
        /// Bytes that were received.
        bytes: u64,
        /// Articles with new mentions.
        found: u64,
    },
}

/// A run and everything that it needs.
pub struct Crawler<'a> {
    /// The store.
    pub store: &'a Store,
    /// The configuration.
    pub config: &'a Config,
    /// Makes the requests.
    pub fetcher: &'a Fetcher,
    /// The clock.
    pub clock: Clock,
    /// The time zone of dates that name none.
    pub zone: TimeZone,
    /// The options.
    pub options: Options,
}

impl Crawler<'_> {
    /// Crawls once, from start to end. `report` is called with each event.
    pub fn run(&self, report: &mut dyn FnMut(&RunEvent)) -> Result<Summary, Error> {
        let now = (self.clock)();
        let changed = self.store.sync(
            &self.config.sources,
            &channels(self.config),
            &watch_specs(&self.config.watches, &self.config.sources),
            now,
        )?;
        self.store.sync_alerts(&alert_specs(self.config), now)?;
        let knowledge = Arc::new(Knowledge::new(self.config, &self.config.watches, self.zone.clone()));
        let run = self.store.begin_run(env!("CARGO_PKG_VERSION"), now)?;
        let mut summary = Summary { run, ..Summary::default() };
        // Once for each new or changed watch: cron would mail them at every run.
        for watch in self.config.watches.iter().filter(|watch| changed.contains(&watch.name)) {
            summary.warnings.extend(
                watch
                    .advice
                    .iter()
                    .map(|note| RunWarning { text: format!("watch {}: {note}", watch.name), failure: None }),
            );
        }
        let last_mention = self.store.last_mention()?;
        if !changed.is_empty() {
            rematch(self.store, &self.config.watches, &self.config.sources, &changed, now)?;
        }
        if let Ok(oldest) = now.checked_sub(knowledge.max_age) {
            let rejected = self.store.rejected_after(far_ahead(now))?;
            self.store.wait_again(&judge_again(&rejected, oldest, now), now)?;
        }
        summary.waited = self.store.count_pending()?;
        self.work(&knowledge, run, &mut summary, report)?;
        if self.config.crawl.events && !self.store.events_pending()?.is_empty() {
            let joined = match open_model(self.config) {
                Ok(None) => join_events(self.store),
                Ok(Some(model)) => join_events_with(self.store, &model),
                Err(why) => Err(why),
            };
            let left = match joined {
                Ok(done) => done.left,
                Err(why) if self.config.events.model.is_none() => return Err(why),
                Err(why) => {
                    // What fails in the store fails again.
                    let done = join_events(self.store)?;
                    let text = format!(
                        "{why}; the events of this run are decided without it, and fewer reports are joined: `presswatch check` says more"
                    );
                    summary.warnings.push(RunWarning { text, failure: None });
                    done.left
                }
            };
            if left > 0 {
                let articles = counted(left as u64, "article", "articles");
                let text = format!(
                    "the events of {articles} are left to the next run: another process is still deciding events"
                );
                summary.warnings.push(RunWarning { text, failure: None });
            }
        }
        if !summary.stopped {
            renew_index(self.store, MOST_RENEWED, &|| self.fetcher.stop().is_set())?;
        }
        // Neither what is marked as not relevant nor what turned out to be a known mention counts.
        summary.found = self.store.mentions_since(last_mention)?;
        summary.pending = self.store.count_pending()?;
        let now = (self.clock)();
        let keep = jiff::SignedDuration::try_from(self.config.crawl.keep_text).unwrap_or(jiff::SignedDuration::MAX);
        self.store.expire(&Expiry {
            texts_before: now.checked_sub(keep).ok(),
            comparisons_before: now.checked_sub(self.story_window()).ok(),
        })?;
        self.store.expire_messages(now.checked_sub(KEEP_MESSAGES).unwrap_or(Timestamp::MIN))?;
        if self.options.is_round && !self.options.keeps_row && !summary.did_something() {
            self.store.drop_run(run)?;
        } else if !summary.stopped {
            self.store.finish_run(run, now, summary.counts())?;
        }
        Ok(summary)
    }

    /// How long near and shortened copies of a text are looked for.
    fn story_window(&self) -> jiff::SignedDuration {
        jiff::SignedDuration::try_from(self.config.crawl.story_window).unwrap_or(jiff::SignedDuration::MAX)
    }

    fn is_wanted(&self, source: &str) -> bool {
        self.options.sources.is_empty() || self.options.sources.iter().any(|name| name == source)
    }

    /// What is known of hosts. `--force` ignores our own back-off, not a time that a host asked for.
    fn hosts(&self) -> Result<HashMap<String, Host>, Error> {
        let hosts = self.store.hosts()?.into_values().collect();
        Ok(self.forgiven(hosts).into_iter().map(|host| (host.name.clone(), host)).collect())
    }

    /// The same of these hosts.
    fn forgiven(&self, mut hosts: Vec<Host>) -> Vec<Host> {
        if self.options.force {
            for host in &mut hosts {
                if let Some(rest) = host.rest.as_mut().filter(|rest| !rest.asked_for) {
                    // It stays on record until the host answers: an answer ends it, another refusal counts on.
                    rest.until = Timestamp::UNIX_EPOCH;
                }
                if let Some(robots) = host.robots.as_mut().filter(|robots| robots.failures > 0) {
                    robots.next_at = Timestamp::UNIX_EPOCH;
                }
            }
        }
        hosts
    }
}

/// The alerts as the store knows them.
pub fn alert_specs(config: &Config) -> Vec<AlertSpec> {
    config.alerts.iter().map(|alert| AlertSpec { name: alert.name.clone(), watches: alert.watches.clone() }).collect()
}

/// The watches as the store knows them; `sources`: whose facts they may ask for.
pub fn watch_specs(watches: &[Watch], sources: &[Source]) -> Vec<WatchSpec> {
    let spec = |watch: &Watch| WatchSpec {
        name: watch.name.clone(),
        key: watch.id.clone(),
        group: watch.group.clone(),
        definition: definition(watch, sources),
    };
    watches.iter().map(spec).collect()
}

/// Everything that decides what a watch matches: if it changes, the watch is applied to the stored articles again.
fn definition(watch: &Watch, sources: &[Source]) -> String {
    let mut text = watch.query.to_string();
    if !watch.languages.is_empty() {
        let _ = write!(text, "\nlanguages {}", watch.languages.join(" "));
    }
    for source in &watch.sources {
        let _ = write!(text, "\nsource {source}");
    }
    if let Some(since) = watch.since {
        let _ = write!(text, "\nsince {since}");
    }
    for field in &watch.fields {
        let _ = write!(text, "\nin {}", field.name());
    }
    if watch.min_words > 0 {
        let _ = write!(text, "\nmin_words {}", watch.min_words);
    }
    // In whatever order the file has them.
    let mut facts: Vec<String> = Vec::new();
    for field in watch.query.fact_fields() {
        for source in sources {
            let values = field.values(&source.facts);
            if !values.is_empty() {
                facts.push(format!("\n{} {}: {}", source.name, field.name(), values.join(", ")));
            }
        }
    }
    facts.sort_unstable();
    text.extend(facts);
    text
}
