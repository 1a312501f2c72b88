//! Lines that fit a terminal, counted as a terminal counts.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Appends `text` to `out`, broken at blanks so that no line is wider than `width` columns; `first` stands before the
/// first line, `rest` before the others. A word that is too wide (an address) gets a line of its own and is not broken.
pub(super) fn wrap(out: &mut String, text: &str, width: usize, first: &str, rest: &str) {
    let mut line = String::from(first);
    let mut used = first.width();
    let mut empty = true;
    for word in text.split_whitespace().flat_map(|word| pieces(word, width.saturating_sub(rest.width()))) {
        let wide = word.width();
        if !empty && used + 1 + wide > width {
            out.push_str(line.trim_end());
            out.push('\n');
            line.clear();
            line.push_str(rest);
            used = rest.width();
            empty = true;
        }
        if !empty {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
        empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// A word that no line can hold, in pieces that fit; an address stays whole.
fn pieces(word: &str, room: usize) -> Vec<&str> {
    if word.width() <= room || word.contains("://") || room < 2 {
        return vec![word];
    }
    let mut pieces = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, c) in word.char_indices() {
        let wide = c.width().unwrap_or(0);
        if used + wide > room {
            pieces.extend(word.get(start..at));
            (start, used) = (at, 0);
        }
        used += wide;
    }
    pieces.extend(word.get(start..));
    pieces
}

/// `text` followed by blanks up to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// `text` cut to `width` columns, with `…` where cut.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
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
