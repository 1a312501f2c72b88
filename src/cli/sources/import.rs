//! `presswatch sources import`: the feeds of an OPML file as sources to paste.

use std::path::PathBuf;

use clap::Args;

use super::configuration;
use crate::app::sources::{self, Imported};
use crate::charset;
use crate::cli::input::{LONGEST_FILE, read_input};
use crate::cli::{Context, print};
use crate::error::Error;
use crate::output::toml;
use crate::text::count::counted;
use crate::text::visible::visible_path;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The subscriptions exported from a feed reader (`-`: standard input)
    #[arg(value_name = "FILE.opml")]
    file: PathBuf,
}

pub(super) fn import(context: &Context, args: &ImportArgs) -> Result<u8, Error> {
    let config = configuration(context)?;
    let text = charset::decode(&read_input(&args.file, LONGEST_FILE)?, None);
    let file = visible_path(&args.file);
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
    let and_known = if known > 0 {
        format!("; {} already in the configuration", counted(known, "more is", "more are"))
    } else {
        String::new()
    };
    let (feeds, of) = (counted(new, "feed", "feeds"), counted(sources.len(), "source", "sources"));
    let heading = format!("{feeds} of {of}, from {file}{and_known}");
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
