//! The data of the ledger: what was checked in a period, for each source.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Statement, params};

use super::SqliteStore;
use super::marks::RELEVANT;
use super::sql::{natural, time};
use crate::date::utc;
use crate::digest::{Checks, Gap, Trouble, backlog, counted_from, may_be_backlog, silence};
use crate::error::Error;
use crate::i18n::Cause;
use crate::model::{ArticleId, IdMap, IdSet, ItemState, SourceId};
use crate::store::Wanted;
use crate::store::fates::{Matched, earlier, unread};
use crate::store::units::LedgerUnits;

impl LedgerUnits for SqliteStore {
    fn ledger(&self, wanted: &Wanted) -> Result<Vec<Checks>, Error> {
        let period = wanted.period;
        let since = period.since.map_or_else(String::new, utc);
        let until = utc(period.until);
        self.read("read the ledger of the database", |c| {
            let matched = matched(c, wanted.watches, &since, &until)?;
            let mut facts = SourceQueries::prepare(c)?;
            let mut sources = c.prepare(
                "SELECT s.id, s.name,
                        (SELECT count(*) FROM channel h WHERE h.source_id = s.id AND h.active AND h.parent_id IS NULL) AS channels,
                        (SELECT count(*) FROM poll p JOIN channel h ON h.id = p.channel_id WHERE h.source_id = s.id AND p.at BETWEEN ?1 AND ?2) AS asked,
                        (SELECT count(*) FROM poll p JOIN channel h ON h.id = p.channel_id WHERE h.source_id = s.id AND p.at BETWEEN ?1 AND ?2
                            AND p.outcome NOT IN ('ok', 'unchanged', 'empty')) AS failed,
                        (SELECT max((SELECT max(p.at) FROM poll p WHERE p.channel_id = h.id AND p.at <= ?2)) FROM channel h WHERE h.source_id = s.id) AS checked_at,
                        (SELECT count(*) FROM article a WHERE a.source_id = s.id AND a.read_at BETWEEN ?1 AND ?2 AND a.extent <> 'headline') AS read,
                        (SELECT count(*) FROM item i WHERE i.source_id = s.id AND i.state = 'pending') AS pending
                 FROM source s WHERE s.active ORDER BY s.id",
            )?;
            let mut ledger = Vec::new();
            let mut rows = sources.query([&since, &until])?;
            while let Some(row) = rows.next()? {
                let source: SourceId = row.get("id")?;
                let matched = matched.get(&source).copied().unwrap_or_default();
                let fates = facts.seen(source, &since, &until)?;
                let ended = facts.ended(source, &since, &until)?;
                let pending = natural(row, "pending")?;
                ledger.push(Checks {
                    source: row.get("name")?,
                    channels: natural(row, "channels")?,
                    asked: natural(row, "asked")?,
                    failed: natural(row, "failed")?,
                    checked_at: time(row, "checked_at")?,
                    seen: fates.iter().map(|(_, n)| n).sum(),
                    read: natural(row, "read")?,
                    matched: matched.all,
                    matched_headline: matched.headlines,
                    matched_earlier: matched.read_earlier,
                    pending,
                    unread: unread(&ended),
                    earlier: earlier(&fates, ended, pending),
                    fates,
                    troubles: facts.troubles(source)?,
                    silent: facts.silent(source, period.until)?,
                    settled_a_day: facts.settled_a_day(source, pending, period.until)?,
                    gaps: facts.gaps(source, &since, &until)?,
                    waiting: if pending > 0 { facts.waiting(source)? } else { Vec::new() },
                });
            }
            Ok(ledger)
        })
    }
}

/// For all sources at once, because the mentions of a period are few compared with all articles; with the index alone, because the rows
/// of articles are long.
fn matched(
    c: &Connection,
    watches: Option<&[String]>,
    since: &str,
    until: &str,
) -> rusqlite::Result<IdMap<SourceId, Matched>> {
    // Without names the index alone is read.
    let of_watches = match watches {
        Some(_) => "m.watch_id IN (SELECT id FROM watch WHERE name IN (SELECT value FROM json_each(?3)))",
        None => "m.watch_id IN (SELECT id FROM watch WHERE active) AND ?3 IS NULL",
    };
    let mut query = c.prepare(&format!(
        "SELECT m.article_id, a.source_id, a.extent = 'headline' AS is_headline, a.read_at < ?1 AS is_earlier
         FROM mention m INDEXED BY mention_found CROSS JOIN article a INDEXED BY article_facts ON a.id = m.article_id
         WHERE m.found_at BETWEEN ?1 AND ?2 AND {of_watches} AND {RELEVANT}"
    ))?;
    // Counted here, because SQLite would sort them first.
    let mut counted: IdSet<ArticleId> = IdSet::default();
    let mut matched: IdMap<SourceId, Matched> = IdMap::default();
    let watches = watches.map(|names| serde_json::json!(names).to_string());
    let mut rows = query.query(params![since, until, watches])?;
    while let Some(row) = rows.next()? {
        if !counted.insert(row.get("article_id")?) {
            continue;
        }
        let (is_headline, is_earlier): (bool, bool) = (row.get("is_headline")?, row.get("is_earlier")?);
        let source = matched.entry(row.get("source_id")?).or_default();
        source.all += 1;
        source.headlines += u64::from(is_headline);
        source.read_earlier += u64::from(is_earlier && !is_headline);
    }
    Ok(matched)
}

