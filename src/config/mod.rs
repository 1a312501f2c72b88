//! Parses `sources.toml` into a `Config`, or reports *all* problems with line, column and the line itself.

mod alerts;
mod include;
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
mod syntax;
#[cfg(test)]
mod tests;
mod watches;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use toml::de::{DeTable, DeValue};

use crate::alert::Alert;
use crate::database::DatabaseAddress;
use crate::i18n::Language;
use crate::query::Watch;
use crate::source::Source;

pub use include::{Included, Pattern, includes};
pub use problem::{Problem, Problems};
pub use settings::Events;

use keys::{ALERT, INCLUDED, ROOT, SOURCE, TableKind, WATCH};
use problem::{Flaw, shown};
use reader::{Table, TableReader, Value};
use syntax::Repaired;

/// The configuration in `sources.toml`, with defaults for what is missing.
#[derive(Debug, Clone)]
pub struct Config {
    /// Relative paths are resolved against the file's folder.
    pub database: DatabaseAddress,
    /// For days and times in the digest; `None`: the system's time zone.
    pub timezone: Option<TimeZone>,
    /// The language of the digest and the press review.
    pub language: Language,
    /// `[http]`
    pub http: Http,
    /// `[crawl]`
    pub crawl: Crawl,
    /// `[events]`
    pub events: Events,
    /// In file order; names are unique.
    pub watches: Vec<Watch>,
    /// In file order; names are unique.
    pub sources: Vec<Source>,
    /// In file order; names are unique.
    pub alerts: Vec<Alert>,
    /// Whether it comes from a file that names `database`, so that the watches there should be these.
    pub is_of_database: bool,
}

/// How requests are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// Sent in the User-Agent; printable ASCII without brackets.
    pub contact: Option<String>,
    /// For a whole request.
    pub timeout: Duration,
    /// In bytes, after decompression.
    pub max_body: u64,
    /// Between two requests to the same host.
    pub per_host_delay: Duration,
    /// Simultaneous requests over all hosts; at least 1.
    pub concurrency: usize,
    /// Whether robots.txt is obeyed.
    pub respect_robots: bool,
    /// Networks (CIDR), IP addresses and host names that may be requested although private.
    pub allow_private: Vec<String>,
}

/// What is fetched and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crawl {
    /// Items known to be older are recorded but not fetched.
    pub max_age: Duration,
    /// How long the text of articles without a match is kept.
    pub keep_text: Duration,
    /// Whether the digest groups reports of one event, across languages.
    pub events: bool,
    /// Delays after the first fetch at which a matched article is fetched again; empty: never.
    pub revisit: Vec<Duration>,
    /// How long after an article near or partial copies of it are searched.
    pub story_window: Duration,
    /// How long a run lasts: then it finishes what it has begun and leaves the rest.
    pub run_limit: Duration,
}

const DAY: Duration = Duration::from_hours(24);

impl Default for Config {
    fn default() -> Self {
        Self {
            database: DatabaseAddress::File("presswatch.db".into()),
            timezone: None,
            language: Language::default(),
            http: Http::default(),
            crawl: Crawl::default(),
            events: Events::default(),
            watches: Vec::new(),
            sources: Vec::new(),
            alerts: Vec::new(),
            is_of_database: false,
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
        Self {
            max_age: DAY * 30,
            keep_text: DAY * 90,
            revisit: vec![Duration::from_hours(2), DAY],
            story_window: DAY * 30,
            run_limit: Duration::from_mins(10),
            events: true,
        }
    }
}

/// Parses the text of a `sources.toml` without includes; relative paths in it are resolved against the folder of
/// `path`.
///
/// # Errors
/// All problems, in file order.
pub fn parse(text: &str, path: &Path) -> Result<Config, Problems> {
    parse_all(text, path, &[]).map_err(|mut faulty| faulty.pop().map_or(Problems(Vec::new()), |file| file.problems))
}

/// A configuration file with problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faulty {
    /// Where the file was found.
    pub path: PathBuf,
    /// Its problems.
    pub problems: Problems,
    /// Its text, without what may be a secret.
    pub text: String,
}

