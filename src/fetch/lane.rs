//! One lane per host: robots.txt first, then one request after another, with a pause in between.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::admission::admit;
use super::exchange::{Exchange, failure};
use super::manners::{self, Manners};
use super::room::Room;
use super::round::{Job, Reader, Round};
use super::turn::{ask, lane_name, stopped};
use super::{Accept, Event, Request};
use crate::answer::{Answer, Failure, FailureKind, Response};
use crate::i18n::{Cause, CauseCode};
use crate::politeness::Wishes;

/// The most redirects of one request.
const HOPS: usize = 10;

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

    /// Why the host is skipped for the rest of the round, so that a run ends, and a host that refuses does not get a hundred requests.
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
            ..failure(FailureKind::Skipped, Cause::from(reason))
        })
    }
}

/// One host's lane in one round.
#[derive(Default)]
struct Lane {
    manners: Manners,
    in_vain: InVain,
}

/// Puts a request into its host's lane.
pub(super) fn submit<T: Send + 'static>(round: &Arc<Round<T>>, request: Request, read: Reader<T>) {
    round.open.fetch_add(1, Ordering::SeqCst);
    let url = request.url.clone();
    let job = Job {
        request,
        url,
        hops: Vec::new(),
        permanent: true,
        moved_to: None,
        refreshed: false,
        requests: 0,
        bytes: 0,
        permit: None,
        read,
    };
    route(round, job);
}

fn route<T: Send + 'static>(round: &Arc<Round<T>>, job: Job<T>) {
    let name = lane_name(&job.url);
    let mut lanes = round.lanes.lock().unwrap_or_else(PoisonError::into_inner);
    let lane = lanes.entry(name.clone()).or_insert_with(|| {
        let (sender, jobs) = mpsc::unbounded_channel();
        tokio::spawn(drive(Arc::clone(round), jobs));
        sender
    });
    // The lane exists as long as its sender is in the map.
    let _ = lane.send(job);
}

async fn drive<T: Send + 'static>(round: Arc<Round<T>>, mut jobs: UnboundedReceiver<Job<T>>) {
    let mut lane = Lane::default();
    while let Some(mut job) = jobs.recv().await {
        let visited = caught(visit(&round, &mut lane, &mut job)).await.unwrap_or_else(|| {
            // A panic fails this request, and the others of its lane go on.
            let fault = Err(failure(FailureKind::Unreachable, Cause::new(CauseCode::Fault, &[])));
            lane.in_vain.note(&fault);
            fault
        });
        match visited {
            Ok(Exchange::Response(response)) => come_back(&round, job, Ok(response)).await,
            Err(mut failure) => {
                // The target of a temporary redirect is gone, not the requested URL.
                if failure.kind == FailureKind::Gone && !job.permanent {
                    failure.kind = FailureKind::NotFound;
                }
                come_back(&round, job, Err(failure)).await;
            }
            Ok(Exchange::Redirect { to, page: Some(page), .. }) if job.refreshed || job.hops.contains(&to) => {
                come_back(&round, job, Ok(page)).await;
            }
            Ok(Exchange::Redirect { to, permanent, page, .. }) => {
                job.refreshed |= page.is_some();
                let from = std::mem::replace(&mut job.url, to.clone());
                job.hops.push(from);
                job.permanent &= permanent;
                if job.permanent {
                    job.moved_to = Some(to.clone());
                }
                let lost = if job.hops.contains(&to) {
                    Some(Cause::new(CauseCode::Circle, &[]))
                } else {
                    (job.hops.len() > HOPS).then(|| Cause::new(CauseCode::Redirects, &[&HOPS]))
                };
                if let Some(cause) = lost {
                    come_back(&round, job, Err(failure(FailureKind::Unreachable, cause))).await;
                } else {
                    job.permit = None;
                    route(&round, job);
                }
            }
        }
    }
}

/// The value of a future; `None` if it panicked.
async fn caught<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(state) => state.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

async fn come_back<T: Send + 'static>(round: &Arc<Round<T>>, job: Job<T>, result: Result<Response, Failure>) {
    let moved_to = job.moved_to.filter(|_| result.is_ok());
    let answer = Answer { id: job.request.id, result, moved_to, requests: job.requests, bytes: job.bytes };
    let (id, requests, bytes) = (answer.id, answer.requests, answer.bytes);
    let mut value = read(round, &job.read, answer).await;
    if value.is_none() {
        // A page on which reading panics must not affect others: it counts as a page without a response.
        let result = Err(failure(FailureKind::Unreachable, Cause::new(CauseCode::Fault, &[])));
        value = read(round, &job.read, Answer { id, result, moved_to: None, requests, bytes }).await;
    }
    let event = value.map_or_else(|| Event::Lost(lane_name(&job.request.url)), Event::Answer);
    // Nobody listens any more: then nobody keeps it.
    let _ = round.events.send(event).await;
    drop(job.permit);
    leave(round);
}

/// One that kept the lanes open leaves; behind the last they are closed.
pub(super) fn leave<T>(round: &Round<T>) {
    if round.open.fetch_sub(1, Ordering::SeqCst) == 1 {
        round.lanes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Reads an answer on a thread made for work; `None` when that failed.
async fn read<T: Send + 'static>(round: &Arc<Round<T>>, read: &Reader<T>, answer: Answer) -> Option<T> {
    let place = round.room.place(&answer).await?;
    let read = Arc::clone(read);
    let readers = if Room::is_large(&place) { &round.one } else { &round.few };
    readers.spawn_blocking(move || read(answer)).await.ok()
}

/// Makes the request of a job, unless something stands in between.
async fn visit<T: Send + 'static>(
    round: &Arc<Round<T>>,
    lane: &mut Lane,
    job: &mut Job<T>,
) -> Result<Exchange, Failure> {
    if let Err(why) = prepare(round, lane, job).await {
        round.watching(&job.url, job.request.accept).leave_out(&why);
        return Err(why);
    }
    let reads = reads_article(&job.request);
    let delay = lane.manners.crawl_delay(&job.url, round.settings.agent());
    let (mut result, permit) = ask(round, delay, &job.request, &job.url, &mut job.bytes).await;
    job.permit = permit;
    job.requests += 1;
    lane.in_vain.note(&result);
    if let Ok(Exchange::Response(response) | Exchange::Redirect { page: Some(response), .. }) = &mut result
        && let Some(rules) = lane.manners.reserved(&response.url).filter(|_| reads)
    {
        let host = Wishes { tdm: rules.of(&response.url).cloned(), ..Wishes::default() };
        response.wishes = host.and(std::mem::take(&mut response.wishes));
    }
    result
}

fn reads_article(request: &Request) -> bool {
    matches!(request.accept, Accept::Article | Accept::Json)
}

/// Everything that stands between a job and its request.
async fn prepare<T: Send + 'static>(round: &Arc<Round<T>>, lane: &mut Lane, job: &mut Job<T>) -> Result<(), Failure> {
    if round.is_over() {
        return Err(stopped());
    }
    admit(&round.settings, &round.lookup, &job.url).await?;
    round.be_awake(&job.url)?;
    if round.settings.http.respect_robots {
        manners::obey(round, &mut lane.manners, job).await?;
    }
    if let Some(rest) = lane.in_vain.rest() {
        return Err(rest);
    }
    if reads_article(&job.request) {
        manners::ask_reservations(round, &mut lane.manners, job).await?;
    }
    // The responses to these requests may have begun a back-off.
    round.be_awake(&job.url)
}
