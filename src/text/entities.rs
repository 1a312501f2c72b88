//! HTML character references.

use std::borrow::Cow;

use html_escape::NAMED_ENTITIES;

/// Characters of windows-1252 at the code points of Unicode's C1 controls, where feeds write one for the other.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The printable character meant by one of U+0080…U+009F; any other character is returned unchanged.
pub fn mend(c: char) -> char {
    let place = (c as usize).wrapping_sub(0x80);
    WINDOWS_1252.get(place).copied().unwrap_or(c)
}

/// The character of `&name;` or `&#number;`; `name` is given without `&` and `;`.
pub fn lookup_reference(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else {
        let at = NAMED_ENTITIES.binary_search_by_key(&name.as_bytes(), |(known, _)| known).ok()?;
        return NAMED_ENTITIES.get(at).map(|(_, value)| Cow::Borrowed(*value));
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32).map(|c| Cow::Owned(mend(c).to_string()))
}

/// Decodes references with `lookup`; unknown ones are kept as written.
pub fn decode_with(text: &str, mut lookup: impl FnMut(&str) -> Option<Cow<'static, str>>) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let length = rest.bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || b"#_-.".contains(b)).count();
        match rest.get(length..).and_then(|after| after.strip_prefix(';')) {
            Some(after) if length > 0 => {
                if let Some(value) = lookup(&rest[..length]) {
                    out.push_str(&value);
                    rest = after;
                } else {
                    out.push('&');
                }
            }
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decodes HTML character references, once.
pub fn decode(text: &str) -> Cow<'_, str> {
    decode_with(text, lookup_reference)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn every_name_of_html_is_known() {
        for (name, value) in html_escape::NAMED_ENTITIES {
            let name = String::from_utf8_lossy(name);
            assert_eq!(decode(&format!("1&{name};2")), format!("1{value}2"), "{name}");
        }
        for (text, expected) in [
            ("&eacute;&Zcaron;&period;&nbsp;&lang;", "éŽ.\u{a0}⟨"),
            ("&NotEqualTilde;&CounterClockwiseContourIntegral;", "≂\u{338}∳"),
            // Numbers of windows-1252 mean its characters.
            ("&#146;&#x92;&#8217;&#128;", "’’’€"),
            // Other text after `&` is kept as written.
            (
                "R&D; &eacute &; &#; &#x; &#xd800; &#99999999999; &unknown;",
                "R&D; &eacute &; &#; &#x; &#xd800; &#99999999999; &unknown;",
            ),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
