//! Rows, and what can go wrong with them.

use std::error::Error as _;
use std::fmt::{self, Display};
use std::time::Duration;

use jiff::Timestamp;
use postgres::error::Severity;
use postgres::row::RowIndex;

use super::connect::ConnectError;
use super::sql::{FromField, SqlValue};

/// What went wrong in a unit of work.
#[derive(Debug)]
pub(super) enum RowError {
    /// The server, or the way to it.
    Server(postgres::Error),
    /// A column has no value of the type that it should have.
    Column(String),
    /// There is no row where there must be one.
    NoRow,
    /// Another worker has what was read.
    Overtaken,
    /// The connection was lost at the end of a transaction, and nobody knows whether it was kept.
    Unanswered,
    /// The server was away for as long as we wait, or does not let us in any more.
    Away(Box<ConnectError>),
}

impl Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(cause) => cause.fmt(f),
            Self::Column(name) => write!(f, "the column {name} has an unexpected value"),
            Self::NoRow => f.write_str("a row is missing"),
            Self::Overtaken => f.write_str("another worker has taken over"),
            Self::Unanswered => {
                f.write_str("the connection was lost, and whether the server kept what was written is unknown")
            }
            Self::Away(_) => f.write_str("the server is away"),
        }
    }
}

impl From<postgres::Error> for RowError {
    fn from(cause: postgres::Error) -> Self {
        Self::Server(cause)
    }
}

impl RowError {
    /// Whether it is no fault of what was done, so that doing it again may help.
    pub(super) fn is_mishap(&self) -> bool {
        self.is_lost_connection() || self.is_deadlock()
    }

    /// Whether two transactions waited for each other, so that one of them has to be made anew.
    pub(super) fn is_deadlock(&self) -> bool {
        use postgres::error::SqlState;
        let Self::Server(e) = self else { return false };
        e.code()
            .is_some_and(|code| [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE].contains(code))
    }

    /// Whether another transaction had a lock for longer than we wait.
    pub(super) fn is_lock_timeout(&self) -> bool {
        matches!(self, Self::Server(e) if e.code() == Some(&postgres::error::SqlState::LOCK_NOT_AVAILABLE))
    }

    /// Whether the connection is gone, so that another one may help.
    pub(super) fn is_lost_connection(&self) -> bool {
        let Self::Server(e) = self else { return false };
        match e.as_db_error() {
            // The server ends the connection with these: it is stopped, a timeout of its own is over, an administrator ended it.
            Some(said) => matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic)),
            None => e.is_closed() || e.source().and_then(|cause| cause.downcast_ref::<std::io::Error>()).is_some(),
        }
    }
}

/// The result of a statement.
pub(super) type SqlResult<T> = Result<T, RowError>;

/// Makes of a missing row a `None`.
pub(super) trait OptionalRow<T> {
    fn optional(self) -> SqlResult<Option<T>>;
}

impl<T> OptionalRow<T> for SqlResult<T> {
    fn optional(self) -> SqlResult<Option<T>> {
        match self {
            Err(RowError::NoRow) => Ok(None),
            other => other.map(Some),
        }
    }
}

/// A row.
pub(super) struct Row(pub(super) postgres::Row);

impl Row {
    /// The value of a column, by its name or its place.
    pub(super) fn get<T: FromField>(&self, column: impl RowIndex + Display + Copy) -> SqlResult<T> {
        T::from_field(self.value(column)?).ok_or_else(|| RowError::Column(column.to_string()))
    }

    /// The same, borrowed.
    pub(super) fn value(&self, column: impl RowIndex + Display + Copy) -> SqlResult<SqlValue<'_>> {
        Ok(self.0.try_get(column)?)
    }

    /// The text of a column.
    pub(super) fn text(&self, column: impl RowIndex + Display + Copy) -> SqlResult<&str> {
        match self.value(column)? {
            SqlValue::Text(text) => Ok(text),
            _ => Err(RowError::Column(column.to_string())),
        }
    }

    /// The bytes of a column.
    pub(super) fn bytes(&self, column: impl RowIndex + Display + Copy) -> SqlResult<&[u8]> {
        match self.value(column)? {
            SqlValue::Bytes(bytes) => Ok(bytes),
            _ => Err(RowError::Column(column.to_string())),
        }
    }
}

/// The time in a column; null and malformed times are `None`.
pub(super) fn time(row: &Row, column: impl RowIndex + Display + Copy) -> Result<Option<Timestamp>, RowError> {
    Ok(match row.value(column)? {
        SqlValue::Text(text) => text.parse().ok(),
        _ => None,
    })
}

/// The count in a column.
pub(super) fn natural(row: &Row, column: impl RowIndex + Display + Copy) -> Result<u64, RowError> {
    row.get::<i64>(column).map(|n| u64::try_from(n).unwrap_or(0))
}

/// The number of seconds in a column.
pub(super) fn span(row: &Row, column: &str) -> Result<Option<Duration>, RowError> {
    let seconds: Option<i64> = row.get(column)?;
    Ok(seconds.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs))
}
