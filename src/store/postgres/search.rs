//! The full-text index, and the articles that a search has to check.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;

use super::connection::Connection;
use super::facts::outlet_facts;
use super::marks::IRRELEVANT;
use super::row::{OptionalRow as _, Row, SqlResult, natural, time};
use super::sql::{Param, ToParam as _, array, params};
use super::{PostgresStore, events, stories};
use crate::article::Item;
use crate::date::utc;
use crate::error::Error;
use crate::model::{ArticleId, ItemId};
use crate::query::{Document, INDEX_RULES, Need, index_words};
use crate::store::units::SearchUnits;
use crate::store::{Expiry, FoundArticle, SearchRows, Sought, StoredArticle};

/// The columns of a [`StoredArticle`].
pub(super) const ARTICLE: &str = "a.id, s.kind AS outlet_kind, s.region AS outlet_region, s.tier AS outlet_tier, s.reach AS outlet_reach, s.tags AS outlet_tags, s.name AS outlet, a.title, a.summary, a.text, a.author, a.url, a.language, a.published_at, a.nosnippet, \
     (SELECT string_agg(i.title || chr(10) || i.other_titles, chr(10) ORDER BY i.id) FROM item i WHERE i.article_id = a.id) AS said_titles, \
     (SELECT string_agg(i.summary || chr(10) || i.other_summaries, chr(10) ORDER BY i.id) FROM item i WHERE i.article_id = a.id) AS said_summaries";

/// The longest word of a tsvector, and the most bytes that one holds, both in round numbers below what the server refuses.
const LONGEST_WORD: usize = 2_000;
const MOST_BYTES: usize = 1_000_000;

/// So many entries a run makes that another one left; those of articles with too many words are among them.
const MOST_LEFT: u32 = 50;

