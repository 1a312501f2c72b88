//! Terminal text with colours by meaning.

use std::fmt;

use super::wrap::wrap;
use crate::text::clean::printable;

/// Whether colours are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(pub bool);

/// Coloured text. Control sequences are removed from everything that is appended.
#[derive(Debug, Clone)]
pub struct Painted {
    paint: Paint,
    text: String,
}

impl Painted {
    /// An empty text.
    pub fn new(paint: Paint) -> Self {
        Self { paint, text: String::new() }
    }

    /// Appends plain text.
    pub fn plain(&mut self, text: &str) {
        self.text.push_str(&printable(text));
    }

    /// Appends text about success.
    pub fn good(&mut self, text: &str) {
        self.styled("32", text);
    }

    /// Appends a warning.
    pub fn doubtful(&mut self, text: &str) {
        self.styled("33", text);
    }

    /// Appends text about a failure.
    pub fn bad(&mut self, text: &str) {
        self.styled("31", text);
    }

    /// Appends emphasised text.
    pub fn strong(&mut self, text: &str) {
        self.styled("1", text);
    }

    /// Appends plain text in lines of at most `width` columns; `first` is the prefix of the first line, `rest` of the others.
    pub(super) fn wrap(&mut self, text: &str, width: usize, first: &str, rest: &str) {
        let mut lines = String::new();
        wrap(&mut lines, text, width, first, rest);
        self.plain(&lines);
    }

    /// The text with its colours.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn styled(&mut self, code: &str, text: &str) {
        if self.paint.0 && !text.trim().is_empty() {
            // A colour ends before the line break, so that it cannot spill into the next line.
            let line = text.trim_end_matches('\n');
            self.text.extend(["\x1b[", code, "m", &*printable(line), "\x1b[0m", &text[line.len()..]]);
        } else {
            self.plain(text);
        }
    }
}

impl fmt::Write for Painted {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.plain(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_ends_with_its_line() {
        let mut out = Painted::new(Paint(true));
        out.strong("head\n");
        assert_eq!(out.as_str(), "\x1b[1mhead\x1b[0m\n");
    }
}
