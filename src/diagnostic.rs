//! A message that is laid out: the place of an error, the line, carets, colours.

use std::fmt;

/// Text in which only our own colours act: whoever renders it cleans every part that a stranger wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic(String);

impl Diagnostic {
    /// Takes text that was rendered.
    pub(crate) fn rendered(text: String) -> Self {
        Self(text)
    }

    /// Several, with an empty line between two.
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
