//! One request to a host at a time, with a pause in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::Request;
use super::exchange::{self, Asking, Exchange, failure};
use super::jitter::jitter;
use super::round::{Permit, Round};
use crate::answer::{Failure, FailureKind};
use crate::i18n::Cause;
use crate::politeness::{Host, HostGate, schedule};

/// How long an interrupted run waits for a response in progress: most arrive within that time, and need not be requested again.
const IN_HAND: Duration = Duration::from_millis(700);

/// Requests to one host share a lane, whatever their scheme; another port is another server.
pub(super) fn lane_name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Makes one request, after the pause, and within the limit for all hosts. `crawl_delay`: that of the host's robots.txt.
pub(super) async fn ask<T: Send + 'static>(
    round: &Arc<Round<T>>,
    crawl_delay: Option<Duration>,
    request: &Request,
    url: &Url,
    bytes: &mut u64,
) -> (Result<Exchange, Failure>, Option<Permit>) {
    let turn = round.turns.of(&lane_name(url));
    let begun = AtomicBool::new(false);
    let exchange = async {
        let mut turn = turn.lock_owned().await;
        tokio::time::sleep_until(*turn).await;
        let lane = lane_name(url);
        let gate = match &round.settings.gate {
            Some(gate) => match Entry::of(gate, &lane).await {
                Some((entry, known)) => {
                    for host in known {
                        round.know(host);
                    }
                    Some(entry)
                }
                // Another worker has the host: what was to be requested waits for another run.
                None => return (Err(stopped()), None, None),
            },
            None => None,
        };
        if gate.is_some()
            && let Err(resting) = round.be_awake(url)
        {
            return (Err(resting), None, None);
        }
        let permit = Arc::clone(&round.limit).acquire_owned().await.ok();
        begun.store(true, Ordering::Relaxed);
        let now = (round.clock)();
        let mut body = None;
        let asking = Asking { client: &round.client, settings: &round.settings, room: &round.room, request, url, now };
        let (watching, before) = (round.watching(url, request.accept), *bytes);
        let result = exchange::exchange(&asking, bytes, &mut body).await;
        watching.end(&result, *bytes - before);
        let pause = schedule::pause(round.settings.http.per_host_delay, crawl_delay, jitter());
        *turn = Instant::now() + pause;
        // Before others may request from the host, or with it.
        let learned = round.rest_after(url, request.accept, &result);
        if let Some(host) = &learned {
            round.know(host.clone());
        }
        let learned = match gate {
            Some(entry) => entry.leave(pause, learned),
            None => learned,
        };
        (result, Some(Permit { _request: permit, _body: body }), learned)
    };
    let ended = async {
        round.until_stopped().await;
        if begun.load(Ordering::Relaxed) {
            tokio::time::sleep(IN_HAND).await;
        }
    };
    let closed = async {
        round.until_closed().await;
        if begun.load(Ordering::Relaxed) {
            // What is in hand is finished.
            std::future::pending::<()>().await;
        }
    };
    let (result, permit, learned) = tokio::select! {
        answered = exchange => answered,
        () = ended => (Err(stopped()), None, None),
        () = closed => (Err(stopped()), None, None),
    };
    if let Some(host) = learned {
        round.learn(host).await;
    }
    (result, permit)
}

/// The right to request from a host; where no request was made, it is given back without a pause.
struct Entry {
    gate: Arc<dyn HostGate>,
    lane: String,
    is_over: bool,
}

impl Entry {
    async fn of(gate: &Arc<dyn HostGate>, lane: &str) -> Option<(Self, Vec<Host>)> {
        let (sender, entered) = tokio::sync::oneshot::channel();
        let (own, name) = (Arc::clone(gate), lane.to_owned());
        gate.enter(
            lane,
            Box::new(move |known| {
                let entry = known.map(|known| (Self { gate: own, lane: name, is_over: false }, known));
                // Where nobody waits any more, the entry comes back and is given back.
                drop(sender.send(entry));
            }),
        );
        entered.await.ok().flatten()
    }
}

impl Entry {
    /// Gives it back with the pause that the host is to have, and what was learned of it; returns what this process has to keep itself.
    fn leave(mut self, pause: Duration, learned: Option<Host>) -> Option<Host> {
        self.is_over = true;
        self.gate.leave(&self.lane, pause, learned)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.is_over {
            self.gate.leave(&self.lane, Duration::ZERO, None);
        }
    }
}

pub(super) fn stopped() -> Failure {
    failure(FailureKind::Stopped, Cause::from("the run was ended".to_owned()))
}
