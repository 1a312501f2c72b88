//! What is known of an item whose page is none: the headline that its channel said, and why.

use url::Url;

use crate::article::{Article, Item};
use crate::store::PendingItem;

/// What the channel said of an item, as an article of which nothing else is known.
pub(super) fn headline_of(item: &PendingItem, url: &Url) -> Article {
    let Item { title, summary, author, published_at, modified_at, language, outlet, .. } = item.item.clone();
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
        text: String::new(),
        paywalled: false,
        image: None,
        section: String::new(),
        original_outlet: Some(outlet).filter(|name| !name.is_empty()),
        original_url: None,
    }
}

/// Whether a channel tells of an item as of a report, with a lead or a date: a link in a list may lead anywhere.
pub(super) fn is_told(item: &Item) -> bool {
    !item.summary.is_empty() || item.published_at.is_some()
}

/// Such an article with what its page adds, of which the few words may be all there is.
pub(super) fn completed(mut article: Article, page: Option<&Article>) -> Article {
    let Some(page) = page else { return article };
    for (known, read) in [(&mut article.title, &page.title), (&mut article.author, &page.author)] {
        if known.is_empty() {
            known.clone_from(read);
        }
    }
    for words in [&page.summary, &page.text] {
        if !article.summary.contains(words.as_str()) {
            let parts = [article.summary.as_str(), words].into_iter().filter(|part| !part.is_empty());
            article.summary = parts.collect::<Vec<_>>().join(" ");
        }
    }
    article.published_at = article.published_at.or(page.published_at);
    article
}

/// Why an answer cannot be a page, whatever it contains: a picture has 40 letters somewhere, too.
pub(super) fn not_a_page(content_type: Option<&str>, text: &str) -> Option<&'static str> {
    let kind = content_type.unwrap_or_default().trim_start().to_ascii_lowercase();
    if ["image/", "audio/", "video/", "font/"].iter().any(|start| kind.starts_with(start)) {
        return Some("a picture, a sound or a film, not a page");
    }
    if kind.starts_with("application/pdf") || text.starts_with("%PDF-") {
        return Some("a PDF, not a page");
    }
    // A stray NUL is a slip of an editor; many are another kind of file.
    (text.chars().take(4_000).filter(|c| *c == '\0').count() > 8).then_some("binary data, not a page")
}
