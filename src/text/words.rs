//! Splits text into words.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use super::fold::{is_invisible, lowered_digit, raised_digit};

/// The byte ranges of the words of `text`, by Unicode's word rules (UAX 29), with further breaks at apostrophes, `_`,
/// middle dots and, except between digits, full stops and colons: `l'Iran`, `étudiant·es`, `example.org` and a sentence
/// end without a space are two words; `1.000` and Catalan `col·lecció` are one. Subscript digits, and superscript ones
/// after a letter, are part of their word: `CO₂`, `m²`.
pub fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word));
    words
}

/// Calls `found` for each range of [`words`]. No rule joins anything across a space, so plain letters between spaces,
/// as most words are, bypass the rules.
pub fn each_word(text: &str, mut found: impl FnMut(Range<usize>)) {
    let mut at = 0;
    for bytes in text.as_bytes().split(u8::is_ascii_whitespace) {
        let start = at;
        at += bytes.len() + 1;
        if let Some(word) = plain_word(bytes) {
            found(start + word.start..start + word.end);
        } else if let Some(chunk) = text.get(start..start + bytes.len())
            && !plain_words(chunk, start, &mut found)
        {
            each_by_rules(chunk, start, &mut found);
        }
    }
}

/// The only word of a chunk that consists of letters, with ASCII punctuation around them: the shortest of ways, for the most common case.
fn plain_word(chunk: &[u8]) -> Option<Range<usize>> {
    let is_edge = |b: &u8| matches!(b, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'(' | b')' | b'"');
    let start = chunk.iter().position(|b| !is_edge(b))?;
    let end = chunk.iter().rposition(|b| !is_edge(b))? + 1;
    let mut word = chunk.get(start..end)?.iter();
    while let Some(byte) = word.next() {
        // Of two bytes: the letters of `À` to `ÿ`, without the signs of multiplication and division.
        if !byte.is_ascii_alphabetic() && (*byte != 0xC3 || matches!(word.next(), Some(0x97 | 0xB7) | None)) {
            return None;
        }
    }
    Some(start..end)
}

/// Handles `chunk` if it consists only of letters with hyphens and apostrophes, and punctuation around them.
fn plain_words(chunk: &str, start: usize, found: &mut impl FnMut(Range<usize>)) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || matches!(c, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'œ' | 'Œ');
    let is_edge =
        |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '"' | '«' | '»' | '“' | '”' | '„');
    let front = chunk.trim_start_matches(is_edge);
    let core = front.trim_end_matches(is_edge);
    let start = start + chunk.len() - front.len();
    let parts_words = |c: char| matches!(c, '-' | '\'' | '’');
    if !core.chars().all(|c| is_letter(c) || parts_words(c)) {
        return false;
    }
    let mut at = start;
    for word in core.split(parts_words) {
        if !word.is_empty() {
            found(at..at + word.len());
        }
        let end = at + word.len();
        at = end + core.get(end - start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    true
}

fn each_by_rules(text: &str, start: usize, found: &mut impl FnMut(Range<usize>)) {
    if text.chars().any(is_more_than_unicode_says) {
        return each_in_plain_digits(text, start, found);
    }
    for (at, segment) in text.unicode_word_indices() {
        Parts { segment, start: start + at, at: 0 }.for_each(&mut *found);
    }
}

/// Whether Unicode's rules break at `c` where readers see a digit of the word or another word.
fn is_more_than_unicode_says(c: char) -> bool {
    !c.is_ascii() && (raised_digit(c).is_some() || lowered_digit(c).is_some() || is_unit(c))
}

/// Applies the rules to a text with superscript and subscript digits replaced by plain ones. A superscript digit after
/// another digit or punctuation is an exponent or a footnote number, and remains a word of its own.
fn each_in_plain_digits(text: &str, start: usize, found: &mut impl FnMut(Range<usize>)) {
    let mut plain = String::with_capacity(text.len());
    // For each byte of `plain`, and its end, the corresponding byte of `text`.
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut behind_letter = false;
    for (at, c) in text.char_indices() {
        let raised = raised_digit(c).filter(|_| behind_letter);
        // By Unicode's rules a circled number is a word, but a single-character unit is not.
        let shown = raised.or(lowered_digit(c)).unwrap_or(if is_unit(c) { '①' } else { c });
        behind_letter = c.is_alphabetic() || is_combining_mark(c) || raised.is_some();
        plain.push(shown);
        places.resize(plain.len(), at);
    }
    places.push(text.len());
    for (at, segment) in plain.unicode_word_indices() {
        for word in (Parts { segment, start: at, at: 0 }) {
            if let (Some(from), Some(to)) = (places.get(word.start), places.get(word.end)) {
                found(start + from..start + to);
            }
        }
    }
}

/// Whether `c` is a unit in a single character: `㎢`, `㎏`.
fn is_unit(c: char) -> bool {
    let mut is_word = matches!(c, '\u{3371}'..='\u{337A}' | '\u{3380}'..='\u{33DF}');
    if is_word {
        decompose_compatible(c, |part| is_word &= part.is_alphanumeric());
    }
    is_word
}

/// The words of a URL: runs of letters and digits.
pub fn address_words(url: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    url.split(|c: char| !c.is_alphanumeric()).filter_map(move |part| {
        let start = url.get(at..)?.find(part).map(|skipped| at + skipped)?;
        at = start + part.len();
        (!part.is_empty()).then_some(start..at)
    })
}

/// The words within one segment of Unicode's rules.
struct Parts<'a> {
    segment: &'a str,
    start: usize,
    at: usize,
}

