//! The full-text index, and the articles that a search has to check.

use std::fmt::Write as _;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::facts::outlet_facts;
use super::marks::IRRELEVANT;
use super::sql::{natural, time};
use super::{SqliteStore, events, stories};
use crate::article::Item;
use crate::date::utc;
use crate::error::Error;
use crate::model::{ArticleId, ItemId};
use crate::query::{Document, INDEX_RULES, Need, index_words};
use crate::store::units::SearchUnits;
use crate::store::{Expiry, FoundArticle, SearchRows, Sought, StoredArticle};

/// The columns of a [`StoredArticle`].
pub(super) const ARTICLE: &str = "a.id, s.kind AS outlet_kind, s.region AS outlet_region, s.tier AS outlet_tier, s.reach AS outlet_reach, s.tags AS outlet_tags, s.name AS outlet, a.title, a.summary, a.text, a.author, a.url, a.language, a.published_at, a.nosnippet, \
     (SELECT group_concat(i.title || char(10) || i.other_titles, char(10)) FROM item i WHERE i.article_id = a.id) AS said_titles, \
     (SELECT group_concat(i.summary || char(10) || i.other_summaries, char(10)) FROM item i WHERE i.article_id = a.id) AS said_summaries";

impl SearchUnits for SqliteStore {
    fn find(&self, sought: &Sought) -> Result<SearchRows, Error> {
        let words = sought.need.as_ref().map(expression);
        let sources = serde_json::Value::from(sought.sources.clone()).to_string();
        self.read("search the database", |c| {
            let old = old_below(c)?;
            // SQLite finds the words first: of two joined tables the one with MATCH is asked before the other.
            let (from, matches) = match (&words, old) {
                (Some(_), ArticleId(0)) => {
                    ("article_words w JOIN article a ON a.id = w.rowid", "w.article_words MATCH :words AND :old = 0")
                }
                // Articles that are not indexed by today's rules have to be looked at themselves.
                (Some(_), _) => (
                    "(SELECT rowid AS id FROM article_words WHERE article_words MATCH :words
                      UNION SELECT id FROM article WHERE id < :old) w JOIN article a ON a.id = w.id",
                    "TRUE",
                ),
                (None, _) => ("article a", ":words IS NULL AND :old >= 0"),
            };
            let mut query = c.prepare(&format!(
                "SELECT a.id FROM {from} WHERE {matches}
                    AND (:since IS NULL OR coalesce(a.published_at, a.read_at) >= :since)
                    AND (:until IS NULL OR coalesce(a.published_at, a.read_at) <= :until)
                    AND (:sources = '[]' OR a.source_id IN
                         (SELECT s.id FROM source s JOIN json_each(:sources) j ON j.value = s.name))
                 ORDER BY coalesce(a.published_at, a.read_at) DESC, a.id DESC"
            ))?;
            let rows = query.query_map(
                named_params! {
                    ":words": words,
                    ":old": old,
                    ":since": sought.since.map(utc),
                    ":until": sought.until.map(utc),
                    ":sources": sources,
                },
                |row| row.get(0),
            )?;
            Ok(SearchRows {
                articles: rows.collect::<Result<_, _>>()?,
                stored: c.query_row("SELECT count(*) FROM article", [], |row| natural(row, 0))?,
            })
        })
    }

    fn found(&self, id: ArticleId) -> Result<Option<FoundArticle>, Error> {
        self.read("search the database", |c| {
            let mut query = c.prepare_cached(
                &format!(
                "SELECT {ARTICLE}, a.read_at, a.paywalled, a.extent = 'headline' AS headline_only, a.story_id, a.original_outlet, a.credit, {IRRELEVANT} AS is_irrelevant
                 FROM article a JOIN source s ON s.id = a.source_id WHERE a.id = ?1")
            )?;
            let article = query.query_row([id], |row| {
                Ok(FoundArticle {
                    article: stored(row)?,
                    read_at: time(row, "read_at")?,
                    paywalled: row.get("paywalled")?,
                    headline_only: row.get("headline_only")?,
                    story: row.get("story_id")?,
                    original_outlet: row.get("original_outlet")?,
                    credit: row.get("credit")?,
                    is_irrelevant: row.get("is_irrelevant")?,
                })
            });
            article.optional()
        })
    }

    fn renew_index(&self, most: usize) -> Result<usize, Error> {
        if self.read("read the search index", old_below)? == ArticleId(0) {
            return Ok(0);
        }
        self.unit("write to the database", |c| {
            let mut query = c.prepare_cached("SELECT id FROM article WHERE id < ?1 ORDER BY id DESC LIMIT ?2")?;
            let most_rows = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = query.query_map(params![old_below(c)?, most_rows], |row| row.get(0))?;
            let old: Vec<ArticleId> = rows.collect::<Result<_, _>>()?;
            old.iter().try_for_each(|id| index(c, *id, None))?;
            let left = old.last().copied().filter(|_| old.len() == most).unwrap_or_default();
            c.execute("UPDATE article_words_state SET rules = ?1, old_below = ?2", params![INDEX_RULES, left])?;
            Ok(old.len())
        })
    }

    fn expire(&self, expiry: &Expiry) -> Result<(), Error> {
        if let Some(before) = expiry.texts_before {
            self.unit("write to the database", |c| expire_texts(c, before))?;
        }
        let Some(before) = expiry.comparisons_before else { return Ok(()) };
        while self.unit("write to the database", |c| stories::expire(c, before))? {}
        self.unit("write to the database", |c| events::expire(c, before))
    }
}

