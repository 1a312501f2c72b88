//! One run at a time, and one digest of what is new.

use std::fmt::Debug;
use std::path::Path;

use super::sqlite::FileLock;
use crate::error::Error;

/// Held while a run writes, or while what is new is printed and marked. It ends with its process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _held: Box<dyn Debug + Send>,
}

impl Lock {
    /// Takes the lock of a database, or says that another run has it.
    pub fn take(database: &Path) -> Result<Self, Error> {
        FileLock::take(database).map(Self::holding)
    }

    /// Takes the lock under which messages of alerts are sent, or says that another process sends them.
    pub fn take_for_alerts(database: &Path) -> Result<Self, Error> {
        FileLock::take_for_alerts(database).map(Self::holding)
    }

    /// A lock that is held as long as this value exists.
    pub(super) fn holding(held: impl Debug + Send + 'static) -> Self {
        Self { _held: Box::new(held) }
    }
}
