//! Splits a date's text into tokens, and extracts the time of day.

use crate::text::fold::fold;

/// A token of a date.
#[derive(Debug, Clone, PartialEq)]
pub enum DateToken {
    /// Digits; leading zeros count in `digits`.
    Number { value: i64, digits: usize },
    /// Letters in lower case, without accents.
    Word(String),
    /// Any other character.
    Sign(char),
    /// White space.
    Blank,
    /// Removed.
    Gone,
}

/// The tokens, from which time and zone are removed in turn.
#[derive(Debug)]
pub struct DateTokens {
    list: Vec<DateToken>,
    /// The index after the time of day.
    time_end: Option<usize>,
}

/// A time of day, not yet validated.
pub struct TimeOfDay {
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

/// A time that fails validation.
const IMPOSSIBLE: TimeOfDay = TimeOfDay { hour: 99, minute: 99, second: 99 };

/// Splits a text; `None` if it contains what no date contains. Text in brackets is ignored.
pub fn tokens(text: &str) -> Option<DateTokens> {
    let chars: Vec<char> = text.chars().collect();
    let letter = |i: usize| chars.get(i).is_some_and(|c| c.is_alphabetic());
    let mut list = Vec::new();
    let mut depth = 0_u32;
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        let start = i;
        i += 1;
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if c.is_whitespace() => list.push(DateToken::Blank),
            '0'..='9' => {
                while chars.get(i).is_some_and(char::is_ascii_digit) {
                    i += 1;
                }
                let digits: String = chars.get(start..i)?.iter().collect();
                if digits.len() > 14 {
                    return None;
                }
                list.push(DateToken::Number { value: digits.parse().ok()?, digits: digits.len() });
            }
            _ if c.is_alphabetic() => {
                while letter(i) || (matches!(chars.get(i), Some('/' | '_')) && letter(i + 1)) {
                    i += 1;
                }
                list.push(DateToken::Word(chars.get(start..i)?.iter().collect()));
            }
            _ => list.push(DateToken::Sign(c)),
        }
    }
    Some(DateTokens { list, time_end: None })
}

impl DateTokens {
    /// The number at an index, if it has at most `most` digits.
    pub fn number(&self, i: usize, most: usize) -> Option<(i64, usize)> {
        match self.list.get(i)? {
            DateToken::Number { value, digits } if *digits <= most => Some((*value, *digits)),
            _ => None,
        }
    }

    /// Whether this sign is at an index.
    pub fn sign(&self, i: usize, sign: char) -> bool {
        self.list.get(i) == Some(&DateToken::Sign(sign))
    }

    /// The word at an index, as written.
    pub fn word(&self, i: usize) -> Option<&str> {
        match self.list.get(i)? {
            DateToken::Word(word) => Some(word),
            _ => None,
        }
    }

    fn word_is(&self, i: usize, words: &[&str]) -> bool {
        self.word(i).is_some_and(|w| words.contains(&fold(w).as_str()))
    }

    /// The first index from `i` that is not blank.
    pub fn after_blanks(&self, mut i: usize) -> usize {
        while matches!(self.list.get(i), Some(DateToken::Blank)) {
            i += 1;
        }
        i
    }

    /// The number of tokens.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The index after the time of day, if one was found.
    pub fn time_end(&self) -> Option<usize> {
        self.time_end
    }

    /// Removes tokens.
    pub fn remove(&mut self, from: usize, to: usize) {
        for token in self.list.iter_mut().take(to).skip(from) {
            *token = DateToken::Gone;
        }
    }

    /// The remaining tokens.
    pub fn rest(self) -> impl Iterator<Item = DateToken> {
        self.list.into_iter()
    }

    /// Finds and removes the time of day.
    pub fn find_time(&mut self) -> Option<TimeOfDay> {
        let (from, to, clock) = (0..self.list.len())
            .find_map(|i| self.time_with_colons(i).map(|(to, clock)| (i, to, clock)))
            .or_else(|| (0..self.list.len()).find_map(|i| self.time_with_unit(i).map(|(to, clock)| (i, to, clock))))?;
        self.remove(from, to);
        self.time_end = Some(to);
        Some(clock)
    }