/// The first article from which on the index is written by today's rules; 0: all of it.
pub(super) fn old_below(c: &Connection) -> rusqlite::Result<ArticleId> {
    c.prepare_cached("SELECT iif(rules = ?1, old_below, ?2) FROM article_words_state")?
        .query_row([INDEX_RULES, i64::MAX], |row| row.get(0))
}

/// Puts the words of an article into the index, with what channels say of it, in place of those that stand there. `read`: the
/// item that is about to become one of the article's.
pub(super) fn index(c: &Connection, article: ArticleId, read: Option<ItemId>) -> rusqlite::Result<()> {
    let words = c
        .prepare_cached(
            "WITH said (titles, summaries) AS (
                 SELECT coalesce(group_concat(title || char(10) || other_titles, char(10)), ''),
                        coalesce(group_concat(summary || char(10) || other_summaries, char(10)), '')
                 FROM (SELECT * FROM item WHERE article_id = ?1 UNION SELECT * FROM item WHERE id = ?2))
             SELECT a.title || char(10) || said.titles, a.summary || char(10) || said.summaries, a.text, a.author, s.name, a.url, a.language
             FROM article a JOIN source s ON s.id = a.source_id CROSS JOIN said WHERE a.id = ?1",
        )?
        .query_row(params![article, read], |row| {
            let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
            Ok(index_words(&Document {
                title: text(0)?,
                summary: text(1)?,
                text: text(2)?,
                author: text(3)?,
                outlet: text(4)?,
                url: text(5)?,
                language: text(6)?,
                published_at: None,
                facts: None,
            }))
        })?;
    c.prepare_cached("INSERT OR REPLACE INTO article_words (rowid, words) VALUES (?1, ?2)")?
        .execute((article, words))
        .map(drop)
}

/// Removes an article from the index.
pub(super) fn forget(c: &Connection, article: ArticleId) -> rusqlite::Result<()> {
    c.prepare_cached("DELETE FROM article_words WHERE rowid = ?1")?.execute([article]).map(drop)
}

/// A need as an FTS5 query. Every word is quoted, so that none is an operator; no word contains quotes.
pub(super) fn expression(need: &Need) -> String {
    let joined = |needs: &[Need], with: &str| {
        let mut out = String::from("(");
        for (at, need) in needs.iter().enumerate() {
            let _ = write!(out, "{}{}", if at > 0 { with } else { "" }, expression(need));
        }
        out + ")"
    };
    match need {
        Need::Word(word) => format!("\"{word}\""),
        Need::Beginning(word) => format!("\"{word}\"*"),
        Need::All(needs) => joined(needs, " AND "),
        Need::Any(needs) => joined(needs, " OR "),
    }
}

/// Reads the columns [`ARTICLE`].
pub(super) fn stored(row: &rusqlite::Row) -> rusqlite::Result<StoredArticle> {
    Ok(StoredArticle {
        id: row.get("id")?,
        outlet: row.get("outlet")?,
        title: row.get("title")?,
        summary: row.get("summary")?,
        text: row.get("text")?,
        author: row.get("author")?,
        url: row.get("url")?,
        language: row.get("language")?,
        published_at: time(row, "published_at")?,
        nosnippet: row.get("nosnippet")?,
        facts: outlet_facts(row)?,
        said: Item {
            other_titles: row.get::<_, Option<String>>("said_titles")?.unwrap_or_default(),
            other_summaries: row.get::<_, Option<String>>("said_summaries")?.unwrap_or_default(),
            ..Item::default()
        },
    })
}

