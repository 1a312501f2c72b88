//! Whether a channel moved for good.

use url::Url;

use super::channel::{KnownChannel, Listing};
use crate::answer::Answer;

/// What a response says about the URL of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move {
    /// Nothing: the known URL stays.
    Unsaid,
    /// The configured URL is right.
    None,
    /// It moved permanently (301, 308).
    To(Url),
}

/// What a response says about the URL of a channel.
pub(super) fn moved(channel: &KnownChannel, answer: &Answer, listing: &Listing) -> Move {
    let asked_configured = channel.url == channel.configured;
    let is_channel = !matches!(listing, Listing::Refused(_));
    match (&answer.result, &answer.moved_to) {
        (Ok(_), Some(place)) if is_channel => Move::To(place.clone()),
        (Ok(_), None) if asked_configured => Move::None,
        // There is no channel at the URL that it moved to: return to the configured one.
        (Ok(_), _) if !asked_configured && !is_channel => Move::None,
        (Err(failure), _) if !asked_configured && !failure.kind.is_passing() => Move::None,
        _ => Move::Unsaid,
    }
}
