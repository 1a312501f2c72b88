//! A folder of pages and what a person reads in them → cases, and how each is read.

use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};
use presswatch::{
    article::{Article, Page},
    charset,
    extract::{self, PageContext, PageVerdict},
    source::Select,
};
use serde_json::Value;

/// A page with what is expected of it; what nobody wrote down is `None`.
#[derive(Debug, Default)]
pub struct Case {
    pub name: String,
    pub html: PathBuf,
    pub url: Option<String>,
    pub text: Option<String>,
    /// Phrases that the text must hold.
    pub with: Vec<String>,
    /// Phrases that it must not hold.
    pub without: Vec<String>,
    pub title: Option<String>,
    /// Names, in any order.
    pub author: Option<Vec<String>>,
    /// A day, or an instant.
    pub published: Option<String>,
    pub language: Option<String>,
    /// The page is none: it must be refused.
    pub not_article: bool,
}

/// The cases of `FOLDER/cases.json`, or else each `NAME.json` beside a `NAME.html`.
pub fn of(folder: &Path) -> Result<Vec<Case>, String> {
    let list = folder.join("cases.json");
    if list.is_file() {
        let Value::Array(entries) = json(&list)? else { return Err(format!("{} is no list", list.display())) };
        return Ok(entries.iter().filter_map(|entry| case(entry, listed(folder, entry)?)).collect());
    }
    let mut cases = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|error| format!("could not open {}: {error}", folder.display()))?;
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let expected = path.with_extension("json");
        if path.extension().is_some_and(|extension| extension == "html") && expected.is_file() {
            cases.extend(case(&json(&expected)?, path));
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

fn listed(folder: &Path, entry: &Value) -> Option<PathBuf> {
    let file = entry.get("file")?.as_str()?;
    [folder.join("html").join(file), folder.join(file)].into_iter().find(|path| path.is_file())
}

fn json(path: &Path) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("could not open {}: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("could not read {}: {error}", path.display()))
}

fn case(expected: &Value, html: PathBuf) -> Option<Case> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| Some(expected.get(key)?.as_str()?.to_owned()));
    let list = |key: &str| -> Vec<String> {
        let strings = |list: &Vec<Value>| list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect();
        expected.get(key).and_then(Value::as_array).map(strings).unwrap_or_default()
    };
    let author = match expected.get("author") {
        Some(Value::String(names)) => Some(split(names)),
        Some(Value::Array(_)) => Some(list("author")),
        _ => None,
    };
    Some(Case {
        name: html.file_stem()?.to_string_lossy().into_owned(),
        html,
        url: text(&["url"]),
        text: text(&["text"]),
        with: list("with"),
        without: [list("without"), list("comments")].concat(),
        title: text(&["title"]).filter(|title| !title.is_empty()),
        author: author.filter(|names| !names.is_empty()),
        published: text(&["published", "published_at", "date"]).filter(|date| !date.is_empty()),
        language: text(&["language"]).filter(|language| !language.is_empty()),
        not_article: expected.get("not_article").is_some_and(|reason| !reason.is_null()),
    })
}

fn split(names: &str) -> Vec<String> {
    names.split([',', ';']).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// The article, and whether it was believed to be one.
pub fn read(case: &Case, zone: &TimeZone, now: Timestamp) -> Result<(Option<Article>, bool), String> {
    let bytes =
        std::fs::read(&case.html).map_err(|error| format!("could not open {}: {error}", case.html.display()))?;
    let url = case.url.as_deref().and_then(|url| url.parse().ok());
    let nowhere = || "https://unknown.invalid/".parse().map_err(|error| format!("{error}"));
    let page = Page { url: url.map_or_else(nowhere, Ok)?, text: charset::decode(&bytes, None) };
    let select = Select::default();
    let context = PageContext { select: &select, language: None, zone, now, item: None, outlet: "" };
    let report = extract::read_page(&page, &context);
    Ok(match report.verdict {
        PageVerdict::Article(article) => (Some(*article), true),
        PageVerdict::NotArticle(_) => (report.article_as_far_as_known.map(|article| *article), false),
    })
}

/// Whether the day, or the instant, is the one expected.
pub fn same_time(found: Option<Timestamp>, expected: &str, zone: &TimeZone) -> bool {
    let Some(found) = found else { return false };
    if let Ok(instant) = expected.parse::<Timestamp>() {
        return found == instant;
    }
    let day = zone.to_datetime(found).date().to_string();
    expected.get(..10).is_some_and(|expected| expected == day)
}

/// Whether the names are those expected, in any order.
pub fn same_names(found: &str, expected: &[String]) -> bool {
    let keys = |names: &[String]| {
        let mut keys: Vec<String> = names.iter().map(|name| key(name)).collect();
        keys.sort();
        keys
    };
    keys(&split(found)) == keys(expected)
}

/// Letters and digits, lower case: quotes, dashes and blanks differ between a page and who wrote it down.
pub fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
