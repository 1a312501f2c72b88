//! Resolves names, and removes forbidden addresses. The check is part of connecting, so that a name cannot change between check and use.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Settings;
use crate::egress::Allowed;

/// Resolves a name; tests supply their own.
pub(super) type Lookup = Arc<dyn Fn(String) -> LookupResult + Send + Sync>;
type LookupResult = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// The resolver of the system.
pub(super) fn system() -> Lookup {
    Arc::new(|host| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

pub(super) struct GuardedResolver {
    lookup: Lookup,
    allowed: Allowed,
    names: BTreeMap<String, SocketAddr>,
    /// Proxies may have private addresses, because the user chose them.
    proxies: Vec<String>,
}

impl GuardedResolver {
    pub(super) fn new(settings: &Settings, lookup: Lookup) -> Self {
        let proxies = settings.proxies.hosts().collect();
        Self { lookup, allowed: settings.allowed.clone(), names: settings.names.clone(), proxies }
    }
}

/// The text that distinguishes a forbidden address from a failure to resolve a name.
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
        let found = (self.lookup)(host.clone());
        Box::pin(async move {
            let found = found.await?;
            let open: Vec<SocketAddr> = found
                .iter()
                .filter(|ip| is_proxy || allowed.permits_address(&host, **ip))
                .map(|ip| SocketAddr::new(*ip, 0))
                .collect();
            if open.is_empty() {
                let first = found.first().map_or_else(|| "no address".to_owned(), IpAddr::to_string);
                return Err(format!("{host} {REFUSED} ({first})").into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}
