//! Test material of others, which is not in the repository. docs/quality.md says what it is and where it comes from.
//!
//! Integration tests and benchmarks include this file, too.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A file or folder of the folder that `PRESSWATCH_CORPORA` names. `None` if it is not there; a line on stderr says so.
pub fn corpus(name: &str) -> Option<PathBuf> {
    let found = find(std::env::var_os("PRESSWATCH_CORPORA").as_deref().map(Path::new), name);
    if found.is_none() {
        let line = format!("skipped: PRESSWATCH_CORPORA names no folder with {name}\n");
        // Not by `eprintln`, whose line is not shown when the test passes.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    found
}

fn find(folder: Option<&Path>, name: &str) -> Option<PathBuf> {
    folder.map(|folder| folder.join(name)).filter(|path| path.exists())
}

#[test]
fn only_what_is_there_is_found() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(find(Some(here), "src/text"), Some(here.join("src/text")));
    assert_eq!(find(Some(here), "src/none"), None);
    assert_eq!(find(None, "src"), None);
}
