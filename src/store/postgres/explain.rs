//! Turns errors of the server, and of the way to it, into errors for users.

use std::error::Error as _;

use postgres::error::SqlState;

use super::connect::ConnectError;
use super::row::RowError;
use crate::database::ServerAddress;
use crate::error::{Error, ExitKind};

/// `doing`: "write to the database".
pub(super) fn explain(address: &ServerAddress, doing: &str, cause: &RowError) -> Error {
    let what = format!("could not {doing} {address}");
    match cause {
        RowError::Server(e) => of_server(address, &what, e),
        RowError::Overtaken => Error {
            kind: ExitKind::Busy,
            ..Error::failed(format!("{what}: this worker did not answer for a while, and another one has taken over"))
                .hint("nothing is lost: the other one reads what this one had in hand")
        },
        RowError::Away(cause) => {
            let waited = address.reconnect_timeout().as_secs();
            let away = match &**cause {
                ConnectError::Here(cause, hint) => Error::failed(format!("{what}: {cause}")).hint(*hint),
                ConnectError::Server(e) => of_server(address, &what, e),
            };
            if !cause.may_pass() {
                return away;
            }
            Error {
                kind: away.kind,
                ..Error::failed(format!("{away}; the connection was lost, and could not be restored within {waited} s"))
            }
            .hint("what was stored is sound, the rest is still pending: run again when the server is back")
        }
        other => Error::failed(format!("{what}: {other}")),
    }
}

pub(super) fn explain_connect(address: &ServerAddress, cause: &ConnectError) -> Error {
    let what = format!("could not open the database {address}");
    match cause {
        ConnectError::Server(e) => of_server(address, &what, e),
        ConnectError::Here(cause, hint) => Error::failed(format!("{what}: {cause}")).hint(*hint),
    }
}

fn of_server(address: &ServerAddress, what: &str, cause: &postgres::Error) -> Error {
    let (user, name) = (address.user(), address.name());
    let Some(code) = cause.code() else { return of_way(what, cause) };
    let said = cause.as_db_error().map_or("", |e| e.message());
    let failed = |why: String| Error::failed(format!("{what}: {why}"));
    match *code {
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            failed(format!("the server does not let the user {user} in: {said}"))
                .hint("give the password with PGPASSFILE, PGPASSWORD or `?password=file:PATH` in the URL, and see pg_hba.conf of the server")
        }
        SqlState::INVALID_CATALOG_NAME => {
            failed(format!("the server has no database {name}")).hint(format!("make it: createdb --encoding=UTF8 {name}"))
        }
        SqlState::INSUFFICIENT_PRIVILEGE => failed(format!("the user {user} may not do this: {said}"))
            .hint("see docs/postgres.md for the rights that a run and a reader need"),
        SqlState::TOO_MANY_CONNECTIONS => failed(format!("the server has no connection left: {said}"))
            .hint("each process needs two; see max_connections of the server"),
        SqlState::DISK_FULL => failed("the disk of the server is full".to_owned())
            .hint("make room and run again: what was stored is sound, the rest is still pending"),
        SqlState::READ_ONLY_SQL_TRANSACTION => {
            failed("the server may only be read; it may be a standby".to_owned()).hint("name the server that is written to")
        }
        SqlState::LOCK_NOT_AVAILABLE | SqlState::T_R_DEADLOCK_DETECTED | SqlState::T_R_SERIALIZATION_FAILURE => Error {
            kind: ExitKind::Busy,
            ..failed("another program holds it for longer than we wait".to_owned())
                .hint("try again when that program has finished")
        },
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW => {
            failed(format!("the server is being stopped or started: {said}"))
                .hint("try again later: what was stored is sound, the rest is still pending")
        }
        _ => failed(format!("{said} (SQLSTATE {})", code.code())),
    }
}

/// Without a word of the server.
fn of_way(what: &str, cause: &postgres::Error) -> Error {
    let mut why = cause.to_string();
    let mut inner = cause.source();
    while let Some(deeper) = inner {
        why = format!("{why}: {deeper}");
        inner = deeper.source();
    }
    let failed = Error::failed(format!("{what}: {why}"));
    if why.contains("TLS") || why.contains("certificate") {
        return failed.hint("connections to other machines are encrypted and verified; `sslrootcert=FILE` names an authority of your own, `sslmode=disable` does without");
    }
    if why.contains("password missing") || why.contains("authentication") {
        return failed.hint("give the password with PGPASSFILE, PGPASSWORD or `?password=file:PATH` in the URL");
    }
    failed.hint("see whether the server runs, and whether host and port are right")
}