/// Deletes the unmatched texts that were read before then.
pub(super) fn expire_texts(c: &Connection, before: Timestamp) -> rusqlite::Result<()> {
    let mut query = c.prepare(
        "UPDATE article SET text = '' WHERE read_at < ?1 AND text <> ''
           AND read_at >= coalesce((SELECT max(texts_before) FROM run), '')
           AND NOT EXISTS (SELECT 1 FROM mention WHERE article_id = article.id) RETURNING id",
    )?;
    let forgotten: Vec<ArticleId> = query.query_map([utc(before)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    forgotten.iter().try_for_each(|id| index(c, *id, None))?;
    // What is older has been gone through: the next run looks at what became old since.
    c.execute("UPDATE run SET texts_before = ?1 WHERE id = (SELECT max(id) FROM run)", [utc(before)]).map(drop)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail so")]

    use proptest::prelude::*;

    use super::*;
    use crate::query::{Document, Matcher, Query, Watch};

    /// Whether the index proposes an article with this text for this query.
    fn proposes(store: &SqliteStore, text: &str, query: &Query) -> bool {
        let Some(need) = query.need() else { return true };
        let write = |c: &Connection| {
            c.execute_batch("INSERT OR IGNORE INTO source (id, name, added_at) VALUES (1, 'La 7ème', '')")?;
            c.execute(
                "INSERT OR REPLACE INTO article (id, source_id, key, address, url, title, author, credit, section, read_at,
                                                 language, summary, text, extent, paywalled, story_id)
                 VALUES (1, 1, '', '', 'http://a.example/free_iran', ?1, 'Zoé Le Pen', '', '', '', 'fr', '', '', 'full', 0, 1)",
                [text],
            )?;
            index(c, ArticleId(1), None)
        };
        store.read("test", write).unwrap();
        let sql = "SELECT count(*) FROM article_words WHERE article_words MATCH ?1";
        store.read("test", |c| c.query_row(sql, [expression(&need)], |row| row.get::<_, i64>(0))).unwrap() == 1
    }

    #[test]
    fn the_index_proposes_what_has_the_words_and_little_else() {
        let store = SqliteStore::in_memory().unwrap();
        let long = "a".repeat(40_000);
        for (text, query, expected) in [
            ("Straßenbahn", "strassen*", true),
            ("Straßenbahn", "strassen", false),
            ("l'œuvre", "OEUVRE", true),
            ("3,5 % van 1.000", "1.000 3,5", true),
            ("free_iran", "free", true),
            ("O.N.U. en 1 100 m²", "ONU 1.100 m2", true),
            ("Müller", "Mueller", true),
            ("Mueller", "Müller", true),
            ("étudiant·es", "étudiant", true),
            ("می\u{200c}خواهم", "ميخواهم", true),
            ("用語です", "用 NEAR 語", true),
            ("der AND die", "\"AND\" \"OR\"", false),
            ("der AND die", "\"AND die\"", true),
            (&long, &long, true),
            ("x", "lang:fr", true),
            ("x", "lang:nl", false),
            ("exécutions", "~exécuter", true),
            ("exécutions", "~exil", false),
            ("x", "author:\"le pen\"", true),
            ("x", "pen", false),
            ("pen", "title:pen", true),
            ("x", "outlet:7eme url:free url:iran", true),
            ("x", "url:\"free_ir*\"", true),
            ("x", "url:pen", false),
        ] {
            let shown: String = query.chars().take(20).collect();
            assert_eq!(proposes(&store, text, &Query::parse(query).unwrap()), expected, "{shown}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn no_article_is_lost(text in "\\PC{0,60}", from in 0usize..60, length in 1usize..12) {
            let store = SqliteStore::in_memory().unwrap();
            let part: String = text.chars().skip(from).take(length).collect();
            let queries =
                [part.clone(), format!("\"{part}\""), format!("={part}"), format!("{part}*"), format!("~\"{part}\"")];
            for query in queries.iter().filter_map(|query| Query::parse(query).ok()) {
                let document = Document { title: &text, language: "fr", ..Document::default() };
                if !Matcher::new(&[Watch::new("", query.clone())]).matches(&document).is_empty() {
                    prop_assert!(proposes(&store, &text, &query), "{:?} lacks {}", text, query);
                }
            }
        }
    }
}
