//! What somebody who logs requests learns of each: of those that were made, and of those that were not.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use url::Url;

use super::Accept;
use super::exchange::Exchange;
use crate::answer::{Failure, FailureKind};

/// One request, or one that was not made.
#[derive(Debug, Clone)]
pub struct Requested {
    /// When it began.
    pub at: Timestamp,
    /// Where it went; redirects are requests of their own.
    pub url: Url,
    /// The kind of document that was expected.
    pub accept: Accept,
    /// HTTP's status; `None` without a response.
    pub status: Option<u16>,
    /// Bytes of the body that were received, as they came.
    pub bytes: u64,
    /// How long it took; `None` if it was not made.
    pub took: Option<Duration>,
    /// Where the response redirects.
    pub to: Option<Url>,
    /// Why there is no response that can be used, or why it was not requested.
    pub problem: Option<String>,
}

/// Is called with each request when it is over.
#[derive(Clone)]
pub struct RequestWatcher(pub Arc<dyn Fn(&Requested) + Send + Sync>);

impl fmt::Debug for RequestWatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestWatcher")
    }
}

/// A request while it is made.
pub(super) struct Watching<'a> {
    pub(super) watcher: Option<&'a RequestWatcher>,
    pub(super) at: Timestamp,
    pub(super) begun: Instant,
    pub(super) url: &'a Url,
    pub(super) accept: Accept,
}

impl Watching<'_> {
    /// Says what became of it.
    pub(super) fn end(&self, result: &Result<Exchange, Failure>, bytes: u64) {
        let Some(watcher) = self.watcher else { return };
        let (status, to, problem) = match result {
            Ok(Exchange::Response(response)) => (Some(response.status), None, None),
            Ok(Exchange::Redirect { to, status, .. }) => (Some(*status), Some(to.clone()), None),
            Err(failure) => (failure.status, None, Some(failure.cause.to_string())),
        };
        let took = Some(self.begun.elapsed());
        let (at, url, accept) = (self.at, self.url.clone(), self.accept);
        (watcher.0)(&Requested { at, url, accept, status, bytes, took, to, problem });
    }

    /// Says why it was not made; a run that was ended is no reason to say of every item that waits.
    pub(super) fn leave_out(&self, why: &Failure) {
        let Some(watcher) = self.watcher.filter(|_| why.kind != FailureKind::Stopped) else { return };
        let (at, url, accept, problem) = (self.at, self.url.clone(), self.accept, Some(why.cause.to_string()));
        (watcher.0)(&Requested { at, url, accept, status: None, bytes: 0, took: None, to: None, problem });
    }
}
