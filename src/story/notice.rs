//! Whether a text reads like what stands in place of articles: a notice about registration, cookies or maintenance, or a menu.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::lexicon;
use crate::text::cut::cut;

/// So many different words of notices make one, and one more for each so many words of the text.
const LEAST: usize = 3;
const MORE_FOR_EACH: usize = 60;
/// A longer text is none, whatever it holds.
const LONGEST: usize = 300;
/// A menu has at least so many entries, of fewer than so many words on average.
const ENTRIES: usize = 20;
const WORDS_OF_ENTRY: usize = 3;
/// The part of a text that is looked at, in bytes.
const BEGINNING: usize = 20_000;

static WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(lexicon::all(|language| &language.page.notices)).ok());

/// Whether a text, which is also given folded, reads like a notice or a menu. A report may, too: its headline distinguishes it.
pub(super) fn is_notice(text: &str, folded: &str) -> bool {
    let shape = Shape::of(cut(text, BEGINNING));
    shape.is_menu()
        || shape.words <= LONGEST && words_of_notices(cut(folded, BEGINNING)) >= LEAST + shape.words / MORE_FOR_EACH
}

fn words_of_notices(folded: &str) -> usize {
    let found = WORDS.iter().flat_map(|words| words.find_overlapping_iter(folded));
    // At the beginning of a word.
    let begins = |at: usize| !folded.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    found.filter(|found| begins(found.start())).map(|found| found.pattern()).collect::<HashSet<_>>().len()
}

/// How a text is laid out.
#[derive(Default)]
struct Shape {
    /// What stands between blanks.
    words: usize,
    /// What stands between punctuation marks and line ends.
    entries: usize,
    /// The words of the entries, without the punctuation.
    words_of_entries: usize,
}

impl Shape {
    fn of(text: &str) -> Self {
        let mut shape = Self::default();
        let (mut in_word, mut in_entry, mut in_word_of_entry) = (false, false, false);
        for c in text.chars() {
            let is_blank = c.is_whitespace();
            shape.words += usize::from(!is_blank && !in_word);
            in_word = !is_blank;
            let ends_entry = matches!(c, '\n' | ',' | ';' | '.' | '|' | '·' | '•' | '!' | '?' | ':' | '>' | '/');
            if ends_entry || is_blank {
                in_entry &= !ends_entry;
                in_word_of_entry = false;
                continue;
            }
            shape.entries += usize::from(!in_entry);
            shape.words_of_entries += usize::from(!in_word_of_entry);
            (in_entry, in_word_of_entry) = (true, true);
        }
        shape
    }

    /// Whether the text is a list of short entries, one after another.
    fn is_menu(&self) -> bool {
        self.entries >= ENTRIES && self.words_of_entries < WORDS_OF_ENTRY * self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    #[test]
    fn notices_and_menus() {
        for text in [
            "Om deze pagina te lezen vragen wij u om u aan te melden met uw account van de krant, dat u gratis kunt aanmaken. Met dat account \
             leest u elke dag het nieuws uit uw buurt en ontvangt u onze nieuwsbrieven. Geen wachtwoord meer?",
            "Pour lire cet article, inscrivez-vous gratuitement ou connectez-vous avec votre compte. Un mot de passe oublié ?",
            "Wir und unsere Partner verwenden Cookies. Mit Ihrer Einwilligung verarbeiten wir Daten Ihres Geräts; mehr im Datenschutz.",
            "We use cookies. Sign in to your account or subscribe to our newsletter to continue.",
            "Accueil, Régions, Bruxelles, Namur, Liège, Sports, Football, Cyclisme, Tennis, Culture, Cinéma, Musique, Météo, Horoscope, \
             Archives, Contact, Abonnements, Publicité, Mentions légales, Boutique, Podcasts",
        ] {
            assert!(is_notice(text, &fold(text)), "{text}");
        }
    }

    #[test]
    fn reports_are_none() {
        for text in [
            "De brug over het kanaal in Maldegem gaat maandag dicht voor werken die drie maanden duren.",
            "Het onderhoud van de brug kost twee miljoen, zegt de schepen. De voorwaarden staan in het bestek, en wie wil bieden, doet dat \
             voor vrijdag. De werken duren drie maanden, en omrijden kan langs Eeklo, waar de gratis veerpont vaart.",
            "Kortrijk 3 - Gent 1, Brugge 2 - Genk 2, Luik 0 - Bergen 4.",
        ] {
            assert!(!is_notice(text, &fold(text)), "{text}");
        }
    }
}
