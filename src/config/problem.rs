//! What is wrong in a configuration file, and where.

use std::ops::Range;

use crate::diagnostic::acts_or_turns;

/// One thing wrong in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters; a byte order mark is not counted.
    pub column: usize,
    /// Bytes of the file's text.
    pub span: Range<usize>,
    /// What is wrong, on one line, fit for a terminal.
    pub message: String,
    /// What would be right, as it stands beside the carets.
    pub expected: Option<String>,
    /// What to do.
    pub hint: Option<String>,
}

/// All that is wrong in the file, in the order of the file; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

/// What is wrong with one value, as the reader of that value sees it: it does not know where in the file it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    /// Bytes of the value; `None`: all of it.
    pub at: Option<Range<usize>>,
    pub message: String,
    pub expected: Option<String>,
    pub hint: Option<String>,
}

impl Flaw {
    pub fn new(message: impl Into<String>) -> Self {
        Self { at: None, message: message.into(), expected: None, hint: None }
    }

    pub fn at(mut self, at: Range<usize>) -> Self {
        self.at = Some(at);
        self
    }

    /// `expected`: what follows the word "expected".
    pub fn expected(mut self, expected: impl std::fmt::Display) -> Self {
        self.expected = Some(format!("expected {expected}"));
        self
    }

    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl Problems {
    /// Sorts and gives lines and columns, in one pass over the text.
    pub(super) fn locate(mut found: Vec<Problem>, text: &str) -> Self {
        found.sort_by_key(|problem| (problem.span.start, problem.span.end));
        found.dedup();
        let (mut line, mut column) = (1, 1);
        let mut chars = text.char_indices().peekable();
        for problem in &mut found {
            while let Some((_, c)) = chars.next_if(|(at, _)| *at < problem.span.start) {
                match c {
                    '\n' => (line, column) = (line + 1, 1),
                    '\u{feff}' if (line, column) == (1, 1) => {}
                    _ => column += 1,
                }
            }
            (problem.line, problem.column) = (line, column);
        }
        Self(found)
    }
}

/// A word of the user's inside a message: no control character acts, and it does not fill the screen.
pub(super) fn shown(word: &str) -> String {
    const LONGEST: usize = 60;
    match word.char_indices().nth(LONGEST) {
        Some((end, _)) => visible(word.get(..end).unwrap_or_default()) + "…",
        None => visible(word),
    }
}

/// A text in which no control character acts.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if acts_or_turns(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}
