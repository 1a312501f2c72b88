//! A JSON object that is serialised as it is built, because a digest may contain a hundred thousand.

use std::fmt::{Display, Write as _};

use jiff::Timestamp;

use crate::date::utc;
use crate::text::clean::one_line;

/// An object; its fields are in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Object {
    out: String,
}

impl Object {
    /// Adds a text.
    pub fn text(&mut self, name: &'static str, text: &str) {
        self.name(name);
        string(&mut self.out, text);
    }

    /// Adds a text on one line, or null if it is empty.
    pub fn known(&mut self, name: &'static str, text: &str) {
        let text = one_line(text);
        if text.is_empty() { self.bare(name, "null") } else { self.text(name, &text) }
    }

    /// Adds a list of texts.
    pub fn texts(&mut self, name: &'static str, texts: &[String]) {
        self.name(name);
        self.out.push('[');
        for (at, text) in texts.iter().enumerate() {
            self.out.push_str(if at == 0 { "" } else { "," });
            string(&mut self.out, text);
        }
        self.out.push(']');
    }

    /// Adds a time, or null.
    pub fn time(&mut self, name: &'static str, time: Option<Timestamp>) {
        match time {
            Some(time) => self.text(name, &utc(time)),
            None => self.bare(name, "null"),
        }
    }

    /// Adds a number, or null.
    pub fn figure(&mut self, name: &'static str, figure: Option<impl Display>) {
        match figure {
            Some(figure) => self.bare(name, figure),
            None => self.bare(name, "null"),
        }
    }

    /// Adds a value whose `Display` is JSON: a number, a flag, another object.
    pub fn bare(&mut self, name: &'static str, json: impl Display) {
        self.name(name);
        let _ = write!(self.out, "{json}");
    }

    /// The finished object.
    pub fn finish(mut self) -> String {
        self.out.push_str(if self.out.is_empty() { "{}" } else { "}" });
        self.out
    }

    fn name(&mut self, name: &'static str) {
        // Names need no escapes.
        self.out.push_str(if self.out.is_empty() { "{\"" } else { ",\"" });
        self.out.push_str(name);
        self.out.push_str("\":");
    }
}

/// Appends a string (RFC 8259, 7).
fn string(out: &mut String, text: &str) {
    let is_escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    out.push('"');
    let mut rest = text;
    // Hardly any text has one. Without an early exit the loop is vectorised.
    let has_any = text.bytes().fold(false, |found, byte| found | is_escaped(byte));
    while let Some(at) = rest.bytes().position(is_escaped).filter(|_| has_any) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut letters = from.chars();
        if let Some(c) = letters.next() {
            let _ = if c < ' ' { write!(out, "\\u{:04x}", u32::from(c)) } else { write!(out, "\\{c}") };
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use serde_json::{Value, json};

    use super::*;
    use crate::output::samples::HOSTILE;

    #[test]
    fn it_is_read_as_it_was_meant() {
        for text in HOSTILE.into_iter().chain(["\"", "\\\"\n\t\u{0}\u{1f}é\u{2028}", ""]) {
            let mut object = Object::default();
            object.text("a", text);
            object.known("b", " ");
            object.texts("c", &[text.to_owned(), String::new()]);
            object.figure("d", Some(3));
            object.figure("e", None::<u64>);
            object.time("f", "2026-10-10T14:31:00Z".parse().ok());
            object.bare("g", true);
            let value: Value = serde_json::from_str(&object.finish()).unwrap();
            let expected = json!({
                "a": text, "b": null, "c": [text, ""], "d": 3, "e": null, "f": "2026-10-10T14:31:00Z", "g": true,
            });
            assert_eq!(value, expected);
        }
        assert_eq!(Object::default().finish(), "{}");
    }
}
