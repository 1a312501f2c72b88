//! Counts that a report spells out: "veertig", "deux cents", "three hundred", "dreitausend".

/// From one on, in Dutch, French, English and German.
const SMALL: [[&str; 4]; 20] = [
    ["een", "un", "one", "ein"],
    ["twee", "deux", "two", "zwei"],
    ["drie", "trois", "three", "drei"],
    ["vier", "quatre", "four", "vier"],
    ["vijf", "cinq", "five", "funf"],
    ["zes", "six", "six", "sechs"],
    ["zeven", "sept", "seven", "sieben"],
    ["acht", "huit", "eight", "acht"],
    ["negen", "neuf", "nine", "neun"],
    ["tien", "dix", "ten", "zehn"],
    ["elf", "onze", "eleven", "elf"],
    ["twaalf", "douze", "twelve", "zwolf"],
    ["dertien", "treize", "thirteen", "dreizehn"],
    ["veertien", "quatorze", "fourteen", "vierzehn"],
    ["vijftien", "quinze", "fifteen", "funfzehn"],
    ["zestien", "seize", "sixteen", "sechzehn"],
    ["zeventien", "", "seventeen", "siebzehn"],
    ["achttien", "", "eighteen", "achtzehn"],
    ["negentien", "", "nineteen", "neunzehn"],
    ["twintig", "vingt", "twenty", "zwanzig"],
];

/// From thirty to ninety.
const TENS: [[&str; 4]; 7] = [
    ["dertig", "trente", "thirty", "dreissig"],
    ["veertig", "quarante", "forty", "vierzig"],
    ["vijftig", "cinquante", "fifty", "funfzig"],
    ["zestig", "soixante", "sixty", "sechzig"],
    ["zeventig", "septante", "seventy", "siebzig"],
    ["tachtig", "", "eighty", "achtzig"],
    ["negentig", "nonante", "ninety", "neunzig"],
];

const HUNDRED: [&[&str]; 4] = [&["honderd"], &["cent", "cents"], &["hundred"], &["hundert"]];
const THOUSAND: [&[&str]; 4] = [&["duizend"], &["mille"], &["thousand"], &["tausend"]];

/// The count that a folded word spells in this language, and whether the word behind it is a part of it: "deux cents".
pub(super) fn spelled(word: &str, next: Option<&str>, language: &str) -> Option<(u64, bool)> {
    let at = ["nl", "fr", "en", "de"].iter().position(|known| language.starts_with(known))?;
    let unit = |word: &str| {
        let place = |words: &[[&str; 4]]| words.iter().position(|forms| !word.is_empty() && forms[at] == word);
        let ten = |n: usize| (n + 3) * 10;
        place(&SMALL).map(|n| n + 1).or_else(|| place(&TENS).map(ten)).and_then(|n| u64::try_from(n).ok())
    };
    let whole = |word: &str| {
        let is = |of: [&[&str]; 4]| of[at].contains(&word);
        if is(HUNDRED) { Some(100) } else { is(THOUSAND).then_some(1000) }
    };
    if let Some(times) = next.and_then(whole)
        && let Some(count) = unit(word)
    {
        return Some((count * times, true));
    }
    // "tweehonderd", "dreitausend".
    let glued = [(HUNDRED, 100), (THOUSAND, 1000)].into_iter().find_map(|(names, times)| {
        let count = names[at].iter().find_map(|name| word.strip_suffix(name))?;
        Some(unit(count)? * times)
    });
    // The numbers of French beyond sixty have several words.
    let goes_on = at == 1 && next.is_some_and(|next| next == "et" || unit(next).is_some());
    unit(word).filter(|_| !goes_on).or(glued).filter(|count| *count >= 10).map(|count| (count, false))
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn counts_are_read_in_four_languages() {
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
            // Part of another number, too small, of another language, vague.
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
            assert_eq!(spelled(word, next, language).map(|found| found.0), count, "{text}");
        }
    }
}
