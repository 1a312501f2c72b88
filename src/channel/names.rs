//! XML namespaces of feeds and sitemaps: the meaning of a prefix, declared or not.

/// The vocabularies that are distinguished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// RSS, Atom, CDF, sitemaps, and any name without a prefix.
    Plain,
    DublinCore,
    Terms,
    Content,
    Media,
    Podcast,
    FeedBurner,
    Rdf,
    Xhtml,
    Syndication,
    News,
    Other,
}

/// Start of a namespace's URL, without the scheme and in lower case.
const ADDRESSES: [(&str, Space); 26] = [
    ("www.w3.org/2005/atom", Space::Plain),
    ("purl.org/atom/ns", Space::Plain),
    ("purl.org/rss/1.0/modules/content", Space::Content),
    ("purl.org/rss/1.0/modules/syndication", Space::Syndication),
    ("purl.org/rss/1.0/modules/", Space::Other),
    ("purl.org/rss/1.0", Space::Plain),
    ("purl.org/net/rss1.1", Space::Plain),
    ("my.netscape.com/rdf/simple/0.9", Space::Plain),
    ("my.netscape.com/publish/formats/rss-0.91", Space::Plain),
    ("channel.netscape.com/rdf/simple/0.9", Space::Plain),
    ("backend.userland.com/rss", Space::Plain),
    ("blogs.law.harvard.edu/tech/rss", Space::Plain),
    ("cyber.law.harvard.edu/rss", Space::Plain),
    ("www.rssboard.org/rss", Space::Plain),
    ("www.sitemaps.org/schemas/sitemap/", Space::Plain),
    ("www.google.com/schemas/sitemap-news", Space::News),
    ("www.google.com/schemas/sitemap/", Space::Plain),
    ("purl.org/dc/elements/", Space::DublinCore),
    ("purl.org/dc/terms", Space::Terms),
    ("search.yahoo.com/mrss", Space::Media),
    ("www.itunes.com/dtds/podcast", Space::Podcast),
    ("rssnamespace.org/feedburner", Space::FeedBurner),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", Space::Rdf),
    ("www.w3.org/1999/xhtml", Space::Xhtml),
    ("www.google.com/schemas/sitemap-", Space::Other),
    ("www.w3.org/1999/xlink", Space::Other),
];

fn by_address(address: &str) -> Option<Space> {
    let lower = address.trim().to_ascii_lowercase();
    let bare = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    ADDRESSES.iter().find(|(start, _)| bare.starts_with(start)).map(|(_, space)| *space)
}

fn by_prefix(prefix: &str) -> Space {
    match prefix {
        "" | "atom" | "a10" | "rss" | "sitemap" => Space::Plain,
        "dc" => Space::DublinCore,
        "dcterms" => Space::Terms,
        "content" => Space::Content,
        "media" => Space::Media,
        "itunes" => Space::Podcast,
        "feedburner" => Space::FeedBurner,
        "rdf" => Space::Rdf,
        "xhtml" => Space::Xhtml,
        "sy" => Space::Syndication,
        "news" => Space::News,
        _ => Space::Other,
    }
}

/// The declarations in scope, innermost last.
#[derive(Debug, Default)]
pub struct Spaces(Vec<(String, Space)>);

/// More simultaneous declarations are an attack.
const MAX_DECLARED: usize = 64;

impl Spaces {
    /// How many declarations are in scope, for `leave`.
    pub fn mark(&self) -> usize {
        self.0.len()
    }

    /// Removes the declarations made since the mark.
    pub fn leave(&mut self, mark: usize) {
        self.0.truncate(mark);
    }

    /// Adds `xmlns:prefix="address"`.
    pub fn declare(&mut self, prefix: &str, address: &str) {
        if self.0.len() < MAX_DECLARED {
            let space = match by_address(address) {
                Some(space) => space,
                // Elements without a prefix are always `Plain`, whatever URL the feed makes up for them.
                None if prefix.is_empty() => Space::Plain,
                None => by_prefix(prefix),
            };
            self.0.push((prefix.to_owned(), space));
        }
    }

    /// Maps the prefix of the root element to its vocabulary, whatever URL is bound to it.
    pub fn adopt_root(&mut self, name: &str) {
        if let Some((prefix, local)) = name.split_once(':')
            && local != "rdf"
            && self.0.len() < MAX_DECLARED
        {
            self.0.push((prefix.to_owned(), Space::Plain));
        }
    }

    /// The vocabulary and the local name of an element.
    pub fn resolve<'n>(&self, name: &'n str) -> (Space, &'n str) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let declared = self.0.iter().rev().find(|(p, _)| p == prefix).map(|(_, space)| *space);
        (declared.unwrap_or_else(|| by_prefix(prefix)), local)
    }
}
