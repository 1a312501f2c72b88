//! Which addresses may be asked: public ones, and those that `allow_private` names.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The private addresses that the user lets us visit.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    networks: Vec<IpNet>,
    /// Lower case, without a closing dot.
    hosts: Vec<String>,
    /// Like `hosts`; their subdomains count as well.
    domains: Vec<String>,
}

impl Allowed {
    /// Reads networks (`10.0.0.0/8`), addresses (`127.0.0.1`, `::1`) and host names (`news.intern`; `.intern` and
    /// `*.intern` stand for a host and its subdomains). An error names the entry's index and what is wrong with it.
    pub fn new(entries: &[String]) -> Result<Self, (usize, String)> {
        let mut allowed = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            allowed.add(entry.trim()).ok_or_else(|| {
                let what = "is no address, network or host name; expected such as \"127.0.0.1\", \"10.0.0.0/8\" or \"news.intern\"";
                (index, format!("\"{entry}\" {what}"))
            })?;
        }
        Ok(allowed)
    }

    fn add(&mut self, entry: &str) -> Option<()> {
        let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
        if let Ok(address) = bare.parse::<IpAddr>() {
            self.networks.push(address.into());
            return Some(());
        }
        if entry.contains('/') {
            self.networks.push(entry.parse().ok()?);
            return Some(());
        }
        let domain = entry.strip_prefix("*.").or_else(|| entry.strip_prefix('.'));
        match Host::parse(domain.unwrap_or(entry)).ok()? {
            Host::Ipv4(address) if domain.is_none() => self.networks.push(IpAddr::V4(address).into()),
            Host::Ipv6(address) if domain.is_none() => self.networks.push(IpAddr::V6(address).into()),
            Host::Domain(name) if name.split('.').all(|label| !label.is_empty() && !label.contains('*')) => {
                if domain.is_some() { &mut self.domains } else { &mut self.hosts }.push(name);
            }
            _ => return None,
        }
        Some(())
    }

    /// Whether a connection to `address`, which `host` resolved to, may be made: checked at connect time for every
    /// address of every hop, so that a name which changes its mind gains nothing.
    pub fn permits_address(&self, host: &str, address: IpAddr) -> bool {
        is_special(address).is_none() || self.names_address(address) || self.names_host(host)
    }

    /// Whether an address may be asked as far as can be seen before its host is resolved. The error says why not, and
    /// what the user can do.
    pub fn check_url(&self, url: &Url) -> Result<(), String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("{} addresses are not asked, only http and https", url.scheme()));
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it has no host")?;
        let named = match url.host() {
            Some(Host::Ipv4(address)) => self.check_literal(host, address.into())?,
            Some(Host::Ipv6(address)) => self.check_literal(host, address.into())?,
            _ => {
                // RFC 6761 6.3: these names are the machine itself, whatever a proxy would make of them.
                let name = trimmed(host);
                let local =
                    name.eq_ignore_ascii_case("localhost") || ends_with_label(&name.to_ascii_lowercase(), "localhost");
                let home = [Ipv4Addr::LOCALHOST.into(), IpAddr::V6(Ipv6Addr::LOCALHOST)];
                if local && !home.iter().any(|&address| self.permits_address(host, address)) {
                    return Err(refusal(host, "this machine"));
                }
                local || self.names_host(host)
            }
        };
        match url.port() {
            Some(port) if !named && is_foreign_port(port) => Err(format!(
                "port {port} belongs to another service than the web; name {host} in http.allow_private if it is meant"
            )),
            _ => Ok(()),
        }
    }

    /// `Ok(true)` when the user has named it.
    fn check_literal(&self, host: &str, address: IpAddr) -> Result<bool, String> {
        let named = self.names_address(address) || self.names_host(host);
        match is_special(address) {
            Some(kind) if !named => Err(refusal(host, kind)),
            _ => Ok(named),
        }
    }

    fn names_address(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address) || network.contains(&plain))
    }

    fn names_host(&self, host: &str) -> bool {
        let host = trimmed(host).to_ascii_lowercase();
        self.hosts.contains(&host)
            || self.domains.iter().any(|domain| host == *domain || ends_with_label(&host, domain))
    }
}

