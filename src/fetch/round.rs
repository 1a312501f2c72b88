//! One round: the data that all lanes share, and new facts about hosts.

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use url::Url;

use super::exchange::{Exchange, failure};
use super::jitter::jitter;
use super::resolver::Lookup;
use super::room::Room;
use super::watching::Watching;
use super::{Accept, Clock, Event, Request, Settings, host_name};
use crate::answer::{Answer, Failure, FailureKind};
use crate::i18n::Cause;
use crate::politeness::{BackOff, Host, schedule};

/// When each host may be requested again; kept between rounds, so that there is a pause between them, too. A request holds the turn of its
/// host, because the robots.txt of another host may redirect to it.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Turn>>>);

/// Turns that are over are forgotten when there are so many.
const MOST_TURNS: usize = 10_000;

type Turn = Arc<tokio::sync::Mutex<Instant>>;

impl Turns {
    pub(super) fn of(&self, lane: &str) -> Turn {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= MOST_TURNS {
            // In a loop of months, hosts come and go.
            let now = Instant::now();
            turns.retain(|_, turn| Arc::strong_count(turn) > 1 || turn.try_lock().is_ok_and(|at| *at > now));
        }
        Arc::clone(turns.entry(lane.to_owned()).or_insert_with(|| Arc::new(tokio::sync::Mutex::new(Instant::now()))))
    }
}

/// The data that all lanes of one round share.
pub(super) struct Round<T> {
    pub(super) client: reqwest::Client,
    pub(super) lookup: Lookup,
    pub(super) settings: Arc<Settings>,
    pub(super) clock: Clock,
    pub(super) turns: Turns,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) hosts: Mutex<HashMap<String, Host>>,
    pub(super) lanes: Mutex<HashMap<String, UnboundedSender<Job<T>>>>,
    /// Requests that have not come back yet, and one while more may come; at zero the lanes are closed.
    pub(super) open: AtomicUsize,
    pub(super) limit: Arc<Semaphore>,
    pub(super) room: Arc<Room>,
    pub(super) events: mpsc::Sender<Event<T>>,
    /// The threads for usual answers, and the one thread for large ones.
    pub(super) few: tokio::runtime::Handle,
    pub(super) one: tokio::runtime::Handle,
    /// Set when no further request may begin.
    pub(super) closed: watch::Sender<bool>,
}

/// Reads the answer to a request, on a thread made for work.
pub(super) type Reader<T> = Arc<dyn Fn(Answer) -> T + Send + Sync>;
/// What an answer holds while it is in memory: one of the requests at once, and room for a large body.
pub(super) struct Permit {
    pub(super) _request: Option<OwnedSemaphorePermit>,
    pub(super) _body: Option<OwnedSemaphorePermit>,
}

/// A request on its way, perhaps over several hosts.
pub(super) struct Job<T> {
    pub(super) request: Request,
    pub(super) url: Url,
    /// The URLs that redirected, in order.
    pub(super) hops: Vec<Url>,
    /// Whether all redirects so far were permanent.
    pub(super) permanent: bool,
    pub(super) moved_to: Option<Url>,
    /// Whether a page's `Refresh` was followed: one is enough.
    pub(super) refreshed: bool,
    pub(super) requests: u64,
    pub(super) bytes: u64,
    /// Held from the request until the answer is taken: so many bodies are in memory, and no more.
    pub(super) permit: Option<Permit>,
    pub(super) read: Reader<T>,
}

impl<T: Send + 'static> Round<T> {
    pub(super) fn host(&self, name: &str) -> Host {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.get(name).cloned().unwrap_or_else(|| Host { name: name.to_owned(), ..Host::default() })
    }

    pub(super) fn know(&self, host: Host) {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name.clone(), host);
    }

    pub(super) async fn learn(&self, host: Host) {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name.clone(), host.clone());
        // Fails if the receiver is gone: then there is nobody to store it.
        let _ = self.events.send(Event::Host(Box::new(host))).await;
    }

    /// For the log of requests.
    pub(super) fn watching<'a>(&'a self, url: &'a Url, accept: Accept) -> Watching<'a> {
        let watcher = self.settings.watcher.as_ref();
        Watching { watcher, at: (self.clock)(), begun: Instant::now(), url, accept }
    }

    /// Whether no further request may begin.
    pub(super) fn is_over(&self) -> bool {
        *self.stopped.borrow() || *self.closed.borrow()
    }

    pub(super) async fn until_closed(&self) {
        let mut closed = self.closed.subscribe();
        if closed.wait_for(|closed| *closed).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    pub(super) async fn until_stopped(&self) {
        let mut stopped = self.stopped.clone();
        if stopped.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Fails during the back-off of the host.
    pub(super) fn be_awake(&self, url: &Url) -> Result<(), Failure> {
        let now = (self.clock)();
        match self.host(&host_name(url)).rest.filter(|rest| rest.holds(now)) {
            Some(rest) => Err(Failure {
                retry_after: Duration::try_from(rest.until.duration_since(now)).ok(),
                ..failure(FailureKind::Skipped, Cause::from(rest.reason))
            }),
            None => Ok(()),
        }
    }

    /// The host of a request after its answer, where that changed something: 429 and 503 begin a back-off for the whole host, a successful
    /// response ends it. Some hosts answer 503 for unknown files: that is not a request for back-off, unless it has a Retry-After.
    pub(super) fn rest_after(&self, url: &Url, accept: Accept, result: &Result<Exchange, Failure>) -> Option<Host> {
        let mut host = self.host(&host_name(url));
        match result {
            Err(Failure { status: Some(503), retry_after: None, .. }) if accept == Accept::Reservations => return None,
            Err(Failure { status: Some(status), retry_after, cause, .. }) => {
                let strikes = host.rest.as_ref().map_or(0, |rest| rest.strikes).saturating_add(1);
                let wait = schedule::host_rest(*status, strikes, *retry_after, jitter())?;
                let now = (self.clock)();
                let wait = jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::from_hours(1));
                host.rest = Some(BackOff {
                    until: now.checked_add(wait).unwrap_or(now),
                    asked_for: retry_after.is_some(),
                    strikes,
                    reason: cause.to_string(),
                });
            }
            Ok(_) if host.rest.is_some() => host.rest = None,
            _ => return None,
        }
        Some(host)
    }
}
