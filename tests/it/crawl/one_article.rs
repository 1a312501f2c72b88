//! One article is one, under however many addresses and in however many parts an outlet has it.

use crate::answer::Answer;
use crate::gazette::config;
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::World;

const LEAD: &str = "The Kraanvogel came down on the quay of Maldegem at noon, and thirty people stood there to look at it until evening.";
const MORE: &str = "Nobody had expected it before the evening, said the harbour master, who had gone home for lunch with his two sons.";
const REST: &str =
    "It will stay for some days, after which it goes on to the south with the others of its kind, says the ministry.";
const NEW: &str =
    "On Sunday a second bird joined it, and the mayor had the road along the water closed to all cars until Tuesday.";
const OTHER: &str = "The council of Eeklo votes on the budget of the library on Monday. Its books have been waiting for a new roof since the storm, and readers bring umbrellas. A Kraanvogel is on the posters.";
const TITLE: &str = "A rare Kraanvogel lands on the quay of Maldegem";

fn announce(outlet: &Outlet, entries: &[(&str, &str)]) {
    let links: Vec<(String, &str)> = entries.iter().map(|(path, title)| (outlet.url(path), *title)).collect();
    let entries: Vec<Entry> = links.iter().map(|(link, title)| Entry { title, link, date: "", lead: "" }).collect();
    outlet.serve("/feed", rss(&entries));
}

fn dated(title: &str, day: u32, paragraphs: &[&str]) -> String {
    page(title, &format!("2026-10-{day:02}T10:00:00+02:00"), paragraphs)
}

/// The same page, of which the rest is for subscribers.
fn for_subscribers(page: &str) -> String {
    let page = page.replacen("</head>", "<meta property=\"article:content_tier\" content=\"locked\"></head>", 1);
    page.replacen("</article>", "<p>Subscribe to continue reading</p></article>", 1)
}

fn canonical(page: &str, path: &str) -> String {
    page.replacen("</head>", &format!("<link rel=\"canonical\" href=\"{path}\"></head>"), 1)
}

#[test]
fn a_new_address_that_redirects_to_a_known_article_is_the_same_article() {
    let outlet = Outlet::open();
    announce(&outlet, &[("/quay", TITLE)]);
    outlet.serve("/quay", dated(TITLE, 10, &[LEAD, MORE, REST]));
    let mut world = World::with(&config(&outlet));
    world.run();
    world.hours_pass(30);
    // The page was rewritten meanwhile, and names an address of which nothing was known.
    let now = dated("Second Kraanvogel joins the first on the quay", 11, &[NEW, LEAD, MORE, REST]);
    outlet.serve("/quay", canonical(&now, "/second-bird"));
    outlet.serve("/short/7", Answer::redirect(301, "/quay"));
    announce(&outlet, &[("/short/7", "Second Kraanvogel joins the first on the quay"), ("/quay", TITLE)]);
    world.run();
    assert_eq!(world.one("SELECT count(*), count(DISTINCT story) FROM coverage"), "1 | 1");
}

