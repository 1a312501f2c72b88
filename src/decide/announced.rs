//! Which announced items are read, which are only stored, and whether some may have been missed.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{AnnouncedItem, ItemReason, KnownChannel};
use crate::article::Item;
use crate::canonical_url;
use crate::channel::Announced;
use crate::date;
use crate::digest::Gap;
use crate::model::{ChannelType, ItemState};
use crate::source::{Owners, Source};
use crate::text::clean::{one_line, printable};
use crate::text::cut::shorten;

/// Items that one poll may announce: more is a mistake or an attack.
pub const MOST_ITEMS: usize = 5000;

/// The longest texts stored of an item, in bytes: title, author and outlet; summary.
const LINE: usize = 1000;
const SUMMARY: usize = 5000;
/// And of the text that a feed holds.
const CONTENT: usize = 200_000;

/// Parts of the names of places where an article is talked about.
const TALK: [&str; 8] = ["comment", "komment", "coment", "reacti", "reply", "respon", "disqus", "discuss"];

/// Limits for the items of all sources.
#[derive(Debug, Clone)]
pub struct Limits<'a> {
    /// The time zone of dates without one.
    pub zone: &'a TimeZone,
    /// Older items are stored, but not read.
    pub max_age: SignedDuration,
    /// Whose articles are on which hosts.
    pub owners: &'a Owners,
}

/// Keeps the newest items of a page that lists too many, and returns the number of dropped ones. Bounds the memory of announcements that
/// wait to be stored.
pub fn keep_newest(announced: &mut Announced) -> usize {
    let items = &mut announced.items;
    let left_out = items.len().saturating_sub(MOST_ITEMS);
    if left_out > 0 {
        let all = items.len();
        let mut places: Vec<usize> = (0..all).collect();
        // Where no date says which are the newest, they stand at one end.
        places.sort_by_key(|at| {
            let date = items.get(*at).and_then(|item| item.published_at.max(item.modified_at));
            (std::cmp::Reverse(date), (*at).min(all - 1 - *at))
        });
        let kept: HashSet<usize> = places.into_iter().take(MOST_ITEMS).collect();
        let mut at = 0..all;
        items.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
        items.shrink_to_fit();
    }
    left_out
}

/// Decides for each announced item whether it is to be read, and whose it is.
pub(super) fn judge(
    limits: &Limits,
    channel: &KnownChannel,
    source: &Source,
    announced: &Announced,
    now: Timestamp,
) -> Vec<AnnouncedItem> {
    let links: Vec<(&Item, Url)> = announced.items.iter().filter_map(|item| Some((item, link(item)?))).collect();
    let pages = pages_of_posts(&links);
    let mut judged: Vec<AnnouncedItem> = links
        .iter()
        .map(|(item, url)| {
            let is_relayed = channel.kind == ChannelType::Search || !item.outlet.is_empty();
            let is_out = !may_be_in_scope(channel, source, item, url, is_relayed);
            // What is only noted stays with who announced it.
            let owner = if is_out { None } else { owner(limits, source, item, url) };
            let mut key = key(limits, source, owner, url);
            let mut item = kept_item(item);
            // Ignores dates in the future: a leaked embargo, or a wrong clock.
            item.published_at = item.published_at.filter(|at| *at <= now + SignedDuration::from_hours(1));
            let place = if pages.contains_key(&without_fragment(url)) { post(url) } else { None };
            let (state, reason) = if is_out {
                (ItemState::OutOfScope, Some(ItemReason::OutOfScope))
            } else if let Some(reason) = too_old(limits, &item, url, now) {
                (ItemState::TooOld, Some(reason))
            } else if place.is_some() {
                (ItemState::Copy, Some(ItemReason::PartOfPage))
            } else {
                (ItemState::Pending, None)
            };
            if let Some(place) = place {
                key = format!("{key}#{place}");
            }
            let owner = owner.map(str::to_owned);
            AnnouncedItem { key, url: url.clone(), item, state, reason, owner, is_relayed }
        })
        .collect();
    let whole = |(page, newest): (&Url, &Option<Timestamp>)| whole_page(limits, &judged, source, page, *newest);
    let wholes: Vec<AnnouncedItem> = pages.iter().filter_map(whole).collect();
    judged.extend(wholes);
    judged
}

