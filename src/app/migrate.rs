//! Copies a whole database into another one, whichever engines they have.

use crate::crawl;
use crate::database::DatabaseAddress;
use crate::error::Error;
use crate::store::{COPIED_TABLES, CopiedTable, Lock, Mode, Store, TableHash};

/// How many rows are copied in one transaction: articles are long.
const ROWS: usize = 500;

/// A table that was copied and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedPart {
    /// Its name.
    pub table: &'static str,
    /// Its rows and their hash, the same in both databases.
    pub hash: TableHash,
}

/// Copies `from` into `to`, which must be empty, or the beginning of such a copy: then it is continued. Calls `report` with each table and
/// the number of rows that it has so far.
///
/// # Errors
/// Where one of the two is in use, where `to` has data of its own, or where a table is not the same in both at the end.
pub fn migrate(
    from: &DatabaseAddress,
    to: &DatabaseAddress,
    report: &mut dyn FnMut(&str, u64) -> Result<(), Error>,
) -> Result<Vec<CopiedPart>, Error> {
    if from == to {
        return Err(Error::usage("could not copy a database into itself"));
    }
    if !Store::exists(from)? {
        return Err(Error::failed(format!("could not copy {from}: there is no such database")));
    }
    let _locks = [Lock::take(from)?, Lock::take(to)?];
    let source = Store::open(from, Mode::Read)?;
    let target = Store::open_for_copy(to)?;
    source.freeze()?;
    match target.unfinished_copy()? {
        Some(origin) if origin != from.to_string() => {
            let message = format!("could not copy {from} to {to}: that holds the beginning of a copy of {origin}");
            return Err(Error::failed(message).hint("finish that one, or delete it"));
        }
        Some(_) => {}
        None => {
            for table in COPIED_TABLES {
                if target.last_key(table)?.is_some() {
                    let message = format!("could not copy {from} to {to}: that has data of its own");
                    return Err(Error::failed(message).hint("name a new file, or an empty schema of a server"));
                }
            }
            target.begin_copy(&from.to_string())?;
        }
    }
    for table in COPIED_TABLES {
        if table.refers_to_itself {
            target.together(|| copy(&source, &target, table, report))?;
        } else {
            copy(&source, &target, table, report)?;
        }
    }
    let mut parts = Vec::new();
    for table in COPIED_TABLES {
        let (hash, copied) = (hash(&source, table)?, hash(&target, table)?);
        if hash != copied {
            let message = format!(
                "could not copy {from} to {to}: the table {} differs: {} rows with the hash {:016x}, and {} with {:016x}",
                table.name, hash.rows, hash.hash, copied.rows, copied.hash
            );
            return Err(Error::failed(message)
                .hint("it was changed since the copy was begun: delete the copy, and begin anew while nothing else is running"));
        }
        parts.push(CopiedPart { table: table.name, hash });
    }
    report("article_words", 0)?;
    crawl::renew_index(&target, usize::MAX, &|| false)?;
    target.end_copy()?;
    Ok(parts)
}

fn copy(
    source: &Store,
    target: &Store,
    table: &CopiedTable,
    report: &mut dyn FnMut(&str, u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let columns = source.columns(table)?;
    if columns != target.columns(table)? {
        return Err(Error::failed(format!(
            "could not copy the table {}: its columns are not the same in both databases",
            table.name
        )));
    }
    let mut after = target.last_key(table)?;
    let mut copied = 0;
    report(table.name, copied)?;
    loop {
        let rows = source.rows(table, &columns, after.as_deref(), ROWS)?;
        let Some(last) = rows.last() else { return Ok(()) };
        target.add_rows(table, &columns, &rows)?;
        copied += rows.len() as u64;
        report(table.name, copied)?;
        after = Some(last.key.clone());
    }
}

fn hash(store: &Store, table: &CopiedTable) -> Result<TableHash, Error> {
    let columns = store.columns(table)?;
    let mut hash = TableHash::default();
    let mut after = None;
    loop {
        let rows = store.rows(table, &columns, after.as_deref(), ROWS)?;
        let Some(last) = rows.last() else { return Ok(hash) };
        for row in &rows {
            hash.add(row);
        }
        after = Some(last.key.clone());
    }
}
