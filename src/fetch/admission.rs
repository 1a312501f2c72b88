//! Whether a URL may be requested, as far as can be known before connecting.

use url::Url;

use super::Settings;
use super::exchange::failure;
use super::resolver::{Lookup, REFUSED};
use crate::answer::{Failure, FailureKind};
use crate::i18n::{Cause, CauseCode};

/// Fails for a URL that must not be requested. The resolver checks again when the connection is made.
pub(super) async fn admit(settings: &Settings, lookup: &Lookup, url: &Url) -> Result<(), Failure> {
    if url.host_str().is_some_and(|host| settings.names.contains_key(host)) {
        return Ok(());
    }
    settings
        .allowed
        .check_url(url)
        .map_err(|why| failure(FailureKind::Forbidden, Cause::new(CauseCode::Forbidden, &[&why])))?;
    check_behind_proxy(settings, lookup, url).await
}

/// A proxy resolves names itself and may choose any address. So a name is rejected if any of the addresses that we find is forbidden. A
/// name that we cannot resolve is left to the proxy.
async fn check_behind_proxy(settings: &Settings, lookup: &Lookup, url: &Url) -> Result<(), Failure> {
    let proxies = &settings.proxies;
    // The resolver lets a proxy's own name through, wherever it leads: a page must not make use of that.
    let is_unseen = |host: &&str| proxies.serving(url).is_some() || proxies.hosts().any(|proxy| proxy == **host);
    let Some(host) = url.host_str().filter(is_unseen) else { return Ok(()) };
    if url.domain().is_none() {
        return Ok(());
    }
    let found = tokio::time::timeout(settings.http.timeout, lookup(host.to_owned())).await;
    let Ok(Ok(found)) = found else { return Ok(()) };
    match found.iter().find(|ip| !settings.allowed.permits_address(host, **ip)) {
        Some(closed) => {
            let cause = Cause::new(CauseCode::Forbidden, &[&format!("{host} {REFUSED} ({closed})")]);
            Err(failure(FailureKind::Forbidden, cause))
        }
        None => Ok(()),
    }
}
