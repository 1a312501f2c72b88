//! Messages of alerts: one request, without redirects, behind the same guard as all others.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use tokio::task::AbortHandle;
use url::Url;

use super::Fetcher;
use super::admission::admit;
use super::exchange::cause;
use crate::politeness::schedule;

/// So much of the answer of a receiver is read, so that its connection can be used again. It is not looked at.
const LONGEST_ANSWER: usize = 64_000;

const DRAINED_WITHIN: Duration = Duration::from_millis(300);

/// A message on its way.
#[derive(Clone)]
pub struct Post {
    /// `PUT`; else `POST`.
    pub is_put: bool,
    /// Where it goes.
    pub url: Url,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// Why a message was not taken. No part of the answer and no address stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostFailure {
    /// One line.
    pub problem: String,
    /// How long the receiver wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// A request that is under way; dropping it ends it.
pub struct Posting(AbortHandle);

impl Drop for Posting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Fetcher {
    /// Sends a message, and calls `done` with the status of the answer or with what went wrong, on a thread of the network.
    ///
    /// Redirects are not followed: a message would have to be sent twice, and its secrets to somebody else.
    pub fn post(
        &self,
        post: Post,
        limit: Duration,
        done: impl FnOnce(Result<u16, PostFailure>) + Send + 'static,
    ) -> Posting {
        let (client, now) = (self.client.clone(), (self.clock)());
        let limit = limit.min(self.settings.http.timeout);
        let (settings, lookup) = (Arc::clone(&self.settings), Arc::clone(&self.lookup));
        let task = self.runtime.handle().spawn(async move {
            let sending = async {
                admit(&settings, &lookup, &post.url).await.map_err(|e| failure(e.cause.to_string()))?;
                send(&client, post, now).await
            };
            let result = tokio::time::timeout(limit, sending).await;
            done(result.unwrap_or_else(|_| Err(failure(format!("timed out after {} s", limit.as_secs())))));
        });
        Posting(task.abort_handle())
    }
}

async fn send(client: &reqwest::Client, post: Post, now: Timestamp) -> Result<u16, PostFailure> {
    let mut headers = HeaderMap::new();
    for (name, value) in &post.headers {
        let value = HeaderValue::from_str(value).map(|mut value| {
            value.set_sensitive(*name == header::AUTHORIZATION.as_str());
            value
        });
        let value =
            value.map_err(|_| failure(format!("the value of the header {name} has a character that none may have")))?;
        headers.insert(HeaderName::from_static(name), value);
    }
    let request = if post.is_put { client.put(post.url) } else { client.post(post.url) };
    let answer = request.headers(headers).body(post.body).send().await;
    let mut answer = answer.map_err(|e| failure(cause(&e)))?;
    let status = answer.status().as_u16();
    let retry_after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.and_then(|value| schedule::retry_after(value, now));
    // The status says it all: a body that does not end must not make a failure of a message that was taken.
    let drained = async {
        let mut read = 0;
        while let Ok(Some(chunk)) = answer.chunk().await {
            read += chunk.len();
            if read > LONGEST_ANSWER {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DRAINED_WITHIN, drained).await;
    let problem = match status {
        200..=299 => return Ok(status),
        300..=399 => "it redirects, which is not followed: write the new address into `to`",
        401 | 403 => "it refuses the message: is the token or the address right?",
        404 | 410 => "there is no such address",
        408 | 504 => "it timed out",
        413 => "the message is too large for it",
        429 => "it wants fewer messages",
        400..=499 => "it does not understand the message",
        _ => "server error",
    };
    Err(PostFailure { problem: format!("{problem} (HTTP {status})"), retry_after })
}

fn failure(problem: String) -> PostFailure {
    PostFailure { problem, retry_after: None }
}
