//! Bytes of a listing page → items; the last byte chooses the selector.
#![no_main]

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use presswatch::channel;
use presswatch::source::ChannelKind;
use presswatch_fuzz::{assert_announced, brussels, page};

static ZONE: LazyLock<TimeZone> = LazyLock::new(brussels);

const SELECTORS: [&str; 5] = ["a", "article", "h2 a, h3 a", "div > *", "li:has(a), [href]"];

fuzz_target!(|data: &[u8]| {
    let Some(page) = page(data, "https://paper.example/news/") else { return };
    let link = SELECTORS[usize::from(data.last().copied().unwrap_or_default()) % SELECTORS.len()].to_owned();
    match channel::parse_channel(&page, &ChannelKind::Page { link }, &ZONE) {
        Ok(found) => {
            assert_announced(&page, &found);
            assert!(found.items.iter().all(|item| item.url.is_some()), "a link without an address");
        }
        Err(refusal) => assert!((1..2_000).contains(&refusal.to_string().len()), "{refusal}"),
    }
});
