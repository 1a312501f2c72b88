//! A stored channel: what polling it needs, and what polls change.

use jiff::{SignedDuration, Timestamp};

use crate::answer::Validators;
use crate::channel::{Announced, Refusal};
use crate::i18n::Cause;
use crate::model::{ChannelId, ChannelState, ChannelType, SourceId};
use crate::politeness::Pace;
use crate::politeness::schedule::MOVE_DOUBTED_AFTER;

/// So long a channel may say that nothing changed.
const MAY_BE_UNCHANGED: SignedDuration = SignedDuration::from_hours(24);

/// A stored channel.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownChannel {
    /// Its row.
    pub id: ChannelId,
    /// Its source's row.
    pub source_id: SourceId,
    /// Its source's name.
    pub source: String,
    /// Its kind.
    pub kind: ChannelType,
    /// Its URL as configured.
    pub configured: String,
    /// The URL to request: the configured one, or the one it moved to.
    pub url: String,
    /// 0: it is configured; 1: an index of sitemaps names it; 2: an index that an index names; and so on.
    pub depth: u32,
    /// Where it has answered nothing but 304 since: when it last answered with a page.
    pub unchanged_since: Option<Timestamp>,
    /// What polls change.
    pub row: ChannelRecord,
}

/// The part of a channel that polls change.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelRecord {
    /// As of the last poll.
    pub state: ChannelState,
    /// Why it is not ok.
    pub cause: Option<Cause>,
    /// Since when it is in this state.
    pub since: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// Its pace, as of the last response.
    pub pace: Pace,
    /// When it was last requested.
    pub checked_at: Option<Timestamp>,
    /// When it last gave a useful response.
    pub answered_at: Option<Timestamp>,
    /// When it last announced something new.
    pub changed_at: Option<Timestamp>,
    /// Not requested again before.
    pub next_at: Option<Timestamp>,
    /// How many entries it listed last.
    pub entries: Option<u64>,
    /// The validators for the next request.
    pub validators: Option<Validators>,
    /// Its new URL, if it moved permanently (301, 308).
    pub moved_to: Option<String>,
    /// When it did.
    pub moved_at: Option<Timestamp>,
}

impl KnownChannel {
    /// Where a channel is requested that moved: where it moved to, until that is old enough to be doubted.
    pub fn url_after_move(
        configured: &str,
        moved_to: Option<&str>,
        moved_at: Option<Timestamp>,
        now: Timestamp,
    ) -> String {
        let doubted = SignedDuration::try_from(MOVE_DOUBTED_AFTER).unwrap_or(SignedDuration::ZERO);
        let is_trusted = moved_at.is_some_and(|at| now.duration_since(at) < doubted);
        moved_to.filter(|_| is_trusted).unwrap_or(configured).to_owned()
    }

    /// A channel of which nothing is known yet.
    pub fn never_polled(source: &str, kind: ChannelType, url: &str) -> Self {
        let row = ChannelRecord {
            state: ChannelState::New,
            cause: None,
            since: None,
            failures: 0,
            pace: Pace::default(),
            checked_at: None,
            answered_at: None,
            changed_at: None,
            next_at: None,
            entries: None,
            validators: None,
            moved_to: None,
            moved_at: None,
        };
        Self {
            id: ChannelId(0),
            source_id: SourceId(0),
            source: source.to_owned(),
            kind,
            configured: url.to_owned(),
            url: url.to_owned(),
            depth: 0,
            unchanged_since: None,
            row,
        }
    }

    /// What is sent along with the next request, so that an unchanged page need not be sent. A server that has answered nothing but
    /// 304 for a day may have validators that never change: then it is asked for the page.
    pub fn validators(&self, now: Timestamp) -> Option<&Validators> {
        let is_fresh = self.unchanged_since.is_none_or(|at| now.duration_since(at) < MAY_BE_UNCHANGED);
        self.row.validators.as_ref().filter(|_| is_fresh)
    }

    /// Whether it announces each item once, with a headline and dates of its own: in a listing a headline may stand twice.
    pub fn tells_changes(&self) -> bool {
        matches!(self.kind, ChannelType::Feed | ChannelType::Sitemap)
    }
}

/// What was read from a channel's response.
#[derive(Debug)]
pub enum Listing {
    /// Nothing: a 304.
    Unchanged,
    /// The page is not what was expected of the channel.
    Refused(Refusal),
    /// The announced items, and the number of further ones that were dropped.
    Announced(Box<Announced>, usize),
}
