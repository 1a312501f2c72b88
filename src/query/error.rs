//! What is wrong with a query, and where.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

/// Why a query cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The bytes of the query that are wrong; empty where something is lacking.
    pub at: Range<usize>,
    /// What is wrong or was expected there.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// A query longer than this on screen is shown in part.
const SHOWN: usize = 100;

impl QueryError {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> QueryError {
        QueryError { at, message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> QueryError {
        self.hint = Some(hint.into());
        self
    }

    /// The query on one line, a line with carets under the place, what was expected, and the hint. Of a long query
    /// only the surroundings of the place are shown. Columns are counted as a terminal does.
    pub fn render(&self, query: &str) -> String {
        let floor = |at: usize| (0..=at.min(query.len())).rev().find(|at| query.is_char_boundary(*at)).unwrap_or(0);
        let start = floor(self.at.start);
        let end = floor(self.at.end.max(start));
        let [mut before, marked, mut after] =
            [0..start, start..end, end..query.len()].map(|range| one_line(query.get(range).unwrap_or_default()));
        let marked = clip(&marked, SHOWN);
        if before.width() > SHOWN / 2 {
            let kept: Vec<char> = before.chars().rev().take(SHOWN / 2).collect();
            before = std::iter::once('…').chain(kept.into_iter().rev()).collect();
        }
        if after.width() > SHOWN / 2 {
            after = clip(&after, SHOWN / 2);
        }
        let mut shown = format!(
            "{before}{marked}{after}\n{}{} {}",
            " ".repeat(before.width()),
            "^".repeat(marked.width().max(1)),
            clip(&one_line(&self.message), 3 * SHOWN)
        );
        if let Some(hint) = &self.hint {
            shown.push_str("\nhint: ");
            shown.push_str(&clip(&one_line(hint), 3 * SHOWN));
        }
        shown
    }
}

/// Line breaks, tabs and other control characters as spaces.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || ('\u{2028}'..='\u{202E}').contains(&c) { ' ' } else { c }).collect()
}

fn clip(text: &str, most: usize) -> String {
    let mut clipped: String = text.chars().take(most).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
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
