//! What a page asks of robots.

use crate::extract::{PageRobots, page::tree::Tree};

/// Parses the `meta` elements for robots.
pub fn page_robots(tree: &Tree) -> PageRobots {
    let mut robots = PageRobots::default();
    for (_, value) in tree.metas.iter().filter(|(key, _)| key == "robots" || key == "presswatch") {
        // Blanks also separate words, except in `max-snippet: 0`.
        for word in value.to_ascii_lowercase().replace(": ", ":").split([',', ' ']) {
            robots.noarchive |= matches!(word, "noarchive" | "nocache");
            robots.nosnippet |= matches!(word, "nosnippet" | "max-snippet:0");
        }
    }
    let said = |name: &str| tree.metas.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    robots.tdm = said("tdm-reservation").map(|reservation| (reservation, said("tdm-policy")));
    robots
}
