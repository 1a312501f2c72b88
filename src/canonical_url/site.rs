//! Which hosts belong together.

use url::{Host, Url};

/// Host labels that lead to another layout of the same pages.
const LAYOUTS: [&str; 4] = ["www.", "m.", "mobile.", "amp."];

/// The host without `www.`, `m.`, `mobile.`, `amp.` and a closing dot, as long as a registrable domain is left.
pub(super) fn plain_host(host: &str) -> &str {
    let mut host = host.strip_suffix('.').filter(|rest| !rest.is_empty() && !rest.ends_with('.')).unwrap_or(host);
    while let Some(rest) = LAYOUTS.iter().find_map(|label| host.strip_prefix(label)) {
        if registrable_domain(rest).is_none() {
            break;
        }
        host = rest;
    }
    host
}

/// The part of a host name, in lower case, that somebody registered, by the public suffix list: `paper.co.uk` of `news.paper.co.uk`.
pub fn registrable_domain(host: &str) -> Option<&str> {
    psl2::lookup(host.trim_end_matches('.'))?.registrable_domain()
}

/// The name of the site that an address belongs to: its registrable domain (`paper.co.uk`), or host and port where it has
/// none (an IP address, a single-label host). Empty for addresses without host.
pub fn site_key(url: &Url) -> String {
    let registrable = match url.host() {
        Some(Host::Domain(name)) => registrable_domain(name),
        Some(_) => None,
        None => return String::new(),
    };
    registrable.map_or_else(
        || {
            let host = url.host_str().unwrap_or_default();
            url.port_or_known_default().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
        },
        str::to_ascii_lowercase,
    )
}

/// Whether two addresses belong to one site, by the public suffix list.
pub fn same_site(a: &Url, b: &Url) -> bool {
    let site = site_key(a);
    !site.is_empty() && site == site_key(b)
}
