//! Locks of files, which end with their process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::SqliteStore;
use crate::error::Error;
use crate::store::lock::{GLANCE, Lock, PATIENCE, busy_with_alerts, busy_with_digest, busy_with_run};
use crate::store::units::LockUnits;
use crate::text::visible::visible_path;

/// How many symbolic links are followed, as on Linux.
const MOST_LINKS: usize = 40;

/// Held while a run writes, or while what is new is printed and marked.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock of a database, or says that another run has it.
    pub fn take(database: &Path) -> Result<Self, Error> {
        LockFile::open(database, ".lock")?.try_take()?.map_err(|_| busy_with_run(&visible_path(database)))
    }

    /// Takes the lock under which messages of alerts are sent, or says that another process sends them.
    pub fn take_for_alerts(database: &Path) -> Result<Self, Error> {
        LockFile::open(database, ".alerts.lock")?.try_take()?.map_err(|_| busy_with_alerts(&visible_path(database)))
    }
}

impl LockUnits for SqliteStore {
    fn lock_new(&self) -> Result<Option<Lock>, Error> {
        if !self.conn.is_autocommit() || self.conn.path().is_none_or(str::is_empty) {
            return Ok(None);
        }
        let mut file = LockFile::open(&self.path, ".digest.lock")?;
        let begun = Instant::now();
        loop {
            file = match file.try_take()? {
                Ok(lock) => return Ok(Some(Lock::holding(lock))),
                Err(file) if begun.elapsed() < PATIENCE => file,
                Err(_) => break,
            };
            std::thread::sleep(GLANCE);
        }
        Err(busy_with_digest(&visible_path(&self.path)))
    }
}

/// The file of a lock.
///
/// It is a file of its own: closing any handle on the database file would drop `SQLite`'s own locks on it (POSIX).
struct LockFile {
    file: File,
    path: PathBuf,
}

impl LockFile {
    fn open(database: &Path, ending: &str) -> Result<Self, Error> {
        let mut name = without_links(database).into_os_string();
        name.push(ending);
        let path = PathBuf::from(name);
        match OpenOptions::new().create(true).truncate(false).write(true).open(&path) {
            Ok(file) => Ok(Self { file, path }),
            Err(e) => Err(unlockable(&path, &e).hint("the folder must exist and be writable by this user")),
        }
    }

    /// The lock, or the file again while another process has it.
    fn try_take(self) -> Result<Result<FileLock, Self>, Error> {
        match self.file.try_lock() {
            Ok(()) => Ok(Ok(FileLock { _file: self.file })),
            Err(TryLockError::WouldBlock) => Ok(Err(self)),
            Err(TryLockError::Error(e)) => Err(unlockable(&self.path, &e)),
        }
    }
}

/// The file to which symbolic links lead, so that a database has one lock by whatever name it is opened. A link to a
/// missing file is followed, too, because that is where `SQLite` creates the file. Links among the folders need no care:
/// the lock file is created through them.
fn without_links(database: &Path) -> PathBuf {
    let mut path = database.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = std::fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

fn unlockable(path: &Path, cause: &std::io::Error) -> Error {
    Error::failed(format!("could not lock the database with {}: {cause}", visible_path(path)))
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::error::ExitKind;

    #[test]
    fn a_database_has_one_lock_by_whatever_name_it_is_opened() {
        for exists in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            std::fs::create_dir(at("data")).unwrap();
            if exists {
                std::fs::write(at("data/press.db"), "").unwrap();
            }
            symlink("data", at("folder")).unwrap();
            symlink("data/press.db", at("relative.db")).unwrap();
            symlink(at("relative.db"), at("absolute.db")).unwrap();
            symlink("../absolute.db", at("data/upwards.db")).unwrap();
            let lock = FileLock::take(&at("data/press.db")).unwrap();
            for name in ["relative.db", "absolute.db", "folder/press.db", "folder/upwards.db"] {
                assert_eq!(
                    FileLock::take(&at(name)).unwrap_err().kind,
                    ExitKind::Busy,
                    "{name}, file exists: {exists}"
                );
            }
            drop(lock);
            drop(FileLock::take(&at("folder/upwards.db")).unwrap());
        }
    }

    #[test]
    fn links_in_a_circle_end() {
        let folder = tempfile::tempdir().unwrap();
        symlink("b.db", folder.path().join("a.db")).unwrap();
        symlink("a.db", folder.path().join("b.db")).unwrap();
        drop(FileLock::take(&folder.path().join("a.db")).unwrap());
    }
}
