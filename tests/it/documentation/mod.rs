//! What the README, the help and the example configuration say is true.

mod benchmarks;
mod contributing;
mod examples;
mod links;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::world::{Done, World, rows};

/// What every program has.
const COMMON: [&str; 2] = ["--help", "--version"];

/// Every key of the configuration, with the text before it in an error message.
const KEYS: &[(&str, &[&str])] = &[
    ("", &["database", "timezone"]),
    ("http", &["contact", "timeout", "max_body", "per_host_delay", "concurrency", "respect_robots", "allow_private"]),
    ("crawl", &["max_age", "keep_text", "revisit", "story_window", "run_limit"]),
    ("events", &["model"]),
    ("watch", &["name", "query", "keywords", "languages", "sources", "search"]),
    (
        "source",
        &[
            "name", "site", "language", "feeds", "sitemaps", "pages", "searches", "only", "identity", "select",
            "enabled", "api",
        ],
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The documents of the root and what lies in `docs/`.
fn documents() -> Vec<(String, String)> {
    let root_documents = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
    let mut all: Vec<_> = root_documents.into_iter().map(|name| (name.to_owned(), read(name))).collect();
    for entry in std::fs::read_dir(root().join("docs")).into_iter().flatten().flatten() {
        let name = format!("docs/{}", entry.file_name().to_str().unwrap());
        if name.ends_with(".md") {
            all.push((name.clone(), read(&name)));
        }
    }
    all
}

/// The fenced blocks of a kind, with their document.
fn blocks(kind: &str) -> Vec<(String, String)> {
    documents().iter().flat_map(|(name, text)| blocks_of(name, text, kind)).collect()
}

fn blocks_of(name: &str, text: &str, kind: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(fence)) => block = Some((fence.to_owned(), String::new())),
            (Some((fence, content)), Some(_)) => {
                if fence == kind {
                    found.push((name.to_owned(), std::mem::take(content)));
                }
                block = None;
            }
            (Some((_, content)), None) => *content += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(block.is_none(), "{name}: a fence is not closed");
    found
}

/// The demo's database, made once.
static DEMO: LazyLock<(World, PathBuf)> = LazyLock::new(|| {
    let world = World::empty();
    Done::of(&mut world.bare_command(&["demo"])).expect(0);
    let path = world.path("demo.db");
    (world, path)
});

fn help(args: &[&str]) -> String {
    Done::of(&mut World::empty().bare_command(&[args, &["--help"]].concat())).expect(0).stdout
}

fn commands() -> Vec<String> {
    let text = help(&[]);
    let list = text.split("Commands:\n").nth(1).unwrap();
    let lines = list.lines().take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).filter(|name| name != "help").collect()
}

/// The long options that a help text lists.
fn options(help: &str) -> BTreeSet<String> {
    let lists = help.lines().filter(|line| line.trim_start().starts_with('-'));
    lists.flat_map(long_options).collect()
}

fn long_options(text: &str) -> Vec<String> {
    let starts =
        text.match_indices("--").filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '-'));
    starts
        .map(|(at, _)| text[at..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect::<String>())
        .filter(|option| option.len() > 2)
        .collect()
}

/// The commands of a shell block: the arguments of `presswatch`, without comments and pipes.
fn typed(block: &str) -> Vec<Vec<String>> {
    let joined = block.replace("\\\n", " ");
    let mut all = Vec::new();
    for line in joined.lines() {
        let line = line.trim().trim_start_matches("$ ");
        let line =
            [" | ", " > ", " >> ", "    #"].iter().fold(line, |line, end| line.split(end).next().unwrap_or_default());
        let call = line.split("&& ").last().unwrap_or_default().trim();
        let args = call
            .strip_prefix("presswatch ")
            .or_else(|| call.strip_prefix("cargo run --release -- "))
            .or_else(|| call.strip_prefix("cargo run -- "));
        if let Some(args) = args {
            all.push(words(args));
        }
    }
    all
}

/// Splits as a shell does, as far as documents need it.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quote, mut begun) = (None, false);
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (None, '\'' | '"') => (quote, begun) = (Some(c), true),
            (None, c) if c.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (_, c) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

#[test]
fn shell_words_are_split() {
    assert_eq!(words("a 'b c'  --d \"e 'f'\""), ["a", "b c", "--d", "e 'f'"]);
    assert_eq!(typed("presswatch run    # now\n0 8 * * *  cd x && presswatch digest --new | mail -s y\nls\n").len(), 2);
}

#[test]
fn every_command_is_in_the_readme() {
    let text = read("README.md");
    let commands = commands();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let said = text.contains(&format!("presswatch {command}")) || text.contains(&format!("-- {command}"));
        assert!(said, "README.md does not say what `presswatch {command}` is for");
    }
}

#[test]
fn every_option_is_documented() {
    let text: String = documents().into_iter().map(|(_, text)| text).collect();
    let mut missing = Vec::new();
    for command in commands() {
        for option in options(&help(&[&command])).iter().filter(|option| !COMMON.contains(&option.as_str())) {
            if !text.contains(option.as_str()) {
                missing.push(format!("{command} {option}"));
            }
        }
    }
    assert!(missing.is_empty(), "no document names: {}", missing.join(", "));
}

