//! Google's assertions, our own table, and hostile files.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use super::*;

fn verdict(robots: &str, url: &str) -> (bool, Option<usize>) {
    let verdict = Robots::parse(robots).verdict("presswatch", &Url::parse(url).unwrap());
    (verdict.allowed, verdict.line.map(|(number, _)| number))
}

#[test]
fn googles_assertions_hold() {
    let lines = include_str!("../../../tests/fixtures/robots/google_unit.jsonl").lines();
    let cases: Vec<serde_json::Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), 142);
    for case in &cases {
        let [robots, agent, url] = ["robots", "agent", "url"].map(|field| case[field].as_str().unwrap());
        let found = Robots::parse(robots).verdict_text(agent, url);
        assert_eq!(Some(found.allowed), case["allowed"].as_bool(), "{case}");
    }
}

#[test]
fn the_deciding_line_is_told() {
    let robots = "# ours\r\nUser-agent: *\r\nDisallow: /\r\n\r\nUser-Agent: presswatch/1.0 # we\r\nDisallow: /private\r\nAllow: /private/open$\r\nDisallow:\r\n";
    let found = Robots::parse(robots).verdict("presswatch", &Url::parse("https://a.example/private/x").unwrap());
    assert_eq!(found, RobotsVerdict { allowed: false, line: Some((6, "Disallow: /private".to_owned())) });
    assert_eq!(verdict(robots, "https://a.example/private/open"), (true, Some(7)));
    assert_eq!(verdict(robots, "https://a.example/public"), (true, None));
    assert_eq!(Robots::parse(robots).verdict("other", &Url::parse("https://a.example/").unwrap()).line.unwrap().0, 3);
}

#[test]
fn malformed_files_are_read_with_care() {
    for (robots, url, expected) in [
        ("\u{feff}User-agent: *\nDisallow: /x", "https://a.example/x", (false, Some(2))),
        ("User-agent: *\rDisallow: /x\rAllow: /x/y", "https://a.example/x/z", (false, Some(2))),
        ("useragent: *\ndissalow: /x", "https://a.example/x", (false, Some(2))),
        ("User-agent: *\nDesallow: /x", "https://a.example/x", (false, Some(2))),
        ("user agent: *\nDisalow: /x", "https://a.example/x", (false, Some(2))),
        ("User-agent: *\nDisallow: /\nAlow: /x", "https://a.example/x", (false, Some(2))),
        ("User-agent: *\nDisallow: /%66oo", "https://a.example/foo", (false, Some(2))),
        ("User-agent: *\nDisallow: /foo~", "https://a.example/foo%7e", (false, Some(2))),
        ("User-agent: *\nDisallow: /caf\u{e9}", "https://a.example/caf%c3%a9", (false, Some(2))),
        ("User-agent: *\nDisallow: /\nAllow: /caf\u{e9}", "https://a.example/caf%c3%a9", (true, Some(3))),
        ("User-agent: *\nDisallow: /*?print=", "https://a.example/x?print=1", (false, Some(2))),
        (
            "User-agent: *\nDisallow: /\nCrawl-delay: 3\nUser-agent: other\nAllow: /",
            "https://a.example/x",
            (false, Some(2)),
        ),
        ("User-agent: *\nCrawl-delay: 3\nUser-agent: other\nDisallow: /x", "https://a.example/x", (false, Some(4))),
        ("User-agent: pressreader\nDisallow: /\n", "https://a.example/x", (true, None)),
        ("User-agent: PressWatch\nUser-agent: other\nDisallow: /x\n", "https://a.example/x", (false, Some(3))),
        ("User-agent: presswatch\n\nUser-agent: *\nDisallow: /", "https://a.example/x", (false, Some(4))),
        ("User-agent: presswatch\nDisallow:\n\nUser-agent: *\nDisallow: /", "https://a.example/x", (true, None)),
        ("Disallow: /", "https://a.example/x", (true, None)),
        ("<!doctype html><title>Disallow: /</title>", "https://a.example/x", (true, None)),
        ("User-agent: *\nDisallow: *", "https://a.example/x", (false, Some(2))),
        ("User-agent: *\nDisallow: /a$b", "https://a.example/a$b", (false, Some(2))),
    ] {
        assert_eq!(verdict(robots, url), expected, "{robots:?} {url}");
    }
}

