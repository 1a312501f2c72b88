//! Opens the file: creates it, migrates it, rejects files of other programs.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::SqliteStore;
use crate::error::{Error, ExitKind};
use crate::store::Mode;
use crate::text::visible::visible_path;

/// The steps from an empty file to today's schema. A step is never edited afterwards: a change is a new step.
const STEPS: &[&str] = &[
    include_str!("schema/001.sql"),
    include_str!("schema/002.sql"),
    include_str!("schema/003.sql"),
    include_str!("schema/004.sql"),
    include_str!("schema/005.sql"),
    include_str!("schema/006.sql"),
    include_str!("schema/007.sql"),
    include_str!("schema/008.sql"),
    include_str!("schema/009.sql"),
    include_str!("schema/010.sql"),
    include_str!("schema/011.sql"),
];

/// The current schema version.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a handful of steps")]
pub const SCHEMA_VERSION: i32 = STEPS.len() as i32;

/// "prsw": distinguishes our files from other `SQLite` files.
const APPLICATION_ID: i32 = 0x7072_7377;

impl SqliteStore {
    /// Opens the database at `path`.
    pub fn open(path: &Path, mode: Mode) -> Result<Self, Error> {
        if mode == Mode::Read && !path.exists() {
            return Err(Error::failed(format!(
                "could not open the database {}: there is no such file",
                visible_path(path)
            ))
            .hint("`presswatch run` makes it"));
        }
        let fail = |e: rusqlite::Error| explain(path, "open the database", &e);
        let conn = match Connection::open(path).and_then(|conn| prepare(&conn).map(|()| conn)) {
            Ok(conn) => conn,
            Err(e) if mode == Mode::Read && is_read_only(&e) => open_read_only(path).map_err(fail)?,
            Err(e) => return Err(fail(e)),
        };
        let mut store = Self { conn, path: path.to_owned() };
        // Before the first write: setting the journal mode writes to the file, too.
        store.recognise()?;
        match write_ahead(&store.conn) {
            Ok(()) => {}
            Err(e) if mode == Mode::Read && is_read_only(&e) => store.conn = open_read_only(path).map_err(fail)?,
            Err(e) => return Err(fail(e)),
        }
        store.migrate()?;
        if mode == Mode::Write {
            // In KB: enough for the upper pages of every index and the tables for detecting copies, however large the file is.
            store.conn.pragma_update(None, "cache_size", -16_000).map_err(fail)?;
        }
        Ok(store)
    }

    /// A database in memory: for a dry run without a file.
    pub fn in_memory() -> Result<Self, Error> {
        let path = Path::new(":memory:");
        let conn = Connection::open_in_memory().map_err(|e| explain(path, "open the database", &e))?;
        let store = Self { conn, path: path.to_owned() };
        store.migrate()?;
        Ok(store)
    }

    /// Rejects a file of another program or of a newer presswatch.
    fn recognise(&self) -> Result<(), Error> {
        let tables = self.read("look into the database", |c| {
            c.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))
        })?;
        if tables > 0 && self.read("look into the database", |c| pragma(c, "application_id"))? != APPLICATION_ID {
            return Err(self.foreign());
        }
        let version = self.read("read the version of the database", |c| pragma(c, "user_version"))?;
        if version > SCHEMA_VERSION {
            return Err(Error::failed(format!(
                "could not open the database {}: it was written by a newer presswatch (schema {version}, this one knows {SCHEMA_VERSION})",
                visible_path(&self.path)
            ))
            .hint("update presswatch; nothing was changed"));
        }
        Ok(())
    }

    fn migrate(&self) -> Result<(), Error> {
        if self.read("read the version of the database", |c| pragma(c, "user_version"))? == SCHEMA_VERSION {
            return Ok(());
        }
        self.unit("prepare the database", |c| {
            // Another process may have migrated the file meanwhile: check again under the write lock.
            let now = usize::try_from(pragma(c, "user_version")?).unwrap_or(0);
            for step in STEPS.iter().skip(now) {
                c.execute_batch(step)?;
            }
            c.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}"
            ))
        })
    }

    fn foreign(&self) -> Error {
        Error::failed(format!(
            "could not open the database {}: it is a SQLite file of another program",
            visible_path(&self.path)
        ))
        .hint("choose another file with `database` in sources.toml or with --db; nothing was changed")
    }
}

fn prepare(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(Duration::from_secs(20))?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.set_prepared_statement_cache_capacity(64);
    // Otherwise SQLite looks at the values of parameters for its plan, and compiles a statement again with each new value:
    // a quarter of what storing an article costs. No index of ours depends on them.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // The first read: fails if this is not an SQLite file.
    pragma(conn, "user_version").map(drop)
}

