//! Coverage → what is printed in which order, and the ledger of what was checked.

mod compose;
mod news;
mod origin;
mod silence;
mod tally;
mod unchecked;

use std::sync::Arc;

use jiff::Timestamp;

use crate::i18n::Cause;
use crate::model::{ArticleId, ChannelState, EventId, ItemState, MentionId, Regrouping, SourceId, StoryId, Tone};
use crate::source::OutletFacts;
pub use news::{Section, ShownAbove, Story, WatchNews};
pub use origin::{Carrier, First, Origin, Reporter};
pub use silence::{backlog, counted_from, may_be_backlog, silence};
pub use tally::{OwnTexts, Tally};
pub use unchecked::Unchecked;

/// The reader of plain `--new`.
pub const DEFAULT_READER: &str = "default";

/// One row of coverage: a watch and an article that it matches. What many rows say alike they share: there may be a hundred thousand.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are facts, each apart from the others")]
pub struct Mention {
    /// Its row, by which `--new` marks it as printed.
    pub id: MentionId,
    /// The watch's name.
    pub watch: Arc<str>,
    /// Its source.
    pub source: SourceId,
    /// The source's name.
    pub outlet: Arc<str>,
    /// The headline under which it was found.
    pub title: Box<str>,
    /// Where it can be read.
    pub url: Box<str>,
    /// Names joined by ", "; empty when unknown.
    pub author: Arc<str>,
    /// When it was published, where known.
    pub published_at: Option<Timestamp>,
    /// When the mention was found.
    pub found_at: Timestamp,
    /// ISO 639-1; empty when unknown.
    pub language: Arc<str>,
    /// The sentence that shows the match.
    pub snippet: Box<str>,
    /// What matched, separated by ", ".
    pub terms: Box<str>,
    /// Whether the rest is for subscribers only.
    pub paywalled: bool,
    /// Whether the page says that somebody paid for the article.
    pub advertorial: bool,
    /// Whether only the channel's words are known, because the page could not be read.
    pub headline_only: bool,
    /// Whether the page is still asked for.
    pub still_tried: bool,
    /// Whether a term stands in the headline on the page.
    pub in_headline: bool,
    /// Whether what matched stands in a headline that a channel gave it, and not on the page.
    pub feed_headline: bool,
    /// The same for a lead or a text.
    pub feed_lead: bool,
    /// The same for all copies of one text.
    pub story: StoryId,
    /// The outlet it is known to be taken over from.
    pub original_outlet: Option<Arc<str>>,
    /// The agency it is credited to; empty when none is.
    pub credit: Arc<str>,
    /// Of a text that several articles have: where it stood first, even if that article is not in the digest.
    pub first: Option<Arc<First>>,
    /// Whether a new or changed watch found it in an article that was stored before.
    pub late: bool,
    /// The same for reports of one event in whatever language, where events are sought.
    pub event: Option<EventId>,
    /// What it agrees on with another report of its event.
    pub evidence: Arc<str>,
    /// How the event was regrouped after a digest had shown it.
    pub regrouped: Option<Regrouping>,
    /// How often the headline was changed after `title` was read.
    pub headline_changes: u64,
    /// What it is now; empty when it never changed.
    pub last_title: Arc<str>,
    /// Since when none of the terms stands in the article any more.
    pub gone_at: Option<Timestamp>,
    /// Since when its page is gone, where two requests in a row found that.
    pub taken_down_at: Option<Timestamp>,
    /// What its outlet is.
    pub facts: Arc<OutletFacts>,
    /// The row of its article, by which it can be marked.
    pub article: ArticleId,
    /// What the user says of it; `None`: nothing.
    pub mark: Option<Box<UserMark>>,
}

/// What the user says of an article, for one watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserMark {
    /// Whether it is relevant.
    pub relevant: bool,
    /// Its tone.
    pub tone: Option<Tone>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Empty if there is none.
    pub note: String,
}

impl Mention {
    /// Its place in order of publication; of two at the same instant the one that is no copy comes first.
    fn place(&self) -> (Timestamp, bool, &str, &str) {
        (self.time(), self.original_outlet.is_some(), &self.outlet, &self.url)
    }

    /// How long after another it was published, where both times are known and it was.
    pub fn minutes_after(&self, other: &Self) -> Option<u64> {
        // By the minutes that a reader sees: 16:44 is thirteen minutes after 16:31, whatever the seconds.
        let minute = |at: Timestamp| at.as_second().div_euclid(60);
        u64::try_from(minute(self.published_at?) - minute(other.published_at?)).ok().filter(|minutes| *minutes > 0)
    }

    /// When it happened, as far as known: the time by which mentions are put in order.
    pub fn time(&self) -> Timestamp {
        self.published_at.unwrap_or(self.found_at)
    }
}

/// A mention as a line of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The mention.
    pub mention: Mention,
    /// The heading under which digests print its watch.
    pub group: Option<String>,
    /// Whether, of all articles of its story that its watch matches, it is the one that a digest prints first.
    pub is_original: bool,
    /// How many other articles of its story its watch matches, in whatever period.
    pub copies: u64,
}

