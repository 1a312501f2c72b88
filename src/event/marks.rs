//! The features of a report that survive translation: names, numbers, places, days.

use std::collections::{BTreeMap, BTreeSet};

use super::meaning::term_weight;
use super::numbers::numbers;
use super::places::{Place, exonym, is_common, is_month, place, weekday};
use super::seen::{LEAD, Occurrence, ReportPart, add_occurrence};
use super::sound::sound;
use super::standing::Standing;
use super::table::{LONGEST, compound, has_table, inflected, key, stem_key, table_word};
use super::topics;
use super::voices::is_speech;
use super::{MOST_MARKS, MOST_WORDS, Report};
use crate::lexicon::{self, List};
use crate::sentence::SentenceVector;
use crate::text::fold::fold;

/// How many words at the beginning show what kind of event a report is about.
const TOLD: usize = 300;

/// How many of them are compared as words.
const STEMS: usize = 160;

/// The most words that are compared by their meaning.
const MOST_TERMS: usize = 44;

/// How many words may separate a name from what that person says or is.
const NEAR: usize = 4;

/// The features of a report that survive translation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Names of one word by their sound, with their spelling.
    pub(super) names: BTreeMap<String, Occurrence>,
    /// Adjacent names: "Toomaj Salehi".
    pub(super) pairs: BTreeMap<(String, String), Occurrence>,
    /// Counts and sums, without years, times and dates.
    pub(super) numbers: BTreeMap<u64, Occurrence>,
    /// Places with different names in different languages, by their English name, and whether each is a city.
    pub(super) places: BTreeMap<&'static str, (bool, Occurrence)>,
    /// The first city in the lead: where the event happened.
    pub(super) city: Option<&'static str>,
    /// The weekdays in the lead; Monday is 0.
    pub(super) days: BTreeSet<u8>,
    /// The topics of the report, and the part in which each occurs first.
    pub(super) topics: BTreeMap<usize, ReportPart>,
    /// Topics of the words that the watches matched.
    pub(super) watched_topics: BTreeSet<usize>,
    /// As declared; empty when unknown.
    pub(super) language: String,
    /// The keys of the stems of its longer words, and the part in which each occurs first: compared between reports in
    /// the same language.
    pub(super) stems: BTreeMap<u32, ReportPart>,
    /// The keys of the words of its headline and lead, compared by their meaning.
    pub(super) terms: BTreeMap<u32, ReportPart>,
    /// What kind of text it is.
    pub(super) standing: Standing,
    /// The vector of its headline and lead, where a model is configured.
    pub sentence: Option<SentenceVector>,
}

