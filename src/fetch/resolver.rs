//! Names → addresses, without those that must not be visited: checked where the connection is made, so that no
//! name can change between check and use.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use super::Settings;
use crate::address::Allowed;

pub(super) struct GuardedResolver {
    allowed: Allowed,
    names: BTreeMap<String, SocketAddr>,
    /// Proxies are the user's own choice, wherever they are.
    proxies: Vec<String>,
}

impl GuardedResolver {
    pub(super) fn new(settings: &Settings) -> Self {
        let proxies = [&settings.proxies.http, &settings.proxies.https]
            .into_iter()
            .flatten()
            .filter_map(|address| Url::parse(address).ok()?.host_str().map(str::to_owned))
            .collect();
        Self { allowed: settings.allowed.clone(), names: settings.names.clone(), proxies }
    }
}

/// The text by which a refusal is told from a failure to look up.
pub(super) const REFUSED: &str = "leads to a private or special address";

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        if let Some(address) = self.names.get(&host) {
            let address = *address;
            return Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) });
        }
        let allowed = self.allowed.clone();
        let is_proxy = self.proxies.contains(&host);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let open: Vec<SocketAddr> =
                found.iter().copied().filter(|a| is_proxy || allowed.permits_address(&host, a.ip())).collect();
            if open.is_empty() {
                let first = found.first().map_or_else(|| "no address".to_owned(), |a| a.ip().to_string());
                return Err(format!("{host} {REFUSED} ({first})").into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}
