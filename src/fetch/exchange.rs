//! One request and its response, with all limits enforced while streaming.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::coding::{self, CodingError, Decoded};
use super::refresh::{ascii_or_utf8, refresh_target};
use super::resolver::REFUSED;
use super::room::{Room, SMALL_BODY, large_buffer};
use super::{Accept, Request, Settings};
use crate::answer::{Failure, FailureKind, Response};
use crate::i18n::{Cause, CauseCode};
use crate::politeness::{Reservation, TDM_LONGEST, Wishes, robots, schedule};

/// How much of a header is read.
const LONGEST_VALUE: usize = 8_000;

/// What one request gave: a response, or a redirect that is the lane's business.
pub(super) enum Exchange {
    Response(Response),
    Redirect {
        to: Url,
        status: u16,
        permanent: bool,
        /// The page itself, where it answers 2xx and only its `Refresh` leads on.
        page: Option<Response>,
    },
}

/// What one request needs.
pub(super) struct Asking<'a> {
    pub(super) client: &'a reqwest::Client,
    pub(super) settings: &'a Settings,
    pub(super) room: &'a Room,
    pub(super) request: &'a Request,
    pub(super) url: &'a Url,
    pub(super) now: Timestamp,
}

/// Requests once; `bytes` counts what was received, whatever comes of it, and `held` is the permit for a large body.
pub(super) async fn exchange(
    asking: &Asking<'_>,
    bytes: &mut u64,
    held: &mut Option<OwnedSemaphorePermit>,
) -> Result<Exchange, Failure> {
    let Asking { client, settings, room, request, url, now } = *asking;
    let mut deadline = Instant::now() + settings.http.timeout;
    let timed_out = |_| {
        let cause = Cause::new(CauseCode::Timeout, &[&format!("{:?}", settings.http.timeout)]);
        failure(FailureKind::Unreachable, cause)
    };
    let mut builder = client
        .get(url.clone())
        .header(header::ACCEPT, accept(request.accept))
        .header(header::ACCEPT_ENCODING, coding::ACCEPTED);
    let known = request.validated.as_ref() == Some(url);
    if let Some(etag) = request.etag.as_ref().filter(|_| known) {
        builder = builder.header(header::IF_NONE_MATCH, returned(etag));
    }
    if let Some(date) = request.last_modified.as_ref().filter(|_| known) {
        builder = builder.header(header::IF_MODIFIED_SINCE, returned(date));
    }
    let answer = timeout_at(deadline, builder.send()).await.map_err(timed_out)?;
    let mut answer = answer.map_err(|e| unreachable(&e))?;
    let status = answer.status().as_u16();
    let headers = answer.headers().clone();
    match status {
        301 | 302 | 303 | 307 | 308 => {
            let to = location(&headers).and_then(|place| url.join(&place).ok());
            return match to {
                Some(mut to) => {
                    if to.fragment().is_none() {
                        to.set_fragment(url.fragment());
                    }
                    Ok(Exchange::Redirect { to, status, permanent: matches!(status, 301 | 308), page: None })
                }
                None => Err(with_status(FailureKind::Malformed, status, CauseCode::NoAddress)),
            };
        }
        200..=299 | 304 => {}
        _ => return Err(refused(status, &headers, now)),
    }
    // Only the beginning of robots.txt is read (RFC 9309, 2.5).
    let cuts = request.accept == Accept::Robots;
    let most = settings.http.max_body.min(match request.accept {
        Accept::Robots => robots::LONGEST as u64 + 1,
        Accept::Reservations => TDM_LONGEST,
        _ => u64::MAX,
    });
    // Of a sound or a film only what its channel says is kept: it is not transferred.
    let kind = text(&headers, header::CONTENT_TYPE.as_str()).unwrap_or_default().trim().to_ascii_lowercase();
    let is_skipped =
        request.accept == Accept::Article && ["audio/", "video/"].iter().any(|start| kind.starts_with(start));
    let too_large = || failure(FailureKind::TooLarge, Cause::new(CauseCode::TooLarge, &[&size(most)]));
    if !cuts && !is_skipped && answer.content_length().is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let codings = codings(&headers);
    let length = answer.content_length().filter(|_| codings.is_empty());
    let mut body = Vec::new();
    let mut complete = true;
    // A 304 has no body: there is no chunk.
    loop {
        let chunk = timeout_at(deadline, answer.chunk());
        match if is_skipped { Ok(None) } else { chunk.await.map_err(timed_out)? } {
            Ok(Some(chunk)) => {
                *bytes += chunk.len() as u64;
                let size = (body.len() + chunk.len()) as u64;
                if held.is_none() && size > SMALL_BODY as u64 {
                    let start = std::mem::replace(&mut body, large_buffer());
                    body.extend_from_slice(&start);
                    deadline += hold(room, held, length.unwrap_or(most).clamp(size, most.max(size))).await;
                }
                if size <= most {
                    body.extend_from_slice(&chunk);
                } else if cuts {
                    let room = usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(body.len());
                    body.extend(chunk.iter().take(room));
                    break;
                } else {
                    return Err(too_large());
                }
            }
            Ok(None) => break,
            Err(e) if body.is_empty() => return Err(unreachable(&e)),
            Err(_) => {
                complete = false;
                break;
            }
        }
    }
    let mut decoded = coding::decode(&body, &codings, most.min(SMALL_BODY.max(body.len()) as u64), cuts);
    if matches!(decoded, Err(CodingError::TooLarge)) && most > SMALL_BODY as u64 {
        *held = None;
        hold(room, held, most).await;
        decoded = coding::decode(&body, &codings, most, cuts);
    }
    let is_whole = match decoded {
        Ok(Decoded { body: Cow::Owned(decoded), is_whole }) => {
            body = decoded;
            is_whole
        }
        Ok(Decoded { body: Cow::Borrowed(_), is_whole }) => is_whole,
        Err(CodingError::TooLarge) => return Err(too_large()),
        Err(CodingError::Undecodable(_)) if !complete => {
            return Err(failure(FailureKind::Unreachable, Cause::new(CauseCode::CutOff, &[])));
        }
        Err(CodingError::Undecodable(name)) => {
            return Err(failure(FailureKind::Malformed, Cause::new(CauseCode::Undecodable, &[&name])));
        }
    };
    *held = held.take().map(|permit| Room::shrink(permit, body.len() as u64));
    complete &= is_whole;
    let to = refresh(request.accept, &headers, &body, url);
    let response = Response {
        status,
        url: url.clone(),
        body,
        complete,
        content_type: text(&headers, header::CONTENT_TYPE.as_str()),
        etag: validator(&headers, &header::ETAG),
        last_modified: validator(&headers, &header::LAST_MODIFIED),
        links: links(&headers),
        fresh_for: schedule::freshness(
            text(&headers, header::CACHE_CONTROL.as_str()).as_deref(),
            text(&headers, header::EXPIRES.as_str()).as_deref(),
            text(&headers, header::DATE.as_str()).as_deref(),
            now,
        ),
        wishes: wishes(&headers, settings),
    };
    Ok(match to {
        Some(to) => Exchange::Redirect { to, status, permanent: false, page: Some(response) },
        None => Exchange::Response(response),
    })
}

