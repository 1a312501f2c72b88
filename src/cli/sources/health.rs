//! `presswatch sources`: each channel's health.

use crate::cli::{Context, print_painted};
use crate::error::Error;
use crate::output::channels::{ChannelRow, Table};

pub(super) fn health(context: &Context) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let health = store.health()?;
    let counts = store.item_states()?;
    let reserved = store.reserved()?;
    let zone = context.zone(&config);
    let table =
        Table { width: context.stdout_columns(), paint: context.stdout_paint(), zone: &zone, now: context.now() };
    print_painted(&table.health(&rows(health), &counts, &reserved))?;
    Ok(0)
}

fn rows(health: Vec<crate::store::ChannelHealth>) -> Vec<ChannelRow> {
    health
        .into_iter()
        .map(|row| ChannelRow {
            source: row.source,
            kind: row.kind,
            url: row.url,
            state: row.state,
            reason: row.reason,
            since: row.since,
            checked_at: row.checked_at,
            next_at: row.next_at,
            moved_to: row.moved_to,
            items: row.items,
            pending: row.pending,
        })
        .collect()
}
