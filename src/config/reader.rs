//! Typed access to TOML tables: returns a value, or records what is wrong with it and where, and continues.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::TableKind;
use super::problem::{Flaw, Problem, shown};
use super::syntax::Repaired;
use super::{place, quantity};

/// A value with its position.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// Records the problems found while tables are read.
pub(super) struct TableReader<'a> {
    /// The text that the tables were parsed from; positions refer to it until a problem is recorded.
    repaired: &'a Repaired,
    /// Where the lines of the user's text end.
    line_ends: Vec<usize>,
    /// With positions in the user's text.
    pub problems: Vec<Problem>,
    /// What no message shows, with positions in the user's text.
    concealed: Vec<Range<usize>>,
    /// Whether the syntax is valid. Otherwise what seems to be missing may be in an unreadable part.
    sound: bool,
}

/// Nobody reads more, and a hostile file could have millions.
const MOST: usize = 1_000;

/// A table of a known kind.
pub(super) struct Table<'a> {
    pub entries: &'a DeTable<'a>,
    /// Of its header, or of the whole `{ … }`.
    pub span: Range<usize>,
    pub kind: &'static TableKind,
    /// Kind and name, for messages: `[[source]] "NAME"`.
    pub title: String,
}

/// A string with its position, including the quotes.
#[derive(Debug, Clone)]
pub(super) struct SpannedText<'a> {
    pub value: &'a str,
    pub span: Range<usize>,
}

impl<'a> Table<'a> {
    /// `None` when the value is not a table.
    pub fn new(value: &'a Value<'a>, kind: &'static TableKind) -> Option<Self> {
        let entries = value.get_ref().as_table()?;
        let name = entries.get("name").and_then(|name| name.get_ref().as_str());
        let title = match name {
            Some(name) => format!("{} \"{}\"", kind.title, shown(name)),
            None => kind.title.to_owned(),
        };
        Some(Self { entries, span: value.span(), kind, title })
    }

    /// Whether none of these keys is present, not even misspelt.
    pub fn lacks(&self, keys: &[&str]) -> bool {
        !self.entries.keys().any(|key| {
            let key: &str = key.get_ref();
            keys.contains(&key)
                || (!self.kind.keys.contains(&key) && self.kind.meant(key).is_some_and(|meant| keys.contains(&meant)))
        })
    }

    fn key_in_title(&self, key: &str) -> String {
        if self.title.is_empty() { format!("`{key}`") } else { format!("`{key}` in {}", self.title) }
    }
}

impl<'a> TableReader<'a> {
    /// `text`: the user's text; `sound`: whether its syntax is valid.
    pub fn new(text: &str, repaired: &'a Repaired, sound: bool) -> Self {
        let line_ends = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { repaired, line_ends, problems: Vec::new(), concealed: Vec::new(), sound }
    }
}