/// Waits for the room that a large body takes; returns how long, for that is no fault of the host.
async fn hold(room: &Room, held: &mut Option<OwnedSemaphorePermit>, bytes: u64) -> Duration {
    let begun = Instant::now();
    *held = room.body(bytes).await;
    begun.elapsed()
}

/// Where a page leads by `Refresh` instead of a redirect.
fn refresh(accept: Accept, headers: &HeaderMap, body: &[u8], url: &Url) -> Option<Url> {
    let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
    let is_page = matches!(accept, Accept::Page | Accept::Article | Accept::Feed);
    let header = headers.get(header::REFRESH).map(|value| ascii_or_utf8(limited(value.as_bytes())));
    if !is_page || (header.is_none() && !kind.is_empty() && !kind.contains("html")) {
        return None;
    }
    let mut to = refresh_target(header.as_deref(), body, url)?;
    if to.fragment().is_none() {
        to.set_fragment(url.fragment());
    }
    Some(to)
}

/// All that `Content-Encoding` says.
fn codings(headers: &HeaderMap) -> String {
    let lines = headers.get_all(header::CONTENT_ENCODING).iter().take(20);
    lines.map(|line| String::from_utf8_lossy(limited(line.as_bytes())).into_owned()).collect::<Vec<_>>().join(",")
}

