//! Requests outside a run: as polite as in a run, but without a database.

use std::collections::HashMap;

use url::Url;

use crate::answer::{Answer, Failure, FailureKind, Response};
use crate::article::Page;
use crate::channel::{self, NamedFeed};
use crate::fetch::{Accept, Event, Fetcher, Request, host_name};
use crate::i18n::Cause;
use crate::pipeline::DecodedResponse;
use crate::politeness::robots::Robots;
use crate::politeness::{Host, Rules};

/// Makes requests, and remembers what it learns about hosts, so that it requests each robots.txt only once.
pub struct Requester {
    fetcher: Fetcher,
    hosts: HashMap<String, Host>,
    /// The number of requests so far, including redirects and robots.txt.
    pub requests: u64,
}

/// A response.
pub struct Received {
    /// Its text.
    pub page: Page,
    /// The rest of it.
    pub response: Response,
    /// The feeds named in its headers.
    pub named: Vec<NamedFeed>,
    /// The URL for later requests: the new one if it moved permanently.
    pub url: Url,
}

impl Requester {
    /// A requester that knows no host yet.
    pub fn new(fetcher: Fetcher) -> Self {
        Self { fetcher, hosts: HashMap::new(), requests: 0 }
    }

    /// Requests all of these URLs, and calls `on_answer` with each answer and its position in `wanted`, in the order of arrival.
    pub fn all(&mut self, wanted: Vec<(Url, Accept)>, mut on_answer: impl FnMut(usize, Answer)) {
        let numbered = (0i64..).zip(wanted);
        let requests: Vec<Request> = numbered
            .map(|(id, (url, accept))| Request { id, url, accept, validated: None, etag: None, last_modified: None })
            .collect();
        let mut events = self.fetcher.ask(requests, self.hosts.clone(), |answer| answer);
        while let Some(event) = events.blocking_recv() {
            match event {
                Event::Lost(_) | Event::Wake => {}
                Event::Host(host) => drop(self.hosts.insert(host.name.clone(), *host)),
                Event::Answer(answer) => {
                    self.requests += answer.requests;
                    if let Ok(place) = usize::try_from(answer.id) {
                        on_answer(place, answer);
                    }
                }
            }
        }
    }

    /// Requests one URL.
    pub fn one(&mut self, url: &Url, accept: Accept) -> Result<Received, Failure> {
        let mut result = None;
        self.all(vec![(url.clone(), accept)], |_, answer| result = Some((answer.result, answer.moved_to)));
        let (response, moved_to) = result.unwrap_or_else(|| {
            let cause = Cause::from("no response".to_owned());
            (Err(Failure { kind: FailureKind::Unreachable, status: None, cause, retry_after: None }), None)
        });
        let DecodedResponse { page, response } = response?.into();
        let named = response.links.as_deref().map(|links| channel::header_feeds(links, &page.url)).unwrap_or_default();
        let url = moved_to.unwrap_or_else(|| url.clone());
        Ok(Received { page, response, named, url })
    }

    /// The sitemaps that the robots.txt of a site names, if it has been read.
    pub fn sitemaps(&self, site: &Url) -> Vec<Url> {
        match self.hosts.get(&host_name(site)).and_then(|host| host.robots.as_ref()).map(|file| &file.rules) {
            Some(Rules::Text(text)) => Robots::parse(text).sitemaps_at(site),
            _ => Vec::new(),
        }
    }
}
