//! How well pages are read: `cargo run --release --example quality -- [--lines] FOLDER…`; see docs/quality.md.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints a table")]

mod cases;
mod score;
mod table;

use std::{path::PathBuf, process::ExitCode};

use jiff::{Timestamp, tz::TimeZone};
use table::{HEAD, Table};

fn main() -> ExitCode {
    let (options, folders): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with('-'));
    if folders.is_empty() || options.iter().any(|option| option != "--lines") {
        eprintln!("usage: quality [--lines] FOLDER…");
        return ExitCode::from(2);
    }
    // The zone of pages that name none, and a day after all of them.
    let zone = TimeZone::get("Europe/Brussels").unwrap_or(TimeZone::UTC);
    #[expect(clippy::disallowed_methods, reason = "a program's main reads the clock")]
    let now = Timestamp::now();
    let mut tables = Vec::new();
    for folder in folders {
        match Table::of(&PathBuf::from(folder), &zone, now, !options.is_empty()) {
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
