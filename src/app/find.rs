//! From the URL of a site to a source that can be pasted into `sources.toml`.

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
use crate::error::Error;
use crate::fetch::Accept;
use crate::pipeline;
use crate::site::{self, ChannelPlace, Draft, Hope, Look, Probe, Proposal, Site, feeds_of};
use crate::source::ChannelKind;
use crate::text::clean::{address, one_line};

/// URLs that are requested for one site, and no more.
const MOST_ASKED: usize = 24;
/// Who names the URL that the user gave.
const NAMED: &str = "you named it";

/// All that was found out about a site.
#[derive(Debug)]
pub struct FoundSite {
    /// The URL that was given.
    pub url: Url,
    /// The source that is proposed; of no channel where nothing was found.
    pub draft: Draft,
    /// All that was requested for it.
    pub found: Vec<Probe>,
    /// A page that can be a channel, whether or not it is part of the source.
    pub listing: Option<(Url, Proposal)>,
    /// The source of the configuration that is of the same site.
    pub known: Option<String>,
    /// Whether the configuration has all of the draft's channels.
    pub nothing_new: bool,
    /// Requests that it took.
    pub requests: u64,
}

/// Looks for the channels of a site. `describe` words a remark on what a channel holds; `on_request` hears what is requested.
pub fn find(
    requester: Requester,
    config: &Config,
    url: Url,
    zone: TimeZone,
    now: Timestamp,
    describe: &dyn Fn(&Look) -> String,
    on_request: &mut dyn FnMut(&Url),
) -> Result<FoundSite, Error> {
    let (asked, found) = (HashSet::new(), Vec::new());
    let mut search =
        Search { requester, zone, now, on_request, asked, found, nested: Vec::new(), overviews: Vec::new() };
    let (site, pages) = search.look_around(&url)?;
    let Search { mut found, requester, .. } = search;
    let listing = pages.iter().find_map(|page| Some((page.url.clone(), site::propose(page)?)));
    let page = listing.as_ref().map(|(url, proposal)| (url, proposal));
    let mut draft = site::draft(&site, &mut found, page, now, describe);
    let known = known(config, &draft);
    let polled =
        |url: &str| config.sources.iter().flat_map(|source| &source.channels).any(|channel| channel.url == url);
    let nothing_new = known.is_some() && draft.urls().all(polled);
    draft.name = unique(&draft.name, &mut names(config));
    Ok(FoundSite { url, draft, found, listing, known, nothing_new, requests: requester.requests })
}

/// What the user typed, with `https://` before it where that was left out.
pub fn site_url(text: &str) -> Result<Url, Error> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    Url::parse(&with_scheme)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty()))
        .ok_or_else(|| {
            Error::usage(format!("could not read {text:?}: it is no web address"))
                .hint("give the address of the outlet's home page, such as https://www.example.org")
        })
}

/// The source of the configuration that is of the same site.
fn known(config: &Config, draft: &Draft) -> Option<String> {
    let same = config.sources.iter().find(|source| {
        let channels: Vec<String> = source.channels.iter().map(|channel| channel.url.clone()).collect();
        draft.is_of(source.site.as_ref(), &channels)
    });
    same.map(|source| source.name.clone())
}

/// A search while it goes on.
struct Search<'a> {
    requester: Requester,
    zone: TimeZone,
    now: Timestamp,
    on_request: &'a mut dyn FnMut(&Url),
    asked: HashSet<Url>,
    found: Vec<Probe>,
    /// Sitemaps that indexes named.
    nested: Vec<ChannelPlace>,
    /// Pages that answered where a feed was hoped for: some list a site's feeds.
    overviews: Vec<Page>,
}