/// The statements for each source.
struct SourceQueries<'c> {
    seen: Statement<'c>,
    ended: Statement<'c>,
    troubles: Statement<'c>,
    gaps: Statement<'c>,
    last: Statement<'c>,
    announced: Statement<'c>,
    settled: Statement<'c>,
    waiting: Statement<'c>,
}

impl<'c> SourceQueries<'c> {
    fn prepare(c: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            seen: c.prepare("SELECT state FROM item WHERE source_id = ?1 AND first_seen_at BETWEEN ?2 AND ?3")?,
            // Names each state, so that SQLite uses the index.
            ended: c.prepare(
                "SELECT state, count(*) FROM item WHERE source_id = ?1 AND ended_at BETWEEN ?2 AND ?3
                   AND state IN ('read', 'copy', 'too_old', 'out_of_scope', 'disallowed', 'not_article', 'given_up') GROUP BY state",
            )?,
            troubles: c.prepare(
                "SELECT url, state, cause, since FROM channel
                 WHERE source_id = ?1 AND active AND (state NOT IN ('new', 'ok') OR state = 'ok' AND cause IS NOT NULL) ORDER BY id",
            )?,
            gaps: c.prepare(
                "SELECT p.gap_since, p.gap_until, p.at FROM poll p JOIN channel h ON h.id = p.channel_id
                 WHERE h.source_id = ?1 AND p.gap_since IS NOT NULL AND p.at BETWEEN ?2 AND ?3 ORDER BY p.id LIMIT 5",
            )?,
            last: c.prepare("SELECT max(first_seen_at) AS last FROM item WHERE source_id = ?1")?,
            announced: c.prepare("SELECT count(*) FROM item WHERE source_id = ?1 AND first_seen_at > ?2")?,
            waiting: c.prepare(
                "SELECT coalesce(cause, reason) AS why, count(*) AS items FROM item
                 WHERE source_id = ?1 AND state = 'pending' AND reason IS NOT NULL
                 GROUP BY 1 ORDER BY items DESC, why LIMIT 3",
            )?,
            settled: c.prepare(
                "SELECT count(*) FROM item WHERE source_id = ?1 AND ended_at BETWEEN ?2 AND ?3
                   AND state IN ('read', 'copy', 'too_old', 'out_of_scope', 'disallowed', 'not_article', 'given_up')",
            )?,
        })
    }

    /// The states of the items announced in the period.
    fn seen(&mut self, source: SourceId, since: &str, until: &str) -> rusqlite::Result<Vec<(ItemState, u64)>> {
        // Counted here, because SQLite would sort them first.
        let mut seen: Vec<(ItemState, u64)> = Vec::new();
        let mut rows = self.seen.query(params![source, since, until])?;
        while let Some(row) = rows.next()? {
            let state = row.get(0)?;
            match seen.iter_mut().find(|(known, _)| *known == state) {
                Some((_, n)) => *n += 1,
                None => seen.push((state, 1)),
            }
        }
        seen.sort_by_key(|(state, _)| state.name());
        Ok(seen)
    }

    /// The items that reached their final state in the period.
    fn ended(&mut self, source: SourceId, since: &str, until: &str) -> rusqlite::Result<Vec<(ItemState, u64)>> {
        self.ended.query_map(params![source, since, until], |row| Ok((row.get(0)?, natural(row, 1)?)))?.collect()
    }

    /// The channels with a problem.
    fn troubles(&mut self, source: SourceId) -> rusqlite::Result<Vec<Trouble>> {
        let rows = self.troubles.query_map([source], |row| {
            let cause: Option<String> = row.get("cause")?;
            let cause = cause.map(|kept| Cause::read(&kept));
            Ok(Trouble { url: row.get("url")?, state: row.get("state")?, cause, since: time(row, "since")? })
        })?;
        rows.collect()
    }

    /// Why items of a source wait.
    fn waiting(&mut self, source: SourceId) -> rusqlite::Result<Vec<(Cause, u64)>> {
        let rows = self.waiting.query_map([source], |row| {
            let why: String = row.get("why")?;
            Ok((Cause::read(&why), natural(row, "items")?))
        })?;
        rows.collect()
    }

    /// The periods whose items may have been missed.
    fn gaps(&mut self, source: SourceId, since: &str, until: &str) -> rusqlite::Result<Vec<Gap>> {
        let rows = self.gaps.query_map(params![source, since, until], |row| {
            let times = [time(row, "gap_since")?, time(row, "gap_until")?, time(row, "at")?];
            let [Some(since), Some(until), Some(seen_at)] = times else { return Ok(None) };
            Ok(Some(Gap { since, until, seen_at }))
        })?;
        rows.filter_map(Result::transpose).collect()
    }

    /// How many items of the source were settled in the last 24 hours, where that matters.
    fn settled_a_day(&mut self, source: SourceId, pending: u64, until: Timestamp) -> rusqlite::Result<Option<u64>> {
        if !may_be_backlog(pending) {
            return Ok(None);
        }
        let since = until.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
        let settled = self.settled.query_row(params![source, utc(since), utc(until)], |row| natural(row, 0))?;
        Ok(backlog(pending, settled))
    }

    /// Since when the source is silent, and how many items a day it announced before.
    fn silent(&mut self, source: SourceId, until: Timestamp) -> rusqlite::Result<Option<(Timestamp, u64)>> {
        let last = self.last.query_row([source], |row| time(row, "last"))?;
        let Some((last, from)) = last.and_then(|last| Some((last, counted_from(last, until)?))) else {
            return Ok(None);
        };
        let announced = self.announced.query_row(params![source, utc(from)], |row| natural(row, 0))?;
        Ok(silence(last, announced))
    }
}
