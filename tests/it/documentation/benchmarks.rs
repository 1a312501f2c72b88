//! The page of benchmarks is rendered from the measured figures, and says how each of them can be measured again.

use std::fmt::Write as _;

use serde::Deserialize;

use super::{read, root};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    benchmark: Vec<Benchmark>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Benchmark {
    title: String,
    question: String,
    date: String,
    machine: String,
    data: String,
    command: String,
    rows: Vec<Row>,
    remark: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    what: String,
    figure: String,
}

fn figures() -> Figures {
    toml::from_str(&read("docs/benchmarks.toml")).unwrap()
}

fn page(figures: &Figures) -> String {
    let mut page = "# Benchmarks\n\nWhat was measured, on what, and how to measure it again. The figures are in [benchmarks.toml](benchmarks.toml); \
        `scripts/benchmarks` renders this page.\n"
        .to_owned();
    for benchmark in &figures.benchmark {
        writeln!(page, "\n## {}\n\n{}\n\n| | |\n| --- | --- |", benchmark.title, benchmark.question).unwrap();
        for row in &benchmark.rows {
            writeln!(page, "| {} | **{}** |", row.what, row.figure).unwrap();
        }
        writeln!(page, "\n- Data: {}\n- Machine: {}", benchmark.data, benchmark.machine).unwrap();
        writeln!(page, "- Measured: {}, with `{}`", benchmark.date, benchmark.command).unwrap();
        if let Some(remark) = &benchmark.remark {
            writeln!(page, "\n{remark}").unwrap();
        }
    }
    page
}

/// `REWRITE_FIXTURES=1 cargo test --test it benchmarks` renders the page anew.
#[test]
fn the_page_of_benchmarks_shows_the_measured_figures() {
    let page = page(&figures());
    let path = root().join("docs/benchmarks.md");
    if std::env::var_os("REWRITE_FIXTURES").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == page,
        "docs/benchmarks.md is not what docs/benchmarks.toml says: run scripts/benchmarks"
    );
}

#[test]
fn each_benchmark_can_be_measured_again() {
    let cargo: toml::Table = read("Cargo.toml").parse().unwrap();
    let benches: Vec<&str> =
        cargo["bench"].as_array().unwrap().iter().filter_map(|bench| bench["name"].as_str()).collect();
    for benchmark in figures().benchmark {
        let date = jiff::civil::Date::strptime("%Y-%m-%d", format!("{}-01", benchmark.date));
        assert!(date.is_ok(), "{}: when was it measured? {}", benchmark.title, benchmark.date);
        let name = benchmark.command.split("--bench ").nth(1).and_then(|rest| rest.split(' ').next());
        let command = benchmark.command.trim_start_matches("PRESSWATCH_CORPORA=FOLDER ");
        let is_known = name.map_or(command.starts_with("cargo test --lib "), |name| benches.contains(&name));
        assert!(is_known, "{}: there is no `{}`", benchmark.title, benchmark.command);
    }
}
