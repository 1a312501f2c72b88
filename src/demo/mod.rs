//! Sample outlets on loopback: what `presswatch demo` crawls, and what tests read as fixtures.

mod server;

use include_dir::{Dir, include_dir};

pub use server::Server;

/// The files of the sample outlets: one folder a host, below it the path of the address. See `samples/README.md`.
static SAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/demo/samples");

/// The time that the demo takes for now: Sunday morning after the imagined week.
pub const NOW: &str = "2026-10-11T07:30:00Z";

/// The demo's `sources.toml`.
pub fn config() -> &'static str {
    SAMPLES.get_file("sources.toml").and_then(|file| file.contents_utf8()).unwrap_or_default()
}

/// The hosts that the samples have.
pub fn hosts() -> impl Iterator<Item = &'static str> {
    SAMPLES.dirs().filter_map(|dir| dir.path().to_str())
}

/// The file that answers for a path of a host, with its content type. The rule stands in `samples/README.md`.
pub fn answer(host: &str, path: &str) -> Option<(&'static str, &'static [u8])> {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    ["", ".html", ".json", ".xml", "/index.html", "/index.xml", ".latin1.html"].iter().find_map(|end| {
        let name = format!("{host}{path}{end}");
        let file = SAMPLES.get_file(&name)?;
        let body = file.contents();
        let kind = match name.rsplit('.').next() {
            Some("html") if *end == ".latin1.html" => "text/html; charset=windows-1252",
            Some("html") => "text/html; charset=utf-8",
            Some("json") => "application/json",
            Some("txt") => "text/plain",
            _ if body.windows(4).any(|part| part == b"<rss") => "application/rss+xml",
            _ => "application/xml",
        };
        Some((kind, body))
    })
}
