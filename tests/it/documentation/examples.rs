//! The examples in the documents are correct: configurations, queries, SQL.

use std::collections::{BTreeMap, BTreeSet};

use presswatch::query::{Document, Matcher, Query, Watch};
use presswatch::source::OutletFacts;
use rusqlite::{Connection, OpenFlags};

use super::{DEMO, blocks, read, root};
use crate::world::{Done, World, rows};

#[test]
fn every_query_of_the_documents_finds_something_in_the_demo() {
    let queries = blocks("sql");
    assert!(queries.len() >= 3, "{} queries", queries.len());
    for (name, query) in queries {
        let conn = Connection::open_with_flags(&DEMO.1, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        assert!(conn.prepare(&query).is_ok(), "{name}: {query}");
        assert!(!rows(&DEMO.1, &query).is_empty(), "{name}: it finds nothing: {query}");
    }
}

#[test]
fn the_configuration_of_the_repository_is_valid() {
    let done = Done::of(&mut World::empty().bare_command(&[
        "check",
        "--config",
        root().join("sources.toml").to_str().unwrap(),
    ]));
    assert_eq!(done.expect(0).stderr, "");
}

#[test]
fn the_configurations_in_the_documents_are_valid() {
    let shown = blocks("toml");
    assert!(!shown.is_empty());
    // A block that begins with the comment `# folder/file.toml` is that file; others may include it.
    let files: Vec<(&str, &str)> = shown
        .iter()
        .filter_map(|(_, block)| Some((block.lines().next()?.strip_prefix("# ")?, block.as_str())))
        .filter(|(file, _)| file.ends_with(".toml"))
        .collect();
    for (name, block) in &shown {
        let world = World::empty();
        for folder in ["campaigns", "sources", "watches"] {
            std::fs::create_dir(world.path(folder)).unwrap();
        }
        world.write("sources/belgium.toml", read("sources/belgium.toml"));
        for (file, content) in &files {
            world.write(file, content);
        }
        world.write("sources.toml", block);
        let done = world.presswatch(&["check"]);
        assert_eq!(done.code, Some(0), "{name}:\n{block}\n{}", done.stderr);
    }
}

/// A text of a query example: `[title Headline] [lang fr] [author Name] words`.
fn sample(line: &str) -> (BTreeMap<&str, &str>, &str) {
    let mut rest = line;
    let mut fields = BTreeMap::new();
    while let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let (name, value) = inside.split_once(' ').unwrap();
        fields.insert(name, value);
        rest = after.trim_start();
    }
    (fields, rest)
}

#[test]
fn the_queries_in_the_documents_find_what_they_are_said_to_find() {
    let (mut found, mut passed) = (0, 0);
    for (name, block) in blocks("query") {
        let mut matcher = None;
        for line in block.lines().filter(|line| !line.is_empty()) {
            let expected = match line.get(..2) {
                Some("+ ") => true,
                Some("- ") => false,
                _ => {
                    let query = Query::parse(line).unwrap_or_else(|e| panic!("{name}: {}", e.render(line, false)));
                    matcher = Some((line, Matcher::new(&[Watch::new("example", query)])));
                    continue;
                }
            };
            let (query, matcher) = matcher.as_ref().unwrap();
            let (fields, text) = sample(&line[2..]);
            let field = |name: &str| fields.get(name).copied().unwrap_or_default();
            let known = |name: &str| fields.get(name).map(|value| (*value).into());
            let facts = OutletFacts {
                kind: known("kind"),
                region: known("region"),
                tier: fields.get("tier").and_then(|tier| tier.parse().ok()),
                reach: None,
                tags: known("tag").into_iter().collect(),
            };
            let document = Document {
                title: field("title"),
                summary: "",
                text,
                author: field("author"),
                outlet: "",
                url: "https://gazet.example/1",
                language: field("lang"),
                published_at: None,
                facts: Some(&facts),
            };
            assert_eq!(!matcher.matches(&document).is_empty(), expected, "{name}: {query}: {line}");
            *(if expected { &mut found } else { &mut passed }) += 1;
        }
    }
    assert!(found >= 20 && passed >= 20, "{found} texts are found, {passed} are not");
}

#[test]
fn every_table_and_view_and_what_scripts_read_is_documented() {
    let text = read("docs/database.md");
    let names = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'article_words_%' AND name NOT LIKE 'sqlite_%'";
    for name in rows(&DEMO.1, names) {
        assert!(text.contains(&format!("`{name}`")), "docs/database.md does not tell of {name}");
    }
    let columns =
        "SELECT v.name || '.' || c.name FROM sqlite_schema v, pragma_table_info(v.name) c WHERE v.type = 'view'";
    for column in rows(&DEMO.1, columns) {
        let (view, column) = column.split_once('.').unwrap();
        assert!(text.contains(&format!("`{column}`")), "docs/database.md does not tell of {view}.{column}");
    }
    for state in rows(&DEMO.1, "SELECT DISTINCT state FROM item") {
        assert!(text.contains(&format!("`{state}`")), "docs/database.md does not tell what {state} is");
    }
}

#[test]
fn every_column_that_is_documented_is_in_its_view() {
    let text = read("docs/database.md");
    let mut seen = 0;
    for section in text.split("\n## The view `").skip(1) {
        let (view, section) = section.split_once('`').unwrap();
        let section = section.split("\n## ").next().unwrap();
        let columns = rows(&DEMO.1, &format!("SELECT name FROM pragma_table_info('{view}')"));
        for line in section.lines().filter(|line| line.starts_with("| `")) {
            let cell = line.split(" | ").next().unwrap();
            for column in cell.split('`').skip(1).step_by(2) {
                seen += 1;
                assert!(columns.iter().any(|known| known == column), "{view} has no column {column}");
            }
        }
    }
    assert!(seen >= 30, "{seen} columns");
}

#[test]
fn exactly_the_lists_of_the_lexicon_are_explained() {
    let page = read("docs/languages.md");
    let (_, table) = page.split_once("| list | what it is for |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let cells = table.lines().filter_map(|line| line.split(" | ").next());
    let explained: BTreeSet<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    let mut used = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("lexicon")).unwrap() {
        let path = entry.unwrap().path();
        let known = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_file()
            && ![
                "order.toml",
                "advertorials.toml",
                "agencies.toml",
                "classes.toml",
                "places.toml",
                "software.toml",
                "topics.toml",
            ]
            .contains(&known)
        {
            let file: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
            for (name, value) in &file {
                used.insert(if value.is_table() { format!("[{name}]") } else { name.clone() });
                used.extend(value.as_table().into_iter().flat_map(toml::Table::keys).cloned());
            }
        }
    }
    used.remove("source");
    assert_eq!(explained, used.iter().map(String::as_str).collect());
    let shown = blocks("text").into_iter().filter(|(name, _)| name == "docs/languages.md");
    for (_, block) in shown {
        let file: toml::Table = block.parse().unwrap();
        if block.starts_with("# lexicon/frame/") {
            let forms = ["one", "few"].map(|form| file["plural"][form].is_table());
            assert!(forms == [true; 2] && file["texts"]["few"].is_str(), "{block}");
            continue;
        }
        assert!(file["dates"]["months"].as_array().is_some_and(|months| months.len() == 12), "{block}");
    }
}
