//! A first poll of a channel, outside of a run and by the same decisions: what `explain`, `check --online` and `sources find` show.

use jiff::Timestamp;

use super::poll::read_listing;
use crate::answer::{Answer, Response};
use crate::article::Page;
use crate::channel::Announced;
use crate::decide::{Held, KnownChannel, Limits, Listing, decide_poll, poll_result};
use crate::i18n::{Cause, CauseCode};
use crate::model::PollOutcome;
use crate::source::{ChannelKind, Source};

/// What a first poll makes of a response.
#[derive(Debug)]
pub struct TriedPoll {
    /// What the channel announces, as far as it could be read.
    pub announced: Option<Announced>,
    /// How it ends.
    pub outcome: PollOutcome,
    /// Why it is not ok, or what is left out.
    pub cause: Option<Cause>,
}

impl TriedPoll {
    /// What the channel announces, with what is left out of it.
    ///
    /// # Errors
    /// Why the poll fails.
    pub fn usable(self) -> Result<(Announced, Option<Cause>), Cause> {
        match (self.announced, self.cause) {
            (Some(announced), cause) if !self.outcome.is_failure() => Ok((announced, cause)),
            (_, Some(cause)) => Err(cause),
            (_, None) => Err(Cause::new(CauseCode::EmptyAnswer, &[])),
        }
    }
}

/// Polls the channel of a source at `url`, which gave this response and its `page`.
pub fn try_poll(
    source: &Source,
    kind: &ChannelKind,
    url: &str,
    page: &Page,
    response: Response,
    limits: &Limits,
    now: Timestamp,
) -> TriedPoll {
    let channel = KnownChannel::never_polled(&source.name, kind.plain(), url);
    let listing = read_listing(page, response.status, kind, limits.zone, now);
    let answer = Answer { id: 0, result: Ok(response), moved_to: None, requests: 0, bytes: 0 };
    let result = poll_result(&channel, source, &answer, &listing, limits, now);
    let changes = result.as_ref().map(|result| decide_poll(&channel, result, Vec::new(), &[], Held::default(), now));
    let outcome = result.as_ref().map_or(PollOutcome::Failing, |result| result.outcome);
    let cause = changes.and_then(|changes| changes.cause);
    let announced = match listing {
        Listing::Announced(announced, _) => Some(*announced),
        Listing::Unchanged | Listing::Refused(_) => None,
    };
    TriedPoll { announced, outcome, cause }
}
