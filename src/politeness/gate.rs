//! One request at a time per host, over all processes that share a database.

use std::fmt::Debug;
use std::time::Duration;

use super::Host;

/// Called once a host is free: with what is known of it by others, or with `None` where it did not become free in time.
pub type Entered = Box<dyn FnOnce(Option<Vec<Host>>) + Send>;

/// Who may request from a host now. Without one, this process is alone.
pub trait HostGate: Debug + Send + Sync {
    /// Waits until no other process requests from a host, named as a lane is (`host[:port]`), and keeps others out.
    fn enter(&self, lane: &str, entered: Entered);

    /// The request is done; the next one must not begin before the pause is over. `learned`: what the answer said of the host, which others
    /// must know before they may request from it. It is returned where the host stays this process's own, which then has to keep it.
    fn leave(&self, lane: &str, pause: Duration, learned: Option<Host>) -> Option<Host>;
}
