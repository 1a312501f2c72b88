//! What is wrong with a query, and where.

use std::fmt;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Wrong};

/// Why a query is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The offending bytes of the query; empty where something is missing.
    pub at: Range<usize>,
    /// What is wrong or was expected there.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl QueryError {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> QueryError {
        QueryError { at, message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> QueryError {
        self.hint = Some(hint.into());
        self
    }

    /// The query on one line, carets below the error with what was expected, and the hint. Of a long query only the
    /// surroundings are shown.
    pub fn render(&self, query: &str, color: bool) -> Diagnostic {
        let hint = self.hint.as_deref().map(clip);
        let wrong = Wrong {
            title: "could not read the query",
            expected: &clip(&self.message),
            hint: hint.as_deref(),
            origin: None,
        };
        Diagnostic::at(&wrong, &query.replace('\n', " "), &self.at, color)
    }
}

/// Shortens text that quotes a long query.
fn clip(text: &str) -> String {
    const MOST: usize = 300;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl std::error::Error for QueryError {}
