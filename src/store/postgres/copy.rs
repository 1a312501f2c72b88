//! Copying a database into another one.

use super::row::{OptionalRow as _, Row, SqlResult};
use super::sql::{Param, SqlValue, ToParam, params};
use super::{PostgresStore, lanes};
use crate::error::Error;
use crate::store::copy::{COPIED_TABLES, Cell, CopiedRow, CopiedTable, CopyUnits};

impl CopyUnits for PostgresStore {
    fn freeze(&self) -> Result<(), Error> {
        self.read("read the database", |c| c.execute_batch("BEGIN ISOLATION LEVEL REPEATABLE READ"))
    }

    fn unfinished_copy(&self) -> Result<Option<String>, Error> {
        self.read("look into the database", |c| {
            if !c.query_row("SELECT to_regclass('unfinished_copy') IS NOT NULL", (), |row| row.get(0))? {
                return Ok(None);
            }
            c.query_row("SELECT origin FROM unfinished_copy", (), |row| row.get(0)).optional()
        })
    }

    fn begin_copy(&self, origin: &str) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            c.execute_batch(
                "CREATE TABLE unfinished_copy (origin text NOT NULL); UPDATE article_words_state SET rules = 0",
            )?;
            c.execute("INSERT INTO unfinished_copy VALUES ($1)", [origin]).map(drop)
        })
    }

    fn end_copy(&self) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            for table in COPIED_TABLES.iter().filter(|table| table.key == ["id"] && !["former_article", "message"].contains(&table.name)) {
                // No article gets the id of one that was merged into another one.
                let beside = if table.name == "article" { "(SELECT max(id) FROM former_article)" } else { "0" };
                let name = table.name;
                c.execute_batch(&format!(
                    "SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(greatest((SELECT max(id) FROM {name}), {beside}), 0) + 1, false)"
                ))?;
            }
            lanes::mark_waiting(c)?;
            c.execute_batch("DROP TABLE unfinished_copy")
        })
    }

    fn columns(&self, table: &CopiedTable) -> Result<Vec<String>, Error> {
        self.read("look into the database", |c| {
            c.prepare(
                "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
                 ORDER BY attname::text COLLATE \"C\"",
            )?
            .query_map([table.name], |row| row.get(0))?
            .collect()
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
            let key = table.key.join(", ");
            let names = columns.iter().fold(String::new(), |all, name| all + ", \"" + name + "\"");
            let places: Vec<String> = (1..=table.key.len()).map(|n| format!("${n}")).collect();
            let condition = after.map_or(String::new(), |_| format!("WHERE ({key}) > ({})", places.join(", ")));
            let sql = format!("SELECT {key}{names} FROM \"{}\" {condition} ORDER BY {key} LIMIT {most}", table.name);
            let params: Vec<Param> = after.unwrap_or_default().iter().map(ToParam::to_param).collect();
            let rows = c.prepare(&sql)?.query(params)?;
            let read = |row: &Row| {
                let cells = |from: usize, to: usize| (from..to).map(|at| cell(row, at)).collect::<SqlResult<_>>();
                let split = table.key.len();
                Ok(CopiedRow { key: cells(0, split)?, cells: cells(split, split + columns.len())? })
            };
            rows.iter().map(read).collect()
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
            c.query_row(&sql, (), |row| (0..table.key.len()).map(|at| cell(row, at)).collect()).optional()
        })
    }

    fn add_rows(&self, table: &CopiedTable, columns: &[String], rows: &[CopiedRow]) -> Result<(), Error> {
        let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
        let mut lines = String::new();
        for row in rows {
            for (at, cell) in row.cells.iter().enumerate() {
                lines.push_str(if at > 0 { "\t" } else { "" });
                push_field(&mut lines, cell);
            }
            lines.push('\n');
        }
        self.unit("write to the database", |c| {
            c.execute_batch("SET CONSTRAINTS ALL DEFERRED")?;
            c.copy_in(&format!("COPY \"{}\" ({}) FROM STDIN", table.name, names.join(", ")), lines.as_bytes())
        })
    }
}

impl ToParam for Cell {
    fn to_param(&self) -> Param {
        match self {
            Self::Null => None::<i64>.to_param(),
            Self::Integer(n) => n.to_param(),
            Self::Real(n) => n.to_param(),
            Self::Text(text) => text.to_param(),
            Self::Bytes(bytes) => bytes.to_param(),
        }
    }
}

/// A value in the text format of COPY.
fn push_field(line: &mut String, cell: &Cell) {
    match &params![cell][0] {
        Param(None) => line.push_str("\\N"),
        Param(Some(text)) => {
            for c in text.chars() {
                match c {
                    '\\' => line.push_str("\\\\"),
                    '\n' => line.push_str("\\n"),
                    '\r' => line.push_str("\\r"),
                    '\t' => line.push_str("\\t"),
                    c => line.push(c),
                }
            }
        }
    }
}

fn cell(row: &Row, at: usize) -> SqlResult<Cell> {
    Ok(match row.value(at)? {
        SqlValue::Null => Cell::Null,
        SqlValue::Integer(n) => Cell::Integer(n),
        SqlValue::Real(n) => Cell::Real(n),
        SqlValue::Text(text) => Cell::Text(text.to_owned()),
        SqlValue::Bytes(bytes) => Cell::Bytes(bytes.to_vec()),
    })
}
