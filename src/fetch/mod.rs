//! All requests: one lane per host, one limit for all; responses come back through a bounded channel.

mod admission;
mod client;
mod coding;
mod exchange;
mod jitter;
mod lane;
mod manners;
mod post;
mod proxy;
mod refresh;
mod resolver;
mod room;
mod round;
mod settings;
mod signals;
mod turn;
mod watching;

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::{Semaphore, mpsc, watch};
use url::Url;

pub use coding::open_gzip;
pub use post::{Post, PostFailure, Posting};
pub use settings::{Proxies, Settings};
pub use signals::{Signal, Signals};
pub use watching::{RequestWatcher, Requested};

use crate::answer::Answer;
use crate::error::Error;
use crate::politeness::Host;

/// How long a run may take to end after a signal.
const GRACE: Duration = Duration::from_millis(1_700);

/// Returns the time; tests use a fixed one.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// The caller's number for it.
    pub id: i64,
    /// http or https.
    pub url: Url,
    /// The kind of document that is expected.
    pub accept: Accept,
    /// The URL that gave the validators: they are sent to no other.
    pub validated: Option<Url>,
    /// `If-None-Match`.
    pub etag: Option<String>,
    /// `If-Modified-Since`.
    pub last_modified: Option<String>,
}

/// The kind of document that is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// A feed or a sitemap.
    Feed,
    /// A page that lists articles.
    Page,
    /// The page of an article. The reservations of its host are requested once a week.
    Article,
    /// A JSON document instead of an article's page; otherwise as `Article`.
    Json,
    /// robots.txt: cut off after 500 KiB.
    Robots,
    /// `tdmrep.json`: small.
    Reservations,
}

/// An event of a round of requests.
#[derive(Debug)]
pub enum Event<T> {
    /// The result of reading a response.
    Answer(T),
    /// New facts about a host.
    Host(Box<Host>),
    /// Reading an answer failed for good; the lane of its request.
    Lost(String),
    /// The time that [`Lanes::wake_after`] named is over.
    Wake,
}

/// Makes requests; owns the threads on which they wait.
pub struct Fetcher {
    runtime: Background,
    lookup: resolver::Lookup,
    readers: Readers,
    client: reqwest::Client,
    settings: Arc<Settings>,
    clock: Clock,
    stop: watch::Sender<bool>,
    turns: round::Turns,
    room: Arc<room::Room>,
}

/// The threads that read responses. They are few, and one of them reads all large pages, because each thread keeps some of the memory of its
/// largest page.
struct Readers {
    few: Background,
    one: Background,
}

/// Threads that the end of the program does not wait for: they may still resolve a name or read a page.
struct Background(Handle, Option<Runtime>);

impl Background {
    fn new(runtime: Runtime) -> Self {
        Self(runtime.handle().clone(), Some(runtime))
    }

    fn handle(&self) -> &Handle {
        &self.0
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.1.take() {
            runtime.shutdown_background();
        }
    }
}

impl Readers {
    fn new(cores: usize) -> Result<Self, Error> {
        let threads = |most: usize| {
            tokio::runtime::Builder::new_current_thread()
                .max_blocking_threads(most)
                .thread_name("read")
                // Some pages are deeply nested.
                .thread_stack_size(8 << 20)
                .build()
                .map(Background::new)
                .map_err(|e| Error::failed(format!("could not start the reading threads: {e}")))
        };
        Ok(Self { few: threads(cores.min(8))?, one: threads(1)? })
    }
}

/// Ends a run early.
#[derive(Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::channel(false).0)
    }
}

impl Stop {
    /// Whether the run is to end.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends the run: work in progress is finished, the rest stays pending.
    pub fn set(&self) {
        self.0.send_replace(true);
    }
}

impl Fetcher {
    /// Prepares for requests. Fails if the settings cannot be used (an invalid proxy, no certificates).
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, Error> {
        Self::looking_up_by(resolver::system(), settings, clock)
    }

