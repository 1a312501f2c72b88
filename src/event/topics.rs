//! The topics of a report: families of words with one meaning.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::lexicon::TOPICS;

/// How many letters index a stem.
const HEAD: usize = 2;
/// The shortest stem that is searched inside Dutch and German compounds.
const INSIDE: usize = 5;

/// Stems by their first letters, with their family.
type Stems = HashMap<&'static str, Vec<(&'static str, usize)>>;

/// By language.
static STEMS: LazyLock<HashMap<&'static str, Stems>> = LazyLock::new(|| {
    let mut stems: HashMap<&str, Stems> = HashMap::new();
    for (family, topic) in TOPICS.topic.iter().enumerate() {
        for (language, words) in &topic.words {
            for stem in words.split(' ') {
                let head = stem.get(..HEAD).unwrap_or(stem);
                stems.entry(language).or_default().entry(head).or_default().push((stem, family));
            }
        }
    }
    stems
});

/// The weight of a shared family: low for a common one.
pub(super) fn rarity(family: usize) -> f64 {
    TOPICS.topic.get(family).map_or(0.0, |topic| topic.rarity)
}

/// The name of a family.
pub(super) fn family_name(family: usize) -> &'static str {
    TOPICS.topic.get(family).map_or("", |topic| topic.name)
}

/// The family with this name.
pub(super) fn family_named(name: &str) -> Option<usize> {
    TOPICS.topic.iter().position(|topic| topic.name == name)
}

/// The families of a folded word; empty for unsupported languages.
pub(super) fn families_of_word(word: &str, language: &str) -> Vec<usize> {
    let mut topics = Vec::new();
    let Some((language, stems)) = STEMS.iter().find(|(known, _)| language.starts_with(**known)) else { return topics };
    let of = |rest: &str| rest.get(..HEAD).and_then(|head| stems.get(head));
    for (stem, family) in of(word).into_iter().flatten() {
        let found = stem.strip_suffix('.').map_or_else(|| word.starts_with(stem), |whole| word == whole);
        if found {
            topics.push(*family);
        }
    }
    // "klimaatbetoging", "Tramunfall".
    if matches!(*language, "nl" | "de") {
        for (at, _) in word.char_indices().skip(3) {
            let Some(rest) = word.get(at..) else { continue };
            if rest.len() < INSIDE - 1 {
                break;
            }
            for (stem, family) in of(rest).into_iter().flatten() {
                let found = match stem.strip_suffix('.') {
                    Some(whole) => whole.len() >= INSIDE - 1 && rest == whole,
                    None => stem.len() >= INSIDE && rest.starts_with(stem),
                };
                if found {
                    topics.push(*family);
                }
            }
        }
    }
    topics
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::fold::fold;

    #[test]
    fn words_with_one_meaning_belong_to_one_family() {
        let of = |text: &str, language: &str| {
            let topics: BTreeSet<usize> =
                text.split(' ').flat_map(|word| super::families_of_word(&fold(word), language)).collect();
            let name = |family: usize| TOPICS.topic[family].name;
            topics.into_iter().map(name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of("Vijf gewonden bij tramongeval", "nl"), "injury collision tram");
        assert_eq!(of("Cinq blessés dans un accident de tram", "fr"), "injury collision tram");
        assert_eq!(of("Five injured in tram crash", "en"), "injury collision tram");
        assert_eq!(of("Fünf Verletzte bei Unfall mit Straßenbahn", "de"), "injury collision tram");
        assert_eq!(of("Klimaatbetoging", "nl"), of("Klimaprotest", "de"));
        assert_eq!(of("Пять раненых", "ru"), "");
    }
}
