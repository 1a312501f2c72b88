//! `presswatch sources`: each channel's health.

use crate::cli::{Context, print_painted};
use crate::error::Error;
use crate::output::channels::TextTable;

pub(super) fn health(context: &Context) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let health = context.store(&config)?.health()?;
    let zone = context.zone(&config);
    let table =
        TextTable { width: context.stdout_columns(), paint: context.stdout_paint(), zone: &zone, now: context.now() };
    print_painted(&table.health(&health))?;
    Ok(0)
}
