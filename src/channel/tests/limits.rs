//! Bounds on size and time, for any input.

use super::*;

#[test]
fn sizes_are_bounded() {
    let many: String = (0..51_000)
        .map(|n| format!("<item><title>{n}</title><link>https://a.example/{n}</link></item>"))
        .collect::<Vec<_>>()
        .concat();
    let found = feed(&format!("<rss><channel>{many}"));
    assert_eq!(found.items.len(), MAX_ITEMS);
    assert_eq!(found.dropped[0].what, "1000 more entries");
    let long = feed(&format!(
        "<rss><item><title>{}</title><description>{}</description>",
        "é".repeat(9_000),
        "word ".repeat(9_000)
    ));
    assert_eq!(long.items[0].title.chars().count(), 1_000);
    assert!(long.items[0].summary.chars().count() <= 5_000);
    let only_content =
        feed(&format!("<rss><item><title>t</title><content:encoded>{}</content:encoded>", "word ".repeat(9_000)));
    assert!(only_content.items[0].summary.ends_with("word…") && only_content.items[0].summary.chars().count() <= 1_000);
    let control = feed("<rss><item><title>a\u{1b}[31m\u{202e}b&#27;&#x202e;c</title>");
    assert_eq!(control.items[0].title, "abc");
}

#[test]
#[ignore = "slow"]
fn parsing_time_is_bounded() {
    let million = 1_000_000;
    for (start, part, times) in [
        ("<rss>", "<a>", million / 4),
        ("<rss>", "<item>", million / 4),
        ("<rss><item><title>", "<title>", million / 4),
        ("<rss><item><description>", "<!--", million / 2),
        ("<rss><item><description>", "<![CDATA[", million / 4),
        ("<rss><item><description>", "&lt;!--", million / 4),
        ("<rss><item><description>", "&lt;a b=\"", million / 4),
        ("<rss><item><description>", "<a b=\"", million / 4),
        ("<rss><item a=\"", "<a b='>", million / 4),
        ("<rss><item><description>", "&lt;ol>&lt;li>&lt;a href=", million / 20),
        ("<rss><item><content:encoded>", "&lt;/p ", million / 4),
        ("<rss><item><link>", "&", million),
        ("<rss><item>", "<?", million / 2),
        ("<rss ", "xmlns:a='b' ", million / 10),
        ("<urlset><url><loc>", "<loc>", million / 4),
        ("{\"items\":", "[", million),
        ("<rss>", "</x>", million / 2),
        ("<html>", "<div>", million / 4),
        ("<html>", "<p><a href=/x>y</a>", million / 100),
        ("<html><div>", "<a href=/x></a><i></i>", million / 100),
        ("<html><a href=/x></a><div>", "<i></i>", million / 20),
    ] {
        crate::text::growth::assert_linear(&format!("{start}{part}"), |n| {
            let text = start.to_owned() + &part.repeat(times / 8 * n);
            for kind in [ChannelKind::Feed, ChannelKind::Sitemap, ChannelKind::Page { link: "a".into() }] {
                let _ = parse_channel(&page("https://a.example/", &text), &kind, &TimeZone::UTC);
            }
        });
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(100))]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,300}", tags in "(<|</|<!|<!--|-->|<!\\[CDATA\\[|\\]\\]>|rss|item|title|link|url|loc|a|>|/>|\"|'|=|&|;|é|#x|<\\?|xmlns:|:| |<rss><item>|<title>|</title>|<urlset><url>|\\{\"items\":\\[)*") {
        for text in [&text, &tags, &format!("<rss><item>{tags}"), &format!("<urlset><url>{tags}"), &format!("<html>{tags}")] {
            let at = page("https://a.example/", text);
            for kind in [ChannelKind::Feed, ChannelKind::Sitemap, ChannelKind::Page { link: "a".into() }] {
                if let Ok(found) = parse_channel(&at, &kind, &TimeZone::UTC) {
                    for item in found.items {
                        proptest::prop_assert!(!item.title.chars().any(char::is_control));
                        proptest::prop_assert!(item.url.is_none_or(|u| matches!(u.scheme(), "http" | "https")));
                    }
                }
            }
            let _ = sniff(&at);
        }
    }

    #[test]
    fn titles_survive_escaping(titles in proptest::collection::vec("[A-Za-zàéüç0-9&<>'\"…-]( ?[A-Za-zàéüç0-9<>'\"…-]){0,30}", 0..8)) {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let entries = titles
            .iter()
            .enumerate()
            .map(|(n, t)| format!("<entry><title>{}</title><link href='/{n}'/></entry>", escape(t)))
            .collect::<Vec<_>>().concat();
        let found = feed(&format!("<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>"));
        let read: Vec<_> = found.items.iter().map(|i| i.title.clone()).collect();
        proptest::prop_assert_eq!(read, titles);
    }
}
