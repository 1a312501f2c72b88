//! Files that are replaced only when the new one is complete.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;
use crate::text::visible::visible_path;

/// Lets `work` write a temporary file beside `path`, and renames it once it is complete and on the disk; on failure `path` stays as
/// it was.
///
/// What is not a regular file (`/dev/stdout`, a pipe) is written to directly.
pub(super) fn write_whole(
    path: &Path,
    work: impl FnOnce(&mut BufWriter<File>) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |e: std::io::Error| not_written(path, &e);
    let before = fs::metadata(path).ok();
    if before.as_ref().is_some_and(|file| !file.is_file()) {
        let mut out = BufWriter::new(OpenOptions::new().write(true).open(path).map_err(failed)?);
        work(&mut out)?;
        return out.flush().map_err(failed);
    }
    // Replaces the file that a link points to, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = beside(&target)
        .ok_or_else(|| Error::usage(format!("could not write {}: it is no name of a file", visible_path(path))))?;
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&beside.0).map_err(failed)?;
    let mut out = BufWriter::new(file);
    work(&mut out)?;
    out.flush().map_err(failed)?;
    let file = out.get_ref();
    if let Some(before) = before {
        file.set_permissions(before.permissions()).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    fs::rename(&beside.0, &target).map_err(failed)
}

/// Writes a new file, complete or not at all; `exists` is the error if there is one of this name already.
pub(super) fn write_new(path: &Path, text: &str, exists: impl Fn() -> Error) -> Result<(), Error> {
    let failed = |e: std::io::Error| match e.kind() {
        ErrorKind::AlreadyExists => exists(),
        _ => not_written(path, &e),
    };
    let beside = beside(path)
        .ok_or_else(|| Error::usage(format!("could not write {}: it is no name of a file", visible_path(path))))?;
    let write = |name: &Path| -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(name)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write(&beside.0).map_err(|e| not_written(path, &e))?;
    // A rename would replace a file that somebody else wrote meanwhile; a link does not.
    match fs::hard_link(&beside.0, path) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => {}
        done => return done.map_err(failed),
    }
    // A file system without links.
    write(path).map_err(|e| {
        if e.kind() != ErrorKind::AlreadyExists {
            let _ = fs::remove_file(path);
        }
        failed(e)
    })
}

/// A file to which lines are appended, by several threads and programs.
pub(super) struct AppendedLog {
    path: PathBuf,
    file: File,
    problem: Mutex<Option<std::io::Error>>,
}

impl AppendedLog {
    /// Opens the file, or makes it.
    pub(super) fn open(path: &Path) -> Result<Arc<Self>, Error> {
        let file = OpenOptions::new().append(true).create(true).open(path).map_err(|e| not_written(path, &e))?;
        Ok(Arc::new(Self { path: path.to_owned(), file, problem: Mutex::default() }))
    }

    /// Appends a line; in one piece, so that lines of two programs do not mix. A log that cannot be written keeps nothing else from
    /// being done.
    pub(super) fn add(&self, line: &str) {
        if let Err(e) = (&self.file).write_all(line.as_bytes()) {
            self.problem.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(e);
        }
    }

    /// Why lines are missing in it.
    pub(super) fn problem(&self) -> Option<String> {
        let problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        problem.as_ref().map(|e| format!("could not write all of the log {}: {e}", visible_path(&self.path)))
    }
}

fn not_written(path: &Path, cause: &std::io::Error) -> Error {
    Error::failed(format!("could not write {}: {cause}", visible_path(path)))
        .hint("the folder must exist, be writable by this user and have room")
}

/// A temporary file, removed unless it was renamed.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn beside(target: &Path) -> Option<Beside> {
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name()?);
    name.push(format!(".{}.part", std::process::id()));
    Some(Beside(target.with_file_name(name)))
}
