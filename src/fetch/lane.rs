//! One lane per host: its requests one after another, with robots.txt before and a pause between.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use url::Url;

use super::exchange::{self, Exchange, failure};
use super::{Accept, Answer, Clock, Event, Failure, FailureKind, Request, Response, Settings, host_name};
use crate::politeness::robots::Robots;
use crate::politeness::{Host, Rest, RobotsFile, schedule, tdm_is_reserved};

/// Redirects that one request may take, as browsers allow.
const HOPS: u8 = 10;
/// Redirects on the way to robots.txt (RFC 9309, 2.3.1.2).
const ROBOTS_HOPS: u8 = 5;
/// When each host may be asked again: kept over rounds, so that a pause also lies between two of them.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Instant>>>);

impl Turns {
    fn next(&self, host: &str) -> Instant {
        let turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.get(host).copied().unwrap_or_else(Instant::now)
    }

    fn set(&self, host: &str, at: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(host.to_owned(), at);
    }
}

/// What all lanes of one round share.
pub(super) struct Round<T> {
    client: reqwest::Client,
    settings: Arc<Settings>,
    clock: Clock,
    turns: Turns,
    stopped: watch::Receiver<bool>,
    hosts: Mutex<HashMap<String, Host>>,
    lanes: Mutex<HashMap<String, UnboundedSender<Job>>>,
    /// Requests that have not come back yet; at zero the lanes are closed.
    open: AtomicUsize,
    limit: Arc<Semaphore>,
    events: mpsc::Sender<Event<T>>,
    read: Arc<dyn Fn(Answer) -> T + Send + Sync>,
}

/// A request on its way, perhaps over several hosts.
struct Job {
    request: Request,
    url: Url,
    hops: u8,
    /// Whether all redirects so far were permanent.
    permanent: bool,
    moved_to: Option<Url>,
    requests: u64,
    bytes: u64,
    /// Held from the request until the answer is taken: so many bodies are in memory, and no more.
    permit: Option<OwnedSemaphorePermit>,
}

/// What a lane remembers of its host.
struct Manners {
    name: String,
    rules: Option<Robots>,
    known: bool,
}

impl<T: Send + 'static> Round<T> {
    pub(super) fn new(
        client: reqwest::Client,
        settings: Arc<Settings>,
        clock: Clock,
        turns: Turns,
        stopped: watch::Receiver<bool>,
        hosts: HashMap<String, Host>,
        events: mpsc::Sender<Event<T>>,
        read: Arc<dyn Fn(Answer) -> T + Send + Sync>,
    ) -> Self {
        let limit = Arc::new(Semaphore::new(settings.concurrency.max(1)));
        Self {
            client,
            settings,
            clock,
            turns,
            stopped,
            hosts: Mutex::new(hosts),
            lanes: Mutex::default(),
            open: AtomicUsize::new(0),
            limit,
            events,
            read,
        }
    }

    fn host(&self, name: &str) -> Host {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.get(name).cloned().unwrap_or_else(|| Host { name: name.to_owned(), ..Host::default() })
    }

    async fn learn(&self, host: Host) {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name.clone(), host.clone());
        // Nobody listens any more: then nobody keeps it.
        let _ = self.events.send(Event::Host(host)).await;
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    async fn until_stopped(&self) {
        let mut stopped = self.stopped.clone();
        if stopped.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Puts each request into its host's lane.
pub(super) fn start<T: Send + 'static>(round: Round<T>, requests: Vec<Request>) {
    let round = Arc::new(round);
    round.open.store(requests.len(), Ordering::SeqCst);
    for request in requests {
        let url = request.url.clone();
        route(
            &round,
            Job { request, url, hops: 0, permanent: true, moved_to: None, requests: 0, bytes: 0, permit: None },
        );
    }
}

fn route<T: Send + 'static>(round: &Arc<Round<T>>, job: Job) {
    let name = host_name(&job.url);
    let mut lanes = round.lanes.lock().unwrap_or_else(PoisonError::into_inner);
    let lane = lanes.entry(name.clone()).or_insert_with(|| {
        let (sender, jobs) = mpsc::unbounded_channel();
        tokio::spawn(drive(Arc::clone(round), name, jobs));
        sender
    });
    // The lane lives as long as its sender is in the map.
    let _ = lane.send(job);
}

async fn drive<T: Send + 'static>(round: Arc<Round<T>>, name: String, mut jobs: UnboundedReceiver<Job>) {
    let mut manners = Manners { name, rules: None, known: false };
    while let Some(mut job) = jobs.recv().await {
        match visit(&round, &mut manners, &mut job).await {
            Ok(Exchange::Response(response)) => come_back(&round, job, Ok(response)).await,
            Err(failure) => come_back(&round, job, Err(failure)).await,
            Ok(Exchange::Redirect { to, permanent }) => {
                job.hops += 1;
                job.permanent &= permanent;
                if job.permanent {
                    job.moved_to = Some(to.clone());
                }
                if job.hops > HOPS {
                    let lost = failure(FailureKind::Unreachable, format!("more than {HOPS} redirects"));
                    come_back(&round, job, Err(lost)).await;
                } else {
                    // Validators belong to the address they came from.
                    if host_name(&to) != manners.name {
                        job.request.etag = None;
                        job.request.last_modified = None;
                    }
                    job.url = to;
                    job.permit = None;
                    route(&round, job);
                }
            }
        }
    }
}

