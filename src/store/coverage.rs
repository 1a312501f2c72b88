//! Coverage and the ledger's facts, as the digest tells them.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Statement, named_params, params};

use super::{Store, time, utc};
use crate::digest::{Checks, Exported, First, Gap, Mention, Period, Trouble};
use crate::error::Error;
use crate::language::Cause;

/// Which mentions are wanted.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Of which period.
    pub period: &'a Period,
    /// Of these watches only.
    pub watches: Option<&'a [String]>,
}

/// What is read of a mention, in the order in which [`mention`] takes it.
const MENTION: &str = "m.id, m.watch_id, a.source_id, \
    a.title, a.url, a.published_at, m.found_at, a.language, \
    iif(a.nosnippet, '', m.snippet), m.terms, a.paywalled, a.extent = 'headline', a.story_id, a.original_outlet, a.credit, a.author, m.late, \
    EXISTS (SELECT 1 FROM version v WHERE v.article_id = a.id AND v.seen_at > a.read_at), a.id, m.gone_at, e.event_id, coalesce(e.evidence, ''), \
    a.extent = 'headline' AND EXISTS (SELECT 1 FROM item i WHERE i.article_id = a.id AND i.state = 'pending'), a.id <> a.story_id";
/// How many columns these are.
const COLUMNS: usize = 24;
/// Where it is read.
const MENTIONS: &str = "mention m JOIN article a ON a.id = m.article_id LEFT JOIN event e ON e.article_id = a.id";
/// The column that says whether the article came to a story that was there.
const IS_COPY: usize = COLUMNS - 1;
/// The article in which the text of a story stood first.
const FIRST: &str = "SELECT s.name, a.credit FROM article a JOIN source s ON s.id = a.source_id WHERE a.story_id = ?1 \
    ORDER BY a.original_outlet IS NOT NULL, coalesce(a.published_at, a.read_at), a.id LIMIT 1";

/// The headlines of an article that was read again, the first one first.
const HEADLINES: &str = "SELECT title FROM version WHERE article_id = ?1 ORDER BY seen_at";

/// Words that many rows say alike, each once in memory.
#[derive(Default)]
struct Shared(HashSet<Arc<str>>);

impl Shared {
    fn text(&mut self, row: &Row, column: usize) -> rusqlite::Result<Arc<str>> {
        let text = row.get_ref(column)?.as_str()?;
        if let Some(known) = self.0.get(text) {
            return Ok(Arc::clone(known));
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        Ok(new)
    }
}

/// What it takes to read a mention besides its row.
struct Reader<'c> {
    watches: HashMap<i64, Arc<str>>,
    sources: HashMap<i64, Arc<str>>,
    headlines: Statement<'c>,
    shared: Shared,
}

impl<'c> Reader<'c> {
    fn new(c: &'c Connection) -> rusqlite::Result<Self> {
        let names = |table: &str| -> rusqlite::Result<HashMap<i64, Arc<str>>> {
            let mut names = c.prepare(&format!("SELECT id, name FROM {table}"))?;
            names.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        Ok(Self {
            watches: names("watch")?,
            sources: names("source")?,
            headlines: c.prepare(HEADLINES)?,
            shared: Shared::default(),
        })
    }

    fn mention(&mut self, row: &Row, period: &Period) -> rusqlite::Result<Mention> {
        let Self { watches, sources, headlines, shared } = self;
        let name = |of: &HashMap<i64, Arc<str>>, column| {
            row.get(column).map(|id: i64| of.get(&id).cloned().unwrap_or_default())
        };
        let mut mention = Mention {
            id: row.get(0)?,
            watch: name(watches, 1)?,
            outlet: name(sources, 2)?,
            title: row.get(3)?,
            url: row.get(4)?,
            published_at: instant(row, 5)?,
            found_at: instant(row, 6)?.unwrap_or(period.until),
            language: shared.text(row, 7)?,
            snippet: row.get(8)?,
            terms: row.get(9)?,
            paywalled: row.get(10)?,
            headline_only: row.get(11)?,
            still_tried: row.get(22)?,
            story: row.get(12)?,
            original_outlet: if row.get_ref(13)? == ValueRef::Null { None } else { Some(shared.text(row, 13)?) },
            credit: shared.text(row, 14)?,
            author: shared.text(row, 15)?,
            late: row.get(16)?,
            headline_changes: 0,
            last_title: Arc::default(),
            gone_at: instant(row, 19)?,
            event: row.get(20)?,
            evidence: shared.text(row, 21)?,
            first: None,
        };
        if row.get(17)? {
            let read = headlines.query_map([row.get::<_, i64>(18)?], |row| row.get(0))?;
            let read: Vec<Box<str>> = read.collect::<Result<_, _>>()?;
            let changes = read.windows(2).filter(|two| matches!(two, [one, next] if one != next)).count();
            if changes > 0 {
                mention.headline_changes = changes as u64;
                mention.last_title = Arc::from(mention.title);
            }
            mention.title = read.into_iter().next().unwrap_or_default();
        }
        Ok(mention)
    }
}

/// An instant, or null.
fn instant(row: &Row, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.and_then(|text| text.parse().ok()))
}

