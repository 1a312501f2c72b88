//! What applying the watches again would change.

use std::fmt::Write as _;

use crate::crawl::WatchChange;
use crate::text::clean::one_line;

/// Two lines a mention, and how many there are.
pub fn diff(changes: &[WatchChange]) -> String {
    let mut out = String::new();
    for change in changes {
        let sign = if change.gained { '+' } else { '-' };
        let parts = [&change.watch, &change.outlet, &change.title, &change.terms].map(|part| one_line(part));
        let _ = writeln!(out, "{sign} {}", parts.join(" · "));
        let _ = writeln!(out, "{sign}   > {}", one_line(&change.snippet));
    }
    let gained = changes.iter().filter(|change| change.gained).count();
    let lost = changes.len() - gained;
    let stay = if lost > 0 { " (what was found stays in coverage)" } else { "" };
    let _ = writeln!(out, "{gained} gained, {lost} lost{stay}");
    out
}
