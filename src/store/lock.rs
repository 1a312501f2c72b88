//! One run at a time, and one digest of what is new.

use std::fmt::Debug;
use std::time::Duration;

use crate::error::{Error, ExitKind};

/// How long a digest of what is new waits for another one: longer than one takes to print, unless a pager holds it.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// How often a lock that another process has is tried again.
pub(super) const GLANCE: Duration = Duration::from_millis(20);

/// Held while a run writes, or while what is new is printed and marked. It ends with its process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _held: Box<dyn Debug + Send>,
}

impl Lock {
    /// A lock that is held as long as this value exists.
    pub(super) fn holding(held: impl Debug + Send + 'static) -> Self {
        Self { _held: Box::new(held) }
    }
}

/// The error where another run has the database of this name.
pub(super) fn busy_with_run(database: &str) -> Error {
    busy(format!("another run is using {database}; nothing was done"))
}

/// The error where another digest of what is new has it.
pub(super) fn busy_with_digest(database: &str) -> Error {
    busy(format!("another digest of what is new is still being printed from {database}; nothing was printed"))
        .hint("it may wait in a pager or a pipe; try again when it has ended")
}

/// The error where another process sends the alerts of it.
pub(super) fn busy_with_alerts(database: &str) -> Error {
    busy(format!("another process sends the alerts of {database}; it goes on"))
}

fn busy(message: String) -> Error {
    Error { kind: ExitKind::Busy, ..Error::failed(message) }
}
