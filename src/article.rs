//! The values that travel through a run: page, item, article, and why a page is no article.

use std::fmt;

use std::ops::Deref;

use jiff::Timestamp;
use url::Url;

use crate::text::clean::{one_line, printable};
use crate::text::cut::shorten;

/// What was answered at an address, decoded to text.
#[derive(Debug, Clone)]
pub struct Page {
    /// The address that answered, after all redirects: relative links resolve against it.
    pub url: Url,
    /// The body as Unicode; never longer than `http.max_body` bytes.
    pub text: String,
}

/// What a channel announces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Where the article is: absolute, http or https, wrapped redirect links already opened.
    /// `None` where the channel gives no such address: shown by `explain`, dropped by the crawl.
    pub url: Option<Url>,
    /// Plain text, white space folded; empty when not given. So are the other strings.
    pub title: String,
    /// The lead as the channel has it, plain text.
    pub summary: String,
    /// Names joined by ", ".
    pub author: String,
    /// When the channel says that it was published; never a mere date of the last edit.
    pub published_at: Option<Timestamp>,
    /// When the channel says that it was last changed.
    pub modified_at: Option<Timestamp>,
    /// guid, Atom id, JSON Feed id: as given.
    pub id: String,
    /// BCP 47 tag, lower case, as declared; empty when not.
    pub language: String,
    /// The outlet that an aggregator names (`source`, `News:Source`).
    pub outlet: String,
    /// Its address, where the aggregator gives it (`<source url>`).
    pub outlet_url: Option<Url>,
    /// The text that the feed holds, one paragraph a line (`content:encoded`, Atom `content`).
    pub content: String,
    /// Headlines that channels gave it besides `title`, a line each.
    pub other_titles: String,
    /// Leads that channels gave it besides `summary`, a line each.
    pub other_summaries: String,
}

impl Item {
    /// Every headline that a channel gave it.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        said(&self.title, &self.other_titles)
    }

    /// Every lead that a channel gave it.
    pub fn summaries(&self) -> impl Iterator<Item = &str> {
        said(&self.summary, &self.other_summaries)
    }
}

fn said<'a>(first: &'a str, others: &'a str) -> impl Iterator<Item = &'a str> {
    std::iter::once(first).chain(others.lines()).filter(|words| !words.is_empty())
}

/// What was read at an item's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Where it was read, after redirects.
    pub url: Url,
    /// The one address under which it is kept.
    pub canonical_url: Url,
    /// The headline, without the outlet's name.
    pub title: String,
    /// Names joined by ", "; empty when unknown.
    pub author: String,
    /// The agency it is credited to (Belga, AFP …), as printed; empty when none is.
    pub credit: String,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
    /// When it was last changed.
    pub modified_at: Option<Timestamp>,
    /// ISO 639-1 code, lower case (`nl`, not `nl-be`); empty when unknown.
    pub language: String,
    /// The lead; empty when none is given.
    pub summary: String,
    /// The visible text, one paragraph a line.
    pub text: String,
    /// Whether the rest is for subscribers only.
    pub paywalled: bool,
    /// Whether the page says that somebody paid for it.
    pub advertorial: bool,
    /// The picture that the page offers for itself.
    pub image: Option<Url>,
    /// The section of the outlet it stands in, as printed; empty when unknown.
    pub section: String,
    /// The outlet it was taken over from, where the page says so.
    pub original_outlet: Option<String>,
    /// Where the original is, where the page says so.
    pub original_url: Option<Url>,
}

/// Why what stands at an item's URL is not an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotArticle {
    /// A challenge for robots stands in front of the page: another try may find it gone.
    BotWall,
    /// A consent dialogue stands in front of the page: another try may find it gone.
    Consent,
    /// It declares itself an article and has no text: a newsflash may get one within hours.
    Bare,
    /// No text, and no declaration either.
    NoText,
    /// An error page that was answered as a success.
    NotFound,
    /// A list of articles.
    Section,
    /// A film, a sound or pictures with almost no text.
    Video,
    /// HTML or JSON that would stall the parser, in words.
    Refused(&'static str),
    /// In place of the JSON document of a `[source.api]`; why it cannot be parsed.
    NotJson(String),
    /// A picture, a sound or a film.
    Media,
    /// A PDF.
    Pdf,
    /// Other bytes that are no text.
    Binary,
}

impl NotArticle {
    /// Whether it stands in front of the page that was wanted.
    pub fn is_wall(&self) -> bool {
        matches!(self, Self::BotWall | Self::Consent)
    }

    /// Whether the answer is text at all.
    pub fn is_text(&self) -> bool {
        !matches!(self, Self::Media | Self::Pdf | Self::Binary)
    }
}

impl fmt::Display for NotArticle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BotWall => "a bot wall",
            Self::Consent => "a consent page",
            Self::Bare | Self::NoText => "no text",
            Self::NotFound => "page not found",
            Self::Section => "a section page",
            Self::Video => "a video, audio or gallery page with almost no text",
            Self::Refused(why) => why,
            Self::NotJson(why) => return write!(f, "not a JSON document: {why}"),
            Self::Media => "a picture, a sound or a film, not a page",
            Self::Pdf => "a PDF, not a page",
            Self::Binary => "binary data, not a page",
        })
    }
}

/// The longest texts that are kept of an article, in bytes.
const LINE: usize = 1000;
const SUMMARY: usize = 5000;
const TEXT: usize = 1_000_000;

/// An article as it is stored: of bounded length, with control sequences removed. Watches are matched against this, so that
/// their offsets count in the stored text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptArticle(Article);

impl From<Article> for KeptArticle {
    fn from(article: Article) -> Self {
        let line = |text: String| one_line(&shorten(&text, LINE));
        Self(Article {
            title: line(article.title),
            author: line(article.author),
            credit: line(article.credit),
            section: line(article.section),
            summary: printable(&shorten(&article.summary, SUMMARY)).into_owned(),
            text: printable(&shorten(&article.text, TEXT)).into_owned(),
            original_outlet: article.original_outlet.map(line),
            ..article
        })
    }
}

impl Deref for KeptArticle {
    type Target = Article;

    fn deref(&self) -> &Article {
        &self.0
    }
}
