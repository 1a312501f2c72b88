//! Finds the channels of a site, and proposes a source for `sources.toml`.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::sources::{names, unique};
use super::{Received, Requester};
use crate::answer::{Failure, FailureKind};
use crate::article::Page;
use crate::channel::{self, PageKind};
use crate::config::Config;
use crate::crawl;
use crate::decide::Limits;
use crate::error::Error;
use crate::fetch::Accept;
use crate::model::PollOutcome;
use crate::pipeline::Knowledge;
use crate::site::{self, ChannelPlace, Draft, Hope, Look, Obstacle, Probe, Proposal, Site, feeds_of};
use crate::source::{ChannelKind, Source};
use crate::text::clean::{address, one_line};

/// The most URLs that are requested for one site.
const MOST_ASKED: usize = 24;
/// The origin of the URL that the user gave.
const NAMED: &str = "given by you";

/// What was found about a site.
#[derive(Debug)]
pub struct FoundSite {
    /// The URL that was given.
    pub url: Url,
    /// The proposed source; without channels if nothing was found.
    pub draft: Draft,
    /// What stood in place of the page at the URL, a clause; `None`: it was read.
    pub obstacle: Option<String>,
    /// All channels that were tried.
    pub found: Vec<Probe>,
    /// A page that can serve as a listing, whether or not it is part of the source.
    pub listing: Option<(Url, Proposal)>,
    /// The source in the configuration for the same site.
    pub known: Option<String>,
    /// Whether the configuration already has all channels of the draft.
    pub nothing_new: bool,
    /// The number of requests.
    pub requests: u64,
}

/// What is shared by searches of several sites.
pub struct SiteFinder {
    requester: Requester,
    /// The names of the sources of the configuration and of those proposed so far.
    taken: HashSet<String>,
}

impl SiteFinder {
    /// A finder that has proposed nothing yet.
    pub fn new(requester: Requester, config: &Config) -> Self {
        Self { requester, taken: names(config) }
    }
}

/// Finds the channels of a site. `describe` returns a remark on the contents of a channel; `on_request` is called before each request.
pub fn find(
    finder: &mut SiteFinder,
    config: &Config,
    url: Url,
    zone: TimeZone,
    now: Timestamp,
    describe: &dyn Fn(&Look) -> String,
    on_request: &mut dyn FnMut(&Url),
) -> Result<FoundSite, Error> {
    let before = finder.requester.requests;
    let mut search = Search {
        requester: &mut finder.requester,
        knowledge: Knowledge::new(config, &[], zone),
        now,
        on_request,
        asked: HashSet::new(),
        found: Vec::new(),
        nested: Vec::new(),
        overviews: Vec::new(),
        obstacle: None,
    };
    let profile = search.profile(&url);
    let (site, pages) = match &profile {
        Some(site) => (site.clone(), Vec::new()),
        None => search.look_around(&url)?,
    };
    let Search { mut found, obstacle, .. } = search;
    let listing = pages.iter().find_map(|page| Some((lasting(&page.url, &url, now)?, site::propose(page)?)));
    let page = listing.as_ref().map(|(url, proposal)| (url, proposal));
    let mut draft = site::draft(&site, &mut found, page, now, describe);
    // Many share the site of a profile.
    draft.site = draft.site.filter(|_| profile.is_none());
    let known = known(config, &draft);
    let polled =
        |url: &str| config.sources.iter().flat_map(|source| &source.channels).any(|channel| channel.url == url);
    let nothing_new = known.is_some() && draft.urls().all(polled);
    draft.name = unique(&draft.name, &mut finder.taken);
    let requests = finder.requester.requests - before;
    Ok(FoundSite { url, draft, obstacle, found, listing, known, nothing_new, requests })
}

/// The URL of a page that will still list what is new: of two without a date in it, that which answered.
fn lasting(answered: &Url, given: &Url, now: Timestamp) -> Option<Url> {
    [answered, given].into_iter().find(|url| !site::has_date(url, now)).cloned()
}

/// Parses a URL; the scheme defaults to `https://`.
pub fn site_url(text: &str) -> Result<Url, Error> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    Url::parse(&with_scheme)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty()))
        .ok_or_else(|| {
            Error::usage(format!("could not read {text:?}: it is not an http or https URL"))
                .hint("give the URL of the outlet's home page, such as https://www.example.org")
        })
}

/// The source in the configuration for the same site.
fn known(config: &Config, draft: &Draft) -> Option<String> {
    let same = config.sources.iter().find(|source| {
        let channels: Vec<String> = source.channels.iter().map(|channel| channel.url.clone()).collect();
        draft.is_same_outlet(source.site.as_ref(), &channels)
    });
    same.map(|source| source.name.clone())
}

