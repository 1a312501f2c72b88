//! The HTTP client: identifies itself, sends no cookies and no referer, and follows no redirects by itself.

use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderValue};

use super::resolver::{GuardedResolver, Lookup};
use super::{Settings, proxy};
use crate::error::Error;

/// Builds the client that all requests share.
pub(super) fn build(settings: &Settings, lookup: Lookup) -> Result<reqwest::Client, Error> {
    // Fails if another part of the process has installed it already, which is the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut headers = HeaderMap::new();
    headers.insert("accept-language", HeaderValue::from_static("*"));
    let mut builder = reqwest::Client::builder()
        .user_agent(&settings.user_agent)
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        // As curl and browsers: a line that is no header is left out, and costs nothing else.
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_max_headers(1_000)
        .pool_max_idle_per_host(1)
        .dns_resolver(Arc::new(GuardedResolver::new(settings, lookup)));
    for address in [&settings.proxies.http, &settings.proxies.https].into_iter().flatten() {
        proxy::parse(address).ok_or_else(|| {
            Error::usage("could not use the proxy of the environment: its address cannot be read")
                .hint("HTTP_PROXY and HTTPS_PROXY look like http://proxy.example.org:3128")
        })?;
    }
    let proxies = settings.proxies.clone();
    builder = builder.proxy(reqwest::Proxy::custom(move |url| proxies.serving(url).and_then(proxy::parse)));
    builder.build().map_err(|e| {
        Error::failed(format!("could not prepare for requests: {}", super::exchange::cause(&e)))
            .hint("a slim system may lack certificates: install ca-certificates")
    })
}

/// Waits for Ctrl-C or SIGTERM.
pub(super) async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = term.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
