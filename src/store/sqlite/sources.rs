//! The stored sources, channels and watches of the configuration.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::facts::{OUTLET_FACTS, outlet_facts};
use super::sql::{natural, time};
use super::{SqliteStore, items, watches};
use crate::date::utc;
use crate::decide::WatchSpec;
use crate::error::Error;
use crate::model::SourceId;
use crate::source::{OutletFacts, Source};
use crate::store::units::SourceUnits;
use crate::store::{ChannelHealth, ChannelSpec, Health};

impl SourceUnits for SqliteStore {
    fn sync(
        &self,
        sources: &[Source],
        channels: &[ChannelSpec],
        specs: &[WatchSpec],
        now: Timestamp,
    ) -> Result<Vec<String>, Error> {
        self.unit("bring the configuration into the database", |c| {
            let ids = sync_sources(c, sources, now)?;
            sync_channels(c, channels, &ids)?;
            watches::sync(c, specs, now)
        })
    }

    fn sources(&self) -> Result<Vec<String>, Error> {
        self.read("read the sources of the database", |c| {
            let mut query = c.prepare("SELECT name FROM source ORDER BY id")?;
            query.query_map([], |row| row.get(0))?.collect()
        })
    }

    fn outlet_facts(&self) -> Result<Vec<OutletFacts>, Error> {
        self.read("read the sources of the database", |c| {
            let mut query = c.prepare(&format!("SELECT {OUTLET_FACTS} FROM source s ORDER BY s.id"))?;
            query.query_map([], outlet_facts)?.collect()
        })
    }

    fn channel_urls(&self) -> Result<Vec<String>, Error> {
        self.read("read the sources of the database", |c| {
            let mut query = c.prepare("SELECT url FROM channel ORDER BY id")?;
            query.query_map([], |row| row.get(0))?.collect()
        })
    }

    fn health(&self) -> Result<Health, Error> {
        self.read("read the sources of the database", |c| {
            Ok(Health {
                channels: channels(c)?,
                states: items::states(c)?,
                reserved: reserved(c)?,
                waiting: waiting(c)?,
            })
        })
    }
}

/// Brings the sources of the configuration into the database, and leaves rows alone that say the same already. Returns their rows, by name.
fn sync_sources<'s>(
    c: &Connection,
    sources: &'s [Source],
    now: Timestamp,
) -> rusqlite::Result<BTreeMap<&'s str, SourceId>> {
    let mut same = c.prepare(
        "SELECT id FROM source WHERE name = ?1 AND (site, language, active, kind, region, tier, reach, tags) IS (?2, ?3, ?4, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let mut set = c.prepare(
        "INSERT INTO source (name, site, language, active, added_at, kind, region, tier, reach, tags)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (name) DO UPDATE SET site = ?2, language = ?3, active = ?4, kind = ?6, region = ?7, tier = ?8,
           reach = ?9, tags = ?10 RETURNING id",
    )?;
    let mut ids = BTreeMap::new();
    for source in sources {
        let at = utc(now);
        let values = params![
            source.name,
            source.site.as_ref().map(url::Url::as_str),
            source.language,
            source.enabled,
            at,
            source.facts.kind,
            source.facts.region,
            source.facts.tier,
            source.facts.reach,
            source.facts.tags_joined(),
        ];
        let id = match same.query_row(values, |row| row.get(0)).optional()? {
            Some(id) => id,
            None => set.query_row(values, |row| row.get(0))?,
        };
        ids.insert(source.name.as_str(), id);
    }
    let names = serde_json::json!(sources.iter().map(|source| &source.name).collect::<Vec<_>>()).to_string();
    c.execute("UPDATE source SET active = 0 WHERE active AND name NOT IN (SELECT value FROM json_each(?1))", [names])?;
    Ok(ids)
}

/// The same for the channels. Sitemaps that an index names follow their index.
fn sync_channels(c: &Connection, channels: &[ChannelSpec], sources: &BTreeMap<&str, SourceId>) -> rusqlite::Result<()> {
    // Of several for one address, the last one says for which watch it is.
    let last: BTreeMap<_, _> = channels.iter().map(|channel| (address(channel), channel)).collect();
    let mut same = c.prepare(
        "SELECT id FROM channel WHERE source_id = ?1 AND kind = ?2 AND url = ?3 AND (active, watch, parent_id) IS (1, ?4, NULL)",
    )?;
    let mut set = c.prepare(
        "INSERT INTO channel (source_id, kind, url, watch) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source_id, kind, url) DO UPDATE SET active = 1, watch = ?4, parent_id = NULL RETURNING id",
    )?;
    let mut kept: Vec<i64> = Vec::new();
    for channel in channels {
        let watch = last.get(&address(channel)).and_then(|last| last.watch.as_ref());
        let values = params![sources.get(channel.source.as_str()), channel.kind, channel.url, watch];
        kept.push(match same.query_row(values, |row| row.get(0)).optional()? {
            Some(id) => id,
            None => set.query_row(values, |row| row.get(0))?,
        });
    }
    let kept = serde_json::json!(kept).to_string();
    let sql = "UPDATE channel SET active = 0 WHERE active AND parent_id IS NULL AND id NOT IN (SELECT value FROM json_each(?1))";
    c.execute(sql, [kept]).map(drop)
}

fn address(channel: &ChannelSpec) -> (&str, &str, &str) {
    (&channel.source, channel.kind.name(), &channel.url)
}

/// Every active channel's health.
fn channels(c: &Connection) -> rusqlite::Result<Vec<ChannelHealth>> {
    let mut query = c.prepare(
                "SELECT s.name AS source, h.kind, h.url, h.moved_to, h.state, h.reason, h.since, h.checked_at, h.changed_at, h.next_at,
                        h.entries, coalesce(g.url, p.url) AS from_index, (SELECT count(*) FROM item WHERE channel_id = h.id) AS items,
                        (SELECT count(*) FROM item WHERE channel_id = h.id AND state = 'pending') AS pending
                 FROM channel h JOIN source s ON s.id = h.source_id
                 LEFT JOIN channel p ON p.id = h.parent_id LEFT JOIN channel g ON g.id = p.parent_id
                 WHERE h.active AND s.active ORDER BY s.id, h.id",
            )?;
    let rows = query.query_map([], |row| {
        Ok(ChannelHealth {
            source: row.get("source")?,
            kind: row.get("kind")?,
            url: row.get("url")?,
            index: row.get("from_index")?,
            moved_to: row.get("moved_to")?,
            state: row.get("state")?,
            reason: row.get("reason")?,
            since: time(row, "since")?,
            checked_at: time(row, "checked_at")?,
            changed_at: time(row, "changed_at")?,
            next_at: time(row, "next_at")?,
            entries: row.get("entries")?,
            items: row.get("items")?,
            pending: row.get("pending")?,
        })
    })?;
    rows.collect()
}

fn waiting(c: &Connection) -> rusqlite::Result<Vec<(String, String, u64)>> {
    let mut query = c.prepare(
        "SELECT s.name, i.reason, count(*) FROM source s JOIN item i ON i.source_id = s.id
         WHERE s.active AND i.state = 'pending' AND i.reason IS NOT NULL GROUP BY s.id, i.reason ORDER BY s.id, count(*) DESC, i.reason",
    )?;
    query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, natural(row, 2)?)))?.collect()
}

fn reserved(c: &Connection) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let mut query = c.prepare(
        "SELECT s.name, max(a.tdm_policy) FROM source s JOIN article a ON a.source_id = s.id
         WHERE s.active AND a.tdm_reserved GROUP BY s.id",
    )?;
    query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
