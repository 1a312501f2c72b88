//! Whether a text belongs to its headline, or is a notice served in its place.

use std::collections::HashSet;

use super::notice::is_notice;
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
struct Stems(HashSet<Box<str>>);

impl Stems {
    /// Those of a folded text. A name such as `YouTube` is one word here, as it is in the headline.
    fn of_folded(folded: &str) -> Self {
        let mut stems = HashSet::with_capacity(256);
        for stem in stems_of(folded) {
            if !stems.contains(stem) {
                stems.insert(stem.into());
            }
        }
        Self(stems)
    }

    /// Whether one of them may be of a form of the word with this stem.
    fn have(&self, wanted: &str) -> bool {
        self.0.contains(wanted) || self.0.iter().any(|stem| is_form(wanted, stem))
    }
}

impl Subject {
    /// The subject of a text.
    pub fn of(text: &str) -> Self {
        Self::of_folded(text, &fold(text))
    }

    /// The same of a text that is folded already.
    pub(super) fn of_folded(text: &str, folded: &str) -> Self {
        Self {
            stems: Stems::of_folded(folded),
            is_notice: is_notice(text, folded),
            is_long: text.chars().nth(SHORT).is_some(),
        }
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
        let others: Vec<&str> = stems_of(&other).collect();
        stems_of(&one).any(|word| others.iter().any(|theirs| is_form(word, theirs)) && self.stems.have(word))
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

fn stems_of(folded: &str) -> impl Iterator<Item = &str> {
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
    fn names_with_a_capital_inside_are_words() {
        let text = "YouTube en TikTok moeten voor de rechter komen, en ChatGPT volgt.";
        for headline in ["YouTube en TikTok aangeklaagd", "ChatGPT aangeklaagd", "youtube aangeklaagd"] {
            assert!(Subject::of(text).is_about(headline), "{headline}");
            assert!(crate::story::fingerprint(text).subject.is_about(headline), "{headline}");
        }
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
