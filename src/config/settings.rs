//! Settings for all sources: the top of the file, [http], [crawl], [events].

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::keys::{CRAWL, EVENTS, HTTP};
use super::problem::{Flaw, shown};
use super::reader::{Table, TableReader};
use super::{Crawl, Http, link, quantity};
use crate::database::DatabaseAddress;
use crate::i18n::Language;
use crate::text::suggest::nearest;

/// How events are decided, where `[crawl] events` says that they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Events {
    /// The file of a sentence model.
    pub model: Option<PathBuf>,
}

/// `path`: the configuration file, against whose folder relative paths are resolved.
pub(super) fn database(reader: &mut TableReader<'_>, root: &Table<'_>, path: &Path) -> Option<DatabaseAddress> {
    const EXPECTED: &str = "the path of a file, such as \"presswatch.db\", or postgres://user@host/name";
    reader.read(root, "database", EXPECTED, |text| {
        file_path(text, EXPECTED)?;
        if DatabaseAddress::is_url(text) {
            return DatabaseAddress::parse(OsStr::new(text)).map_err(|why| {
                Flaw::new(format!("this is not the address of a database: {}", shown(&why))).expected(EXPECTED)
            });
        }
        Ok(DatabaseAddress::File(beside(path, text)))
    })
}

/// A path relative to the folder of the configuration file.
pub(super) fn beside(path: &Path, file: &str) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).join(file)
}

pub(super) fn timezone(reader: &mut TableReader<'_>, root: &Table<'_>) -> Option<TimeZone> {
    const EXPECTED: &str = "a name of the tz database, such as \"Europe/Brussels\"";
    reader.read(root, "timezone", EXPECTED, |text| {
        // The bundled database, so that a file means the same on every machine.
        let zones = TimeZoneDatabase::bundled();
        zones.get(text).map_err(|_| {
            let names: Vec<String> = zones.available().map(|name| name.to_string()).collect();
            let names = || names.iter().map(String::as_str);
            let city = |name: &&str| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(text));
            let near = names().find(city).or_else(|| nearest(text, names()));
            Flaw::new(format!("unknown time zone \"{}\"", shown(text)))
                .expected(EXPECTED)
                .hint(near.map(|near| format!("did you mean \"{near}\"?")))
        })
    })
}

/// The language of digests and press reviews.
pub(super) fn language(reader: &mut TableReader<'_>, root: &Table<'_>) -> Option<Language> {
    let expected = format!("one of \"{}\"", Language::CODES.join("\", \""));
    reader.read(root, "language", &expected, |text| {
        Language::of(text).ok_or_else(|| {
            // The code is the first part of `fr-BE`; case is ignored.
            let code = text.split(['-', '_']).next().unwrap_or_default().to_lowercase();
            let meant = Language::of(&code).map(|language| format!("did you mean \"{}\"?", language.code()));
            Flaw::new(format!("there are no texts in the language \"{}\"", shown(text))).expected(&expected).hint(meant)
        })
    })
}

pub(super) fn http(reader: &mut TableReader<'_>, root: &Table<'_>) -> Http {
    let mut http = Http::default();
    let Some(table) = reader.table(root, "http", &HTTP) else { return http };
    let table = &table;
    reader.unknown_keys(table);
    http.contact = reader.read(table, "contact", "an address of the web or of mail", link::contact);
    if let Some(timeout) = duration(reader, table, "timeout", "1s", "10m") {
        http.timeout = timeout;
    }
    if let Some(size) = reader.read(table, "max_body", quantity::SIZE, quantity::size) {
        http.max_body = size;
    }
    if let Some(delay) = duration(reader, table, "per_host_delay", "0s", "10m") {
        http.per_host_delay = delay;
    }
    if let Some(number) = reader.number(table, "concurrency", &(1..=256)) {
        http.concurrency = number;
    }
    if let Some(respect) = reader.boolean(table, "respect_robots") {
        http.respect_robots = respect;
    }
    for text in reader.texts(table, "allow_private", "networks and names of hosts, such as [\"10.0.0.0/8\"]") {
        http.allow_private.extend(reader.parsed(&text, link::network));
    }
    http
}

pub(super) fn events(reader: &mut TableReader<'_>, root: &Table<'_>, path: &Path) -> Events {
    const EXPECTED: &str = "the path of the file of a sentence model, such as \"e5-small-q4.bin\"";
    let Some(table) = reader.table(root, "events", &EVENTS) else { return Events::default() };
    reader.unknown_keys(&table);
    let model = reader.read(&table, "model", EXPECTED, |text| file_path(text, EXPECTED).map(|()| beside(path, text)));
    Events { model }
}

/// Rejects what is no path of a file.
fn file_path(text: &str, expected: &'static str) -> Result<(), Flaw> {
    if text.trim().is_empty() || text.contains('\0') {
        return Err(Flaw::new("this is not a path").expected(expected));
    }
    if text.starts_with("~/") {
        let hint = Some("write the path in full".to_owned());
        return Err(Flaw::new("`~` is not the home folder here").at(0..1).expected(expected).hint(hint));
    }
    Ok(())
}

pub(super) fn crawl(reader: &mut TableReader<'_>, root: &Table<'_>) -> Crawl {
    let mut crawl = Crawl::default();
    let Some(table) = reader.table(root, "crawl", &CRAWL) else { return crawl };
    reader.unknown_keys(&table);
    if let Some(age) = duration(reader, &table, "max_age", "1h", "365000d") {
        crawl.max_age = age;
    }
    if let Some(keep) = duration(reader, &table, "keep_text", "0d", "365000d") {
        crawl.keep_text = keep;
    }
    if let Some(events) = reader.boolean(&table, "events") {
        crawl.events = events;
    }
    if table.entries.contains_key("revisit") {
        let texts = reader.texts(&table, "revisit", "durations, such as [\"2h\", \"24h\"]");
        crawl.revisit = texts
            .iter()
            .filter_map(|text| reader.parsed(text, |text| quantity::duration(text, "10m", "30d")))
            .collect();
    }
    if let Some(window) = duration(reader, &table, "story_window", "1h", "3650d") {
        crawl.story_window = window;
    }
    if let Some(limit) = duration(reader, &table, "run_limit", "10s", "30d") {
        crawl.run_limit = limit;
    }
    crawl
}

fn duration(
    reader: &mut TableReader<'_>,
    table: &Table<'_>,
    key: &str,
    least: &str,
    most: &str,
) -> Option<std::time::Duration> {
    reader.read(table, key, quantity::DURATION, |text| quantity::duration(text, least, most))
}
