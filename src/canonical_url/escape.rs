//! Percent-encoding in one spelling: capital hex digits, and encoded only where it matters.

use std::str::Bytes;

/// RFC 3986 2.3.
fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// A segment of a path. `;`, `=`, `&`, `+` and `$` mean one thing encoded and may mean another plain.
pub(super) fn path_segment(text: &str) -> String {
    spell(text, |b| unreserved(b) || b"!'()*,:@".contains(&b), |b| b";=&+$".contains(&b))
}

/// A name or value of a query, where `+` is a blank (`application/x-www-form-urlencoded`).
pub(super) fn query_part(text: &str) -> String {
    spell(&text.replace('+', "%20"), |b| unreserved(b) || b"!*(),:@/?$".contains(&b), |b| b == b';')
}

/// A fragment that holds a route.
pub(super) fn fragment(text: &str) -> String {
    spell(text, |b| unreserved(b) || b"!'()*,:@/?".contains(&b), |b| b";=&+$".contains(&b))
}

/// `free` bytes stand plain however they came, `as_given` ones stay as they came, all others are encoded.
fn spell(text: &str, free: impl Fn(u8) -> bool, as_given: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match (byte, hex_ahead(&bytes)) {
            (b'%', Some(decoded)) => {
                bytes.nth(1);
                push(&mut out, decoded, free(decoded));
            }
            _ => push(&mut out, byte, free(byte) || as_given(byte)),
        }
    }
    out
}

fn push(out: &mut String, byte: u8, plain: bool) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if plain && byte.is_ascii() {
        out.push(char::from(byte));
    } else {
        out.push('%');
        out.push(char::from(HEX[usize::from(byte >> 4)]));
        out.push(char::from(HEX[usize::from(byte & 15)]));
    }
}

/// The byte that two hex digits at the front of the rest stand for.
fn hex_ahead(rest: &Bytes<'_>) -> Option<u8> {
    let mut ahead = rest.clone();
    let high = char::from(ahead.next()?).to_digit(16)?;
    let low = char::from(ahead.next()?).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

/// Decodes `%XX` once, and `+` stays; bytes that are no UTF-8 become U+FFFD.
pub(super) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match (byte, hex_ahead(&bytes)) {
            (b'%', Some(decoded)) => {
                bytes.nth(1);
                out.push(decoded);
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