/// A word with its context.
#[expect(clippy::struct_excessive_bools, reason = "each tells another thing of a word")]
struct Word<'a> {
    written: &'a str,
    folded: String,
    /// Whether it begins with a capital.
    capital: bool,
    /// Whether it begins a sentence, where a capital means nothing.
    begins: bool,
    /// Whether only a blank, a hyphen or an apostrophe separates it from the word before.
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
    /// Extracts the marks of a report.
    pub fn from_report(report: &Report) -> Self {
        let mut words: Vec<Word> = Vec::new();
        // A headline with capitals on most words does not show which are names.
        append_words(report.title, true, &mut words);
        for word in &mut words {
            word.title = true;
        }
        let capitals = words.iter().filter(|word| word.capital).count();
        if words.len() >= 4 && capitals * 10 > words.len() * 6 {
            for word in &mut words {
                word.begins = true;
            }
        }
        append_words(report.summary, true, &mut words);
        append_words(report.text, false, &mut words);
        let capital_nouns = report.language.starts_with("de");
        let mut marks = Self {
            language: report.language.to_owned(),
            numbers: numbers(report),
            standing: Standing::of(report.title, report.summary, report.text),
            ..Self::default()
        };
        // The first word of a sentence is a name if it has a capital elsewhere too.
        let sure: BTreeSet<String> = words
            .iter()
            .filter(|word| word.capital && !word.begins && is_name(&word.folded))
            .map(|word| word.folded.clone())
            .collect();
        let is_sure = |word: &Word| {
            word.capital
                && is_name(&word.folded)
                && (!word.begins || sure.contains(&word.folded) || is_no_word(&word.folded, report.language))
        };
        // "Nasrin Behnoud said": the first name counts as the speaker if the second does.
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
            let place = place_at(&words, at);
            if at < TOLD {
                for topic in topics::families_of_word(&word.folded, report.language) {
                    let part = marks.topics.entry(topic).or_insert(word.part());
                    *part = word.part().min(*part);
                    if watched.contains(&word.folded) {
                        marks.watched_topics.insert(topic);
                    }
                }
                let is_ordinary = weekday(&word.folded).is_none() && !is_month(&word.folded);
                if let Some(stem) =
                    stem(&word.folded).filter(|stem| is_ordinary && place.is_none() && !watched_stems.contains(*stem))
                    && at < STEMS
                {
                    let part = marks.stems.entry(stem_key(stem)).or_insert(word.part());
                    *part = word.part().min(*part);
                }
                if is_ordinary && !watched.contains(&word.folded) {
                    marks.add_terms(word, place.as_ref().map(|(known, _)| known.name));
                }
            }
            let previous = before.filter(|_| word.follows).and_then(|(at, sure)| Some((words.get(at)?, sure)));
            before = None;
            if let Some((known, written)) = place {
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
                    add_occurrence(&mut marks.pairs, pair, &Occurrence { written, sure, ..seen.clone() });
                }
                add_occurrence(&mut marks.names, name(in_street(&word.folded)), &seen);
                before = Some((at, sure));
            }
        }
        marks
    }

    /// Adds a word of the headline or lead that is compared by its meaning.
    fn add_terms(&mut self, word: &Word, place: Option<&str>) {
        let (folded, language) = (word.folded.as_str(), self.language.as_str());
        let starts_as_word = folded.starts_with(char::is_alphabetic) && folded.chars().count() >= 3;
        if word.part() == ReportPart::Text || !starts_as_word || self.terms.len() >= MOST_TERMS {
            return;
        }
        let known = key(folded);
        let has_compounds = matches!(language.get(..2), Some("nl" | "de"));
        let keys = if let Some(place) = place {
            [key(place); 2]
        } else if table_word(language, known).is_some() {
            [known; 2]
        } else if let Some(parts) = Some(folded).filter(|_| has_compounds).and_then(|word| compound(word, language)) {
            parts
        } else if let Some(beginning) =
            Some(folded).filter(|_| !word.capital).and_then(|word| inflected(word, language))
        {
            [beginning; 2]
        } else {
            // "Charkiv" and "Kharkiv".
            [key(&name(in_street(folded))); 2]
        };
        for key in keys.into_iter().filter(|key| term_weight(language, *key) > 0.0) {
            let part = self.terms.entry(key).or_insert(word.part());
            *part = word.part().min(*part);
        }
    }

    /// The topics of the headline, without those that are watched.
    pub(super) fn headline(&self) -> impl Iterator<Item = &usize> {
        let told = self
            .topics
            .iter()
            .filter(|(topic, part)| **part == ReportPart::Headline && !self.watched_topics.contains(topic));
        told.map(|(topic, _)| topic)
    }

    /// The cities in the report.
    pub(super) fn cities(&self) -> impl Iterator<Item = &'static str> {
        self.places.iter().filter(|(_, (is_city, _))| *is_city).map(|(name, _)| *name)
    }
}