impl TableReader<'_> {
    /// Whether further problems are discarded.
    pub fn is_full(&self) -> bool {
        self.problems.len() >= MOST
    }

    /// Hides a part of the text in all messages.
    pub fn conceal(&mut self, span: Range<usize>) {
        self.concealed.push(self.repaired.origin(&span));
    }

    /// The user's text without what is to be hidden; all positions stay the same.
    pub fn shown_text(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for span in &self.concealed {
            if let Some(part) = text.get(span.clone()) {
                let stars: String =
                    part.chars().flat_map(|c| if c == '\n' { vec![c] } else { vec!['*'; c.len_utf8()] }).collect();
                shown.replace_range(span.clone(), &stars);
            }
        }
        shown
    }

    /// Records a problem at a position.
    pub fn note(&mut self, span: Range<usize>, flaw: Flaw) {
        if self.is_full() {
            return;
        }
        let Flaw { message, expected, hint, .. } = flaw;
        let span = self.repaired.origin(&span);
        self.problems.push(Problem { line: 0, column: 0, span, message, expected, hint });
    }

    /// Records a problem with a string, at a position inside it if known.
    pub fn flaw(&mut self, text: &SpannedText<'_>, flaw: Flaw) {
        let raw = self.repaired.text.get(text.span.clone()).unwrap_or_default();
        let inside = flaw.at.as_ref().filter(|_| !text.value.is_empty());
        let inside = inside.and_then(|at| place::inside(raw, text.value, at));
        let span = inside.map_or(text.span.clone(), |at| text.span.start + at.start..text.span.start + at.end);
        self.note(span, flaw);
    }

    /// Records that something is missing, unless it may be in an unreadable part of the file.
    pub fn missing(&mut self, span: Range<usize>, flaw: Flaw) {
        if self.sound {
            self.note(span, flaw);
        }
    }

    /// Records the unknown keys of a table.
    pub fn unknown_keys(&mut self, table: &Table<'_>) {
        for (key, value) in table.entries {
            let name: &str = key.get_ref();
            if table.kind.keys.contains(&name) {
                continue;
            }
            if self.is_full() {
                return;
            }
            let header = value.span().start < key.span().start;
            let what = if header { "table" } else { "key" };
            let place = if table.title.is_empty() { String::new() } else { format!(" in {}", table.title) };
            let flaw = Flaw::new(format!("unknown {what} `{}`{place}", shown(name)))
                .expected(table.kind.choice())
                .hint(table.kind.advice(name));
            self.note(key.span(), flaw);
        }
    }

    fn wrong_type(&mut self, table: &Table<'_>, key: &str, value: &Value<'_>, expected: &str, hint: Option<String>) {
        let message = format!("{} is {}", table.key_in_title(key), type_name(value.get_ref()));
        self.note(value.span(), Flaw::new(message).expected(expected).hint(hint));
    }

    /// A string.
    pub fn text<'t>(&mut self, table: &Table<'t>, key: &str, expected: &str) -> Option<SpannedText<'t>> {
        let value = table.entries.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(SpannedText { value: text, span: value.span() }),
            other => {
                let hint = match other {
                    DeValue::Integer(number) if expected == quantity::DURATION => {
                        Some(format!("did you mean \"{number}s\"?"))
                    }
                    DeValue::Integer(number) if expected == quantity::SIZE => {
                        Some(format!("did you mean \"{}\"?", quantity::with_unit(number.as_str())))
                    }
                    DeValue::Integer(number) => Some(format!("write it in quotes: \"{number}\"")),
                    DeValue::Array(array) => match array.iter().map(Spanned::get_ref).collect::<Vec<_>>().as_slice() {
                        [DeValue::String(only)] => Some(format!("write `{key} = \"{}\"`", shown(only))),
                        _ => None,
                    },
                    _ => None,
                };
                self.wrong_type(table, key, value, expected, hint);
                None
            }
        }
    }

    /// A string parsed by `read`.
    pub fn read<T>(
        &mut self,
        table: &Table<'_>,
        key: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        let text = self.text(table, key, expected)?;
        self.parsed(&text, read)
    }

    /// The value that `read` parses from a string.
    pub fn parsed<T>(&mut self, text: &SpannedText<'_>, read: impl FnOnce(&str) -> Result<T, Flaw>) -> Option<T> {
        read(text.value).map_err(|flaw| self.flaw(text, flaw)).ok()
    }

    /// An array of strings; empty without the key. `expected` describes the strings.
    pub fn texts<'t>(&mut self, table: &Table<'t>, key: &str, expected: &str) -> Vec<SpannedText<'t>> {
        let expected = format!("an array of {expected}");
        let mut texts = Vec::new();
        for value in self.array(table, key, &expected) {
            match value.get_ref() {
                DeValue::String(text) => texts.push(SpannedText { value: text, span: value.span() }),
                other => {
                    let message = format!("an entry of {} is {}", table.key_in_title(key), type_name(other));
                    self.note(value.span(), Flaw::new(message).expected(&expected));
                }
            }
        }
        texts
    }

    /// The values of an array; empty without the key.
    pub fn array<'t>(&mut self, table: &Table<'t>, key: &str, expected: &str) -> Vec<&'t Value<'t>> {
        let Some(value) = table.entries.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(array) => array.iter().collect(),
            other => {
                let hint = match other {
                    DeValue::String(text) => Some(format!("write `{key} = [{}]`", listed(key, text))),
                    DeValue::Table(_) => Some(format!("write `{key} = [{{ … }}]`")),
                    _ => None,
                };
                self.wrong_type(table, key, value, expected, hint);
                Vec::new()
            }
        }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, table: &Table<'_>, key: &str) -> Option<bool> {
        let value = table.entries.get(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            let word = match value.get_ref() {
                DeValue::Integer(number) => Some(number.as_str().to_owned()),
                other => other.as_str().map(str::to_lowercase),
            };
            let meant = match word.as_deref() {
                Some("true" | "yes" | "on" | "1") => Some(true),
                Some("false" | "no" | "off" | "0") => Some(false),
                _ => None,
            };
            let hint = meant.map(|meant| format!("write `{key} = {meant}`"));
            self.wrong_type(table, key, value, "true or false", hint);
        }
        found
    }

    /// A whole number within limits.
    pub fn number(&mut self, table: &Table<'_>, key: &str, limits: &std::ops::RangeInclusive<usize>) -> Option<usize> {
        let value = table.entries.get(key)?;
        let expected = format!("a whole number from {} to {}", limits.start(), limits.end());
        let Some(number) = value.get_ref().as_integer() else {
            let bare = value.get_ref().as_str().and_then(|text| text.trim().parse::<usize>().ok());
            let hint = bare.map(|bare| format!("write `{key} = {bare}`, without quotes"));
            self.wrong_type(table, key, value, &expected, hint);
            return None;
        };
        let found = usize::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| limits.contains(n));
        if found.is_none() {
            let message = format!("{} is out of range", table.key_in_title(key));
            self.note(value.span(), Flaw::new(message).expected(expected));
        }
        found
    }

    /// The table at a key.
    pub fn table<'t>(&mut self, table: &Table<'t>, key: &str, kind: &'static TableKind) -> Option<Table<'t>> {
        let value = table.entries.get(key)?;
        let found = Table::new(value, kind);
        if found.is_none() {
            let header = kind.title.starts_with('[');
            let home = table.kind.table_with_value(key);
            let hint = header.then(|| match home {
                Some(home) => format!("as a value `{key}` belongs to {home}"),
                None => format!("write {} on a line of its own", kind.title),
            });
            let keys = kind.keys.join(" = …, ");
            let expected = if header { "a table".to_owned() } else { format!("a table {{ {keys} = … }}") };
            self.wrong_type(table, key, value, &expected, hint);
        }
        found
    }

    /// The line of a position, counting from 1.
    pub fn line_of(&self, at: usize) -> usize {
        self.line_of_origin(self.repaired.origin(&(at..at)).start)
    }

    /// The line of a position in the user's text.
    pub fn line_of_origin(&self, at: usize) -> usize {
        self.line_ends.partition_point(|end| *end < at) + 1
    }
}

/// What a string would be as the entries of an array: commas part words and names; in a URL they are its own.
fn listed(key: &str, text: &str) -> String {
    let has_urls = text.contains("://") || key == "include";
    let parts: Vec<&str> = if has_urls { vec![text] } else { text.split([',', ';', '\n']).collect() };
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| format!("\"{}\"", shown(part))).collect::<Vec<_>>().join(", ")
}

/// What a value is, for messages.
pub(super) fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
