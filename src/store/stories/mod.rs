//! Stories: which articles are copies of one text.

mod bands;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Reading, Store, utc};
use crate::error::Error;
use crate::story::{self, Candidate, Fingerprint, Judgement, Verdict};

/// The most texts that a new one is compared with.
const CANDIDATES: usize = 20;

/// What a candidate's bands must count for: a tenth of a band that no other text has.
const LEAST_WEIGHT: usize = 100;

/// Texts that are forgotten in one transaction.
const BATCH: u32 = 500;

/// A text becomes its story's fullest when it is longer by a tenth.
const FULLER: (usize, usize) = (11, 10);

impl Store {
    /// Drops what is kept of texts read before `before` for comparing: later copies of them are found by equality only.
    pub fn forget_story_texts(&self, before: Timestamp) -> Result<usize, Error> {
        let mut dropped = 0;
        loop {
            let some = self.unit("write to", |c| {
                let old: Vec<i64> = c
                    .prepare_cached("SELECT article_id FROM story_text WHERE at < ?1 ORDER BY at LIMIT ?2")?
                    .query_map(params![utc(before), BATCH], |row| row.get(0))?
                    .collect::<Result<_, _>>()?;
                for article in &old {
                    unindex(c, *article)?;
                }
                Ok(old.len())
            })?;
            dropped += some;
            if some < BATCH as usize {
                return Ok(dropped);
            }
        }
    }
}

/// The story of an article that was just written: that of an equal text, of its named original, of the articles that name
/// it as theirs, or of a near copy; else its own. A story that it had already it keeps.
///
/// Stories that turn out to be one take the number of the oldest.
pub(super) fn join_story(c: &Connection, id: i64, source: i64, reading: &Reading) -> rusqlite::Result<()> {
    let exact = reading.fingerprint.and_then(|fingerprint| fingerprint.exact.as_deref());
    let mut stories: Vec<i64> = c
        .prepare_cached(
            "SELECT DISTINCT story_id FROM article WHERE story_id <> 0 AND
               (id = ?1 OR fingerprint = ?2 OR address = ?3 OR original_address = ?4)",
        )?
        .query_map(params![id, exact, reading.original_address, reading.address], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    unindex(c, id)?;
    let mut judgement = None;
    let mut likeness = equal(c, id, exact)?;
    if let Some(fingerprint) = reading.fingerprint.filter(|fingerprint| !fingerprint.words.is_empty()) {
        let found = story::judge(&fingerprint.words, &candidates(c, id, source, fingerprint, reading)?);
        if let Verdict::CopyOf { story, likeness: near, .. } = found.verdict {
            stories.push(story);
            likeness = likeness.or(Some(near.jaccard));
        }
        stories.extend(&found.same);
        judgement = Some((fingerprint, found));
    }
    let story = stories.iter().copied().min().unwrap_or(id);
    for other in stories {
        merge(c, other, story)?;
    }
    c.prepare_cached("UPDATE article SET story_id = ?2, likeness = ?3 WHERE id = ?1")?
        .execute(params![id, story, likeness])?;
    match judgement {
        Some((fingerprint, judgement)) => stand_for(c, id, story, fingerprint, &judgement, reading.at),
        None => Ok(()),
    }
}

/// 1 where another article has the same words.
fn equal(c: &Connection, id: i64, exact: Option<&str>) -> rusqlite::Result<Option<f64>> {
    let mut query = c.prepare_cached("SELECT 1 FROM article WHERE fingerprint = ?2 AND id <> ?1")?;
    Ok(query.exists(params![id, exact])?.then_some(1.0))
}

/// Makes two stories one.
pub(super) fn merge(c: &Connection, from: i64, into: i64) -> rusqlite::Result<()> {
    if from != into {
        c.prepare_cached("UPDATE article SET story_id = ?2 WHERE story_id = ?1")?.execute([from, into])?;
    }
    Ok(())
}

/// The texts that may be copies: those with most bands in common, rare ones above all; of these the newest.
fn candidates(
    c: &Connection,
    id: i64,
    source: i64,
    fingerprint: &Fingerprint,
    reading: &Reading,
) -> rusqlite::Result<Vec<Candidate>> {
    let mut hits: Vec<(i64, usize)> = bands::find(c, &fingerprint.bands)?
        .into_iter()
        .filter(|(article, weight)| *article != id && *weight >= LEAST_WEIGHT)
        .collect();
    hits.sort_unstable_by_key(|(article, weight)| std::cmp::Reverse((*weight, *article)));
    let since = reading.at.checked_sub(reading.story_window).map_or_else(|_| String::new(), utc);
    let mut text_query = c.prepare_cached(
        "SELECT a.story_id, a.source_id, t.words FROM story_text t JOIN article a ON a.id = t.article_id
         WHERE t.article_id = ?1 AND t.at >= ?2",
    )?;
    let mut candidates = Vec::new();
    for (article, _) in hits.into_iter().take(CANDIDATES) {
        let candidate = text_query
            .query_row(params![article, since], |row| {
                Ok(Candidate {
                    article,
                    story: row.get(0)?,
                    same_outlet: row.get::<_, i64>(1)? == source,
                    words: unpack(row.get_ref(2)?.as_blob()?),
                })
            })
            .optional()?;
        candidates.extend(candidate);
    }
    Ok(candidates)
}

/// Keeps a text to compare with when its story has none, or when it is the fullest and like the first.
fn stand_for(
    c: &Connection,
    id: i64,
    story: i64,
    fingerprint: &Fingerprint,
    judgement: &Judgement,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let words = &judgement.words;
    let texts: Vec<(i64, usize)> = c
        .prepare_cached(
            "SELECT t.article_id, length(t.words) FROM article a JOIN story_text t ON t.article_id = a.id
             WHERE a.story_id = ?1 ORDER BY t.article_id",
        )?
        .query_map([story], |row| Ok((row.get(0)?, row.get::<_, u32>(1)? as usize)))?
        .collect::<Result<_, _>>()?;
    if let Some((first, _)) = texts.first() {
        let fullest = texts.iter().map(|text| text.1).max().unwrap_or_default();
        if !judgement.alike.contains(first) || words.len() * 4 * FULLER.1 < fullest * FULLER.0 {
            return Ok(());
        }
        for (text, _) in texts.iter().skip(1).filter(|text| judgement.alike.contains(&text.0)) {
            unindex(c, *text)?;
        }
    }
    if words.is_empty() {
        return Ok(());
    }
    c.prepare_cached("INSERT INTO story_text (article_id, at, words) VALUES (?1, ?2, ?3)")?.execute(params![
        id,
        utc(at),
        pack(words)
    ])?;
    let changed = (*words != fingerprint.words).then(|| story::bands(words));
    bands::add(c, id, changed.as_ref().unwrap_or(&fingerprint.bands))
}

/// Forgets what is kept of an article's text for comparing.
fn unindex(c: &Connection, article: i64) -> rusqlite::Result<()> {
    if c.prepare_cached("DELETE FROM story_text WHERE article_id = ?1")?.execute([article])? > 0 {
        bands::forget(c, article)?;
    }
    Ok(())
}

fn pack(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn unpack(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}