    /// `16:45`, `16:45:30`, `16:45:30.123`.
    fn time_with_colons(&self, i: usize) -> Option<(usize, TimeOfDay)> {
        let (hour, _) = self.number(i, 2)?;
        let next = |i: usize| if self.sign(i, ':') { self.number(i + 1, 2).map(|(n, _)| n) } else { None };
        let minute = next(i + 1)?;
        let Some(second) = next(i + 3) else {
            return Some((i + 3, TimeOfDay { hour, minute, second: 0 }));
        };
        if self.sign(i + 5, ':') {
            return Some((i + 6, IMPOSSIBLE));
        }
        let fraction = (self.sign(i + 5, '.') || self.sign(i + 5, ',')) && self.number(i + 6, 14).is_some();
        Some((if fraction { i + 7 } else { i + 5 }, TimeOfDay { hour, minute, second }))
    }

    /// `T1645`, `T164530`, `16.45 uur`, `16h45`, `16 h`, `4 pm`, and the time within fourteen digits.
    fn time_with_unit(&self, i: usize) -> Option<(usize, TimeOfDay)> {
        const HOUR: [&str; 7] = ["h", "u", "uur", "uhr", "heures", "heure", "hrs"];
        let whole = |hour| TimeOfDay { hour, minute: 0, second: 0 };
        let (value, digits) = self.number(i, 14)?;
        if i > 0 && self.word_is(i - 1, &["t"]) {
            match digits {
                6 => {
                    let clock = TimeOfDay { hour: value / 10_000, minute: value / 100 % 100, second: value % 100 };
                    let fraction = self.sign(i + 1, '.') && self.number(i + 2, 14).is_some();
                    return Some((if fraction { i + 3 } else { i + 1 }, clock));
                }
                4 => return Some((i + 1, TimeOfDay { hour: value / 100, minute: value % 100, second: 0 })),
                2 => return Some((i + 1, whole(value))),
                _ => return None,
            }
        }
        if digits == 14 || digits == 12 {
            let value = if digits == 12 { value * 100 } else { value };
            let clock = TimeOfDay { hour: value / 10_000 % 100, minute: value / 100 % 100, second: value % 100 };
            return Some((i + 1, clock));
        }
        if digits > 2 {
            return None;
        }
        if self.sign(i + 1, '.') && self.number(i + 2, 2).is_some_and(|(_, digits)| digits == 2) {
            let end = self.after_blanks(i + 3);
            if self.word_is(end, &HOUR) {
                let minute = self.number(i + 2, 2).map_or(0, |(n, _)| n);
                return Some((end + 1, TimeOfDay { hour: value, minute, second: 0 }));
            }
        }
        let unit = self.after_blanks(i + 1);
        if self.word_is(unit, &HOUR) {
            let after = self.after_blanks(unit + 1);
            return Some(match self.number(after, 2) {
                Some((minute, 2)) => (after + 1, TimeOfDay { hour: value, minute, second: 0 }),
                _ => (unit + 1, whole(value)),
            });
        }
        self.word_is(unit, &["am", "pm"]).then(|| (i + 1, whole(value)))
    }

    /// Finds and removes am (`false`) or pm (`true`).
    pub fn take_half_day(&mut self) -> Option<bool> {
        let (from, to, afternoon) = (0..self.list.len()).find_map(|i| match fold(self.word(i)?).as_str() {
            "am" | "오전" => Some((i, i + 1, false)),
            "pm" | "오후" => Some((i, i + 1, true)),
            half @ ("a" | "p") if self.sign(i + 1, '.') && self.word_is(i + 2, &["m"]) => Some((i, i + 3, half == "p")),
            _ => None,
        })?;
        let korean = self.word(from).is_some_and(|w| !w.is_ascii());
        if !korean {
            self.remove(from, to);
            if let Some(end) = self.time_end.as_mut() {
                *end = to.max(*end);
            }
        }
        Some(afternoon)
    }
}
