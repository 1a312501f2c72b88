//! Proposes a source from the channels that were found, and explains why the others are left out.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use url::Url;

use super::dated::has_date;
use super::look::STALE;
use super::places::{Listed, listed};
use super::{ChannelPlace, Look, Proposal, Site};
use crate::canonical_url;
use crate::channel::PageKind;
use crate::text::count::counted;

/// A source to be added to `sources.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Unique among the sources beside it.
    pub name: String,
    /// The home page.
    pub site: Option<Url>,
    /// ISO 639-1.
    pub language: Option<String>,
    /// URLs of feeds.
    pub feeds: Vec<NotedUrl>,
    /// URLs of sitemaps.
    pub sitemaps: Vec<NotedUrl>,
    /// Listing pages.
    pub pages: Vec<PageEntry>,
}

/// A URL with a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedUrl {
    /// http or https.
    pub url: String,
    /// For a comment; may be empty.
    pub remark: String,
}

/// A page with the selector of its links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageEntry {
    /// http or https.
    pub url: String,
    /// A CSS selector.
    pub link: String,
    /// For a comment; may be empty.
    pub remark: String,
}

/// The result of a request for a possible channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// The requested URL, and who named it.
    pub place: ChannelPlace,
    /// The URL of the response.
    pub url: Url,
    /// The channel, or why there is none.
    pub holds: Result<Look, String>,
    /// Whether a request was sent; robots.txt or a host's limits may prevent it.
    pub was_requested: bool,
    /// Whether there is nothing at the URL: 404, 410 or an ordinary page. Otherwise the response says something about
    /// the site.
    pub is_absent: bool,
    /// Why it is not part of the source; `None` if it is.
    pub left_out: Option<String>,
}

/// How many days a sitemap may be out of date, and the most items that one poll of it may have.
const FRESH_MAP: i64 = 7;
const LARGE_MAP: usize = 5_000;
/// How many indexes may be above a sitemap.
const MAX_DEPTH: usize = 3;

/// Chooses among the channels found and marks those left out; `describe` words a remark on a channel's contents.
pub fn draft(
    site: &Site,
    found: &mut [Probe],
    page: Option<(&Url, &Proposal)>,
    now: Timestamp,
    describe: &dyn Fn(&Look) -> String,
) -> Draft {
    choose_feeds(found, now);
    choose_sitemaps(found, now);
    leave_out_others(found, page.is_some());
    leave_out_abandoned(found, page.map(|(_, proposal)| proposal), now);
    let remarks = replace_dated(found, now, describe);
    let mut draft = Draft { name: site.name.clone(), site: Some(site.url.clone()), ..Draft::default() };
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for one in found.iter().filter(|one| one.left_out.is_none()) {
        let Ok(look) = &one.holds else { continue };
        let remark = remarks.get(&one.url).cloned().unwrap_or_else(|| describe(look));
        let entry = NotedUrl { url: one.url.to_string(), remark };
        match look.kind {
            PageKind::Sitemap => draft.sitemaps.push(entry),
            _ => draft.feeds.push(entry),
        }
        if let Some(language) = &look.language {
            *languages.entry(language).or_default() += look.items;
        }
    }
    if draft.feeds.is_empty()
        && draft.sitemaps.is_empty()
        && let Some((url, proposal)) = page
    {
        let remark = format!(
            "{} today, such as: {}",
            counted(proposal.articles, "link", "links"),
            proposal.headlines.join(" / ")
        );
        draft.pages.push(PageEntry { url: url.to_string(), link: proposal.selector.clone(), remark });
    }
    // A source in two languages gets no language.
    draft.language = match languages.len() {
        0 => site.language.clone(),
        1 => languages.keys().next().map(|code| (*code).to_owned()),
        _ => None,
    };
    draft
}

