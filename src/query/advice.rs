//! Advice on valid queries that may not mean what their author intended, such as operators of other tools and
//! languages.

use std::ops::Range;

use super::ast::How;
use super::lexer::{Token, is_quote, tokens};
use crate::lexicon::LANGUAGES;

/// Nobody would read more notes on one query.
const MAX_NOTES: usize = 8;
/// How much of a query a note quotes, in characters.
const MAX_QUOTED: usize = 60;

/// Notes on a query.
pub(super) fn notes_on_query(text: &str) -> Vec<String> {
    let tokens = tokens(text).unwrap_or_default();
    let mut notes = Notes::default();
    for at in 0..tokens.len() {
        if let Some(note) = note_on_token(text, &tokens, at) {
            notes.add(note);
        }
    }
    let singles = |c: char| matches!(c, '\'' | '‘' | '’' | '‚' | '`');
    let mut words = text.split_whitespace();
    if words.any(|word| word.starts_with(singles)) && words.any(|word| word.ends_with(singles)) {
        notes.add("single quotes are apostrophes: a phrase stands in double quotes".to_owned());
    }
    notes.0
}

/// Notes on keywords: each is a word or a phrase without operators.
pub(super) fn notes_on_keywords(keywords: &[String]) -> Vec<String> {
    let mut notes = Notes::default();
    for keyword in keywords {
        let words: Vec<&str> = keyword.split_whitespace().collect();
        let inner = words.get(1..words.len().saturating_sub(1)).unwrap_or_default();
        let operator = inner.iter().find(|word| operator_of_keyword(word).is_some());
        let shown = quoted(keyword);
        if let Some((operator, word)) = operator.and_then(|word| Some((operator_of_keyword(word)?, word))) {
            notes.add(match operator {
                "OR" => format!(
                    "`{word}` in the keyword {shown} is a word of the phrase: write two keywords, or a `query` with OR"
                ),
                _ => {
                    format!("`{word}` in the keyword {shown} is a word of the phrase: write a `query` with {operator}")
                }
            });
        } else if parts_words(keyword.trim_end(), ',') || parts_words(keyword.trim_end(), ';') {
            notes.add(format!(
                "the keyword {shown} is one phrase: what its comma parts stands in keywords of their own"
            ));
        } else if let Some(note) = note_on_signs(keyword) {
            notes.add(note);
        }
    }
    notes.0
}

#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    fn add(&mut self, note: String) {
        if self.0.len() < MAX_NOTES && !self.0.contains(&note) {
            self.0.push(note);
        }
    }
}

fn note_on_token(text: &str, tokens: &[(Token, Range<usize>)], at: usize) -> Option<String> {
    let (token, range) = tokens.get(at)?;
    let Token::Term(term) = token else { return None };
    let word = text.get(range.clone())?;
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let after = tokens.get(at + 1);
    if matches!(word, "and" | "or" | "not" | "near" | "And" | "Or" | "Not") {
        return Some(format!("`{word}` is looked for as a word: the operator is {}", word.to_uppercase()));
    }
    let is_between = matches!(before, Some((Token::Term(_) | Token::Close, _)))
        && matches!(after, Some((Token::Term(_) | Token::Open | Token::Field(_) | Token::AtLeast(_), _)));
    if is_between && let Some(operator) = foreign_operator(word) {
        return Some(format!("`{word}` is looked for as a word: the operator is {operator}"));
    }
    if term.how == How::Stem
        && let Some((Token::Term(phrase), place)) = before
        && place.end == range.start
        && text.get(place.clone()).is_some_and(|phrase| phrase.ends_with(is_quote))
        && let Some(distance) = word.strip_prefix('~').filter(|rest| is_number(rest))
    {
        let [first, .., last] = phrase.words.as_slice() else { return None };
        let example = quoted(&format!("{first} NEAR/{distance} {last}"));
        return Some(format!(
            "`{word}` behind a phrase is looked for as a word: for words near one another write {example}"
        ));
    }
    if word == "AROUND"
        && let Some(([(Token::Open, _), (Token::Term(_), number), ..], true)) =
            tokens.get(at + 1..).map(|rest| (rest, is_between))
        && let Some(distance) = text.get(number.clone()).filter(|number| is_number(number))
    {
        return Some(format!("`AROUND` is looked for as a word: write NEAR/{distance}"));
    }
    if let (true, Some((Token::Term(_), next))) = (is_group(word, 1..=3), after)
        && let Some(group) = text.get(next.clone()).filter(|group| is_group(group, 3..=3))
    {
        return Some(format!("`{word} {group}` is looked for as two words: for the number write {word}{group}"));
    }
    if word.starts_with(is_quote) {
        return None;
    }
    if parts_words(word, ',') || parts_words(word, ';') || (word.ends_with([',', ';']) && after.is_some()) {
        return Some(
            "a comma is no operator: words beside one another must all be there; for any of them write OR".to_owned(),
        );
    }
    note_on_signs(word)
}

