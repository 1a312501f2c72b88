//! A query over the stored articles.

use super::names::unknown_name;
use crate::crawl;
use crate::error::Error;
use crate::pipeline::{ArticleMatch, matches_beside};
use crate::query::{Matcher, Query, Watch};
use crate::store::{FoundArticle, Sought, Store};

/// An article that a query matches.
#[derive(Debug)]
pub struct SearchHit {
    /// The article, without its text.
    pub stored: FoundArticle,
    /// Where and how it matches.
    pub matched: ArticleMatch,
}

impl SearchHit {
    /// The sentence that shows the match; empty if the publisher does not allow excerpts.
    pub fn snippet(&self) -> &str {
        if self.stored.article.nosnippet { "" } else { &self.matched.snippet }
    }
}

/// Which of the articles that a query matches are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLimits {
    /// At most so many, the newest.
    pub most: usize,
    /// Whether also those that are marked as not relevant.
    pub with_irrelevant: bool,
}

/// The result of a search.
#[derive(Debug)]
pub struct SearchResult {
    /// The matching articles, newest first.
    pub hits: Vec<SearchHit>,
    /// How many articles are stored.
    pub stored: u64,
    /// How many matching articles are left out, because they are marked as not relevant.
    pub left_out: usize,
}

/// The newest `limit` articles that the query matches, without those that are marked as not relevant unless these are wanted. The full-text index proposes candidates, the matcher decides.
///
/// # Errors
/// If the search names a source that the database does not have.
pub fn search(store: &Store, query: Query, mut sought: Sought, selected: &SearchLimits) -> Result<SearchResult, Error> {
    let sources = store.sources()?;
    if let Some(unknown) = sought.sources.iter().find(|name| !sources.contains(name)) {
        let names: Vec<&str> = sources.iter().map(String::as_str).collect();
        let message = format!("there is no source {unknown:?} in the database");
        return Err(unknown_name(message, unknown, &[("sources", &names)]));
    }
    sought.need = query.need();
    let matcher = Matcher::new(&[Watch::new("", query)]);
    let (mut hits, mut left_out) = (Vec::new(), 0);
    let rows = store.find(&sought)?;
    for id in rows.articles {
        let Some(mut stored) = store.found(id)? else { continue };
        if let Some(matched) = matches_beside(&matcher, &crawl::document(&stored.article), &stored.article.said).pop() {
            if stored.is_irrelevant && !selected.with_irrelevant {
                left_out += 1;
                continue;
            }
            // Of ten thousand results nobody needs the texts.
            stored.article.text = String::new();
            hits.push(SearchHit { stored, matched });
            if hits.len() == selected.most {
                break;
            }
        }
    }
    Ok(SearchResult { hits, stored: rows.stored, left_out })
}
