//! Equivalent spellings of a word: `CO₂` and `CO2`, `O.N.U.` and `ONU`, `1 100` and `1.100`, `Müller` and `Mueller`.
//! Story fingerprints use folded text only and do not depend on this module.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fold::{lowered_digit, raised_digit};
use super::words::words;

/// More letters with full stops between them are not an acronym.
const MAX_LETTERS: usize = 12;

/// Another spelling under which a word of a text is found.
#[derive(Debug, PartialEq, Eq)]
pub struct OtherSpelling {
    /// The other spelling, with case and accents kept.
    pub text: String,
    /// Whether it also applies where case and accents count.
    pub is_exact: bool,
}

/// The other spellings under which a word of a text is found. Most words have none, and are recognised by their bytes.
pub fn other_spellings(word: &str) -> Vec<OtherSpelling> {
    let mut others = Vec::new();
    if is_plain(word) {
        return others;
    }
    let mut add = |text: String, is_exact| {
        if text != word && !text.is_empty() {
            others.push(OtherSpelling { text, is_exact });
        }
    };
    let normal = normal_spelling(word);
    add(normal.clone().into_owned(), true);
    // A superscript digit may be an exponent (m²) or a footnote number (Iran¹).
    let without_note = word.trim_end_matches(|c| raised_digit(c).is_some());
    if without_note.len() < word.len() {
        add(normal_spelling(without_note).into_owned(), true);
    }
    if let Some(spelled_out) = spelled_out(&normal) {
        add(spelled_out, false);
    }
    others
}

/// The normal form of acronyms, numbers, Catalan l·l, and superscript or subscript digits; other words are unchanged.
pub fn normal_spelling(word: &str) -> Cow<'_, str> {
    if is_plain(word) && !word.contains(is_group_separator) {
        return Cow::Borrowed(word);
    }
    if let Some(number) = ungrouped(word) {
        return Cow::Owned(number);
    }
    let is_acronym = word.contains(is_full_stop) && word.split(is_full_stop).all(is_letter);
    let spelled = word.chars().filter_map(|c| match c {
        '·' | '‧' | '\u{66C}' => None,
        'ŀ' => Some('l'),
        'Ŀ' => Some('L'),
        _ if is_acronym && is_full_stop(c) => None,
        _ => Some(raised_digit(c).or(lowered_digit(c)).unwrap_or(c)),
    });
    Cow::Owned(spelled.collect())
}

/// The word with umlauts and similar letters spelled out, as on keyboards without them; `None` if it has none.
///
/// The reverse is never done: "neue" and "Israel" are not read as "neü" and "Isräl".
pub fn spelled_out(word: &str) -> Option<String> {
    if is_plain(word) {
        return None;
    }
    let mut any = false;
    let mut spelled = String::with_capacity(word.len() + 4);
    for c in word.nfc() {
        let pair = match c {
            'ä' => "ae",
            'ö' | 'ø' => "oe",
            'ü' => "ue",
            'å' => "aa",
            'Ä' => "Ae",
            'Ö' | 'Ø' => "Oe",
            'Ü' => "Ue",
            'Å' => "Aa",
            _ => {
                spelled.push(c);
                continue;
            }
        };
        any = true;
        spelled.push_str(pair);
    }
    any.then_some(spelled)
}

/// Whether a word certainly has no other spelling, judged by its bytes.
fn is_plain(word: &str) -> bool {
    let mut lead = 0;
    for byte in word.bytes() {
        let other = matches!(
            (lead, byte),
            (_, b'.' | b',' | 0xE2)
                // ä ö ü ø å in both cases
                | (0xC3, 0x84 | 0x85 | 0x96 | 0x98 | 0x9C | 0xA4 | 0xA5 | 0xB6 | 0xB8 | 0xBC)
                // ² ³ · ¹, Ŀ, ŀ, the marks of ü and å, the Arabic separator of thousands
                | (0xC2, 0xB2 | 0xB3 | 0xB7 | 0xB9) | (0xC4, 0xBF) | (0xC5, 0x80) | (0xCC, 0x88 | 0x8A) | (0xD9, 0xAC)
        );
        if other {
            return false;
        }
        lead = byte;
    }
    true
}

fn is_full_stop(c: char) -> bool {
    matches!(c, '.' | '\u{2024}' | '．')
}

/// Separators between groups of a number that are words of their own.
fn is_group_separator(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' | '\'' | '’')
}

/// Whether `word` is a single letter, with or without marks.
fn is_letter(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.all(is_combining_mark)
}