/// The beginning of a word of five letters or more, which unites its forms.
fn stem(folded: &str) -> Option<&str> {
    let end = folded.char_indices().nth(6).map_or(folded.len(), |(end, _)| end);
    folded.get(..end).filter(|stem| stem.chars().count() >= 5 && !stem.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a capitalised word at the beginning of a sentence is none of its language, and so a name.
fn is_no_word(folded: &str, language: &str) -> bool {
    let is_known = |word: &str| table_word(language, key(word)).is_some();
    let endings = ["s", "es", "e", "n", "en", "er", "ed", "ing", "te", "t"];
    let stems = endings.iter().filter_map(|ending| folded.strip_suffix(ending)).filter(|stem| stem.len() >= 3);
    // Without a table of the language nothing is known of its words.
    folded.chars().take(LONGEST).count() >= 4
        && folded.len() <= LONGEST
        && has_table(language)
        && !is_known(folded)
        && !stems.into_iter().any(is_known)
        && compound(folded, language).is_none()
}

fn in_one_sentence(words: &[Word], a: usize, b: usize) -> bool {
    !words.iter().take(a.max(b) + 1).skip(a.min(b) + 1).any(|word| word.begins)
}

/// The comparison key of a folded name in any language.
fn name(folded: &str) -> String {
    exonym(folded).map_or_else(|| sound(folded), str::to_owned)
}

/// The key of a name as it is written.
pub(super) fn name_key(written: &str) -> String {
    name(in_street(&fold(written)))
}

/// The name in "Rogierplein" and "Ransfortstraat", which other languages write separately.
fn in_street(folded: &str) -> &str {
    static STREETS: List = List::new(|| lexicon::all(|language| &language.reports.streets));
    STREETS.iter().filter_map(|end| folded.strip_suffix(end)).find(|name| name.len() >= 5).unwrap_or(folded)
}

fn is_name(folded: &str) -> bool {
    !is_common(folded) && !folded.starts_with(|c: char| c.is_ascii_digit())
}

/// The place at a word, alone or with an adjacent word.
fn place_at(words: &[Word], at: usize) -> Option<(&'static Place, String)> {
    // French writes "bruxellois" with a lower-case letter.
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
fn append_words<'a>(text: &'a str, lead: bool, words: &mut Vec<Word<'a>>) {
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
    fn names_numbers_places_and_days_are_extracted() {
        let report = Report {
            title: "Rapper Toomaj Salehi krijgt 33 maanden",
            summary: "In Teheran is zaterdag de rapper veroordeeld.",
            text: "Volgens zijn advocaat Amir Raesian waren er om 16.30 uur 1.500 mensen in Brussel.\nSalehi werd op 12 oktober \
                   2026 gezien in Den Haag, met 3,5 kilo.",
            language: "nl",
            watched: "",
        };
        let marks = Marks::from_report(&report);
        let sure = marks.names.iter().filter(|(_, seen)| seen.sure).map(|(name, _)| name);
        assert_eq!(sure.collect::<Vec<_>>(), ["amr", "rsn", "salehi", "toomaj"]);
        let voices = marks.names.iter().filter(|(_, seen)| seen.voice).map(|(name, _)| name);
        assert_eq!(voices.collect::<Vec<_>>(), ["amr", "rsn"], "whom it quotes");
        assert_eq!(marks.pairs.values().filter(|seen| seen.sure).count(), 2);
        assert_eq!(marks.numbers.keys().copied().collect::<Vec<_>>(), [33, 1500, 1_000_000_000_350]);
        assert_eq!(marks.places.keys().copied().collect::<Vec<_>>(), ["Brussels", "Tehran", "The Hague"]);
        assert_eq!(marks.days, [5].into());
    }

    #[test]
    #[ignore = "slow"]
    fn arbitrary_reports_never_stall_or_panic() {
        for piece in ["A", "a ", "1", "1 000 ", "Aa Bb ", "\u{301}", "É-", "… ", "\n"] {
            let text = piece.repeat(1_000_000 / piece.len());
            let report = Report { title: &text, summary: &text, text: &text, language: "de", watched: &text };
            let marks = Marks::from_report(&report);
            assert!(marks.names.len() <= MOST_MARKS);
        }
    }
}
