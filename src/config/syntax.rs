//! Repairs TOML text so that it can be parsed to its end, and collects every syntax error.
//!
//! At some errors the parser gives up on the rest of the file. These are repaired one by one, so that problems further
//! down are reported in the same run.

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use super::problem::Problem;

/// More broken lines are not repaired: each costs a parse of the whole text.
const MOST_REPAIRS: usize = 20;
/// How many errors are searched for one that can be repaired.
const MOST_TRIED: usize = 100;
/// Nobody reads more, and a hostile file could have millions.
const MOST_ERRORS: usize = 1_000;

const COLON: &str = "TOML writes `key = value`, not `key: value`";

/// A text in which every line can be parsed, with a mapping to positions in the original.
pub(super) struct Repaired {
    pub text: String,
    /// Positions in `text` and the number of bytes inserted there, in order.
    inserts: Vec<(usize, usize)>,
}

impl Repaired {
    /// The corresponding position in the original.
    pub fn origin(&self, span: &Range<usize>) -> Range<usize> {
        let place = |at: usize| {
            let before = self.inserts.iter().take_while(|(place, _)| *place < at);
            at - before.map(|(place, length)| (*length).min(at - place)).sum::<usize>()
        };
        place(span.start)..place(span.end)
    }

    fn insert(&mut self, at: usize, what: &str) {
        let Some((head, tail)) = self.text.split_at_checked(at) else { return };
        self.text = format!("{head}{what}{tail}");
        for (place, _) in &mut self.inserts {
            if *place >= at {
                *place += what.len();
            }
        }
        self.inserts.push((at, what.len()));
        self.inserts.sort_unstable();
    }

    fn blank(&mut self, line: Range<usize>) {
        if let Some(part) = self.text.get(line.clone()) {
            let blanks = " ".repeat(part.len());
            self.text.replace_range(line, &blanks);
        }
    }
}

/// Positions of problems refer to the original.
pub(super) fn repair(text: &str) -> (Repaired, Vec<Problem>) {
    let mut repaired = Repaired { text: text.to_owned(), inserts: Vec::new() };
    let mut problems = Vec::new();
    let mut repairs = 0..MOST_REPAIRS;
    let errors = loop {
        let (tree, errors) = DeTable::parse_recoverable(&repaired.text);
        let mut mends = errors.iter().take(if repairs.next().is_some() { MOST_TRIED } else { 0 });
        let Some(mend) = mends.find_map(|error| mend(error, &repaired.text, tree.get_ref())) else { break errors };
        drop(tree);
        let Mend { at, message, expected, hint, act } = mend;
        // An unclosed string swallows the `]` of its line; the missing quote is reported instead.
        let line = line_around(&repaired.text, at.start);
        let reported = errors.iter().filter(|error| open_string(error.message()));
        if !reported.filter_map(Error::span).any(|span| line.start <= span.start && span.start <= line.end) {
            problems.push(problem(repaired.origin(&at), message, Some(expected), hint));
        }
        match act {
            Act::Blank(line) => repaired.blank(line),
            Act::Insert(at, what) => repaired.insert(at, what),
        }
    };
    let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    errors.sort_by_key(|(span, _)| span.start);
    // All errors up to here are consequences of one that was reported.
    let mut reported = 0;
    // Lines may be long and have many errors.
    let mut line = 0..0;
    for (span, message) in errors.into_iter().take(MOST_ERRORS) {
        let what = without_expectation(message);
        let follows =
            matches!(what, "duplicate key" | "unexpected key or value" | "missing assignment between key-value pairs");
        if follows && span.start < reported {
            continue;
        }
        if line.is_empty() || !(line.start..=line.end).contains(&span.start) {
            line = line_around(&repaired.text, span.start);
        }
        let content = repaired.text.get(line.clone()).unwrap_or_default();
        let header = content.trim_start().starts_with('[');
        reported = line.end;
        if what == "duplicate key" && header {
            // The keys below a duplicate header.
            let below = repaired.text.get(reported..).unwrap_or_default();
            reported += below.find("\n[").unwrap_or(below.len());
        }
        // An unclosed multi-line string swallows the rest of the file; it is reported where it begins.
        let quotes = if what == "invalid multi-line basic string" { "\"\"\"" } else { "'''" };
        let opening = repaired.text.get(..span.start).and_then(|before| before.rfind(quotes));
        let span = match opening {
            Some(at) if what.starts_with("invalid multi-line") && span.start == repaired.text.len() => at..span.start,
            _ => span,
        };
        let (message, expected, hint) = explain(message, &repaired.text, content, &span);
        problems.push(problem(repaired.origin(&span), message, expected, hint));
    }
    (repaired, problems)
}

