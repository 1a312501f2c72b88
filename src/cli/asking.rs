//! Asking some addresses outside of a run: politely as ever, in order, without a database.

use std::collections::HashMap;

use url::Url;

use super::Context;
use crate::answer::{Answer, Failure, FailureKind};
use crate::article::Page;
use crate::config::Config;
use crate::discover::{self, NamedFeed};
use crate::error::Error;
use crate::fetch::{Accept, Event, Fetcher, Request, host_name};
use crate::language::Cause;
use crate::pipeline;
use crate::politeness::robots::Robots;
use crate::politeness::{Host, Rules};

/// Asks, and remembers what it learns of hosts: robots.txt is asked for once.
pub(super) struct Asker {
    fetcher: Fetcher,
    hosts: HashMap<String, Host>,
    /// Requests so far, redirects and robots.txt included.
    pub(super) requests: u64,
}

/// What stands at an address.
pub(super) struct Asked {
    pub(super) page: Page,
    /// `Content-Type`.
    pub(super) content_type: Option<String>,
    /// Whether the answer came to its end.
    pub(super) is_whole: bool,
    /// The feeds that its headers name.
    pub(super) named: Vec<NamedFeed>,
    /// The address to ask next time: another one only where it moved for good.
    pub(super) address: Url,
}

impl Asker {
    pub(super) fn new(context: &Context, config: &Config) -> Result<Self, Error> {
        let fetcher = Fetcher::new(context.settings(config)?, context.clock())?;
        fetcher.stop_on_signals(super::leave);
        Ok(Self { fetcher, hosts: HashMap::new(), requests: 0 })
    }

    /// Asks for all of these, and hands each answer with its place among them to `heard`, in the order in which they come.
    pub(super) fn ask(&mut self, wanted: Vec<(Url, Accept)>, mut heard: impl FnMut(usize, Answer)) {
        let numbered = (0i64..).zip(wanted);
        let requests: Vec<Request> = numbered
            .map(|(id, (url, accept))| Request { id, url, accept, validated: None, etag: None, last_modified: None })
            .collect();
        let mut events = self.fetcher.ask(requests, self.hosts.clone(), |answer| answer);
        while let Some(event) = events.blocking_recv() {
            match event {
                Event::Host(host) => drop(self.hosts.insert(host.name.clone(), *host)),
                Event::Answer(answer) => {
                    self.requests += answer.requests;
                    if let Ok(place) = usize::try_from(answer.id) {
                        heard(place, answer);
                    }
                }
            }
        }
    }

    /// Asks for one address.
    pub(super) fn one(&mut self, url: &Url, accept: Accept) -> Result<Asked, Failure> {
        let mut result = None;
        self.ask(vec![(url.clone(), accept)], |_, answer| result = Some((answer.result, answer.moved_to)));
        let (response, moved_to) = result.unwrap_or_else(|| {
            let cause = Cause::from("no answer".to_owned());
            (Err(Failure { kind: FailureKind::Unreachable, status: None, cause, retry_after: None }), None)
        });
        let response = response?;
        let content_type = response.content_type;
        let page = pipeline::page(response.url, response.body, content_type.as_deref());
        let named = response.links.map(|links| discover::header_feeds(&links, &page.url)).unwrap_or_default();
        let address = moved_to.unwrap_or_else(|| url.clone());
        Ok(Asked { page, content_type, is_whole: response.complete, named, address })
    }

    /// The sitemaps that robots.txt of a site names, as far as it was read.
    pub(super) fn sitemaps(&self, site: &Url) -> Vec<Url> {
        match self.hosts.get(&host_name(site)).and_then(|host| host.robots.as_ref()).map(|file| &file.rules) {
            Some(Rules::Text(text)) => Robots::parse(text).sitemaps_at(site),
            _ => Vec::new(),
        }
    }
}
