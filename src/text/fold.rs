//! Folding: maps spellings that readers regard as the same word to the same string.

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The key for comparing words: case, accents and other marks, ligatures, full-width forms and digits of all scripts
/// are folded; Arabic script is unified across Persian and Arabic keyboards; invisible characters are removed.
///
/// Folds character by character, so that the fold of a prefix is a prefix of the fold. White space and punctuation are
/// kept, except that typographic quotes become straight ones.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the fold of `text` to `folded`.
pub fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        folded.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    let from = folded.len();
    let mut compose = false;
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else if let Some(plain) = without_accent(c) {
            folded.push(plain);
        } else if ('\u{AC00}'..='\u{D7A3}').contains(&c) {
            folded.push(c);
        } else {
            compose |= ('\u{1100}'..='\u{11FF}').contains(&c) || ('\u{FFA0}'..='\u{FFDC}').contains(&c);
            decompose_compatible(c, |part| {
                for lower in part.to_lowercase() {
                    compose |= push(lower, folded);
                }
            });
        }
    }
    // Korean typed as single letters equals precomposed syllables; marks that are kept may be typed in any order.
    if compose && let Some(tail) = folded.get(from..) {
        let composed: String = tail.nfc().collect();
        folded.truncate(from);
        folded.push_str(&composed);
    }
}

/// The fold of the accented letters of western Europe, which are most of those that are not ASCII: the tables of Unicode give the same at
/// ten times the cost.
fn without_accent(c: char) -> Option<char> {
    let plain = match c {
        'à'..='å' | 'À'..='Å' => 'a',
        'ç' | 'Ç' => 'c',
        'è'..='ë' | 'È'..='Ë' => 'e',
        'ì'..='ï' | 'Ì'..='Ï' => 'i',
        'ñ' | 'Ñ' => 'n',
        'ò'..='ö' | 'Ò'..='Ö' => 'o',
        'ù'..='ü' | 'Ù'..='Ü' => 'u',
        'ý' | 'ÿ' | 'Ý' => 'y',
        _ => return None,
    };
    Some(plain)
}

/// Returns whether the character is a mark that is kept.
fn push(c: char, folded: &mut String) -> bool {
    match c {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'ı' => folded.push('i'),
        'đ' | 'ð' => folded.push('d'),
        'ħ' => folded.push('h'),
        'ŧ' => folded.push('t'),
        'ς' => folded.push('σ'),
        // Arabic yeh, dotless, Urdu, Pashto; kaf; heh and its variants, teh marbuta; alef wasla.
        'ي' | 'ى' | 'ے' | 'ې' => folded.push('ی'),
        'ك' | 'ڪ' => folded.push('ک'),
        'ة' | 'ە' | 'ہ' | 'ھ' | 'ۃ' => folded.push('ه'),
        'ٱ' => folded.push('ا'),
        '‘' | '’' | '‚' | '‛' | 'ʼ' => folded.push('\''),
        '“' | '”' | '„' | '‟' | '«' | '»' => folded.push('"'),
        _ if is_dropped(c) => {}
        _ => {
            folded.push(ascii_digit(c).unwrap_or(c));
            return !c.is_ascii() && canonical_combining_class(c) != 0;
        }
    }
    false
}

/// Whether folding removes `c`: accents, harakat, vowel points, tatweel and invisible characters.
///
/// Vowel signs of Indic scripts, tone marks of Thai and voicing marks of kana distinguish words and are kept.
fn is_dropped(c: char) -> bool {
    is_invisible(c)
        || c == '\u{640}'
        || (!c.is_ascii() && matches!(canonical_combining_class(c), 1 | 10..=36 | 200..=240))
}

/// Invisible characters that do not separate words: soft hyphen, joiners, direction marks, variation selectors.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// The zeros of decimal digits that do not decompose to ASCII; each is followed by its 1 to 9.
const ZEROS: [char; 36] = [
    '\u{660}',
    '\u{6F0}',
    '\u{7C0}',
    '\u{966}',
    '\u{9E6}',
    '\u{A66}',
    '\u{AE6}',
    '\u{B66}',
    '\u{BE6}',
    '\u{C66}',
    '\u{CE6}',
    '\u{D66}',
    '\u{DE6}',
    '\u{E50}',
    '\u{ED0}',
    '\u{F20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17E0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19D0}',
    '\u{1A80}',
    '\u{1A90}',
    '\u{1B50}',
    '\u{1BB0}',
    '\u{1C40}',
    '\u{1C50}',
    '\u{A620}',
    '\u{A8D0}',
    '\u{A900}',
    '\u{A9D0}',
    '\u{A9F0}',
    '\u{AA50}',
    '\u{ABF0}',
    '\u{104A0}',
];

