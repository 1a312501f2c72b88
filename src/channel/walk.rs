//! The position in a feed's element tree: open elements, namespaces, and the base URL of links.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::collect::{Collected, TextKind};
use super::dates::read_date;
use super::entry::resolve_link;
use super::names::{Space, Spaces};
use super::xml::{XmlTag, XmlToken, XmlTokens};
use crate::article::Page;

/// Deeper nesting is flattened.
const MAX_DEPTH: usize = 200;

struct OpenElement<'a> {
    name: Cow<'a, str>,
    mark: usize,
    base: Option<Url>,
}

/// The position in a feed.
pub struct Walk<'a, 'z> {
    tokens: XmlTokens<'a>,
    spaces: Spaces,
    stack: Vec<OpenElement<'a>>,
    page: &'a Url,
    zone: &'z TimeZone,
    /// Whether the feed is Atom, which declares how text is encoded.
    pub atom: bool,
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

impl<'a, 'z> Walk<'a, 'z> {
    /// At the start of a page; `zone` applies to dates without a zone.
    pub fn new(page: &'a Page, zone: &'z TimeZone) -> Self {
        Self {
            tokens: XmlTokens::new(&page.text),
            spaces: Spaces::default(),
            stack: Vec::new(),
            page: &page.url,
            zone,
            atom: false,
        }
    }

    /// The next tag or text.
    pub fn next(&mut self) -> Option<XmlToken<'a>> {
        self.tokens.next()
    }

    /// The element that a tag opens, and the mark for `push` or `leave`.
    pub fn enter(&mut self, tag: &XmlTag<'a>) -> (usize, Space, String) {
        let mark = self.spaces.mark();
        if tag.attributes.contains("xmlns") {
            for (name, value) in tag.attributes() {
                if let Some(prefix) = name.strip_prefix("xmlns") {
                    self.spaces.declare(prefix.trim_start_matches(':'), &value);
                }
            }
        }
        if self.stack.is_empty() && matches!(local(&tag.name), "rss" | "feed" | "channel" | "entry") {
            self.spaces.adopt_root(&tag.name);
        }
        let (space, local) = self.spaces.resolve(&tag.name);
        (mark, space, local.to_owned())
    }

    /// Leaves an element that was consumed completely.
    pub fn leave(&mut self, mark: usize) {
        self.spaces.leave(mark);
    }

    /// The base URL at this position.
    pub fn base(&self) -> &Url {
        self.stack.iter().rev().find_map(|frame| frame.base.as_ref()).unwrap_or(self.page)
    }

    /// The base URL for the links of a tag.
    pub fn base_of(&self, tag: &XmlTag) -> Url {
        let own = if tag.attributes.contains("base") { tag.attribute("xml:base") } else { None };
        own.and_then(|base| resolve_link(&base, self.base())).unwrap_or_else(|| self.base().clone())
    }

    /// Enters an element.
    pub fn push(&mut self, tag: &XmlTag<'a>, mark: usize) {
        if self.stack.len() < MAX_DEPTH {
            let base = tag.attributes.contains("base").then(|| self.base_of(tag));
            self.stack.push(OpenElement { name: tag.name.clone(), mark, base });
        } else {
            self.spaces.leave(mark);
        }
    }

    /// Closes the innermost open element of this name. Returns whether there was one.
    pub fn close(&mut self, name: &str) -> bool {
        let wanted = local(name);
        let Some(place) = self.stack.iter().rposition(|frame| local(&frame.name) == wanted) else { return false };
        if let Some(frame) = self.stack.get(place) {
            self.spaces.leave(frame.mark);
        }
        self.stack.truncate(place);
        true
    }

    /// Whether the feed element is still open; at the end of the text this means that it is truncated.
    pub fn is_inside(&self) -> bool {
        self.stack.iter().any(|frame| matches!(local(&frame.name), "channel" | "feed" | "rss" | "rdf"))
    }

    /// Closes everything inside the list of entries: elements left open end where a new entry begins.
    pub fn back_to_list(&mut self) {
        let place =
            self.stack.iter().rposition(|f| matches!(local(&f.name), "channel" | "feed" | "rss" | "rdf" | "items"));
        self.stack.truncate(place.map_or(0, |i| i + 1));
    }

    /// Parses a date.
    pub fn instant(&self, text: &str) -> Option<Timestamp> {
        read_date(text, self.zone)
    }

    /// Collects the contents of an element.
    pub fn collect(&mut self, tag: &XmlTag<'a>) -> Collected {
        let within = |name: &str| self.stack.iter().any(|frame| local(&frame.name) == name);
        Collected::collect(&mut self.tokens, tag, within)
    }

    /// Collects the contents as plain text of at most `limit` characters.
    pub fn text(&mut self, tag: &XmlTag<'a>, limit: usize) -> String {
        let kind = TextKind::from_tag(tag, self.atom);
        let collected = self.collect(tag);
        collected.plain(kind, limit)
    }

    /// Parses the date in an element.
    pub fn date(&mut self, tag: &XmlTag<'a>) -> Option<Timestamp> {
        let text = self.text(tag, 200);
        self.instant(&text)
    }
}