async fn come_back<T: Send + 'static>(round: &Arc<Round<T>>, job: Job, result: Result<Response, Failure>) {
    let moved_to = job.moved_to.filter(|_| result.is_ok());
    let answer = Answer { id: job.request.id, result, moved_to, requests: job.requests, bytes: job.bytes };
    let (id, requests, bytes) = (answer.id, answer.requests, answer.bytes);
    let value = match read(round, answer).await {
        Some(value) => Some(value),
        // A page on which reading fails must cost itself alone: it is told like a page that does not answer.
        None => {
            let result = Err(failure(FailureKind::Unreachable, "reading it failed: a fault of presswatch"));
            read(round, Answer { id, result, moved_to: None, requests, bytes }).await
        }
    };
    if let Some(value) = value {
        let _ = round.events.send(Event::Answer(value)).await;
    }
    drop(job.permit);
    if round.open.fetch_sub(1, Ordering::SeqCst) == 1 {
        round.lanes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Reads an answer on a thread made for work; `None` when that failed.
async fn read<T: Send + 'static>(round: &Arc<Round<T>>, answer: Answer) -> Option<T> {
    let read = Arc::clone(&round.read);
    tokio::task::spawn_blocking(move || read(answer)).await.ok()
}

/// Everything that stands between a job and its request, then the request.
async fn visit<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &mut Manners,
    job: &mut Job,
) -> Result<Exchange, Failure> {
    if round.is_stopped() {
        return Err(stopped());
    }
    check(round, &job.url)?;
    check_behind_proxy(round, &job.url).await?;
    let host = round.host(&manners.name);
    let now = (round.clock)();
    if let Some(rest) = host.rest.as_ref().filter(|rest| rest.holds(now)) {
        return Err(failure(FailureKind::Resting, rest.reason.clone()));
    }
    if round.settings.respect_robots {
        obey(round, manners, job, host).await?;
    }
    let (result, permit) = ask(round, manners, &job.request, &job.url, &mut job.bytes).await;
    job.permit = permit;
    job.requests += 1;
    learn_rest(round, &manners.name, &result).await;
    result
}

/// 429 and 503 give the whole host a rest; any other answer ends it.
async fn learn_rest<T: Send + 'static>(round: &Arc<Round<T>>, name: &str, result: &Result<Exchange, Failure>) {
    let mut host = round.host(name);
    match result {
        Err(Failure { status: Some(status), retry_after, reason, .. }) => {
            let strikes = host.rest.as_ref().map_or(0, |rest| rest.strikes).saturating_add(1);
            let Some(wait) = schedule::host_rest(*status, strikes, *retry_after, exchange::jitter()) else { return };
            let now = (round.clock)();
            let wait = jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::from_hours(1));
            host.rest = Some(Rest {
                until: now.checked_add(wait).unwrap_or(now),
                asked_for: retry_after.is_some(),
                strikes,
                reason: reason.clone(),
            });
        }
        Ok(_) if host.rest.is_some() => host.rest = None,
        _ => return,
    }
    round.learn(host).await;
}

fn check<T>(round: &Round<T>, url: &Url) -> Result<(), Failure> {
    if url.host_str().is_some_and(|host| round.settings.names.contains_key(host)) {
        return Ok(());
    }
    round.settings.allowed.check_url(url).map_err(|why| failure(FailureKind::Forbidden, why))
}

/// A proxy looks names up itself, so what can be known is what we find: a name that leads to closed addresses only is refused.
async fn check_behind_proxy<T>(round: &Round<T>, url: &Url) -> Result<(), Failure> {
    let proxies = &round.settings.proxies;
    let serving = if url.scheme() == "https" { &proxies.https } else { &proxies.http };
    let Some(host) = url.host_str().filter(|_| serving.is_some()) else { return Ok(()) };
    let Ok(found) = tokio::net::lookup_host((host, 0)).await else { return Ok(()) };
    let found: Vec<std::net::SocketAddr> = found.collect();
    if found.is_empty() || found.iter().any(|a| round.settings.allowed.permits_address(host, a.ip())) {
        return Ok(());
    }
    Err(failure(FailureKind::Forbidden, format!("{host} leads to a private or special address")))
}

fn stopped() -> Failure {
    failure(FailureKind::Stopped, "the run was ended")
}

