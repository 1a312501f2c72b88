//! Strings from attributes and JSON → plain text: entities decoded, white space folded, odd characters gone.

use scraper::Html;

use crate::printable::escape_length;

/// Plain text of one line: entities decoded (doubly escaped ones too), tags left alone, white space folded.
pub fn line(text: &str) -> String {
    let mut text = std::borrow::Cow::Borrowed(text);
    for _ in 0..2 {
        if !has_entity(&text) {
            break;
        }
        // Without an angle bracket the parser makes one run of characters of it: only entities are read.
        let fragment = Html::parse_fragment(&text.replace('<', "&lt;"));
        text = fragment.root_element().text().collect::<String>().into();
    }
    fold(&text)
}

/// Plain text of one line, from a string that may hold tags.
pub fn untagged(text: &str) -> String {
    let text = line(text);
    let has_tag = text.match_indices('<').any(|(at, _)| {
        text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
            && text[at..].contains('>')
    });
    if has_tag { fold(&strip_tags(&text)) } else { text }
}

fn strip_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => {
                inside = true;
                plain.push(' ');
            }
            '>' if inside => inside = false,
            _ if inside => {}
            _ => plain.push(c),
        }
    }
    plain
}

fn has_entity(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| {
        text.as_bytes()[at + 1..].iter().take(32).find(|b| !b.is_ascii_alphanumeric() && **b != b'#') == Some(&b';')
    })
}

/// Folds white space to single blanks, drops controls, direction marks without content and zero-width characters.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// Appends the folded text; a blank at its end is kept as one blank, none is added at the start of a line.
pub fn fold_into(text: &str, line: &mut String) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        // Runs of plain ASCII, the bulk of most pages, go over in one piece.
        let run = bytes[at..].iter().position(|b| !(0x21..0x7f).contains(b)).unwrap_or(bytes.len() - at);
        if let Some(piece) = text.get(at..at + run) {
            line.push_str(piece);
        }
        at += run;
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        at += c.len_utf8();
        match c {
            '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}' => {}
            '\u{1b}' | '\u{9b}' => {
                let start = at - c.len_utf8();
                at = start + escape_length(&text[start..]).max(c.len_utf8());
            }
            c if c.is_whitespace() || c.is_control() => {
                if !line.is_empty() && !line.ends_with([' ', '\n']) {
                    line.push(' ');
                }
            }
            c => line.push(c),
        }
    }
}

/// Letters and digits only, lower case: for comparing strings that differ in quotes and blanks.
pub fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                key.push(c.to_ascii_lowercase());
            }
        } else if c.is_alphanumeric() {
            key.extend(c.to_lowercase());
        }
    }
    key
}

/// What follows `start`, which is lower case, at the beginning of a text in any case.
pub fn after<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let mut chars = text.chars().flat_map(char::to_lowercase);
    if start.chars().all(|c| chars.next() == Some(c)) { text.get(start.len()..) } else { None }
}

/// At most so many bytes, cut at a character.
pub fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
