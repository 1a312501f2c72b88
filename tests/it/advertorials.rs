//! Articles that somebody paid for are marked as such wherever they are printed.

use crate::gazette::config;
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::World;

const TEXT: [&str; 2] = [
    "The Kraanvogel lamp of the Maldegem works gives light for thirty years, says the maker, who has built seven of them.",
    "It is on show at the factory on Saturday, and those who come by bicycle get a cup of soup and a bell.",
];

#[test]
fn an_advertorial_is_marked_in_every_output() {
    let outlet = Outlet::open();
    let links = [outlet.url("/lamp"), outlet.url("/bird")];
    let entry = |link, title| Entry { title, link, date: "", lead: "" };
    outlet.serve("/feed", rss(&[entry(&links[0], "A lamp like a Kraanvogel"), entry(&links[1], "Kraanvogel lands")]));
    let date = "2026-10-10T10:00:00+02:00";
    let lamp = page("A lamp like a Kraanvogel", date, &TEXT).replace("NewsArticle", "AdvertiserContentArticle");
    outlet.serve("/lamp", lamp);
    outlet.serve("/bird", page("Kraanvogel lands", date, &["The Kraanvogel came down on the quay at noon, and thirty people stood there to look at it until evening."]));
    let world = World::with(&config(&outlet));
    world.run();
    assert_eq!(
        world.sql("SELECT title, advertorial FROM coverage ORDER BY title"),
        ["A lamp like a Kraanvogel | 1", "Kraanvogel lands | 0"]
    );
    for format in ["text", "markdown", "html"] {
        let told = world.presswatch(&["digest", "--format", format]).expect(0).stdout;
        assert_eq!(told.matches("advertorial").count(), 1, "{format}: {told}");
    }
    let told = world.presswatch(&["digest", "--format", "json"]).expect(0).stdout;
    assert_eq!((told.matches("\"advertorial\":true").count(), told.matches("\"advertorial\":false").count()), (1, 1));
    let exported = world.presswatch(&["export", "--format", "jsonl"]).expect(0).stdout;
    for line in exported.lines() {
        assert_eq!(line.contains("\"advertorial\":true"), line.contains("A lamp"), "{line}");
    }
    let cells = world.presswatch(&["export", "--format", "csv"]).expect(0).stdout;
    assert!(cells.lines().any(|line| line.contains("A lamp") && line.contains(",no,1,yes,")), "{cells}");
    let explained = world.presswatch(&["explain", "--json", &links[0], &links[1]]).expect(0).stdout;
    let marks: Vec<bool> = explained
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["advertorial"] == true)
        .collect();
    assert_eq!(marks, [true, false]);
    let explained = world.presswatch(&["explain", &links[0]]).expect(0).stdout;
    assert!(
        explained.contains("advertorial") && explained.contains("by JSON-LD AdvertiserContentArticle"),
        "{explained}"
    );
}
