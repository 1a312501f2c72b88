//! `Refresh`, as a header or as `<meta http-equiv=refresh>`: the redirect of pages that cannot send another.

use std::borrow::Cow;
use std::fmt::Write as _;

use memchr::{memchr, memmem};
use url::Url;

use crate::text::entities;

/// A page that refreshes later than after so many seconds is one that renews itself.
const LONGEST_DELAY: u32 = 5;
/// A page of which more bytes are text has something to say of its own.
const LITTLE_TEXT: usize = 600;
/// How much of a page is looked at.
const SCANNED: usize = 262_144;
/// Attributes that are looked at in one tag.
const MOST_ATTRIBUTES: usize = 50;

/// The URL to which a page sends all readers who have no scripts, as a redirect would; `None` for a page to be read itself.
///
/// A delay, or a `<noscript>` around the element, is no sign of a redirect where the page has a text.
pub(super) fn refresh_target(header: Option<&str>, body: &[u8], url: &Url) -> Option<Url> {
    let start = body.get(..SCANNED).unwrap_or(body);
    // Most pages have none.
    if header.is_none() && memmem::find(&start.to_ascii_lowercase(), b"refresh").is_none() {
        return None;
    }
    let page = scan(start);
    let base = page.base.as_deref().and_then(|base| url.join(base).ok()).unwrap_or_else(|| url.clone());
    let by_header = header.map(|value| (value, false, url));
    let by_meta = page.refreshes.iter().map(|(value, in_noscript)| (value.as_str(), *in_noscript, &base));
    by_header.into_iter().chain(by_meta).find_map(|(value, in_noscript, base)| {
        let (delay, target) = parse_refresh(value)?;
        if delay > LONGEST_DELAY || ((in_noscript || delay > 0) && page.has_text) {
            return None;
        }
        let target = base.join(target).ok().filter(|target| matches!(target.scheme(), "http" | "https"))?;
        let place = |url: &Url| {
            let mut url = url.clone();
            url.set_fragment(None);
            url
        };
        (place(&target) != place(url)).then_some(target)
    })
}

/// Delay in seconds and URL of a refresh, as browsers read it (HTML, 4.2.5.3: "shared declarative refresh steps").
fn parse_refresh(value: &str) -> Option<(u32, &str)> {
    let value = value.trim_start();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 && !value.starts_with('.') {
        return None;
    }
    let delay = if digits == 0 { 0 } else { value.get(..digits)?.parse().unwrap_or(u32::MAX) };
    let rest = value.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let after = rest.trim_start();
    let after = after.strip_prefix([';', ',']).unwrap_or(after);
    if after.len() == rest.len() {
        return None;
    }
    let mut target = after.trim();
    if target.get(..3).is_some_and(|name| name.eq_ignore_ascii_case("url"))
        && let Some(value) = target[3..].trim_start().strip_prefix('=')
    {
        target = value.trim_start();
    }
    if let Some(quote @ ('"' | '\'')) = target.chars().next() {
        target = target[1..].split(quote).next().unwrap_or_default();
    }
    let target = target.trim();
    (!target.is_empty()).then_some((delay, target))
}

/// What a page says before it is parsed.
#[derive(Default)]
struct ScannedPage {
    /// Values of `<meta http-equiv=refresh>`, and whether it stands in a `<noscript>`.
    refreshes: Vec<(String, bool)>,
    base: Option<String>,
    /// Whether it has more to say than "you are being redirected".
    has_text: bool,
}

fn scan(html: &[u8]) -> ScannedPage {
    let mut page = ScannedPage::default();
    let mut text = 0;
    let mut in_noscript = false;
    let mut at = 0;
    while let Some(rest) = html.get(at..).filter(|rest| !rest.is_empty()) {
        let length = memchr(b'<', rest).unwrap_or(rest.len());
        if !in_noscript {
            text += rest[..length].iter().filter(|byte| !byte.is_ascii_whitespace()).count();
        }
        let Some(tag) = rest.get(length + 1..) else { break };
        at += length + 1;
        if let Some(skipped) = no_element(tag) {
            at += skipped;
            continue;
        }
        let closes = tag.first() == Some(&b'/');
        let name = tag_name(tag.get(usize::from(closes)..).unwrap_or_default());
        if name.is_empty() {
            continue;
        }
        let (attributes, end) = attributes(tag);
        at += end;
        match name.as_str() {
            "noscript" => in_noscript = !closes,
            _ if closes => {}
            "meta" => {
                let value = |name: &str| attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value);
                if value("http-equiv").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("refresh"))
                    && let Some(content) = value("content")
                {
                    page.refreshes.push((content.clone(), in_noscript));
                }
            }
            "base" if page.base.is_none() => {
                page.base = attributes.into_iter().find(|(name, _)| name == "href").map(|(_, value)| value);
            }
            "script" | "style" | "textarea" | "title" | "template" | "xmp" | "iframe" | "noembed" | "noframes" => {
                // An article for search engines.
                page.has_text |= attributes.iter().any(|(_, value)| value.contains("ld+json"));
                at += end_of_raw(html.get(at..).unwrap_or_default(), &name);
            }
            // Not HTML, or nothing that follows is.
            "rss" | "feed" | "urlset" | "sitemapindex" | "rdf:rdf" | "opml" | "plaintext" => {
                return ScannedPage::default();
            }
            _ => {}
        }
    }
    page.has_text |= text > LITTLE_TEXT;
    page
}

