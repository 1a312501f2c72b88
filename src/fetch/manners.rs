//! What a host asks of robots: robots.txt before the first request.

use std::sync::Arc;

use super::exchange::{Exchange, failure};
use super::lane::{Job, Manners, Round, ask, check, learn_rest};
use super::{Accept, Failure, FailureKind, Request, host_name};
use crate::politeness::robots::Robots;
use crate::politeness::{Host, RobotsFile};

/// Redirects on the way to robots.txt (RFC 9309, 2.3.1.2).
const HOPS: u8 = 5;

/// Reads robots.txt where it is not known, and obeys it.
pub(super) async fn obey<T: Send + 'static>(
    round: &Arc<Round<T>>,
    manners: &mut Manners,
    job: &mut Job,
    mut host: Host,
) -> Result<(), Failure> {
    let origin = host_name(&job.url);
    if !manners.rules.contains_key(&origin) {
        let now = (round.clock)();
        if !host.robots.as_ref().is_some_and(|file| file.is_fresh(now)) {
            let file = fetch_robots(round, manners, job, host.robots.as_ref()).await?;
            // What was learnt of a rest while asking stays.
            host = round.host(&origin);
            host.robots = Some(file);
            round.learn(host.clone()).await;
        }
        let rules = match &host.robots {
            Some(RobotsFile::Rules(text, _)) => Some(Robots::parse(text)),
            _ => None,
        };
        manners.rules.insert(origin.clone(), rules);
    }
    if host.robots.as_ref().is_some_and(|file| file.closes((round.clock)())) {
        return Err(failure(FailureKind::Unreachable, "robots.txt could not be read, so nothing else is asked for"));
    }
    let Some(Some(rules)) = manners.rules.get(&origin) else { return Ok(()) };
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
    let request =
        Request { id: 0, url: url.clone(), accept: Accept::Page, validated: None, etag: None, last_modified: None };
    for _ in 0..=HOPS {
        if check(round, &url).is_err() {
            break;
        }
        let (result, _) = ask(round, manners, &request, &url, &mut job.bytes).await;
        job.requests += 1;
        learn_rest(round, &host_name(&url), &result).await;
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

/// The first 500 KiB, which are all that a robot must read (RFC 9309, 2.5).
fn rules_text(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(500 * 1024)]).into_owned()
}
