//! Problems as text.

use std::path::Path;

use super::problem::{Problem, Problems};
use crate::diagnostic::{Diagnostic, Wrong, visible_path};

/// Further problems are only counted.
const MOST: usize = 100;

impl Problems {
    /// All problems, one below the other; `text` is what was parsed, `path` the file name to show.
    pub fn render(&self, path: &Path, text: &str, color: bool) -> Diagnostic {
        self.render_at(Some(path), text, color)
    }

    /// The same for a text that stands in no file.
    pub fn render_without_place(&self, text: &str, color: bool) -> Diagnostic {
        self.render_at(None, text, color)
    }

    fn render_at(&self, path: Option<&Path>, text: &str, color: bool) -> Diagnostic {
        let path = path.map(visible_path);
        let shown = |problem: &Problem| {
            let wrong = Wrong {
                title: &problem.message,
                expected: problem.expected.as_deref().unwrap_or_default(),
                hint: problem.hint.as_deref(),
                origin: path.as_deref().map(|path| (path, problem.line, problem.column)),
            };
            Diagnostic::at(&wrong, text, &problem.span, color)
        };
        Diagnostic::joined(self.0.iter().take(MOST).map(shown)).and_more(self.0.len().saturating_sub(MOST))
    }
}
