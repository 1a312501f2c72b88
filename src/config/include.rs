//! `include`: further files with watches and sources.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::problem::{Flaw, shown};
use super::reader::{Table, TableReader};
use super::{settings, syntax};
use crate::catalogue;
use crate::text::suggest::nearest;

const EXPECTED: &str = "paths of files, such as [\"watches/*.toml\"]";

/// An entry of `include`: a path relative to the including file, or `catalogue:` and a name of the catalogue. In the name, one `*`
/// stands for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As written.
    pub text: String,
}

/// The files that an entry of `include` matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// The entry.
    pub pattern: Pattern,
    /// The matching files with their text, in order.
    pub files: Vec<(PathBuf, String)>,
}

impl Included {
    /// The files of the catalogue that an entry names; `None`: it names files of the user.
    pub fn of_catalogue(pattern: &Pattern) -> Option<Self> {
        let wanted = pattern.catalogue()?;
        let files = catalogue::files().into_iter().filter(|file| fits(wanted, file.name));
        let files = files.map(|file| (PathBuf::from(file.address()), file.text.to_owned())).collect();
        Some(Self { pattern: pattern.clone(), files })
    }
}

impl Pattern {
    /// The folder of the files; `path` is the including file.
    pub fn folder(&self, path: &Path) -> PathBuf {
        settings::beside(path, self.folder_and_name().0)
    }

    /// Whether a file name in that folder matches. Hidden files must be named in full.
    pub fn fits(&self, name: &str) -> bool {
        fits(self.folder_and_name().1, name)
    }

    /// The name in the catalogue, if that is what the entry names.
    pub fn catalogue(&self) -> Option<&str> {
        self.text.strip_prefix(catalogue::PREFIX)
    }

    /// Folder and name.
    fn folder_and_name(&self) -> (&str, &str) {
        let at = self.text.rfind(['/', '\\']).map_or(0, |at| at + 1);
        self.text.split_at_checked(at).unwrap_or(("", &self.text))
    }

    fn parse(text: &str) -> Result<Self, Flaw> {
        let pattern = Self { text: text.to_owned() };
        let (folder, name) = pattern.folder_and_name();
        if let Some(wanted) = pattern.catalogue() {
            let files = catalogue::files();
            if files.iter().any(|file| fits(wanted, file.name)) {
                return Ok(pattern);
            }
            let known: Vec<String> = files.iter().map(|file| format!("\"{}\"", file.address())).collect();
            let near = nearest(wanted, files.iter().map(|file| file.name));
            return Err(Flaw::new(format!("the catalogue has no \"{}\"", shown(wanted)))
                .expected(format!("one of {}", known.join(", ")))
                .hint(near.map(|near| format!("did you mean \"{}{near}\"?", catalogue::PREFIX))));
        }
        let flaw = |message: &str| Flaw::new(message).expected("the path of a file, such as \"watches/*.toml\"");
        if name.trim().is_empty() || text.contains('\0') {
            let hint =
                (!folder.is_empty()).then(|| format!("write \"{}*.toml\" for all files of that folder", shown(folder)));
            return Err(flaw("this is not a path of a file").hint(hint));
        }
        if text.starts_with("~/") {
            return Err(flaw("`~` is not the home folder here")
                .at(0..1)
                .hint(Some("write the path in full".to_owned())));
        }
        if let Some(at) = folder.find('*') {
            return Err(flaw("a `*` stands in the name of a folder")
                .at(at..at + 1)
                .hint(Some("only the file's name may have one: name each folder in an entry of its own".to_owned())));
        }
        if name.matches('*').count() > 1 {
            return Err(flaw("there is more than one `*` in the file's name"));
        }
        Ok(pattern)
    }
}

/// Whether `name` is meant by `wanted`, in which one `*` stands for anything.
fn fits(wanted: &str, name: &str) -> bool {
    match wanted.split_once('*') {
        None => name == wanted,
        Some((head, tail)) => {
            (!name.starts_with('.') || head.starts_with('.'))
                && name.strip_prefix(head).is_some_and(|rest| rest.ends_with(tail))
        }
    }
}

/// The sound entries of `include` in the text of a configuration; what is wrong with the others is found by parsing.
pub fn includes(text: &str) -> Vec<Pattern> {
    let (repaired, _) = syntax::repair(text);
    let (tree, _) = DeTable::parse_recoverable(&repaired.text);
    let entries = tree.get_ref().get("include").and_then(|value| value.get_ref().as_array());
    let texts = entries.into_iter().flatten().filter_map(|entry| entry.get_ref().as_str());
    texts.filter_map(|text| Pattern::parse(text).ok()).collect()
}

/// Reports the invalid entries of `include`.
pub(super) fn check(reader: &mut TableReader<'_>, root: &Table<'_>, included: &[Included]) {
    for text in reader.texts(root, "include", EXPECTED.trim_start_matches("an array of ")) {
        let Some(pattern) = reader.parsed(&text, Pattern::parse) else { continue };
        if included.iter().any(|known| known.pattern == pattern && known.files.is_empty()) {
            // Somebody who knows the name only of a file of the catalogue.
            let stem = pattern.folder_and_name().1.trim_end_matches(".toml");
            let hint = match catalogue::find(stem) {
                Some(file) => format!("the catalogue has it: write \"{}\"", file.address()),
                None => "paths are relative to this file; take the entry out until there is a file".to_owned(),
            };
            let flaw = Flaw::new(format!("no file matches \"{}\"", shown(&pattern.text)))
                .expected("one file or more")
                .hint(Some(hint));
            reader.note(text.span.clone(), flaw);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_files_of_one_folder() {
        for (pattern, name, fits) in [
            ("watches/*.toml", "a.toml", true),
            ("watches/*.toml", ".toml", false),
            ("watches/*.toml", ".hidden.toml", false),
            ("watches/.h*", ".hidden", true),
            ("watches/*.toml", "a.toml~", false),
            ("a*a.toml", "a.toml", false),
            ("belgium.toml", "belgium.toml", true),
            ("belgium.toml", "Belgium.toml", false),
        ] {
            assert_eq!(Pattern { text: pattern.to_owned() }.fits(name), fits, "{pattern} {name}");
        }
        let folder = |text: &str| Pattern { text: text.to_owned() }.folder(Path::new("/etc/press/sources.toml"));
        assert_eq!(folder("watches/*.toml"), Path::new("/etc/press/watches/"));
        assert_eq!(folder("belgium.toml"), Path::new("/etc/press/"));
        assert_eq!(folder("/srv/*.toml"), Path::new("/srv/"));
    }

    #[test]
    fn only_valid_entries_are_searched() {
        let text = "include = ['a/*.toml', 'b*/c.toml', '', 'd/', '**.toml', 5, 'e.toml']\n[htt";
        let found: Vec<String> = includes(text).into_iter().map(|pattern| pattern.text).collect();
        assert_eq!(found, ["a/*.toml", "e.toml"]);
        assert_eq!(includes("include = 'a.toml'"), []);
    }
}
