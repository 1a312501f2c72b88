//! Requests every channel of a configuration once.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::Requester;
use crate::answer::{Answer, FailureKind};
use crate::config::Config;
use crate::crawl;
use crate::fetch::Accept;
use crate::model::ChannelType;
use crate::pipeline;
use crate::site::Look;
use crate::source::{ChannelKind, SearchSyntax};
use crate::store::ChannelSpec;

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
        if let Ok(url) = Url::parse(&spec.url) {
            wanted.push((url, if spec.kind == ChannelType::Page { Accept::Page } else { Accept::Feed }));
            asked.push((spec, kind_of(config, spec)));
        }
    }
    let mut rows: Vec<Option<ChannelAnswer>> = asked.iter().map(|_| None).collect();
    let mut done = 0;
    requester.all(wanted, |at, answer| {
        let (Some((spec, kind)), Some(row)) = (asked.get(at), rows.get_mut(at)) else { return };
        done += 1;
        on_answer(done, asked.len());
        let moved_to = answer.moved_to.as_ref().map(Url::to_string);
        let (status, holds) = read(answer, kind, zone, now);
        let (source, url) = (spec.source.clone(), spec.url.clone());
        *row = Some(ChannelAnswer { source, kind: spec.kind, url, status, holds, moved_to });
    });
    rows.into_iter().flatten().collect()
}

fn kind_of(config: &Config, spec: &ChannelSpec) -> ChannelKind {
    let source = config.sources.iter().find(|source| source.name == spec.source);
    let channel = source.and_then(|s| s.channels.iter().find(|c| c.url == spec.url && c.kind.plain() == spec.kind));
    // A search is found by its kind: its words are filled in.
    channel.map_or_else(|| ChannelKind::Search(SearchSyntax::default()), |channel| channel.kind.clone())
}

/// The status of a response, and its contents.
fn read(answer: Answer, kind: &ChannelKind, zone: &TimeZone, now: Timestamp) -> (String, Result<Look, String>) {
    match answer.result {
        Ok(response) => {
            let page = pipeline::page(response.url, response.body, response.content_type.as_deref());
            let holds = pipeline::read_channel(&page, kind, zone, now).map(|announced| Look::of(&announced, now));
            (response.status.to_string(), holds.map_err(|refusal| refusal.to_string()))
        }
        Err(failure) => {
            let word = match (failure.kind, failure.status) {
                (_, Some(status)) => status.to_string(),
                (FailureKind::Disallowed, None) => "robots".to_owned(),
                (FailureKind::Forbidden, None) => "guarded".to_owned(),
                _ => "none".to_owned(),
            };
            (word, Err(failure.cause.to_string()))
        }
    }
}
