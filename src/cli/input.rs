//! Files that the user or the configuration names: at most so much of them is read, whatever they turn out to be.

use std::fs::File;
use std::io::{self, BufRead as _, ErrorKind, Read};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use crate::error::Error;
use crate::text::visible::visible_path;

/// A configuration with all that it includes: room for 20,000 sources.
pub(super) const LONGEST_CONFIGURATION: u64 = 4_000_000;
/// An OPML list, a robots.txt.
pub(super) const LONGEST_FILE: u64 = 10_000_000;
/// A list of URLs.
pub(super) const LONGEST_LIST: u64 = 50_000_000;

/// How long a named pipe may have no writer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The bytes of a file, or of standard input for `-`.
pub(super) fn read_input(target: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let is_stdin = target == Path::new("-");
    let bytes = if is_stdin { read_up_to(io::stdin().lock(), most) } else { read_file(target, most) };
    bytes.map_err(|e| Error::failed(format!("could not read the file {}: {e}", visible_path(target))))
}

/// The line that the user types at the terminal; empty at its end.
pub(super) fn read_answer() -> Result<String, Error> {
    let mut line = String::new();
    let read = io::stdin().lock().take(1_000).read_line(&mut line);
    read.map_err(|e| Error::failed(format!("could not read your answer: {e}")))?;
    Ok(line.trim().to_owned())
}

/// The bytes of a file.
///
/// # Errors
/// Those of the system; [`ErrorKind::FileTooLarge`] beyond `most` bytes, of which no more are read.
pub(super) fn read_file(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Who asks what it is need not wait for it.
    let kind = std::fs::metadata(path)?;
    if kind.is_file() && kind.len() > most {
        return Err(too_large(most));
    }
    let file = if kind.is_file() || kind.is_dir() { File::open(path)? } else { open_soon(path)? };
    read_up_to(file, most)
}

/// Opens what may block, such as a named pipe to which nobody writes.
fn open_soon(path: &Path) -> io::Result<File> {
    let (sender, opened) = mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || sender.send(File::open(path)));
    opened
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| Err(io::Error::new(ErrorKind::TimedOut, "nobody writes to this pipe")))
}

fn read_up_to(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

fn too_large(most: u64) -> io::Error {
    let size = if most >= 1_000_000 { format!("{} MB", most / 1_000_000) } else { format!("{most} bytes") };
    io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {size}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn no_more_than_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read_file(&path, 5).unwrap(), b"12345");
        assert_eq!(read_file(&path, 4).unwrap_err().to_string(), "it is larger than 4 bytes");
        File::create(&path).unwrap().set_len(2_000_000_000).unwrap();
        assert_eq!(read_file(&path, 10_000_000).unwrap_err().to_string(), "it is larger than 10 MB");
        assert_eq!(read_up_to(io::repeat(0), 1_000_000).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert!(read_file(folder.path(), 100).is_err());
        assert_eq!(read_file(&folder.path().join("none"), 100).unwrap_err().kind(), ErrorKind::NotFound);
    }
}
