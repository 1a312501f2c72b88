//! Words by their stem, in the language of the article.

use snowball_stemmers_rs::{Algorithm, Stemmer};

use super::fold::{exact, fold};

/// Longer words are not stemmed: no language has them, and the cost grows with the square.
const MAX_WORD: usize = 64;

/// The stemmer for a language by its ISO 639 code, if there is one.
pub(super) fn algorithm(language: &str) -> Option<(usize, Algorithm)> {
    let at = LANGUAGES.iter().position(|(code, _)| *code == language)?;
    LANGUAGES.get(at).map(|(_, algorithm)| (at, *algorithm))
}

/// How many numbers [`algorithm`] gives.
pub(super) const COUNT: usize = LANGUAGES.len();

const LANGUAGES: [(&str, Algorithm); 37] = [
    ("ar", Algorithm::Arabic),
    ("hy", Algorithm::Armenian),
    ("eu", Algorithm::Basque),
    ("ca", Algorithm::Catalan),
    ("cs", Algorithm::Czech),
    ("da", Algorithm::Danish),
    ("nl", Algorithm::Dutch),
    ("en", Algorithm::English),
    ("eo", Algorithm::Esperanto),
    ("et", Algorithm::Estonian),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("hi", Algorithm::Hindi),
    ("hu", Algorithm::Hungarian),
    ("id", Algorithm::Indonesian),
    ("ga", Algorithm::Irish),
    ("it", Algorithm::Italian),
    ("lt", Algorithm::Lithuanian),
    ("ne", Algorithm::Nepali),
    ("no", Algorithm::Norwegian),
    ("nb", Algorithm::Norwegian),
    ("nn", Algorithm::Norwegian),
    ("fa", Algorithm::Persian),
    ("pl", Algorithm::Polish),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sr", Algorithm::Serbian),
    ("st", Algorithm::Sesotho),
    ("es", Algorithm::Spanish),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
    ("uk", Algorithm::Ukrainian),
    ("yi", Algorithm::Yiddish),
];

/// The folded stems of `word`: two words belong together if they share one.
///
/// French has two for what ends in -ution: Snowball makes "exécu" of exécution but "exécut" of exécutée, and "attribu"
/// of both attribution and attribuée.
pub(super) fn stems(algorithm: Algorithm, word: &str) -> (String, Option<String>) {
    let lower = exact(word).to_lowercase();
    if lower.len() > MAX_WORD || !lower.chars().all(is_letter) {
        return (fold(&lower), None);
    }
    let stem = fold(&Stemmer::create(algorithm).stem(&lower));
    let other = (algorithm == Algorithm::French
        && (lower.ends_with("ution") || lower.ends_with("utions"))
        && stem.ends_with('u'))
    .then(|| format!("{stem}t"));
    (stem, other)
}

/// Words are all that stemmers are made for.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)
}
