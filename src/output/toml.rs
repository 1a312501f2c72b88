//! Sources as TOML to paste into `sources.toml`, with comments.

use std::fmt::Write as _;

use super::wrap::wrap;
use crate::site::{Draft, NotedUrl};
use crate::text::clean::one_line;

/// The widest comment, except for URLs.
const WIDTH: usize = 80;

/// One `[[source]]`.
pub fn source(draft: &Draft) -> String {
    let mut out = String::from("[[source]]\n");
    let _ = writeln!(out, "name = {}", quoted(&draft.name));
    if let Some(site) = &draft.site {
        let _ = writeln!(out, "site = {}", quoted(site.as_str().trim_end_matches('/')));
    }
    if let Some(language) = &draft.language {
        let _ = writeln!(out, "language = {}", quoted(language));
    }
    entries(&mut out, "feeds", &draft.feeds);
    entries(&mut out, "sitemaps", &draft.sitemaps);
    if !draft.pages.is_empty() {
        out.push_str("pages = [\n");
        for page in &draft.pages {
            remark(&mut out, &page.remark);
            let _ = writeln!(out, "    {{ url = {}, link = {} }},", quoted(&page.url), quoted(&page.link));
        }
        out.push_str("]\n");
    }
    if draft.is_empty() {
        out.push_str("enabled = false # no channel yet\n");
    }
    out
}

fn entries(out: &mut String, key: &str, entries: &[NotedUrl]) {
    match entries {
        [] => {}
        [one] if one.remark.is_empty() => {
            let _ = writeln!(out, "{key} = [{}]", quoted(&one.url));
        }
        many => {
            let _ = writeln!(out, "{key} = [");
            for entry in many {
                remark(out, &entry.remark);
                let _ = writeln!(out, "    {},", quoted(&entry.url));
            }
            out.push_str("]\n");
        }
    }
}

/// Appends a comment; wrapped lines are indented.
pub fn comment(out: &mut String, text: &str) {
    wrap(out, &one_line(text), WIDTH, "# ", "#   ");
}

fn remark(out: &mut String, text: &str) {
    if !text.is_empty() {
        wrap(out, &one_line(text), WIDTH, "    # ", "    # ");
    }
}

/// A TOML string on one line, in single quotes if that saves escapes. Control sequences are removed.
pub(super) fn quoted(text: &str) -> String {
    let text = one_line(text);
    if text.contains(['"', '\\']) && !text.contains('\'') {
        return format!("'{text}'");
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::site::PageEntry;

    #[test]
    fn whatever_a_site_says_stays_a_string() {
        for name in [
            "De Gazet",
            "L'Éclat \"du\" jour",
            "a\"b",
            "it's",
            "a\\b",
            "\"\"\"",
            "'''",
            "x\n[[source]]\nname = \"y\"",
            "\u{1b}[31mred\u{202e}",
            "# no comment",
        ] {
            let entry = |url: &str| NotedUrl { url: url.to_owned(), remark: name.to_owned() };
            let draft = Draft {
                name: name.to_owned(),
                site: Some("https://a.example/".parse().unwrap()),
                language: Some("nl".to_owned()),
                feeds: vec![entry("https://a.example/rss?a=1&b='2'"), entry("https://a.example/2")],
                sitemaps: vec![NotedUrl { url: "https://a.example/map".to_owned(), remark: String::new() }],
                pages: vec![PageEntry {
                    url: "https://a.example/".to_owned(),
                    link: "a[href*=\"/x/\"]".to_owned(),
                    remark: name.to_owned(),
                }],
            };
            let text = source(&draft);
            let read: ::toml::Table = text.parse().unwrap();
            let sources = read["source"].as_array().unwrap();
            assert_eq!((read.len(), sources.len()), (1, 1), "{text}");
            assert_eq!(sources[0]["name"].as_str().unwrap(), one_line(name), "{text}");
            assert_eq!(sources[0]["pages"][0]["link"].as_str(), Some("a[href*=\"/x/\"]"), "{text}");
            assert_eq!(sources[0]["feeds"][0].as_str(), Some("https://a.example/rss?a=1&b='2'"), "{text}");
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
        }
    }
}
