//! `presswatch sources`: each channel's health.

use crate::cli::{Context, json_line, print, print_painted};
use crate::error::Error;
use crate::output::channels::{TextTable, health_json};

pub(super) fn health(context: &Context, as_json: bool) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let health = context.store(&config)?.health()?;
    if as_json {
        let facts = config.sources.iter().map(|source| (&*source.name, &source.facts)).collect();
        print(&json_line(&health_json(&health, &facts)))?;
        return Ok(0);
    }
    let zone = context.zone(&config);
    let table =
        TextTable { width: context.stdout_columns(), paint: context.stdout_paint(), zone: &zone, now: context.now() };
    print_painted(&table.health(&health, context.is_verbose()))?;
    Ok(0)
}
