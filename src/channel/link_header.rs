//! Feeds declared in a response header: `Link: </rss>; rel="alternate"; type="application/rss+xml"` (RFC 8288).

use url::Url;

use super::named::{NamedFeed, named_feed};

/// The most links that are examined.
const MAX_LINKS: usize = 100;

/// The feeds of a `Link` header (or of several, joined by commas), in order; `base` is the URL of the response.
pub fn header_feeds(header: &str, base: &Url) -> Vec<NamedFeed> {
    let mut found: Vec<NamedFeed> = Vec::new();
    let mut rest = header;
    for _ in 0..MAX_LINKS {
        let Some((_, from)) = rest.split_once('<') else { break };
        let Some((target, behind)) = from.split_once('>') else { break };
        let (parameters, behind) = parameters(behind);
        rest = behind;
        let value = |wanted: &str| {
            let mut all = parameters.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            // Only the first occurrence counts.
            all.next().map_or("", |(_, value)| value.as_str())
        };
        let feed = named_feed(value("rel"), target.trim(), value("type"), value("title"), base);
        found.extend(feed.filter(|feed| found.iter().all(|known| known.url != feed.url)));
    }
    found
}

/// The parameters of one link, and the rest of the header after its comma.
fn parameters(text: &str) -> (Vec<(String, String)>, &str) {
    let mut all = Vec::new();
    let (mut name, mut value) = (String::new(), String::new());
    let (mut in_value, mut quoted, mut escaped) = (false, false, false);
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => value.push(c),
            ';' | ',' => {
                all.push((std::mem::take(&mut name), std::mem::take(&mut value)));
                in_value = false;
                if c == ',' {
                    end = at + 1;
                    break;
                }
            }
            '=' if !in_value => in_value = true,
            _ if in_value => value.push(c),
            _ => name.push(c),
        }
    }
    all.push((name, value));
    let tidy = |(name, value): (String, String)| (name.trim().to_owned(), value.trim().to_owned());
    (all.into_iter().map(tidy).collect(), text.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn feeds_in_headers() {
        let base = Url::parse("https://a.example/nl/").unwrap();
        for (header, expected) in [
            (
                "</rss.xml>; rel=\"alternate\"; type=\"application/rss+xml\"; title=\"All, and more\"",
                "https://a.example/rss.xml All, and more",
            ),
            ("<feed>;rel=alternate;type=application/atom+xml", "https://a.example/nl/feed "),
            (
                "<https://a.example/wp-json/>; rel=\"https://api.w.org/\", <x,y.xml>; REL=\"foo Alternate\"; Type=\"text/xml; charset=utf-8\"",
                "https://a.example/nl/x,y.xml ",
            ),
            ("</a.css>; rel=\"alternate stylesheet\"; type=\"text/css\"", ""),
            ("</fr>; rel=alternate; hreflang=fr", ""),
            ("<javascript:x>; rel=alternate; type=application/rss+xml", ""),
            (
                "</rss>; title=\"\\\"a\\\"\"; rel=alternate; type=application/rss+xml, </rss>; rel=alternate; type=application/rss+xml",
                "https://a.example/rss \"a\"",
            ),
            ("<", ""),
            ("</rss>; rel=\"alternate", "https://a.example/rss "),
            ("", ""),
        ] {
            let found: Vec<String> =
                header_feeds(header, &base).iter().map(|feed| format!("{} {}", feed.url, feed.title)).collect();
            assert_eq!(found.join(" | "), expected, "{header}");
        }
    }
}