fn problem(span: Range<usize>, message: String, expected: Option<String>, hint: Option<String>) -> Problem {
    Problem { line: 0, column: 0, span, message, expected, hint }
}

struct Mend {
    at: Range<usize>,
    message: String,
    expected: String,
    hint: Option<String>,
    act: Act,
}

enum Act {
    Blank(Range<usize>),
    Insert(usize, &'static str),
}

/// The parser's message without the list of expected tokens.
fn without_expectation(message: &str) -> &str {
    message.split(", expected ").next().unwrap_or_default()
}

fn open_string(message: &str) -> bool {
    message.starts_with("invalid basic string") || message.starts_with("invalid literal string")
}

/// The errors after which the parser cannot continue.
fn mend(error: &Error, text: &str, tree: &DeTable<'_>) -> Option<Mend> {
    let span = error.span()?;
    match without_expectation(error.message()) {
        "key with no value" => {
            let line = line_around(text, span.start);
            let content = text.get(line.clone())?;
            let hint = if content.trim_start().starts_with("//") {
                Some("a comment begins with `#`".to_owned())
            } else {
                content.contains(':').then(|| COLON.to_owned())
            };
            let key = content.trim_start();
            let start = line.start + (content.len() - key.len());
            let first = key.chars().next().map_or(0, char::len_utf8);
            Some(Mend {
                at: start..span.start.max(start + first),
                message: "this line is neither a [table] nor `key = value`".to_owned(),
                expected: "expected `=` and a value after the key".to_owned(),
                hint,
                act: Act::Blank(line),
            })
        }
        "unclosed table" | "unclosed array table" => {
            let double = error.message().starts_with("unclosed array table");
            let line = line_around(text, span.start);
            let content = text.get(line.start..span.start)?;
            let closing = if !double || content.trim_end().ends_with(']') { "]" } else { "]]" };
            Some(Mend {
                at: span.clone(),
                message: "the header of this table is not closed".to_owned(),
                expected: format!("expected `{closing}`"),
                hint: None,
                act: Act::Insert(span.start, closing),
            })
        }
        "unexpected `=` in array" => {
            let opening = open_array(tree, span.start)?;
            let mut line = line_around(text, span.start);
            // A header above the key was swallowed as well.
            let above = line_around(text, line.start.checked_sub(1)?);
            if above.start > opening.start && text.get(above.clone())?.trim_start().starts_with('[') {
                line = above;
            }
            if line.start <= opening.start {
                return None;
            }
            Some(Mend {
                at: opening.start..opening.start + 1,
                message: "this array is not closed".to_owned(),
                expected: "expected `]` after its last value".to_owned(),
                hint: None,
                act: Act::Insert(line.start, "]\n"),
            })
        }
        _ => None,
    }
}

/// The line without its line break.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let (head, tail) = text.split_at_checked(at).unwrap_or((text, ""));
    let start = head.rfind('\n').map_or(0, |end| end + 1);
    let rest = tail.find('\n').and_then(|end| tail.get(..end)).unwrap_or(tail);
    let end = at + rest.strip_suffix('\r').unwrap_or(rest).len();
    start..end.max(start)
}

/// The outermost `[…]` value around a position.
fn open_array(table: &DeTable<'_>, at: usize) -> Option<Range<usize>> {
    table.iter().find_map(|(key, value)| match value.get_ref() {
        DeValue::Array(array) => {
            let span = value.span();
            // The span of an array of tables begins before its key's, at the header.
            if span.start < key.span().start {
                return array.iter().find_map(|entry| entry.get_ref().as_table().and_then(|t| open_array(t, at)));
            }
            (span.contains(&at) || span.end == at).then_some(span)
        }
        DeValue::Table(table) => open_array(table, at),
        _ => None,
    })
}

/// All that stands behind the `=` of a line, without a comment; `None` for arrays, tables and what is long.
fn whole_value(line: &str) -> Option<&str> {
    let value = line.split_once('=')?.1;
    // Within quotes `#` is no comment.
    let comment = value.match_indices(" #").find(|(at, _)| quotes_before(value, *at).is_multiple_of(2));
    let value = comment.map_or(value, |(at, _)| value.get(..at).unwrap_or_default()).trim();
    let is_one = !value.is_empty() && value.len() <= 200 && !value.starts_with(['[', '{', '\'']);
    is_one.then_some(value)
}

