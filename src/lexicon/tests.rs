//! Checks that the files have the form that the program needs, and no superfluous entries.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::*;
use crate::i18n::{CauseCode, Language};
use crate::text::fold::fold;

type Entries = Vec<(&'static str, &'static str)>;

/// Each list by the name of its section: its entries by language.
fn lists() -> BTreeMap<String, Entries> {
    let mut lists: BTreeMap<String, Entries> = BTreeMap::new();
    for language in LANGUAGES.iter() {
        let file: toml::Table = file_text(&format!("{}.toml", language.code)).parse().unwrap();
        for (section, lists_of) in file.iter().filter_map(|(name, value)| Some((name, value.as_table()?))) {
            for (name, entries) in lists_of.iter().filter_map(|(name, value)| Some((name, value.as_array()?))) {
                let entries =
                    entries.iter().map(|entry| (language.code, entry.as_str().unwrap().to_owned().leak() as &str));
                lists.entry(format!("{section}.{name}")).or_default().extend(entries);
            }
        }
    }
    lists
}

fn whole<T: Deserialize<'static>>(path: &str) -> T {
    parse(file_text(path)).unwrap_or_else(|error| panic!("lexicon/{path}: {error}"))
}

#[test]
fn every_file_is_valid_and_sorted() {
    let order: Order = whole("order.toml");
    let named: BTreeSet<String> = order.languages.iter().map(|code| format!("{code}.toml")).collect();
    assert_eq!(named.len(), order.languages.len(), "a language stands twice in order.toml");
    let others = [
        "advertorials.toml",
        "agencies.toml",
        "classes.toml",
        "order.toml",
        "places.toml",
        "software.toml",
        "topics.toml",
    ];
    let files: BTreeSet<String> = FILES.files().map(|file| file.path().display().to_string()).collect();
    let languages: BTreeSet<String> = files.iter().filter(|name| !others.contains(&name.as_str())).cloned().collect();
    assert_eq!(named, languages, "order.toml and the files beside it");
    for name in &named {
        let language: LanguageWords = whole(name);
        assert!(!language.name.is_empty(), "lexicon/{name} has no name");
    }
    for frame in FILES.get_dir("frame").unwrap().files() {
        let _: Texts = whole(frame.path().to_str().unwrap());
    }
    let _: Advertorials = whole("advertorials.toml");
    let _: Agencies = whole("agencies.toml");
    let classes: ClassNames = whole("classes.toml");
    for name in [classes.labels, classes.parts, classes.part_words].concat() {
        assert_eq!(name, name.to_ascii_lowercase(), "classes are compared in lower case");
    }
    let _: Places = whole("places.toml");
    let _: Software = whole("software.toml");
    let _: Topics = whole("topics.toml");
}

#[test]
fn every_list_names_its_source() {
    for file in FILES.files().chain(FILES.get_dir("frame").unwrap().files()) {
        let (name, text) = (file.path().display(), file.contents_utf8().unwrap());
        let parsed: toml::Table = text.parse().unwrap();
        let says =
            |table: &toml::Table| table.get("source").and_then(toml::Value::as_str).is_some_and(|at| at.len() > 10);
        let sections = parsed.iter().filter(|(_, value)| value.is_table());
        let silent: Vec<&String> =
            sections.filter(|(_, table)| !says(table.as_table().unwrap())).map(|(name, _)| name).collect();
        let of_file = says(&parsed) || text.contains("\n# Source: ") || parsed.contains_key("languages");
        assert!(of_file || silent.is_empty(), "lexicon/{name}: no source in {silent:?}");
    }
}

/// Whether an entry would end inside a word, in scripts that use blanks.
fn breaks_a_word(entry: &str, text: &str) -> bool {
    let spaced = |c: char| c.is_alphabetic() && c < '\u{e00}';
    entry.ends_with(spaced) && text[entry.len()..].starts_with(spaced)
}

