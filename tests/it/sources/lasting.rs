//! `presswatch sources find` proposes channels that will still list news later, and names obstacles in front of a site.

use super::{ALTERNATE, feed, find, flat, home, pasted};
use crate::answer::Answer;
use crate::pages::{sitemap, sitemap_index};
use crate::server::Outlet;
use crate::world::World;

#[test]
fn a_feed_without_anything_new_gives_way_to_the_links_of_the_page() {
    let outlet = Outlet::open();
    outlet.serve("/", home(ALTERNATE));
    let old = feed(&outlet, 6).replace(" 2026 ", " 2024 ").replace("/artikel/", "/oud/");
    outlet.serve("/feeds/alles", Answer::of("application/rss+xml", old));
    let world = World::with("");
    let found = find(&world, &outlet.url("/")).expect(0);
    assert!(found.stdout.contains(&format!("url = \"{}\"", outlet.url("/"))), "{}", found.stdout);
    assert!(
        flat(&found.stdout).contains("its newest item is 730 days old, and the page links to 6 articles"),
        "{}",
        found.stdout
    );
    assert_eq!(pasted(&world, &found).expect(0).json()["items_new"], 6);
    // A site that rarely publishes has the same articles in both.
    let rare = feed(&outlet, 6).replace(" 2026 ", " 2024 ");
    outlet.serve("/feeds/alles", Answer::of("application/rss+xml", rare));
    let found = find(&World::with(""), &outlet.url("/")).expect(0);
    assert!(found.stdout.contains(&format!("    \"{}\",\n", outlet.url("/feeds/alles"))), "{}", found.stdout);
}

#[test]
fn sitemaps_of_a_day_or_a_month_give_way_to_their_index() {
    for (name, older) in [("maps/2026-10.xml", "maps/2026-09.xml"), ("maps/part12.xml", "maps/part11.xml")] {
        let outlet = Outlet::open();
        outlet.serve("/", home(""));
        outlet.serve("/robots.txt", Answer::text(&format!("Sitemap: {}\n", outlet.url("/maps/index.xml"))));
        let newest = outlet.url(&format!("/{name}"));
        outlet.serve(
            "/maps/index.xml",
            sitemap_index(&[(outlet.url(&format!("/{older}")), "2026-09-30"), (newest.clone(), "2026-10-11")]),
        );
        outlet.serve(&format!("/{name}"), sitemap(&[(outlet.url("/artikel/1"), "2026-10-11")]));
        let world = World::with("");
        let found = find(&world, &outlet.url("/")).expect(0);
        assert!(found.stdout.contains(&format!("    \"{}\",\n", outlet.url("/maps/index.xml"))), "{}", found.stdout);
        assert!(!found.stdout.contains(&format!("\"{newest}\"")), "{}", found.stdout);
        assert!(flat(&found.stdout).contains("an index of 2 sitemaps; in the newest: 1 item"), "{}", found.stdout);
        assert_eq!(pasted(&world, &found).expect(0).json()["items_new"], 1);
    }
}

#[test]
fn sitemaps_of_articles_come_before_those_of_categories() {
    let outlet = Outlet::open();
    outlet.serve("/", home(""));
    let map = |name: &str| outlet.url(&format!("/{name}-sitemap.xml"));
    outlet.serve("/robots.txt", Answer::text(&format!("Sitemap: {}\n", outlet.url("/index-of-maps.xml"))));
    outlet.serve(
        "/index-of-maps.xml",
        sitemap_index(&[(map("category"), "2026-10-11"), (map("page"), "2026-10-11"), (map("post"), "2026-10-10")]),
    );
    outlet.serve("/category-sitemap.xml", sitemap(&[(outlet.url("/regio/"), "2026-10-11")]));
    outlet.serve("/page-sitemap.xml", sitemap(&[(outlet.url("/over-ons/"), "2026-10-11")]));
    outlet.serve("/post-sitemap.xml", sitemap(&[(outlet.url("/artikel/1"), "2026-10-10")]));
    let found = find(&World::with(""), &outlet.url("/")).expect(0);
    let source = found.stdout.split("# Skipped").next().unwrap();
    assert!(source.contains("/post-sitemap.xml"), "{}", found.stdout);
    assert!(!source.contains("/category-sitemap.xml") && !source.contains("/page-sitemap.xml"), "{}", found.stdout);
}

#[test]
fn the_paths_of_a_system_are_tried_where_the_page_has_its_marks() {
    let outlet = Outlet::open();
    outlet.serve("/", home("<script src=/pf/dist/engine/react.js></script>"));
    outlet.serve("/arc/outboundfeeds/rss/", Answer::of("application/rss+xml", feed(&outlet, 6)));
    let found = find(&World::with(""), &outlet.url("/")).expect(0);
    assert!(found.stdout.contains("/arc/outboundfeeds/rss/"), "{}", found.stdout);
    assert_eq!(outlet.asked_for("/feed/").len(), 0, "the system's own paths come first");
}

