//! Runs and polls: which channels are due, and what polling them changes.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::sql::{count, span, time};
use super::{SqliteStore, items};
use crate::answer::Validators;
use crate::date::utc;
use crate::decide::{
    ChannelRecord, ChildChange, KnownChannel, KnownChild, NamedSitemaps, PollChanges, PollResult, RunTimes,
};
use crate::error::Error;
use crate::i18n::Cause;
use crate::model::{ChannelId, ChannelType, RunId};
use crate::politeness::{Pace, Skips};
use crate::store::time::absurd;
use crate::store::units::PollUnits;
use crate::store::{KnownListing, RunCounts};
use crate::text::clean::{one_line, printable};

impl PollUnits for SqliteStore {
    fn begin_run(&self, version: &str, now: Timestamp) -> Result<RunId, Error> {
        self.unit("write to the database", |c| {
            c.query_row(
                "INSERT INTO run (started_at, version) VALUES (?1, ?2) RETURNING id",
                params![utc(now), version],
                |row| row.get(0),
            )
        })
    }

    fn last_runs(&self, most: u32) -> Result<Vec<RunTimes>, Error> {
        self.read("read the runs of the database", |c| {
            let mut query = c.prepare("SELECT started_at, finished_at FROM run ORDER BY id DESC LIMIT ?1")?;
            let rows = query.query_map([most], |row| Ok((time(row, "started_at")?, time(row, "finished_at")?)))?;
            let runs: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
            Ok(runs
                .into_iter()
                .filter_map(|(started_at, finished_at)| Some(RunTimes { started_at: started_at?, finished_at }))
                .collect())
        })
    }

    fn damage(&self) -> Result<Vec<String>, Error> {
        self.read("examine the database", |c| {
            let mut query = c.prepare("PRAGMA quick_check(5)")?;
            let found: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(found.into_iter().filter(|line| line != "ok").collect())
        })
    }

