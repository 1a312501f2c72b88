//! `sources.toml`: its text → `Config`, or *all* problems with line, column and the line shown.

mod keys;
mod link;
mod pattern;
mod place;
mod problem;
mod quantity;
mod reader;
mod render;
mod settings;
mod sources;
mod suggest;
mod syntax;
#[cfg(test)]
mod tests;
mod watches;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use toml::de::{DeTable, DeValue};

use crate::query::Watch;
use crate::source::Source;

pub use problem::{Problem, Problems};

use keys::{Kind, ROOT, SOURCE, WATCH};
use problem::{Flaw, shown};
use reader::{Reader, Table, Value};

/// What `sources.toml` says, with the defaults where it says nothing.
#[derive(Debug, Clone)]
pub struct Config {
    /// A relative path in the file is resolved against the file's folder.
    pub database: PathBuf,
    /// For days and times in the digest; `None`: the system's.
    pub timezone: Option<TimeZone>,
    /// `[http]`
    pub http: Http,
    /// `[crawl]`
    pub crawl: Crawl,
    /// In the order of the file; names are unique.
    pub watches: Vec<Watch>,
    /// In the order of the file; names are unique.
    pub sources: Vec<Source>,
}

/// How requests are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// Goes into the User-Agent; printable ASCII without brackets.
    pub contact: Option<String>,
    /// For one whole request.
    pub timeout: Duration,
    /// Bytes after decompression.
    pub max_body: u64,
    /// Between two requests to one host.
    pub per_host_delay: Duration,
    /// Requests at once, over all hosts; at least 1.
    pub concurrency: usize,
    /// Whether robots.txt is obeyed.
    pub respect_robots: bool,
    /// Networks (CIDR), IP addresses and host names that may be visited although private.
    pub allow_private: Vec<String>,
}

/// What is read and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crawl {
    /// An item known to be older is noted, not read.
    pub max_age: Duration,
    /// How long the text of unmatched articles is kept.
    pub keep_text: Duration,
}

const DAY: Duration = Duration::from_hours(24);

impl Default for Config {
    fn default() -> Self {
        Self {
            database: PathBuf::from("presswatch.db"),
            timezone: None,
            http: Http::default(),
            crawl: Crawl::default(),
            watches: Vec::new(),
            sources: Vec::new(),
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            contact: None,
            timeout: Duration::from_secs(20),
            max_body: 10_000_000,
            per_host_delay: Duration::from_secs(1),
            concurrency: 16,
            respect_robots: true,
            allow_private: Vec::new(),
        }
    }
}

impl Default for Crawl {
    fn default() -> Self {
        Self { max_age: DAY * 30, keep_text: DAY * 90 }
    }
}

/// Reads the text of a `sources.toml`; `path` is where it was found: relative paths in it start from its folder.
///
/// # Errors
/// Everything that is wrong in it, in the order of the file.
pub fn parse(text: &str, path: &Path) -> Result<Config, Problems> {
    let (repaired, syntax) = syntax::repair(text);
    let (tree, _) = DeTable::parse_recoverable(&repaired.text);
    let mut reader = Reader::new(text, &repaired, syntax.is_empty());
    let config = read(&mut reader, tree.get_ref(), path);
    // What stands on a line that could not be read was guessed by the parser: its other faults are no news.
    let line = |problem: &Problem| reader.line_of_origin(problem.span.start);
    let broken: HashSet<usize> = syntax.iter().map(line).collect();
    let semantic = reader.problems.iter().filter(|problem| !broken.contains(&line(problem))).cloned();
    let found: Vec<Problem> = semantic.chain(syntax).collect();
    if found.is_empty() { Ok(config) } else { Err(Problems::locate(found, text)) }
}

