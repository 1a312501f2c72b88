//! base64 → bytes, and back.

/// The bytes of base64 in either alphabet (RFC 4648, 4 and 5), padded or not, white space ignored; `None` when it is none.
/// A rest of less than a byte is dropped.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut held = 0;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

/// Bytes as padded base64 (RFC 4648, 4).
pub fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_u32, |group, at| group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4_usize {
            let six = u8::try_from(group >> (18 - 6 * at) & 63).unwrap_or_default();
            out.push(match six {
                _ if at > chunk.len() => '=',
                0..26 => char::from(b'A' + six),
                26..52 => char::from(b'a' + six - 26),
                52..62 => char::from(b'0' + six - 52),
                62 => '+',
                _ => '/',
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_alphabet_with_or_without_padding() {
        for (text, expected) in [
            ("", Some(&b""[..])),
            ("Zg==", Some(b"f")),
            ("Zg", Some(b"f")),
            ("Zm8=", Some(b"fo")),
            ("Zm9v\nYmFy", Some(b"foobar")),
            ("+/-_", Some(b"\xfb\xff\xbf")),
            ("Zm9vY", Some(b"foo")),
            ("Zm9v!", None),
        ] {
            assert_eq!(bytes(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_come_back() {
        for (bytes, expected) in
            [(&b""[..], ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foobar", "Zm9vYmFy"), (b"\xfb\xff\xbf", "+/+/")]
        {
            assert_eq!(base64(bytes), expected);
        }
    }
}
