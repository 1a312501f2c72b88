//! The text of a `sources.toml`: places and rendering of what is wrong, and what holds of what is right.
#![no_main]

use std::{collections::HashSet, path::Path};

use libfuzzer_sys::fuzz_target;
use presswatch::config::{self, Config, Problems};
use presswatch::query::Query;
use presswatch_fuzz::short;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let Some(Ok(text)) = short(data).map(std::str::from_utf8) else { return };
    let path = Path::new("sources.toml");
    match config::parse(text, path) {
        Ok(config) => right(&config),
        Err(problems) => wrong(&problems, path, text),
    }
});

fn right(config: &Config) {
    let names: HashSet<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names.len(), config.sources.len(), "two sources of one name");
    let names: HashSet<&str> = config.watches.iter().map(|watch| watch.name.as_str()).collect();
    assert_eq!(names.len(), config.watches.len(), "two watches of one name");
    assert!(config.http.concurrency >= 1);
    for watch in &config.watches {
        assert_eq!(Query::parse(&watch.query.to_string()).as_ref(), Ok(&watch.query));
    }
    for channel in config.sources.iter().flat_map(|source| &source.channels) {
        let url = Url::parse(&channel.url.replace("{query}", "a")).expect("a channel's address is one");
        assert!(matches!(url.scheme(), "http" | "https") && url.has_host(), "{url}");
    }
}

fn wrong(problems: &Problems, path: &Path, text: &str) {
    assert!(!problems.0.is_empty(), "refused for no reason");
    for problem in &problems.0 {
        assert!(text.get(problem.span.clone()).is_some(), "{problem:?} is not in the text");
        assert!(problem.line >= 1 && problem.column >= 1, "{problem:?}");
        assert!(problem.line <= text.matches('\n').count() + 1, "{problem:?}");
        assert!(!problem.message.is_empty() && !problem.message.contains(char::is_control), "{problem:?}");
    }
    assert!(problems.0.is_sorted_by_key(|problem| problem.span.start), "not in the order of the file");
    let plain = problems.render(path, text, false).to_string();
    let acts = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!plain.contains(acts), "{plain:?}");
    let colored = problems.render(path, text, true).to_string();
    let codes = ["\u{1b}[31m", "\u{1b}[34m", "\u{1b}[1m", "\u{1b}[0m"];
    let bare = codes.iter().fold(colored, |shown, code| shown.replace(code, ""));
    assert!(!bare.contains(acts), "{bare:?}");
}
