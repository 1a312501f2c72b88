//! What of a report survives translation: names, numbers, places, days.

use std::collections::{BTreeMap, BTreeSet};

use super::numbers::{is_round, numbers};
use super::places::{Place, exonym, is_common, place, weekday};
use super::seen::{LEAD, Occurrence, ReportPart, note};
use super::sound::sound;
use super::topics;
use super::voices::is_speech;
use super::{MOST_MARKS, MOST_WORDS, Report};
use crate::lexicon::{self, List};
use crate::text::fold::fold;

/// The words in which a report says what kind of thing it is about.
const TOLD: usize = 300;

/// Words between a name and what it says or is.
const NEAR: usize = 4;

/// The most cities, and numbers, by which a report is found.
const MOST_KEYS: usize = 12;

/// What of a report survives translation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Names of one word by their sound, with how they are written.
    pub(super) names: BTreeMap<String, Occurrence>,
    /// Names that follow each other: "Toomaj Salehi".
    pub(super) pairs: BTreeMap<(String, String), Occurrence>,
    /// Counts and sums; no years, times or dates.
    pub(super) numbers: BTreeMap<u64, Occurrence>,
    /// Places that languages spell differently, by their English name, and whether it is a city.
    pub(super) places: BTreeMap<&'static str, (bool, Occurrence)>,
    /// The city that the lead names first: where it happened.
    pub(super) city: Option<&'static str>,
    /// The days of the week that the lead names, Monday 0.
    pub(super) days: BTreeSet<u8>,
    /// What kinds of things it tells of, and where first.
    pub(super) topics: BTreeMap<usize, ReportPart>,
    /// Those of these that the watches' words stand for.
    pub(super) watched_topics: BTreeSet<usize>,
    /// As told; empty when unknown.
    pub(super) language: String,
    /// How its longer words begin, and where first: they tell beside a report in its own language.
    pub(super) words: BTreeMap<String, ReportPart>,
}

/// A word with what stands before it.
#[expect(clippy::struct_excessive_bools, reason = "each tells another thing of a word")]
struct Word<'a> {
    written: &'a str,
    folded: String,
    /// Begins with a capital.
    capital: bool,
    /// Begins a sentence, so that its capital says nothing.
    begins: bool,
    /// Nothing but a blank, a hyphen or an apostrophe parts it from the word before.
    follows: bool,
    lead: bool,
    title: bool,
}

impl Word<'_> {
    fn part(&self) -> ReportPart {
        if self.title {
            ReportPart::Headline
        } else if self.lead {
            ReportPart::Lead
        } else {
            ReportPart::Text
        }
    }
}

