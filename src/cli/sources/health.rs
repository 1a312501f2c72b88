//! `presswatch sources`: each channel's health.

use crate::app::alerts;
use crate::cli::{Context, json_line, print, print_painted};
use crate::error::Error;
use crate::output::alerts::{health_json as alerts_json, troubled};
use crate::output::channels::{TextTable, health_json};

pub(super) fn health(context: &Context, as_json: bool) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let (health, alerts) = (store.health()?, alerts::health(&store, &config, context.now())?);
    if as_json {
        let facts = config.sources.iter().map(|source| (&*source.name, &source.facts)).collect();
        let mut all = health_json(&health, &facts);
        all["alerts"] = alerts_json(&config.alerts, &alerts);
        print(&json_line(&all))?;
        return Ok(0);
    }
    let zone = context.zone(&config);
    let table =
        TextTable { width: context.stdout_columns(), paint: context.stdout_paint(), zone: &zone, now: context.now() };
    print_painted(&table.health(&health, context.is_verbose()))?;
    let troubled = troubled(&alerts, &zone, context.now());
    if !troubled.is_empty() {
        print(&format!("\n{troubled}"))?;
    }
    Ok(0)
}