/// Whether the first entry of a list matches everything that the second one would.
fn shadows(list: &str, entry: &str, other: &str) -> bool {
    match list {
        "page.dropped" | "page.lone" | "page.boxes" | "page.link_boxes" => {
            other.starts_with(entry) && !breaks_a_word(entry, other)
        }
        "dates.published" | "dates.modified" => other.starts_with(entry) && (other.is_ascii() || !entry.is_ascii()),
        "dates.starts"
        | "page.notices"
        | "byline.jobs"
        | "refusal.bot_titles"
        | "refusal.consent_titles"
        | "refusal.not_found"
        | "reports.speakers" => other.starts_with(entry),
        "page.walls" | "page.rights" | "byline.rooms" | "byline.other_work" | "refusal.bot_words" => {
            other.contains(entry)
        }
        "byline.not_names" => entry.strip_suffix('*').is_some_and(|stem| other.starts_with(stem)),
        _ => false,
    }
}

#[test]
fn no_entry_is_superfluous() {
    let lists = lists();
    let mut idle = Vec::new();
    for (list, entries) in &lists {
        // What is read in its own language only, or means a number by its place.
        let apart = list == "text.small"
            || list.starts_with("numbers.")
            || list.ends_with("months")
            || list == "dates.weekdays";
        for (at, (code, entry)) in entries.iter().enumerate() {
            let others = entries.iter().enumerate().filter(|(other, (of, _))| *other != at && (!apart || of == code));
            for (nth, (of, other)) in others {
                if (nth < at && entry == other && !entry.is_empty()) || (entry != other && shadows(list, other, entry))
                {
                    idle.push(format!("{list}: {entry:?} ({code}): {other:?} ({of}) does it"));
                }
            }
        }
    }
    // Of two lists that are used together the first takes precedence.
    for (first, second) in [("page.dropped", "page.lone"), ("page.boxes", "page.link_boxes")] {
        for (code, entry) in &lists[second] {
            let known = lists[first].iter().any(|(_, other)| entry == other);
            idle.extend(known.then(|| format!("{second}: {entry:?} ({code}) stands in {first}")));
        }
    }
    for (code, entry) in &lists["byline.not_names"] {
        let room = lists["byline.rooms"].iter().find(|(_, room)| entry.contains(room));
        idle.extend(
            room.map(|(of, room)| format!("byline.not_names: {entry:?} ({code}): byline.rooms has {room:?} ({of})")),
        );
    }
    for Topic { name, words, .. } in &TOPICS.topic {
        for (code, words) in words {
            let words: Vec<&str> = words.split(' ').collect();
            // Only longer stems are searched inside compounds.
            let enough = if matches!(*code, "nl" | "de") { 5 } else { 0 };
            let shadowed = |(at, word): (usize, &&str)| {
                words.iter().enumerate().any(|(other, stem)| {
                    other < at && stem == word
                        || stem != word && !stem.ends_with('.') && stem.len() >= enough && word.starts_with(stem)
                        || format!("{stem}.") == **word && stem.len() >= enough
                })
            };
            idle.extend(
                words
                    .iter()
                    .enumerate()
                    .filter(|word| shadowed(*word))
                    .map(|(_, word)| format!("topic {name}: {word:?} ({code})")),
            );
        }
    }
    let common = &PLACES.common;
    idle.extend(
        common
            .iter()
            .filter(|word| common.iter().any(|stem| stem != *word && word.starts_with(stem)))
            .map(|word| format!("common: {word:?}")),
    );
    assert!(idle.is_empty(), "these change nothing:\n{}", idle.join("\n"));
}

