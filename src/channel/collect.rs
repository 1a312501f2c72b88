//! Collects the contents of one element: text, escaped HTML, inline markup, base64.

use super::xml::{XmlTag, XmlToken, XmlTokens};
use crate::text::cut::cut;
use crate::text::markup;

/// How much of an element's contents is kept, in bytes; the rest is parsed and discarded.
const MAX_KEPT: usize = 200_000;

/// How the text of an element is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// Plain text.
    Text,
    /// Escaped HTML.
    Html,
    /// Text or HTML: RSS does not say which.
    Guess,
    /// Bytes in base64.
    Base64,
}

impl TextKind {
    /// Derived from the attributes `type` and `mode`.
    pub fn from_tag(tag: &XmlTag, atom: bool) -> Self {
        let mode = tag.attribute("mode").unwrap_or_default().trim().to_lowercase();
        let kind = tag.attribute("type").unwrap_or_default().trim().to_lowercase();
        let binary = kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("xml");
        match kind.as_str() {
            _ if mode == "base64" || binary && atom => Self::Base64,
            _ if kind.contains("html") || kind == "escaped" => Self::Html,
            "" if mode == "escaped" => Self::Html,
            _ if atom => Self::Text,
            _ => Self::Guess,
        }
    }
}

/// The contents of an element.
#[derive(Debug, Default)]
pub struct Collected {
    /// Its text, with entities decoded.
    pub xml: String,
    /// The same as written, including tags.
    markup: String,
    has_markup: bool,
    /// Whether the document ended before the element did.
    pub cut: bool,
}

/// Elements of an entry that do not exist in HTML: if one opens, the end tag before it is missing.
const FIELDS: [&str; 16] = [
    "pubdate",
    "guid",
    "published",
    "updated",
    "issued",
    "modified",
    "created",
    "dc:date",
    "dc:creator",
    "dc:subject",
    "content:encoded",
    "enclosure",
    "category",
    "comments",
    "media:content",
    "media:thumbnail",
];
/// Further such elements, for text that cannot contain HTML.
const FIELDS_AND_HTML: [&str; 6] = ["title", "link", "description", "author", "summary", "content"];
/// Elements that contain children with the same names as an entry's.
const HOLDERS: [&str; 7] = ["image", "textinput", "contributor", "author", "source", "group", "media:content"];
/// Elements whose text may be HTML.
const LONG: [&str; 9] =
    ["description", "summary", "content", "encoded", "body", "fullitem", "abstract", "subtitle", "tagline"];

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

fn ends(name: &str, opened: &str) -> bool {
    if matches!(opened, "item" | "entry") {
        return true;
    }
    let own = local(name);
    if HOLDERS.contains(&own) || HOLDERS.contains(&name) || opened == name {
        return false;
    }
    FIELDS.contains(&opened) || (!LONG.contains(&own) && FIELDS_AND_HTML.contains(&opened))
}

impl Collected {
    /// Consumes tokens up to the end of the opened element; `within` tests the names of its ancestors.
    pub fn collect(tokens: &mut XmlTokens, tag: &XmlTag, within: impl Fn(&str) -> bool) -> Self {
        let mut found = Self::default();
        if tag.empty {
            return found;
        }
        let own = local(&tag.name);
        let mut depth = 0_usize;
        loop {
            let start = tokens.offset();
            let Some(token) = tokens.next() else {
                found.cut = true;
                return found;
            };
            let room = found.xml.len() < MAX_KEPT && found.markup.len() < MAX_KEPT;
            match token {
                XmlToken::Open(inner) => {
                    if ends(&tag.name, &inner.name) {
                        tokens.go_back(start);
                        return found;
                    }
                    if !inner.empty && local(&inner.name) == own {
                        depth += 1;
                    }
                    found.has_markup = true;
                    if room && inner.raw.len() < MAX_KEPT {
                        found.markup.push_str(inner.raw);
                    }
                }
                XmlToken::Close(name) => {
                    if local(&name) == own {
                        if depth == 0 {
                            return found;
                        }
                        depth -= 1;
                    } else if matches!(local(&name), "item" | "entry" | "channel" | "feed" | "rss" | "rdf")
                        && within(local(&name))
                    {
                        tokens.go_back(start);
                        return found;
                    }
                    if room {
                        found.markup.push_str("</");
                        found.markup.push_str(&name);
                        found.markup.push('>');
                    }
                }
                XmlToken::Text(text) => {
                    let text = cut(text, MAX_KEPT);
                    if room {
                        found.markup.push_str(text);
                        let text = tokens.decode(text);
                        found.xml.push_str(&text);
                    }
                }
                XmlToken::Cdata(text) => {
                    let text = cut(text, MAX_KEPT);
                    if room {
                        found.markup.push_str(text);
                        found.xml.push_str(text);
                    }
                }
            }
        }
    }

    /// The contents as HTML, if they are HTML.
    pub fn html(&self) -> &str {
        if self.has_markup { &self.markup } else { &self.xml }
    }

    /// The contents as plain text, one paragraph per line.
    pub fn paragraphs(&self, kind: TextKind, limit: usize) -> String {
        let is_html = || kind == TextKind::Html || markup::looks_like_html(&self.xml);
        match kind {
            TextKind::Base64 => self.plain(kind, limit),
            _ if self.has_markup && !markup::looks_like_html(&self.xml) => markup::paragraphs(&self.markup, limit),
            TextKind::Html | TextKind::Guess if is_html() => markup::paragraphs(&self.xml, limit),
            _ => markup::lines(&self.xml, limit),
        }
    }

    /// The contents as plain text.
    pub fn plain(&self, kind: TextKind, limit: usize) -> String {
        // Some feeds wrap the text twice.
        let inside = self.xml.trim().strip_prefix("<![CDATA[").map(|rest| rest.trim_end_matches("]]>"));
        if let Some(inside) = inside.filter(|inside| !inside.contains('<')) {
            return markup::from_html(inside, limit);
        }
        if self.has_markup {
            // Escaped HTML with a stray tag beside it.
            if kind == TextKind::Guess && markup::looks_like_html(&self.xml) {
                return markup::from_html(&self.xml, limit);
            }
            return markup::from_html(&self.markup, limit);
        }
        match kind {
            TextKind::Html => markup::from_html(&self.xml, limit),
            TextKind::Guess => markup::from_either(&self.xml, limit),
            TextKind::Text => markup::from_text(&self.xml, limit),
            TextKind::Base64 => match crate::base64::bytes(&self.xml) {
                Some(bytes) => markup::from_html(&String::from_utf8_lossy(&bytes), limit),
                None => markup::from_html(&self.xml, limit),
            },
        }
    }

    /// The text of the first child element with that name.
    pub fn child(&self, name: &str) -> Option<String> {
        if !self.has_markup {
            return None;
        }
        let mut tokens = XmlTokens::new(&self.markup);
        while let Some(token) = tokens.next() {
            if let XmlToken::Open(tag) = token
                && local(&tag.name) == name
            {
                return Some(Self::collect(&mut tokens, &tag, |_| false).plain(TextKind::Guess, 1_000));
            }
        }
        None
    }
}
