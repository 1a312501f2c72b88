//! The words of natural languages, and names: the files in `lexicon/`, each parsed when it is first needed.
//!
//! `docs/languages.md` says what each list is for. Lists of a language that are no matter of one language alone (what is read is
//! often not said to be in any) are put together by [`all`].

mod frame;
mod language;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use include_dir::{Dir, File, include_dir};
use serde::Deserialize;

pub use frame::{Counted, DUTCH, ENGLISH, FRENCH, GERMAN, Texts};
pub use language::LanguageWords;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lexicon");

/// A list of words that is put together when it is first used.
pub type List = LazyLock<Vec<&'static str>>;

/// Every language, in the order of `order.toml`.
pub static LANGUAGES: LazyLock<Vec<LanguageWords>> = LazyLock::new(|| {
    let language = |code: &&'static str| LanguageWords { code, ..read(&format!("{code}.toml")) };
    ORDER.languages.iter().map(language).collect()
});

/// `order.toml`.
pub static ORDER: LazyLock<Order> = LazyLock::new(|| read("order.toml"));
/// `advertorials.toml`.
pub static ADVERTORIALS: LazyLock<Advertorials> = LazyLock::new(|| read("advertorials.toml"));
/// `agencies.toml`.
pub static AGENCIES: LazyLock<Agencies> = LazyLock::new(|| read("agencies.toml"));
/// `places.toml`.
pub static PLACES: LazyLock<Places> = LazyLock::new(|| read("places.toml"));
/// `software.toml`.
pub static SOFTWARE: LazyLock<Software> = LazyLock::new(|| read("software.toml"));
/// `topics.toml`.
pub static TOPICS: LazyLock<Topics> = LazyLock::new(|| read("topics.toml"));

/// How languages stand to one another.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The codes of all languages; of several that have a word the first is meant.
    #[serde(borrow)]
    pub languages: Vec<&'static str>,
    /// Groups of codes: languages that share most of their small words.
    pub kin: Vec<Vec<&'static str>>,
    /// The codes that a language can have.
    pub codes: Vec<&'static str>,
}

/// How pages mark articles that somebody paid for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advertorials {
    /// Where the lists come from.
    pub source: &'static str,
    /// Names of classes, parts of paths, and kinds of articles: letters and digits alone.
    pub marks: Vec<&'static str>,
    /// What stands beside such a mark in the name of a class, and says nothing.
    pub neutral: Vec<&'static str>,
    /// `meta` elements that say whether somebody paid.
    pub flags: Vec<&'static str>,
    /// `meta` elements that name who paid.
    pub payers: Vec<&'static str>,
    /// `meta` elements and attributes that name the kind of an article.
    pub kinds: Vec<&'static str>,
}

/// News agencies.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agencies {
    /// Where the list comes from.
    pub source: &'static str,
    /// Each as it spells itself, with the keys of its other names.
    pub agencies: BTreeMap<&'static str, Vec<&'static str>>,
}

/// Names that languages spell differently, and words with a capital that name nobody; folded.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Where the lists come from.
    pub source: &'static str,
    /// How words begin that have a capital and name nobody in particular.
    pub common: Vec<&'static str>,
    /// Whole words of this kind.
    pub bodies: Vec<&'static str>,
    /// Cities under their English name.
    pub cities: BTreeMap<&'static str, Vec<&'static str>>,
    /// Regions, countries and unions.
    pub lands: BTreeMap<&'static str, Vec<&'static str>>,
    /// Names of one word, and what else they are called.
    pub names: BTreeMap<&'static str, Vec<&'static str>>,
}

/// Where the software of sites puts feeds and sitemaps.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Software {
    /// Where the lists come from.
    pub source: &'static str,
    /// Paths of feeds that much software has, the commonest first.
    pub feeds: Vec<&'static str>,
    /// Paths of sitemaps for news.
    pub news_sitemaps: Vec<&'static str>,
    /// Paths of other sitemaps.
    pub sitemaps: Vec<&'static str>,
    /// Parts of the names of channels that list articles.
    pub articles: Vec<&'static str>,
    /// Parts of the names of channels that list categories, tags, authors or fixed pages.
    pub others: Vec<&'static str>,
    /// Parts of the names of channels for news.
    pub news: Vec<&'static str>,
    /// The paths of single systems.
    pub system: Vec<System>,
    /// Profiles on sites of many authors.
    pub profile: Vec<ProfilePath>,
}

/// A content management system.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// What it is called.
    pub name: &'static str,
    /// What its pages contain, in lower case.
    pub marks: Vec<&'static str>,
    /// Paths of feeds.
    pub feeds: Vec<&'static str>,
    /// Paths of sitemaps.
    pub sitemaps: Vec<&'static str>,
}

/// The path of a profile, and the paths where its feed may be; `{name}` stands for one part of a path.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfilePath {
    /// The path of the page.
    pub path: &'static str,
    /// The paths of its feed.
    pub feeds: Vec<&'static str>,
}

/// Kinds of things that reports tell of.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// Where the families come from.
    pub source: &'static str,
    /// In an order that does not change: a family is known by its place.
    pub topic: Vec<Topic>,
}

/// A family of words of one meaning.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// What the family is called.
    pub name: &'static str,
    /// The logarithm of how many reports there are for one that tells of it.
    pub rarity: f64,
    /// By language, how its words begin, with blanks between; a full stop ends a whole word.
    pub words: BTreeMap<&'static str, &'static str>,
}

/// A list of all languages together.
pub fn all(list: impl Fn(&'static LanguageWords) -> &'static Vec<&'static str>) -> Vec<&'static str> {
    LANGUAGES.iter().flat_map(list).copied().collect()
}

/// The same, for words that are looked up.
pub fn set(list: impl Fn(&'static LanguageWords) -> &'static Vec<&'static str>) -> HashSet<&'static str> {
    LANGUAGES.iter().flat_map(list).copied().collect()
}

/// What a file says; nothing where it is wrong, which tests rule out.
fn read<T: Deserialize<'static> + Default>(path: &str) -> T {
    parse(text(path)).unwrap_or_default()
}

fn text(path: &str) -> &'static str {
    FILES.get_file(path).and_then(File::contents_utf8).unwrap_or_default()
}

/// Texts are not copied out of the files. The blanks that nobody sees in a file are escaped in it: they are put in before.
fn parse<T: Deserialize<'static>>(text: &'static str) -> Result<T, toml::de::Error> {
    let text = if text.contains(r"\u") {
        text.replace(r"\u00a0", "\u{a0}").replace(r"\u202f", "\u{202f}").leak()
    } else {
        text
    };
    toml::from_str(text)
}
