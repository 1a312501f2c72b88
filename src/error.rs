//! Errors for users: what could not be done, why, and what to do about it.

use std::{fmt, io};

use crate::diagnostic::Diagnostic;

/// An error that ends a command.
#[derive(Debug)]
pub struct Error {
    /// What could not be done.
    pub message: Message,
    /// What to do about it.
    pub hint: Option<String>,
    /// Decides the exit code.
    pub kind: ExitKind,
}

/// The text of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// `could not <do> <what>: <cause>`. May contain untrusted text; control sequences are removed when it is printed.
    Plain(String),
    /// A rendered message, including `error:`.
    Diagnostic(Diagnostic),
}

/// The kinds of errors, by exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitKind {
    /// The command failed: 1.
    Failed,
    /// The reader of the output closed the pipe (`| head`): 1, without a message.
    OutputClosed,
    /// Wrong usage or wrong configuration: 2.
    Usage,
    /// Another run is using the database: 75.
    Busy,
}

impl Error {
    /// An error of a command that could not do its work.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: Message::Plain(message.into()), hint: None, kind: ExitKind::Failed }
    }

    /// An error in writing output; `place`: "to standard output".
    pub fn output(place: &str, cause: &io::Error) -> Self {
        let kind = if cause.kind() == io::ErrorKind::BrokenPipe { ExitKind::OutputClosed } else { ExitKind::Failed };
        Self { kind, ..Self::failed(format!("could not write {place}: {cause}")) }
    }

    /// An error in arguments or configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: Message::Plain(message.into()), hint: None, kind: ExitKind::Usage }
    }

    /// An error in what the user wrote, with the place shown.
    pub fn shown(diagnostic: Diagnostic) -> Self {
        Self { message: Message::Diagnostic(diagnostic), hint: None, kind: ExitKind::Usage }
    }

    /// Adds a hint.
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
