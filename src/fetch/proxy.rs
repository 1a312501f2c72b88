//! Which proxy of the environment serves a request, if any.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::Proxies;

impl Proxies {
    /// The proxy that a request for `url` goes through; `None`: it goes directly.
    pub(super) fn serving(&self, url: &Url) -> Option<&str> {
        let proxy = if url.scheme() == "https" { &self.https } else { &self.http };
        proxy.as_deref().filter(|_| !self.none.as_deref().is_some_and(|list| is_exempt(list, url)))
    }

    /// The hosts of the proxies themselves.
    pub(super) fn hosts(&self) -> impl Iterator<Item = String> {
        [&self.http, &self.https].into_iter().flatten().filter_map(|proxy| Some(parse(proxy)?.host_str()?.to_owned()))
    }
}

/// A proxy's address; `http://` may be left out.
pub(super) fn parse(proxy: &str) -> Option<Url> {
    let whole = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    Url::parse(&whole).ok().filter(Url::has_host)
}

/// Whether `NO_PROXY` names the host, as curl reads it: `*` is every host, a name stands for itself and its subdomains, an
/// address for itself, a network for its addresses; commas or blanks between them. No name is looked up for it.
fn is_exempt(list: &str, url: &Url) -> bool {
    let Some(host) = url.host() else { return false };
    let mut entries = list.split([',', ' ', '\t', '\n', '\r']).filter(|entry| !entry.is_empty());
    entries.any(|entry| {
        entry == "*"
            || match host {
                Host::Domain(name) => covers_name(entry, name),
                Host::Ipv4(address) => covers_address(entry, address.into()),
                Host::Ipv6(address) => covers_address(entry, address.into()),
            }
    })
}

fn covers_name(entry: &str, name: &str) -> bool {
    // As the host was read: in lower case, and foreign letters in ASCII.
    let domain = entry.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(entry);
    let Ok(Host::Domain(domain)) = Host::parse(domain.trim_matches('.')) else { return false };
    let name = name.trim_end_matches('.');
    name.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn covers_address(entry: &str, address: IpAddr) -> bool {
    let (first, bits) = entry.split_once('/').map_or((entry, None), |(first, bits)| (first, Some(bits)));
    let first = first.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(first);
    let Ok(first) = first.parse::<IpAddr>() else { return false };
    let network = match bits.map(str::parse) {
        None => IpNet::from(first),
        Some(Ok(bits)) => match IpNet::new(first, bits) {
            Ok(network) => network,
            Err(_) => return false,
        },
        Some(Err(_)) => return false,
    };
    network.contains(&address) || network.contains(&address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn hosts_that_no_proxy_names_are_asked_directly() {
        for (list, host, direct) in [
            ("*", "press.example", true),
            ("*", "127.0.0.1", true),
            ("*", "[::1]", true),
            ("press.example, *", "other.example", true),
            ("press.example", "press.example", true),
            ("press.example", "www.press.example", true),
            (".press.example", "press.example", true),
            ("*.press.example", "www.press.example", true),
            ("PRESS.example.", "press.EXAMPLE", true),
            ("press.example", "press.example.", true),
            ("press.example", "express.example", false),
            ("www.press.example", "press.example", false),
            ("a.example b.example\tc.example", "c.example", true),
            (",, a.example ,", "a.example", true),
            ("bücher.example", "www.bücher.example", true),
            ("*example", "press.example", false),
            ("example*", "example", false),
            (".", "press.example", false),
            ("", "press.example", false),
            (" , ", "press.example", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.10", false),
            ("127.0.0.1", "1", false),
            ("0.0.1", "127.0.0.1", false),
            ("10.0.0.0/8", "10.200.3.4", true),
            ("10.1.2.3/8", "10.200.3.4", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/33", "10.0.0.0", false),
            ("10.0.0.0/", "10.0.0.0", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("10.0.0.0/8", "ten.example", false),
            ("::1", "[::1]", true),
            ("[::1]", "[::1]", true),
            ("0:0:0:0:0:0:0:1", "[::1]", true),
            ("fd00::/8", "[fd12::1]", true),
            ("[fd00::]/8", "[fd12::1]", true),
            ("fd00::/8", "[fe80::1]", false),
            ("10.0.0.0/8", "[::ffff:10.0.0.1]", true),
            ("::/0", "10.0.0.1", false),
        ] {
            let proxies = Proxies {
                http: Some("proxy.example:3128".into()),
                https: Some("http://proxy.example:3129".into()),
                none: Some(list.to_owned()),
            };
            for (scheme, proxy) in [("http", "proxy.example:3128"), ("https", "http://proxy.example:3129")] {
                let url = Url::parse(&format!("{scheme}://{host}:8080/a")).unwrap();
                assert_eq!(proxies.serving(&url), (!direct).then_some(proxy), "NO_PROXY={list:?} {url}");
            }
        }
    }

    #[test]
    fn the_scheme_of_a_proxy_may_be_left_out() {
        for (proxy, host) in [
            ("proxy.example:3128", Some("proxy.example")),
            ("http://me:secret@proxy.example", Some("proxy.example")),
            ("127.0.0.1:3128", Some("127.0.0.1")),
            ("proxy", Some("proxy")),
            ("http://", None),
            ("\u{fffd} x", None),
        ] {
            assert_eq!(parse(proxy).as_ref().and_then(Url::host_str), host, "{proxy}");
        }
    }
}