/// What names the article at a URL within the source that it belongs to.
fn key(limits: &Limits, source: &Source, owner: Option<&str>, url: &Url) -> String {
    let identity = match owner {
        Some(owner) => limits.owners.identity(owner),
        None => source.identity.as_ref(),
    };
    canonical_url::key(url, identity)
}

/// Where an item is, unless that is a home page, which is no article.
fn link(item: &Item) -> Option<Url> {
    let announced_at = item.url.clone()?;
    let url = canonical_url::unwrap_redirect(&announced_at).unwrap_or(announced_at);
    (url.path() != "/" || url.query().is_some()).then_some(url)
}

/// The source that an item of `source` belongs to, where that is another one: by where its link leads, or by the outlet that
/// an aggregator names.
fn owner<'o>(limits: &Limits<'o>, source: &Source, item: &Item, url: &Url) -> Option<&'o str> {
    let by_link = limits.owners.owner(url, &source.name);
    let by_outlet = item.outlet_url.as_ref().and_then(|outlet| limits.owners.owner(outlet, &source.name));
    by_link
        .or(by_outlet)
        .or_else(|| limits.owners.named(&item.outlet, &source.name).filter(|_| !item.outlet.is_empty()))
}

/// The place within a page that an item's link leads to, where that may be a post of a live blog: not the comments of an
/// article, nor a mark that only follows the reader.
fn post(url: &Url) -> Option<&str> {
    let place = url.fragment().filter(|place| !place.is_empty() && place.len() <= 100)?;
    let lower = place.to_ascii_lowercase();
    let is_talk = TALK.iter().any(|word| lower.contains(word));
    (!is_talk && !lower.contains(['=', '&', '~']) && !lower.starts_with(['!', '/'])).then_some(place)
}

fn without_fragment(url: &Url) -> Url {
    let mut page = url.clone();
    page.set_fragment(None);
    page
}

/// The pages of which a channel lists places as entries of their own, by other headlines, with their newest date.
fn pages_of_posts(links: &[(&Item, Url)]) -> BTreeMap<Url, Option<Timestamp>> {
    let mut titles: BTreeMap<Url, HashSet<&str>> = BTreeMap::new();
    let mut newest: BTreeMap<Url, Option<Timestamp>> = BTreeMap::new();
    for (item, url) in links.iter().filter(|(_, url)| url.fragment().is_some()) {
        if post(url).is_some() && !item.title.is_empty() {
            let page = without_fragment(url);
            titles.entry(page.clone()).or_default().insert(&item.title);
            let at = newest.entry(page).or_default();
            *at = (*at).max(item.modified_at).max(item.published_at);
        }
    }
    for (item, url) in links {
        if let Some(titles) = titles.get_mut(url).filter(|_| !item.title.is_empty()) {
            titles.insert(&item.title);
        }
    }
    newest.retain(|page, _| titles.get(page).is_some_and(|titles| titles.len() > 1));
    newest
}

/// The page of posts as an item, which is read once for all of them; `None` where the channel lists it, too.
fn whole_page(
    limits: &Limits,
    judged: &[AnnouncedItem],
    source: &Source,
    page: &Url,
    newest: Option<Timestamp>,
) -> Option<AnnouncedItem> {
    if judged.iter().any(|item| item.url == *page) {
        return None;
    }
    let part = judged.iter().find(|item| without_fragment(&item.url) == *page && item.state == ItemState::Copy)?;
    let item = Item { url: Some(page.clone()), modified_at: newest, ..Item::default() };
    let key = key(limits, source, part.owner.as_deref(), page);
    let (owner, is_relayed) = (part.owner.clone(), false);
    Some(AnnouncedItem { key, url: page.clone(), item, state: ItemState::Pending, reason: None, owner, is_relayed })
}

