//! The page of a channel → what it announces, or why it announces nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::article::{NotArticle, Page};
use crate::channel::{self, Announced, PageKind, Refusal};
use crate::extract::{self, PageContext, PageVerdict};
use crate::i18n::{Cause, CauseCode};
use crate::source::{ChannelKind, Select, Source};

/// Reads the page of a channel as what the configuration says that it is.
///
/// # Errors
/// Of a wall that stands where the channel should be, [`Refusal::is_wall`]: that is another finding than "an HTML page" or
/// "no link".
pub fn read_channel(page: &Page, kind: &ChannelKind, zone: &TimeZone, now: Timestamp) -> Result<Announced, Refusal> {
    let announced = channel::parse_channel(page, kind, zone);
    let is_empty = announced.as_ref().is_ok_and(|page| page.kind == PageKind::Listing && page.items.is_empty());
    if !is_empty && announced.is_ok() {
        return announced;
    }
    let context = PageContext { select: &Select::default(), language: None, zone, now, item: None, outlet: "" };
    match extract::read_page(page, &context).verdict {
        PageVerdict::NotArticle(NotArticle::BotWall) => Err(Refusal(Cause::new(CauseCode::BotWall, &[]))),
        PageVerdict::NotArticle(NotArticle::Consent) => Err(Refusal(Cause::new(CauseCode::Consent, &[]))),
        _ => announced,
    }
}

/// As which channel a page is read: as the one that its source configures at this URL, else as what it is by its text;
/// `None`: as an article.
pub fn read_as(page: &Page, source: Option<&Source>) -> Option<ChannelKind> {
    let configured = source.and_then(|s| s.channels.iter().find(|channel| channel.url == page.url.as_str()));
    configured.map(|channel| channel.kind.clone()).or_else(|| match channel::sniff(page)? {
        PageKind::Feed => Some(ChannelKind::Feed),
        PageKind::Sitemap => Some(ChannelKind::Sitemap),
        PageKind::Listing => None,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn a_channel_or_what_stands_in_its_place() {
        let feed = "<rss><channel><title>G</title><item><title>A bird</title><link>http://a.example/1</link></item></channel></rss>";
        let wall = "<!DOCTYPE html><title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>";
        let list = "<!DOCTYPE html><title>News</title><h2><a href=/a/1>One bird on the quay</a></h2>";
        let link = |link: &str| ChannelKind::Page { link: link.to_owned() };
        for (kind, text, expected) in [
            (ChannelKind::Feed, feed, "1 of Feed"),
            (ChannelKind::Sitemap, feed, "1 of Feed"),
            (ChannelKind::Feed, wall, "wall: a bot wall"),
            (link("h2 a"), wall, "wall: a bot wall"),
            (link("h2 a"), list, "1 of Listing"),
            (link("h3 a"), list, "0 of Listing"),
            (ChannelKind::Feed, list, "an HTML page, not a feed"),
            (ChannelKind::Feed, "", "an empty response"),
        ] {
            let page = Page { url: "http://a.example/feed".parse().unwrap(), text: text.to_owned() };
            let now = "2026-10-11T07:30:00Z".parse().unwrap();
            let found = match read_channel(&page, &kind, &TimeZone::UTC, now) {
                Ok(announced) => format!("{} of {:?}", announced.items.len(), announced.kind),
                Err(refusal) => format!("{}{refusal}", if refusal.is_wall() { "wall: " } else { "" }),
            };
            assert_eq!(found, expected, "{kind:?} {text}");
        }
    }
}
