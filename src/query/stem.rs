//! Stems words in the language of the article.

use snowball_stemmers_rs::{Algorithm, Stemmer};

use crate::text::fold::{exact, fold};

/// Longer words are not stemmed: no language has them, and the cost is quadratic.
const MAX_WORD: usize = 64;

/// The stemmer for an ISO 639 language code, if there is one.
pub(super) fn algorithm(language: &str) -> Option<(usize, Algorithm)> {
    let at = LANGUAGES.iter().position(|(code, _)| *code == language)?;
    LANGUAGES.get(at).map(|(_, algorithm)| (at, *algorithm))
}

/// The stemmers of all languages.
pub(super) fn algorithms() -> impl Iterator<Item = Algorithm> {
    LANGUAGES.into_iter().map(|(_, algorithm)| algorithm)
}

/// The number of indices that [`algorithm`] can return.
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

/// The folded stems of `word`: two words match if they share one.
///
/// French words in -ution have two stems: Snowball reduces exécution to "exécu" but exécutée to "exécut", and both
/// attribution and attribuée to "attribu".
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

/// Stemmers expect words only.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail so")]

    use proptest::prelude::*;
    use snowball_stemmers_rs::{Algorithm, Stemmer};

    use super::{LANGUAGES, algorithm, stems};
    use crate::text::corpora::corpus;

    fn belong_together(language: &str, a: &str, b: &str) -> bool {
        let (_, algorithm) = algorithm(language).unwrap();
        let [a, b] = [a, b].map(|word| stems(algorithm, word));
        let all = |(stem, other): (String, Option<String>)| std::iter::once(stem).chain(other).collect::<Vec<_>>();
        let (a, b) = (all(a), all(b));
        a.iter().any(|stem| b.contains(stem))
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for (language, a, b) in [
            ("fr", "exécution", "exécutions"),
            ("fr", "exécution", "exécutée"),
            ("fr", "Execution", "exécuter"),
            ("fr", "attribution", "attribuée"),
            ("fr", "pendaison", "PENDAISONS"),
            ("nl", "terechtstelling", "terechtstellingen"),
            ("nl", "executie", "executies"),
            ("nl", "demonstratie", "demonstraties"),
            ("de", "Hinrichtung", "Hinrichtungen"),
            ("de", "Haus", "Häuser"),
            ("en", "execution", "executed"),
            ("es", "ejecución", "ejecuciones"),
        ] {
            assert!(belong_together(language, a, b), "{language} {a} {b}");
        }
        for (language, a, b) in [("fr", "exécution", "exil"), ("nl", "executie", "exotisch"), ("en", "iran", "iraq")] {
            assert!(!belong_together(language, a, b), "{language} {a} {b}");
        }
        assert!(algorithm("").is_none() && algorithm("zh").is_none());
    }

    /// Snowball's current word lists.
    #[test]
    fn stems_agree_with_snowball() {
        for (language, algorithm) in [
            ("dutch", Algorithm::Dutch),
            ("english", Algorithm::English),
            ("french", Algorithm::French),
            ("german", Algorithm::German),
        ] {
            let Some(file) = corpus(&format!("keywords/snowball_{language}_sample.json")) else { return };
            let json = std::fs::read_to_string(file).unwrap();
            let pairs: Vec<(String, String)> = serde_json::from_str::<serde_json::Value>(&json)
                .unwrap()
                .as_array()
                .unwrap()
                .iter()
                .map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned()))
                .collect();
            let stemmer = Stemmer::create(algorithm);
            let wrong: Vec<_> = pairs.iter().filter(|(word, stem)| stemmer.stem(word) != stem.as_str()).collect();
            assert!(wrong.len() * 200 < pairs.len(), "{language}: {} of {} differ", wrong.len(), pairs.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn no_word_breaks_a_stemmer(word in "\\PC{1,20}", latin in "[a-zàâäçéèêëîïôöùûüÿñß'yiueog]{1,24}",
            other in "[а-яѐ-ґ]{1,20}|[α-ωάέήίόύώ]{1,20}|[ء-يپچژکگی\u{64b}-\u{652}]{1,16}|[\u{900}-\u{94d}]{1,20}|[\u{b82}-\u{bcd}]{1,20}|[ա-և]{1,20}|[א-ת]{1,20}|[a-zčćžšđáéíóúýěřůłńąęśźżğışőű]{1,24}") {
            for (_, algorithm) in LANGUAGES {
                stems(algorithm, &word);
                stems(algorithm, &latin);
                stems(algorithm, &other);
            }
        }
    }
}
