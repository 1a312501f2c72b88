//! `presswatch check`: validates the configuration without the network.

use std::fmt::Write as _;

use super::{Context, print};
use crate::crawl;
use crate::error::Error;

pub(super) fn check(context: &Context) -> Result<u8, Error> {
    let config = context.config()?;
    context.settings(&config)?;
    let sources = config.sources.iter().filter(|source| source.enabled).count();
    let off = config.sources.len() - sources;
    let mut text = format!(
        "{}: ok\n{} with {}, {}\n",
        context.config_path().display(),
        counted(sources, "source", "sources"),
        counted(crawl::channels(&config).len(), "channel", "channels"),
        counted(config.watches.len(), "watch", "watches"),
    );
    if off > 0 {
        let _ = writeln!(text, "{} not enabled", counted(off, "source is", "sources are"));
    }
    for watch in &config.watches {
        let _ = writeln!(text, "watch {}: {}", watch.name, watch.query);
        for note in &watch.advice {
            let _ = writeln!(text, "  note: {note}");
        }
    }
    print(&text)?;
    Ok(0)
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
