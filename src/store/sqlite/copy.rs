//! Copying a database into another one.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};

use super::SqliteStore;
use crate::error::Error;
use crate::store::bands::unpack;
use crate::store::copy::{Cell, CopiedRow, CopiedTable, CopyUnits};

/// Where copied bands go: to the last tier, which has no limit.
const TIER: i64 = 3;

impl CopyUnits for SqliteStore {
    fn freeze(&self) -> Result<(), Error> {
        self.read("read the database", |c| {
            c.execute_batch("BEGIN")?;
            // The snapshot begins with the first read.
            c.query_row("SELECT count(*) FROM source", [], |_| Ok(()))
        })
    }

    fn unfinished_copy(&self) -> Result<Option<String>, Error> {
        self.read("look into the database", |c| {
            let is_there =
                c.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'unfinished_copy'", [], |row| {
                    row.get::<_, i64>(0)
                })?;
            if is_there == 0 {
                return Ok(None);
            }
            c.query_row("SELECT origin FROM unfinished_copy", [], |row| row.get(0)).optional()
        })
    }

    fn begin_copy(&self, origin: &str) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            c.execute_batch(
                "CREATE TABLE unfinished_copy (origin TEXT NOT NULL) STRICT; UPDATE article_words_state SET rules = 0",
            )?;
            c.execute("INSERT INTO unfinished_copy VALUES (?1)", [origin]).map(drop)
        })
    }

    fn end_copy(&self) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            c.execute("INSERT OR REPLACE INTO story_tier (tier, texts) SELECT ?1, count(*) FROM story_text", [TIER])?;
            c.execute_batch("DROP TABLE unfinished_copy")
        })
    }

    fn columns(&self, table: &CopiedTable) -> Result<Vec<String>, Error> {
        if table.name == "story_band" {
            return Ok(["article_id", "band"].map(str::to_owned).into());
        }
        self.read("look into the database", |c| {
            let mut query = c.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY name")?;
            query.query_map([table.name], |row| row.get(0))?.collect()
        })
    }

    fn rows(
        &self,
        table: &CopiedTable,
        columns: &[String],
        after: Option<&[Cell]>,
        most: usize,
    ) -> Result<Vec<CopiedRow>, Error> {
        self.read("read the database", |c| {
            if table.name == "story_band" {
                return bands(c, after, most);
            }
            let key = table.key.join(", ");
            let names = columns.iter().fold(String::new(), |all, name| all + ", \"" + name + "\"");
            let places: Vec<String> = (1..=table.key.len()).map(|n| format!("?{n}")).collect();
            let condition = after.map_or(String::new(), |_| format!("WHERE ({key}) > ({})", places.join(", ")));
            let sql = format!("SELECT {key}{names} FROM \"{}\" {condition} ORDER BY {key} LIMIT {most}", table.name);
            let mut query = c.prepare_cached(&sql)?;
            let rows = query.query_map(params_from_iter(after.unwrap_or_default().iter().map(value)), |row| {
                let cells = |from: usize, to: usize| (from..to).map(|at| cell(row, at)).collect::<Result<_, _>>();
                let split = table.key.len();
                Ok(CopiedRow { key: cells(0, split)?, cells: cells(split, split + columns.len())? })
            })?;
            rows.collect()
        })
    }

    fn last_key(&self, table: &CopiedTable) -> Result<Option<Vec<Cell>>, Error> {
        self.read("read the database", |c| {
            let order: Vec<String> = table.key.iter().map(|key| format!("{key} DESC")).collect();
            let sql = format!(
                "SELECT {} FROM \"{}\" ORDER BY {} LIMIT 1",
                table.key.join(", "),
                table.name,
                order.join(", ")
            );
            c.query_row(&sql, [], |row| (0..table.key.len()).map(|at| cell(row, at)).collect()).optional()
        })
    }

    fn add_rows(&self, table: &CopiedTable, columns: &[String], rows: &[CopiedRow]) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            c.execute_batch("PRAGMA defer_foreign_keys = ON")?;
            if table.name == "story_band" {
                let mut add =
                    c.prepare_cached("INSERT OR IGNORE INTO story_band (tier, band, article_id) VALUES (?1, ?2, ?3)")?;
                return rows.iter().try_for_each(|row| {
                    let [article, band] = row.cells.as_slice() else { return Ok(()) };
                    add.execute(params![TIER, value(band), value(article)]).map(drop)
                });
            }
            let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
            let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
            let sql = format!("INSERT INTO \"{}\" ({}) VALUES ({})", table.name, names.join(", "), places.join(", "));
            let mut add = c.prepare_cached(&sql)?;
            rows.iter().try_for_each(|row| add.execute(params_from_iter(row.cells.iter().map(value))).map(drop))
        })
    }
}

/// The bands of the texts that are compared, from the list and from all tiers.
fn bands(c: &Connection, after: Option<&[Cell]>, most: usize) -> rusqlite::Result<Vec<CopiedRow>> {
    let after = match after {
        Some([Cell::Integer(band), Cell::Integer(article)]) => (*band, *article),
        _ => (-1, -1),
    };
    let of_tier = |tier: i64| {
        format!(
            "SELECT * FROM (SELECT band, article_id FROM story_band b WHERE tier = {tier} AND (band, article_id) > (?1, ?2)
               AND EXISTS (SELECT 1 FROM story_text t WHERE t.article_id = b.article_id) ORDER BY band, article_id LIMIT ?3)"
        )
    };
    let mut query = c.prepare_cached(&[1, 2, TIER].map(of_tier).join(" UNION "))?;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = query.query_map(params![after.0, after.1, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut found: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    let mut list = c.prepare_cached("SELECT article_id, bands FROM story_list")?;
    let mut rows = list.query([])?;
    while let Some(row) = rows.next()? {
        let article: i64 = row.get(0)?;
        let bands = unpack(row.get_ref(1)?.as_blob()?);
        found.extend(bands.into_iter().map(|band| (i64::from(band), article)).filter(|pair| *pair > after));
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(most);
    let row = |(band, article)| {
        let (band, article) = (Cell::Integer(band), Cell::Integer(article));
        CopiedRow { key: vec![band.clone(), article.clone()], cells: vec![article, band] }
    };
    Ok(found.into_iter().map(row).collect())
}

fn cell(row: &Row, at: usize) -> rusqlite::Result<Cell> {
    Ok(match row.get_ref(at)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(n) => Cell::Integer(n),
        ValueRef::Real(n) => Cell::Real(n),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
    })
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(n) => Value::Integer(*n),
        Cell::Real(n) => Value::Real(*n),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Bytes(bytes) => Value::Blob(bytes.clone()),
    }
}
