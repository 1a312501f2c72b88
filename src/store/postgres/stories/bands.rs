//! The index of texts by their bands.
//!
//! One table by band: unlike SQLite, the server saves what was changed as a log, in order, whichever pages it concerns.

use std::collections::HashMap;

use crate::store::bands::{MOST_OF_BAND, weights};
use crate::store::postgres::connection::Connection;
use crate::store::postgres::row::SqlResult;
use crate::store::postgres::sql::{array, params};

/// The texts with some of these bands, with their weight; rare bands weigh more. Each text once, unordered.
pub(in crate::store::postgres) fn find(c: &Connection, bands: &[u32]) -> SqlResult<HashMap<i64, usize>> {
    let mut found: HashMap<i64, Vec<i64>> = HashMap::new();
    // The newest of each band.
    let query = c.prepare(
        "SELECT wanted.band, near.article_id FROM unnest($1::bigint[]) AS wanted (band) CROSS JOIN LATERAL (
           SELECT article_id FROM story_band s WHERE s.band = wanted.band ORDER BY article_id DESC LIMIT $2) near",
    )?;
    for row in &query.query(params![array(bands), MOST_OF_BAND as u64])? {
        found.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(weights(found.into_values()))
}

/// Indexes a text by its bands.
pub(in crate::store::postgres) fn add(c: &Connection, article: i64, bands: &[u32]) -> SqlResult<()> {
    c.prepare(
        "INSERT INTO story_band (band, article_id) SELECT band, $1 FROM unnest($2::bigint[]) AS new (band) ON CONFLICT DO NOTHING",
    )?
    .execute(params![article, array(bands)])
    .map(drop)
}
