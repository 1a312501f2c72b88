//! The rules of a host for robots, requested before its pages: robots.txt and TDM reservations.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::admission::admit;
use super::exchange::{Exchange, failure};
use super::jitter::jitter;
use super::round::{Job, Round};
use super::turn::ask;
use super::{Accept, Request, host_name};
use crate::answer::{Failure, FailureKind, Response};
use crate::i18n::{Cause, CauseCode};
use crate::politeness::robots::{self, Robots};
use crate::politeness::{RobotsFile, Rules, TDM_PATH, TdmFile, TdmRules};

/// The most redirects of a request for such a file (RFC 9309, 2.3.1.2).
const HOPS: usize = 5;

/// The rules that a lane has read in one round, by origin (`scheme://host[:port]`).
#[derive(Default)]
pub(super) struct Manners {
    robots: HashMap<String, RobotsStanding>,
    reservations: HashMap<String, TdmRules>,
}

/// What robots.txt means for this round.
enum RobotsStanding {
    /// Everything is allowed.
    Open,
    /// These rules apply.
    Ruled(Robots),
    /// It could not be read, so the host is skipped. `asked`: whether it was requested in this round.
    Closed { asked: bool },
}

impl Manners {
    /// The Crawl-delay of the host's robots.txt.
    pub(super) fn crawl_delay(&self, url: &Url, agent: &str) -> Option<Duration> {
        match self.robots.get(&host_name(url)) {
            Some(RobotsStanding::Ruled(rules)) => rules.crawl_delay(agent),
            _ => None,
        }
    }

    /// The reservations of the host of a URL.
    pub(super) fn reserved(&self, url: &Url) -> Option<&TdmRules> {
        self.reservations.get(&host_name(url))
    }
}

/// Requests robots.txt if it is not known, and obeys it.
pub(super) async fn obey<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &mut Manners,
    job: &mut Job<T>,
) -> Result<(), Failure> {
    let origin = host_name(&job.url);
    if !manners.robots.contains_key(&origin) {
        let now = (round.clock)();
        let known = round.host(&origin).robots;
        let asked = known.as_ref().is_none_or(|file| file.is_due(now));
        let file = match known {
            Some(file) if !asked => file,
            known => {
                let file = fetch_robots(round, manners, job, known.as_ref()).await?;
                // Reads the host again, because the request may have begun a back-off.
                let mut host = round.host(&origin);
                host.robots = Some(file.clone());
                round.learn(host).await;
                file
            }
        };
        let standing = match file.rules {
            _ if file.closes(now) => RobotsStanding::Closed { asked },
            Rules::Text(ref text) => RobotsStanding::Ruled(Robots::parse(text)),
            Rules::Absent | Rules::Unknown => RobotsStanding::Open,
        };
        manners.robots.insert(origin.clone(), standing);
    }
    match manners.robots.get(&origin) {
        Some(RobotsStanding::Closed { asked }) => {
            let kind = if *asked { FailureKind::Unreachable } else { FailureKind::Skipped };
            Err(failure(kind, Cause::new(CauseCode::RobotsUnread, &[])))
        }
        Some(RobotsStanding::Ruled(rules)) => {
            let verdict = rules.verdict(round.settings.agent(), &job.url);
            if verdict.allowed {
                return Ok(());
            }
            let cause = match verdict.line {
                Some((number, line)) => Cause::new(CauseCode::Robots, &[&number, &line.trim()]),
                None => Cause::new(CauseCode::RobotsSilent, &[]),
            };
            Err(failure(FailureKind::Disallowed, cause))
        }
        Some(RobotsStanding::Open) | None => Ok(()),
    }
}

async fn fetch_robots<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &Manners,
    job: &mut Job<T>,
    old: Option<&RobotsFile>,
) -> Result<RobotsFile, Failure> {
    let now = (round.clock)();
    Ok(match beside(round, manners, job, "/robots.txt", Accept::Robots, None).await {
        Ok(Some(response)) => RobotsFile::answered(Rules::Text(rules_text(&response.body)), now),
        // Too many redirects, or one to a forbidden URL, count as no file (RFC 9309, 2.3.1.2).
        Ok(None) => RobotsFile::answered(Rules::Absent, now),
        Err(Failure { status: Some(status), .. }) if robots::means_no_rules(status) => {
            RobotsFile::answered(Rules::Absent, now)
        }
        // Its own name leads to where we must not go: that says nothing of the file.
        Err(problem) if matches!(problem.kind, FailureKind::Stopped | FailureKind::Forbidden) => return Err(problem),
        Err(problem) => RobotsFile::failed(old, now, problem.retry_after, jitter()),
    })
}

