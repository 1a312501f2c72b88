//! The arguments and results of the units of work, the same for every engine.

use jiff::Timestamp;

use crate::answer::Validators;
use crate::article::Item;
use crate::decide::{
    Absence, ArticleMark, KnownChild, KnownItem, NamedSitemaps, ReceiverState, WaitingMention, WaitingMessage,
};
use crate::digest::Period;
use crate::model::{AlertId, ArticleId, ChannelState, ChannelType, ItemId, ItemState, StoryId, WatchId};
use crate::politeness::schedule::Readings;
use crate::query::Need;
use crate::source::OutletFacts;

/// A channel to poll; searches have their words filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelSpec {
    /// The source's name.
    pub source: String,
    /// What is polled there.
    pub kind: ChannelType,
    /// Its URL.
    pub url: String,
    /// For a search: the watch it asks for.
    pub watch: Option<String>,
}

/// The counts of a finished run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunCounts {
    /// Channels that were requested.
    pub channels: u64,
    /// Of these, could not be read.
    pub channels_failed: u64,
    /// Items never seen before.
    pub items_new: u64,
    /// Articles read.
    pub articles_read: u64,
    /// Items that could not be read this time.
    pub articles_failed: u64,
    /// Mentions never seen before.
    pub mentions_new: u64,
}

/// The stored items and sitemaps among those that a channel announces.
#[derive(Debug, Clone, Default)]
pub struct KnownListing {
    /// The items of its source that are stored.
    pub items: Vec<KnownItem>,
    /// The sitemaps that it named before, and those of its source that it names now.
    pub children: Vec<KnownChild>,
    /// How many items of its source wait to be read.
    pub waiting: usize,
    /// How many sitemaps of its source indexes have named.
    pub sitemaps: NamedSitemaps,
}

/// An item to read now.
#[derive(Debug, Clone)]
pub struct PendingItem {
    /// Its row.
    pub id: ItemId,
    /// Its source's name.
    pub source: String,
    /// The name of the source that announced it first.
    pub announced_by: String,
    /// What names the article within its source.
    pub key: String,
    /// Where it is read.
    pub url: String,
    /// What the channel says of it.
    pub item: Item,
    /// How often it was tried.
    pub tries: u32,
    /// Where it stands.
    pub state: ItemState,
    /// When its channel last announced it anew, with another headline or date.
    pub anew_at: Option<Timestamp>,
}

impl PendingItem {
    /// The date by which its channel announced it anew.
    pub fn anew(&self) -> Option<Timestamp> {
        self.anew_at.and(self.item.modified_at.max(self.item.published_at))
    }
}

/// The items of a source that wait to be read.
#[derive(Debug, Clone, Copy)]
pub struct Queue<'a> {
    /// The source's name.
    pub source: &'a str,
    /// Those whose next try lies later are left out, …
    pub now: Timestamp,
    /// … but for this.
    pub force: bool,
    /// Only items that one of these sources owns or announced; empty: all.
    pub of: &'a [String],
    /// Hosts, with their port where it is not the usual one, whose items are left out.
    pub except: &'a [String],
}

/// Which of many come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Those published last, or announced last where no time of publication is known.
    NewestFirst,
    /// The reverse.
    OldestFirst,
}

/// A mentioned article that may have to be read again.
#[derive(Debug, Clone)]
pub struct Revisit {
    /// Its row.
    pub id: ArticleId,
    /// The item under which it was read.
    pub item: PendingItem,
    /// When it was read.
    pub readings: Readings,
    /// The validators of its last response.
    pub validators: Option<Validators>,
    /// Of a page that was gone at the last request.
    pub absence: Option<Absence>,
}

/// What is no longer needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expiry {
    /// Unmatched texts that were read before then are deleted.
    pub texts_before: Option<Timestamp>,
    /// Copies of texts from before then are found only if equal, and no new report joins an event from before then.
    pub comparisons_before: Option<Timestamp>,
}

/// What is stored of the sources of the configuration, for `presswatch sources`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// In the order of the configuration.
    pub channels: Vec<ChannelHealth>,
    /// What became of the items of each source, in the order of the configuration: source, state, how many.
    pub states: Vec<(String, ItemState, u64)>,
    /// The sources that reserve text and data mining (in a page, by a header or for a whole host), each with the address of its
    /// terms, where one is named.
    pub reserved: Vec<(String, Option<String>)>,
    /// Why items wait that were requested before: source, reason, how many; for each source the most frequent first.
    pub waiting: Vec<(String, String, u64)>,
}

/// One channel's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelHealth {
    /// The source it belongs to.
    pub source: String,
    /// What is polled there.
    pub kind: ChannelType,
    /// As configured, or as its index names it.
    pub url: String,
    /// The configured sitemap index that leads to it.
    pub index: Option<String>,
    /// Its new URL, if it moved permanently.
    pub moved_to: Option<String>,
    /// As of the last poll.
    pub state: ChannelState,
    /// Why it is not ok, in English.
    pub reason: Option<String>,
    /// Since when it is in this state.
    pub since: Option<Timestamp>,
    /// Last requested.
    pub checked_at: Option<Timestamp>,
    /// Last announced something new.
    pub changed_at: Option<Timestamp>,
    /// Not requested again before.
    pub next_at: Option<Timestamp>,
    /// How many items it listed last.
    pub entries: Option<i64>,
    /// How many items it was the first to announce.
    pub items: i64,
    /// Of these, still to be read.
    pub pending: i64,
}

