//! Guarantees for arbitrary inputs, as far as real runs are cheap enough.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::answer::Answer;
use crate::gazette::{READ_ONCE, WATCH, config, gazette, print, source};
use crate::pages::{Entry, escaped, numbered_page, rss};
use crate::server::Outlet;
use crate::world::World;

/// Other addresses of the article at `/2026/10/10/<slug>-4711`, as newsletters, sharers and editors make them.
fn another_address() -> impl Strategy<Value = String> {
    let slug = "[a-z]{1,8}(-[a-z]{1,8}){0,4}";
    let tracking = prop::sample::subsequence(
        vec![
            "utm_source=rss",
            "utm_medium=feed",
            "utm_campaign=a%20b",
            "fbclid=Iw3r",
            "gclid=x",
            "xtor=RSS-16",
            "ocid=msedg",
        ],
        0..=4,
    )
    .prop_shuffle();
    let fragment = prop::option::of("[a-z]{1,6}");
    (slug, tracking, fragment, any::<bool>()).prop_map(|(slug, tracking, fragment, slash)| {
        let mut address = format!("/2026/10/10/{slug}-4711{}", if slash { "/" } else { "" });
        if !tracking.is_empty() {
            address += &format!("?{}", tracking.join("&"));
        }
        if let Some(fragment) = fragment {
            address += &format!("#{fragment}");
        }
        address
    })
}

/// Runs a property a few times: each case is a crawl.
fn check<S: Strategy>(cases: u32, strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20, ..Config::default() };
    TestRunner::new(config).run(strategy, property).unwrap_or_else(|e| panic!("{e}"));
}

fn feed_of(outlet: &Outlet, addresses: &[String]) -> String {
    let links: Vec<String> = addresses.iter().map(|address| outlet.url(address)).collect();
    let entries: Vec<Entry> = links.iter().map(|link| Entry { title: "A bird", link, date: "", lead: "" }).collect();
    rss(&entries)
}

#[test]
fn an_article_appears_once_under_however_many_addresses_it_is_announced_in_however_many_runs() {
    check(6, &(prop::collection::vec(another_address(), 2..8), 1_usize..7), |(addresses, split)| {
        let outlet = Outlet::open();
        for address in &addresses {
            outlet.serve(address.split('#').next().unwrap(), numbered_page(1));
        }
        let mut world = World::with(&format!("{READ_ONCE}{}identity = '-(\\d+)(?:[/?#]|$)'\n", config(&outlet)));
        for part in addresses.chunks(split) {
            outlet.serve("/feed", feed_of(&outlet, part));
            world.run();
            world.hours_pass(24);
        }
        prop_assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
        let pages = outlet.asked().iter().filter(|asked| asked.path.contains("4711")).count();
        prop_assert_eq!(pages, 1, "pages read for {:?}", addresses);
        Ok(())
    });
}

#[test]
fn articles_with_similar_slugs_are_never_confused() {
    check(4, &(prop::collection::btree_set(1_usize..40, 2..6), "[a-z]{3,9}"), |(numbers, slug)| {
        let outlet = Outlet::open();
        let addresses: Vec<String> = numbers.iter().map(|n| format!("/{slug}?id={n}&utm_source=rss")).collect();
        for (n, address) in numbers.iter().zip(&addresses) {
            outlet.serve(address, numbered_page(*n));
        }
        outlet.serve("/feed", feed_of(&outlet, &addresses));
        let world = World::with(&config(&outlet));
        world.run();
        prop_assert_eq!(world.one("SELECT count(DISTINCT url) FROM coverage"), numbers.len().to_string());
        Ok(())
    });
}

