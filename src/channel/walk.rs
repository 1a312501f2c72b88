//! The way through a feed's elements: what is open, which base links have, what stands inside.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::collect::{Collected, TextKind};
use super::dates::read_date;
use super::entry::link;
use super::names::{Space, Spaces};
use super::xml::{XmlTag, XmlToken, XmlTokens};
use crate::article::Page;

/// Elements nested deeper than this are read as if they were not nested.
const MAX_DEPTH: usize = 200;

struct OpenElement<'a> {
    name: Cow<'a, str>,
    mark: usize,
    base: Option<Url>,
}

/// Where in a feed its reader is.
pub struct Walk<'a, 'z> {
    tokens: XmlTokens<'a>,
    spaces: Spaces,
    stack: Vec<OpenElement<'a>>,
    page: &'a Url,
    zone: &'z TimeZone,
    /// Whether the feed is Atom, which says how a text is written.
    pub atom: bool,
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

impl<'a, 'z> Walk<'a, 'z> {
    /// At the start of a page; `zone` is for dates that name none.
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

    /// Which element a tag opens, and the mark to `push` or `leave` it with.
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

    /// Goes out of an element that was read whole.
    pub fn leave(&mut self, mark: usize) {
        self.spaces.leave(mark);
    }

    /// The base for the links that stand here.
    pub fn base(&self) -> &Url {
        self.stack.iter().rev().find_map(|frame| frame.base.as_ref()).unwrap_or(self.page)
    }

    /// The base for the links of a tag.
    pub fn base_of(&self, tag: &XmlTag) -> Url {
        let own = if tag.attributes.contains("base") { tag.attribute("xml:base") } else { None };
        own.and_then(|base| link(&base, self.base())).unwrap_or_else(|| self.base().clone())
    }

    /// Goes into an element.
    pub fn push(&mut self, tag: &XmlTag<'a>, mark: usize) {
        if self.stack.len() < MAX_DEPTH {
            let base = tag.attributes.contains("base").then(|| self.base_of(tag));
            self.stack.push(OpenElement { name: tag.name.clone(), mark, base });
        } else {
            self.spaces.leave(mark);
        }
    }

    /// Goes out of the innermost open element of this name; whether there was one.
    pub fn close(&mut self, name: &str) -> bool {
        let wanted = local(name);
        let Some(place) = self.stack.iter().rposition(|frame| local(&frame.name) == wanted) else { return false };
        if let Some(frame) = self.stack.get(place) {
            self.spaces.leave(frame.mark);
        }
        self.stack.truncate(place);
        true
    }

    /// Whether the feed itself is still open: at the end of its text, that it breaks off.
    pub fn is_inside(&self) -> bool {
        self.stack.iter().any(|frame| matches!(local(&frame.name), "channel" | "feed" | "rss" | "rdf"))
    }

    /// Goes back to where entries are listed: whatever was left open before a new one is over.
    pub fn back_to_list(&mut self) {
        let place =
            self.stack.iter().rposition(|f| matches!(local(&f.name), "channel" | "feed" | "rss" | "rdf" | "items"));
        self.stack.truncate(place.map_or(0, |i| i + 1));
    }

    /// The instant that an attribute names.
    pub fn instant(&self, text: &str) -> Option<Timestamp> {
        read_date(text, self.zone)
    }

    /// The text of an element, to its end.
    pub fn collect(&mut self, tag: &XmlTag<'a>) -> Collected {
        let within = |name: &str| self.stack.iter().any(|frame| local(&frame.name) == name);
        Collected::read(&mut self.tokens, tag, within)
    }

    /// The same as plain text, of at most `limit` characters.
    pub fn text(&mut self, tag: &XmlTag<'a>, limit: usize) -> String {
        let kind = TextKind::of(tag, self.atom);
        let collected = self.collect(tag);
        collected.plain(kind, limit)
    }

    /// The date that an element holds.
    pub fn date(&mut self, tag: &XmlTag<'a>) -> Option<Timestamp> {
        let text = self.text(tag, 200);
        self.instant(&text)
    }
}
