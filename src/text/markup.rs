//! Converts markup in feeds and attributes to plain text.

use super::clean::{one_line, one_line_up_to};
use super::cut::cut;
use super::entities;
use super::seam::{self, Edge, LineKind, Seam};

/// Elements whose content is not shown.
const HIDDEN: [&str; 4] = ["script", "style", "noscript", "template"];

/// Elements that distinguish HTML from text that mentions `<something>`.
const TELLING: [&str; 20] = [
    "p",
    "br",
    "img",
    "a",
    "hr",
    "div",
    "b",
    "i",
    "em",
    "strong",
    "span",
    "ul",
    "li",
    "table",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "script",
    "style",
];

/// Inline elements; all others separate words.
const INLINE: [&str; 25] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
    "small", "span", "strike", "strong", "sub", "sup", "u", "wbr",
];

/// Whether an element is inline, so that it does not separate words.
pub fn is_inline(name: &str) -> bool {
    INLINE.contains(&name)
}

/// The ends of the last comment and the last tag of a text: nothing is searched beyond them, which keeps parsing
/// linear.
struct Last {
    comment: Option<usize>,
    tag: Option<usize>,
}

impl Last {
    fn of(text: &str) -> Self {
        Self { comment: text.rfind("-->"), tag: text.rfind('>') }
    }
}

/// The length of the HTML tag or comment at `at`, if there is one.
fn tag_length(text: &str, at: usize, last: &Last) -> Option<usize> {
    let text = text.get(at..)?;
    let bytes = text.as_bytes();
    if last.tag.is_none_or(|end| end < at) {
        return None;
    }
    if text.starts_with("<!--") {
        let end = if last.comment.is_some_and(|end| end >= at + 2) { text.find("-->").map(|i| i + 3) } else { None };
        return end.or_else(|| text.find('>').map(|i| i + 1));
    }
    let first = match bytes.get(1)? {
        b'/' => *bytes.get(2)?,
        b'!' if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => b'd',
        b'?' => return text.find('>').map(|i| i + 1),
        other => *other,
    };
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let mut i = 2;
    let mut first_end = None;
    while let Some(&byte) = bytes.get(i) {
        match byte {
            b'>' => return Some(i + 1),
            b'=' => {
                let mut value = i + 1;
                while bytes.get(value).is_some_and(u8::is_ascii_whitespace) {
                    value += 1;
                }
                if let Some(&quote @ (b'"' | b'\'')) = bytes.get(value) {
                    let inside = &bytes[value + 1..];
                    let inside = &inside[..inside.len().min(10_000)];
                    if let Some(close) = inside.iter().position(|b| *b == quote) {
                        i = value + close + 2;
                        continue;
                    }
                    first_end = inside.iter().position(|b| *b == b'>').map(|c| value + c + 2);
                    break;
                }
                i = value;
            }
            _ => i += 1,
        }
    }
    first_end
}

