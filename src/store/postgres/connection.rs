//! One connection to a server, in the shape of that of the other engine, so that their units of work read alike.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::Write as _;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::ToSql;
use postgres::{Client, Statement};

use super::row::{Row, RowError, SqlResult};
use super::sql::{Param, ToParam};

/// So many statements stay prepared on a connection.
const MOST_PREPARED: usize = 256;

/// Long enough to see what has arrived.
const INSTANT: Duration = Duration::from_millis(1);

/// A connection.
pub(super) struct Connection {
    client: RefCell<Client>,
    statements: RefCell<HashMap<String, Statement>>,
    in_transaction: Cell<bool>,
    /// The number of the transaction, where a statement of it said it.
    transaction: RefCell<Option<String>>,
    /// The articles that it inserted and did not index.
    unindexed: RefCell<Vec<i64>>,
    /// Whether the transaction made sure that what it concerns is this worker's.
    is_confirmed: Cell<bool>,
    /// Whether a statement failed through no fault of its own.
    had_mishap: Cell<bool>,
}

impl Connection {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client: RefCell::new(client),
            statements: RefCell::default(),
            in_transaction: Cell::new(false),
            transaction: RefCell::default(),
            unindexed: RefCell::default(),
            is_confirmed: Cell::new(false),
            had_mishap: Cell::new(false),
        }
    }

    /// Whether no transaction is open.
    pub(super) fn is_autocommit(&self) -> bool {
        !self.in_transaction.get()
    }

    /// Whether a statement failed through no fault of its own since this was last called.
    pub(super) fn take_mishap(&self) -> bool {
        self.had_mishap.replace(false)
    }

    fn note<T>(&self, result: Result<T, postgres::Error>) -> SqlResult<T> {
        result.map_err(|e| {
            let e = RowError::from(e);
            self.had_mishap.set(self.had_mishap.get() || e.is_mishap());
            e
        })
    }

    /// Runs statements without parameters.
    pub(super) fn execute_batch(&self, sql: &str) -> SqlResult<()> {
        let done = self.client.borrow_mut().batch_execute(sql);
        self.note(done)?;
        match sql.split([' ', ';']).next() {
            Some("BEGIN") => {
                self.in_transaction.set(true);
                self.is_confirmed.set(false);
                self.transaction.take();
                self.unindexed.take();
            }
            Some("COMMIT") => self.in_transaction.set(false),
            Some("ROLLBACK") if !sql.starts_with("ROLLBACK TO") => self.in_transaction.set(false),
            _ => {}
        }
        Ok(())
    }

    /// Puts another connection in its place.
    pub(super) fn replace(&self, client: Client) {
        self.statements.borrow_mut().clear();
        self.in_transaction.set(false);
        self.had_mishap.set(false);
        drop(self.client.replace(client));
    }

    /// What a statement said of the transaction in which it ran: its number, by which its fate is found out.
    pub(super) fn note_transaction(&self, number: String) {
        if self.in_transaction.get() {
            self.transaction.replace(Some(number));
        }
    }

    /// Its number, where a statement said it.
    pub(super) fn transaction(&self) -> Option<String> {
        self.transaction.borrow().clone()
    }

    /// The transaction inserted an article that is to be indexed after it.
    pub(super) fn note_unindexed(&self, article: i64) {
        self.unindexed.borrow_mut().push(article);
    }

    /// The articles that are to be indexed now.
    pub(super) fn take_unindexed(&self) -> Vec<i64> {
        self.unindexed.take()
    }

    /// The transaction made sure that what it concerns is this worker's. A transaction concerns one channel, item or article.
    pub(super) fn note_confirmed(&self) {
        self.is_confirmed.set(self.in_transaction.get());
    }

    pub(super) fn is_confirmed(&self) -> bool {
        self.in_transaction.get() && self.is_confirmed.get()
    }

    /// What failed may succeed when it is done again.
    pub(super) fn note_mishap(&self) {
        self.had_mishap.set(true);
    }

    /// Whether the server has ended the connection, as far as it said so already.
    pub(super) fn is_lost(&self) -> bool {
        let mut client = self.client.borrow_mut();
        client.is_closed() || client.notifications().timeout_iter(INSTANT).next().is_err() || client.is_closed()
    }

    /// Nothing is left of a transaction, not even where the server could not be asked to end it.
    pub(super) fn forget_transaction(&self) {
        self.in_transaction.set(false);
    }

    /// Sends lines to a `COPY … FROM STDIN`.
    pub(super) fn copy_in(&self, sql: &str, lines: &[u8]) -> SqlResult<()> {
        let mut client = self.client.borrow_mut();
        let copied = client.copy_in(sql).and_then(|mut writer| {
            // What goes wrong here is said at the end.
            let _ = writer.write_all(lines);
            writer.finish()
        });
        self.note(copied).map(drop)
    }

    /// A statement, prepared at its first use.
    pub(super) fn prepare<'c>(&'c self, sql: &str) -> SqlResult<SqlStatement<'c>> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(SqlStatement { connection: self, statement: statement.clone() });
        }
        let statement = self.client.borrow_mut().prepare(sql);
        let statement = self.note(statement)?;
        let mut statements = self.statements.borrow_mut();
        if statements.len() >= MOST_PREPARED {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(SqlStatement { connection: self, statement })
    }

    pub(super) fn execute(&self, sql: &str, params: impl Params) -> SqlResult<usize> {
        self.prepare(sql)?.execute(params)
    }

    pub(super) fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row) -> SqlResult<T>,
    ) -> SqlResult<T> {
        self.prepare(sql)?.query_row(params, read)
    }
}

