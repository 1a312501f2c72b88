//! Sources and their channels, as `sources.toml` describes them.

mod facts;

use std::fmt::Write as _;
use std::time::Duration;

use regex::Regex;
use url::Url;

use crate::model::ChannelType;
pub use facts::OutletFacts;

/// An outlet and the channels by which its articles become known.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Unique among the sources.
    pub name: String,
    /// The outlet's home page.
    pub site: Option<Url>,
    /// The language most of its articles are in, an ISO 639-1 code.
    pub language: Option<String>,
    /// In the order of the file: feeds, sitemaps, pages, searches.
    pub channels: Vec<Channel>,
    /// Hosts (and their subdomains) to which its items must belong; empty allows all.
    pub only: Vec<String>,
    /// Its first group, found in an item's URL, names the article whatever the rest of the URL says.
    pub identity: Option<Regex>,
    /// Where the generic reading is not enough.
    pub select: Select,
    /// Articles are read from a JSON document instead of the page.
    pub api: Option<Api>,
    /// What it is, as far as it is stated.
    pub facts: OutletFacts,
    /// Whether it takes part in a run.
    pub enabled: bool,
    /// Its channels are polled at least so often, as far as the publisher allows.
    pub poll: Option<Duration>,
}

impl Source {
    /// How often a channel is to be polled at least; `url` is as configured. Sitemaps that an index names follow their source.
    pub fn poll_of(&self, kind: ChannelType, url: &str) -> Option<Duration> {
        let is_it = |channel: &&Channel| match &channel.kind {
            // Its words are filled in.
            ChannelKind::Search(_) => {
                kind == ChannelType::Search
                    && channel.url.split("{query}").next().is_some_and(|start| url.starts_with(start))
            }
            other => other.plain() == kind && channel.url == url,
        };
        self.channels.iter().find(is_it).and_then(|channel| channel.poll).or(self.poll)
    }

    /// The URL of the JSON document that is read in place of an item's page, where there is one.
    pub fn document_url(&self, item: &Url) -> Option<Url> {
        self.api.as_ref().and_then(|api| api.address(item))
    }

    /// Whether a URL is on one of the hosts that `only` names, or below one; an entry may name a port too.
    pub fn is_in_scope(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        self.only.is_empty()
            || self.only.iter().any(|entry| {
                let entry = entry.trim_start_matches("*.").trim_start_matches('.').to_lowercase();
                host == entry
                    || host.strip_suffix(&entry).is_some_and(|head| head.ends_with('.'))
                    || with_port.as_deref() == Some(entry.as_str())
            })
    }
}

/// Which hosts belong to which sources: an article is its outlet's, whoever announces it.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    /// Host without `www.`, explicit port, and the source's name.
    claims: Vec<(String, Option<u16>, String)>,
    /// The sources by name, with what names an article in their URLs.
    names: Vec<(String, Option<Regex>)>,
}

