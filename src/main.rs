//! Parses the arguments, runs the command, reports.
fn main() {}