    fn looking_up_by(lookup: resolver::Lookup, settings: Settings, clock: Clock) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("fetch")
            .enable_all()
            .build()
            .map_err(|e| Error::failed(format!("could not start the network threads: {e}")))?;
        let client = client::build(&settings, Arc::clone(&lookup))?;
        let stop = Stop::default().0;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            runtime: Background::new(runtime),
            lookup,
            readers: Readers::new(cores)?,
            client,
            room: Arc::new(room::Room::new(cores, settings.http.max_body)),
            settings: Arc::new(settings),
            clock,
            stop,
            turns: round::Turns::default(),
        })
    }

    /// The same, ended early by a handle that others have, too.
    #[must_use]
    pub fn stopped_by(self, stop: &Stop) -> Self {
        Self { stop: stop.0.clone(), ..self }
    }

    /// The name by which robots.txt may address us.
    pub fn agent(&self) -> &str {
        self.settings.agent()
    }

    /// The handle by which a run is ended early.
    pub fn stop(&self) -> Stop {
        Stop(self.stop.clone())
    }

    /// From now on, Ctrl-C and SIGTERM end the run. If something holds it up (another program's lock on the database, a page that takes long to
    /// read), `exit` is called within two seconds. This is safe, because the database is consistent at any time.
    pub fn stop_on_signals(&self, exit: fn()) {
        let stop = self.stop();
        self.runtime.handle().spawn(async move {
            client::signal().await;
            stop.set();
            std::thread::spawn(move || {
                std::thread::sleep(GRACE);
                exit();
            });
        });
    }

    /// The next event, or the end of them; `None` where there is neither in that time.
    pub fn wait<T>(&self, events: &mut mpsc::Receiver<Event<T>>, patience: Duration) -> Option<Option<Event<T>>> {
        let waiting = async { tokio::time::timeout(patience, events.recv()).await };
        self.runtime.handle().block_on(waiting).ok()
    }

    /// How long the pause after the last request to a lane still lasts; `None` while there is one under way.
    pub fn pause_left(&self, lane: &str) -> Option<Duration> {
        let until = *self.turns.of(lane).try_lock().ok()?;
        Some(until.saturating_duration_since(tokio::time::Instant::now()))
    }

    /// Opens lanes: the requests that are submitted go host by host, and what is made of the answers comes out of the receiver
    /// in the order in which it is ready.
    ///
    /// At most `concurrency` answers are in memory at once: whoever does not receive slows down the requests. Every request
    /// comes back, as an answer or as a failure. The receiver ends when the lanes were dropped and all requests came back.
    pub fn open<T: Send + 'static>(&self, hosts: HashMap<String, Host>) -> (Lanes<T>, mpsc::Receiver<Event<T>>) {
        let (events, receiver) = mpsc::channel(2);
        let round = round::Round {
            client: self.client.clone(),
            lookup: Arc::clone(&self.lookup),
            settings: Arc::clone(&self.settings),
            clock: Arc::clone(&self.clock),
            turns: self.turns.clone(),
            stopped: self.stop.subscribe(),
            hosts: Mutex::new(hosts),
            lanes: Mutex::default(),
            open: AtomicUsize::new(1),
            limit: Arc::new(Semaphore::new(self.settings.http.concurrency.max(1))),
            room: Arc::clone(&self.room),
            events,
            few: self.readers.few.handle().clone(),
            one: self.readers.one.handle().clone(),
            closed: watch::channel(false).0,
        };
        (Lanes { round: Arc::new(round), runtime: self.runtime.handle().clone() }, receiver)
    }

    /// Makes all of `requests`, and hands each answer to `read`: see [`open`](Self::open).
    pub fn ask<T: Send + 'static>(
        &self,
        requests: Vec<Request>,
        hosts: HashMap<String, Host>,
        read: impl Fn(Answer) -> T + Send + Sync + 'static,
    ) -> mpsc::Receiver<Event<T>> {
        let (lanes, receiver) = self.open(hosts);
        let read = Arc::new(read);
        for request in requests {
            let read = Arc::clone(&read);
            lanes.submit(request, move |answer| read(answer));
        }
        receiver
    }
}

/// One lane for each host: its requests one after another, with the pauses that it asks for.
pub struct Lanes<T> {
    round: Arc<round::Round<T>>,
    runtime: Handle,
}

impl<T: Send + 'static> Lanes<T> {
    /// Puts a request at the end of its host's lane. `read` reads the answer, on a thread made for work; it is called again, with
    /// a failure, when it panics.
    pub fn submit(&self, request: Request, read: impl Fn(Answer) -> T + Send + Sync + 'static) {
        let _inside = self.runtime.enter();
        lane::submit(&self.round, request, Arc::new(read));
    }

    /// Others have learned this of a host.
    pub fn know(&self, host: Host) {
        self.round.know(host);
    }

    /// After `limit` no further request begins: those that have not begun come back as stopped.
    pub fn close_after(&self, limit: Duration) {
        let round = Arc::downgrade(&self.round);
        self.runtime.spawn(async move {
            tokio::time::sleep(limit).await;
            if let Some(round) = round.upgrade() {
                round.closed.send_replace(true);
            }
        });
    }

    /// After `wait` an event says so, unless the lanes were dropped.
    pub fn wake_after(&self, wait: Duration) {
        let round = Arc::downgrade(&self.round);
        self.runtime.spawn(async move {
            tokio::time::sleep(wait).await;
            if let Some(round) = round.upgrade() {
                let _ = round.events.send(Event::Wake).await;
            }
        });
    }

    /// Whether no further request begins, because the time is over or the run was stopped.
    pub fn is_closed(&self) -> bool {
        self.round.is_over()
    }
}

impl<T> Drop for Lanes<T> {
    fn drop(&mut self) {
        lane::leave(&self.round);
    }
}

/// The lane of a URL: requests to one host share it, whatever their scheme; another port is another server.
pub fn lane_name(url: &Url) -> String {
    turn::lane_name(url)
}

/// The name of the host a request goes to: `scheme://host[:port]`, as robots.txt is kept by (RFC 9309, 2.3).
pub fn host_name(url: &Url) -> String {
    url.origin().ascii_serialization()
}

// Other systems have only one loopback address.
#[cfg(all(test, target_os = "linux"))]
mod tests;
