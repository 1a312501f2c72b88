//! Events: mentioned articles whose event is not decided yet, related reports, and the decisions.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::sql::{time, utc};
use crate::decide::{EventChange, MarkedReport, StoredReport};
use crate::error::Error;
use crate::event::WINDOW;
use crate::model::{ArticleId, EventId};
use crate::store::NearEvents;

/// The most reports looked up by one name, the newest ones; and the most that an article is compared with.
const NAMESAKES: u32 = 40;
const CANDIDATES: usize = 20;
/// How much of a text is read, in characters.
const TEXT: u32 = 30_000;

impl Store {
    /// The mentioned articles whose event is not decided yet, in order of publication.
    pub fn events_pending(&self) -> Result<Vec<ArticleId>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare(
                "SELECT q.article_id FROM event_queue q CROSS JOIN article a ON a.id = q.article_id
                 ORDER BY coalesce(a.published_at, a.read_at), a.id",
            )?
            .query_map([], |row| row.get(0))?
            .collect()
        })
    }

    /// A mentioned article in the form for comparison; `None` if it no longer exists.
    pub fn report(&self, article: ArticleId) -> Result<Option<StoredReport>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare_cached(
                "SELECT story_id, coalesce(published_at, read_at) AS at, title, summary, substr(text, 1, ?2) AS text, language,
                   coalesce((SELECT group_concat(terms) FROM mention WHERE article_id = ?1), '') AS watched
                 FROM article WHERE id = ?1",
            )?
            .query_row(params![article, TEXT], |row| {
                Ok(StoredReport {
                    article,
                    story: row.get("story_id")?,
                    at: time(row, "at")?.unwrap_or(Timestamp::UNIX_EPOCH),
                    title: row.get("title")?,
                    summary: row.get("summary")?,
                    text: row.get("text")?,
                    language: row.get("language")?,
                    watched: row.get("watched")?,
                })
            })
            .optional()
        })
    }

    /// The events that a report may belong to, of those that began in the same hours too where they are not its copies'.
    ///
    /// The work does not grow with the store: names lead to at most so many reports of those hours.
    pub fn near_events(&self, report: &MarkedReport) -> Result<NearEvents, Error> {
        self.read("read the events of the database", |c| {
            let copy = c
                .prepare_cached(
                    "SELECT e.event_id FROM article a JOIN event e ON e.article_id = a.id
                     WHERE a.story_id = ?1 AND a.id <> ?2 ORDER BY a.id LIMIT 1",
                )?
                .query_row(params![report.story, report.article], |row| row.get(0))
                .optional()?;
            let reports = if copy.is_none() { near_reports(c, report)? } else { Vec::new() };
            Ok(NearEvents { copy, reports })
        })
    }

    /// Stores the event of an article, and removes it from the queue; `None`: the article no longer exists.
    pub fn apply_event(&self, article: ArticleId, change: Option<&EventChange>) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            if let Some(change) = change {
                apply(c, change)?;
            }
            c.prepare_cached("DELETE FROM event_queue WHERE article_id = ?1")?.execute([article]).map(drop)
        })
    }
}

fn near_reports(c: &Connection, report: &MarkedReport) -> rusqlite::Result<Vec<(ArticleId, EventId)>> {
    let from = report.at.checked_sub(WINDOW).map_or_else(|_| String::new(), utc);
    let to = report.at.checked_add(WINDOW).map_or_else(|_| "9".to_owned(), utc);
    let mut names: HashMap<ArticleId, usize> = HashMap::new();
    let mut query = c.prepare_cached(
        "SELECT article_id FROM event_name WHERE name = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at DESC LIMIT ?4",
    )?;
    for name in report.marks.keys() {
        for row in query.query_map(params![name, from, to, NAMESAKES], |row| row.get(0))? {
            *names.entry(row?).or_default() += 1;
        }
    }
    names.remove(&report.article);
    let mut nearest: Vec<(ArticleId, usize)> = names.into_iter().collect();
    nearest.sort_unstable_by_key(|(other, names)| (std::cmp::Reverse(*names), *other));
    let mut event_of = c.prepare_cached(
        "SELECT e.event_id FROM event e JOIN article a ON a.id = e.event_id
         WHERE e.article_id = ?1 AND coalesce(a.published_at, a.read_at) BETWEEN ?2 AND ?3",
    )?;
    let mut reports = Vec::new();
    for (other, _) in nearest.into_iter().take(CANDIDATES) {
        let event = event_of.query_row(params![other, from, to], |row| row.get(0)).optional()?;
        reports.extend(event.map(|event| (other, event)));
    }
    Ok(reports)
}

fn apply(c: &Connection, change: &EventChange) -> rusqlite::Result<()> {
    let EventChange { article, at, event, merged, evidence, names, .. } = change;
    let mut add = c.prepare_cached("INSERT OR IGNORE INTO event_name (name, at, article_id) VALUES (?1, ?2, ?3)")?;
    for name in names {
        add.execute(params![name, utc(*at), article])?;
    }
    for other in merged {
        c.prepare_cached("UPDATE event SET event_id = ?2 WHERE event_id = ?1")?.execute([other, event])?;
    }
    c.prepare_cached("INSERT OR REPLACE INTO event (article_id, event_id, evidence) VALUES (?1, ?2, ?3)")?
        .execute(params![article, event, evidence])
        .map(drop)
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

/// Deletes the index entries of reports from before then.
pub(super) fn expire(c: &Connection, before: Timestamp) -> rusqlite::Result<()> {
    c.execute("DELETE FROM event_name WHERE at < ?1", [utc(before)]).map(drop)
}
