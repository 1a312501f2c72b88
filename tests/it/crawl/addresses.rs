//! What pages say of their own address is believed as far as it fits: copies fold, and different texts never do.

use crate::answer::Answer;
use crate::gazette::{WATCH, config, source};
use crate::pages::{Entry, numbered_page, rss};
use crate::server::Outlet;
use crate::world::World;

/// An outlet whose feed announces these pages.
fn outlet(pages: &[(&str, String)]) -> Outlet {
    let outlet = Outlet::open();
    announce(&outlet, pages);
    outlet
}

fn announce(outlet: &Outlet, pages: &[(&str, String)]) {
    let links: Vec<String> = pages.iter().map(|(path, _)| outlet.url(path)).collect();
    let entries: Vec<Entry> =
        links.iter().map(|link| Entry { title: "Kraanvogel", link, date: "", lead: "" }).collect();
    outlet.serve("/feed", Answer::of("application/rss+xml", rss(&entries)));
    for (path, page) in pages {
        outlet.serve(path, Answer::html(page));
    }
}

fn named(page: &str, link: &str) -> String {
    let page = page.replacen("</head>", &format!("{link}</head>"), 1);
    assert!(page.contains(link));
    page
}

#[test]
fn a_canonical_url_shared_by_all_pages_does_not_merge_different_texts() {
    for link in [
        "<link rel=\"canonical\" href=\"/news/all-of-2026\">",
        "<meta property=\"og:url\" content=\"/news/all-of-2026\">",
        "<link rel=\"canonical\" href=\"/\"><meta property=\"og:url\" content=\"/\">",
        "<link rel=\"canonical\" href=\"/a/3-story\">",
    ] {
        let pages: Vec<(String, String)> =
            (1..=5).map(|n| (format!("/a/{n}-story"), named(&numbered_page(n), link))).collect();
        let pages: Vec<(&str, String)> = pages.iter().map(|(path, page)| (path.as_str(), page.clone())).collect();
        let outlet = outlet(&pages);
        let mut world = World::with(&config(&outlet));
        world.run();
        let all = "SELECT count(*) || ' ' || count(DISTINCT title) || ' ' || count(DISTINCT story) FROM coverage";
        assert_eq!(world.one(all), "5 5 5", "{link}: {:?}", world.sql("SELECT url, state FROM item"));
        assert_eq!(world.one("SELECT count(*) FROM item WHERE state = 'read'"), "5", "{link}");
        world.hours_pass(25);
        announce(&outlet, &pages[..2]);
        world.run();
        assert_eq!(world.one(all), "5 5 5", "{link}: announced again");
    }
}

#[test]
fn pages_whose_canonical_urls_form_a_ring_stay_separate() {
    let pages: Vec<(String, String)> = (1..=4)
        .map(|n| {
            let link = format!("<link rel=\"canonical\" href=\"/a/{}-story\">", n % 4 + 1);
            (format!("/a/{n}-story"), named(&numbered_page(n), &link))
        })
        .collect();
    let pages: Vec<(&str, String)> = pages.iter().map(|(path, page)| (path.as_str(), page.clone())).collect();
    let outlet = outlet(&pages);
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*), count(DISTINCT title), count(DISTINCT url) FROM coverage"), "4 | 4 | 4");
}

#[test]
fn an_article_at_two_urls_is_one_even_if_edited_in_between() {
    let own = "<link rel=\"canonical\" href=\"/long/kraanvogel-1\">";
    let first = named(&numbered_page(1), own);
    let changed = first
        .replace("Kraanvogel number 1 has landed", "Bird 1 has come down")
        .replace("</article>", "<p>In the evening the harbour master came back to see it for himself.</p></article>");
    let outlet = outlet(&[("/short/1", first), ("/long/kraanvogel-1", changed)]);
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
    assert_eq!(world.sql("SELECT state FROM item ORDER BY state"), ["copy", "read"]);
}

#[test]
fn amp_twins_are_one_article() {
    for (amp, links) in [
        ("/2026/10/10/kort/amp/", true),
        ("/2026/10/10/kort/amp", true),
        ("/amp/2026/10/10/kort", true),
        ("/2026/10/10/kort.amp.html", true),
        ("/2026/10/10/kort?amp=1", true),
        ("/x/amp/", true),
        ("/amp/x", true),
        ("/2026/10/10/kort/amp/", false),
        ("/amp/2026/10/10/kort/", false),
    ] {
        let path = if amp.contains('x') { "/x" } else { "/2026/10/10/kort" };
        let (main, twin) = if links {
            (
                named(&numbered_page(1), &format!("<link rel=\"amphtml\" href=\"{amp}\">")),
                named(&numbered_page(1), &format!("<link rel=\"canonical\" href=\"{path}\">"))
                    .replace("<p>Nobody had expected it", "<p hidden>Nobody had expected it"),
            )
        } else {
            (numbered_page(1), numbered_page(1))
        };
        for twin_first in [true, false] {
            let mut pages = vec![(path, main.clone()), (amp, twin.clone())];
            if twin_first {
                pages.reverse();
            }
            let outlet = outlet(&pages);
            let world = World::with(&config(&outlet));
            world.run();
            assert_eq!(world.one("SELECT count(*) FROM coverage"), "1", "{amp} {links} {twin_first}");
        }
    }
}

#[test]
fn an_address_at_another_outlet_never_merges_across_outlets() {
    let theirs = outlet(&[("/a/1-story", numbered_page(1))]);
    let port = theirs.host();
    // Addresses without a name are no site of their own: the rule itself is shown on names, beside the code.
    let link = format!("<link rel=\"canonical\" href=\"http://{port}/a/1-story\">");
    let ours =
        outlet(&[("/b/1-story", named(&numbered_page(1), &link)), ("/b/2-story", named(&numbered_page(2), &link))]);
    let world = World::with(&format!("{WATCH}{}{}", source("Theirs", &theirs), source("Ours", &ours)));
    world.run();
    assert_eq!(
        world.sql("SELECT outlet, title, dense_rank() OVER (ORDER BY story) FROM coverage ORDER BY outlet DESC, title"),
        [
            "Theirs | Kraanvogel number 1 has landed | 1",
            "Ours | Kraanvogel number 1 has landed | 1",
            "Ours | Kraanvogel number 2 has landed | 2"
        ]
    );
}
