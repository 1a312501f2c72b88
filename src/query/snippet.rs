//! Chooses the sentence that best shows why a watch matches.

use std::collections::HashSet;
use std::ops::Range;

use super::Field;
use super::reading::DocumentReading;
use super::sentences::Sentence;
use crate::text::fold::fold;

/// Maximum length of a snippet, in characters.
const MAX: usize = 200;

/// A place that matched.
#[derive(Debug)]
pub(super) struct MatchedPlace {
    pub field: Field,
    pub bytes: Range<usize>,
    /// The folded text at that place; places with the same key are one term.
    pub key: String,
}

/// The sentence with the most distinct terms, the earliest on a tie, from the text or else the summary or else the
/// title. A sentence that only repeats the title is a last resort.
pub(super) fn best_snippet(reading: &DocumentReading, found: &[MatchedPlace]) -> String {
    let title = reading.title_key.get_or_init(|| letters_and_digits(reading.document.title));
    let mut repeated = false;
    for field in [Field::Text, Field::Summary] {
        let text = reading.document.field(field);
        let sentences = reading.sentences(field);
        let hits: Vec<&MatchedPlace> = found.iter().filter(|hit| hit.field == field).collect();
        let mut best: Option<(usize, &Sentence)> = None;
        let mut rest = hits.as_slice();
        while let Some(hit) = rest.first() {
            let at = sentences.partition_point(|sentence| sentence.bytes.end <= hit.bytes.start);
            let Some(sentence) = sentences.get(at) else { break };
            let inside = rest.iter().take_while(|hit| hit.bytes.start < sentence.bytes.end).count().max(1);
            let distinct = count_distinct(rest.iter().take(inside).map(|hit| hit.key.as_str()));
            if best.is_none_or(|(most, _)| distinct > most) {
                if repeats(text, sentence, title) {
                    repeated = true;
                } else {
                    best = Some((distinct, sentence));
                }
            }
            rest = rest.get(inside..).unwrap_or_default();
        }
        if let Some((_, sentence)) = best {
            return shorten_sentence(text, sentence, &hits);
        }
    }
    let hits: Vec<&MatchedPlace> = found.iter().filter(|hit| hit.field == Field::Title).collect();
    if !hits.is_empty() || repeated {
        return shorten_sentence(reading.document.title, &whole(reading.document.title), &hits);
    }
    // No term occurs in these fields (lang:fr, url:be): use the beginning of the article.
    let begins = |field| {
        let text = reading.document.field(field);
        let sentence = reading.sentences(field).iter().find(|sentence| !repeats(text, sentence, title))?;
        Some(shorten_sentence(text, sentence, &[]))
    };
    begins(Field::Summary)
        .or_else(|| begins(Field::Text))
        .unwrap_or_else(|| shorten_sentence(reading.document.title, &whole(reading.document.title), &[]))
}

/// Whether the sentence only repeats the title.
fn repeats(text: &str, sentence: &Sentence, title: &str) -> bool {
    let says = text.get(sentence.bytes.clone()).unwrap_or_default();
    // Folding and punctuation change the length only slightly, so the length alone rules out most sentences.
    says.len() / 4 <= title.len() && title.len() <= says.len() * 2 && letters_and_digits(says) == title
}

fn count_distinct<'a>(keys: impl Iterator<Item = &'a str>) -> usize {
    let mut few: Vec<&str> = Vec::new();
    let mut many = HashSet::new();
    for key in keys {
        if few.len() < 16 {
            if !few.contains(&key) {
                few.push(key);
            }
        } else if !few.contains(&key) {
            many.insert(key);
        }
    }
    few.len() + many.len()
}

/// The whole title as one sentence, regardless of punctuation.
fn whole(text: &str) -> Sentence {
    let end = text.char_indices().map(|(i, c)| i + c.len_utf8()).take_while(|end| *end <= 4000).last().unwrap_or(0);
    Sentence { bytes: 0..end, cut: (false, end < text.len()) }
}

