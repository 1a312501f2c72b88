//! Where words begin and end.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::is_invisible;

/// The byte ranges of the words of `text`, by the word rules of Unicode (UAX 29), parted further at apostrophes and,
/// unless it stands between digits, at a full stop or colon: `l'Iran`, `bruzz.be` and a lacking space after a sentence
/// are two words, `1.000` is one.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.unicode_word_indices().flat_map(|(start, segment)| Parts { segment, start, at: 0 })
}

/// The words of an address: every run of letters and digits.
pub(super) fn address_words(url: &str) -> impl Iterator<Item = Range<usize>> + '_ {
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
                if parts(c, before, rest.get(i + c.len_utf8()..).and_then(|after| after.chars().next())) {
                    length = i;
                    skip = c.len_utf8();
                    break;
                }
                before = Some(c);
            }
            let part = rest.get(..length)?;
            let from = self.start + self.at;
            self.at += length + skip;
            // A mark that follows a space belongs to the space by Unicode's rules; a word starts with a letter or digit.
            let lead = part.find(is_word_start);
            if let Some(lead) = lead {
                let word = part.get(lead..)?.trim_end_matches(|c: char| !(c.is_alphanumeric() || is_combining_mark(c)));
                return Some(from + lead..from + lead + word.len());
            }
        }
    }
}

fn is_word_start(c: char) -> bool {
    c.is_alphanumeric() && !is_combining_mark(c) && !is_invisible(c) && c != '\u{640}'
}

fn parts(c: char, before: Option<char>, after: Option<char>) -> bool {
    match c {
        '\'' | '’' | '‘' | '‛' | 'ʼ' | '＇' | '"' | '״' | '׳' => true,
        '.' | ':' | '\u{2024}' | '．' | '：' | '\u{FE52}' | '\u{FE55}' | '\u{FE13}' => {
            !(before.is_some_and(char::is_numeric) && after.is_some_and(char::is_numeric))
        }
        // The narrow no-break space of French typography is a joiner of numbers to Unicode.
        _ => c.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use super::{address_words, words};

    #[test]
    fn words_are_parted() {
        for (text, expected) in [
            ("l'Iran", "l|Iran"),
            ("aujourd’hui", "aujourd|hui"),
            ("Sint-Jans-Molenbeek", "Sint|Jans|Molenbeek"),
            ("Sint\u{2011}Jans", "Sint|Jans"),
            ("1.000 doden.Het", "1.000|doden|Het"),
            ("3,5 % van 7sur7", "3,5|van|7sur7"),
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
            ("_iran_ #free_iran", "iran|free_iran"),
        ] {
            let found: Vec<&str> = words(text).filter_map(|word| text.get(word)).collect();
            assert_eq!(found.join("|"), expected, "{text}");
        }
    }

    #[test]
    fn an_address_is_letters_and_digits() {
        let url = "https://www.bruzz.be/actua/veiligheid_2024-05-04?id=a1";
        let found: Vec<&str> = address_words(url).filter_map(|word| url.get(word)).collect();
        assert_eq!(found.join("|"), "https|www|bruzz|be|actua|veiligheid|2024|05|04|id|a1");
    }
}
