//! One lane per host: robots.txt first, then one request after another, with a pause in between.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::Instant;

use super::admission::admit;
use super::exchange::{Exchange, failure};
use super::manners::{self, Manners};
use super::room::Room;
use super::round::{Job, Round};
use super::turn::{ask, lane_name, stopped};
use super::{Accept, Event, Request, host_name};
use crate::answer::{Answer, Failure, FailureKind, Response};
use crate::i18n::{Cause, CauseCode};
use crate::politeness::Wishes;

/// The most redirects of one request.
const HOPS: usize = 10;

/// The longest time for one host in one round, so that a slow host, or one with long pauses, does not keep the run from ending.
pub const LONGEST_TURN: Duration = Duration::from_mins(30);

/// Consecutive requests that failed in the same way.
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
    /// When it made its first request.
    begun: Option<Instant>,
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
    // The lane exists as long as its sender is in the map.
    let _ = lane.send(job);
}

async fn drive<T: Send + 'static>(round: Arc<Round<T>>, mut jobs: UnboundedReceiver<Job>) {
    let mut lane = Lane::default();
    while let Some(mut job) = jobs.recv().await {
        match visit(&round, &mut lane, &mut job).await {
            Ok(Exchange::Response(response)) => come_back(&round, job, Ok(response)).await,
            Err(mut failure) => {
                // The target of a temporary redirect is gone, not the requested URL.
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

async fn come_back<T: Send + 'static>(round: &Arc<Round<T>>, job: Job, result: Result<Response, Failure>) {
    let moved_to = job.moved_to.filter(|_| result.is_ok());
    let answer = Answer { id: job.request.id, result, moved_to, requests: job.requests, bytes: job.bytes };
    let (id, requests, bytes) = (answer.id, answer.requests, answer.bytes);
    let mut value = read(round, answer).await;
    if value.is_none() {
        // A page on which reading panics must not affect others: it counts as a page without a response.
        let result = Err(failure(FailureKind::Unreachable, Cause::new(CauseCode::Fault, &[])));
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

/// Reads a response on a reading thread; `None` if that panicked.
async fn read<T: Send + 'static>(round: &Arc<Round<T>>, answer: Answer) -> Option<T> {
    let place = round.room.place(&answer).await?;
    let read = Arc::clone(&round.read);
    let readers = if Room::is_large(&place) { &round.one } else { &round.few };
    readers.spawn_blocking(move || read(answer)).await.ok()
}

/// Checks everything that may prevent a request, then makes it.
async fn visit<T: Send + 'static>(round: &Arc<Round<T>>, lane: &mut Lane, job: &mut Job) -> Result<Exchange, Failure> {
    if round.is_stopped() {
        return Err(stopped());
    }
    admit(round, &job.url).await?;
    round.be_awake(&job.url)?;
    if round.settings.http.respect_robots {
        manners::obey(round, &mut lane.manners, job).await?;
    }
    if let Some(rest) = lane.in_vain.rest() {
        return Err(rest);
    }
    let begun = *lane.begun.get_or_insert_with(Instant::now);
    if begun.elapsed() >= round.settings.longest_turn {
        return Err(failure(FailureKind::Skipped, Cause::from("its host is slow; the next run goes on".to_owned())));
    }
    let reads = matches!(job.request.accept, Accept::Article | Accept::Json);
    if reads {
        manners::ask_reservations(round, &mut lane.manners, job).await?;
    }
    // The responses to these requests may have begun a back-off.
    round.be_awake(&job.url)?;
    let delay = lane.manners.crawl_delay(&job.url, round.settings.agent());
    let (mut result, permit) = ask(round, delay, &job.request, &job.url, &mut job.bytes).await;
    job.permit = permit;
    job.requests += 1;
    lane.in_vain.note(&result);
    round.learn_rest(&host_name(&job.url), &result).await;
    if let Ok(Exchange::Response(response)) = &mut result
        && let Some(rules) = lane.manners.reserved(&response.url).filter(|_| reads)
    {
        let host = Wishes { tdm: rules.of(&response.url).cloned(), ..Wishes::default() };
        response.wishes = host.and(std::mem::take(&mut response.wishes));
    }
    result
}
