//! What several workers on one database say to each other.

use std::time::Duration;

use jiff::Timestamp;

/// Which hosts a worker wants.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Those of which something may be requested now, …
    pub now: Timestamp,
    /// … or, once in a run, any.
    pub force: bool,
    /// Only hosts of which one of these sources has a channel or an item; empty: all.
    pub of: &'a [String],
    /// At most so many.
    pub most: usize,
    /// How long a host rests that a worker had which is gone.
    pub pause: Duration,
}

/// The items of a source that wait at a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneQueue {
    /// The host, with its port where it is not the usual one.
    pub lane: String,
    /// The source's name.
    pub source: String,
    /// How many.
    pub items: u64,
}

/// What only one worker does at a time; the others wait until its transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedTurn {
    /// Deciding which texts are one story.
    Stories,
    /// Deciding which reports are one event.
    Events,
}

/// The lane of a channel or an item: that of its URL as it is stored.
pub fn home_lane(url: &str) -> &str {
    url.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default()
}
