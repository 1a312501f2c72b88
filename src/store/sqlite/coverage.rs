//! Coverage: the mentions of a period.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Statement, named_params, params};

use super::SqliteStore;
use super::facts::outlets;
use super::marks::{JOINED, RELEVANT};
use super::sql::time;
use crate::date::utc;
use crate::digest::{DEFAULT_READER, Exported, Mention, Period};
use crate::error::Error;
use crate::model::{ArticleId, IdMap, MentionId, WatchId};
use crate::store::Wanted;
use crate::store::mention_rows::{CarrierColumn, Column, MENTIONS, MentionReader, MentionRow};
use crate::store::units::CoverageUnits;

/// The watches that are wanted: those of these names, else those of the configuration.
const CHOSEN: &str =
    "SELECT id FROM watch WHERE iif(:watches IS NULL, active, name IN (SELECT value FROM json_each(:watches)))";
/// Whether no digest has printed the mention for `:reader`; always true without one.
const UNPRINTED: &str = "iif(:reader IS NULL, 1, iif(:reader = 'default', m.told_at IS NULL, m.id NOT IN \
    (SELECT p.mention_id FROM printed p JOIN reader r ON r.id = p.reader_id WHERE r.name = :reader)))";
/// The headlines of an article that was read again, oldest first.
const HEADLINES: &str = "SELECT title FROM version WHERE article_id = ?1 ORDER BY seen_at";

impl MentionRow for Row<'_> {
    type Error = rusqlite::Error;

    fn text(&self, column: usize) -> rusqlite::Result<Option<&str>> {
        Ok(self.get_ref(column)?.as_str_or_null()?)
    }

    fn number(&self, column: usize) -> rusqlite::Result<Option<i64>> {
        self.get(column)
    }
}

fn mention_reader(c: &Connection, period: &Period) -> rusqlite::Result<MentionReader> {
    Ok(MentionReader::new(watch_names(c)?, outlets(c)?, period.until))
}

fn headlines(stored: &mut Statement, article: ArticleId) -> rusqlite::Result<Vec<Box<str>>> {
    stored.query_map([article], |row| row.get(0))?.collect()
}

