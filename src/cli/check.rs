//! `presswatch check`: validates the configuration; uses the network only with `--online`.

use std::fmt::Write as _;

use clap::Args;

use super::{Context, online, print, warn};
use crate::crawl;
use crate::error::Error;
use crate::text::count::counted;
use crate::text::visible::visible_path;

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
        visible_path(&context.config_path()),
        counted(sources, "source", "sources"),
        counted(crawl::channels(&config).len(), "channel", "channels"),
        counted(config.watches.len(), "watch", "watches"),
    );
    if off > 0 {
        let _ = writeln!(text, "{} not enabled", counted(off, "source is", "sources are"));
    }
    let searches = crawl::searches(&config);
    for watch in &config.watches {
        let _ = writeln!(text, "watch {}: {}", watch.name, watch.query);
        for asked in searches.iter().filter(|asked| asked.watch == watch.name) {
            let _ = writeln!(text, "  search {}: {}", asked.source, asked.query);
        }
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
    for asked in searches.iter().filter(|asked| asked.is_too_long && !context.is_quiet()) {
        let length = asked.url.len();
        warn(&format!(
            "the search of {} for watch {} is too long: an address of {length} characters, which most services cut",
            asked.source, asked.watch
        ));
    }
    if args.online { online::online(context, &config, args.strict, args.json) } else { Ok(0) }
}
