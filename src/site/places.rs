//! Where the channels of a site may be: what it names itself, and where software puts them.

use url::Url;

use crate::canonical_url;
use crate::channel::{Announced, NamedFeed};

/// Feeds that are asked of those that a page announces, of those that it only links to, and sitemaps of robots.txt.
const MAX_ANNOUNCED: usize = 8;
const MAX_LINKED: usize = 4;
const MAX_SITEMAPS: usize = 4;
/// Sitemaps of one index that are looked at.
const MAX_NESTED: usize = 2;

/// The origin of URLs at which much software has its feeds and sitemaps.
pub const COMMON_PATH: &str = "a common path";

/// What is hoped to stand somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hope {
    /// A feed, or a page that names feeds.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
}

/// A URL worth requesting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelPlace {
    /// Where.
    pub url: Url,
    /// What is hoped for.
    pub hope: Hope,
    /// Who says so, a clause: "the page announces it".
    pub named_by: &'static str,
}

impl ChannelPlace {
    fn feed(url: Url, named_by: &'static str) -> Self {
        Self { url, hope: Hope::Feed, named_by }
    }

    fn sitemap(url: Url, named_by: &'static str) -> Self {
        Self { url, hope: Hope::Sitemap, named_by }
    }
}

/// The feeds that a page announces (or, where `linked`, only links to) and that are worth asking, best first.
pub fn feeds_of(named: &[NamedFeed], linked: bool, site: &Url) -> Vec<ChannelPlace> {
    let why = if linked { "the page links to it" } else { "the page announces it" };
    let most = if linked { MAX_LINKED } else { MAX_ANNOUNCED };
    let mut wanted: Vec<&NamedFeed> =
        named.iter().filter(|feed| feed.announced != linked && !is_of_comments(feed)).collect();
    // A link to a feed of somebody else is no channel of this site; an announced feed may live at a feed service.
    wanted.retain(|feed| feed.announced || canonical_url::same_site(&feed.url, site));
    wanted.sort_by_key(|feed| !canonical_url::same_site(&feed.url, site));
    wanted.into_iter().take(most).map(|feed| ChannelPlace::feed(feed.url.clone(), why)).collect()
}

/// Whether a feed is of readers' comments, by its name or URL.
pub fn is_of_comments(feed: &NamedFeed) -> bool {
    const WORDS: [&str; 7] =
        ["comments", "commentaires", "reacties", "kommentare", "comment-feed", "comentarios", "commenti"];
    let (title, path) = (feed.title.to_lowercase(), feed.url.path().to_lowercase());
    WORDS.iter().any(|word| title.contains(word) || path.contains(word))
}

/// The sitemaps that robots.txt names and that are worth asking, those for news first.
pub fn sitemaps(named: &[Url]) -> Vec<ChannelPlace> {
    let mut places: Vec<ChannelPlace> =
        named.iter().map(|url| ChannelPlace::sitemap(url.clone(), "robots.txt names it")).collect();
    places.sort_by_key(|place| !is_for_news(&place.url));
    places.truncate(MAX_SITEMAPS);
    places
}

/// The sitemaps of an index that may hold what is new: those for news, else those that changed last, else the last ones.
pub fn nested(index: &Announced) -> Vec<ChannelPlace> {
    let mut all: Vec<_> = index.nested.iter().enumerate().collect();
    // Indexes without dates mostly grow at their end.
    all.sort_by_key(|(at, nested)| {
        (!is_for_news(&nested.url), std::cmp::Reverse(nested.modified_at), std::cmp::Reverse(*at))
    });
    let best = all.into_iter().take(MAX_NESTED);
    best.map(|(_, nested)| ChannelPlace::sitemap(nested.url.clone(), "a sitemap index names it")).collect()
}

fn is_for_news(url: &Url) -> bool {
    let path = url.path().to_lowercase();
    ["news", "nieuws", "actu", "latest", "recent"].iter().any(|word| path.contains(word))
}

/// Where software puts a site's main feed, the commonest first; relative to the site's root.
pub fn common_feeds(site: &Url) -> Vec<ChannelPlace> {
    const PATHS: [&str; 6] = ["/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml"];
    at(site, &PATHS).map(|url| ChannelPlace::feed(url, COMMON_PATH)).collect()
}

/// Where software puts news sitemaps, and where it puts others when `all` are wanted.
pub fn common_sitemaps(site: &Url, all: bool) -> Vec<ChannelPlace> {
    const NEWS: [&str; 2] = ["/sitemap-news.xml", "/news-sitemap.xml"];
    const ALL: [&str; 4] = ["/sitemap-news.xml", "/news-sitemap.xml", "/sitemap.xml", "/sitemap_index.xml"];
    let paths: &[&str] = if all { &ALL } else { &NEWS };
    at(site, paths).map(|url| ChannelPlace::sitemap(url, COMMON_PATH)).collect()
}

fn at<'a>(site: &'a Url, paths: &'a [&str]) -> impl Iterator<Item = Url> + 'a {
    paths.iter().filter_map(|path| site.join(path).ok())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::channel::{Nested, PageKind};

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn feeds_of_the_site_come_first_and_comments_not_at_all() {
        let feed = |place: &str, title: &str, announced: bool| NamedFeed {
            url: url(place),
            title: title.to_owned(),
            announced,
        };
        let named = [
            feed("https://feeds.example/gazet", "All", true),
            feed("https://www.gazet.example/feed/", "Gazet", true),
            feed("https://www.gazet.example/comments/feed/", "Gazet: reacties", true),
            feed("https://www.gazet.example/rss", "RSS", false),
            feed("https://elsewhere.example/rss", "RSS", false),
        ];
        let asked = |linked| {
            let site = url("https://gazet.example/");
            feeds_of(&named, linked, &site).into_iter().map(|place| place.url.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(asked(false), ["https://www.gazet.example/feed/", "https://feeds.example/gazet"]);
        assert_eq!(asked(true), ["https://www.gazet.example/rss"]);
    }

    #[test]
    fn of_an_index_the_news_is_looked_at_else_what_changed_last() {
        let map = |path: &str, day: &str| Nested {
            url: url(&format!("https://a.example/{path}")),
            modified_at: format!("{day}T00:00:00Z").parse().ok(),
        };
        let index = |nested: Vec<Nested>| Announced {
            kind: PageKind::Sitemap,
            title: String::new(),
            items: Vec::new(),
            dropped: Vec::new(),
            nested,
            is_cut: false,
            poll_after: None,
            skip_hours: Vec::new(),
            skip_days: Vec::new(),
            language: String::new(),
        };
        let chosen = |nested: Vec<Nested>| {
            super::nested(&index(nested)).into_iter().map(|place| place.url.path().to_owned()).collect::<Vec<_>>()
        };
        let dated =
            vec![map("1", "2026-10-01"), map("2", "2026-10-10"), map("3", "2026-10-09"), map("news", "2020-01-01")];
        assert_eq!(chosen(dated), ["/news", "/2"]);
        assert_eq!(chosen(vec![map("1", ""), map("2", ""), map("3", "")]), ["/3", "/2"]);
    }
}
