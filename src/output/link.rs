//! URLs that are safe as links.

use std::fmt::Write as _;

use crate::text::clean::{address, one_line};
use crate::text::cut::shorten;

/// A URL that is safe in a link of any format: http or https, in printable ASCII without spaces, quotes, markup brackets and
/// backslashes, without user name and password. `None` for any other URL: it is printed as text.
pub(super) fn link(url: &str) -> Option<String> {
    let shown = address(url);
    let (scheme, rest) = shown.split_once("://")?;
    if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        || rest.starts_with(['/', '?', '#'])
        || rest.is_empty()
    {
        return None;
    }
    let mut safe = String::with_capacity(shown.len());
    safe.push_str(&scheme.to_ascii_lowercase());
    safe.push_str("://");
    if rest.bytes().all(is_safe) {
        safe.push_str(rest);
        return Some(safe);
    }
    for byte in rest.bytes() {
        if is_safe(byte) {
            safe.push(char::from(byte));
        } else {
            let _ = write!(safe, "%{byte:02X}");
        }
    }
    Some(safe)
}

fn is_safe(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'^' | b'{' | b'|' | b'}')
}

/// A URL as text.
pub(super) fn shown(url: &str) -> String {
    one_line(&address(url))
}

/// A URL as it is printed on paper: without `https://` and `www.`, shortened to 90 characters; `None` for what is no link.
pub(super) fn on_paper(url: &str) -> Option<String> {
    let url = link(url)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    Some(shorten(rest.strip_suffix('/').unwrap_or(rest), 90).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_linked() {
        for (url, expected) in [
            ("https://a.example/b?c=d&e=f#g", Some("https://a.example/b?c=d&e=f#g")),
            ("HTTP://a.example/", Some("http://a.example/")),
            ("https://me:secret@a.example/", Some("https://a.example/")),
            ("https://a.example/\"onx='y'>(z)", Some("https://a.example/%22onx=%27y%27%3E(z)")),
            ("https://a.example/é \u{202e}x\n", Some("https://a.example/%C3%A9%20x%0A")),
            ("javascript:alert(1)", None),
            ("javascript://a.example/%0Aalert(1)", None),
            (" java\tscript://x", None),
            ("data:text/html,<script>", None),
            ("file:///etc/passwd", None),
            ("https:///x", None),
            ("https://", None),
            ("//a.example", None),
            ("", None),
        ] {
            assert_eq!(link(url).as_deref(), expected, "{url:?}");
        }
    }

    #[test]
    fn addresses_on_paper_are_short() {
        let long = format!("https://a.example/{}", "x".repeat(200));
        for (url, expected) in [
            ("https://www.a.example/b?c=d", Some("a.example/b?c=d")),
            ("http://me:secret@a.example/", Some("a.example")),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(on_paper(url).as_deref(), expected, "{url:?}");
        }
        let short = on_paper(&long).unwrap_or_default();
        assert!(short.chars().count() <= 90 && short.ends_with('…'), "{short}");
    }
}
