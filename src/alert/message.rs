//! A message of an alert, and the JSON that receivers get.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::i18n::Language;
use crate::model::{ArticleId, MessageId, StoryId};
use crate::text::clean::one_line;
use crate::text::cut::shorten;

/// The articles that the text of a message names; the JSON has all of them.
const NAMED: usize = 10;
/// The longest quotation, in characters: as in the digest.
const LONGEST_QUOTE: usize = 200;

/// Why a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageType {
    /// It reports one article.
    Mention,
    /// It sums up several articles.
    Summary,
    /// Somebody tries the alert.
    Test,
}

impl MessageType {
    /// As in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Summary => "summary",
            Self::Test => "test",
        }
    }
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertMessage {
    /// The same at every try.
    pub id: MessageId,
    /// Why it is sent.
    pub kind: MessageType,
    /// The name of the alert.
    pub alert: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it reports, in the order in which it was found; one for each watch and article.
    pub mentions: Vec<AlertedMention>,
}

/// A mention as a message shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertedMention {
    /// The name of the watch.
    pub watch: String,
    /// The group of the watch.
    pub group: Option<String>,
    /// The name of the source.
    pub outlet: String,
    /// The headline.
    pub title: String,
    /// Where the article can be read.
    pub url: String,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it was found.
    pub found_at: Option<Timestamp>,
    /// ISO 639-1; empty when unknown.
    pub language: String,
    /// The authors.
    pub author: String,
    /// The lead; empty where the publisher allows no excerpts.
    pub summary: String,
    /// The sentence that matched; empty where the publisher allows no excerpts.
    pub snippet: String,
    /// The words that matched.
    pub terms: Vec<String>,
    /// Whether the rest is for subscribers.
    pub paywalled: bool,
    /// The outlet it was copied from, if known.
    pub original_outlet: Option<String>,
    /// The same for all copies of a text.
    pub story: StoryId,
    /// The id by which `presswatch mark` takes it.
    pub article: ArticleId,
}

impl AlertMessage {
    /// A message to try an alert with.
    pub fn sample(alert: &str, id: MessageId, now: Timestamp) -> Self {
        let mention = AlertedMention {
            watch: "Example".to_owned(),
            group: Some("Examples".to_owned()),
            outlet: "Example Gazette".to_owned(),
            title: "This is a test of presswatch".to_owned(),
            url: "https://www.example.org/test".to_owned(),
            published_at: Some(now),
            found_at: Some(now),
            language: "en".to_owned(),
            author: "A. Author".to_owned(),
            summary: "Nothing happened; this message shows that the alert works.".to_owned(),
            snippet: "This message shows that the alert works.".to_owned(),
            terms: vec!["alert".to_owned()],
            paywalled: false,
            original_outlet: None,
            story: StoryId(1),
            article: ArticleId(1),
        };
        Self { id, kind: MessageType::Test, alert: alert.to_owned(), made_at: now, mentions: vec![mention] }
    }

    /// The articles, each once, with its first mention.
    pub(super) fn articles(&self) -> Vec<&AlertedMention> {
        let mut articles: Vec<&AlertedMention> = Vec::new();
        for mention in &self.mentions {
            if articles.last().is_none_or(|last| last.article != mention.article)
                && !articles.iter().any(|known| known.article == mention.article)
            {
                articles.push(mention);
            }
        }
        articles
    }

    /// The names of its watches, each once.
    fn watches(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for mention in &self.mentions {
            if !names.contains(&mention.watch.as_str()) {
                names.push(&mention.watch);
            }
        }
        names.join(", ")
    }

    /// One line: the watch and the headline, or how many articles there are.
    pub fn title(&self, language: Language) -> String {
        let (articles, watches) = (self.articles(), self.watches());
        one_line(&match articles.as_slice() {
            [only] => format!("{watches}: {}", only.title),
            all => format!("{watches}: {}", language.count(all.len() as u64, &language.texts().articles)),
        })
    }

    /// The rest in plain text: outlet, time, the sentence that matched, and the address of each article.
    pub fn text(&self, language: Language, zone: &TimeZone) -> String {
        let articles = self.articles();
        let mut text = String::new();
        for article in articles.iter().take(NAMED) {
            if articles.len() > 1 {
                let _ = writeln!(text, "{}", one_line(&article.title));
            }
            let _ = writeln!(text, "{}", self.origin(article, language, zone));
            if articles.len() == 1 && !article.quote().is_empty() {
                let _ = writeln!(text, "{}", article.quote());
            }
            let _ = writeln!(text, "{}\n", article.url);
        }
        text.push_str(&rest(articles.len(), language));
        text.trim_end().to_owned()
    }

    /// The outlet and the time of an article: `De Gazet · Sat 10 Oct 16:22`.
    pub(super) fn origin(&self, article: &AlertedMention, language: Language, zone: &TimeZone) -> String {
        let at = article.published_at.or(article.found_at).unwrap_or(self.made_at);
        one_line(&format!("{} · {}", article.outlet, language.when(at, self.made_at, zone)))
    }

    /// What a receiver gets: see `docs/alert.schema.json`.
    pub fn to_json(&self, language: Language, zone: &TimeZone) -> Value {
        json!({
            "id": self.id.0,
            "type": self.kind.name(),
            "timestamp": self.made_at.to_string(),
            "alert": self.alert,
            "title": self.title(language),
            "text": self.text(language, zone),
            "count": self.articles().len(),
            "mentions": self.mentions.iter().map(AlertedMention::to_json).collect::<Vec<_>>(),
        })
    }
}

/// How many articles the text does not name; empty if it names all.
pub(super) fn rest(articles: usize, language: Language) -> String {
    match articles.saturating_sub(NAMED) {
        0 => String::new(),
        rest => format!("… {}", language.count(rest as u64, &language.texts().more_sources)),
    }
}

/// The articles that the text names.
pub(super) fn named<'a>(articles: &[&'a AlertedMention]) -> Vec<&'a AlertedMention> {
    articles.iter().take(NAMED).copied().collect()
}

impl AlertedMention {
    /// The sentence that matched, or else the beginning of the lead.
    pub(super) fn quote(&self) -> String {
        let quote = if self.snippet.is_empty() { &self.summary } else { &self.snippet };
        one_line(&shorten(quote, LONGEST_QUOTE))
    }

    fn to_json(&self) -> Value {
        json!({
            "watch": self.watch,
            "group": self.group,
            "outlet": self.outlet,
            "title": self.title,
            "url": self.url,
            "published_at": self.published_at.map(|at| at.to_string()),
            "found_at": self.found_at.map(|at| at.to_string()),
            "language": self.language,
            "author": self.author,
            "summary": self.summary,
            "snippet": self.snippet,
            "terms": self.terms,
            "paywalled": self.paywalled,
            "original_outlet": self.original_outlet,
            "story": self.story.0,
            "article": self.article.0,
        })
    }
}