fn trimmed(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether `host` is a subdomain of `domain`.
fn ends_with_label(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

fn refusal(host: &str, kind: &str) -> String {
    format!("{host} is not on the public internet ({kind}); name it in http.allow_private if it is meant")
}

/// What an address is if it is no ordinary public one, by IANA's special-purpose registries (RFC 6890) for IPv4 and
/// IPv6. IPv4 inside IPv6 is judged by the inner address where the outer form is in use (mapped, NAT64), and is
/// special where it is not (6to4, Teredo, compatible).
pub fn is_special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => special_v4(address),
        IpAddr::V6(address) => special_v6(address),
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "this network",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [100, 64..=127, ..] => "shared by a provider",
        [127, ..] => "loopback",
        [169, 254, ..] => "link-local",
        [192, 0, 0, _] => "protocol assignments",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "documentation",
        [192, 88, 99, _] => "6to4 relay",
        [198, 18..=19, ..] => "benchmarking",
        [224..=239, ..] => "multicast",
        [255, 255, 255, 255] => "broadcast",
        [240..=255, ..] => "reserved",
        _ => return None,
    })
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    let inner = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        // ::ffff:0:0/96 (mapped) and 64:ff9b::/96 (NAT64, RFC 6052): how IPv6-only networks reach the IPv4 world.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            return special_v4(inner(high, low));
        }
        [0, 0, 0, 0, 0 | 0xffff, 0, ..] => "IPv4 in IPv6",
        [0x64, 0xff9b, 1, ..] => "local NAT64",
        [0x100, 0, 0, 0..=1, ..] => "discard",
        [0x2001, 0..=0x1ff, ..] => "protocol assignments",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => "documentation",
        [0x2002, ..] => "6to4",
        [0x5f00, ..] => "segment routing",
        [0xfc00..=0xfdff, ..] => "private",
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xfec0..=0xfeff, ..] => "site-local",
        [0xff00..=0xffff, ..] => "multicast",
        // Only 2000::/3 is given out for public use (RFC 4291 2.4).
        [0x2000..=0x3fff, ..] => return None,
        _ => "reserved",
    })
}