impl Marks {
    /// Reads a report.
    pub fn of(report: &Report) -> Self {
        let mut words: Vec<Word> = Vec::new();
        // A headline in which most words have a capital tells no names.
        read(report.title, true, &mut words);
        for word in &mut words {
            word.title = true;
        }
        let capitals = words.iter().filter(|word| word.capital).count();
        if words.len() >= 4 && capitals * 10 > words.len() * 6 {
            for word in &mut words {
                word.begins = true;
            }
        }
        read(report.summary, true, &mut words);
        read(report.text, false, &mut words);
        let capital_nouns = report.language.starts_with("de");
        let mut marks = Self { language: report.language.to_owned(), numbers: numbers(report), ..Self::default() };
        // The first word of a sentence is a name where it has its capital elsewhere, too.
        let sure: BTreeSet<String> = words
            .iter()
            .filter(|word| word.capital && !word.begins && is_name(&word.folded))
            .map(|word| word.folded.clone())
            .collect();
        let is_sure =
            |word: &Word| word.capital && (!word.begins || sure.contains(&word.folded)) && is_name(&word.folded);
        // "Nasrin Behnoud said": the first name is one if the second is.
        let is_first_name = |at: usize, word: &Word| {
            word.capital
                && is_name(&word.folded)
                && !capital_nouns
                && words.get(at + 1).is_some_and(|next| next.follows && is_sure(next))
        };
        let voices: Vec<usize> = words
            .iter()
            .enumerate()
            .filter(|(_, word)| is_speech(&word.folded, report.language))
            .map(|(at, _)| at)
            .collect();
        let is_voice = |at: usize| {
            let next = voices.partition_point(|voice| voice + NEAR < at);
            let near = voices.iter().skip(next).take_while(|voice| **voice <= at + NEAR);
            !words.get(at).is_some_and(|word| word.title)
                && near.copied().any(|voice| in_one_sentence(&words, voice, at))
        };
        let watched: BTreeSet<String> =
            report.watched.split(|c| !is_inside(c)).filter(|word| !word.is_empty()).map(fold).collect();
        let watched_stems: BTreeSet<&str> = watched.iter().filter_map(|word| stem(word)).collect();
        let mut before: Option<(usize, bool)> = None;
        for (at, word) in words.iter().enumerate() {
            if at < TOLD {
                for topic in topics::of(&word.folded, report.language) {
                    let part = marks.topics.entry(topic).or_insert(word.part());
                    *part = word.part().min(*part);
                    if watched.contains(&word.folded) {
                        marks.watched_topics.insert(topic);
                    }
                }
                if let Some(stem) = stem(&word.folded).filter(|stem| !watched_stems.contains(*stem)) {
                    let part = marks.words.entry(stem.to_owned()).or_insert(word.part());
                    *part = word.part().min(*part);
                }
            }
            let previous = before.filter(|_| word.follows).and_then(|(at, sure)| Some((words.get(at)?, sure)));
            before = None;
            if let Some((known, written)) = place_at(&words, at) {
                let seen = marks.places.entry(known.name).or_insert((
                    known.is_city,
                    Occurrence { written, lead: false, voice: false, sure: true, watched: false },
                ));
                seen.1.watched |= watched.contains(&word.folded);
                seen.1.lead |= word.lead;
                if known.is_city && word.lead && marks.city.is_none() {
                    marks.city = Some(known.name);
                }
                continue;
            }
            if let Some(day) = weekday(&word.folded).filter(|_| word.lead) {
                marks.days.insert(day);
            }
            let sure = is_sure(word);
            if (sure || is_first_name(at, word)) && marks.names.len() < MOST_MARKS {
                let seen = Occurrence {
                    written: word.written.to_owned(),
                    lead: word.lead,
                    voice: is_voice(at),
                    sure,
                    watched: watched.contains(&word.folded),
                };
                if let Some((previous, sure)) = previous {
                    let written = format!("{} {}", previous.written, word.written);
                    let pair = (name(&previous.folded), name(&word.folded));
                    note(&mut marks.pairs, pair, &Occurrence { written, sure, ..seen.clone() });
                }
                note(&mut marks.names, name(in_street(&word.folded)), &seen);
                before = Some((at, sure));
            }
        }
        marks
    }

    /// The kinds of things that the headline tells of, but for those that are watched.
    pub(super) fn headline(&self) -> impl Iterator<Item = &usize> {
        let told = self
            .topics
            .iter()
            .filter(|(topic, part)| **part == ReportPart::Headline && !self.watched_topics.contains(topic));
        told.map(|(topic, _)| topic)
    }

    /// The cities that it names.
    pub(super) fn cities(&self) -> impl Iterator<Item = &'static str> {
        self.places.iter().filter(|(_, (is_city, _))| *is_city).map(|(name, _)| *name)
    }

    /// What an index finds the report by: its names, those of the lead first, then cities and exact numbers.
    pub fn keys(&self) -> Vec<String> {
        let mut names: Vec<(&str, bool)> =
            self.names.iter().filter(|(_, seen)| seen.sure).map(|(name, seen)| (name.as_str(), seen.lead)).collect();
        names.sort_by_key(|(_, lead)| !lead);
        let names = names.into_iter().map(|(name, _)| name.to_owned()).take(MOST_MARKS / 2);
        let numbers = self.numbers.keys().filter(|number| !is_round(**number)).map(ToString::to_string);
        names.chain(self.cities().map(str::to_owned).take(MOST_KEYS)).chain(numbers.take(MOST_KEYS)).collect()
    }
}

/// How a word of five letters or more begins, so that its forms are one.
fn stem(folded: &str) -> Option<&str> {
    let end = folded.char_indices().nth(6).map_or(folded.len(), |(end, _)| end);
    folded.get(..end).filter(|stem| stem.chars().count() >= 5 && !stem.starts_with(|c: char| c.is_ascii_digit()))
}

fn in_one_sentence(words: &[Word], a: usize, b: usize) -> bool {
    !words.iter().take(a.max(b) + 1).skip(a.min(b) + 1).any(|word| word.begins)
}

/// What a folded name counts as in any language.
fn name(folded: &str) -> String {
    exonym(folded).map_or_else(|| sound(folded), str::to_owned)
}

