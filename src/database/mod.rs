//! Where everything is stored: a file, or a database of a PostgreSQL server.

mod server;

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::text::visible::visible_path;

pub use server::{PasswordOrigin, Secret, ServerAddress, ServerHost, ServerVariables, TlsMode};

/// Where everything is stored. It is shown without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseAddress {
    /// A SQLite file.
    File(PathBuf),
    /// A database of a PostgreSQL server.
    Server(Box<ServerAddress>),
}

impl DatabaseAddress {
    /// The address that somebody wrote: `postgres://…`, or a path.
    ///
    /// # Errors
    /// What is wrong with a URL.
    pub fn parse(written: &OsStr) -> Result<Self, String> {
        match written.to_str().filter(|text| Self::is_url(text)) {
            Some(url) => ServerAddress::parse(url).map(|server| Self::Server(Box::new(server))),
            None => Ok(Self::File(PathBuf::from(written))),
        }
    }

    /// Whether this is written as the address of a server.
    pub fn is_url(text: &str) -> bool {
        ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }

    /// The same address, with what the environment says of servers where the address says nothing.
    #[must_use]
    pub fn with(self, variables: &ServerVariables) -> Self {
        match self {
            Self::Server(server) => Self::Server(Box::new(server.with(variables))),
            file @ Self::File(_) => file,
        }
    }
}

impl From<&Path> for DatabaseAddress {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl fmt::Display for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&visible_path(path)),
            Self::Server(server) => server.fmt(f),
        }
    }
}