fn choose_feeds(found: &mut [Probe], now: Timestamp) {
    let mut feeds: Vec<&mut Probe> = found.iter_mut().filter(|one| is_kind(one, PageKind::Feed)).collect();
    // The feed with the most items is the general one; feeds of sections and categories add to it. The sort is stable.
    feeds.sort_by_key(|one| {
        (listed(&one.url) == Listed::Others, std::cmp::Reverse(one.holds.as_ref().map_or(0, |look| look.keys.len())))
    });
    let any_fresh = feeds.iter().any(|one| one.holds.as_ref().is_ok_and(|look| look.is_fresh(now, STALE)));
    let mut known: HashSet<String> = HashSet::new();
    for one in feeds {
        let Ok(look) = &one.holds else { continue };
        let new = look.keys.iter().filter(|key| !known.contains(*key)).count();
        let stale = look.newest.is_some() && !look.is_fresh(now, STALE);
        one.left_out = if look.items == 0 {
            Some("it lists nothing".to_owned())
        } else if stale && any_fresh {
            Some("nothing new in it for two months".to_owned())
        } else if new * 3 < look.keys.len() {
            Some("its items are in another feed too".to_owned())
        } else {
            None
        };
        if one.left_out.is_none() {
            known.extend(look.keys.iter().cloned());
        }
    }
}

fn choose_sitemaps(found: &mut [Probe], now: Timestamp) {
    let is_news = |look: &Look| look.titled * 2 > look.items && look.is_fresh(now, FRESH_MAP);
    let has_feed = found.iter().any(|one| is_kind(one, PageKind::Feed) && one.left_out.is_none());
    let has_news = found.iter().any(|one| is_kind(one, PageKind::Sitemap) && one.holds.as_ref().is_ok_and(is_news));
    let mut known = HashSet::new();
    for one in found.iter_mut().filter(|one| is_kind(one, PageKind::Sitemap)) {
        let Ok(look) = &one.holds else { continue };
        let news = is_news(look);
        one.left_out = if look.items == 0 && look.sitemaps > 0 {
            Some(format!("an index of {} sitemaps, looked at one by one", look.sitemaps))
        } else if look.items == 0 {
            Some("it lists nothing".to_owned())
        } else if !news && !look.is_fresh(now, FRESH_MAP) {
            Some("no item in it has a date of the last seven days".to_owned())
        } else if !news && (has_feed || has_news) {
            Some("all pages of the site, without headlines: what is new is in the other channels".to_owned())
        } else if look.items > LARGE_MAP {
            Some(format!("it lists {} pages, too many to poll", look.items))
        } else if look.keys.iter().all(|key| known.contains(key)) {
            Some("its items are in another sitemap too".to_owned())
        } else {
            None
        };
        if one.left_out.is_none() {
            known.extend(look.keys.iter().cloned());
        }
    }
}

/// Leaves out channels whose names suggest categories, tags, authors or fixed pages, if there is anything else.
fn leave_out_others(found: &mut [Probe], has_page: bool) {
    let is_other = |one: &Probe| is_kind(one, PageKind::Sitemap) && listed(&one.url) == Listed::Others;
    let is_taken = |one: &&Probe| one.left_out.is_none() && one.holds.is_ok();
    if !has_page && !found.iter().filter(is_taken).any(|one| !is_other(one)) {
        return;
    }
    for one in found.iter_mut().filter(|one| one.left_out.is_none() && is_other(one)) {
        one.left_out = Some("by its name, it lists categories, tags, authors or fixed pages, not articles".to_owned());
    }
}

