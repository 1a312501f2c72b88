//! Copying a whole database into another one: what is copied, in which order, and how two copies are compared.

use crate::error::Error;

/// A value of a row, whichever engine it comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// An integer.
    Integer(i64),
    /// A real number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A row with the key by which its table is copied.
#[derive(Debug, Clone, PartialEq)]
pub struct CopiedRow {
    /// The values of the key.
    pub key: Vec<Cell>,
    /// Those of the columns.
    pub cells: Vec<Cell>,
}

/// A table that is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub name: &'static str,
    /// What names a row, and in which order rows are copied; in both dialects.
    pub key: &'static [&'static str],
    /// Whether its rows may refer to later ones, so that it is copied in one transaction.
    pub refers_to_itself: bool,
}

const fn table(name: &'static str, key: &'static [&'static str]) -> CopiedTable {
    CopiedTable { name, key, refers_to_itself: false }
}

/// The tables, each after those to which its rows refer. The index of words is made anew.
pub const COPIED_TABLES: &[CopiedTable] = &[
    table("source", &["id"]),
    CopiedTable { refers_to_itself: true, ..table("channel", &["id"]) },
    table("run", &["id"]),
    table("poll", &["id"]),
    table("article", &["id"]),
    table("item", &["id"]),
    table("version", &["article_id", "seen_at"]),
    table("story_text", &["article_id"]),
    table("story_band", &["band", "article_id"]),
    table("watch", &["id"]),
    table("mention", &["id"]),
    table("event", &["article_id"]),
    table("event_features", &["article_id"]),
    table("event_queue", &["article_id"]),
    table("event_regrouped", &["event_id"]),
    table("host", &["name"]),
    table("absence", &["article_id"]),
    table("mark", &["article_id", "coalesce(watch_id, 0)"]),
    table("former_article", &["id"]),
    table("reader", &["id"]),
    table("printed", &["reader_id", "mention_id"]),
    table("alert", &["id"]),
    table("alert_watch", &["alert_id", "watch_id"]),
    table("message", &["id"]),
    table("outbox", &["id"]),
];

/// How many rows a table has, and a hash of them in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableHash {
    /// Rows.
    pub rows: u64,
    /// FNV-1a of all values.
    pub hash: u64,
}

impl Default for TableHash {
    fn default() -> Self {
        Self { rows: 0, hash: 0xcbf2_9ce4_8422_2325 }
    }
}

impl TableHash {
    /// Adds a row.
    pub fn add(&mut self, row: &CopiedRow) {
        self.rows += 1;
        for cell in &row.cells {
            match cell {
                Cell::Null => self.bytes(b"n"),
                Cell::Integer(n) => self.value(b"i", &n.to_le_bytes()),
                Cell::Real(n) => self.value(b"r", &n.to_le_bytes()),
                // PostgreSQL stores no NUL.
                Cell::Text(text) => self.value(b"t", text.replace('\0', "").as_bytes()),
                Cell::Bytes(bytes) => self.value(b"b", bytes),
            }
        }
    }

    fn value(&mut self, kind: &[u8], bytes: &[u8]) {
        self.bytes(kind);
        self.bytes(&bytes.len().to_le_bytes());
        self.bytes(bytes);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Copying everything into another database, whichever engine it has.
pub trait CopyUnits {
    /// From here on, this connection reads the database as it is now.
    fn freeze(&self) -> Result<(), Error>;

    /// The database of which this one is to become a copy; `None`, unless one was begun and has not come to its end.
    fn unfinished_copy(&self) -> Result<Option<String>, Error>;

    /// Begins a copy of `origin`.
    fn begin_copy(&self, origin: &str) -> Result<(), Error>;

    /// Ends a copy: new rows get new ids.
    fn end_copy(&self) -> Result<(), Error>;

    /// The columns of a table, by name.
    fn columns(&self, table: &CopiedTable) -> Result<Vec<String>, Error>;

    /// At most `most` rows of a table behind the key `after`, in the order of their keys.
    fn rows(
        &self,
        table: &CopiedTable,
        columns: &[String],
        after: Option<&[Cell]>,
        most: usize,
    ) -> Result<Vec<CopiedRow>, Error>;

    /// The key of the last row of a table.
    fn last_key(&self, table: &CopiedTable) -> Result<Option<Vec<Cell>>, Error>;

    /// Adds rows to a table.
    fn add_rows(&self, table: &CopiedTable, columns: &[String], rows: &[CopiedRow]) -> Result<(), Error>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_where_a_value_ends() {
        let hash = |cells: &[Cell]| {
            let mut hash = TableHash::default();
            hash.add(&CopiedRow { key: Vec::new(), cells: cells.to_vec() });
            hash
        };
        let text = |text: &str| Cell::Text(text.to_owned());
        assert_ne!(hash(&[text("ab"), text("c")]), hash(&[text("a"), text("bc")]));
        assert_ne!(hash(&[Cell::Integer(0)]), hash(&[Cell::Null]));
        assert_eq!(hash(&[text("a\0b")]), hash(&[text("ab")]));
    }
}
