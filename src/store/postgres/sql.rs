//! How values stand in the database: everything is sent as text, which the server reads as the type that it expects there.

use std::sync::Arc;

use postgres::types::private::BytesMut;
use postgres::types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::model::{
    AlertId, ArticleId, ChannelId, ChannelState, ChannelType, EventId, Extent, ItemId, ItemState, MentionId, MessageId,
    MessageState, OutboxId, PollOutcome, Regrouping, RobotsState, RunId, SourceId, StoryId, Tone, WatchId,
};

type Failure = Box<dyn std::error::Error + Sync + Send>;

/// A value to send; `None` is null.
#[derive(Debug, Clone)]
pub(super) struct Param(pub(super) Option<String>);

impl ToSql for Param {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        Ok(match &self.0 {
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                IsNull::No
            }
            None => IsNull::Yes,
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// What can be sent.
pub(super) trait ToParam {
    fn to_param(&self) -> Param;
}

impl ToParam for Param {
    fn to_param(&self) -> Param {
        self.clone()
    }
}

impl ToParam for str {
    /// PostgreSQL stores no NUL: it is left out, here and in whatever is compared with it.
    fn to_param(&self) -> Param {
        Param(Some(if self.contains('\0') { self.replace('\0', "") } else { self.to_owned() }))
    }
}

impl ToParam for String {
    fn to_param(&self) -> Param {
        self.as_str().to_param()
    }
}

impl ToParam for bool {
    fn to_param(&self) -> Param {
        Param(Some(u8::from(*self).to_string()))
    }
}

impl ToParam for [u8] {
    fn to_param(&self) -> Param {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(2 + self.len() * 2);
        text.push_str("\\x");
        for byte in self {
            for half in [byte >> 4, byte & 15] {
                text.push(char::from(DIGITS[usize::from(half)]));
            }
        }
        Param(Some(text))
    }
}

impl ToParam for Vec<u8> {
    fn to_param(&self) -> Param {
        self.as_slice().to_param()
    }
}

impl<T: ToParam + ?Sized> ToParam for &T {
    fn to_param(&self) -> Param {
        (**self).to_param()
    }
}

impl<T: ToParam + ?Sized> ToParam for Arc<T> {
    fn to_param(&self) -> Param {
        (**self).to_param()
    }
}

impl<T: ToParam + ?Sized> ToParam for Box<T> {
    fn to_param(&self) -> Param {
        (**self).to_param()
    }
}

impl<T: ToParam> ToParam for Option<T> {
    fn to_param(&self) -> Param {
        self.as_ref().map_or(Param(None), ToParam::to_param)
    }
}

/// The parameters of a statement, in the order of `$1`, `$2` ….
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::postgres::sql::ToParam::to_param(&$value)),*] };
}
pub(super) use params;

/// A list, as an array of PostgreSQL.
pub(super) fn array<T: ToParam>(values: impl IntoIterator<Item = T>) -> Param {
    let mut text = String::from("{");
    for value in values {
        if text.len() > 1 {
            text.push(',');
        }
        match value.to_param().0 {
            None => text.push_str("NULL"),
            Some(value) => {
                text.push('"');
                for c in value.chars() {
                    if matches!(c, '"' | '\\') {
                        text.push('\\');
                    }
                    text.push(c);
                }
                text.push('"');
            }
        }
    }
    text.push('}');
    Param(Some(text))
}

/// A value that was read.
#[derive(Debug, Clone, Copy)]
pub(super) enum SqlValue<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> FromSql<'a> for SqlValue<'a> {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(match *of {
            Type::BOOL => Self::Integer(i64::from(bool::from_sql(of, raw)?)),
            Type::INT2 => Self::Integer(i64::from(i16::from_sql(of, raw)?)),
            Type::INT4 => Self::Integer(i64::from(i32::from_sql(of, raw)?)),
            Type::INT8 => Self::Integer(i64::from_sql(of, raw)?),
            Type::FLOAT8 => Self::Real(f64::from_sql(of, raw)?),
            Type::BYTEA => Self::Bytes(raw),
            _ => Self::Text(<&str>::from_sql(&Type::TEXT, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// What can be read; `None` if the value is of another type.
pub(super) trait FromField: Sized {
    fn from_field(field: SqlValue<'_>) -> Option<Self>;
}

macro_rules! integers {
    ($($type:ident)+) => {
        $(
            impl ToParam for $type {
                fn to_param(&self) -> Param {
                    Param(Some(self.to_string()))
                }
            }

            impl FromField for $type {
                fn from_field(field: SqlValue<'_>) -> Option<Self> {
                    match field {
                        SqlValue::Integer(n) => Self::try_from(n).ok(),
                        _ => None,
                    }
                }
            }
        )+
    };
}

macro_rules! ids {
    ($($id:ident)+) => {
        $(
            impl ToParam for $id {
                fn to_param(&self) -> Param {
                    self.0.to_param()
                }
            }

            impl FromField for $id {
                fn from_field(field: SqlValue<'_>) -> Option<Self> {
                    i64::from_field(field).map(Self)
                }
            }
        )+
    };
}

macro_rules! words {
    ($($type:ident)+) => {
        $(
            impl ToParam for $type {
                fn to_param(&self) -> Param {
                    self.name().to_param()
                }
            }

            impl FromField for $type {
                fn from_field(field: SqlValue<'_>) -> Option<Self> {
                    match field {
                        SqlValue::Text(word) => Self::named(word),
                        _ => None,
                    }
                }
            }
        )+
    };
}

integers!(i64 i32 u64 u32 u16 u8);
ids!(AlertId ArticleId ChannelId EventId ItemId MentionId OutboxId RunId SourceId StoryId WatchId);
words!(ChannelState ChannelType Extent ItemState MessageState PollOutcome Regrouping RobotsState Tone);

impl ToParam for MessageId {
    fn to_param(&self) -> Param {
        self.0.to_param()
    }
}

impl FromField for MessageId {
    fn from_field(field: SqlValue<'_>) -> Option<Self> {
        String::from_field(field).map(Self)
    }
}

impl ToParam for f64 {
    fn to_param(&self) -> Param {
        Param(Some(self.to_string()))
    }
}

impl FromField for f64 {
    fn from_field(field: SqlValue<'_>) -> Option<Self> {
        match field {
            SqlValue::Real(n) => Some(n),
            _ => None,
        }
    }
}

impl FromField for bool {
    fn from_field(field: SqlValue<'_>) -> Option<Self> {
        i64::from_field(field).map(|n| n != 0)
    }
}

impl FromField for String {
    fn from_field(field: SqlValue<'_>) -> Option<Self> {
        match field {
            SqlValue::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl FromField for Box<str> {
    fn from_field(field: SqlValue<'_>) -> Option<Self> {
        String::from_field(field).map(Into::into)
    }
}

impl FromField for Arc<str> {
    fn from_field(field: SqlValue<'_>) -> Option<Self> {
        match field {
            SqlValue::Text(text) => Some(text.into()),
            _ => None,
        }
    }
}

impl<T: FromField> FromField for Option<T> {
    fn from_field(field: SqlValue<'_>) -> Option<Self> {
        match field {
            SqlValue::Null => Some(None),
            field => T::from_field(field).map(Some),
        }
    }
}

/// A count in the type of the columns.
pub(super) fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
