//! What kind of thing a report tells of: families of words in our four languages.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A line for each family: its name and how rare it is, then its stems in Dutch, French, English and German, folded; a dot ends
/// a whole word. How rare: the logarithm of how many of our labelled reports there are for one that tells of it, which a test repeats.
pub(super) const FAMILIES: &str = include_str!("topics.txt");
const LANGUAGES: [&str; 4] = ["nl", "fr", "en", "de"];

/// How rare each family is.
static RARITIES: LazyLock<Vec<f64>> =
    LazyLock::new(|| FAMILIES.lines().map(|line| rarity_of(line).unwrap_or_default()).collect());

/// Letters by which stems are found.
const HEAD: usize = 2;
/// The shortest stem that is sought inside the compounds of Dutch and German.
const INSIDE: usize = 5;

/// The stems that begin with some letters, with their family.
type Stems = HashMap<&'static str, Vec<(&'static str, usize)>>;

/// By language.
static STEMS: LazyLock<[Stems; 4]> = LazyLock::new(|| {
    let mut stems: [Stems; 4] = Default::default();
    for (family, line) in FAMILIES.lines().enumerate() {
        for (of_language, words) in stems.iter_mut().zip(line.split('|').skip(1)) {
            for stem in words.split_whitespace() {
                let head = stem.get(..HEAD).unwrap_or(stem);
                of_language.entry(head).or_default().push((stem, family));
            }
        }
    }
    stems
});

fn rarity_of(line: &str) -> Option<f64> {
    line.split(" |").next()?.split(' ').nth(1)?.parse().ok()
}

/// What it tells that two reports are of this family: little, where many are.
pub(super) fn rarity(family: usize) -> f64 {
    RARITIES.get(family).copied().unwrap_or_default()
}

/// The families of a folded word; those of a language that is not ours are unknown.
pub(super) fn of(word: &str, language: &str) -> Vec<usize> {
    let mut topics = Vec::new();
    let Some(at) = LANGUAGES.iter().position(|known| language.starts_with(known)) else { return topics };
    let Some(stems) = STEMS.get(at) else { return topics };
    let of = |rest: &str| rest.get(..HEAD).and_then(|head| stems.get(head));
    for (stem, family) in of(word).into_iter().flatten() {
        let found = stem.strip_suffix('.').map_or_else(|| word.starts_with(stem), |whole| word == whole);
        if found {
            topics.push(*family);
        }
    }
    // "klimaatbetoging", "Tramunfall".
    if matches!(LANGUAGES.get(at), Some(&"nl" | &"de")) {
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
    fn each_family_has_words_in_each_language() {
        for line in FAMILIES.lines() {
            let parts: Vec<&str> = line.split(" | ").collect();
            assert_eq!(parts.len(), 5, "{line}");
            assert!(rarity_of(line).is_some(), "{line}");
            assert!(parts.iter().all(|part| !part.trim().is_empty()), "{line}");
            assert_eq!(fold(line), line, "folded");
            let short =
                parts[1..].iter().flat_map(|part| part.split(' ')).find(|stem| stem.trim_end_matches('.').len() < 2);
            assert_eq!(short, None, "{line}");
        }
    }

    #[test]
    fn words_of_one_meaning_are_of_one_family() {
        let of = |text: &str, language: &str| {
            let topics: BTreeSet<usize> = text.split(' ').flat_map(|word| super::of(&fold(word), language)).collect();
            let name = |family| {
                FAMILIES
                    .lines()
                    .nth(family)
                    .and_then(|line| line.split(" |").next())
                    .and_then(|name| name.split(' ').next())
                    .unwrap_or("")
            };
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
