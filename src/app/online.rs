//! Requests every channel of a configuration once.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::Requester;
use crate::answer::{Failure, FailureKind, Response};
use crate::config::Config;
use crate::crawl;
use crate::decide::Limits;
use crate::i18n::Cause;
use crate::model::ChannelType;
use crate::pipeline::{DecodedResponse, Knowledge};
use crate::site::Look;
use crate::source::{ChannelKind, Source};

/// The response of a channel.
#[derive(Debug, Clone)]
pub struct ChannelAnswer {
    /// Its source.
    pub source: String,
    /// Its kind.
    pub kind: ChannelType,
    /// The requested URL.
    pub url: String,
    /// The HTTP status, or a word if there was no response.
    pub status: String,
    /// Its contents, or why it could not be read.
    pub holds: Result<Look, String>,
    /// What is left out of its contents, or why it has none.
    pub remark: Option<String>,
    /// Its new URL, if it moved permanently.
    pub moved_to: Option<String>,
}

/// Requests all channels, and returns their responses in the order of the configuration. `on_answer` is called with the number of
/// responses so far, and of all channels.
pub fn check(
    requester: &mut Requester,
    config: &Config,
    zone: &TimeZone,
    now: Timestamp,
    on_answer: &mut dyn FnMut(usize, usize),
) -> Vec<ChannelAnswer> {
    let specs = crawl::channels(config);
    let mut wanted = Vec::new();
    let mut asked = Vec::new();
    for spec in &specs {
        let source = config.sources.iter().find(|source| source.name == spec.source);
        if let (Some(source), Ok(url)) = (source, Url::parse(&spec.url))
            && let Some(kind) = crawl::kind_of(Some(source), spec.kind, &spec.url)
        {
            wanted.push((url, crawl::accept_of(spec.kind)));
            asked.push((spec, source, kind));
        }
    }
    let knowledge = Knowledge::new(config, &[], zone.clone());
    let limits = Limits { zone, max_age: knowledge.max_age, owners: &knowledge.owners };
    let mut rows: Vec<Option<ChannelAnswer>> = asked.iter().map(|_| None).collect();
    let mut done = 0;
    requester.all(wanted, |at, answer| {
        let (Some((spec, source, kind)), Some(row)) = (asked.get(at), rows.get_mut(at)) else { return };
        done += 1;
        on_answer(done, asked.len());
        let moved_to = answer.moved_to.as_ref().map(Url::to_string);
        let (status, polled) = read(answer.result, (source, kind, &spec.url), &limits, now);
        let (holds, remark) = match polled {
            Ok((look, cause)) => (Ok(look), cause.map(|cause| cause.to_string())),
            Err(cause) => (Err(cause.to_string()), None),
        };
        let (source, url) = (spec.source.clone(), spec.url.clone());
        *row = Some(ChannelAnswer { source, kind: spec.kind, url, status, holds, remark, moved_to });
    });
    rows.into_iter().flatten().collect()
}

/// The status of a response, and its contents with what is left out of them.
fn read(
    result: Result<Response, Failure>,
    (source, kind, url): (&Source, &ChannelKind, &str),
    limits: &Limits,
    now: Timestamp,
) -> (String, Result<(Look, Option<Cause>), Cause>) {
    match result {
        Ok(response) => {
            let DecodedResponse { page, response } = response.into();
            let status = response.status.to_string();
            let polled = crawl::try_poll(source, kind, url, &page, response, limits, now).usable();
            (status, polled.map(|(announced, cause)| (Look::of(&announced, now), cause)))
        }
        Err(failure) => {
            let word = match (failure.kind, failure.status) {
                (_, Some(status)) => status.to_string(),
                (FailureKind::Disallowed, None) => "robots".to_owned(),
                (FailureKind::Forbidden, None) => "guarded".to_owned(),
                _ => "none".to_owned(),
            };
            (word, Err(failure.cause))
        }
    }
}
