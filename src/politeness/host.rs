//! What is known of a host between runs: its robots.txt, and until when it asked to be left alone.

use jiff::{SignedDuration, Timestamp};

/// One host's manners, as far as known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Host {
    /// `scheme://host[:port]`.
    pub name: String,
    /// The last answer to the question for robots.txt.
    pub robots: Option<RobotsFile>,
    /// Until when it asked to be left alone.
    pub rest: Option<Rest>,
}

/// The last answer to the question for robots.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotsFile {
    /// Its text, and when it was fetched.
    Rules(String, Timestamp),
    /// There is none (4xx), as of this time.
    None(Timestamp),
    /// It could not be fetched, since this time.
    Unreachable(Timestamp),
}

/// A rest that a host asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// Not asked again before.
    pub until: Timestamp,
    /// Whether the host named the time itself (`Retry-After`): then not even `--force` asks before.
    pub asked_for: bool,
    /// Answers in a row that asked for a rest.
    pub strikes: u32,
    /// Why.
    pub reason: String,
}

impl Rest {
    /// Whether the host is still to be left alone. One that reaches further than any that we obey was set while the
    /// clock was wrong.
    pub fn holds(&self, now: Timestamp) -> bool {
        let left = self.until.duration_since(now);
        !left.is_negative() && !left.is_zero() && left < SignedDuration::from_hours(24 * 10)
    }
}

impl RobotsFile {
    /// Whether it need not be fetched again: rules are trusted for a day (RFC 9309, 2.4), a failure never.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        match self {
            Self::Rules(_, at) | Self::None(at) => {
                let age = now.duration_since(*at);
                // A clock that was set back must not make old rules fresh for ever.
                !age.is_negative() && age < SignedDuration::from_hours(24)
            }
            Self::Unreachable(_) => false,
        }
    }

    /// Whether an unreachable file closes the host: for a day, not for ever.
    pub fn closes(&self, now: Timestamp) -> bool {
        matches!(self, Self::Unreachable(since) if now.duration_since(*since) < SignedDuration::from_hours(24))
    }
}
