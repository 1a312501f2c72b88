//! The smallest outlet: a feed of numbered articles, all of which a watch matches.

use super::answer::Answer;
use super::pages::{numbered_feed, numbered_page};
use super::server::Outlet;

/// Opens an outlet with a feed at `/feed` and articles at `/a/1`, `/a/2` …
pub fn gazette(articles: usize) -> Outlet {
    let outlet = Outlet::open();
    print(&outlet, articles);
    outlet
}

/// Sets how many articles the outlet's feed lists from now on.
pub fn print(outlet: &Outlet, articles: usize) {
    let feed = numbered_feed(|path| outlet.url(path), articles);
    outlet.serve("/feed", Answer::of("application/rss+xml", feed).etag(&format!("\"{articles}\"")));
    for n in 1..=articles {
        outlet.serve(&format!("/a/{n}"), numbered_page(n));
    }
}

/// A source of this name for an outlet.
pub fn source(name: &str, outlet: &Outlet) -> String {
    format!("[[source]]\nname = \"{name}\"\nfeeds = [\"{}\"]\n", outlet.url("/feed"))
}

/// The watch that matches every article of a gazette.
pub const WATCH: &str = "[[watch]]\nname = \"Birds\"\nquery = \"kraanvogel\"\n";

/// Settings with which articles are read once only: for tests that count requests over hours.
pub const READ_ONCE: &str = "[crawl]\nrevisit = []\n";

/// A configuration for one gazette.
pub fn config(outlet: &Outlet) -> String {
    format!("{WATCH}{}", source("Gazette", outlet))
}
