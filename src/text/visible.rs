//! Shows the user's own words and paths on a terminal completely, with control characters made visible.

use std::fmt::Write as _;
use std::path::Path;

use super::clean;

/// Whether a terminal would act on a character, or turn the direction of what follows: control characters, including line breaks, and
/// direction marks.
pub fn acts_or_turns(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}') || clean::acts(c)
}

/// A text on one line, with each control character replaced by a symbol or its number.
pub fn visible(text: &str) -> String {
    visible_chars(text.chars())
}

/// The same for an iterator of characters.
pub fn visible_chars(chars: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for c in chars {
        match c {
            '\t' => out.push_str("    "),
            '\u{feff}' => {}
            '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => out.push('\u{2421}'),
            c if acts_or_turns(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// A path in the same form; bytes that are not UTF-8 are shown as `\xE9`.
pub fn visible_path(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        out += &visible(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_completely_and_safely() {
        for (path, shown) in [
            ("press/sources.toml", "press/sources.toml"),
            ("café persse/می\u{200c}خواهم.db", "café persse/می\u{200c}خواهم.db"),
            ("a\u{1b}[31mb", "a␛[31mb"),
            ("a\nhint: b\r", "a␊hint: b␍"),
            ("a\u{202e}b\u{200f}\u{9b}", "a\\u{202e}b\\u{200f}\\u{9b}"),
        ] {
            assert_eq!(visible_path(Path::new(path)), shown);
        }
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;
            let path = Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9/\xf0\x9f.db"));
            assert_eq!(visible_path(path), "caf\\xE9/\\xF0\\x9F.db");
        }
    }
}
