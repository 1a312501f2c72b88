//! Which of the items that a channel announces are stored.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;

use super::connection::Connection;
use super::row::{Row, SqlResult, time};
use super::sql::{array, params};
use crate::decide::{AnnouncedItem, KnownItem};
use crate::model::{ItemId, SourceId};

/// Looked up one by one in an index, in one statement: of a join, the planner might read all items.
const BY_KEY: &str = "source_id = wanted.source AND md5(key) = md5(wanted.word) AND key = wanted.word OFFSET 0";
const BY_TITLE: &str =
    "source_id = wanted.source AND md5(title) = md5(wanted.word) AND title = wanted.word ORDER BY id DESC LIMIT 20";

/// Those items of a channel's source, or of another one, that are stored: by their keys, and those of aggregators by their
/// headlines.
pub(super) fn known(c: &Connection, source: SourceId, announced: &[AnnouncedItem]) -> SqlResult<Vec<KnownItem>> {
    let owners = owners(c, announced)?;
    let (mut keys, mut titles) = (Vec::new(), Vec::new());
    for (place, new) in (0_i64..).zip(announced) {
        let Some(source) = new.owner.as_deref().map_or(Some(source), |name| owners.get(name).copied()) else {
            continue;
        };
        keys.push((place, source, new.key.as_str()));
        if new.is_relayed && !new.item.title.is_empty() {
            titles.push((place, source, new.item.title.as_str()));
        }
    }
    let mut found = find(c, BY_KEY, &keys)?;
    found.extend(find(c, BY_TITLE, &titles)?);
    // In the order of the channel; of one entry, what has its key comes first.
    found.sort_by_key(|(place, _)| *place);
    let mut items = Vec::new();
    let mut seen = HashSet::new();
    for (place, row) in &found {
        if seen.insert(row.get::<ItemId>("id")?) {
            let new = usize::try_from(*place).ok().and_then(|place| announced.get(place));
            items.push(known_item(row, new.and_then(|new| new.owner.clone()))?);
        }
    }
    Ok(items)
}

/// The rows of the sources, other than the channel's, to which items belong, by their names.
fn owners(c: &Connection, announced: &[AnnouncedItem]) -> SqlResult<BTreeMap<String, SourceId>> {
    let names: BTreeSet<&str> = announced.iter().filter_map(|new| new.owner.as_deref()).collect();
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    c.prepare("SELECT name, id FROM source WHERE name = ANY($1::text[])")?
        .query_map(params![array(names)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// The rows of the items that these words name, each with the place of its entry.
fn find(c: &Connection, condition: &str, wanted: &[(i64, SourceId, &str)]) -> SqlResult<Vec<(i64, Row)>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT wanted.place, i.id, i.key, i.state, i.channel_id, i.title, i.summary, i.other_titles, i.other_summaries, i.outlet,
                i.published_at, i.modified_at, i.changed_at, i.first_seen_at, i.ended_at, i.tries, i.refused
         FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS wanted (place, source, word)
         CROSS JOIN LATERAL (SELECT * FROM item WHERE {condition}) i ORDER BY wanted.place, i.id DESC"
    );
    let columns = params![
        array(wanted.iter().map(|(place, ..)| place)),
        array(wanted.iter().map(|(_, source, _)| source)),
        array(wanted.iter().map(|(.., word)| word)),
    ];
    let rows = c.prepare(&sql)?.query(columns)?;
    rows.into_iter().map(|row| Ok((row.get("place")?, row))).collect()
}

fn known_item(row: &Row, owner: Option<String>) -> SqlResult<KnownItem> {
    Ok(KnownItem {
        key: row.get("key")?,
        owner,
        state: row.get("state")?,
        is_refused: row.get("refused")?,
        channel: row.get("channel_id")?,
        title: row.get("title")?,
        summary: row.get("summary")?,
        other_titles: row.get("other_titles")?,
        other_summaries: row.get("other_summaries")?,
        content: None,
        outlet: row.get("outlet")?,
        published_at: time(row, "published_at")?,
        modified_at: time(row, "modified_at")?,
        changed_at: time(row, "changed_at")?,
        first_seen_at: time(row, "first_seen_at")?.unwrap_or(Timestamp::UNIX_EPOCH),
        ended_at: time(row, "ended_at")?,
        tries: row.get("tries")?,
    })
}
