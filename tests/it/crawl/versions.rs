//! Articles change after they were read: mentioned ones are read again, and what changed is a version.

use crate::answer::Answer;
use crate::gazette::{READ_ONCE, config, gazette};
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::World;

const LEAD: &str =
    "The Kraanvogel came down on the quay at noon, and thirty people stood there to look at it until evening.";
const REST: &str = "Nobody had expected it before the evening, said the harbour master, who had gone home for lunch.";
const OTHER: &str =
    "The harbour master has asked everyone to go home, since nothing is to be seen on the quay any more.";

/// Changes the text of a gazette's article.
fn says(outlet: &Outlet, title: &str, paragraphs: &[&str]) {
    let html = page(title, "2026-10-11T09:00:00+02:00", paragraphs);
    let etag = format!("\"{}\"", html.len());
    outlet.serve("/a/1", Answer::html(&html).etag(&etag));
}

/// Runs, and gives the requests that were made for pages.
fn pages(world: &World, outlet: &Outlet) -> usize {
    outlet.news();
    world.run();
    outlet.news().into_iter().filter(|path| path.starts_with("/a/")).count()
}

#[test]
fn headline_changes_and_lost_terms_are_shown_without_new_mentions() {
    let outlet = gazette(1);
    says(&outlet, "A bird on the quay", &[LEAD, REST]);
    let mut world = World::with(&config(&outlet));
    assert_eq!(pages(&world, &outlet), 1);
    world.hours_pass(1);
    assert_eq!(pages(&world, &outlet), 0, "not due");
    world.hours_pass(1);
    says(&outlet, "A rare bird on the quay", &[LEAD, REST, "It is said to be hungry."]);
    assert_eq!(pages(&world, &outlet), 1, "after two hours");
    for _ in 0..6 {
        world.minutes_pass(5);
        assert_eq!(pages(&world, &outlet), 0, "never twice");
    }
    assert_eq!(
        world.sql("SELECT title, gone_at FROM mention m JOIN article a ON a.id = m.article_id"),
        ["A rare bird on the quay | NULL"]
    );
    world.hours_pass(22);
    says(&outlet, "Nothing on the quay", &[OTHER, REST]);
    assert_eq!(pages(&world, &outlet), 1, "after a day");
    world.hours_pass(24);
    assert_eq!(pages(&world, &outlet), 0, "and never again");

    assert_eq!(
        world.sql("SELECT seen_at, title, text LIKE '%Kraanvogel%' FROM version ORDER BY seen_at"),
        [
            "2026-10-11T07:30:00Z | A bird on the quay | 1",
            "2026-10-11T09:30:00Z | A rare bird on the quay | 1",
            "2026-10-12T08:00:00Z | Nothing on the quay | 0",
        ]
    );
    assert_eq!(world.one("SELECT count(*), min(found_at) FROM coverage"), "1 | 2026-10-11T07:30:00Z");
    assert_eq!(world.one("SELECT count(DISTINCT text_hash) FROM version"), "3");
    for format in ["text", "markdown", "html", "eml"] {
        let args = ["digest", "--since", "7d", "--format", format, "--from", "p@example.org", "--to", "q@example.org"];
        let args = if format == "eml" { &args[..] } else { &args[..5] };
        let told =
            world.presswatch(args).expect(0).stdout.replace("=\n", "").split_whitespace().collect::<Vec<_>>().join(" ");
        for words in [
            "A bird on the quay",
            "headline changed twice; last: ",
            "Nothing on the quay",
            "our term no longer in the text since Mon 12 Oct 10:00",
        ] {
            assert!(told.contains(words), "{format}: {words:?} is not in {told}");
        }
    }
    let told = world.presswatch(&["digest", "--since", "7d", "--format", "json"]).expect(0).json();
    let first = &told["watches"][0]["stories"][0]["first"];
    assert_eq!((&first["headline_changes"], &first["last_headline"]), (&2.into(), &"Nothing on the quay".into()));
    assert_eq!(first["terms_gone_since"], "2026-10-12T08:00:00Z");
}

