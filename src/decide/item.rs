//! How an item goes on when it was read or could not be read, and why it is where it is.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Ending, later};
use crate::answer::{Failure, FailureKind};
use crate::article::NotArticle;
use crate::date::utc;
use crate::i18n::{Cause, CauseCode};
use crate::model::{ItemId, ItemState};
use crate::politeness::schedule::{self, Mishap};

/// Why an item is where it is. Shown, it is English: for the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemReason {
    /// Its host is not among `only`.
    OutOfScope,
    /// It is a part of a page that is read as a whole: a post of a live blog.
    PartOfPage,
    /// It was so many days old when it was first announced.
    TooOld(i64),
    /// Its page says that it was published then, too long ago.
    PublishedLongAgo(Timestamp),
    /// The page is not an article.
    NotArticle(NotArticle),
    /// It waited while so many newer ones of its source did.
    TooManyWait(usize),
    /// It could not be requested, or not be read.
    Failure(Cause),
    /// It was tried this often; the reason for the last failure.
    Tried(u32, Box<ItemReason>),
}

impl ItemReason {
    /// The same in a form for every language, as far as there is one; otherwise in English.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Failure(cause) => cause.clone(),
            Self::NotArticle(NotArticle::BotWall) => Cause::new(CauseCode::BotWall, &[]),
            Self::NotArticle(NotArticle::Consent) => Cause::new(CauseCode::Consent, &[]),
            Self::NotArticle(NotArticle::Bare | NotArticle::NoText) => Cause::new(CauseCode::NoText, &[]),
            other => Cause::from(other.to_string()),
        }
    }
}

impl fmt::Display for ItemReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfScope => f.write_str("its host is not among `only`"),
            Self::PartOfPage => f.write_str("a part of a page that is read as a whole"),
            Self::TooOld(1) => f.write_str("1 day old when first seen"),
            Self::TooOld(days) => write!(f, "{days} days old when first seen"),
            Self::PublishedLongAgo(at) => write!(f, "published {}, seen only when read", utc(*at)),
            Self::NotArticle(what) => what.fmt(f),
            Self::TooManyWait(most) => write!(f, "more than {most} newer items of its source wait"),
            Self::Failure(cause) => cause.fmt(f),
            Self::Tried(times, last) => write!(f, "tried {times} times; last: {last}"),
        }
    }
}

/// An item, and how often it was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// The item.
    pub item: ItemId,
    /// Earlier tries.
    pub tries: u32,
}

impl Tried {
    /// The next state after a failure; `None`: unchanged, so that it is requested in the next run.
    pub fn after_failure(self, failure: &Failure, now: Timestamp) -> Option<Ending> {
        let reason = ItemReason::Failure(failure.cause.clone());
        let wait = failure.retry_after;
        let mishap = match failure.kind {
            FailureKind::Skipped => return Some(Ending::Later(later(now, wait?), reason)),
            FailureKind::Stopped => return None,
            FailureKind::Disallowed => return Some(Ending::In(ItemState::Disallowed, Some(reason))),
            FailureKind::Gone | FailureKind::Forbidden => return Some(Ending::In(ItemState::GivenUp, Some(reason))),
            FailureKind::NotFound => Mishap::Missing,
            FailureKind::Blocked => Mishap::Refused,
            FailureKind::TooLarge => Mishap::Large,
            FailureKind::Busy | FailureKind::Unreachable | FailureKind::Malformed => Mishap::Passing,
        };
        Some(self.retry(reason, mishap, wait, now))
    }

    /// The next state of an item whose article could be read in part, as a further page of it failed; `None`: as if it had ended there.
    pub fn for_the_rest(self, failure: &Failure, now: Timestamp) -> Option<Ending> {
        if failure.kind == FailureKind::Stopped {
            return Some(Ending::Stays);
        }
        self.after_failure(failure, now).filter(|ending| failure.kind.is_passing() && !matches!(ending, Ending::In(..)))
    }

    /// The next state if its page is not an article; `mishap`: the reason for which a retry may help.
    pub fn after_no_article(self, what: NotArticle, mishap: Option<Mishap>, now: Timestamp) -> Ending {
        let reason = ItemReason::NotArticle(what);
        match mishap.map(|mishap| self.retry(reason.clone(), mishap, None, now)) {
            // A page that never gets a text is not an article. A page behind a wall may be one: it is given up.
            Some(Ending::In(..)) if mishap != Some(Mishap::Refused) => Ending::In(ItemState::NotArticle, Some(reason)),
            Some(ending) => ending,
            None => Ending::In(ItemState::NotArticle, Some(reason)),
        }
    }

    /// The time of the next try, or that it is given up. `wait`: the Retry-After of its host.
    fn retry(self, reason: ItemReason, mishap: Mishap, wait: Option<Duration>, now: Timestamp) -> Ending {
        let tries = self.tries + 1;
        match schedule::item_retry(mishap, tries, jitter(self.item.0)) {
            Some(pause) => Ending::Again(later(now, pause.max(wait.unwrap_or_default())), reason),
            None => Ending::In(ItemState::GivenUp, Some(ItemReason::Tried(tries, Box::new(reason)))),
        }
    }
}

/// How an item ends whose page says that it was published too long ago; `None`: it was not. `sure_date`: the date that the page
/// names as that of its article. Of any other date nobody knows what it is of, so none of them discards an article. An old article
/// that its channel brings again with a recent date, `anew_at`, is news.
pub fn too_old_when_read(
    sure_date: Option<Timestamp>,
    anew_at: Option<Timestamp>,
    max_age: SignedDuration,
    now: Timestamp,
) -> Option<Ending> {
    let is_old = |at: &Timestamp| now.duration_since(*at) > max_age;
    let published = sure_date.filter(is_old)?;
    if anew_at.is_some_and(|at| !is_old(&at)) {
        return None;
    }
    Some(Ending::In(ItemState::TooOld, Some(ItemReason::PublishedLongAgo(published))))
}

/// A number from 0 to 1 derived from the row, so that items that failed together are not retried together.
pub(super) fn jitter(row: i64) -> f64 {
    f64::from(u32::try_from(row.rem_euclid(97)).unwrap_or(0)) / 97.0
}
