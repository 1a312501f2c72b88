//! Bytes → text, as browsers decode them.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// How much of the start is searched for a declaration. Browsers look at 1,024 bytes; long comments push it further.
const DECLARATION_WITHIN: usize = 8_192;

/// From how many bytes a charset is guessed, which takes longer than decoding.
const GUESSED_FROM: usize = 500_000;

/// Decodes a body.
///
/// In this order: a byte order mark; UTF-16 and UTF-32 by their zero bytes; UTF-8 where all of it is valid and some of it
/// is not ASCII, whatever is declared; the charset of the `Content-Type`; the XML declaration or `<meta>`; a guess from
/// the bytes. A declaration that the bytes belie is passed over. The mark is not part of the text.
pub fn decode(body: &[u8], content_type: Option<&str>) -> String {
    decoded(body, content_type).into_owned()
}

/// The same without a copy where the bytes are the text.
pub fn decode_owned(body: Vec<u8>, content_type: Option<&str>) -> String {
    match decoded(&body, content_type) {
        Cow::Owned(text) => text,
        Cow::Borrowed(text) if text.len() < body.len() => text.to_owned(),
        Cow::Borrowed(_) => String::from_utf8(body).unwrap_or_default(),
    }
}

fn decoded<'b>(body: &'b [u8], content_type: Option<&str>) -> Cow<'b, str> {
    if let Some(text) = by_mark_or_zeros(body) {
        return text;
    }
    let plain_ascii = body.is_ascii();
    if !plain_ascii && let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    let declared = [content_type.and_then(from_header), declared_inside(body)];
    for encoding in declared.into_iter().flatten() {
        if let Some(text) = credible(encoding, body) {
            return text;
        }
    }
    if let Some(text) = credible(UTF_8, body) {
        return text;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(telling_part(body), true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    encoding.decode_without_bom_handling(body).0
}

/// The part of a body from which its charset is guessed: from a little before the first byte that is not ASCII.
fn telling_part(body: &[u8]) -> &[u8] {
    let first = body.iter().position(|byte| !byte.is_ascii() || *byte == 0x1b).unwrap_or(0);
    let rest = body.get(first.saturating_sub(100)..).unwrap_or(body);
    rest.get(..GUESSED_FROM).unwrap_or(rest)
}

fn by_mark_or_zeros(body: &[u8]) -> Option<Cow<'_, str>> {
    let wide = |bytes: &[u8], read: fn([u8; 4]) -> u32| {
        let (units, _) = bytes.as_chunks::<4>();
        Cow::Owned(
            units.iter().map(|unit| char::from_u32(read(*unit)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
        )
    };
    let narrow = |encoding: &'static Encoding, bytes| Some(Encoding::decode_without_bom_handling(encoding, bytes).0);
    match body {
        [0xEF, 0xBB, 0xBF, rest @ ..] => match std::str::from_utf8(rest) {
            Ok(text) => Some(Cow::Borrowed(text)),
            Err(_) => Some(String::from_utf8_lossy(rest)),
        },
        [0xFF, 0xFE, 0, 0, rest @ ..] => Some(wide(rest, u32::from_le_bytes)),
        [0, 0, 0xFE, 0xFF, rest @ ..] => Some(wide(rest, u32::from_be_bytes)),
        [0xFF, 0xFE, rest @ ..] => narrow(UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => narrow(UTF_16BE, rest),
        [b'<' | b'{', 0, 0, 0, ..] => Some(wide(body, u32::from_le_bytes)),
        [0, 0, 0, b'<' | b'{', ..] => Some(wide(body, u32::from_be_bytes)),
        [b'<' | b'{', 0, _, 0, ..] => narrow(UTF_16LE, body),
        [0, b'<' | b'{', 0, _, ..] => narrow(UTF_16BE, body),
        _ => None,
    }
}

/// The charset that a `Content-Type` names, in any quotes.
fn from_header(content_type: &str) -> Option<&'static Encoding> {
    after_label(content_type, "charset")
}

/// The encoding whose name follows `key =` in the text.
fn after_label(text: &str, key: &str) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let mut rest = lower.as_str();
    while let Some(at) = rest.find(key) {
        rest = &rest[at + key.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '>' | '?' | '/' | ','));
        let label = &value[..end.unwrap_or(value.len())];
        if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
            return Some(encoding);
        }
    }
    None
}

/// What the XML declaration or a `<meta>` says.
fn declared_inside(body: &[u8]) -> Option<&'static Encoding> {
    let head = &body[..body.len().min(DECLARATION_WITHIN)];
    let head: Cow<str> = WINDOWS_1252.decode_without_bom_handling(head).0;
    let start = head.trim_start();
    let by_xml = start.strip_prefix("<?xml").and_then(|rest| after_label(rest.split('>').next()?, "encoding"));
    let lower = head.to_ascii_lowercase();
    let by_meta = || lower.split("<meta").skip(1).find_map(|rest| after_label(rest.split('>').next()?, "charset"));
    let found = by_xml.or_else(by_meta)?;
    // A declaration that could be read as ASCII is not in UTF-16, whatever it says.
    Some(if found == UTF_16BE || found == UTF_16LE {
        UTF_8
    } else if found == X_USER_DEFINED {
        WINDOWS_1252
    } else {
        found
    })
}

