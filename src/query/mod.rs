//! The watch language, and many watches matched against one article.
//!
//! [`Query::parse`] reads a query; [`Matcher::new`] compiles watches together; [`Matcher::matches`] splits and folds an
//! article once and asks only those watches of which a needed word occurs.

mod advice;
mod ast;
mod atoms;
mod compile;
mod error;
mod eval;
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
pub use need::{Need, index_words};

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    node: Node,
}

impl Query {
    /// Reads the query language.
    ///
    /// # Errors
    /// Names the first place that is wrong, what was expected there, and mostly what to write instead.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        parser::parse(text).map(|node| Query { node })
    }

    /// What in the query text `text` is right but perhaps not meant: operators of other tools and languages, small `and`,
    /// `or`, `not` and `near`, single quotes.
    pub fn advice(text: &str) -> Vec<String> {
        advice::of_query(text)
    }

    /// The same of keywords.
    pub fn advice_on_keywords(words: &[String]) -> Vec<String> {
        advice::of_keywords(words)
    }

    /// Notes on `lang:` and `outlet:` of which no article can be, given the names of the sources.
    pub fn advice_on_values(&self, sources: &[&str]) -> Vec<String> {
        values::advice(&self.node, sources)
    }

    /// Notes on codes of languages that no language has.
    pub fn advice_on_languages(codes: &[String]) -> Vec<String> {
        codes.iter().filter_map(|code| values::unknown_language(code)).collect()
    }

    /// Any of these words or phrases; each may end in `*`. Nothing else in them is an operator.
    ///
    /// # Errors
    /// The place of an error is that in the keywords joined by `", "`.
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

/// The canonical spelling: it parses to the same query.
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

/// A named query, with the articles it is asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// As configured; unique.
    pub name: String,
    /// What it stays by when it is renamed; unique.
    pub id: Option<String>,
    /// The heading under which digests tell it.
    pub group: Option<String>,
    /// What is looked for.
    pub query: Query,
    /// BCP 47 tags, compared by their first part; empty: all. An article of unknown language always passes.
    pub languages: Vec<String>,
    /// Names of sources, compared exactly; empty: all.
    pub sources: Vec<String>,
    /// Articles published earlier do not match; those of unknown date pass.
    pub since: Option<Timestamp>,
    /// Title, summary or text: where terms that name no field themselves are looked for; empty: in all three.
    pub fields: Vec<Field>,
    /// Articles whose text has fewer words do not match.
    pub min_words: u32,
    /// What search channels are asked in place of the positive words.
    pub search: Option<String>,
    /// What its query says that is right but perhaps not meant, for people.
    pub advice: Vec<String>,
}

impl Watch {
    /// A watch without limits.
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

/// What a query can look at of an article; what is unknown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// The headline.
    pub title: &'a str,
    /// The lead.
    pub summary: &'a str,
    /// The text, one paragraph a line.
    pub text: &'a str,
    /// Names joined by ", ".
    pub author: &'a str,
    /// The name of the source.
    pub outlet: &'a str,
    /// Where it stands.
    pub url: &'a str,
    /// BCP 47 tag; empty when unknown.
    pub language: &'a str,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
}

impl<'a> Document<'a> {
    /// The words of `field` as text; the language has none.
    pub fn field(&self, field: Field) -> &'a str {
        match field {
            Field::Title => self.title,
            Field::Summary => self.summary,
            Field::Text => self.text,
            Field::Author => self.author,
            Field::Outlet => self.outlet,
            Field::Url => self.url,
            Field::Lang => "",
        }
    }
}

/// That a watch matches, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Which watch, counted from 0 as given to [`Matcher::new`].
    pub watch: usize,
    /// What was found, as it stands in the article, distinct by folding, in order of appearance.
    pub terms: Vec<String>,
    /// The sentence with the most distinct terms, of at most 200 characters; "…" where it is cut.
    pub snippet: String,
    /// Where it was found, in order of appearance: title, summary, text, then the rest; at most 1000.
    pub hits: Vec<Hit>,
}

/// One place where a term of a query stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The field it stands in.
    pub field: Field,
    /// Its first character, counted in characters of the field as given.
    pub start: usize,
    /// Behind its last character.
    pub end: usize,
    /// As it stands there, white space folded.
    pub term: String,
}

/// That a watch does not match, and the part of it that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Which watch, counted from 0 as given to [`Matcher::new`].
    pub watch: usize,
    /// For people: "no `molenbeek`", "NEAR/10: nearest pair is 23 words apart".
    pub why: String,
}

/// The first part of a language tag, lower case.
fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests;
mod values;
