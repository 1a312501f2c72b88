//! The use cases: functions that take a store and a configuration, and return values to print.
//!
//! They do not depend on arguments, terminals and exit codes, so that other programs than the command line can use them.

pub mod alerts;
pub mod changed;
pub mod coverage;
pub mod explain;
pub mod find;
pub mod health;
pub mod mark;
pub mod migrate;
mod names;
pub mod online;
pub mod rematch;
mod requester;
pub mod run;
pub mod search;
pub mod sources;

pub use requester::{Received, Requester};