impl Iterator for Parts<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let rest = self.segment.get(self.at..).filter(|rest| !rest.is_empty())?;
            let mut before = None;
            let mut length = rest.len();
            let mut skip = 0;
            for (i, c) in rest.char_indices() {
                if is_separator(c, before, rest.get(i + c.len_utf8()..).unwrap_or_default()) {
                    length = i;
                    skip = c.len_utf8();
                    break;
                }
                before = Some(c);
            }
            let part = rest.get(..length)?;
            let from = self.start + self.at;
            self.at += length + skip;
            // By Unicode's rules a mark after a space belongs to the space; a word starts with a letter or digit.
            let lead = part.find(is_word_start);
            if let Some(lead) = lead {
                let word = part.get(lead..)?.trim_end_matches(|c: char| !(c.is_alphanumeric() || is_combining_mark(c)));
                return Some(from + lead..from + lead + word.len());
            }
        }
    }
}

fn is_word_start(c: char) -> bool {
    // Half-width voicing marks of kana are letters, but belong to the character before them.
    c.is_alphanumeric()
        && !is_combining_mark(c)
        && !is_invisible(c)
        && !matches!(c, '\u{640}' | '\u{ff9e}' | '\u{ff9f}')
}

/// Whether `c` separates the text before it from the text after it.
fn is_separator(c: char, before: Option<char>, after: &str) -> bool {
    match c {
        '\'' | '’' | '‘' | '‛' | 'ʼ' | '＇' | '"' | '״' | '׳'
        // `_` and similar characters, which join words by Unicode's rules.
        | '_' | '＿' | '‿' | '⁀' | '⁔' | '︳' | '︴' | '\u{FE4D}'..='\u{FE4F}' => true,
        '·' | '‧' | '\u{387}' => !is_catalan(before, after),
        '.' | ':' | '\u{2024}' | '．' | '：' | '\u{FE52}' | '\u{FE55}' | '\u{FE13}' => {
            !(before.is_some_and(char::is_numeric) && after.starts_with(char::is_numeric))
        }
        // The narrow no-break space of French typography joins numbers by Unicode's rules.
        _ => c.is_whitespace(),
    }
}