#[test]
fn any_feed_is_processed_without_failure_or_control_characters() {
    let words = prop::collection::vec(
        prop_oneof![
            any::<String>(),
            Just("\u{1b}]0;x\u{7}".to_owned()),
            Just("\u{202e}kraanvogel".to_owned()),
            Just("<![CDATA[<b>&amp;]]>".to_owned())
        ],
        0..6,
    );
    check(6, &(words.clone(), words, any::<bool>()), |(title, lead, raw)| {
        let (title, lead) = (title.concat(), lead.concat());
        let outlet = Outlet::open();
        let link = outlet.url("/a/1");
        let shown = if raw { title.clone() } else { escaped(&title) };
        outlet.serve("/a/1", numbered_page(1));
        outlet.serve("/feed", format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{shown}</title><item><title>{shown}</title><description>{}</description><link>{link}</link></item></channel></rss>", escaped(&lead)));
        let world = World::with(&config(&outlet));
        let run = world.presswatch(&["run", "--digest"]);
        prop_assert!(matches!(run.code, Some(0 | 1)), "{:?}", run);
        let stored = world.sql("SELECT title, summary, author, coalesce(reason, '') FROM item").concat();
        for text in [&run.stdout, &run.stderr, &stored] {
            let acts = text.chars().find(|c| {
                (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            });
            prop_assert_eq!(acts, None, "{}", text.escape_debug());
        }
        Ok(())
    });
}

/// An answer that is none, as outlets in trouble give it.
fn trouble() -> impl Strategy<Value = Answer> {
    prop_oneof![
        prop::sample::select(vec![400_u16, 403, 404, 408, 500, 502, 503, 504, 520]).prop_map(Answer::error),
        (0_u32..5_000).prop_map(|seconds| Answer::error(429).header("retry-after", &seconds.to_string())),
        Just(Answer::raw(b"".as_slice())),
        Just(Answer::html("<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>")),
        Just(Answer::html("<p>It broke off").cut_at(5)),
        Just(Answer::redirect(302, "/nowhere/at/all")),
        prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| Answer::of("text/html", bytes)),
    ]
}

#[test]
#[ignore = "slow"]
fn every_announced_item_is_read_or_ends_with_a_reason() {
    check(5, &(prop::collection::vec((trouble(), 1_i64..60), 0..4), any::<bool>()), |(troubles, forgets)| {
        let outlet = gazette(2);
        let mut world = World::with(&config(&outlet));
        for (at, (answer, hours)) in troubles.iter().enumerate() {
            outlet.serve("/a/1", answer.clone());
            world.presswatch(&["run"]);
            world.hours_pass(*hours);
            if forgets && at == 0 {
                print(&outlet, 0);
            }
        }
        outlet.serve("/a/1", numbered_page(1)).serve("/a/2", numbered_page(2));
        for _ in 0..10 {
            world.presswatch(&["run"]);
            world.hours_pass(24);
        }
        let items = world.sql("SELECT state, coalesce(reason, '') FROM item ORDER BY url");
        prop_assert_eq!(items.len(), 2);
        prop_assert_eq!(items[1].as_str(), "read | ");
        let (state, reason) = items[0].split_once(" | ").unwrap();
        let ended = matches!(state, "given_up" | "not_article") && !reason.is_empty();
        prop_assert!(state == "read" || ended, "{:?}", items);
        prop_assert_eq!(
            world.one("SELECT count(*), count(DISTINCT url) FROM coverage WHERE url LIKE '%/a/2'"),
            "1 | 1"
        );
        Ok(())
    });
}

#[test]
fn a_failing_source_does_not_affect_others() {
    check(5, &prop::collection::vec(trouble(), 1..5), |troubles| {
        let good = gazette(3);
        let bad: Vec<Outlet> = troubles.iter().map(|_| Outlet::open()).collect();
        let mut sources = format!("{WATCH}{}", source("Good", &good));
        for (n, (outlet, answer)) in bad.iter().zip(&troubles).enumerate() {
            outlet.serve("/feed", answer.clone()).serve("/robots.txt", answer.clone());
            sources += &source(&format!("Bad {n}"), outlet);
        }
        let world = World::with(&sources);
        world.presswatch(&["run"]).expect(0);
        prop_assert_eq!(world.one("SELECT count(*) FROM coverage WHERE outlet = 'Good'"), "3");
        Ok(())
    });
}

#[test]
fn a_run_stopped_any_number_of_times_finishes_eventually() {
    check(3, &prop::collection::vec(1_usize..8, 1..4), |ends| {
        let outlet = gazette(5);
        outlet.count_all();
        let world = World::with(&config(&outlet));
        for n in ends {
            let before = outlet.asked().len();
            outlet.hold_at(before + n);
            let mut run = world.start(&["run"]);
            // There may be fewer requests left.
            while run.try_wait().unwrap().is_none() && outlet.asked().len() < before + n {
                std::thread::yield_now();
            }
            run.kill().unwrap();
            run.wait().unwrap();
            outlet.let_go();
            world.expect_sound("after the kill");
        }
        world.run();
        prop_assert_eq!(world.one("SELECT count(*), count(DISTINCT url) FROM coverage"), "5 | 5");
        Ok(())
    });
}

#[test]
#[ignore = "slow"]
fn no_channel_is_polled_early_however_often_runs_start() {
    let answers = prop::collection::vec((1_i64..12, prop::option::weighted(0.1, 1_u32..7_200)), 10..24);
    check(4, &answers, |turns| {
        let outlet = gazette(1);
        let mut world = World::with(&config(&outlet));
        let (mut now, mut last, mut rest) = (0_i64, None::<i64>, 0_i64);
        for (turn, (minutes, busy)) in turns.into_iter().enumerate() {
            match busy {
                Some(seconds) => outlet.serve("/feed", Answer::error(503).header("retry-after", &seconds.to_string())),
                // With something new each time it is polled as often as permitted.
                None => outlet.serve("/feed", crate::pages::numbered_feed(|path| outlet.url(path), turn + 1)),
            };
            let before = outlet.asked_for("/feed").len();
            world.presswatch(&["run"]);
            if outlet.asked_for("/feed").len() > before {
                prop_assert!(last.is_none_or(|last| now - last >= 10 * 60), "asked at {:?} and {}", last, now);
                prop_assert!(now >= rest, "asked at {} while it rests until {}", now, rest);
                last = Some(now);
                rest = busy.map_or(0, |seconds| now + i64::from(seconds));
            }
            world.minutes_pass(minutes);
            now += minutes * 60;
        }
        Ok(())
    });
}