/// The number without separators between groups of three digits (`1.100`, `1 100,50`); `None` if it is not grouped that
/// way. Decimals (`1,5`), dates and numeric addresses are left alone.
fn ungrouped(word: &str) -> Option<String> {
    let length = leading_digits(word);
    if !(1..=3).contains(&length) || word.starts_with('0') {
        return None;
    }
    let (first, mut rest) = word.split_at(length);
    let separator = rest.chars().next().filter(|c| matches!(c, '.' | ',') || is_group_separator(*c))?;
    let mut number = first.to_owned();
    while let Some(group) = rest.strip_prefix(separator).filter(|group| leading_digits(group) > 0) {
        if leading_digits(group) != 3 {
            return None;
        }
        let (digits, after) = group.split_at(3);
        number.push_str(digits);
        rest = after;
    }
    number.push_str(rest);
    Some(number)
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Adjacent words that together form one: the letters of an acronym, the groups of a number.
#[derive(Debug, PartialEq, Eq)]
pub struct JoinedWords {
    /// The indices of the first and the last word.
    pub places: Range<usize>,
    /// Their normal spelling.
    pub text: String,
}

/// The words of `text`, with such groups as one word.
pub fn joined_words(text: &str) -> Vec<Range<usize>> {
    let all = words(text);
    let mut joiner = WordJoiner::default();
    let mut runs: Vec<JoinedWords> = all.iter().filter_map(|word| joiner.next(text, word)).collect();
    runs.extend(joiner.finish(text));
    let mut runs = runs.into_iter().peekable();
    let mut together: Vec<Range<usize>> = Vec::with_capacity(all.len());
    for (at, word) in all.into_iter().enumerate() {
        while runs.next_if(|run| run.places.end < at).is_some() {}
        match (runs.peek(), together.last_mut()) {
            (Some(run), Some(last)) if run.places.start < at => last.end = word.end,
            _ => together.push(word),
        }
    }
    together
}

/// Finds [`JoinedWords`] among the words of a text, given in order.
#[derive(Debug, Default)]
pub struct WordJoiner {
    /// How many words were given.
    count: usize,
    run: Option<Run>,
}

#[derive(Debug)]
struct Run {
    is_number: bool,
    /// The index of its first word.
    first: usize,
    length: usize,
    bytes: Range<usize>,
    /// Whether the last group had decimals, which end the number.
    is_complete: bool,
}

impl WordJoiner {
    /// Takes the next word of `text`; returns the run that it ends.
    pub fn next(&mut self, text: &str, word: &Range<usize>) -> Option<JoinedWords> {
        let place = self.count;
        self.count += 1;
        if self.run.is_none() && !may_begin(text, word) {
            return None;
        }
        let spelled = text.get(word.clone())?;
        if let Some(run) = &mut self.run
            && run.takes(text, word, spelled)
        {
            run.length += 1;
            run.bytes.end = word.end;
            run.is_complete = spelled.len() > 3;
            return None;
        }
        let ended = self.run.take();
        let is_number =
            matches!(spelled.len(), 1..=3) && leading_digits(spelled) == spelled.len() && !spelled.starts_with('0');
        if is_number || is_letter(spelled) {
            let bytes = word.clone();
            self.run = Some(Run { is_number, first: place, length: 1, bytes, is_complete: false });
        }
        ended.and_then(|run| run.joined(text))
    }

    /// Returns the run at the end of the text.
    pub fn finish(self, text: &str) -> Option<JoinedWords> {
        self.run.and_then(|run| run.joined(text))
    }
}

/// Whether the word is short enough to begin a run, which rules out most words cheaply.
fn may_begin(text: &str, word: &Range<usize>) -> bool {
    word.len() <= 4 && text.as_bytes().get(word.start).is_some_and(|b| word.len() == 1 || !b.is_ascii_alphabetic())
}

impl Run {
    /// Whether `word` with this spelling continues the run.
    fn takes(&self, text: &str, word: &Range<usize>, spelled: &str) -> bool {
        let mut between = text.get(self.bytes.end..word.start).unwrap_or_default().chars();
        let (Some(separator), None) = (between.next(), between.next()) else { return false };
        if !self.is_number {
            return is_full_stop(separator) && is_letter(spelled);
        }
        let before = text.get(self.bytes.clone()).and_then(|number| number.chars().find(|c| !c.is_ascii_digit()));
        let decimals = spelled.get(3..);
        is_group_separator(separator)
            && !self.is_complete
            && before.is_none_or(|before| before == separator)
            && leading_digits(spelled) == 3
            && decimals.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ',']))
    }

    fn joined(self, text: &str) -> Option<JoinedWords> {
        let spelled = text.get(self.bytes.clone()).filter(|_| self.length > 1)?;
        if !self.is_number && self.length > MAX_LETTERS {
            return None;
        }
        let text = normal_spelling(spelled).into_owned();
        Some(JoinedWords { places: self.first..self.first + self.length - 1, text })
    }
}

