//! The date in data embedded for the page's own scripts, used when the page gives it nowhere else.

use memchr::memmem;

/// Names that content systems give it.
const NAMES: &[&str] = &[
    "datePublished",
    "publishedAt",
    "published_at",
    "publishedDate",
    "published_date",
    "publishDate",
    "publish_date",
    "publicationDate",
    "publication_date",
    "publishedTime",
    "firstPublished",
    "first_publish_date",
    "displayDate",
    "display_date",
    "pubDate",
    "datePosted",
];

/// The day as written in `"datePublished":"2024-05-04T…"`, with or without escaped quotes.
pub fn published_day(html: &str) -> Option<&str> {
    NAMES.iter().find_map(|name| {
        let mut places = memmem::find_iter(html.as_bytes(), name).take(50);
        places.find_map(|at| value(html, at, name))
    })
}

fn value<'h>(html: &'h str, at: usize, name: &str) -> Option<&'h str> {
    html.get(..at).filter(|head| head.ends_with(['"', '\'']))?;
    let rest = html.get(at + name.len()..)?.trim_start_matches('\\').strip_prefix(['"', '\''])?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().trim_start_matches('\\').strip_prefix(['"', '\''])?;
    let end = rest.bytes().take(40).position(|byte| matches!(byte, b'"' | b'\'' | b'\\'))?;
    rest.get(..end).filter(|text| text.len() >= 8 && text.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_scripts() {
        for (html, expected) in [
            (r#"{"publishedAt":"2026-05-04T08:00:00Z","x":1}"#, Some("2026-05-04T08:00:00Z")),
            (r#"{ "publish_date" : "2026-05-04" }"#, Some("2026-05-04")),
            (r#"{\"datePublished\":\"2026-05-04T08:00:00Z\"}"#, Some("2026-05-04T08:00:00Z")),
            (r"{'pubDate': '2026-05-04'}", Some("2026-05-04")),
            (r#"{"publishedAt":null,"x":{"publishedAt":"2026-05-04"}}"#, Some("2026-05-04")),
            (r#"{"publishedAt":"May the fourth"}"#, None),
            (r#"{"unpublishedAt":"2026-05-04"}"#, None),
            (r#"<p>publishedAt "2026-05-04"</p>"#, None),
            (r#""publishedAt":""#, None),
            ("", None),
        ] {
            assert_eq!(published_day(html), expected, "{html}");
        }
    }
}