/// Slightly more than a robot must read (RFC 9309, 2.5), so that the parser notices that the text was cut.
fn rules_text(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..=robots::LONGEST).unwrap_or(body)).into_owned()
}

/// Requests the reservations of the host of an article, once a week. A failure has no consequences.
pub(super) async fn ask_reservations<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &mut Manners,
    job: &mut Job<T>,
) -> Result<(), Failure> {
    let origin = host_name(&job.url);
    if manners.reservations.contains_key(&origin) {
        return Ok(());
    }
    let now = (round.clock)();
    let file = match round.host(&origin).tdm {
        Some(file) if !file.is_due(now) => file,
        old => {
            let file = fetch_reservations(round, manners, job, old).await?;
            let mut host = round.host(&origin);
            host.tdm = Some(file.clone());
            round.learn(host).await;
            file
        }
    };
    manners.reservations.insert(origin, TdmRules::parse(&file.text));
    Ok(())
}

async fn fetch_reservations<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &Manners,
    job: &mut Job<T>,
    old: Option<TdmFile>,
) -> Result<TdmFile, Failure> {
    let now = (round.clock)();
    if let Some(RobotsStanding::Ruled(rules)) = manners.robots.get(&host_name(&job.url))
        && let Some(place) = place(&job.url, TDM_PATH)
        && !rules.verdict(round.settings.agent(), &place).allowed
    {
        return Ok(TdmFile::answered(String::new(), None, None, now));
    }
    Ok(match beside(round, manners, job, TDM_PATH, Accept::Reservations, old.as_ref()).await {
        Ok(Some(response)) if response.status == 304 => old.unwrap_or_default().confirmed(now),
        Ok(Some(response)) if response.complete => {
            let text = String::from_utf8_lossy(&response.body).into_owned();
            // Some sites serve a page at every URL: that is not a reservation file.
            let text = if text.trim_start_matches('\u{feff}').trim_start().starts_with(['[', '{']) {
                text
            } else {
                String::new()
            };
            TdmFile::answered(text, response.etag, response.last_modified, now)
        }
        Ok(None) | Err(Failure { status: Some(400..=428 | 430..=499), .. }) => {
            TdmFile::answered(String::new(), None, None, now)
        }
        Err(problem) if problem.kind == FailureKind::Stopped => return Err(problem),
        Ok(Some(_)) | Err(_) => TdmFile::failed(old, now),
    })
}

fn place(url: &Url, path: &str) -> Option<Url> {
    url.join(path).ok()
}

/// Requests a file of the host that is not a page; `None`: its redirects lead to no usable URL.
async fn beside<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &Manners,
    job: &mut Job<T>,
    path: &str,
    accept: Accept,
    known: Option<&TdmFile>,
) -> Result<Option<Response>, Failure> {
    let Some(mut url) = place(&job.url, path) else { return Ok(None) };
    let request = Request {
        id: 0,
        url: url.clone(),
        accept,
        validated: Some(url.clone()),
        etag: known.and_then(|file| file.etag.clone()),
        last_modified: known.and_then(|file| file.last_modified.clone()),
    };
    let mut seen = Vec::new();
    while seen.len() <= HOPS {
        seen.push(url.clone());
        if let Err(why) = admit(&round.settings, &round.lookup, &url).await {
            round.watching(&url, accept).leave_out(&why);
            break;
        }
        let delay = manners.crawl_delay(&url, round.settings.agent());
        let (result, _) = ask(round, delay, &request, &url, &mut job.bytes).await;
        job.requests += 1;
        match result {
            // As above: some names show only when they are looked up that they lead to a private address.
            Err(Failure { kind: FailureKind::Forbidden, .. }) if seen.len() > 1 => break,
            Err(problem) => return Err(problem),
            Ok(Exchange::Response(response)) => return Ok(Some(response)),
            // A circle leads nowhere.
            Ok(Exchange::Redirect { to, .. }) if seen.contains(&to) => break,
            Ok(Exchange::Redirect { to, .. }) => url = to,
        }
    }
    Ok(None)
}
