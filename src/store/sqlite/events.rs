//! Events: mentioned articles whose event is not decided yet, the reports of a window, and the decisions.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use super::sql::time;
use crate::date::utc;
use crate::decide::{EventChange, MarkedReport, RegroupedEvent, StoredReport};
use crate::error::Error;
use crate::event::Marks;
use crate::model::{ArticleId, EventId};
use crate::store::limits::{MOST_REPORTS, REPORT_TEXT};
use crate::store::units::EventUnits;

impl EventUnits for SqliteStore {
    fn events_pending(&self) -> Result<Vec<(ArticleId, Timestamp)>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare(
                "SELECT q.article_id, coalesce(a.published_at, a.read_at) AS at
                 FROM event_queue q CROSS JOIN article a ON a.id = q.article_id ORDER BY at, a.id",
            )?
            .query_map([], |row| Ok((row.get(0)?, time(row, "at")?.unwrap_or(Timestamp::UNIX_EPOCH))))?
            .collect()
        })
    }

    fn features_without(&self, model: &str) -> Result<Vec<(ArticleId, Timestamp)>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare(
                "SELECT article_id, at FROM event_features WHERE instr(features, ';s|' || ?1 || '|') = 0 ORDER BY at",
            )?
            .query_map([model], |row| Ok((row.get(0)?, time(row, "at")?.unwrap_or(Timestamp::UNIX_EPOCH))))?
            .collect()
        })
    }

    fn report(&self, article: ArticleId) -> Result<Option<StoredReport>, Error> {
        self.read("read the articles of the database", |c| report(c, article))
    }

    fn keep_features(&self, article: ArticleId, at: Timestamp, marks: &Marks) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            c.prepare_cached("INSERT OR REPLACE INTO event_features (article_id, at, features) VALUES (?1, ?2, ?3)")?
                .execute(params![article, utc(at), marks.to_text()])
                .map(drop)
        })
    }

    fn event_window(&self, from: Timestamp, until: Timestamp) -> Result<Vec<MarkedReport>, Error> {
        self.read("read the events of the database", |c| event_window(c, from, until))
    }

    fn apply_events(&self, changes: &[EventChange], pending: &HashSet<ArticleId>) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            for EventChange { article, event, evidence } in changes {
                c.prepare_cached("INSERT OR REPLACE INTO event (article_id, event_id, evidence) VALUES (?1, ?2, ?3)")?
                    .execute(params![article, event, evidence])?;
            }
            for article in pending {
                c.prepare_cached("DELETE FROM event_queue WHERE article_id = ?1")?.execute([article])?;
            }
            Ok(())
        })
    }

    fn note_regrouped(&self, events: &[RegroupedEvent]) -> Result<(), Error> {
        if events.is_empty() {
            return Ok(());
        }
        self.unit("write to the database", |c| {
            for RegroupedEvent { event, change, at } in events {
                c.prepare_cached("INSERT OR REPLACE INTO event_regrouped (event_id, change, at) VALUES (?1, ?2, ?3)")?
                    .execute(params![event, change, utc(*at)])?;
            }
            Ok(())
        })
    }
}

fn report(c: &Connection, article: ArticleId) -> rusqlite::Result<Option<StoredReport>> {
    c.prepare_cached(
        "SELECT title, summary, substr(text, 1, ?2) AS text, language,
           coalesce((SELECT group_concat(terms) FROM mention WHERE article_id = ?1), '') AS watched
         FROM article WHERE id = ?1",
    )?
    .query_row(params![article, REPORT_TEXT], |row| {
        Ok(StoredReport {
            article,
            title: row.get("title")?,
            summary: row.get("summary")?,
            text: row.get("text")?,
            language: row.get("language")?,
            watched: row.get("watched")?,
        })
    })
    .optional()
}

fn event_window(c: &Connection, from: Timestamp, until: Timestamp) -> rusqlite::Result<Vec<MarkedReport>> {
    let mut query = c.prepare_cached(
        "WITH RECURSIVE window (id) AS (
           SELECT * FROM (SELECT article_id FROM event_features WHERE at BETWEEN ?1 AND ?2 ORDER BY at DESC LIMIT ?3)
           UNION SELECT other.article_id FROM window w JOIN event e ON e.article_id = w.id JOIN event other ON other.event_id = e.event_id
           UNION SELECT e.article_id FROM window w JOIN event e ON e.event_id = w.id
           UNION SELECT e.article_id FROM window w JOIN article a ON a.id = w.id JOIN article copy ON copy.story_id = a.story_id
             JOIN event e ON e.article_id = copy.id
         )
         SELECT a.id, a.story_id, a.source_id, coalesce(a.published_at, a.read_at) AS at, f.features, e.event_id, coalesce(e.evidence, '') AS evidence,
           EXISTS (SELECT 1 FROM mention m WHERE m.article_id = a.id AND (m.told_at IS NOT NULL
             OR EXISTS (SELECT 1 FROM printed p WHERE p.mention_id = m.id))) AS is_told
         FROM window w JOIN article a ON a.id = w.id LEFT JOIN event e ON e.article_id = w.id
         LEFT JOIN event_features f ON f.article_id = w.id ORDER BY a.id",
    )?;
    let rows = query.query_map(params![utc(from), utc(until), MOST_REPORTS], |row| {
        let features: Option<String> = row.get("features")?;
        let event: Option<EventId> = row.get("event_id")?;
        Ok(MarkedReport {
            article: row.get("id")?,
            story: row.get("story_id")?,
            source: row.get("source_id")?,
            at: time(row, "at")?.unwrap_or(Timestamp::UNIX_EPOCH),
            marks: features.as_deref().and_then(Marks::from_text).map_or_else(
                || {
                    let stored = report(c, row.get("id")?)?;
                    Ok(stored.map(|stored| stored.marks()).unwrap_or_default())
                },
                Ok::<Marks, rusqlite::Error>,
            )?,
            event,
            evidence: row.get("evidence")?,
            is_told: row.get("is_told")?,
        })
    })?;
    rows.collect()
}

/// Queues an article with a new mention.
pub(super) fn wait(c: &Connection, article: ArticleId) -> rusqlite::Result<()> {
    c.prepare_cached(
        "INSERT OR IGNORE INTO event_queue (article_id)
         SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM event WHERE article_id = ?1)",
    )?
    .execute([article])
    .map(drop)
}

/// Deletes the features of reports from before then.
pub(super) fn expire(c: &Connection, before: Timestamp) -> rusqlite::Result<()> {
    c.execute("DELETE FROM event_features WHERE at < ?1", [utc(before)])?;
    c.execute("DELETE FROM event_regrouped WHERE at < ?1", [utc(before)]).map(drop)
}
