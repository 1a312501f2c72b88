//! `presswatch sources import`: the feeds of an OPML file as sources to paste.

use std::path::PathBuf;

use clap::Args;

use super::configuration;
use crate::app::sources::{self, Imported};
use crate::charset;
use crate::cli::{Context, print, verdicts};
use crate::error::Error;
use crate::output::toml;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The subscriptions exported from a feed reader (`-`: standard input)
    #[arg(value_name = "FILE.opml")]
    file: PathBuf,
}

pub(super) fn import(context: &Context, args: &ImportArgs) -> Result<u8, Error> {
    let config = configuration(context)?;
    let file = args.file.to_string_lossy();
    let text = charset::decode(&verdicts::read(&file)?, None);
    let Some(imported) = sources::import(&config, &text) else {
        return Err(Error::failed(format!("could not read {file}: it is not OPML"))
            .hint("feed readers write OPML with a command such as \"Export subscriptions\""));
    };
    if !context.is_quiet() {
        for what in &imported.dropped {
            crate::cli::warn(&format!("skipped a feed whose URL is not http or https: {what}"));
        }
    }
    let Imported { sources, new, known, .. } = imported;
    let mut out = String::new();
    let and_known = if known > 0 { format!("; {known} more are already in the configuration") } else { String::new() };
    let heading = format!("{new} feeds of {} sources, from {file}{and_known}", sources.len());
    toml::comment(&mut out, &heading);
    for source in &sources {
        out.push('\n');
        out += &toml::source(source);
    }
    if new + known == 0 {
        return Err(
            Error::failed(format!("could not find a feed in {file}")).hint("the outline of a feed has an `xmlUrl`")
        );
    }
    print(&out)?;
    Ok(0)
}
