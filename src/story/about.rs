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

/// Whether a text can be that of an article with this headline. It cannot if none of the headline's words stand in it: registration
/// and maintenance notices and menus are the same under every headline.
pub fn is_about(headline: &str, text: &str) -> bool {
    let Some(part) = part_found(headline, text) else { return true };
    if is_notice(text) {
        return part >= LEAST_OF_NOTICE;
    }
    part >= LEAST || (part > 0.0 && text.chars().nth(SHORT).is_some())
}

/// Whether a text may be the article of two different headlines, because it is about both.
pub fn is_about_both(one: &str, other: &str, text: &str) -> bool {
    let is_found = |headline| part_found(headline, text).is_none_or(|part| part >= LEAST_OF_EACH);
    if is_found(one) && is_found(other) {
        return true;
    }
    let words: Vec<String> = significant_words(text).into_iter().collect();
    let (one, other) = (significant_words(one), significant_words(other));
    one.iter().any(|word| other.iter().any(|theirs| is_form(word, theirs)) && words.iter().any(|it| is_form(word, it)))
}

/// The proportion of a headline's significant words in a text; `None` for a headline without such words.
#[expect(clippy::cast_precision_loss, reason = "a few words")]
fn part_found(headline: &str, text: &str) -> Option<f64> {
    let wanted = significant_words(headline);
    if wanted.is_empty() {
        return None;
    }
    let words = significant_words(text);
    let found = wanted.iter().filter(|one| words.contains(*one) || words.iter().any(|word| is_form(one, word)));
    Some(found.count() as f64 / wanted.len() as f64)
}

fn significant_words(text: &str) -> HashSet<String> {
    let text = fold(text);
    let words = text.split(|c: char| !c.is_alphanumeric());
    let is_telling = |word: &&str| word.chars().count() >= LEAST_LETTERS && word.chars().all(|c| c < WITHOUT_BLANKS);
    words.filter(is_telling).map(str::to_owned).collect()
}

fn is_form(one: &str, other: &str) -> bool {
    let alike = one.chars().zip(other.chars()).take(STEM).take_while(|(a, b)| a == b).count();
    alike >= STEM.min(one.chars().count()).min(other.chars().count())
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
            assert!(!is_about(headline, NOTICE), "{headline}");
        }
        let menu = "Regio Sport Cultuur Opinie Economie Wetenschap ".repeat(60);
        assert!(!is_about("Burgemeester van Maldegem stapt op", &menu));
    }

    #[test]
    fn a_report_is_about_its_headline() {
        for headline in
            ["Maldegemse brug drie maanden dicht", "Brug dicht", "Kanaalbrug: werken tot juni", "東京の港で鶴が"]
        {
            assert!(is_about(headline, REPORT), "{headline}");
        }
        // A long text has words of many subjects: one word of the headline is enough.
        assert!(is_about("Hinder omleiding files chaos in Maldegem", &REPORT.repeat(20)));
    }

    #[test]
    fn a_text_of_two_headlines_speaks_of_both() {
        let (one, other) = ("Brug in Maldegem gaat dicht", "Maldegemse brug drie maanden dicht voor werken");
        assert!(is_about_both(one, other, REPORT));
        assert!(is_about_both(one, "Hinder omleiding files chaos in Maldegem", REPORT));
        assert!(!is_about_both(one, "Maldegem krijgt school", NOTICE));
        assert!(!is_about_both("Gratis account voor lezers", "Maldegem krijgt school", NOTICE));
    }
}