fn ascii_digit(c: char) -> Option<char> {
    let before = ZEROS.partition_point(|zero| *zero <= c);
    let zero = ZEROS.get(before.checked_sub(1)?)?;
    char::from_digit((c as u32).checked_sub(*zero as u32)?, 10)
}

/// The plain form of a superscript digit.
pub fn raised_digit(c: char) -> Option<char> {
    match c {
        '¹' => Some('1'),
        '²' => Some('2'),
        '³' => Some('3'),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => char::from_digit(c as u32 - 0x2070, 10),
        _ => None,
    }
}

/// The plain form of a subscript digit.
pub fn lowered_digit(c: char) -> Option<char> {
    char::from_digit((c as u32).checked_sub(0x2080)?, 10)
}

/// Letters and digits only, in lower case, for comparing strings that differ in quotes and blanks. Accents are kept.
pub fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                key.push(c.to_ascii_lowercase());
            }
        } else if c.is_alphanumeric() {
            key.extend(c.to_lowercase());
        }
    }
    key
}

/// The rest of a text after `start`, which is in lower case; the text's case is ignored.
pub fn after<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    // Lists of starts are long, and nearly all of them differ in the first letter.
    if let (Some(one), Some(other)) = (text.bytes().next(), start.bytes().next())
        && one.is_ascii()
        && one.to_ascii_lowercase() != other
    {
        return None;
    }
    let mut chars = text.chars().flat_map(char::to_lowercase);
    if start.chars().all(|c| chars.next() == Some(c)) { text.get(start.len()..) } else { None }
}

/// The form in which exact words are compared: composed, without invisible characters; case and accents are kept.
pub fn exact(word: &str) -> String {
    if word.is_ascii() || (!word.contains(is_invisible) && is_nfc(word)) {
        return word.to_owned();
    }
    word.chars().filter(|c| !is_invisible(*c)).nfc().collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail so")]

    use unicode_normalization::UnicodeNormalization;

    use super::{exact, fold, without_accent};

    #[test]
    fn the_fold_of_an_accented_letter_is_that_of_its_parts() {
        let letters: Vec<char> = ('\u{80}'..'\u{2000}').filter(|c| without_accent(*c).is_some()).collect();
        assert_eq!(letters.len(), 53);
        for letter in letters {
            let parts: String = letter.nfd().collect();
            assert_eq!(fold(&letter.to_string()), fold(&parts), "{letter}");
        }
    }

    #[test]
    fn equivalent_words_have_the_same_fold() {
        for (a, b) in [
            ("Exécution", "EXECUTION"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("Œuvre", "oeuvre"),
            ("Æsop", "aesop"),
            ("Ørsted", "orsted"),
            ("Łódź", "lodz"),
            ("Diyarbakır", "diyarbakir"),
            ("DİYARBAKIR", "diyarbakir"),
            ("ｐｈａｒｅ１", "phare1"),
            ("e\u{301}lyse\u{301}e", "Élysée"),
            ("می\u{200c}خواهم", "ميخواهم"),
            ("كتاب", "کتاب"),
            ("مُـــحَمَّد", "محمد"),
            ("۱۴۰۲", "1402"),
            ("co\u{ad}operatie", "cooperatie"),
            ("Μάϊος", "ΜΑΙΟΣ"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("l’Iran", "L'IRAN"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn marks_that_distinguish_words_are_kept() {
        for (a, b) in [("が", "か"), ("कि", "का"), ("한", "하"), ("ก่", "ก้"), ("a", "b")] {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn exact_words_keep_case_and_accents() {
        assert_eq!(exact("e\u{301}\u{ad}E"), "éE");
        assert_ne!(exact("SIDA"), exact("sida"));
    }

    /// The pairs of Lucene's own tests.
    #[test]
    fn folding_agrees_with_lucene() {
        let Some(file) = crate::text::corpora::corpus("keywords/lucene_folding.json") else { return };
        let corpus: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let mut pairs = 0;
        for pair in corpus["pairs"].as_object().unwrap().values().flat_map(|pairs| pairs.as_array().unwrap()) {
            let (a, b) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            assert_eq!(fold(a), fold(b), "{a} {b}");
            pairs += 1;
        }
        assert!(pairs > 20, "{pairs}");
    }
}
