//! The settings of requests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use super::watching::RequestWatcher;
use crate::config::Http;
use crate::egress::Allowed;
use crate::politeness::HostGate;

/// The settings of requests.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The User-Agent; the part before `/` is the name for which robots.txt is read.
    pub user_agent: String,
    /// `[http]`
    pub http: Http,
    /// Which addresses may be visited: public ones, and those of `http.allow_private`.
    pub allowed: Allowed,
    /// Names with fixed addresses, like a hosts file, for the outlets of the demo.
    pub names: BTreeMap<String, SocketAddr>,
    /// Proxies of the environment.
    pub proxies: Proxies,
    /// Who logs the requests.
    pub watcher: Option<RequestWatcher>,
    /// By which requests wait for those of other processes.
    pub gate: Option<Arc<dyn HostGate>>,
}

impl Settings {
    /// The settings of the configuration and the environment.
    ///
    /// # Errors
    /// If an entry of `allow_private` is invalid.
    pub fn new(http: Http, proxies: Proxies) -> Result<Self, String> {
        let version = env!("CARGO_PKG_VERSION");
        Ok(Self {
            user_agent: match &http.contact {
                Some(contact) => format!("presswatch/{version} (+{contact})"),
                None => format!("presswatch/{version}"),
            },
            allowed: Allowed::new(&http.allow_private).map_err(|(_, why)| why)?,
            names: BTreeMap::new(),
            proxies,
            http,
            watcher: None,
            gate: None,
        })
    }

    /// The name that robots.txt is read for: the product token of the User-Agent.
    pub(super) fn agent(&self) -> &str {
        self.user_agent.split('/').next().unwrap_or_default()
    }
}

/// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` of the environment.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// For http addresses.
    pub http: Option<String>,
    /// For https addresses.
    pub https: Option<String>,
    /// Hosts that are requested without a proxy.
    pub none: Option<String>,
}
