//! The program knows no outlet: none of the catalogue or of `sources.toml` is named in `src/`.
//!
//! Comments and unit tests count as well, because they would read as if the program knew it. A search service is no outlet; some tests
//! unwrap its links.

use std::collections::BTreeSet;

use crate::architecture::{is_test, root, sources};
use crate::catalogue::catalogues;

/// The names and hosts of outlets.
#[derive(Default)]
struct Names {
    /// Found in their own spelling, as whole words.
    spelled: BTreeSet<String>,
    /// Names that are only found as a whole literal.
    words: BTreeSet<String>,
    /// Found in any case; in lower case here.
    hosts: BTreeSet<String>,
}

impl Names {
    /// Those of the sources of a configuration; hosts are those that these keys name.
    ///
    /// Names are found in their own spelling, since "Le Monde" is an outlet and "le monde" is not. Two kinds of names also stand where no
    /// outlet is meant: a single word such as "Metro", which may begin a sentence, is only found as a whole literal; an agency, which the
    /// lexicon knows, is only found by its host.
    fn add(&mut self, config: &str, keys: &[&str]) {
        let config: toml::Table = config.parse().unwrap();
        let agencies: toml::Table =
            std::fs::read_to_string(root().join("lexicon/agencies.toml")).unwrap().parse().unwrap();
        for source in config["source"].as_array().unwrap() {
            let name = source["name"].as_str().unwrap();
            let mut letters = name.chars();
            let is_word = letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase);
            if !agencies["agencies"].as_table().unwrap().contains_key(name) {
                if is_word { &mut self.words } else { &mut self.spelled }.insert(name.to_owned());
            }
            for value in keys.iter().filter_map(|key| source.get(*key)) {
                for address in value.to_string().split('"').filter_map(|text| url::Url::parse(text).ok()) {
                    self.hosts.insert(address.host_str().unwrap().trim_start_matches("www.").to_owned());
                }
            }
        }
    }

    /// The lines of a text that have one of them, with their numbers.
    fn lines<'a>(&self, text: &'a str) -> Vec<(usize, &'a str)> {
        let lower = text.to_ascii_lowercase();
        let (own, any_case) = (|name| (text, name), |host| (lower.as_str(), host));
        let mut at = BTreeSet::new();
        for (text, word) in self.spelled.iter().map(own).chain(self.hosts.iter().map(any_case)) {
            at.extend(positions(text, word, |c| !c.is_some_and(|c| c.is_alphanumeric() || c == '_')));
        }
        for word in &self.words {
            at.extend(positions(text, word, |c| matches!(c, Some('"' | '`'))));
        }
        let numbers: BTreeSet<usize> = at.into_iter().map(|at| text[..at].matches('\n').count()).collect();
        text.lines().enumerate().filter(|(number, _)| numbers.contains(number)).collect()
    }
}

/// Where a word begins that has such a border on either side: a character, or the end of the text.
fn positions(text: &str, word: &str, is_border: impl Fn(Option<char>) -> bool) -> Vec<usize> {
    let borders =
        |at: usize| is_border(text[..at].chars().next_back()) && is_border(text[at + word.len()..].chars().next());
    text.match_indices(word).map(|(at, _)| at).filter(|at| borders(*at)).collect()
}

const CHANNELS: [&str; 4] = ["site", "feeds", "sitemaps", "pages"];

#[test]
fn no_outlet_is_named_in_the_code() {
    let own = std::fs::read_to_string(root().join("sources.toml")).unwrap();
    let (mut outlets, mut services) = (Names::default(), Names::default());
    services.add(&own, &["searches"]);
    outlets.add(&own, &CHANNELS);
    for file in catalogues() {
        outlets.add(&file.text, &CHANNELS);
    }
    let counts = [&outlets.spelled, &outlets.words, &outlets.hosts].map(BTreeSet::len);
    assert!(counts[0] >= 30 && counts[1] >= 3 && counts[2] >= 30 && !services.hosts.is_empty(), "{counts:?}");
    let mut named = Vec::new();
    for source in sources() {
        let whole = std::fs::read_to_string(root().join(&source.path)).unwrap();
        let is_code = !is_test(&source) && !source.path.starts_with("src/demo/");
        for (text, names) in std::iter::once((&whole, &outlets)).chain(is_code.then_some((&source.code, &services))) {
            let found = names.lines(text).into_iter();
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
    let mut names = Names::default();
    names.add(&config, &CHANNELS);
    assert_eq!(names.lines("a\nb BRUZZ\nc\n"), [(1, "b BRUZZ")]);
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
        assert_eq!(names.lines(line), [(0, line)], "not found: {line}");
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
        assert_eq!(names.lines(line), [], "found: {line}");
    }
}