    fn finish_run(&self, run: RunId, now: Timestamp, counts: RunCounts) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            c.execute(
                "UPDATE run SET finished_at = ?2, channels = ?3, channels_failed = ?4, items_new = ?5,
                        articles_read = ?6, articles_failed = ?7, mentions_new = ?8 WHERE id = ?1",
                params![
                    run,
                    utc(now),
                    count(counts.channels),
                    count(counts.channels_failed),
                    count(counts.items_new),
                    count(counts.articles_read),
                    count(counts.articles_failed),
                    count(counts.mentions_new),
                ],
            )
            .map(drop)
        })
    }

    fn due(
        &self,
        run: RunId,
        now: Timestamp,
        force: bool,
        parent: Option<ChannelId>,
    ) -> Result<Vec<KnownChannel>, Error> {
        self.read("read the channels of the database", |c| {
            let mut query = c.prepare_cached(
                "SELECT h.*, s.name AS source,
                        (h.parent_id IS NOT NULL) + (p.parent_id IS NOT NULL) + (g.parent_id IS NOT NULL) AS depth,
                        (SELECT p.at FROM poll p WHERE p.channel_id = h.id AND p.outcome IN ('ok', 'empty') ORDER BY p.at DESC LIMIT 1) AS read_at,
                        (SELECT p.outcome = 'unchanged' FROM poll p WHERE p.channel_id = h.id ORDER BY p.at DESC LIMIT 1) AS is_unchanged
                 FROM channel h JOIN source s ON s.id = h.source_id
                 LEFT JOIN channel p ON p.id = h.parent_id LEFT JOIN channel g ON g.id = p.parent_id
                 WHERE (?5 IS NULL OR h.parent_id = ?5) AND h.active AND s.active AND coalesce(p.active, 1) AND coalesce(g.active, 1) AND h.state <> 'gone'
                   AND (?3 OR h.next_at IS NULL OR h.next_at <= ?2 OR h.next_at > ?4)
                   AND NOT EXISTS (SELECT 1 FROM poll WHERE poll.run_id = ?1 AND poll.channel_id = h.id)
                 ORDER BY h.checked_at IS NOT NULL, h.checked_at, h.id",
            )?;
            let rows = query.query_map(params![run, utc(now), force, absurd(now), parent], |row| channel(row, now))?;
            rows.collect()
        })
    }

    fn next_due(&self, now: Timestamp) -> Result<(bool, Option<Timestamp>), Error> {
        self.read("read the channels of the database", |c| {
            let mut query = c.prepare_cached(
                "WITH due (at) AS (
                   SELECT CASE WHEN h.next_at IS NULL OR h.next_at > ?2 THEN ?1 ELSE h.next_at END
                   FROM channel h JOIN source s ON s.id = h.source_id
                   LEFT JOIN channel p ON p.id = h.parent_id LEFT JOIN channel g ON g.id = p.parent_id
                   WHERE h.active AND s.active AND coalesce(p.active, 1) AND coalesce(g.active, 1) AND h.state <> 'gone'
                   UNION ALL
                   SELECT CASE WHEN i.next_try_at IS NULL OR i.next_try_at > ?2 THEN ?1 ELSE i.next_try_at END
                   FROM source s JOIN item i ON i.source_id = s.id WHERE s.active AND i.state = 'pending')
                 SELECT EXISTS (SELECT 1 FROM due WHERE at <= ?1) AS is_due, (SELECT min(at) FROM due WHERE at > ?1) AS next_at",
            )?;
            query.query_row([utc(now), absurd(now)], |row| Ok((row.get("is_due")?, time(row, "next_at")?)))
        })
    }

    fn drop_run(&self, run: RunId) -> Result<(), Error> {
        self.unit("write to the database", |c| c.execute("DELETE FROM run WHERE id = ?1", [run]).map(drop))
    }

    fn known(&self, channel: &KnownChannel, result: &PollResult) -> Result<KnownListing, Error> {
        self.read("read the items of the database", |c| {
            let number = |row: &Row, column: &str| -> rusqlite::Result<usize> {
                Ok(usize::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
            };
            let mut waiting =
                c.prepare_cached("SELECT count(*) AS n FROM item WHERE source_id = ?1 AND state = 'pending'")?;
            let mut sitemaps = c.prepare_cached(
                "SELECT count(*) AS stored, coalesce(sum(h.active AND p.active AND coalesce(g.active, 1)), 0) AS polled
                 FROM channel h JOIN channel p ON p.id = h.parent_id LEFT JOIN channel g ON g.id = p.parent_id
                 WHERE h.source_id = ?1 AND h.kind = 'sitemap'",
            )?;
            Ok(KnownListing {
                waiting: waiting.query_row([channel.source_id], |row| number(row, "n"))?,
                sitemaps: sitemaps.query_row([channel.source_id], |row| {
                    Ok(NamedSitemaps { polled: number(row, "polled")?, stored: number(row, "stored")? })
                })?,
                items: items::known(c, channel.source_id, &result.items)?,
                children: children(c, channel, result.nested.iter().map(|(url, _)| url.as_str()))?,
            })
        })
    }

    fn apply_poll(&self, run: RunId, channel: &KnownChannel, changes: &PollChanges) -> Result<(), Error> {
        let PollChanges { result, at, .. } = changes;
        self.unit("write to the database", |c| {
            for item in &changes.items {
                items::apply(c, channel.source_id, channel.id, item, *at)?;
            }
            c.prepare_cached(
                "INSERT INTO poll (run_id, channel_id, at, outcome, status, bytes, entries, items_new, dropped, reason, gap_since, gap_until)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                run,
                channel.id,
                utc(*at),
                result.outcome,
                result.status,
                count(result.bytes),
                count(result.entries),
                count(changes.new.len() as u64),
                count(result.dropped),
                reason(changes.cause.as_ref()),
                changes.gap.map(|gap| utc(gap.since)),
                changes.gap.map(|gap| utc(gap.until)),
            ])?;
            items::give_up_oldest(c, channel.source_id, changes.given_up, *at)?;
            keep_channel(c, channel.id, &changes.channel)?;
            changes.children.iter().try_for_each(|child| keep_child(c, channel, child))
        })
    }
}

fn channel(row: &Row, now: Timestamp) -> rusqlite::Result<KnownChannel> {
    let configured: String = row.get("url")?;
    let moved_to: Option<String> = row.get("moved_to")?;
    let moved_at = time(row, "moved_at")?;
    let cause: Option<String> = row.get("cause")?;
    let entries: Option<i64> = row.get("entries")?;
    let is_unchanged = row.get::<_, Option<bool>>("is_unchanged")?.unwrap_or(false);
    Ok(KnownChannel {
        id: row.get("id")?,
        source_id: row.get("source_id")?,
        source: row.get("source")?,
        kind: row.get("kind")?,
        url: KnownChannel::url_after_move(&configured, moved_to.as_deref(), moved_at, now),
        configured,
        depth: row.get("depth")?,
        unchanged_since: time(row, "read_at")?.filter(|_| is_unchanged),
        row: ChannelRecord {
            state: row.get("state")?,
            cause: cause.map(|kept| Cause::read(&kept)),
            since: time(row, "since")?,
            failures: row.get("failures")?,
            pace: Pace {
                interval: span(row, "interval_s")?,
                window: span(row, "window_s")?,
                skips: Skips::read(row.get_ref("skips")?.as_str()?),
            },
            checked_at: time(row, "checked_at")?,
            answered_at: time(row, "answered_at")?,
            changed_at: time(row, "changed_at")?,
            next_at: time(row, "next_at")?,
            entries: entries.and_then(|entries| u64::try_from(entries).ok()),
            validators: items::validators(row)?,
            moved_to,
            moved_at,
        },
    })
}

