//! Coverage: the mentions of a period.

use jiff::Timestamp;

use super::PostgresStore;
use super::connection::Connection;
use super::facts::outlets;
use super::marks::{JOINED, RELEVANT};
use super::row::{OptionalRow as _, Row, RowError, SqlResult, time};
use super::sql::{SqlValue, array, params};
use crate::date::utc;
use crate::digest::{DEFAULT_READER, Exported, Mention, Period};
use crate::error::Error;
use crate::model::{ArticleId, MentionId};
use crate::store::Wanted;
use crate::store::mention_rows::{CarrierColumn, Column, MENTIONS, MentionReader, MentionRow};
use crate::store::units::CoverageUnits;

/// Whether no digest has printed the mention for the reader $4; always true without one.
const UNPRINTED: &str = "CASE WHEN $4::text IS NULL THEN true WHEN $4 = 'default' THEN m.told_at IS NULL ELSE NOT EXISTS \
    (SELECT 1 FROM printed p JOIN reader r ON r.id = p.reader_id WHERE p.mention_id = m.id AND r.name = $4) END";
/// The headlines of an article that was read again, oldest first.
const HEADLINES: &str = "SELECT title FROM version WHERE article_id = $1 ORDER BY seen_at";
/// The watches that are wanted: those of these names, else those of the configuration.
pub(super) const CHOSEN: &str =
    "SELECT id FROM watch WHERE CASE WHEN $3::text[] IS NULL THEN active = 1 ELSE name = ANY($3::text[]) END";

impl MentionRow for Row {
    type Error = RowError;

    fn text(&self, column: usize) -> SqlResult<Option<&str>> {
        match self.value(column)? {
            SqlValue::Null => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    fn number(&self, column: usize) -> SqlResult<Option<i64>> {
        self.get(column)
    }
}

pub(super) fn mention_reader(c: &Connection, period: &Period) -> SqlResult<MentionReader> {
    let watches = c.prepare("SELECT id, name FROM watch")?;
    let watches = watches.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<SqlResult<_>>()?;
    Ok(MentionReader::new(watches, outlets(c)?, period.until))
}

pub(super) fn headlines(c: &Connection, article: ArticleId) -> SqlResult<Vec<Box<str>>> {
    c.prepare(HEADLINES)?.query_map([article], |row| row.get(0))?.collect()
}

impl CoverageUnits for PostgresStore {
    fn mentions(&self, wanted: &Wanted) -> Result<Vec<Box<Mention>>, Error> {
        let period = wanted.period;
        let columns = Column::SQL;
        let column = if period.by_published { "coalesce(a.published_at, m.found_at)" } else { "m.found_at" };
        self.read("read the coverage of the database", |c| {
            let query = c.prepare(&format!(
                "SELECT {columns} FROM {MENTIONS} {JOINED}
                 WHERE {column} >= $1 AND {column} <= $2 AND m.watch_id IN ({CHOSEN})
                   AND {UNPRINTED} AND ($5 OR coalesce(own.relevant, every.relevant, 1) = 1)"
            ))?;
            let mut reader = mention_reader(c, period)?;
            let rows = query.query(params![
                period.since.map_or_else(String::new, utc),
                utc(period.until),
                wanted.watches.map(array),
                period.new_for,
                wanted.with_irrelevant,
            ])?;
            for row in &rows {
                reader.add(row, |article| headlines(c, article))?;
            }
            let columns = CarrierColumn::SQL;
            let stored = c.prepare(&format!("SELECT {columns} FROM article WHERE story_id = $1"))?;
            reader.into_mentions(|reader, story| stored.query_map([story], |row| reader.carrier(row))?.collect())
        })
    }

    fn export(
        &self,
        wanted: &Wanted,
        newest_first: bool,
        each: &mut dyn FnMut(&Exported) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.export_lines(wanted, newest_first, each)
    }

    fn former_watches(&self, period: &Period) -> Result<Vec<String>, Error> {
        let (from, column) = if period.by_published {
            ("mention m JOIN article a ON a.id = m.article_id", "coalesce(a.published_at, m.found_at)")
        } else {
            ("mention m", "m.found_at")
        };
        self.read("read the coverage of the database", |c| {
            c.prepare(&format!(
                "SELECT w.name FROM watch w WHERE w.active = 0 AND $3::text IS NULL AND EXISTS (
                   SELECT 1 FROM {from} WHERE m.watch_id = w.id AND {column} >= $1 AND {column} <= $2
                     AND {UNPRINTED} AND {RELEVANT}) ORDER BY w.id"
            ))?
            .query_map(
                params![period.since.map_or_else(String::new, utc), utc(period.until), None::<String>, period.new_for],
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
        let mentions: Vec<MentionId> = mentions.collect();
        self.unit("write to the database", |c| {
            let id: i64 = c
                .prepare(
                    "INSERT INTO reader (name, last_at) VALUES ($1, $2)
                     ON CONFLICT (name) DO UPDATE SET last_at = $2 RETURNING id",
                )?
                .query_row(params![reader, utc(at)], |row| row.get(0))?;
            if reader == DEFAULT_READER {
                let update = c.prepare("UPDATE mention SET told_at = $2 WHERE id = $1 AND told_at IS NULL")?;
                for id in &mentions {
                    update.execute(params![id, utc(at)])?;
                }
                return Ok(());
            }
            // A mention may be gone by now.
            let insert = c.prepare(
                "INSERT INTO printed (reader_id, mention_id, printed_at) SELECT $1, id, $3 FROM mention WHERE id = $2 ON CONFLICT DO NOTHING",
            )?;
            for mention in &mentions {
                insert.execute(params![id, mention, utc(at)])?;
            }
            Ok(())
        })
    }

    fn readers(&self) -> Result<Vec<String>, Error> {
        self.read("read the coverage of the database", |c| {
            let names = c.prepare("SELECT name FROM reader WHERE name <> $1 ORDER BY id")?;
            names.query_map([DEFAULT_READER], |row| row.get(0))?.collect()
        })
    }

    fn last_printed_at(&self, reader: &str) -> Result<Option<Timestamp>, Error> {
        self.read("read the coverage of the database", |c| {
            let last = c.prepare("SELECT last_at FROM reader WHERE name = $1")?;
            let last: Option<Option<Timestamp>> = last.query_row([reader], |row| time(row, "last_at")).optional()?;
            Ok(last.flatten())
        })
    }
}
