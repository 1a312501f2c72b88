//! The result of `sources find`: TOML with comments, or JSON.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use super::holdings::holdings;
use super::toml;
use crate::app::find::FoundSite;
use crate::channel::PageKind;
use crate::date::utc;
use crate::error::Error;
use crate::site::{COMMON_PATH, Hope, Probe};
use crate::text::clean::{address, one_line};

/// The report on a site.
#[derive(Debug)]
pub struct SiteReport<'a> {
    /// The result.
    pub site: &'a FoundSite,
    /// The time zone of the times.
    pub zone: &'a TimeZone,
    /// The current time.
    pub now: Timestamp,
}

impl SiteReport<'_> {
    /// TOML, with everything that was tried in comments.
    pub fn text(&self) -> String {
        // Begins a new line even when it is appended to a file without a final line break.
        let mut out = String::from("\n");
        let day = self.zone.to_datetime(self.now).date();
        toml::comment(&mut out, &format!("Found at {} on {day}.", address(self.site.url.as_str())));
        if let Some(name) = &self.site.known {
            toml::comment(&mut out, &format!("The configuration already has a source for this site: {name}"));
        }
        if self.site.nothing_new {
            // There is nothing to paste: a second source would have the same channels.
            let channels: Vec<&str> = self.site.draft.urls().collect();
            toml::comment(&mut out, &format!("It already has all channels that were found: {}", channels.join(", ")));
            return out;
        }
        if let Some(obstacle) = &self.site.obstacle {
            toml::comment(&mut out, &format!("{}.", one_line(obstacle)));
        }
        if !self.site.draft.pages.is_empty() {
            let why = "No feed or sitemap in use was found, so the links of a page will be read. If they are not its articles, change `link`; `presswatch explain URL --link SELECTOR` tries a selector.";
            toml::comment(&mut out, why);
        }
        out += &toml::source(&self.site.draft);
        for line in self.left_out() {
            toml::comment(&mut out, &line);
        }
        out
    }

    /// What was tried and is not part of the source, a line each; common paths without a channel share one line for each cause.
    fn left_out(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut absent, mut not_requested) = (Vec::new(), Vec::new());
        let mut others: Vec<(&str, Vec<&str>)> = Vec::new();
        for one in &self.site.found {
            let what = if one.place.hope == Hope::Feed { "feed" } else { "sitemap" };
            let shown = address(one.place.url.as_str());
            let path = &one.place.url[url::Position::BeforePath..];
            let is_guess = one.place.named_by == COMMON_PATH;
            match (&one.holds, &one.left_out) {
                (Err(why), _) if !one.was_requested && is_guess => push(&mut not_requested, why, path),
                (Err(_), _) if is_guess && one.is_absent => absent.push(path),
                (Err(why), _) if is_guess => push(&mut others, why, path),
                (Err(why), _) if !one.was_requested => {
                    lines.push(format!("Not requested: {what} {shown} ({}): {why}", one.place.named_by));
                }
                (Err(why), _) => lines.push(format!("Skipped: {what} {shown} ({}): {why}", one.place.named_by)),
                (Ok(look), Some(why)) => {
                    let held = holdings(look, self.zone, self.now);
                    lines.push(format!("Skipped: {what} {shown} ({held}): {why}"));
                }
                (Ok(_), None) => {}
            }
        }
        if !absent.is_empty() {
            lines.push(format!("Nothing was found at common paths: {}", absent.join(", ")));
        }
        let shared = |start: &str, (why, paths): &(&str, Vec<&str>)| format!("{start} {}: {why}", paths.join(", "));
        lines.extend(others.iter().map(|group| shared("No channel could be read at common paths", group)));
        lines.extend(not_requested.iter().map(|group| shared("Common paths that were not requested:", group)));
        lines
    }

    /// The error when there is no channel.
    pub fn nothing(&self) -> Error {
        let mut message =
            format!("could not find a feed, a sitemap or a listing page at {}", address(self.site.url.as_str()));
        for line in self.site.obstacle.iter().map(|what| one_line(what)).chain(self.left_out()) {
            let _ = write!(message, "\n  {line}");
        }
        Error::failed(message).hint(
            "give the URL of a page that lists articles, or try a CSS selector for their links: `presswatch explain URL --link SELECTOR`",
        )
    }

    /// One JSON object.
    pub fn json(&self) -> Value {
        let channels: Vec<Value> = self.site.found.iter().map(channel).collect();
        let pages: Vec<Value> = self
            .site
            .listing
            .iter()
            .map(|(url, proposal)| {
                json!({
                    "url": url.as_str(),
                    "link": proposal.selector,
                    "articles": proposal.articles,
                    "headlines": proposal.headlines,
                    "taken": !self.site.draft.pages.is_empty(),
                })
            })
            .collect();
        json!({
            "url": self.site.url.as_str(),
            "name": self.site.draft.name,
            "site": self.site.draft.site.as_ref().map(Url::as_str),
            "language": self.site.draft.language,
            "obstacle": self.site.obstacle,
            "known_as": self.site.known,
            "channels": channels,
            "pages": pages,
            "requests": self.site.requests,
            "toml": if self.site.draft.is_empty() { Value::Null } else { json!(toml::source(&self.site.draft)) },
        })
    }
}

/// Adds a path to those of the same cause.
fn push<'a>(groups: &mut Vec<(&'a str, Vec<&'a str>)>, why: &'a str, path: &'a str) {
    match groups.iter_mut().find(|(known, _)| *known == why) {
        Some((_, paths)) => paths.push(path),
        None => groups.push((why, vec![path])),
    }
}

fn channel(one: &Probe) -> Value {
    let look = one.holds.as_ref().ok();
    let kind = match look.map(|look| look.kind) {
        Some(PageKind::Sitemap) => "sitemap",
        Some(_) => "feed",
        None if one.place.hope == Hope::Feed => "feed",
        None => "sitemap",
    };
    json!({
        "kind": kind,
        "url": one.url.as_str(),
        "asked": one.place.url.as_str(),
        "named_by": one.place.named_by,
        "requested": one.was_requested,
        "taken": look.is_some() && one.left_out.is_none(),
        "why_not": one.holds.as_ref().err().or(one.left_out.as_ref()),
        "title": look.map(|look| &look.title),
        "items": look.map(|look| look.items),
        "with_headline": look.map(|look| look.titled),
        "with_summary": look.map(|look| look.with_summary),
        "oldest": look.and_then(|look| look.oldest).map(utc),
        "newest": look.and_then(|look| look.newest).map(utc),
        "per_day": look.and_then(|look| look.per_day),
        "language": look.and_then(|look| look.language.as_ref()),
        "sitemaps": look.map(|look| look.sitemaps),
    })
}
