//! Marks, the articles that they are set on, and the ids by which these are named.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use super::sql::time;
use crate::date::utc;
use crate::decide::{ArticleMark, merge_marks};
use crate::error::Error;
use crate::model::{ArticleId, WatchId};
use crate::store::mention_rows::tags;
use crate::store::units::MarkUnits;
use crate::store::{ArticleAddress, KnownWatchName, MarkedArticle};

/// Joins the marks of an article `a` to a mention `m`: for its watch, and for all watches.
pub(super) const JOINED: &str = "LEFT JOIN mark own ON own.article_id = a.id AND own.watch_id = m.watch_id \
    LEFT JOIN mark every ON every.article_id = a.id AND every.watch_id IS NULL";

/// Whether the article of a mention `m` is relevant for its watch. Where nobody marks anything, no mark is looked for.
pub(super) const RELEVANT: &str = "(NOT EXISTS (SELECT 1 FROM mark) OR coalesce((SELECT k.relevant FROM mark k WHERE k.article_id = m.article_id AND k.watch_id = m.watch_id), \
    (SELECT k.relevant FROM mark k WHERE k.article_id = m.article_id AND k.watch_id IS NULL), 1))";

/// Whether an article `a` is not relevant: for all watches, or for each of those that match it.
pub(super) const IRRELEVANT: &str = "(EXISTS (SELECT 1 FROM mark k WHERE k.article_id = a.id AND k.watch_id IS NULL AND k.relevant = 0) \
    OR EXISTS (SELECT 1 FROM mention m WHERE m.article_id = a.id)) \
    AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.article_id = a.id AND coalesce( \
    (SELECT k.relevant FROM mark k WHERE k.article_id = m.article_id AND k.watch_id = m.watch_id), \
    (SELECT k.relevant FROM mark k WHERE k.article_id = m.article_id AND k.watch_id IS NULL), 1))";

const MARKS: &str = "SELECT watch_id, relevant, tone, tags, note, marked_at FROM mark WHERE article_id = ?1 \
    ORDER BY watch_id";

