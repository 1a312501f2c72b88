//! Stories: the stored texts with which new ones are compared.

mod bands;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::date::utc;
use crate::decide::{StoryLookup, have_same_number};
use crate::model::{ArticleId, SourceId, StoryId};
use crate::store::bands::{pack, ranked, unpack};
use crate::story::{Candidate, Fingerprint};

/// The number of texts that one transaction deletes.
const BATCH: u32 = 500;

/// Merges two stories.
pub(super) fn merge(c: &Connection, from: StoryId, into: StoryId) -> rusqlite::Result<()> {
    if from != into {
        c.prepare_cached("UPDATE article SET story_id = ?2 WHERE story_id = ?1")?.execute([from, into])?;
    }
    Ok(())
}

/// The texts that may be copies: those with the most bands in common, weighted by rarity; the newest first among equals.
pub(super) fn candidates(
    c: &Connection,
    lookup: &StoryLookup,
    fingerprint: &Fingerprint,
) -> rusqlite::Result<Vec<Candidate>> {
    if fingerprint.words.is_empty() {
        return Ok(Vec::new());
    }
    let ranked = ranked(bands::find(c, &fingerprint.bands)?);
    let since = utc(lookup.since);
    let mut text_query = c.prepare_cached(
        "SELECT a.story_id, a.source_id, t.words, a.title, a.url FROM story_text t JOIN article a ON a.id = t.article_id
         WHERE t.article_id = ?1 AND t.at >= ?2",
    )?;
    let mut candidates = Vec::new();
    for article in ranked {
        let candidate = text_query
            .query_row(params![article, since], |row| {
                Ok(Candidate {
                    article: ArticleId(article),
                    story: row.get("story_id")?,
                    same_outlet: row.get::<_, SourceId>("source_id")? == lookup.source
                        && !have_same_number(row.get_ref("url")?.as_str()?, lookup.address),
                    title: row.get("title")?,
                    words: unpack(row.get_ref("words")?.as_blob()?),
                })
            })
            .optional()?;
        candidates.extend(candidate);
    }
    Ok(candidates)
}

/// Indexes the words of an article, so that new texts are compared with it.
pub(super) fn keep_text(
    c: &Connection,
    article: ArticleId,
    words: &[u32],
    bands: &[u32],
    at: Timestamp,
) -> rusqlite::Result<()> {
    c.prepare_cached("INSERT INTO story_text (article_id, at, words) VALUES (?1, ?2, ?3)")?.execute(params![
        article,
        utc(at),
        pack(words)
    ])?;
    bands::add(c, article.0, bands)
}

/// Removes the text of an article from the index.
pub(super) fn drop_text(c: &Connection, article: ArticleId) -> rusqlite::Result<()> {
    if c.prepare_cached("DELETE FROM story_text WHERE article_id = ?1")?.execute([article])? > 0 {
        bands::forget(c, article.0)?;
    }
    Ok(())
}

/// Deletes some of the texts that were read before then; returns `false` if there are no more.
pub(super) fn expire(c: &Connection, before: Timestamp) -> rusqlite::Result<bool> {
    let old: Vec<ArticleId> = c
        .prepare_cached("SELECT article_id FROM story_text WHERE at < ?1 ORDER BY at LIMIT ?2")?
        .query_map(params![utc(before), BATCH], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    old.iter().try_for_each(|article| drop_text(c, *article))?;
    Ok(old.len() == BATCH as usize)
}
