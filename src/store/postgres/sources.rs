//! The stored sources, channels and watches of the configuration.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::connection::Connection;
use super::facts::{OUTLET_FACTS, outlet_facts};
use super::row::{SqlResult, natural, time};
use super::sql::params;
use super::{PostgresStore, items, lanes, watches};
use crate::decide::WatchSpec;
use crate::error::Error;
use crate::model::SourceId;
use crate::source::{OutletFacts, Source};
use crate::store::time::utc;
use crate::store::units::SourceUnits;
use crate::store::{ChannelHealth, ChannelSpec, Health};

impl SourceUnits for PostgresStore {
    fn sync(
        &self,
        sources: &[Source],
        channels: &[ChannelSpec],
        specs: &[WatchSpec],
        now: Timestamp,
    ) -> Result<Vec<String>, Error> {
        self.unit("bring the configuration into the database", |c| {
            // Two workers that begin at once wait for each other.
            c.query_row("SELECT 1 FROM turn WHERE name = 'configuration' FOR UPDATE", (), |_| Ok(()))?;
            c.execute("UPDATE source SET active = 0", ())?;
            let mut ids = BTreeMap::new();
            for source in sources {
                let id: SourceId = c.query_row(
                    "INSERT INTO source (name, site, language, active, added_at, kind, region, tier, reach, tags)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                     ON CONFLICT (name) DO UPDATE SET site = $2, language = $3, active = $4, kind = $6, region = $7, tier = $8,
                       reach = $9, tags = $10 RETURNING id",
                    params![
                        source.name,
                        source.site.as_ref().map(url::Url::as_str),
                        source.language,
                        source.enabled,
                        utc(now),
                        source.facts.kind,
                        source.facts.region,
                        source.facts.tier,
                        source.facts.reach,
                        source.facts.tags_joined(),
                    ],
                    |row| row.get(0),
                )?;
                ids.insert(source.name.as_str(), id);
            }
            // Sitemaps named by an index follow their index.
            c.execute("UPDATE channel SET active = 0 WHERE parent_id IS NULL", ())?;
            for channel in channels {
                c.execute(
                    "INSERT INTO channel (source_id, kind, url, watch) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (source_id, kind, md5(url)) DO UPDATE SET active = 1, watch = $4, parent_id = NULL",
                    params![ids.get(channel.source.as_str()), channel.kind, channel.url, channel.watch],
                )?;
            }
            lanes::mark_configured(c, now)?;
            watches::sync(c, specs, now)
        })
    }

    fn sources(&self) -> Result<Vec<String>, Error> {
        self.read("read the sources of the database", |c| {
            let query = c.prepare("SELECT name FROM source ORDER BY id")?;
            query.query_map((), |row| row.get(0))?.collect()
        })
    }

    fn outlet_facts(&self) -> Result<Vec<OutletFacts>, Error> {
        self.read("read the sources of the database", |c| {
            let query = c.prepare(&format!("SELECT {OUTLET_FACTS} FROM source s ORDER BY s.id"))?;
            query.query_map((), outlet_facts)?.collect()
        })
    }

    fn channel_urls(&self) -> Result<Vec<String>, Error> {
        self.read("read the sources of the database", |c| {
            let query = c.prepare("SELECT url FROM channel ORDER BY id")?;
            query.query_map((), |row| row.get(0))?.collect()
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

/// Every active channel's health.
fn channels(c: &Connection) -> SqlResult<Vec<ChannelHealth>> {
    let query = c.prepare(
                "SELECT s.name AS source, h.kind, h.url, h.moved_to, h.state, h.reason, h.since, h.checked_at, h.changed_at, h.next_at,
                        h.entries, coalesce(g.url, p.url) AS from_index, (SELECT count(*) FROM item WHERE channel_id = h.id) AS items,
                        (SELECT count(*) FROM item WHERE channel_id = h.id AND state = 'pending') AS pending
                 FROM channel h JOIN source s ON s.id = h.source_id
                 LEFT JOIN channel p ON p.id = h.parent_id LEFT JOIN channel g ON g.id = p.parent_id
                 WHERE h.active = 1 AND s.active = 1 ORDER BY s.id, h.id",
            )?;
    let rows = query.query_map((), |row| {
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

fn waiting(c: &Connection) -> SqlResult<Vec<(String, String, u64)>> {
    let query = c.prepare(
        "SELECT s.name, i.reason, count(*) FROM source s JOIN item i ON i.source_id = s.id
         WHERE s.active = 1 AND i.state = 'pending' AND i.reason IS NOT NULL GROUP BY s.id, i.reason ORDER BY s.id, count(*) DESC, i.reason",
    )?;
    query.query_map((), |row| Ok((row.get(0)?, row.get(1)?, natural(row, 2)?)))?.collect()
}

fn reserved(c: &Connection) -> SqlResult<Vec<(String, Option<String>)>> {
    let query = c.prepare(
        "SELECT s.name, max(a.tdm_policy) FROM source s JOIN article a ON a.source_id = s.id
         WHERE s.active = 1 AND a.tdm_reserved = 1 GROUP BY s.id",
    )?;
    query.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