/// The name in "Rogierplein" and "Ransfortstraat", which other languages write apart.
fn in_street(folded: &str) -> &str {
    static STREETS: List = List::new(|| lexicon::all(|language| &language.reports.streets));
    STREETS.iter().filter_map(|end| folded.strip_suffix(end)).find(|name| name.len() >= 5).unwrap_or(folded)
}

fn is_name(folded: &str) -> bool {
    !is_common(folded) && !folded.starts_with(|c: char| c.is_ascii_digit())
}

/// The place that the word at `at` spells, alone or with the one before or behind it.
fn place_at(words: &[Word], at: usize) -> Option<(&'static Place, String)> {
    // French writes "bruxellois" with a small letter.
    let is_adjective =
        |word: &Word| ["ois", "oise", "ien", "ienne", "lo", "los"].iter().any(|end| word.folded.ends_with(end));
    let word = words.get(at).filter(|word| word.capital || is_adjective(word))?;
    let two = |first: &Word, second: &Word| {
        place(&format!("{} {}", first.folded, second.folded))
            .map(|known| (known, format!("{} {}", first.written, second.written)))
    };
    let behind = words.get(at + 1).filter(|next| next.follows && next.capital).and_then(|next| two(word, next));
    let before = at.checked_sub(1).and_then(|at| words.get(at)).filter(|_| word.follows);
    behind
        .or_else(|| before.and_then(|before| two(before, word)))
        .or_else(|| place(&word.folded).map(|known| (known, word.written.to_owned())))
}

/// Appends the words of a text.
fn read<'a>(text: &'a str, lead: bool, words: &mut Vec<Word<'a>>) {
    let mut gap = ". ";
    let mut rest = text;
    while words.len() < MOST_WORDS {
        let Some(start) = rest.find(char::is_alphanumeric) else { break };
        let (between, from) = rest.split_at(start);
        let end = from.find(|c: char| !is_inside(c)).unwrap_or(from.len());
        let (written, after) = from.split_at(end);
        let between = if gap.is_empty() { between } else { gap };
        let begins = between.contains(['.', '!', '?', ':', '\n', '«', '“', '„', '"', '‘', '…', '–', '—', '*', '•']);
        words.push(Word {
            written,
            folded: fold(written),
            capital: written.starts_with(char::is_uppercase),
            begins,
            follows: matches!(between, " " | "-" | "\u{a0}" | "'" | "’"),
            lead: lead || words.len() < LEAD,
            title: false,
        });
        gap = "";
        rest = after;
    }
}

fn is_inside(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_numbers_places_and_days_are_read() {
        let report = Report {
            title: "Rapper Toomaj Salehi krijgt 33 maanden",
            summary: "In Teheran is zaterdag de rapper veroordeeld.",
            text: "Volgens zijn advocaat Amir Raesian waren er om 16.30 uur 1.500 mensen in Brussel.\nSalehi werd op 12 oktober \
                   2026 gezien in Den Haag, met 3,5 kilo.",
            language: "nl",
            watched: "",
        };
        let marks = Marks::of(&report);
        let sure = marks.names.iter().filter(|(_, seen)| seen.sure).map(|(name, _)| name);
        assert_eq!(sure.collect::<Vec<_>>(), ["amr", "rsn", "salehi", "toomaj"]);
        let voices = marks.names.iter().filter(|(_, seen)| seen.voice).map(|(name, _)| name);
        assert_eq!(voices.collect::<Vec<_>>(), ["amr", "rsn"], "whom it quotes");
        assert_eq!(marks.pairs.values().filter(|seen| seen.sure).count(), 2);
        assert_eq!(marks.numbers.keys().copied().collect::<Vec<_>>(), [33, 1500]);
        assert_eq!(marks.places.keys().copied().collect::<Vec<_>>(), ["Brussels", "Tehran", "The Hague"]);
        assert_eq!(marks.days, [5].into());
    }

    #[test]
    fn nothing_that_a_page_says_stalls_or_panics() {
        for piece in ["A", "a ", "1", "1 000 ", "Aa Bb ", "\u{301}", "É-", "… ", "\n"] {
            let text = piece.repeat(1_000_000 / piece.len());
            let report = Report { title: &text, summary: &text, text: &text, language: "de", watched: &text };
            let marks = Marks::of(&report);
            assert!(marks.names.len() <= MOST_MARKS);
        }
    }
}
