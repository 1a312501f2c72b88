//! `presswatch sources`: each channel's health; finding, importing and exporting sources.

mod catalogue;
mod export;
mod find;
mod health;
mod import;

use clap::{Args, Subcommand};

use crate::cli::Context;
use crate::config::Config;
use crate::error::Error;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct SourcesArgs {
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<SourcesCommand>,
}

#[derive(Debug, Subcommand)]
enum SourcesCommand {
    /// Find the feeds, sitemaps and listing pages of a site, and print a source to paste into sources.toml
    Find(find::FindArgs),
    /// List the sources that the program carries, country by country, or print one file of them
    Catalogue(catalogue::CatalogueArgs),
    /// Print the feeds of an OPML file as sources to paste into sources.toml
    Import(import::ImportArgs),
    /// Print the sources of the configuration as OPML, for feed readers
    Export(export::ExportArgs),
}

pub(super) fn sources(context: &Context, args: &SourcesArgs) -> Result<u8, Error> {
    match &args.command {
        None => health::health(context, args.json),
        Some(SourcesCommand::Catalogue(args)) => catalogue::catalogue(args),
        Some(SourcesCommand::Find(args)) => find::find(context, args),
        Some(SourcesCommand::Import(args)) => import::import(context, args),
        Some(SourcesCommand::Export(args)) => export::export(context, args),
    }
}

/// The configuration, or the defaults if there is no file.
fn configuration(context: &Context) -> Result<Config, Error> {
    if context.config_path().exists() || context.names_config() { context.config() } else { Ok(Config::default()) }
}
