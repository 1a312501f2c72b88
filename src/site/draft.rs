//! The channels that were found → the source that is proposed, and why the others are not part of it.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use url::Url;

use super::{ChannelPlace, Look, Proposal, Site};
use crate::canonical_url;
use crate::channel::PageKind;
use crate::text::count::counted;

/// A source to be written into `sources.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Unique among those it will stand with.
    pub name: String,
    /// The home page.
    pub site: Option<Url>,
    /// ISO 639-1.
    pub language: Option<String>,
    /// Addresses of feeds.
    pub feeds: Vec<NotedUrl>,
    /// Addresses of sitemaps.
    pub sitemaps: Vec<NotedUrl>,
    /// Pages whose links are read.
    pub pages: Vec<PageEntry>,
}

/// A URL with a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedUrl {
    /// http or https.
    pub url: String,
    /// What a comment says of it; empty: nothing.
    pub remark: String,
}

/// A page with the selector of its links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageEntry {
    /// http or https.
    pub url: String,
    /// CSS.
    pub link: String,
    /// What a comment says of it; empty: nothing.
    pub remark: String,
}

/// What a request for a place gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// Where was asked, and who named it.
    pub place: ChannelPlace,
    /// Where the answer came from.
    pub url: Url,
    /// What it holds, or why it holds nothing.
    pub holds: Result<Look, String>,
    /// Why it is not part of the source; `None`: it is.
    pub left_out: Option<String>,
}

/// Days after which a feed is taken for forgotten.
const STALE: i64 = 60;
/// Days that a sitemap may be behind, and the most that one poll of it may hold.
const FRESH_MAP: i64 = 7;
const LARGE_MAP: usize = 5_000;

/// Chooses among what was found, marking what is left out; `describe` words a remark on what a channel holds.
pub fn draft(
    site: &Site,
    found: &mut [Probe],
    page: Option<(&Url, &Proposal)>,
    now: Timestamp,
    describe: &dyn Fn(&Look) -> String,
) -> Draft {
    choose_feeds(found, now);
    choose_sitemaps(found, now);
    let mut draft = Draft { name: site.name.clone(), site: Some(site.url.clone()), ..Draft::default() };
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for one in found.iter().filter(|one| one.left_out.is_none()) {
        let Ok(look) = &one.holds else { continue };
        let entry = NotedUrl { url: one.url.to_string(), remark: describe(look) };
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
    // A source in two languages has none to hint at.
    draft.language = match languages.len() {
        0 => site.language.clone(),
        1 => languages.keys().next().map(|code| (*code).to_owned()),
        _ => None,
    };
    draft
}

fn choose_feeds(found: &mut [Probe], now: Timestamp) {
    let mut feeds: Vec<&mut Probe> = found.iter_mut().filter(|one| is_kind(one, PageKind::Feed)).collect();
    // The feed with the most items is the general one; those of sections add to it. The sort keeps the order of equals.
    feeds.sort_by_key(|one| std::cmp::Reverse(one.holds.as_ref().map_or(0, |look| look.keys.len())));
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

    /// Whether a source of that home page and these URLs is about the same outlet.
    pub fn is_of(&self, site: Option<&Url>, channels: &[String]) -> bool {
        let same_site = |url: &Url| self.site.as_ref().is_some_and(|own| canonical_url::same_site(own, url));
        let own = self.feeds.iter().chain(&self.sitemaps).map(|entry| &entry.url);
        site.is_some_and(same_site)
            || own.chain(self.pages.iter().map(|page| &page.url)).any(|url| channels.contains(url))
    }
}