/// A note on a character in `word` that is an operator in other tools.
fn note_on_signs(word: &str) -> Option<String> {
    let shown = quoted(word);
    let number_behind = |sign: char| {
        word.rsplit_once(sign).is_some_and(|(word, number)| {
            word.ends_with(|c: char| c.is_alphanumeric() || is_quote(c)) && (number.is_empty() || is_number(number))
        })
    };
    if parts_words(word, '?') {
        return Some(format!(
            "`?` in {shown} stands for no letter: list the spellings with OR, or cut the word at its end with `*`"
        ));
    }
    if parts_words(word, '|') {
        return Some(format!("`|` in {shown} is no operator, so that the words must follow one another: write OR"));
    }
    if number_behind('^') {
        return Some(format!("`^` in {shown} is no operator: words have no weights here; leave it out"));
    }
    if number_behind('~') {
        return Some(format!(
            "`~` in {shown} is no operator behind a word: for the forms of a word write ~word, else list the spellings with OR"
        ));
    }
    if word.len() > 2 && word.ends_with(['!', '$']) && word.chars().filter(|c| !c.is_alphanumeric()).count() == 1 {
        let start = word.trim_end_matches(['!', '$']);
        return Some(format!(
            "the sign at the end of {shown} stands for no letter: for every word that begins so write `{start}*`"
        ));
    }
    match word.chars().next() {
        Some('+') => {
            Some(format!("`+` in {shown} is no operator: words beside one another must all be there; leave it out"))
        }
        Some('#') => Some(format!("`#` in {shown} is not looked for: the word is found with and without it")),
        _ => None,
    }
}

/// The operator that `word`, in capitals, is in another language or tool.
fn foreign_operator(word: &str) -> Option<&'static str> {
    if word.chars().any(|c| !c.is_uppercase()) {
        return None;
    }
    let lower = word.to_lowercase();
    LANGUAGES.iter().map(|language| &language.operators).find_map(|operators| {
        let lists =
            [(&operators.and, "AND"), (&operators.or, "OR"), (&operators.not, "NOT"), (&operators.near, "NEAR/5")];
        lists.into_iter().find(|(list, _)| list.contains(&lower.as_str())).map(|(_, operator)| operator)
    })
}

/// The operator that a keyword's `word` would be in a query.
fn operator_of_keyword(word: &str) -> Option<&'static str> {
    let own = ["AND", "OR", "NOT", "NEAR", "ONEAR", "ATLEAST"];
    let name = word.split_once('/').filter(|(_, number)| is_number(number)).map_or(word, |(name, _)| name);
    own.into_iter().find(|operator| *operator == name).or_else(|| foreign_operator(word))
}

