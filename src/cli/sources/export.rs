//! `presswatch sources export`: the sources of the configuration as OPML.

use clap::Args;
use url::Url;

use crate::cli::{Context, print};
use crate::error::Error;
use crate::find::{Draft, Entry};
use crate::output::opml;
use crate::source::{ChannelKind, Source};

#[derive(Debug, Args)]
pub(super) struct ExportArgs {}

pub(super) fn export(context: &Context, _: &ExportArgs) -> Result<u8, Error> {
    let config = context.config()?;
    let (with, without): (Vec<Draft>, Vec<Draft>) =
        config.sources.iter().filter(|source| source.enabled).map(draft).partition(|draft| !draft.feeds.is_empty());
    if !without.is_empty() && !context.is_quiet() {
        let names: Vec<&str> = without.iter().map(|draft| draft.name.as_str()).collect();
        crate::cli::warn(&format!("left out, OPML holds feeds only and they have none: {}", names.join(", ")));
    }
    print(&opml::opml(&with, context.now()))?;
    Ok(0)
}

/// A source's feeds; a feed says by its site to whom it belongs.
fn draft(source: &Source) -> Draft {
    let feeds = source.channels.iter().filter(|channel| channel.kind == ChannelKind::Feed);
    let feeds: Vec<Entry> = feeds.map(|channel| Entry { url: channel.url.clone(), remark: String::new() }).collect();
    let root = feeds.first().and_then(|feed| Url::parse(&feed.url).ok()?.join("/").ok());
    Draft {
        name: source.name.clone(),
        site: source.site.clone().or(root),
        language: source.language.clone(),
        feeds,
        ..Draft::default()
    }
}
