//! The page of a channel → items, and what had to be dropped.
//!
//! One file per kind of page: `feed` and `json_feed`, `sitemap`, `listing`; below them a lenient XML reader (`xml`,
//! `names`, `collect`). No page is an error as such: what can be read of it is read, and a page that is not what the
//! channel promised is a [`Refusal`].

mod cluster;
mod collect;
mod dates;
mod entry;
mod feed;
mod fields;
mod header;
mod json_feed;
mod link_header;
mod listing;
mod named;
mod names;
mod opml;
mod sitemap;
mod sniff;
mod walk;
mod xml;

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use url::Url;

use crate::article::{Item, Page};
use crate::i18n::{Cause, CauseCode};
use crate::source::ChannelKind;
use crate::text::clean::one_line_up_to;
use crate::text::count::counted;

pub use link_header::header_feeds;
pub use named::{NamedFeed, named_feeds};
pub use opml::{Outline, opml};
pub use sniff::sniff;

/// Most items of one page that are taken.
pub const MAX_ITEMS: usize = 50_000;
/// Most dropped entries that are told one by one.
const MAX_DROPPED: usize = 200;
/// Most sitemaps of one index, as the protocol allows (sitemaps.org).
const MAX_NESTED: usize = 50_000;

/// What a page turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// RSS, Atom, CDF, JSON Feed.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// HTML.
    Listing,
}

/// What the page of a channel announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// What it was read as.
    pub kind: PageKind,
    /// The page's own title.
    pub title: String,
    /// In the order of the page, at most [`MAX_ITEMS`].
    pub items: Vec<Item>,
    /// Entries that are no items.
    pub dropped: Vec<Dropped>,
    /// The sitemaps that an index names.
    pub nested: Vec<Nested>,
    /// Whether the page breaks off in the middle.
    pub is_cut: bool,
    /// How long its maker asks to wait before asking again (`ttl`, `sy:updatePeriod`).
    pub poll_after: Option<Duration>,
    /// Hours of the day, in UTC, at which its maker asks not to be asked.
    pub skip_hours: Vec<u8>,
    /// Days, in UTC, on which its maker asks not to be asked.
    pub skip_days: Vec<Weekday>,
    /// BCP 47 tag, lower case, as declared for all of it; empty when not.
    pub language: String,
}

/// An entry that is no item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The entry as far as known, at most 200 characters.
    pub what: String,
    /// The reason.
    pub why: Cause,
}

/// A sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nested {
    /// Where it is.
    pub url: Url,
    /// When the index says that it was last changed.
    pub modified_at: Option<Timestamp>,
}

/// Why the page is not what the channel promised: "an HTML page, not a feed".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub Cause);

impl Refusal {
    /// Whether something stands in front of the page.
    pub fn is_wall(&self) -> bool {
        matches!(self.0.code(), CauseCode::BotWall | CauseCode::Consent)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refusal {}

/// Reads a channel's page as what the channel says that it is; `zone` is for dates that name none.
pub fn read(page: &Page, kind: &ChannelKind, zone: &TimeZone) -> Result<Announced, Refusal> {
    match kind {
        ChannelKind::Feed | ChannelKind::Search(_) => match sniff::form(&page.text) {
            sniff::Form::Xml => Ok(feed::read(page, zone)),
            sniff::Form::Json => json_feed::read(page, zone),
            other => Err(sniff::refusal(page, other, "a feed")),
        },
        ChannelKind::Sitemap => match sniff::form(&page.text) {
            sniff::Form::Sitemap => Ok(sitemap::read(page, zone)),
            sniff::Form::Lines => Ok(sitemap::lines(page)),
            sniff::Form::Xml => Ok(feed::read(page, zone)),
            other => Err(sniff::refusal(page, other, "a sitemap")),
        },
        ChannelKind::Page { link } => listing::read(page, link, zone),
    }
}

impl Dropped {
    /// `what` is cut to 200 characters.
    fn new(what: &str, why: CauseCode) -> Self {
        Self { what: one_line_up_to(what, 200), why: Cause::new(why, &[]) }
    }
}

/// What is being gathered from a page, within the limits.
struct Gathered {
    announced: Announced,
    /// Items and entries beyond the limits.
    left_out: usize,
}

impl Gathered {
    fn new(kind: PageKind) -> Self {
        let announced = Announced {
            kind,
            title: String::new(),
            items: Vec::new(),
            dropped: Vec::new(),
            nested: Vec::new(),
            is_cut: false,
            poll_after: None,
            skip_hours: Vec::new(),
            skip_days: Vec::new(),
            language: String::new(),
        };
        Self { announced, left_out: 0 }
    }

    fn add(&mut self, item: Item) {
        if self.announced.items.len() < MAX_ITEMS {
            self.announced.items.push(item);
        } else {
            self.left_out += 1;
        }
    }

    fn drop(&mut self, dropped: Dropped) {
        if self.announced.dropped.len() < MAX_DROPPED {
            self.announced.dropped.push(dropped);
        } else {
            self.left_out += 1;
        }
    }

    fn nest(&mut self, nested: Nested) {
        if self.announced.nested.len() < MAX_NESTED {
            self.announced.nested.push(nested);
        } else {
            self.left_out += 1;
        }
    }

    /// All of it, with a word on what went beyond the limits.
    fn finish(mut self) -> Announced {
        if self.left_out > 0 {
            let what = counted(self.left_out, "more entry", "more entries");
            let why = Cause::new(CauseCode::Beyond, &[&MAX_ITEMS]);
            self.announced.dropped.push(Dropped { what, why });
        }
        self.announced
    }
}

#[cfg(test)]
mod tests;
