//! Stories: the stored texts with which new ones are compared.

mod bands;

use jiff::Timestamp;

use super::connection::Connection;
use super::row::SqlResult;
use super::sql::{array, params};
use crate::date::utc;
use crate::decide::{StoryLookup, have_same_number};
use crate::model::{ArticleId, SourceId, StoryId};
use crate::store::bands::{pack, ranked, unpack};
use crate::story::{Candidate, Fingerprint};

/// The number of texts that one transaction deletes.
const BATCH: u32 = 500;

/// Merges two stories.
pub(super) fn merge(c: &Connection, from: StoryId, into: StoryId) -> SqlResult<()> {
    if from != into {
        c.prepare("UPDATE article SET story_id = $2 WHERE story_id = $1")?.execute([from, into])?;
    }
    Ok(())
}

/// The texts that may be copies: those with the most bands in common, weighted by rarity; the newest first among equals.
pub(super) fn candidates(c: &Connection, lookup: &StoryLookup, fingerprint: &Fingerprint) -> SqlResult<Vec<Candidate>> {
    if fingerprint.words.is_empty() {
        return Ok(Vec::new());
    }
    let ranked = ranked(bands::find(c, &fingerprint.bands)?);
    // `OFFSET 0` has the planner look up each text, and not read all of the last weeks.
    let query = c.prepare(
        "SELECT a.story_id, a.source_id, t.words, a.title, a.url, a.id
         FROM unnest($1::bigint[]) WITH ORDINALITY AS hit (id, at)
         CROSS JOIN LATERAL (SELECT * FROM story_text WHERE article_id = hit.id OFFSET 0) t
         CROSS JOIN LATERAL (SELECT * FROM article WHERE id = hit.id OFFSET 0) a WHERE t.at >= $2 ORDER BY hit.at",
    )?;
    query
        .query_map(params![array(&ranked), utc(lookup.since)], |row| {
            Ok(Candidate {
                article: row.get(5)?,
                story: row.get("story_id")?,
                same_outlet: row.get::<SourceId>("source_id")? == lookup.source
                    && !have_same_number(row.text("url")?, lookup.address),
                title: row.get("title")?,
                words: unpack(row.bytes(2)?),
            })
        })?
        .collect()
}

/// Indexes the words of an article, so that new texts are compared with it.
pub(super) fn keep_text(
    c: &Connection,
    article: ArticleId,
    words: &[u32],
    bands: &[u32],
    at: Timestamp,
) -> SqlResult<()> {
    c.prepare("INSERT INTO story_text (article_id, at, words) VALUES ($1, $2, $3)")?.execute(params![
        article,
        utc(at),
        pack(words)
    ])?;
    bands::add(c, article.0, bands)
}

/// Removes the text of an article from the index, with its bands.
pub(super) fn drop_text(c: &Connection, article: ArticleId) -> SqlResult<()> {
    c.prepare("DELETE FROM story_text WHERE article_id = $1")?.execute([article]).map(drop)
}

/// Deletes some of the texts that were read before then; returns `false` if there are no more.
pub(super) fn expire(c: &Connection, before: Timestamp) -> SqlResult<bool> {
    let old = c
        .prepare(
            "DELETE FROM story_text WHERE article_id IN (SELECT article_id FROM story_text WHERE at < $1 ORDER BY at LIMIT $2)",
        )?
        .execute(params![utc(before), BATCH])?;
    Ok(old == BATCH as usize)
}
