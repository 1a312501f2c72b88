//! A line → an address: its canonical form, what it wraps, and whether it may be asked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presswatch::canonical_url::{canonical, canonical_text, key, same_site, site_key, unwrap_redirect};
use presswatch::egress::{Allowed, is_special};
use presswatch_fuzz::{assert_settled, assert_web, short};
use url::{Host, Url};

fuzz_target!(|data: &[u8]| {
    let Some(Ok(text)) = short(data).map(std::str::from_utf8) else { return };
    let line = canonical_text(text);
    assert_eq!(canonical_text(&line), line, "canonical twice is not canonical once: {text:?}");
    let _ = Allowed::new(&[text.to_owned()]);
    let Ok(url) = Url::parse(text) else { return };
    may_be_asked(&url);
    let settled = canonical(&url);
    assert_settled(&settled);
    let web = matches!(url.scheme(), "http" | "https");
    if web {
        assert_web("the canonical address", &settled);
        assert_eq!(canonical_text(text), settled.as_str(), "two ways to one address");
    }
    match unwrap_redirect(&url) {
        Some(inner) => {
            assert!(web, "{url} wraps nothing that can be followed");
            assert_web("what is wrapped", &inner);
            assert_eq!(unwrap_redirect(&inner), None, "not all of {url} was opened");
        }
        None => assert!(!web || same_site(&url, &url)),
    }
    assert!(!web || !key(&url, None).is_empty());
    let _ = site_key(&url);
});

/// By nothing that the user allowed: only ordinary public addresses.
fn may_be_asked(url: &Url) {
    let nobody = Allowed::default();
    match nobody.check_url(url) {
        Ok(()) => {
            assert!(matches!(url.scheme(), "http" | "https"), "{url}");
            match url.host() {
                Some(Host::Ipv4(address)) => assert_eq!(is_special(address.into()), None, "{url}"),
                Some(Host::Ipv6(address)) => {
                    assert_eq!(is_special(address.into()), None, "{url}");
                    let mapped = address.to_ipv4_mapped();
                    assert!(mapped.is_none_or(|inner| is_special(inner.into()).is_none()), "{url}");
                }
                Some(Host::Domain(name)) => {
                    assert!(!name.is_empty() && name.trim_end_matches('.') != "localhost", "{url}")
                }
                None => panic!("{url} has no host"),
            }
        }
        Err(why) => assert!(!why.is_empty()),
    }
}