/// With WAL, readers and a run do not wait for each other. NORMAL survives a power failure in this mode.
fn write_ahead(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // In pages. Fewer checkpoints write pages that changed several times only once.
    conn.pragma_update(None, "wal_autocheckpoint", 4000)?;
    conn.pragma_update(None, "synchronous", "NORMAL")
}

/// Opens a read-only file in a read-only folder, which is possible while nobody writes to it.
fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let plain = Connection::open_with_flags(path, flags)?;
    if pragma(&plain, "user_version").is_ok() {
        return Ok(plain);
    }
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(byte) {
            address.push(char::from(*byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    Connection::open_with_flags(address + "?immutable=1", flags)
}

fn is_read_only(e: &rusqlite::Error) -> bool {
    matches!(e.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied))
}

fn pragma(conn: &Connection, name: &str) -> rusqlite::Result<i32> {
    conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
}

/// Turns an error of `SQLite` into one for users.
pub(super) fn explain(path: &Path, doing: &str, cause: &rusqlite::Error) -> Error {
    let file = visible_path(path);
    let what = format!("could not {doing} {file}");
    let Some(code) = cause.sqlite_error_code() else {
        return Error::failed(format!("{what}: {cause}"));
    };
    match code {
        ErrorCode::NotADatabase => Error::failed(format!("{what}: it is not a SQLite file"))
            .hint("choose another file with `database` in sources.toml or with --db; nothing was changed"),
        ErrorCode::DatabaseCorrupt => Error::failed(format!("{what}: the file is damaged ({cause})"))
            .hint(format!("save what can be saved: sqlite3 {file} .recover | sqlite3 saved.db")),
        ErrorCode::DiskFull => Error::failed(format!("{what}: the disk is full"))
            .hint("make room and run again: what was stored is sound, the rest is still pending"),
        ErrorCode::ReadOnly => Error::failed(format!("{what}: the file or its folder may only be read"))
            .hint("give this user the right to write the file and its folder"),
        ErrorCode::CannotOpen => Error::failed(format!("{what}: it cannot be opened or made"))
            .hint("the folder must exist and be writable by this user"),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error {
            kind: ExitKind::Busy,
            ..Error::failed(format!("{what}: another program holds it for longer than we wait"))
                .hint("try again when that program has finished")
        },
        _ => Error::failed(format!("{what}: {cause}")),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::digest::Period;
    use crate::model::ArticleId;
    use crate::store::units::{CoverageUnits as _, ItemUnits as _, SearchUnits as _, WatchUnits as _};
    use crate::store::{Order, Queue, Sought, Wanted};

    #[test]
    fn a_file_of_the_first_schema_is_migrated_with_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(STEPS[0]).unwrap();
        old.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;
             INSERT INTO source (id, name, added_at) VALUES (1, 'Gazet', '2026-10-01T00:00:00Z');
             INSERT INTO channel (id, source_id, kind, url) VALUES (1, 1, 'feed', 'https://gazet.example/rss');
             INSERT INTO item (source_id, channel_id, key, url, title, summary, author, language, outlet, first_seen_at, state)
             VALUES (1, 1, 'k', 'https://gazet.example/a', 'A bird', '', '', '', '', '2026-10-01T00:00:00Z', 'pending');"
        ))
        .unwrap();
        drop(old);
        let store = SqliteStore::open(&path, Mode::Write).unwrap();
        let queue =
            Queue { source: "Gazet", now: "2026-10-02T00:00:00Z".parse().unwrap(), force: true, of: &[], except: &[] };
        let pending = store.pending(&queue, Order::NewestFirst, &[], 9).unwrap();
        assert_eq!(pending.len(), 1);
        assert_eq!(pending[0].item.titles().collect::<Vec<_>>(), ["A bird"]);
        assert_eq!(pragma(&store.conn, "user_version").unwrap(), SCHEMA_VERSION);
    }

    #[test]
    fn what_a_site_refused_before_that_was_noted_stays_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let old = Connection::open(&path).unwrap();
        STEPS.iter().take(10).for_each(|step| old.execute_batch(step).unwrap());
        old.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 10;
             INSERT INTO source (id, name, added_at) VALUES (1, 'Gazet', '');
             INSERT INTO channel (id, source_id, kind, url) VALUES (1, 1, 'feed', 'https://gazet.example/rss');"
        ))
        .unwrap();
        for (key, state, reason) in [
            ("gone", "given_up", Some("gone (HTTP 410)")),
            ("tried", "given_up", Some("tried 5 times; last: gone (HTTP 410)")),
            ("many", "given_up", Some("more than 10000 newer items of its source wait")),
            ("waits", "pending", Some("gone (HTTP 410)")),
            ("read", "read", None),
        ] {
            let item = "INSERT INTO item (source_id, channel_id, key, url, title, summary, author, language, outlet, first_seen_at, state, reason)
                        VALUES (1, 1, ?1, '', '', '', '', '', '', '', ?2, ?3)";
            old.execute(item, (key, state, reason)).unwrap();
        }
        drop(old);
        let store = SqliteStore::open(&path, Mode::Write).unwrap();
        let mut refused = store.conn.prepare("SELECT key FROM item WHERE refused ORDER BY id").unwrap();
        let refused: Vec<String> = refused.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(refused, ["gone"]);
    }

    #[test]
    fn articles_indexed_by_earlier_rules_are_found_before_and_after_the_index_is_renewed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let old = Connection::open(&path).unwrap();
        STEPS.iter().take(5).for_each(|step| old.execute_batch(step).unwrap());
        old.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 5;
             INSERT INTO source (id, name, added_at) VALUES (1, 'Gazet', '2026-10-01T00:00:00Z');"
        ))
        .unwrap();
        for (id, title, words) in
            [(1, "Müller", "muller"), (2, "1.100 ganzen", "1 100 ganzen"), (3, "Eine Möwe", "eine mowe")]
        {
            old.execute(
                "INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, read_at,
                                      language, summary, text, extent, paywalled, story_id)
                 VALUES (?1, 1, ?1, '', '', ?2, '', '', '', '', '', '', 'x', 'full', 0, ?1)",
                (id, title),
            )
            .unwrap();
            old.execute("INSERT INTO article_words (rowid, words) VALUES (?1, ?2)", (id, words)).unwrap();
        }
        drop(old);
        let store = SqliteStore::open(&path, Mode::Write).unwrap();
        let need = |query: &str| crate::query::Query::parse(query).unwrap().need();
        let finds = |query: &str, id: i64| {
            let need = need(query);
            let batch = store.stored_articles(ArticleId::default(), 9, need.as_ref()).unwrap();
            let found = store.find(&Sought { need, ..Sought::default() }).unwrap().articles;
            found.contains(&ArticleId(id)) && batch.iter().any(|article| article.id == ArticleId(id))
        };
        let all = || [("mueller", 1), ("1100", 2), ("moewe", 3)].map(|(query, id)| finds(query, id));
        assert_eq!(all(), [true; 3], "before");
        assert_eq!(store.renew_index(2).unwrap(), 2);
        assert_eq!(all(), [true; 3], "in between");
        assert!(!finds("moewe", 2), "a renewed entry is asked");
        assert_eq!(store.renew_index(2).unwrap(), 1);
        assert_eq!(store.renew_index(2).unwrap(), 0);
        assert_eq!(all(), [true; 3], "after");
        assert!(!finds("moewe", 1), "every entry is asked");
    }

    #[test]
    fn what_was_printed_before_there_were_readers_stays_printed_for_the_default_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let old = Connection::open(&path).unwrap();
        for step in &STEPS[..5] {
            old.execute_batch(step).unwrap();
        }
        old.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 5;
             INSERT INTO source (id, name, added_at) VALUES (1, 'Gazet', '2026-10-01T00:00:00Z');
             INSERT INTO watch (id, name, definition, added_at) VALUES (1, 'Birds', '', '2026-10-01T00:00:00Z');
             INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, read_at, language, summary, text,
                                  extent, paywalled, story_id)
             VALUES (1, 1, '', '', 'http://a.example/1', 'A', '', '', '', '2026-10-01T00:00:00Z', '', '', '', 'full', 0, 1),
                    (2, 1, '2', '2', 'http://a.example/2', 'B', '', '', '', '2026-10-01T00:00:00Z', '', '', '', 'full', 0, 2);
             INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits, told_at)
             VALUES (1, 1, '2026-10-01T00:00:00Z', '', '', '[]', '2026-10-01T08:00:00Z'),
                    (1, 2, '2026-10-01T00:00:00Z', '', '', '[]', NULL);"
        ))
        .unwrap();
        drop(old);
        let store = SqliteStore::open(&path, Mode::Write).unwrap();
        let new = |reader: Option<&str>| {
            let until = "2026-10-02T00:00:00Z".parse().unwrap();
            let period = Period { since: None, until, by_published: false, new_for: reader.map(str::to_owned) };
            let wanted = Wanted { period: &period, watches: None, with_irrelevant: false };
            let mut titles: Vec<_> = store.mentions(&wanted).unwrap().iter().map(|m| m.title.to_string()).collect();
            titles.sort_unstable();
            titles.join(" ")
        };
        assert_eq!((new(None), new(Some("default")), new(Some("anna"))), ("A B".into(), "B".into(), "A B".to_owned()));
    }
}