/// One request in its turn: after the pause, under the limit for all.
async fn ask<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &mut Manners,
    request: &Request,
    url: &Url,
    bytes: &mut u64,
) -> (Result<Exchange, Failure>, Option<OwnedSemaphorePermit>) {
    let turn = async {
        tokio::time::sleep_until(round.turns.next(&manners.name)).await;
        let permit = Arc::clone(&round.limit).acquire_owned().await.ok();
        (exchange::exchange(&round.client, &round.settings, request, url, (round.clock)(), bytes).await, permit)
    };
    let result = tokio::select! {
        result = turn => result,
        () = round.until_stopped() => (Err(stopped()), None),
    };
    let delay = manners.rules.as_ref().and_then(|rules| rules.crawl_delay(round.settings.agent()));
    let pause = schedule::pause(round.settings.per_host_delay, delay, exchange::jitter());
    round.turns.set(&manners.name, Instant::now() + pause);
    result
}

/// Reads robots.txt where it is not known, and obeys it.
async fn obey<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &mut Manners,
    job: &mut Job,
    mut host: Host,
) -> Result<(), Failure> {
    if !manners.known {
        let now = (round.clock)();
        if !host.robots.as_ref().is_some_and(|file| file.is_fresh(now)) {
            let file = fetch_robots(round, manners, job, host.robots.as_ref()).await?;
            host.robots = Some(file);
            host.tdm_reserved = fetch_tdm(round, manners, job, &host).await?;
            round.learn(host.clone()).await;
        }
        manners.known = true;
        manners.rules = match &host.robots {
            Some(RobotsFile::Rules(text, _)) => Some(Robots::parse(text)),
            _ => None,
        };
    }
    if host.robots.as_ref().is_some_and(|file| file.closes((round.clock)())) {
        return Err(failure(FailureKind::Unreachable, "robots.txt could not be read, so nothing else is asked for"));
    }
    let Some(rules) = &manners.rules else { return Ok(()) };
    let verdict = rules.verdict(round.settings.agent(), &job.url);
    if verdict.allowed {
        return Ok(());
    }
    let line = verdict.line.map_or_else(String::new, |(number, line)| format!(", line {number}: {}", line.trim()));
    Err(failure(FailureKind::Disallowed, format!("robots.txt does not allow it{line}")))
}

/// Asks for robots.txt. Old rules serve on when it cannot be had (RFC 9309, 2.3.1.4).
async fn fetch_robots<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &mut Manners,
    job: &mut Job,
    old: Option<&RobotsFile>,
) -> Result<RobotsFile, Failure> {
    let now = (round.clock)();
    let mut url = job.url.clone();
    url.set_path("/robots.txt");
    url.set_query(None);
    url.set_fragment(None);
    let request = Request { id: 0, url: url.clone(), accept: Accept::Page, etag: None, last_modified: None };
    for _ in 0..=ROBOTS_HOPS {
        if check(round, &url).is_err() {
            break;
        }
        let (result, _) = ask(round, manners, &request, &url, &mut job.bytes).await;
        job.requests += 1;
        match result {
            Ok(Exchange::Response(response)) => {
                return Ok(RobotsFile::Rules(rules_text(&response.body), now));
            }
            Ok(Exchange::Redirect { to, .. }) => url = to,
            Err(problem) if problem.kind == FailureKind::Stopped => return Err(problem),
            Err(Failure { status: Some(400..=428 | 430..=499), .. }) => return Ok(RobotsFile::None(now)),
            Err(_) => {
                return Ok(match old {
                    Some(RobotsFile::Rules(text, at)) => RobotsFile::Rules(text.clone(), *at),
                    Some(RobotsFile::Unreachable(since)) => RobotsFile::Unreachable(*since),
                    Some(RobotsFile::None(_)) | None => RobotsFile::Unreachable(now),
                });
            }
        }
    }
    // Too many redirects, or one to where we must not go: as if there were none (RFC 9309, 2.3.1.2).
    Ok(RobotsFile::None(now))
}

/// Asks whether the host reserves text and data mining, as often as for robots.txt; `None`: it does not say.
async fn fetch_tdm<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &mut Manners,
    job: &mut Job,
    host: &Host,
) -> Result<Option<bool>, Failure> {
    // A host that closes itself is asked for nothing more; and only pages are mined.
    if job.request.accept != Accept::Page || !matches!(host.robots, Some(RobotsFile::Rules(..) | RobotsFile::None(_))) {
        return Ok(host.tdm_reserved);
    }
    let mut url = job.url.clone();
    url.set_path("/.well-known/tdmrep.json");
    url.set_query(None);
    url.set_fragment(None);
    let request = Request { id: 0, url: url.clone(), accept: Accept::Json, etag: None, last_modified: None };
    let (result, _) = ask(round, manners, &request, &url, &mut job.bytes).await;
    job.requests += 1;
    match result {
        Ok(Exchange::Response(response)) => Ok(Some(tdm_is_reserved(&String::from_utf8_lossy(&response.body)))),
        Err(problem) if problem.kind == FailureKind::Stopped => Err(problem),
        _ => Ok(None),
    }
}

/// The first 500 KiB, which are all that a robot must read (RFC 9309, 2.5).
fn rules_text(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(500 * 1024)]).into_owned()
}
