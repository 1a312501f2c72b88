//! The query language, and matching many watches against one article.
//!
//! [`Query::parse`] parses a query; [`Matcher::new`] compiles watches together; [`Matcher::matches`] splits and folds
//! an article once and evaluates only the watches with a required word in it.

mod advice;
mod ast;
mod atoms;
mod compile;
mod error;
mod eval;
mod facts;
mod lexer;
mod matcher;
mod miss;
mod misspelt;
#[cfg(test)]
mod naive;
mod need;
mod parser;
mod reading;
mod scope;
mod search;
mod sentences;
mod snippet;
mod spelling;
mod stem;

use std::collections::HashSet;
use std::fmt;

use jiff::Timestamp;

pub use ast::Field;
use ast::{How, Node};
pub use error::QueryError;
pub use matcher::Matcher;
pub use need::{INDEX_RULES, Need, index_words};

use crate::source::OutletFacts;

/// A parsed query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    node: Node,
}

impl Query {
    /// Parses the query language.
    ///
    /// # Errors
    /// Points at the first error, with what was expected and usually a hint.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        parser::parse(text).map(|node| Query { node })
    }

    /// Notes on a valid query that may not mean what its author intended: operators of other tools and languages,
    /// lower-case `and`, `or`, `not` and `near`, single quotes.
    pub fn advice(text: &str) -> Vec<String> {
        advice::notes_on_query(text)
    }

    /// The same for keywords.
    pub fn advice_on_keywords(words: &[String]) -> Vec<String> {
        advice::notes_on_keywords(words)
    }

    /// Notes on `lang:` and `outlet:` of which no article can be, given the names of the sources.
    pub fn advice_on_values(&self, sources: &[&str]) -> Vec<String> {
        values::advice(&self.node, sources)
    }

    /// Notes on `kind:`, `region:`, `tier:` and `tag:` of which no outlet is, given the facts of all.
    pub fn advice_on_facts(&self, outlets: &[&OutletFacts]) -> Vec<String> {
        facts::advice(&self.node, outlets)
    }

    /// The facts of outlets that it asks for.
    pub fn fact_fields(&self) -> Vec<Field> {
        facts::fact_fields(&self.node)
    }

    /// Notes on codes of languages that no language has.
    pub fn advice_on_languages(codes: &[String]) -> Vec<String> {
        codes.iter().filter_map(|code| values::unknown_language(code)).collect()
    }

    /// Any of these words or phrases; each may end in `*`. Nothing else in them is an operator.
    ///
    /// # Errors
    /// Error positions refer to the keywords joined by `", "`.
    pub fn from_keywords(words: &[String]) -> Result<Query, QueryError> {
        let mut nodes: Vec<Node> = Vec::with_capacity(words.len());
        let mut seen = HashSet::new();
        let mut from = 0;
        for word in words {
            let bare = word.trim_matches(|c: char| c.is_whitespace() || lexer::is_quote(c));
            let start = from + word.find(bare).unwrap_or(0);
            let term = lexer::term(bare, start, How::Folded).map_err(|error| match bare {
                "" => QueryError::new(from..from + word.len(), "expected a word or a phrase: this keyword is empty"),
                _ => error,
            })?;
            if seen.insert(term.to_string()) {
                nodes.push(Node::Term(term));
            }
            from += word.len() + 2;
        }
        match nodes.pop() {
            None => Err(QueryError::new(0..0, "expected at least one keyword")
                .hint("write keywords = [\"a word\", \"begin*\"]")),
            Some(only) if nodes.is_empty() => Ok(Query { node: only }),
            Some(last) => {
                nodes.push(last);
                Ok(Query { node: Node::Or(nodes) })
            }
        }
    }
}

/// The canonical spelling, which parses to the same query.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl std::str::FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Query, QueryError> {
        Query::parse(text)
    }
}

/// A named query and the articles that it applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// As configured; unique.
    pub name: String,
    /// Identifies the watch when it is renamed; unique.
    pub id: Option<String>,
    /// The heading for it in digests.
    pub group: Option<String>,
    /// What is looked for.
    pub query: Query,
    /// BCP 47 tags, compared by their first subtag; empty: all. Articles of unknown language are always included.
    pub languages: Vec<String>,
    /// Names of sources, compared exactly; empty: all.
    pub sources: Vec<String>,
    /// Earlier articles do not match; those of unknown date may.
    pub since: Option<Timestamp>,
    /// Title, summary or text: the fields searched for terms without a field; empty: all three.
    pub fields: Vec<Field>,
    /// Articles whose text has fewer words do not match.
    pub min_words: u32,
    /// The search terms sent to search channels instead of the query's positive words.
    pub search: Option<String>,
    /// Notes on what the query may not mean, for display.
    pub advice: Vec<String>,
}

impl Watch {
    /// A watch without restrictions.
    pub fn new(name: impl Into<String>, query: Query) -> Watch {
        Watch {
            name: name.into(),
            id: None,
            group: None,
            query,
            languages: Vec::new(),
            sources: Vec::new(),
            since: None,
            fields: Vec::new(),
            min_words: 0,
            search: None,
            advice: Vec::new(),
        }
    }
}

/// The parts of an article that a query can search; unknown ones are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// The headline.
    pub title: &'a str,
    /// The lead.
    pub summary: &'a str,
    /// The text, one paragraph per line.
    pub text: &'a str,
    /// Names joined by ", ".
    pub author: &'a str,
    /// The name of the source.
    pub outlet: &'a str,
    /// Its URL.
    pub url: &'a str,
    /// BCP 47 tag; empty when unknown.
    pub language: &'a str,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
    /// What the outlet is; `None` is the same as facts of which none is known.
    pub facts: Option<&'a OutletFacts>,
}

impl<'a> Document<'a> {
    /// The text of `field`; empty for the language and the facts of the outlet.
    pub fn field(&self, field: Field) -> &'a str {
        match field {
            Field::Title => self.title,
            Field::Summary => self.summary,
            Field::Text => self.text,
            Field::Author => self.author,
            Field::Outlet => self.outlet,
            Field::Url => self.url,
            Field::Lang | Field::Kind | Field::Region | Field::Tier | Field::Tag => "",
        }
    }
}

/// A match of a watch, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The index of the watch, as given to [`Matcher::new`].
    pub watch: usize,
    /// The words found, as written in the article, distinct after folding, in order of appearance.
    pub terms: Vec<String>,
    /// The sentence with the most distinct terms, at most 200 characters; "…" marks a cut.
    pub snippet: String,
    /// The places found, in order of appearance: title, summary, text, then the rest; at most 1000.
    pub hits: Vec<Hit>,
}

/// One occurrence of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The field in which it occurs.
    pub field: Field,
    /// Offset of its first character, in characters of the field as given.
    pub start: usize,
    /// Offset after its last character.
    pub end: usize,
    /// As written there, with white space collapsed.
    pub term: String,
}

/// A watch that does not match, with the part that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// The index of the watch, as given to [`Matcher::new`].
    pub watch: usize,
    /// For display: "no `molenbeek`", "NEAR/10: nearest pair is 23 words apart".
    pub why: String,
}

/// The first subtag of a language tag, in lower case.
fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests;
mod values;
