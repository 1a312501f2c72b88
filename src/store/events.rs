//! Events: which mentioned articles tell of one event, in whatever language.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, time, utc};
use crate::error::Error;
use crate::event::{self, Candidate, Choice, Marks, Report, WINDOW};

/// Articles that are judged in one transaction.
const BATCH: usize = 50;
/// The most reports that one name leads to, the newest; and the most that an article is compared with.
const NAMESAKES: u32 = 40;
const CANDIDATES: usize = 20;
/// The most reports that are kept in memory for those that come after them.
const KEPT: usize = 300;
/// What is read of a text, in characters.
const TEXT: u32 = 30_000;

/// A mentioned article.
struct Found {
    story: i64,
    at: Timestamp,
    marks: Marks,
}

/// Reports that were read of late, by their article.
type Kept = HashMap<i64, Found>;

impl Store {
    /// Judges the mentioned articles that no one has judged yet; returns how many joined the event of another one.
    ///
    /// The work for one article does not grow with the store: names lead to at most so many reports of its hours.
    pub fn join_events(&self) -> Result<usize, Error> {
        let waiting: Vec<i64> = self.read("read the articles of", |c| {
            c.prepare(
                "SELECT q.article_id FROM event_queue q CROSS JOIN article a ON a.id = q.article_id
                 ORDER BY coalesce(a.published_at, a.read_at), a.id",
            )?
            .query_map([], |row| row.get(0))?
            .collect()
        })?;
        let mut joined = 0;
        let mut kept = HashMap::new();
        for batch in waiting.chunks(BATCH) {
            joined += self.unit("write to", |c| {
                let mut joined = 0;
                for article in batch {
                    joined += usize::from(join(c, *article, &mut kept)?);
                    c.prepare_cached("DELETE FROM event_queue WHERE article_id = ?1")?.execute([article])?;
                }
                Ok(joined)
            })?;
        }
        Ok(joined)
    }

    /// Forgets by which names reports from before `before` are found: nothing new joins their events.
    pub fn forget_event_names(&self, before: Timestamp) -> Result<usize, Error> {
        self.unit("write to", |c| c.execute("DELETE FROM event_name WHERE at < ?1", [utc(before)]))
    }
}

/// Has an article with a new mention judged later.
pub(super) fn wait(c: &Connection, article: i64) -> rusqlite::Result<()> {
    c.prepare_cached(
        "INSERT OR IGNORE INTO event_queue (article_id)
         SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM event WHERE article_id = ?1)",
    )?
    .execute([article])
    .map(drop)
}

/// Whether the article joins the event of another one; else it begins its own.
fn join(c: &Connection, article: i64, kept: &mut Kept) -> rusqlite::Result<bool> {
    let Some(new) = read(c, article)? else { return Ok(false) };
    // Copies of one text tell of one event.
    let of_copy: Option<i64> = c
        .prepare_cached(
            "SELECT e.event_id FROM article a JOIN event e ON e.article_id = a.id WHERE a.story_id = ?1 ORDER BY a.id LIMIT 1",
        )?
        .query_row([new.story], |row| row.get(0))
        .optional()?;
    let choice = match of_copy {
        Some(event) => Some(Choice { event, same: Vec::new(), evidence: String::new() }),
        None => event::choose(candidates(c, article, &new, kept)?),
    };
    if of_copy.is_none() {
        let mut add =
            c.prepare_cached("INSERT OR IGNORE INTO event_name (name, at, article_id) VALUES (?1, ?2, ?3)")?;
        for name in new.marks.keys() {
            add.execute(params![name, utc(new.at), article])?;
        }
    }
    let joined = choice.is_some();
    let Choice { event, same, evidence } =
        choice.unwrap_or(Choice { event: article, same: Vec::new(), evidence: String::new() });
    for other in same {
        c.prepare_cached("UPDATE event SET event_id = ?2 WHERE event_id = ?1")?.execute([other, event])?;
    }
    c.prepare_cached("INSERT OR REPLACE INTO event (article_id, event_id, evidence) VALUES (?1, ?2, ?3)")?
        .execute(params![article, event, evidence])?;
    Ok(joined)
}

/// The reports of these hours with which the article agrees, of events that began in these hours too.
fn candidates(c: &Connection, article: i64, new: &Found, kept: &mut Kept) -> rusqlite::Result<Vec<Candidate>> {
    let from = new.at.checked_sub(WINDOW).map_or_else(|_| String::new(), utc);
    let to = new.at.checked_add(WINDOW).map_or_else(|_| "9".to_owned(), utc);
    let mut namesakes: HashMap<i64, usize> = HashMap::new();
    let mut query = c.prepare_cached(
        "SELECT article_id FROM event_name WHERE name = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at DESC LIMIT ?4",
    )?;
    for name in new.marks.keys() {
        for row in query.query_map(params![name, from, to, NAMESAKES], |row| row.get(0))? {
            *namesakes.entry(row?).or_default() += 1;
        }
    }
    let mut namesakes: Vec<(i64, usize)> = namesakes.into_iter().filter(|(other, _)| *other != article).collect();
    namesakes.sort_unstable_by_key(|(other, names)| (std::cmp::Reverse(*names), *other));
    let mut event_of = c.prepare_cached(
        "SELECT e.event_id FROM event e JOIN article a ON a.id = e.event_id
         WHERE e.article_id = ?1 AND coalesce(a.published_at, a.read_at) BETWEEN ?2 AND ?3",
    )?;
    let mut candidates = Vec::new();
    if kept.len() > KEPT {
        kept.clear();
    }
    for (other, _) in namesakes.into_iter().take(CANDIDATES) {
        let event: Option<i64> = event_of.query_row(params![other, from, to], |row| row.get(0)).optional()?;
        if let Entry::Vacant(place) = kept.entry(other)
            && let Some(old) = read(c, other)?
        {
            place.insert(old);
        }
        if let (Some(event), Some(old)) = (event, kept.get(&other))
            && let Some(agreement) = event::agreement(&old.marks, &new.marks, new.at.duration_since(old.at))
        {
            candidates.push(Candidate { event, is_first: event == other, agreement });
        }
    }
    Ok(candidates)
}

fn read(c: &Connection, article: i64) -> rusqlite::Result<Option<Found>> {
    c.prepare_cached(
        "SELECT story_id, coalesce(published_at, read_at), title, summary, substr(text, 1, ?2), language,
           coalesce((SELECT group_concat(terms) FROM mention WHERE article_id = ?1), '')
         FROM article WHERE id = ?1",
    )?
    .query_row(params![article, TEXT], |row| {
        let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
        Ok(Found {
            story: row.get(0)?,
            at: time(row.get(1)?).unwrap_or(Timestamp::UNIX_EPOCH),
            marks: Marks::of(&Report {
                title: text(2)?,
                summary: text(3)?,
                text: text(4)?,
                language: text(5)?,
                watched: text(6)?,
            }),
        })
    })
    .optional()
}
