//! What is known of an item whose page is no article: the headline that its channel gave.

use url::Url;

use crate::article::{Article, Item};

/// A text of the feed of fewer words says little more than a lead does.
const LEAST_WORDS: usize = 50;
/// The text of the feed is read in place of the page's where it has so many times as many words.
const FULLER: usize = 2;

/// Whether the text that the feed holds is the fuller one: the page's is a notice, a teaser, or for subscribers.
pub fn is_fuller(content: &str, text: &str, paywalled: bool) -> bool {
    let words = |text: &str| text.split_whitespace().count();
    let (offered, read) = (words(content), words(text));
    offered >= LEAST_WORDS && if paywalled { offered > read } else { offered >= read.saturating_mul(FULLER) }
}

/// What the channel said of an item, as an article of which nothing else is known.
pub fn headline_of(item: &Item, url: &Url) -> Article {
    let Item { title, summary, author, published_at, modified_at, language, outlet, content, .. } = item.clone();
    Article {
        url: url.clone(),
        canonical_url: url.clone(),
        title,
        author,
        credit: String::new(),
        published_at,
        modified_at,
        language: language.split(['-', '_']).next().unwrap_or_default().to_owned(),
        summary,
        text: content,
        paywalled: false,
        advertorial: false,
        image: None,
        section: String::new(),
        original_outlet: Some(outlet).filter(|name| !name.is_empty()),
        original_url: None,
    }
}

/// Whether a channel announces an item as a report, with a lead or a date: a link in a list may lead anywhere.
pub fn is_report(item: &Item) -> bool {
    !item.summary.is_empty() || item.published_at.is_some()
}

/// Such an article with what its page adds, of which the few words may be all there is.
pub fn completed(mut article: Article, page: Option<&Article>) -> Article {
    let Some(page) = page else { return article };
    let missing = [
        (&mut article.title, &page.title),
        (&mut article.author, &page.author),
        (&mut article.language, &page.language),
    ];
    for (known, read) in missing {
        if known.is_empty() {
            known.clone_from(read);
        }
    }
    for words in [&page.summary, &page.text] {
        if !article.summary.contains(words.as_str()) && !article.text.contains(words.as_str()) {
            let parts = [article.summary.as_str(), words].into_iter().filter(|part| !part.is_empty());
            article.summary = parts.collect::<Vec<_>>().join(" ");
        }
    }
    article.published_at = article.published_at.or(page.published_at);
    article
}
