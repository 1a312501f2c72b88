//! Searching stored articles.

use crate::press::Press;
use crate::watches::{HERONS, crawled};
use crate::world::World;

/// The headlines that a search finds, newest first.
fn titles(world: &World, args: &[&str]) -> Vec<String> {
    let args = [&["search"], args, &["--format", "json"]].concat();
    let found = world.presswatch(&args).expect(0).json();
    found.as_array().unwrap().iter().map(|article| article["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn search_uses_the_query_language_of_watches() {
    let (_press, world) = crawled();
    let strike = "Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’";
    let heron = "Reiger nestelt op kraan 14";
    for (query, expected) in [
        ("helmen", [strike].as_slice()),
        ("KRÁAN", &[strike, heron]),
        ("\"blauwe reiger\"", &[heron]),
        ("\"reiger blauwe\"", &[]),
        ("reig*", &[heron]),
        ("=Reiger", &[heron]),
        ("=reiger title:nestelt", &[heron]),
        ("=REIGER", &[]),
        ("title:helmen", &[]),
        ("kraan NOT reiger", &[strike]),
        ("kraan lang:nl NOT title:reiger", &[strike]),
        ("~dokwerker lang:nl", &[strike, "Het archief van de kade"]),
        ("outlet:kade NOT dokwerkers", &[heron]),
        ("blauwe NEAR/1 reiger", &[heron]),
        ("nest NEAR/1 reiger", &[]),
        ("ATLEAST/2 kraan title:kraan", &[heron]),
        ("nowhere", &[]),
    ] {
        assert_eq!(titles(&world, &[query]), expected, "{query}");
    }
    let all = world.sql("SELECT title FROM article ORDER BY published_at DESC, id DESC");
    assert_eq!(titles(&world, &["lang:nl OR NOT lang:nl"]), all);
    assert_eq!(titles(&world, &["kraan", "--limit", "1"]), [strike]);
    assert_eq!(titles(&world, &["kraan", "NOT", "reiger"]), [strike], "words without quotes");
    let empty = world.presswatch(&["search", ""]).expect(2);
    assert!(!empty.stderr.contains('^'), "{}", empty.stderr);
    assert_eq!(titles(&world, &["kraan", "--until", "2026-10-09"]), [heron]);
    assert_eq!(titles(&world, &["kraan", "--since", "24h"]), [strike]);
    assert_eq!(titles(&world, &["greve", "--source", "De Kade"]), [""; 0]);
    assert_eq!(titles(&world, &["grève", "--source", "Canal Info", "--source", "Kiste"]), ["Grève au port"]);
    let unknown = world.presswatch(&["search", "a", "--source", "De Kaade"]).expect(2);
    assert!(unknown.stderr.contains("the sources are: De Kade, Le Phare"), "{}", unknown.stderr);
    let wrong = world.presswatch(&["search", "a AND"]).expect(2);
    assert!(wrong.stderr.contains(" | a AND\n |   ^^^ expected"), "{}", wrong.stderr);
}

#[test]
fn a_run_or_a_rematch_renews_the_index_of_an_earlier_version() {
    let (_press, world) = crawled();
    for command in ["run", "rematch"] {
        // Of the index itself nothing but the row numbers can be read or written alike on every engine.
        world.alter("DELETE FROM article_words; UPDATE article_words_state SET rules = 1, old_below = 0");
        assert_eq!(titles(&world, &["blauwe reiger"]), ["Reiger nestelt op kraan 14"], "before the {command}");
        world.presswatch(&[command]).expect(0);
        assert_eq!(world.one("SELECT old_below FROM article_words_state WHERE rules > 1"), "0", "{command}");
        assert_eq!(titles(&world, &["blauwe reiger"]), ["Reiger nestelt op kraan 14"], "after the {command}");
    }
}

#[test]
fn search_results_are_printed_readably() {
    let (press, world) = crawled();
    let url = press.kade.url("/nieuws/natuur/reiger-op-kraan-2026-10-09");
    let id = world.one("SELECT id FROM article WHERE title LIKE 'Reiger%'");
    assert_eq!(
        world.presswatch(&["search", "reiger"]).expect(0).stdout,
        format!(
            "* Reiger nestelt op kraan 14\n  De Kade · Fri 9 Oct 09:00 · nl · #{id}\n  {url}\n  \
             > Een blauwe reiger heeft zijn nest gebouwd op de arm van kraan 14, op zestig\n  \
             > meter boven het water van de haven.\n\n1 article\n"
        )
    );
    assert_eq!(world.presswatch(&["search", "ibis"]).expect(0).stdout, "Nothing found in 10 stored articles.\n");
}

#[test]
fn the_index_follows_the_articles() {
    let press = Press::open();
    let mut world = World::with(&press.config());
    world.edit(&format!("[[watch]]\n{HERONS}"), "");
    world.edit("[crawl]", "[crawl]\nkeep_text = \"1d\"");
    world.run();
    assert_eq!(world.index_rows(), world.sql("SELECT id FROM article ORDER BY 1"));
    assert_eq!(titles(&world, &["zestig"]), ["Reiger nestelt op kraan 14"]);
    world.hours_pass(25);
    world.presswatch(&["run", "--source", "Kiste"]).expect(0);
    // No watch matches the article of the heron: its text goes, its headline stays.
    assert_eq!(world.one("SELECT text FROM article WHERE title LIKE 'Reiger%'"), "");
    assert_eq!(titles(&world, &["zestig"]), [""; 0]);
    assert_eq!(titles(&world, &["reiger"]), ["Reiger nestelt op kraan 14"]);
    assert_eq!(titles(&world, &["helmen"]).len(), 1, "a text with a mention stays");
    assert_eq!(world.index_rows(), world.sql("SELECT id FROM article ORDER BY 1"));
    assert_eq!(world.presswatch(&["rematch", "--dry-run"]).expect(0).stdout, "0 gained, 0 lost\n");
}

#[test]
fn a_headline_that_becomes_an_article_is_found_by_its_text() {
    let press = Press::open();
    let path = "/nieuws/natuur/reiger-op-kraan-2026-10-09";
    let mut world = World::with(&press.config());
    world.edit("blauwe reiger", "reiger");
    press.kade.serve(path, crate::answer::Answer::error(503));
    world.run();
    assert_eq!(titles(&world, &["reiger"]), ["Reiger nestelt op kraan 14"]);
    assert_eq!(titles(&world, &["zestig"]), [""; 0]);
    press.print_kade();
    world.hours_pass(24);
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(titles(&world, &["zestig"]), ["Reiger nestelt op kraan 14"]);
}

#[test]
fn what_is_marked_as_not_relevant_is_left_out_unless_it_is_asked_for() {
    let (_press, world) = crawled();
    let heron = ["Reiger nestelt op kraan 14"];
    let id = world.one("SELECT id FROM article WHERE title LIKE 'Reiger%'");
    // For one watch of two, it is relevant for the other.
    world.edit(HERONS, &format!("{HERONS}\n[[watch]]\nname = \"Cranes\"\nquery = 'kraan'"));
    world.run();
    world.presswatch(&["mark", &id, "--not-relevant", "--watch", "Cranes"]).expect(0);
    assert_eq!(titles(&world, &["reiger"]), heron);
    world.presswatch(&["mark", &id, "--not-relevant", "--watch", "Herons"]).expect(0);
    assert_eq!(titles(&world, &["reiger"]), [""; 0]);
    world.presswatch(&["mark", &id, "--not-relevant"]).expect(0);
    assert_eq!(titles(&world, &["reiger"]), [""; 0]);
    assert_eq!(titles(&world, &["kraan", "--limit", "2"]).len(), 1);
    let found = world.presswatch(&["search", "reiger"]).expect(0).stdout;
    assert!(
        found.ends_with("Left out: 1 article marked as not relevant; --with-not-relevant shows them.\n"),
        "{found}"
    );
    let all = world.presswatch(&["search", "reiger", "--with-not-relevant"]).expect(0).stdout;
    assert!(all.contains(&format!(" · not relevant · #{id}\n")) && !all.contains("Left out"), "{all}");
    let json = world.presswatch(&["search", "reiger", "--with-not-relevant", "--format", "json"]).expect(0).json();
    assert_eq!((json[0]["id"].to_string(), &json[0]["relevant"]), (id.clone(), &serde_json::Value::Bool(false)));
    world.presswatch(&["mark", &id, "--relevant"]).expect(0);
    assert_eq!(titles(&world, &["reiger"]), heron);
}