fn keep_channel(c: &Connection, id: ChannelId, row: &ChannelRecord) -> rusqlite::Result<()> {
    let seconds = |span: Option<Duration>| span.map(|span| count(span.as_secs()));
    let Validators { of, etag, last_modified } =
        row.validators.clone().unwrap_or(Validators { of: String::new(), etag: None, last_modified: None });
    c.prepare_cached(
        "UPDATE channel SET state = ?2, reason = ?3, cause = ?4, since = ?5, failures = ?6, interval_s = ?7, window_s = ?8, skips = ?9,
                checked_at = ?10, answered_at = ?11, changed_at = ?12, next_at = ?13, entries = ?14,
                etag = ?15, last_modified = ?16, validated = ?17, moved_to = ?18, moved_at = ?19
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        row.state,
        reason(row.cause.as_ref()),
        row.cause.as_ref().map(|cause| printable(&cause.kept()).into_owned()),
        row.since.map(utc),
        row.failures,
        seconds(row.pace.interval),
        seconds(row.pace.window),
        row.pace.skips.to_string(),
        row.checked_at.map(utc),
        row.answered_at.map(utc),
        row.changed_at.map(utc),
        row.next_at.map(utc),
        row.entries.map(count),
        etag,
        last_modified,
        row.validators.as_ref().map(|_| of),
        row.moved_to,
        row.moved_at.map(utc),
    ])
    .map(drop)
}

/// The reason for a problem, in English.
fn reason(cause: Option<&Cause>) -> Option<String> {
    cause.map(|cause| one_line(&cause.to_string()))
}

/// The sitemaps that an index named before, and those of its source at these URLs.
fn children<'u>(
    c: &Connection,
    index: &KnownChannel,
    urls: impl Iterator<Item = &'u str>,
) -> rusqlite::Result<Vec<KnownChild>> {
    const COLUMNS: &str = "SELECT id, url, parent_id, active, checked_at FROM channel";
    let child = |row: &Row| {
        Ok(KnownChild {
            id: row.get("id")?,
            url: row.get("url")?,
            parent: row.get("parent_id")?,
            is_active: row.get("active")?,
            checked_at: time(row, "checked_at")?,
        })
    };
    if index.kind != ChannelType::Sitemap {
        return Ok(Vec::new());
    }
    let mut named = c.prepare_cached(&format!("{COLUMNS} WHERE parent_id = ?1"))?;
    let mut children: Vec<KnownChild> = named.query_map([index.id], child)?.collect::<Result<_, _>>()?;
    let mut at = c.prepare_cached(&format!("{COLUMNS} WHERE source_id = ?1 AND kind = 'sitemap' AND url = ?2"))?;
    for url in urls {
        let found = at.query_row(params![index.source_id, url], child).optional()?;
        children.extend(found.filter(|found| found.parent != Some(index.id)));
    }
    // Rows of other indexes that may be used again.
    let mut inactive = c.prepare_cached(&format!(
        "{COLUMNS} WHERE source_id = ?1 AND kind = 'sitemap' AND parent_id <> ?2 AND NOT active ORDER BY checked_at LIMIT 100"
    ))?;
    for found in inactive.query_map(params![index.source_id, index.id], child)? {
        let found = found?;
        if !children.iter().any(|known| known.id == found.id) {
            children.push(found);
        }
    }
    Ok(children)
}

fn keep_child(c: &Connection, index: &KnownChannel, change: &ChildChange) -> rusqlite::Result<()> {
    match change {
        ChildChange::Add(url) => c
            .prepare_cached("INSERT INTO channel (source_id, kind, url, parent_id) VALUES (?1, 'sitemap', ?2, ?3)")?
            .execute(params![index.source_id, url, index.id]),
        // As if new: what was known was of another sitemap.
        ChildChange::Replace(id, url) => {
            c.prepare_cached("UPDATE channel SET active = 0 WHERE parent_id = ?1")?.execute([id])?;
            c.prepare_cached(
                "UPDATE channel SET url = ?2, parent_id = ?3, active = 1, state = 'new', reason = NULL, cause = NULL, since = NULL, failures = 0,
                        interval_s = NULL, window_s = NULL, skips = '', checked_at = NULL, answered_at = NULL, changed_at = NULL,
                        next_at = NULL, entries = NULL, etag = NULL, last_modified = NULL, validated = NULL, moved_to = NULL,
                        moved_at = NULL
                 WHERE id = ?1",
            )?
            .execute(params![id, url, index.id])
        }
        // What an index names is to be seen anew: no validators.
        ChildChange::Wake(id, false) => c.prepare_cached("UPDATE channel SET active = 1, etag = NULL, last_modified = NULL, validated = NULL WHERE id = ?1")?.execute([id]),
        ChildChange::Wake(id, true) => {
            c.prepare_cached("UPDATE channel SET active = 1, next_at = NULL, etag = NULL, last_modified = NULL, validated = NULL WHERE id = ?1")?.execute([id])
        }
        // With what it names, if it is an index.
        ChildChange::Deactivate(id) => {
            c.prepare_cached("UPDATE channel SET active = 0 WHERE id = ?1 OR parent_id = ?1")?.execute([id])
        }
    }
    .map(drop)
}