/// Parses a `sources.toml` and the files that it includes (see [`includes`]), which follow it in the order of
/// `include`.
///
/// # Errors
/// All problems, file by file.
pub fn parse_all(text: &str, path: &Path, included: &[Included]) -> Result<Config, Vec<Faulty>> {
    let files: Vec<(&Path, &str)> = std::iter::once((path, text)).chain(included_files(included)).collect();
    let repaired: Vec<(Repaired, Vec<Problem>)> = files.iter().map(|(_, text)| syntax::repair(text)).collect();
    let trees: Vec<_> = repaired.iter().map(|(repaired, _)| DeTable::parse_recoverable(&repaired.text).0).collect();
    let from_catalogue = included.iter().flat_map(|one| one.files.iter().map(|_| one.pattern.catalogue().is_some()));
    let from_catalogue = std::iter::once(false).chain(from_catalogue);
    let parts = files.iter().zip(&repaired).zip(&trees).zip(from_catalogue).enumerate();
    let mut parts: Vec<Part> = parts
        .map(|(at, ((((path, text), (repaired, syntax)), tree), is_catalogue))| {
            let kind = if at == 0 { &ROOT } else { &INCLUDED };
            let root = Table { entries: tree.get_ref(), span: 0..0, kind, title: String::new() };
            Part { reader: TableReader::new(text, repaired, syntax.is_empty()), root, path, is_catalogue }
        })
        .collect();
    let config = read_parts(&mut parts, included);
    let mut faulty = Vec::new();
    for ((part, (path, text)), (_, syntax)) in parts.into_iter().zip(files).zip(repaired.iter()) {
        let reader = part.reader;
        // The parser guessed at the contents of unreadable lines, so further problems there would mislead.
        let line = |problem: &Problem| reader.line_of_origin(problem.span.start);
        let broken: HashSet<usize> =
            syntax.iter().flat_map(|problem| line(problem)..=reader.line_of_origin(problem.span.end)).collect();
        let semantic = reader.problems.iter().filter(|problem| !broken.contains(&line(problem)));
        let found: Vec<Problem> = semantic.chain(syntax).cloned().collect();
        if !found.is_empty() {
            let problems = Problems::locate(found, text);
            faulty.push(Faulty { path: path.to_owned(), problems, text: reader.shown_text(text) });
        }
    }
    if faulty.is_empty() { Ok(Config { is_of_database: true, ..config }) } else { Err(faulty) }
}

/// A file of a configuration while it is read.
struct Part<'a> {
    reader: TableReader<'a>,
    root: Table<'a>,
    path: &'a Path,
    /// Whether the program carries it.
    is_catalogue: bool,
}

fn included_files(included: &[Included]) -> impl Iterator<Item = (&Path, &str)> {
    included.iter().flat_map(|included| &included.files).map(|(path, text)| (path.as_path(), text.as_str()))
}

