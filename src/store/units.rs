//! The units of work, by their subject: what every engine can do.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::copy::CopyUnits;
use super::fleet::FleetUnits;
use super::lock::Lock;
use super::values::{
    AlertHealth, AlertQueue, AlertSpec, ArticleAddress, ChannelSpec, EarlierVersion, Expiry, FoundArticle, Health,
    KnownListing, KnownWatchName, MarkedArticle, NamedWatch, Order, PendingItem, Queue, Revisit, RunCounts, SearchRows,
    Sought, StoredArticle, StoredMention, Wanted,
};
use crate::alert::AlertMessage;
use crate::decide::{
    ArticleMark, Change, Composed, DeliveryChange, EventChange, KnownChannel, MarkedReport, Members, MentionNote,
    Neighbours, NewMentions, PollChanges, PollResult, Reading, RegroupedEvent, RejectedItem, Related, RunTimes,
    StoredReport, StoryLookup, WatchSpec,
};
use crate::digest::{Checks, Exported, Mention, Period};
use crate::error::Error;
use crate::event::Marks;
use crate::model::{AlertId, ArticleId, ChannelId, ItemId, MentionId, MessageId, RunId, SourceId, StoryId, WatchId};
use crate::politeness::Host;
use crate::query::Need;
use crate::source::{OutletFacts, Source};

/// An engine: all units of work on one database.
pub trait Engine:
    Transactions
    + PollUnits
    + ItemUnits
    + HostUnits
    + NeighbourUnits
    + ChangeUnits
    + EventUnits
    + CoverageUnits
    + LedgerUnits
    + LockUnits
    + MarkUnits
    + SearchUnits
    + WatchUnits
    + SourceUnits
    + ClockUnits
    + OutboxUnits
    + CopyUnits
    + FleetUnits
{
}

/// How far a transaction reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It is one of its own: what it changes is stored at its end.
    Whole,
    /// It is part of another one, or of a rehearsal.
    Within,
}

/// Transactions of several units of work.
pub trait Transactions {
    /// The database, as messages name it.
    fn name(&self) -> String;

    /// Begins a transaction, within the one that is open if there is one. It ends with `keep` or `undo`.
    fn begin(&self) -> Result<Reach, Error>;

    /// Ends a transaction, and keeps what it changed.
    fn keep(&self, reach: Reach) -> Result<(), Error>;

    /// Ends a transaction, and undoes what it changed.
    fn undo(&self, reach: Reach);

    /// Whether what was just undone may succeed when it is done again: the connection was lost, or two transactions waited for each other.
    fn is_worth_repeating(&self) -> bool;

    /// From here on, changes are visible to this connection only and never stored, for `--dry-run`.
    fn rehearse(&self) -> Result<(), Error>;
}

/// Runs and polls.
pub trait PollUnits {
    /// Records the beginning of a run, and returns its number.
    fn begin_run(&self, version: &str, now: Timestamp) -> Result<RunId, Error>;

    /// When the last runs began and ended, the last one first.
    fn last_runs(&self, most: u32) -> Result<Vec<RunTimes>, Error>;

    /// What the engine finds damaged; nothing if the database is sound.
    fn damage(&self) -> Result<Vec<String>, Error>;

    /// Records the end of a run.
    fn finish_run(&self, run: RunId, now: Timestamp, counts: RunCounts) -> Result<(), Error>;

    /// The channels that may be requested now and were not requested in this run, those that waited longest first: all, or those
    /// that the index `parent` names. `force` ignores intervals and back-off.
    fn due(
        &self,
        run: RunId,
        now: Timestamp,
        force: bool,
        parent: Option<ChannelId>,
    ) -> Result<Vec<KnownChannel>, Error>;

    /// Whether a channel or an item is due, and when the next one will be.
    fn next_due(&self, now: Timestamp) -> Result<(bool, Option<Timestamp>), Error>;

    /// Forgets a run that did nothing.
    fn drop_run(&self, run: RunId) -> Result<(), Error>;

    /// The stored items and sitemaps among those that a channel announces.
    fn known(&self, channel: &KnownChannel, result: &PollResult) -> Result<KnownListing, Error>;

    /// Stores a poll with its channel, validators, items and sitemaps.
    fn apply_poll(&self, run: RunId, channel: &KnownChannel, changes: &PollChanges) -> Result<(), Error>;
}

