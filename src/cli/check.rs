//! `presswatch check`: validates the configuration; uses the network only with `--online`.

use std::fmt::Write as _;

use clap::Args;

use super::{Context, online, print, warn};
use crate::crawl;
use crate::error::Error;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Then request every channel once, and show the responses
    #[arg(long)]
    online: bool,
    /// With --online: exit with 3 when a channel could not be read
    #[arg(long, requires = "online")]
    strict: bool,
    /// With --online: print one JSON object instead of text
    #[arg(long, requires = "online")]
    json: bool,
}

pub(super) fn check(context: &Context, args: &CheckArgs) -> Result<u8, Error> {
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
    if !args.json {
        print(&text)?;
    }
    if !context.is_quiet() {
        if config.watches.is_empty() {
            warn("no watch is configured, so nothing will be found: add a [[watch]] with a name and a query");
        }
        if sources == 0 {
            warn("no source is enabled, so nothing will be read: add a [[source]] with a name and a feed");
        }
    }
    if args.online { online::online(context, &config, args.strict, args.json) } else { Ok(0) }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
