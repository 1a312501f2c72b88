//! `include`: further files with watches and sources.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::problem::{Flaw, shown};
use super::reader::{Table, TableReader};
use super::{settings, syntax};

const EXPECTED: &str = "paths of files, such as [\"watches/*.toml\"]";

/// An entry of `include`: a path relative to the including file. One `*` in the file name matches anything.
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

impl Pattern {
    /// The folder of the files; `path` is the including file.
    pub fn folder(&self, path: &Path) -> PathBuf {
        settings::beside(path, self.folder_and_name().0)
    }

    /// Whether a file name in that folder matches. Hidden files must be named in full.
    pub fn fits(&self, name: &str) -> bool {
        let wanted = self.folder_and_name().1;
        match wanted.split_once('*') {
            None => name == wanted,
            Some((head, tail)) => {
                (!name.starts_with('.') || head.starts_with('.'))
                    && name.strip_prefix(head).is_some_and(|rest| rest.ends_with(tail))
            }
        }
    }

    /// Folder and name.
    fn folder_and_name(&self) -> (&str, &str) {
        let at = self.text.rfind(['/', '\\']).map_or(0, |at| at + 1);
        self.text.split_at_checked(at).unwrap_or(("", &self.text))
    }

    fn parse(text: &str) -> Result<Self, Flaw> {
        let pattern = Self { text: text.to_owned() };
        let (folder, name) = pattern.folder_and_name();
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

/// The valid entries of `include` in a configuration's text; parsing reports the invalid ones.
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
            let hint = "paths are relative to this file; take the entry out until there is a file";
            let flaw = Flaw::new(format!("no file matches \"{}\"", shown(&pattern.text)))
                .expected("one file or more")
                .hint(Some(hint.to_owned()));
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