fn quotes_before(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('"').count()
}

/// How a line is written with quotes around its whole value: single ones, within which double quotes are free, if it has some.
fn in_quotes(line: &str, value: &str) -> String {
    let key = line.split('=').next().unwrap_or_default().trim();
    // `""a b" OR c"`: the outer quotes were meant to be those of the string.
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inner| !inner.contains('"') || inner.starts_with('"') && inner.matches('"').count().is_multiple_of(2));
    let value = inner.unwrap_or(value);
    let shown = super::problem::visible(value);
    if !value.contains(['"', '\\']) {
        return format!("write {key} = \"{shown}\"");
    }
    let quotes = if value.contains('\'') { "'''" } else { "'" };
    format!("write {key} = {quotes}{shown}{quotes}: within single quotes, double quotes are free for phrases")
}

/// The parser's words → ours, for an error on a line: message, what is expected, hint.
fn explain(parser: &str, text: &str, line: &str, span: &Range<usize>) -> (String, Option<String>, Option<String>) {
    let what = without_expectation(parser);
    let expected = parser.strip_prefix(what).and_then(|rest| rest.strip_prefix(", expected "));
    let place = text.get(span.clone()).unwrap_or_default();
    let own = |message: &str, expected: &str, hint: Option<&str>| {
        (message.to_owned(), Some(expected.to_owned()), hint.map(str::to_owned))
    };
    match what {
        "duplicate key" => {
            let key = super::problem::shown(place);
            let header = line.trim_start().starts_with('[');
            let hint = header.then(|| format!("when another one was meant, write [[{key}]]"));
            let hint = hint.filter(|_| matches!(place, "source" | "watch"));
            let message = if header {
                format!("the table `{key}` stands here again")
            } else {
                format!("`{key}` stands here twice in one table")
            };
            (message, Some("expected it once".to_owned()), hint)
        }
        "string values must be quoted" if place.starts_with(['“', '”', '„', '‘', '’', '«']) => {
            let straight = |c| if "“”„«»".contains(c) { '"' } else { c };
            let value = whole_value(line).map(|value| value.chars().map(straight).collect::<String>());
            let hint = value.map(|value| in_quotes(line, &value));
            own("typographic quotes do not make a string", "expected \"…\" or '…'", hint.as_deref())
        }
        "string values must be quoted" if place.trim().is_empty() => {
            own("the value is missing", "expected a value after `=`", None)
        }
        "string values must be quoted" => {
            let hint = whole_value(line).map(|value| in_quotes(line, value));
            own("this is not a value", "expected quotes around a text: \"…\"", hint.as_deref())
        }
        "missing escaped value" | "invalid escape sequence" => own(
            "`\\` begins an escape in \"…\", and this one does not exist",
            "expected \\\\, \\\", \\n, \\t or \\u0000",
            Some("write it in single quotes, '…', as is best for regular expressions: there `\\` is only itself"),
        ),
        "unexpected key or value" => {
            let quote = line.matches('\'').nth(2).is_some();
            let hint = "a text that holds an apostrophe is written in \"…\" or in \'\'\'…\'\'\'";
            let whole = whole_value(line).filter(|value| value.starts_with('"'));
            let hint = whole.map(|value| in_quotes(line, value)).or(quote.then(|| hint.to_owned()));
            own("something follows the value", "expected the end of the line", hint.as_deref())
        }
        "extra `=`" => own("there are two `=`", "expected one", None),
        "invalid unquoted key"
            if place.starts_with(':') || text.get(span.start..).is_some_and(|t| t.starts_with(':')) =>
        {
            own("a `:` stands where `=` belongs", "expected `=`", Some(COLON))
        }
        "invalid boolean" => {
            own("this is not a value", "expected true or false, in small letters, or a text in quotes", None)
        }
        "invalid basic string" => own("this string is not closed", "expected `\"`", None),
        "invalid multi-line basic string" => own("this string is not closed", "expected `\"\"\"` at its end", None),
        "invalid multi-line literal string" => own("this string is not closed", "expected `'''` at its end", None),
        "invalid literal string" if expected.is_some_and(|e| e.contains('\'')) => {
            own("this string is not closed", "expected `'`", None)
        }
        _ => (what.to_owned(), expected.map(|expected| format!("expected {expected}")), None),
    }
}
