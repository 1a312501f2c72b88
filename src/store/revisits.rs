//! Mentioned articles that may have to be read again, and what they say then.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::articles::write;
use super::items::{PENDING, pending_item};
use super::mentions::{mention_in, note_gone};
use super::{Extent, PendingItem, Reading, Saved, Store, Validators, time, utc};
use crate::error::Error;
use crate::politeness::schedule::Readings;

/// A mentioned article that was read once.
#[derive(Debug, Clone)]
pub struct KnownArticle {
    /// Its row.
    pub id: i64,
    /// The item under which it was read.
    pub item: PendingItem,
    /// When it was read.
    pub readings: Readings,
    /// What its last answer gave to be sent along.
    pub validators: Option<Validators>,
}

impl Store {
    /// The articles that a watch mentions and that were first read at `since` or later, oldest first.
    pub fn mentioned_since(&self, since: Timestamp, now: Timestamp) -> Result<Vec<KnownArticle>, Error> {
        self.read("read the articles of", |c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT {PENDING}, a.id, a.read_at, a.revisited_at, max(i.changed_at), a.validated, a.etag, a.last_modified
                 FROM article a JOIN item i ON i.article_id = a.id AND i.state = 'read' JOIN source s ON s.id = a.source_id
                 WHERE a.read_at >= ?1 AND a.extent <> 'headline' AND s.active
                   AND EXISTS (SELECT 1 FROM mention m WHERE m.article_id = a.id)
                 GROUP BY a.id ORDER BY a.id"
            ))?;
            let rows = query.query_map([utc(since)], |row| {
                let validated: Option<String> = row.get(16)?;
                let (etag, last_modified) = (row.get(17)?, row.get(18)?);
                Ok(KnownArticle {
                    id: row.get(12)?,
                    item: pending_item(row)?,
                    readings: Readings {
                        first: time(row.get(13)?).unwrap_or(now),
                        last: time(row.get(14)?),
                        changed: time(row.get(15)?),
                    },
                    validators: validated.map(|of| Validators { of, etag, last_modified }),
                })
            })?;
            rows.collect()
        })
    }

    /// Notes that an article was asked for again in vain, or that it has not changed.
    pub fn note_revisit(&self, article: i64, at: Timestamp) -> Result<(), Error> {
        self.unit("write to", |c| revisited(c, article, at))
    }

    /// Keeps what an article says now, and which of its mentions stand no longer in it; a shorter preview of what was read in
    /// full changes nothing, nor does another article that stands at its address.
    pub fn save_again(&self, article: i64, reading: &Reading) -> Result<Saved, Error> {
        self.unit("write to", |c| {
            revisited(c, article, reading.at)?;
            let (source, extent): (i64, String) = c
                .prepare_cached("SELECT source_id, extent FROM article WHERE id = ?1")?
                .query_row([article], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let of_another = c
                .prepare_cached("SELECT 1 FROM article WHERE source_id = ?1 AND key = ?2 AND id <> ?3")?
                .exists(params![source, reading.key, article])?;
            if of_another || (extent == "full" && reading.extent != Extent::Full) {
                return Ok(Saved { known: true, is_copy: false, mentions: 0 });
            }
            write(c, source, reading, Some(article))?;
            let mut mentions = 0;
            for mention in reading.mentions {
                mentions += usize::from(mention_in(c, article, mention, reading.at, false)?);
            }
            note_gone(c, article, reading)?;
            Ok(Saved { known: true, is_copy: false, mentions })
        })
    }
}

fn revisited(c: &Connection, article: i64, at: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE article SET revisited_at = ?2 WHERE id = ?1")?.execute(params![article, utc(at)]).map(drop)
}
