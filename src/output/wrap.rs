//! Wraps lines to the width of a terminal.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The width of a printable text, in terminal columns.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Appends one line of text to `out`, wrapped at spaces to `width` columns; `first` is the prefix of the first line, `rest` of the
/// others. A URL that is too wide gets a line of its own and is not broken.
pub(super) fn wrap(out: &mut String, text: &str, width: usize, first: &str, rest: &str) {
    let indent = columns(rest);
    let mut used = columns(first);
    out.reserve(first.len() + text.len() + 2 * (rest.len() + 1));
    out.push_str(first);
    // Most texts fit on one line.
    if !text.is_empty() && used + columns(text) <= width {
        out.push_str(text);
        out.push('\n');
        return;
    }
    let mut empty = true;
    let mut put = |word: &str, wide: usize| {
        if !empty && used + 1 + wide > width {
            out.push('\n');
            out.push_str(rest);
            used = indent;
        } else if !empty {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += wide;
        empty = false;
    };
    // Non-breaking spaces stay: before a French colon, and in figures.
    for word in text.split_ascii_whitespace() {
        let wide = columns(word);
        if wide + indent <= width || word.contains("://") {
            put(word, wide);
        } else {
            pieces(word, width.saturating_sub(indent).max(2)).for_each(|piece| put(piece, columns(piece)));
        }
    }
    if empty {
        out.truncate(out.trim_end_matches(' ').len());
    }
    out.push('\n');
}

/// Splits a word that is wider than a line into pieces that fit.
fn pieces(word: &str, room: usize) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut used = 0;
        let fits = |(_, c): &(usize, char)| {
            used += c.width().unwrap_or(0);
            used <= room
        };
        let end = rest.char_indices().take_while(fits).last().map_or(0, |(at, c)| at + c.len_utf8());
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

/// `text` padded with spaces to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text` cut to `width` columns; a cut text ends with `…`.
pub(super) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut buffer = [0u8; 4];
    let mut used = 1;
    for c in text.chars() {
        used += c.encode_utf8(&mut buffer).width();
        if used > width {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_double() {
        let mut out = String::new();
        wrap(&mut out, "東京 東京 東京", 10, "- ", "  ");
        assert_eq!(out, "- 東京\n  東京\n  東京\n");
    }

    #[test]
    fn an_address_is_not_broken() {
        let mut out = String::new();
        wrap(&mut out, "siehe http://www.example.org/ein/sehr/langer/pfad hier", 20, "", "");
        assert_eq!(out, "siehe\nhttp://www.example.org/ein/sehr/langer/pfad\nhier\n");
    }

    #[test]
    fn some_blanks_do_not_break() {
        let mut out = String::new();
        wrap(&mut out, "rien trouvé\u{a0}: 12\u{202f}345 textes", 12, "", "");
        assert_eq!(out, "rien\ntrouvé\u{a0}:\n12\u{202f}345\ntextes\n");
        let mut out = "x\n".to_owned();
        wrap(&mut out, "", 13, "> ", "  ");
        assert_eq!(out, "x\n>\n");
    }

    #[test]
    fn a_word_that_no_line_can_hold_is_broken() {
        let mut out = String::new();
        wrap(&mut out, "WWWWWWWWWWWW 東京東京", 6, "- ", "  ");
        assert_eq!(out, "- WWWW\n  WWWW\n  WWWW\n  東京\n  東京\n");
    }

    #[test]
    fn cutting_counts_columns() {
        assert_eq!(cut("東京東京", 5), "東京…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(pad("é", 3), "é  ");
    }
}
