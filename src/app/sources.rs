//! The sources of a configuration: taken over from other programs, and handed on.

use std::collections::HashSet;

use url::Url;

use crate::channel;
use crate::config::Config;
use crate::site::{self, Draft, NotedUrl};
use crate::source::{ChannelKind, Source};
use crate::text::clean::one_line;
use crate::text::visible::acts_or_turns;

/// The contents of an OPML file.
#[derive(Debug)]
pub struct Imported {
    /// The feeds that are not in the configuration, as sources with unique names.
    pub sources: Vec<Draft>,
    /// The number of their feeds.
    pub new: usize,
    /// The number of feeds that are already in the configuration.
    pub known: usize,
    /// Entries whose URL is not http or https.
    pub dropped: Vec<String>,
}

/// Parses OPML; `None` if it is something else.
pub fn import(config: &Config, text: &str) -> Option<Imported> {
    let (mut outlines, dropped) = channel::opml(text)?;
    // Compares feeds as parsed URLs, because one URL may be spelt in several ways.
    let spelt = |url: &str| Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
    let known: HashSet<String> =
        config.sources.iter().flat_map(|source| &source.channels).map(|c| spelt(&c.url)).collect();
    let before = outlines.len();
    outlines.retain(|outline| !known.contains(outline.feed.as_str()));
    let mut taken = names(config);
    let mut sources = site::merge(&outlines);
    for source in &mut sources {
        source.name = unique(&source.name, &mut taken);
    }
    Some(Imported { sources, new: outlines.len(), known: before - outlines.len(), dropped })
}

/// The enabled sources with feeds, for OPML, and the names of those without.
pub fn with_feeds(config: &Config) -> (Vec<Draft>, Vec<String>) {
    let drafts = config.sources.iter().filter(|source| source.enabled).map(draft);
    let (with, without): (Vec<Draft>, Vec<Draft>) = drafts.partition(|draft| !draft.feeds.is_empty());
    (with, without.into_iter().map(|draft| draft.name).collect())
}

/// The feeds of a source. Without a site, that of the first feed says which outlet they belong to.
fn draft(source: &Source) -> Draft {
    let feeds = source.channels.iter().filter(|channel| channel.kind == ChannelKind::Feed);
    let feeds: Vec<NotedUrl> =
        feeds.map(|channel| NotedUrl { url: channel.url.clone(), remark: String::new() }).collect();
    let root = feeds.first().and_then(|feed| Url::parse(&feed.url).ok()?.join("/").ok());
    Draft {
        name: source.name.clone(),
        site: source.site.clone().or(root),
        language: source.language.clone(),
        feeds,
        ..Draft::default()
    }
}

/// The names of the sources in a configuration, in lower case.
pub(super) fn names(config: &Config) -> HashSet<String> {
    config.sources.iter().map(|source| source.name.to_lowercase()).collect()
}

/// A name that the configuration accepts and none of the taken ones is, and takes it.
pub(super) fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    // Direction marks stay in headlines; a name is typed, and what cannot be seen in it cannot be typed.
    let name = one_line(&name.replace(acts_or_turns, " "));
    let name = if name.is_empty() { "source" } else { &name };
    let mut own = name.to_owned();
    let mut number = 2;
    while !taken.insert(own.to_lowercase()) {
        own = format!("{name} ({number})");
        number += 1;
    }
    own
}
