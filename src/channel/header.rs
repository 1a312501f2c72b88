//! The feed's own metadata: title, language, and polling intervals.

use std::time::Duration;

use jiff::civil::Weekday;
use url::Url;

use super::collect::TextKind;
use super::entry::{Best, MAX_TITLE, language_tag, resolve_link};
use super::names::Space;
use super::walk::Walk;
use super::xml::XmlTag;
use super::{Announced, Gathered};

/// The feed's metadata as far as parsed.
#[derive(Default)]
pub struct Header {
    pub title: Best<String>,
    pub language: Best<String>,
    /// The feed's own link.
    pub home: Option<Url>,
    ttl: Option<Duration>,
    period: Option<u64>,
    frequency: Option<u64>,
    skip_hours: Vec<u8>,
    skip_days: Vec<Weekday>,
}

impl Header {
    /// Parses an element of the feed itself. Returns whether it was consumed.
    pub fn field<'a>(&mut self, walk: &mut Walk<'a, '_>, tag: &XmlTag<'a>, space: Space, local: &str) -> bool {
        use Space::{DublinCore, Media, Other, Plain, Podcast, Syndication};
        match (space, local) {
            (Plain, "title") => {
                let title = walk.text(tag, MAX_TITLE);
                self.title.offer_text(0, title);
            }
            (DublinCore, "title") => {
                let title = walk.text(tag, MAX_TITLE);
                self.title.offer_text(1, title);
            }
            (Media, "title") => {
                let title = walk.text(tag, MAX_TITLE);
                self.title.offer_text(2, title);
            }
            (Plain | DublinCore, "language") => {
                let language = language_tag(&walk.text(tag, 40));
                self.language.offer_text(0, language);
            }
            (Plain, "link") => {
                let base = walk.base_of(tag);
                let href = tag.attribute("href");
                let text = walk.collect(tag).xml;
                let alternate = tag.attribute("rel").is_none_or(|rel| rel == "alternate");
                if alternate && let Some(home) = resolve_link(href.as_deref().unwrap_or(&text), &base) {
                    self.home.get_or_insert(home);
                }
            }
            (Plain, "ttl") => {
                let minutes: Option<u64> = walk.text(tag, 20).parse().ok();
                self.ttl = minutes.map(|m| Duration::from_secs(m.min(100_000) * 60));
            }
            (Syndication, "updateperiod") => {
                self.period = match walk.text(tag, 20).to_lowercase().as_str() {
                    "hourly" => Some(3_600),
                    "daily" => Some(86_400),
                    "weekly" => Some(7 * 86_400),
                    "monthly" => Some(30 * 86_400),
                    "yearly" => Some(365 * 86_400),
                    _ => None,
                };
            }
            (Syndication, "updatefrequency") => self.frequency = walk.text(tag, 20).parse().ok(),
            (Plain, "skiphours") => {
                let text = walk.collect(tag).plain(TextKind::Guess, 1_000);
                let hours = text.split_whitespace().filter_map(|hour| hour.parse::<u8>().ok()).filter(|h| *h <= 24);
                self.skip_hours = hours.map(|hour| hour % 24).take(24).collect();
            }
            (Plain, "skipdays") => {
                let text = walk.collect(tag).plain(TextKind::Guess, 1_000).to_lowercase();
                self.skip_days = text.split_whitespace().filter_map(weekday).take(7).collect();
            }
            (Plain, "image" | "textinput" | "author" | "description" | "subtitle" | "tagline")
            | (Media | Podcast | Other, _) => {
                walk.collect(tag);
            }
            _ => return false,
        }
        true
    }

    /// Adds the metadata to the result.
    pub fn finish(self, found: Gathered) -> Announced {
        let mut found = found.finish();
        found.title = self.title.take().unwrap_or_default();
        found.language = self.language.take().unwrap_or_default();
        let every = match (self.period, self.frequency) {
            (None, None) => None,
            (period, frequency) => Some(Duration::from_secs(period.unwrap_or(86_400) / frequency.unwrap_or(1).max(1))),
        };
        found.poll_after = self.ttl.max(every);
        found.skip_hours = self.skip_hours;
        found.skip_days = self.skip_days;
        found
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name.get(..3)? {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}