fn tag_name(tag: &str) -> String {
    tag.trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .take(20)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Whether the text is meant as HTML: it has a closing or self-closing tag, or an element common in leads.
pub fn looks_like_html(text: &str) -> bool {
    let text = cut(text, 4_000);
    let last = Last::of(text);
    let mut rest = text;
    for _ in 0..100 {
        let Some(at) = rest.find('<') else { return false };
        rest = &rest[at..];
        if let Some(length) = tag_length(text, text.len() - rest.len(), &last) {
            let tag = &rest[..length];
            if tag.starts_with("</") || tag.ends_with("/>") || tag.starts_with("<!--") {
                return true;
            }
            let attribute = tag.contains('=');
            if attribute || TELLING.contains(&tag_name(tag).as_str()) {
                return true;
            }
            rest = &rest[length..];
        } else {
            rest = &rest[1..];
        }
    }
    true
}

/// HTML as plain text of at most `limit` characters: without tags, references decoded (twice, as many feeds escape
/// twice), white space collapsed.
pub fn from_html(html: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut rest = html;
    // White space and markup may be long: input is bounded as well as output.
    let most = limit.saturating_mul(8).max(64);
    let last = Last::of(html);
    let mut unclosed = false;
    let mut line = LineSoFar::default();
    while let Some(at) = rest.find('<') {
        line.push_run(&rest[..at], &mut out);
        rest = &rest[at..];
        if out.len() > most {
            break;
        }
        let Some(length) = tag_length(html, html.len() - rest.len(), &last) else {
            line.push_run("<", &mut out);
            rest = &rest[1..];
            continue;
        };
        let tag = &rest[..length];
        rest = &rest[length..];
        let name = tag_name(tag);
        if HIDDEN.contains(&name.as_str()) {
            let code = matches!(name.as_str(), "script" | "style");
            if !tag.starts_with("</") && !tag.ends_with("/>") && (code || !unclosed) {
                match after_close(rest, &name) {
                    Some(after) => rest = after,
                    None if code => rest = "",
                    None => unclosed = true,
                }
            }
        } else if !is_inline(&name) {
            out.push(' ');
            line.end(&out);
        } else if name != "wbr" {
            line.pass_tag(tag);
        }
    }
    if out.len() <= most {
        line.push_run(rest, &mut out);
    }
    one_line_up_to(&entities::decode(&entities::decode(&out)), limit)
}

/// The current line: its start, its last run, and the elements that ended or began since.
#[derive(Default)]
struct LineSoFar<'a> {
    begins: usize,
    last: &'a str,
    open: Vec<Edge<'a>>,
    closed: Vec<Edge<'a>>,
    opened: Vec<Edge<'a>>,
}

impl<'a> LineSoFar<'a> {
    /// Appends a text run, after a blank if it is a new word.
    fn push_run(&mut self, run: &'a str, out: &mut String) {
        if run.is_empty() {
            return;
        }
        if self.is_apart(run, out) {
            out.push(' ');
        }
        out.push_str(run);
        self.last = run;
        self.closed.clear();
        self.opened.clear();
    }

    fn is_apart(&self, run: &str, out: &str) -> bool {
        if self.closed.is_empty() && self.opened.is_empty() || out.len() == self.begins {
            return false;
        }
        let (before, after) = (entities::decode(tail(self.last)), entities::decode(cut(run, MOST_OF_RUN)));
        let line = entities::decode(tail(out.get(self.begins..).unwrap_or("")));
        let opened: Vec<Edge> = self.opened.iter().rev().copied().collect();
        let (closed, kind) = (self.closed.as_slice(), LineKind::Prose);
        seam::is_apart(&Seam {
            line: &line,
            before: &before,
            after: &after,
            closed,
            opened: &opened,
            kind,
            in_boxes: false,
        })
    }

    fn end(&mut self, out: &str) {
        *self = Self { begins: out.len(), ..Self::default() };
    }

    fn pass_tag(&mut self, tag: &'a str) {
        let edge = Edge {
            name: name_in(tag),
            class: attribute(tag, "class"),
            style: attribute(tag, "style"),
            href: attribute(tag, "href"),
        };
        let is_same = |other: &Edge| other.name.eq_ignore_ascii_case(edge.name);
        if !tag.starts_with("</") {
            if !tag.ends_with("/>") && self.open.len() < MAX_OPEN {
                self.open.push(edge);
                self.opened.push(edge);
            }
        } else if self.opened.last().is_some_and(is_same) {
            // A void element has no content.
            self.opened.pop();
            self.open.pop();
        } else if self.open.last().is_some_and(is_same) && self.closed.len() < MAX_OPEN {
            self.closed.extend(self.open.pop());
        }
    }
}

/// Deeper nesting is ignored.
const MAX_OPEN: usize = 30;
/// How much of a run is examined, in bytes.
const MOST_OF_RUN: usize = 200;

