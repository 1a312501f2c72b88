//! Which sources a digest cannot speak for, because they could not be checked, or only in part.

use jiff::{SignedDuration, Timestamp};

use super::{Checks, Digest, Period, Trouble};
use crate::i18n::CauseCode;
use crate::model::ChannelState;

/// A source is polled at least once a day, with some delay after a failure.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_hours(36);

/// Why a source could not be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchecked<'a> {
    /// It was not requested in the period.
    NotAsked,
    /// It was requested last at this time, long before the end of the period.
    Stale(Timestamp),
    /// No channel of it could be read; one of them, as an example.
    Failing(&'a Trouble),
}

impl Trouble {
    /// Whether the channel could not be read, or suddenly lists nothing.
    pub fn is_failure(&self) -> bool {
        match self.state {
            ChannelState::New | ChannelState::Ok => false,
            // A search without a result is no failure.
            ChannelState::Empty => {
                self.cause.as_ref().is_some_and(|cause| !matches!(cause.code(), CauseCode::NothingListed))
            }
            _ => true,
        }
    }
}

impl Checks {
    /// Why the source could not be checked; `None` where it was, at least in part.
    pub fn unchecked(&self, period: &Period) -> Option<Unchecked<'_>> {
        if self.asked == 0 {
            return Some(Unchecked::NotAsked);
        }
        if let Some(at) = self.checked_at.filter(|at| period.until.duration_since(*at) > LONGEST_SILENCE) {
            return Some(Unchecked::Stale(at));
        }
        let failing = || self.troubles.iter().filter(|trouble| trouble.is_failure());
        let is_whole = self.failed >= self.asked || failing().count() as u64 >= self.channels;
        failing().next().filter(|_| is_whole).map(Unchecked::Failing)
    }

    /// Whether a part of what it published may have been missed: a channel failed, or not everything could be taken.
    pub fn is_partly_checked(&self) -> bool {
        let is_capped = |trouble: &Trouble| trouble.state == ChannelState::Ok;
        !self.gaps.is_empty()
            || self.settled_a_day.is_some()
            || self.troubles.iter().any(|trouble| is_capped(trouble) || trouble.is_failure())
    }
}

impl Digest {
    /// Whether nothing was found and everything was checked, so that there is nothing to say.
    pub fn has_nothing_to_say(&self) -> bool {
        let could_be_read =
            |row: &Checks| row.unchecked(&self.period).is_none() && !row.troubles.iter().any(Trouble::is_failure);
        self.mentions().next().is_none() && !self.ledger.is_empty() && self.ledger.iter().all(could_be_read)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::super::{Mention, WatchNews};
    use super::*;
    use crate::i18n::{Cause, Language};

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    fn trouble(state: ChannelState, cause: Option<CauseCode>) -> Trouble {
        let cause = cause.map(|code| Cause::new(code, &[&3, &9]));
        Trouble { url: "https://gazet.example/rss".into(), state, cause, since: None }
    }

    fn row() -> Checks {
        Checks { asked: 4, channels: 2, checked_at: Some(at("2026-10-11T07:00:00Z")), ..Checks::default() }
    }

    fn digest(row: Checks) -> Digest {
        let period = Period {
            since: None,
            until: at("2026-10-11T07:30:00Z"),
            by_published: false,
            new_for: Some("default".to_owned()),
        };
        Digest::compose(period, vec![WatchNews::new("Quay", None)], Vec::<Mention>::new(), vec![row], Language::English)
    }

    #[test]
    fn silence_means_that_all_was_checked() {
        use ChannelState::{Blocked, Empty, Failing, Gone, Ok};
        let failing = trouble(Failing, None);
        for (row, is_checked, is_partly_checked, is_silent) in [
            (row(), true, false, true),
            (Checks { asked: 0, checked_at: None, ..row() }, false, false, false),
            (Checks { checked_at: Some(at("2026-10-08T07:00:00Z")), ..row() }, false, false, false),
            (Checks { failed: 4, troubles: vec![failing.clone()], ..row() }, false, true, false),
            (Checks { failed: 1, troubles: vec![failing.clone()], ..row() }, true, true, false),
            (
                Checks { failed: 1, troubles: vec![trouble(Blocked, None), trouble(Gone, None)], ..row() },
                false,
                true,
                false,
            ),
            // It failed in the period, and is well again.
            (Checks { failed: 4, ..row() }, true, false, true),
            (Checks { troubles: vec![trouble(Empty, Some(CauseCode::NothingListed))], ..row() }, true, false, true),
            (Checks { troubles: vec![trouble(Empty, Some(CauseCode::NoLinkNow))], ..row() }, true, true, false),
            // A cap loses no silence: it is the same every day.
            (Checks { troubles: vec![trouble(Ok, Some(CauseCode::TooMany))], ..row() }, true, true, true),
            (Checks { settled_a_day: Some(3), ..row() }, true, true, true),
        ] {
            let digest = digest(row);
            let row = &digest.ledger[0];
            assert_eq!(row.unchecked(&digest.period).is_none(), is_checked, "{row:?}");
            assert_eq!(row.is_partly_checked(), is_partly_checked, "{row:?}");
            assert_eq!(digest.has_nothing_to_say(), is_silent, "{row:?}");
        }
        let never_run = Digest { ledger: Vec::new(), ..digest(row()) };
        assert!(!never_run.has_nothing_to_say());
    }
}
