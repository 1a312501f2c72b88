//! The stored sources, channels and watches of the configuration.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::connection::Connection;
use super::facts::{OUTLET_FACTS, outlet_facts};
use super::row::{SqlResult, natural, time};
use super::sql::{Param, ToParam as _, array, params};
use super::{PostgresStore, items, lanes, watches};
use crate::date::utc;
use crate::decide::WatchSpec;
use crate::error::Error;
use crate::source::{OutletFacts, Source};
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
            watches::take_configuration(c)?;
            sync_sources(c, sources, now)?;
            sync_channels(c, channels)?;
            lanes::mark_configured(c, now)?;
            let unapplied = watches::sync(c, specs, now)?;
            self.note_own_watches(c, specs)?;
            Ok(unapplied)
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

/// Brings the sources of the configuration into the database, and leaves rows alone that say the same already.
fn sync_sources(c: &Connection, sources: &[Source], now: Timestamp) -> SqlResult<()> {
    const NEW: &str = "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
        $9::text[]) WITH ORDINALITY AS new (name, site, language, active, kind, region, tier, reach, tags, place)";
    let column = |value: &dyn Fn(&Source) -> Param| array(sources.iter().map(value));
    let columns = || {
        vec![
            column(&|source| source.name.to_param()),
            column(&|source| source.site.as_ref().map(url::Url::as_str).to_param()),
            column(&|source| source.language.to_param()),
            column(&|source| source.enabled.to_param()),
            column(&|source| source.facts.kind.to_param()),
            column(&|source| source.facts.region.to_param()),
            column(&|source| source.facts.tier.to_param()),
            column(&|source| source.facts.reach.to_param()),
            column(&|source| source.facts.tags_joined().to_param()),
        ]
    };
    let mut values = columns();
    values.push(utc(now).to_param());
    c.execute(
        &format!(
            "INSERT INTO source (name, site, language, active, kind, region, tier, reach, tags, added_at)
             SELECT name, site, language, active, kind, region, tier, reach, tags, $10 FROM ({NEW}) new
             WHERE NOT EXISTS (SELECT 1 FROM source s WHERE s.name = new.name) ORDER BY place"
        ),
        values,
    )?;
    c.execute(
        &format!(
            "UPDATE source s SET site = new.site, language = new.language, active = new.active, kind = new.kind, region = new.region,
                    tier = new.tier, reach = new.reach, tags = new.tags
             FROM ({NEW}) new WHERE s.name = new.name
               AND (s.site, s.language, s.active, s.kind, s.region, s.tier, s.reach, s.tags)
                   IS DISTINCT FROM (new.site, new.language, new.active, new.kind, new.region, new.tier, new.reach, new.tags)"
        ),
        columns(),
    )?;
    c.execute(
        "UPDATE source s SET active = 0 WHERE active <> 0 AND NOT EXISTS (SELECT 1 FROM unnest($1::text[]) new (name) WHERE new.name = s.name)",
        params![column(&|source| source.name.to_param())],
    )
    .map(drop)
}

/// The same for the channels. Sitemaps that an index names follow their index.
fn sync_channels(c: &Connection, channels: &[ChannelSpec]) -> SqlResult<()> {
    const NEW: &str = "SELECT s.id AS source_id, n.kind, n.url, n.watch, n.place
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS n (source, kind, url, watch, place) JOIN source s ON s.name = n.source";
    const SAME: &str = "h.source_id = new.source_id AND h.kind = new.kind AND md5(h.url) = md5(new.url)";
    // Of several for one address, the last one says for which watch it is.
    let mut unique: BTreeMap<(&str, &str, &str), &ChannelSpec> = BTreeMap::new();
    let mut order = Vec::new();
    for channel in channels {
        let key = (channel.source.as_str(), channel.kind.name(), channel.url.as_str());
        if unique.insert(key, channel).is_none() {
            order.push(key);
        }
    }
    let unique: Vec<&ChannelSpec> = order.iter().filter_map(|key| unique.get(key).copied()).collect();
    let columns = vec![
        array(unique.iter().map(|channel| &channel.source)),
        array(unique.iter().map(|channel| channel.kind)),
        array(unique.iter().map(|channel| &channel.url)),
        array(unique.iter().map(|channel| &channel.watch)),
    ];
    c.execute(
        &format!(
            "INSERT INTO channel (source_id, kind, url, watch) SELECT source_id, kind, url, watch FROM ({NEW}) new
             WHERE NOT EXISTS (SELECT 1 FROM channel h WHERE {SAME}) ORDER BY place ON CONFLICT DO NOTHING"
        ),
        columns.clone(),
    )?;
    c.execute(
        &format!(
            "UPDATE channel h SET active = 1, watch = new.watch, parent_id = NULL FROM ({NEW}) new
             WHERE {SAME} AND (h.active, h.watch, h.parent_id) IS DISTINCT FROM (1, new.watch, NULL::bigint)"
        ),
        columns.clone(),
    )?;
    c.execute(
        &format!(
            "UPDATE channel h SET active = 0 WHERE active <> 0 AND parent_id IS NULL AND NOT EXISTS (SELECT 1 FROM ({NEW}) new WHERE {SAME})"
        ),
        columns,
    )
    .map(drop)
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