impl MarkUnits for SqliteStore {
    fn article_with_id(&self, id: ArticleId) -> Result<Option<ArticleId>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare_cached(
                "SELECT id FROM article WHERE id = ?1 UNION ALL SELECT article_id FROM former_article WHERE id = ?1",
            )?
            .query_row([id], |row| row.get(0))
            .optional()
        })
    }

    fn articles_at(&self, address: &ArticleAddress) -> Result<Vec<ArticleId>, Error> {
        self.read("read the articles of the database", |c| {
            let mut found: Vec<ArticleId> = c
                .prepare_cached(
                    "SELECT id FROM article WHERE address = ?1
                     UNION
                     SELECT i.article_id FROM source s CROSS JOIN item i ON i.source_id = s.id AND i.key = ?1
                      WHERE i.article_id IS NOT NULL",
                )?
                .query_map([&address.canonical], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            // On the same host only: a pattern of one source may fit the addresses of another one.
            let host = address.canonical.split('/').next().unwrap_or_default();
            for (source, key) in &address.keys {
                let mut by_key = c.prepare_cached(
                    "SELECT a.id FROM source s JOIN article a ON a.source_id = s.id AND a.key = ?2
                      WHERE s.name = ?1 AND (instr(a.url, '://' || ?3 || '/') OR instr(a.url, '://www.' || ?3 || '/'))
                     UNION
                     SELECT i.article_id FROM source s JOIN item i ON i.source_id = s.id AND i.key = ?2
                      WHERE s.name = ?1 AND i.article_id IS NOT NULL
                        AND (instr(i.url, '://' || ?3 || '/') OR instr(i.url, '://www.' || ?3 || '/'))",
                )?;
                for id in by_key.query_map([source.as_str(), key.as_str(), host], |row| row.get(0))? {
                    found.push(id?);
                }
            }
            if found.is_empty() {
                // Reads all addresses, and so comes last.
                found = c
                    .prepare_cached(
                        "SELECT id FROM article WHERE url = ?1
                         UNION SELECT article_id FROM item WHERE url = ?1 AND article_id IS NOT NULL",
                    )?
                    .query_map([&address.spelled], |row| row.get(0))?
                    .collect::<Result<_, _>>()?;
            }
            found.sort_unstable();
            found.dedup();
            Ok(found)
        })
    }

    fn mentioned_copies(&self, article: ArticleId) -> Result<Vec<ArticleId>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare_cached(
                "SELECT c.id FROM article a JOIN article c ON c.story_id = a.story_id
                 WHERE a.id = ?1 AND (c.id = ?1 OR EXISTS (SELECT 1 FROM mention m WHERE m.article_id = c.id)) ORDER BY c.id",
            )?
            .query_map([article], |row| row.get(0))?
            .collect()
        })
    }

    fn marked(&self) -> Result<Vec<ArticleId>, Error> {
        self.read("read the marks of the database", |c| {
            c.prepare("SELECT article_id FROM mark GROUP BY article_id ORDER BY max(marked_at) DESC, article_id DESC")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
    }

    fn marked_article(&self, article: ArticleId) -> Result<Option<MarkedArticle>, Error> {
        self.read("read the marks of the database", |c| {
            let found = c
                .prepare_cached(
                    "SELECT s.name AS outlet, a.title, a.url, a.published_at, a.read_at
                     FROM article a JOIN source s ON s.id = a.source_id WHERE a.id = ?1",
                )?
                .query_row([article], |row| {
                    Ok(MarkedArticle {
                        id: article,
                        outlet: row.get("outlet")?,
                        title: row.get("title")?,
                        url: row.get("url")?,
                        published_at: time(row, "published_at")?.or(time(row, "read_at")?),
                        watches: Vec::new(),
                        marks: Vec::new(),
                    })
                })
                .optional()?;
            let Some(mut found) = found else { return Ok(None) };
            found.watches = c
                .prepare_cached(
                    "SELECT w.id FROM mention m JOIN watch w ON w.id = m.watch_id
                     WHERE m.article_id = ?1 ORDER BY w.position, w.id",
                )?
                .query_map([article], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            found.marks = marks(c, article)?;
            Ok(Some(found))
        })
    }

    fn is_relevant(&self, article: ArticleId, watch: Option<WatchId>) -> Result<bool, Error> {
        self.read("read the marks of the database", |c| {
            c.prepare_cached(
                "SELECT relevant FROM mark WHERE article_id = ?1 AND (watch_id = ?2 OR watch_id IS NULL)
                   AND relevant IS NOT NULL ORDER BY watch_id IS NULL LIMIT 1",
            )?
            .query_row(params![article, watch], |row| row.get(0))
            .optional()
            .map(|relevant| relevant.unwrap_or(true))
        })
    }

    fn set_marks(&self, article: ArticleId, marks: &[ArticleMark]) -> Result<(), Error> {
        self.unit("write to the database", |c| set(c, article, marks))
    }

    fn watch_names(&self) -> Result<Vec<KnownWatchName>, Error> {
        self.read("read the watches of the database", |c| {
            let mut query = c.prepare("SELECT id, name, active FROM watch ORDER BY active DESC, position, id")?;
            let rows = query.query_map([], |row| {
                Ok(KnownWatchName { id: row.get("id")?, name: row.get("name")?, is_configured: row.get("active")? })
            })?;
            rows.collect()
        })
    }
}

/// The marks of an article.
fn marks(c: &Connection, article: ArticleId) -> rusqlite::Result<Vec<ArticleMark>> {
    c.prepare_cached(MARKS)?
        .query_map([article], |row| {
            Ok(ArticleMark {
                watch: row.get("watch_id")?,
                relevant: row.get("relevant")?,
                tone: row.get("tone")?,
                tags: tags(&row.get::<_, String>("tags")?),
                note: row.get("note")?,
                marked_at: time(row, "marked_at")?.unwrap_or(Timestamp::UNIX_EPOCH),
            })
        })?
        .collect()
}

fn set(c: &Connection, article: ArticleId, marks: &[ArticleMark]) -> rusqlite::Result<()> {
    c.prepare_cached("DELETE FROM mark WHERE article_id = ?1")?.execute([article])?;
    let mut add = c.prepare_cached(
        "INSERT INTO mark (article_id, watch_id, relevant, tone, tags, note, marked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for mark in marks {
        let ArticleMark { watch, relevant, tone, tags, note, marked_at } = mark;
        add.execute(params![article, watch, relevant, tone, tags.join(", "), note, utc(*marked_at)])?;
    }
    Ok(())
}

/// Moves the marks and the id of an article that is about to be merged into another one.
pub(super) fn hand_over(c: &Connection, other: ArticleId, article: ArticleId) -> rusqlite::Result<()> {
    let of_other = marks(c, other)?;
    if !of_other.is_empty() {
        set(c, article, &merge_marks(marks(c, article)?, of_other))?;
        set(c, other, &[])?;
    }
    c.prepare_cached("UPDATE former_article SET article_id = ?2 WHERE article_id = ?1")?.execute([other, article])?;
    c.prepare_cached("INSERT INTO former_article (id, article_id) VALUES (?1, ?2)")?.execute([other, article]).map(drop)
}
