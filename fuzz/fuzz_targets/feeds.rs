//! Bytes of a feed → items.
#![no_main]

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use presswatch::channel;
use presswatch::source::ChannelKind;
use presswatch_fuzz::{assert_announced, brussels, page};

static ZONE: LazyLock<TimeZone> = LazyLock::new(brussels);

fuzz_target!(|data: &[u8]| {
    let Some(page) = page(data, "https://paper.example/news/rss.xml") else { return };
    let _ = channel::sniff(&page);
    match channel::parse_channel(&page, &ChannelKind::Feed, &ZONE) {
        Ok(found) => assert_announced(&page, &found),
        Err(refusal) => assert!((1..2_000).contains(&refusal.to_string().len()), "{refusal}"),
    }
});
