//! The catalogue: what the files in `sources/` hold, and what the program makes of them.
//!
//! Expectations are counted here from the files, so that a new outlet or a new country changes no test.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::world::World;

/// A file of the catalogue, as read without the program.
pub struct Catalogue {
    /// The name of the file, without its ending.
    pub name: String,
    /// What stands in it.
    pub text: String,
    /// The `[[source]]` tables by their name.
    sources: BTreeMap<String, toml::Table>,
}

impl Catalogue {
    /// The file of this name.
    pub fn find(name: &str) -> Self {
        catalogues().into_iter().find(|file| file.name == name).unwrap()
    }

    /// The number of sources, with those that are not enabled.
    fn listed(&self) -> usize {
        self.sources.len()
    }

    fn enabled(&self) -> impl Iterator<Item = &toml::Table> {
        self.sources.values().filter(|source| source.get("enabled") != Some(&toml::Value::Boolean(false)))
    }

    /// The number of sources that are polled.
    pub fn polled(&self) -> usize {
        self.enabled().count()
    }

    /// The number of their channels.
    pub fn channels(&self) -> usize {
        self.enabled().map(channels).sum()
    }
}

/// All files of the catalogue, by name.
pub fn catalogues() -> Vec<Catalogue> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sources");
    let mut files: Vec<Catalogue> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let parsed: toml::Table = text.parse().unwrap();
            let tables = parsed["source"].as_array().unwrap().iter().map(|source| source.as_table().unwrap().clone());
            let sources = tables.map(|source| (source["name"].as_str().unwrap().to_owned(), source)).collect();
            Catalogue { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), text, sources }
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(files.len() >= 2 && files.iter().all(|file| file.listed() > 0), "the catalogue is empty");
    files
}

/// The names of all files, as a message lists them.
pub fn names(form: impl Fn(&str) -> String) -> String {
    catalogues().iter().map(|file| form(&file.name)).collect::<Vec<_>>().join(", ")
}

/// The number of channels of a source.
fn channels(source: &toml::Table) -> usize {
    let lists = ["feeds", "sitemaps", "pages", "searches"].into_iter().filter_map(|key| source.get(key));
    lists.map(|list| list.as_array().unwrap().len()).sum()
}

/// What `check` says of so many sources and channels.
pub fn sources_with_channels(sources: usize, channels: usize) -> String {
    format!(
        "{}, 1 watch\n",
        [(sources, "source"), (channels, "channel")].map(|(n, noun)| counted(n, noun)).join(" with ")
    )
}

fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The line of `check` about sources that are not enabled.
fn not_enabled(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => "1 source is not enabled".to_owned(),
        n => format!("{n} sources are not enabled"),
    }
}

#[test]
fn it_is_in_the_program() {
    let world = World::empty();
    let listed = world.presswatch(&["sources", "catalogue"]).expect(0).stdout;
    for file in catalogues() {
        let first = file.text.lines().next().unwrap().trim_start_matches("# ").trim_end_matches('.');
        let lines = format!("{}: {}\n  {first}", file.name, counted(file.listed(), "source"));
        assert!(listed.contains(&lines), "no {lines:?}; after adding a file, `touch src/catalogue.rs`:\n{listed}");
        let printed = world.presswatch(&["sources", "catalogue", &file.name]).expect(0).stdout;
        assert_eq!(printed, file.text);
    }
    assert!(world.presswatch(&["sources", "catalogue", "belgim"]).expect(2).stderr.contains("did you mean belgium?"));
}

