//! How values are stored in the file.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, RowIndex};

use crate::model::{
    AlertId, ArticleId, ChannelId, ChannelState, ChannelType, EventId, Extent, ItemId, ItemState, MentionId, MessageId,
    MessageState, OutboxId, PollOutcome, Regrouping, RobotsState, RunId, SourceId, StoryId, Tone, WatchId,
};

macro_rules! ids {
    ($($id:ident)+) => {
        $(
            impl ToSql for $id {
                fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                    self.0.to_sql()
                }
            }

            impl FromSql for $id {
                fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                    value.as_i64().map(Self)
                }
            }
        )+
    };
}

macro_rules! words {
    ($($type:ident)+) => {
        $(
            impl ToSql for $type {
                fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                    Ok(self.name().into())
                }
            }

            impl FromSql for $type {
                fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                    Self::named(value.as_str()?).ok_or(FromSqlError::InvalidType)
                }
            }
        )+
    };
}

ids!(AlertId ArticleId ChannelId EventId ItemId MentionId OutboxId RunId SourceId StoryId WatchId);
impl ToSql for MessageId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_str().into())
    }
}

impl FromSql for MessageId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(|id| Self(id.to_owned()))
    }
}

words!(ChannelState ChannelType Extent ItemState MessageState PollOutcome Regrouping RobotsState Tone);

/// The time in a column; null and malformed times are `None`.
pub(super) fn time(row: &Row, column: impl RowIndex) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.and_then(|text| text.parse().ok()))
}

/// The count in a column.
pub(super) fn natural(row: &Row, column: impl RowIndex) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|n| u64::try_from(n).unwrap_or(0))
}

/// The number of seconds in a column.
pub(super) fn span(row: &Row, column: impl RowIndex) -> rusqlite::Result<Option<Duration>> {
    let seconds: Option<i64> = row.get(column)?;
    Ok(seconds.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs))
}

/// A count in the type of `SQLite`.
pub(super) fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
