//! `presswatch rematch`: applies the watches to the stored articles.

use clap::Args;

use super::{Context, print};
use crate::app::rematch;
use crate::error::Error;
use crate::output::rematch::diff;
use crate::text::count::counted;

#[derive(Debug, Args)]
pub(super) struct RematchArgs {
    /// Print what would match (+) and what would no longer match (-); write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn rematch(context: &Context, args: &RematchArgs) -> Result<u8, Error> {
    let config = context.config()?;
    if args.dry_run {
        let store = context.store(&config)?;
        return print(&diff(&rematch::preview(&store, &config)?)).map(|()| 0);
    }
    let found = rematch::apply(&config, context.now())?;
    print(&format!("{} newly matched\n", counted(found.articles, "article", "articles")))?;
    Ok(0)
}
