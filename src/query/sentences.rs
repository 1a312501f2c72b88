//! Splits text into sentences.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use crate::lexicon;

/// Text without a full stop is split at a space after this many bytes.
const MAX_SENTENCE: usize = 2000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    /// Without surrounding white space.
    pub bytes: Range<usize>,
    /// Whether the beginning or the end is a cut in a run that was too long.
    pub cut: (bool, bool),
}

/// The sentences of `text`, in order. A line break always ends one. So does a full stop before white space, unless it
/// follows an initial, an ordinal or an abbreviation, or a lower-case letter follows.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut cut = false;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let mut end = i + c.len_utf8();
        let long = end - start > MAX_SENTENCE && (c.is_whitespace() || end - start > 2 * MAX_SENTENCE);
        let ends = match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' | '。' | '！' | '？' | '｡' => true,
            '.' | '!' | '?' | '…' | '؟' | '۔' | '।' => {
                // Repeated marks and closing quotes belong to the sentence.
                while let Some((j, next)) = chars.peek().copied().filter(|(_, next)| closes(*next)) {
                    end = j + next.len_utf8();
                    chars.next();
                }
                ends_here(text, start, i, end, c)
            }
            _ => false,
        };
        if ends || long {
            add(&mut sentences, text, start..end, (cut, long && !ends));
            cut = long && !ends;
            start = end;
        }
    }
    add(&mut sentences, text, start..text.len(), (cut, false));
    sentences
}

fn add(sentences: &mut Vec<Sentence>, text: &str, bytes: Range<usize>, cut: (bool, bool)) {
    let Some(all) = text.get(bytes.clone()) else { return };
    let start = bytes.start + all.len() - all.trim_start().len();
    let end = bytes.start + all.trim_end().len();
    if start < end {
        sentences.push(Sentence { bytes: start..end, cut });
    }
}

fn closes(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '"' | '”' | '’' | '\'' | '»' | '›' | ')' | ']' | '“')
}

/// Whether the mark `c` at `at` ends the sentence that began at `start`; the next one would begin at `end`.
fn ends_here(text: &str, start: usize, at: usize, end: usize, c: char) -> bool {
    let mut after = text.get(end..).unwrap_or_default().chars();
    let Some(space) = after.next() else { return true };
    if !space.is_whitespace() {
        return false;
    }
    let next = after
        .find(|c| !c.is_whitespace() && !matches!(c, '"' | '“' | '„' | '«' | '‘' | '\'' | '(' | '[' | '–' | '—' | '-'));
    if next.is_some_and(char::is_lowercase) {
        return false;
    }
    if c != '.' || end > at + 1 {
        return true;
    }
    let before = text.get(start..at).unwrap_or_default();
    let word_start = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '„' | '«' | '’' | '\'' | '-'))
        .map_or(0, |i| i + 1);
    let word = (word_start..=before.len()).find_map(|from| before.get(from..)).unwrap_or_default();
    let letters = word.chars().count();
    if letters == 1 && word.chars().all(char::is_alphabetic) {
        return false;
    }
    // "am 3. Mai", "le 2. Bundesliga"; a year or a larger number does end a sentence.
    if letters <= 2 && letters > 0 && word.chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    // "z.B.", "U.S.", "J.-P."
    if word.contains('.') && word.split('.').all(|part| part.chars().count() <= 2) {
        return false;
    }
    let lower = word.to_lowercase();
    !ABBREVIATIONS.contains(lower.as_str())
}

/// Abbreviations whose full stop is followed by a capital or a digit in the middle of a sentence.
static ABBREVIATIONS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| lexicon::set(|language| &language.text.abbreviations));

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::sentences;

    #[test]
    fn sentences_end_where_readers_expect() {
        for (text, expected) in [
            ("Eerste zin. Tweede zin! Derde?", "Eerste zin.|Tweede zin!|Derde?"),
            ("M. Dupont et Mme Le Pen. Elle part.", "M. Dupont et Mme Le Pen.|Elle part."),
            ("Volgens dr. Janssens en prof. De Smet. Meer niet.", "Volgens dr. Janssens en prof. De Smet.|Meer niet."),
            ("George W. Bush en J.-P. Sartre kwamen. Ze bleven.", "George W. Bush en J.-P. Sartre kwamen.|Ze bleven."),
            ("Er waren 1.000 mensen. Zij riepen.", "Er waren 1.000 mensen.|Zij riepen."),
            (
                "Am 3. Mai 2024 war es so. Seit 2024. Danach nicht.",
                "Am 3. Mai 2024 war es so.|Seit 2024.|Danach nicht.",
            ),
            ("Das gilt z.B. Montag. Und dann.", "Das gilt z.B. Montag.|Und dann."),
            ("U.S. Senators met. They left.", "U.S. Senators met.|They left."),
            ("„Es ist genug.“ Sagte er. „Nein!“ sagte sie.", "„Es ist genug.“|Sagte er.|„Nein!“ sagte sie."),
            ("Attends… Il vient. Oui... peut-être.", "Attends…|Il vient.|Oui... peut-être."),
            ("Alinea een\nAlinea twee", "Alinea een|Alinea twee"),
            ("او رفت. چرا؟ نمی‌دانم.", "او رفت.|چرا؟|نمی‌دانم."),
            ("彼は行った。彼女も！", "彼は行った。|彼女も！"),
            (" \n . \n ", "."),
            ("", ""),
        ] {
            let found: Vec<&str> =
                sentences(text).iter().filter_map(|sentence| text.get(sentence.bytes.clone())).collect();
            assert_eq!(found.join("|"), expected);
        }
    }

    #[test]
    fn text_without_full_stops_is_split() {
        let text = "woord ".repeat(100_000);
        let found = sentences(&text);
        assert!(found.len() > 250, "{}", found.len());
        assert_eq!((found[0].cut, found[1].cut), ((false, true), (true, true)));
        assert!(sentences(&"x".repeat(50_000)).len() > 10);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_letter_is_in_one_sentence(text in "(?s)[a-cA-C0-9.!?… \n\u{a0}«»é用。]{0,60}") {
            let shown = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let all: String = sentences(&text).iter().filter_map(|sentence| text.get(sentence.bytes.clone())).collect();
            prop_assert_eq!(shown(&all), shown(&text));
        }
    }
}
