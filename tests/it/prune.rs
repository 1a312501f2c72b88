//! Mentions that a narrowed watch no longer finds, and how they are taken away.

use presswatch::app::rematch::preview;
use presswatch::crawl::remove_lost;
use presswatch::store::{Mode, Store};

use crate::watches::{HERONS, SEARCH, crawled};

#[test]
fn what_a_narrowed_watch_no_longer_finds_can_be_taken_away() {
    let (_press, world) = crawled();
    let herons = "SELECT title FROM coverage WHERE watch = 'Herons' ORDER BY title";
    let diff = "- Herons · De Kade · Reiger nestelt op kraan 14 · blauwe reiger · #{HERON}\n\
         -   > Een blauwe reiger heeft zijn nest gebouwd op de arm van kraan 14, op zestig meter boven het water van de haven.\n\
         + Herons · De Kade · Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’ · helmen · #{STRIKE}\n\
         +   > Zij vragen nieuwe helmen en een uur extra rust.\n\
         1 gained, 1 lost\n";
    let id = |title: &str| world.one(&format!("SELECT id FROM article WHERE title LIKE '{title}%'"));
    let diff = &diff.replace("{HERON}", &id("Reiger")).replace("{STRIKE}", &id("Dokwerkers"));
    world.presswatch(&["mark", &world.one("SELECT id FROM coverage WHERE watch = 'Herons'"), "--tag", "x"]).expect(0);
    world.edit(HERONS, &format!("name = \"Herons\"\nquery = 'helmen'\n{SEARCH}"));
    assert_eq!(world.presswatch(&["rematch", "--prune", "--dry-run"]).expect(0).stdout, *diff);
    // Nobody is there to be asked.
    let refused = world.presswatch(&["rematch", "--prune"]).expect(2);
    assert_eq!(refused.stdout, *diff);
    assert!(
        refused.stderr.contains("could not take away 1 mention") && refused.stderr.contains("--yes"),
        "{}",
        refused.stderr
    );
    assert_eq!(world.sql(herons), ["Reiger nestelt op kraan 14"]);
    let done = world.presswatch(&["rematch", "--prune", "--yes"]).expect(0);
    assert_eq!(done.stdout, format!("{diff}1 article newly matched, 1 mention taken away\n"));
    assert_eq!(world.sql(herons), ["Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’"]);
    world.presswatch(&["run", "--force"]).expect(0);
    assert_eq!(world.sql(herons), ["Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’"]);
    let done = world.presswatch(&["rematch", "--prune"]).expect(0);
    assert_eq!(done.stdout, "0 gained, 0 lost\n0 articles newly matched, 0 mentions taken away\n");
    // The article and its mark stay.
    assert_eq!(world.one("SELECT tags FROM mark"), "x");
    assert!(world.presswatch(&["rematch", "--yes"]).expect(2).stderr.contains("--prune"));
}

#[test]
fn what_an_article_no_longer_says_is_not_taken_away() {
    let (_press, world) = crawled();
    // Its words changed after it was found; the watch did not.
    world.alter("UPDATE version SET text = (SELECT text FROM article WHERE id = article_id) WHERE article_id IN (SELECT id FROM article WHERE title LIKE 'Reiger%');
                 UPDATE article SET title = 'Nest', text = 'Het nest is weg.', summary = '' WHERE title LIKE 'Reiger%';
                 UPDATE item SET title = 'Nest', summary = '' WHERE title LIKE 'Reiger%';");
    assert_eq!(
        world.presswatch(&["rematch", "--prune", "--yes"]).expect(0).stdout,
        "0 gained, 0 lost\n0 articles newly matched, 0 mentions taken away\n"
    );
    assert_eq!(world.one("SELECT title FROM coverage WHERE watch = 'Herons'"), "Nest");
    // Then the watch did, too.
    world.edit(HERONS, &format!("name = \"Herons\"\nquery = 'ooievaar'\n{SEARCH}"));
    assert!(
        world
            .presswatch(&["rematch", "--prune", "--yes"])
            .expect(0)
            .stdout
            .ends_with("0 articles newly matched, 1 mention taken away\n")
    );
}

#[test]
fn what_is_marked_as_not_relevant_is_neither_shown_nor_counted() {
    let (_press, world) = crawled();
    let id = |title: &str| world.one(&format!("SELECT id FROM article WHERE title LIKE '{title}%'"));
    world.presswatch(&["mark", &id("Reiger"), &id("Dokwerkers"), "--not-relevant"]).expect(0);
    world.edit(HERONS, &format!("name = \"Herons\"\nquery = 'helmen'\n{SEARCH}"));
    assert_eq!(world.presswatch(&["rematch", "--dry-run"]).expect(0).stdout, "0 gained, 0 lost\n");
    let done = world.presswatch(&["rematch", "--prune"]).expect(0).stdout;
    assert!(done.starts_with("0 gained, 0 lost\n") && done.ends_with(", 0 mentions taken away\n"), "{done}");
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE title LIKE 'Reiger%' AND relevant = 0"), "1");
}

/// On a server, runs go on beside it.
#[test]
fn what_was_read_again_since_it_was_judged_is_judged_again() {
    let (_press, world) = crawled();
    world.edit(HERONS, &format!("name = \"Herons\"\nquery = 'ooievaar'\n{SEARCH}"));
    let path = world.path("sources.toml");
    let config = presswatch::config::parse(&std::fs::read_to_string(&path).unwrap(), &path).unwrap();
    let store = Store::open(&world.address(), Mode::Read).unwrap();
    let shown = preview(&store, &config).unwrap();
    assert_eq!(shown.len(), 1);
    let remove = || remove_lost(&store, &config.watches, &config.sources, &shown).unwrap();
    // It matches now; nothing of its mention looks different.
    world.alter("UPDATE article SET text = text || ' Een ooievaar.' WHERE title LIKE 'Reiger%'");
    assert_eq!((remove(), world.one("SELECT count(*) FROM coverage WHERE watch = 'Herons'")), (0, "1".to_owned()));
    // It does not, and a worker with other watches renewed the mention.
    world.alter("UPDATE article SET text = replace(text, 'ooievaar', 'eend') WHERE title LIKE 'Reiger%'");
    world.alter("UPDATE mention SET terms = 'reiger' WHERE terms = 'blauwe reiger'");
    assert_eq!(remove(), 0);
    world.alter("UPDATE mention SET terms = 'blauwe reiger' WHERE terms = 'reiger'");
    assert_eq!((remove(), remove()), (1, 0));
}
