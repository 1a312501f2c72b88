//! What an outlet answers, well-behaved or not.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

/// One answer; `Into` makes a page of a text: XML where it begins so, else HTML.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
    pub(super) delay: Duration,
    /// The Content-Length, where it is a lie.
    pub(super) claims: Option<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    Whole(Vec<u8>),
    /// The connection is closed after this many bytes.
    Cut(Vec<u8>, usize),
    /// One byte at a time.
    Drip(Vec<u8>, Duration),
    /// The same again and again, without a length.
    Endless(Vec<u8>),
    /// Not HTTP at all.
    Raw(Vec<u8>),
    /// Nothing, for as long as the other side waits.
    Silence,
}

impl Answer {
    pub fn of(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".into(), content_type.into())],
            body: Body::Whole(body.into()),
            delay: Duration::ZERO,
            claims: None,
        }
    }

    pub fn text(body: &str) -> Self {
        Self::of("text/plain; charset=utf-8", body)
    }

    pub fn html(body: &str) -> Self {
        Self::of("text/html; charset=utf-8", body)
    }

    pub fn json(body: &str) -> Self {
        Self::of("application/json", body)
    }

    pub fn error(status: u16) -> Self {
        Self::html("<title>Error</title><p>It did not work.</p>").status(status)
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        Self::text("").status(status).header("location", to)
    }

    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { body: Body::Raw(bytes.into()), ..Self::text("") }
    }

    pub fn silence() -> Self {
        Self { body: Body::Silence, ..Self::text("") }
    }

    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_lowercase(), value.to_owned()));
        self
    }

    /// With a validator; who sends it back gets 304.
    #[must_use]
    pub fn etag(self, etag: &str) -> Self {
        self.header("etag", etag)
    }

    /// With a validator; who sends it back gets 304.
    #[must_use]
    pub fn last_modified(self, date: &str) -> Self {
        self.header("last-modified", date)
    }

    /// Compressed for transport.
    #[must_use]
    pub fn gzip(self) -> Self {
        let packed = gzip(self.bytes());
        Self { body: Body::Whole(packed), ..self }.header("content-encoding", "gzip")
    }

    /// Compressed for transport.
    #[must_use]
    pub fn brotli(self) -> Self {
        let mut packed = Vec::new();
        let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
        brotli::BrotliCompress(&mut self.bytes(), &mut packed, &params).unwrap();
        Self { body: Body::Whole(packed), ..self }.header("content-encoding", "br")
    }

    /// Compressed for transport.
    #[must_use]
    pub fn deflate(self) -> Self {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(self.bytes()).unwrap();
        let packed = zlib.finish().unwrap();
        Self { body: Body::Whole(packed), ..self }.header("content-encoding", "deflate")
    }

    /// The connection is closed after this many bytes.
    #[must_use]
    pub fn cut_at(self, bytes: usize) -> Self {
        Self { body: Body::Cut(self.bytes().to_vec(), bytes), ..self }
    }

    #[must_use]
    pub fn dripping(self, pause: Duration) -> Self {
        Self { body: Body::Drip(self.bytes().to_vec(), pause), ..self }
    }

    #[must_use]
    pub fn endless(self) -> Self {
        Self { body: Body::Endless(self.bytes().to_vec()), ..self }
    }

    #[must_use]
    pub fn claiming_length(self, length: usize) -> Self {
        Self { claims: Some(length), ..self }
    }

    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Whether the asker has this answer already (RFC 9110, 13.2.2: the entity tag decides where there is one).
    pub(super) fn is_known_by(&self, none_match: Option<&str>, modified_since: Option<&str>) -> bool {
        let own = |name: &str| self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        match none_match {
            Some(tag) => own("etag") == Some(tag),
            None => modified_since.is_some() && own("last-modified") == modified_since,
        }
    }

    fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Whole(bytes)
            | Body::Cut(bytes, _)
            | Body::Drip(bytes, _)
            | Body::Endless(bytes)
            | Body::Raw(bytes) => bytes,
            Body::Silence => &[],
        }
    }
}

impl<T: AsRef<str>> From<T> for Answer {
    fn from(body: T) -> Self {
        let body = body.as_ref();
        let kind = if body.trim_start().starts_with("<?xml") {
            "application/xml"
        } else if body.trim_start().starts_with('{') {
            "application/json"
        } else {
            "text/html; charset=utf-8"
        };
        Self::of(kind, body)
    }
}

/// A gzip file of these bytes.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}
