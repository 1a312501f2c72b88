//! URLs at which a site's channels may be: those that it names, and those where its software puts them.

use url::Url;

use crate::article::Page;
use crate::canonical_url;
use crate::channel::{Announced, NamedFeed};
use crate::lexicon::{SOFTWARE, System};
use crate::text::cut::cut;

/// Limits: feeds requested of those a page declares and of those it only links to, and sitemaps of robots.txt.
const MAX_ANNOUNCED: usize = 8;
const MAX_LINKED: usize = 4;
const MAX_SITEMAPS: usize = 4;
/// How many sitemaps of an index are requested.
const MAX_NESTED: usize = 2;
/// How many systems' paths are tried, and how much of a page is searched for their marks, in bytes.
const MAX_SYSTEMS: usize = 2;
const MAX_LENGTH: usize = 1_000_000;

/// The origin of URLs at which common software has feeds and sitemaps.
pub const COMMON_PATH: &str = "a common path";

/// What a URL is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hope {
    /// A feed, or a page that lists feeds.
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
    /// Who names the URL, as a clause: "the page announces it".
    pub named_by: &'static str,
    /// The sitemap index that lists it.
    pub index: Option<Url>,
}

impl ChannelPlace {
    pub(crate) fn feed(url: Url, named_by: &'static str) -> Self {
        Self { url, hope: Hope::Feed, named_by, index: None }
    }

    pub(crate) fn sitemap(url: Url, named_by: &'static str) -> Self {
        Self { url, hope: Hope::Sitemap, named_by, index: None }
    }
}

/// What a channel lists, judging by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Listed {
    /// News.
    News,
    /// Articles.
    Articles,
    /// The name does not tell.
    Unknown,
    /// Categories, tags, authors or fixed pages.
    Others,
}

/// What a channel lists, judging by the words in its path.
pub(super) fn listed(url: &Url) -> Listed {
    let path = url.path().to_lowercase();
    let has = |words: &[&str]| path.split(|c: char| !c.is_alphanumeric()).any(|part| words.contains(&part));
    match path.as_str() {
        _ if has(&SOFTWARE.others) => Listed::Others,
        // Compounds: `sitemapnews-0.xml`, `newssitemap.xml`.
        _ if SOFTWARE.news.iter().any(|word| path.contains(word)) => Listed::News,
        _ if has(&SOFTWARE.articles) => Listed::Articles,
        _ => Listed::Unknown,
    }
}

/// The feeds worth requesting that a page declares (or, with `linked`, only links to), best first.
pub fn feeds_of(named: &[NamedFeed], linked: bool, site: &Url) -> Vec<ChannelPlace> {
    let why = if linked { "the page links to it" } else { "the page announces it" };
    let most = if linked { MAX_LINKED } else { MAX_ANNOUNCED };
    let mut wanted: Vec<&NamedFeed> =
        named.iter().filter(|feed| feed.announced != linked && !is_of_comments(feed)).collect();
    // A link to another site's feed is not a channel of this site, but a declared feed may be hosted by a feed service.
    wanted.retain(|feed| feed.announced || canonical_url::same_site(&feed.url, site));
    wanted.sort_by_key(|feed| (!canonical_url::same_site(&feed.url, site), listed(&feed.url) == Listed::Others));
    wanted.into_iter().take(most).map(|feed| ChannelPlace::feed(feed.url.clone(), why)).collect()
}

/// Whether a feed has readers' comments, judging by its name or URL.
pub fn is_of_comments(feed: &NamedFeed) -> bool {
    const WORDS: [&str; 7] =
        ["comments", "commentaires", "reacties", "kommentare", "comment-feed", "comentarios", "commenti"];
    let (title, path) = (feed.title.to_lowercase(), feed.url.path().to_lowercase());
    WORDS.iter().any(|word| title.contains(word) || path.contains(word))
}

/// The sitemaps worth requesting that robots.txt lists, those for news first.
pub fn sitemaps(named: &[Url]) -> Vec<ChannelPlace> {
    let mut places: Vec<ChannelPlace> =
        named.iter().map(|url| ChannelPlace::sitemap(url.clone(), "robots.txt names it")).collect();
    places.sort_by_key(|place| listed(&place.url));
    places.truncate(MAX_SITEMAPS);
    places
}

/// The sitemaps of an index that may have recent articles: those for news, then those of articles; among equals the
/// most recently changed, or else the last ones.
pub fn nested(index: &Announced, url: &Url) -> Vec<ChannelPlace> {
    let mut all: Vec<_> = index.nested.iter().enumerate().collect();
    // Indexes without dates usually grow at the end.
    all.sort_by_key(|(at, nested)| {
        (listed(&nested.url), std::cmp::Reverse(nested.modified_at), std::cmp::Reverse(*at))
    });
    let best = all.into_iter().take(MAX_NESTED).map(|(_, nested)| nested.url.clone());
    best.map(|nested| ChannelPlace {
        index: Some(url.clone()),
        ..ChannelPlace::sitemap(nested, "a sitemap index names it")
    })
    .collect()
}

/// The usual URLs of a site's main feed: those of the system that a page shows marks of, then the most common ones;
/// relative to the site's root.
pub fn common_feeds(site: &Url, pages: &[Page]) -> Vec<ChannelPlace> {
    let own = systems(pages).into_iter().flat_map(|system| &system.feeds);
    at(site, own.chain(&SOFTWARE.feeds)).into_iter().map(|url| ChannelPlace::feed(url, COMMON_PATH)).collect()
}

