//! What could not be done, why, and what to do about it.

use std::{fmt, io};

/// A failure that ends a command, in words for its user.
#[derive(Debug)]
pub struct Error {
    /// `could not <do> <what>: <cause>`.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What it means for the exit code.
    pub kind: Kind,
}

/// What a failure means for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
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
        Self { message: message.into(), hint: None, kind: Kind::Failed }
    }

    /// Output could not be written; `place`: "to standard output".
    pub fn unwritten(place: &str, cause: &io::Error) -> Self {
        let kind = if cause.kind() == io::ErrorKind::BrokenPipe { Kind::Unheard } else { Kind::Failed };
        Self { kind, ..Self::failed(format!("could not write {place}: {cause}")) }
    }

    /// The user asked for something that makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, kind: Kind::Usage }
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
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
