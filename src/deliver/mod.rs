//! Sends what waits in the outbox: one message of an alert at a time, the alerts side by side, so that a slow receiver delays no other.

mod command;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::alert::{Alert, Keys, Outgoing, Receiver, Secret, SecretPlace, Sent, SigningKey, prepare};
use crate::decide::{AlertRules, Delivery, MessageFate, SendTurn, WaitingMessage, after_delivery, compose, next_turn};
use crate::error::{Error, ExitKind};
use crate::fetch::{Clock, Fetcher, Post, Posting};
use crate::i18n::Language;
use crate::model::{AlertId, MessageId};
use crate::store::{AlertQueue, Store};

pub use command::Running;

/// How long a request and a command may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
const COMMAND_LIMIT: Duration = Duration::from_secs(20);
/// How long a message is taken for: longer than sending it lasts.
const CLAIM: SignedDuration = SignedDuration::from_secs(60);
/// Messages that are under way at once, of all alerts.
const MOST_IN_HAND: usize = 32;
/// How often the outbox is looked at when nobody rings.
const GLANCE: Duration = Duration::from_secs(1);
/// How often somebody who waits looks up.
const TICK: Duration = Duration::from_millis(100);
/// How long an interrupted run waits for messages that are under way: most arrive, and need not be sent again.
const IN_HAND: Duration = Duration::from_millis(500);

/// Reads a secret where it stands; an error says why it cannot be read.
pub type SecretReader = Arc<dyn Fn(&SecretPlace) -> Result<Secret, String> + Send + Sync>;

/// Sends what waits in a store.
pub struct Sender<'a> {
    /// The store; a connection of its own.
    pub store: &'a Store,
    /// The alerts of the configuration.
    pub alerts: &'a [Alert],
    /// The language of counts and times.
    pub language: Language,
    /// The time zone of quiet hours and times.
    pub zone: TimeZone,
    /// The clock.
    pub clock: Clock,
    /// Makes the requests.
    pub fetcher: &'a Fetcher,
    /// Reads secrets.
    pub secrets: SecretReader,
}

/// What became of messages of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertTally {
    /// The name of the alert.
    pub alert: String,
    /// Messages that were delivered.
    pub sent: u64,
    /// Tries that failed.
    pub failed: u64,
    /// Messages that were given up.
    pub given_up: u64,
    /// Why the last try failed.
    pub problem: Option<String>,
    /// Whether it worked before.
    pub began_to_fail: bool,
}

impl AlertTally {
    /// Adds what became of further messages to the tally of their alert.
    pub fn add_to(self, tallies: &mut Vec<Self>) {
        let Some(known) = tallies.iter_mut().find(|known| known.alert == self.alert) else {
            tallies.push(self);
            return;
        };
        known.sent += self.sent;
        known.failed += self.failed;
        known.given_up += self.given_up;
        known.problem = self.problem.or(known.problem.take());
        known.began_to_fail |= self.began_to_fail;
    }
}

enum Note {
    /// There may be something to send.
    Look,
    /// A message is no longer under way.
    Done(usize, Delivery),
    /// After this time no further message is begun, and before it none when nothing waits.
    Finish(Duration),
    /// The same at once; messages that are under way have a moment to arrive.
    End,
}

/// Signals a sender when to look into the outbox, and when to end.
#[derive(Clone)]
pub struct Bell(mpsc::Sender<Note>);

/// What a sender is to do.
pub struct Inbox(mpsc::Receiver<Note>);

/// A bell and where it is heard.
pub fn bell() -> (Bell, Inbox) {
    let (sender, receiver) = mpsc::channel();
    (Bell(sender), Inbox(receiver))
}

impl Inbox {
    /// Whether the end is rung within this time.
    pub fn is_ended_within(&self, wait: Duration) -> bool {
        let end = Instant::now() + wait;
        loop {
            match self.0.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Note::End | Note::Finish(_)) | Err(RecvTimeoutError::Disconnected) => return true,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return false,
            }
        }
    }
}

impl Bell {
    /// There may be something to send.
    pub fn ring(&self) {
        let _ = self.0.send(Note::Look);
    }

    /// Sends what is due, and ends; after `limit` nothing further is begun.
    pub fn finish(&self, limit: Duration) {
        let _ = self.0.send(Note::Finish(limit));
    }

    /// Ends within a moment.
    pub fn end(&self) {
        let _ = self.0.send(Note::End);
    }
}

/// A message that is under way.
struct InHand {
    alert: AlertId,
    message: WaitingMessage,
    /// Ends it when dropped.
    _work: Work,
}

