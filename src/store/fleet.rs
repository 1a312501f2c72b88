//! What several workers on one database say to each other.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::decide::KnownChannel;
use crate::error::Error;
use crate::model::RunId;
use crate::politeness::{Host, HostGate};

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
    /// The pause between two requests of a host, by which those rest that a worker had which is gone, …
    pub pause: Duration,
    /// … unless robots.txt asks this crawler for a longer one.
    pub agent: &'a str,
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

/// The clock on the wall, which goes on while the machine sleeps.
pub type WallClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

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

/// Several workers on one database. Where there can be only one run at a time, nothing is claimed.
pub trait FleetUnits {
    /// Whether this is one of several workers, so that hosts must be claimed before they are requested.
    fn is_shared(&self) -> bool;

    /// By which requests wait for those of other workers.
    fn gate(&self) -> Option<Arc<dyn HostGate>>;

    /// Refuses to go on where the host of this URL is no longer this worker's. Otherwise it stays so until the end of the transaction.
    fn confirm_hold(&self, url: &str) -> Result<(), Error>;

    /// Until the end of the transaction, no other worker does this. `false`: another one is deciding events, for longer than we wait; they
    /// can wait for the next run. What is stored cannot, so there that is an error.
    fn take_turn(&self, turn: SharedTurn) -> Result<bool, Error>;

    /// Claims hosts that are due and free, and returns them.
    fn claim(&self, claim: &Claim) -> Result<Vec<String>, Error>;

    /// Claims those of these hosts that are free.
    fn claim_named(&self, lanes: &[String]) -> Result<Vec<String>, Error>;

    /// Gives a host back, which rests for the pause; `false` while it is in use. One that was claimed in vain is left out from now on.
    fn release(&self, lane: &str, pause: Duration, is_in_vain: bool) -> Result<bool, Error>;

    /// How long it takes until a host that is due is free; `None` if there is none that no worker has.
    fn next_free(&self, now: Timestamp) -> Result<Option<Duration>, Error>;

    /// What is known of these hosts.
    fn hosts_at(&self, lanes: &[String]) -> Result<Vec<Host>, Error>;

    /// The channels at these hosts that may be requested now and were not requested in this run.
    fn due_at(&self, run: RunId, now: Timestamp, force: bool, lanes: &[String]) -> Result<Vec<KnownChannel>, Error>;

    /// The items at these hosts that are to be read now.
    fn queues_at(&self, now: Timestamp, force: bool, of: &[String], lanes: &[String]) -> Result<Vec<LaneQueue>, Error>;
}
