//! All requests: one lane per host, one limit for all; responses come back through a bounded channel.

mod admission;
mod client;
mod exchange;
mod lane;
mod manners;
mod resolver;
mod room;
mod round;
mod turn;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::{Semaphore, mpsc, watch};
use url::Url;

pub use exchange::open_gzip;
pub use lane::LONGEST_TURN;

use crate::answer::Answer;
use crate::config::Http;
use crate::egress::Allowed;
use crate::error::Error;
use crate::politeness::Host;

/// How long a run may take to end after a signal.
const GRACE: Duration = Duration::from_millis(1_700);

/// Returns the time; tests use a fixed one.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The settings of requests.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The User-Agent; the part before `/` is the name for which robots.txt is read.
    pub user_agent: String,
    /// `[http]`
    pub http: Http,
    /// The longest time for one host in one round; the rest is left for the next run.
    pub longest_turn: Duration,
    /// Which addresses may be requested: public ones, and those of `http.allow_private`.
    pub allowed: Allowed,
    /// Names with fixed addresses, like a hosts file, for the outlets of the demo.
    pub names: BTreeMap<String, SocketAddr>,
    /// Proxies of the environment.
    pub proxies: Proxies,
}

impl Settings {
    /// The settings of the configuration and the environment.
    ///
    /// # Errors
    /// If an entry of `allow_private` is invalid.
    pub fn new(http: Http, proxies: Proxies) -> Result<Self, String> {
        let version = env!("CARGO_PKG_VERSION");
        Ok(Self {
            user_agent: match &http.contact {
                Some(contact) => format!("presswatch/{version} (+{contact})"),
                None => format!("presswatch/{version}"),
            },
            longest_turn: LONGEST_TURN,
            allowed: Allowed::new(&http.allow_private).map_err(|(_, why)| why)?,
            names: BTreeMap::new(),
            proxies,
            http,
        })
    }

    /// The name that robots.txt is read for: the product token of the User-Agent.
    fn agent(&self) -> &str {
        self.user_agent.split('/').next().unwrap_or_default()
    }
}

/// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` of the environment.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// For http addresses.
    pub http: Option<String>,
    /// For https addresses.
    pub https: Option<String>,
    /// Hosts that are requested without a proxy.
    pub none: Option<String>,
}

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
        let (stop, _) = watch::channel(false);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            runtime: Background::new(runtime),
            lookup,
            readers: Readers::new(cores)?,
            client,
            settings: Arc::new(settings),
            clock,
            stop,
            turns: round::Turns::default(),
            room: Arc::new(room::Room::new(cores)),
        })
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

    /// Makes all requests, host by host, and calls `read` with each answer on a reading thread.
    ///
    /// The receiver yields what `read` returns, in the order in which it is ready. At most `concurrency` answers are in memory at once: a slow
    /// receiver slows down the requests. Every request yields an answer, even if it failed.
    pub fn ask<T: Send + 'static>(
        &self,
        requests: Vec<Request>,
        hosts: HashMap<String, Host>,
        read: impl Fn(Answer) -> T + Send + Sync + 'static,
    ) -> mpsc::Receiver<Event<T>> {
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
            open: AtomicUsize::new(requests.len()),
            limit: Arc::new(Semaphore::new(self.settings.http.concurrency.max(1))),
            room: Arc::clone(&self.room),
            events,
            few: self.readers.few.handle().clone(),
            one: self.readers.one.handle().clone(),
            read: Arc::new(read),
        };
        let _inside = self.runtime.handle().enter();
        lane::start(round, requests);
        receiver
    }
}

/// The origin of a URL, `scheme://host[:port]`, to which a robots.txt applies (RFC 9309, 2.3).
pub fn host_name(url: &Url) -> String {
    url.origin().ascii_serialization()
}

// Other systems have only one loopback address.
#[cfg(all(test, target_os = "linux"))]
mod tests;