/// `Location`, its bytes as they are.
fn location(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::LOCATION)?.as_bytes().trim_ascii();
    (!value.is_empty() && value.len() <= LONGEST_VALUE).then(|| ascii_or_utf8(value).into_owned())
}

fn limited(value: &[u8]) -> &[u8] {
    value.get(..LONGEST_VALUE).unwrap_or(value)
}

fn accept(kind: Accept) -> &'static str {
    match kind {
        Accept::Feed => {
            "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
        }
        Accept::Page | Accept::Article => "text/html, application/xhtml+xml, */*;q=0.5",
        Accept::Json | Accept::Reservations => "application/json, */*;q=0.5",
        Accept::Robots => "text/plain, */*;q=0.5",
    }
}

fn refused(status: u16, headers: &HeaderMap, now: Timestamp) -> Failure {
    let retry_after = text(headers, header::RETRY_AFTER.as_str()).and_then(|value| schedule::retry_after(&value, now));
    let (kind, code) = match status {
        401 => (FailureKind::Blocked, CauseCode::Login),
        402 => (FailureKind::Blocked, CauseCode::Payment),
        403 => (FailureKind::Blocked, CauseCode::Refused),
        451 => (FailureKind::Blocked, CauseCode::Legal),
        404 => (FailureKind::NotFound, CauseCode::NotFound),
        410 => (FailureKind::Gone, CauseCode::Gone),
        429 => (FailureKind::Busy, CauseCode::SlowDown),
        503 => (FailureKind::Busy, CauseCode::OutOfService),
        400..=499 => (FailureKind::NotFound, CauseCode::BadRequest),
        _ => (FailureKind::Unreachable, CauseCode::ServerFailed),
    };
    Failure { retry_after, ..with_status(kind, status, code) }
}

pub(super) fn failure(kind: FailureKind, cause: Cause) -> Failure {
    Failure { kind, status: None, cause, retry_after: None }
}

fn with_status(kind: FailureKind, status: u16, code: CauseCode) -> Failure {
    Failure { kind, status: Some(status), cause: Cause::new(code, &[&status]), retry_after: None }
}

fn unreachable(e: &reqwest::Error) -> Failure {
    let cause = cause(e);
    if cause.contains(REFUSED) {
        return failure(FailureKind::Forbidden, Cause::new(CauseCode::Forbidden, &[&cause]));
    }
    let code = garbled(&cause);
    if is_malformed(e) {
        return failure(FailureKind::Malformed, Cause::new(code.unwrap_or(CauseCode::Malformed), &[&cause]));
    }
    if let Some(code) = code {
        return failure(FailureKind::Unreachable, Cause::new(code, &[&cause]));
    }
    let known = match kind(e) {
        Some(ErrorKind::ConnectionRefused) => Some(CauseCode::NobodyThere),
        Some(
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof,
        ) => Some(CauseCode::CutOff),
        _ if cause.starts_with("failed to lookup address information") => Some(CauseCode::UnknownHost),
        _ => None,
    };
    let cause = known.map_or_else(|| Cause::new(CauseCode::Connection, &[&cause]), |code| Cause::new(code, &[]));
    failure(FailureKind::Unreachable, cause)
}

