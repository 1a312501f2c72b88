//! Parses RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (feeds and single entries) and CDF into items, however malformed.

use jiff::tz::TimeZone;

use super::cluster;
use super::entry::{Entry, language_tag, resolve_link};
use super::header::Header;
use super::names::Space;
use super::walk::Walk;
use super::xml::{XmlTag, XmlToken};
use super::{Announced, Gathered, PageKind};
use crate::article::Page;

/// The state of parsing a feed.
struct FeedReader<'a, 'z> {
    walk: Walk<'a, 'z>,
    header: Header,
    entry: Option<Entry>,
    found: Gathered,
}

/// Parses an XML feed; the caller has checked that it is one.
pub fn parse_feed(page: &Page, zone: &TimeZone) -> Announced {
    let mut reader = FeedReader {
        walk: Walk::new(page, zone),
        header: Header::default(),
        entry: None,
        found: Gathered::new(PageKind::Feed),
    };
    while let Some(token) = reader.walk.next() {
        match token {
            XmlToken::Open(tag) => reader.open(&tag),
            XmlToken::Close(name) => reader.close(&name),
            XmlToken::Text(_) | XmlToken::Cdata(_) => {}
        }
    }
    reader.found.announced.is_cut = reader.entry.is_some() || reader.walk.is_inside();
    reader.finish_entry();
    reader.header.finish(reader.found)
}

impl<'a> FeedReader<'a, '_> {
    fn open(&mut self, tag: &XmlTag<'a>) {
        let (mark, space, local) = self.walk.enter(tag);
        let read_whole = match (space, local.as_str()) {
            (Space::Plain, "item" | "entry") => {
                self.finish_entry();
                self.walk.back_to_list();
                // An Atom entry may be a document of its own.
                self.walk.atom |= local == "entry" && !self.walk.is_inside();
                self.entry = Some(Entry::begin(&self.walk, tag));
                if tag.empty {
                    self.finish_entry();
                }
                false
            }
            (Space::Plain, "feed" | "rss" | "channel") | (Space::Rdf, "rdf") => {
                self.root(tag, &local);
                false
            }
            (space, local) => match &mut self.entry {
                Some(entry) => entry.field(&mut self.walk, tag, space, local),
                None => self.header.field(&mut self.walk, tag, space, local),
            },
        };
        if read_whole || tag.empty {
            self.walk.leave(mark);
        } else {
            self.walk.push(tag, mark);
        }
    }

    fn close(&mut self, name: &str) {
        let local = name.split_once(':').map_or(name, |(_, local)| local);
        if self.walk.close(name) && matches!(local, "item" | "entry" | "channel" | "feed" | "rss" | "rdf") {
            self.finish_entry();
        }
    }

    fn root(&mut self, tag: &XmlTag, local: &str) {
        self.walk.atom = self.walk.atom || local == "feed";
        if let Some(language) = tag.attribute("xml:lang").or_else(|| tag.attribute("lang")) {
            self.header.language.offer_text(1, language_tag(&language));
        }
        if local == "channel"
            && let Some(home) = tag.attribute("href").and_then(|href| resolve_link(&href, self.walk.base()))
        {
            self.header.home.get_or_insert(home);
        }
    }

    fn finish_entry(&mut self) {
        if let Some(mut entry) = self.entry.take() {
            let listed = std::mem::take(&mut entry.listed);
            match entry.into_item(self.header.home.as_ref()) {
                Ok(item) => cluster::split_cluster(item, listed).into_iter().for_each(|item| self.found.add(item)),
                Err(dropped) => self.found.drop(dropped),
            }
        }
    }
}
