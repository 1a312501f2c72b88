//! `presswatch migrate`: a whole database into another one.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::Args;

use super::{Context, overwrite_line, print};
use crate::app::migrate;
use crate::error::Error;
use crate::text::count::counted;

/// Copies a whole database into another one: a file to a PostgreSQL server, back, or one to another of the same kind. Rows keep their
/// ids, and every table is compared at the end. A copy that was interrupted is continued by the same command.
#[derive(Debug, Args)]
pub(super) struct MigrateArgs {
    /// The database that is copied: a file, or `postgres://user@host/name`
    from: OsString,
    /// Where to: a new file, or an empty schema of a server
    to: OsString,
}

pub(super) fn migrate(context: &Context, args: &MigrateArgs) -> Result<u8, Error> {
    let from = context.address("FROM", Some(&args.from))?;
    let to = context.address("TO", Some(&args.to))?;
    let (Some(from), Some(to)) = (from, to) else {
        return Err(Error::usage("could not copy: FROM and TO must be named"));
    };
    let columns = context.watched_columns();
    let parts = migrate::migrate(&from, &to, &mut |table, rows| {
        if columns.is_some() {
            overwrite_line(&format!("{table}: {rows}"));
        }
        Ok(())
    })?;
    if columns.is_some() {
        overwrite_line("");
    }
    let mut text = String::new();
    for part in &parts {
        let _ = writeln!(text, "{:<16} {:>10} rows  {:016x}", part.table, part.hash.rows, part.hash.hash);
    }
    let rows: u64 = parts.iter().map(|part| part.hash.rows).sum();
    let counted = counted(rows, "row", "rows");
    let _ = writeln!(text, "{from} was copied to {to}: {counted}, each table with the same rows in both");
    print(&text)?;
    Ok(0)
}
