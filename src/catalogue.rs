//! The catalogue: files with sources, country by country, that the program carries. They are the files in `sources/`.
//!
//! `include = ["catalogue:NAME"]` takes one into a configuration, wherever the program was installed from.

use include_dir::{Dir, File, include_dir};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sources");

/// What stands before a name in `include`.
pub const PREFIX: &str = "catalogue:";

/// One file of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogueFile {
    /// The name, such as that of a country.
    pub name: &'static str,
    /// TOML with sources.
    pub text: &'static str,
}

impl CatalogueFile {
    /// What is in it: the first line of its comment.
    pub fn about(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches(['#', ' ']).trim_end_matches('.')
    }

    /// How `include` names it.
    pub fn address(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }
}

/// All files of the catalogue, by name.
pub fn files() -> Vec<CatalogueFile> {
    let mut files: Vec<CatalogueFile> = FILES.files().filter_map(catalogue_file).collect();
    files.sort_unstable_by_key(|file| file.name);
    files
}

/// The file of this name.
pub fn find(name: &str) -> Option<CatalogueFile> {
    files().into_iter().find(|file| file.name == name)
}

fn catalogue_file(file: &'static File<'static>) -> Option<CatalogueFile> {
    let name = file.path().file_name()?.to_str()?.strip_suffix(".toml")?;
    Some(CatalogueFile { name, text: file.contents_utf8()? })
}
