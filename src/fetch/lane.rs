//! One lane per host: its requests one after another, with robots.txt before and a pause between.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use url::Url;

use super::admission::admit;
use super::exchange::{self, Exchange, failure};
use super::resolver::Lookup;
use super::room::Room;
use super::{Accept, Answer, Clock, Event, Failure, FailureKind, Request, Response, Settings, host_name, manners};
use crate::politeness::robots::Robots;
use crate::politeness::{Host, Rest, TdmRules, Wishes, schedule};

/// Redirects that one request may take, as browsers allow.
const HOPS: usize = 10;

/// When each host may be asked again: kept over rounds, so that a pause also lies between two of them. Whoever asks a
/// host holds its turn meanwhile: another host's robots.txt may lead here, too.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Turn>>>);

type Turn = Arc<tokio::sync::Mutex<Instant>>;

impl Turns {
    fn of(&self, lane: &str) -> Turn {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(lane.to_owned()).or_insert_with(|| Arc::new(tokio::sync::Mutex::new(Instant::now()))))
    }
}

/// How long an answer that is under way is waited for when the run is to end: most come within that time, and need not be
/// asked for again.
const IN_HAND: Duration = Duration::from_millis(700);

/// A host's lane works no longer than this in one round: a host that is slow, or asks for long pauses, must not keep
/// the run from asking all others again.
pub const LONGEST_TURN: Duration = Duration::from_mins(30);

/// Requests in a row that failed alike.
#[derive(Default)]
struct InVain(Option<(FailureKind, u32)>);

impl InVain {
    fn note<T>(&mut self, result: &Result<T, Failure>) {
        self.0 = match (result, self.0) {
            (Ok(_), _) => None,
            (Err(failure), Some((kind, times))) if kind == failure.kind => Some((kind, times + 1)),
            (Err(failure), _) => Some((failure.kind, 1)),
        };
    }

    /// Why the host is left alone for the rest of the round: a run must end, and who says no need not be asked a
    /// hundred times.
    fn rest(&self) -> Option<Failure> {
        let (kind, times) = self.0?;
        let (most, minutes, words) = match kind {
            FailureKind::Unreachable => (5, 15, "did not answer"),
            FailureKind::Blocked => (3, 240, "refused"),
            FailureKind::NotFound => (20, 60, "had no such page"),
            _ => return None,
        };
        let reason = format!("its host {words} {times} times in a row");
        (times >= most).then(|| Failure {
            retry_after: Some(Duration::from_mins(minutes)),
            ..failure(FailureKind::Resting, reason)
        })
    }
}

/// What all lanes of one round share.
pub(super) struct Round<T> {
    pub(super) client: reqwest::Client,
    pub(super) lookup: Lookup,
    pub(super) settings: Arc<Settings>,
    pub(super) clock: Clock,
    pub(super) turns: Turns,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) hosts: Mutex<HashMap<String, Host>>,
    pub(super) lanes: Mutex<HashMap<String, UnboundedSender<Job>>>,
    /// Requests that have not come back yet; at zero the lanes are closed.
    pub(super) open: AtomicUsize,
    pub(super) limit: Arc<Semaphore>,
    pub(super) room: Arc<Room>,
    pub(super) events: mpsc::Sender<Event<T>>,
    /// Whose threads read usual answers, and whose one thread reads large ones.
    pub(super) few: tokio::runtime::Handle,
    pub(super) one: tokio::runtime::Handle,
    pub(super) read: Arc<dyn Fn(Answer) -> T + Send + Sync>,
}

/// A request on its way, perhaps over several hosts.
pub(super) struct Job {
    pub(super) request: Request,
    pub(super) url: Url,
    /// The addresses that redirected, in order.
    hops: Vec<Url>,
    /// Whether all redirects so far were permanent.
    permanent: bool,
    moved_to: Option<Url>,
    pub(super) requests: u64,
    pub(super) bytes: u64,
    /// Held from the request until the answer is taken: so many bodies are in memory, and no more.
    permit: Option<OwnedSemaphorePermit>,
}

/// What a lane remembers of its host in one round, by origin (`scheme://host[:port]`), as far as it was needed.
#[derive(Default)]
pub(super) struct Manners {
    pub(super) robots: HashMap<String, Standing>,
    pub(super) reservations: HashMap<String, TdmRules>,
    in_vain: InVain,
    /// When the lane began to work.
    begun: Option<Instant>,
}

/// What robots.txt means for this round.
pub(super) enum Standing {
    /// Nothing is forbidden.
    Open,
    /// These rules hold.
    Ruled(Robots),
    /// It cannot be had, so nothing else is asked for. `asked`: in this round.
    Closed { asked: bool },
}

impl<T: Send + 'static> Round<T> {
    pub(super) fn host(&self, name: &str) -> Host {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.get(name).cloned().unwrap_or_else(|| Host { name: name.to_owned(), ..Host::default() })
    }

    pub(super) async fn learn(&self, host: Host) {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name.clone(), host.clone());
        // Nobody listens any more: then nobody keeps it.
        let _ = self.events.send(Event::Host(Box::new(host))).await;
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
    for request in requests {
        let url = request.url.clone();
        route(
            &round,
            Job {
                request,
                url,
                hops: Vec::new(),
                permanent: true,
                moved_to: None,
                requests: 0,
                bytes: 0,
                permit: None,
            },
        );
    }
}

fn route<T: Send + 'static>(round: &Arc<Round<T>>, job: Job) {
    let name = lane_name(&job.url);
    let mut lanes = round.lanes.lock().unwrap_or_else(PoisonError::into_inner);
    let lane = lanes.entry(name.clone()).or_insert_with(|| {
        let (sender, jobs) = mpsc::unbounded_channel();
        tokio::spawn(drive(Arc::clone(round), jobs));
        sender
    });
    // The lane lives as long as its sender is in the map.
    let _ = lane.send(job);
}

