//! `presswatch sources catalogue`: the sources that the program carries.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;

use crate::catalogue::{self, CatalogueFile};
use crate::cli::init::unknown;
use crate::cli::print;
use crate::config;
use crate::error::Error;
use crate::text::count::counted;

#[derive(Debug, Args)]
pub(super) struct CatalogueArgs {
    /// Print this file of the catalogue [default: list what there is]
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn catalogue(args: &CatalogueArgs) -> Result<u8, Error> {
    match &args.name {
        Some(name) => print(catalogue::find(name).ok_or_else(|| unknown(name))?.text)?,
        None => print(&list(&catalogue::files()))?,
    }
    Ok(0)
}

fn list(files: &[CatalogueFile]) -> String {
    let mut text = String::new();
    for file in files {
        let sources = config::parse(file.text, Path::new(file.name)).map_or(0, |config| config.sources.len());
        let _ = write!(text, "{}: {}\n  {}\n", file.name, counted(sources, "source", "sources"), file.about());
    }
    if let Some(first) = files.first() {
        let _ = write!(text, "\nTake one in at the top of sources.toml: include = [\"{}\"]\n", first.address());
    }
    text
}