/// A count.
fn natural(row: &Row, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|n| u64::try_from(n).unwrap_or(0))
}

impl Store {
    /// The mentions of a period, in no order that would mean something.
    pub fn mentions(&self, wanted: &Wanted) -> Result<Vec<Box<Mention>>, Error> {
        let period = wanted.period;
        let column = if period.by_published { "coalesce(a.published_at, m.found_at)" } else { "m.found_at" };
        self.read("read the coverage of", |c| {
            let mut query = c.prepare(&format!(
                "SELECT {MENTION} FROM {MENTIONS}
                 WHERE (:since IS NULL OR {column} >= :since) AND {column} <= :until
                   AND (:watches IS NULL OR m.watch_id IN (SELECT id FROM watch WHERE name IN (SELECT value FROM json_each(:watches))))
                   AND (NOT :new OR m.told_at IS NULL)"
            ))?;
            let mut reader = Reader::new(c)?;
            let mut first = c.prepare(FIRST)?;
            let mut firsts: HashMap<i64, Option<Arc<First>>> = HashMap::new();
            let mut mentions = Vec::new();
            let mut rows = query.query(named_params! {
                ":since": period.since.map(utc),
                ":until": utc(period.until),
                ":watches": wanted.watches.map(|names| serde_json::json!(names).to_string()),
                ":new": period.only_new,
            })?;
            while let Some(row) = rows.next()? {
                let mut mention = reader.mention(row, period)?;
                if row.get(IS_COPY)? {
                    mention.first = match firsts.entry(mention.story) {
                        Entry::Occupied(known) => known.get().clone(),
                        Entry::Vacant(unknown) => {
                            let found = first.query_map([mention.story], |row| {
                                let shared = &mut reader.shared;
                                Ok(Arc::new(First { outlet: shared.text(row, 0)?, credit: shared.text(row, 1)? }))
                            })?;
                            unknown.insert(found.last().transpose()?).clone()
                        }
                    };
                }
                mentions.push(Box::new(mention));
            }
            Ok(mentions)
        })
    }