#[cfg(test)]
mod tests {
    use super::{WordJoiner, joined_words, normal_spelling, other_spellings, spelled_out};
    use crate::text::words::words;

    #[test]
    fn equivalent_spellings_have_one_normal_form() {
        for (spellings, normal) in [
            ("CO2 CO₂", "CO2"),
            ("m² m2", "m2"),
            ("PM2.5 PM₂.₅", "PM2.5"),
            ("O.N.U ONU", "ONU"),
            ("Р.Ф РФ", "РФ"),
            ("col·lecció coŀlecció col‧lecció", "collecció"),
            ("1100 1.100 1,100 1'100 1’100 1\u{a0}100 1\u{202f}100 1\u{2009}100", "1100"),
            ("12345678 12.345.678 12'345'678", "12345678"),
            ("1.100ste 1100ste", "1100ste"),
            ("1.100,50 1\u{a0}100,50", "1100,50"),
        ] {
            for spelling in spellings.split(' ') {
                assert_eq!(normal_spelling(spelling), normal, "{spelling}");
            }
        }
        assert_eq!(normal_spelling("1 100"), "1100");
        for stays in [
            "1,5",
            "3.14159",
            "0.125",
            "12.05.2024",
            "1.100.50",
            "2024.100",
            "192.168.1.20",
            "J.Rajavi",
            "neue",
            "x.yz",
        ] {
            assert_eq!(normal_spelling(stays), stays);
        }
    }

    #[test]
    fn umlauts_are_spelled_out_but_never_inferred() {
        for (word, spelled) in [
            ("Müller", Some("Mueller")),
            ("Mu\u{308}ller", Some("Mueller")),
            ("Klimaänderung", Some("Klimaaenderung")),
            ("Ørsted", Some("Oersted")),
            ("Ålesund", Some("Aalesund")),
            ("ÜBER", Some("UeBER")),
            ("neue", None),
            ("Exécution", None),
            ("België", None),
        ] {
            assert_eq!(spelled_out(word).as_deref(), spelled, "{word}");
        }
    }

    #[test]
    fn a_word_of_a_text_has_its_other_spellings() {
        for (word, expected) in [
            ("iran", ""),
            ("Exécution", ""),
            ("2024", ""),
            ("CO₂", "CO2"),
            ("m²", "m2|m"),
            ("Iran¹", "Iran1|Iran"),
            ("1.100", "1100"),
            ("1,5", ""),
            ("Größe", "(Groeße)"),
            ("Göteborg²", "Göteborg2|Göteborg|(Goeteborg2)"),
        ] {
            let shown = |other: &super::OtherSpelling| {
                if other.is_exact { other.text.clone() } else { format!("({})", other.text) }
            };
            let found: Vec<String> = other_spellings(word).iter().map(shown).collect();
            assert_eq!(found.join("|"), expected, "{word}");
        }
    }

    #[test]
    fn an_acronym_of_a_query_is_one_word() {
        for (text, expected) in [
            ("O.N.U.", "O.N.U"),
            ("J.R.R. Tolkien", "J.R.R|Tolkien"),
            ("1 100 et 2 000 U.S. morts", "1 100|et|2 000|U.S|morts"),
            ("J. R. Tolkien", "J|R|Tolkien"),
        ] {
            let found: Vec<&str> = joined_words(text).into_iter().filter_map(|word| text.get(word)).collect();
            assert_eq!(found.join("|"), expected);
        }
    }

    #[test]
    fn acronyms_and_grouped_digits_form_one_word() {
        for (text, expected) in [
            ("l'O.N.U. a dit", "1-3 ONU"),
            ("the U.S.A.", "1-3 USA"),
            ("la S.N.C.B", "1-4 SNCB"),
            ("M. Rajavi, J.-P. Sartre, J.Rajavi", ""),
            ("o n u et O. N. U.", ""),
            ("oui.Non", ""),
            ("1 100 morts", "0-1 1100"),
            ("12\u{202f}345\u{202f}678,5 euros", "0-2 12345678,5"),
            ("1'100 et 2 000", "0-1 1100|3-4 2000"),
            ("en 2024 300 morts", ""),
            ("02 123 45 67", ""),
            ("1 100  200, 300", "0-1 1100"),
            ("1\n100", ""),
            ("a.b.c.d.e.f.g.h.i.j.k.l.m", ""),
        ] {
            let mut joiner = WordJoiner::default();
            let mut found: Vec<_> = words(text).iter().filter_map(|word| joiner.next(text, word)).collect();
            found.extend(joiner.finish(text));
            let shown: Vec<String> =
                found.iter().map(|j| format!("{}-{} {}", j.places.start, j.places.end, j.text)).collect();
            assert_eq!(shown.join("|"), expected, "{text}");
        }
    }
}
