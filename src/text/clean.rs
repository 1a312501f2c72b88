//! Removes control sequences and direction overrides from untrusted text.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::entities::mend;
use super::stack::{MarkStack, has_pile};

/// Removes control characters, escape sequences and direction overrides; line breaks are kept, other white space
/// becomes a blank.
///
/// Removed is what Unicode TR 36 and the "Trojan Source" paper list as dangerous: C0 and C1 controls, DEL, bidi
/// embeddings, overrides and isolates, line and paragraph separators, interlinear annotation, tags, and noncharacters.
/// Zero-width joiners are kept, because Persian and emoji need them; so are the two direction marks (U+200E, U+200F),
/// because Hebrew and Arabic headlines need them and they open nothing. Of marks stacked on one letter, only as many as
/// a script needs are kept.
pub fn printable(text: &str) -> Cow<'_, str> {
    if (!may_act(text) || !text.chars().any(acts)) && !has_pile(text) {
        return Cow::Borrowed(text);
    }
    let text = without_escapes(text);
    let mut clean = String::with_capacity(text.len());
    let mut marks = MarkStack::default();
    for c in text.chars() {
        match c {
            '\n' => clean.push('\n'),
            '\t' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' => clean.push(' '),
            c if acts(c) || !marks.takes(c) => {}
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// Removes escape sequences as a whole: of `\x1b[31m`, not even `[31m` remains.
fn without_escapes(text: &str) -> Cow<'_, str> {
    let mut clean = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(begins_escape)) {
        at += found;
        let rest = text.get(at..).unwrap_or_default();
        clean.push_str(text.get(kept..at).unwrap_or_default());
        at += escape_length(rest).max(1);
        kept = at;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(text.get(kept..).unwrap_or_default());
    Cow::Owned(clean)
}

fn begins_escape(c: char) -> bool {
    matches!(c, '\u{1b}' | '\u{90}' | '\u{98}' | '\u{9b}' | '\u{9d}'..='\u{9f}')
}

/// The length in bytes of the escape sequence (ECMA-48) at the start of a text; 0 if there is none. Of an unterminated
/// sequence only the introducer counts, so that no text is lost.
fn escape_length(text: &str) -> usize {
    /// Longer sequences are not terminated.
    const MOST: usize = 500;
    let mut chars = text.chars();
    let Some(first) = chars.next().filter(|c| begins_escape(*c)) else { return 0 };
    let (kind, begin) = match first {
        '\u{1b}' => match chars.next() {
            Some(kind @ ('[' | ']' | 'P' | 'X' | '^' | '_')) => (kind, 2),
            _ => return 1,
        },
        '\u{9b}' => ('[', first.len_utf8()),
        _ => (']', first.len_utf8()),
    };
    let inside = text.as_bytes().get(begin..).unwrap_or_default();
    let inside = inside.get(..MOST).unwrap_or(inside);
    if kind == '[' {
        let values = inside.iter().take_while(|byte| (b'0'..=b'?').contains(byte)).count();
        let marks = inside.iter().skip(values).take_while(|byte| (b' '..=b'/').contains(byte)).count();
        let is_closed = inside.get(values + marks).is_some_and(|byte| (b'@'..=b'~').contains(byte));
        return begin + values + if is_closed { marks + 1 } else { 0 };
    }
    let end = inside.iter().position(|byte| matches!(byte, 7 | 0x1b | b'\n' | 0xc2));
    let length = match end.and_then(|end| inside.get(end..)) {
        Some([7, ..]) => end.map(|end| end + 1),
        Some([0x1b, b'\\', ..] | [0xc2, 0x9c, ..]) => end.map(|end| end + 2),
        _ => None,
    };
    begin + length.unwrap_or(0)
}

/// The text on one line, with white space and control characters collapsed to single blanks, escape sequences and other
/// dangerous or invisible characters removed, and windows-1252 characters in place of C1 controls repaired.
pub fn one_line(text: &str) -> String {
    let text = text.trim_matches(' ');
    if is_one_line(text) {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    one_line_into(text, &mut line);
    if line.ends_with(' ') {
        line.pop();
    }
    line
}

/// Escapes dangerous characters in JSON, so that no string loses anything.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    if !may_act(json) || !json.chars().any(acts) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// The same, limited to `most` characters.
pub fn one_line_up_to(text: &str, most: usize) -> String {
    let mut line = one_line(text);
    if let Some((end, _)) = line.char_indices().nth(most) {
        line.truncate(line.get(..end).unwrap_or_default().trim_end().len());
    }
    line
}

/// Appends the [`one_line`] form of a text. A trailing blank is kept as one blank; no blank is added at the start of a
/// line.
pub fn one_line_into(text: &str, line: &mut String) {
    let bytes = text.as_bytes();
    let mut marks = MarkStack::default();
    let mut at = 0;
    while at < bytes.len() {
        // Runs of plain ASCII, the bulk of most pages, are copied as a whole.
        let run = bytes[at..].iter().position(|b| !(0x21..0x7f).contains(b)).unwrap_or(bytes.len() - at);
        if let Some(piece) = text.get(at..at + run).filter(|piece| !piece.is_empty()) {
            line.push_str(piece);
            marks = MarkStack::default();
        }
        at += run;
        let Some(rest) = text.get(at..) else { break };
        let Some(c) = rest.chars().next() else { break };
        // Only after ESC: a C1 control is usually a windows-1252 letter, and must not take text with it.
        if c == '\u{1b}' {
            at += escape_length(rest);
            continue;
        }
        at += c.len_utf8();
        match mend(c) {
            c if c.is_whitespace() || c.is_control() => {
                if !line.is_empty() && !line.ends_with([' ', '\n']) {
                    line.push(' ');
                }
            }
            c if acts(c) || is_unseen(c) || !marks.takes(c) => {}
            c => line.push(c),
        }
    }
}

/// A URL without user name and password, for display.
pub fn address(url: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = url.split_once("://") else { return printable(url) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => Cow::Owned(printable(&format!("{scheme}://{}", &rest[at + 1..])).into_owned()),
        None => printable(url),
    }
}

/// Whether a text may contain dangerous characters, judged by its bytes: a fast path, since hardly any text does.
fn may_act(text: &str) -> bool {
    // The first bytes of U+0080, U+0600, U+2000, U+F000 and of everything above U+FFFF. Without an early exit the loop
    // is vectorised.
    let first = |byte: u8| matches!(byte, 0..=9 | 11..=31 | 127 | 0xc2 | 0xd8 | 0xe2 | 0xef..);
    text.bytes().fold(false, |found, byte| found | first(byte))
}

/// Whether a text without blanks at its ends is clean and on one line already, judged by its bytes.
fn is_one_line(text: &str) -> bool {
    // The first bytes of dangerous characters, and of blanks and invisible characters outside ASCII.
    let may_change = |byte: u8| matches!(byte, 0..=31 | 127 | 0xc2 | 0xd8 | 0xe1..=0xe3 | 0xef..);
    !text.bytes().fold(false, |found, byte| found | may_change(byte))
        && !has_two_blanks(text.as_bytes())
        && !has_pile(text)
}

/// Whether one blank follows another. Without an early exit the loop is vectorised.
fn has_two_blanks(bytes: &[u8]) -> bool {
    let next = bytes.get(1..).unwrap_or_default();
    bytes.iter().zip(next).fold(u8::MAX, |least, (one, next)| least.min((one ^ b' ') | (next ^ b' '))) == 0
}

/// Soft hyphen, zero-width space, word joiner and the like, which are invisible.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2065}')
}

/// Whether a terminal would act on a character other than a line break.
pub fn acts(c: char) -> bool {
    if matches!(c, ' '..='~') {
        return false;
    }
    (c.is_control() && c != '\n')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | '\u{feff}' | '\u{61c}')
        || (c as u32 & 0xfffe) == 0xfffe
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dangerous_characters_are_removed() {
        assert_eq!(printable("a\x1b[31mb\u{7}\u{9b}2Jc"), "abc");
        assert_eq!(printable("abc\u{202e}fed\u{2066}x\u{2069}"), "abcfedx");
        assert_eq!(printable("line\r\nnext\ttab"), "line \nnext tab");
    }

    #[test]
    fn escape_sequences_are_removed_as_a_whole() {
        for (text, expected) in [
            ("\x1b[31mRED\x1b[0m", "RED"),
            ("\x1b[1;38;5;9mé\u{9b}2Jx", "éx"),
            ("\x1b]0;pwned\x07title", "title"),
            ("\x1b]8;;https://evil.example\x1b\\link\u{9d}8;;\u{9c}!", "link!"),
            ("\x1bPq#0~\x1b\\sixel", "sixel"),
            // An unterminated sequence removes no text.
            ("a\x1b]0;the whole article", "a0;the whole article"),
            ("a\x1b]0;é\nb", "a0;é\nb"),
            ("a\x1b[31", "a"),
            ("a\x1b[ 5 euro", "a 5 euro"),
            ("a\x1b", "a"),
            ("a\x1b\x1b[31mb", "ab"),
        ] {
            assert_eq!(printable(text), expected, "{text:?}");
        }
        assert!(matches!(without_escapes("plain é"), Cow::Borrowed(_)));
        let long = "\x1b]0;".repeat(300_000);
        assert_eq!(printable(&long).len(), 600_000);
    }

    #[test]
    fn json_loses_nothing() {
        assert_eq!(
            escape_json("{\"a\": \"\u{9b}m\u{7f}é\u{202e}\u{e0041}\"}\n"),
            "{\"a\": \"\\u009bm\\u007fé\\u202e\\udb40\\udc41\"}\n"
        );
        assert!(matches!(escape_json("{\"a\": \"’\"}"), Cow::Borrowed(_)));
    }

    #[test]
    fn scripts_keep_what_they_need() {
        let persian = "می\u{200c}خواهم";
        assert_eq!(printable(persian), persian);
        assert!(matches!(printable("Exécution à l’aube"), Cow::Borrowed(_)));
    }

    /// The check by bytes must agree with the check by characters.
    #[test]
    fn the_fast_path_misses_no_character() {
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let text = format!("a{c}b");
            assert!(!acts(c) || may_act(&text), "{c:?}");
            let mut line = String::new();
            one_line_into(&text, &mut line);
            assert!(!is_one_line(&text) || line == text, "{c:?}");
            assert!(!line.chars().any(|c| acts(c) || is_unseen(c) || (c != ' ' && c.is_whitespace())), "{c:?}");
        }
    }

    #[test]
    fn a_text_is_put_on_one_line() {
        for (text, line) in [
            (" a", "a"),
            ("a ", "a"),
            ("a  b", "a b"),
            ("a\nb", "a b"),
            ("a\u{3000}b", "a b"),
            ("", ""),
            (" ", ""),
            ("a\x1b[31m b\u{9b}2Jc\u{7}d \u{202e}", "a b›2Jc d"),
            ("Slavoj \u{8e}i\u{9e}ek parle, et le ch\u{9c}ur chante", "Slavoj Žižek parle, et le chœur chante"),
            ("HA\u{9f}-LES-ROSES, le ch\u{9c}ur \u{98} \u{9d}x\u{9c}", "HAŸ-LES-ROSES, le chœur ˜ xœ"),
            ("Gemeinde\u{ad}haus\u{200b} \u{feff}am\u{2060} Kai", "Gemeindehaus am Kai"),
            ("l\u{92}\u{e9}t\u{e9}\u{85}", "l’été…"),
        ] {
            assert_eq!(one_line(text), line, "{text:?}");
        }
        assert_eq!(one_line_up_to(" één  twee ", 4), "één");
        assert_eq!(one_line_up_to("één", 3), "één");
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(address("https://me:secret@a.example/feed?x=@y"), "https://a.example/feed?x=@y");
        assert_eq!(address("https://a.example/@me"), "https://a.example/@me");
        assert_eq!(address("https://a:b@c@d.example"), "https://d.example");
    }
}
