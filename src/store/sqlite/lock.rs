//! The lock that allows one run at a time. It ends with its process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::{Error, ExitKind};

/// Held while a run writes.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a database; fails if another run has it.
    ///
    /// It is a file of its own, because closing any handle on the database file would drop `SQLite`'s own locks (POSIX).
    pub fn take(database: &Path) -> Result<Self, Error> {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| {
            Error::failed(format!("could not lock the database with {}: {e}", path.display()))
                .hint("the folder must exist and be writable by this user")
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error {
                kind: ExitKind::Busy,
                ..Error::failed(format!("another run is using {}; nothing was done", database.display()))
            }),
            Err(TryLockError::Error(e)) => {
                Err(Error::failed(format!("could not lock the database with {}: {e}", path.display())))
            }
        }
    }
}