/// Whether an item is on a host that `only` names, or may lead there: a link of an aggregator's own is judged by the outlet
/// that the aggregator names, else when it was followed.
fn may_be_in_scope(channel: &KnownChannel, source: &Source, item: &Item, url: &Url, is_relayed: bool) -> bool {
    if source.is_in_scope(url) {
        return true;
    }
    if let Some(outlet) = &item.outlet_url {
        return source.is_in_scope(outlet);
    }
    let is_own = |channel: &str| Url::parse(channel).is_ok_and(|channel| canonical_url::same_site(&channel, url));
    is_relayed && (is_own(&channel.url) || is_own(&channel.configured))
}

/// An item as it is stored: of bounded length, with control sequences removed.
fn kept_item(item: &Item) -> Item {
    let line = |text: &str| one_line(&shorten(text, LINE));
    Item {
        title: line(&item.title),
        summary: printable(&shorten(&item.summary, SUMMARY)).into_owned(),
        author: line(&item.author),
        language: one_line(&item.language),
        outlet: line(&item.outlet),
        content: printable(&shorten(&item.content, CONTENT)).into_owned(),
        ..item.clone()
    }
}

fn too_old(limits: &Limits, item: &Item, url: &Url, now: Timestamp) -> Option<ItemReason> {
    // An article in a sitemap was published no later than the sitemap last changed.
    let changed = item.modified_at.filter(|at| now.duration_since(*at) > limits.max_age);
    let published = item.published_at.or_else(|| end_of_day_in_url(url, limits.zone)).or(changed)?;
    let age = now.duration_since(published);
    (age > limits.max_age).then(|| ItemReason::TooOld(age.as_hours() / 24))
}

/// The period whose items may have been missed, because the window of a feed has moved past all items seen before.
pub(super) fn gap(channel: &KnownChannel, announced: &Announced, now: Timestamp) -> Option<Gap> {
    let before = channel.row.answered_at?;
    if announced.items.len() < 3 || !channel.tells_changes() || channel.depth > 0 {
        return None;
    }
    let oldest = announced.items.iter().filter_map(|item| item.published_at.or(item.modified_at)).min()?;
    (oldest > before).then_some(Gap { since: before, until: oldest, seen_at: now })
}

/// The period that the items of a channel cover.
pub(super) fn window(announced: &Announced) -> Option<Duration> {
    let dates = || announced.items.iter().filter_map(|item| item.published_at.or(item.modified_at));
    let span = dates().max()?.duration_since(dates().min()?);
    Duration::try_from(span).ok()
}

/// The day that is a path of its own in a URL, as the latest instant at which its article can have been published. A day within
/// a slug may be the one that the article is about, or an article's number: neither must pass for an old article.
fn end_of_day_in_url(url: &Url, zone: &TimeZone) -> Option<Timestamp> {
    let day = date::day_in_path(url.path()).filter(|day| day.is_own_path)?;
    zone.to_timestamp(day.date.at(23, 59, 59, 0)).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn the_day_in_a_url() {
        let day = |url: &str| end_of_day_in_url(&Url::parse(url).unwrap(), &TimeZone::UTC).map(|t| t.to_string());
        assert_eq!(day("http://a.example/x/2026/08/20/slug-ID/").as_deref(), Some("2026-08-20T23:59:59Z"));
        assert_eq!(day("http://a.example/2026-08-20/slug").as_deref(), Some("2026-08-20T23:59:59Z"));
        assert_eq!(day("http://a.example/actua/slug-2026-10-03"), None);
        assert_eq!(day("http://a.example/actua/12026-10-03"), None);
        assert_eq!(day("http://a.example/2026/13/40/"), None);
        assert_eq!(day("http://a.example/artikel/1234567890"), None);
        assert_eq!(day("http://a.example/artikel/20051128"), None);
    }
}
