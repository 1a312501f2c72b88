//! The index of texts by their bands. It is written in order, so that the cost of adding a text does not grow with the store.
//!
//! # Why not one table by band?
//!
//! Bands are random numbers. In one large table, each of the thirty bands of a text would change a page of its own, and the cost of saving
//! is the number of changed pages. So the newest texts are in a list that is short enough to scan. When it is full, their bands move to the
//! first tier in sorted order, many to a page; a full tier moves to the next one in the same way. A search scans the list, and looks up each
//! band once per tier.
//!
//! Bands of deleted texts are ignored, and dropped when their tier moves on.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::bands::{MOST_OF_BAND, pack, weights};

/// The capacity of the list; small in tests, so that every test uses all tiers.
const LIST: i64 = if cfg!(test) { 8 } else { 256 };

/// The capacity of a tier relative to the one before it; the last one has no limit.
const GROWTH: i64 = 16;
const LAST_TIER: i64 = 3;

/// The texts with some of these bands, with their weight; rare bands weigh more. Each text once, unordered.
pub(super) fn find(c: &Connection, bands: &[u32]) -> rusqlite::Result<HashMap<i64, usize>> {
    // The newest first.
    let mut found: Vec<Vec<i64>> = bands.iter().map(|_| Vec::new()).collect();
    let mut list = c.prepare_cached("SELECT article_id, bands FROM story_list ORDER BY article_id DESC")?;
    let mut rows = list.query([])?;
    while let Some(row) = rows.next()? {
        let article: i64 = row.get(0)?;
        let (theirs, _) = row.get_ref(1)?.as_blob()?.as_chunks();
        let mut theirs = theirs.iter().map(|band| u32::from_le_bytes(*band)).peekable();
        for (band, articles) in bands.iter().zip(&mut found) {
            while theirs.next_if(|other| other < band).is_some() {}
            if theirs.next_if(|other| other == band).is_some() {
                articles.push(article);
            }
        }
    }
    let mut tier = c.prepare_cached(
        "SELECT article_id FROM story_band WHERE tier = ?1 AND band = ?2 ORDER BY article_id DESC LIMIT ?3",
    )?;
    for number in tiers(c)? {
        for (band, articles) in bands.iter().zip(&mut found) {
            let room = u32::try_from(MOST_OF_BAND.saturating_sub(articles.len())).unwrap_or(0);
            for article in tier.query_map(params![number, band, room], |row| row.get(0))? {
                articles.push(article?);
            }
        }
    }
    Ok(weights(found.into_iter()))
}

/// Indexes a text by its bands, which must be sorted and unique.
pub(super) fn add(c: &Connection, article: i64, bands: &[u32]) -> rusqlite::Result<()> {
    let bands = pack(bands);
    c.prepare_cached("INSERT OR REPLACE INTO story_list (article_id, bands) VALUES (?1, ?2)")?
        .execute(params![article, bands])?;
    let waiting: i64 = c.prepare_cached("SELECT count(*) FROM story_list")?.query_row([], |row| row.get(0))?;
    if waiting < LIST {
        return Ok(());
    }
    sink(c)?;
    let mut full = LIST;
    for tier in 1..LAST_TIER {
        full *= GROWTH;
        if texts(c, tier)? < full {
            break;
        }
        sink_tier(c, tier)?;
    }
    Ok(())
}

/// Removes a text from the list. Its bands in the tiers stay, and are ignored.
pub(super) fn forget(c: &Connection, article: i64) -> rusqlite::Result<()> {
    c.prepare_cached("DELETE FROM story_list WHERE article_id = ?1")?.execute([article]).map(drop)
}

/// The tiers that are not empty.
fn tiers(c: &Connection) -> rusqlite::Result<Vec<i64>> {
    c.prepare_cached("SELECT tier FROM story_tier WHERE texts > 0 ORDER BY tier")?
        .query_map([], |row| row.get(0))?
        .collect()
}