/// Items: the queues, and what channels say anew.
pub trait ItemUnits {
    /// Items of a source that may be read now, but for those of `taken`; at most `most`, the newest first or the oldest first.
    fn pending(&self, queue: &Queue, order: Order, taken: &[ItemId], most: usize) -> Result<Vec<PendingItem>, Error>;

    /// The sources that have items to be read now, each with how many: those that one of the sources `of` owns or announced, or all.
    /// `force` ignores the time of the next try.
    fn queues(&self, now: Timestamp, force: bool, of: &[String]) -> Result<Vec<(String, u64)>, Error>;

    /// The articles that were first read at `since` or later, and that a watch mentions or a channel announced a change of since
    /// they were last read, oldest first.
    fn revisits(&self, since: Timestamp, now: Timestamp) -> Result<Vec<Revisit>, Error>;

    /// A stored item that its channel announces with other words, and the article that it has.
    fn heard(
        &self,
        channel: &KnownChannel,
        owned_by: Option<&str>,
        key: &str,
    ) -> Result<Option<(PendingItem, Option<StoredArticle>)>, Error>;

    /// How many items are still to be read, now or later.
    fn count_pending(&self) -> Result<u64, Error>;
}

/// Hosts: robots.txt, reservations and back-off.
pub trait HostUnits {
    /// All known hosts, by name.
    fn hosts(&self) -> Result<HashMap<String, Host>, Error>;

    /// Stores a host.
    fn keep_host(&self, host: &Host) -> Result<(), Error>;
}

/// What is stored around a reading.
pub trait NeighbourUnits {
    /// The stored articles related to a reading.
    fn neighbours(&self, reading: &Reading) -> Result<Neighbours, Error>;

    /// The stories to which a reading may belong.
    fn related(&self, lookup: &StoryLookup) -> Result<Related, Error>;

    /// The texts that stand for some stories, and the articles of a source among the members of the stories named with it.
    fn members(&self, stories: &[StoryId], siblings: Option<(SourceId, &[StoryId])>) -> Result<Members, Error>;
}

/// The changes of decisions about articles and items.
pub trait ChangeUnits {
    /// Applies changes in their order.
    fn apply(&self, changes: &[Change]) -> Result<(), Error>;
}

/// Events.
pub trait EventUnits {
    /// The mentioned articles whose event is not decided yet, in order of publication, with the time of it.
    fn events_pending(&self) -> Result<Vec<(ArticleId, Timestamp)>, Error>;

    /// The articles of which features are stored without the vector of a sentence model, with the time of publication. `model`: its
    /// fingerprint.
    fn features_without(&self, model: &str) -> Result<Vec<(ArticleId, Timestamp)>, Error>;

    /// A mentioned article in the form for comparison; `None` if it no longer exists.
    fn report(&self, article: ArticleId) -> Result<Option<StoredReport>, Error>;

    /// Stores what is compared of a mentioned article.
    fn keep_features(&self, article: ArticleId, at: Timestamp, marks: &Marks) -> Result<(), Error>;

    /// The reports of a time, with all others of their events and stories.
    fn event_window(&self, from: Timestamp, until: Timestamp) -> Result<Vec<MarkedReport>, Error>;

    /// Stores the events of articles, and removes those that waited from the queue.
    fn apply_events(&self, changes: &[EventChange], pending: &HashSet<ArticleId>) -> Result<(), Error>;

    /// Stores which events that digests have shown were split or joined.
    fn note_regrouped(&self, events: &[RegroupedEvent]) -> Result<(), Error>;
}

/// Coverage: the mentions of a period.
pub trait CoverageUnits {
    /// The mentions of a period, unordered.
    fn mentions(&self, wanted: &Wanted) -> Result<Vec<Box<Mention>>, Error>;

