//! Maps a position inside a string's value to the position in the TOML text.

use std::ops::Range;

/// The range in `raw`, the string as written with its quotes, of the range `at` of its value.
///
/// `None` when `raw` does not yield `value`; the caller then points at the whole string.
pub(super) fn inside(raw: &str, value: &str, at: &Range<usize>) -> Option<Range<usize>> {
    let (quotes, literal) = [("'''", true), ("\"\"\"", false), ("'", true), ("\"", false)]
        .into_iter()
        .find(|(quotes, _)| raw.starts_with(quotes))?;
    let mut from = quotes.len();
    let end = raw.len().checked_sub(quotes.len())?;
    if quotes.len() == 3 {
        let body = raw.get(from..)?;
        from += if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
    }
    let (mut written, mut meant) = (from, 0);
    let (mut start, mut stop) = (None, None);
    while stop.is_none() {
        let rest = raw.get(written..end)?;
        let (length, c) = match (rest, literal) {
            ("", _) => (0, None),
            (rest, true) => one(rest)?,
            (rest, false) => unescaped(rest)?,
        };
        // An escaped line end yields no character, so no position refers to it.
        if c.is_some() || length == 0 {
            if meant >= at.start && start.is_none() {
                start = Some(written);
            }
            if (meant >= at.end && start.is_some()) || length == 0 {
                stop = Some(written);
            }
        }
        if let Some(c) = c {
            if !value.get(meant..)?.starts_with(c) {
                return None;
            }
            meant += c.len_utf8();
        }
        written += length;
    }
    let (start, stop) = (start?, stop?);
    Some(start..stop.max(start))
}

fn one(rest: &str) -> Option<(usize, Option<char>)> {
    let c = rest.chars().next()?;
    Some((c.len_utf8(), Some(c)))
}

/// The number of bytes of the next character, and the character: `None` for an escaped line end.
fn unescaped(rest: &str) -> Option<(usize, Option<char>)> {
    let Some(after) = rest.strip_prefix('\\') else { return one(rest) };
    let kind = after.chars().next()?;
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    if digits > 0 {
        let code = u32::from_str_radix(after.get(1..=digits)?, 16).ok()?;
        return Some((2 + digits, Some(char::from_u32(code)?)));
    }
    let c = match kind {
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        '"' | '\\' => kind,
        ' ' | '\t' | '\r' | '\n' => {
            return Some((rest.len() - after.trim_start_matches([' ', '\t', '\r', '\n']).len(), None));
        }
        _ => return None,
    };
    Some((2, Some(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_mapped_in_every_kind_of_string() {
        // raw, value, the part looked for (the first time it stands there)
        let table = [
            (r#""a and b""#, "a and b", "and", 3),
            ("'a and b'", "a and b", "and", 3),
            (r#""\"x\" and b""#, "\"x\" and b", "and", 7),
            (r#""\u00e9\U0001F600\x41 and""#, "é😀A and", "and", 22),
            ("'''\na and'''", "a and", "and", 6),
            ("'''\r\na and'''", "a and", "and", 7),
            ("\"\"\"a \\\n   and\"\"\"", "a and", "and", 10),
            (r#""\t and""#, "\t and", "and", 4),
        ];
        for (raw, value, part, expected) in table {
            let at = value.find(part).unwrap_or(99);
            let found = inside(raw, value, &(at..at + part.len()));
            assert_eq!(found, Some(expected..expected + part.len()), "{raw}");
        }
        assert_eq!(inside("'ab'", "ab", &(2..2)), Some(3..3));
        assert_eq!(inside("'ab'", "xy", &(1..2)), None);
        assert_eq!(inside("bare", "bare", &(1..2)), None);
        assert_eq!(inside("'", "", &(0..0)), None);
    }
}