fn read_parts(parts: &mut [Part<'_>], included: &[Included]) -> Config {
    let mut config = Config::default();
    if let Some(Part { reader, root, path, .. }) = parts.first_mut() {
        include::check(reader, root, included);
        config.database = settings::database(reader, root, path)
            .unwrap_or_else(|| DatabaseAddress::File(settings::beside(path, "presswatch.db")));
        config.timezone = settings::timezone(reader, root);
        config.language = settings::language(reader, root).unwrap_or_default();
        config.http = settings::http(reader, root);
        config.crawl = settings::crawl(reader, root);
        config.events = settings::events(reader, root, path);
    }
    let (mut sources, mut watches) = (Names::new("sources are named"), Names::new("watches are named"));
    let (mut ids, mut alerts) = (Names::new("watches have the id"), Names::new("alerts are named"));
    let mut tables = Vec::new();
    for Part { reader, root, path, is_catalogue } in &mut *parts {
        reader.unknown_keys(root);
        let found = (
            entries(reader, root, "source", &SOURCE),
            entries(reader, root, "watch", &WATCH),
            entries(reader, root, "alert", &ALERT),
        );
        if !*is_catalogue {
            sources.add(reader, path, &found.0, "name");
        }
        watches.add(reader, path, &found.1, "name");
        ids.add(reader, path, &found.1, "id");
        alerts.add(reader, path, &found.2, "name");
        tables.push(found);
    }
    // Nobody can edit the catalogue: a source of the user's files takes the place of the one with its name there.
    for (Part { reader, path, .. }, (source, ..)) in
        parts.iter_mut().zip(&mut tables).filter(|(part, _)| part.is_catalogue)
    {
        source.retain(|value| !name_in(value, "name").is_some_and(|name| sources.contains(name)));
        sources.add(reader, path, source, "name");
    }
    let zone = config.timezone.clone().unwrap_or(TimeZone::UTC);
    for (Part { reader, .. }, (source, watch, _)) in parts.iter_mut().zip(&tables) {
        config.sources.extend(source.iter().filter_map(|value| sources::source(reader, value)));
        config.watches.extend(watch.iter().filter_map(|value| watches::watch(reader, value, &sources, &zone)));
    }
    for (Part { reader, path, .. }, (.., alert)) in parts.iter_mut().zip(&tables) {
        config.alerts.extend(alert.iter().filter_map(|value| alerts::alert(reader, value, &config.watches, path)));
    }
    let outlets: Vec<_> = config.sources.iter().map(|source| &source.facts).collect();
    for watch in &mut config.watches {
        watch.advice.extend(watch.query.advice_on_facts(&outlets));
    }
    config
}

/// The tables under `[[key]]`, including those under a misspelt header, so that their problems are reported too.
fn entries<'a>(
    reader: &mut TableReader<'_>,
    root: &Table<'a>,
    key: &str,
    kind: &'static TableKind,
) -> Vec<&'a Value<'a>> {
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
                // A table implied by `[source.api]` has the span of its key.
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

/// The names of watches or sources, or the ids of watches, across all files.
struct Names<'a> {
    /// For messages: "sources are named".
    what: &'static str,
    /// In file order.
    list: Vec<&'a str>,
    /// The file and line of each.
    places: HashMap<&'a str, (&'a Path, usize)>,
}

impl<'a> Names<'a> {
    fn new(what: &'static str) -> Self {
        Self { what, list: Vec::new(), places: HashMap::new() }
    }

    fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    fn iter(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.list.iter().copied()
    }

    fn list(&self) -> &[&'a str] {
        &self.list
    }

    fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds the names of a file and reports duplicates.
    fn add(&mut self, reader: &mut TableReader<'_>, path: &'a Path, tables: &[&'a Value<'a>], key: &str) {
        for value in tables {
            let Some(name) = value.get_ref().as_table().and_then(|table| table.get(key)) else { continue };
            let Some(text) = name_in(value, key) else { continue };
            if let Some((file, line)) = self.places.get(text) {
                let place = if *file == path {
                    format!("line {line}")
                } else {
                    format!("line {line} of {}", problem::visible(&file.to_string_lossy()))
                };
                let flaw = Flaw::new(format!("two {} \"{}\"", self.what, shown(text))).expected(format!(
                    "{} of its own; the first stands on {place}",
                    if key == "id" { "an id" } else { "a name" }
                ));
                reader.note(name.span(), flaw);
                continue;
            }
            self.places.insert(text, (path, reader.line_of(name.span().start)));
            self.list.push(text);
        }
    }
}

/// The string at a key of a table.
fn name_in<'a>(value: &'a Value<'a>, key: &str) -> Option<&'a str> {
    value.get_ref().as_table()?.get(key)?.get_ref().as_str()
}

/// The name of a watch, a source or an alert.
fn name(reader: &mut TableReader<'_>, table: &Table<'_>) -> Option<String> {
    if table.lacks(&["name"]) {
        let flaw = Flaw::new(format!("{} has no `name`", table.title)).expected("`name = \"…\"` in this table");
        reader.missing(table.span.clone(), flaw);
    }
    reader.read(table, "name", "a name in quotes", pattern::name)
}
