//! Problems as text.

use std::path::Path;

use super::problem::{Problem, Problems};
use crate::diagnostic::{Diagnostic, Wrong, visible_path};

/// Further problems are only counted.
const MOST: usize = 100;

impl Problems {
    /// All problems, one below the other; `text` is what was parsed, `path` the file name to show.
    pub fn render(&self, path: &Path, text: &str, color: bool) -> Diagnostic {
        let path = visible_path(path);
        let shown = |problem: &Problem| {
            let wrong = Wrong {
                title: &problem.message,
                expected: problem.expected.as_deref().unwrap_or_default(),
                hint: problem.hint.as_deref(),
                origin: Some((&path, problem.line, problem.column)),
            };
            Diagnostic::at(&wrong, text, &problem.span, color)
        };
        Diagnostic::joined(self.0.iter().take(MOST).map(shown)).and_more(self.0.len().saturating_sub(MOST))
    }
}