#[test]
fn include_takes_it_and_a_source_of_ones_own_takes_the_place_of_one_there() {
    let world = World::empty();
    let watch = "[[watch]]\nname = \"A\"\nquery = \"a\"\nsources = [\"BRUZZ\", \"De Tijd\"]\n";
    let check = |include: &str, more: &str| {
        world.write("sources.toml", format!("include = {include}\n{watch}{more}"));
        world.presswatch(&["check"])
    };
    let belgium = Catalogue::find("belgium");
    let (polled, in_all) = (belgium.polled(), belgium.channels());
    let alone = check("['catalogue:belgium']", "").expect(0).stdout;
    assert!(alone.contains(&sources_with_channels(polled, in_all)), "{alone}");
    let files = catalogues();
    let (sources, channels_of_all) =
        (files.iter().map(Catalogue::polled).sum(), files.iter().map(Catalogue::channels).sum());
    let all = check("['catalogue:belgium', 'catalogue:belgium', 'catalogue:*']", "").expect(0).stdout;
    assert!(all.contains(&sources_with_channels(sources, channels_of_all)), "{all}");
    let without = check("['catalogue:belgium']", "[[source]]\nname = \"De Tijd\"\nenabled = false\n").expect(0).stdout;
    let fewer = sources_with_channels(polled - 1, in_all - channels(&belgium.sources["De Tijd"]));
    let said = fewer + &not_enabled(belgium.listed() - polled + 1);
    assert!(without.contains(&said), "no {said:?}: {without}");
    world.write(
        "more.toml",
        "[[source]]\nname = \"BRUZZ\"\nfeeds = [\"https://a.example/1\", \"https://a.example/2\"]\n",
    );
    let other = check("['catalogue:belgium', 'more.toml']", "").expect(0).stdout;
    let said = sources_with_channels(polled, in_all - channels(&belgium.sources["BRUZZ"]) + 2);
    assert!(other.contains(&said), "no {said:?}: {other}");
    for (include, hint) in [
        ("['catalogue:belgum']", "did you mean \"catalogue:belgium\"?"),
        ("['catalogue:']", &format!("one of {}", names(|name| format!("\"catalogue:{name}\"")))),
        ("['sources/belgium.toml']", "write \"catalogue:belgium\""),
        ("['belgium']", "write \"catalogue:belgium\""),
    ] {
        let told = check(include, "").expect(2).stderr;
        assert!(told.contains(hint) && told.contains("sources.toml:1:12"), "{include}: {told}");
    }
}

#[test]
fn all_files_are_valid() {
    let world = World::empty();
    std::fs::create_dir(world.path("sources")).unwrap();
    let files = catalogues();
    for file in &files {
        world.write(&format!("sources/{}.toml", file.name), &file.text);
    }
    world.write("sources.toml", "include = [\"sources/*.toml\"]\n[[watch]]\nname = \"Iran\"\nquery = \"iran*\"\n");
    let done = world.presswatch(&["check"]).expect(0);
    let [listed, polled, channels] =
        [Catalogue::listed, Catalogue::polled, Catalogue::channels].map(|count| files.iter().map(count).sum::<usize>());
    let said = sources_with_channels(polled, channels) + &not_enabled(listed - polled);
    assert!(done.stdout.contains(&said), "no {said:?}: {}", done.stdout);
}

/// What is missing in the entry of a source: the comment above it, and its table.
fn missing(comment: &str, table: &str) -> Vec<&'static str> {
    let date = comment.strip_prefix("# Last answered ").and_then(|rest| rest.get(..10)).unwrap_or_default();
    let is_dated = date.parse::<jiff::civil::Date>().is_ok_and(|date| date.year() >= 2026);
    let has = |key: &str| table.lines().any(|line| line.starts_with(&format!("{key} = ")));
    let mut missing: Vec<&str> = ["name", "site"].into_iter().filter(|key| !has(key)).collect();
    // A comment may be wrapped anywhere.
    let words: Vec<&str> = comment.split([' ', '\n', '#']).filter(|word| !word.is_empty()).collect();
    if !has("language") && !words.join(" ").contains("In several languages.") {
        missing.push("language");
    }
    if !is_dated {
        missing.push("Last answered YYYY-MM-DD");
    }
    missing
}

#[test]
fn every_source_is_dated_and_has_its_language() {
    for file in catalogues() {
        let tables: Vec<&str> = file.text.split("[[source]]\n").collect();
        assert_eq!(tables.len(), file.listed() + 1, "sources/{}.toml", file.name);
        for pair in tables.windows(2) {
            let comment = pair[0].rsplit("\n\n").next().unwrap();
            let missing = missing(comment, pair[1]);
            assert!(missing.is_empty(), "sources/{}.toml: no {missing:?}\n{comment}{}", file.name, pair[1]);
        }
    }
}

#[test]
fn only_an_outlet_of_several_languages_needs_none() {
    let table = "name = \"A\"\nsite = \"https://a.example\"\n";
    assert_eq!(missing("# Last answered 2026-10-08. Free. In several\n# languages.\n", table), [""; 0]);
    assert_eq!(missing("# Last answered 2026-10-08. Free.\n", table), ["language"]);
    assert_eq!(missing("# Free.\n", &format!("{table}language = \"fr\"\n")), ["Last answered YYYY-MM-DD"]);
    assert_eq!(missing("# Last answered 2026-10-08.\n", "language = \"fr\"\n"), ["name", "site"]);
}