#[test]
fn the_documents_name_only_existing_commands_and_options() {
    let commands = commands();
    let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for command in &commands {
        let mut own = options(&help(&[command]));
        if command == "sources" {
            own.extend(["find", "import", "export"].iter().flat_map(|below| options(&help(&[command, below]))));
        }
        known.insert(command, own);
    }
    let all: BTreeSet<&String> = known.values().flatten().collect();
    for (name, text) in documents() {
        for part in text.split("`presswatch ").skip(1) {
            let code = part.split('`').next().unwrap();
            let command = code.split_whitespace().next().unwrap_or_default();
            if COMMON.contains(&command) {
                continue;
            }
            assert!(commands.iter().any(|known| known == command), "{name}: there is no `presswatch {command}`");
            for option in long_options(code) {
                assert!(known[command].contains(&option), "{name}: `presswatch {code}` has no {option}");
            }
        }
        // Options alone, `--since 7d`, belong to some command.
        for part in text.split("`--").skip(1) {
            for option in long_options(&format!("--{}", part.split('`').next().unwrap())) {
                assert!(all.contains(&option), "{name}: no command has {option}");
            }
        }
    }
}

#[test]
fn every_documented_command_line_is_valid() {
    let mut seen = 0;
    for kind in ["sh", "crontab", "console"] {
        for (name, block) in blocks(kind) {
            for args in typed(&block) {
                seen += 1;
                // Help is printed only if the arguments before it are valid.
                let mut with_help = args.clone();
                with_help.push("--help".to_owned());
                let done = Done::of(&mut World::empty().bare_command(&with_help));
                assert_eq!(done.code, Some(0), "{name}: presswatch {}: {}", args.join(" "), done.stderr);
                let reads = args[0] == "digest" || args[0] == "search" || (args[0] == "sources" && args.len() == 1);
                if reads {
                    let (world, db) = &*DEMO;
                    let copy = world.path(&format!("copy-{seen}.db"));
                    std::fs::copy(db, &copy).unwrap();
                    let mut all = args.clone();
                    all.extend(["--db".to_owned(), copy.to_str().unwrap().to_owned()]);
                    let done = Done::of(&mut world.bare_command(&all));
                    assert_eq!(done.code, Some(0), "{name}: presswatch {}: {}", args.join(" "), done.stderr);
                }
            }
        }
    }
    assert!(seen >= 2, "the documents show {seen} commands");
}

#[test]
fn the_digest_in_the_readme_is_the_demos() {
    let digest = Done::of(&mut DEMO.0.bare_command(&["demo", "--db", "readme.db"])).expect(0).stdout;
    let digest = crate::digest::without_ids(&digest);
    let shown: Vec<(String, String)> =
        blocks("text").into_iter().filter(|(_, block)| block.contains("=====")).collect();
    assert!(!shown.is_empty(), "the README shows no digest");
    for (name, block) in shown {
        let block = crate::digest::without_ids(&block);
        let lines = block.lines().map(str::trim_end).filter(|line| !line.is_empty() && *line != "…" && *line != "[…]");
        for line in lines {
            assert!(digest.lines().any(|real| real == line), "{name}: the demo does not print {line:?}");
        }
    }
}

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 150, "{lines} lines");
}

#[test]
fn the_columns_of_coverage_are_documented() {
    let text = read("README.md");
    for column in rows(&DEMO.1, "SELECT name FROM pragma_table_info('coverage')") {
        assert!(text.contains(&format!("`{column}`")), "README.md does not tell of coverage.{column}");
    }
}

#[test]
fn the_columns_of_the_contract_are_in_coverage() {
    assert_eq!(
        rows(&DEMO.1, "SELECT name FROM pragma_table_info('coverage') LIMIT 15"),
        [
            "watch",
            "outlet",
            "title",
            "url",
            "published_at",
            "found_at",
            "language",
            "author",
            "summary",
            "snippet",
            "terms",
            "paywalled",
            "story",
            "original_outlet",
            "text"
        ]
    );
}

#[test]
fn every_configuration_key_is_documented() {
    let mut text = read("sources.toml");
    text.extend(documents().into_iter().map(|(_, text)| text));
    let mut missing = Vec::new();
    for (table, keys) in KEYS {
        for key in *keys {
            let shown = text.contains(&format!("{key} = "))
                || text.contains(&format!("`{key}`"))
                || text.contains(&format!("[source.{key}]"));
            if !shown {
                missing.push(format!("{key} of [{table}]"));
            }
        }
    }
    assert!(missing.is_empty(), "neither sources.toml nor a document shows: {}", missing.join(", "));
}

#[test]
fn every_key_of_the_contract_is_known() {
    for (table, keys) in KEYS {
        let world = World::empty();
        let head = match *table {
            "" => String::new(),
            "watch" | "source" => format!("[[{table}]]\n"),
            _ => format!("[{table}]\n"),
        };
        world.write("sources.toml", format!("{head}no_such_key = 1\n"));
        let done = world.presswatch(&["check"]).expect(2);
        for key in *keys {
            assert!(
                done.stderr.contains(&format!("`{key}`")) || done.stderr.contains(&format!("[source.{key}]")),
                "{key}: {}",
                done.stderr
            );
        }
    }
}

#[test]
fn the_exit_codes_are_documented() {
    let text = read("README.md");
    for code in ["0 done", "1 ", "2 ", "3 ", "75 "] {
        assert!(text.contains(code), "README.md does not tell of exit code {code}");
    }
}

#[test]
fn both_licences_are_here() {
    assert!(root().join("LICENSE-MIT").exists() && root().join("LICENSE-APACHE").exists());
    assert!(read("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
}
