//! Alerts: sending what waits, trying one, and what is wrong with each.

use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::alert::{Alert, AlertMessage, Keys, MessageType, Receiver, Sent, prepare};
use crate::config::Config;
use crate::decide::{AlertRules, compose};
use crate::deliver::{self, AlertTally, Bell, Inbox, Report, SecretReader, Sender};
use crate::egress::Allowed;
use crate::error::{Error, ExitKind};
use crate::fetch::{Clock, Fetcher};
use crate::model::MessageId;
use crate::store::{AlertHealth, Lock, Mode, Store};

use super::names::unknown_name;

/// After its crawl a run begins to send for so long.
const AFTER_CRAWL: Duration = Duration::from_secs(4);
/// How often a run looks whether another process still sends.
const GLANCE: Duration = Duration::from_secs(1);
/// `alert send` begins to send for so long.
const BY_HAND: Duration = Duration::from_mins(2);
/// Messages that were given up are mentioned for so long.
pub const GIVEN_UP_SHOWN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The alert with this name.
///
/// # Errors
/// If there is none.
pub fn named<'a>(config: &'a Config, name: &str) -> Result<&'a Alert, Error> {
    config.alerts.iter().find(|alert| alert.name == name).ok_or_else(|| {
        let names: Vec<&str> = config.alerts.iter().map(|alert| alert.name.as_str()).collect();
        unknown_name(format!("there is no alert {name:?} in the configuration"), name, &[("alerts", &names)])
    })
}

/// What sending needs besides a store.
#[derive(Clone)]
pub struct Sending<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// Makes the requests.
    pub fetcher: &'a Fetcher,
    /// The clock.
    pub clock: Clock,
    /// The time zone.
    pub zone: TimeZone,
    /// Reads secrets.
    pub secrets: SecretReader,
}

