//! Summarises a channel: how many items, from when, how often, in which language.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::canonical_url;
use crate::channel::{Announced, PageKind};
use crate::extract;

/// How many items' URLs are compared with those of other channels.
const MAX_COMPARED: usize = 2_000;
/// How much of titles and summaries is used to detect the language, in bytes.
const MAX_SAMPLE: usize = 4_000;
/// A channel without items for this many days is considered abandoned.
pub(super) const STALE: i64 = 60;

/// The contents of a channel's page when it was examined.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The kind it was parsed as.
    pub kind: PageKind,
    /// Its own title.
    pub title: String,
    /// Items with a URL.
    pub items: usize,
    /// Of these, with a headline.
    pub titled: usize,
    /// Of these, with a lead that does not merely repeat the headline.
    pub with_summary: usize,
    /// The earliest date; dates in the future are ignored.
    pub oldest: Option<Timestamp>,
    /// The latest date.
    pub newest: Option<Timestamp>,
    /// Items per day over the period that it covers; `None` if fewer than three are dated.
    pub per_day: Option<f64>,
    /// ISO 639-1: as declared, corrected by the text.
    pub language: Option<String>,
    /// The number of sitemaps that it lists.
    pub sitemaps: usize,
    /// Whether their names differ only by numbers.
    pub(super) is_series: bool,
    /// The keys of its items' URLs, at most [`MAX_COMPARED`].
    pub(super) keys: HashSet<String>,
}

impl Look {
    /// Summarises what a channel announced.
    pub fn of(announced: &Announced, now: Timestamp) -> Self {
        let items = || announced.items.iter().filter(|item| item.url.is_some());
        let dates: Vec<Timestamp> = items()
            .filter_map(|item| item.published_at.or(item.modified_at))
            .filter(|at| now.duration_since(*at) > SignedDuration::from_hours(-1))
            .collect();
        let (oldest, newest) = (dates.iter().min().copied(), dates.iter().max().copied());
        let mut sample = String::new();
        for item in items() {
            if sample.len() > MAX_SAMPLE {
                break;
            }
            sample.push_str(&item.title);
            sample.push('\n');
            sample.push_str(&item.summary);
            sample.push('\n');
        }
        let declared = items().map(|item| item.language.as_str()).find(|tag| !tag.is_empty());
        let declared = declared.unwrap_or(&announced.language);
        let (language, _) = extract::language_of(&[("declared", declared)], &sample);
        Self {
            kind: announced.kind,
            title: announced.title.clone(),
            items: items().count(),
            titled: items().filter(|item| !item.title.is_empty()).count(),
            with_summary: items().filter(|item| !item.summary.is_empty() && item.summary != item.title).count(),
            oldest,
            newest,
            per_day: per_day(&dates, oldest, newest),
            language: language.map(|(code, _)| code),
            sitemaps: announced.nested.len(),
            is_series: is_series(announced),
            keys: items()
                .take(MAX_COMPARED)
                .filter_map(|item| item.url.as_ref())
                .map(|url| canonical_url::key(url, None))
                .collect(),
        }
    }

    /// Whether it has items, and recent ones if they are dated.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.items > 0 && (self.newest.is_none() || self.is_fresh(now, STALE))
    }

    /// Whether its newest item is at most `days` old.
    pub fn is_fresh(&self, now: Timestamp, days: i64) -> bool {
        self.newest.is_some_and(|at| now.duration_since(at) <= SignedDuration::from_hours(24 * days))
    }
}

/// Whether the names of an index's sitemaps differ only by numbers.
fn is_series(index: &Announced) -> bool {
    let name = |url: &url::Url| {
        url.as_str().split(|c: char| c.is_ascii_digit()).filter(|part| !part.is_empty()).collect::<String>()
    };
    let mut names = index.nested.iter().map(|nested| name(&nested.url));
    let first = names.next();
    index.nested.len() > 1 && names.all(|name| Some(name) == first)
}

#[expect(clippy::cast_precision_loss, reason = "a feed has no 2^52 items")]
fn per_day(dates: &[Timestamp], oldest: Option<Timestamp>, newest: Option<Timestamp>) -> Option<f64> {
    let span = newest?.duration_since(oldest?).as_secs_f64() / 86_400.0;
    // Items that were all published at once give no frequency.
    (dates.len() >= 3 && span > 0.01).then(|| (dates.len() - 1) as f64 / span)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use jiff::tz::TimeZone;
    use url::Url;

    use super::*;
    use crate::article::Page;
    use crate::channel;
    use crate::source::ChannelKind;

    #[test]
    fn a_feed_is_counted() {
        let item = |n: u8, lead: &str| {
            format!(
                "<item><title>De kraanvogel nummer {n} is geland aan de kade van Halle</title><link>https://a.example/{n}</link>\
                 <description>{lead}</description><pubDate>Thu, 0{n} Oct 2026 10:00:00 +0000</pubDate></item>"
            )
        };
        let items: String = (1..=4).map(|n| item(n, if n > 1 { "Er stonden mensen te kijken." } else { "" })).collect();
        let text = format!(
            "<rss version=\"2.0\"><channel><title>Gazet</title><language>en-us</language>{items}<item><title>Nowhere</title></item>\
             <item><title>Later</title><link>https://a.example/x</link><pubDate>Thu, 08 Oct 2027 10:00:00 +0000</pubDate></item>"
        );
        let page = Page { url: Url::parse("https://a.example/rss").unwrap(), text };
        let announced = channel::parse_channel(&page, &ChannelKind::Feed, &TimeZone::UTC).unwrap();
        let look = Look::of(&announced, "2026-10-11T07:30:00Z".parse().unwrap());
        assert_eq!((look.items, look.titled, look.with_summary, look.title.as_str()), (5, 5, 3, "Gazet"));
        assert_eq!(look.oldest, "2026-10-01T10:00:00Z".parse().ok());
        assert_eq!(look.newest, "2026-10-04T10:00:00Z".parse().ok());
        assert_eq!(look.per_day, Some(1.0));
        assert_eq!(look.language.as_deref(), Some("nl"), "WordPress calls every feed en-us");
        assert!(look.is_fresh("2026-10-11T07:30:00Z".parse().unwrap(), 7));
        assert!(!look.is_fresh("2026-10-12T07:30:00Z".parse().unwrap(), 7));
    }
}