/// Letters and digits, folded.
fn letters_and_digits(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The sentence with white space collapsed; of a long one, whole words around the most distinct terms.
fn shorten_sentence(text: &str, sentence: &Sentence, hits: &[&MatchedPlace]) -> String {
    let says = text.get(sentence.bytes.clone()).unwrap_or_default();
    if says.len() <= MAX
        && !says.contains("  ")
        && !says.contains(|c: char| c != ' ' && (c.is_control() || c.is_whitespace()))
    {
        return says.to_owned();
    }
    // The characters as shown, and for each start or end of a hit the corresponding character.
    let mut shown: Vec<char> = Vec::new();
    let mut bytes: Vec<usize> = Vec::new();
    for (i, c) in says.char_indices() {
        let c = if c.is_control() { ' ' } else { c };
        if c.is_whitespace() {
            if shown.last().is_some_and(|last| *last != ' ') {
                shown.push(' ');
                bytes.push(i);
            }
        } else {
            shown.push(c);
            bytes.push(i);
        }
    }
    while shown.last() == Some(&' ') {
        shown.pop();
        bytes.pop();
    }
    if shown.len() <= MAX {
        return shown.into_iter().collect();
    }
    let character = |byte: usize| bytes.partition_point(|at| *at < byte.saturating_sub(sentence.bytes.start));
    let places: Vec<(Range<usize>, &str)> = hits
        .iter()
        .filter(|hit| hit.bytes.start >= sentence.bytes.start && hit.bytes.start < sentence.bytes.end)
        .map(|hit| (character(hit.bytes.start)..character(hit.bytes.end), hit.key.as_str()))
        .collect();
    let (from, to) = window(&shown, &places);
    let mut snippet = String::new();
    if from > 0 || sentence.cut.0 {
        snippet.push('…');
    }
    snippet.extend(shown.get(from..to).unwrap_or_default());
    if to < shown.len() || sentence.cut.1 {
        snippet.push('…');
    }
    snippet
}

/// A window of whole words in `shown`, at most `MAX` including two ellipses, around the group of places with the most
/// distinct terms.
fn window(shown: &[char], places: &[(Range<usize>, &str)]) -> (usize, usize) {
    let room = MAX - 2;
    let mut best = (0, 0..0);
    for (i, (first, _)) in places.iter().enumerate() {
        let inside =
            places.get(i..).unwrap_or_default().iter().take_while(|(place, _)| place.end <= first.start + room);
        let distinct: HashSet<&str> = inside.clone().map(|(_, key)| *key).collect();
        if distinct.len() > best.0 {
            // Extend it only to the last new term.
            let mut seen = HashSet::new();
            let end =
                inside.filter(|(_, key)| seen.insert(*key)).map(|(place, _)| place.end).max().unwrap_or(first.end);
            best = (distinct.len(), first.start..end);
        }
    }
    let core = best.1.start..best.1.end.min(best.1.start + room);
    let spare = room - core.len();
    let mut from = core.start.saturating_sub(spare / 2);
    let to = (from + room).min(shown.len());
    from = to.saturating_sub(room).min(core.start);
    let breaks = |at: usize| {
        let side = |i: Option<usize>| i.and_then(|i| shown.get(i)).copied();
        let (before, after) = (side(at.checked_sub(1)), side(Some(at)));
        before.is_none_or(char::is_whitespace) || after.is_none_or(char::is_whitespace)
    };
    // Shrink to whole words; without spaces (Chinese, long URLs) the cut stays where it is.
    let start = (from..=core.start).take(60).find(|at| breaks(*at)).unwrap_or(from);
    let end = (core.end..=to).rev().take(60).find(|at| breaks(*at)).unwrap_or(to);
    let trimmed_start = if shown.get(start).is_some_and(|c| c.is_whitespace()) { start + 1 } else { start };
    let trimmed_end = if end > 0 && shown.get(end - 1).is_some_and(|c| c.is_whitespace()) { end - 1 } else { end };
    (trimmed_start.min(core.start), trimmed_end.max(core.end))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail so")]

    use proptest::prelude::*;

    use crate::query::{Document, Matcher, Query, Watch};

    fn snippet(query: &str, document: &Document) -> Option<String> {
        let watch = Watch::new("", Query::parse(query).unwrap());
        Matcher::new(&[watch]).matches(document).pop().map(|found| found.snippet)
    }

    #[test]
    fn the_sentence_with_most_terms_is_shown() {
        let document = Document {
            title: "Protest in Molenbeek",
            summary: "In Molenbeek werd betoogd. Er was ook een optreden.",
            text: "Protest in Molenbeek\nIn Molenbeek kwam men samen, zei dr. Peeters.\nTegen de  terechtstellingen\u{a0}in \
                   Iran werd in Molenbeek geprotesteerd. Iran reageerde. In Iran en Molenbeek blijft het stil.",
            url: "https://nieuws.example/molenbeek",
            language: "nl",
            ..Document::default()
        };
        for (query, expected) in [
            ("molenbeek", "In Molenbeek kwam men samen, zei dr. Peeters."),
            ("molenbeek iran", "Tegen de terechtstellingen in Iran werd in Molenbeek geprotesteerd."),
            ("reageer*", "Iran reageerde."),
            ("optreden", "Er was ook een optreden."),
            ("optreden OR reageerde", "Iran reageerde."),
            ("protest", "Protest in Molenbeek"),
            ("title:molenbeek", "Protest in Molenbeek"),
            ("url:nieuws", "In Molenbeek werd betoogd."),
            ("lang:nl", "In Molenbeek werd betoogd."),
        ] {
            assert_eq!(snippet(query, &document).as_deref(), Some(expected), "{query}");
        }
        assert_eq!(snippet("lang:nl", &Document { language: "nl", ..Document::default() }).as_deref(), Some(""));
    }

    #[test]
    fn a_long_sentence_is_cut_at_words_around_the_terms() {
        let text = format!(
            "{}terechtstelling en {}Iran {}",
            "lange zin, ".repeat(60),
            "nog meer ".repeat(5),
            "en zo voort ".repeat(60)
        );
        let shown = snippet("terechtstelling Iran", &Document { text: &text, ..Document::default() }).unwrap();
        assert!(shown.chars().count() <= 200 && shown.chars().count() > 150, "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("terechtstelling en nog meer") && shown.contains("Iran"), "{shown}");
        for word in shown.trim_matches('…').split_whitespace() {
            assert!(text.split_whitespace().any(|other| other == word), "{word} in {shown}");
        }
        let shown = snippet(
            "terechtstelling",
            &Document { text: &format!("Terechtstelling {}", "en zo voort ".repeat(60)), ..Document::default() },
        );
        assert!(
            shown.as_ref().is_some_and(|shown| shown.starts_with("Terechtstelling en") && shown.ends_with('…')),
            "{shown:?}"
        );
        let text = format!("{}伊朗{}", "用語".repeat(300), "用語".repeat(300));
        let shown = snippet("伊朗", &Document { text: &text, ..Document::default() }).unwrap();
        assert!(shown.contains("伊朗") && shown.chars().count() <= 200, "{shown}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_snippet_is_short_and_has_the_term(before in "[a-z 用\n.]{0,500}", after in "[a-zé \u{a0}.]{0,500}") {
            let text = format!("{before} Molenbeek {after}");
            let shown = snippet("molenbeek", &Document { text: &text, ..Document::default() }).unwrap_or_default();
            prop_assert!(shown.contains("Molenbeek"), "{}", shown);
            prop_assert!(shown.chars().count() <= 200);
            prop_assert!(!shown.contains("  ") && !shown.contains('\n'));
        }
    }
}
