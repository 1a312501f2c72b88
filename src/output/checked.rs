//! What `check` finds, for programs.

use serde_json::{Value, json};

use crate::config::{Config, Faulty};
use crate::crawl::AskedSearch;
use crate::text::visible::visible_path;

/// A configuration in which nothing is wrong.
pub fn sound_json(config: &Config, channels: usize, searches: &[AskedSearch], warnings: &[String]) -> Value {
    let watches: Vec<Value> = (config.watches.iter())
        .map(|watch| {
            let searches: Vec<Value> = (searches.iter().filter(|asked| asked.watch == watch.name))
                .map(|asked| json!({ "source": asked.source, "query": asked.query }))
                .collect();
            json!({ "name": watch.name, "query": watch.query.to_string(), "searches": searches, "notes": watch.advice })
        })
        .collect();
    let enabled = config.sources.iter().filter(|source| source.enabled).count();
    json!({
        "ok": true,
        "sources": enabled,
        "sources_not_enabled": config.sources.len() - enabled,
        "channels": channels,
        "watches": watches,
        "alerts": config.alerts.iter().map(|alert| json!({ "name": alert.name, "kind": alert.kind.name(), "to": alert.to.to_string(), "watches": alert.watches })).collect::<Vec<_>>(),
        "warnings": warnings,
        "problems": [],
    })
}

/// What is wrong, file by file.
pub fn faulty_json(faulty: &[Faulty]) -> Value {
    let problems = faulty.iter().flat_map(|file| file.problems.0.iter().map(move |problem| (file, problem)));
    let problems: Vec<Value> = problems
        .map(|(file, problem)| {
            json!({
                "file": visible_path(&file.path),
                "line": problem.line,
                "column": problem.column,
                "message": problem.message,
                "expected": problem.expected,
                "hint": problem.hint,
            })
        })
        .collect();
    json!({ "ok": false, "problems": problems })
}
