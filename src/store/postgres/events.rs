//! Events: mentioned articles whose event is not decided yet, the reports of a window, and the decisions.

use std::collections::HashSet;

use jiff::Timestamp;

use super::PostgresStore;
use super::connection::Connection;
use super::row::{OptionalRow as _, RowError, SqlResult, time};
use super::sql::params;
use crate::date::utc;
use crate::decide::{EventChange, MarkedReport, RegroupedEvent, StoredReport};
use crate::error::Error;
use crate::event::Marks;
use crate::model::{ArticleId, EventId};
use crate::store::limits::{MOST_REPORTS, REPORT_TEXT};
use crate::store::units::EventUnits;

impl EventUnits for PostgresStore {
    fn events_pending(&self) -> Result<Vec<(ArticleId, Timestamp)>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare(
                "SELECT q.article_id, coalesce(a.published_at, a.read_at) AS at
                 FROM event_queue q CROSS JOIN LATERAL (SELECT * FROM article WHERE id = q.article_id OFFSET 0) a ORDER BY at, a.id",
            )?
            .query_map((), |row| Ok((row.get(0)?, time(row, "at")?.unwrap_or(Timestamp::UNIX_EPOCH))))?
            .collect()
        })
    }

    fn features_without(&self, model: &str) -> Result<Vec<(ArticleId, Timestamp)>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare(
                "SELECT article_id, at FROM event_features WHERE strpos(features, ';s|' || $1 || '|') = 0 ORDER BY at",
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
            c.prepare(
                "INSERT INTO event_features (article_id, at, features) VALUES ($1, $2, $3)
                 ON CONFLICT (article_id) DO UPDATE SET at = $2, features = $3",
            )?
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
                c.prepare(
                    "INSERT INTO event (article_id, event_id, evidence) VALUES ($1, $2, $3)
                     ON CONFLICT (article_id) DO UPDATE SET event_id = $2, evidence = $3",
                )?
                .execute(params![article, event, evidence])?;
            }
            for article in pending {
                c.prepare("DELETE FROM event_queue WHERE article_id = $1")?.execute([article])?;
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
                c.prepare(
                    "INSERT INTO event_regrouped (event_id, change, at) VALUES ($1, $2, $3)
                     ON CONFLICT (event_id) DO UPDATE SET change = $2, at = $3",
                )?
                .execute(params![event, change, utc(*at)])?;
            }
            Ok(())
        })
    }
}

fn report(c: &Connection, article: ArticleId) -> SqlResult<Option<StoredReport>> {
    c.prepare(
        "SELECT title, summary, substr(text, 1, $2) AS text, language,
           coalesce((SELECT string_agg(terms, ',' ORDER BY id) FROM mention WHERE article_id = $1), '') AS watched
         FROM article WHERE id = $1",
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

fn event_window(c: &Connection, from: Timestamp, until: Timestamp) -> SqlResult<Vec<MarkedReport>> {
    // The planner takes the window for thousands of times as large as it is; `OFFSET 0` has it look up each row.
    let query = c.prepare(
        "WITH RECURSIVE near (id) AS (
           (SELECT article_id FROM event_features WHERE at BETWEEN $1 AND $2 ORDER BY at DESC LIMIT $3)
           UNION SELECT beside.article_id FROM near CROSS JOIN LATERAL (
             SELECT other.article_id FROM event e JOIN event other ON other.event_id = e.event_id WHERE e.article_id = near.id
             UNION ALL
             SELECT e.article_id FROM event e WHERE e.event_id = near.id
             UNION ALL
             SELECT e.article_id FROM article a JOIN article copy ON copy.story_id = a.story_id JOIN event e ON e.article_id = copy.id
              WHERE a.id = near.id) beside
         )
         SELECT a.id, a.story_id, a.source_id, coalesce(a.published_at, a.read_at) AS at, f.features, e.event_id,
           coalesce(e.evidence, '') AS evidence,
           coalesce((SELECT bool_or(m.told_at IS NOT NULL OR (SELECT p.reader_id FROM printed p WHERE p.mention_id = m.id LIMIT 1) IS NOT NULL)
             FROM mention m WHERE m.article_id = a.id), FALSE) AS is_told
         FROM near CROSS JOIN LATERAL (SELECT * FROM article WHERE id = near.id OFFSET 0) a
         LEFT JOIN LATERAL (SELECT * FROM event WHERE article_id = near.id OFFSET 0) e ON TRUE
         LEFT JOIN LATERAL (SELECT * FROM event_features WHERE article_id = near.id OFFSET 0) f ON TRUE ORDER BY a.id",
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
                Ok::<Marks, RowError>,
            )?,
            event,
            evidence: row.get("evidence")?,
            is_told: row.get("is_told")?,
        })
    })?;
    rows.collect()
}

/// Queues an article with a new mention.
pub(super) fn wait(c: &Connection, article: ArticleId) -> SqlResult<()> {
    c.prepare(
        "INSERT INTO event_queue (article_id)
         SELECT $1::bigint WHERE NOT EXISTS (SELECT 1 FROM event WHERE article_id = $1) ON CONFLICT DO NOTHING",
    )?
    .execute([article])
    .map(drop)
}

/// Deletes the features of reports from before then.
pub(super) fn expire(c: &Connection, before: Timestamp) -> SqlResult<()> {
    c.execute("DELETE FROM event_features WHERE at < $1", [utc(before)])?;
    c.execute("DELETE FROM event_regrouped WHERE at < $1", [utc(before)]).map(drop)
}
