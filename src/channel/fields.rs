//! Parses the elements of a feed's entry.

use url::Url;

use super::cluster;
use super::collect::TextKind;
use super::entry::{
    ENCLOSURE, Entry, MAX_CONTENT, MAX_SUMMARY, MAX_TITLE, MAX_WORD, language_tag, person_name, resolve_link,
};
use super::names::Space;
use super::walk::Walk;
use super::xml::XmlTag;
use crate::text::clean::one_line_up_to;

fn is_sound_or_film(tag: &XmlTag) -> bool {
    ["medium", "type"].iter().any(|name| {
        let value = tag.attribute(name).unwrap_or_default().trim().to_ascii_lowercase();
        value.starts_with("audio") || value.starts_with("video")
    })
}

impl Entry {
    /// The entry that a tag opens.
    pub fn begin(walk: &Walk, tag: &XmlTag) -> Self {
        let base = walk.base_of(tag);
        let mut entry = Self::default();
        for (name, value) in tag.attributes() {
            match name.as_str() {
                "rdf:about" | "about" => {
                    entry.id.offer_text(3, one_line_up_to(&value, MAX_WORD));
                    if let Some(url) = Url::parse(value.trim()).ok().and_then(|_| resolve_link(&value, &base)) {
                        entry.link.offer(7, url);
                    }
                }
                "href" => {
                    if let Some(url) = resolve_link(&value, &base) {
                        entry.link.offer(3, url);
                    }
                }
                "lastmod" => entry.modified = walk.instant(&value),
                "xml:lang" => entry.language = language_tag(&value),
                _ => {}
            }
        }
        entry
    }

