//! Problems as text: message, place, the line, carets, what is expected, what to do.

use std::ops::Range;
use std::path::Path;

use unicode_width::UnicodeWidthChar as _;

use super::problem::{Problem, Problems, acts, visible};
use crate::diagnostic::Diagnostic;

/// Columns of a line of the output.
const WIDTH: usize = 120;
/// More problems than this are counted only.
const MOST: usize = 100;

impl Problems {
    /// All problems, one below the other; `text` is what was parsed, `path` what the user calls it.
    pub fn render(&self, path: &Path, text: &str, color: bool) -> Diagnostic {
        let path = visible(&path.to_string_lossy());
        let mut out = String::new();
        for problem in self.0.iter().take(MOST) {
            if !out.is_empty() {
                out.push('\n');
            }
            one(&mut out, problem, &path, text, &Paint(color));
        }
        if self.0.len() > MOST {
            out.extend(["\n… and ", &(self.0.len() - MOST).to_string(), " more\n"]);
        }
        Diagnostic::rendered(out)
    }
}

struct Paint(bool);

impl Paint {
    fn on(&self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
    fn error(&self, text: &str) -> String {
        self.on("1;31", text)
    }
    fn frame(&self, text: &str) -> String {
        self.on("1;34", text)
    }
    fn strong(&self, text: &str) -> String {
        self.on("1", text)
    }
}

fn one(out: &mut String, problem: &Problem, path: &str, text: &str, paint: &Paint) {
    let number = problem.line.to_string();
    let gutter = " ".repeat(number.len());
    let bar = paint.frame("|");
    let view = view(text, &problem.span, WIDTH.saturating_sub(number.len() + 3));
    let mut expected = problem.expected.as_deref().unwrap_or_default();
    let mut note = "";
    if number.len() + 3 + view.before + view.carets + 1 + expected.len() > WIDTH {
        (expected, note) = ("", expected);
    }
    let carets = "^".repeat(view.carets);
    let carets = if expected.is_empty() { carets } else { format!("{carets} {expected}") };
    let lines = [
        format!("{}{}", paint.error("error"), paint.strong(&format!(": {}", problem.message))),
        format!("{gutter}{} {path}:{}:{}", paint.frame("-->"), problem.line, problem.column),
        format!("{gutter} {bar}"),
        format!("{} {bar} {}", paint.frame(&number), view.line).trim_end().to_owned(),
        format!("{gutter} {bar} {}{}", " ".repeat(view.before), paint.error(&carets)),
    ];
    for line in lines {
        out.push_str(&line);
        out.push('\n');
    }
    let equals = paint.frame("=");
    if !note.is_empty() {
        out.extend([gutter.as_str(), " ", &equals, " ", note, "\n"]);
    }
    if let Some(hint) = &problem.hint {
        out.extend([gutter.as_str(), " ", &equals, " ", &paint.strong("hint"), ": ", hint, "\n"]);
    }
}

/// A line, or the part of it around a place, as a terminal shall show it.
struct View {
    line: String,
    /// Columns before the place.
    before: usize,
    /// Columns of the place, at least one.
    carets: usize,
}

fn view(text: &str, span: &Range<usize>, width: usize) -> View {
    let (head, tail) = text.split_at_checked(span.start).unwrap_or((text, ""));
    // Never more characters than fit: a line may be megabytes long.
    let left: Vec<(String, usize)> = head.chars().rev().take_while(|c| *c != '\n').take(width + 1).map(cell).collect();
    let right: Vec<(usize, (String, usize))> = tail
        .char_indices()
        .take_while(|(at, c)| *c != '\n' && !(*c == '\r' && tail[*at..].starts_with("\r\n")))
        .take(width + 1)
        .map(|(at, c)| (at, cell(c)))
        .collect();
    let left_width: usize = left.iter().map(|(_, width)| width).sum();
    let right_width: usize = right.iter().map(|(_, (_, width))| width).sum();
    // What is cut is marked by "…" on either side.
    let (left_room, right_room) = if left_width + right_width <= width {
        (width, width)
    } else {
        let left_room = left_width.min(width.saturating_sub(right_width + 1).max(width / 3));
        let left_room = if left_room < left_width { left_room.saturating_sub(1) } else { left_room };
        (left_room, width.saturating_sub(left_room + 2))
    };
    let mut shown_left = Vec::new();
    let mut before = 0;
    for (cell, width) in &left {
        if before + width > left_room {
            shown_left.push("…");
            before += 1;
            break;
        }
        before += width;
        shown_left.push(cell);
    }
    let mut line: String = shown_left.into_iter().rev().collect();
    let (mut used, mut carets) = (0, 0);
    for (at, (cell, width)) in &right {
        if used + width > right_room {
            line.push('…');
            break;
        }
        used += width;
        if span.start + at < span.end {
            carets = used;
        }
        line.push_str(cell);
    }
    View { line, before, carets: carets.max(1) }
}

/// What a terminal shall show for a character, and its columns.
fn cell(c: char) -> (String, usize) {
    match c {
        '\t' => (" ".repeat(4), 4),
        '\u{feff}' => (String::new(), 0),
        '\0'..='\u{1f}' => (char::from_u32(0x2400 + u32::from(c)).unwrap_or('?').to_string(), 1),
        '\u{7f}' => ("\u{2421}".to_owned(), 1),
        c if acts(c) => {
            let escaped: String = c.escape_unicode().collect();
            let width = escaped.len();
            (escaped, width)
        }
        c => (c.to_string(), c.width().unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, span: Range<usize>) -> (String, usize, usize) {
        let view = view(text, &span, 40);
        (view.line, view.before, view.carets)
    }

    #[test]
    fn the_carets_stand_below_the_place() {
        let table = [
            ("a = 1\nb = 2\n", 6..7, "b = 2", 0, 1),
            ("a = 1\nb = 2", 11..11, "b = 2", 5, 1),
            ("\tkey = 1\r\n", 1..4, "    key = 1", 4, 3),
            ("x = '日本' # é", 5..11, "x = '日本' # é", 5, 4),
            ("x = '\u{1b}[31m\u{7f}'", 5..6, "x = '␛[31m␡'", 5, 1),
            ("x = '\u{202e}'", 5..8, "x = '\\u{202e}'", 5, 8),
            ("\u{feff}key = 1", 3..6, "key = 1", 0, 3),
            ("", 0..0, "", 0, 1),
            ("a = [\n1\n]", 4..9, "a = [", 4, 1),
        ];
        for (text, span, line, before, carets) in table {
            assert_eq!(lines(text, span), (line.to_owned(), before, carets), "{text:?}");
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}here{}", "a".repeat(1_000), "b".repeat(1_000));
        let (line, before, carets) = lines(&text, 1_000..1_004);
        assert_eq!(line, format!("…{}here{}…", "a".repeat(12), "b".repeat(22)));
        assert_eq!((before, carets), (13, 4));
        let text = format!("here{}", "b".repeat(1_000));
        assert_eq!(lines(&text, 0..4).0, format!("here{}…", "b".repeat(34)));
        let text = format!("{}here", "a".repeat(1_000));
        assert_eq!(lines(&text, 1_000..1_004).0, format!("…{}here", "a".repeat(34)));
        let (line, _, carets) = lines(&"a".repeat(1_000), 0..1_000);
        assert_eq!((line.chars().count(), carets), (39, 38));
    }
}