impl SearchUnits for PostgresStore {
    fn find(&self, sought: &Sought) -> Result<SearchRows, Error> {
        let words = sought.need.as_ref().map(expression);
        self.read("search the database", |c| {
            let old = old_below(c)?;
            // Articles that are not indexed by today's rules, or have too many words for the index, have to be looked at themselves.
            let (from, matches) = match &words {
                Some(_) => (
                    "(SELECT article_id AS id FROM article_words WHERE words @@ $1::text::tsquery
                      UNION SELECT article_id FROM article_words WHERE words IS NULL
                      UNION SELECT id FROM article WHERE id < $2) w JOIN article a ON a.id = w.id",
                    "TRUE",
                ),
                None => ("article a", "$1::text IS NULL AND $2 >= 0"),
            };
            let query = c.prepare(&format!(
                "SELECT a.id FROM {from} WHERE {matches}
                    AND ($3::text IS NULL OR coalesce(a.published_at, a.read_at) >= $3)
                    AND ($4::text IS NULL OR coalesce(a.published_at, a.read_at) <= $4)
                    AND (cardinality($5::text[]) = 0 OR a.source_id IN (SELECT s.id FROM source s WHERE s.name = ANY($5::text[])))
                 ORDER BY coalesce(a.published_at, a.read_at) DESC, a.id DESC"
            ))?;
            let params =
                params![words, old, sought.since.map(utc), sought.until.map(utc), array(&sought.sources)];
            let rows = query.query_map(params, |row| row.get(0))?;
            Ok(SearchRows {
                articles: rows.collect::<Result<_, _>>()?,
                stored: c.query_row("SELECT count(*) FROM article", (), |row| natural(row, 0))?,
            })
        })
    }

    fn found(&self, id: ArticleId) -> Result<Option<FoundArticle>, Error> {
        self.read("search the database", |c| {
            let query = c.prepare(
                &format!(
                "SELECT {ARTICLE}, a.read_at, a.paywalled, a.extent = 'headline' AS headline_only, a.story_id, a.original_outlet, a.credit, {IRRELEVANT} AS is_irrelevant
                 FROM article a JOIN source s ON s.id = a.source_id WHERE a.id = $1")
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
            // What a process left that was killed just after a transaction.
            return self.unit("write to the database", |c| {
                let query = c.prepare(
                    "SELECT article_id FROM article_words WHERE words IS NULL ORDER BY article_id DESC LIMIT $1",
                )?;
                let left: Vec<ArticleId> = query.query_map([MOST_LEFT], |row| row.get(0))?.collect::<SqlResult<_>>()?;
                left.iter().try_for_each(|id| index_now(c, *id)).map(|()| 0)
            });
        }
        self.unit("write to the database", |c| {
            let query = c.prepare("SELECT id FROM article WHERE id < $1 ORDER BY id DESC LIMIT $2")?;
            let most_rows = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = query.query_map(params![old_below(c)?, most_rows], |row| row.get(0))?;
            let old: Vec<ArticleId> = rows.collect::<Result<_, _>>()?;
            old.iter().try_for_each(|id| index(c, *id, None))?;
            let left = old.last().copied().filter(|_| old.len() == most).unwrap_or_default();
            c.execute("UPDATE article_words_state SET rules = $1, old_below = $2", params![INDEX_RULES, left])?;
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
pub(super) fn old_below(c: &Connection) -> SqlResult<ArticleId> {
    c.prepare("SELECT CASE WHEN rules = $1 THEN old_below ELSE $2 END FROM article_words_state")?
        .query_row([INDEX_RULES, i64::MAX], |row| row.get(0))
}

/// Puts the words of an article into the index, with what channels say of it, in place of those that stand there. `read`: the
/// item that is about to become one of the article's.
pub(super) fn index(c: &Connection, article: ArticleId, read: Option<ItemId>) -> SqlResult<()> {
    let Some(words) = words(c, article, read)? else { return Ok(()) };
    c.prepare(
        "INSERT INTO article_words (article_id, words) VALUES ($1, array_to_tsvector($2::text[]))
         ON CONFLICT (article_id) DO UPDATE SET words = excluded.words",
    )?
    .execute(params![article, words])
    .map(drop)
}

/// The same for a new article, once the transaction has ended: workers wait for that, and until then every search reads the article.
pub(super) fn index_later(c: &Connection, article: ArticleId) -> SqlResult<()> {
    c.prepare("INSERT INTO article_words (article_id, words) VALUES ($1, NULL) ON CONFLICT DO NOTHING")?
        .execute([article])?;
    c.note_unindexed(article.0);
    Ok(())
}

/// Makes the entry of such an article, unless somebody else has.
pub(super) fn index_now(c: &Connection, article: ArticleId) -> SqlResult<()> {
    let Some(words) = words(c, article, None)? else { return Ok(()) };
    c.prepare(
        "UPDATE article_words SET words = array_to_tsvector($2::text[]) WHERE article_id = $1 AND words IS NULL AND $2::text[] IS NOT NULL",
    )?
    .execute(params![article, words])
    .map(drop)
}

/// The entry of an article, null if it has too many words; `None`: there is no such article.
fn words(c: &Connection, article: ArticleId, read: Option<ItemId>) -> SqlResult<Option<Param>> {
    let words = c
        .prepare(
            "WITH said (titles, summaries) AS (
                 SELECT coalesce(string_agg(title || chr(10) || other_titles, chr(10) ORDER BY id), ''),
                        coalesce(string_agg(summary || chr(10) || other_summaries, chr(10) ORDER BY id), '')
                 FROM item WHERE article_id = $1 OR id = $2)
             SELECT a.title || chr(10) || said.titles, a.summary || chr(10) || said.summaries, a.text, a.author, s.name, a.url, a.language
             FROM article a JOIN source s ON s.id = a.source_id CROSS JOIN said WHERE a.id = $1",
        )?
        .query_row(params![article, read], |row| {
            let text = |at: usize| row.text(at);
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
        })
        .optional()?;
    Ok(words.map(|words| lexemes(&words).map(array).to_param()))
}

/// Removes an article from the index.
pub(super) fn forget(c: &Connection, article: ArticleId) -> SqlResult<()> {
    c.prepare("DELETE FROM article_words WHERE article_id = $1")?.execute([article]).map(drop)
}

/// The different words of an index entry; `None` if they are more than a tsvector holds.
fn lexemes(words: &str) -> Option<BTreeSet<&str>> {
    let words: BTreeSet<&str> = words.split_ascii_whitespace().map(cut).collect();
    (words.iter().map(|word| word.len() + 8).sum::<usize>() < MOST_BYTES).then_some(words)
}

/// A word as long as a tsvector takes. A query is cut, too, and finds more than it should; what is found is matched again.
fn cut(word: &str) -> &str {
    &word[..word.floor_char_boundary(LONGEST_WORD)]
}

/// A need as a tsquery. Every word is quoted, so that none is an operator.
pub(super) fn expression(need: &Need) -> String {
    let joined = |needs: &[Need], with: &str| {
        let mut out = String::from("(");
        for (at, need) in needs.iter().enumerate() {
            let _ = write!(out, "{}{}", if at > 0 { with } else { "" }, expression(need));
        }
        out + ")"
    };
    let quoted = |word: &str| format!("'{}'", cut(word).replace('\\', "\\\\").replace('\'', "''"));
    match need {
        Need::Word(word) => quoted(word),
        Need::Beginning(word) => quoted(word) + ":*",
        Need::All(needs) => joined(needs, " & "),
        Need::Any(needs) => joined(needs, " | "),
    }
}

/// Reads the columns [`ARTICLE`].
pub(super) fn stored(row: &Row) -> SqlResult<StoredArticle> {
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
            other_titles: row.get::<Option<String>>("said_titles")?.unwrap_or_default(),
            other_summaries: row.get::<Option<String>>("said_summaries")?.unwrap_or_default(),
            ..Item::default()
        },
    })
}

/// Deletes the unmatched texts that were read before then.
pub(super) fn expire_texts(c: &Connection, before: Timestamp) -> SqlResult<()> {
    let query = c.prepare(
        "UPDATE article SET text = '' WHERE read_at < $1 AND text <> ''
           AND read_at >= coalesce((SELECT max(texts_before) FROM run), '')
           AND NOT EXISTS (SELECT 1 FROM mention WHERE article_id = article.id) RETURNING id",
    )?;
    let forgotten: Vec<ArticleId> = query.query_map([utc(before)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    forgotten.iter().try_for_each(|id| index(c, *id, None))?;
    // What is older has been gone through: the next run looks at what became old since.
    c.execute("UPDATE run SET texts_before = $1 WHERE id = (SELECT max(id) FROM run)", [utc(before)]).map(drop)
}
