//! Watches, and the stored articles that a new or changed one matches.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::marks::RELEVANT;
use super::search::{ARTICLE, expression, old_below, stored};
use super::sql::{count, natural};
use super::{SqliteStore, events, outbox};
use crate::date::utc;
use crate::decide::{KnownWatch, MentionNote, NewMentions, WatchChange, WatchSpec, decide_watches, pair};
use crate::error::Error;
use crate::model::{ArticleId, MentionId, WatchId};
use crate::query::Need;
use crate::store::units::WatchUnits;
use crate::store::{EarlierVersion, NamedWatch, StoredArticle, StoredMention};
use crate::text::clean::one_line;

impl WatchUnits for SqliteStore {
    fn find_watches(&self, specs: &[WatchSpec]) -> Result<Vec<Option<WatchId>>, Error> {
        self.read("read the watches of the database", |c| {
            let rows = rows(c)?;
            Ok(pair(&rows, specs).into_iter().map(|at| rows.get(at?).map(|row| row.id)).collect())
        })
    }

    fn watches(&self) -> Result<Vec<NamedWatch>, Error> {
        self.read("read the watches of the database", |c| {
            let mut query = c.prepare("SELECT name, heading FROM watch WHERE active ORDER BY position, id")?;
            let rows =
                query.query_map([], |row| Ok(NamedWatch { name: row.get("name")?, group: row.get("heading")? }))?;
            rows.collect()
        })
    }

    fn stored_articles(&self, after: ArticleId, most: usize, need: Option<&Need>) -> Result<Vec<StoredArticle>, Error> {
        self.read("read the articles of the database", |c| {
            // As far as the index is an earlier version's, it is not asked.
            let old = old_below(c)?;
            let need = need.filter(|_| old == ArticleId(0) || after >= old);
            let (from, condition) = match need {
                Some(_) => {
                    ("article_words w JOIN article a ON a.id = w.rowid", "w.article_words MATCH ?3 AND w.rowid > ?1")
                }
                None => ("article a", "?3 IS NULL AND a.id > ?1"),
            };
            let mut query = c.prepare_cached(&format!(
                "SELECT {ARTICLE} FROM {from} JOIN source s ON s.id = a.source_id
                 WHERE {condition} AND (a.text <> '' OR a.extent = 'headline') ORDER BY a.id LIMIT ?2",
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            query.query_map(params![after, most, need.map(expression)], stored)?.collect()
        })
    }

    fn stored_mentions(&self, first: ArticleId, last: ArticleId) -> Result<Vec<StoredMention>, Error> {
        self.read("read the coverage of the database", |c| {
            let mut query = c.prepare_cached(
                "SELECT watch_id, article_id, terms, snippet FROM mention WHERE article_id BETWEEN ?1 AND ?2",
            )?;
            let rows = query.query_map([first, last], |row| {
                Ok(StoredMention {
                    watch: row.get("watch_id")?,
                    article: row.get("article_id")?,
                    terms: row.get("terms")?,
                    snippet: row.get("snippet")?,
                })
            })?;
            rows.collect()
        })
    }

    fn mentioning(&self, article: ArticleId) -> Result<Vec<String>, Error> {
        self.read("read the coverage of the database", |c| {
            c.prepare_cached("SELECT w.name FROM mention m JOIN watch w ON w.id = m.watch_id WHERE m.article_id = ?1")?
                .query_map([article], |row| row.get(0))?
                .collect()
        })
    }

    fn add_mentions(&self, found: &[(ArticleId, Vec<MentionNote>)], at: Timestamp) -> Result<NewMentions, Error> {
        self.unit("write to the database", |c| {
            let mut new = NewMentions::default();
            for (article, mentions) in found {
                let mut added = 0;
                for mention in mentions {
                    let is_new = add_mention(c, *article, mention, at, true)?;
                    added += usize::from(is_new);
                    if !is_new {
                        renew_mention(c, *article, mention)?;
                    }
                }
                new += NewMentions::of_article(added);
            }
            Ok(new)
        })
    }

    fn last_mention(&self) -> Result<MentionId, Error> {
        self.read("read the coverage of the database", |c| {
            c.query_row("SELECT coalesce(max(id), 0) FROM mention", [], |row| row.get(0))
        })
    }

    fn mentions_since(&self, last: MentionId) -> Result<NewMentions, Error> {
        self.read("read the coverage of the database", |c| {
            let sql = format!(
                "SELECT count(*) AS mentions, count(DISTINCT article_id) AS articles FROM mention m WHERE m.id > ?1 AND {RELEVANT}"
            );
            c.query_row(&sql, [last], |row| {
                Ok(NewMentions { mentions: natural(row, "mentions")?, articles: natural(row, "articles")? })
            })
        })
    }

    fn earlier_versions(&self, article: ArticleId) -> Result<Vec<EarlierVersion>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare_cached(
                "SELECT v.title, iif(v.text = '', a.text, v.text) AS text FROM version v JOIN article a ON a.id = v.article_id
                 WHERE v.article_id = ?1 ORDER BY v.seen_at",
            )?
            .query_map([article], |row| Ok(EarlierVersion { title: row.get("title")?, text: row.get("text")? }))?
            .collect()
        })
    }

    fn remove_mentions(&self, mentions: &[(WatchId, ArticleId)]) -> Result<usize, Error> {
        self.unit("write to the database", |c| {
            let mut removed = 0;
            for (watch, article) in mentions {
                removed += c
                    .prepare_cached("DELETE FROM mention WHERE watch_id = ?1 AND article_id = ?2")?
                    .execute(params![watch, article])?;
                // Events are of mentioned articles.
                for table in ["event", "event_queue", "event_features"] {
                    c.prepare_cached(&format!(
                        "DELETE FROM {table} WHERE article_id = ?1 AND NOT EXISTS (SELECT 1 FROM mention WHERE article_id = ?1)"
                    ))?
                    .execute([article])?;
                }
            }
            Ok(removed)
        })
    }

    fn watch_applied(&self, name: &str, definition: &str) -> Result<(), Error> {
        // A file has one run at a time.
        self.unit("write to the database", |c| {
            c.execute("UPDATE watch SET definition = ?2 WHERE name = ?1", [name, definition]).map(drop)
        })
    }
}

