//! Marks of articles: set, shown, listed.

use jiff::Timestamp;
use url::Url;

use super::coverage::watch_named;
use crate::canonical_url;
use crate::config::Config;
use crate::decide::{MarkChange, decide_marks};
use crate::error::Error;
use crate::model::{ArticleId, WatchId};
use crate::store::{ArticleAddress, MarkedArticle, Store};

/// What marks are set on which articles.
#[derive(Debug, Clone)]
pub struct Marking<'a> {
    /// Ids and URLs of the articles.
    pub targets: &'a [String],
    /// What is said of them; nothing: they are only shown.
    pub change: &'a MarkChange,
    /// The only watch for which it is said.
    pub watch: Option<&'a str>,
    /// Whether the copies of their texts are meant, too.
    pub with_copies: bool,
}

/// Articles with their marks.
#[derive(Debug, Clone, Default)]
pub struct Marked {
    /// In the order in which they were named, none twice.
    pub articles: Vec<MarkedArticle>,
    /// The names of the watches.
    pub watches: Vec<(WatchId, String)>,
}

impl Marked {
    /// The name of a watch.
    pub fn watch(&self, id: WatchId) -> &str {
        self.watches.iter().find(|(known, _)| *known == id).map_or("", |(_, name)| name)
    }
}

/// Sets the marks on all of the articles, or, after an error, on none.
///
/// # Errors
/// If a target names no article, an article is matched by no watch or not by the given one, or there is no such watch.
pub fn mark(store: &Store, config: &Config, marking: &Marking, now: Timestamp) -> Result<Marked, Error> {
    if !marking.change.says_anything() {
        return marked(store, &articles(store, config, marking)?);
    }
    store.together(|| {
        let watch = marking.watch.map(|name| watch_named(store, name)).transpose()?;
        let ids = articles(store, config, marking)?;
        for id in &ids {
            let Some(article) = store.marked_article(*id)? else { continue };
            let is_named =
                article.watches.is_empty() || watch.as_ref().is_none_or(|watch| article.watches.contains(&watch.id));
            // A copy that only another watch matches is nothing to that one.
            if marking.with_copies && !is_named {
                continue;
            }
            match &watch {
                _ if article.watches.is_empty() && article.marks.is_empty() => return Err(unmatched(&article)),
                Some(watch) if !is_named => return Err(not_of_watch(store, &article, &watch.name)?),
                _ => {}
            }
            let marks = decide_marks(&article.marks, marking.change, watch.as_ref().map(|watch| watch.id), now);
            store.set_marks(*id, &marks)?;
        }
        marked(store, &ids)
    })
}

/// All marked articles, the last marked first; of one watch those with a mark that counts for it.
pub fn list(store: &Store, watch: Option<&str>) -> Result<Marked, Error> {
    let watch = watch.map(|name| watch_named(store, name)).transpose()?;
    let mut all = marked(store, &store.marked()?)?;
    if let Some(watch) = watch {
        all.articles.retain(|article| {
            article.marks.iter().any(|mark| match mark.watch {
                Some(of) => of == watch.id,
                None => article.watches.contains(&watch.id),
            })
        });
    }
    Ok(all)
}

fn marked(store: &Store, ids: &[ArticleId]) -> Result<Marked, Error> {
    let articles = ids.iter().filter_map(|id| store.marked_article(*id).transpose()).collect::<Result<_, _>>()?;
    let watches = store.watch_names()?.into_iter().map(|watch| (watch.id, watch.name)).collect();
    Ok(Marked { articles, watches })
}

/// The articles that the targets name.
fn articles(store: &Store, config: &Config, marking: &Marking) -> Result<Vec<ArticleId>, Error> {
    let mut ids = Vec::new();
    for target in marking.targets {
        let mut found = named(store, config, target)?;
        if found.len() > 1 {
            // One URL may be known to several sources, of which the watches read only some.
            let marked = found.iter().map(|id| store.marked_article(*id)).collect::<Result<Vec<_>, _>>()?;
            let is_told = |article: &MarkedArticle| !article.watches.is_empty() || !article.marks.is_empty();
            let told: Vec<ArticleId> =
                marked.iter().flatten().filter(|article| is_told(article)).map(|article| article.id).collect();
            found = if told.is_empty() { found } else { told };
        }
        for id in found {
            let new = if marking.with_copies { store.mentioned_copies(id)? } else { vec![id] };
            for id in new {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
    }
    Ok(ids)
}

fn named(store: &Store, config: &Config, target: &str) -> Result<Vec<ArticleId>, Error> {
    let text = target.trim();
    let digits = text.strip_prefix('#').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let id = digits.parse().ok().map(ArticleId);
        let found = id.map(|id| store.article_with_id(id)).transpose()?.flatten();
        return found.map(|id| vec![id]).ok_or_else(|| {
            Error::usage(format!("could not find article #{digits} in {}", store.name()))
                .hint("digests print the id at the end of the line with outlet and time, such as #4821")
        });
    }
    let Some(url) = web_url(text) else {
        return Err(Error::usage(format!("could not find the article {text:?}: it is neither an id nor a URL"))
            .hint("write the id that digests print, such as 4821, or the URL of the article"));
    };
    let keys = config.sources.iter().filter_map(|source| {
        let identity = source.identity.as_ref()?;
        Some((source.name.clone(), canonical_url::key(&url, Some(identity))))
    });
    let address = ArticleAddress {
        spelled: text.to_owned(),
        canonical: canonical_url::key(&url, None),
        keys: keys.filter(|(_, key)| key.starts_with("id:")).collect(),
    };
    let found = store.articles_at(&address)?;
    if found.is_empty() {
        return Err(Error::usage(format!("could not find an article with the URL {text} in {}", store.name())).hint(
            "an article is known by every URL under which a source announced it; the id that digests print is shorter",
        ));
    }
    Ok(found)
}

/// The URL in a text, whose scheme may be missing.
fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let is_bare = || text.contains('.') && text.contains('/') && !text.contains(char::is_whitespace);
    url.or_else(|| is_bare().then(|| Url::parse(&format!("https://{text}")).ok()).flatten())
}

fn unmatched(article: &MarkedArticle) -> Error {
    Error::usage(format!("could not mark #{}: no watch matches this article, so no digest shows it", article.id))
        .hint(format!("the article is {:?} of {}", article.title, article.outlet))
}

fn not_of_watch(store: &Store, article: &MarkedArticle, watch: &str) -> Result<Error, Error> {
    let watches = store.watch_names()?;
    let names: Vec<&str> =
        watches.iter().filter(|known| article.watches.contains(&known.id)).map(|w| w.name.as_str()).collect();
    Ok(Error::usage(format!("could not mark #{} for the watch {watch:?}: it does not match this article", article.id))
        .hint(format!("these watches do: {}", names.join(", "))))
}
