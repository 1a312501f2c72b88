//! What `presswatch sources find` tells: TOML with remarks, or JSON.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use crate::discover::PageKind;
use crate::error::Error;
use crate::find::{Draft, Found, Hope, Proposal};
use crate::output::holdings::holdings;
use crate::output::toml;
use crate::store::utc;
use crate::text::clean::address;

/// All that was found out about a site.
pub(super) struct Answer<'a> {
    /// The address that the user gave.
    pub(super) url: &'a Url,
    pub(super) draft: &'a Draft,
    pub(super) found: &'a [Found],
    pub(super) proposal: Option<(&'a Url, &'a Proposal)>,
    /// The source of the configuration that is of the same site.
    pub(super) known: Option<String>,
    /// Whether the configuration has all of the draft's channels.
    pub(super) nothing_new: bool,
    pub(super) zone: &'a TimeZone,
    pub(super) now: Timestamp,
}

impl Answer<'_> {
    /// TOML, with all that was looked at in comments.
    pub(super) fn text(&self) -> String {
        // Appended to a file whose last line has no end, it still begins on a line of its own.
        let mut out = String::from("\n");
        let day = self.zone.to_datetime(self.now).date();
        toml::comment(&mut out, &format!("Found at {} on {day}.", address(self.url.as_str())));
        if let Some(name) = &self.known {
            toml::comment(&mut out, &format!("The configuration has a source of this site already: {name}"));
        }
        if self.nothing_new {
            // A second source of the same channels is nothing to paste.
            let channels: Vec<&str> = self.draft.addresses().collect();
            toml::comment(&mut out, &format!("It has all that was found: {}", channels.join(", ")));
            return out;
        }
        if !self.draft.pages.is_empty() {
            let why = "No feed and no sitemap was found, so the links of a page are read. Are these its articles? If not, change `link`: `explain URL --link SELECTOR` tries one.";
            toml::comment(&mut out, why);
        }
        out += &toml::source(self.draft);
        for line in self.left_out() {
            toml::comment(&mut out, &line);
        }
        out
    }

    /// What was looked at and is not part of the source, a line each; usual places at which nothing stands share one.
    fn left_out(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut guessed = Vec::new();
        for one in self.found {
            let what = if one.place.hope == Hope::Feed { "feed" } else { "sitemap" };
            let shown = address(one.place.url.as_str());
            match (&one.holds, &one.left_out) {
                (Err(_), _) if one.place.named_by == "a usual place" => guessed.push(one.place.url.path()),
                (Err(why), _) => lines.push(format!("Not taken: {what} {shown} ({}): {why}", one.place.named_by)),
                (Ok(look), Some(why)) => {
                    let held = holdings(look, self.zone, self.now);
                    lines.push(format!("Not taken: {what} {shown} ({held}): {why}"));
                }
                (Ok(_), None) => {}
            }
        }
        if !guessed.is_empty() {
            lines.push(format!("Nothing was found at the usual places: {}", guessed.join(", ")));
        }
        lines
    }

    /// The error when there is no channel.
    pub(super) fn nothing(&self) -> Error {
        let mut message =
            format!("could not find a feed, a sitemap or a list of articles at {}", address(self.url.as_str()));
        for line in self.left_out() {
            let _ = write!(message, "\n  {line}");
        }
        Error::failed(message).hint(
            "give the address of a page that lists articles; or try a CSS selector of their links: `presswatch explain URL --link SELECTOR`",
        )
    }

    pub(super) fn json(&self, requests: u64) -> Value {
        let channels: Vec<Value> = self.found.iter().map(channel).collect();
        let pages: Vec<Value> = self
            .proposal
            .iter()
            .map(|(url, proposal)| {
                json!({
                    "url": url.as_str(),
                    "link": proposal.selector,
                    "articles": proposal.articles,
                    "headlines": proposal.headlines,
                    "taken": !self.draft.pages.is_empty(),
                })
            })
            .collect();
        json!({
            "url": self.url.as_str(),
            "name": self.draft.name,
            "site": self.draft.site.as_ref().map(Url::as_str),
            "language": self.draft.language,
            "known_as": self.known,
            "channels": channels,
            "pages": pages,
            "requests": requests,
            "toml": if self.draft.is_empty() { Value::Null } else { json!(toml::source(self.draft)) },
        })
    }
}

fn channel(one: &Found) -> Value {
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
