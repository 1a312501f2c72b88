//! The logo of a press review: a picture that cannot act, embedded in the page.

use crate::base64::base64;

/// The largest logo, in bytes.
pub const LARGEST_LOGO: u64 = 1_000_000;

/// A picture to be embedded in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its media type.
    pub(super) media_type: &'static str,
    /// Its bytes in base64.
    pub(super) base64: String,
}

impl Logo {
    /// The logo in this file.
    ///
    /// # Errors
    /// Why it cannot be embedded: only formats without scripts and links are, recognised by their first bytes.
    pub fn from_file(bytes: &[u8]) -> Result<Self, &'static str> {
        if bytes.len() as u64 > LARGEST_LOGO {
            return Err("it is larger than 1 MB");
        }
        let media_type = match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
            _ if is_svg(bytes) => return Err("it is an SVG picture, which may contain scripts and load other files"),
            _ => return Err("it is not a PNG, JPEG, WebP or GIF picture"),
        };
        Ok(Self { media_type, base64: base64(bytes) })
    }
}

/// Whether an SVG element stands near the beginning.
fn is_svg(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(4_000)).unwrap_or_default();
    start.windows(4).any(|four| four.eq_ignore_ascii_case(b"<svg"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn only_pictures_that_cannot_act_are_embedded() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n..."[..], Ok("image/png")),
            (b"\xff\xd8\xff\xe0", Ok("image/jpeg")),
            (b"GIF89a.", Ok("image/gif")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Ok("image/webp")),
            (b"RIFF\x10\0\0\0WAVEfmt ", Err("it is not a PNG, JPEG, WebP or GIF picture")),
            (
                b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- --><SVG onload='x()'>",
                Err("it is an SVG picture, which may contain scripts and load other files"),
            ),
            (b"<html>", Err("it is not a PNG, JPEG, WebP or GIF picture")),
            (b"", Err("it is not a PNG, JPEG, WebP or GIF picture")),
        ] {
            assert_eq!(Logo::from_file(bytes).map(|logo| logo.media_type), expected);
        }
        let mut large = b"GIF89a".to_vec();
        large.resize(1_000_000, 0);
        assert_eq!(Logo::from_file(&large).unwrap().base64.len(), 1_333_336);
        large.push(0);
        assert_eq!(Logo::from_file(&large), Err("it is larger than 1 MB"));
    }
}
