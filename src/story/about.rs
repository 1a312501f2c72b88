//! Whether a text belongs to its headline, or is a notice served in its place.

use std::collections::HashSet;

use super::notice::is_notice;
use super::shingles::Folded;
use crate::text::fold::fold;

/// Shorter words of a headline say too little about its subject.
const LEAST_LETTERS: usize = 5;
/// Two words are forms of one if their first letters agree, this many of them, or if one is a prefix of the other.
const STEM: usize = 6;
/// From this character on, scripts are written without blanks: Thai, Chinese, Japanese.
const WITHOUT_BLANKS: char = '\u{0E00}';
/// A shorter text mentions the subject of its headline; a longer one at least one word of it.
const SHORT: usize = 1_200;
/// The least proportion of a headline's words in a short text, and in a text with two headlines.
const LEAST: f64 = 0.25;
const LEAST_OF_EACH: f64 = 1.0 / 3.0;

/// The same for a notice or a menu, which has everyday words of any headline.
const LEAST_OF_NOTICE: f64 = 0.6;

/// What a text speaks of, to be compared with headlines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    stems: Stems,
    is_notice: bool,
    is_long: bool,
}

/// The beginnings of the significant words of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stems(HashSet<Box<str>>);

impl Stems {
    /// Those of an article, before any word is added.
    pub(super) fn new() -> Self {
        Self(HashSet::with_capacity(256))
    }

    /// Adds a folded word.
    pub(super) fn add(&mut self, word: &str) {
        if is_significant(word) && !self.0.contains(stem(word)) {
            self.0.insert(stem(word).into());
        }
    }

    /// Whether one of them may be of a form of the word with this stem.
    fn have(&self, wanted: &str) -> bool {
        self.0.contains(wanted) || self.0.iter().any(|stem| is_form(wanted, stem))
    }
}

impl Subject {
    /// The subject of a text.
    pub fn of(text: &str) -> Self {
        let folded = Folded::new(text);
        let mut stems = Stems::new();
        folded.each_word(|word, _| stems.add(word));
        Self::new(stems, text, &folded.text)
    }

    /// The subject of a text, which is also given folded, with these stems.
    pub(super) fn new(stems: Stems, text: &str, folded: &str) -> Self {
        Self { stems, is_notice: is_notice(text, folded), is_long: text.chars().nth(SHORT).is_some() }
    }

    /// Whether the text reads like a notice or a menu. A report may, too: its headline decides.
    pub fn is_notice(&self) -> bool {
        self.is_notice
    }

    /// Whether the text can be that of an article with this headline. It cannot if none of the headline's words stand in it: registration
    /// and maintenance notices and menus are the same under every headline.
    pub fn is_about(&self, headline: &str) -> bool {
        let Some(part) = self.part_found(headline) else { return true };
        if self.is_notice {
            return part >= LEAST_OF_NOTICE;
        }
        part >= LEAST || (part > 0.0 && self.is_long)
    }

    /// Whether the text may be the article of two different headlines, because it is about both.
    pub fn is_about_both(&self, one: &str, other: &str) -> bool {
        let is_found = |headline| self.part_found(headline).is_none_or(|part| part >= LEAST_OF_EACH);
        if is_found(one) && is_found(other) {
            return true;
        }
        let (one, other) = (fold(one), fold(other));
        let others: Vec<&str> = stems(&other).collect();
        stems(&one).any(|word| others.iter().any(|theirs| is_form(word, theirs)) && self.stems.have(word))
    }

    /// The proportion of a headline's significant words in the text; `None` for a headline without such words.
    #[expect(clippy::cast_precision_loss, reason = "a few words")]
    fn part_found(&self, headline: &str) -> Option<f64> {
        let headline = fold(headline);
        // Not their stems: a headline may have two words with one.
        let wanted: HashSet<&str> = significant_words(&headline).collect();
        let found = wanted.iter().filter(|word| self.stems.have(stem(word)));
        (!wanted.is_empty()).then(|| found.count() as f64 / wanted.len() as f64)
    }
}

fn significant_words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| is_significant(word))
}

fn is_significant(word: &str) -> bool {
    word.len() >= LEAST_LETTERS
        && (word.is_ascii()
            || word.chars().all(|c| c < WITHOUT_BLANKS) && word.chars().nth(LEAST_LETTERS - 1).is_some())
}

fn stems(folded: &str) -> impl Iterator<Item = &str> {
    significant_words(folded).map(stem)
}

/// The first letters of a word.
fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM).and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

/// Whether two stems may be of forms of one word.
fn is_form(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTICE: &str = "Om deze pagina te lezen vragen wij u om u aan te melden met uw account van de krant, dat u gratis kunt \
        aanmaken. Met dat account leest u elke dag het nieuws uit uw buurt en bewaart u artikels voor later.";
    const REPORT: &str = "De brug over het kanaal in Maldegem gaat maandag dicht voor werken die drie maanden duren.";

    #[test]
    fn a_notice_is_about_no_headline() {
        for headline in ["Burgemeester van Maldegem stapt op", "Brand in loods", "Nieuwe school voor Maldegem"] {
            assert!(!Subject::of(NOTICE).is_about(headline), "{headline}");
        }
        let menu = "Regio Sport Cultuur Opinie Economie Wetenschap ".repeat(60);
        assert!(!Subject::of(&menu).is_about("Burgemeester van Maldegem stapt op"));
    }

    #[test]
    fn a_report_is_about_its_headline() {
        for headline in
            ["Maldegemse brug drie maanden dicht", "Brug dicht", "Kanaalbrug: werken tot juni", "東京の港で鶴が"]
        {
            assert!(Subject::of(REPORT).is_about(headline), "{headline}");
        }
        // A long text has words of many subjects: one word of the headline is enough.
        assert!(Subject::of(&REPORT.repeat(20)).is_about("Hinder omleiding files chaos in Maldegem"));
    }

    #[test]
    fn a_text_of_two_headlines_speaks_of_both() {
        let (one, other) = ("Brug in Maldegem gaat dicht", "Maldegemse brug drie maanden dicht voor werken");
        assert!(Subject::of(REPORT).is_about_both(one, other));
        assert!(Subject::of(REPORT).is_about_both(one, "Hinder omleiding files chaos in Maldegem"));
        assert!(!Subject::of(NOTICE).is_about_both(one, "Maldegem krijgt school"));
        assert!(!Subject::of(NOTICE).is_about_both("Gratis account voor lezers", "Maldegem krijgt school"));
    }
}
