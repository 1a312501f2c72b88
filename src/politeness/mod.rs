//! When an outlet may be asked, and what for.

pub mod robots;
pub mod schedule;
