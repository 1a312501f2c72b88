//! Channels that moved: which address to ask, the configured one or the one it was sent on to.

use super::schedule::MOVE_DOUBTED_AFTER;
use jiff::Timestamp;
use std::time::Duration;
use url::Url;

/// Whether a chain of redirects may be remembered: every hop says that it is for good (301, 308; RFC 9110 15.4).
/// One temporary hop makes the whole way temporary; no hop is no move.
pub fn for_good(hops: &[u16]) -> bool {
    !hops.is_empty() && hops.iter().all(|status| matches!(status, 301 | 308))
}

/// The address to ask for a channel that was moved to another one at a time: that one for a week, then once the
/// configured one again (whose answer is then the news), in case the move was a mistake, such as an expired domain.
pub fn ask_at<'u>(configured: &'u Url, moved: Option<(&'u Url, Timestamp)>, now: Timestamp) -> &'u Url {
    match moved {
        Some((to, since)) if Duration::try_from(now.duration_since(since)).unwrap_or_default() < MOVE_DOUBTED_AFTER => {
            to
        }
        _ => configured,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn only_a_whole_chain_for_good_is_remembered() {
        for (hops, expected) in [
            (&[301][..], true),
            (&[308, 301], true),
            (&[302], false),
            (&[301, 307], false),
            (&[303, 301], false),
            (&[], false),
        ] {
            assert_eq!(for_good(hops), expected, "{hops:?}");
        }
    }

    #[test]
    fn moves_are_doubted_once_a_week() {
        let [old, new] = ["https://a.example/", "https://b.example/"].map(|u| Url::parse(u).unwrap());
        let since: Timestamp = "2024-05-04T00:00:00Z".parse().unwrap();
        for (now, expected) in [
            ("2024-05-04T00:00:00Z", &new),
            ("2024-05-10T23:59:59Z", &new),
            ("2024-05-11T00:00:00Z", &old),
            // The clock was set back.
            ("2024-05-01T00:00:00Z", &new),
        ] {
            assert_eq!(ask_at(&old, Some((&new, since)), now.parse().unwrap()), expected, "{now}");
        }
        assert_eq!(ask_at(&old, None, since), &old);
    }
}
