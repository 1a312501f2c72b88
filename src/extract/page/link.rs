//! What the URL of a link reveals about its target.

use memchr::memchr_iter;

/// Whether an address is that of an author's page: `/author/jane-roe`, `/auteurs/123`.
pub(super) fn leads_to_author(href: &str) -> bool {
    const ENDS: [&[u8]; 10] =
        [b"hor/", b"hors/", b"or/", b"ori/", b"oren/", b"ore/", b"eur/", b"eurs/", b"ores/", b"eure/"];
    // Most links lead elsewhere, and this is asked of every link.
    let bytes = href.as_bytes();
    memchr_iter(b'/', bytes).any(|at| {
        let rest = bytes.get(at + 1..).and_then(|part| part.strip_prefix(b"aut"));
        rest.is_some_and(|rest| ENDS.iter().any(|end| rest.starts_with(end) && rest.len() > end.len()))
    })
}

/// Whether a URL is a site's home page.
pub(super) fn is_root(href: &str) -> bool {
    let href = href.trim();
    let after_scheme = href.split_once(':').filter(|(scheme, _)| scheme.len() <= 5);
    let path = match after_scheme.and_then(|(_, rest)| rest.strip_prefix("//")) {
        Some(rest) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => href,
    };
    matches!(path, "/" | "/index.html" | "/index.php" | "./")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_authors_and_home_pages() {
        for (href, author, root) in [
            ("/author/jane-roe", true, false),
            ("https://gazet.example/auteurs/123", true, false),
            ("/autre/x/autor/jane", true, false),
            ("/author/", false, false),
            ("/autos/neu", false, false),
            ("/", false, true),
            (" ./ ", false, true),
            ("/index.html", false, true),
            ("https://gazet.example", false, true),
            ("https://gazet.example/", false, true),
            ("https://gazet.example/a", false, false),
            ("//gazet.example/", false, false),
            ("mailto://x", false, false),
            ("", false, false),
        ] {
            assert_eq!((leads_to_author(href), is_root(href)), (author, root), "{href:?}");
        }
    }
}