impl Search<'_> {
    /// Asks for what a site may have, until enough is found; the site, and its pages that can be listings.
    fn look_around(&mut self, url: &Url) -> Result<(Site, Vec<Page>), Error> {
        (self.on_request)(url);
        self.asked.insert(url.clone());
        let mut pages = Vec::new();
        let mut closed = false;
        match self.requester.one(url, Accept::Page) {
            Ok(asked) => match channel::sniff(&asked.page) {
                Some(PageKind::Feed) => {
                    self.take(ChannelPlace { url: url.clone(), hope: Hope::Feed, named_by: NAMED }, asked);
                }
                Some(PageKind::Sitemap) => {
                    self.take(ChannelPlace { url: url.clone(), hope: Hope::Sitemap, named_by: NAMED }, asked);
                }
                _ => {
                    self.ask(feeds_of(&asked.named, false, &asked.page.url));
                    pages.push(asked.page);
                }
            },
            // What a publisher refuses is not tried at other doors; what robots.txt names is an invitation.
            Err(failure) if failure.kind == FailureKind::Blocked => closed = true,
            Err(failure) if matches!(failure.kind, FailureKind::Disallowed | FailureKind::NotFound) => {}
            Err(failure) => return Err(unread(url, &failure)),
        }
        let home = pages.first().map_or(url, |page| &page.url).join("/").unwrap_or_else(|_| url.clone());
        self.ask(pages.iter().flat_map(|page| feeds(page, false)).collect());
        if !self.has(PageKind::Feed) && !closed && self.asked.insert(home.clone()) {
            (self.on_request)(&home);
            if let Ok(Received { page, .. }) = self.requester.one(&home, Accept::Page)
                && pages.iter().all(|known| known.url != page.url)
            {
                self.ask(feeds(&page, false));
                pages.insert(0, page);
            }
        }
        self.enter(&mut pages);
        self.ask(site::sitemaps(&self.requester.sitemaps(&home)));
        let nested = std::mem::take(&mut self.nested);
        self.ask(nested);
        if !self.has(PageKind::Feed) {
            self.ask(pages.iter().flat_map(|page| feeds(page, true)).collect());
            // A page about feeds names them.
            let overviews = std::mem::take(&mut self.overviews);
            let names_feeds =
                |url: &Url| overviews.iter().any(|page| page.url == *url && !channel::named_feeds(page).is_empty());
            self.found.retain(|one| one.holds.is_ok() || !names_feeds(&one.url));
            self.ask(overviews.iter().flat_map(|page| [feeds(page, false), feeds(page, true)]).flatten().collect());
        }
        if !closed {
            if !self.has(PageKind::Feed) {
                self.ask_until(site::common_feeds(&home), PageKind::Feed);
            }
            if !self.has(PageKind::Sitemap) {
                let all = !self.has(PageKind::Feed);
                self.ask_until(site::common_sitemaps(&home, all), PageKind::Sitemap);
                let nested = std::mem::take(&mut self.nested);
                self.ask(nested);
            }
        }
        let mut site = match pages.first() {
            Some(page) => Site::read(page),
            None => Site { name: site::name_of_host(&home), url: home, language: None },
        };
        if pages.is_empty()
            && let Some(title) = self.titles().find(|title| !title.is_empty())
        {
            site.name = title;
        }
        Ok((site, pages))
    }

    /// Goes through a page that only leads to others: a choice of languages, or a refresh.
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

    fn titles(&self) -> impl Iterator<Item = String> {
        self.found.iter().filter_map(|one| one.holds.as_ref().ok()).map(|look| one_line(&look.title))
    }

    fn has(&self, kind: PageKind) -> bool {
        self.found.iter().any(|one| one.holds.as_ref().is_ok_and(|look| look.kind == kind && look.items > 0))
    }

    /// Asks for these one by one, until one holds something.
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
                    self.found.push(Probe { place, url, holds: Err(failure.cause.to_string()), left_out: None });
                }
            }
        }
    }

    /// Reads what was answered at a place.
    fn take(&mut self, place: ChannelPlace, asked: Received) {
        let Received { page, url, .. } = asked;
        let kind = if place.hope == Hope::Feed { ChannelKind::Feed } else { ChannelKind::Sitemap };
        let read = pipeline::read_channel(&page, &kind, &self.zone, self.now);
        if let Ok(announced) = &read {
            self.nested.extend(site::nested(announced));
        } else if place.hope == Hope::Feed && channel::sniff(&page) == Some(PageKind::Listing) {
            self.overviews.push(page);
        }
        let holds = read.map(|announced| Look::of(&announced, self.now)).map_err(|refusal| refusal.to_string());
        self.found.push(Probe { place, url, holds, left_out: None });
    }
}

/// The feeds that a page names.
fn feeds(page: &Page, linked: bool) -> Vec<ChannelPlace> {
    feeds_of(&channel::named_feeds(page), linked, &page.url)
}

fn unread(url: &Url, failure: &Failure) -> Error {
    let error = Error::failed(format!("could not read {}: {}", address(url.as_str()), failure.cause));
    // The cause says what to do about a guarded URL.
    let guarded = failure.kind == FailureKind::Forbidden;
    if guarded { error } else { error.hint("is it the address of the outlet's home page? try it in a browser") }
}
