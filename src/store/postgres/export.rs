//! Exports: lines of coverage, read through a cursor.

use std::collections::HashMap;

use super::connection::Connection;
use super::coverage::{CHOSEN, headlines, mention_reader};
use super::marks::{JOINED, RELEVANT};
use super::row::SqlResult;
use super::sql::{array, params};
use super::{MOST_REPEATS, PostgresStore};
use crate::date::utc;
use crate::digest::Exported;
use crate::error::Error;
use crate::model::MentionId;
use crate::store::Wanted;
use crate::store::mention_rows::{Column, MENTIONS};
use crate::store::units::Reach;

/// So many lines of an export are read at once.
const EXPORTED_AT_ONCE: usize = 200;

impl PostgresStore {
    /// Calls `each` with the lines of an export. Where the connection is lost, it begins anew, unless lines were written already.
    pub(super) fn export_lines(
        &self,
        wanted: &Wanted,
        newest_first: bool,
        each: &mut dyn FnMut(&Exported) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let reach = self.reach();
        // All lines are of one moment.
        let (begin, end) = match reach {
            Reach::Whole => ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK"),
            Reach::Within => ("SAVEPOINT exporting", "ROLLBACK TO exporting; RELEASE exporting"),
        };
        let mut lines = 0_u64;
        for repeats in 0.. {
            let mut ending = Ok(());
            let exported = self.execute_or_reconnect(begin).and_then(|()| {
                export(&self.conn, wanted, newest_first, &mut |line| {
                    lines += 1;
                    ending = each(line);
                    ending.is_ok()
                })
            });
            let ended = self.conn.execute_batch(end);
            match exported {
                Ok(()) => return ending,
                Err(e) => {
                    if ended.is_err() && reach == Reach::Whole {
                        self.conn.forget_transaction();
                    }
                    // What was written cannot be written again.
                    if !e.is_lost_connection() || lines > 0 || repeats == MOST_REPEATS || reach == Reach::Within {
                        return Err(self.error("read the coverage of the database", &e));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Calls `each` with the lines of an export until it says that it is enough. Few of them are in memory at once.
fn export(
    c: &Connection,
    wanted: &Wanted,
    newest_first: bool,
    each: &mut dyn FnMut(&Exported) -> bool,
) -> SqlResult<()> {
    let period = wanted.period;
    let columns = Column::SQL;
    let column = if period.by_published { "published" } else { "found" };
    let order = if newest_first { "found DESC, id DESC" } else { "published, id" };
    // Ranks over all coverage, so that a line is the same in every exported period; what is not relevant is ranked apart, so that the
    // other lines are the same with it and without it.
    c.execute(
        &format!(
            "DECLARE exported NO SCROLL CURSOR FOR WITH placed AS (
               SELECT m.id, m.watch_id, m.found_at AS found, coalesce(a.published_at, m.found_at) AS published,
                      row_number() OVER (PARTITION BY m.watch_id, a.story_id, {RELEVANT}
                        ORDER BY a.original_outlet IS NOT NULL, coalesce(a.published_at, m.found_at), s.name, a.url) AS place,
                      count(*) OVER (PARTITION BY m.watch_id, a.story_id, {RELEVANT}) AS carried
               FROM mention m JOIN article a ON a.id = m.article_id JOIN source s ON s.id = a.source_id
               WHERE $4 OR {RELEVANT})
             SELECT id, place, carried FROM placed
             WHERE ($1::text IS NULL OR {column} >= $1) AND {column} <= $2 AND watch_id IN ({CHOSEN})
             ORDER BY {order}"
        ),
        params![period.since.map(utc), utc(period.until), wanted.watches.map(array), wanted.with_irrelevant],
    )?;
    let next = c.prepare(&format!("FETCH {EXPORTED_AT_ONCE} FROM exported"))?;
    let some = c.prepare(&format!(
        "SELECT {columns}, w.heading FROM {MENTIONS} {JOINED} JOIN watch w ON w.id = m.watch_id
         JOIN unnest($1::bigint[]) WITH ORDINALITY AS chosen (id, at) ON m.id = chosen.id ORDER BY chosen.at"
    ))?;
    let mut reader = mention_reader(c, period)?;
    loop {
        let places: Vec<(MentionId, (i64, i64))> = next
            .query_map((), |row| Ok((row.get("id")?, (row.get("place")?, row.get("carried")?))))?
            .collect::<SqlResult<_>>()?;
        if places.is_empty() {
            return Ok(());
        }
        let ids = array(places.iter().map(|(id, _)| *id));
        let places: HashMap<MentionId, (i64, i64)> = places.into_iter().collect();
        for row in &some.query(params![ids])? {
            let mention = reader.mention(row, |article| headlines(c, article))?;
            let (place, carried) = places.get(&mention.id).copied().unwrap_or((1, 1));
            let line = Exported {
                mention,
                group: row.get("heading")?,
                is_original: place == 1,
                copies: u64::try_from(carried - 1).unwrap_or(0),
            };
            if !each(&line) {
                return Ok(());
            }
        }
    }
}
