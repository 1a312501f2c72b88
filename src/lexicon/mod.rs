//! Words of natural languages, and names: the files in `lexicon/`, each parsed on first use.
//!
//! `docs/languages.md` explains each list. Lists that apply to texts of unknown language are combined across languages
//! by [`all`].

mod frame;
mod language;
mod plural;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use include_dir::{Dir, File, include_dir};
use serde::Deserialize;

pub use frame::{DUTCH, ENGLISH, FRENCH, GERMAN, Texts};
pub use language::LanguageWords;
pub use plural::Counted;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lexicon");

/// A list of words, built on first use.
pub type List = LazyLock<Vec<&'static str>>;

/// Every language, in the order of `order.toml`.
pub static LANGUAGES: LazyLock<Vec<LanguageWords>> = LazyLock::new(|| {
    let language = |code: &&'static str| LanguageWords { code, ..parse_file(&format!("{code}.toml")) };
    ORDER.languages.iter().map(language).collect()
});

/// `order.toml`.
pub static ORDER: LazyLock<Order> = LazyLock::new(|| parse_file("order.toml"));
/// `advertorials.toml`.
pub static ADVERTORIALS: LazyLock<Advertorials> = LazyLock::new(|| parse_file("advertorials.toml"));
/// `agencies.toml`.
pub static AGENCIES: LazyLock<Agencies> = LazyLock::new(|| parse_file("agencies.toml"));
/// `classes.toml`.
pub static CLASSES: LazyLock<ClassNames> = LazyLock::new(|| parse_file("classes.toml"));
/// `places.toml`.
pub static PLACES: LazyLock<Places> = LazyLock::new(|| parse_file("places.toml"));
/// `software.toml`.
pub static SOFTWARE: LazyLock<Software> = LazyLock::new(|| parse_file("software.toml"));
/// `topics.toml`.
pub static TOPICS: LazyLock<Topics> = LazyLock::new(|| parse_file("topics.toml"));

/// Relations between languages.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The codes of all languages, by priority for words that several share.
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
    /// Each in its own spelling, with the keys of its other names.
    pub agencies: BTreeMap<&'static str, Vec<&'static str>>,
}

/// What the names of classes say of elements that stand side by side.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassNames {
    /// Where the lists come from.
    pub source: &'static str,
    /// Parts of the names of labels.
    pub labels: Vec<&'static str>,
    /// Parts of the names of parts of words.
    pub parts: Vec<&'static str>,
    /// The same, as whole words of a name.
    pub part_words: Vec<&'static str>,
}

/// Places with different names in different languages, and capitalised words that are not names; folded.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Where the lists come from.
    pub source: &'static str,
    /// Beginnings of capitalised words that are not specific names.
    pub common: Vec<&'static str>,
    /// Whole words of this kind.
    pub bodies: Vec<&'static str>,
    /// Cities under their English name.
    pub cities: BTreeMap<&'static str, Vec<&'static str>>,
    /// Regions, countries and unions.
    pub lands: BTreeMap<&'static str, Vec<&'static str>>,
    /// Names of one word with their alternatives.
    pub names: BTreeMap<&'static str, Vec<&'static str>>,
}

/// The usual paths of feeds and sitemaps in site software.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Software {
    /// Where the lists come from.
    pub source: &'static str,
    /// Common paths of feeds, the most common first.
    pub feeds: Vec<&'static str>,
    /// Paths of news sitemaps.
    pub news_sitemaps: Vec<&'static str>,
    /// Paths of other sitemaps.
    pub sitemaps: Vec<&'static str>,
    /// Parts of the names of channels that list articles.
    pub articles: Vec<&'static str>,
    /// Parts of the names of channels that list categories, tags, authors or fixed pages.
    pub others: Vec<&'static str>,
    /// Parts of the names of channels for news.
    pub news: Vec<&'static str>,
    /// The paths of individual systems.
    pub system: Vec<System>,
    /// Profiles on sites of many authors.
    pub profile: Vec<ProfilePath>,
}

/// A content management system.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Its name.
    pub name: &'static str,
    /// Text that its pages contain, in lower case.
    pub marks: Vec<&'static str>,
    /// Paths of feeds.
    pub feeds: Vec<&'static str>,
    /// Paths of sitemaps.
    pub sitemaps: Vec<&'static str>,
}

/// The path of a profile, and possible paths of its feed; `{name}` stands for one path segment.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfilePath {
    /// The path of the page.
    pub path: &'static str,
    /// The paths of its feed.
    pub feeds: Vec<&'static str>,
}

/// The topics of reports.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// Where the families come from.
    pub source: &'static str,
    /// In a fixed order, because a family is identified by its index.
    pub topic: Vec<Topic>,
}

/// A family of words with one meaning.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name.
    pub name: &'static str,
    /// The logarithm of the number of reports per report about it.
    pub rarity: f64,
    /// By language, the beginnings of its words, separated by blanks; a full stop marks a whole word.
    pub words: BTreeMap<&'static str, &'static str>,
}

/// A list combined across all languages.
pub fn all(list: impl Fn(&'static LanguageWords) -> &'static Vec<&'static str>) -> Vec<&'static str> {
    LANGUAGES.iter().flat_map(list).copied().collect()
}

/// The same as a set.
pub fn set(list: impl Fn(&'static LanguageWords) -> &'static Vec<&'static str>) -> HashSet<&'static str> {
    LANGUAGES.iter().flat_map(list).copied().collect()
}

/// The contents of a file; empty if it is invalid, which tests rule out.
fn parse_file<T: Deserialize<'static> + Default>(path: &str) -> T {
    parse(file_text(path)).unwrap_or_default()
}

fn file_text(path: &str) -> &'static str {
    FILES.get_file(path).and_then(File::contents_utf8).unwrap_or_default()
}

/// Borrows texts from the files. Invisible blanks are escaped in the files and replaced before parsing.
fn parse<T: Deserialize<'static>>(text: &'static str) -> Result<T, toml::de::Error> {
    let text = if text.contains(r"\u") {
        text.replace(r"\u00a0", "\u{a0}").replace(r"\u202f", "\u{202f}").leak()
    } else {
        text
    };
    toml::from_str(text)
}
