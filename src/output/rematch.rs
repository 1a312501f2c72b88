//! The changes that `rematch` would make.

use std::fmt::Write as _;

use crate::crawl::WatchChange;
use crate::text::clean::one_line;

/// Two lines per mention, and the totals; `is_pruned`: what is lost does not stay.
pub fn diff(changes: &[WatchChange], is_pruned: bool) -> String {
    let mut out = String::new();
    for change in changes {
        let sign = if change.gained { '+' } else { '-' };
        let parts = [&change.watch, &change.outlet, &change.title, &change.terms].map(|part| one_line(part));
        let _ = writeln!(out, "{sign} {} · #{}", parts.join(" · "), change.article);
        let _ = writeln!(out, "{sign}   > {}", one_line(&change.snippet));
    }
    let gained = changes.iter().filter(|change| change.gained).count();
    let lost = changes.len() - gained;
    let stay = if lost > 0 && !is_pruned { " (earlier mentions stay in coverage)" } else { "" };
    let _ = writeln!(out, "{gained} gained, {lost} lost{stay}");
    out
}
