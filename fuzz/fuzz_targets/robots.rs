//! A robots.txt, and behind a NUL an address: the verdict, and the other wishes that outlets state.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presswatch::charset;
use presswatch::politeness::{TdmRules, Wishes, robots::Robots};
use presswatch_fuzz::{assert_web, short};
use url::Url;

const PATHS: [&str; 4] = ["/", "/robots.txt", "/news/a.html?id=1&b=%C3%A9", "/private/*$"];

fuzz_target!(|data: &[u8]| {
    let Some(data) = short(data) else { return };
    let (file, path) = match data.iter().position(|b| *b == 0) {
        Some(at) => (&data[..at], String::from_utf8_lossy(&data[at + 1..]).into_owned()),
        None => (data, String::new()),
    };
    let text = charset::decode(file, None);
    let rules = Robots::parse(&text);
    let commented = Robots::parse(&format!("{text}\n# no rule\n\nwithout a colon\n"));
    let lines: Vec<&str> =
        text.trim_start_matches('\u{feff}').split("\r\n").flat_map(|l| l.split(['\n', '\r'])).collect();
    for path in PATHS.iter().copied().chain([path.as_str()]) {
        let address = format!("https://paper.example{path}");
        let verdict = rules.verdict_text("presswatch", &address);
        assert!(verdict.allowed || verdict.line.is_some(), "{path} is forbidden by no line");
        if let Some((number, line)) = &verdict.line {
            let at = number.checked_sub(1).and_then(|index| lines.get(index));
            assert_eq!(at.map(|said| said.trim()), Some(line.as_str()), "line {number}");
        }
        assert_eq!(commented.verdict_text("presswatch", &address), verdict, "lines that say nothing changed a verdict");
        if let Ok(url) = Url::parse(&address) {
            let _ = rules.verdict("presswatch", &url);
        }
    }
    let _ = rules.crawl_delay("presswatch");
    let sitemaps = rules.sitemaps();
    sitemaps.iter().for_each(|url| assert_web("a sitemap", url));
    let base = Url::parse("https://paper.example/robots.txt").expect("an address");
    assert!(sitemaps.len() <= rules.sitemaps_at(&base).len());
    let _ = Wishes::of_robots_tag(&text, "presswatch");
    let reserved = TdmRules::parse(&text);
    let _ = reserved.of(&base);
});