fn read<'a>(reader: &mut Reader<'a>, tree: &'a DeTable<'a>, path: &Path) -> Config {
    let root = Table { entries: tree, span: 0..0, kind: &ROOT, title: String::new() };
    reader.unknown_keys(&root);
    let sources = entries(reader, &root, "source", &SOURCE);
    let watches = entries(reader, &root, "watch", &WATCH);
    let names = unique(reader, &sources, "sources");
    unique(reader, &watches, "watches");
    Config {
        database: settings::database(reader, &root, path).unwrap_or_else(|| settings::beside(path, "presswatch.db")),
        timezone: settings::timezone(reader, &root),
        http: settings::http(reader, &root),
        crawl: settings::crawl(reader, &root),
        sources: sources.iter().filter_map(|value| sources::source(reader, value)).collect(),
        watches: watches.iter().filter_map(|value| watches::watch(reader, value, &names)).collect(),
    }
}

/// The tables under `[[key]]`, those under a misspelt header included, so that their faults are told as well.
fn entries<'a>(reader: &mut Reader<'a>, root: &Table<'a>, key: &str, kind: &'static Kind) -> Vec<&'a Value<'a>> {
    let mut tables = Vec::new();
    for (name, value) in root.entries {
        let right = name.get_ref() == key;
        let header = value.span().start <= name.span().start;
        let meant = right || (header && ROOT.meant(name.get_ref()) == Some(key));
        if !meant {
            continue;
        }
        let expected = format!("{} on a line of its own for each {key}", kind.title);
        match value.get_ref() {
            DeValue::Array(array) => {
                for entry in array {
                    if entry.get_ref().is_table() {
                        tables.push(entry);
                    } else {
                        let flaw = Flaw::new(format!("an entry of `{key}` is no table")).expected(&expected);
                        reader.note(entry.span(), flaw);
                    }
                }
            }
            DeValue::Table(table) => {
                // Made by `[source.api]` alone, it stands where its key stands.
                let implied = value.span() == name.span();
                let flaw = if implied {
                    let child = table.keys().next().map_or("", |child| child.get_ref());
                    Flaw::new(format!("there is no {} before [{key}.{}]", kind.title, shown(child))).expected(&expected)
                } else {
                    Flaw::new(format!("`{key}` is a single table")).expected(&expected).hint(Some(format!(
                        "write {} instead of [{}]",
                        kind.title,
                        shown(name.get_ref())
                    )))
                };
                if right {
                    reader.note(value.span(), flaw);
                }
                if !implied {
                    tables.push(value);
                }
            }
            _ if right => {
                let flaw = Flaw::new(format!("`{key}` is no table")).expected(&expected);
                reader.note(value.span(), flaw);
            }
            _ => {}
        }
    }
    tables.sort_by_key(|value| value.span().start);
    tables
}

/// The names of watches or sources.
struct Names<'a> {
    /// In the order of the file.
    list: Vec<&'a str>,
    /// With the places where they stand.
    places: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    fn iter(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.list.iter().copied()
    }

    fn len(&self) -> usize {
        self.list.len()
    }
}

/// Notes names that stand twice; gives the names.
fn unique<'a>(reader: &mut Reader<'_>, tables: &[&'a Value<'a>], what: &str) -> Names<'a> {
    let mut names = Names { list: Vec::new(), places: HashMap::new() };
    for value in tables {
        let Some(name) = value.get_ref().as_table().and_then(|table| table.get("name")) else { continue };
        let Some(text) = name.get_ref().as_str() else { continue };
        if let Some(first) = names.places.get(text) {
            let line = reader.line_of(*first);
            let flaw = Flaw::new(format!("two {what} are named \"{}\"", shown(text)))
                .expected(format!("a name of its own; the first stands on line {line}"));
            reader.note(name.span(), flaw);
            continue;
        }
        names.places.insert(text, name.span().start);
        names.list.push(text);
    }
    names
}

/// The name of a watch or a source.
fn name(reader: &mut Reader<'_>, table: &Table<'_>) -> Option<String> {
    if table.lacks(&["name"]) {
        let flaw = Flaw::new(format!("{} has no `name`", table.title)).expected("`name = \"…\"` in this table");
        reader.missing(table.span.clone(), flaw);
    }
    reader.read(table, "name", "a name in quotes", pattern::name)
}