/// A search in progress.
struct Search<'a> {
    requester: &'a mut Requester,
    knowledge: Knowledge,
    now: Timestamp,
    on_request: &'a mut dyn FnMut(&Url),
    asked: HashSet<Url>,
    found: Vec<Probe>,
    /// Sitemaps named by sitemap indexes.
    nested: Vec<ChannelPlace>,
    /// HTML pages found in place of a feed: some list the feeds of a site.
    overviews: Vec<Page>,
    /// What stands in place of the page at the URL that was given.
    obstacle: Option<String>,
}

impl Search<'_> {
    /// Requests the feed of a profile on a site of many authors; `None`: the URL is none of one, or its feed is not there.
    fn profile(&mut self, url: &Url) -> Option<Site> {
        self.ask_until(site::profile_feeds(url), PageKind::Feed);
        let title = self.titles().find(|title| !title.is_empty());
        let last = url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty()));
        let name = title.or_else(|| last.map(str::to_owned));
        let is_found = self.found.iter().any(|one| one.holds.is_ok());
        is_found.then(|| Site { name: name.unwrap_or_default(), url: url.clone(), language: None })
    }

    /// Tries the possible channels of a site until enough are found. Returns the site, and its pages that may serve as listings.
    fn look_around(&mut self, url: &Url) -> Result<(Site, Vec<Page>), Error> {
        (self.on_request)(url);
        self.asked.insert(url.clone());
        let mut pages = Vec::new();
        let mut closed = false;
        match self.requester.one(url, Accept::Page) {
            Ok(asked) => match channel::sniff(&asked.page) {
                Some(PageKind::Feed) => {
                    self.take(ChannelPlace::feed(url.clone(), NAMED), asked);
                }
                Some(PageKind::Sitemap) => {
                    self.take(ChannelPlace::sitemap(url.clone(), NAMED), asked);
                }
                _ => {
                    self.ask(feeds_of(&asked.named, false, &asked.page.url));
                    let obstacle = self.meet(url, &asked.page);
                    closed = obstacle == Some(Obstacle::BotWall);
                    if matches!(obstacle, None | Some(Obstacle::Script)) {
                        pages.push(asked.page);
                    }
                }
            },
            // A publisher who refuses is not asked for guessed URLs; those that robots.txt names are an invitation.
            Err(failure) if failure.kind == FailureKind::Blocked => {
                closed = true;
                self.obstacle = Some(format!("{} was refused: {}", address(url.as_str()), failure.cause));
            }
            Err(failure) if failure.kind == FailureKind::Disallowed => {
                self.obstacle = Some(format!("{} was not requested: {}", address(url.as_str()), failure.cause));
            }
            Err(failure) if failure.kind == FailureKind::NotFound => {
                self.obstacle = Some(format!("{} was not found: {}", address(url.as_str()), failure.cause));
            }
            Err(failure) => return Err(unread(url, &failure)),
        }
        let home = pages.first().map_or(url, |page| &page.url).join("/").unwrap_or_else(|_| url.clone());
        self.ask(pages.iter().flat_map(|page| feeds(page, false)).collect());
        if !self.has(PageKind::Feed) && !closed && self.asked.len() < MOST_ASKED && self.asked.insert(home.clone()) {
            (self.on_request)(&home);
            if let Ok(Received { page, .. }) = self.requester.one(&home, Accept::Page)
                && pages.iter().all(|known| known.url != page.url)
                && matches!(self.meet(&home, &page), None | Some(Obstacle::Script))
            {
                self.ask(feeds(&page, false));
                pages.insert(0, page);
            }
        }
        self.enter(&mut pages);
        self.ask(site::sitemaps(&self.requester.sitemaps(&home)));
        self.ask_nested();
        if !self.has(PageKind::Feed) {
            self.ask(pages.iter().flat_map(|page| feeds(page, true)).collect());
            // Some sites list their feeds on a page about feeds.
            let overviews = std::mem::take(&mut self.overviews);
            let names_feeds =
                |url: &Url| overviews.iter().any(|page| page.url == *url && !channel::named_feeds(page).is_empty());
            self.found.retain(|one| one.holds.is_ok() || !names_feeds(&one.url));
            self.ask(overviews.iter().flat_map(|page| [feeds(page, false), feeds(page, true)]).flatten().collect());
        }
        if !closed {
            if !self.has(PageKind::Feed) {
                self.ask_until(site::common_feeds(&home, &pages), PageKind::Feed);
            }
            if !self.has(PageKind::Sitemap) {
                let all = !self.has(PageKind::Feed);
                self.ask_until(site::common_sitemaps(&home, &pages, all), PageKind::Sitemap);
                self.ask_nested();
            }
        }
        let mut site = match pages.first() {
            Some(page) => Site::from_page(page),
            None => Site { name: site::name_of_host(&home), url: home, language: None },
        };
        if pages.is_empty()
            && let Some(title) = self.titles().find(|title| !title.is_empty())
        {
            site.name = title;
        }
        Ok((site, pages))
    }

    /// Notes what stands in front of the site, if this page is no page of it.
    fn meet(&mut self, url: &Url, page: &Page) -> Option<Obstacle> {
        let obstacle = site::obstacle(page, self.now)?;
        self.obstacle = Some(stands_at(obstacle, url, &page.url));
        Some(obstacle)
    }

    /// Follows the links of a page that only leads to others: a choice of languages, or a refresh.
    fn enter(&mut self, pages: &mut Vec<Page>) {
        let Some(door) = pages.first().filter(|page| !self.has(PageKind::Feed) && site::propose(page).is_none()) else {
            return;
        };
        for url in site::entrances(door) {
            if self.asked.len() < MOST_ASKED && self.asked.insert(url.clone()) {
                (self.on_request)(&url);
                if let Ok(Received { page, named, .. }) = self.requester.one(&url, Accept::Page) {
                    self.ask(feeds_of(&named, false, &page.url));
                    self.ask(feeds(&page, false));
                    pages.push(page);
                }
            }
        }
    }

    /// Requests the sitemaps that indexes name, which may be indexes too.
    fn ask_nested(&mut self) {
        for _ in 0..2 {
            let nested = std::mem::take(&mut self.nested);
            self.ask(nested);
        }
        self.nested.clear();
    }

    fn titles(&self) -> impl Iterator<Item = String> {
        self.found.iter().filter_map(|one| one.holds.as_ref().ok()).map(|look| one_line(&look.title))
    }

    /// Whether there is a channel of that kind that is in use.
    fn has(&self, kind: PageKind) -> bool {
        self.found.iter().any(|one| one.holds.as_ref().is_ok_and(|look| look.kind == kind && look.is_alive(self.now)))
    }

    /// Requests these one by one, until one has what is wanted.
    fn ask_until(&mut self, places: Vec<ChannelPlace>, wanted: PageKind) {
        for place in places {
            self.ask(vec![place]);
            if self.has(wanted) || !self.nested.is_empty() {
                return;
            }
        }
    }

    fn ask(&mut self, mut places: Vec<ChannelPlace>) {
        places.retain(|place| self.asked.len() < MOST_ASKED && self.asked.insert(place.url.clone()));
        for place in places {
            (self.on_request)(&place.url);
            match self.requester.one(&place.url, Accept::Feed) {
                Ok(asked) => self.take(place, asked),
                Err(failure) => {
                    let url = place.url.clone();
                    let was_requested = !matches!(
                        failure.kind,
                        FailureKind::Disallowed | FailureKind::Forbidden | FailureKind::Skipped | FailureKind::Stopped
                    );
                    let is_absent = matches!(failure.kind, FailureKind::NotFound | FailureKind::Gone);
                    let holds = Err(failure.cause.to_string());
                    self.found.push(Probe { place, url, holds, was_requested, is_absent, left_out: None });
                }
            }
        }
    }

    /// Reads a response as a channel.
    fn take(&mut self, place: ChannelPlace, asked: Received) {
        let Received { page, url, response, .. } = asked;
        // Where a URL that lasts leads to today is no place to ask tomorrow.
        let url = if site::has_date(&url, self.now) { place.url.clone() } else { url };
        let kind = if place.hope == Hope::Feed { ChannelKind::Feed } else { ChannelKind::Sitemap };
        let limits =
            Limits { zone: &self.knowledge.zone, max_age: self.knowledge.max_age, owners: &self.knowledge.owners };
        let polled = crawl::try_poll(&Source::default(), &kind, url.as_str(), &page, response, &limits, self.now);
        let is_absent = polled.announced.is_none() && polled.outcome != PollOutcome::Blocked;
        if let Some(announced) = &polled.announced {
            self.nested.extend(site::nested(announced, &url));
        } else if place.hope == Hope::Feed && channel::sniff(&page) == Some(PageKind::Listing) {
            self.overviews.push(page);
        }
        let holds = polled.usable();
        let holds = holds.map(|(announced, _)| Look::of(&announced, self.now)).map_err(|cause| cause.to_string());
        self.found.push(Probe { place, url, holds, was_requested: true, is_absent, left_out: None });
    }
}

/// The feeds that a page names.
fn feeds(page: &Page, linked: bool) -> Vec<ChannelPlace> {
    feeds_of(&channel::named_feeds(page), linked, &page.url)
}

/// What answered in place of a page.
fn stands_at(obstacle: Obstacle, url: &Url, answered: &Url) -> String {
    let through = if url.host_str() == answered.host_str() {
        String::new()
    } else {
        format!(" after a redirect to {}", answered.host_str().unwrap_or_default())
    };
    format!("{} answered{through} with {}", address(url.as_str()), obstacle.name())
}

fn unread(url: &Url, failure: &Failure) -> Error {
    let error = Error::failed(format!("could not read {}: {}", address(url.as_str()), failure.cause));
    // For a private address, the cause already says what to do.
    let guarded = failure.kind == FailureKind::Forbidden;
    if guarded { error } else { error.hint("check in a browser that this is the URL of the outlet's home page") }
}
