//! The channels of a configuration as they are polled, with the words of the watches in the searches.

use std::collections::HashSet;

use crate::config::Config;
use crate::model::ChannelType;
use crate::query::Watch;
use crate::source::{Channel, ChannelKind, Source};
use crate::store::ChannelSpec;

/// Services cut longer addresses, or refuse them.
const MAX_ADDRESS: usize = 1500;

/// A search as it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedSearch {
    /// The source it belongs to.
    pub source: String,
    /// The watch for which it is asked.
    pub watch: String,
    /// What the service is asked.
    pub query: String,
    /// The whole address.
    pub url: String,
    /// Whether the address is longer than services take.
    pub is_too_long: bool,
}

/// The channels of the configuration as they are polled.
pub fn channels(config: &Config) -> Vec<ChannelSpec> {
    let mut specs = Vec::new();
    for source in config.sources.iter().filter(|source| source.enabled) {
        let mut known = HashSet::new();
        for channel in &source.channels {
            let mut add = |url: String, watch: Option<String>| {
                specs.push(ChannelSpec { source: source.name.clone(), kind: channel.kind.plain(), url, watch });
            };
            if channel.kind.plain() != ChannelType::Search {
                add(channel.url.clone(), None);
                continue;
            }
            for asked in searches_of(source, channel, &config.watches) {
                if known.insert(asked.url.clone()) {
                    add(asked.url, Some(asked.watch));
                }
            }
        }
    }
    specs
}

/// All searches, in the order of the sources.
pub fn searches(config: &Config) -> Vec<AskedSearch> {
    let sources = config.sources.iter().filter(|source| source.enabled);
    let channels = sources.flat_map(|source| source.channels.iter().map(move |channel| (source, channel)));
    channels.flat_map(|(source, channel)| searches_of(source, channel, &config.watches)).collect()
}

/// One search or more for each watch.
fn searches_of(source: &Source, channel: &Channel, watches: &[Watch]) -> Vec<AskedSearch> {
    let ChannelKind::Search(syntax) = &channel.kind else { return Vec::new() };
    let address = |words: &str| {
        let encoded: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
        channel.url.replace("{query}", &encoded.replace('+', "%20"))
    };
    let mut searches = Vec::new();
    for watch in watches.iter().filter(|watch| watch.sources.is_empty() || watch.sources.contains(&source.name)) {
        let fits = |words: &str| address(words).len() <= MAX_ADDRESS;
        let queries = watch.search.clone().map_or_else(|| watch.query.searches(syntax, &fits), |own| vec![own]);
        searches.extend(queries.into_iter().map(|query| AskedSearch {
            source: source.name.clone(),
            watch: watch.name.clone(),
            url: address(&query),
            is_too_long: !fits(&query),
            query,
        }));
    }
    searches
}