/// Ports of other services that a web request could be mistaken for a command by: the ones that browsers refuse
/// (WHATWG Fetch, "bad port").
fn is_foreign_port(port: u16) -> bool {
    const FOREIGN: &[u16] = &[
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
        109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526,
        530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045,
        4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    ];
    FOREIGN.binary_search(&port).is_ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;
    use proptest::prelude::*;

    fn allowed(entries: &[&str]) -> Allowed {
        Allowed::new(&entries.iter().map(|&e| e.to_owned()).collect::<Vec<_>>()).unwrap()
    }

    fn passes(entries: &[&str], url: &str) -> bool {
        allowed(entries).check_url(&Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn special_addresses_are_known() {
        for (address, kind) in [
            ("0.0.0.0", Some("this network")),
            ("0.1.2.3", Some("this network")),
            ("10.255.0.1", Some("private")),
            ("100.63.255.255", None),
            ("100.64.0.1", Some("shared by a provider")),
            ("100.127.255.255", Some("shared by a provider")),
            ("100.128.0.0", None),
            ("127.255.255.254", Some("loopback")),
            ("169.254.169.254", Some("link-local")),
            ("172.15.0.1", None),
            ("172.16.0.1", Some("private")),
            ("172.31.255.255", Some("private")),
            ("172.32.0.1", None),
            ("192.0.0.8", Some("protocol assignments")),
            ("192.0.1.1", None),
            ("192.0.2.1", Some("documentation")),
            ("192.88.99.1", Some("6to4 relay")),
            ("192.168.1.1", Some("private")),
            ("192.169.1.1", None),
            ("198.17.1.1", None),
            ("198.18.0.1", Some("benchmarking")),
            ("198.19.255.255", Some("benchmarking")),
            ("198.51.100.7", Some("documentation")),
            ("203.0.113.7", Some("documentation")),
            ("223.255.255.255", None),
            ("224.0.0.1", Some("multicast")),
            ("239.255.255.255", Some("multicast")),
            ("240.0.0.1", Some("reserved")),
            ("255.255.255.255", Some("broadcast")),
            ("8.8.8.8", None),
            ("::", Some("unspecified")),
            ("::1", Some("loopback")),
            ("::2", Some("IPv4 in IPv6")),
            ("::127.0.0.1", Some("IPv4 in IPv6")),
            ("::8.8.8.8", Some("IPv4 in IPv6")),
            ("::ffff:127.0.0.1", Some("loopback")),
            ("::ffff:10.0.0.1", Some("private")),
            ("::ffff:8.8.8.8", None),
            ("::ffff:0:127.0.0.1", Some("IPv4 in IPv6")),
            ("64:ff9b::7f00:1", Some("loopback")),
            ("64:ff9b::a9fe:a9fe", Some("link-local")),
            ("64:ff9b::808:808", None),
            ("64:ff9b:1::1", Some("local NAT64")),
            ("64:ff9b:2::1", Some("reserved")),
            ("100::1", Some("discard")),
            ("2001::1", Some("protocol assignments")),
            ("2001:1ff::1", Some("protocol assignments")),
            ("2001:200::1", None),
            ("2001:db8::1", Some("documentation")),
            ("2002:7f00:1::", Some("6to4")),
            ("2a00:1450::1", None),
            ("3fff:fff::1", Some("documentation")),
            ("3fff:1000::1", None),
            ("4000::1", Some("reserved")),
            ("5f00::1", Some("segment routing")),
            ("fc00::1", Some("private")),
            ("fdff::1", Some("private")),
            ("fe80::1", Some("link-local")),
            ("febf::1", Some("link-local")),
            ("fec0::1", Some("site-local")),
            ("ff02::1", Some("multicast")),
        ] {
            assert_eq!(is_special(address.parse().unwrap()), kind, "{address}");
        }
    }

    #[test]
    fn odd_spellings_of_private_addresses_are_refused() {
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://017700000001/",
            "http://0177.0.0.0x1/",
            "http://127.0.0.1./",
            "http://0/",
            "http://0.0.0.0/",
            "http://%31%32%37.0.0.1/",
            "http://１２７.０.０.１/",
            "http://[::]/",
            "http://[::1]/",
            "http://[0:0:0:0:0:0:0:1]:8080/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::127.0.0.1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost:8080/",
            "http://user:pass@10.0.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "ftp://paper.example/",
            "gopher://paper.example/",
            "data:text/html,x",
            "mailto:a@paper.example",
        ] {
            assert!(!passes(&[], url), "{url}");
        }
        for url in [
            "http://paper.example/",
            "https://paper.example:8443/",
            "http://8.8.8.8/",
            "http://[2a00:1450::1]/",
            "http://intranet/",
        ] {
            assert!(passes(&[], url), "{url}");
        }
    }

    #[test]
    fn what_the_user_names_is_allowed() {
        for (entries, url, expected) in [
            (&["127.0.0.0/8"][..], "http://127.0.0.1:9000/", true),
            (&["127.0.0.0/8"], "http://localhost:9000/", true),
            (&["127.0.0.0/8"], "http://[::ffff:127.0.0.1]/", true),
            (&["127.0.0.0/8"], "http://10.0.0.1/", false),
            (&["127.0.0.1"], "http://127.0.0.1:6667/", true),
            (&["127.0.0.1"], "http://127.0.0.2/", false),
            (&["[::1]"], "http://[::1]/", true),
            (&["::1/128"], "http://[::1]/", true),
            (&["127.1"], "http://127.0.0.1/", true),
            (&["LocalHost"], "http://localhost./", true),
            (&["fc00::/7"], "http://[fd00::1]/", true),
            (&["10.1.2.3/8"], "http://10.9.9.9/", true),
        ] {
            assert_eq!(passes(entries, url), expected, "{entries:?} {url}");
        }
    }

    #[test]
    fn names_are_allowed_whatever_they_resolve_to() {
        let private: IpAddr = "10.0.0.1".parse().unwrap();
        for (entries, host, expected) in [
            (&["news.intern"][..], "news.intern", true),
            (&["news.intern"], "NEWS.intern.", true),
            (&["news.intern"], "a.news.intern", false),
            (&["news.intern"], "evilnews.intern", false),
            (&[".intern"], "news.intern", true),
            (&["*.intern"], "a.news.intern", true),
            (&["*.intern"], "evilintern", false),
            (&["10.0.0.0/8"], "anything.example", true),
            (&[], "anything.example", false),
        ] {
            assert_eq!(allowed(entries).permits_address(host, private), expected, "{entries:?} {host}");
        }
        assert!(Allowed::default().permits_address("anything.example", "8.8.8.8".parse().unwrap()));
        assert!(!Allowed::default().permits_address("anything.example", "::ffff:10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn wrong_entries_are_named() {
        for wrong in [
            "",
            "10.0.0.0/33",
            "a/b",
            "http://a.example",
            "a b",
            "127.0.0.1:80",
            "*",
            "*.",
            ".",
            "a..b",
            "a.*.b",
            "1.2.3.4.5",
        ] {
            let (index, message) = Allowed::new(&["127.0.0.1".to_owned(), wrong.to_owned()]).unwrap_err();
            assert_eq!(index, 1);
            assert!(message.starts_with(&format!("\"{wrong}\" is no address")), "{message}");
        }
    }

    #[test]
    fn ports_of_other_services_are_refused() {
        for port in [0, 22, 25, 110, 143, 6667, 10080] {
            assert!(!passes(&[], &format!("http://paper.example:{port}/")), "{port}");
            assert!(passes(&["paper.example"], &format!("http://paper.example:{port}/")), "{port}");
        }
        for port in [80, 443, 3000, 8080, 8443, 65_535] {
            assert!(passes(&[], &format!("http://paper.example:{port}/")), "{port}");
        }
    }

    proptest! {
        #[test]
        fn no_address_or_entry_is_too_odd(bits: u128, entry in ".{0,30}", text in "https?://.{0,30}") {
            let _ = is_special(Ipv6Addr::from(bits).into());
            if let (Ok(allowed), Ok(url)) = (Allowed::new(&[entry]), Url::parse(&text)) {
                let _ = allowed.check_url(&url);
            }
        }

        #[test]
        fn what_embeds_a_private_address_is_special(last: u32) {
            let private = Ipv4Addr::from(0x0a00_0000 | (last & 0x00ff_ffff));
            prop_assert!(is_special(private.to_ipv6_mapped().into()).is_some());
            prop_assert!(is_special(private.to_ipv6_compatible().into()).is_some());
        }
    }
}