    /// Parses an element of an entry. Returns whether it was consumed.
    pub fn field<'a>(&mut self, walk: &mut Walk<'a, '_>, tag: &XmlTag<'a>, space: Space, local: &str) -> bool {
        use Space::{Content, DublinCore, FeedBurner, Media, News, Other, Plain, Podcast, Terms, Xhtml};
        let mut handled = true;
        match (space, local) {
            (Plain | DublinCore | Terms | Media | Podcast, "title") => {
                let rank = [Plain, DublinCore, Terms, Media].iter().position(|s| *s == space).unwrap_or(4);
                self.title_given |= space == Plain;
                let kind = TextKind::from_tag(tag, walk.atom);
                let collected = walk.collect(tag);
                // A truncated headline is worse than none.
                if !collected.cut {
                    self.title.offer_text(u8::try_from(rank).unwrap_or(4), collected.plain(kind, MAX_TITLE));
                }
            }
            (Plain, "summary" | "description" | "abstract") => {
                let (base, kind) = (walk.base_of(tag), TextKind::from_tag(tag, walk.atom));
                let collected = walk.collect(tag);
                if self.listed.is_empty() {
                    self.listed = cluster::listed_articles(&collected, &base);
                }
                self.summary.offer_text(0, collected.plain(kind, MAX_SUMMARY));
            }
            (DublinCore | Terms, "description" | "abstract") => {
                self.summary.offer_text(2, walk.text(tag, MAX_SUMMARY));
            }
            (Podcast, "summary") => self.summary.offer_text(3, walk.text(tag, MAX_SUMMARY)),
            (Media, "description") => self.summary.offer_text(4, walk.text(tag, MAX_SUMMARY)),
            (Content, "encoded") | (Plain, "content" | "fullitem") | (Plain | Xhtml, "body") => {
                let kind = TextKind::from_tag(tag, walk.atom);
                self.content.offer_text(0, walk.collect(tag).paragraphs(kind, MAX_CONTENT));
            }
            (FeedBurner, "origlink") => self.link_text(walk, tag, 0),
            (Plain, "link") => self.link(walk, tag),
            (Plain, "enclosure") => self.enclosure(walk, tag, "url"),
            (Media, "content") if is_sound_or_film(tag) => self.enclosure(walk, tag, "url"),
            (Plain, "guid") => {
                let permanent =
                    tag.attribute("ispermalink").is_none_or(|value| !value.trim().eq_ignore_ascii_case("false"));
                let base = walk.base_of(tag);
                let collected = walk.collect(tag);
                let text = collected.xml;
                // A bare number is an identifier, not a path; a truncated URL would lead to another page.
                let is_address = text.trim().starts_with('/') || Url::parse(text.trim()).is_ok();
                if permanent
                    && is_address
                    && !collected.cut
                    && let Some(url) = resolve_link(&text, &base)
                {
                    self.link.offer(5, url);
                }
                self.id.offer_text(0, one_line_up_to(&text, MAX_WORD));
            }
            (Plain, "id") => {
                let base = walk.base_of(tag);
                let text = one_line_up_to(&walk.collect(tag).xml, MAX_WORD);
                let absolute = if text.starts_with('/') { resolve_link(&text, &base).map(String::from) } else { None };
                let text = absolute.unwrap_or(text);
                if let Some(url) = Url::parse(&text).ok().and_then(|_| resolve_link(&text, &base)) {
                    self.link.offer(8, url);
                }
                self.id.offer_text(1, text);
            }
            (DublinCore | Terms, "identifier") => self.id.offer_text(2, walk.text(tag, MAX_WORD)),
            (Plain, "pubdate") => self.instant(walk, tag, 0),
            (DublinCore | Terms, "date") => self.instant(walk, tag, 1),
            (Plain, "published" | "date") => self.instant(walk, tag, 2),
            (Plain | Terms, "issued" | "available") => self.instant(walk, tag, 3),
            (Plain | Terms, "created") => self.instant(walk, tag, 4),
            (Plain | Terms, "updated" | "modified" | "lastmod") => {
                self.modified = walk.date(tag).or(self.modified);
            }
            (Plain | Podcast, "author") | (DublinCore, "creator" | "author") => {
                let collected = walk.collect(tag);
                self.author(person_name(
                    &collected.child("name").unwrap_or_else(|| collected.plain(TextKind::Guess, MAX_WORD)),
                ));
            }
            (DublinCore | Plain, "language") => self.language = language_tag(&walk.text(tag, 40)),
            (Plain | News | Other, "source") => {
                let base = walk.base_of(tag);
                let url = tag.attribute("url").and_then(|url| resolve_link(&url, &base));
                self.outlet_url = self.outlet_url.take().or(url);
                let collected = walk.collect(tag);
                let name = collected.child("title").unwrap_or_else(|| collected.plain(TextKind::Guess, MAX_WORD));
                if !name.is_empty() && self.outlet.is_empty() {
                    self.outlet = name;
                }
            }
            (Plain, "image" | "textinput" | "contributor") | (Media | Podcast | Other | News | FeedBurner, _) => {
                walk.collect(tag);
            }
            _ => handled = false,
        }
        handled
    }

    fn instant<'a>(&mut self, walk: &mut Walk<'a, '_>, tag: &XmlTag<'a>, rank: u8) {
        if let Some(instant) = walk.date(tag) {
            // Of several RSS dates the first is meant, of several Atom dates the last.
            if rank < 2 { self.published.offer(rank, instant) } else { self.published.offer_latest(rank, instant) }
        }
    }

    /// A recording or video: the URL of an entry that has no other.
    fn enclosure<'a>(&mut self, walk: &mut Walk<'a, '_>, tag: &XmlTag<'a>, name: &str) {
        let base = walk.base_of(tag);
        let url = tag.attribute(name).and_then(|address| resolve_link(&address, &base));
        walk.collect(tag);
        if let Some(url) = url {
            self.link.offer(ENCLOSURE, url);
        }
    }

    fn link_text<'a>(&mut self, walk: &mut Walk<'a, '_>, tag: &XmlTag<'a>, rank: u8) {
        let base = walk.base_of(tag);
        let collected = walk.collect(tag);
        if !collected.cut
            && let Some(url) = resolve_link(&collected.xml, &base)
        {
            self.link.offer(rank, url);
        }
    }

    fn link<'a>(&mut self, walk: &mut Walk<'a, '_>, tag: &XmlTag<'a>) {
        let Some(href) = tag.attribute("href") else { return self.link_text(walk, tag, 1) };
        let relation = tag.attribute("rel").unwrap_or_default().trim().to_lowercase();
        let kind = tag.attribute("type").unwrap_or_default().to_lowercase();
        if relation == "enclosure" {
            return self.enclosure(walk, tag, "href");
        }
        let base = walk.base_of(tag);
        walk.collect(tag);
        if let Some(url) = resolve_link(&href, &base)
            && (relation.is_empty() || relation.rsplit('/').next() == Some("alternate"))
        {
            let readable = kind.is_empty() || kind.contains("html");
            self.link.offer(if readable { 1 } else { 2 }, url);
        }
    }
}
