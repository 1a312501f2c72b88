//! `presswatch sources find`: from the address of a site to a source that can be pasted.

use std::collections::HashSet;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::finding::Answer;
use super::{configuration, unique};
use crate::answer::{Failure, FailureKind};
use crate::article::Page;
use crate::cli::asking::{Asked, Asker};
use crate::cli::{Context, json_line, print};
use crate::config::Config;
use crate::discover::{self, PageKind};
use crate::error::Error;
use crate::fetch::Accept;
use crate::find::{self, Draft, Found, Hope, Look, Place, Site, feeds_of};
use crate::output::holdings::holdings;
use crate::pipeline;
use crate::source::ChannelKind;
use crate::text::clean::{address, one_line};

#[derive(Debug, Args)]
pub(super) struct FindArgs {
    /// The address of the site: its home page, or any page of it
    #[arg(value_name = "URL")]
    url: String,
    /// Print one JSON object instead: what was looked at, what it holds, and the source
    #[arg(long)]
    json: bool,
}

/// Addresses that are asked for one site, and no more.
const MOST_ASKED: usize = 24;
/// Who names the address that the user gave.
const NAMED: &str = "you named it";

pub(super) fn find(context: &Context, args: &FindArgs) -> Result<u8, Error> {
    let config = configuration(context)?;
    let url = site_address(&args.url)?;
    let mut search = Search {
        asker: Asker::new(context, &config)?,
        zone: context.zone(&config),
        now: context.now(),
        watched: context.is_watched(),
        asked: HashSet::new(),
        found: Vec::new(),
        nested: Vec::new(),
        overviews: Vec::new(),
    };
    let (site, pages) = search.look_around(&url)?;
    if search.watched {
        crate::cli::say_over("");
    }
    let proposal = pages.iter().find_map(|page| Some((&page.url, find::propose(page)?)));
    let Search { zone, now, mut found, asker, .. } = search;
    let describe = |look: &Look| {
        let title = one_line(&look.title);
        let held = holdings(look, &zone, now);
        if title.is_empty() { held } else { format!("{title}: {held}") }
    };
    let page = proposal.as_ref().map(|(url, proposal)| (*url, proposal));
    let mut draft = find::draft(&site, &mut found, page, now, &describe);
    let known = known(&config, &draft);
    let polled =
        |url: &str| config.sources.iter().flat_map(|source| &source.channels).any(|channel| channel.url == url);
    let nothing_new = known.is_some() && draft.addresses().all(polled);
    let mut taken = config.sources.iter().map(|source| source.name.to_lowercase()).collect();
    draft.name = unique(&draft.name, &mut taken);
    let answer =
        Answer { url: &url, draft: &draft, found: &found, proposal: page, known, nothing_new, zone: &zone, now };
    if args.json {
        print(&json_line(&answer.json(asker.requests)))?;
        return Ok(u8::from(draft.is_empty()));
    }
    if draft.is_empty() {
        return Err(answer.nothing());
    }
    print(&answer.text())?;
    if context.is_watched() && !answer.nothing_new {
        crate::cli::say(&format!(
            "\nto take it over: presswatch sources find {} >> {}",
            args.url,
            context.config_path().display()
        ));
    }
    Ok(0)
}