#[test]
fn entries_are_in_the_form_that_is_compared() {
    // The dates keep the marks of a final sigma and of Arabic letters.
    let bare = |word: &str| word.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect::<String>().to_lowercase();
    let of_dates =
        ["fillers", "before_time", "hours", "before_month", "before_year"].map(|name| format!("dates.{name}"));
    let as_written = ["byline.joiners", "byline.tails"];
    let mut wrong = Vec::new();
    for (list, entries) in lists() {
        for (code, entry) in entries {
            // Turkish capitals, which do not round-trip through lower case.
            let fits = if of_dates.contains(&list) {
                bare(entry) == entry
            } else if list.starts_with("numbers.") || list.starts_with("reports.") {
                fold(entry) == entry
            } else {
                entry.to_lowercase() == entry || entry.contains('İ')
            };
            // Blanks at the ends mark word boundaries.
            let padded =
                ["byline.joiners", "byline.short_joiners", "byline.tails", "byline.by"].contains(&list.as_str());
            let trimmed = match list.as_str() {
                "page.dropped" | "page.link_boxes" | "dates.modified" => entry.trim_start() == entry,
                _ => padded || entry.trim() == entry,
            };
            if !fits && !as_written.contains(&list.as_str()) || !trimmed {
                wrong.push(format!("{list}: {entry:?} ({code})"));
            }
        }
    }
    let Places { common, bodies, cities, lands, names, .. } = &*PLACES;
    let forms = cities.iter().chain(lands).flat_map(|(_, forms)| forms);
    let words = names.iter().flat_map(|(name, others)| others.iter().chain([name]));
    for word in common.iter().chain(bodies).chain(forms).chain(words) {
        if fold(word) != *word || word.split(' ').count() > 2 {
            wrong.push(format!("places.toml: {word:?}"));
        }
    }
    for (topic, words) in
        TOPICS.topic.iter().flat_map(|topic| topic.words.values().map(move |words| (topic.name, words)))
    {
        if fold(words) != *words || words.split(' ').any(|stem| stem.trim_end_matches('.').len() < 2) {
            wrong.push(format!("topic {topic}: {words:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn numbered_lists_are_complete() {
    for language in LANGUAGES.iter() {
        for (name, list, count) in [
            ("months", &language.dates.months, 12),
            ("weekdays", &language.dates.weekdays, 7),
            ("jalali_months", &language.dates.jalali_months, 12),
            ("to_twenty", &language.numbers.to_twenty, 20),
            ("tens", &language.numbers.tens, 7),
        ] {
            assert!(list.is_empty() || list.len() == count, "{}: {name} has {} entries", language.code, list.len());
        }
    }
}

#[test]
fn a_name_has_one_meaning() {
    let Places { cities, lands, names, .. } = &*PLACES;
    let agencies = &AGENCIES.agencies;
    let keys = agencies.iter().flat_map(|(name, others)| {
        let key: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        others.iter().map(|other| (*other).to_owned()).chain([key.to_lowercase()])
    });
    let forms = cities.iter().chain(lands).flat_map(|(_, forms)| forms).map(|form| (*form).to_owned());
    let words = names.iter().flat_map(|(name, others)| others.iter().chain([name])).map(|word| (*word).to_owned());
    let codes = LANGUAGES
        .iter()
        .flat_map(|language| language.codes.iter().chain([&language.code]))
        .map(|code| (*code).to_owned());
    let topics = TOPICS.topic.iter().map(|topic| topic.name.to_owned());
    let kinds: [(&str, Vec<String>); 5] = [
        ("agency", keys.collect()),
        ("place", forms.collect()),
        ("name", words.collect()),
        ("language", codes.collect()),
        ("topic", topics.collect()),
    ];
    for (kind, all) in kinds {
        let mut seen = BTreeSet::new();
        let twice: Vec<&String> = all.iter().filter(|name| !seen.insert(*name)).collect();
        assert!(twice.is_empty(), "{kind}: {twice:?} are of two");
    }
    assert!(names.values().all(|others| !others.is_empty()), "a name without another");
}

#[test]
fn every_family_has_words_in_each_language() {
    for Topic { name, words, rarity } in &TOPICS.topic {
        assert_eq!(words.keys().copied().collect::<Vec<_>>(), ["de", "en", "fr", "nl"], "{name}");
        assert!(*rarity > 0.0, "{name}");
    }
}

#[test]
fn the_frame_has_a_text_for_every_cause_state_and_fate() {
    let causes: BTreeSet<&str> = CauseCode::ALL.iter().map(|code| code.name()).collect();
    for language in Language::ALL {
        let (code, frame) = (language.code(), language.texts());
        assert_eq!(frame.causes.keys().copied().collect::<BTreeSet<_>>(), causes, "{code}");
        assert_eq!(
            frame.states.keys().copied().collect::<Vec<_>>(),
            ["blocked", "disallowed", "empty", "failing", "gone"]
        );
        let fates = ["copy", "disallowed", "given_up", "not_article", "out_of_scope", "pending", "read", "too_old"];
        assert_eq!(frame.fates.keys().copied().collect::<Vec<_>>(), fates, "{code}");
    }
}

/// Each text of a frame by its name.
fn texts(code: &str) -> BTreeMap<String, String> {
    fn read(name: &str, value: &toml::Value, found: &mut BTreeMap<String, String>) {
        match value {
            toml::Value::String(text) => drop(found.insert(name.to_owned(), text.clone())),
            toml::Value::Array(all) => {
                for (nth, one) in all.iter().enumerate() {
                    read(&format!("{name}.{nth}"), one, found);
                }
            }
            toml::Value::Table(all) => all.iter().for_each(|(of, one)| read(&format!("{name}.{of}"), one, found)),
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    read(code, &toml::Value::Table(file_text(&format!("frame/{code}.toml")).parse().unwrap()), &mut found);
    found.into_iter().map(|(name, text)| (name[3..].to_owned(), text)).collect()
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).map(|part| part.split_once('}').unwrap().0).collect()
}

/// What is wrong with the texts of a language, which needs the form `few` or has none.
fn wrong_texts(own: &BTreeMap<String, String>, english: &BTreeMap<String, String>, needs_few: bool) -> Vec<String> {
    let few = |name: &str| Some(format!("{}.few", name.strip_suffix(".many")?));
    let needed: BTreeSet<String> =
        english.keys().flat_map(|name| [Some(name.clone()), few(name).filter(|_| needs_few)]).flatten().collect();
    let missing = needed.iter().filter(|name| !own.contains_key(*name)).map(|name| format!("{name} is missing"));
    let mut wrong: Vec<String> = missing.collect();
    for (name, text) in own {
        if !needed.contains(name) {
            wrong.push(format!("{name} is not used"));
            continue;
        }
        let model = name.strip_suffix(".few").map_or_else(|| name.clone(), |text| format!("{text}.many"));
        // Messages that machines produce in English are optional.
        if !name.starts_with("causes.") && placeholders(text) != placeholders(&english[&model]) {
            wrong.push(format!("{name} does not have the placeholders of the English text: {text}"));
        }
        if text.trim().is_empty() && name != "thousands" || text.contains("  ") || text.contains('\n') {
            wrong.push(format!("{name} is empty, or has two blanks or a line break: {text:?}"));
        }
    }
    wrong
}

#[test]
fn all_languages_have_all_texts_with_all_placeholders() {
    let english = texts("en");
    assert!(english.len() > 180, "{}", english.len());
    for language in Language::ALL {
        let code = language.code();
        let wrong = wrong_texts(&texts(code), &english, language.texts().plural.has_few());
        assert!(wrong.is_empty(), "lexicon/frame/{code}.toml:\n{}", wrong.join("\n"));
    }
}

#[test]
fn every_frame_belongs_to_a_language() {
    let files = FILES.get_dir("frame").unwrap().files();
    let codes: BTreeSet<&str> = files.filter_map(|file| file.path().file_stem()?.to_str()).collect();
    assert_eq!(codes, BTreeSet::from(Language::CODES), "the files in lexicon/frame, and `Language::CODES`");
}

#[test]
fn the_form_few_is_needed_where_the_language_has_it_and_nowhere_else() {
    let texts = |list: &[(&str, &str)]| -> BTreeMap<String, String> {
        list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let english = texts(&[("day", "{day}"), ("texts.one", "{n} text"), ("texts.many", "{n} texts")]);
    let two = texts(&[("day", "{day}"), ("texts.one", "{n} tekst"), ("texts.many", "{n} tekstów")]);
    let three = {
        let mut all = two.clone();
        all.insert("texts.few".to_owned(), "{n} teksty".to_owned());
        all
    };
    assert_eq!(wrong_texts(&two, &english, false), Vec::<String>::new());
    assert_eq!(wrong_texts(&three, &english, true), Vec::<String>::new());
    assert_eq!(wrong_texts(&two, &english, true), ["texts.few is missing"]);
    assert_eq!(wrong_texts(&three, &english, false), ["texts.few is not used"]);
    let lost = texts(&[("day", "{day}"), ("texts.one", "{n}"), ("texts.many", "{n}"), ("texts.few", "dwa teksty")]);
    assert_eq!(
        wrong_texts(&lost, &english, true),
        ["texts.few does not have the placeholders of the English text: dwa teksty"]
    );
}
