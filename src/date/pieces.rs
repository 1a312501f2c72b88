//! Splits a line into pieces: numbers in any script, words, signs.

use std::ops::Range;

use jiff::tz::TimeZone;

use crate::text::fold::fold;

/// How a page writes its dates.
#[derive(Debug, Clone, Copy)]
pub struct Habits<'a> {
    /// Applies to dates without a zone.
    pub zone: &'a TimeZone,
    /// ISO 639-1, "" when unknown.
    pub language: &'a str,
    /// Whether `5/4/2024` is the fourth of May.
    pub month_first: bool,
}

#[derive(Debug)]
/// A piece.
pub enum Piece {
    /// Digits of any script.
    Number { value: i64, digits: usize },
    /// Letters, folded.
    Word(String),
    /// Any other character.
    Sign(char),
}

/// The pieces of a line, without blanks.
pub struct Pieces<'a> {
    /// Each with its byte range.
    pub list: Vec<(Piece, Range<usize>)>,
    /// How the page writes its dates.
    pub habits: &'a Habits<'a>,
}

/// The value of a digit in any script used by the press.
fn digit(c: char) -> Option<u32> {
    let nought = match c {
        '0'..='9' => '0',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        '০'..='৯' => '০',
        '๐'..='๙' => '๐',
        '０'..='９' => '０',
        _ => return None,
    };
    Some(u32::from(c) - u32::from(nought))
}

/// Han characters and Korean units are pieces of their own, because they are written without blanks.
fn is_own_piece(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '년' | '월' | '일')
}

/// The folded word; empty if it is longer than any name of a month.
fn lower(word: &str) -> String {
    match word.len() {
        60.. => String::new(),
        _ if word.is_ascii() => word.to_ascii_lowercase(),
        _ => fold(word),
    }
}

/// Splits a line.
pub fn pieces(text: &str) -> Vec<(Piece, Range<usize>)> {
    let mut list = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((from, c)) = chars.next() {
        let mut to = from + c.len_utf8();
        if let Some(first) = digit(c) {
            let (mut value, mut digits) = (i64::from(first), 1);
            while let Some((at, next)) = chars.next_if(|(_, c)| digit(*c).is_some()) {
                to = at + next.len_utf8();
                digits += 1;
                value = value.saturating_mul(10).saturating_add(i64::from(digit(next).unwrap_or(0)));
            }
            list.push((Piece::Number { value, digits }, from..to));
        } else if is_own_piece(c) {
            list.push((Piece::Word(c.to_string()), from..to));
        } else if c.is_alphabetic() {
            let inside = |c: char| {
                (c.is_alphabetic() && !is_own_piece(c))
                    || unicode_normalization::char::is_combining_mark(c)
                    || c == '\u{200c}'
            };
            while let Some((at, next)) = chars.next_if(|(_, c)| inside(*c)) {
                to = at + next.len_utf8();
            }
            let word = text.get(from..to).unwrap_or("");
            list.push((Piece::Word(lower(word)), from..to));
        } else if !c.is_whitespace()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            list.push((Piece::Sign(c), from..to));
        }
    }
    list
}

impl Pieces<'_> {
    /// A number, and how many digits it has.
    pub fn number(&self, at: usize) -> Option<(i64, usize)> {
        match self.list.get(at)?.0 {
            Piece::Number { value, digits } => Some((value, digits)),
            _ => None,
        }
    }

    /// A number of one or two digits.
    pub fn short(&self, at: usize) -> Option<i64> {
        self.number(at).filter(|(_, digits)| *digits <= 2).map(|(value, _)| value)
    }

    /// A number of four digits that may be a year in some calendar.
    pub fn year(&self, at: usize) -> Option<i64> {
        self.number(at).filter(|(value, digits)| *digits == 4 && (1250..2700).contains(value)).map(|(value, _)| value)
    }

    /// A word, folded.
    pub fn word(&self, at: usize) -> Option<&str> {
        match &self.list.get(at)?.0 {
            Piece::Word(word) => Some(word),
            _ => None,
        }
    }

    /// A sign.
    pub fn sign(&self, at: usize) -> Option<char> {
        match self.list.get(at)?.0 {
            Piece::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    /// Whether the piece is one of these words.
    pub fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.word(at).is_some_and(|word| words.contains(&word))
    }

    /// Whether nothing separates a piece from the next.
    pub fn touches(&self, at: usize) -> bool {
        let end = |at: usize| self.list.get(at).map(|(_, range)| range.end);
        at > 0 && end(at - 1) == self.list.get(at).map(|(_, range)| range.start)
    }

    pub fn range(&self, from: usize, to: usize) -> Range<usize> {
        let start = self.list.get(from).map_or(0, |(_, range)| range.start);
        let end = to.checked_sub(1).and_then(|last| self.list.get(last)).map_or(start, |(_, range)| range.end);
        start..end.max(start)
    }
}
