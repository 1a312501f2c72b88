//! OPML: a feed reader's list of feeds, in any of its variants.

use url::Url;

use super::xml::{XmlTag, XmlToken, XmlTokens};
use crate::text::clean::one_line_up_to;
use crate::text::markup;

/// The most feeds that are taken, and the longest name.
const MAX_FEEDS: usize = 5_000;
const MAX_NAME: usize = 200;

/// A feed in an OPML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its name in the file; may be empty.
    pub name: String,
    /// The URL of the feed.
    pub feed: Url,
    /// The site's home page.
    pub site: Option<Url>,
    /// Declared language; may be empty.
    pub language: String,
    /// The enclosing folder; empty if there is none.
    pub folder: String,
}

/// The feeds of an OPML file in order, and the entries without a feed; `None` if the text is not OPML.
///
/// Folders are searched as well. `text` and `title` are both accepted, and `xmlUrl` in any case and without `type`.
pub fn opml(text: &str) -> Option<(Vec<Outline>, Vec<String>)> {
    let (mut found, mut dropped) = (Vec::new(), Vec::new());
    let mut is_opml = false;
    let mut folder = String::new();
    for token in XmlTokens::new(text) {
        let tag = match token {
            XmlToken::Open(tag) => tag,
            // Usually only folders have an end tag. A feed with one closes its folder early, which costs only the
            // folder's name.
            XmlToken::Close(name) if name == "outline" => {
                folder.clear();
                continue;
            }
            _ => continue,
        };
        match &*tag.name {
            "opml" => is_opml = true,
            "outline" if found.len() < MAX_FEEDS => {
                is_opml = true;
                match outline(&tag) {
                    Ok(Some(feed)) => found.push(Outline { folder: folder.clone(), ..feed }),
                    Err(what) if dropped.len() < MAX_FEEDS => dropped.push(what),
                    Ok(None) => folder = name_of(&tag),
                    Err(_) => {}
                }
            }
            _ => {}
        }
    }
    is_opml.then_some((found, dropped))
}

/// Parses one entry: a feed, or `None` for a folder; an error for an entry that should have a feed but has none.
fn outline(tag: &XmlTag) -> Result<Option<Outline>, String> {
    let of = |names: &[&str]| first_attribute(tag, names);
    let name = name_of(tag);
    let mut address = of(&["xmlurl", "feedurl", "rssurl"]);
    let kind = of(&["type"]).to_ascii_lowercase();
    if address.is_empty() && matches!(kind.as_str(), "rss" | "atom" | "feed" | "rss1" | "rss2" | "include") {
        address = of(&["url", "href"]);
    }
    if address.is_empty() {
        // A folder, or a link to a page.
        return Ok(None);
    }
    match web_url(&address) {
        Some(feed) => {
            let site = web_url(&of(&["htmlurl"]));
            Ok(Some(Outline { name, feed, site, language: of(&["language"]).to_lowercase(), folder: String::new() }))
        }
        None => Err(one_line_up_to(&format!("{name} {address}"), MAX_NAME)),
    }
}

fn name_of(tag: &XmlTag) -> String {
    markup::from_text(&first_attribute(tag, &["title", "text"]), MAX_NAME)
}

/// The first non-empty value among these attributes.
fn first_attribute(tag: &XmlTag, names: &[&str]) -> String {
    let attributes = tag.attributes();
    let values = names.iter().filter_map(|name| attributes.iter().find(|(own, _)| own == name));
    values.map(|(_, value)| value.trim()).find(|value| !value.is_empty()).unwrap_or_default().to_owned()
}

/// An http or https URL; older readers put `feed:` before it.
fn web_url(address: &str) -> Option<Url> {
    let rest = address.strip_prefix("feed:").unwrap_or(address);
    let full = match rest.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None if rest.starts_with("www.") => format!("https://{rest}"),
        None => rest.to_owned(),
    };
    let mut url = Url::parse(&full).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
    url.set_fragment(None);
    (url.as_str().len() <= 2_000).then_some(url)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    fn feeds(text: &str) -> Vec<String> {
        let (found, _) = opml(text).unwrap();
        found
            .into_iter()
            .map(|feed| format!("{}|{}|{}", feed.name, feed.feed, feed.site.map_or_else(String::new, String::from)))
            .collect()
    }

    #[test]
    fn every_variant_is_parsed() {
        for outline in [
            r#"<outline type="rss" text="Gazet" title="Gazet" xmlUrl="https://a.example/rss" htmlUrl="https://a.example/"/>"#,
            r#"<outline text="Gazet" xmlUrl="https://a.example/rss" htmlUrl="https://a.example/">"#,
            r"<OUTLINE TEXT='Gazet' XMLURL='https://a.example/rss' HTMLURL='https://a.example/'></OUTLINE>",
            r#"<outline title="Gazet" text="" xmlurl=" https://a.example/rss " htmlurl="https://a.example"/>"#,
            r#"<outline text="News"><outline text="Deep"><outline text="Gazet" xmlUrl="feed:https://a.example/rss" htmlUrl="https://a.example/"/></outline></outline>"#,
            r#"<outline text="Gazet" type="atom" url="https://a.example/rss" htmlUrl="https://a.example/"/>"#,
            r#"<outline text="Gazet" xmlUrl="feed://a.example/rss" htmlUrl="https://a.example/" description="x > y"/>"#,
        ] {
            for text in [
                format!("<opml version=\"2.0\"><body>{outline}</body></opml>"),
                format!("<?xml version='1.0'?>\n<opml><body>{outline}"),
                outline.to_owned(),
            ] {
                assert_eq!(feeds(&text), ["Gazet|https://a.example/rss|https://a.example/"], "{text}");
            }
        }
    }

    #[test]
    fn names_are_decoded_to_text() {
        let text = r#"<opml><outline text="L&apos;&Eacute;clat &amp; Cie" xmlUrl="https://a.example/rss?a=1&amp;b=2"/></opml>"#;
        assert_eq!(feeds(text), ["L'Éclat & Cie|https://a.example/rss?a=1&b=2|"]);
    }

    #[test]
    fn entries_without_a_feed_are_reported_or_skipped() {
        let text = r#"<opml><outline text="Folder"/><outline text="Page" type="link" url="https://a.example/"/>
            <outline text="File" xmlUrl="file:///etc/passwd"/><outline text="Script" xmlUrl="javascript:x()"/></opml>"#;
        let (found, dropped) = opml(text).unwrap();
        assert_eq!(found, []);
        assert_eq!(dropped, ["File file:///etc/passwd", "Script javascript:x()"]);
        assert_eq!(opml("<html><body>no list"), None);
        assert_eq!(opml(""), None);
        assert_eq!(opml("<opml/>"), Some((vec![], vec![])));
    }

    #[test]
    fn an_attack_costs_no_more_than_its_length() {
        for (start, part, times) in
            [("", "<outline ", 38_000), ("", "<outline text='a'>", 25_000), ("<opml><outline xmlUrl=\"", "a", 500_000)]
        {
            let work = |n| drop(opml(&format!("{start}{}", part.repeat(times * n))));
            crate::text::growth::assert_linear(part, work);
        }
    }
}
