//! Splits a query into tokens with their positions.

use std::ops::Range;

use super::ast::{Field, How, Term};
use super::error::QueryError;
use super::misspelt::{foreign, misspelt};
use crate::text::fold::{exact, is_invisible};
use crate::text::spelling::joined_words;
use crate::text::words::words;

/// A longer phrase is not a quotation.
const MAX_PHRASE: usize = 100;
const MAX_DISTANCE: u32 = 100_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    /// `-` directly before the operand that it excludes.
    Minus,
    Near {
        ordered: bool,
        distance: u32,
    },
    AtLeast(u32),
    Field(Field),
    Term(Term),
}

/// Whether a character is a double quote of any kind, opening or closing.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '‹' | '›' | '＂' | '〝' | '〞' | '〟' | '″')
}

/// Whether an unquoted `word` would be taken for an operator, or for a misspelt one.
pub(super) fn reads_as_operator(word: &str) -> bool {
    matches!(word, "AND" | "OR" | "NOT")
        || ["NEAR", "ONEAR", "ATLEAST"]
            .iter()
            .any(|name| word.strip_prefix(name).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit())))
        || misspelt(word, "", 0..0).is_some()
}

/// Splits `text` into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, QueryError> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    while let Some(c) = lexer.peek() {
        lexer.token(c)?;
    }
    lexer.check_distances()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<(Token, Range<usize>)>,
}

impl<'a> Lexer<'a> {
    /// Reports `NEAR 5` written for `NEAR/5`: a bare number between the operator and a word.
    fn check_distances(&self) -> Result<(), QueryError> {
        for window in self.tokens.windows(4) {
            let [(Token::Near { .. }, near), (Token::Open, open), (Token::Term(_), number), (Token::Close, _)] = window
            else {
                continue;
            };
            let (Some(name), Some(digits)) = (self.text.get(near.clone()), self.text.get(number.clone())) else {
                continue;
            };
            if near.end == open.start && digits.chars().all(|c| c.is_ascii_digit()) {
                return Err(QueryError::new(near.start..number.end, format!("expected {name}/ and a number"))
                    .hint(format!("write {name}/{digits}")));
            }
        }
        for window in self.tokens.windows(3) {
            let [(Token::Near { .. }, near), (Token::Term(_), number), (next, _)] = window else { continue };
            let (Some(name), Some(digits)) = (self.text.get(near.clone()), self.text.get(number.clone())) else {
                continue;
            };
            let follows = matches!(next, Token::Term(_) | Token::Open | Token::Field(_));
            if follows && name.ends_with("NEAR") && digits.chars().all(|c| c.is_ascii_digit()) {
                return Err(QueryError::new(near.start..number.end, format!("expected {name}/ and a number"))
                    .hint(format!("write {name}/{digits}; for the number itself, quote it: \"{digits}\"")));
            }
        }
        Ok(())
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, token: Token, from: usize) {
        self.tokens.push((token, from..self.at));
    }

    fn token(&mut self, c: char) -> Result<(), QueryError> {
        let from = self.at;
        match c {
            _ if c.is_whitespace() || c.is_control() || is_invisible(c) => self.at += c.len_utf8(),
            '(' | ')' => {
                self.at += 1;
                self.push(if c == '(' { Token::Open } else { Token::Close }, from);
            }
            '-' => self.minus()?,
            '–' | '—' | '−' if self.rest().chars().nth(1).is_some_and(starts_term) => {
                self.at += c.len_utf8();
                return Err(QueryError::new(from..self.at, "expected a word, found a dash")
                    .hint("to exclude what follows, write `-` or NOT; for the dash itself, leave it out"));
            }
            '=' | '~' => {
                self.at += 1;
                let how = if c == '=' { How::Exact } else { How::Stem };
                match self.peek() {
                    Some(next) if is_quote(next) => self.quoted(from, next, how)?,
                    Some(next) if starts_term(next) && next != '(' => self.chunk(from, how)?,
                    _ => {
                        let what = if c == '=' { "is compared exactly" } else { "is searched by its stem" };
                        return Err(QueryError::new(
                            from..self.at,
                            format!("expected right after `{c}` the word that {what}"),
                        )
                        .hint(format!("write {c}word or {c}\"a phrase\"; it works on each word, not on brackets")));
                    }
                }
            }
            _ if is_quote(c) => self.quoted(from, c, How::Folded)?,
            _ => self.chunk(from, How::Folded)?,
        }
        Ok(())
    }

    fn minus(&mut self) -> Result<(), QueryError> {
        let from = self.at;
        self.at += 1;
        match self.peek() {
            Some(next) if next != '-' && starts_term(next) => {
                self.push(Token::Minus, from);
                Ok(())
            }
            _ => Err(QueryError::new(from..self.at, "expected right after `-` what is to be excluded")
                .hint("write a -b, or a NOT b; a dash that parts words may be left out")),
        }
    }