/// The length of what begins with `<` and is no element: a comment, CDATA, a declaration.
fn no_element(tag: &[u8]) -> Option<usize> {
    let through = |end: &[u8]| memmem::find(tag, end).map_or(tag.len(), |at| at + end.len());
    match tag {
        [b'!', b'-', b'-', ..] => Some(through(b"-->")),
        _ if tag.starts_with(b"![CDATA[") => Some(through(b"]]>")),
        [b'!' | b'?', ..] => Some(through(b">")),
        _ => None,
    }
}

/// In lower case; empty when no name stands there.
fn tag_name(tag: &[u8]) -> String {
    let is_name = |byte: &&u8| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/' | b'<');
    let name: String = tag.iter().take(20).take_while(is_name).map(|byte| char::from(*byte)).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name.to_ascii_lowercase() } else { String::new() }
}

/// The attributes of a tag and its length with the `>`.
fn attributes(tag: &[u8]) -> (Vec<(String, String)>, usize) {
    let mut found = Vec::new();
    let mut at =
        tag.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')).unwrap_or(tag.len());
    // That of an end tag.
    if at == 0 {
        at = 1 + tag.iter().skip(1).position(|byte| byte.is_ascii_whitespace() || *byte == b'>').unwrap_or(tag.len());
    }
    loop {
        let count = |from: usize, is: fn(&u8) -> bool| tag.iter().skip(from).take_while(|byte| is(byte)).count();
        at += count(at, |byte| byte.is_ascii_whitespace() || *byte == b'/');
        if tag.get(at).is_none_or(|byte| *byte == b'>') {
            return (found, (at + 1).min(tag.len()));
        }
        let length = 1 + count(at + 1, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'>' | b'/'));
        let name = &tag[at..at + length];
        at += length;
        let blanks = count(at, u8::is_ascii_whitespace);
        let mut value: &[u8] = &[];
        if tag.get(at + blanks) == Some(&b'=') {
            at += blanks + 1;
            at += count(at, u8::is_ascii_whitespace);
            let rest = tag.get(at..).unwrap_or_default();
            if let Some(quote @ (b'"' | b'\'')) = rest.first() {
                let length = memchr(*quote, &rest[1..]).unwrap_or(rest.len() - 1);
                value = &rest[1..=length];
                at = (at + length + 2).min(tag.len());
            } else {
                let length = count(at, |byte| !byte.is_ascii_whitespace() && *byte != b'>');
                value = &rest[..length];
                at += length;
            }
        }
        if found.len() < MOST_ATTRIBUTES {
            let value = ascii_or_utf8(value.get(..4_000).unwrap_or(value));
            let name = String::from_utf8_lossy(name.get(..40).unwrap_or(name)).to_ascii_lowercase();
            found.push((name, entities::decode(&value).into_owned()));
        }
    }
}

/// How much of an element's content is no markup.
fn end_of_raw(rest: &[u8], name: &str) -> usize {
    let mut at = 0;
    while let Some(found) = rest.get(at..).and_then(|rest| memmem::find(rest, b"</")) {
        at += found;
        let place = rest.get(at + 2..at + 2 + name.len());
        if place.is_some_and(|place| place.eq_ignore_ascii_case(name.as_bytes())) {
            return at;
        }
        at += 2;
    }
    rest.len()
}

