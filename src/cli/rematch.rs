//! `presswatch rematch`: applies the watches to the stored articles.

use clap::Args;

use super::input::read_answer;
use super::{Context, print, prompt, warn};
use crate::app::rematch::{self, Rematched};
use crate::config::Config;
use crate::error::Error;
use crate::output::rematch::diff;
use crate::text::count::counted;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  presswatch rematch --dry-run        what a changed watch gains (+) and loses (-)
  presswatch rematch --prune          apply it, and take away what it loses
  presswatch rematch --prune --yes    the same in a script")]
pub(super) struct RematchArgs {
    /// Print what would match (+) and what would no longer match (-); write nothing
    #[arg(long)]
    dry_run: bool,
    /// Also take away the mentions that the watches no longer find; they are shown first
    #[arg(long)]
    prune: bool,
    /// Do not ask before mentions are taken away
    #[arg(long, requires = "prune")]
    yes: bool,
}

pub(super) fn rematch(context: &Context, args: &RematchArgs) -> Result<u8, Error> {
    let config = context.config()?;
    if args.prune {
        return prune(context, &config, args);
    }
    if args.dry_run {
        let store = context.store(&config)?;
        return print(&diff(&rematch::preview(&store, &config)?, false)).map(|()| 0);
    }
    let done = rematch::apply(&config, context.now())?;
    print(&format!("{} newly matched\n", articles(done.new.articles)))?;
    warn_of_events(context, &done);
    Ok(0)
}

fn prune(context: &Context, config: &Config, args: &RematchArgs) -> Result<u8, Error> {
    let changes = rematch::preview(&context.store(config)?, config)?;
    print(&diff(&changes, true))?;
    if args.dry_run {
        return Ok(0);
    }
    let lost = changes.iter().filter(|change| !change.gained).count() as u64;
    if lost > 0 && !args.yes {
        if !context.can_ask() {
            return Err(Error::usage(format!("could not take away {}: there is nobody to ask", mentions(lost)))
                .hint("look at the lines above; then add --yes"));
        }
        prompt(&format!("Take away {}? [y/N]", mentions(lost)));
        if !matches!(read_answer().unwrap_or_default().trim().to_lowercase().as_str(), "y" | "yes") {
            return print("nothing was changed\n").map(|()| 0);
        }
    }
    let (done, removed) = rematch::prune(config, &changes, context.now())?;
    print(&format!("{} newly matched, {} taken away\n", articles(done.new.articles), mentions(removed as u64)))?;
    warn_of_events(context, &done);
    Ok(0)
}

fn warn_of_events(context: &Context, done: &Rematched) {
    if done.events_left > 0 && !context.is_quiet() {
        let left = articles(done.events_left as u64);
        warn(&format!(
            "the events of {left} were not decided: a run is still deciding events; run `presswatch rematch` again when it has ended"
        ));
    }
}

fn articles(n: u64) -> String {
    counted(n, "article", "articles")
}

fn mentions(n: u64) -> String {
    counted(n, "mention", "mentions")
}