/// Whether `sign` separates two words, rather than the digits of a number.
fn parts_words(text: &str, sign: char) -> bool {
    let side = |part: &str, last: bool| {
        let part = part.trim();
        if last { part.chars().next_back() } else { part.chars().next() }
    };
    text.match_indices(sign).any(|(at, found)| {
        let before = text.get(..at).and_then(|part| side(part, true));
        let after = text.get(at + found.len()..).and_then(|part| side(part, false));
        let both = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
        both(char::is_alphanumeric) && !both(char::is_numeric)
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_group(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    is_number(text) && length.contains(&text.len()) && !(text.starts_with('0') && text.len() < 3)
}

/// A quotation from a query, shortened if long.
fn quoted(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail so")]

    use super::{notes_on_keywords, notes_on_query};
    use crate::query::Query;

    #[test]
    fn operators_of_other_tools_and_languages_get_a_note() {
        for (query, note) in [
            ("grève OU staking", "the operator is OR"),
            ("grève ET bus", "the operator is AND"),
            ("grève SAUF bus", "the operator is NOT"),
            ("staking OF grève", "the operator is OR"),
            ("staking EN bus", "the operator is AND"),
            ("staking NIET (bus OR tram)", "the operator is NOT"),
            ("Streik ODER Ausstand", "the operator is OR"),
            ("Streik UND title:Bahn", "the operator is AND"),
            ("(Streik) NICHT Bahn", "the operator is NOT"),
            ("забастовка ИЛИ пикет", "the operator is OR"),
            ("grève PRÈS bus", "the operator is NEAR/5"),
            ("grève ANDNOT bus", "the operator is NOT"),
            ("\"brug tunnel\"~5", "write `brug NEAR/5 tunnel`"),
            ("brug AROUND(7) tunnel", "write NEAR/7"),
            ("brug^2", "no weights"),
            ("klimat~", "list the spellings"),
            ("klimat~2", "list the spellings"),
            ("kl?ma", "stands for no letter"),
            ("brug, tunnel", "write OR"),
            ("brug,tunnel", "write OR"),
            ("brug; tunnel", "write OR"),
            ("brug|tunnel", "write OR"),
            ("+brug +tunnel", "leave it out"),
            ("#brug", "with and without it"),
            ("execut!", "write `execut*`"),
            ("1 100 doden", "write 1100"),
        ] {
            Query::parse(query).unwrap();
            let notes = notes_on_query(query);
            assert!(notes.iter().any(|found| found.contains(note)), "{query}: {notes:?}");
        }
    }

    #[test]
    fn other_queries_get_no_note() {
        for query in [
            "ONU AND \"l'État OU rien\"",
            "OF",
            "EN staking",
            "iran NOT sport",
            "a AND NOT b",
            "R&D OR AT&T",
            "\"C'est qui ?\" OR \"Who, me\"",
            "1,5 OR 1.100 OR 10:30",
            "~exécution NEAR/5 =IRGC",
            "Kolleg* Sint-Jans-Molenbeek",
            "2024 100",
        ] {
            Query::parse(query).unwrap();
            assert_eq!(notes_on_query(query), [""; 0], "{query}");
        }
    }

    #[test]
    fn a_keyword_has_no_operators() {
        let notes = |keyword: &str| notes_on_keywords(&[keyword.to_owned()]).join("|");
        for (keyword, note) in [
            ("grève OR staking", "write two keywords, or a `query` with OR"),
            ("grève OU staking", "write two keywords"),
            ("grève AND bus", "a `query` with AND"),
            ("brug NEAR/5 tunnel", "a `query` with NEAR"),
            ("brug, tunnel", "keywords of their own"),
            ("kl?ma", "stands for no letter"),
        ] {
            assert!(notes(keyword).contains(note), "{keyword}: {}", notes(keyword));
        }
        for keyword in ["Rajavi", "AND", "Toomaj Salehi", "pend*", "OR noir", "1,5 million", "J.R.R. Tolkien"] {
            assert_eq!(notes(keyword), "", "{keyword}");
        }
        let many: Vec<String> = (0..100).map(|n| format!("a{n}, b")).collect();
        assert_eq!(notes_on_keywords(&many).len(), 8);
    }
}