#[test]
fn an_article_whose_address_now_redirects_to_another_article_becomes_one_with_it() {
    let outlet = Outlet::open();
    announce(&outlet, &[("/quay", TITLE), ("/eeklo", "Library of Eeklo waits for a roof")]);
    outlet.serve("/quay", dated(TITLE, 10, &[LEAD, MORE, REST]));
    outlet.serve("/eeklo", dated("Library of Eeklo waits for a roof", 10, &[OTHER]));
    let mut world = World::with(&config(&outlet));
    world.run();
    world.hours_pass(1);
    let title = "Road closed for two birds";
    outlet.serve(
        "/two-birds",
        dated(
            title,
            11,
            &[
                NEW,
                LEAD,
                MORE,
                "The police ask for patience, and the ministry for silence, until both have gone on to the south.",
            ],
        ),
    );
    announce(&outlet, &[("/two-birds", title)]);
    world.run();
    let count = "SELECT count(*), count(DISTINCT url) FROM coverage";
    assert_eq!(world.one(count), "3 | 3", "nothing says yet that two of them are one");
    world.presswatch(&["digest", "--new"]).expect(0);
    // To this reader only the one that was found last.
    world.presswatch(&["digest", "--new=anna", "--since", "30m"]).expect(0);
    outlet.serve("/quay", Answer::redirect(301, "/two-birds"));
    // A redirect to quite another article says nothing.
    outlet.serve("/eeklo", Answer::redirect(301, "/two-birds"));
    world.hours_pass(3);
    world.run();
    assert_eq!(world.one(count), "2 | 2");
    assert_eq!(
        world
            .sql("SELECT title, (SELECT count(*) FROM item i WHERE i.article_id = a.id) FROM article a ORDER BY title"),
        ["Library of Eeklo waits for a roof | 1", "Road closed for two birds | 2"]
    );
    let new = |reader: &str| -> Vec<String> {
        let told = world.presswatch(&["digest", reader, "--format", "json"]).expect(0).json();
        let stories = told["watches"][0]["stories"].as_array().unwrap().clone();
        stories.iter().map(|story| story["first"]["headline"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(new("--new"), [""; 0], "both were printed before");
    assert_eq!(new("--new=anna"), ["Library of Eeklo waits for a roof"], "one of the two was printed before");
}

#[test]
fn an_article_is_known_at_the_address_to_which_it_moved() {
    let outlet = Outlet::open();
    announce(&outlet, &[("/quay", TITLE)]);
    outlet.serve("/quay", dated(TITLE, 10, &[LEAD, MORE, REST]));
    let mut world = World::with(&config(&outlet));
    world.run();
    outlet.serve("/quay", Answer::redirect(301, "/bird"));
    outlet.serve("/bird", dated(TITLE, 10, &[LEAD, MORE, REST]));
    world.hours_pass(3);
    world.run();
    assert!(world.one("SELECT url FROM article").ends_with("/bird"));
    world.hours_pass(48);
    outlet.serve("/bird", dated("The Kraanvogel of Maldegem has gone", 13, &[NEW, LEAD, MORE]));
    announce(&outlet, &[("/bird", "The Kraanvogel of Maldegem has gone")]);
    world.run();
    assert_eq!(world.one("SELECT count(*), count(DISTINCT story) FROM coverage"), "1 | 1");
}

#[test]
fn a_whole_text_and_its_beginning_for_subscribers_are_one_article_with_the_whole_text() {
    let whole = dated(TITLE, 10, &[LEAD, MORE, REST]);
    let label = "Premium: a rare Kraanvogel lands on the quay of Maldegem";
    let beginning = for_subscribers(&page(label, "2026-10-10T18:30:00+02:00", &[LEAD]));
    for paths in [["/free", "/premium"], ["/premium", "/free"]] {
        let outlet = Outlet::open();
        outlet.serve("/free", whole.clone());
        outlet.serve("/premium", beginning.clone());
        let mut world = World::with(&config(&outlet));
        announce(&outlet, &[(paths[0], TITLE)]);
        world.run();
        world.hours_pass(1);
        announce(&outlet, &[(paths[1], TITLE), (paths[0], TITLE)]);
        world.run();
        // Read again later, the beginning replaces nothing.
        world.hours_pass(4);
        world.run();
        assert_eq!(
            world.sql("SELECT title, paywalled, text LIKE '%ministry%', url LIKE '%/free' FROM coverage"),
            [format!("{TITLE} | 0 | 1 | 1")],
            "{paths:?}"
        );
    }
}

#[test]
fn another_beginning_or_another_day_under_one_headline_is_another_article() {
    for (title, day, text) in [
        (TITLE, 10, OTHER),
        ("Library of Eeklo waits for a roof", 10, LEAD),
        (TITLE, 8, LEAD),
        ("A rare Kraanvogel lands on the quay of Maldegem, 2", 10, LEAD),
    ] {
        let outlet = Outlet::open();
        outlet.serve("/free", dated(TITLE, 10, &[LEAD, MORE, REST]));
        outlet.serve("/premium", for_subscribers(&dated(title, day, &[text])));
        announce(&outlet, &[("/free", TITLE), ("/premium", title)]);
        let world = World::with(&config(&outlet));
        world.run();
        assert_eq!(world.one("SELECT count(*) FROM coverage"), "2", "{title} {day} {text}");
    }
}
