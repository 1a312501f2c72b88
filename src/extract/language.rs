//! The language: declared by the page, checked against its text.

use whichlang::Lang;

/// An ISO 639-1 code and the rule that gave it.
pub type Told = (String, String);

/// The language of a page; the second is what lost.
pub fn of(declared: &[(&'static str, &str)], text: &str) -> (Option<Told>, Option<Told>) {
    let mut named = declared.iter().filter_map(|(rule, tag)| Some((code(tag)?, (*rule).to_owned())));
    let first = named.next();
    let letters = text.chars().take(1_200).filter(|c| c.is_alphabetic()).count();
    let detected = (letters >= 60).then(|| detect(super::plain::cut(text, 1_200))).flatten();
    match (first, detected) {
        (Some(first), Some(found)) if first.0 == found => (Some(first), None),
        (Some(first), Some(found)) => {
            // The detector knows few languages and takes Frisian for Dutch; it is believed where it knows the declared one too, and the
            // text is long enough.
            let believed = letters >= 200 && (known(&first.0) || by_script(text) == Some(found));
            let found = (found.to_owned(), "text".to_owned());
            if believed { (Some(found), Some(first)) } else { (Some(first), Some(found)) }
        }
        (None, Some(found)) => {
            (by_script(text).or(Some(found)).map(|found| (found.to_owned(), "text".to_owned())), None)
        }
        (first, None) => (first, named.next()),
    }
}

/// The ISO 639-1 code in a BCP 47 tag, a locale (`nl_BE`) or an English name.
pub fn code(tag: &str) -> Option<String> {
    let tag = tag.trim().to_ascii_lowercase();
    let primary = tag.split(['-', '_', ',', ';', ' ', '/']).next().unwrap_or("");
    let code = match primary {
        "eng" | "english" => "en",
        "fra" | "fre" | "french" | "français" => "fr",
        "nld" | "dut" | "dutch" | "nederlands" => "nl",
        "deu" | "ger" | "german" | "deutsch" => "de",
        "spa" | "spanish" | "español" => "es",
        "ita" | "italian" => "it",
        "por" | "portuguese" => "pt",
        "fas" | "per" | "persian" | "farsi" => "fa",
        "ara" | "arabic" => "ar",
        "rus" | "russian" => "ru",
        "iw" => "he",
        "in" => "id",
        "nb" | "nn" => "no",
        other if other.len() == 2 && other.bytes().all(|b| b.is_ascii_lowercase()) => other,
        _ => return None,
    };
    Some(code.to_owned())
}

fn known(code: &str) -> bool {
    whichlang::LANGUAGES.iter().any(|language| iso(*language) == code)
}

fn detect(text: &str) -> Option<&'static str> {
    by_script(text).or_else(|| (!other_script(text)).then(|| iso(whichlang::detect_language(text))))
}

/// Languages that their script tells, or letters that no other language has.
fn by_script(text: &str) -> Option<&'static str> {
    const SCRIPTS: [(std::ops::RangeInclusive<char>, &str); 10] = [
        ('\u{370}'..='\u{3ff}', "el"),
        ('\u{590}'..='\u{5ff}', "he"),
        ('\u{530}'..='\u{58f}', "hy"),
        ('\u{10a0}'..='\u{10ff}', "ka"),
        ('\u{e00}'..='\u{e7f}', "th"),
        ('\u{980}'..='\u{9ff}', "bn"),
        ('\u{b80}'..='\u{bff}', "ta"),
        ('\u{c00}'..='\u{c7f}', "te"),
        ('\u{a80}'..='\u{aff}', "gu"),
        ('\u{1200}'..='\u{137f}', "am"),
    ];
    let mut counts = [0_usize; 10];
    let (mut arabic, mut persian, mut urdu, mut cyrillic, mut ukrainian) =
        (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for c in text.chars().take(1_000).filter(|c| *c >= '\u{300}') {
        arabic += usize::from(matches!(c, '\u{600}'..='\u{6ff}'));
        persian += usize::from(matches!(c, 'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی'));
        urdu += usize::from(matches!(c, 'ٹ' | 'ڈ' | 'ڑ' | 'ے' | 'ں' | 'ہ'));
        cyrillic += usize::from(matches!(c, '\u{400}'..='\u{4ff}'));
        ukrainian += usize::from(matches!(c, 'і' | 'ї' | 'є' | 'ґ'));
        if let Some(nth) = SCRIPTS.iter().position(|(range, _)| range.contains(&c)) {
            counts[nth] += 1;
        }
    }
    if arabic > 50 && persian * 25 > arabic {
        return Some(if urdu * 25 > arabic { "ur" } else { "fa" });
    }
    if cyrillic > 50 && ukrainian * 30 > cyrillic {
        return Some("uk");
    }
    counts.iter().zip(&SCRIPTS).find(|(count, _)| **count > 50).map(|(_, (_, code))| *code)
}

/// Mostly in a script that the detector does not know: Greek, Hebrew, Georgian, Armenian, Thai, Bengali …
fn other_script(text: &str) -> bool {
    let letters = text.chars().take(1_000).filter(|c| c.is_alphabetic());
    let (mut all, mut strange) = (0_usize, 0_usize);
    for c in letters {
        all += 1;
        strange += usize::from(matches!(c, '\u{370}'..='\u{3ff}' | '\u{530}'..='\u{5ff}' | '\u{980}'..='\u{10ff}'));
    }
    strange * 2 > all
}

fn iso(language: Lang) -> &'static str {
    match language {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_and_checked() {
        let dutch = "De gemeenteraad van Molenbeek heeft maandagavond beslist dat er een park komt op het terrein aan het kanaal. ".repeat(3);
        let danish = "Byrådet har mandag aften besluttet, at der skal anlægges en park på grunden ved kanalen i den gamle bydel. ".repeat(3);
        let ukrainian =
            "Міська рада у понеділок увечері вирішила, що на ділянці біля каналу з'явиться новий парк для мешканців. "
                .repeat(3);
        for (declared, text, expected) in [
            ("nl-BE", dutch.as_str(), "nl"),
            ("fr", &dutch, "nl"),
            ("", &dutch, "nl"),
            ("fr", "Kort.", "fr"),
            ("da_DK", &danish, "da"),
            ("uk", &ukrainian, "uk"),
            ("ru", &ukrainian, "uk"),
            ("English", "", "en"),
            ("x", "", ""),
        ] {
            let (found, _) = of(&[("html lang", declared)], text);
            assert_eq!(found.map(|(code, _)| code).unwrap_or_default(), expected, "{declared} {text}");
        }
    }
}