/// The end of a text.
fn tail(text: &str) -> &str {
    text.get(text.ceil_char_boundary(text.len().saturating_sub(MOST_OF_RUN))..).unwrap_or("")
}

/// The name in a tag, as written.
fn name_in(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("")
}

/// The value of a tag's attribute; "" if missing.
fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, behind) = match quote {
            Some(quote) => after.get(1..).unwrap_or("").split_once(quote).unwrap_or((after, "")),
            None => after.split_at(after.find([' ', '>', '\n', '\t']).unwrap_or(after.len())),
        };
        let key = before.rsplit(|c: char| c.is_whitespace() || c == '"' || c == '\'').find(|key| !key.is_empty());
        if key.is_some_and(|key| key.eq_ignore_ascii_case(name)) {
            return value;
        }
        rest = behind;
    }
    ""
}

/// HTML as plain text, one paragraph per line, at most `limit` characters.
pub fn paragraphs(html: &str, limit: usize) -> String {
    // Closing tags of blocks, and breaks. Comments, scripts and attributes that contain one are rare and only lose a
    // line.
    const ENDS: [&str; 7] = ["</p", "</h", "</li", "</div", "</blockquote", "<br", "</tr"];
    let mut found = BoundedLines::new(limit);
    let mut from = 0;
    for (at, _) in html.match_indices('<') {
        let tag = html.get(at..).unwrap_or_default();
        let is_end = |end: &str| tag.get(..end.len()).is_some_and(|start| start.eq_ignore_ascii_case(end));
        if !ENDS.iter().any(|end| is_end(end)) {
            continue;
        }
        let Some(end) = cut(tag, 200).find('>').map(|length| at + length + 1) else { continue };
        if at >= from && found.room() > 0 {
            found.push(&from_html(html.get(from..end).unwrap_or_default(), found.room()));
            from = end;
        }
    }
    found.push(&from_html(html.get(from..).unwrap_or_default(), found.room()));
    found.text
}

/// Plain text with its lines kept and white space collapsed, at most `limit` characters.
pub fn lines(text: &str, limit: usize) -> String {
    let mut found = BoundedLines::new(limit);
    for line in text.lines() {
        if found.room() == 0 {
            break;
        }
        found.push(&from_text(line, found.room()));
    }
    found.text
}

/// Lines of text up to a limit.
struct BoundedLines {
    text: String,
    room: usize,
}

impl BoundedLines {
    fn new(limit: usize) -> Self {
        Self { text: String::new(), room: limit }
    }

    fn room(&self) -> usize {
        self.room
    }

    fn push(&mut self, line: &str) {
        if line.is_empty() || self.room == 0 {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
        self.room = self.room.saturating_sub(line.chars().count() + 1);
    }
}

/// The text after `</name>`.
fn after_close<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = &rest[at + 2..];
        if rest.get(..name.len()).is_some_and(|s| s.eq_ignore_ascii_case(name)) {
            return rest.find('>').map(|i| &rest[i + 1..]);
        }
    }
    None
}

/// Text that is not HTML: references left over from double escaping are decoded, white space is collapsed.
pub fn from_text(text: &str, limit: usize) -> String {
    one_line_up_to(&entities::decode(text), limit)
}

/// A string from an attribute or JSON on one line: references are decoded, at most twice, and tags are kept.
pub fn unescaped(text: &str) -> String {
    one_line(&entities::decode(&entities::decode(text)))
}

/// The same for a string that may be HTML, escaped or not.
pub fn untagged(text: &str) -> String {
    let text = entities::decode(text);
    let text = entities::decode(&text);
    if looks_like_html(&text) { from_html(&text, usize::MAX) } else { one_line(&text) }
}

/// Text that may or may not be HTML, because its source does not say.
pub fn from_either(text: &str, limit: usize) -> String {
    if looks_like_html(text) { from_html(text, limit) } else { from_text(text, limit) }
}