fn texts(c: &Connection, tier: i64) -> rusqlite::Result<i64> {
    c.prepare_cached("SELECT texts FROM story_tier WHERE tier = ?1")?
        .query_row([tier], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

fn grow(c: &Connection, tier: i64, by: i64) -> rusqlite::Result<()> {
    c.prepare_cached(
        "INSERT INTO story_tier (tier, texts) VALUES (?1, ?2) ON CONFLICT (tier) DO UPDATE SET texts = texts + ?2",
    )?
    .execute([tier, by])
    .map(drop)
}

/// Moves the list into the first tier.
fn sink(c: &Connection) -> rusqlite::Result<()> {
    let mut entries: Vec<(u32, i64)> = Vec::new();
    let mut texts = 0;
    let mut list = c.prepare_cached("SELECT article_id, bands FROM story_list")?;
    let mut rows = list.query([])?;
    while let Some(row) = rows.next()? {
        let article = row.get(0)?;
        let (bands, _) = row.get_ref(1)?.as_blob()?.as_chunks();
        entries.extend(bands.iter().map(|band| (u32::from_le_bytes(*band), article)));
        texts += 1;
    }
    drop(rows);
    entries.sort_unstable();
    let mut add = c.prepare_cached("INSERT OR IGNORE INTO story_band (tier, band, article_id) VALUES (1, ?1, ?2)")?;
    for (band, article) in entries {
        add.execute(params![band, article])?;
    }
    c.prepare_cached("DELETE FROM story_list")?.execute([])?;
    grow(c, 1, texts)
}

/// Moves a tier into the next one, without texts older than all that are kept.
fn sink_tier(c: &Connection, tier: i64) -> rusqlite::Result<()> {
    let oldest: i64 = c
        .prepare_cached("SELECT coalesce(min(article_id), 9223372036854775807) FROM story_text")?
        .query_row([], |row| row.get(0))?;
    let next = tier + 1;
    if next == LAST_TIER {
        c.prepare_cached("DELETE FROM story_band WHERE tier = ?1 AND article_id < ?2")?.execute([next, oldest])?;
    }
    c.prepare_cached(
        "INSERT OR IGNORE INTO story_band (tier, band, article_id)
         SELECT ?2, band, article_id FROM story_band WHERE tier = ?1 AND article_id >= ?3 ORDER BY band, article_id",
    )?
    .execute([tier, next, oldest])?;
    c.prepare_cached("DELETE FROM story_band WHERE tier = ?1")?.execute([tier])?;
    grow(c, next, texts(c, tier)?)?;
    c.prepare_cached("UPDATE story_tier SET texts = 0 WHERE tier = ?1")?.execute([tier]).map(drop)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;
    use crate::store::bands::WEIGHT;
    use crate::store::sqlite::SqliteStore;

    /// Three bands of an article: one of its own, one that it has with its neighbour, one that all have.
    fn bands(article: i64) -> Vec<u32> {
        let n = u32::try_from(article).unwrap();
        // Spread, so that their order is not that of articles.
        let spread = |n: u32| n.wrapping_mul(2_654_435_769) | 1;
        let mut bands = vec![spread(n), spread(1_000_000 + n / 2), 8];
        bands.sort_unstable();
        bands
    }

    fn filled(c: &Connection, articles: std::ops::RangeInclusive<i64>) {
        for article in articles {
            add(c, article, &bands(article)).unwrap();
        }
    }

    #[test]
    fn a_text_is_found_in_the_list_and_in_every_tier() {
        let store = SqliteStore::in_memory().unwrap();
        let c = &store.conn;
        let keep = "INSERT INTO source (id, name, added_at) VALUES (1, '', '');
            INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, read_at, language, summary, text, extent, paywalled, story_id)
            VALUES (1, 1, '', '', '', '', '', '', '', '', '', '', '', '', 0, 1);
            INSERT INTO story_text (article_id, at, words) VALUES (1, '', x'')";
        c.execute_batch(keep).unwrap();
        c.execute_batch("BEGIN").unwrap();
        let most = LIST * GROWTH * GROWTH + LIST * GROWTH + LIST * 3 + 7;
        filled(c, 1..=most);
        let counts: Vec<i64> = (1..=3).map(|tier| texts(c, tier).unwrap()).collect();
        assert_eq!(counts, [LIST * 3, LIST * GROWTH, LIST * GROWTH * GROWTH]);
        assert_eq!(c.query_row("SELECT count(*) FROM story_list", [], |row| row.get::<_, i64>(0)).unwrap(), 7);
        for article in [2, 65, 1000, most - 130, most - 36, most - 22] {
            let found = find(c, &bands(article)).unwrap();
            assert_eq!(found.get(&article), Some(&(WEIGHT + WEIGHT / 2)), "{article}");
            assert_eq!(found.get(&(article ^ 1)), Some(&(WEIGHT / 2)), "{article}");
            // The idiom leads to the newest.
            assert_eq!(found.len(), 2 + MOST_OF_BAND, "{article}");
            assert_eq!(found.get(&most), Some(&(WEIGHT / MOST_OF_BAND)));
        }
        assert_eq!(find(c, &bands(most)).unwrap()[&most], WEIGHT + WEIGHT / 2 + WEIGHT / MOST_OF_BAND, "from the list");
    }

    #[test]
    fn what_is_no_longer_kept_is_left_out_when_its_tier_goes_on() {
        let store = SqliteStore::in_memory().unwrap();
        let c = &store.conn;
        filled(c, 1..=LIST * GROWTH - 1);
        assert!(find(c, &bands(1)).unwrap().contains_key(&1));
        forget(c, LIST * GROWTH - 1).unwrap();
        assert!(!find(c, &bands(LIST * GROWTH - 1)).unwrap().contains_key(&(LIST * GROWTH - 1)));
        // No text is kept.
        filled(c, LIST * GROWTH..=LIST * GROWTH + 1);
        let left = c.query_row("SELECT count(*) FROM story_band", [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(left, 0);
    }
}