enum Work {
    Request(#[expect(dead_code, reason = "ends the request when dropped")] Posting),
    Command(#[expect(dead_code, reason = "ends the command when dropped")] Running),
}

/// Receives what became of a message.
pub type Report<'r> = &'r mut dyn FnMut(AlertTally);

/// What a message needs to be sent; or what became of it already.
type Taken = (AlertId, WaitingMessage, Result<Outgoing, Delivery>);

impl Sender<'_> {
    /// Sends until it is signalled to finish, or the run is stopped. Afterwards nothing is under way. `report` receives each message that was
    /// delivered or failed.
    pub fn serve(&self, inbox: &Inbox, bell: &Bell, report: Report) -> Result<(), Error> {
        let mut in_hand: HashMap<usize, InHand> = HashMap::new();
        let (mut last_begin, mut last_end): (Option<Instant>, Option<Instant>) = (None, None);
        let mut look_at = Instant::now();
        loop {
            let now = Instant::now();
            if self.fetcher.stop().is_set() && last_end.is_none() {
                (last_begin, last_end) = (Some(now), Some(now + IN_HAND));
            }
            let may_begin = last_begin.is_none_or(|last| now < last);
            if may_begin && now >= look_at {
                look_at = now + GLANCE;
                for at in 0..self.alerts.len() {
                    self.begin(at, &mut in_hand, bell, report)?;
                }
            }
            let is_idle = in_hand.is_empty() && (!may_begin || Instant::now() < look_at);
            if last_end.is_some_and(|end| now >= end) || last_begin.is_some() && is_idle {
                break;
            }
            match inbox.0.recv_timeout(TICK.min(look_at.saturating_duration_since(now).max(Duration::from_millis(1)))) {
                Ok(Note::Look) => look_at = Instant::now(),
                Ok(Note::Finish(limit)) => {
                    look_at = Instant::now();
                    last_begin = last_begin.or(Some(look_at + limit));
                }
                Ok(Note::End) => {
                    let now = Instant::now();
                    (last_begin, last_end) = (Some(now), Some(now + IN_HAND));
                }
                Ok(Note::Done(at, delivery)) => {
                    if let Some(ended) = in_hand.remove(&at) {
                        self.end(at, ended.alert, &ended.message, delivery, report)?;
                    }
                    // Others may have waited for its place.
                    if self.alerts.len() > MOST_IN_HAND {
                        look_at = Instant::now();
                    }
                    if last_begin.is_none_or(|last| Instant::now() < last) {
                        self.begin(at, &mut in_hand, bell, report)?;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
        // What is ended here may have arrived: it comes again, with the same id.
        for (_, ended) in in_hand.drain() {
            self.store.release_message(&ended.message.id)?;
        }
        Ok(())
    }

    /// Begins the next message of an alert, if it is due and none is under way.
    fn begin(&self, at: usize, in_hand: &mut HashMap<usize, InHand>, bell: &Bell, report: Report) -> Result<(), Error> {
        let Some(alert) = self.alerts.get(at) else { return Ok(()) };
        while !in_hand.contains_key(&at) && in_hand.len() < MOST_IN_HAND && !self.fetcher.stop().is_set() {
            let taken = match self.take(alert) {
                // The crawl or another program writes for long: later.
                Err(e) if e.kind == ExitKind::Busy => return Ok(()),
                taken => taken?,
            };
            let Some((id, message, outgoing)) = taken else { return Ok(()) };
            match outgoing {
                Ok(outgoing) => {
                    let work = self.dispatch(at, outgoing, bell);
                    in_hand.insert(at, InHand { alert: id, message, _work: work });
                }
                Err(delivery) => self.end(at, id, &message, delivery, report)?,
            }
        }
        Ok(())
    }

    /// Makes messages of what waits, and takes the one whose turn it is.
    fn take(&self, alert: &Alert) -> Result<Option<Taken>, Error> {
        let now = (self.clock)();
        let rules = AlertRules::new(alert, &self.zone);
        let Some(mut queue) = self.store.alert_queue(&alert.name, now)? else { return Ok(None) };
        let composed = compose(&rules, &queue.mentions, &queue.recent, now);
        if !composed.messages.is_empty() || !composed.dropped.is_empty() {
            let ids: Vec<MessageId> = composed.messages.iter().map(|_| new_id()).collect();
            self.store.add_messages(queue.id, &composed, &ids, now)?;
            let Some(renewed) = self.store.alert_queue(&alert.name, now)? else { return Ok(None) };
            queue = renewed;
        }
        let AlertQueue { id, receiver, messages, .. } = &queue;
        let SendTurn::Send(message) = next_turn(&rules, receiver, messages, now) else { return Ok(None) };
        let until = now.checked_add(CLAIM).unwrap_or(now);
        if !self.store.claim_message(&message.id, until, now)? {
            return Ok(None);
        }
        let message = WaitingMessage { first_tried_at: message.first_tried_at.or(Some(now)), ..message.clone() };
        let content = self.store.alert_message(&message.id)?;
        let outgoing = match content.filter(|content| !content.mentions.is_empty()) {
            None => Err(Delivery::Cancelled),
            Some(content) => keys(alert, &self.secrets)
                .and_then(|keys| prepare(alert, &content, &keys, &self.sent(now)))
                .map_err(|problem| Delivery::Failed { problem, retry_after: None }),
        };
        Ok(Some((*id, message, outgoing)))
    }

    fn sent(&self, at: Timestamp) -> Sent {
        Sent { language: self.language, zone: self.zone.clone(), at }
    }

    fn dispatch(&self, at: usize, outgoing: Outgoing, bell: &Bell) -> Work {
        let notes = bell.0.clone();
        send(self.fetcher, outgoing, false, move |delivery| {
            let _ = notes.send(Note::Done(at, delivery.map_or_else(|failed| failed, |_| Delivery::Delivered)));
        })
    }

    fn end(
        &self,
        at: usize,
        id: AlertId,
        message: &WaitingMessage,
        delivery: Delivery,
        report: Report,
    ) -> Result<(), Error> {
        let now = (self.clock)();
        let Some(alert) = self.alerts.get(at) else { return Ok(()) };
        let Some(queue) = self.store.alert_queue(&alert.name, now)? else { return Ok(()) };
        let change = after_delivery(message, delivery, &queue.receiver, &queue.messages, random_fraction(), now);
        self.store.end_delivery(id, &change)?;
        let alert = alert.name.clone();
        match change.fate {
            MessageFate::Sent => report(AlertTally { alert, sent: 1, ..AlertTally::default() }),
            MessageFate::Cancelled => {}
            MessageFate::Again(_) | MessageFate::GivenUp => report(AlertTally {
                alert,
                sent: 0,
                failed: 1,
                given_up: u64::from(change.fate == MessageFate::GivenUp) + change.given_up.len() as u64,
                problem: change.problem,
                began_to_fail: queue.receiver.failures == 0,
            }),
        }
        Ok(())
    }
}

/// Sends something once, and calls `done` with what came of it, which says "HTTP 200" or "exit status 0".
fn send(
    fetcher: &Fetcher,
    outgoing: Outgoing,
    shows_output: bool,
    done: impl FnOnce(Result<String, Delivery>) + Send + 'static,
) -> Work {
    match outgoing {
        Outgoing::Request { is_put, url, headers, body } => {
            let post = Post { is_put, url, headers, body };
            Work::Request(fetcher.post(post, REQUEST_LIMIT, move |result| {
                let failed = |failure: crate::fetch::PostFailure| Delivery::Failed {
                    problem: failure.problem,
                    retry_after: failure.retry_after,
                };
                done(result.map(|status| format!("HTTP {status}")).map_err(failed));
            }))
        }
        Outgoing::Command { words, input, id } => {
            Work::Command(command::start(words, input, id, COMMAND_LIMIT, shows_output, move |result| {
                let failed = |problem| Delivery::Failed { problem, retry_after: None };
                done(result.map(|()| "exit status 0".to_owned()).map_err(failed));
            }))
        }
    }
}

/// Sends something, and waits for what comes of it: how it was taken, or why not.
pub fn send_once(fetcher: &Fetcher, outgoing: Outgoing) -> Result<String, String> {
    let (sender, receiver) = mpsc::channel();
    let _work = send(fetcher, outgoing, true, move |result| {
        let _ = sender.send(result);
    });
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(Ok(taken)) => return Ok(taken),
            Ok(Err(Delivery::Failed { problem, .. })) => return Err(problem),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err("it was ended".to_owned()),
            Err(RecvTimeoutError::Timeout) if fetcher.stop().is_set() => return Err("interrupted".to_owned()),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Reads what an alert needs for sending.
///
/// # Errors
/// Which secret cannot be used and why; no secret is shown.
pub fn keys(alert: &Alert, secrets: &SecretReader) -> Result<Keys, String> {
    let read = |key: &str, place: &SecretPlace| {
        let secret = secrets(place).map_err(|why| format!("`{key}`: {why}"))?;
        if secret.reveal().is_empty() { Err(format!("`{key}`: {place} is empty")) } else { Ok(secret) }
    };
    let address = match &alert.to {
        Receiver::Secret(place) => Some(read("to", place)?),
        Receiver::Url(_) | Receiver::Command(_) => None,
    };
    let signing = match &alert.secret {
        Some(place) => {
            let key = SigningKey::parse(&read("secret", place)?);
            Some(key.map_err(|why| format!("`secret`: {place}: {why}"))?)
        }
        None => None,
    };
    let token = alert.token.as_ref().map(|place| read("token", place)).transpose()?;
    Ok(Keys { address, signing, token })
}

/// An id that no other message has.
pub fn new_id() -> MessageId {
    use std::fmt::Write as _;
    let mut id = "msg_".to_owned();
    for byte in random::<16>() {
        let _ = write!(id, "{byte:02x}");
    }
    MessageId(id)
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Fails only on systems without randomness; then TLS fails, too.
    let _ = SystemRandom::new().fill(&mut bytes);
    bytes
}

fn random_fraction() -> f64 {
    f64::from(u16::from_le_bytes(random())) / f64::from(u16::MAX)
}
