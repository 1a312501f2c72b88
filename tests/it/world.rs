//! A folder with a `sources.toml`, the real program run in it, and its database.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use presswatch::database::DatabaseAddress;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::engines::Schema;

/// Sunday morning in Brussels.
pub const NOW: &str = "2026-10-11T07:30:00Z";

/// The settings that loopback needs; tests write their sources and watches below.
const SETTINGS: &str = r#"timezone = "Europe/Brussels"
[http]
contact = "https://example.org/press"
timeout = "20s"
per_host_delay = "0s"
allow_private = ["127.0.0.0/8"]
"#;

/// A user's folder.
pub struct World {
    folder: TempDir,
    /// In place of the file.
    schema: Option<Schema>,
    now: Timestamp,
}

/// What a command did.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl World {
    /// A folder without anything.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), schema: Schema::new(), now: NOW.parse().unwrap() }
    }

    /// The same with a file on every engine, for what is about the file itself.
    #[must_use]
    pub fn in_file(self) -> Self {
        Self { schema: None, ..self }
    }

    /// A folder with these sources and watches, and settings for outlets on loopback.
    pub fn with(sources: &str) -> Self {
        let world = Self::empty();
        world.configure(sources);
        world
    }

    /// The same settings with other sources and watches.
    pub fn configure(&self, sources: &str) {
        self.write("sources.toml", format!("{SETTINGS}{sources}"));
    }

    /// Replaces `old` in the configuration.
    pub fn edit(&self, old: &str, new: &str) {
        let text = std::fs::read_to_string(self.path("sources.toml")).unwrap();
        assert!(text.contains(old), "sources.toml does not say {old:?}");
        self.write("sources.toml", text.replace(old, new));
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its database.
    pub fn address(&self) -> DatabaseAddress {
        self.schema.as_ref().map_or_else(|| self.path("presswatch.db").as_path().into(), Schema::address)
    }

    /// Lets time pass.
    pub fn hours_pass(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
    }

    pub fn minutes_pass(&mut self, minutes: i64) {
        self.now += SignedDuration::from_mins(minutes);
    }

    /// The program in this folder: with the world's time, and nothing of the environment but PATH.
    pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = self.bare_command(args);
        command.args(["--as-of", &self.now.to_string()]);
        command
    }

    /// The same, by the real clock.
    pub fn bare_command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_presswatch"));
        command.args(args).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        if let Some(path) = option_env!("PATH") {
            command.env("PATH", path);
        }
        if let Some(schema) = &self.schema {
            command.env("PRESSWATCH_DATABASE", schema.url());
        }
        command
    }

    /// Runs a command to its end.
    pub fn presswatch<S: AsRef<OsStr>>(&self, args: &[S]) -> Done {
        Done::of(&mut self.command(args))
    }

    /// Crawls, and expects it to go well.
    pub fn run(&self) -> Done {
        self.presswatch(&["run"]).expect(0)
    }

    /// Begins a command and does not wait for it.
    pub fn start<S: AsRef<OsStr>>(&self, args: &[S]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The rows of a query, their columns joined by ` | `.
    pub fn sql(&self, query: &str) -> Vec<String> {
        match &self.schema {
            Some(schema) => schema.rows(query),
            None => rows(&self.path("presswatch.db"), query),
        }
    }

    /// Changes the database behind the program's back.
    pub fn alter(&self, sql: &str) {
        match &self.schema {
            Some(schema) => schema.client().batch_execute(sql).unwrap(),
            None => Connection::open(self.path("presswatch.db")).unwrap().execute_batch(sql).unwrap(),
        }
    }

    /// From now on, an event such as `BEFORE INSERT ON version` fails, as if the disk were full.
    pub fn fail(&self, event: &str) {
        self.alter(&match self.schema {
            Some(_) => format!(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk is full'; END $$;
                 CREATE TRIGGER refusing {event} FOR EACH ROW EXECUTE FUNCTION refuse()"
            ),
            None => format!("CREATE TRIGGER refusing {event} BEGIN SELECT RAISE(FAIL, 'disk is full'); END"),
        });
    }

    /// It no longer does.
    pub fn stop_failing(&self, event: &str) {
        self.alter(&match self.schema {
            Some(_) => format!("DROP TRIGGER refusing ON {}; DROP FUNCTION refuse", event.rsplit(' ').next().unwrap()),
            None => "DROP TRIGGER refusing".to_owned(),
        });
    }

    /// The tables of the database, without the index of words.
    pub fn tables(&self) -> Vec<String> {
        self.sql(match self.schema {
            Some(_) => "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT IN ('article_words', 'lease', 'schema_version')",
            None => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'article_words%' AND name NOT LIKE 'sqlite_%'",
        })
    }

    /// Their columns, and those of the views, that hold text.
    pub fn text_columns(&self) -> Vec<(String, String)> {
        let rows = self.sql(match self.schema {
            Some(_) => "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'text'",
            None => "SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type IN ('table', 'view')
                       AND s.name NOT LIKE 'sqlite_%' AND s.name NOT LIKE 'article_words%' AND c.type IN ('TEXT', '')",
        });
        rows.iter()
            .map(|row| row.split_once(" | ").unwrap())
            .map(|(table, column)| (table.to_owned(), column.to_owned()))
            .collect()
    }

    /// The row numbers of the index of words.
    pub fn index_rows(&self) -> Vec<String> {
        let id = if self.schema.is_some() { "article_id" } else { "rowid" };
        self.sql(&format!("SELECT {id} FROM article_words ORDER BY 1"))
    }

    /// Fails the test if the database is not sound.
    #[track_caller]
    pub fn expect_sound(&self, when: &str) {
        // A server looks after its files itself.
        if self.schema.is_none() && self.path("presswatch.db").exists() {
            assert_eq!(self.one("PRAGMA integrity_check"), "ok", "{when}");
        }
    }

    /// The one value of a query.
    pub fn one(&self, query: &str) -> String {
        let rows = self.sql(query);
        assert_eq!(rows.len(), 1, "{query}: {rows:?}");
        rows[0].clone()
    }
}

/// The rows of a query on a database, their columns joined by ` | `.
pub fn rows(database: &Path, query: &str) -> Vec<String> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = conn.prepare(query).unwrap_or_else(|e| panic!("{query}: {e}"));
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let cells = (0..columns).map(|at| {
            Ok(match row.get(at)? {
                Value::Null => "NULL".to_owned(),
                Value::Integer(n) => n.to_string(),
                Value::Real(n) => n.to_string(),
                Value::Text(text) => text,
                Value::Blob(bytes) => format!("{bytes:?}"),
            })
        });
        Ok(cells.collect::<Result<Vec<_>, rusqlite::Error>>()?.join(" | "))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

impl Done {
    pub fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Fails the test unless the command ended so.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// The summary that `run --json` prints.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stdout))
    }
}

impl From<std::process::Output> for Done {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The codes of the languages of digests, in order: those with a file in `lexicon/frame`.
pub fn languages() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicon/frame");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let codes: BTreeSet<String> =
        files.map(|path| path.file_stem().and_then(OsStr::to_str).unwrap().to_owned()).collect();
    assert!(codes.len() >= 4, "{codes:?}");
    codes
}

/// The fixed texts of a language of digests.
pub fn frame(language: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("lexicon/frame/{language}.toml"));
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// The codes that a message about `--language` lists.
pub fn listed_languages(message: &str) -> BTreeSet<String> {
    let list = message.split("[possible values: ").nth(1).and_then(|rest| rest.split(']').next());
    list.unwrap_or_default().split(", ").map(str::to_owned).collect()
}