#[test]
fn a_page_missing_twice_is_marked_as_taken_down() {
    for (answer, path) in [
        (Answer::error(404), "/a/1"),
        (Answer::error(410), "/a/1"),
        (Answer::redirect(302, "/"), "/"),
        (Answer::redirect(301, "/nl/"), "/nl/"),
    ] {
        let outlet = gazette(1);
        says(&outlet, "A bird on the quay", &[LEAD, REST]);
        outlet.serve(path, page("The Gazette", "2026-10-11T09:00:00+02:00", &[OTHER, REST]));
        says(&outlet, "A bird on the quay", &[LEAD, REST]);
        let mut world = World::with(&config(&outlet));
        world.run();
        outlet.serve("/a/1", answer);
        let absence = "SELECT missing_since, confirmed_at FROM absence";
        let taken_down = "SELECT taken_down_at, gone_at, title FROM coverage";
        let digest = |world: &World, format: &str| {
            let done = world.presswatch(&["digest", "--since", "7d", "--format", format]).expect(0);
            done.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        world.hours_pass(24);
        assert_eq!(pages(&world, &outlet), 1, "after a day");
        assert_eq!(world.sql(absence), ["2026-10-12T07:30:00Z | NULL"]);
        assert_eq!(world.one(taken_down), "NULL | NULL | A bird on the quay", "once is a mishap");
        world.hours_pass(6);
        assert_eq!(pages(&world, &outlet), 1, "once more");
        assert_eq!(world.one(taken_down), "2026-10-12T07:30:00Z | NULL | A bird on the quay");
        for format in ["text", "markdown", "html"] {
            let told = digest(&world, format);
            assert!(told.contains("taken down since Mon 12 Oct 09:30"), "{format}: {told}");
        }
        assert!(digest(&world, "json").contains("\"taken_down_since\":\"2026-10-12T07:30:00Z\""));
        world.hours_pass(24);
        assert_eq!(pages(&world, &outlet), 0, "and never again");
    }
}

#[test]
fn a_page_that_returns_is_not_marked_as_taken_down() {
    let outlet = gazette(1);
    says(&outlet, "A bird on the quay", &[LEAD, REST]);
    let mut world = World::with(&config(&outlet));
    world.run();
    outlet.serve("/a/1", Answer::error(404));
    world.hours_pass(24);
    assert_eq!(pages(&world, &outlet), 1);
    assert_eq!(world.one("SELECT count(*) FROM absence"), "1");
    says(&outlet, "A bird on the quay", &[LEAD, REST]);
    world.hours_pass(6);
    assert_eq!(pages(&world, &outlet), 1);
    assert_eq!(world.one("SELECT count(*) FROM absence"), "0");
    assert_eq!(world.one("SELECT taken_down_at FROM coverage"), "NULL");
}

#[test]
fn articles_are_refetched_conditionally_and_unchanged_ones_get_no_version() {
    let outlet = gazette(1);
    says(&outlet, "A bird on the quay", &[LEAD, REST]);
    let mut world = World::with(&config(&outlet));
    world.run();
    world.hours_pass(30);
    assert_eq!(pages(&world, &outlet), 1, "what was missed is not made up for");
    let asked = outlet.asked_for("/a/1").pop().unwrap();
    assert!(asked.header("if-none-match").is_some_and(|etag| etag.starts_with('"')), "{asked:?}");
    assert_eq!(world.one("SELECT count(*) FROM version"), "1");
    world.minutes_pass(10);
    assert_eq!(pages(&world, &outlet), 0);
}

#[test]
fn only_matched_articles_are_refetched_and_an_empty_list_disables_it() {
    let outlet = gazette(2);
    says(&outlet, "Nothing on the quay", &[OTHER, REST]);
    let (first, second) = (outlet.url("/a/1"), outlet.url("/a/2"));
    let entry = |title, link| Entry { title, link, date: "", lead: "" };
    outlet.serve("/feed", rss(&[entry("Nothing on the quay", &first), entry("A Kraanvogel", &second)]));
    let mut world = World::with(&config(&outlet));
    world.run();
    world.hours_pass(3);
    outlet.news();
    world.run();
    assert_eq!(outlet.news(), ["/a/2", "/feed"]);
    world.edit("[[watch]]", &format!("{READ_ONCE}[[watch]]"));
    world.hours_pass(24);
    assert_eq!(pages(&world, &outlet), 0);
}

#[test]
fn an_article_that_cannot_be_refetched_is_unchanged() {
    let outlet = gazette(1);
    says(&outlet, "A bird on the quay", &[LEAD, REST]);
    let mut world = World::with(&config(&outlet));
    world.run();
    let before = world.sql("SELECT * FROM coverage");
    for answer in [Answer::error(500), Answer::error(410)] {
        world.hours_pass(12);
        outlet.serve("/a/1", answer);
        assert_eq!(pages(&world, &outlet), usize::from(outlet.asked_for("/a/1").len() < 4));
        world.minutes_pass(5);
        assert_eq!(pages(&world, &outlet), 0, "asked in vain, it is not asked at once again");
    }
    assert_eq!(world.sql("SELECT * FROM coverage"), before);
    assert_eq!(world.one("SELECT state FROM item"), "read");
}

#[test]
fn a_new_headline_in_a_feed_causes_a_refetch() {
    let outlet = gazette(1);
    says(&outlet, "A bird on the quay", &[LEAD, REST]);
    let link = outlet.url("/a/1");
    let feed = |title: &str| rss(&[Entry { title, link: &link, date: "Sun, 11 Oct 2026 09:00:00 +0200", lead: "" }]);
    outlet.serve("/feed", feed("A bird on the quay"));
    let mut world = World::with(&config(&outlet));
    world.run();
    world.hours_pass(3);
    world.run();
    says(&outlet, "Two birds on the quay", &[LEAD, REST]);
    outlet.serve("/feed", feed("Two birds on the quay"));
    world.hours_pass(3);
    assert_eq!(pages(&world, &outlet), 1);
    world.hours_pass(3);
    assert_eq!(pages(&world, &outlet), 0, "once for each change");
    assert_eq!(
        world.sql("SELECT title FROM version ORDER BY seen_at"),
        ["A bird on the quay", "Two birds on the quay"]
    );
    assert_eq!(world.one("SELECT count(*) FROM coverage"), "1");
}

#[test]
fn a_gate_or_a_notice_in_place_of_an_article_changes_nothing() {
    let outlet = gazette(1);
    let whole = [OTHER, REST, LEAD, "Whoever wants to see it should come early, and leave the dog at home."];
    says(&outlet, "A bird on the quay", &whole);
    let mut world = World::with(&config(&outlet));
    world.run();
    let before = world.sql("SELECT * FROM coverage");
    world.hours_pass(3);
    says(&outlet, "A bird on the quay", &[OTHER, "Register for free to read on."]);
    assert_eq!(pages(&world, &outlet), 1);
    world.hours_pass(27);
    let notice = "We are working on our site at the moment. Please come back in an hour, and accept our apologies.";
    says(&outlet, "Back soon", &[notice]);
    assert_eq!(pages(&world, &outlet), 1);
    assert_eq!(world.sql("SELECT * FROM coverage"), before);
    assert_eq!(world.one("SELECT count(*) FROM version"), "1");
}

#[test]
fn typography_does_not_change_a_headline() {
    let outlet = gazette(1);
    says(&outlet, "'A bird' on the quay - alone", &[LEAD, REST]);
    let mut world = World::with(&config(&outlet));
    world.run();
    world.hours_pass(3);
    says(&outlet, "“A Bird” on the Quay – alone", &[LEAD, REST, "It is said to be hungry."]);
    assert_eq!(pages(&world, &outlet), 1);
    assert_eq!(world.one("SELECT count(*) FROM version"), "2");
    let told = world.presswatch(&["digest", "--since", "7d", "--format", "json"]).expect(0).json();
    assert_eq!(told["watches"][0]["stories"][0]["first"]["headline_changes"], 0);
}

#[test]
fn an_article_has_versions_from_the_first_reading_on_once_a_watch_mentions_it() {
    let outlet = gazette(1);
    says(&outlet, "A bird on the quay", &[OTHER, REST]);
    let link = outlet.url("/a/1");
    let date = "Sun, 11 Oct 2026 09:00:00 +0200";
    outlet.serve("/feed", rss(&[Entry { title: "A bird on the quay", link: &link, date, lead: "" }]));
    let mut world = World::with(&config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT (SELECT count(*) FROM article) || ' ' || count(*) FROM version"), "1 0");
    world.edit("[[watch]]", "[[watch]]\nname = \"Masters\"\nquery = \"harbour\"\n[[watch]]");
    world.run();
    world.hours_pass(3);
    says(&outlet, "Nothing on the quay", &[OTHER, REST, LEAD]);
    assert_eq!(pages(&world, &outlet), 1);
    assert_eq!(
        world.sql("SELECT seen_at, title, length(text) > 0 FROM version ORDER BY seen_at"),
        ["2026-10-11T07:30:00Z | A bird on the quay | 1", "2026-10-11T10:30:00Z | Nothing on the quay | 0"]
    );
    let told =
        world.presswatch(&["digest", "--since", "7d", "--watch", "Masters", "--format", "json"]).expect(0).json();
    assert_eq!(told["watches"][0]["stories"][0]["first"]["headline_changes"], 1);
}
