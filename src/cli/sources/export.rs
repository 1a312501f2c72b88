//! `presswatch sources export`: the sources of the configuration as OPML.

use clap::Args;

use crate::app::sources;
use crate::cli::{Context, print};
use crate::error::Error;
use crate::output::opml;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {}

pub(super) fn export(context: &Context, _: &ExportArgs) -> Result<u8, Error> {
    let config = context.config()?;
    let (with, without) = sources::with_feeds(&config);
    if !without.is_empty() && !context.is_quiet() {
        let names = without.join(", ");
        crate::cli::warn(&format!("skipped sources without a feed, because OPML lists only feeds: {names}"));
    }
    print(&opml::opml(&with, context.now()))?;
    Ok(0)
}