/// The names of the watches.
fn watch_names(c: &Connection) -> rusqlite::Result<IdMap<WatchId, Arc<str>>> {
    let mut names = c.prepare("SELECT id, name FROM watch")?;
    names.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

impl CoverageUnits for SqliteStore {
    fn mentions(&self, wanted: &Wanted) -> Result<Vec<Box<Mention>>, Error> {
        let period = wanted.period;
        let columns = Column::SQL;
        let column = if period.by_published { "coalesce(a.published_at, m.found_at)" } else { "m.found_at" };
        self.read("read the coverage of the database", |c| {
            let mut query = c.prepare(&format!(
                // The plus keeps SQLite from going through all mentions of a watch instead of those of the period.
                "SELECT {columns} FROM {MENTIONS} {JOINED}
                 WHERE {column} >= :since AND {column} <= :until AND +m.watch_id IN ({CHOSEN})
                   AND {UNPRINTED} AND (:irrelevant OR coalesce(own.relevant, every.relevant, 1))"
            ))?;
            let mut reader = mention_reader(c, period)?;
            let mut versions = c.prepare(HEADLINES)?;
            let mut rows = query.query(named_params! {
                ":since": period.since.map_or_else(String::new, utc),
                ":until": utc(period.until),
                ":watches": wanted.watches.map(|names| serde_json::json!(names).to_string()),
                ":reader": period.new_for,
                ":irrelevant": wanted.with_irrelevant,
            })?;
            while let Some(row) = rows.next()? {
                reader.add(row, |article| headlines(&mut versions, article))?;
            }
            let columns = CarrierColumn::SQL;
            let mut stored = c.prepare(&format!("SELECT {columns} FROM article WHERE story_id = ?1"))?;
            reader.into_mentions(|reader, story| stored.query_map([story], |row| reader.carrier(row))?.collect())
        })
    }

    fn export(
        &self,
        wanted: &Wanted,
        newest_first: bool,
        each: &mut dyn FnMut(&Exported) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let period = wanted.period;
        let columns = Column::SQL;
        let column = if period.by_published { "published" } else { "found" };
        let order = if newest_first { "found DESC, id DESC" } else { "published, id" };
        let mut ending = Ok(());
        self.read("read the coverage of the database", |c| {
            // Ranks over all coverage, so that a line is the same in every exported period; what is not relevant is ranked apart, so that the
            // other lines are the same with it and without it.
            let mut query = c.prepare(&format!(
                "WITH placed AS (
                   SELECT m.id, m.watch_id, m.found_at AS found, coalesce(a.published_at, m.found_at) AS published,
                          row_number() OVER (PARTITION BY m.watch_id, a.story_id, {RELEVANT}
                            ORDER BY a.original_outlet IS NOT NULL, coalesce(a.published_at, m.found_at), s.name, a.url) AS place,
                          count(*) OVER (PARTITION BY m.watch_id, a.story_id, {RELEVANT}) AS carried
                   FROM mention m JOIN article a ON a.id = m.article_id JOIN source s ON s.id = a.source_id
                   WHERE :irrelevant OR {RELEVANT}),
                 chosen AS MATERIALIZED (
                   SELECT id, place, carried FROM placed
                   WHERE (:since IS NULL OR {column} >= :since) AND {column} <= :until
                     AND watch_id IN ({CHOSEN})
                   ORDER BY {order} LIMIT -1)
                 SELECT {columns}, place, carried, w.heading FROM chosen CROSS JOIN {MENTIONS} {JOINED} JOIN watch w ON w.id = m.watch_id WHERE m.id = chosen.id"
            ))?;
            let mut reader = mention_reader(c, period)?;
            let mut versions = c.prepare(HEADLINES)?;
            let mut rows = query.query(named_params! {
                ":since": period.since.map(utc),
                ":until": utc(period.until),
                ":watches": wanted.watches.map(|names| serde_json::json!(names).to_string()),
                ":irrelevant": wanted.with_irrelevant,
            })?;
            while let Some(row) = rows.next()? {
                let (place, carried): (i64, i64) = (row.get("place")?, row.get("carried")?);
                let line = Exported {
                    mention: reader.mention(row, |article| headlines(&mut versions, article))?,
                    group: row.get("heading")?,
                    is_original: place == 1,
                    copies: u64::try_from(carried - 1).unwrap_or(0),
                };
                ending = each(&line);
                if ending.is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        ending
    }

    fn former_watches(&self, period: &Period) -> Result<Vec<String>, Error> {
        let (from, column) = if period.by_published {
            ("mention m JOIN article a ON a.id = m.article_id", "coalesce(a.published_at, m.found_at)")
        } else {
            ("mention m", "m.found_at")
        };
        self.read("read the coverage of the database", |c| {
            c.prepare(&format!(
                "SELECT w.name FROM watch w WHERE NOT w.active AND EXISTS (
                   SELECT 1 FROM {from} WHERE m.watch_id = w.id AND {column} >= :since AND {column} <= :until
                     AND {UNPRINTED} AND {RELEVANT}) ORDER BY w.id"
            ))?
            .query_map(
                named_params! {
                    ":since": period.since.map_or_else(String::new, utc),
                    ":until": utc(period.until),
                    ":reader": period.new_for,
                },
                |row| row.get(0),
            )?
            .collect()
        })
    }

    fn mark_printed(
        &self,
        reader: &str,
        mentions: &mut dyn Iterator<Item = MentionId>,
        at: Timestamp,
    ) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            let id: i64 = c
                .prepare_cached(
                    "INSERT INTO reader (name, last_at) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET last_at = ?2 RETURNING id",
                )?
                .query_row(params![reader, utc(at)], |row| row.get(0))?;
            if reader == DEFAULT_READER {
                let mut update = c.prepare_cached("UPDATE mention SET told_at = ?2 WHERE id = ?1 AND told_at IS NULL")?;
                for id in mentions {
                    update.execute(params![id, utc(at)])?;
                }
                return Ok(());
            }
            // A mention may be gone by now.
            let mut insert = c.prepare_cached(
                "INSERT OR IGNORE INTO printed (reader_id, mention_id, printed_at) SELECT ?1, id, ?3 FROM mention WHERE id = ?2",
            )?;
            for mention in mentions {
                insert.execute(params![id, mention, utc(at)])?;
            }
            Ok(())
        })
    }

    fn readers(&self) -> Result<Vec<String>, Error> {
        self.read("read the coverage of the database", |c| {
            let mut names = c.prepare("SELECT name FROM reader WHERE name <> ?1 ORDER BY id")?;
            names.query_map([DEFAULT_READER], |row| row.get(0))?.collect()
        })
    }

    fn last_printed_at(&self, reader: &str) -> Result<Option<Timestamp>, Error> {
        self.read("read the coverage of the database", |c| {
            let mut last = c.prepare("SELECT last_at FROM reader WHERE name = ?1")?;
            let last: Option<Option<Timestamp>> = last.query_row([reader], |row| time(row, "last_at")).optional()?;
            Ok(last.flatten())
        })
    }
}