    /// Calls `each` with the mentions of a period, in order of publication or newest first; stops at the first error.
    fn export(
        &self,
        wanted: &Wanted,
        newest_first: bool,
        each: &mut dyn FnMut(&Exported) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// The watches that are no longer configured and have mentions in a period.
    fn former_watches(&self, period: &Period) -> Result<Vec<String>, Error>;

    /// Marks mentions as printed by a digest of what is new for this reader.
    fn mark_printed(
        &self,
        reader: &str,
        mentions: &mut dyn Iterator<Item = MentionId>,
        at: Timestamp,
    ) -> Result<(), Error>;

    /// The names of the readers for whom a digest of what is new has been printed, without the default one.
    fn readers(&self) -> Result<Vec<String>, Error>;

    /// When a digest of what is new was last printed for this reader.
    fn last_printed_at(&self, reader: &str) -> Result<Option<Timestamp>, Error>;
}

/// What was checked.
pub trait LedgerUnits {
    /// The ledger of a period, for each source in the order of the configuration. What matched counts for the wanted watches only.
    fn ledger(&self, wanted: &Wanted) -> Result<Vec<Checks>, Error>;
}

/// Locks beside the transactions.
pub trait LockUnits {
    /// The lock under which what is new is printed and marked, so that no two digests print the same mention; it waits
    /// for the other one's end. Whoever is killed, or loses its reader, has marked nothing: the next one prints it all.
    /// `None` in a rehearsal, of which nothing is kept.
    ///
    /// It is no transaction: a digest in a pager must not keep a run from writing.
    ///
    /// # Errors
    /// Where another digest holds it for too long, or it cannot be taken.
    fn lock_new(&self) -> Result<Option<Lock>, Error>;
}

/// Marks, and the articles that they are set on.
pub trait MarkUnits {
    /// The article that this id names, or has named before it was merged into another one.
    fn article_with_id(&self, id: ArticleId) -> Result<Option<ArticleId>, Error>;

    /// The articles that are known under an address: by its canonical form, by what names the article within a source, or else as it is
    /// spelled.
    fn articles_at(&self, address: &ArticleAddress) -> Result<Vec<ArticleId>, Error>;

    /// The articles that have the text of this one and that a watch matches, with this one.
    fn mentioned_copies(&self, article: ArticleId) -> Result<Vec<ArticleId>, Error>;

    /// All articles that have a mark, the last marked first.
    fn marked(&self) -> Result<Vec<ArticleId>, Error>;

    /// An article with its watches and its marks; `None` if there is no such article.
    fn marked_article(&self, article: ArticleId) -> Result<Option<MarkedArticle>, Error>;

    /// Whether an article is relevant for a watch; `None`: for one that the database does not know yet.
    fn is_relevant(&self, article: ArticleId, watch: Option<WatchId>) -> Result<bool, Error>;

    /// Puts these marks in place of those of an article.
    fn set_marks(&self, article: ArticleId, marks: &[ArticleMark]) -> Result<(), Error>;

    /// Every watch that was ever configured, with whether it still is.
    fn watch_names(&self) -> Result<Vec<KnownWatchName>, Error>;
}

/// Search, and the deletion of what is no longer needed.
pub trait SearchUnits {
    /// What a search has to look at.
    fn find(&self, sought: &Sought) -> Result<SearchRows, Error>;

    /// One of these articles; `None` if it no longer exists.
    fn found(&self, id: ArticleId) -> Result<Option<FoundArticle>, Error>;

    /// Replaces at most so many entries of the full-text index that an earlier version wrote, the newest first. Returns how many were
    /// replaced: fewer than `most` when none is left.
    fn renew_index(&self, most: usize) -> Result<usize, Error>;

    /// Deletes what is no longer needed.
    fn expire(&self, expiry: &Expiry) -> Result<(), Error>;
}

/// Watches, and the stored articles that a new or changed one matches.
pub trait WatchUnits {
    /// The row of each of these watches; `None` for a new one. A renamed watch is recognised by its key; without a key, by its definition,
    /// if only one watch with it disappeared and only one appeared.
    fn find_watches(&self, specs: &[WatchSpec]) -> Result<Vec<Option<WatchId>>, Error>;

    /// The watches of the configuration, in its order.
    fn watches(&self) -> Result<Vec<NamedWatch>, Error>;

    /// At most `most` stored articles after the row `after` that have what is needed. Articles whose text was deleted are left out: they
    /// might match although the full text did not (`a NOT b`).
    fn stored_articles(&self, after: ArticleId, most: usize, need: Option<&Need>) -> Result<Vec<StoredArticle>, Error>;

    /// The mentions of the articles from row `first` to row `last`.
    fn stored_mentions(&self, first: ArticleId, last: ArticleId) -> Result<Vec<StoredMention>, Error>;

    /// The names of the watches that mention an article.
    fn mentioning(&self, article: ArticleId) -> Result<Vec<String>, Error>;