#[test]
fn an_obstacle_is_named_and_the_feed_is_found() {
    let (outlet, gate) = (Outlet::open(), Outlet::open());
    outlet.serve("/", Answer::redirect(302, &gate.url("/consent?back=x")));
    gate.serve(
        "/consent?back=x",
        "<!DOCTYPE html><title>Privacy Gate</title><div id=pg></div><script src=/x.js></script>",
    );
    outlet.serve("/rss.xml", Answer::of("application/rss+xml", feed(&outlet, 6)));
    let found = find(&World::with(""), &outlet.url("/")).expect(0);
    assert!(flat(&found.stdout).contains("with a consent page."), "{}", found.stdout);
    assert!(found.stdout.contains(&format!("    \"{}\",\n", outlet.url("/rss.xml"))), "{}", found.stdout);
    assert_eq!(gate.asked_for("/feed/").len(), 0, "the host of the dialogue has nothing of the outlet");

    let wall = Outlet::open();
    wall.serve("/", "<!DOCTYPE html><title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>");
    let done = find(&World::with(""), &wall.url("/")).expect(1);
    assert!(done.stderr.contains("answered with a bot wall"), "{}", done.stderr);
    assert_eq!(wall.news(), ["/"], "whoever refuses is not asked at other places");

    let shell = Outlet::open();
    shell.serve("/", "<!DOCTYPE html><title>Gazet</title><div id=root></div><script src=/app.js></script>");
    let done = find(&World::with(""), &shell.url("/")).expect(1);
    assert!(done.stderr.contains("a page without text or links until its scripts run"), "{}", done.stderr);
}

#[test]
fn only_sent_requests_are_reported() {
    let outlet = Outlet::open();
    outlet.serve("/", home(""));
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /feed\n"));
    let found = flat(&find(&World::with(""), &outlet.url("/")).expect(0).stdout);
    let nothing = found.lines().find(|line| line.contains("Nothing was found at common paths")).unwrap();
    assert!(nothing.contains("/rss.xml") && !nothing.contains("/feed/"), "{found}");
    assert!(found.contains("Common paths that were not requested: /feed/"), "{found}");
    outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /\n"));
    outlet.news();
    let done = find(&World::with(""), &outlet.url("/nieuws")).expect(1);
    assert!(
        done.stderr.contains("/nieuws was not requested: ") && done.stderr.contains("robots.txt"),
        "{}",
        done.stderr
    );
    assert!(!done.stderr.contains("Nothing was found"), "{}", done.stderr);
}

#[test]
fn a_profile_is_polled_by_its_own_feed() {
    for (page, path) in [("/profile/gazet.example", "/profile/gazet.example/rss"), ("/@gazet", "/@gazet.rss")] {
        let outlet = Outlet::open();
        outlet.serve(page, "<!DOCTYPE html><title>Network</title><div id=root></div><script src=/app.js></script>");
        outlet.serve(path, Answer::of("application/rss+xml", feed(&outlet, 3)));
        let world = World::with("");
        let found = find(&world, &outlet.url(page)).expect(0);
        assert!(found.stdout.contains(&format!("    \"{}\",\n", outlet.url(path))), "{}", found.stdout);
        assert!(!found.stdout.contains("site = "), "the site is of many: {}", found.stdout);
        assert_eq!(pasted(&world, &found).expect(0).json()["items_new"], 3);
    }
}

#[test]
fn one_command_can_examine_several_sites() {
    let (one, two, none) = (Outlet::open(), Outlet::open(), Outlet::open());
    for outlet in [&one, &two] {
        outlet.serve("/", home(ALTERNATE));
        outlet.serve("/feeds/alles", Answer::of("application/rss+xml", feed(outlet, 3)));
    }
    none.serve("/", "<!DOCTYPE html><title>Leeg</title><p>Niets.");
    let world = World::with("");
    let found = world.presswatch(&["sources", "find", &one.url("/"), &none.url("/"), &two.url("/")]).expect(1);
    assert!(
        found.stdout.contains("name = \"De Gazet\"") && found.stdout.contains("name = \"De Gazet (2)\""),
        "{}",
        found.stdout
    );
    assert!(found.stderr.contains("could not find") && found.stderr.contains(&none.host()), "{}", found.stderr);
    assert_eq!(pasted(&world, &found).expect(0).json()["items_new"], 6);
    let done = world.presswatch(&["sources", "find", "--json", &one.url("/"), &two.url("/")]).expect(0);
    assert_eq!(done.stdout.lines().count(), 2, "{}", done.stdout);
}
