//! The program as its users meet it: the real binary, a real network on loopback, real files.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    clippy::items_after_statements,
    reason = "pages are put together as they read"
)]
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "our own files")]

mod advertorials;
mod agreement;
mod alerts;
mod answer;
mod architecture;
mod big_day;
mod browser;
mod catalogue;
mod changed_watches;
mod cli;
mod cluster;
mod conformance;
mod crawl;
mod digest;
mod documentation;
mod encryption;
mod engines;
mod escapes;
mod events;
mod explain;
mod facts;
mod failed_runs;
mod fleet;
mod gazette;
mod guards;
mod init;
mod input;
mod layouts;
mod marks;
mod migrate;
mod outlet_names;
mod outputs;
mod overtaken;
mod pages;
#[cfg(unix)]
mod paths;
mod plans;
mod postgres;
mod press;
mod properties;
mod proxy;
mod prune;
mod quality;
mod queries;
#[cfg(unix)]
mod read_only;
mod referee;
mod restarts;
mod review;
mod search;
mod second_url;
mod server;
mod shipped;
mod sources;
mod stories;
mod telling;
#[cfg(unix)]
mod terminal;
mod watches;
mod workers;
mod world;