/// The parameters of a statement.
pub(super) trait Params {
    fn to_params(self) -> Vec<Param>;
}

impl Params for Vec<Param> {
    fn to_params(self) -> Vec<Param> {
        self
    }
}

impl<T: ToParam, const N: usize> Params for [T; N] {
    fn to_params(self) -> Vec<Param> {
        self.iter().map(ToParam::to_param).collect()
    }
}

impl Params for () {
    fn to_params(self) -> Vec<Param> {
        Vec::new()
    }
}

/// A prepared statement.
pub(super) struct SqlStatement<'c> {
    connection: &'c Connection,
    statement: Statement,
}

impl SqlStatement<'_> {
    /// Runs it; returns how many rows it concerned.
    pub(super) fn execute(&self, params: impl Params) -> SqlResult<usize> {
        let params = params.to_params();
        let params: Vec<_> = params.iter().map(|param| param as &(dyn ToSql + Sync)).collect();
        let rows = self.connection.client.borrow_mut().execute(&self.statement, &params);
        let rows = self.connection.note(rows)?;
        Ok(usize::try_from(rows).unwrap_or(usize::MAX))
    }

    /// All its rows.
    pub(super) fn query(&self, params: impl Params) -> SqlResult<Vec<Row>> {
        let params = params.to_params();
        let params: Vec<_> = params.iter().map(|param| param as &(dyn ToSql + Sync)).collect();
        let rows = self.connection.client.borrow_mut().query(&self.statement, &params);
        let rows = self.connection.note(rows)?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// All its rows, read.
    pub(super) fn query_map<T>(
        &self,
        params: impl Params,
        read: impl FnMut(&Row) -> SqlResult<T>,
    ) -> SqlResult<impl Iterator<Item = SqlResult<T>>> {
        let mut read = read;
        Ok(self.query(params)?.into_iter().map(move |row| read(&row)))
    }

    /// Its first row.
    pub(super) fn query_row<T>(&self, params: impl Params, read: impl FnOnce(&Row) -> SqlResult<T>) -> SqlResult<T> {
        self.query(params)?.first().map_or(Err(RowError::NoRow), read)
    }
}
