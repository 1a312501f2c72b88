//! What a request ended in: a response, or why there is none.

use std::time::Duration;

use url::Url;

use crate::i18n::Cause;
use crate::politeness::Wishes;

/// What asking an address gave.
#[derive(Debug)]
pub struct Answer {
    /// The request's number.
    pub id: i64,
    /// The response, or why there is none.
    pub result: Result<Response, Failure>,
    /// Where the address moved for good: the end of the chain of 301 and 308 from its beginning.
    pub moved_to: Option<Url>,
    /// Requests that it took, redirects and robots.txt included.
    pub requests: u64,
    /// Bytes that were received.
    pub bytes: u64,
}

/// A response that can be used: 2xx, or 304.
#[derive(Debug)]
pub struct Response {
    /// 200 … 299, or 304.
    pub status: u16,
    /// The address that answered.
    pub url: Url,
    /// Decompressed; empty for 304.
    pub body: Vec<u8>,
    /// Whether the body came to its end: a part is worth reading, but not remembering as the whole.
    pub complete: bool,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
    /// `Link`, all of them.
    pub links: Option<String>,
    /// How long the publisher says that it stays fresh.
    pub fresh_for: Option<Duration>,
    /// What the headers ask of those who read it.
    pub wishes: Wishes,
}

impl Response {
    /// What is in a file, as if this URL had given it.
    pub fn of_file(url: Url, body: Vec<u8>) -> Self {
        Self {
            status: 200,
            url,
            body,
            complete: true,
            content_type: None,
            etag: None,
            last_modified: None,
            links: None,
            fresh_for: None,
            wishes: Wishes::default(),
        }
    }
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// HTTP's status.
    pub status: Option<u16>,
    /// In words for people.
    pub cause: Cause,
    /// How long the host asked us to wait.
    pub retry_after: Option<Duration>,
}

/// What kind of failure it is: each leads to another decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// robots.txt asks us not to.
    Disallowed,
    /// An address that must not be visited.
    Forbidden,
    /// 401, 402, 403, 451: the publisher refuses.
    Blocked,
    /// 404 and other 4xx.
    NotFound,
    /// 410.
    Gone,
    /// 429, 503: later.
    Busy,
    /// 5xx, no connection, no name, timeout, broken answer.
    Unreachable,
    /// An answer that came and cannot be used: no HTTP, a redirect to nowhere, an encoding that cannot be decoded. It says
    /// nothing of the host's other answers.
    Malformed,
    /// Larger than `max_body`.
    TooLarge,
    /// The host asked to be left alone; it was not asked.
    Skipped,
    /// The run was ended first; it was not asked, or not to the end.
    Stopped,
}

impl FailureKind {
    /// Whether the same request may well be answered later.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Busy | Self::Unreachable | Self::Malformed | Self::Skipped | Self::Stopped)
    }
}

/// What is sent back with the next request, so that an unchanged answer need not be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// The URL that gave them, after redirects.
    pub of: String,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}