#[test]
fn delays_and_sitemaps_are_read() {
    let robots = Robots::parse(
        "Sitemap: https://a.example/s.xml\nUser-agent: *\nCrawl-delay: 30\n\nUser-agent: presswatch\nCrawl-delay: 2.5\n\
         Crawl-delay: -1\nCrawl-delay: soon\nDisallow: /x\nSITEMAP: https://a.example/s.xml\nSitemap: /relative.xml\n\
         Sitemap: file:///etc/passwd\nsitemap: http://b.example/t.xml # news\nUser-agent: slow\nCrawl-delay: 1e300\n",
    );
    assert_eq!(robots.crawl_delay("presswatch"), Some(Duration::from_millis(2500)));
    assert_eq!(robots.crawl_delay("other"), Some(Duration::from_secs(30)));
    assert_eq!(robots.crawl_delay("slow"), Some(Duration::MAX));
    assert_eq!(Robots::default().crawl_delay("presswatch"), None);
    let sitemaps: Vec<String> = robots.sitemaps().into_iter().map(String::from).collect();
    assert_eq!(sitemaps, ["https://a.example/s.xml", "http://b.example/t.xml"]);
    let at: Vec<String> = robots
        .sitemaps_at(&Url::parse("https://a.example/robots.txt").unwrap())
        .into_iter()
        .map(String::from)
        .collect();
    assert_eq!(at, ["https://a.example/s.xml", "https://a.example/relative.xml", "http://b.example/t.xml"]);
}

#[test]
fn a_missing_file_is_told_from_a_problem_of_the_host() {
    for (statuses, expected) in
        [(&[400, 401, 403, 404, 410, 428, 430, 451, 499][..], true), (&[429, 500, 503, 999], false)]
    {
        for status in statuses {
            assert_eq!(means_no_rules(*status), expected, "{status}");
        }
    }
}

#[test]
fn only_the_first_500_kib_count_and_no_half_line() {
    let filler = "# filler\n".repeat(60_000);
    assert!(verdict(&format!("User-agent: *\n{filler}Disallow: /"), "https://a.example/x").0);
    let mut robots = "User-agent: *\nDisallow: /\n".to_owned();
    robots.push_str(&"#\n".repeat((LONGEST - robots.len() - 10) / 2));
    robots.push_str("Allow: /x/not-this");
    assert_eq!(verdict(&robots, "https://a.example/x"), (false, Some(2)));
}

#[test]
fn hostile_rules_take_no_time() {
    let url = format!("https://a.example/{}", "a".repeat(8_000));
    let long = |n: usize, part: &str| part.repeat(n);
    let rules: [(&str, &dyn Fn(usize) -> String); 7] = [
        ("stars", &|n| format!("Disallow: /{}b", long(31_000 * n, "*a"))),
        ("lines of stars", &|n| long(42 * n, &format!("Disallow: /{}b\n", "*aa".repeat(500)))),
        ("short lines of stars", &|n| long(2_100 * n, "Disallow: /*a*a*a*a*a*a*a*b$\n")),
        ("escapes", &|n| format!("Disallow: /{}", long(62_000 * n, "%"))),
        ("lines", &|n| long(5_000 * n, "Disallow: /*\n")),
        ("other lines", &|n| long(3_700 * n, "Allow: /index.html\n")),
        ("colons", &|n| format!("User-agent{}", long(62_000 * n, ":"))),
    ];
    for (name, rule) in rules {
        crate::text::growth::assert_linear(name, |n| {
            let _ = verdict(&format!("User-agent: *\n{}", rule(n)), &url);
        });
    }
}

#[test]
fn crawler_commons_files_are_read() {
    let Some(folder) = crate::text::corpora::corpus("robots/crawler-commons") else { return };
    for (file, agent, url, allowed) in [
        ("directive-typos-robots.txt", "bot1", "http://a.example/desallow/", false),
        ("directive-typos-robots.txt", "bot1", "http://a.example/dissalow/", false),
        ("directive-typos-robots.txt", "bot2", "http://a.example/useragent/", false),
        ("directive-typos-robots.txt", "bot3", "http://a.example/useg-agent/", false),
        ("directive-typos-robots.txt", "bot4", "http://a.example/useragent-no-colon/", false),
        ("crawl-delay-group-merging.txt", "mybot", "http://a.example/private/", false),
        ("crawl-delay-group-merging.txt", "mybot", "http://a.example/login/", true),
        ("crawl-delay-group-merging.txt", "yourbot", "http://a.example/login/", false),
        ("crawl-delay-group-merging.txt", "otherbot", "http://a.example/login/", true),
        ("dos-line-endings.txt", "anybot", "http://a.example/", true),
    ] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let found = Robots::parse(&text).verdict(agent, &Url::parse(url).unwrap());
        assert_eq!(found.allowed, allowed, "{file} {agent} {url} {found:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_file_is_too_odd(text in "((user-agent|disallow|allow|Sitemap|crawl-delay)?[:# \\t]?[/*$%a-fé\u{2003}]{0,6}[\\r\\n]{0,2}){0,12}", any in ".{0,80}", url in ".{0,30}") {
        for text in [text, format!("user-agent:*\rdisallow: *{any}")] {
            let robots = Robots::parse(&text);
            let verdict = robots.verdict_text("presswatch", &url);
            // What is told as the deciding line stands in the file under that number.
            if let Some((number, line)) = verdict.line {
                let normal = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
                proptest::prop_assert_eq!(normal.split('\n').nth(number - 1).map(str::trim), Some(line.as_str()));
            }
            let _ = (robots.crawl_delay("presswatch"), robots.sitemaps());
        }
    }
}
