//! The bytes of an answer → text, or why they are none.

use url::Url;

use crate::answer::Response;
use crate::article::{NotArticle, Page};
use crate::charset;

/// The characters that are looked at for what text has none of.
const LOOKED_AT: usize = 20_000;
/// Those among which many NULs are looked for, and how many a slip of an editor may leave.
const HEAD: usize = 4_000;
const STRAY_NULS: usize = 8;

/// A response and its text.
#[derive(Debug)]
pub struct DecodedResponse {
    /// What the body says.
    pub page: Page,
    /// The rest of the response: the body is empty.
    pub response: Response,
}

impl From<Response> for DecodedResponse {
    fn from(mut response: Response) -> Self {
        let body = std::mem::take(&mut response.body);
        Self { page: page(response.url.clone(), body, response.content_type.as_deref()), response }
    }
}

/// Decodes a body that came from `url`. One copy of a large page in memory is enough.
fn page(url: Url, body: Vec<u8>, content_type: Option<&str>) -> Page {
    let mut text = charset::decode_owned(body, content_type);
    remove_nuls(&mut text);
    Page { url, text }
}

/// Removes NULs, as browsers do: parsers take many times their size. Where they show that it is no text, as many stay as show it.
fn remove_nuls(text: &mut String) {
    if !text.contains('\0') {
        return;
    }
    let is_binary = has_nuls_of_binaries(text);
    let mut kept = 0;
    text.retain(|c| {
        kept += usize::from(c == '\0');
        c != '\0' || (is_binary && kept <= STRAY_NULS + 1)
    });
}

fn has_nuls_of_binaries(text: &str) -> bool {
    text.chars().take(HEAD).filter(|c| *c == '\0').count() > STRAY_NULS
}

/// Why an answer cannot be a page, whatever it contains: a picture has 40 letters somewhere, too.
pub fn not_text(content_type: Option<&str>, text: &str) -> Option<NotArticle> {
    let kind = content_type.unwrap_or_default().trim_start().to_ascii_lowercase();
    if ["image/", "audio/", "video/", "font/"].iter().any(|start| kind.starts_with(start)) {
        return Some(NotArticle::Media);
    }
    if kind.starts_with("application/pdf") || text.starts_with("%PDF-") {
        return Some(NotArticle::Pdf);
    }
    is_binary(text).then_some(NotArticle::Binary)
}

/// Whether there are more NULs than slips explain, or more than a hundredth of it are control characters that text has
/// none of. Those above U+007F are not counted: texts that were decoded twice are full of them.
fn is_binary(text: &str) -> bool {
    if has_nuls_of_binaries(text) {
        return true;
    }
    let (mut all, mut strange) = (0_usize, 0_usize);
    for c in text.chars().take(LOOKED_AT) {
        all += 1;
        strange += usize::from(c.is_ascii_control() && !c.is_whitespace() && c != '\u{1b}');
    }
    strange * 100 > all
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn nuls_are_removed_unless_they_say_what_it_is() {
        let read = |body: &[u8]| {
            page("http://a.example/".parse().unwrap(), body.to_vec(), Some("text/html; charset=utf-8")).text
        };
        assert_eq!(read(b"<p>a\0b<\0i>"), "<p>ab<i>");
        let late = [b"<p>".as_slice(), &b"word ".repeat(1_000), &b"\0".repeat(100_000), b"end"].concat();
        assert_eq!(read(&late), format!("<p>{}end", "word ".repeat(1_000)));
        let binary = read(&[b"GIF8".as_slice(), &b"\0\x01".repeat(100_000)].concat());
        assert_eq!(not_text(None, &binary), Some(NotArticle::Binary));
        assert_eq!(binary.matches('\0').count(), STRAY_NULS + 1);
    }

    #[test]
    fn what_is_no_text() {
        let prose = "De sluiswachter heeft het slot vervangen. ".repeat(5);
        let noise = "\u{7}È\u{3}Z\u{11}".repeat(50);
        let twice = "L\u{e2}\u{80}\u{99}homme n\u{e2}\u{80}\u{99}a rien vu. ".repeat(20);
        for (content_type, text, expected) in [
            (Some("text/html"), prose.as_str(), None),
            (None, "", None),
            (Some(" Image/PNG"), &prose, Some(NotArticle::Media)),
            (Some("video/mp4"), &prose, Some(NotArticle::Media)),
            (Some("application/pdf; x=1"), &prose, Some(NotArticle::Pdf)),
            (Some("text/html"), "%PDF-1.7 words", Some(NotArticle::Pdf)),
            (Some("text/html"), &format!("{prose}\0\u{8}"), None),
            (None, &format!("{}{}", prose.repeat(10), "\0".repeat(9)), Some(NotArticle::Binary)),
            (Some("text/html"), &noise, Some(NotArticle::Binary)),
            (None, &twice, None),
        ] {
            assert_eq!(not_text(content_type, text), expected, "{content_type:?} {text:?}");
        }
    }
}