/// Requests to one host share a lane, whatever their scheme; another port is another server.
fn lane_name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

async fn drive<T: Send + 'static>(round: Arc<Round<T>>, mut jobs: UnboundedReceiver<Job>) {
    let mut manners = Manners::default();
    while let Some(mut job) = jobs.recv().await {
        match visit(&round, &mut manners, &mut job).await {
            Ok(Exchange::Response(response)) => come_back(&round, job, Ok(response)).await,
            Err(mut failure) => {
                // Gone is where a passing redirect leads today, not the address that was asked.
                if failure.kind == FailureKind::Gone && !job.permanent {
                    failure.kind = FailureKind::NotFound;
                }
                come_back(&round, job, Err(failure)).await;
            }
            Ok(Exchange::Redirect { to, permanent }) => {
                let from = std::mem::replace(&mut job.url, to.clone());
                job.hops.push(from);
                job.permanent &= permanent;
                if job.permanent {
                    job.moved_to = Some(to.clone());
                }
                let lost = if job.hops.contains(&to) {
                    Some("it redirects in a circle".to_owned())
                } else {
                    (job.hops.len() > HOPS).then(|| format!("more than {HOPS} redirects"))
                };
                if let Some(reason) = lost {
                    come_back(&round, job, Err(failure(FailureKind::Unreachable, reason))).await;
                } else {
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
    let mut value = read(round, answer).await;
    if value.is_none() {
        // A page on which reading fails must cost itself alone: it is told like a page that does not answer.
        let result = Err(failure(FailureKind::Unreachable, "reading it failed: a fault of presswatch"));
        value = read(round, Answer { id, result, moved_to: None, requests, bytes }).await;
    }
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
    let place = round.room.place(&answer).await?;
    let read = Arc::clone(&round.read);
    let readers = if Room::is_large(&place) { &round.one } else { &round.few };
    readers.spawn_blocking(move || read(answer)).await.ok()
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
    admit(round, &job.url).await?;
    be_awake(round, &job.url)?;
    if round.settings.respect_robots {
        manners::obey(round, manners, job).await?;
    }
    if let Some(rest) = manners.in_vain.rest() {
        return Err(rest);
    }
    let begun = *manners.begun.get_or_insert_with(Instant::now);
    if begun.elapsed() >= round.settings.longest_turn {
        return Err(failure(FailureKind::Resting, "its host is slow; the next run goes on"));
    }
    let reads = matches!(job.request.accept, Accept::Article | Accept::Json);
    if reads {
        manners::ask_reservations(round, manners, job).await?;
    }
    // It may have asked for a rest instead of answering one of these.
    be_awake(round, &job.url)?;
    let (mut result, permit) = ask(round, manners, &job.request, &job.url, &mut job.bytes).await;
    job.permit = permit;
    job.requests += 1;
    manners.in_vain.note(&result);
    learn_rest(round, &host_name(&job.url), &result).await;
    if let Ok(Exchange::Response(response)) = &mut result
        && let Some(rules) = manners.reservations.get(&host_name(&response.url)).filter(|_| reads)
    {
        let host = Wishes { tdm: rules.of(&response.url).cloned(), ..Wishes::default() };
        response.wishes = host.and(std::mem::take(&mut response.wishes));
    }
    result
}

/// Fails while the host asks to be left alone.
fn be_awake<T: Send + 'static>(round: &Round<T>, url: &Url) -> Result<(), Failure> {
    let now = (round.clock)();
    match round.host(&host_name(url)).rest.filter(|rest| rest.holds(now)) {
        Some(rest) => Err(failure(FailureKind::Resting, rest.reason)),
        None => Ok(()),
    }
}

/// 429 and 503 give the whole host a rest; any other answer ends it.
pub(super) async fn learn_rest<T: Send + 'static>(
    round: &Arc<Round<T>>,
    name: &str,
    result: &Result<Exchange, Failure>,
) {
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

fn stopped() -> Failure {
    failure(FailureKind::Stopped, "the run was ended")
}

/// One request in its turn: after the pause, under the limit for all.
pub(super) async fn ask<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &Manners,
    request: &Request,
    url: &Url,
    bytes: &mut u64,
) -> (Result<Exchange, Failure>, Option<OwnedSemaphorePermit>) {
    let turn = round.turns.of(&lane_name(url));
    let begun = AtomicBool::new(false);
    let exchange = async {
        let mut turn = turn.lock_owned().await;
        tokio::time::sleep_until(*turn).await;
        let permit = Arc::clone(&round.limit).acquire_owned().await.ok();
        begun.store(true, Ordering::Relaxed);
        let now = (round.clock)();
        let result = exchange::exchange(&round.client, &round.settings, request, url, now, bytes).await;
        *turn = Instant::now() + pause(round, manners, url);
        (result, permit)
    };
    let ended = async {
        round.until_stopped().await;
        if begun.load(Ordering::Relaxed) {
            tokio::time::sleep(IN_HAND).await;
        }
    };
    tokio::select! {
        result = exchange => result,
        () = ended => (Err(stopped()), None),
    }
}

/// The pause after a request: ours, or what the host's robots.txt asks for.
fn pause<T: Send + 'static>(round: &Round<T>, manners: &Manners, url: &Url) -> std::time::Duration {
    let delay = match manners.robots.get(&host_name(url)) {
        Some(Standing::Ruled(rules)) => rules.crawl_delay(round.settings.agent()),
        _ => None,
    };
    schedule::pause(round.settings.per_host_delay, delay, exchange::jitter())
}
