//! `presswatch sources import`: the feeds of an OPML file as sources to paste.

use std::collections::HashSet;
use std::path::PathBuf;

use clap::Args;

use super::{configuration, unique};
use crate::charset;
use crate::cli::{Context, print, verdicts};
use crate::discover;
use crate::error::Error;
use crate::find;
use crate::output::toml;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The list of a feed reader (`-`: standard input)
    #[arg(value_name = "FILE.opml")]
    file: PathBuf,
}

pub(super) fn import(context: &Context, args: &ImportArgs) -> Result<u8, Error> {
    let config = configuration(context)?;
    let file = args.file.to_string_lossy();
    let text = charset::decode(&verdicts::read(&file)?, None);
    let Some((mut outlines, dropped)) = discover::opml(&text) else {
        return Err(Error::failed(format!("could not read {file}: it is no OPML"))
            .hint("feed readers write OPML by \"export subscriptions\""));
    };
    if !context.is_quiet() {
        for what in &dropped {
            crate::cli::warn(&format!("left out, its address is none of the web: {what}"));
        }
    }
    // Feeds compare as addresses, however they are spelt.
    let known: HashSet<String> =
        config.sources.iter().flat_map(|source| &source.channels).map(|c| spelt(&c.url)).collect();
    let before = outlines.len();
    outlines.retain(|outline| !known.contains(outline.feed.as_str()));
    let old = before - outlines.len();
    let mut taken: HashSet<String> = config.sources.iter().map(|source| source.name.to_lowercase()).collect();
    let mut sources = find::merge(&outlines);
    for source in &mut sources {
        source.name = unique(&source.name, &mut taken);
    }
    let mut out = String::new();
    let and_known = if old > 0 { format!("; {old} more are in the configuration already") } else { String::new() };
    let heading = format!("{} feeds of {} sources, from {file}{and_known}", outlines.len(), sources.len());
    toml::comment(&mut out, &heading);
    for source in &sources {
        out.push('\n');
        out += &toml::source(source);
    }
    if before == 0 {
        return Err(
            Error::failed(format!("could not find a feed in {file}")).hint("an outline of a feed has an `xmlUrl`")
        );
    }
    print(&out)?;
    Ok(0)
}

fn spelt(url: &str) -> String {
    url::Url::parse(url).map_or_else(|_| url.to_owned(), String::from)
}
