//! A lenient XML tokeniser: turns any text into a stream of tags and text, and never fails.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::text::entities;

/// One piece of the document, as slices of it.
#[derive(Debug, Clone, PartialEq)]
pub enum XmlToken<'a> {
    /// `<name …>` or `<name …/>`.
    Open(XmlTag<'a>),
    /// `</name>`; the name in lower case, with its prefix.
    Close(Cow<'a, str>),
    /// Text between tags, with entities not yet decoded.
    Text(&'a str),
    /// The inside of `<![CDATA[…]]>`.
    Cdata(&'a str),
}

/// An opening tag.
#[derive(Debug, Clone, PartialEq)]
pub struct XmlTag<'a> {
    /// In lower case, with its prefix: `dc:date`.
    pub name: Cow<'a, str>,
    /// The attributes, unparsed.
    pub attributes: &'a str,
    /// Whether it is self-closing.
    pub empty: bool,
    /// The tag as written.
    pub raw: &'a str,
}

impl XmlTag<'_> {
    /// The attributes: name in lower case with its prefix, and value with entities decoded.
    pub fn attributes(&self) -> Vec<(String, String)> {
        attributes(self.attributes)
    }

    /// The value of an attribute; the first if it is repeated.
    pub fn attribute(&self, name: &str) -> Option<String> {
        if self.attributes.is_empty() {
            return None;
        }
        self.attributes().into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }
}

const MAX_ATTRIBUTES: usize = 100;

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < MAX_ATTRIBUTES {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
        let name = rest[..end].to_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let Some(close) = quote.and_then(|q| after[1..].find(q)) {
                value = &after[1..=close];
                rest = &after[close + 2..];
            } else {
                let after = after.trim_start_matches(['"', '\'']);
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                (value, rest) = after.split_at(end);
            }
        }
        found.push((name, entities::decode(value).into_owned()));
    }
    found
}

/// The longest declared entity that is expanded, and the limit on all expansions in one document, in bytes.
const MAX_ENTITY: usize = 100;
const MAX_EXPANSION: usize = 1_000_000;
/// A longer quoted value lacks its closing quote.
const MAX_QUOTED: usize = 50_000;

/// The tokeniser.
pub struct XmlTokens<'a> {
    text: &'a str,
    at: usize,
    declared: HashMap<String, String>,
    expansion_left: usize,
    // A search that failed once will always fail. Remembering this keeps tokenising linear.
    no_comment_end: bool,
    no_cdata_end: bool,
    no_instruction_end: bool,
}