/// Bytes of a header or an attribute as text for a URL: UTF-8, else each byte beyond ASCII percent-encoded, so that the server gets back
/// the bytes that it sent.
pub(super) fn ascii_or_utf8(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn a_refresh_is_parsed_as_browsers_parse_it() {
        for (value, expected) in [
            ("0;url=/a", Some((0, "/a"))),
            (" 0 ; URL = '/a' ", Some((0, "/a"))),
            ("0;URL=\"/a\" and more", Some((0, "/a"))),
            ("0, /a", Some((0, "/a"))),
            ("0 /a", Some((0, "/a"))),
            ("3.7;/a b", Some((3, "/a b"))),
            (".5;url=/a", Some((0, "/a"))),
            ("0;url=url=/a", Some((0, "url=/a"))),
            ("0;urls", Some((0, "urls"))),
            ("99999999999;url=/a", Some((u32::MAX, "/a"))),
            ("300", None),
            ("0;", None),
            ("0;url=", None),
            ("0url=/a", None),
            ("url=/a", None),
            ("", None),
        ] {
            assert_eq!(parse_refresh(value), expected, "{value:?}");
        }
    }

    #[test]
    fn a_page_that_is_nothing_but_a_refresh_is_a_redirect() {
        let long = "<p>De brug in Maldegem gaat dicht.".repeat(30);
        let refresh = "<meta http-equiv=refresh content='0;url=/a/1'>";
        let late = "<meta http-equiv=refresh content='5;url=/a/1'>";
        let to = Some("http://g.example/a/1");
        for (what, html, expected) in [
            ("plain", refresh.to_owned(), to),
            ("with a text", format!("{refresh}{long}"), to),
            ("in capitals, in another order", "<META CONTENT=\"0; URL=/a/1\" HTTP-EQUIV=\"Refresh\"/>".to_owned(), to),
            (
                "for readers without scripts",
                format!("<title>T</title><noscript>{refresh}</noscript><script>go()</script>"),
                to,
            ),
            ("for readers without scripts, with a text", format!("<noscript>{refresh}</noscript>{long}"), None),
            (
                "for readers without scripts, with an article for search engines",
                format!("<noscript>{refresh}</noscript><script type='application/ld+json'>{{}}</script>"),
                None,
            ),
            ("later", format!("{late}<p>U wordt doorverwezen."), to),
            ("later, with a text", format!("{late}{long}"), None),
            ("much later", refresh.replace("'0;", "'30;"), None),
            ("to itself", refresh.replace("/a/1", "/go?x=1#top"), None),
            ("without a URL", "<meta http-equiv=refresh content=0>".to_owned(), None),
            ("to elsewhere than the web", refresh.replace("/a/1", "app://open"), None),
            ("in a comment", format!("<!--[if IE]>{refresh}<![endif]--><p>x"), None),
            ("in a script", format!("<script>'{refresh}'</script>"), None),
            ("in a template", format!("<template>{refresh}</template>"), None),
            ("in an attribute", format!("<p title=\"{refresh}\">"), None),
            ("in a feed", format!("<rss><description><![CDATA[{refresh}]]>{refresh}"), None),
            ("by its base", format!("<base href='http://g.example/a/'>{}", refresh.replace("/a/1", "1")), to),
            ("with character references", refresh.replace("/a/1", "&#x2F;a&sol;1"), to),
            ("with odd bytes", refresh.replace("/a/1", "/a/é"), Some("http://g.example/a/%C3%A9")),
            ("cut off", "<meta http-equiv=refresh content='0;url=/a/1".to_owned(), to),
        ] {
            let url: Url = "http://g.example/go?x=1".parse().unwrap();
            let found = refresh_target(None, html.as_bytes(), &url);
            assert_eq!(found.as_ref().map(Url::as_str), expected, "{what}");
        }
    }

    #[test]
    fn a_header_refreshes_too() {
        let url: Url = "http://g.example/go".parse().unwrap();
        let long = "<p>De brug in Maldegem gaat dicht.".repeat(30);
        for (header, body, expected) in [
            ("0; url=/a/1", "", Some("http://g.example/a/1")),
            ("0; url=/a/1", &long, Some("http://g.example/a/1")),
            ("3; url=/a/1", "<p>One moment", Some("http://g.example/a/1")),
            ("3; url=/a/1", &long, None),
            ("600", "", None),
        ] {
            let found = refresh_target(Some(header), body.as_bytes(), &url);
            assert_eq!(found.as_ref().map(Url::as_str), expected, "{header} {body}");
        }
    }

    #[test]
    fn latin_bytes_stay_bytes() {
        assert_eq!(ascii_or_utf8(b"/caf\xe9"), "/caf%E9");
        assert_eq!(ascii_or_utf8("/café".as_bytes()), "/café");
        let url: Url = "http://g.example/go".parse().unwrap();
        let html = b"<meta http-equiv=refresh content='0;url=/caf\xe9'>";
        assert_eq!(refresh_target(None, html, &url).unwrap().as_str(), "http://g.example/caf%E9");
    }

    proptest::proptest! {
        #[test]
        fn no_page_is_too_odd(pieces in proptest::collection::vec(
            "(<meta|</|<!--|-->|http-equiv=|refresh|content=|'0;url=|>|<script|<noscript>|\"|'|=| |/|é|a){0,4}", 0..12)) {
            let html = pieces.concat() + "<b>refresh";
            let _ = refresh_target(None, html.as_bytes(), &"http://g.example/go".parse().unwrap());
        }
    }
}