/// What the user typed, with `https://` before it where that was left out.
fn site_address(text: &str) -> Result<Url, Error> {
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
struct Search {
    asker: Asker,
    zone: TimeZone,
    now: Timestamp,
    watched: bool,
    asked: HashSet<Url>,
    found: Vec<Found>,
    /// Sitemaps that indexes named.
    nested: Vec<Place>,
    /// Pages that answered where a feed was hoped for: some list a site's feeds.
    overviews: Vec<Page>,
}

impl Search {
    /// Asks for what a site may have, until enough is found; the site, and its pages that can be listings.
    fn look_around(&mut self, url: &Url) -> Result<(Site, Vec<Page>), Error> {
        self.tell(url);
        self.asked.insert(url.clone());
        let mut pages = Vec::new();
        let mut closed = false;
        match self.asker.one(url, Accept::Page) {
            Ok(asked) => match discover::sniff(&asked.page) {
                Some(PageKind::Feed) => self.take(Place { url: url.clone(), hope: Hope::Feed, named_by: NAMED }, asked),
                Some(PageKind::Sitemap) => {
                    self.take(Place { url: url.clone(), hope: Hope::Sitemap, named_by: NAMED }, asked);
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
            self.tell(&home);
            if let Ok(Asked { page, .. }) = self.asker.one(&home, Accept::Page)
                && pages.iter().all(|known| known.url != page.url)
            {
                self.ask(feeds(&page, false));
                pages.insert(0, page);
            }
        }
        self.enter(&mut pages);
        self.ask(find::sitemaps(&self.asker.sitemaps(&home)));
        let nested = std::mem::take(&mut self.nested);
        self.ask(nested);
        if !self.has(PageKind::Feed) {
            self.ask(pages.iter().flat_map(|page| feeds(page, true)).collect());
            // A page about feeds names them.
            let overviews = std::mem::take(&mut self.overviews);
            let names_feeds =
                |url: &Url| overviews.iter().any(|page| page.url == *url && !discover::named_feeds(page).is_empty());
            self.found.retain(|one| one.holds.is_ok() || !names_feeds(&one.url));
            self.ask(overviews.iter().flat_map(|page| [feeds(page, false), feeds(page, true)]).flatten().collect());
        }
        if !closed {
            if !self.has(PageKind::Feed) {
                self.ask_until(find::common_feeds(&home), PageKind::Feed);
            }
            if !self.has(PageKind::Sitemap) {
                let all = !self.has(PageKind::Feed);
                self.ask_until(find::common_sitemaps(&home, all), PageKind::Sitemap);
                let nested = std::mem::take(&mut self.nested);
                self.ask(nested);
            }
        }
        let mut site = match pages.first() {
            Some(page) => Site::read(page),
            None => Site { name: find::name_of_host(&home), url: home, language: None },
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
        let Some(door) = pages.first().filter(|page| !self.has(PageKind::Feed) && find::propose(page).is_none()) else {
            return;
        };
        for url in find::entrances(door) {
            if self.asked.len() < MOST_ASKED && self.asked.insert(url.clone()) {
                self.tell(&url);
                if let Ok(Asked { page, named, .. }) = self.asker.one(&url, Accept::Page) {
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

    fn tell(&self, url: &Url) {
        if self.watched {
            crate::cli::say_over(&format!("asking {}", crate::text::cut::shorten(&address(url.as_str()), 70)));
        }
    }

    /// Asks for these one by one, until one holds something.
    fn ask_until(&mut self, places: Vec<Place>, wanted: PageKind) {
        for place in places {
            self.ask(vec![place]);
            if self.has(wanted) || !self.nested.is_empty() {
                return;
            }
        }
    }

    fn ask(&mut self, mut places: Vec<Place>) {
        places.retain(|place| self.asked.len() < MOST_ASKED && self.asked.insert(place.url.clone()));
        for place in places {
            self.tell(&place.url);
            match self.asker.one(&place.url, Accept::Feed) {
                Ok(asked) => self.take(place, asked),
                Err(failure) => {
                    let url = place.url.clone();
                    self.found.push(Found { place, url, holds: Err(failure.cause.to_string()), left_out: None });
                }
            }
        }
    }

    /// Reads what was answered at a place.
    fn take(&mut self, place: Place, asked: Asked) {
        let Asked { page, address, .. } = asked;
        let kind = if place.hope == Hope::Feed { ChannelKind::Feed } else { ChannelKind::Sitemap };
        let read = pipeline::read_channel(&page, &kind, &self.zone, self.now);
        if let Ok(announced) = &read {
            self.nested.extend(find::nested(announced));
        } else if place.hope == Hope::Feed && discover::sniff(&page) == Some(PageKind::Listing) {
            self.overviews.push(page);
        }
        let holds = read.map(|announced| Look::of(&announced, self.now)).map_err(|refusal| refusal.to_string());
        self.found.push(Found { place, url: address, holds, left_out: None });
    }
}

/// The feeds that a page names.
fn feeds(page: &Page, linked: bool) -> Vec<Place> {
    feeds_of(&discover::named_feeds(page), linked, &page.url)
}

fn unread(url: &Url, failure: &Failure) -> Error {
    let error = Error::failed(format!("could not read {}: {}", address(url.as_str()), failure.cause));
    // An address that is guarded says itself what to do.
    let guarded = failure.kind == FailureKind::Forbidden;
    if guarded { error } else { error.hint("is it the address of the outlet's home page? try it in a browser") }
}