/// Updates the watches from the configuration; returns the names of those that are new or have changed since they were last applied.
pub(super) fn sync(c: &Connection, specs: &[WatchSpec], now: Timestamp) -> rusqlite::Result<Vec<String>> {
    let (mut changes, unapplied) = decide_watches(&rows(c)?, specs);
    let kept: Vec<i64> = changes.iter().filter_map(row_of).map(|id| id.0).collect();
    let kept = serde_json::json!(kept).to_string();
    c.execute("UPDATE watch SET active = 0 WHERE active AND id NOT IN (SELECT value FROM json_each(?1))", [kept])?;
    // Rows that say the same already are left alone.
    let mut is_same = c.prepare(
        "SELECT 1 FROM watch WHERE id = ?1 AND (name, key, heading, position, definition, active) IS (?2, ?3, ?4, ?5, ?6, 1)",
    )?;
    let mut same = HashSet::new();
    for change in &changes {
        if let WatchChange::Set(id, position, spec, definition) = change {
            let values = params![id, spec.name, spec.key, spec.group, count(*position as u64), definition];
            if is_same.exists(values)? {
                same.insert(*id);
            }
        }
    }
    changes.retain(|change| row_of(change).is_none_or(|id| !same.contains(&id)));
    // Names and keys may be swapped, so all are replaced by placeholders first. No configured name contains a line break.
    for change in &changes {
        if let WatchChange::Set(id, ..) = change {
            c.execute("UPDATE watch SET key = NULL, name = char(10) || id WHERE id = ?1", [id])?;
        }
    }
    for change in changes {
        match change {
            WatchChange::Rename(id, name) => c.execute("UPDATE watch SET name = ?2 WHERE id = ?1", params![id, name])?,
            WatchChange::Set(id, position, spec, definition) => c.execute(
                "UPDATE watch SET name = ?2, key = ?3, heading = ?4, position = ?5, definition = ?6, active = 1 WHERE id = ?1",
                params![id, spec.name, spec.key, spec.group, count(position as u64), definition],
            )?,
            WatchChange::Add(position, spec) => c.execute(
                "INSERT INTO watch (name, key, heading, position, definition, added_at) VALUES (?1, ?2, ?3, ?4, '', ?5)",
                params![spec.name, spec.key, spec.group, count(position as u64), utc(now)],
            )?,
        };
    }
    Ok(unapplied)
}

fn row_of(change: &WatchChange) -> Option<WatchId> {
    match change {
        WatchChange::Set(id, ..) => Some(*id),
        WatchChange::Rename(..) | WatchChange::Add(..) => None,
    }
}

/// Adds a mention; returns `false` if it exists. `late`: found in an article that was stored before the watch was applied.
pub(super) fn add_mention(
    c: &Connection,
    article: ArticleId,
    mention: &MentionNote,
    at: Timestamp,
    late: bool,
) -> rusqlite::Result<bool> {
    let added = c
        .prepare_cached(
            "INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits, late)
             SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM watch WHERE name = ?1
             ON CONFLICT (watch_id, article_id) DO NOTHING",
        )?
        .execute(params![
            mention.watch,
            article,
            utc(at),
            one_line(&mention.terms),
            one_line(&mention.snippet),
            mention.hits,
            late,
        ])?;
    if added > 0 {
        events::wait(c, article)?;
        // What a changed watch finds in the past must wake nobody.
        if !late {
            outbox::put(c, article, &mention.watch, at)?;
        }
    }
    Ok(added > 0)
}

/// Updates a mention with a later match.
pub(super) fn renew_mention(c: &Connection, article: ArticleId, mention: &MentionNote) -> rusqlite::Result<()> {
    c.prepare_cached(
        "UPDATE mention SET terms = ?3, snippet = ?4, hits = ?5
         WHERE article_id = ?2 AND watch_id = (SELECT id FROM watch WHERE name = ?1)",
    )?
    .execute(params![mention.watch, article, one_line(&mention.terms), one_line(&mention.snippet), mention.hits])
    .map(drop)
}

fn rows(c: &Connection) -> rusqlite::Result<Vec<KnownWatch>> {
    let mut query = c.prepare("SELECT id, name, key, definition, active FROM watch ORDER BY id")?;
    let rows = query.query_map([], |row| {
        Ok(KnownWatch {
            id: row.get("id")?,
            name: row.get("name")?,
            key: row.get("key")?,
            definition: row.get("definition")?,
            active: row.get("active")?,
        })
    })?;
    rows.collect()
}
