//! The figures of a press review, and the ledger of one watch, where twenty-five outlets report one march.

use super::pages::{Entry, page_in, rss};
use super::server::Outlet;
use super::world::World;

/// How many outlets there are.
pub const OUTLETS: usize = 25;
/// How many have a text of their own.
pub const OWN: usize = 5;

/// The report of the agency, word for word at most outlets.
const AGENCY: [&str; 3] = [
    "BRUSSELS (BELGA) - Some four thousand people marched through the harbour on Saturday against the closing of the eastern quay.",
    "The crane drivers had called for the march after the board announced that the quay would close by the end of the winter.",
    "The police counted four thousand people, the organisers nine thousand. The board invites the unions to a meeting on Monday.",
];

/// Outlets with their names and what they publish of the march on Saturday; each of the first [`OWN`] wrote about the cranes on Friday, too.
pub fn crawled() -> (Vec<Outlet>, World) {
    let outlets: Vec<Outlet> = (0..OUTLETS).map(|_| Outlet::open()).collect();
    let mut config = String::new();
    for (name, query) in [("March", "march*"), ("Harbour board", "board"), ("Crane drivers", "crane*")] {
        config.push_str(&format!("[[watch]]\nname = \"{name}\"\ngroup = \"Harbour\"\nquery = \"{query}\"\n"));
    }
    // Only of the first outlet.
    config.push_str("[[watch]]\nname = \"First only\"\nquery = \"march*\"\nsources = [\"Outlet 0\"]\n");
    for (n, outlet) in outlets.iter().enumerate() {
        config.push_str(&format!("[[source]]\nname = \"Outlet {n}\"\nfeeds = [\"{}\"]\n", outlet.url("/feed")));
        let own = format!(
            "At the gate number {n} the march stopped for an hour, and {n} speakers climbed on the crane to speak to the board."
        );
        let own = [
            own.as_str(),
            "Nobody had seen so many people there since the quay was opened, said a woman from the harbour kitchen.",
        ];
        let (title, text) = if n < OWN {
            (format!("Thousands march to gate {n} of the harbour"), &own[..])
        } else {
            ("Four thousand march through the harbour against the closing of the quay".to_owned(), &AGENCY[..])
        };
        let link = outlet.url("/march");
        let hour = 9 + n % 9;
        let mut entries = vec![(title, link, format!("Sat, 10 Oct 2026 {hour:02}:00:00 +0200"))];
        outlet.serve("/march", page_in("en", &entries[0].0, &format!("2026-10-10T{hour:02}:00:00+02:00"), text));
        if n < OWN {
            let crane = format!("Crane {n} stands still over the water, and its driver waits for a word from above.");
            let title = format!("Crane {n} stands still");
            outlet.serve("/crane", page_in("en", &title, "2026-10-09T10:00:00+02:00", &[&crane, &title]));
            entries.push((title, outlet.url("/crane"), "Fri, 09 Oct 2026 10:00:00 +0200".to_owned()));
        }
        let entries: Vec<Entry> =
            entries.iter().map(|(title, link, date)| Entry { title, link, date, lead: "" }).collect();
        outlet.serve("/feed", rss(&entries));
    }
    let world = World::with(&config);
    world.run();
    (outlets, world)
}

#[test]
fn every_count_of_a_review_is_of_articles() {
    let (_outlets, world) = crawled();
    world.presswatch(&["report", "review.html"]).expect(0);
    let html = std::fs::read_to_string(world.path("review.html")).unwrap();
    let page = scraper::Html::parse_document(&html);
    let texts = |selector: &str| -> Vec<String> {
        let selector = scraper::Selector::parse(selector).unwrap();
        page.select(&selector).map(|element| element.text().collect::<Vec<_>>().join(" ").trim().to_owned()).collect()
    };
    let articles = world.one("SELECT count(DISTINCT article_id) FROM mention");
    assert_eq!(articles, (OUTLETS + OWN).to_string());
    let mentions: usize = world.one("SELECT count(*) FROM mention").parse().unwrap();
    assert!(mentions > 2 * (OUTLETS + OWN), "most articles match several watches: {mentions}");
    assert_eq!(texts("dd")[0], articles);
    let by_outlet = world.sql(
        "SELECT s.name || ' ' || count(DISTINCT m.article_id) FROM mention m JOIN article a ON a.id = m.article_id
         JOIN source s ON s.id = a.source_id GROUP BY s.id ORDER BY count(DISTINCT m.article_id) DESC, s.name",
    );
    let rows = |table: &str| -> Vec<String> {
        let rows = texts(&format!("section:has(> {table}) tbody tr"));
        rows.iter().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let told = rows(".bars");
    let told: Vec<&str> = told.iter().map(|row| row.rsplit_once(' ').unwrap().0).collect();
    let watches = world.sql(
        "SELECT w.name || ' ' || count(*) FROM mention m JOIN watch w ON w.id = m.watch_id
         WHERE w.heading = 'Harbour' GROUP BY w.id ORDER BY count(*) DESC, w.position",
    );
    assert_eq!(told, by_outlet.iter().chain(&watches).map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn the_ledger_of_a_watch_has_its_sources_and_what_it_matches() {
    let (_outlets, world) = crawled();
    let ledger = |watch: &str| {
        let json =
            world.presswatch(&["digest", "--since", "7d", "--format", "json", "--watch", watch]).expect(0).json();
        let matched = |row: &serde_json::Value| row["matched"].as_u64().unwrap();
        let rows = json["ledger"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["source"].as_str().unwrap().to_owned(), matched(row)));
        rows.collect::<Vec<_>>()
    };
    assert_eq!(ledger("First only"), [("Outlet 0".to_owned(), 1)]);
    let march = ledger("March");
    assert_eq!((march.len(), march.iter().map(|(_, n)| n).sum::<u64>()), (OUTLETS, OUTLETS as u64));
    let group = ledger("Harbour");
    assert_eq!((group.len(), group.iter().map(|(_, n)| n).sum::<u64>()), (OUTLETS, (OUTLETS + OWN) as u64));
    // What was found elsewhere before stays in the ledger that shows it.
    world.edit("sources = [\"Outlet 0\"]", "sources = [\"Outlet 1\"]");
    assert_eq!(ledger("First only"), [("Outlet 0".to_owned(), 1), ("Outlet 1".to_owned(), 0)]);
}
