//! When an outlet may be asked, and what for.

mod host;
pub mod robots;
pub mod schedule;
mod wishes;

pub use host::{Host, Rest, RobotsFile};
pub use wishes::Wishes;