/// Leaves out feeds without recent items on an active site: another channel is up to date, or the page links to
/// articles that are not in them. On a site that rarely publishes, the page links to what its feed has.
fn leave_out_abandoned(found: &mut [Probe], page: Option<&Proposal>, now: Timestamp) {
    let is_alive = |one: &Probe| one.left_out.is_none() && one.holds.as_ref().is_ok_and(|look| look.is_alive(now));
    let any_alive = found.iter().any(is_alive);
    for one in found.iter_mut().filter(|one| one.left_out.is_none()) {
        let Some((look, newest)) = one.holds.as_ref().ok().and_then(|look| Some((look, look.newest?))) else {
            continue;
        };
        if look.kind == PageKind::Sitemap || look.is_alive(now) {
            continue;
        }
        let days = now.duration_since(newest).as_hours() / 24;
        let linked = page.filter(|page| {
            let shared = page.keys.iter().filter(|key| look.keys.contains(*key)).count();
            shared * 3 < page.keys.len().min(look.keys.len())
        });
        one.left_out = match linked {
            _ if any_alive => Some(format!("its newest item is {days} days old, and another channel has newer ones")),
            Some(page) => Some(format!(
                "its newest item is {days} days old, and the page links to {} that are not in it: the feed seems abandoned",
                counted(page.articles, "article", "articles")
            )),
            None => None,
        };
    }
}

/// Replaces sitemaps with a date or a growing number in their URL by the index that lists them; leaves out other
/// channels with a date in their URL. Returns remarks on the indexes.
fn replace_dated(found: &mut [Probe], now: Timestamp, describe: &dyn Fn(&Look) -> String) -> HashMap<Url, String> {
    let mut remarks = HashMap::new();
    let mut indexes: Vec<(usize, String)> = Vec::new();
    for at in 0..found.len() {
        let Some(one) = found.get(at).filter(|one| one.left_out.is_none()) else { continue };
        let Ok(look) = &one.holds else { continue };
        let (dated, index) = (has_date(&one.url, now), lasting_index(found, one, now));
        let is_one_of_series = index
            .and_then(|index| found.get(index))
            .is_some_and(|index| index.holds.as_ref().is_ok_and(|look| look.is_series));
        if !dated && !is_one_of_series {
            continue;
        }
        let why = match (index, dated) {
            (Some(index), _) => {
                indexes.push((index, describe(look)));
                "only one of a series: its index is polled instead"
            }
            (None, true) => "its URL has a date in it, so it will not list what comes later",
            (None, false) => continue,
        };
        if let Some(one) = found.get_mut(at) {
            one.left_out = Some(why.to_owned());
        }
    }
    for (at, held) in indexes {
        if let Some(index) = found.get_mut(at) {
            let sitemaps = index.holds.as_ref().map_or(0, |look| look.sitemaps);
            let remark = format!("an index of {}; in the newest: {held}", counted(sitemaps, "sitemap", "sitemaps"));
            remarks.entry(index.url.clone()).or_insert(remark);
            index.left_out = None;
        }
    }
    remarks
}

/// The nearest index above a sitemap without a date in its URL.
fn lasting_index(found: &[Probe], one: &Probe, now: Timestamp) -> Option<usize> {
    let mut above = one.place.index.as_ref();
    for _ in 0..MAX_DEPTH {
        let url = above?;
        let at = found.iter().position(|other| other.url == *url && other.holds.is_ok())?;
        let index = found.get(at)?;
        if !has_date(&index.url, now) {
            return Some(at);
        }
        above = index.place.index.as_ref();
    }
    None
}

fn is_kind(one: &Probe, kind: PageKind) -> bool {
    one.holds.as_ref().is_ok_and(|look| look.kind == kind)
}

impl Draft {
    /// Whether it has no channel.
    pub fn is_empty(&self) -> bool {
        self.feeds.is_empty() && self.sitemaps.is_empty() && self.pages.is_empty()
    }

    /// The URLs of its channels.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        let entries = self.feeds.iter().chain(&self.sitemaps).map(|entry| entry.url.as_str());
        entries.chain(self.pages.iter().map(|page| page.url.as_str()))
    }

    /// Whether a source with that home page and these URLs is about the same outlet.
    pub fn is_same_outlet(&self, site: Option<&Url>, channels: &[String]) -> bool {
        let same_site = |url: &Url| self.site.as_ref().is_some_and(|own| canonical_url::same_site(own, url));
        let own = self.feeds.iter().chain(&self.sitemaps).map(|entry| &entry.url);
        site.is_some_and(same_site)
            || own.chain(self.pages.iter().map(|page| &page.url)).any(|url| channels.contains(url))
    }
}
