//! Facts of outlets: stated in the configuration, stored with the source, asked for by queries, shown in exports and reports.

use crate::gazette::{WATCH, gazette, source};
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::World;

const FRONT: &str = "name = \"Front\"\nquery = 'kraanvogel tier:1 kind:newspaper'";

/// A newspaper in Brussels, and a television station, with one article each.
fn two_outlets() -> (Outlet, Outlet, World) {
    let (paper, station) = (gazette(1), gazette(1));
    let facts = "kind = \"Newspaper\"\nregion = \"Brussels\"\ntier = 1\nreach = 120_000\ntags = [\"daily\", \"public service\"]\n";
    let config = format!("[[watch]]\n{FRONT}\n{}{facts}{}", source("Paper", &paper), source("Station", &station));
    let world = World::with(&format!("{config}kind = \"television\"\n"));
    (paper, station, world)
}

#[test]
fn a_watch_asks_for_facts_of_outlets_and_is_applied_again_when_they_change() {
    let (_paper, _station, world) = two_outlets();
    world.run();
    let outlets = "SELECT outlet, late FROM coverage ORDER BY outlet";
    assert_eq!(world.sql(outlets), ["Paper | 0"]);
    let definition = || world.one("SELECT definition FROM watch");
    let before = definition();
    world.run();
    assert_eq!(definition(), before);
    // A fact of which the watch does not ask.
    world.edit("reach = 120_000", "reach = 130_000");
    world.run();
    assert_eq!(definition(), before);
    world.edit("kind = \"television\"", "kind = \"newspaper\"\ntier = 1");
    let dry = world.presswatch(&["rematch", "--dry-run"]).expect(0).stdout;
    assert!(dry.contains("+ Front · Station ·") && dry.contains("1 gained, 0 lost"), "{dry}");
    let run = world.presswatch(&["run", "--json"]).expect(0).json();
    assert_eq!(run["mentions_new"], 1);
    assert_eq!(world.sql(outlets), ["Paper | 0", "Station | 1"]);
    // A mention stays, as with every change, until it is taken away.
    world.edit("tier = 1\nreach", "tier = 2\nreach");
    world.run();
    assert_eq!(world.sql(outlets), ["Paper | 0", "Station | 1"]);
    world.presswatch(&["rematch", "--prune", "--yes"]).expect(0);
    assert_eq!(world.sql(outlets), ["Station | 1"]);
}

#[test]
fn search_and_explain_ask_for_facts_of_outlets() {
    let (paper, _station, world) = two_outlets();
    world.run();
    let found = |query: &str| {
        world.presswatch(&["search", query, "--format", "json"]).expect(0).stdout.matches("\"url\"").count()
    };
    for (query, expected) in [
        ("tier:1", 1),
        ("kraanvogel", 2),
        ("kraanvogel NOT tier:1", 1),
        ("kind:(newspaper OR television)", 2),
        ("region:brussels kraanvogel", 1),
        ("tag:\"public service\"", 1),
        ("tag:public kraanvogel", 0),
    ] {
        assert_eq!(found(query), expected, "{query}");
    }
    let typo = world.presswatch(&["search", "kind:newspapr"]).expect(0).stderr;
    assert!(typo.contains("did you mean kind:newspaper?"), "{typo}");
    let explain = |query: &str| {
        let url = paper.url("/a/1");
        world.presswatch(&["explain", &url, "--query", query]).expect(0).stdout
    };
    assert!(!explain("tier:1").contains("the outlet's"), "{}", explain("tier:1"));
    assert!(explain("tier:2").contains("the outlet's tier is 1, not 2"), "{}", explain("tier:2"));
    let url = paper.url("/a/1");
    let typo = world.presswatch(&["explain", &url, "--query", "kind:newspapr outlet:papr"]).expect(0).stderr;
    assert!(typo.contains("did you mean kind:newspaper?") && typo.contains("papr"), "{typo}");
    // A watch that no source can fulfil gets a note.
    world.edit("kind:newspaper'", "region:brusels'");
    let check = world.presswatch(&["check"]).expect(0);
    let shown = check.stdout + &check.stderr;
    assert!(shown.contains("region:brussels"), "{shown}");
}