/// What the store knows of one source's checks in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checks {
    /// The source's name.
    pub source: String,
    /// How often its channels were asked.
    pub asked: u64,
    /// How often that failed.
    pub failed: u64,
    /// Items that were announced for the first time.
    pub seen: u64,
    /// Articles that were read.
    pub read: u64,
    /// Articles that a watch matches.
    pub matched: u64,
    /// Items that are still to be read.
    pub pending: u64,
    /// Items that were given up, or that robots.txt closed.
    pub unread: u64,
    /// What became of the items that are counted in `seen`: their states, each with how many.
    pub fates: Vec<(ItemState, u64)>,
    /// The same of items that were announced before the period and came to it in the period, or still wait.
    pub earlier: Vec<(ItemState, u64)>,
    /// Of the articles that match, those of which only the channel's words are known.
    pub matched_headline: u64,
    /// Of the articles that match, those that were read before the period.
    pub matched_earlier: u64,
    /// Channels that are not as they should be.
    pub troubles: Vec<Trouble>,
    /// When one of its channels was last requested.
    pub checked_at: Option<Timestamp>,
    /// Channels it has.
    pub channels: u64,
    /// Times whose items may have come and gone unseen.
    pub gaps: Vec<Gap>,
    /// When it last announced something new, and how many items a day it announced in the two weeks before: where it has
    /// fallen silent against its own past.
    pub silent: Option<(Timestamp, u64)>,
    /// How many of its items were settled in the last 24 hours, where it has many that wait.
    pub settled_a_day: Option<u64>,
    /// Why items wait that were requested before, the most frequent reasons first, each with how many.
    pub waiting: Vec<(Cause, u64)>,
}

/// A channel that could not be read, that lists nothing, or of which not everything is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Its address.
    pub url: String,
    /// As of the last poll.
    pub state: ChannelState,
    /// Why, where that is known.
    pub cause: Option<Cause>,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// A time whose items may have come and gone between two polls of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// When the channel was read before.
    pub since: Timestamp,
    /// The time of the oldest item that it listed then.
    pub until: Timestamp,
    /// When that was.
    pub seen_at: Timestamp,
}

impl Gap {
    /// At least how often the channel should be polled, in minutes: twice in the time that its items cover.
    pub fn minutes_between_polls(&self) -> u64 {
        let window = self.seen_at.duration_since(self.until).as_secs() / 120;
        u64::try_from(window).unwrap_or(0).max(10)
    }
}

/// The period that is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// From this instant; `None`: from the beginning.
    pub since: Option<Timestamp>,
    /// To this instant.
    pub until: Timestamp,
    /// Whether by the time of publication instead of the time found.
    pub by_published: bool,
    /// Of which reader only what no digest has printed before; `None`: all.
    pub new_for: Option<String>,
}

/// A digest: watches with their stories, then the ledger.
#[derive(Debug, Clone)]
pub struct Digest {
    /// The period it is about.
    pub period: Period,
    /// In the order of the configuration, those of a group together; those without coverage too.
    pub watches: Vec<WatchNews>,
    /// The figures of all watches together.
    pub tally: Tally,
    /// One line a source, in the order of the configuration.
    pub ledger: Vec<Checks>,
    /// The beginning of the ledger's period, where that of the digest has none: the last digest of what is new for the same reader.
    pub ledger_since: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    impl Mention {
        /// A plain one, for tests to build theirs upon.
        pub(crate) fn sample(outlet: &str, story: i64, published_at: &str) -> Self {
            let at: Timestamp = published_at.parse().unwrap();
            Self {
                id: MentionId(story),
                watch: "Quay".into(),
                source: SourceId(0),
                outlet: "".into(),
                title: "".into(),
                url: format!("https://{outlet}.example/{story}").into(),
                author: "".into(),
                published_at: Some(at),
                found_at: at,
                language: "".into(),
                snippet: "".into(),
                terms: "".into(),
                paywalled: false,
                advertorial: false,
                headline_only: false,
                still_tried: false,
                in_headline: false,
                feed_headline: false,
                feed_lead: false,
                story: StoryId(story),
                original_outlet: None,
                credit: "".into(),
                first: None,
                late: false,
                event: None,
                regrouped: None,
                evidence: "".into(),
                headline_changes: 0,
                last_title: "".into(),
                gone_at: None,
                taken_down_at: None,
                facts: Arc::default(),
                article: ArticleId(story),
                mark: None,
            }
            .at(outlet)
        }

        /// The same at another outlet. Outlets of one name are one source.
        pub(crate) fn at(self, outlet: &str) -> Self {
            let id = outlet.bytes().fold(7, |id, byte| (id * 31 + i64::from(byte)) % 1_000_003);
            Self { source: SourceId(id), outlet: outlet.into(), ..self }
        }
    }
}