impl<'a> XmlTokens<'a> {
    /// Starts at the beginning of the text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            declared: HashMap::new(),
            expansion_left: MAX_EXPANSION,
            no_comment_end: false,
            no_cdata_end: false,
            no_instruction_end: false,
        }
    }

    /// The current position, in bytes.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Returns to an earlier `offset`.
    pub fn go_back(&mut self, position: usize) {
        self.at = position.min(self.at);
    }

    /// Decodes the entities in the text of a `Text` token, including those that the document declares.
    pub fn decode<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let (declared, left) = (&self.declared, &mut self.expansion_left);
        entities::decode_with(text, |name| {
            if let Some(value) = declared.get(name) {
                if *left < value.len() {
                    return None;
                }
                *left -= value.len();
                return Some(Cow::Owned(value.clone()));
            }
            entities::lookup_reference(name)
        })
    }

    fn take(&mut self, length: usize) -> &'a str {
        let piece = self.text.get(self.at..self.at.saturating_add(length)).unwrap_or_default();
        self.at += length;
        piece
    }

    /// Skips `<!DOCTYPE …>`, recording short entities without markup.
    fn doctype(&mut self) {
        let rest = &self.text[self.at..];
        let plain_end = rest.find('>').map_or(rest.len(), |i| i + 1);
        let Some(open) = rest[..plain_end].find('[') else {
            self.at += plain_end;
            return;
        };
        let end = rest[open..].find("]>").or_else(|| rest[open..].find(']'));
        let Some(end) = end.map(|i| open + i) else {
            self.at += plain_end;
            return;
        };
        for declaration in rest[open..end].split("<!ENTITY").skip(1).take(300) {
            let mut words = declaration.trim_start().splitn(2, char::is_whitespace);
            let (Some(name), Some(value)) = (words.next(), words.next()) else { continue };
            let value = value.trim_start();
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            let Some(value) = value[1..].split(quote).next() else { continue };
            let value = entities::decode(value);
            if value.len() <= MAX_ENTITY && !value.contains(['&', '<']) {
                self.declared.entry(name.to_owned()).or_insert_with(|| value.into_owned());
            }
        }
        let after = &rest[end..];
        self.at += end + after.find('>').map_or(after.len(), |i| i + 1);
    }

    /// Skips to the end of `<?…?>`, `<!--…-->` and the like.
    fn skip(&mut self, end: &str, missing: fn(&mut Self) -> &mut bool) {
        let rest = &self.text[self.at..];
        let found = if *missing(self) { None } else { rest.find(end) };
        if found.is_none() {
            *missing(self) = true;
        }
        let found = found.map(|i| i + end.len()).or_else(|| rest.find('>').map(|i| i + 1));
        self.at += found.unwrap_or(rest.len());
    }

    /// The end of the tag at this position, in bytes, and whether a `>` closes it.
    fn tag_end(&self) -> (usize, bool) {
        let rest = &self.text.as_bytes()[self.at..];
        let mut i = 1;
        while let Some(&byte) = rest.get(i) {
            match byte {
                b'>' => return (i + 1, true),
                b'<' => return (i, false),
                b'=' => {
                    let mut value = i + 1;
                    while rest.get(value).is_some_and(u8::is_ascii_whitespace) {
                        value += 1;
                    }
                    if let Some(&quote @ (b'"' | b'\'')) = rest.get(value) {
                        let inside = &rest[value + 1..];
                        let inside = &inside[..inside.len().min(MAX_QUOTED)];
                        if let Some(close) = inside.iter().position(|b| *b == quote) {
                            i = value + close + 2;
                            continue;
                        }
                        // The quote is never closed: the tag ends at the next `>`.
                        let close = inside.iter().position(|b| *b == b'>');
                        return close.map_or((rest.len(), false), |c| (value + c + 2, true));
                    }
                    i = value;
                }
                _ => i += 1,
            }
        }
        (rest.len(), false)
    }

    fn tag(&mut self) -> XmlToken<'a> {
        let (end, closed) = self.tag_end();
        let raw = self.take(end);
        let inside = raw.strip_prefix('<').unwrap_or(raw);
        let inside = if closed { inside.strip_suffix('>').unwrap_or(inside) } else { inside };
        if let Some(name) = inside.strip_prefix('/') {
            return XmlToken::Close(lower(name.split(char::is_whitespace).next().unwrap_or_default()));
        }
        let (inside, empty) = match inside.strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let split = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(split);
        XmlToken::Open(XmlTag { name: lower(name), attributes: attributes.trim(), empty, raw })
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

impl<'a> Iterator for XmlTokens<'a> {
    type Item = XmlToken<'a>;

    fn next(&mut self) -> Option<XmlToken<'a>> {
        loop {
            let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let bytes = rest.as_bytes();
            if bytes.first() != Some(&b'<') {
                return Some(XmlToken::Text(self.take(rest.find('<').unwrap_or(rest.len()))));
            }
            match bytes.get(1).copied() {
                Some(b'!') if rest.starts_with("<!--") => self.skip("-->", |t| &mut t.no_comment_end),
                Some(b'!') if rest.get(..9).is_some_and(|s| s.eq_ignore_ascii_case("<![CDATA[")) => {
                    self.at += 9;
                    let rest = &rest[9..];
                    let end = if self.no_cdata_end { None } else { rest.find("]]>") };
                    let Some(end) = end else {
                        // Never closed: ends at the next closing tag.
                        self.no_cdata_end = true;
                        return Some(XmlToken::Cdata(self.take(rest.find("</").unwrap_or(rest.len()))));
                    };
                    let inside = self.take(end);
                    self.at += 3;
                    return Some(XmlToken::Cdata(inside));
                }
                Some(b'!') if rest.get(..9).is_some_and(|s| s.eq_ignore_ascii_case("<!DOCTYPE")) => self.doctype(),
                Some(b'?') => self.skip("?>", |t| &mut t.no_instruction_end),
                Some(b'/') => return Some(self.tag()),
                Some(b) if b.is_ascii_alphabetic() || b == b'_' || b >= 0x80 => return Some(self.tag()),
                _ => {
                    // A bare `<` is text.
                    let end = rest[1..].find('<').map_or(rest.len(), |i| i + 1);
                    return Some(XmlToken::Text(self.take(end)));
                }
            }
        }
    }
}