impl Owners {
    /// Of the sources that are enabled.
    pub fn new<'s>(sources: impl IntoIterator<Item = &'s Source>) -> Self {
        let mut owners = Self::default();
        for source in sources.into_iter().filter(|source| source.enabled) {
            let polled = source.channels.iter().filter(|channel| !matches!(channel.kind, ChannelKind::Search(_)));
            let polled = polled.filter_map(|channel| Url::parse(&channel.url).ok());
            for url in source.site.iter().cloned().chain(polled) {
                if let Some(host) = host(&url) {
                    let claim = (host, url.port(), source.name.clone());
                    if !owners.claims.contains(&claim) {
                        owners.claims.push(claim);
                    }
                }
            }
            owners.names.push((source.name.clone(), source.identity.clone()));
        }
        owners
    }

    /// The source on whose host, or below it, a URL is: the one that names the longest such host. `None` where several name
    /// it, or where it is `announcing` itself that does.
    pub fn owner(&self, url: &Url, announcing: &str) -> Option<&str> {
        let host = host(url)?;
        let is_below =
            |claimed: &str| host.strip_suffix(claimed).is_some_and(|head| head.is_empty() || head.ends_with('.'));
        let claims: Vec<_> =
            self.claims.iter().filter(|(claimed, port, _)| *port == url.port() && is_below(claimed)).collect();
        if claims.iter().any(|(.., name)| name == announcing) {
            return None;
        }
        let longest = claims.iter().map(|(claimed, ..)| claimed.len()).max()?;
        let mut nearest =
            claims.iter().filter(|(claimed, ..)| claimed.len() == longest).map(|(.., name)| name.as_str());
        let owner = nearest.next()?;
        nearest.all(|other| other == owner).then_some(owner)
    }

    /// The source of this name.
    pub fn named(&self, name: &str, announcing: &str) -> Option<&str> {
        let mut names = self.names.iter().map(|(known, _)| known.as_str());
        names.find(|known| known.to_lowercase() == name.trim().to_lowercase()).filter(|known| *known != announcing)
    }

    /// What names an article in the URLs of a source.
    pub fn identity(&self, name: &str) -> Option<&Regex> {
        self.names.iter().find(|(known, _)| known == name).and_then(|(_, identity)| identity.as_ref())
    }
}

/// The host without `www.`.
fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.').to_lowercase();
    Some(host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(&host).to_owned())
}

/// One URL that is polled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// What stands at the URL.
    pub kind: ChannelKind,
    /// An absolute http or https address; for a search, a template with `{query}`.
    pub url: String,
    /// It is polled at least so often, as far as the publisher allows.
    pub poll: Option<Duration>,
}

/// What stands at a channel's URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelKind {
    /// RSS 0.9x, 1.0, 2.0, Atom, JSON Feed.
    Feed,
    /// A news sitemap or an index of sitemaps, perhaps gzipped.
    Sitemap,
    /// An HTML page with links to articles.
    Page {
        /// CSS selector of those links.
        link: String,
    },
    /// A feed made for a query: one request or more for each watch.
    Search(SearchSyntax),
}

/// What the service behind a search understands in a query, apart from single words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchSyntax(Vec<SearchSign>);

/// A part of the query language of a search service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchSign {
    /// `a AND b`; without it words beside one another.
    And,
    /// `a OR b`; without it a request for each.
    Or,
    /// `a NOT b`.
    Not,
    /// `a -b`.
    Minus,
    /// `(a OR b) AND c`.
    Brackets,
    /// `"a b"`.
    Phrases,
}

impl SearchSign {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::And, Self::Or, Self::Not, Self::Minus, Self::Brackets, Self::Phrases];

    /// Its name in `sources.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
            Self::Not => "NOT",
            Self::Minus => "-",
            Self::Brackets => "brackets",
            Self::Phrases => "phrases",
        }
    }
}

impl SearchSyntax {
    /// That of a service that understands these.
    pub fn new(signs: Vec<SearchSign>) -> Self {
        Self(signs)
    }

    /// Whether the service understands `sign`.
    pub fn knows(&self, sign: SearchSign) -> bool {
        self.0.contains(&sign)
    }
}

impl Default for SearchSyntax {
    /// What most of them understand.
    fn default() -> Self {
        Self(vec![SearchSign::And, SearchSign::Or, SearchSign::Not, SearchSign::Brackets, SearchSign::Phrases])
    }
}

impl ChannelKind {
    /// The same without its values.
    pub fn plain(&self) -> ChannelType {
        match self {
            Self::Feed => ChannelType::Feed,
            Self::Sitemap => ChannelType::Sitemap,
            Self::Page { .. } => ChannelType::Page,
            Self::Search(_) => ChannelType::Search,
        }
    }
}

/// CSS selectors that override the generic reading of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Select {
    /// The elements that hold the text.
    pub text: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The author.
    pub author: Option<String>,
    /// The date of publication (its `datetime` or `content` attribute, else its text).
    pub date: Option<String>,
    /// Elements that are taken out before reading.
    pub remove: Option<String>,
}

