//! Renders an error at a place in a text: what is wrong, the line, carets, what is expected, and a hint.

use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

pub(crate) use crate::text::visible::{acts_or_turns, visible_path};
use crate::text::visible::{visible, visible_chars};

/// The width of the output.
const WIDTH: usize = 120;

/// A rendered message. Its only control sequences are our own colours: all others are escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic(String);

/// An error at a place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wrong<'a> {
    /// What is wrong.
    pub title: &'a str,
    /// What was expected; printed beside the carets.
    pub expected: &'a str,
    /// What to do.
    pub hint: Option<&'a str>,
    /// The file, line and column.
    pub origin: Option<(&'a str, usize, usize)>,
}

impl Diagnostic {
    /// Renders an error at the bytes `span` of `text`.
    pub fn at(wrong: &Wrong, text: &str, span: &Range<usize>, color: bool) -> Self {
        let number = wrong.origin.map_or(1, |(_, line, _)| line);
        let gutter = number.to_string().len();
        let (line, place) = line_at(text, span, WIDTH.saturating_sub(gutter + 3));
        let expected = visible(wrong.expected);
        let used = gutter + 3 + line[..place.start].width() + line[place.clone()].width().max(1) + 1;
        // A label that does not fit beside the carets goes below them.
        let is_long = used + expected.width() > WIDTH;
        let label = (!is_long && !expected.is_empty()).then_some(expected.as_str());
        let mut elements: Vec<Element> = Vec::new();
        let marked = AnnotationKind::Primary.span(place).label(label);
        elements.push(
            Snippet::source(line).line_start(number).line_numbering(wrong.origin.is_some()).annotation(marked).into(),
        );
        if is_long {
            elements.push(Level::NOTE.no_name().message(&expected).into());
        }
        if let Some(hint) = wrong.hint {
            elements.push(Level::HELP.with_name("hint").message(visible(hint)).into());
        }
        let strong = |color: AnsiColor| color.on_default().effects(Effects::BOLD);
        let (renderer, frame) = if color {
            let plain = Style::new();
            let renderer = Renderer::styled().error(strong(AnsiColor::Red)).help(plain.effects(Effects::BOLD));
            (renderer.line_num(strong(AnsiColor::Blue)), strong(AnsiColor::Blue))
        } else {
            (Renderer::plain(), Style::new())
        };
        let report = [Level::ERROR.primary_title(visible(wrong.title)).elements(elements)];
        let mut shown = renderer.term_width(2 * WIDTH).render(&report) + "\n";
        // The renderer would count columns in the shortened line, so the place is inserted here.
        if let (Some((path, line, column)), Some(end)) = (wrong.origin, shown.find('\n')) {
            let arrow = format!("{}{frame}-->{frame:#} ", " ".repeat(gutter));
            shown.insert_str(end + 1, &format!("{arrow}{}:{line}:{column}\n", visible(path)));
        }
        Self(shown)
    }

    /// Appends the number of further errors.
    #[must_use]
    pub fn and_more(mut self, count: usize) -> Self {
        if count > 0 {
            self.0.extend(["\n… and ", &count.to_string(), " more\n"]);
        }
        self
    }

    /// Joins several messages with empty lines.
    #[must_use]
    pub fn joined(all: impl IntoIterator<Item = Self>) -> Self {
        Self(all.into_iter().map(|one| one.0).collect::<Vec<_>>().join("\n"))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The line in which a place begins, with control characters escaped, and the place in it. A line of more than `room` columns is
/// shortened to the surroundings of the place.
fn line_at(text: &str, span: &Range<usize>, room: usize) -> (String, Range<usize>) {
    let (head, tail) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let tail = tail.split('\n').next().unwrap_or_default();
    let tail = tail.strip_suffix('\r').unwrap_or(tail);
    let (marked, after) = tail.split_at_checked(span.len()).unwrap_or((tail, ""));
    // Bounds the work: a line may be megabytes long.
    let most = room + 1;
    let head: Vec<char> = head.chars().rev().take_while(|c| *c != '\n').take(most).collect();
    let head = visible_chars(head.into_iter().rev());
    let [marked, after] = [marked, after].map(|part| visible_chars(part.chars().take(most)));
    let right = marked.width() + after.width();
    let mut line = head;
    if line.width() + right <= room {
        let place = line.len()..line.len() + marked.len();
        return (line + &marked + &after, place);
    }
    let left = room.saturating_sub(right + 1).max(room / 3);
    if line.width() > left {
        let cut = within(line.chars().rev(), left - 1);
        line = format!("…{}", &line[line.len() - cut..]);
    }
    let start = line.len();
    let rest = format!("{marked}{after}");
    let cut = within(rest.chars(), room.saturating_sub(line.width() + 1));
    let end = start + marked.len().min(cut);
    line += &rest[..cut];
    line.push_str(if cut < rest.len() { "…" } else { "" });
    (line, start..end)
}

/// The number of bytes that fit into this many columns.
fn within(chars: impl Iterator<Item = char>, columns: usize) -> usize {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or_default();
        used <= columns
    };
    chars.take_while(fits).map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_acts_is_escaped_wherever_it_stands() {
        for c in ['\u{61c}', '\u{9b}', '\u{200f}', '\u{202e}', '\u{206a}', '\u{fff9}', '\u{e0041}'] {
            let text = format!("a{c}b");
            let wrong = Wrong { title: &text, expected: &text, hint: Some(&text), origin: Some((&text, 1, 1)) };
            let shown = Diagnostic::at(&wrong, &text, &(0..text.len()), false).to_string();
            assert!(!shown.contains(c), "{shown:?}");
            assert_eq!(shown.matches(&c.escape_unicode().to_string()).count(), 5, "{shown}");
        }
    }

    fn lines(text: &str, span: Range<usize>) -> (String, usize, usize) {
        let (line, place) = line_at(text, &span, 40);
        let columns = |range: Range<usize>| line[range].width();
        let (before, carets) = (columns(0..place.start), columns(place).max(1));
        (line, before, carets)
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
        assert_eq!(lines(&text, 0..4).0, format!("here{}…", "b".repeat(35)));
        let text = format!("{}here", "a".repeat(1_000));
        assert_eq!(lines(&text, 1_000..1_004).0, format!("…{}here", "a".repeat(34)));
        let (line, _, carets) = lines(&"a".repeat(1_000), 0..1_000);
        assert_eq!((line.chars().count(), carets), (40, 39));
    }
}
