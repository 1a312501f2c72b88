//! The commands, files and steps of CONTRIBUTING.md exist, and the files for users of packages agree with the program.

use std::collections::BTreeSet;
use std::path::Path;

use super::{blocks_of, help, long_options, read, root, words};
use crate::world::languages;

/// All source files of the program and of the tests.
fn code() -> String {
    fn collect(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, text);
            } else if path.extension().is_some_and(|end| end == "rs") {
                *text += &format!("mod {};\n", path.file_stem().unwrap().to_str().unwrap());
                *text += &std::fs::read_to_string(&path).unwrap();
            }
        }
    }
    let mut text = String::new();
    for folder in ["src", "tests/it"] {
        collect(&root().join(folder), &mut text);
    }
    text
}

/// What is wrong with a command line of CONTRIBUTING.md.
fn problem(line: &str, code: &str) -> Option<String> {
    let words = words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).skip_while(|word| word.contains('=')).collect();
    let (program, rest) = words.split_first()?;
    let after = |option: &str| rest.iter().position(|word| *word == option).and_then(|at| rest.get(at + 1)).copied();
    let exists = |path: &str| root().join(path).exists();
    if *program != "cargo" {
        return (!exists(program)).then(|| format!("there is no {program}"));
    }
    for (option, path) in [("--bench", "benches"), ("--example", "examples")] {
        if let Some(name) = after(option) {
            let is_there = exists(&format!("{path}/{name}.rs")) || exists(&format!("{path}/{name}/main.rs"));
            return (!is_there).then(|| format!("there is no {path}/{name}"));
        }
    }
    match *rest.first()? {
        "test" => {
            let filter = rest.iter().skip(1).take_while(|word| **word != "--").filter(|word| !word.starts_with('-'));
            let names: Vec<&&str> = filter.filter(|word| **word != "it" || after("--test") != Some("it")).collect();
            names
                .into_iter()
                .find(|name| !code.contains(&format!("mod {name};")) && !code.contains(&format!("fn {name}")))
                .map(|name| format!("no test has {name} in its path"))
        }
        "check" | "clippy" | "fmt" | "nextest" | "run" | "publish" => None,
        other => Some(format!("is `cargo {other}` a command of every day?")),
    }
}

fn lines(kind: &str) -> Vec<String> {
    let blocks = blocks_of("CONTRIBUTING.md", &read("CONTRIBUTING.md"), kind);
    let text: String = blocks.into_iter().map(|(_, block)| block).collect();
    text.lines().map(|line| line.split("    #").next().unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn the_commands_of_every_day_exist() {
    let code = code();
    let lines = lines("sh");
    assert!(lines.len() > 15, "{lines:?}");
    let wrong: Vec<String> =
        lines.iter().filter_map(|line| problem(line, &code).map(|why| format!("{line}: {why}"))).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    for line in ["cargo test no_such_test", "cargo bench --bench none", "scripts/none", "cargo frobnicate"] {
        assert!(problem(line, &code).is_some(), "{line}");
    }
}

#[test]
fn the_files_that_contributing_names_exist() {
    // A file that the reader is about to write.
    const NEW: &[&str] = &["lexicon/frame/pl.toml", "src/output/vcard.rs"];
    let text = read("CONTRIBUTING.md");
    let mut seen = 0;
    for path in text.split('`').skip(1).step_by(2).filter(|code| !code.contains(' ')) {
        let is_path = ["src/", "tests/", "lexicon/", "docs/", "scripts/", "sources/", ".ci/"]
            .iter()
            .any(|start| path.starts_with(start));
        if is_path && !NEW.contains(&path) {
            seen += 1;
            assert!(root().join(path).exists(), "CONTRIBUTING.md names {path}, which does not exist");
        }
    }
    assert!(seen > 15, "{seen}");
}

/// A translation adds its code to each.
#[test]
fn the_documents_list_every_language_of_digests() {
    let (readme, digest) = (read("README.md"), read("docs/digest.md"));
    let part = |text: &str, from: &str, to: &str| {
        let found = text.split_once(from).and_then(|(_, rest)| rest.split_once(to));
        found.unwrap_or_else(|| panic!("no {from:?}")).0.to_owned()
    };
    for (place, list) in [
        ("README.md", format!("en|{}", part(&readme, "`--language ", "`"))),
        ("docs/digest.md", part(&digest, "| `--language CODE` | ", ":")),
        ("docs/digest.md", part(&digest, "\nlanguage = \"fr\"", "\n")),
    ] {
        let codes: BTreeSet<String> = list
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() == 2 && *word != "or")
            .map(str::to_owned)
            .collect();
        assert_eq!(codes, languages(), "{place}: {list}");
    }
}

#[test]
fn workflows_call_the_gate_and_pin_actions_by_commit() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let compiler = format!("RUSTUP_TOOLCHAIN: {}", manifest["package"]["rust-version"]);
    for entry in std::fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(&compiler), "{} has another compiler", path.display());
        assert!(text.contains("- run: .ci/run\n"), "{} does not call the gate", path.display());
        let mut calls = 0;
        for line in text.lines().map(|line| line.trim_start_matches([' ', '-'])) {
            if let Some(action) = line.strip_prefix("uses: ") {
                let (commit, version) = action.split_once('@').unwrap().1.split_once(" # v").unwrap();
                assert!(
                    commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()),
                    "{}: {line}",
                    path.display()
                );
                assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{}: {line}", path.display());
            }
            if let Some(command) = line.strip_prefix("run: ") {
                let program = command.split(' ').next().unwrap();
                calls += 1;
                assert!(program == "gh" || root().join(program).is_file(), "{}: {line}", path.display());
            }
        }
        assert!(calls > 0, "{} runs nothing", path.display());
    }
}