/// Whether a middle dot is the Catalan one of `col·lecció`, rather than that of `professionnel·les`.
fn is_catalan(before: Option<char>, after: &str) -> bool {
    let is_l = |c: char| matches!(c, 'l' | 'L');
    let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
    let ending = after.get(..end).unwrap_or_default();
    before.is_some_and(is_l)
        && after.starts_with(is_l)
        && !["le", "les"].iter().any(|french| ending.eq_ignore_ascii_case(french))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{address_words, each_by_rules, words};

    #[test]
    fn text_is_split_into_words() {
        for (text, expected) in [
            ("l'Iran", "l|Iran"),
            ("aujourd’hui", "aujourd|hui"),
            ("Sint-Jans-Molenbeek", "Sint|Jans|Molenbeek"),
            ("Sint\u{2011}Jans", "Sint|Jans"),
            ("1.000 doden.Het", "1.000|doden|Het"),
            ("3,5 % van 5kade5", "3,5|van|5kade5"),
            ("M.Rajavi (U.S.)", "M|Rajavi|U|S"),
            ("#Iran @NCRI «été»", "Iran|NCRI|été"),
            ("用語です", "用|語|で|す"),
            ("می\u{200c}خواهم.", "می\u{200c}خواهم"),
            ("e\u{301}te\u{301}", "e\u{301}te\u{301}"),
            ("… – €", ""),
            ("a \u{345}b", "a|b"),
            ("\u{200f}ایران\u{200f} است", "ایران|است"),
            ("col·laborar", "col·laborar"),
            ("«\u{202f}Iran\u{202f}!\u{202f}»", "Iran"),
            ("_iran_ #free_iran", "iran|free|iran"),
            (
                "étudiant·e·s Kolleg*innen Kolleg:innen Kolleg_innen Kolleg·innen",
                "étudiant|e|s|Kolleg|innen|Kolleg|innen|Kolleg|innen|Kolleg|innen",
            ),
            ("étudiant‧es lecteur·rice·s", "étudiant|es|lecteur|rice|s"),
            ("professionnel·le·s nul·les", "professionnel|le|s|nul|les"),
            ("COL·LECCIÓ novel·la tranquil·lament", "COL·LECCIÓ|novel·la|tranquil·lament"),
            ("CO₂-uitstoot, H₂SO₄ en PM₂.₅", "CO₂|uitstoot|H₂SO₄|en|PM₂.₅"),
            ("12 km² (m³/h) 10² 2024¹ «Iran»² Iran¹.", "12|km²|m³|h|10|²|2024|¹|Iran|²|Iran¹"),
            ("\u{202f}à\u{202f}m²\u{202f}!", "à|m²"),
            ("①Iran ②㎢ Iran™", "①|Iran|②|㎢|Iran"),
            ("E'\u{ff9f}a \u{ff9f}a", "E|a|a"),
            ("ﾊﾟﾝ \u{ff9e}", "ﾊﾟﾝ"),
        ] {
            let found: Vec<&str> = words(text).into_iter().filter_map(|word| text.get(word)).collect();
            assert_eq!(found.join("|"), expected, "{text}");
        }
    }

    #[test]
    fn an_address_is_letters_and_digits() {
        let url = "https://www.kade.example/actua/veiligheid_2024-05-04?id=a1";
        let found: Vec<&str> = address_words(url).filter_map(|word| url.get(word)).collect();
        assert_eq!(found.join("|"), "https|www|kade|example|actua|veiligheid|2024|05|04|id|a1");
    }

    /// Texts with the characters that matter to word rules, among plain letters.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[a-cé]{1,3}",
            2 => "[ \n.,:;'’\"()«»-]{1,2}",
            1 => "[0-9_·₂²①\u{301}\u{345}\u{200d}\u{ad}\u{202f}\u{a0}ßŁأ用\u{5d0}\u{640}カ]",
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

        #[test]
        fn a_word_is_the_same_after_a_blank_and_after_an_apostrophe(c: char, word in "[a-z用カ1]{0,2}", apostrophe in "['’]") {
            let after = |before: &str| {
                let text = format!("{before}{c}{word}");
                words(&text).into_iter().filter_map(|word| text.get(word)).map(str::to_owned).skip(1).collect::<Vec<_>>()
            };
            prop_assert_eq!(after(&format!("E{apostrophe}")), after("E "));
        }

        #[test]
        fn the_fast_path_agrees_with_the_rules(text in texts()) {
            let mut by_rules = Vec::new();
            each_by_rules(&text, 0, &mut |word| by_rules.push(word));
            prop_assert_eq!(words(&text), by_rules);
        }
    }
}
