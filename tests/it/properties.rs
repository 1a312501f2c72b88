//! Promises for all inputs, as far as a real run is cheap enough to be asked for many.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::gazette::config;
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
        let mut world = World::with(&format!("{}identity = '-(\\d+)(?:[/?#]|$)'\n", config(&outlet)));
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
fn articles_are_never_taken_for_one_another_though_their_slugs_are_alike() {
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
fn whatever_a_feed_says_the_run_ends_well_and_nothing_it_says_can_act() {
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