    fn quoted(&mut self, from: usize, quote: char, how: How) -> Result<(), QueryError> {
        self.at += quote.len_utf8();
        let rest = self.rest();
        let Some(length) = rest.find(is_quote) else {
            return Err(QueryError::new(from..self.at, "this quote is not closed")
                .hint(format!("write a second {quote} after the last word of the phrase")));
        };
        let inside = rest.get(..length).unwrap_or_default();
        let start = self.at;
        self.at += length;
        self.at += self.peek().map_or(0, char::len_utf8);
        if self.rest().starts_with('*') {
            return Err(QueryError::new(self.at..self.at + 1, "expected the `*` before the closing quote")
                .hint(format!("write \"{}*\"", inside.trim())));
        }
        let lead = inside.len() - inside.trim_start().len();
        let term = term(inside.trim(), start + lead, how)
            .map_err(|error| if error.at.is_empty() { QueryError { at: from..self.at, ..error } } else { error })?;
        self.push(Token::Term(term), from);
        Ok(())
    }

    /// Tokenises a run without white space: an operator, a field, or words.
    fn chunk(&mut self, from: usize, how: How) -> Result<(), QueryError> {
        let rest = self.rest();
        let name = rest
            .find(|c: char| !(c.is_alphabetic() || c == '_'))
            .map_or(rest, |end| rest.get(..end).unwrap_or_default());
        if how == How::Folded
            && let Some(after) = rest.get(name.len()..).and_then(|after| after.strip_prefix(':'))
            && let Some(field) = field(name, from, after)?
        {
            self.at += name.len() + 1;
            self.push(Token::Field(field), from);
            return Ok(());
        }
        let end = rest
            .char_indices()
            .find(|(_, c)| c.is_whitespace() || c.is_control() || matches!(c, '(' | ')') || is_quote(*c))
            .map_or(rest.len(), |(i, _)| i);
        let chunk = rest.get(..end).unwrap_or_default();
        if how == How::Folded
            && let Some(token) = operator(chunk, from)?
        {
            self.at += chunk.len();
            self.push(token, from);
            return Ok(());
        }
        let start = self.at;
        self.at += chunk.len();
        let term = term(chunk, start, how)?;
        self.push(Token::Term(term), from);
        Ok(())
    }
}

fn starts_term(c: char) -> bool {
    c.is_alphanumeric() || is_quote(c) || matches!(c, '(' | '=' | '~' | '#' | '@' | '+' | '*')
}

/// The field called `name`; `None` if this cannot be a field (`10:30`).
fn field(name: &str, from: usize, after: &str) -> Result<Option<Field>, QueryError> {
    if name.is_empty() {
        return Ok(None);
    }
    let lower = name.to_lowercase();
    if let Some(field) = Field::ALL.into_iter().find(|field| field.name() == lower) {
        return Ok(Some(field));
    }
    let at = from..from + name.len() + 1;
    if let Some(error) = misspelt(name, after.trim_start(), at.clone()) {
        return Err(error);
    }
    let names = Field::ALL.map(|field| format!("{}:", field.name())).join(", ");
    let error = QueryError::new(at, format!("there is no field `{name}`: expected {names} or a word"));
    let meant = match lower.as_str() {
        "headline" | "head" | "heading" | "titel" | "titre" | "kop" | "intitle" | "allintitle" => Some(Field::Title),
        "body" | "content" | "tekst" | "texte" | "fulltext" | "intext" | "allintext" => Some(Field::Text),
        "lead" | "abstract" | "description" | "intro" => Some(Field::Summary),
        "by" | "byline" | "writer" | "journalist" | "auteur" => Some(Field::Author),
        "source" | "publication" | "publisher" | "media" | "medium" => Some(Field::Outlet),
        "site" | "link" | "domain" | "host" | "inurl" | "allinurl" => Some(Field::Url),
        "language" | "taal" | "langue" | "sprache" => Some(Field::Lang),
        "type" | "category" => Some(Field::Kind),
        "country" | "area" => Some(Field::Region),
        "rank" => Some(Field::Tier),
        "label" | "labels" => Some(Field::Tag),
        _ => Field::ALL.into_iter().find(|field| is_close(&lower, field.name())),
    };
    Err(match meant {
        _ if after.starts_with("//") => {
            error.hint("for an address, write url: and a word of it, or url:\"some words\"")
        }
        Some(field) => error.hint(format!("did you mean {}: ?", field.name())),
        None => error.hint(format!("for the words themselves, leave the colon out or quote them: \"{name} …\"")),
    })
}

/// Whether `a` and `b` differ by one inserted, deleted, replaced or swapped letter.
fn is_close(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same_start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let longest = a.len().max(b.len());
    let swapped = a.len() == b.len()
        && same_start + same_end + 2 == longest
        && a.get(same_start) == b.get(same_start + 1)
        && a.get(same_start + 1) == b.get(same_start);
    same_start + same_end + 1 >= longest || swapped
}