impl Sending<'_> {
    /// Sends until the bell says that it is enough, over a connection of its own.
    ///
    /// # Errors
    /// If another process sends, or the database cannot be used.
    pub fn serve(&self, inbox: &Inbox, bell: &Bell, report: Report) -> Result<(), Error> {
        let _lock = Lock::take_for_alerts(&self.config.database)?;
        let store = Store::open(&self.config.database, Mode::Read)?;
        // Whoever took them is gone: the lock is ours.
        store.free_claims()?;
        let sender = Sender {
            store: &store,
            alerts: &self.config.alerts,
            language: self.config.language,
            zone: self.zone.clone(),
            clock: Clock::clone(&self.clock),
            fetcher: self.fetcher,
            secrets: SecretReader::clone(&self.secrets),
        };
        sender.serve(inbox, bell, report)
    }

    /// Sends until the bell says that it is enough. While another process sends, that one goes on; once it has ended, it is this one's turn.
    fn serve_in_turn(&self, inbox: &Inbox, bell: &Bell, report: Report) -> Result<(), Error> {
        loop {
            match self.serve(inbox, bell, report) {
                Err(e) if e.kind == ExitKind::Busy => {}
                served => return served,
            }
            if inbox.is_ended_within(GLANCE) {
                break;
            }
        }
        // What was found last may have come too late for the other process.
        let end = Instant::now() + AFTER_CRAWL;
        loop {
            let (bell, inbox) = deliver::bell();
            bell.finish(AFTER_CRAWL);
            match self.serve(&inbox, &bell, report) {
                Err(e) if e.kind == ExitKind::Busy => {
                    if Instant::now() >= end || self.fetcher.stop().is_set() || !self.has_waiting()? {
                        return Err(e);
                    }
                    std::thread::sleep(GLANCE);
                }
                served => return served,
            }
        }
    }

    /// Whether there are mentions of which no message was made yet.
    fn has_waiting(&self) -> Result<bool, Error> {
        let store = Store::open(&self.config.database, Mode::Read)?;
        for alert in &self.config.alerts {
            let queue = store.alert_queue(&alert.name, (self.clock)())?;
            if queue.is_some_and(|queue| !queue.mentions.is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sends beside some work, which rings the bell when there is something to send, and for some seconds after it. Where another process
    /// sends, that one goes on.
    pub fn beside<T>(&self, work: impl FnOnce(&Bell) -> T) -> (T, Result<Vec<AlertTally>, Error>) {
        let (bell, inbox) = deliver::bell();
        std::thread::scope(|scope| {
            let of_sender = bell.clone();
            let sending = scope.spawn(move || {
                let mut tallies = Vec::new();
                let sent = self.serve_in_turn(&inbox, &of_sender, &mut |tally| tally.add_to(&mut tallies));
                match sent {
                    Err(e) if e.kind != ExitKind::Busy => Err(e),
                    _ => Ok(tallies),
                }
            });
            let done = work(&bell);
            bell.finish(AFTER_CRAWL);
            let sent = sending.join().unwrap_or_else(|_| Err(Error::failed("internal error while sending alerts")));
            (done, sent)
        })
    }

    /// Sends what is due.
    pub fn send(&self) -> Result<Vec<AlertTally>, Error> {
        let (bell, inbox) = deliver::bell();
        bell.finish(BY_HAND);
        let mut tallies = Vec::new();
        self.serve(&inbox, &bell, &mut |tally| tally.add_to(&mut tallies))?;
        Ok(tallies)
    }

    /// Sends a test message of an alert; returns how it was taken.
    ///
    /// # Errors
    /// Why it was not.
    pub fn test(&self, alert: &Alert) -> Result<String, String> {
        let now = (self.clock)();
        let message = AlertMessage::sample(&alert.name, deliver::new_id(), now);
        let sent = Sent { language: self.config.language, zone: self.zone.clone(), at: now };
        let outgoing = prepare(alert, &message, &deliver::keys(alert, &self.secrets)?, &sent)?;
        deliver::send_once(self.fetcher, outgoing)
    }
}

/// What would be sent now: the alert and the message. Changes the store, which should be a rehearsal.
pub fn due(store: &Store, config: &Config, zone: &TimeZone, now: Timestamp) -> Result<Vec<AlertMessage>, Error> {
    let mut all = Vec::new();
    for alert in &config.alerts {
        let Some(queue) = store.alert_queue(&alert.name, now)? else { continue };
        let composed = compose(&AlertRules::new(alert, zone), &queue.mentions, &queue.recent, now);
        let ids: Vec<MessageId> = composed.messages.iter().map(|_| deliver::new_id()).collect();
        store.add_messages(queue.id, &composed, &ids, now)?;
        let Some(queue) = store.alert_queue(&alert.name, now)? else { continue };
        for message in queue.messages {
            all.extend(store.alert_message(&message.id)?.filter(|message| !message.mentions.is_empty()));
        }
    }
    debug_assert!(all.iter().all(|message| message.kind != MessageType::Test));
    Ok(all)
}

/// How the alerts of the configuration fare, in its order.
pub fn health(store: &Store, config: &Config, now: Timestamp) -> Result<Vec<AlertHealth>, Error> {
    let known = store.alert_health(now.checked_sub(GIVEN_UP_SHOWN).unwrap_or(Timestamp::MIN))?;
    let of = |alert: &Alert| known.iter().find(|health| health.name == alert.name).cloned();
    let unknown = |alert: &Alert| AlertHealth {
        name: alert.name.clone(),
        failing_since: None,
        paused_until: None,
        problem: None,
        last_sent_at: None,
        waiting: 0,
        sent: 0,
        given_up: 0,
        given_up_at: None,
    };
    Ok(config.alerts.iter().map(|alert| of(alert).unwrap_or_else(|| unknown(alert))).collect())
}

/// What keeps an alert from being sent, as far as can be seen without the network. `find_program` says whether a program can be started.
pub fn obstacles(
    alert: &Alert,
    secrets: &SecretReader,
    allowed: &Allowed,
    find_program: &dyn Fn(&str) -> Result<(), String>,
) -> Vec<String> {
    let mut found = Vec::new();
    let keys = deliver::keys(alert, secrets);
    if let Ok(Keys { signing: Some(key), .. }) = &keys {
        found.extend(key.weakness().map(|why| format!("`secret`: {why}")));
    }
    let sample = AlertMessage::sample(&alert.name, MessageId("msg_sample".to_owned()), Timestamp::UNIX_EPOCH);
    let sent = Sent { language: crate::i18n::Language::English, zone: TimeZone::UTC, at: Timestamp::UNIX_EPOCH };
    match keys.and_then(|keys| prepare(alert, &sample, &keys, &sent)) {
        Err(why) => found.push(why),
        Ok(crate::alert::Outgoing::Request { url, .. }) => found.extend(allowed.check_url(&url).err()),
        Ok(crate::alert::Outgoing::Command { .. }) => {}
    }
    if let Receiver::Command(words) = &alert.to {
        found.extend(words.first().and_then(|program| find_program(program).err()));
    }
    found
}