/// `include` in Cargo.toml is what the program is built from; the verified package shows that it is complete.
#[test]
fn the_image_and_the_check_of_minimal_versions_have_all_folders_of_the_build() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let included = manifest["package"]["include"].as_array().unwrap().iter().filter_map(toml::Value::as_str);
    let folders: Vec<&str> = included.filter_map(|path| path.strip_prefix('/')?.strip_suffix("/**")).collect();
    assert!(folders.len() >= 4, "{folders:?}");
    let (context, copy) = (read(".dockerignore"), read("scripts/minimal-versions"));
    let copied: Vec<&str> = copy.lines().find(|line| line.starts_with("git ls-files")).unwrap().split(' ').collect();
    // Cargo also looks for the files of all `[[bench]]` before it builds anything.
    for folder in folders.into_iter().chain(["benches"]) {
        assert!(context.lines().any(|line| line == format!("!{folder}")), ".dockerignore leaves {folder} out");
        assert!(copied.contains(&folder), "scripts/minimal-versions does not copy {folder}");
    }
}

/// A name that matches several tests would leave out more than one.
#[test]
fn the_slow_tests_that_the_gate_leaves_out_exist() {
    let (gate, tests) = (read(".ci/run"), code());
    let lists = gate.lines().filter(|line| line.starts_with("compute=(") || line.starts_with("wait=("));
    let names: Vec<&str> =
        lists.flat_map(|list| list.split(['(', ' ', ')']).filter(|word| word.contains('_'))).collect();
    assert!(names.len() >= 4, "{names:?}");
    for name in names {
        let slow = tests.split("#[ignore").skip(1).filter_map(|rest| rest.split("fn ").nth(1)?.split('(').next());
        assert_eq!(slow.filter(|test| test.contains(name)).count(), 1, ".ci/run leaves out {name}");
    }
}

#[test]
fn the_tools_of_the_gate_have_a_fixed_version() {
    let text = read(".ci/tools");
    let tools: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("tool ")).collect();
    assert!(tools.len() >= 5, "{tools:?}");
    for tool in tools {
        assert!(tool.split(' ').nth(1).is_some_and(|version| version.split('.').count() == 3), "{tool}");
    }
}

#[test]
fn the_service_and_the_image_use_commands_that_exist() {
    let run = help(&["run"]);
    let health = help(&["health"]);
    let unit = read("packaging/presswatch.service");
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/presswatch run ")).unwrap();
    for option in long_options(start) {
        assert!(run.contains(&option), "presswatch.service: `presswatch run` has no {option}");
    }
    let image = read("Dockerfile");
    let check = image.split("HEALTHCHECK").nth(1).and_then(|rest| rest.split("CMD ").nth(1)).unwrap();
    let check = check.lines().next().unwrap();
    assert!(check.contains("\"health\""), "{check}");
    for option in long_options(check) {
        assert!(health.contains(&option), "Dockerfile: `presswatch health` has no {option}");
    }
    // The database of every command, not only of the loop, lies in the volume: the folder of the configuration cannot be written to.
    let (volume, variable) = ("VOLUME [\"/data\"]", "PRESSWATCH_DATABASE=/data/");
    assert!(image.contains(volume) && image.contains(variable) && !image.contains("\"--db\""), "{image}");
    assert!(!read("compose.yaml").contains("--db"), "compose.yaml names another database than the image");
}