    /// The mentions of a period one after another, in order of publication, or those found last first; ends with the first error.
    pub fn export(
        &self,
        wanted: &Wanted,
        newest_first: bool,
        mut each: impl FnMut(&Exported) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let period = wanted.period;
        let column = if period.by_published { "published" } else { "found" };
        let order = if newest_first { "found DESC, id DESC" } else { "published, id" };
        let mut ending = Ok(());
        self.read("read the coverage of", |c| {
            // Places count over all of the coverage, so that a line says the same in whatever period it is exported.
            let mut query = c.prepare(&format!(
                "WITH placed AS (
                   SELECT m.id, m.watch_id, m.found_at AS found, coalesce(a.published_at, m.found_at) AS published,
                          row_number() OVER (PARTITION BY m.watch_id, a.story_id
                            ORDER BY a.original_outlet IS NOT NULL, coalesce(a.published_at, m.found_at), s.name, a.url) AS place,
                          count(*) OVER (PARTITION BY m.watch_id, a.story_id) AS carried
                   FROM mention m JOIN article a ON a.id = m.article_id JOIN source s ON s.id = a.source_id),
                 chosen AS MATERIALIZED (
                   SELECT id, place, carried FROM placed
                   WHERE (:since IS NULL OR {column} >= :since) AND {column} <= :until
                     AND (:watches IS NULL OR watch_id IN (SELECT id FROM watch WHERE name IN (SELECT value FROM json_each(:watches))))
                   ORDER BY {order} LIMIT -1)
                 SELECT {MENTION}, place, carried, w.heading FROM chosen CROSS JOIN {MENTIONS} JOIN watch w ON w.id = m.watch_id WHERE m.id = chosen.id"
            ))?;
            let mut reader = Reader::new(c)?;
            let mut rows = query.query(named_params! {
                ":since": period.since.map(utc),
                ":until": utc(period.until),
                ":watches": wanted.watches.map(|names| serde_json::json!(names).to_string()),
            })?;
            while let Some(row) = rows.next()? {
                let (place, carried): (i64, i64) = (row.get(COLUMNS)?, row.get(COLUMNS + 1)?);
                let line = Exported {
                    mention: reader.mention(row, period)?,
                    group: row.get(COLUMNS + 2)?,
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

    /// The ledger: what was checked in a period, source by source, in the order of the configuration.
    pub fn ledger(&self, period: &Period) -> Result<Vec<Checks>, Error> {
        let since = period.since.map_or_else(String::new, utc);
        let until = utc(period.until);
        self.read("read the ledger of", |c| {
            let mut query = c.prepare(
                "SELECT s.id, s.name,
                        (SELECT count(*) FROM channel h WHERE h.source_id = s.id AND h.active AND h.parent_id IS NULL),
                        (SELECT count(*) FROM poll p JOIN channel h ON h.id = p.channel_id WHERE h.source_id = s.id AND p.at BETWEEN ?1 AND ?2),
                        (SELECT count(*) FROM poll p JOIN channel h ON h.id = p.channel_id WHERE h.source_id = s.id AND p.at BETWEEN ?1 AND ?2
                            AND p.outcome NOT IN ('ok', 'unchanged', 'empty')),
                        (SELECT count(*) FROM article a WHERE a.source_id = s.id AND a.read_at BETWEEN ?1 AND ?2 AND a.extent <> 'headline'),
                        (SELECT count(*) FROM item i WHERE i.source_id = s.id AND i.state = 'pending')
                 FROM source s WHERE s.active ORDER BY s.id",
            )?;
            // At once for all sources: the mentions of a period are few beside all articles. By the index alone, as articles are wide.
            let mut mentioned = c.prepare(
                "SELECT a.source_id, a.extent = 'headline', a.read_at < ?1
                 FROM (SELECT DISTINCT article_id FROM mention INDEXED BY mention_found WHERE found_at BETWEEN ?1 AND ?2) m
                 CROSS JOIN article a INDEXED BY article_facts ON a.id = m.article_id",
            )?;
            let mut matched: HashMap<i64, [u64; 3]> = HashMap::new();
            let mut rows = mentioned.query([&since, &until])?;
            while let Some(row) = rows.next()? {
                let (headline, earlier): (bool, bool) = (row.get(1)?, row.get(2)?);
                let [all, headlines, earlier_read] = matched.entry(row.get(0)?).or_default();
                *all += 1;
                *headlines += u64::from(headline);
                *earlier_read += u64::from(earlier && !headline);
            }
            let mut fates = c.prepare(
                "SELECT state, count(*) FROM item WHERE source_id = ?1 AND first_seen_at BETWEEN ?2 AND ?3 GROUP BY state",
            )?;
            let mut ended = c.prepare(
                "SELECT state, count(*) FROM item WHERE source_id = ?1 AND ended_at BETWEEN ?2 AND ?3
                   AND state IN ('read', 'copy', 'too_old', 'out_of_scope', 'disallowed', 'not_article', 'given_up') GROUP BY state",
            )?;
            let mut troubles = c.prepare(
                "SELECT url, state, cause, since FROM channel
                 WHERE source_id = ?1 AND active AND state NOT IN ('new', 'ok') ORDER BY id",
            )?;
            let mut gaps = c.prepare(
                "SELECT p.gap_since, p.gap_until, p.at FROM poll p JOIN channel h ON h.id = p.channel_id
                 WHERE h.source_id = ?1 AND p.gap_since IS NOT NULL AND p.at BETWEEN ?2 AND ?3 ORDER BY p.id LIMIT 5",
            )?;
            // Two weeks of at least three items a day, then two days of none: against its own past.
            let mut silent = c.prepare(
                "SELECT last, (SELECT count(*) FROM item WHERE source_id = ?1 AND first_seen_at > strftime('%Y-%m-%dT%H:%M:%SZ', last, '-14 days')) / 14
                 FROM (SELECT max(first_seen_at) AS last FROM item WHERE source_id = ?1)
                 WHERE last < strftime('%Y-%m-%dT%H:%M:%SZ', ?2, '-2 days')",
            )?;
            let mut ledger = Vec::new();
            let mut rows = query.query([&since, &until])?;
            while let Some(row) = rows.next()? {
                let number = |at: usize| natural(row, at);
                let source: i64 = row.get(0)?;
                let [matched, matched_headline, matched_earlier] = matched.get(&source).copied().unwrap_or_default();
                let counts = |row: &Row| Ok((row.get::<_, String>(0)?, natural(row, 1)?));
                let period = params![source, since, until];
                let fates = fates.query_map(period, counts)?.collect::<Result<Vec<_>, _>>()?;
                let mut earlier = ended.query_map(period, counts)?.collect::<Result<Vec<_>, _>>()?;
                let unread = earlier.iter().filter(|(state, _)| matches!(state.as_str(), "given_up" | "disallowed"));
                let (unread, pending) = (unread.map(|(_, n)| n).sum(), number(6)?);
                earlier.push(("pending".to_owned(), pending));
                for (state, n) in &mut earlier {
                    *n = n.saturating_sub(fates.iter().find(|(name, _)| name == state).map_or(0, |(_, n)| *n));
                }
                earlier.retain(|(_, n)| *n > 0);
                ledger.push(Checks {
                    source: row.get(1)?,
                    channels: number(2)?,
                    asked: number(3)?,
                    failed: number(4)?,
                    seen: fates.iter().map(|(_, n)| n).sum(),
                    read: number(5)?,
                    matched,
                    matched_headline,
                    matched_earlier,
                    pending,
                    unread,
                    fates,
                    earlier,
                    troubles: troubles
                        .query_map([source], |row| {
                            let cause: Option<String> = row.get(2)?;
                            let cause = cause.map(|kept| Cause::read(&kept));
                            Ok(Trouble { url: row.get(0)?, state: row.get(1)?, cause, since: time(row.get(3)?) })
                        })?
                        .collect::<Result<_, _>>()?,
                    silent: silent
                        .query_map(params![source, until], |row| Ok((time(row.get(0)?), row.get::<_, i64>(1)?)))?
                        .collect::<Result<Vec<_>, _>>()?
                        .into_iter()
                        .find_map(|(at, daily)| Some((at?, u64::try_from(daily).ok()?)))
                        .filter(|(_, daily)| *daily >= 3),
                    gaps: gaps
                        .query_map(params![source, since, until], |row| {
                            let [since, until, seen_at] = [time(row.get(0)?), time(row.get(1)?), time(row.get(2)?)];
                            Ok(since.zip(until).zip(seen_at).map(|((since, until), seen_at)| Gap { since, until, seen_at }))
                        })?
                        .filter_map(Result::transpose)
                        .collect::<Result<_, _>>()?,
                });
            }
            Ok(ledger)
        })
    }

    /// Marks mentions as told by `digest --new`.
    pub fn mark_told(&self, mentions: impl Iterator<Item = i64>, at: Timestamp) -> Result<(), Error> {
        self.unit("write to", |c| {
            let mut update = c.prepare_cached("UPDATE mention SET told_at = ?2 WHERE id = ?1 AND told_at IS NULL")?;
            for id in mentions {
                update.execute(params![id, utc(at)])?;
            }
            Ok(())
        })
    }
}
