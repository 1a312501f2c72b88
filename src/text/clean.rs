//! Untrusted text with what can act on a terminal or turn a line around removed.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::entities::mend;
use super::stack::{MarkStack, has_pile};

/// Drops control characters, escapes and direction overrides; a line break stays, other white space becomes a blank.
///
/// The zero-width joiners stay: Persian and emoji need them. What is dropped is what Unicode TR 36 and the
/// "trojan source" papers name as able to act: C0 and C1 controls, DEL, bidi embeddings, overrides and isolates,
/// line and paragraph separators, interlinear annotation, tags, and code points that are not characters. The two marks of
/// direction (U+200E, U+200F) stay as well: headlines in Hebrew or Arabic need them, and they open nothing that would have
/// to be closed. Of marks piled on one letter only as many stay as a script needs.
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

/// Drops escape sequences whole: of `\x1b[31m` not even `[31m` stays to be read.
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

/// How many bytes the escape sequence takes (ECMA-48) that a text begins with; nought when it begins with none.
/// Of one that is never closed only its beginning counts: no text is lost with it.
fn escape_length(text: &str) -> usize {
    /// Longer ones are none.
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

/// The text on one line, as a page means it: white space and control characters folded to single blanks, escape
/// sequences and what else acts or shows nothing dropped, characters of windows-1252 in the place of controls mended.
pub fn one_line(text: &str) -> String {
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

/// JSON in which every character that acts is escaped, so that nothing is lost of a string.
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

/// The same, of at most `most` characters.
pub fn one_line_up_to(text: &str, most: usize) -> String {
    let mut line = one_line(text);
    if let Some((end, _)) = line.char_indices().nth(most) {
        line.truncate(line.get(..end).unwrap_or_default().trim_end().len());
    }
    line
}

/// Appends what [`one_line`] makes of a text; a blank at its end is kept as one blank, none is added at the start of a line.
pub fn one_line_into(text: &str, line: &mut String) {
    let bytes = text.as_bytes();
    let mut marks = MarkStack::default();
    let mut at = 0;
    while at < bytes.len() {
        // Runs of plain ASCII, the bulk of most pages, go over in one piece.
        let run = bytes[at..].iter().position(|b| !(0x21..0x7f).contains(b)).unwrap_or(bytes.len() - at);
        if let Some(piece) = text.get(at..at + run).filter(|piece| !piece.is_empty()) {
            line.push_str(piece);
            marks = MarkStack::default();
        }
        at += run;
        let Some(rest) = text.get(at..) else { break };
        let Some(c) = rest.chars().next() else { break };
        // Only after ESC: what stands in the place of a C1 control is a letter of windows-1252, and no text may go with it.
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

/// An address as it may be shown: without a name and a password in it.
pub fn address(url: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = url.split_once("://") else { return printable(url) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => Cow::Owned(printable(&format!("{scheme}://{}", &rest[at + 1..])).into_owned()),
        None => printable(url),
    }
}

/// Whether something that acts may be in a text, by its bytes: of a hundred thousand mentions nearly no text has any.
fn may_act(text: &str) -> bool {
    // The first bytes of U+0080, U+0600, U+2000, U+F000 and of all beyond U+FFFF. Without a way out the loop goes by blocks.
    let first = |byte: u8| matches!(byte, 0..=9 | 11..=31 | 127 | 0xc2 | 0xd8 | 0xe2 | 0xef..);
    text.bytes().fold(false, |found, byte| found | first(byte))
}

/// Whether a text is clean and on one line as it is, as far as its bytes tell.
fn is_one_line(text: &str) -> bool {
    // The first bytes of what may act, and of blanks and unseen characters outside ASCII.
    let may_change = |byte: u8| matches!(byte, 0..=31 | 127 | 0xc2 | 0xd8 | 0xe1..=0xe3 | 0xef..);
    !text.bytes().fold(false, |found, byte| found | may_change(byte))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
        && !has_pile(text)
}

/// Soft hyphen, zero-width space, word joiner and the like: they part or join what is shown, and show nothing.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2065}')
}

/// Whether a terminal would do something at this character; a line break alone is no such character.
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
    fn what_can_act_is_dropped() {
        assert_eq!(printable("a\x1b[31mb\u{7}\u{9b}2Jc"), "abc");
        assert_eq!(printable("abc\u{202e}fed\u{2066}x\u{2069}"), "abcfedx");
        assert_eq!(printable("line\r\nnext\ttab"), "line \nnext tab");
    }

    #[test]
    fn escape_sequences_are_dropped_whole() {
        for (text, expected) in [
            ("\x1b[31mRED\x1b[0m", "RED"),
            ("\x1b[1;38;5;9mé\u{9b}2Jx", "éx"),
            ("\x1b]0;pwned\x07title", "title"),
            ("\x1b]8;;https://evil.example\x1b\\link\u{9d}8;;\u{9c}!", "link!"),
            ("\x1bPq#0~\x1b\\sixel", "sixel"),
            // What is never closed takes no text along.
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

    /// What is told by bytes must agree with what is told by letters.
    #[test]
    fn no_letter_slips_through() {
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
