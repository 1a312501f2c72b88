//! One request and its response, with all limits enforced while streaming.

use std::io::{ErrorKind, Read as _};

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName};
use url::Url;

use super::resolver::REFUSED;
use super::{Accept, Request, Settings};
use crate::answer::{Failure, FailureKind, Response};
use crate::i18n::{Cause, CauseCode};
use crate::politeness::{Reservation, TDM_LONGEST, Wishes, robots, schedule};

/// The result of one request: a response, or a redirect for the lane to follow.
pub(super) enum Exchange {
    Response(Response),
    Redirect { to: Url, permanent: bool },
}

/// Makes one request; `bytes` counts what was received, even if it fails.
pub(super) async fn exchange(
    client: &reqwest::Client,
    settings: &Settings,
    request: &Request,
    url: &Url,
    now: Timestamp,
    bytes: &mut u64,
) -> Result<Exchange, Failure> {
    let attempt = attempt(client, settings, request, url, now, bytes);
    tokio::time::timeout(settings.http.timeout, attempt).await.unwrap_or_else(|_| {
        let cause = Cause::new(CauseCode::Timeout, &[&format!("{:?}", settings.http.timeout)]);
        Err(failure(FailureKind::Unreachable, cause))
    })
}

async fn attempt(
    client: &reqwest::Client,
    settings: &Settings,
    request: &Request,
    url: &Url,
    now: Timestamp,
    bytes: &mut u64,
) -> Result<Exchange, Failure> {
    let mut builder = client.get(url.clone()).header(header::ACCEPT, accept(request.accept));
    let known = request.validated.as_ref() == Some(url);
    if let Some(etag) = request.etag.as_ref().filter(|_| known) {
        builder = builder.header(header::IF_NONE_MATCH, returned(etag));
    }
    if let Some(date) = request.last_modified.as_ref().filter(|_| known) {
        builder = builder.header(header::IF_MODIFIED_SINCE, returned(date));
    }
    let mut answer = builder.send().await.map_err(|e| unreachable(&e))?;
    let status = answer.status().as_u16();
    let headers = answer.headers().clone();
    match status {
        301 | 302 | 303 | 307 | 308 => {
            let to = text(&headers, header::LOCATION.as_str()).and_then(|place| url.join(&place).ok());
            return match to {
                Some(mut to) => {
                    if to.fragment().is_none() {
                        to.set_fragment(url.fragment());
                    }
                    Ok(Exchange::Redirect { to, permanent: matches!(status, 301 | 308) })
                }
                None => Err(with_status(FailureKind::Unreachable, status, CauseCode::NoAddress)),
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
    let too_large = || failure(FailureKind::TooLarge, Cause::new(CauseCode::TooLarge, &[&size(most)]));
    if !cuts && answer.content_length().is_some_and(|length| length > most) {
        return Err(too_large());
    }
    // Reserved memory is not used until it is written to, whatever length is claimed.
    let claimed = answer.content_length().unwrap_or(0).min(most);
    let mut body = Vec::with_capacity(usize::try_from(claimed).unwrap_or(0));
    let mut complete = true;
    // A 304 has no body: there is no chunk.
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => {
                *bytes += chunk.len() as u64;
                if (body.len() + chunk.len()) as u64 <= most {
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
    let body = if cuts { body } else { open_gzip(body, most).ok_or_else(too_large)? };
    Ok(Exchange::Response(Response {
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
    }))
}

/// Decompresses a gzip file (`sitemap.xml.gz`); returns other bodies unchanged. `None`: larger than the limit.
pub fn open_gzip(body: Vec<u8>, max_body: u64) -> Option<Vec<u8>> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Some(body);
    }
    let mut open = Vec::new();
    // A truncated file is read as far as possible.
    let _ = flate2::read::MultiGzDecoder::new(body.as_slice()).take(max_body + 1).read_to_end(&mut open);
    if open.len() as u64 > max_body {
        return None;
    }
    Some(if open.is_empty() { body } else { open })
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

/// The error of the operating system, if any.
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

/// A random number between 0 and 1, which spreads requests over time.
pub(super) fn jitter() -> f64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let bits = std::hash::RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(bits >> 32).unwrap_or(0)) / f64::from(u32::MAX)
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
