//! `presswatch explain --urls` and `--robots`: canonical URLs, and whether robots.txt allows them.

use std::path::Path;

use serde_json::{Value, json};

use super::input::{LONGEST_FILE, LONGEST_LIST, read_input};
use super::{json_line, print};
use crate::canonical_url;
use crate::error::Error;
use crate::politeness::robots::Robots;
use crate::text::clean::one_line;

/// Prints each line of a file with its canonical URL.
pub(super) fn canonical_urls(file: &Path, as_json: bool, quiet: bool) -> Result<u8, Error> {
    let text = String::from_utf8_lossy(&read_input(file, LONGEST_LIST)?).into_owned();
    let mut out = String::new();
    for (at, line) in text.split('\n').map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        let canonical = canonical_url::canonical_text(line);
        if !quiet && url::Url::parse(line).is_err() {
            super::warn(&format!("line {} is not a URL and is printed unchanged: {line}", at + 1));
        }
        if as_json {
            out += &json_line(&json!({ "url": line, "canonical_url": canonical }));
        } else {
            out += &one_line(&format!("{line} {canonical}"));
            out.push('\n');
        }
    }
    print(&out)?;
    Ok(0)
}

/// Prints for each URL whether robots.txt allows it to a robot of this name, and by which line.
pub(super) fn robots<'a>(
    file: &Path,
    agent: &str,
    urls: impl Iterator<Item = &'a String>,
    as_json: bool,
) -> Result<u8, Error> {
    let rules = Robots::parse(&String::from_utf8_lossy(&read_input(file, LONGEST_FILE)?));
    let mut out = String::new();
    for url in urls {
        let verdict = rules.verdict_text(agent, url);
        if as_json {
            let (line, rule) = verdict.line.map_or((Value::Null, Value::Null), |(n, rule)| (json!(n), json!(rule)));
            out += &json_line(&json!({ "url": url, "allowed": verdict.allowed, "line": line, "rule": rule }));
        } else {
            let word = if verdict.allowed { "allowed" } else { "not allowed" };
            let why = verdict.line.map_or_else(
                || "no rule matches".to_owned(),
                |(number, rule)| format!("line {number}: {}", rule.trim()),
            );
            out += &one_line(&format!("{url}: {word} ({why})"));
            out.push('\n');
        }
    }
    print(&out)?;
    Ok(0)
}