/// Why an answer cannot be read, by the words of the HTTP and TLS libraries, which give no more.
fn garbled(cause: &str) -> Option<CauseCode> {
    const NO_HTTP: [&str; 5] = [
        "invalid HTTP ",
        "invalid content-length",
        "unexpected transfer-encoding",
        "Invalid chunk",
        "message head is too large",
    ];
    match cause {
        "connection closed before message completed" | "tls handshake eof" => Some(CauseCode::CutOff),
        _ if cause.starts_with("received corrupt message of type InvalidContentType") => Some(CauseCode::NoTls),
        _ if NO_HTTP.iter().any(|start| cause.starts_with(start)) => Some(CauseCode::NoHttp),
        _ => None,
    }
}

/// Whether the server answered, but not in HTTP as far as we know it. Certificates that make no sense are the host's.
fn is_malformed(e: &reqwest::Error) -> bool {
    let mut inner: &dyn std::error::Error = e;
    let mut is_unparsed = matches!(kind(e), Some(ErrorKind::InvalidData | ErrorKind::InvalidInput));
    while let Some(next) = inner.source() {
        inner = next;
        is_unparsed |= inner.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse);
    }
    is_unparsed && !e.is_connect()
}

/// What the system says of a connection.
fn kind(e: &reqwest::Error) -> Option<ErrorKind> {
    let mut inner: &dyn std::error::Error = e;
    let mut found = None;
    while let Some(next) = inner.source() {
        inner = next;
        found = inner.downcast_ref::<std::io::Error>().map(std::io::Error::kind).or(found);
    }
    found
}

/// The innermost cause, which is the informative one; the message of reqwest itself would repeat the URL with its query.
pub(super) fn cause(e: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = e;
    let mut told = String::new();
    while let Some(next) = inner.source() {
        inner = next;
        told = inner.to_string();
    }
    // The error number does not help users.
    if let Some(at) = told.rfind(" (os error ") {
        told.truncate(at);
    }
    if told.is_empty() {
        told = if e.is_timeout() { "timed out".into() } else { "the request failed".into() };
    }
    told
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    let text = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    (!text.is_empty() && text.len() <= 2000).then_some(text)
}

fn links(headers: &HeaderMap) -> Option<String> {
    let all: Vec<String> = headers
        .get_all(header::LINK)
        .iter()
        .take(20)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    let all = all.join(", ");
    (!all.is_empty() && all.len() <= 8_000).then_some(all)
}

/// A validator, with one character per byte (ISO 8859-1), so that it can be sent back byte for byte.
fn validator(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.as_bytes().trim_ascii();
    let text: String = value.iter().copied().map(char::from).collect();
    // Stored values must not contain control characters.
    (!text.is_empty() && text.len() <= 8_000 && !text.contains(char::is_control)).then_some(text)
}

/// The bytes of a [`validator`].
fn returned(validator: &str) -> Vec<u8> {
    validator.chars().filter_map(|c| u8::try_from(c).ok()).collect()
}

fn wishes(headers: &HeaderMap, settings: &Settings) -> Wishes {
    let tags: Vec<String> = headers
        .get_all("x-robots-tag")
        .iter()
        .take(20)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    let mut wishes = Wishes::of_robots_tag(&tags.join("\n"), settings.agent());
    wishes.tdm = text(headers, "tdm-reservation")
        .and_then(|value| Reservation::read(&value, text(headers, "tdm-policy").as_deref()));
    wishes
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn validators_are_returned_byte_for_byte() {
        for (sent, kept) in [
            (&b"W/\"x\"y'\""[..], true),
            (b" \"a,b c\" ", true),
            (b"\"caf\xe9\"", true),
            ("\"café\"".as_bytes(), true),
            (b"\"\"", true),
            (b"", false),
            // A control character of ISO 8859-1, which a terminal may obey.
            (b"\"\x9b31m\"", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ETAG, header::HeaderValue::from_bytes(sent).unwrap())]);
            let told = validator(&headers, &header::ETAG);
            assert_eq!(told.map(|told| returned(&told)), kept.then(|| sent.trim_ascii().to_vec()), "{sent:?}");
        }
    }
}