#[test]
fn facts_of_outlets_are_in_coverage_exports_and_the_press_review() {
    let (_paper, _station, world) = two_outlets();
    world.edit(FRONT, "name = \"All\"\nquery = 'kraanvogel'");
    world.run();
    let facts = "SELECT outlet, outlet_kind, outlet_region, outlet_tier, outlet_reach, outlet_tags FROM coverage ORDER BY outlet";
    let paper = "Paper | Newspaper | Brussels | 1 | 120000 | daily, public service";
    assert_eq!(world.sql(facts)[0], paper);
    assert!(world.sql(facts)[1].starts_with("Station | television | "), "{:?}", world.sql(facts));
    let lines = world.presswatch(&["export", "--format", "jsonl"]).expect(0).stdout;
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = |outlet: &str| lines.iter().find(|line| line["outlet"] == outlet).unwrap();
    let (of_paper, of_station) = (line("Paper"), line("Station"));
    assert_eq!((&of_paper["outlet_tier"], &of_paper["outlet_reach"]), (&1.into(), &120_000.into()));
    assert_eq!(of_paper["outlet_tags"], serde_json::json!(["daily", "public service"]));
    assert_eq!(
        (&of_station["outlet_kind"], &of_station["outlet_tier"]),
        (&"television".into(), &serde_json::Value::Null)
    );
    let csv = world.presswatch(&["export", "--format", "csv"]).expect(0).stdout;
    assert!(csv.contains("Newspaper,Brussels,1,120000,\"daily, public service\",,\r\n"), "{csv}");
    let report = world.presswatch(&["report", "-"]).expect(0).stdout;
    assert!(report.contains("By tier of the outlets"), "{report}");
    let digest = world.presswatch(&["digest", "--format", "json"]).expect(0).json();
    let sources = world.presswatch(&["sources", "--json"]).expect(0).json();
    let told = |article: &serde_json::Value| {
        ["kind", "region", "tier", "reach", "tags"].map(|fact| article[format!("outlet_{fact}")].clone())
    };
    let stories = digest["watches"][0]["stories"].as_array().unwrap();
    let of_paper = stories.iter().map(|story| &story["first"]).find(|first| first["publisher"] == "Paper").unwrap();
    let facts_of_paper = serde_json::json!(["Newspaper", "Brussels", 1, 120_000, ["daily", "public service"]]);
    assert_eq!(serde_json::json!(told(of_paper)), facts_of_paper);
    let paper_health = &sources["sources"][0];
    assert_eq!(
        serde_json::json!(["kind", "region", "tier", "reach", "tags"].map(|fact| &paper_health[fact])),
        facts_of_paper
    );
    // Without a tier there is no such table.
    world.edit("tier = 1\n", "");
    world.run();
    assert!(!world.presswatch(&["report", "-"]).expect(0).stdout.contains("By tier of the outlets"));
    assert!(world.sql(facts)[0].starts_with("Paper | Newspaper | Brussels |"), "{:?}", world.sql(facts));
}

#[test]
fn an_outlet_of_the_front_rank_comes_first() {
    let outlet = |title: &str, hour: u8, text: &str| {
        let outlet = Outlet::open();
        outlet.serve("/feed", rss(&[Entry { title, link: &outlet.url("/a/1"), date: "", lead: "" }]));
        outlet.serve("/a/1", page(title, &format!("2026-10-10T{hour}:00:00+02:00"), &[text]));
        outlet
    };
    let plain = outlet(
        "A bridge opens",
        12,
        "The kraanvogel sat on the new bridge while the mayor spoke of steel and of rivers for an hour.",
    );
    let front = outlet(
        "The library waits",
        10,
        "No kraanvogel was ever seen in the library of Eeklo, where the roof has been leaking for years.",
    );
    let world = World::with(&format!("{WATCH}{}{}tier = 2\n", source("Plain", &plain), source("Front", &front)));
    world.run();
    let first = || {
        let digest = world.presswatch(&["digest", "--format", "json"]).expect(0).json();
        let stories = digest["watches"][0]["stories"].as_array().unwrap().clone();
        assert_eq!(stories.len(), 2);
        stories[0]["first"]["publisher"].clone()
    };
    assert_eq!(first(), "Plain", "the newest");
    world.edit("tier = 2", "tier = 1");
    world.run();
    assert_eq!(first(), "Front");
}