/// How an article is read from a JSON document: an address to ask and JSON pointers (RFC 6901) into the answer.
#[derive(Debug, Clone)]
pub struct Api {
    /// Tried on the item's URL; its named groups fill `url`.
    pub matches: Regex,
    /// The document's address, with `{group}` for each named group of `matches`.
    pub url: String,
    /// Pointer to the headline.
    pub title: Option<String>,
    /// Pointer to the text, plain or HTML.
    pub text: Option<String>,
    /// Pointer to the lead.
    pub summary: Option<String>,
    /// Pointer to the author's name.
    pub author: Option<String>,
    /// Pointer to the time of publication.
    pub published: Option<String>,
    /// Pointer to the name of the outlet it was taken over from.
    pub original_outlet: Option<String>,
    /// Pointer to the original's address.
    pub original_url: Option<String>,
}

impl Api {
    /// The address of the JSON document for an item's URL, when `matches` finds itself in it.
    ///
    /// Captured text is percent-encoded except for letters, digits and `-._~`: a group cannot add a path or a query.
    pub fn address(&self, item: &Url) -> Option<Url> {
        let found = self.matches.captures(item.as_str())?;
        let mut address = self.url.clone();
        for name in self.matches.capture_names().flatten() {
            let value = found.name(name).map_or("", |m| m.as_str());
            let mut safe = String::with_capacity(value.len());
            for byte in value.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte) {
                    safe.push(byte as char);
                } else {
                    let _ = write!(safe, "%{byte:02X}");
                }
            }
            address = address.replace(&format!("{{{name}}}"), &safe);
        }
        Url::parse(&address).ok()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn scope_is_a_host_and_what_is_below_it() {
        let only = vec!["vitrine.example".to_owned(), "127.0.0.1:8080".to_owned()];
        let source = Source { only, ..Source::default() };
        let inside = |url: &str| source.is_in_scope(&Url::parse(url).unwrap());
        assert!(inside("http://vitrine.example/a"));
        assert!(inside("http://www.vitrine.example/a"));
        assert!(inside("http://127.0.0.1:8080/a"));
        assert!(!inside("http://127.0.0.1:8081/a"));
        assert!(!inside("http://notvitrine.example/a"));
        assert!(!inside("http://vitrine.example.evil.example/a"));
    }

    #[test]
    fn an_article_belongs_to_the_source_of_its_host() {
        let source = |name: &str, site: &str, feed: &str| Source {
            name: name.to_owned(),
            site: Url::parse(site).ok(),
            channels: vec![Channel { kind: ChannelKind::Feed, url: feed.to_owned(), poll: None }],
            enabled: true,
            ..Source::default()
        };
        let owners = Owners::new(&[
            source("Gazet", "https://www.gazet.example/", "https://feeds.burner.example/gazet"),
            source("Sport", "https://sport.gazet.example/", "https://feeds.burner.example/sport"),
            source("Blad", "", "https://blad.example/rss"),
            source("Port", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/rss"),
        ]);
        for (url, announcing, expected) in [
            ("http://gazet.example/a", "Search", Some("Gazet")),
            ("https://m.gazet.example/a", "Search", Some("Gazet")),
            ("https://sport.gazet.example/a", "Search", Some("Sport")),
            ("https://www.gazet.example/a", "Gazet", None),
            ("https://sport.gazet.example/a", "Gazet", None),
            ("https://feeds.burner.example/x", "Search", None),
            ("https://blad.example/a", "Gazet", Some("Blad")),
            ("https://otherblad.example/a", "Gazet", None),
            ("http://127.0.0.1:8080/a", "Search", Some("Port")),
            ("http://127.0.0.1:8081/a", "Search", None),
        ] {
            assert_eq!(owners.owner(&Url::parse(url).unwrap(), announcing), expected, "{url} by {announcing}");
        }
        assert_eq!(owners.named(" gazet ", "Search"), Some("Gazet"));
        assert_eq!(owners.named("Gazet", "Gazet"), None);
    }
}
