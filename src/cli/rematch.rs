//! `presswatch rematch`: today's watches, applied to the stored articles.

use std::fmt::Write as _;

use clap::Args;

use super::{Context, print};
use crate::crawl;
use crate::error::Error;
use crate::store::{Lock, Mode, Store};
use crate::text::clean::one_line;

#[derive(Debug, Args)]
pub(super) struct RematchArgs {
    /// Print what would be found (+) and what would not be found again (-); write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn rematch(context: &Context, args: &RematchArgs) -> Result<u8, Error> {
    let config = context.config()?;
    let now = context.now();
    if args.dry_run {
        let store = context.store(&config)?;
        print(&diff(&crawl::compare(&store, &config.watches)?))?;
        return Ok(0);
    }
    // Opened for reading it must exist: a database without articles has nothing to be matched.
    let _lock = config.database.exists().then(|| Lock::take(&config.database)).transpose()?;
    let store = Store::open(&config.database, Mode::Read)?;
    store.sync(&config.sources, &crawl::channels(&config), &crawl::watch_specs(&config.watches), now)?;
    let names: Vec<String> = config.watches.iter().map(|watch| watch.name.clone()).collect();
    let new = crawl::rematch(&store, &config.watches, &names, now)?;
    if config.crawl.events {
        crawl::join_events(&store)?;
    }
    print(&format!("{new} new {}\n", if new == 1 { "mention" } else { "mentions" }))?;
    Ok(0)
}

/// Two lines a mention, and how many there are.
fn diff(changes: &[crawl::Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let sign = if change.gained { '+' } else { '-' };
        let parts = [&change.watch, &change.outlet, &change.title, &change.terms].map(|part| one_line(part));
        let _ = writeln!(out, "{sign} {}", parts.join(" · "));
        let _ = writeln!(out, "{sign}   > {}", one_line(&change.snippet));
    }
    let gained = changes.iter().filter(|change| change.gained).count();
    let lost = changes.len() - gained;
    let stay = if lost > 0 { " (what was found stays in coverage)" } else { "" };
    let _ = writeln!(out, "{gained} gained, {lost} lost{stay}");
    out
}
