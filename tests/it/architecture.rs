//! The layout that `src/lib.rs` promises: the table there is read, and the source held against it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module of the table.
#[derive(Debug)]
struct Row {
    name: String,
    /// `None`: all rows above.
    may_use: Option<BTreeSet<String>>,
}

/// A source file: its module, its text without tests, and where it is.
pub struct Source {
    module: String,
    pub path: String,
    /// Without comments and without the code below `#[cfg(test)]`.
    pub code: String,
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let mut rows = Vec::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("//! | `")) {
        let cells: Vec<&str> = line.split(" | ").collect();
        assert_eq!(cells.len(), 3, "a row has three cells: {line}");
        let uses = cells[2].trim_end_matches(" |");
        let named: BTreeSet<String> = uses.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let may_use = match uses {
            "–" => Some(BTreeSet::new()),
            _ if uses.starts_with("all") => None,
            _ => Some(named),
        };
        assert!(may_use.as_ref().is_none_or(|named| uses == "–" || !named.is_empty()), "what may {line} use?");
        rows.push(Row { name: cells[0].trim_end_matches('`').to_owned(), may_use });
    }
    rows
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The text before the tests: `#[cfg(test)]` occurs once, before the last item of a file.
fn before_tests(text: &str) -> &str {
    let at = |start: &str| text.find(start);
    &text[..at("\n#[cfg(test)]\nmod tests {").or(at("\n#[cfg(test)]\nmod sample")).unwrap_or(text.len())]
}

pub fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    files(&root().join("src"), &mut paths);
    paths.sort();
    let mut sources = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        let text = std::fs::read_to_string(&path).unwrap();
        let module = name["src/".len()..].split(['/', '.']).next().unwrap().to_owned();
        let code: Vec<&str> = before_tests(&text)
            .lines()
            .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
            .collect();
        sources.push(Source { module, path: name, code: code.join("\n") });
    }
    sources
}

/// Whether a file is only compiled for tests.
pub fn is_test(source: &Source) -> bool {
    let ends = ["/tests.rs", "/naive.rs", "/growth.rs", "/corpora.rs"];
    source.path.contains("/tests/") || ends.iter().any(|end| source.path.ends_with(end))
}

/// Whether a text has a word that begins so, and not only as a part of another one.
fn names(text: &str, start: &str) -> bool {
    let border = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(start).any(|(at, _)| border(text[..at].chars().next_back()))
}

