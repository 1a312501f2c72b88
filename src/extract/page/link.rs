//! What the URL of a link reveals about its target.

/// Whether a URL leads to an author's page: `/author/jane-roe`, `/auteurs/123`.
pub(super) fn leads_to_author(href: &str) -> bool {
    let Some(rest) = href.find("/aut").and_then(|at| href.get(at + 4..)) else { return false };
    ["hor/", "hors/", "or/", "ori/", "oren/", "ore/", "eur/", "eurs/", "ores/", "eure/"]
        .iter()
        .any(|end| rest.strip_prefix(end).is_some_and(|name| !name.is_empty()))
}

/// Whether a URL is a site's home page.
pub(super) fn is_root(href: &str) -> bool {
    let href = href.trim();
    let path = match href.split_once("://") {
        Some((scheme, rest)) if scheme.len() <= 5 => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        _ if href.starts_with("//") => return false,
        _ => href,
    };
    matches!(path, "/" | "/index.html" | "/index.php" | "./")
}
