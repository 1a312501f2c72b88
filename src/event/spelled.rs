//! Spelled-out counts: "veertig", "deux cents", "three hundred", "dreitausend".

use crate::lexicon::{LANGUAGES, LanguageWords};

/// The count that a folded word spells in this language, and whether the next word is part of it: "deux cents".
pub(super) fn spelled_count(word: &str, next: Option<&str>, language: &str) -> Option<(u64, bool)> {
    let has_numbers = |known: &&LanguageWords| !known.numbers.to_twenty.is_empty() && language.starts_with(known.code);
    let LanguageWords { code, numbers, .. } = LANGUAGES.iter().find(has_numbers)?;
    let unit = |word: &str| {
        let place = |words: &[&str]| words.iter().position(|form| !word.is_empty() && *form == word);
        let ten = |n: usize| (n + 3) * 10;
        let found = place(&numbers.to_twenty).map(|n| n + 1).or_else(|| place(&numbers.tens).map(ten));
        found.and_then(|n| u64::try_from(n).ok())
    };
    let wholes = [(&numbers.hundred, 100), (&numbers.thousand, 1000)];
    let whole = |word: &str| wholes.iter().find(|(names, _)| names.contains(&word)).map(|(_, times)| *times);
    if let Some(times) = next.and_then(whole)
        && let Some(count) = unit(word)
    {
        return Some((count * times, true));
    }
    // "tweehonderd", "dreitausend".
    let glued = wholes.iter().find_map(|(names, times)| {
        let count = names.iter().find_map(|name| word.strip_suffix(name))?;
        Some(unit(count)? * times)
    });
    // French numbers above sixty have several words.
    let goes_on = *code == "fr" && next.is_some_and(|next| next == "et" || unit(next).is_some());
    unit(word).filter(|_| !goes_on).or(glued).filter(|count| *count >= 10).map(|count| (count, false))
}

#[cfg(test)]
mod tests {
    use super::spelled_count;

    #[test]
    fn counts_are_parsed_in_four_languages() {
        for (text, language, count) in [
            ("veertig", "nl", Some(40)),
            ("tweehonderd", "nl", Some(200)),
            ("drieduizend", "nl", Some(3000)),
            ("quarante", "fr", Some(40)),
            ("deux cents", "fr", Some(200)),
            ("trois mille", "fr", Some(3000)),
            ("four hundred", "en", Some(400)),
            ("twelve", "en", Some(12)),
            ("zweihundert", "de", Some(200)),
            ("funfzig", "de", Some(50)),
            // Part of another number, too small, in another language, vague.
            ("soixante dix", "fr", None),
            ("vingt et", "fr", None),
            ("drei", "de", None),
            ("onze", "nl", None),
            ("tientallen", "nl", None),
            ("hundreds", "en", None),
            ("cent", "fr", None),
            ("forty", "", None),
        ] {
            let (word, next) = text.split_once(' ').map_or((text, None), |(word, next)| (word, Some(next)));
            assert_eq!(spelled_count(word, next, language).map(|found| found.0), count, "{text}");
        }
    }
}