/// The usual URLs of news sitemaps, and with `all` those of other sitemaps.
pub fn common_sitemaps(site: &Url, pages: &[Page], all: bool) -> Vec<ChannelPlace> {
    let own: Vec<&&str> = systems(pages).into_iter().flat_map(|system| &system.sitemaps).collect();
    let is_news = |path: &&&&str| SOFTWARE.news.iter().any(|word| path.contains(word));
    let news = own.iter().copied().filter(|path| is_news(&path)).chain(&SOFTWARE.news_sitemaps);
    let others = own.iter().copied().chain(&SOFTWARE.sitemaps).filter(|_| all);
    at(site, news.chain(others)).into_iter().map(|url| ChannelPlace::sitemap(url, COMMON_PATH)).collect()
}

/// The systems that these pages show marks of, the most marks first.
fn systems(pages: &[Page]) -> Vec<&'static System> {
    let texts: Vec<String> = pages.iter().map(|page| cut(&page.text, MAX_LENGTH).to_ascii_lowercase()).collect();
    let marks = |system: &System| system.marks.iter().filter(|mark| texts.iter().any(|t| t.contains(**mark))).count();
    let mut found: Vec<(usize, &System)> = SOFTWARE.system.iter().map(|system| (marks(system), system)).collect();
    found.retain(|(marks, _)| *marks > 0);
    found.sort_by_key(|(marks, _)| std::cmp::Reverse(*marks));
    found.into_iter().take(MAX_SYSTEMS).map(|(_, system)| system).collect()
}

/// The feed of a profile, if a URL is that of a profile on a site of many authors.
pub fn profile_feeds(url: &Url) -> Vec<ChannelPlace> {
    let path = url.path().trim_end_matches('/');
    let named = SOFTWARE.profile.iter().find_map(|profile| {
        let (before, after) = profile.path.split_once("{name}")?;
        let name = path.strip_prefix(before)?.strip_suffix(after)?;
        (!name.is_empty() && !name.contains('/')).then_some((profile, name))
    });
    let Some((profile, name)) = named else { return Vec::new() };
    let urls = profile.feeds.iter().filter_map(|feed| url.join(&feed.replace("{name}", name)).ok());
    urls.map(|url| ChannelPlace::feed(url, "the usual path of a profile's feed")).collect()
}

/// These paths below a site's root, without duplicates.
fn at<'a>(site: &Url, paths: impl Iterator<Item = &'a &'a str>) -> Vec<Url> {
    let mut urls: Vec<Url> = Vec::new();
    for url in paths.filter_map(|path| site.join(path).ok()) {
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
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
    fn the_sites_own_feeds_come_first_and_comments_are_left_out() {
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
    fn an_indexs_news_sitemaps_come_first_then_the_latest() {
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
            let index = index(nested);
            super::nested(&index, &url("https://a.example/index.xml"))
                .into_iter()
                .map(|place| place.url.path().to_owned())
                .collect::<Vec<_>>()
        };
        let dated =
            vec![map("1", "2026-10-01"), map("2", "2026-10-10"), map("3", "2026-10-09"), map("news", "2020-01-01")];
        assert_eq!(chosen(dated), ["/news", "/2"]);
        assert_eq!(chosen(vec![map("1", ""), map("2", ""), map("3", "")]), ["/3", "/2"]);
        let kinds = vec![
            map("wp-sitemap-posts-page-1.xml", "2026-10-11"),
            map("post_tag-sitemap.xml", "2026-10-11"),
            map("post-sitemap.xml", "2026-10-09"),
            map("wp-sitemap-users-1.xml", "2026-10-11"),
        ];
        assert_eq!(chosen(kinds)[0], "/post-sitemap.xml");
    }

    #[test]
    fn the_paths_of_a_system_come_before_the_common_ones() {
        let site = url("https://a.example/");
        let page = |text: &str| [Page { url: site.clone(), text: text.to_owned() }];
        let paths = |places: Vec<ChannelPlace>| {
            places.iter().map(|place| place.url.as_str()["https://a.example".len()..].to_owned()).collect::<Vec<_>>()
        };
        let arc = page("<script src='/pf/dist/engine.js'></script>");
        assert_eq!(
            paths(common_feeds(&site, &arc))[..2],
            ["/arc/outboundfeeds/rss/?outputType=xml", "/arc/outboundfeeds/rss/"]
        );
        assert!(paths(common_sitemaps(&site, &arc, true)).contains(&"/arc/outboundfeeds/sitemap-index/".to_owned()));
        assert!(!paths(common_sitemaps(&site, &arc, false)).contains(&"/arc/outboundfeeds/sitemap-index/".to_owned()));
        let drupal = page("<img src=/sites/default/files/a.jpg>");
        let found = paths(common_feeds(&site, &drupal));
        assert_eq!(found[0], "/rss.xml");
        assert_eq!(found.iter().filter(|path| *path == "/rss.xml").count(), 1);
        assert_eq!(paths(common_feeds(&site, &[]))[0], "/feed/");
        assert!(paths(common_feeds(&site, &[])).contains(&"/arc/outboundfeeds/rss/".to_owned()));
    }

    #[test]
    fn a_profile_has_its_own_feed() {
        let feeds =
            |text: &str| profile_feeds(&url(text)).into_iter().map(|place| place.url.to_string()).collect::<Vec<_>>();
        assert_eq!(feeds("https://a.example/profile/gazet.example"), ["https://a.example/profile/gazet.example/rss"]);
        assert_eq!(feeds("https://a.example/@gazet/")[0], "https://a.example/@gazet.rss");
        assert_eq!(feeds("https://a.example/@gazet/123"), Vec::<String>::new());
        assert_eq!(feeds("https://a.example/profile/"), Vec::<String>::new());
    }
}
