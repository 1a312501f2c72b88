//! Lines that fit a terminal, counted as a terminal counts.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many columns of a terminal a printable text takes.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Appends `text`, which is on one line, to `out`, broken at blanks so that no line is wider than `width` columns; `first` stands before the
/// first line, `rest` before the others. A word that is too wide (an address) gets a line of its own and is not broken.
pub(super) fn wrap(out: &mut String, text: &str, width: usize, first: &str, rest: &str) {
    let indent = columns(rest);
    let mut used = columns(first);
    out.reserve(first.len() + text.len() + 2 * (rest.len() + 1));
    out.push_str(first);
    // Most do.
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
    // Blanks that do not break stay: before a French colon, and in figures.
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

/// A word that no line can hold, in pieces that fit.
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

/// `text` followed by blanks up to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text` cut to `width` columns, with `…` where cut.
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
