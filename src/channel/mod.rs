//! Parses a channel's page into items and a list of what was dropped.
//!
//! One file per kind of page: `feed` and `json_feed`, `sitemap`, `listing`; they share a lenient XML parser (`xml`,
//! `names`, `collect`). A malformed page is not an error: as much as possible is parsed. A page of another kind than
//! the channel's is a [`Refusal`].

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

/// The most items taken from one page.
pub const MAX_ITEMS: usize = 50_000;
/// The most dropped entries that are reported individually.
const MAX_DROPPED: usize = 200;
/// The most sitemaps in one index, as the protocol allows (sitemaps.org).
const MAX_NESTED: usize = 50_000;

/// The kind of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// RSS, Atom, CDF, JSON Feed.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// HTML.
    Listing,
}

/// The contents of a channel's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The kind it was parsed as.
    pub kind: PageKind,
    /// The page's own title.
    pub title: String,
    /// In document order, at most [`MAX_ITEMS`].
    pub items: Vec<Item>,
    /// Entries that did not become items.
    pub dropped: Vec<Dropped>,
    /// The sitemaps that an index names.
    pub nested: Vec<Nested>,
    /// Whether the page is truncated.
    pub is_cut: bool,
    /// The publisher's requested polling interval (`ttl`, `sy:updatePeriod`).
    pub poll_after: Option<Duration>,
    /// Hours of the day, in UTC, at which the publisher asks not to be polled.
    pub skip_hours: Vec<u8>,
    /// Days, in UTC, on which the publisher asks not to be polled.
    pub skip_days: Vec<Weekday>,
    /// The declared language of the whole page as a lower-case BCP 47 tag; empty if none.
    pub language: String,
}

/// An entry that did not become an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// What is known of the entry, at most 200 characters.
    pub what: String,
    /// The reason.
    pub why: Cause,
}

/// A sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nested {
    /// Where it is.
    pub url: Url,
    /// When it last changed, according to the index.
    pub modified_at: Option<Timestamp>,
}

/// Why the page is not of the channel's kind: "an HTML page, not a feed".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub Cause);

impl Refusal {
    /// Whether something blocks access to the page.
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

/// Parses a channel's page as the given kind; `zone` applies to dates without a zone.
pub fn parse_channel(page: &Page, kind: &ChannelKind, zone: &TimeZone) -> Result<Announced, Refusal> {
    match kind {
        ChannelKind::Feed | ChannelKind::Search(_) => match sniff::detect_form(&page.text) {
            sniff::Form::Xml => Ok(feed::parse_feed(page, zone)),
            sniff::Form::Json => json_feed::parse_json_feed(page, zone),
            other => Err(sniff::refusal(page, other, "a feed")),
        },
        ChannelKind::Sitemap => match sniff::detect_form(&page.text) {
            sniff::Form::Sitemap => Ok(sitemap::parse_sitemap(page, zone)),
            sniff::Form::Lines => Ok(sitemap::parse_url_list(page)),
            sniff::Form::Xml => Ok(feed::parse_feed(page, zone)),
            other => Err(sniff::refusal(page, other, "a sitemap")),
        },
        ChannelKind::Page { link } => listing::parse_listing(page, link, zone),
    }
}

impl Dropped {
    /// `what` is cut to 200 characters.
    fn new(what: &str, why: CauseCode) -> Self {
        Self { what: one_line_up_to(what, 200), why: Cause::new(why, &[]) }
    }
}

/// Collects the contents of a page within the limits.
struct Gathered {
    announced: Announced,
    /// How many items and entries exceeded the limits.
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

    /// The result, with a note on what exceeded the limits.
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
