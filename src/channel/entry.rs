//! One entry of a feed while it is parsed, and the item that it becomes.

use jiff::Timestamp;
use url::Url;

use super::Dropped;
use crate::article::Item;
use crate::i18n::CauseCode;
use crate::text::clean::one_line_up_to;
use crate::text::cut::shorten;

/// Limits for titles, summaries and other strings, in characters.
pub const MAX_TITLE: usize = 1_000;
pub const MAX_SUMMARY: usize = 5_000;
pub const MAX_WORD: usize = 1_000;
/// The rank of a link to a recording or video: any page of the entry is preferred.
pub const ENCLOSURE: u8 = 9;
/// How much of a post without a title serves as its headline, in characters.
const FIRST_WORDS: usize = 100;
/// How much of an entry's text is kept, in characters.
pub const MAX_CONTENT: usize = 50_000;
/// How much of a full text replaces a missing summary, in characters.
const MAX_STAND_IN: usize = 1_000;

/// The best value so far: the lowest rank wins, and the earliest among equals.
#[derive(Debug, Clone)]
pub struct Best<T>(Option<(u8, T)>);

impl<T> Default for Best<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Best<T> {
    /// Keeps the value if its rank is lower than that of the current one.
    pub fn offer(&mut self, rank: u8, value: T) {
        if self.0.as_ref().is_none_or(|(known, _)| rank < *known) {
            self.0 = Some((rank, value));
        }
    }

    /// Like `offer`, but the last of several with the same rank wins.
    pub fn offer_latest(&mut self, rank: u8, value: T) {
        if self.0.as_ref().is_none_or(|(known, _)| rank <= *known) {
            self.0 = Some((rank, value));
        }
    }

    /// The winner.
    pub fn take(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }

    /// The winner, if there is one.
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

impl Best<String> {
    /// Like `offer`, but ignores an empty value.
    pub fn offer_text(&mut self, rank: u8, value: String) {
        if !value.is_empty() {
            self.offer(rank, value);
        }
    }
}

/// An article that an entry lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArticle {
    pub url: Url,
    pub title: String,
    /// The name beside its link.
    pub outlet: String,
}

/// An entry's fields as far as parsed.
#[derive(Debug, Default)]
pub struct Entry {
    pub title: Best<String>,
    /// Whether there was a title element, even an empty one.
    pub title_given: bool,
    pub summary: Best<String>,
    /// The full text, if the feed contains it.
    pub content: Best<String>,
    pub link: Best<Url>,
    pub id: Best<String>,
    pub authors: Vec<String>,
    pub published: Best<Timestamp>,
    pub modified: Option<Timestamp>,
    pub language: String,
    pub outlet: String,
    pub outlet_url: Option<Url>,
    /// Articles of several outlets that its description lists.
    pub listed: Vec<ListedArticle>,
}

impl Entry {
    /// Adds an author unless already present.
    pub fn author(&mut self, name: String) {
        if !name.is_empty() && self.authors.len() < 20 && !self.authors.contains(&name) {
            self.authors.push(name);
        }
    }

    /// The item, or why the entry is dropped. `home` is the feed's own link.
    pub fn into_item(self, home: Option<&Url>) -> Result<Item, Dropped> {
        let mut title = self.title.take().unwrap_or_default();
        if let Some(headline) =
            title.strip_suffix(&self.outlet).and_then(|t| t.trim_end().strip_suffix(['-', '–', '|']))
            && !self.outlet.is_empty()
            && !headline.trim().is_empty()
        {
            title.truncate(headline.trim_end().len());
        }
        let content = self.content.take().unwrap_or_default();
        let stand_in = || one_line_up_to(&shorten(&content, MAX_STAND_IN), MAX_STAND_IN);
        let summary = self.summary.take().unwrap_or_else(stand_in);
        // Aggregators without a lead repeat the headline and the outlet.
        let repeats = !self.outlet.is_empty()
            && summary.strip_suffix(&self.outlet).is_some_and(|rest| rest.trim_end() == title && !title.is_empty());
        let summary = if repeats { String::new() } else { summary };
        let mut url = self.link.take();
        let id = self.id.take().unwrap_or_default();
        if let Some(link) = url.as_mut().filter(|url| is_home_page(url)) {
            // Some systems link to their home page and identify the article only in the entry's id.
            let by_id = Url::parse(&id).ok().filter(|id| id.host_str() == link.host_str() && !is_home_page(id));
            let homely = self.title_given || home.is_some_and(|home| home.host_str() == link.host_str());
            match by_id {
                Some(by_id) => *link = by_id,
                None if homely => return Err(Dropped::new(link.as_str(), CauseCode::HomePage)),
                None => {}
            }
        } else if url.is_some() {
            // The link leads to a page of its own.
        } else if title.is_empty()
            && summary.is_empty()
            && id.is_empty()
            && self.authors.is_empty()
            && self.published.get().or(self.modified.as_ref()).is_none()
        {
            return Err(Dropped::new(&self.outlet, CauseCode::NothingInIt));
        }
        if title.is_empty() {
            title = first_words(&summary);
        }
        Ok(Item {
            url,
            title,
            summary,
            author: one_line_up_to(&self.authors.join(", "), MAX_WORD),
            published_at: self.published.take().or(self.modified),
            modified_at: self.modified,
            id,
            language: self.language,
            outlet: self.outlet,
            outlet_url: self.outlet_url,
            content,
            ..Item::default()
        })
    }
}

fn is_home_page(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none()
}

/// The headline of a post without a title: its first sentence, or as much of it as a headline can hold.
fn first_words(post: &str) -> String {
    let post = post.trim();
    let end = post.char_indices().take(FIRST_WORDS).find_map(|(at, c)| {
        let rest = post.get(at + c.len_utf8()..)?;
        let ends = matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？') && rest.starts_with(char::is_whitespace);
        // An initial or an abbreviation does not end a sentence.
        (ends && post.get(..at)?.chars().count() >= 20).then_some(at + c.len_utf8())
    });
    match end.and_then(|end| post.get(..end)) {
        Some(sentence) => sentence.trim_end_matches('.').to_owned(),
        None => shorten(post, FIRST_WORDS).into_owned(),
    }
}

/// Resolves a URL as feeds write it, tolerating white space inside and remains of double escaping.
pub fn resolve_link(text: &str, base: &Url) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() || text.len() > 8_000 {
        return None;
    }
    let text = text.replace("&amp;", "&");
    let url = if text.starts_with("www.") { Url::parse(&format!("https://{text}")) } else { base.join(&text) };
    url.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Normalises a feed's language (`fr_BE`, ` NL `) to a lower-case BCP 47 tag.
pub fn language_tag(text: &str) -> String {
    one_line_up_to(text, 40).to_lowercase().replace('_', "-")
}

/// A person's name without the mail address that RSS requires beside it.
pub fn person_name(text: &str) -> String {
    let text = one_line_up_to(text, MAX_WORD);
    if !text.contains('@') {
        return text;
    }
    if let Some((before, inside)) = text.split_once('(') {
        let inside = inside.trim_end_matches(')').trim();
        let name = if inside.contains('@') { before } else { inside };
        return name.trim().to_owned();
    }
    text.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ")
}
