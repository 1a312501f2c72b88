//! The use cases: functions that take a store, a configuration and other values, and return values to be printed.
//!
//! They know nothing of arguments, terminals and exit codes, so that something else than the command line can use them.

pub mod coverage;
pub mod explain;
pub mod find;
pub mod online;
pub mod rematch;
mod requester;
pub mod run;
pub mod search;
pub mod sources;

pub use requester::{Received, Requester};
