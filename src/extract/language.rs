//! The language: declared by the page, checked against its text.

use whichlang::Lang;

/// An ISO 639-1 code and the rule that gave it.
pub type Told = (String, String);

/// The language of a page; the second is what lost.
pub fn of(declared: &[(&'static str, &str)], text: &str) -> (Option<Told>, Option<Told>) {
    let mut named = declared.iter().filter_map(|(rule, tag)| Some((code(tag)?, (*rule).to_owned())));
    let first = named.next();
    let letters = text.chars().take(1_500).filter(|c| c.is_alphabetic()).count();
    let detected = (letters >= 60).then(|| detect(super::plain::cut(text, 1_500))).flatten();
    match (first, detected) {
        (Some(first), Some(found)) if first.0 == found => (Some(first), None),
        (Some(first), Some(found)) => {
            // The detector knows few languages and takes Frisian for Dutch; it is believed where it knows the declared one too, and the
            // text is long enough.
            let rule = ("text".to_owned(), letters >= 200 && known(&first.0));
            let found = (found.to_owned(), rule.0);
            if rule.1 { (Some(found), Some(first)) } else { (Some(first), Some(found)) }
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

/// Persian writes letters that Arabic has not.
fn by_script(text: &str) -> Option<&'static str> {
    let (mut arabic, mut persian) = (0_usize, 0_usize);
    for c in text.chars().take(1_000) {
        arabic += usize::from(matches!(c, '\u{600}'..='\u{6ff}'));
        persian += usize::from(matches!(c, 'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی'));
    }
    (arabic > 50 && persian * 25 > arabic).then_some("fa")
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