fn operator(chunk: &str, from: usize) -> Result<Option<Token>, QueryError> {
    let at = from..from + chunk.len();
    match chunk {
        "AND" => return Ok(Some(Token::And)),
        "OR" => return Ok(Some(Token::Or)),
        "NOT" => return Ok(Some(Token::Not)),
        "NEAR" => return Ok(Some(Token::Near { ordered: false, distance: 5 })),
        "ONEAR" => return Ok(Some(Token::Near { ordered: true, distance: 5 })),
        "&&" | "&" => return Err(QueryError::new(at, format!("expected a word, found `{chunk}`")).hint("write AND")),
        "||" | "|" => return Err(QueryError::new(at, format!("expected a word, found `{chunk}`")).hint("write OR")),
        _ => {}
    }
    if chunk.starts_with('!') && chunk.len() > 1 {
        return Err(QueryError::new(from..from + 1, "expected a word, found `!`")
            .hint("to exclude what follows, write `-` or NOT"));
    }
    if let Some(error) = foreign(chunk, &at) {
        return Err(error);
    }
    let upper = chunk.to_ascii_uppercase();
    let Some(name) = ["ONEAR", "NEAR", "ATLEAST"].into_iter().find(|name| upper.starts_with(name)) else {
        return Ok(None);
    };
    let after = chunk.get(name.len()..).unwrap_or_default();
    let number = after.strip_prefix('/');
    if chunk.starts_with(name)
        && let Some(number) = number
        && !number.is_empty()
        && number.chars().all(|c| c.is_ascii_digit())
    {
        let number: u32 = number.parse().unwrap_or(u32::MAX);
        if number == 0 {
            let what = if name == "ATLEAST" { "once or more" } else { "1 word apart or more: neighbours are 1 apart" };
            return Err(QueryError::new(at, format!("expected a number from 1 after {name}/"))
                .hint(format!("{name} means {what}")));
        }
        if number > MAX_DISTANCE {
            return Err(QueryError::new(at, format!("expected a number up to {MAX_DISTANCE} after {name}/")));
        }
        return Ok(Some(match name {
            "ATLEAST" => Token::AtLeast(number),
            _ => Token::Near { ordered: name == "ONEAR", distance: number },
        }));
    }
    misspelt(chunk, "", at).map_or(Ok(None), Err)
}

/// Parses the term in `text`, which starts at byte `from` of the query. An error with an empty position refers to all
/// of it.
pub(super) fn term(text: &str, from: usize, how: How) -> Result<Term, QueryError> {
    let (body, prefix) = match text.strip_suffix('*') {
        Some(body) => (body, true),
        None => (text, false),
    };
    if let Some(star) = body.find('*') {
        let at = from + star..from + star + 1;
        let leads = star == 0 || body.get(..star).is_some_and(|before| before.ends_with(char::is_whitespace));
        return Err(if leads {
            QueryError::new(at, "expected at least 2 letters before the `*`")
                .hint("a word can be cut at its end only: execut*")
        } else {
            QueryError::new(at, "the `*` can stand only at the end of a word, in a phrase of the last word")
                .hint("write execut*, or \"peine capit*\"")
        });
    }
    let ranges = joined_words(body);
    if prefix {
        let last = ranges.last().filter(|range| body.get(range.end..).is_some_and(|after| !after.contains(is_spacing)));
        let shown = last.and_then(|range| body.get(range.clone())).unwrap_or_default();
        let letters = shown.chars().filter(|c| c.is_alphanumeric()).count();
        // By Unicode's rules every character of Chinese, Japanese or Thai is a word.
        let is_sign = letters == 1 && words(&shown.repeat(2)).len() == 2;
        let at = from + body.len()..from + text.len();
        if letters < 2 && !is_sign {
            let error = QueryError::new(at, "expected at least 2 letters before the `*`");
            return Err(match shown {
                "" => error.hint("a word can be cut at its end only: execut*"),
                _ => error.hint(format!("write more of the word, or only `{shown}`")),
            });
        }
        if how == How::Stem {
            return Err(QueryError::new(at, "a stem cannot end in `*`").hint("write either ~word or wor*"));
        }
    }
    let words: Vec<String> =
        ranges.into_iter().filter_map(|range| body.get(range)).map(exact).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Err(match text.trim() {
            "" => QueryError::new(from..from, "expected words between the quotes"),
            text => QueryError::new(from..from + text.len(), format!("there is no word in `{text}`"))
                .hint("a query looks for words: letters and digits"),
        });
    }
    if words.len() > MAX_PHRASE {
        return Err(QueryError::new(from..from + text.len(), format!("a phrase can have {MAX_PHRASE} words at most"))
            .hint("quote its most telling words"));
    }
    let written = body.trim_end_matches([',', ';', '.', ':', '!', '?']).trim_start_matches(['#', '+', '@']);
    let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Term { words, how, prefix, written })
}

/// Whether `c` separates words: anything but letters, digits and marks on them.
fn is_spacing(c: char) -> bool {
    !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c) && !is_invisible(c)
}
