//! Versions: what an article said at each reading.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Extent, Reading, utc};
use crate::story;

/// Notes what is read now, where it differs from what was read last. Comes before the article itself is written.
pub(super) fn note(c: &Connection, article: i64, title: &str, reading: &Reading, known: bool) -> rusqlite::Result<()> {
    if reading.extent == Extent::Headline {
        return Ok(());
    }
    let hash = story::hash(&reading.article.text);
    let last: Option<(String, String, String)> = c
        .prepare_cached(
            "SELECT seen_at, title, text_hash FROM version WHERE article_id = ?1 ORDER BY seen_at DESC LIMIT 1",
        )?
        .query_row([article], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if let Some((seen_at, last_title, last_hash)) = last {
        if last_title == title && last_hash == hash {
            return Ok(());
        }
        if known && last_hash != hash {
            c.prepare_cached(
                "UPDATE version SET text = (SELECT text FROM article WHERE id = ?1) WHERE article_id = ?1 AND seen_at = ?2
                   AND EXISTS (SELECT 1 FROM mention WHERE article_id = ?1)",
            )?
            .execute(params![article, seen_at])?;
        }
    }
    c.prepare_cached(
        "INSERT INTO version (article_id, seen_at, title, text_hash, text) VALUES (?1, ?2, ?3, ?4, '')
         ON CONFLICT DO UPDATE SET title = ?3, text_hash = ?4",
    )?
    .execute(params![article, utc(reading.at), title, hash])
    .map(drop)
}
