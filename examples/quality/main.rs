//! How well pages are read: `cargo run --release --example quality -- [lines] FOLDER…`; see docs/quality.md.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints a table")]

mod cases;
mod score;
mod table;

use std::{path::PathBuf, process::ExitCode};

use jiff::{Timestamp, tz::TimeZone};
use table::{HEAD, Table};

fn main() -> ExitCode {
    let mut folders: Vec<String> = std::env::args().skip(1).collect();
    let lines = folders.first().is_some_and(|first| first == "lines");
    if lines {
        folders.remove(0);
    }
    if folders.is_empty() || folders.iter().any(|folder| folder.starts_with('-')) {
        eprintln!("usage: quality [lines] FOLDER…");
        return ExitCode::from(2);
    }
    // The zone of pages that name none, and a day after all of them.
    let zone = TimeZone::get("Europe/Brussels").unwrap_or(TimeZone::UTC);
    #[expect(clippy::disallowed_methods, reason = "a program's main reads the clock")]
    let now = Timestamp::now();
    let mut tables = Vec::new();
    for folder in folders {
        match Table::of(&PathBuf::from(folder), &zone, now, lines) {
            Ok(table) => tables.push(table),
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    for table in &tables {
        print!("{}", table.wrong);
    }
    println!("{HEAD}");
    for table in &tables {
        println!("{}", table.line());
    }
    ExitCode::SUCCESS
}
