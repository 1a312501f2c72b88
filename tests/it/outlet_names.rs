//! The program knows no outlet: none of the catalogue or of `sources.toml` is named in `src/`.
//!
//! Comments and unit tests count as well, because they would read as if the program knew it. A search service is no outlet; some tests
//! unwrap its links.

use std::collections::BTreeSet;

use regex::Regex;

use crate::architecture::{is_test, root, sources};
use crate::catalogue::catalogues;

/// The names and hosts of outlets.
struct Names {
    count: usize,
    pattern: Regex,
}

impl Names {
    /// Those of the sources of a configuration; hosts are those that these keys name.
    ///
    /// A host is found in any case. A name is found in its own spelling, since "Le Monde" is an outlet and "le monde" is not. Two kinds
    /// of names also stand where no outlet is meant: a single word such as "Metro", which may begin a sentence, is only found as a whole
    /// literal; an agency, which the lexicon knows, is only found by its host.
    fn parse(config: &str, keys: &[&str]) -> Self {
        Self::of(&[config.to_owned()], keys)
    }

    /// The same of several configurations.
    fn of(configs: &[String], keys: &[&str]) -> Self {
        let agencies: toml::Table =
            std::fs::read_to_string(root().join("lexicon/agencies.toml")).unwrap().parse().unwrap();
        let configs: Vec<toml::Table> = configs.iter().map(|config| config.parse().unwrap()).collect();
        let mut patterns = BTreeSet::new();
        for source in configs.iter().flat_map(|config| config["source"].as_array().unwrap()) {
            let name = source["name"].as_str().unwrap();
            let mut letters = name.chars();
            let is_word = letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase);
            let escaped = regex::escape(name);
            if !agencies["agencies"].as_table().unwrap().contains_key(name) {
                patterns.insert(if is_word { format!("[\"`]{escaped}[\"`]") } else { whole(&escaped) });
            }
            for value in keys.iter().filter_map(|key| source.get(*key)) {
                for address in value.to_string().split('"').filter_map(|text| url::Url::parse(text).ok()) {
                    let host = regex::escape(address.host_str().unwrap().trim_start_matches("www."));
                    patterns.insert(format!("(?i:{})", whole(&host)));
                }
            }
        }
        let all = patterns.iter().map(String::as_str).collect::<Vec<_>>().join("|");
        Self { count: patterns.len(), pattern: Regex::new(&all).unwrap() }
    }

    fn stand_in(&self, line: &str) -> bool {
        self.pattern.is_match(line)
    }
}

/// A pattern between the borders of words, wherever these are: a name may end with a bracket.
fn whole(pattern: &str) -> String {
    format!(r"(?:^|\W){pattern}(?:\W|$)")
}

const CHANNELS: [&str; 4] = ["site", "feeds", "sitemaps", "pages"];

#[test]
fn no_outlet_is_named_in_the_code() {
    let own = std::fs::read_to_string(root().join("sources.toml")).unwrap();
    let texts: Vec<String> = catalogues().into_iter().map(|file| file.text).chain([own.clone()]).collect();
    let outlets = Names::of(&texts, &CHANNELS);
    let services = Names::parse(&own, &["searches"]);
    assert!(outlets.count >= 60 && services.count >= 5, "{} names and hosts", outlets.count);
    let mut named = Vec::new();
    for source in sources() {
        let whole = std::fs::read_to_string(root().join(&source.path)).unwrap();
        let is_code = !is_test(&source) && !source.path.starts_with("src/demo/");
        for (text, names) in std::iter::once((&whole, &outlets)).chain(is_code.then_some((&source.code, &services))) {
            let found = text.lines().enumerate().filter(|(_, line)| names.stand_in(line));
            named.extend(found.map(|(at, line)| format!("{}:{}: {line}", source.path, at + 1)));
        }
    }
    assert!(named.is_empty(), "these lines name real outlets; invent one:\n{}", named.join("\n"));
}

#[test]
fn outlets_are_told_from_common_words_and_agencies() {
    let source = |name: &str, host: &str| format!("[[source]]\nname = \"{name}\"\nsite = \"https://www.{host}\"\n");
    let config = source("BRUZZ", "bruzz.be")
        + &source("Metro", "metrotime.example")
        + &source("Belga", "belga.example")
        + &source("Le Monde", "lemonde.example")
        + &source("TIME (weekly)", "time.example");
    let names = Names::parse(&config, &CHANNELS);
    for line in [
        "// as BRUZZ does",
        "let host = \"https://WWW.bruzz.be/rss.xml\";",
        "if outlet == \"Metro\" {",
        "/// What `Metro` serves.",
        "url.ends_with(\"metrotime.example\")",
        "\"https://belga.example/1\"",
        "// so does Le Monde.",
        "// TIME (weekly)",
        "TIME (weekly) has it",
    ] {
        assert!(names.stand_in(line), "not found: {line}");
    }
    for line in [
        "// Metro stations are places.",
        "\"the metro of Brussels\", \"metro OR tier:2\"",
        "\"Metropolis\"",
        "\"(Belga) – Le roi\", credit(\"Belga\")",
        "\"dans le monde entier\"",
        "fn time(weekly: bool) // BRUZZER",
        "abelga.examples",
    ] {
        assert!(!names.stand_in(line), "found: {line}");
    }
}