/// A watch of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedWatch {
    /// Its name.
    pub name: String,
    /// The heading under which digests print it.
    pub group: Option<String>,
}

/// Which mentions are wanted.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The period.
    pub period: &'a Period,
    /// The watches, whether or not they are still configured; `None`: all that are.
    pub watches: Option<&'a [String]>,
    /// Whether articles that are marked as not relevant are wanted, too.
    pub with_irrelevant: bool,
}

/// An address by which a user names an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleAddress {
    /// As it was given.
    pub spelled: String,
    /// In the form in which articles are compared.
    pub canonical: String,
    /// What names the article within the sources whose addresses have a form of their own: the source, and the name.
    pub keys: Vec<(String, String)>,
}

/// An article with what its reader says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedArticle {
    /// The id by which it is named.
    pub id: ArticleId,
    /// The source's name.
    pub outlet: String,
    /// The headline.
    pub title: String,
    /// Where it can be read.
    pub url: String,
    /// When it was published, or read where that is not known.
    pub published_at: Option<Timestamp>,
    /// The watches that match it.
    pub watches: Vec<WatchId>,
    /// Its marks, that for all watches first.
    pub marks: Vec<ArticleMark>,
}

/// A watch by its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWatchName {
    /// Its row.
    pub id: WatchId,
    /// Its name.
    pub name: String,
    /// Whether the configuration still has it.
    pub is_configured: bool,
}

/// A stored article as a watch is matched against it.
#[derive(Debug, Clone)]
pub struct StoredArticle {
    /// Its row.
    pub id: ArticleId,
    /// The source's name.
    pub outlet: String,
    /// The headline.
    pub title: String,
    /// The lead.
    pub summary: String,
    /// The text.
    pub text: String,
    /// Names joined by ", ".
    pub author: String,
    /// Where it was read.
    pub url: String,
    /// ISO 639-1.
    pub language: String,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
    /// Whether the publisher disallows excerpts.
    pub nosnippet: bool,
    /// What the source is.
    pub facts: OutletFacts,
    /// The headlines and leads that channels gave it.
    pub said: Item,
}

/// A headline and a text that an article had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierVersion {
    /// The headline.
    pub title: String,
    /// The text.
    pub text: String,
}

/// A stored mention, by its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMention {
    /// The row of its watch.
    pub watch: WatchId,
    /// The row of its article.
    pub article: ArticleId,
    /// What matched, separated by ", ".
    pub terms: String,
    /// The sentence that shows it.
    pub snippet: String,
}

/// The filter of a search.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// Published (or read, where the date is not known) from then on.
    pub since: Option<Timestamp>,
    /// And not later.
    pub until: Option<Timestamp>,
    /// In these sources; empty: in all.
    pub sources: Vec<String>,
    /// The words that it must contain; `None`: any.
    pub need: Option<Need>,
}

/// What a search has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRows {
    /// The articles, newest first.
    pub articles: Vec<ArticleId>,
    /// How many articles are stored.
    pub stored: u64,
}

/// A stored article with what a search shows of it.
#[derive(Debug, Clone)]
pub struct FoundArticle {
    /// What the query is matched against.
    pub article: StoredArticle,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// Whether the rest is for subscribers only.
    pub paywalled: bool,
    /// Whether only what the channel says is known.
    pub headline_only: bool,
    /// The same for all copies of one text.
    pub story: StoryId,
    /// The outlet it was copied from, if known.
    pub original_outlet: Option<String>,
    /// The agency it is credited to; empty if none.
    pub credit: String,
    /// Whether it is marked as not relevant for every watch that matches it.
    pub is_irrelevant: bool,
}

/// An alert as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSpec {
    /// Its name.
    pub name: String,
    /// The names of the watches that it reports.
    pub watches: Vec<String>,
}

/// What waits for an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertQueue {
    /// Its row.
    pub id: AlertId,
    /// How its receiver fares.
    pub receiver: ReceiverState,
    /// Mentions that no message reports yet, in the order in which they were found.
    pub mentions: Vec<WaitingMention>,
    /// Messages that are to be sent, those that were tried least first.
    pub messages: Vec<WaitingMessage>,
    /// When the messages of the last day were made.
    pub recent: Vec<Timestamp>,
}

/// How an alert fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertHealth {
    /// Its name.
    pub name: String,
    /// Since when its receiver fails.
    pub failing_since: Option<Timestamp>,
    /// Until when nothing is sent.
    pub paused_until: Option<Timestamp>,
    /// Why it failed last, without secrets.
    pub problem: Option<String>,
    /// When its last message was delivered.
    pub last_sent_at: Option<Timestamp>,
    /// Mentions that wait to be reported.
    pub waiting: u64,
    /// Messages that were delivered.
    pub sent: u64,
    /// Messages that were given up lately.
    pub given_up: u64,
    /// When the last one was.
    pub given_up_at: Option<Timestamp>,
}
