//! The HTTP client: identifies itself, sends no cookies and no referer, and follows no redirects by itself.

use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderValue};

use super::Settings;
use super::resolver::{GuardedResolver, Lookup};
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
        .http1_max_headers(200)
        .pool_max_idle_per_host(1)
        .dns_resolver(Arc::new(GuardedResolver::new(settings, lookup)));
    let none = settings.proxies.none.as_deref().and_then(reqwest::NoProxy::from_string);
    for (address, secure) in [(&settings.proxies.http, false), (&settings.proxies.https, true)] {
        let Some(address) = address else { continue };
        let proxy = if secure { reqwest::Proxy::https(address) } else { reqwest::Proxy::http(address) };
        let proxy = proxy.map_err(|_| {
            Error::usage("could not use the proxy of the environment: its address cannot be read")
                .hint("HTTP_PROXY and HTTPS_PROXY look like http://proxy.example.org:3128")
        })?;
        builder = builder.proxy(proxy.no_proxy(none.clone()));
    }
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
