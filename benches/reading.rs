//! How fast pages are read: `cargo bench --bench reading [FOLDER]`. Compares the whole reading with parsing alone.
//!
//! Without a folder it takes the pages under `tests/fixtures/articles`, and the corpus `pages-cc` of docs/quality.md.

#![expect(clippy::print_stdout, reason = "a program that prints a table")]

#[path = "../src/text/corpora.rs"]
mod corpora;

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jiff::{Timestamp, tz::TimeZone};
use presswatch::{
    article::Page,
    extract::{self, PageContext},
    source::Select,
};

const ROUNDS: usize = 9;

fn main() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given: Vec<PathBuf> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).map(PathBuf::from).collect();
    let folders = if given.is_empty() {
        [own.join("tests/fixtures/articles")].into_iter().chain(corpora::corpus("pages-cc/html")).collect()
    } else {
        given
    };
    println!("{:<44} {:>6} {:>8} {:>10} {:>10} {:>6}", "folder", "pages", "MB", "parse/s", "read/s", "ratio");
    for folder in folders {
        let pages = pages(&folder);
        if !pages.is_empty() {
            measure(&folder, &pages);
        }
    }
}

fn pages(folder: &Path) -> Vec<Page> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "html");
    let read = |path: PathBuf| {
        let text = String::from_utf8_lossy(&std::fs::read(&path).ok()?).into_owned();
        Some(Page { url: url::Url::parse("https://news.example/section/2026/10/06/slug-1").ok()?, text })
    };
    entries.filter_map(Result::ok).map(|entry| entry.path()).filter(is_page).filter_map(read).collect()
}

/// The two are timed in turn, and the fastest round of each counts: other programs only ever make a round slower.
fn measure(folder: &Path, pages: &[Page]) {
    let select = Select::default();
    let zone = TimeZone::UTC;
    let now = Timestamp::UNIX_EPOCH + Duration::from_hours(500_000);
    let context = PageContext { select: &select, language: None, zone: &zone, now, item: None, outlet: "" };
    let (mut parse, mut read) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        parse = parse.min(time(pages, |page| drop(black_box(presswatch::html::parse(&page.text)))));
        read = read.min(time(pages, |page| drop(black_box(extract::read_page(page, &context)))));
    }
    let bytes: usize = pages.iter().map(|page| page.text.len()).sum();
    #[expect(clippy::cast_precision_loss, reason = "a table for people")]
    let (count, megabytes) = (pages.len() as f64, bytes as f64 / 1e6);
    let per_second = |time: Duration| count / time.as_secs_f64();
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    println!(
        "{name:<44} {:>6} {megabytes:>8.2} {:>10.0} {:>10.0} {:>6.2}",
        pages.len(),
        per_second(parse),
        per_second(read),
        read.as_secs_f64() / parse.as_secs_f64()
    );
}

fn time(pages: &[Page], mut act: impl FnMut(&Page)) -> Duration {
    let started = Instant::now();
    for page in pages {
        act(page);
    }
    started.elapsed()
}
