//! The engines on which tests run: SQLite, and PostgreSQL where `PRESSWATCH_TEST_DATABASE` names a database of a server.
//!
//! With it, every test has a schema of its own there in place of the file. Tests about the file itself keep it.

use std::ffi::OsStr;
use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls, SimpleQueryMessage};
use presswatch::database::DatabaseAddress;

/// A schema of a test; it goes away with it.
pub struct Schema {
    name: String,
    url: String,
}

/// The database for tests, if there is one.
#[expect(clippy::disallowed_methods, reason = "tests are told of a server by the environment")]
pub fn server() -> Option<String> {
    std::env::var("PRESSWATCH_TEST_DATABASE").ok().filter(|url| !url.is_empty())
}

impl Schema {
    /// A new one on the server, if there is one.
    pub fn new() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        server().map(|server| {
            let sign = if server.contains('?') { '&' } else { '?' };
            Self { url: format!("{server}{sign}schema={name}"), name }
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn address(&self) -> DatabaseAddress {
        DatabaseAddress::parse(OsStr::new(&self.url)).unwrap()
    }

    /// A connection that sees the schema.
    pub fn client(&self) -> Client {
        let mut client = Client::connect(&server().unwrap(), NoTls).unwrap();
        client.batch_execute(&format!("SET search_path TO {}", self.name)).unwrap();
        client
    }

    /// The rows of a query, their columns joined by ` | `.
    pub fn rows(&self, query: &str) -> Vec<String> {
        let mut client = self.client();
        let prepared = client.prepare(query).unwrap_or_else(|e| panic!("{query}: {e:?}"));
        let messages = client.simple_query(query).unwrap_or_else(|e| panic!("{query}: {e:?}"));
        // As SQLite says it: whether something holds is 0 or 1.
        let cell = |row: &postgres::SimpleQueryRow, at: usize| match (row.get(at), prepared.columns()[at].type_()) {
            (None, _) => "NULL".to_owned(),
            (Some(holds), &postgres::types::Type::BOOL) => u8::from(holds == "t").to_string(),
            (Some(text), _) => text.to_owned(),
        };
        let cells =
            |row: &postgres::SimpleQueryRow| (0..row.len()).map(|at| cell(row, at)).collect::<Vec<_>>().join(" | ");
        messages
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(cells(row)),
                _ => None,
            })
            .collect()
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // A test that failed may have left a command that still holds it.
        let _ = self
            .client()
            .batch_execute(&format!("SET lock_timeout = '5s'; DROP SCHEMA IF EXISTS {} CASCADE", self.name));
    }
}

/// Past the capture of outputs, so that nobody takes the tests for done.
#[test]
fn tests_on_postgresql_run_or_say_that_they_were_skipped() {
    if server().is_none() {
        let text = "note: tests on PostgreSQL were skipped: PRESSWATCH_TEST_DATABASE names no database (see docs/postgres.md)\n";
        std::io::stderr().write_all(text.as_bytes()).unwrap();
    }
}