/// The modules that a text names as `crate::name`, or in the braces of `crate::{…}`.
fn used(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut used = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        match part.strip_prefix('{') {
            None => drop(used.insert(name(part))),
            Some(group) => {
                let mut depth = 0;
                let mut begins = true;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => begins = true,
                        c if c.is_whitespace() => {}
                        _ if begins => {
                            used.insert(name(&group[at..]));
                            begins = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    used
}

/// What each module uses of the others, tests left out.
fn uses() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for source in sources().iter().filter(|source| !is_test(source)) {
        let entry = all.entry(source.module.clone()).or_default();
        // In a module's own file, `super` is the crate.
        let is_top = match source.path.matches('/').count() {
            1 => true,
            2 => source.path.ends_with("/mod.rs"),
            _ => false,
        };
        let code = if is_top { source.code.replace("super::", "crate::") } else { source.code.clone() };
        for name in used(&code).into_iter().filter(|name| *name != source.module && *name != "super") {
            entry.entry(name).or_insert_with(|| source.path.clone());
        }
    }
    all
}

#[test]
fn used_modules_are_parsed() {
    let code = "use crate::a::B;\nuse crate::{\n    c::{D, E},\n    f,\n};\nfn x() { crate::g::h(); }";
    assert_eq!(used(code).into_iter().collect::<Vec<_>>(), ["a", "c", "f", "g"]);
}

#[test]
fn the_table_lists_every_module_and_nothing_else() {
    let rows: BTreeSet<String> = table().into_iter().map(|row| row.name).collect();
    let modules: BTreeSet<String> =
        sources().into_iter().map(|source| source.module).filter(|name| name != "lib" && name != "main").collect();
    assert_eq!(rows, modules);
}

#[test]
fn a_row_only_permits_rows_above_it() {
    let mut above = BTreeSet::new();
    for row in table() {
        for name in row.may_use.iter().flatten() {
            assert!(above.contains(name), "`{}` may use `{name}`, which does not stand above it", row.name);
        }
        assert!(above.insert(row.name.clone()), "`{}` stands twice", row.name);
    }
}

#[test]
fn modules_use_what_the_table_permits() {
    let uses = uses();
    let mut above: Vec<String> = Vec::new();
    let mut wrong = Vec::new();
    for row in table() {
        for (name, path) in &uses[&row.name] {
            let permitted = row.may_use.as_ref().map_or_else(|| above.contains(name), |named| named.contains(name));
            if !permitted {
                wrong.push(format!("{path} uses `{name}`, which the table does not permit to `{}`", row.name));
            }
        }
        above.push(row.name);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_files_of_a_folder_use_each_other_in_one_direction() {
    let mut folders: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for source in sources().iter().filter(|source| !is_test(source) && !source.path.ends_with("/mod.rs")) {
        let Some((folder, name)) = source.path.trim_end_matches(".rs").rsplit_once('/').filter(|(at, _)| *at != "src")
        else {
            continue;
        };
        // Items of parent modules are not files of the folder.
        let code = source.code.replace("super::super::", "").replace("crate::", "").replace("super::", "crate::");
        folders.entry(folder.to_owned()).or_default().insert(name.to_owned(), used(&code));
    }
    assert!(folders["src/store/sqlite"]["polls"].contains("items"), "the reader of uses sees none");
    for (folder, mut files) in folders {
        // Takes away what uses nothing that is left, until only circles are.
        loop {
            let names: BTreeSet<String> = files.keys().cloned().collect();
            files.retain(|name, uses| uses.iter().any(|other| other != name && names.contains(other)));
            if files.len() == names.len() {
                break;
            }
        }
        assert!(files.is_empty(), "in {folder} these use each other in a circle: {:?}", files.keys());
    }
}

#[test]
fn extract_uses_its_layers_downwards_only() {
    // What each folder of `extract` may not use of the others.
    let above = [
        ("page", &["body", "fields", "recipe", "json"][..]),
        ("body", &["fields", "recipe", "json"]),
        ("fields", &["recipe", "json"]),
    ];
    for source in sources().iter().filter(|source| !is_test(source)) {
        let Some(inside) = source.path.strip_prefix("src/extract/") else { continue };
        let Some((_, above)) = above.iter().find(|(floor, _)| inside.starts_with(&format!("{floor}/"))) else {
            continue;
        };
        let code = source.code.replace("crate::extract::", "crate::").replace("super::super::", "crate::");
        let wrong: Vec<String> = used(&code).into_iter().filter(|name| above.contains(&name.as_str())).collect();
        assert!(wrong.is_empty(), "{} uses {wrong:?}, which stand above it", source.path);
    }
}

#[test]
fn every_permission_is_used() {
    let uses = uses();
    let mut idle = Vec::new();
    for row in table() {
        for name in row.may_use.iter().flatten().filter(|name| !uses[&row.name].contains_key(*name)) {
            idle.push(format!("`{}` may use `{name}` and does not", row.name));
        }
    }
    assert!(idle.is_empty(), "\n{}", idle.join("\n"));
}

#[test]
fn every_file_begins_with_its_purpose_and_is_short() {
    let mut wrong = Vec::new();
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches"] {
        if root().join(folder).exists() {
            files(&root().join(folder), &mut paths);
        }
    }
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        if !text.starts_with("//! ") {
            wrong.push(format!("{name} does not begin with its purpose (`//! …`)"));
        }
        if name.starts_with("src") && name.ends_with("tests.rs") {
            continue;
        }
        let lines = before_tests(&text).lines().count();
        if lines > 400 && !name.ends_with("/tests.rs") {
            wrong.push(format!("{name} has {lines} lines before its tests; 400 is the wall"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_external_dependency_has_one_place() {
    let places: &[(&[&str], &[&str])] = &[
        (&["reqwest", "tokio::"], &["src/fetch/"]),
        (&["rusqlite"], &["src/store/sqlite/"]),
        (&["postgres::Client", "tokio_postgres_rustls"], &["src/store/postgres/"]),
        (&["clap"], &["src/cli/"]),
        (
            &["Timestamp::now", "SystemTime::now", "Zoned::now", "std::env::var", "std::env::args", "env::vars"],
            &["src/main.rs"],
        ),
        (&["TcpListener", "TcpStream"], &["src/demo/server.rs"]),
        (&["std::fs", "fs::File"], &["src/cli/", "src/sentence/file.rs", "src/store/"]),
        (&["println!", "eprintln!", "print!(", "eprint!("], &[]),
        // Terminal output is cleaned in one place; `main` only checks whether there is a terminal.
        (&["io::stdout", "io::stderr", "stdout()", "stderr()"], &["src/cli/stream.rs", "src/main.rs"]),
        (&["unsafe "], &[]),
    ];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !is_test(source)) {
        for (words, at) in places {
            let here = at.iter().any(|place| source.path.starts_with(place));
            for word in words.iter().filter(|word| !here && names(&source.code, word)) {
                wrong.push(format!("{} names {word}, which belongs to {}", source.path, at.join(" and ")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The longest run of string literals that are words, in each of which nothing but letters, blanks and apostrophes stands, and that
/// nothing but the signs of lists and alternatives parts.
fn longest_list_of_words(code: &str) -> usize {
    let (mut longest, mut run, mut rest) = (0, 0, code);
    while let Some(start) = rest.find('"') {
        let (between, literal) = (&rest[..start], &rest[start + 1..]);
        // A character `'"'` opens no string.
        if between.ends_with('\'') && literal.starts_with('\'') {
            rest = literal;
            run = 0;
            continue;
        }
        let mut escaped = false;
        let end = literal.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { break };
        let is_word = |c: char| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’');
        let word = &literal[..end];
        let goes_on = between.chars().all(|c| c.is_whitespace() || ",|&()[]=>".contains(c));
        run = match word.chars().all(is_word) && word.contains(char::is_alphabetic) {
            true if goes_on => run + 1,
            is_first => usize::from(is_first),
        };
        longest = longest.max(run);
        rest = &literal[end + 1..];
    }
    longest
}

#[test]
fn words_of_natural_languages_are_in_the_lexicon() {
    const MOST: usize = 10;
    /// Vocabularies that are no language's.
    const TECHNICAL: &[(&str, &str)] = &[
        ("src/canonical_url/redirect.rs", "parameters and paths of redirects"),
        ("src/config/keys.rs", "keys of the configuration, and what is written for them"),
        ("src/text/markup.rs", "elements of HTML"),
        ("src/text/seam.rs", "elements of HTML"),
        ("src/event/sound.rs", "letters that sound alike"),
        ("src/extract/fields/address.rs", "parameters of addresses"),
        ("src/extract/page/element.rs", "elements of HTML"),
        ("src/extract/page/hints.rs", "names of classes"),
        ("src/extract/fields/published/meta.rs", "names of meta elements"),
        ("src/site/entrances.rs", "codes of languages"),
    ];
    let list = |words: usize| format!("&[{}];", vec!["\"mot clé\""; words].join(", "));
    assert_eq!(
        longest_list_of_words(&format!("'\"' {} f(\"a-b\") {}", list(4), list(3))),
        4,
        "the reader of lists sees none"
    );
    let mut wrong = Vec::new();
    let mut idle: BTreeSet<&str> = TECHNICAL.iter().map(|(path, _)| *path).collect();
    for source in sources().iter().filter(|source| !is_test(source) && !source.path.starts_with("src/demo/")) {
        let words = longest_list_of_words(&source.code);
        if words > MOST && !idle.remove(source.path.as_str()) {
            wrong.push(format!("{}: a list of {words} words belongs into lexicon/ (docs/languages.md)", source.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(idle.is_empty(), "these have no list: {idle:?}");
}
