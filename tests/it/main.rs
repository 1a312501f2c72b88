//! The program as its users meet it: the real binary, a real network on loopback, real files.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod answer;
mod architecture;
mod cli;
mod crawl;
mod digest;
mod documentation;
mod explain;
mod gazette;
mod pages;
mod press;
mod properties;
mod server;
mod telling;
mod watches;
mod world;