    /// Keeps mentions that a new or changed watch found in stored articles, by the row of the article; returns the new
    /// ones. What a changed watch no longer finds stays: it may have been printed.
    fn add_mentions(&self, found: &[(ArticleId, Vec<MentionNote>)], at: Timestamp) -> Result<NewMentions, Error>;

    /// The last mention: with it, [`WatchUnits::mentions_since`] counts those that follow.
    fn last_mention(&self) -> Result<MentionId, Error>;

    /// How many mentions were added after this one, without those of articles that are marked as not relevant.
    fn mentions_since(&self, last: MentionId) -> Result<NewMentions, Error>;

    /// The headlines and texts that an article had before the current ones.
    fn earlier_versions(&self, article: ArticleId) -> Result<Vec<EarlierVersion>, Error>;

    /// Deletes mentions; returns how many there were. Articles and their marks stay.
    fn remove_mentions(&self, mentions: &[(WatchId, ArticleId)]) -> Result<usize, Error>;

    /// Records that a watch has been applied to all stored articles, unless a worker with other watches was there since this process
    /// brought in its own: what that one stores is not matched by them, so the next run applies them again.
    fn watch_applied(&self, name: &str, definition: &str) -> Result<(), Error>;
}

/// The configuration, and what is known of its sources.
pub trait SourceUnits {
    /// Updates sources, channels and watches from the configuration. Rows that are no longer named become inactive; none is deleted.
    ///
    /// Returns the names of the watches that are new or changed since they were last applied.
    fn sync(
        &self,
        sources: &[Source],
        channels: &[ChannelSpec],
        specs: &[WatchSpec],
        now: Timestamp,
    ) -> Result<Vec<String>, Error>;

    /// The names of all sources, including inactive ones, in the order in which they were added.
    fn sources(&self) -> Result<Vec<String>, Error>;

    /// What all sources are, including inactive ones.
    fn outlet_facts(&self) -> Result<Vec<OutletFacts>, Error>;

    /// The URLs of all channels that were ever polled or are to be, including inactive ones.
    fn channel_urls(&self) -> Result<Vec<String>, Error>;

    /// What is stored of the sources of the configuration.
    fn health(&self) -> Result<Health, Error>;
}

/// What a wrong clock did.
pub trait ClockUnits {
    /// The items that were rejected as too old after a time.
    fn rejected_after(&self, at: Timestamp) -> Result<Vec<RejectedItem>, Error>;

    /// Items wait to be read from now on, as if they had never been tried.
    fn wait_again(&self, items: &[ItemId], now: Timestamp) -> Result<(), Error>;
}

/// The outbox of alerts.
pub trait OutboxUnits {
    /// Brings the alerts of the configuration into the database. What waits for one that is no longer there is not sent.
    fn sync_alerts(&self, specs: &[AlertSpec], now: Timestamp) -> Result<(), Error>;

    /// What waits for an alert; `None` while the database does not know it.
    fn alert_queue(&self, name: &str, now: Timestamp) -> Result<Option<AlertQueue>, Error>;

    /// Stores messages, each with its id, and drops the mentions that none will report.
    fn add_messages(&self, alert: AlertId, composed: &Composed, ids: &[MessageId], now: Timestamp)
    -> Result<(), Error>;

    /// Takes a message for sending; `false` where another worker has it.
    fn claim_message(&self, id: &MessageId, until: Timestamp, now: Timestamp) -> Result<bool, Error>;

    /// Gives back the messages that were taken for sending: all, for whoever holds the lock under which alerts are sent.
    fn free_claims(&self) -> Result<(), Error>;

    /// Gives back one of them, as if it had not been tried.
    fn release_message(&self, id: &MessageId) -> Result<(), Error>;

    /// A message with those of its mentions that are still relevant; `None` if there is no such message.
    fn alert_message(&self, id: &MessageId) -> Result<Option<AlertMessage>, Error>;

    /// Stores what became of a message.
    fn end_delivery(&self, alert: AlertId, change: &DeliveryChange) -> Result<(), Error>;

    /// How the alerts of the configuration fare, in the order in which they were added.
    fn alert_health(&self, given_up_since: Timestamp) -> Result<Vec<AlertHealth>, Error>;

    /// Forgets messages that ended before this time.
    fn expire_messages(&self, before: Timestamp) -> Result<(), Error>;
}
