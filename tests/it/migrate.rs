//! `presswatch migrate`: whole, resumable, compared.

use std::ffi::OsString;

use presswatch::app::migrate::migrate;
use presswatch::database::DatabaseAddress;
use presswatch::error::{Error, ExitKind};

use crate::engines::Schema;
use crate::watches::crawled_in;
use crate::world::{World, rows};

/// What people see of a database.
fn outputs(world: &World, database: &str) -> Vec<String> {
    let commands: [&[&str]; 6] = [
        &["digest", "--since", "30d"],
        &["digest", "--new", "--since", "30d", "--quiet"],
        &["export", "--format", "csv"],
        &["search", "reiger"],
        &["sources"],
        &["mark", "--list"],
    ];
    commands
        .iter()
        .map(|args| {
            let done = world.presswatch(&[*args, &["--db", database]].concat());
            assert!(matches!(done.code, Some(0 | 2)), "{args:?}: {}", done.stderr);
            done.stdout
        })
        .collect()
}

/// Every table of a file, but for the indexes.
fn tables(world: &World, file: &str) -> Vec<Vec<String>> {
    [
        "source",
        "channel",
        "run",
        "poll",
        "item",
        "article",
        "version",
        "story_text",
        "watch",
        "mention",
        "event",
        "host",
        "mark",
        "reader",
        "printed",
    ]
    .map(|table| rows(&world.path(file), &format!("SELECT * FROM {table} ORDER BY 1, 2")))
    .into()
}

#[test]
fn a_database_is_copied_whole_and_back() {
    let (_press, world) = crawled_in(World::in_file);
    let id = world.sql("SELECT id FROM coverage ORDER BY id")[0].clone();
    world.presswatch(&["mark", &id, "--tone", "+", "--tag", "zoo", "--note", "a\ttab"]).expect(0);
    world.presswatch(&["digest", "--new=anna"]).expect(0);
    let schema = Schema::new();
    let there = schema.as_ref().map_or("copy.db", Schema::url);
    let done = world.presswatch(&["migrate", "presswatch.db", there]).expect(0);
    assert!(done.stdout.contains("article ") && done.stdout.contains("the same rows in both"), "{}", done.stdout);
    world.presswatch(&["migrate", there, "back.db"]).expect(0);
    assert_eq!(tables(&world, "back.db"), tables(&world, "presswatch.db"));
    let expected = outputs(&world, "presswatch.db");
    for copy in [there, "back.db"] {
        assert_eq!(outputs(&world, copy), expected, "{copy}");
    }
    // Life goes on there: new rows get new ids.
    for copy in [there, "back.db"] {
        world.presswatch(&["run", "--force", "--db", copy]).expect(0);
    }
}

#[test]
fn an_interrupted_copy_is_refused_by_others_and_goes_on_where_it_was() {
    let (_press, world) = crawled_in(World::in_file);
    let schema = Schema::new();
    let address = |text: &str| DatabaseAddress::parse(&OsString::from(text)).unwrap();
    let from = address(world.path("presswatch.db").to_str().unwrap());
    let copy = world.path("copy.db");
    let to = address(schema.as_ref().map_or(copy.to_str().unwrap(), Schema::url));
    // At the first table, in the middle, and at the index.
    for table in ["source", "item", "article_words"] {
        let mut asked = Vec::new();
        let ended = migrate(&from, &to, &mut |name, rows| {
            asked.push((name.to_owned(), rows));
            if name == table { Err(Error::failed("interrupted")) } else { Ok(()) }
        });
        assert_eq!(ended.unwrap_err().to_string(), "interrupted", "{table}");
        let copied_again = asked.iter().filter(|(name, rows)| name == "source" && *rows > 0).count();
        assert_eq!(copied_again, usize::from(table == "item"), "{table}: {asked:?}");
        let done = world.presswatch(&["digest", "--db", schema.as_ref().map_or("copy.db", Schema::url)]).expect(1);
        assert!(done.stderr.contains("has not come to its end") && done.stderr.contains("migrate"), "{}", done.stderr);
    }
    let parts = migrate(&from, &to, &mut |_, _| Ok(())).unwrap();
    let articles = parts.iter().find(|part| part.table == "article").unwrap();
    assert_eq!(articles.hash.rows.to_string(), world.one("SELECT count(*) FROM article"));
}

#[test]
fn a_copy_never_overwrites_and_needs_both_databases_for_itself() {
    let (_press, world) = crawled_in(World::in_file);
    world.presswatch(&["run", "--force", "--db", "other.db"]).expect(0);
    let done = world.presswatch(&["migrate", "presswatch.db", "other.db"]).expect(1);
    assert!(done.stderr.contains("has data of its own"), "{}", done.stderr);
    let done = world.presswatch(&["migrate", "none.db", "new.db"]).expect(1);
    assert!(done.stderr.contains("no such database") && !world.path("new.db").exists(), "{}", done.stderr);
    world.presswatch(&["migrate", "presswatch.db", "presswatch.db"]).expect(2);
    let lock = std::fs::File::create(world.path("presswatch.db.lock")).unwrap();
    lock.lock().unwrap();
    let path = world.path("presswatch.db");
    let addresses = [path.as_path(), &world.path("new.db")].map(DatabaseAddress::from);
    let ended = migrate(&addresses[0], &addresses[1], &mut |_, _| Ok(()));
    assert_eq!(ended.unwrap_err().kind, ExitKind::Busy);
}
