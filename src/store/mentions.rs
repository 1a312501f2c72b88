//! The mentions of an article: new ones, and those whose terms it has no longer.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::events::wait;
use super::{MentionNote, Reading, utc};
use crate::text::clean::one_line;
use crate::text::fold::fold;

/// Whether it is new. `late`: found in an article that was stored before the watch looked for it.
pub(super) fn mention_in(
    c: &Connection,
    article: i64,
    mention: &MentionNote,
    at: Timestamp,
    late: bool,
) -> rusqlite::Result<bool> {
    let terms: Vec<String> = mention.terms.iter().map(|term| one_line(term)).collect();
    let added = c
        .prepare_cached(
            "INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits, late)
             SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM watch WHERE name = ?1
             ON CONFLICT (watch_id, article_id) DO NOTHING",
        )?
        .execute(params![
            mention.watch,
            article,
            utc(at),
            terms.join(", "),
            one_line(&mention.snippet),
            mention.hits,
            late,
        ])?;
    if added > 0 {
        wait(c, article)?;
    } else {
        c.prepare_cached(
            "UPDATE mention SET terms = ?3, snippet = ?4, hits = ?5
             WHERE article_id = ?2 AND watch_id = (SELECT id FROM watch WHERE name = ?1)",
        )?
        .execute(params![
            mention.watch,
            article,
            terms.join(", "),
            one_line(&mention.snippet),
            mention.hits
        ])?;
    }
    Ok(added > 0)
}

/// Notes which mentions have none of their terms in the article any more, and which have some again.
pub(super) fn note_gone(c: &Connection, article: i64, reading: &Reading) -> rusqlite::Result<()> {
    let now =
        [&reading.article.title, &reading.article.summary, &reading.article.text].map(|part| fold(part)).join("\n");
    let mentions: Vec<(i64, String, String)> = c
        .prepare_cached(
            "SELECT m.id, w.name, m.terms FROM mention m JOIN watch w ON w.id = m.watch_id WHERE m.article_id = ?1",
        )?
        .query_map([article], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let mut note =
        c.prepare_cached("UPDATE mention SET gone_at = iif(?2, coalesce(gone_at, ?3), NULL) WHERE id = ?1")?;
    for (id, watch, terms) in mentions {
        let stands = reading.mentions.iter().any(|mention| mention.watch == watch)
            || terms.split(", ").map(fold).any(|term| !term.trim().is_empty() && now.contains(term.as_str()));
        note.execute(params![id, !stands, utc(reading.at)])?;
    }
    Ok(())
}
