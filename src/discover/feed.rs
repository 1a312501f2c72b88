//! RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF → items, however ill-formed.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use url::Url;

use super::collect::{Collected, Kind};
use super::entry::{Entry, MAX_SUMMARY, MAX_TITLE, MAX_WORD, language_tag, link, person};
use super::header::Header;
use super::names::{Space, Spaces};
use super::xml::{Tag, Token, Tokens};
use super::{Announced, Gathered, PageKind, plain};
use crate::article::Page;
use crate::date;

/// Elements nested deeper than this are read as if they were not nested.
const MAX_DEPTH: usize = 200;

struct Frame<'a> {
    name: Cow<'a, str>,
    mark: usize,
    base: Option<Url>,
}

/// Walks through a feed.
pub struct Reader<'a, 'z> {
    tokens: Tokens<'a>,
    spaces: Spaces,
    stack: Vec<Frame<'a>>,
    page: &'a Url,
    zone: &'z TimeZone,
    atom: bool,
    pub header: Header,
    entry: Option<Entry>,
    found: Gathered,
}

/// Reads a feed in XML; the caller has made sure that it is one.
pub fn read(page: &Page, zone: &TimeZone) -> Announced {
    let mut reader = Reader {
        tokens: Tokens::new(&page.text),
        spaces: Spaces::default(),
        stack: Vec::new(),
        page: &page.url,
        zone,
        atom: false,
        header: Header::default(),
        entry: None,
        found: Gathered::new(PageKind::Feed),
    };
    while let Some(token) = reader.tokens.next() {
        match token {
            Token::Open(tag) => reader.open(&tag),
            Token::Close(name) => reader.close(&name),
            Token::Text(_) | Token::Cdata(_) => {}
        }
    }
    reader.finish_entry();
    reader.header.finish(reader.found)
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

impl<'a> Reader<'a, '_> {
    fn base(&self) -> &Url {
        self.stack.iter().rev().find_map(|frame| frame.base.as_ref()).unwrap_or(self.page)
    }

    /// The base for the links of a tag.
    pub fn base_of(&self, tag: &Tag) -> Url {
        let own = if tag.attributes.contains("base") { tag.attribute("xml:base") } else { None };
        own.and_then(|base| link(&base, self.base())).unwrap_or_else(|| self.base().clone())
    }

    fn open(&mut self, tag: &Tag<'a>) {
        let mark = self.spaces.mark();
        if tag.attributes.contains("xmlns") {
            for (name, value) in tag.attributes() {
                if let Some(prefix) = name.strip_prefix("xmlns") {
                    self.spaces.declare(prefix.trim_start_matches(':'), &value);
                }
            }
        }
        if self.stack.is_empty() && matches!(local(&tag.name), "rss" | "feed" | "channel") {
            self.spaces.adopt_root(&tag.name);
        }
        let (space, local) = self.spaces.resolve(&tag.name);
        let local = local.to_owned();
        let handled = match (space, local.as_str()) {
            (Space::Plain, "item" | "entry") => {
                self.start_entry(tag, mark);
                return;
            }
            (Space::Plain, "feed" | "rss" | "channel") | (Space::Rdf, "rdf") => {
                self.root(tag, &local);
                false
            }
            _ if self.entry.is_some() => self.entry_field(tag, space, &local),
            _ => self.header_field(tag, space, &local),
        };
        if handled || tag.empty {
            self.spaces.leave(mark);
        } else {
            self.push(tag, mark);
        }
    }

    fn push(&mut self, tag: &Tag<'a>, mark: usize) {
        if self.stack.len() < MAX_DEPTH {
            let base = tag.attributes.contains("base").then(|| self.base_of(tag));
            self.stack.push(Frame { name: tag.name.clone(), mark, base });
        } else {
            self.spaces.leave(mark);
        }
    }

    fn close(&mut self, name: &str) {
        let wanted = local(name);
        let Some(place) = self.stack.iter().rposition(|frame| local(&frame.name) == wanted) else { return };
        if matches!(wanted, "item" | "entry" | "channel" | "feed" | "rss" | "rdf") {
            self.finish_entry();
        }
        if let Some(frame) = self.stack.get(place) {
            self.spaces.leave(frame.mark);
        }
        self.stack.truncate(place);
    }

    fn root(&mut self, tag: &Tag, local: &str) {
        self.atom = self.atom || local == "feed";
        if let Some(language) = tag.attribute("xml:lang").or_else(|| tag.attribute("lang")) {
            self.header.language.offer_text(1, language_tag(&language));
        }
        if local == "channel"
            && let Some(home) = tag.attribute("href").and_then(|href| link(&href, self.base()))
        {
            self.header.home.get_or_insert(home);
        }
    }

    fn start_entry(&mut self, tag: &Tag<'a>, mark: usize) {
        self.finish_entry();
        // Whatever was left open before it is over.
        let place =
            self.stack.iter().rposition(|f| matches!(local(&f.name), "channel" | "feed" | "rss" | "rdf" | "items"));
        self.stack.truncate(place.map_or(0, |i| i + 1));
        let base = self.base_of(tag);
        let mut entry = Entry::default();
        for (name, value) in tag.attributes() {
            match name.as_str() {
                "rdf:about" | "about" => {
                    entry.id.offer_text(3, plain::tidy(&value, MAX_WORD));
                    if let Some(url) = Url::parse(value.trim()).ok().and_then(|_| link(&value, &base)) {
                        entry.link.offer(7, url);
                    }
                }
                "href" => {
                    if let Some(url) = link(&value, &base) {
                        entry.link.offer(3, url);
                    }
                }
                "lastmod" => entry.modified = date::read(&value, self.zone),
                "xml:lang" => entry.language = language_tag(&value),
                _ => {}
            }
        }
        self.entry = Some(entry);
        if tag.empty {
            self.finish_entry();
            self.spaces.leave(mark);
        } else {
            self.push(tag, mark);
        }
    }

    fn finish_entry(&mut self) {
        if let Some(entry) = self.entry.take() {
            match entry.finish(self.header.home.as_ref()) {
                Ok(item) => self.found.add(item),
                Err(dropped) => self.found.drop(dropped),
            }
        }
    }

    /// The text of an element, to its end.
    pub fn collect(&mut self, tag: &Tag<'a>) -> Collected {
        let within = |name: &str| self.stack.iter().any(|frame| local(&frame.name) == name);
        Collected::read(&mut self.tokens, tag, within)
    }

    pub fn text(&mut self, tag: &Tag<'a>, limit: usize) -> String {
        let kind = Kind::of(tag, self.atom);
        let collected = self.collect(tag);
        collected.plain(kind, limit)
    }

    fn date(&mut self, tag: &Tag<'a>) -> Option<jiff::Timestamp> {
        let text = self.text(tag, 200);
        date::read(&text, self.zone)
    }

    /// Reads what belongs to an entry; whether the element was read to its end.
    fn entry_field(&mut self, tag: &Tag<'a>, space: Space, local: &str) -> bool {
        use Space::{Content, DublinCore, FeedBurner, Media, News, Other, Plain, Podcast, Terms, Xhtml};
        let Some(mut entry) = self.entry.take() else { return false };
        let mut handled = true;
        match (space, local) {
            (Plain | DublinCore | Terms | Media | Podcast, "title") => {
                let rank = [Plain, DublinCore, Terms, Media].iter().position(|s| *s == space).unwrap_or(4);
                entry.title_given |= space == Plain;
                let kind = Kind::of(tag, self.atom);
                let collected = self.collect(tag);
                // A headline of which the end is missing is worse than none.
                if !collected.cut {
                    entry.title.offer_text(u8::try_from(rank).unwrap_or(4), collected.plain(kind, MAX_TITLE));
                }
            }
            (Plain, "summary" | "description" | "abstract") => entry.summary.offer_text(0, self.text(tag, MAX_SUMMARY)),
            (DublinCore | Terms, "description" | "abstract") => {
                entry.summary.offer_text(2, self.text(tag, MAX_SUMMARY));
            }
            (Podcast, "summary") => entry.summary.offer_text(3, self.text(tag, MAX_SUMMARY)),
            (Media, "description") => entry.summary.offer_text(4, self.text(tag, MAX_SUMMARY)),
            (Content, "encoded") | (Plain, "content" | "fullitem") | (Plain | Xhtml, "body") => {
                entry.content.offer_text(0, self.text(tag, MAX_SUMMARY));
            }
            (FeedBurner, "origlink") => self.link_text(tag, &mut entry, 0),
            (Plain, "link") => self.entry_link(tag, &mut entry),
            (Plain, "guid") => {
                let permanent =
                    tag.attribute("ispermalink").is_none_or(|value| !value.trim().eq_ignore_ascii_case("false"));
                let base = self.base_of(tag);
                let collected = self.collect(tag);
                let text = collected.xml;
                // A number is a mark, not a path; an address of which the end is missing is another address.
                let is_address = text.trim().starts_with('/') || Url::parse(text.trim()).is_ok();
                if permanent
                    && is_address
                    && !collected.cut
                    && let Some(url) = link(&text, &base)
                {
                    entry.link.offer(5, url);
                }
                entry.id.offer_text(0, plain::tidy(&text, MAX_WORD));
            }
            (Plain, "id") => {
                let base = self.base_of(tag);
                let text = plain::tidy(&self.collect(tag).xml, MAX_WORD);
                let absolute = if text.starts_with('/') { link(&text, &base).map(String::from) } else { None };
                let text = absolute.unwrap_or(text);
                if let Some(url) = Url::parse(&text).ok().and_then(|_| link(&text, &base)) {
                    entry.link.offer(8, url);
                }
                entry.id.offer_text(1, text);
            }
            (DublinCore | Terms, "identifier") => entry.id.offer_text(2, self.text(tag, MAX_WORD)),
            (Plain, "pubdate") => self.published(tag, &mut entry, 0),
            (DublinCore | Terms, "date") => self.published(tag, &mut entry, 1),
            (Plain, "published" | "date") => self.published(tag, &mut entry, 2),
            (Plain | Terms, "issued" | "available") => self.published(tag, &mut entry, 3),
            (Plain | Terms, "created") => self.published(tag, &mut entry, 4),
            (Plain | Terms, "updated" | "modified" | "lastmod") => {
                entry.modified = self.date(tag).or(entry.modified);
            }
            (Plain | Podcast, "author") | (DublinCore, "creator" | "author") => {
                let collected = self.collect(tag);
                entry
                    .author(person(&collected.child("name").unwrap_or_else(|| collected.plain(Kind::Guess, MAX_WORD))));
            }
            (DublinCore | Plain, "language") => entry.language = language_tag(&self.text(tag, 40)),
            (Plain | News | Other, "source") => {
                let collected = self.collect(tag);
                let name = collected.child("title").unwrap_or_else(|| collected.plain(Kind::Guess, MAX_WORD));
                if !name.is_empty() && entry.outlet.is_empty() {
                    entry.outlet = name;
                }
            }
            (Plain, "image" | "textinput" | "contributor") | (Media | Podcast | Other | News | FeedBurner, _) => {
                self.collect(tag);
            }
            _ => handled = false,
        }
        self.entry = Some(entry);
        handled
    }

    fn published(&mut self, tag: &Tag<'a>, entry: &mut Entry, rank: u8) {
        if let Some(instant) = self.date(tag) {
            // Feeds that give two of RSS's dates mean the first, those that give two of Atom's the last.
            if rank < 2 { entry.published.offer(rank, instant) } else { entry.published.offer_latest(rank, instant) }
        }
    }

    fn link_text(&mut self, tag: &Tag<'a>, entry: &mut Entry, rank: u8) {
        let base = self.base_of(tag);
        let collected = self.collect(tag);
        if !collected.cut
            && let Some(url) = link(&collected.xml, &base)
        {
            entry.link.offer(rank, url);
        }
    }

    fn entry_link(&mut self, tag: &Tag<'a>, entry: &mut Entry) {
        let Some(href) = tag.attribute("href") else { return self.link_text(tag, entry, 1) };
        let relation = tag.attribute("rel").unwrap_or_default().trim().to_lowercase();
        let kind = tag.attribute("type").unwrap_or_default().to_lowercase();
        let base = self.base_of(tag);
        self.collect(tag);
        if let Some(url) = link(&href, &base)
            && (relation.is_empty() || relation.rsplit('/').next() == Some("alternate"))
        {
            let readable = kind.is_empty() || kind.contains("html");
            entry.link.offer(if readable { 1 } else { 2 }, url);
        }
    }
}
