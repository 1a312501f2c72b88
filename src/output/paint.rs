//! Text for terminals with colours by meaning.

use std::fmt;

use super::wrap::wrap;
use crate::printable::printable;

/// Whether there may be colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(pub bool);

/// Text in which only these colours act: control sequences are removed from what is written into it.
#[derive(Debug, Clone)]
pub struct Painted {
    paint: Paint,
    text: String,
}

impl Painted {
    /// Empty as yet.
    pub fn new(paint: Paint) -> Self {
        Self { paint, text: String::new() }
    }

    /// Appends plain text.
    pub fn plain(&mut self, text: &str) {
        self.text.push_str(&printable(text));
    }

    /// Appends what is as it should be.
    pub fn good(&mut self, text: &str) {
        self.dress("32", text);
    }

    /// Appends what needs a look.
    pub fn doubtful(&mut self, text: &str) {
        self.dress("33", text);
    }

    /// Appends what does not work.
    pub fn bad(&mut self, text: &str) {
        self.dress("31", text);
    }

    /// Appends what stands out.
    pub fn strong(&mut self, text: &str) {
        self.dress("1", text);
    }

    /// Appends plain text on lines of at most `width` columns; `first` stands before the first one, `rest` before the others.
    pub(super) fn wrap(&mut self, text: &str, width: usize, first: &str, rest: &str) {
        let mut lines = String::new();
        wrap(&mut lines, text, width, first, rest);
        self.plain(&lines);
    }

    /// The text with its colours.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn dress(&mut self, code: &str, text: &str) {
        if self.paint.0 && !text.trim().is_empty() {
            self.text.extend(["\x1b[", code, "m", &*printable(text), "\x1b[0m"]);
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
