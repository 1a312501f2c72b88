//! What could not be done, why, and what to do about it.

use std::{fmt, io};

use crate::diagnostic::Diagnostic;

/// A failure that ends a command, in words for its user.
#[derive(Debug)]
pub struct Error {
    /// What could not be done.
    pub message: Message,
    /// What to do about it.
    pub hint: Option<String>,
    /// What it means for the exit code.
    pub kind: ExitKind,
}

/// What a failure says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// `could not <do> <what>: <cause>`, with the words of whoever caused it: cleaned when it is printed.
    Plain(String),
    /// Laid out already, its heading included.
    Diagnostic(Diagnostic),
}

/// What a failure means for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitKind {
    /// Could not be done: 1.
    Failed,
    /// Whoever read the output wanted no more of it (`| head`): 1, and nothing is said.
    Unheard,
    /// Wrong usage or wrong configuration: 2.
    Usage,
    /// Another run is using the database: 75.
    Busy,
}

impl Error {
    /// Something could not be done.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: Message::Plain(message.into()), hint: None, kind: ExitKind::Failed }
    }

    /// Output could not be written; `place`: "to standard output".
    pub fn unwritten(place: &str, cause: &io::Error) -> Self {
        let kind = if cause.kind() == io::ErrorKind::BrokenPipe { ExitKind::Unheard } else { ExitKind::Failed };
        Self { kind, ..Self::failed(format!("could not write {place}: {cause}")) }
    }

    /// The user asked for something that makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: Message::Plain(message.into()), hint: None, kind: ExitKind::Usage }
    }

    /// What the user wrote makes no sense, as shown.
    pub fn shown(diagnostic: Diagnostic) -> Self {
        Self { message: Message::Diagnostic(diagnostic), hint: None, kind: ExitKind::Usage }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Message::Plain(text) => f.write_str(text),
            Message::Diagnostic(diagnostic) => diagnostic.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