/// The text, unless the bytes are plainly of another encoding: more than one in ten of the characters that are not
/// ASCII could not be read. In UTF-8 half of them may fail: what can be read as such is hardly ever anything else, and a
/// letter cut in two must not cost the others.
fn credible<'b>(encoding: &'static Encoding, body: &'b [u8]) -> Option<Cow<'b, str>> {
    if encoding == REPLACEMENT || (encoding == UTF_8 && !is_half_utf8(body)) {
        return None;
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(body);
    if had_errors && encoding != UTF_8 {
        let wide = text.chars().filter(|c| !c.is_ascii()).count();
        let unread = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        if unread > wide / 10 {
            return None;
        }
    }
    Some(text)
}

/// Counted without decoding: where nothing can be read, the text would be three times as long as the bytes.
fn is_half_utf8(body: &[u8]) -> bool {
    let (mut wide, mut unread) = (0, 0);
    for chunk in body.utf8_chunks() {
        wide += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        unread += usize::from(!chunk.invalid().is_empty());
    }
    unread <= wide
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn declared_marked_guessed() {
        for (body, content_type, expected) in [
            (&b"\xEF\xBB\xBFcaf\xC3\xA9"[..], None, "café"),
            (b"caf\xE9", Some("text/html; charset=ISO-8859-1"), "café"),
            (b"\x80 5", Some("text/html; charset='iso-8859-1'"), "€ 5"),
            (
                b"<?xml version='1.0' encoding='ISO-8859-15'?><a>5 \xA4</a>",
                None,
                "<?xml version='1.0' encoding='ISO-8859-15'?><a>5 €</a>",
            ),
            (b"<html><meta charset=windows-1252><p>\x93oui\x94", None, "<html><meta charset=windows-1252><p>“oui”"),
            (
                b"<meta http-equiv=a content='text/html; charset=koi8-r'>\xD4\xC5",
                None,
                "<meta http-equiv=a content='text/html; charset=koi8-r'>те",
            ),
            (b"<?xml encoding='windows-1252'?><a>caf\xC3\xA9", None, "<?xml encoding='windows-1252'?><a>café"),
            (
                b"<?xml encoding='utf-8'?><a>d\xE9j\xE0 vu \xE0 No\xEBl",
                None,
                "<?xml encoding='utf-8'?><a>déjà vu à Noël",
            ),
            (b"\xFF\xFEa\0b\0", None, "ab"),
            (b"<\0a\0>\0", None, "<a>"),
            (b"\0<\0a\0>", None, "<a>"),
            (b"\0\0\0<\0\0\0a\0\0\0>", None, "<a>"),
            (b"plain", Some("text/xml; charset=us-ascii"), "plain"),
            (b"", None, ""),
        ] {
            assert_eq!(decode(body, content_type), expected, "{:?}", String::from_utf8_lossy(body));
            assert_eq!(decode_owned(body.to_vec(), content_type), expected, "{:?}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn the_published_files_are_decoded() {
        let Some(folder) = crate::text::corpora::corpus("charset") else { return };
        for (name, expected) in [
            ("miniflux-xml/iso88591.xml", "Anaïs"),
            ("miniflux-xml/iso88591_utf8_mismatch.xml", "Anaïs"),
            ("miniflux-xml/koi8r.xml", "Пример RSS ленты"),
            ("miniflux-encoding/invalid-prolog.xml", "Café"),
            ("miniflux-encoding/iso-8859-1-meta-after-1024.html", "Café"),
            ("miniflux-encoding/iso-8859-1.html", "Frédéric"),
            ("miniflux-encoding/iso-8859-1.xml", "Présentation"),
            ("miniflux-encoding/koi8r.xml", "Тестовая лента"),
            ("miniflux-encoding/utf8-incorrect-prolog.xml", "Café"),
            ("miniflux-encoding/utf8-meta-after-1024.html", "Café"),
            ("miniflux-encoding/utf8.xml", "Café"),
            ("miniflux-encoding/windows-1252-incorrect-prolog.xml", "Euro €"),
            ("miniflux-encoding/windows-1252.xml", "Euro €"),
        ] {
            let text = decode(&std::fs::read(folder.join(name)).unwrap(), None);
            assert!(text.contains(expected), "{name}: {text}");
        }
    }

    #[test]
    fn the_charset_of_a_large_page_is_guessed_from_its_telling_part() {
        let body = [b"plain words ".repeat(100_000).as_slice(), b"\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0"].concat();
        assert!(decode(&body, None).ends_with("Привет, мир"));
        assert_eq!(telling_part(&b"\xff".repeat(9_000_000)).len(), GUESSED_FROM);
    }

    #[test]
    fn one_bad_byte_spoils_no_page() {
        let mut body =
            "été à Bruxelles, où l'on fête la Saint-Michel à l'hôtel, à côté de la forêt".repeat(3).into_bytes();
        body.push(0xC3);
        assert!(decode(&body, Some("text/html; charset=utf-8")).starts_with("été à Bruxelles"));
        let feed = b"<?xml version='1.0' encoding='utf-8'?><a>Caf\xC3\xA9, caf\xE9</a>";
        assert_eq!(decode(feed, None), "<?xml version='1.0' encoding='utf-8'?><a>Café, caf\u{FFFD}</a>");
    }

    proptest::proptest! {
        #[test]
        fn no_body_is_too_odd(body: Vec<u8>, content_type in proptest::option::of("\\PC{0,40}")) {
            let _ = decode(&body, content_type.as_deref());
        }

        #[test]
        fn text_survives(text in "[a-zàéèüßñ€œ<>& ]{1,60}") {
            proptest::prop_assert_eq!(decode(text.as_bytes(), None), text);
        }
    }
}
